"""Errors of data: the caller asked for something that the package does not hold.

DataError
├── UnknownTable
├── UnknownContract
└── MalformedTable
"""

from typing import ClassVar


class DataError(Exception):
    """Root of the errors of this package; `code` is stable, fields are keyword arguments, `template` is the message."""

    code: ClassVar[str] = "data"
    template: ClassVar[str] = "{detail}"

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.template.format(**fields))


class UnknownTable(DataError):
    """No reference table has this name."""

    code = "data-table-unknown"
    template = "reference table {name} is not one of {known}"


class UnknownContract(DataError):
    """No contract has this name and version."""

    code = "data-contract-unknown"
    template = "contract {name} is not one of {known}"


class MalformedTable(DataError):
    """A reference table was edited so that it can no longer be read."""

    code = "data-table-malformed"
    template = "reference table {name}, line {line}: {detail}"
