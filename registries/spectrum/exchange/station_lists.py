"""Station lists of holders, from CSV or Excel, with Vietnamese or English headers in any order.

Headers are told apart without regard to marks, case and punctuation, by data/tables/station_list_headers.csv; a unit
stands behind the name (`Tần số phát (MHz)`) or behind the number. Lines of a title above the headers are passed over.
Frequencies without a unit are MHz, bandwidths kHz, powers W, gains dBi. A datum that is given is used, and VN-2000
turned into WGS-84. Where EIRP or ERP is given and no power, the power is reckoned from it with gain and feeder loss.
"""

import csv
import datetime
import io
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

import data
from registries.overlay import Tables
from registries.spectrum.antennas.errors import LevelFaulty
from registries.spectrum.antennas.levels import DIPOLE_DBI
from registries.spectrum.coordinates.places import read_place
from registries.spectrum.exchange import quantities
from registries.spectrum.exchange.columns import Imported, Row, gather
from registries.spectrum.exchange.errors import StationFileUnreadable
from registries.spectrum.findings import Finding

OURS: Final = Tables()
_TITLE_LINES: Final = 20
_DEFAULT_UNITS: Final = {"tx_frequency": "MHz", "rx_frequency": "MHz", "bandwidth": "kHz", "antenna_gain": "dBi"}
_TEXTS: Final = (
    "assignment_id", "licence_id", "holder_id", "site_id", "station_name", "emission", "antenna_pattern", "tx_mask",
    "rx_mask", "service", "criterion", "correspondent_id",
)  # fmt: skip
_NUMBERS: Final = {
    "ground": "ground_m", "height_agl": "height_agl_m", "feeder_loss": "feeder_loss_db", "azimuth": "azimuth_deg",
    "tilt": "tilt_deg", "beamwidth": "beamwidth_deg", "noise_figure": "noise_figure_db",
}  # fmt: skip
_POLARISATIONS: Final = {
    "h": "H", "ngang": "H", "horizontal": "H", "v": "V", "dung": "V", "doc": "V", "vertical": "V", "c": "C",
    "tron": "C", "circular": "C", "x": "X", "cheo": "X", "kep": "X", "dual": "X", "slant": "X",
}  # fmt: skip
_UNIT: Final = re.compile(
    r"[(\[,/]\s*(GHz|MHz|kHz|Hz|mW|kW|W|dBm|dBW|dBi|dBd|dB|m|°|độ|deg)\s*[)\]]?\s*$", re.IGNORECASE
)


def read_station_list(
    path: Path, on: datetime.date, *, holder_id: str | None = None, tables: Tables = OURS
) -> Imported:
    """Read a list as it stood on a day; rows that cannot be used are rejected, each with the errors that say why.

    `holder_id` is put where the list names no holder. Assignments without a number get one from file name and line.

    Raises:
        StationFileUnreadable: The file cannot be read, or has no line of headers with coordinates and a frequency.
    """
    lines = _excel(path) if path.suffix.lower() in {".xlsx", ".xls", ".ods", ".xlsm"} else _csv(path)
    headers, first = _headers(lines, path)
    rows: list[tuple[str, Row | None, list[Finding]]] = []
    for number, cells in lines[first:]:
        if not any(cell.strip() for cell in cells):
            continue
        where = f"{path.name}, line {number}"
        if len(cells) > len(headers) and any(cell.strip() for cell in cells[len(headers) :]):
            vi, en = "nhiều ô hơn tiêu đề", f"{len(cells)} cells under {len(headers)} headers"
            rows.append((where, None, [Finding("station-row-too-wide", "error", where, vi, en)]))
            continue
        given = {
            header[0]: (cell.strip(), header[1]) for header, cell in zip(headers, cells, strict=False) if header[0]
        }
        row, findings = _row(given, where, on, tables)
        if row is not None:
            row["holder_id"] = row["holder_id"] or holder_id
            row["assignment_id"] = row["assignment_id"] or f"{path.stem}:{number}"
        rows.append((where, row, findings))
    return gather(rows)


Line = tuple[int, list[str]]


def _csv(path: Path) -> list[Line]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as cause:
        raise StationFileUnreadable(path=path, line="", reason="it cannot be opened") from cause
    except UnicodeDecodeError as cause:
        reason = f"byte {cause.start} is no UTF-8: save it as CSV UTF-8"
        raise StationFileUnreadable(path=path, line="", reason=reason) from cause
    head = "\n".join(text.splitlines()[:_TITLE_LINES])
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return [(reader.line_num, cells) for cells in reader]
    except csv.Error as cause:
        raise StationFileUnreadable(path=path, line=f", line {reader.line_num}", reason=str(cause)) from cause


def _excel(path: Path) -> list[Line]:
    import fastexcel

    try:
        sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string")
        columns = sheet.to_polars().rows()
    except (fastexcel.FastExcelError, OSError) as cause:
        raise StationFileUnreadable(
            path=path, line="", reason=f"it is no workbook that can be read: {cause}"
        ) from cause
    return [(number, ["" if cell is None else str(cell) for cell in cells]) for number, cells in enumerate(columns, 1)]


