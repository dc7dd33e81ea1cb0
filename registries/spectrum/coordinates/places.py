"""A place as it was given, its WGS-84 coordinates, and what looks wrong with it."""

import datetime
import math
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from registries.overlay import Tables
from registries.spectrum.coordinates.angles import parse_angle
from registries.spectrum.coordinates.errors import AngleUnreadable, CoordinateError, MeridianUnknown
from registries.spectrum.coordinates.frames import OURS, Frame, province_frame, to_wgs84
from registries.spectrum.findings import Finding

COUNTRY_BOX: Final = (6.0, 23.5, 102.0, 118.0)
"""South, north, west and east of the country with its archipelagos, in degrees."""


@dataclass(frozen=True, slots=True)
class Place:
    """Coordinates as they were given, with their frame, and in WGS-84 (degrees)."""

    given_first: str
    given_second: str
    frame: Frame
    latitude_deg: float
    longitude_deg: float


def read_place(
    first: str,
    second: str,
    datum: str,
    on: datetime.date,
    *,
    province_code: str | None = None,
    where: str = "the place",
    tables: Tables = OURS,
) -> tuple[Place | None, tuple[Finding, ...]]:
    """Read a place: latitude and longitude, or northing and easting in a grid; None where it cannot be used.

    Without a datum WGS-84 is assumed and a warning given. The grid of VN-2000 without a meridian, or plain VN-2000 with
    metres in it, is that of the province. Swapped coordinates are never swapped back: they are an error, and told.
    """
    findings: list[Finding] = []
    try:
        frame = _frame(first, second, datum, province_code, on, tables)
        if not datum.strip():
            vi, en = "không ghi hệ tọa độ: coi là WGS-84", "no datum is given: WGS-84 is assumed"
            findings.append(Finding("coordinate-datum-missing", "warning", where, vi, en))
        numbers = _numbers(first, second, frame)
        if swapped := _swapped(*numbers, frame, where):
            return None, (*findings, swapped)
        latitude, longitude = to_wgs84(frame, *numbers, where)
    except (CoordinateError, MeridianUnknown) as error:
        vi = f"không dùng được tọa độ {first!r}, {second!r} (hệ {datum!r})"
        return None, (*findings, Finding(error.code, "error", where, vi, str(error)))
    findings += check_place(latitude, longitude, on, province_code=province_code, where=where, tables=tables)
    return Place(first, second, frame, latitude, longitude), tuple(findings)


def check_place(
    latitude_deg: float,
    longitude_deg: float,
    on: datetime.date,
    *,
    province_code: str | None = None,
    where: str = "the place",
    tables: Tables = OURS,
) -> tuple[Finding, ...]:
    """Find what looks wrong with WGS-84 coordinates: no numbers, swapped, outside of the country or the province."""
    if not (math.isfinite(latitude_deg) and math.isfinite(longitude_deg)):
        vi, en = "tọa độ không phải là số", "the coordinates are no numbers"
        return (Finding("coordinate-not-a-number", "error", where, vi, en),)
    if swapped := _swapped(latitude_deg, longitude_deg, Frame("WGS-84"), where):
        return (swapped,)
    shown = f"{latitude_deg:.5f}, {longitude_deg:.5f}"
    if not _inside(latitude_deg, longitude_deg, COUNTRY_BOX):
        vi, en = f"{shown} nằm ngoài Việt Nam", f"{shown} lies outside of Viet Nam"
        return (Finding("coordinate-outside-country", "warning", where, vi, en),)
    if province_code is None:
        return ()
    return _outside_province(latitude_deg, longitude_deg, on, province_code, where, tables)


