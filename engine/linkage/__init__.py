"""Link any two tables, or find the duplicates of one, with no labels and no configuration."""

from engine.linkage.linking import dedupe, link
from engine.linkage.modelfile import LinkModel, read_model
from engine.linkage.result import LinkResult

__all__ = ["LinkModel", "LinkResult", "dedupe", "link", "read_model"]
