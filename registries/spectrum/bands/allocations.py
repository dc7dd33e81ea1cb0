"""The table of frequency allocations: bands in whole Hz, services with their status, footnotes, by region and day.

A band is given to services, each primary or secondary, with qualifiers; footnotes stand at a service or at the whole
band. A secondary service must not disturb a primary one nor claim protection from it (RR 5.28-5.31). Rows are stated in
our own words with their source and certainty: the starter table is no copy of the Radio Regulations, and the national
plan of October 2025 takes its place once it is imported.

References:
    Radio Regulations, Articles 1 (services) and 5 (allocations); data/tables/spectrum_allocations.csv,
    spectrum_services.csv, spectrum_footnotes.csv.
"""

import datetime
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

import data
from registries.overlay import CONFIRMED, Tables
from registries.spectrum.bands.errors import BandFaulty
from registries.spectrum.findings import Finding

Status = Literal["primary", "secondary"]
OURS: Final = Tables()
LAST_HZ: Final = 3_000_000_000_000
"""The upper end of the radio spectrum (RR 1.5)."""

REGION: Final = 3
"""The ITU region of Viet Nam."""


@dataclass(frozen=True, slots=True, order=True)
class Band:
    """Frequencies from `lower_hz` up to but not including `upper_hz`, in whole Hz."""

    lower_hz: int
    upper_hz: int

    def __post_init__(self) -> None:
        for edge in (self.lower_hz, self.upper_hz):
            if isinstance(edge, bool) or not isinstance(edge, int):
                raise BandFaulty(lower=self.lower_hz, upper=self.upper_hz, reason=f"{edge!r} is no whole number")
        if self.lower_hz < 0 or self.upper_hz > LAST_HZ:
            raise BandFaulty(lower=self.lower_hz, upper=self.upper_hz, reason="it leaves the radio spectrum")
        if self.lower_hz == self.upper_hz:
            raise BandFaulty(lower=self.lower_hz, upper=self.upper_hz, reason="it has no width")
        if self.lower_hz > self.upper_hz:
            raise BandFaulty(lower=self.lower_hz, upper=self.upper_hz, reason="it runs backwards")

    def __str__(self) -> str:
        return f"{self.lower_hz / 1e6:g}-{self.upper_hz / 1e6:g} MHz"

    @property
    def width_hz(self) -> int:
        """How many Hz the band is wide."""
        return self.upper_hz - self.lower_hz

    def overlaps(self, other: "Band") -> bool:
        """Say whether the two have a frequency in common."""
        return self.lower_hz < other.upper_hz and other.lower_hz < self.upper_hz

    def contains(self, other: "Band") -> bool:
        """Say whether the other lies wholly inside."""
        return self.lower_hz <= other.lower_hz and other.upper_hz <= self.upper_hz


