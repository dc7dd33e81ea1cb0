"""The public register of Australia (RRL): CSV tables of devices, sites, antennas and licences.

One device is one assignment: a transmitter (device type T) or a receiver (R). Frequencies and bandwidths are in Hz,
heights in m, gains in dBi; powers have a unit beside them.

References:
    Australian Communications and Media Authority, spectra_rrl: column names of device_details, site, antenna, licence,
    antenna_pattern.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from registries.spectrum.antennas.errors import AntennaError, LevelFaulty
from registries.spectrum.antennas.levels import Dbi
from registries.spectrum.antennas.patterns import DEGREES, Pattern, resample
from registries.spectrum.exchange import quantities
from registries.spectrum.exchange.columns import Imported, Row, gather
from registries.spectrum.exchange.errors import StationFileUnreadable
from registries.spectrum.findings import Finding

_NEEDED: Final = {
    "device_details": ("SDD_ID", "LICENCE_NO", "FREQUENCY", "BANDWIDTH", "DEVICE_TYPE", "SITE_ID"),
    "site": ("SITE_ID", "LATITUDE", "LONGITUDE"),
}
_POLARISATIONS: Final = {"H": "H", "V": "V", "C": "C", "R": "C", "L": "C", "D": "X", "X": "X", "S": "X", "M": "X"}
Cells = dict[str, str]


def read_rrl(folder: Path) -> Imported:
    """Read a folder of CSV tables; rows in are its devices.

    Raises:
        StationFileUnreadable: `device_details` or `site` is missing or lacks a column, or a file is no UTF-8 text.
    """
    sites = {cells["SITE_ID"]: cells for _, cells in _cells(folder, "site")}
    antennas = {cells.get("ANTENNA_ID", ""): cells for _, cells in _cells(folder, "antenna")}
    licences = {cells.get("LICENCE_NO", ""): cells for _, cells in _cells(folder, "licence")}
    return gather(
        [(where, *_row(cells, sites, antennas, licences, where)) for where, cells in _cells(folder, "device_details")]
    )


def read_rrl_patterns(folder: Path) -> tuple[dict[str, Pattern], tuple[Finding, ...]]:
    """Read the patterns of antennas (`antenna_pattern`): of each antenna that has points, by its number.

    Raises:
        StationFileUnreadable: A file is no UTF-8 text.
    """
    gains = {cells.get("ANTENNA_ID", ""): cells for _, cells in _cells(folder, "antenna")}
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    findings = []
    for where, cells in _cells(folder, "antenna_pattern"):
        try:
            point = quantities.plain(cells["ANGLE"]), quantities.plain(cells["ATTENUATION"])
        except (ValueError, KeyError) as error:
            findings.append(Finding("rrl-point-faulty", "error", where, "điểm giản đồ sai", f"no point: {error}"))
            continue
        points[cells.get("ANTENNA_ID", "")].append(point)
    found = {}
    for name, pairs in points.items():
        angles, losses = zip(*pairs, strict=True)
        cells = gains.get(name, {})
        try:
            gain = Dbi(quantities.optional(cells.get("GAIN")) or 0.0)
            # A half of a pattern up to 180 degrees stands for both sides.
            mirrored = max(angles) <= 180 and min(angles) >= 0
            around = resample(
                (*angles, *(-angle for angle in angles)) if mirrored else angles, losses * 2 if mirrored else losses
            )
            found[name] = Pattern(
                cells.get("MODEL") or name, gain, around, np.zeros(DEGREES), cells.get("MANUFACTURER") or ""
            )
        except (ValueError, AntennaError) as error:
            where = f"antenna {name}"
            findings.append(Finding("rrl-pattern-faulty", "error", where, "giản đồ ăng ten sai", str(error)))
    return found, tuple(findings)


def _cells(folder: Path, name: str) -> Iterator[tuple[str, Cells]]:
    path = folder / f"{name}.csv"
    needed = _NEEDED.get(name)
    if needed is None and not path.exists():
        return
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = set(needed or ()) - set(reader.fieldnames or ())
            if missing:
                reason = f"it has no column {', '.join(sorted(missing))}"
                raise StationFileUnreadable(path=path, line=", line 1", reason=reason)
            for cells in reader:
                filled = {key: (value or "").strip() for key, value in cells.items() if isinstance(key, str)}
                yield f"{path.name}, line {reader.line_num}", filled
    except (OSError, UnicodeDecodeError, csv.Error) as cause:
        raise StationFileUnreadable(path=path, line="", reason=f"it cannot be read: {cause}") from cause


def _row(
    cells: Cells, sites: dict[str, Cells], antennas: dict[str, Cells], licences: dict[str, Cells], where: str
) -> tuple[Row | None, list[Finding]]:
    kind, site = cells["DEVICE_TYPE"].upper(), sites.get(cells["SITE_ID"])
    if kind not in {"T", "R"}:
        vi, en = f"loại thiết bị {kind!r}", f"the device type is {kind!r}, and it is T or R"
        return None, [Finding("rrl-device-type", "error", where, vi, en)]
    if site is None:
        vi, en = f"không có vị trí {cells['SITE_ID']!r}", f"there is no site {cells['SITE_ID']!r}"
        return None, [Finding("rrl-site-missing", "error", where, vi, en)]
    antenna = antennas.get(cells.get("ANTENNA_ID", ""), {})
    licence = licences.get(cells["LICENCE_NO"], {})
    try:
        frequency = quantities.hertz(cells["FREQUENCY"], "Hz")
        row: Row = {
            "assignment_id": cells["SDD_ID"] or None,
            "licence_id": cells["LICENCE_NO"] or None,
            "holder_id": licence.get("CLIENT_NO") or None,
            "site_id": cells["SITE_ID"],
            "station_name": cells.get("STATION_NAME") or site.get("NAME") or None,
            "latitude_deg": quantities.plain(site["LATITUDE"]),
            "longitude_deg": quantities.plain(site["LONGITUDE"]),
            "ground_m": quantities.optional(site.get("ELEVATION")),
            "height_agl_m": quantities.optional(cells.get("HEIGHT")),
            "tx_frequency_hz": frequency if kind == "T" else None,
            "rx_frequency_hz": frequency if kind == "R" else None,
            "bandwidth_hz": quantities.hertz(cells["BANDWIDTH"], "Hz") if cells["BANDWIDTH"] else None,
            "emission": cells.get("EMISSION") or None,
            "feeder_loss_db": quantities.optional(cells.get("FEEDER_LOSS")),
            "antenna_gain_dbi": quantities.optional(antenna.get("GAIN")),
            "antenna_pattern": cells.get("ANTENNA_ID") or None,
            "azimuth_deg": quantities.optional(cells.get("AZIMUTH")),
            "tilt_deg": quantities.optional(cells.get("TILT")),
            "beamwidth_deg": quantities.optional(antenna.get("H_BEAMWIDTH")),
            "polarisation": _POLARISATIONS.get(cells.get("POLARISATION", "").upper()[:1]),
            "service": cells.get("CLASS_OF_STATION_CODE") or None,
        }
        if kind == "T":
            row["power_dbm"] = _power(cells, row)
    except (ValueError, LevelFaulty) as error:
        return None, [Finding("rrl-value-faulty", "error", where, "giá trị không đọc được", str(error))]
    return row, []


def _power(cells: Cells, row: Row) -> float | None:
    if cells.get("TRANSMITTER_POWER"):
        return quantities.power_dbm(cells["TRANSMITTER_POWER"], cells.get("TRANSMITTER_POWER_UNIT") or "W")
    if cells.get("EIRP") and row["antenna_gain_dbi"] is not None:
        eirp = quantities.power_dbm(cells["EIRP"], cells.get("EIRP_UNIT") or "W")
        return float(eirp - row["antenna_gain_dbi"] + (row["feeder_loss_db"] or 0.0))
    return None
