"""Polygons out of GeoJSON (RFC 7946), with every fault named by its place: ring, point, and what is wrong there."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import shapely
from shapely import MultiPolygon, Polygon

from registries.spectrum import grid
from registries.spectrum.register_errors import AreaCrossed, AreaUnreadable, PlaceOutside

DECIMALS: Final = 6
"""Coordinates are kept to a tenth of a metre: cells are reckoned from what is kept, so that they can be again."""


def features_of(content: bytes | str, area: str) -> Iterator[tuple[Mapping[str, Any], Any]]:
    """Give properties and geometry of each feature of a document; a bare geometry is one without properties.

    Raises:
        AreaUnreadable: It is no GeoJSON.
    """
    try:
        document = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError) as cause:
        raise AreaUnreadable(area=area, reason=f"it is no JSON: {cause}") from cause
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise AreaUnreadable(area=area, reason="its features are no list")
    else:
        features = [document if kind == "Feature" else {"type": "Feature", "geometry": document}]
    for number, feature in enumerate(features, 1):
        if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
            raise AreaUnreadable(area=area, reason=f"feature {number} has no geometry")
        yield feature.get("properties") or {}, feature["geometry"]


def polygons_of(geometry: Mapping[str, Any], area: str) -> MultiPolygon:
    """Read a Polygon or MultiPolygon whose points lie in the frame of the grid; it is valid.

    Raises:
        AreaUnreadable: It is of another type, or a ring is none.
        PlaceOutside: A point is no number, outside of the frame, or has latitude and longitude exchanged.
        AreaCrossed: A ring crosses or touches itself or another one; the message says where.
    """
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in {"Polygon", "MultiPolygon"} or not isinstance(coordinates, list):
        raise AreaUnreadable(area=area, reason=f"{kind!r} is no Polygon or MultiPolygon with coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not polygons or not all(polygons):
        raise AreaUnreadable(area=area, reason="it is empty: there is no ring")
    read = MultiPolygon([_polygon(rings, area, number) for number, rings in enumerate(polygons, 1)])
    if not read.is_valid:
        raise AreaCrossed(area=area, reason=shapely.is_valid_reason(read))
    return read


def _polygon(rings: Any, area: str, number: int) -> Polygon:
    if not isinstance(rings, list):
        raise AreaUnreadable(area=area, reason=f"polygon {number} is no list of rings")
    read = [_ring(ring, area, f"polygon {number}, ring {place}") for place, ring in enumerate(rings, 1)]
    return Polygon(read[0], read[1:])


def _ring(points: Any, area: str, where: str) -> list[tuple[float, float]]:
    if not isinstance(points, list) or len(points) < 4:
        raise AreaUnreadable(area=area, reason=f"{where} has fewer than four points")
    ring = [_point(point, area, f"{where}, point {place}") for place, point in enumerate(points, 1)]
    if ring[0] != ring[-1]:
        raise AreaUnreadable(area=area, reason=f"{where} does not end at the point where it begins")
    return ring


def _point(point: Any, area: str, where: str) -> tuple[float, float]:
    if not isinstance(point, Sequence) or isinstance(point, str) or len(point) < 2:
        raise AreaUnreadable(area=area, reason=f"{where} is no pair of longitude and latitude")
    longitude, latitude = point[0], point[1]
    for value in (longitude, latitude):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise AreaUnreadable(area=area, reason=f"{where}: {value!r} is no number")
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise PlaceOutside(
            where=f"area {area}, {where}", latitude=latitude, longitude=longitude, reason="is no point: NaN or infinite"
        )
    grid.checked_place(float(latitude), float(longitude), f"area {area}, {where}")
    return round(float(longitude), DECIMALS), round(float(latitude), DECIMALS)


def written(area: MultiPolygon) -> str:
    """Write polygons as one GeoJSON geometry without spaces; read again, they are the same."""
    plain = shapely.geometry.mapping(area.geoms[0] if len(area.geoms) == 1 else area)
    return json.dumps(plain, separators=(",", ":"))
