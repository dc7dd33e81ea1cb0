"""Files of addresses: whole columns looked up, compared or made fewer; every row is answered or refused by its line.

CSV (with a line of column names), Parquet, or text with one address a line. A refused row keeps its line number, text
and reason; rows = answered + refused.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from registries.addresses.blocks import address_text
from registries.addresses.columns import AddressColumn, Points, Refused, read_column
from registries.addresses.errors import ColumnMissing, FileUnreadable
from registries.addresses.lookup import NONE, AddressMap
from registries.addresses.sets import aggregate, overlaps
from registries.addresses.text import IPV4, IPV6

_USUAL: Final = ("address", "ip", "ip_address", "prefix", "cidr", "network", "block")
_PLAIN: Final = {".txt", ".list"}


@dataclass(frozen=True, slots=True)
class Table:
    """A file read: its rows as text, the column that holds addresses, and the line in the file of row 0."""

    rows: pl.DataFrame
    column: str
    first_line: int

    def texts(self) -> Any:
        """Give the addresses as an Arrow column."""
        return self.rows[self.column].to_arrow()


def read_table(path: Path, column: str | None = None) -> Table:
    """Read a file of addresses; without a name, the column is the only one, or the first with a usual name.

    Raises:
        FileUnreadable: It is not what its name says.
        ColumnMissing: It has no such column.
    """
    kind = path.suffix.lower()
    try:
        if kind == ".parquet":
            rows, first_line = pl.read_parquet(path), 1
        elif kind in _PLAIN:
            lines = path.read_text(encoding="utf-8").splitlines()
            rows, first_line = pl.DataFrame({"address": pl.Series(lines, dtype=pl.String)}), 1
        else:
            rows, first_line = pl.read_csv(path, infer_schema=False), 2
    except (OSError, UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        name = {".parquet": "Parquet"}.get(kind, "text" if kind in _PLAIN else "CSV")
        raise FileUnreadable(path=path, kind=name, reason=str(error).partition("\n")[0]) from error
    return Table(rows.with_columns(pl.col(pl.String)), _chosen(path, rows, column), first_line)


def _chosen(path: Path, rows: pl.DataFrame, column: str | None) -> str:
    names = rows.columns
    if column is None:
        usual = [name for name in names if name.lower() in _USUAL]
        column = usual[0] if usual else names[0] if len(names) == 1 else "of addresses"
    if column not in names or rows.schema[column] != pl.String:
        raise ColumnMissing(path=path, column=column, found=", ".join(names) or "none")
    return column


def rejects(table: Table, refused: Refused) -> pl.DataFrame:
    """Give the refused rows: line in the file, text as it stands there, reason."""
    lines = pl.Series("line", refused.rows + table.first_line, dtype=pl.Int64)
    texts = table.rows[table.column].gather(refused.rows).alias("text")
    return pl.DataFrame([lines, texts, pl.Series("reason", refused.reasons, dtype=pl.String)])


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Answer of a look-up: all rows of the file with what the register says of each, the refused, and the counts."""

    rows: pl.DataFrame
    rejects: pl.DataFrame
    found: int
    not_found: int

    @property
    def balances(self) -> bool:
        """Whether every row is found, not found or refused."""
        return len(self.rows) == self.found + self.not_found + len(self.rejects)


def lookup_file(path: Path, register: AddressMap, records: pl.DataFrame, column: str | None = None) -> LookedUp:
    """Look up the addresses of a file; row r of `records` describes record r of the register.

    Columns of `records` come behind those of the file, empty where nobody holds the address or it is refused. A name
    that the file has already gets the ending `_register`.

    Raises:
        FileUnreadable: It is not what its name says.
        ColumnMissing: It has no such column.
    """
    table = read_table(path, column)
    found = register.find(table.texts())
    place = pl.Series("record", found.record).cast(pl.Int64)
    told = records.select(pl.all().gather(place.replace(NONE, None)))
    taken = set(table.rows.columns)
    told = told.rename({name: f"{name}_register" for name in told.columns if name in taken})
    hits = int((found.record != NONE).sum())
    rows = pl.concat([table.rows, told], how="horizontal")
    return LookedUp(rows, rejects(table, found.refused), hits, len(rows) - hits - len(found.refused.rows))


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs of rows of a file that overlap, at most as many as asked for, their whole count, and the refused rows."""

    pairs: pl.DataFrame
    count: int
    rejects: pl.DataFrame


def overlaps_file(path: Path, column: str | None = None, *, limit: int = 1_000_000) -> Compared:
    """Find the prefixes of a file that share addresses, each pair by its lines and texts, the wider first."""
    table = read_table(path, column)
    read = read_column(table.texts(), prefixes=True)
    parts: list[pl.DataFrame] = []
    count = 0
    for rows, first, last in _families(read):
        found = overlaps(first, last, limit=max(limit - count, 0))
        count += found.count
        left, right = rows[found.left], rows[found.right]
        texts = table.rows[table.column]
        parts.append(
            pl.DataFrame(
                {
                    "line": left + table.first_line,
                    "block": texts.gather(left),
                    "other_line": right + table.first_line,
                    "other_block": texts.gather(right),
                }
            )
        )
    return Compared(pl.concat(parts), count, rejects(table, read.refused))


@dataclass(frozen=True, slots=True)
class Aggregated:
    """The fewest prefixes that hold just the addresses of a file, IPv4 first, and the refused rows."""

    prefixes: tuple[str, ...]
    rows: int
    rejects: pl.DataFrame


def aggregate_file(path: Path, column: str | None = None) -> Aggregated:
    """Make the prefixes of a file as few as can be without adding or losing an address."""
    table = read_table(path, column)
    read = read_column(table.texts(), prefixes=True)
    prefixes = [
        f"{address_text(family, first)}/{length}"
        for family, (_, begins, ends) in zip((IPV4, IPV6), _families(read), strict=True)
        for first, length in aggregate(family, begins, ends)
    ]
    return Aggregated(tuple(prefixes), len(table.rows), rejects(table, read.refused))


def _families(read: AddressColumn) -> list[tuple[Any, Points, Points]]:
    last = read.last()
    chosen = [np.flatnonzero(read.family == family) for family in (IPV4, IPV6)]
    return [(rows, read.points.take(rows), last.take(rows)) for rows in chosen]
