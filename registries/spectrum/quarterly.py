"""A holder's quarterly list of transmitters against the register: what is missing, extra, changed, or outside.

The holder of a band licence reports every quarter which transmitters stand where (Decree 63/2023/ND-CP). Rows meet by
their `assignment_id`; those left over by frequencies and nearness of place, the nearest first. What differs by more
than the tolerances of the day is told field by field, with the place. Rows outside of the licence's bands or provinces,
or of another holder's licence, are errors.

References:
    data/tables/station_list_tolerances.csv (proposals: none are published).
"""

import datetime
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from registries.overlay import Tables
from registries.spectrum.bands.allocations import Band, band_around
from registries.spectrum.exchange.errors import ExchangeError
from registries.spectrum.findings import Finding

OURS: Final = Tables()
_METRES_A_DEGREE: Final = 111_320.0
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Extent:
    """What a licence allows: bands, and provinces by code; no provinces mean the whole country."""

    licence_id: str
    holder_id: str
    bands: tuple[Band, ...]
    provinces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How far a list may differ from the register before it is told."""

    position_m: float
    frequency_hz: float
    bandwidth_hz: float
    power_db: float
    gain_db: float
    height_m: float
    azimuth_deg: float
    tilt_deg: float


def tolerances(on: datetime.date, tables: Tables = OURS) -> Tolerances:
    """Give the tolerances of a day.

    Raises:
        ExchangeError: One of them has no row.
    """
    rows = {row["quantity"]: float(row["value"]) for row in tables.rows("station_list_tolerances", on)}
    missing = [name for name in Tolerances.__dataclass_fields__ if name not in rows]
    if missing:
        raise ExchangeError(detail=f"no tolerance is loaded for {', '.join(missing)} on {on}")
    return Tolerances(**{name: rows[name] for name in Tolerances.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of the list and one of the register that are the same station, and the fields that differ too much."""

    listed_id: str
    registered_id: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """How a list agrees with the register; both accounts balance: pairs + extra, pairs + missing."""

    pairs: tuple[Pair, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def changed(self) -> tuple[Pair, ...]:
        """The pairs that differ."""
        return tuple(pair for pair in self.pairs if pair.changed)


_FIELDS: Final = (
    ("tx_frequency_hz", "frequency_hz", "tần số phát", "transmit frequency", "Hz"),
    ("rx_frequency_hz", "frequency_hz", "tần số thu", "receive frequency", "Hz"),
    ("bandwidth_hz", "bandwidth_hz", "băng thông", "bandwidth", "Hz"),
    ("power_dbm", "power_db", "công suất", "power", "dBm"),
    ("antenna_gain_dbi", "gain_db", "hệ số khuếch đại", "antenna gain", "dBi"),
    ("height_agl_m", "height_m", "độ cao ăng ten", "antenna height", "m"),
    ("azimuth_deg", "azimuth_deg", "góc phương vị", "azimuth", "°"),
    ("tilt_deg", "tilt_deg", "góc ngẩng", "tilt", "°"),
)
_TEXTS: Final = (("emission", "phát xạ", "emission"), ("polarisation", "phân cực", "polarisation"))


def reconcile(
    listed: pl.DataFrame,
    registered: pl.DataFrame,
    extents: Iterable[Extent],
    on: datetime.date,
    *,
    holder_id: str,
    tables: Tables = OURS,
) -> Reconciliation:
    """Compare the list of a holder with the holder's assignments in the register.

    Raises:
        ExchangeError: Two rows of one side have the same id, or a tolerance is not loaded.
    """
    limits = tolerances(on, tables)
    ours, theirs = _rows(registered, "the register"), _rows(listed, "the list")
    by_id = {row["assignment_id"]: row for row in ours}
    met = [(row, by_id[row["assignment_id"]]) for row in theirs if row["assignment_id"] in by_id]
    taken = {row["assignment_id"] for row, _ in met}
    met += _nearest(
        [row for row in theirs if row["assignment_id"] not in taken],
        [row for row in ours if row["assignment_id"] not in taken],
        limits,
    )
    findings: list[Finding] = []
    pairs = []
    for row, known in met:
        changes = _changes(row, known, limits)
        pairs.append(Pair(row["assignment_id"], known["assignment_id"], tuple(name for name, _, _ in changes)))
        for _, vi, en in changes:
            findings.append(Finding("list-changed", "warning", _place(row), vi, en))
    listed_met, known_met = {id(row) for row, _ in met}, {id(row) for _, row in met}
    extra = [row for row in theirs if id(row) not in listed_met]
    missing = [row for row in ours if id(row) not in known_met]
    for row in extra:
        vi, en = "có trong danh sách, không có trong sổ đăng ký", "in the list, and not in the register"
        findings.append(Finding("list-extra", "warning", _place(row), vi, en))
    for row in missing:
        vi, en = "có trong sổ đăng ký, không có trong danh sách", "in the register, and not in the list"
        findings.append(Finding("list-missing", "warning", _place(row), vi, en))
    licences = {extent.licence_id: extent for extent in extents}
    for row in theirs:
        findings += outside(row, licences, holder_id)
    return Reconciliation(
        tuple(sorted(pairs, key=lambda pair: pair.listed_id)),
        tuple(sorted(row["assignment_id"] for row in missing)),
        tuple(sorted(row["assignment_id"] for row in extra)),
        tuple(findings),
    )


def outside(row: Row, licences: Mapping[str, Extent], holder_id: str) -> tuple[Finding, ...]:
    """Find where a row leaves its licence: an unknown licence, another holder's, another band, another province."""
    where = _place(row)
    extent = licences.get(row["licence_id"] or "")
    if extent is None:
        vi, en = f"không có giấy phép {row['licence_id']!r}", f"there is no licence {row['licence_id']!r}"
        return (Finding("list-licence-unknown", "error", where, vi, en),)
    findings = []
    if extent.holder_id != holder_id:
        vi = f"giấy phép {extent.licence_id} của {extent.holder_id}"
        en = f"licence {extent.licence_id} is that of {extent.holder_id}"
        findings.append(Finding("list-other-holder", "error", where, vi, en))
    allowed = ", ".join(str(band) for band in extent.bands)
    for name in ("tx_frequency_hz", "rx_frequency_hz"):
        if row[name] is None or not row["bandwidth_hz"]:
            continue
        used = band_around(row[name], row["bandwidth_hz"])
        if not any(band.contains(used) for band in extent.bands):
            vi = f"{used} nằm ngoài băng được cấp ({allowed})"
            en = f"{used} lies outside of the licensed bands ({allowed})"
            findings.append(Finding("list-outside-band", "error", where, vi, en))
    province = row["province_code"]
    if extent.provinces and province not in extent.provinces:
        vi = f"tỉnh {province} nằm ngoài vùng được cấp"
        en = f"province {province} lies outside of the licensed area"
        findings.append(Finding("list-outside-area", "error", where, vi, en))
    return tuple(findings)


def _rows(table: pl.DataFrame, where: str) -> list[Row]:
    rows: list[Row] = table.rows(named=True)
    seen: set[str] = set()
    for row in rows:
        if row["assignment_id"] in seen:
            raise ExchangeError(detail=f"{where} has assignment {row['assignment_id']} twice")
        seen.add(row["assignment_id"])
    return rows


def _place(row: Row) -> str:
    name = f"{row['assignment_id']} ({row['station_name']})" if row["station_name"] else str(row["assignment_id"])
    return f"{name} @ {row['latitude_deg']:.5f}, {row['longitude_deg']:.5f}"


def distance_m(one: Row, other: Row) -> float:
    """Give the distance of two near places in m, on the plane that touches the earth between them."""
    middle = math.radians((one["latitude_deg"] + other["latitude_deg"]) / 2)
    east = (one["longitude_deg"] - other["longitude_deg"]) * math.cos(middle)
    return math.hypot(one["latitude_deg"] - other["latitude_deg"], east) * _METRES_A_DEGREE


def _nearest(theirs: list[Row], ours: list[Row], limits: Tolerances) -> list[tuple[Row, Row]]:
    """Pair rows of equal frequencies within the tolerance of place, nearest first, then by azimuth, then by id."""
    # Cells twice as wide as the tolerance: a partner lies in the same cell or in one beside it.
    cell_deg = max(2 * limits.position_m, 1.0) / _METRES_A_DEGREE
    cells: dict[tuple[int, int, int | None, int | None], list[Row]] = defaultdict(list)
    for row in ours:
        cells[(*_cell(row, cell_deg), row["tx_frequency_hz"], row["rx_frequency_hz"])].append(row)
    candidates = []
    for row in theirs:
        north, east = _cell(row, cell_deg)
        for step_north in (-1, 0, 1):
            for step_east in (-1, 0, 1):
                key = (north + step_north, east + step_east, row["tx_frequency_hz"], row["rx_frequency_hz"])
                for known in cells.get(key, ()):
                    apart = distance_m(row, known)
                    if apart <= limits.position_m:
                        turn = _turn(row["azimuth_deg"], known["azimuth_deg"])
                        candidates.append((apart, turn, row["assignment_id"], known["assignment_id"], row, known))
    met, used = [], set[tuple[str, str]]()
    for _, _, listed, registered, row, known in sorted(candidates, key=lambda candidate: candidate[:4]):
        if ("list", listed) in used or ("register", registered) in used:
            continue
        used |= {("list", listed), ("register", registered)}
        met.append((row, known))
    return met


def _cell(row: Row, cell_deg: float) -> tuple[int, int]:
    # A degree of longitude is shorter than one of latitude: twice the width is safe up to 60 degrees.
    return math.floor(row["latitude_deg"] / cell_deg), math.floor(row["longitude_deg"] / (2 * cell_deg))


def _turn(one: float | None, other: float | None) -> float:
    """Give the angle between two azimuths; 0 where neither is given, 180 where one is."""
    if one is None or other is None:
        return 0.0 if one is other else 180.0
    return abs((one - other + 180) % 360 - 180)


def _changes(row: Row, known: Row, limits: Tolerances) -> list[tuple[str, str, str]]:
    found = []
    apart = distance_m(row, known)
    if apart > limits.position_m:
        vi, en = f"vị trí lệch {apart:.0f} m so với sổ đăng ký", f"it stands {apart:.0f} m from where it is registered"
        found.append(("position", vi, en))
    for name, limit, vi, en, unit in _FIELDS:
        now, before = row[name], known[name]
        if now is None and before is None:
            continue
        if now is not None and before is not None:
            difference = _turn(now, before) if name == "azimuth_deg" else abs(now - before)
            if difference <= getattr(limits, limit):
                continue
        texts = [f"{'-' if value is None else f'{value:.12g}'} {unit}" for value in (before, now)]
        found.append((name, f"{vi}: {texts[0]} -> {texts[1]}", f"{en}: {texts[0]} -> {texts[1]}"))
    for name, vi, en in _TEXTS:
        if row[name] != known[name]:
            found.append((name, f"{vi}: {known[name]} -> {row[name]}", f"{en}: {known[name]} -> {row[name]}"))
    return found
