"""The public files of the licensing system of the United States (ULS): fields between bars, one kind of record a file.

A folder holds HD (licences), EN (who holds them), LO (places), AN (antennas), FR (frequencies), EM (emissions), PA
(paths of microwave). One frequency record is one assignment; of several emissions the widest is taken and the rest
told. Coordinates are NAD 83, which differs from WGS-84 by up to 2 m, and are taken as they are.

References:
    FCC, Public Access Database Definitions (positions of fields, counted from 0 here).
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registries.spectrum.antennas.errors import LevelFaulty
from registries.spectrum.antennas.levels import DIPOLE_DBI
from registries.spectrum.exchange import quantities
from registries.spectrum.exchange.columns import Imported, Row, gather
from registries.spectrum.exchange.errors import StationFileUnreadable
from registries.spectrum.findings import Finding
from registries.spectrum.identifiers import emission
from registries.spectrum.identifiers.errors import EmissionUnreadable

FIELDS: Final[dict[str, dict[str, int]]] = {
    "HD": {"licence": 1, "call_sign": 4, "status": 5, "radio_service": 6},
    "EN": {"licence": 1, "entity_type": 5, "licensee_id": 6, "name": 7},
    "LO": {
        "licence": 1, "location": 8, "state": 14, "ground": 18, "lat_d": 19, "lat_m": 20, "lat_s": 21, "lat_h": 22,
        "long_d": 23, "long_m": 24, "long_s": 25, "long_h": 26, "name": 42,
    },
    "AN": {
        "licence": 1, "antenna": 6, "location": 7, "height": 11, "model": 13, "tilt": 14, "polarisation": 15,
        "beamwidth": 16, "gain": 17, "azimuth": 18, "line_loss": 33,
    },
    "FR": {
        "licence": 1, "call_sign": 4, "location": 6, "antenna": 7, "frequency": 10, "upper": 11, "output_w": 15,
        "erp_w": 16, "eirp_dbm": 20, "sequence": 26,
    },
    "EM": {"licence": 1, "location": 5, "antenna": 6, "frequency": 7, "emission": 9},
    "PA": {
        "licence": 1, "call_sign": 4, "tx_location": 7, "tx_antenna": 8, "rx_location": 9, "rx_antenna": 10,
        "rx_call_sign": 16,
    },
}  # fmt: skip
"""Record -> field -> position."""

_NEEDED: Final = ("HD", "LO", "FR")
_POLARISATIONS: Final = {"H": "H", "V": "V", "C": "C", "HV": "X", "VH": "X", "S": "X", "D": "X"}
Record = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Files:
    licences: dict[str, Record]
    holders: dict[str, Record]
    places: dict[tuple[str, str], Record]
    antennas: dict[tuple[str, str, str], Record]
    emissions: dict[tuple[str, str, str, str], list[str]]
    paths: dict[tuple[str, str, str], Record]
    backward: dict[tuple[str, str], Record]


def read_uls(folder: Path) -> Imported:
    """Read a folder of record files (`FR.dat`, `HD.dat`, ...); rows in are its frequency records.

    Raises:
        StationFileUnreadable: A needed file is missing, or is no text.
    """
    faults: list[Finding] = []
    records = {kind: list(_records(folder, kind, faults)) for kind in FIELDS}
    files = _Files(
        {record["licence"]: record for _, record in records["HD"]},
        {record["licence"]: record for _, record in records["EN"] if record["entity_type"] == "L"},
        {(record["licence"], record["location"]): record for _, record in records["LO"]},
        {(record["licence"], record["location"], record["antenna"]): record for _, record in records["AN"]},
        _emissions(records["EM"]),
        {(record["licence"], record["tx_location"], record["tx_antenna"]): record for _, record in records["PA"]},
        {(record["call_sign"], record["rx_call_sign"]): record for _, record in reversed(records["PA"])},
    )
    ids = {_key(record): _name(record) for _, record in records["FR"]}
    rows = [(where, *_row(record, files, ids, where)) for where, record in records["FR"]]
    short = [finding for finding in faults if finding.where.startswith("FR")]
    # A torn frequency record is a row in, and rejected.
    done = gather([*rows, *((finding.where, None, [finding]) for finding in short)])
    others = tuple(finding for finding in faults if not finding.where.startswith("FR"))
    return Imported(done.table, (*others, *done.findings), done.rows_in, done.rejected)


def _records(folder: Path, kind: str, faults: list[Finding]) -> Iterator[tuple[str, Record]]:
    path = folder / f"{kind}.dat"
    if not path.exists() and kind not in _NEEDED:
        return
    try:
        text = path.read_bytes().decode("cp1252", errors="replace")
    except OSError as cause:
        raise StationFileUnreadable(path=path, line="", reason="it cannot be opened") from cause
    last = max(FIELDS[kind].values())
    for number, line in enumerate(text.split("\n"), 1):
        cells = line.rstrip("\r").split("|")
        if cells == [""]:
            continue
        where = f"{path.name}, line {number}"
        if cells[0] != kind or len(cells) <= last:
            vi = f"bản ghi {kind} cần {last + 1} trường, có {len(cells)}"
            en = f"a record {kind} has {last + 1} fields at least and begins with {kind}; this one has {len(cells)}"
            faults.append(Finding("uls-record-torn", "error", where, vi, en))
            continue
        yield where, {name: cells[at].strip() for name, at in FIELDS[kind].items()}


def _emissions(records: list[tuple[str, Record]]) -> dict[tuple[str, str, str, str], list[str]]:
    found: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for _, record in records:
        found[(*_key(record), _frequency_key(record["frequency"]))].append(record["emission"])
    return found


def _key(record: Record) -> tuple[str, str, str]:
    return record["licence"], record["location"], record["antenna"]


def _frequency_key(text: str) -> str:
    """The same frequency may be written with other zeros in two files."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _name(record: Record) -> str:
    frequency = record["sequence"] or _frequency_key(record["frequency"])
    return f"{record['call_sign']}-{record['location']}-{record['antenna']}-{frequency}"


