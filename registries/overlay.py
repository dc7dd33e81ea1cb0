"""Dated tables with rows of the authority's own laid over ours: what a ministry knows before we do, it adds itself.

A folder of theirs holds files of the same names and columns as `data/tables`. On a day on which a row of theirs
holds, it stands in the place of our row with the same key. Ours are never written; theirs are written whole or not at
all, after every row was checked.
"""

import csv
import datetime
import fcntl
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import data
from registries.errors import RegistryError

KEYS: Final[dict[str, tuple[str, ...]]] = {
    "public_holidays": ("date",),
    "calendar_years": ("year",),
    "fee_instruments": ("instrument",),
    "fee_address_levels": ("level",),
    "fee_items": ("item", "kind"),
    "address_policy": ("rule",),
    "agencies": ("code",),
    "vn2000_meridians": ("province_code",),
    "province_boxes": ("province_code", "part"),
    "spectrum_allocations": ("region", "lower_hz", "upper_hz", "service", "qualifiers"),
    "spectrum_footnotes": ("footnote",),
    "imt_blocks": ("band", "block"),
    "channel_rasters": ("raster",),
    "spectrum_fees": ("item", "kind"),
    "spectrum_fee_rules": ("rule",),
    "spectrum_fee_cities": ("province_code",),
    "spectrum_fee_exemptions": ("exemption",),
    "station_list_headers": ("header",),
    "station_list_tolerances": ("quantity",),
    "spectrum_competence": ("kind", "procedure"),
    "spectrum_licence_rules": ("kind", "rule"),
    "spectrum_caps": ("cap",),
    "spectrum_obligations": ("band", "block", "obligation"),
}
"""The tables that may be added to, and by what a row of each is known."""

_LOCK: Final = ".loading"
_WHOLE: Final = frozenset(
    {"amount_vnd", "free_count", "level", "ipv4_length", "ipv6_length", "year"}
    | {"first_registration_vnd", "level_increase_vnd", "annual_vnd"}
    | {"most", "months", "lower_hz", "upper_hz", "zero_hz", "step_hz", "width_hz", "duplex_hz"}
)
_MAY_BE_EMPTY: Final = frozenset(
    {"valid_from", "valid_to", "note_vi", "note_en", "part_of"}
    | {"qualifiers", "footnotes", "band_footnotes", "countries", "holder", "downlink_lower_hz", "downlink_upper_hz"}
    | {"quantity"}
)
CONFIRMED: Final = frozenset({"C", "C2"})
"""The certainties on which an invoice or a decision may rest."""

_CERTAINTIES: Final = frozenset({"C", "C2", "K", "U"})
_UNITS: Final = {"prefix length": 128, "numbers": 10**6, "months": 1200, "working days": 1000}
"""Units of policy whose values are whole numbers, and the largest that makes sense."""
_CHOICES: Final = {
    ("public_holidays", "kind"): frozenset({"holiday", "compensation", "swapped_off", "make_up"}),
    ("fee_items", "kind"): frozenset({"register", "maintain"}),
    ("fee_items", "per"): frozenset({"once", "year"}),
    ("fee_address_levels", "boundary_certainty"): _CERTAINTIES,
    ("spectrum_fees", "kind"): frozenset({"issue", "use"}),
    ("spectrum_fees", "per"): frozenset({"once", "year"}),
    ("spectrum_competence", "level"): frozenset({"ministry", "province"}),
    ("spectrum_allocations", "status"): frozenset({"primary", "secondary"}),
    ("imt_blocks", "duplex"): frozenset({"FDD", "TDD", "SDL"}),
    ("spectrum_caps", "unit"): frozenset({"Hz", "blocks"}),
    ("address_policy", "unit"): _UNITS.keys() | {"yes or no", "order", "condition"},
}


class OverlayError(RegistryError):
    """A table of the authority's own cannot be used or added to."""

    code = "overlay"
    template = "{path}: {detail}"


class TableNotOpen(OverlayError):
    """The table is none of those that may be added to."""

    code = "overlay-table-not-open"
    template = "{name} is no table that can be added to; these are: {known}"


class RowsFaulty(OverlayError):
    """Rows to be loaded have faults; all are named, and nothing was loaded."""

    code = "overlay-rows-faulty"
    template = "{path}: {faults}"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that a result rests on and that was not confirmed, in both languages."""

    vi: str
    en: str


def doubt_of(row: data.Row) -> Doubt | None:
    """Give why a row is not confirmed, or None where its source, or a second one, was read."""
    if row["certainty"] in CONFIRMED:
        return None
    vi, en = row.get("note_vi", ""), row.get("note_en", "")
    return Doubt(vi or f"chưa xác nhận: {row['source']}", en or f"not confirmed: {row['source']}")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loading did: rows added to which file, and rows that were there already."""

    path: Path
    added: int
    present: int


@dataclass(frozen=True, slots=True)
class Tables:
    """Our tables, with those in `folder` laid over them; without a folder, ours alone."""

    folder: Path | None = None

    def rows(self, name: str, on: datetime.date) -> tuple[data.Row, ...]:
        """Give the rows that hold on a day, theirs before ours.

        Raises:
            RowsFaulty: A file of theirs cannot be read.
        """
        ours = data.table(name, on).rows
        theirs = tuple(row for row in self.added(name) if _holds(row, on))
        if not theirs:
            return ours
        keys = {_key(name, row) for row in theirs}
        return (*theirs, *(row for row in ours if _key(name, row) not in keys))

    def added(self, name: str) -> tuple[data.Row, ...]:
        """Give all rows of theirs of one table, of all times.

        Raises:
            RowsFaulty: The file has faults.
        """
        path = None if self.folder is None else self.folder / f"{name}.csv"
        if path is None or not path.exists():
            return ()
        stat = path.stat()
        return _added(name, path, (stat.st_mtime_ns, stat.st_size, stat.st_ino))


