"""Frames of reference of Viet Nam: datums, the 3-degree and 6-degree grids of VN-2000, and their way to WGS-84.

The shifts stand in data/tables/datum_shifts.csv with the EPSG operation that they are taken from, so that a place keeps
its WGS-84 coordinates when a geodetic database is updated. The shift of VN-2000 is good to about 1 m.

References:
    Decision 83/2000/QD-TTg (VN-2000: WGS-84 ellipsoid, UTM projections); EPSG operations 6960, 1544, 1542; a 3-degree
    grid has scale 0.9999 on its central meridian, a 6-degree grid 0.9996, both 500 km of false easting.
"""

import datetime
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, Self

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

import data
from registries.overlay import Tables
from registries.spectrum.coordinates.errors import FrameUnknown, MeridianUnknown, PointUnusable

Floats = npt.NDArray[np.float64]
Grid = Literal["", "TM-3", "UTM"]
OURS: Final = Tables()
_ALIASES: Final = {
    "WGS84": "WGS-84", "EPSG:4326": "WGS-84", "VN2000": "VN-2000", "EPSG:4756": "VN-2000", "HN72": "HANOI-72",
    "HN-72": "HANOI-72", "HANOI72": "HANOI-72", "INDIAN60": "INDIAN-60", "INDIAN1960": "INDIAN-60",
    "HANOI1972": "HANOI-72",
}  # fmt: skip
_SCALE: Final = {"TM-3": 0.9999, "UTM": 0.9996}
_MERIDIAN: Final = re.compile(r"(\d{3})(?:[.,](\d{1,2})|[-°\s]+(\d{1,2})'?)?")
_UTM_ZONE: Final = re.compile(r"(48|49)N?")
_REACH_DEG: Final = {"TM-3": 4.0, "UTM": 6.0}
"""How far from its central meridian a grid is used at most."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A datum, and where it is a grid its kind and central meridian in degrees."""

    datum: str
    grid: Grid = ""
    central_meridian_deg: float = 0.0

    def __post_init__(self) -> None:
        if self.datum not in _shifts():
            raise FrameUnknown(name=repr(self.datum), known=", ".join(_shifts()))

    def __str__(self) -> str:
        return self.datum if not self.grid else f"{self.datum}/{self.grid} {self.central_meridian_deg:g}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a frame: `WGS-84`, `VN-2000`, `VN-2000/TM-3 105.75`, `VN-2000/TM-3 105-45`, `VN-2000/UTM 48`.

        Raises:
            FrameUnknown: There is no such datum or grid.
        """
        name, _, rest = text.strip().upper().partition("/")
        compact = re.sub(r"[\s_]", "", name)
        datum = _ALIASES.get(compact, _ALIASES.get(compact.replace("-", ""), compact))
        if datum not in _shifts():
            raise FrameUnknown(name=repr(text), known=", ".join(_shifts()))
        rest = rest.strip()
        if not rest:
            return cls(datum)
        for grid, sizes in (("TM-3", ("TM-3", "TM3", "3")), ("UTM", ("UTM", "6"))):
            for size in sizes:
                if rest.startswith(f"{size} "):
                    return cls(datum, "TM-3" if grid == "TM-3" else "UTM", _meridian(rest[len(size) :].strip(), text))
        raise FrameUnknown(name=repr(text), known=", ".join(_shifts()))

    @property
    def is_grid(self) -> bool:
        """Whether coordinates are metres (northing, easting) and not degrees."""
        return bool(self.grid)


def _meridian(text: str, whole: str) -> float:
    if zone := _UTM_ZONE.fullmatch(text):
        return int(zone[1]) * 6 - 183.0
    found = _MERIDIAN.fullmatch(text)
    if not found:
        raise FrameUnknown(name=repr(whole), known=", ".join(_shifts()))
    degrees, decimals, minutes = found.groups()
    meridian = float(f"{degrees}.{decimals or 0}") + int(minutes or 0) / 60
    if not 99 <= meridian <= 120:
        raise FrameUnknown(name=repr(whole), known=", ".join(_shifts()))
    return meridian


def province_frame(province_code: str, on: datetime.date, tables: Tables = OURS) -> Frame:
    """Give the 3-degree grid of a province, by its code of the day (three digits to June 2025, then two).

    Raises:
        MeridianUnknown: No row is loaded.
    """
    rows = (row for row in tables.rows("vn2000_meridians", on) if row["province_code"] == province_code)
    row = next(rows, None)
    if row is None:
        raise MeridianUnknown(province=province_code, on=on)
    return Frame("VN-2000", "TM-3", float(row["central_meridian_deg"]))


def to_wgs84(frame: Frame, first: float, second: float, where: str = "the place") -> tuple[float, float]:
    """Give latitude and longitude (degrees, WGS-84) of latitude and longitude, or northing and easting (m).

    Raises:
        PointUnusable: A coordinate is no number, or lies outside of what the frame covers.
    """
    if frame.datum == "WGS-84" and not frame.grid and abs(first) <= 90 and abs(second) <= 180:
        return float(first), float(second)
    latitude, longitude = to_wgs84_many(frame, np.array([first]), np.array([second]), where)
    return float(latitude[0]), float(longitude[0])


def to_wgs84_many(frame: Frame, first: Floats, second: Floats, where: str = "row") -> tuple[Floats, Floats]:
    """Give latitudes and longitudes (degrees, WGS-84) of many places of one frame.

    Raises:
        PointUnusable: A coordinate is no number, or lies outside of what the frame covers; the first such row is named.
    """
    _check(frame, first, second, where)
    if frame == Frame("WGS-84"):
        return np.array(first, np.float64), np.array(second, np.float64)
    longitude, latitude = _transformer(frame).transform(second, first)
    return np.asarray(latitude), np.asarray(longitude)


def from_wgs84(
    frame: Frame, latitude_deg: float, longitude_deg: float, where: str = "the place"
) -> tuple[float, float]:
    """Give latitude and longitude, or northing and easting (m), of a place in a frame.

    It is the way back of `to_wgs84`, to 2 mm: the height between the two ellipsoids is not carried along.

    Raises:
        PointUnusable: A coordinate is no number or no place.
    """
    _check(Frame("WGS-84"), np.array([latitude_deg]), np.array([longitude_deg]), where)
    if frame == Frame("WGS-84"):
        return latitude_deg, longitude_deg
    second, first = _transformer(frame).transform(longitude_deg, latitude_deg, direction="INVERSE")
    if not (math.isfinite(first) and math.isfinite(second)):
        raise PointUnusable(where=where, first=latitude_deg, second=longitude_deg, frame=frame, reason="too far away")
    return first, second


def _check(frame: Frame, first: Floats, second: Floats, where: str) -> None:
    if frame.is_grid:
        # A metre is at most so many degrees of longitude; what lies further is another grid's, or swapped.
        width = _REACH_DEG[frame.grid] * 111_400.0
        good = (np.abs(first) <= 2_700_000) & (first >= 0) & (np.abs(second - 500_000.0) <= width)
        reason = f"northing is 0 to 2,700,000 m, and easting within {width:,.0f} m of 500,000 m"
    else:
        good = (np.abs(first) <= 90) & (np.abs(second) <= 180)
        reason = "latitude is up to 90 degrees and longitude up to 180"
    if not good.all():
        row = int(np.argmin(good))
        place = where if len(first) == 1 else f"{where} {row}"
        raise PointUnusable(where=place, first=first[row], second=second[row], frame=frame, reason=reason)


@lru_cache(maxsize=1)
def _shifts() -> dict[str, data.Row]:
    return data.table("datum_shifts").by("datum")


@lru_cache(maxsize=64)
def _transformer(frame: Frame) -> Transformer:
    row = _shifts()[frame.datum]
    ellipsoid = row["ellipsoid"]
    if frame.is_grid:
        steps = [
            "+step +inv +proj=tmerc +lat_0=0 +x_0=500000 +y_0=0",
            f"+lon_0={frame.central_meridian_deg!r} +k={_SCALE[frame.grid]} +ellps={ellipsoid}",
        ]
    else:
        steps = ["+step +proj=unitconvert +xy_in=deg +xy_out=rad"]
    steps += [
        "+step +proj=push +v_3",
        f"+step +proj=cart +ellps={ellipsoid}",
        f"+step +proj=helmert +x={row['x_m']} +y={row['y_m']} +z={row['z_m']} +s={row['scale_ppm']}",
        f"+rx={row['rx_s']} +ry={row['ry_s']} +rz={row['rz_s']} +convention=coordinate_frame",
        "+step +inv +proj=cart +ellps=WGS84",
        "+step +proj=pop +v_3",
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg",
    ]
    return Transformer.from_pipeline(" ".join(["+proj=pipeline", *steps]))