def _outside_province(
    latitude_deg: float, longitude_deg: float, on: datetime.date, province_code: str, where: str, tables: Tables
) -> tuple[Finding, ...]:
    shown = f"{latitude_deg:.5f}, {longitude_deg:.5f}"
    boxes = (_boxes(on) if tables.folder is None else _read_boxes(on, tables)).get(province_code)
    if not boxes:
        vi, en = f"không có tỉnh mã {province_code} ngày {on}", f"no province has the code {province_code} on {on}"
        return (Finding("coordinate-province-unknown", "warning", where, vi, en),)
    if any(_inside(latitude_deg, longitude_deg, box) for box in boxes):
        return ()
    vi = f"{shown} nằm ngoài tỉnh mã {province_code}"
    en = f"{shown} lies outside of the province with code {province_code}"
    return (Finding("coordinate-outside-province", "warning", where, vi, en),)


@lru_cache(maxsize=8)
def _boxes(on: datetime.date) -> dict[str, list[tuple[float, ...]]]:
    """Keep the boxes of a day: a list of stations asks for them at every row. Rows of an authority may change."""
    return _read_boxes(on, OURS)


def _read_boxes(on: datetime.date, tables: Tables) -> dict[str, list[tuple[float, ...]]]:
    found = defaultdict[str, list[tuple[float, ...]]](list)
    for row in tables.rows("province_boxes", on):
        sides = ("south_deg", "north_deg", "west_deg", "east_deg")
        found[row["province_code"]].append(tuple(float(row[side]) for side in sides))
    return dict(found)


def _inside(latitude: float, longitude: float, box: tuple[float, ...]) -> bool:
    south, north, west, east = box
    return south <= latitude <= north and west <= longitude <= east


def _frame(first: str, second: str, datum: str, province_code: str | None, on: datetime.date, tables: Tables) -> Frame:
    if not datum.strip():
        return Frame("WGS-84")
    frame = Frame.parse(datum)
    if frame == Frame("VN-2000") and province_code and all(_is_metres(text) for text in (first, second)):
        return province_frame(province_code, on, tables)
    return frame


def _is_metres(text: str) -> bool:
    try:
        return abs(_decimal(text)) > 1000
    except ValueError:
        return False


def _decimal(text: str) -> float:
    """Read a number with a point or a comma for decimals; with both, the last of them, as a sheet writes thousands."""
    given = text.strip().replace(" ", "")
    if "," in given and "." in given:
        thousands = "," if given.rfind(".") > given.rfind(",") else "."
        given = given.replace(thousands, "")
    return float(given.replace(",", "."))


def _numbers(first: str, second: str, frame: Frame) -> tuple[float, float]:
    if not frame.is_grid:
        return _angle(first, second)
    try:
        return _decimal(first), _decimal(second)
    except ValueError as cause:
        raise AngleUnreadable(text=f"{first!r}, {second!r}", axis="northing and easting", reason="no metres") from cause


def _angle(first: str, second: str) -> tuple[float, float]:
    """Read latitude and longitude; a latitude past 90 degrees is kept where it may be a swapped longitude."""
    try:
        return parse_angle(first, "latitude"), parse_angle(second, "longitude")
    except AngleUnreadable:
        try:
            return parse_angle(first, "longitude"), parse_angle(second, "latitude")
        except AngleUnreadable:
            pass
        raise


def _swapped(first: float, second: float, frame: Frame, where: str) -> Finding | None:
    """Find coordinates in the wrong order: they lie in the country the other way round, and only so."""
    if frame.is_grid:
        # Northings of the country lie past 600 km; an easting does not reach there, nor falls below 100 km.
        is_swapped = 100_000 <= first <= 900_000 and 900_000 <= second <= 2_700_000
        names = ("northing", "easting")
    else:
        is_swapped = _inside(second, first, COUNTRY_BOX) and not _inside(first, second, COUNTRY_BOX)
        names = ("latitude", "longitude")
    if not is_swapped:
        return None
    vi = f"{first:g}, {second:g}: hai tọa độ bị đảo chỗ"
    en = f"{first:g}, {second:g}: {names[0]} and {names[1]} are swapped"
    return Finding("coordinate-swapped", "error", where, vi, en)
