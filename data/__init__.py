"""Reference tables and rules as data: every row says since when it holds, until when, and who says so.

A table is a CSV file under `data/tables/`, read as a package resource. A row holds from `valid_from` to `valid_to`,
both days included; an empty bound is open. `source` names where the row comes from, `certainty` how sure it is (C the
source was read, C2 a second source says so, K general knowledge, U sources conflict or are silent). Values are text;
who needs a number converts it. This package knows no clock: the caller says which day it asks about.
"""

import csv
import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from data.errors import DataError, MalformedTable, UnknownContract, UnknownTable

__all__ = [
    "DataError",
    "MalformedTable",
    "Row",
    "Table",
    "UnknownContract",
    "UnknownTable",
    "contract",
    "contract_names",
    "names",
    "table",
]

Row = Mapping[str, str]
STAMP = ("valid_from", "valid_to", "source", "certainty")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one reference table that hold on `as_of`, in the order of the file; all rows where it is None."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    as_of: datetime.date | None

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> tuple[str, ...]:
        """Give the values of one column, in the order of the rows."""
        return tuple(row[name] for row in self.rows)

    def by(self, name: str) -> dict[str, Row]:
        """Give the rows keyed by one column; of several rows with the same key, the last."""
        return {row[name]: row for row in self.rows}

    def where(self, **values: str) -> "Table":
        """Give the rows in which each named column has the given value."""
        kept = tuple(row for row in self.rows if all(row[name] == value for name, value in values.items()))
        return Table(self.name, self.columns, kept, self.as_of)


def names() -> tuple[str, ...]:
    """Give the names of all reference tables, in alphabetical order."""
    return tuple(sorted(f.name[:-4] for f in files("data").joinpath("tables").iterdir() if f.name.endswith(".csv")))


def table(name: str, as_of: datetime.date | None = None) -> Table:
    """Give a reference table as it stood on a day, or with the rows of all times.

    Raises:
        UnknownTable: There is no table of this name.
        MalformedTable: A row of it is too short or too long, or one of its dates is no date.
    """
    whole, bounds = _read(name)
    if as_of is None:
        return whole
    kept = tuple(row for row, (start, end) in zip(whole.rows, bounds, strict=True) if start <= as_of <= end)
    return Table(name, whole.columns, kept, as_of)


@lru_cache(maxsize=64)
def _read(name: str) -> tuple[Table, tuple[tuple[datetime.date, datetime.date], ...]]:
    if name not in names():
        raise UnknownTable(name=name, known=", ".join(names()))
    text = files("data").joinpath("tables", f"{name}.csv").read_text(encoding="utf-8")
    reader = csv.reader(text.splitlines())
    columns = tuple(next(reader))
    rows, bounds = [], []
    for values in reader:
        line = reader.line_num
        if len(values) != len(columns):
            raise MalformedTable(name=name, line=line, detail=f"{len(values)} values under {len(columns)} columns")
        row = MappingProxyType(dict(zip(columns, values, strict=True)))
        rows.append(row)
        bounds.append((_bound(row, "valid_from", name, line), _bound(row, "valid_to", name, line)))
    return Table(name, columns, tuple(rows), None), tuple(bounds)


def _bound(row: Row, column: str, name: str, line: int) -> datetime.date:
    open_end = datetime.date.min if column == "valid_from" else datetime.date.max
    try:
        return datetime.date.fromisoformat(row[column]) if row[column] else open_end
    except (KeyError, ValueError) as cause:
        raise MalformedTable(name=name, line=line, detail=f"{column} is no date as yyyy-mm-dd") from cause


def contract_names() -> tuple[str, ...]:
    """Give the names of all contracts with their version (`verdicts.v1`), in alphabetical order."""
    return tuple(sorted(f.name[:-5] for f in files("data").joinpath("contracts").iterdir() if f.name.endswith(".json")))


def contract(name: str) -> dict[str, Any]:
    """Give a contract between packages by name and version (`verdicts.v1`), or by name alone its newest version.

    Raises:
        UnknownContract: There is no contract of this name.
    """
    if ".v" not in name:
        versions = [known for known in contract_names() if known.startswith(f"{name}.v")]
        name = max(versions, key=lambda known: int(known.rpartition(".v")[2]), default=name)
    if name not in contract_names():
        raise UnknownContract(name=name, known=", ".join(contract_names()))
    read: dict[str, Any] = json.loads(files("data").joinpath("contracts", f"{name}.json").read_text(encoding="utf-8"))
    return read