@lru_cache(maxsize=64)
def _added(name: str, path: Path, _stamp: tuple[int, int, int]) -> tuple[data.Row, ...]:
    """Keep a file until it changes: a term of working days looks at it for every day."""
    return tuple(MappingProxyType(row) for row in read_rows(name, path))


def read_rows(name: str, path: Path) -> list[dict[str, str]]:
    """Read and check rows for a table from a CSV file with the same columns.

    Raises:
        TableNotOpen: The table is none of those that may be added to.
        RowsFaulty: The file cannot be read, or rows have faults.
    """
    if name not in KEYS:
        raise TableNotOpen(name=name, known=", ".join(sorted(KEYS)))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise RowsFaulty(path=path, faults="it cannot be read as UTF-8 text") from cause
    columns = data.table(name).columns
    reader = csv.reader(io.StringIO(text, newline=""))
    header = tuple(next(reader, ()))
    if header != columns:
        raise RowsFaulty(path=path, faults=f"line 1: the columns must be {','.join(columns)}")
    rows, faults = [], []
    for values in reader:
        line = f"line {reader.line_num}"
        if len(values) != len(columns):
            faults.append(f"{line}: {len(values)} values under {len(columns)} columns")
            continue
        row = dict(zip(columns, values, strict=True))
        faults += [f"{line}: {fault}" for fault in _faults(name, row)]
        rows.append(row)
    faults = faults or _overlaps(name, rows)
    if faults:
        raise RowsFaulty(path=path, faults="; ".join(faults))
    return rows


def load_rows(name: str, source: Path, folder: Path, *, dry_run: bool = False) -> Loaded:
    """Add the rows of a CSV file to a table of the authority's own, all or none; loading a file twice adds nothing.

    Of two who load at once, one waits for the other. With `dry_run` everything is checked and nothing written.

    Raises:
        TableNotOpen: The table is none of those that may be added to.
        RowsFaulty: A row has a fault, or holds on the same days as a row of the same key that is there already. To
            correct a row, close the one that is there by hand: what was in force is never changed by loading.
    """
    new = read_rows(name, source)
    path = folder / f"{name}.csv"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        there = read_rows(name, path) if path.exists() else []
        added = [row for row in new if row not in there]
        faults = _overlaps(name, [*there, *added])
        if faults:
            raise RowsFaulty(path=source, faults="; ".join(faults))
        if added and not dry_run:
            _write(path, data.table(name).columns, [*there, *added])
    return Loaded(path, len(added), len(new) - len(added))


def _write(path: Path, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> None:
    scratch = path.with_suffix(".csv.new")
    with scratch.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)


def _faults(name: str, row: dict[str, str]) -> list[str]:
    faults = [
        f"{column} is empty" for column, value in row.items() if not value.strip() and column not in _MAY_BE_EMPTY
    ]
    for column in ("valid_from", "valid_to", *(("date",) if "date" in row else ())):
        if row[column] and not _is_date(row[column]):
            faults.append(f"{column} {row[column]!r} is no date as yyyy-mm-dd")
    for column in _WHOLE & row.keys():
        if not (row[column].isascii() and row[column].isdigit()):
            faults.append(f"{column} {row[column]!r} is no whole number")
    if row["certainty"] not in _CERTAINTIES:
        faults.append(f"certainty {row['certainty']!r} is none of C, C2, K, U")
    for (table, column), choices in _CHOICES.items():
        if table == name and row[column] not in choices:
            faults.append(f"{column} {row[column]!r} is none of {', '.join(sorted(choices))}")
    if (most := _UNITS.get(row.get("unit", ""))) is not None and not _is_up_to(row["value"], most):
        faults.append(f"value {row['value']!r} is no whole number up to {most}")
    if not faults and _span(row)[0] > _span(row)[1]:
        faults.append(f"valid_to {row['valid_to']} lies before valid_from {row['valid_from']}")
    return faults


def _overlaps(name: str, rows: Sequence[dict[str, str]]) -> list[str]:
    """Name each pair of rows with one key that hold on one day."""
    faults, seen = [], dict[tuple[str, ...], list[tuple[datetime.date, datetime.date]]]()
    for row in rows:
        first, last = _span(row)
        for other_first, other_last in seen.setdefault(_key(name, row), []):
            if first <= other_last and other_first <= last:
                key = " ".join(_key(name, row))
                faults.append(f"{key}: two rows hold on {max(first, other_first)}")
        seen[_key(name, row)].append((first, last))
    return faults


def _key(name: str, row: data.Row) -> tuple[str, ...]:
    return tuple(row[column] for column in KEYS[name])


def _span(row: data.Row) -> tuple[datetime.date, datetime.date]:
    first = datetime.date.fromisoformat(row["valid_from"]) if row["valid_from"] else datetime.date.min
    last = datetime.date.fromisoformat(row["valid_to"]) if row["valid_to"] else datetime.date.max
    return first, last


def _holds(row: data.Row, on: datetime.date) -> bool:
    first, last = _span(row)
    return first <= on <= last


def _is_up_to(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= most


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True
