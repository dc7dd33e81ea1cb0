"""The public list of Canada (TAFL): a CSV file without headers, one line for each frequency sent or received.

References:
    Innovation, Science and Economic Development Canada, Technical and Administrative Frequency Lists: positions of
    columns (counted from 0): frequency MHz, bandwidth kHz, power W, ERP dBW, losses dB, gain dBi, heights m.
"""

import csv
from pathlib import Path
from typing import Final

from registries.spectrum.antennas.errors import LevelFaulty
from registries.spectrum.antennas.levels import DIPOLE_DBI
from registries.spectrum.exchange import quantities
from registries.spectrum.exchange.columns import Imported, Row, gather
from registries.spectrum.exchange.errors import StationFileUnreadable
from registries.spectrum.findings import Finding

POSITIONS: Final = {
    "way": 0, "frequency": 1, "record": 2, "bandwidth": 10, "emission": 11, "erp_dbw": 14, "power_w": 15, "losses": 16,
    "gain": 23, "pattern": 24, "beamwidth": 25, "polarisation": 27, "height": 28, "azimuth": 29, "elevation": 30,
    "place": 31, "call_sign": 33, "class": 35, "latitude": 40, "longitude": 41, "ground": 42, "authorization": 47,
    "service": 48, "account": 53,
}  # fmt: skip
"""Field -> position."""

_LAST: Final = max(POSITIONS.values())
_POLARISATIONS: Final = {"H": "H", "V": "V", "C": "C", "R": "C", "L": "C", "D": "X", "X": "X", "S": "X", "M": "X"}


def read_tafl(path: Path) -> Imported:
    """Read a list; rows in are its lines.

    Raises:
        StationFileUnreadable: The file cannot be opened, or is no text.
    """
    rows: list[tuple[str, Row | None, list[Finding]]] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            for cells in reader:
                if cells:
                    where = f"{path.name}, line {reader.line_num}"
                    rows.append((where, *_row(cells, where)))
    except (OSError, UnicodeDecodeError, csv.Error) as cause:
        raise StationFileUnreadable(path=path, line="", reason=f"it cannot be read: {cause}") from cause
    return gather(rows)


def _row(cells: list[str], where: str) -> tuple[Row | None, list[Finding]]:
    if len(cells) <= _LAST:
        vi = f"dòng có {len(cells)} trường, cần ít nhất {_LAST + 1}"
        en = f"the line has {len(cells)} fields, and {_LAST + 1} at least are needed"
        return None, [Finding("tafl-line-torn", "error", where, vi, en)]
    given = {name: cells[at].strip() for name, at in POSITIONS.items()}
    way = given["way"].upper()
    if way not in {"TX", "RX"}:
        return None, [
            Finding("tafl-way", "error", where, f"cột 1 là {way!r}", f"column 1 is {way!r}, and it is TX or RX")
        ]
    try:
        frequency = quantities.hertz(given["frequency"], "MHz")
        row: Row = {
            "assignment_id": given["record"] or None,
            "licence_id": given["authorization"] or None,
            "holder_id": given["account"] or None,
            "site_id": given["call_sign"] or None,
            "station_name": given["place"] or None,
            "latitude_deg": quantities.plain(given["latitude"]),
            "longitude_deg": quantities.plain(given["longitude"]),
            "ground_m": quantities.optional(given["ground"]),
            "height_agl_m": quantities.optional(given["height"]),
            "tx_frequency_hz": frequency if way == "TX" else None,
            "rx_frequency_hz": frequency if way == "RX" else None,
            "bandwidth_hz": quantities.hertz(given["bandwidth"], "kHz") if given["bandwidth"] else None,
            "emission": given["emission"] or None,
            "feeder_loss_db": quantities.optional(given["losses"]),
            "antenna_gain_dbi": quantities.optional(given["gain"]),
            "antenna_pattern": given["pattern"] or None,
            "azimuth_deg": quantities.optional(given["azimuth"]),
            "tilt_deg": quantities.optional(given["elevation"]),
            "beamwidth_deg": quantities.optional(given["beamwidth"]),
            "polarisation": _POLARISATIONS.get(given["polarisation"].upper()[:1]),
            "service": given["class"] or None,
        }
        row["power_dbm"] = _power(given, row) if way == "TX" else None
    except (ValueError, LevelFaulty) as error:
        return None, [Finding("tafl-value-faulty", "error", where, "giá trị không đọc được", str(error))]
    return row, []


def _power(given: dict[str, str], row: Row) -> float | None:
    if given["power_w"]:
        return quantities.power_dbm(given["power_w"], "W")
    if given["erp_dbw"] and row["antenna_gain_dbi"] is not None:
        eirp = quantities.power_dbm(given["erp_dbw"], "dBW") + DIPOLE_DBI
        return float(eirp - row["antenna_gain_dbi"] + (row["feeder_loss_db"] or 0.0))
    return None
