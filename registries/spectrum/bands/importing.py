"""Read a table of allocations from a CSV file: every row that cannot be used is a finding.

Frequencies may be given in Hz (`lower_hz`, `upper_hz`), or as numbers with a unit in columns `lower` and `upper`
(`87.5 MHz`, `0,283 GHz`), exactly. Services may be given by code or by name in either language; written in capitals, as
printed tables do, they are primary, unless a column `status` says otherwise.
"""

import csv
import datetime
import io
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

import data
from registries.spectrum.bands.allocations import REGION, Allocation, Band, Status, check_table
from registries.spectrum.bands.errors import AllocationsUnreadable, BandFaulty
from registries.spectrum.findings import Finding

_UNITS: Final = {"HZ": 1, "KHZ": 10**3, "MHZ": 10**6, "GHZ": 10**9}
_FREQUENCY: Final = re.compile(r"([0-9][0-9 ]*(?:[.,][0-9]+)?)\s*([KMG]?HZ)?", re.IGNORECASE)
_PRIMARY: Final = {"primary", "p", "chính", "1"}
_SECONDARY: Final = {"secondary", "s", "phụ", "2"}


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file gave: `rows_in` are its rows, each of which is an allocation or was rejected with an error."""

    allocations: tuple[Allocation, ...]
    findings: tuple[Finding, ...]
    rows_in: int
    rejected: int


def read_frequency(text: str) -> int:
    """Give a frequency in whole Hz, exactly: `87.5 MHz`, `0,283 GHz`, `9000`.

    Raises:
        ValueError: It is no number, or no whole number of Hz.
    """
    found = _FREQUENCY.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is no frequency")
    try:
        value = Decimal(found[1].replace(" ", "").replace(",", ".")) * _UNITS[(found[2] or "Hz").upper()]
    except InvalidOperation as cause:
        raise ValueError(f"{text!r} is no frequency") from cause
    if value != value.to_integral_value():
        raise ValueError(f"{text!r} is no whole number of Hz")
    return int(value)


def read_allocations(path: Path, source: str, *, region: int = REGION) -> Imported:
    """Read a file; `source` is the instrument that its rows are said to come from, where they name none.

    Raises:
        AllocationsUnreadable: The file cannot be opened, is no UTF-8 text, or lacks a column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise AllocationsUnreadable(path=path, reason="it cannot be read as UTF-8 text") from cause
    reader = csv.DictReader(io.StringIO(text, newline=""))
    columns = set(reader.fieldnames or ())
    edges = ("lower_hz", "upper_hz") if {"lower_hz", "upper_hz"} <= columns else ("lower", "upper")
    if not {*edges, "service"} <= columns:
        raise AllocationsUnreadable(path=path, reason="line 1: it needs lower_hz, upper_hz (or lower, upper), service")
    names = _service_names()
    kept: list[Allocation] = []
    findings: list[Finding] = []
    rows = 0
    for row in reader:
        rows += 1
        where = f"{path.name}, line {reader.line_num}"
        try:
            kept.append(_allocation(row, edges, names, source, region, where))
        except (ValueError, BandFaulty) as error:
            vi = f"không đọc được dòng: {row.get(edges[0])} - {row.get(edges[1])}"
            findings.append(Finding("allocation-row-faulty", "error", where, vi, str(error)))
    findings += check_table(kept)
    return Imported(tuple(kept), tuple(findings), rows, rows - len(kept))


def _service_names() -> dict[str, str]:
    names = {}
    for row in data.table("spectrum_services"):
        for name in (row["service"], row["vietnamese"], row["english"]):
            names[name.casefold()] = row["service"]
    return names


def _allocation(
    row: dict[str, str | None], edges: tuple[str, str], names: dict[str, str], source: str, region: int, where: str
) -> Allocation:
    if None in row.values() or None in row:
        raise ValueError("the line has another number of values than the header")
    cells = {column: (value or "").strip() for column, value in row.items()}
    band = Band(read_frequency(cells[edges[0]]), read_frequency(cells[edges[1]]))
    name = cells["service"]
    if name.casefold() not in names:
        raise ValueError(f"service {name!r} is not in spectrum_services")
    certainty = cells.get("certainty") or "C"
    return Allocation(
        band,
        int(cells.get("region") or region),
        names[name.casefold()],
        _status(cells.get("status", ""), name),
        _list(cells.get("qualifiers", "")),
        _list(cells.get("footnotes", "")),
        _list(cells.get("band_footnotes", "")),
        cells.get("source") or source,
        certainty,
        _day(cells.get("valid_from", "")),
        _day(cells.get("valid_to", "")),
        where,
    )


def _status(text: str, name: str) -> Status:
    if text.casefold() in _PRIMARY:
        return "primary"
    if text.casefold() in _SECONDARY:
        return "secondary"
    if text:
        raise ValueError(f"status {text!r} is neither primary nor secondary")
    return "primary" if name.isupper() else "secondary"


def _list(text: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[;\s]+", text) if part)


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
