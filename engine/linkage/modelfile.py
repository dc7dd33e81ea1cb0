"""The model of a linkage as a file: which fields, compared how, blocked by what, and the numbers learned.

A user writes TOML with fields, blocks and options; a run writes JSON with the same names and the trained numbers,
which a later run can take to score without training.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.errors import EngineError
from engine.linkage.fields import Field
from matching.comparators import comparator
from matching.training import Model, Related

DEFAULT_THRESHOLD = 0.5


class LinkModelInvalid(EngineError):
    """A model file does not say what a model must say."""

    code = "link-model-invalid"
    template = "{path}: {detail}"


@dataclass(frozen=True, slots=True)
class LinkModel:
    """What to compare and how to decide; `None` and empty leave the choice to the tables' contents."""

    fields: tuple[Field, ...] = ()
    blocks: tuple[tuple[str, ...], ...] = ()
    threshold: float = DEFAULT_THRESHOLD
    one_to_one: bool | None = None
    trained: Model | None = None
    related: Related | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give the model as plain values for JSON."""
        return {
            "threshold": self.threshold,
            "one_to_one": self.one_to_one,
            "field": [asdict(field) for field in self.fields],
            "block": [{"fields": list(block)} for block in self.blocks],
            "trained": self.trained.as_dict() if self.trained is not None else None,
            "related": self.related.as_dict() if self.related is not None else None,
        }


def read_model(path: Path | str) -> LinkModel:
    """Read a model from TOML, or from the JSON that a run wrote.

    Raises:
        LinkModelInvalid: the file is missing, is not TOML or JSON, or lacks or misnames something.
        UnknownComparator: a field names a comparator that does not exist.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
        values = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise LinkModelInvalid(path=path, detail=str(error)) from error
    return _model(path, values)


def _model(path: Path, values: Mapping[str, Any]) -> LinkModel:
    unknown = sorted(set(values) - {"threshold", "one_to_one", "field", "block", "trained", "related"})
    if unknown:
        raise LinkModelInvalid(path=path, detail=f"{unknown[0]} is not a part of a model")
    fields = tuple(_field(path, place, row) for place, row in enumerate(values.get("field", []), 1))
    names = [field.name for field in fields]
    if len(set(names)) < len(names):
        raise LinkModelInvalid(path=path, detail="two fields have the same name")
    blocks = tuple(tuple(map(str, row.get("fields", ()))) for row in values.get("block", []))
    for block in blocks:
        for name in block:
            if name not in names:
                raise LinkModelInvalid(path=path, detail=f"a block names {name}, which is no field of the model")
    threshold = values.get("threshold", DEFAULT_THRESHOLD)
    if not isinstance(threshold, int | float) or not 0.0 <= threshold <= 1.0:
        raise LinkModelInvalid(path=path, detail=f"threshold {threshold} is not between 0 and 1")
    trained = Model.from_dict(values["trained"]) if values.get("trained") else None
    if trained is not None and trained.levels != tuple(len(comparator(f.comparator).WORDINGS) for f in fields):
        raise LinkModelInvalid(path=path, detail="the trained numbers do not fit the levels of the fields")
    related = Related.from_dict(values["related"]) if trained is not None and values.get("related") else None
    return LinkModel(
        fields,
        tuple(block for block in blocks if block),
        float(threshold),
        values.get("one_to_one"),
        trained,
        related,
    )


def _field(path: Path, place: int, row: Mapping[str, Any]) -> Field:
    name = row.get("name") or row.get("left")
    if not name or "comparator" not in row:
        raise LinkModelInvalid(path=path, detail=f"field {place} needs a name (or left) and a comparator")
    comparator(str(row["comparator"]))
    left = str(row.get("left", name))
    return Field(str(name), left, str(row.get("right", left)), str(row["comparator"]))