def _row(
    record: Record, files: _Files, ids: dict[tuple[str, str, str], str], where: str
) -> tuple[Row | None, list[Finding]]:
    place = files.places.get((record["licence"], record["location"]))
    if place is None:
        vi, en = f"không có vị trí {record['location']}", f"there is no place {record['location']} of the licence"
        return None, [Finding("uls-place-missing", "error", where, vi, en)]
    antenna = files.antennas.get(_key(record), {})
    holder = files.holders.get(record["licence"], {})
    try:
        row: Row = {
            "assignment_id": _name(record),
            "licence_id": record["call_sign"] or None,
            "holder_id": holder.get("licensee_id") or holder.get("name") or None,
            "site_id": f"{record['call_sign']}-{record['location']}",
            "station_name": place["name"] or None,
            "latitude_deg": _degrees(place, "lat"),
            "longitude_deg": _degrees(place, "long"),
            "ground_m": quantities.optional(place["ground"]),
            "height_agl_m": quantities.optional(antenna.get("height")),
            "antenna_gain_dbi": quantities.optional(antenna.get("gain")),
            "antenna_pattern": antenna.get("model") or None,
            "azimuth_deg": quantities.optional(antenna.get("azimuth")),
            "tilt_deg": quantities.optional(antenna.get("tilt")),
            "beamwidth_deg": quantities.optional(antenna.get("beamwidth")),
            "feeder_loss_db": quantities.optional(antenna.get("line_loss")),
            "polarisation": _POLARISATIONS.get(antenna.get("polarisation", "").upper()),
            "service": files.licences.get(record["licence"], {}).get("radio_service") or None,
            "correspondent_id": _correspondent(record, files, ids),
        }
        findings = _frequencies(row, record, files, where)
        _power(row, record)
    except (ValueError, LevelFaulty) as error:
        return None, [Finding("uls-value-faulty", "error", where, "giá trị không đọc được", str(error))]
    return row, findings


def _degrees(place: Record, axis: str) -> float:
    parts = [quantities.optional(place[f"{axis}_{part}"]) for part in "dms"]
    if parts[0] is None:
        raise ValueError(f"the place has no {axis}itude" if axis == "lat" else "the place has no longitude")
    value = parts[0] + (parts[1] or 0) / 60 + (parts[2] or 0) / 3600
    return -value if place[f"{axis}_h"].upper() in {"S", "W"} else value


def _frequencies(row: Row, record: Record, files: _Files, where: str) -> list[Finding]:
    lower = quantities.hertz(record["frequency"], "MHz")
    key = (*_key(record), _frequency_key(record["frequency"]))
    texts = files.emissions.get(key) or files.emissions.get((key[0], "", "", key[3])) or []
    known = []
    for text in texts:
        try:
            known.append(emission.parse(text))
        except EmissionUnreadable as error:
            # The gathering names the emission of a row that has no other; here one more is told of.
            if len(texts) == 1:
                raise ValueError(str(error)) from error
    findings = []
    widest = max(known, key=lambda found: found.bandwidth_hz, default=None)
    if len(known) > 1:
        rest = ", ".join(sorted(str(found) for found in known if found is not widest))
        vi, en = f"còn các phát xạ {rest}", f"there are further emissions: {rest}"
        findings.append(Finding("uls-emissions-further", "info", where, vi, en))
    if record["upper"]:
        upper = quantities.hertz(record["upper"], "MHz")
        if upper <= lower:
            raise ValueError(f"the band from {record['frequency']} to {record['upper']} MHz runs backwards")
        row["tx_frequency_hz"], row["bandwidth_hz"] = (lower + upper) // 2, upper - lower
    else:
        row["tx_frequency_hz"] = lower
        row["bandwidth_hz"] = None if widest is None else math.ceil(widest.bandwidth_hz)
    row["emission"] = None if widest is None else str(widest)
    return findings


def _power(row: Row, record: Record) -> None:
    """Take the output power, or reckon it from EIRP (dBm) or ERP (W) with gain and line loss."""
    if record["output_w"]:
        row["power_dbm"] = quantities.power_dbm(record["output_w"], "W")
        return
    radiated = None
    if record["eirp_dbm"]:
        radiated = quantities.plain(record["eirp_dbm"])
    elif record["erp_w"]:
        radiated = quantities.power_dbm(record["erp_w"], "W") + DIPOLE_DBI
    if radiated is not None and row["antenna_gain_dbi"] is not None:
        row["power_dbm"] = radiated - row["antenna_gain_dbi"] + (row["feeder_loss_db"] or 0.0)


def _correspondent(record: Record, files: _Files, ids: dict[tuple[str, str, str], str]) -> str | None:
    """Give the assignment at the other end of a path: that of the receiving licence which sends back to this one."""
    path = files.paths.get(_key(record))
    if path is None or not path["rx_call_sign"]:
        return None
    back = files.backward.get((path["rx_call_sign"], record["call_sign"]))
    return None if back is None else ids.get((back["licence"], back["tx_location"], back["tx_antenna"]))
