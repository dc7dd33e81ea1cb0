"""Errors of the engine: the work cannot continue. A wrong row is never an error; it is a finding or a rejection.

EngineError
├── SourceError            a file cannot be read at all
│   ├── SourceNotFound · SourceTooDeep · SourceTruncated · SourceFormatUnknown · SourceColumnsMissing
├── IndexError_            (see engine.identity)
└── RunError               (see engine.pipeline)
"""

from typing import ClassVar


class EngineError(Exception):
    """Root of the errors of this package; `code` is stable, fields are keyword arguments, `template` is the message."""

    code: ClassVar[str] = "engine"
    template: ClassVar[str] = "{detail}"

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.template.format(**fields))


class SourceError(EngineError):
    """An input file cannot be read at all."""

    code = "source"
    template = "{path}: {detail}"
