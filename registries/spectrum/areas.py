"""Service areas: a polygon, a province, a circle around a point, or the whole country, and the cells of each.

What an area was drawn as is kept in the ledger beside its cells, in the attributes of the licence: it is then covered
by the evidence of the same entry, and stands in both stores and all copies alike, which a file beside them would not.
A province is kept as the code, name and digest of the layer it was taken from.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from registries.spectrum import geojson, grid
from registries.spectrum.boundaries import BoundaryLayer
from registries.spectrum.grid import Ranges
from registries.spectrum.register_errors import AreaEmpty, AreaUnreadable

LARGEST_RADIUS_KM: Final = 2_000.0


class AreaKind(Enum):
    """How a service area is drawn."""

    NATIONWIDE = "nationwide"
    PROVINCE = "province"
    RADIUS = "radius"
    POLYGON = "polygon"
    ORBIT = "orbit"


@dataclass(frozen=True, slots=True)
class ServiceArea:
    """A service area and its cells. `drawn` is what it was drawn as: GeoJSON, or the values of its kind as JSON."""

    kind: AreaKind
    label: str
    ranges: Ranges
    drawn: str = ""

    def attributes(self) -> dict[str, str]:
        """Give what the ledger keeps of it, but for a drawing, which is cut into pieces."""
        return {"grid": grid.VERSION, "area": self.kind.value, "area_label": self.label}


def nationwide() -> ServiceArea:
    """Give the whole frame of the grid: one range."""
    return ServiceArea(AreaKind.NATIONWIDE, "toàn quốc · nationwide", grid.NATIONWIDE)


def province_area(layer: BoundaryLayer, text: str) -> ServiceArea:
    """Give a province by code or name, islands included.

    Raises:
        ProvinceUnknown: The layer has none.
        AreaEmpty: It holds the centre of no cell.
    """
    province = layer.province(text)
    drawn = {"code": province.code, "layer": layer.name, "layer_sha256": layer.digest, "schematic": layer.is_schematic}
    ranges = _some(layer.ranges(province.code), province.name)
    return ServiceArea(AreaKind.PROVINCE, province.name, ranges, json.dumps(drawn, separators=(",", ":")))


def radius_area(latitude_deg: float, longitude_deg: float, radius_km: float) -> ServiceArea:
    """Give the cells within a distance of a point, that of the point always among them.

    Raises:
        PlaceOutside: The point is not in the frame.
        AreaUnreadable: The radius is none.
    """
    if not (math.isfinite(radius_km) and 0 <= radius_km <= LARGEST_RADIUS_KM):
        raise AreaUnreadable(area="radius", reason=f"{radius_km} km is no radius from 0 to {LARGEST_RADIUS_KM:g} km")
    ranges = grid.radius_ranges(latitude_deg, longitude_deg, radius_km)
    drawn = {"latitude_deg": latitude_deg, "longitude_deg": longitude_deg, "radius_km": radius_km}
    label = f"{radius_km:g} km quanh · around {latitude_deg:g}, {longitude_deg:g}"
    return ServiceArea(AreaKind.RADIUS, label, ranges, json.dumps(drawn, separators=(",", ":")))


def polygon_area(content: bytes | str, name: str = "polygon") -> ServiceArea:
    """Read the polygons of a GeoJSON document as one area; coordinates are kept to six decimals.

    Raises:
        AreaUnreadable: It is no GeoJSON with polygons.
        PlaceOutside: A point is no number, outside of the frame, or has latitude and longitude exchanged.
        AreaCrossed: A polygon crosses itself, or two of them overlap.
        AreaEmpty: No centre of a cell lies inside.
    """
    read = [geojson.polygons_of(geometry, name) for _, geometry in geojson.features_of(content, name)]
    if len(read) != 1:
        raise AreaUnreadable(area=name, reason=f"it has {len(read)} features; a service area is one")
    ranges = _some(grid.polygon_ranges(read[0]), name)
    return ServiceArea(AreaKind.POLYGON, name, ranges, geojson.written(read[0]))


def orbit_area(longitude_deg: float, half_width_deg: float = 0.1) -> ServiceArea:
    """Give the places of the geostationary orbit around a longitude, in tenths of a degree; east is positive.

    Raises:
        AreaUnreadable: They are no longitude, or no width up to 10 degrees.
    """
    if not (math.isfinite(longitude_deg) and -180 <= longitude_deg <= 360 and 0 <= half_width_deg <= 10):
        reason = f"{longitude_deg} degrees east with {half_width_deg} degrees beside is no place of the orbit"
        raise AreaUnreadable(area="orbit", reason=reason)
    middle, beside = round(longitude_deg * 10), round(half_width_deg * 10)
    slots = (place % grid.ORBIT_SLOTS for place in range(middle - beside, middle + beside + 1))
    ranges = grid.ranges_of(grid.ORBIT_FIRST + slot for slot in slots)
    drawn = {"longitude_deg": longitude_deg, "half_width_deg": half_width_deg}
    label = f"{longitude_deg:g}°E ± {half_width_deg:g}°"
    return ServiceArea(AreaKind.ORBIT, label, ranges, json.dumps(drawn, separators=(",", ":")))


def parse_area(text: str, layer: BoundaryLayer) -> ServiceArea:
    """Read an area as an officer writes it.

    `nationwide`, `province:48`, `radius:21.03,105.85,5` (latitude, longitude, km), `orbit:132` (degrees east), or
    the path of a GeoJSON file.

    Raises:
        AreaUnreadable: It is none of these.
        SpectrumError: The area itself has a fault.
    """
    kind, colon, rest = text.partition(":")
    if text == AreaKind.NATIONWIDE.value:
        return nationwide()
    if colon and kind == AreaKind.PROVINCE.value:
        return province_area(layer, rest)
    if colon and kind == AreaKind.RADIUS.value:
        try:
            latitude, longitude, radius = (float(part) for part in rest.split(","))
        except ValueError as cause:
            raise AreaUnreadable(area=text, reason="write radius:LATITUDE,LONGITUDE,KM") from cause
        return radius_area(latitude, longitude, radius)
    path = Path(text)
    if colon and kind == AreaKind.ORBIT.value:
        try:
            return orbit_area(float(rest))
        except ValueError as cause:
            raise AreaUnreadable(area=text, reason="write orbit:LONGITUDE, as orbit:132") from cause
    if not path.is_file():
        written = "nationwide, province:CODE, radius:LATITUDE,LONGITUDE,KM or a GeoJSON file"
        raise AreaUnreadable(area=text, reason=f"it is no file; write {written}")
    return polygon_area(path.read_bytes(), path.name)


def area_of(attributes: Mapping[str, str], drawn: str, ranges: Ranges) -> ServiceArea:
    """Give the area of a licence as the ledger keeps it."""
    return ServiceArea(AreaKind(attributes["area"]), attributes["area_label"], ranges, drawn)


def redrawn(area: ServiceArea) -> Ranges | None:
    """Reckon the cells of an area again from what it was drawn as; None for a province, whose layer is elsewhere."""
    match area.kind:
        case AreaKind.NATIONWIDE:
            return grid.NATIONWIDE
        case AreaKind.POLYGON:
            return polygon_area(area.drawn, area.label).ranges
        case AreaKind.ORBIT:
            said = json.loads(area.drawn)
            return orbit_area(said["longitude_deg"], said["half_width_deg"]).ranges
        case AreaKind.RADIUS:
            said = json.loads(area.drawn)
            return grid.radius_ranges(said["latitude_deg"], said["longitude_deg"], said["radius_km"])
        case _:
            return None


def _some(ranges: Ranges, name: str) -> Ranges:
    if not ranges:
        raise AreaEmpty(area=name, grid=grid.VERSION)
    return ranges
