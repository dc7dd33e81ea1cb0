"""Errors of matching: the caller asked for something that has no meaning. Wrong *data* is never an error here.

MatchingError
├── UnknownComparator
└── UnknownEncoding
"""

from typing import ClassVar


class MatchingError(Exception):
    """Root of the errors of this package; `code` is stable, fields are keyword arguments, `template` is the message."""

    code: ClassVar[str] = "matching"
    template: ClassVar[str] = "{detail}"

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.template.format(**fields))


class UnknownComparator(MatchingError):
    """A model file names a comparator that does not exist."""

    code = "matching-unknown-comparator"
    template = "comparator {name} is not one of {known}"


class UnknownEncoding(MatchingError):
    """A carrier profile names an encoding that cannot be read."""

    code = "matching-unknown-encoding"
    template = "encoding {name} is not one of {known}"