def fold(text: str) -> str:
    """Give a header without marks, case and punctuation."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join(re.findall(r"[a-z0-9]+", "".join(one for one in plain if not unicodedata.combining(one))))


def _headers(lines: list[Line], path: Path) -> tuple[list[tuple[str, str]], int]:
    """Find the line of headers: field and unit of every column, and the index of the line below."""
    names = {fold(row["header"]): row["field"] for row in data.table("station_list_headers")}
    for at, (number, cells) in enumerate(lines[:_TITLE_LINES]):
        found = []
        for cell in cells:
            unit = _UNIT.search(cell.strip())
            bare = cell.strip()[: unit.start()] if unit else cell
            field = names.get(fold(bare), names.get(fold(cell), ""))
            found.append((field, unit[1] if unit else ""))
        fields = [field for field, _ in found if field]
        if {"latitude", "longitude"} <= set(fields) and {"tx_frequency", "rx_frequency"} & set(fields):
            doubled = sorted({field for field in fields if fields.count(field) > 1})
            if doubled:
                reason = f"two columns are {', '.join(doubled)}"
                raise StationFileUnreadable(path=path, line=f", line {number}", reason=reason)
            return found, at + 1
    reason = f"none of its first {_TITLE_LINES} lines has headers for latitude, longitude and a frequency"
    raise StationFileUnreadable(path=path, line="", reason=reason)


def _row(
    given: dict[str, tuple[str, str]], where: str, on: datetime.date, tables: Tables
) -> tuple[Row | None, list[Finding]]:
    findings: list[Finding] = []

    def read(field: str, reader: object) -> object:
        text, unit = given.get(field, ("", ""))
        if not text:
            return None
        try:
            return reader(text, unit or _DEFAULT_UNITS.get(field, "W"))  # type: ignore[operator]
        except (ValueError, LevelFaulty) as error:
            findings.append(
                Finding("station-value-faulty", "error", where, f"{field}: {text!r} sai", f"{field}: {error}")
            )
            return None

    row: Row = {name: given.get(name, ("", ""))[0] or None for name in _TEXTS}
    province, found = _province(given.get("province", ("", ""))[0], where, on, tables)
    findings += found
    row["province_code"] = province
    place, noticed = read_place(
        given.get("latitude", ("", ""))[0],
        given.get("longitude", ("", ""))[0],
        given.get("datum", ("", ""))[0],
        on,
        province_code=province,
        where=where,
        tables=tables,
    )
    findings += noticed
    if place is not None:
        row["latitude_deg"], row["longitude_deg"] = place.latitude_deg, place.longitude_deg
    for field in ("tx_frequency", "rx_frequency", "bandwidth"):
        row[f"{field}_hz"] = read(field, quantities.hertz)
    for field, column in _NUMBERS.items():
        row[column] = read(field, lambda text, _: quantities.plain(text))
    row["antenna_gain_dbi"] = read("antenna_gain", quantities.gain_dbi)
    row["power_dbm"] = read("power", quantities.power_dbm)
    _power_from_radiated(row, read("eirp", quantities.power_dbm), read("erp", quantities.power_dbm))
    polarisation = given.get("polarisation", ("", ""))[0]
    row["polarisation"] = _POLARISATIONS.get(fold(polarisation), polarisation) or None
    return row, findings


def _power_from_radiated(row: Row, eirp: object, erp: object) -> None:
    """Reckon the power of a station from EIRP or ERP (dBm), where it is not given itself."""
    radiated = eirp if isinstance(eirp, float) else erp + DIPOLE_DBI if isinstance(erp, float) else None
    if row["power_dbm"] is None and radiated is not None and row["antenna_gain_dbi"] is not None:
        row["power_dbm"] = radiated - row["antenna_gain_dbi"] + (row["feeder_loss_db"] or 0.0)


def _province(text: str, where: str, on: datetime.date, tables: Tables) -> tuple[str | None, list[Finding]]:
    if not text:
        return None, []
    code = _province_names(on, tables).get(fold(text)) or _province_names(on, tables).get(f"0{text.strip()}")
    if code is not None:
        return code, []
    vi, en = f"không có tỉnh {text!r} ngày {on}", f"no province is called {text!r} on {on}"
    return None, [Finding("station-province-unknown", "warning", where, vi, en)]


@lru_cache(maxsize=8)
def _province_names(on: datetime.date, tables: Tables) -> dict[str, str]:
    """Give the code of each province by its names, with and without their kind, and by the code itself."""
    names: dict[str, str] = {}
    for table in ("provinces_63", "provinces_34"):
        for row in tables.rows(table, on):
            for name in (row["name"], row["name_en"], *row["aliases"].split(";")):
                bare = fold(name).removeprefix("thanh pho ")
                if bare:
                    names |= {prefix + bare: row["code"] for prefix in ("", "tinh ", "thanh pho ", "tp ")}
            names[row["code"]] = row["code"]
    return names