def band_around(centre_hz: int, width_hz: int) -> Band:
    """Give the band of an assignment; an odd width is rounded up to the next whole Hz.

    Raises:
        BandFaulty: The width is not above zero, or the band leaves the spectrum.
    """
    if width_hz <= 0:
        raise BandFaulty(lower=centre_hz, upper=centre_hz, reason=f"a width of {width_hz} Hz is none")
    half = -(-width_hz // 2)
    return Band(centre_hz - half, centre_hz + half)


@dataclass(frozen=True, slots=True)
class Allocation:
    """One service in one band; `footnotes` are those at the service, `band_footnotes` those of the whole cell."""

    band: Band
    region: int
    service: str
    status: Status
    qualifiers: tuple[str, ...] = ()
    footnotes: tuple[str, ...] = ()
    band_footnotes: tuple[str, ...] = ()
    source: str = ""
    certainty: str = "U"
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    where: str = field(default="", compare=False)

    @property
    def is_confirmed(self) -> bool:
        """Whether the source of the row, or a second one, was read."""
        return self.certainty in CONFIRMED


def allocations(on: datetime.date, tables: Tables = OURS, region: int = REGION) -> tuple[Allocation, ...]:
    """Give the allocations of a region that hold on a day, in order of frequency."""
    found = (from_row(row) for row in tables.rows("spectrum_allocations", on))
    return tuple(sorted((row for row in found if row.region == region), key=lambda row: (row.band, row.service)))


def from_row(row: data.Row, where: str = "") -> Allocation:
    """Read a row of the table; lists stand between semicolons.

    Raises:
        BandFaulty: The band is none.
        ValueError: A number or a date is none.
    """
    return Allocation(
        Band(int(row["lower_hz"]), int(row["upper_hz"])),
        int(row["region"]),
        row["service"],
        "primary" if row["status"] == "primary" else "secondary",
        _list(row["qualifiers"]),
        _list(row["footnotes"]),
        _list(row["band_footnotes"]),
        row["source"],
        row["certainty"],
        _day(row["valid_from"]),
        _day(row["valid_to"]),
        where,
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def services_in(band: Band, rows: Iterable[Allocation]) -> tuple[Allocation, ...]:
    """Give the allocations that the whole of a band lies in; one that spans an edge of the table is in none of them.

    A service whose own rows adjoin counts as one band: 470-694 and 694-960 MHz hold an assignment across 694 MHz.
    """
    touching = [row for row in rows if row.band.overlaps(band)]
    found = []
    for _, group in itertools.groupby(sorted(touching, key=lambda row: row.service), key=lambda row: row.service):
        parts = sorted(group, key=lambda row: row.band)
        reached = band.lower_hz
        for part in parts:
            if part.band.lower_hz <= reached:
                reached = max(reached, part.band.upper_hz)
        if reached >= band.upper_hz:
            found += parts
    return tuple(found)


def check_assignment(service: str, band: Band, rows: Iterable[Allocation], where: str) -> tuple[Finding, ...]:
    """Find what is wrong with a service using a band: not allocated to it, or allocated with a lower status."""
    found = services_in(band, rows)
    own = [row for row in found if row.service == service]
    if not own:
        others = ", ".join(sorted({row.service for row in found})) or "-"
        vi = f"băng {band} không phân bổ cho nghiệp vụ {service} (có: {others})"
        en = f"band {band} is not allocated to service {service} (it is to: {others})"
        return (Finding("allocation-missing", "error", where, vi, en),)
    if any(row.status == "secondary" for row in own):
        vi = f"nghiệp vụ {service} là nghiệp vụ phụ trong {band}: không gây nhiễu, không đòi nghiệp vụ chính bảo vệ"
        en = (
            f"service {service} is secondary in {band}: it neither disturbs a primary one nor claims protection from it"
        )
        return (Finding("allocation-secondary", "warning", where, vi, en),)
    return ()


def check_table(rows: Iterable[Allocation], *, whole_spectrum: bool = False) -> tuple[Finding, ...]:
    """Find what is wrong with a table: one service twice in a band, bands that cross, unknown services, gaps.

    With `whole_spectrum` a gap is a warning; a starter table has them everywhere.
    """
    kept = sorted(rows, key=lambda row: (row.region, row.band))
    known = {row["service"] for row in data.table("spectrum_services")}
    notes = {row["footnote"] for row in data.table("spectrum_footnotes")}
    findings: list[Finding] = []
    for row in kept:
        where = row.where or str(row.band)
        if row.service not in known:
            vi, en = f"không có nghiệp vụ {row.service}", f"no service is called {row.service}"
            findings.append(Finding("allocation-service-unknown", "error", where, vi, en))
        for note in (*row.footnotes, *row.band_footnotes):
            if note not in notes:
                vi, en = f"chưa có nội dung chú thích {note}", f"footnote {note} is not in the table of footnotes"
                findings.append(Finding("allocation-footnote-unknown", "warning", where, vi, en))
    for _, group in itertools.groupby(kept, key=lambda row: row.region):
        findings += _crossings(list(group), whole_spectrum)
    return tuple(findings)


def _crossings(rows: list[Allocation], whole_spectrum: bool) -> Iterator[Finding]:
    bands = sorted({row.band for row in rows})
    widest: Band | None = None
    for band in bands:
        if widest is not None and band.overlaps(widest):
            vi, en = f"băng {band} chồng lên {widest}", f"band {band} overlaps {widest}"
            yield Finding("allocation-overlap", "error", str(band), vi, en)
        elif whole_spectrum and band.lower_hz > (widest.upper_hz if widest else 0):
            gap = Band(widest.upper_hz if widest else 0, band.lower_hz)
            yield Finding("allocation-gap", "warning", str(gap), f"trống {gap}", f"nothing is said of {gap}")
        if widest is None or band.upper_hz > widest.upper_hz:
            widest = band
    if whole_spectrum and widest is not None and widest.upper_hz < LAST_HZ:
        gap = Band(widest.upper_hz, LAST_HZ)
        yield Finding("allocation-gap", "warning", str(gap), f"trống {gap}", f"nothing is said of {gap}")
    for key, same in itertools.groupby(rows, key=lambda row: row.band):
        seen: set[tuple[str, tuple[str, ...]]] = set()
        for row in same:
            if (row.service, row.qualifiers) in seen:
                vi, en = f"nghiệp vụ {row.service} lặp lại", f"service {row.service} stands twice"
                yield Finding("allocation-doubled", "error", row.where or str(key), vi, en)
            seen.add((row.service, row.qualifiers))


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a service in a band between two days; None where it was, or is, not allocated."""

    band: Band
    service: str
    before: Status | None
    after: Status | None


def changes(before: Iterable[Allocation], after: Iterable[Allocation]) -> tuple[Change, ...]:
    """Compare two tables by the pieces between all edges of both; pieces that adjoin and change alike are one."""
    old, new = list(before), list(after)
    edges = sorted({edge for row in (*old, *new) for edge in (row.band.lower_hz, row.band.upper_hz)})
    found: list[Change] = []
    for lower, upper in itertools.pairwise(edges):
        piece = Band(lower, upper)
        was, now = (_by_service(piece, rows) for rows in (old, new))
        for service in sorted(was.keys() | now.keys()):
            if was.get(service) != now.get(service):
                found.append(Change(piece, service, was.get(service), now.get(service)))
    return _joined(found)


def _by_service(piece: Band, rows: list[Allocation]) -> dict[str, Status]:
    """Give the status of each service in a piece; of several rows the primary one."""
    found: dict[str, Status] = {}
    for row in rows:
        if row.band.contains(piece) and found.get(row.service) != "primary":
            found[row.service] = row.status
    return found


def _joined(found: list[Change]) -> tuple[Change, ...]:
    kept: list[Change] = []
    for change in sorted(found, key=lambda change: (change.service, change.band)):
        last = kept[-1] if kept else None
        if (
            last is not None
            and (last.service, last.before, last.after) == (change.service, change.before, change.after)
            and last.band.upper_hz == change.band.lower_hz
        ):
            kept[-1] = Change(
                Band(last.band.lower_hz, change.band.upper_hz), change.service, change.before, change.after
            )
        else:
            kept.append(change)
    return tuple(sorted(kept, key=lambda change: (change.band, change.service)))
