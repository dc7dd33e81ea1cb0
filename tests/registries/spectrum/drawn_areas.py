"""Areas, bands and layers that tests of the register draw."""

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from shapely import Polygon, box

from registries.spectrum import grid
from registries.spectrum.boundaries import BoundaryLayer

CORNER_LATITUDE = grid.SOUTH_DEG + 1024 * grid.STEP_DEG
CORNER_LONGITUDE = grid.WEST_DEG + 683 * grid.STEP_DEG
"""Drawn areas lie within 24 cells of it: the corner of a cell."""
WIDE = 24


def borders() -> Path:
    folder = os.environ.get("SOGOC_TEST_DATA")
    path = Path(folder or "") / "spectrum" / "borders" / "ne_vn_admin1_pre2025.geojson"
    if not folder or not path.is_file():
        pytest.skip("no border file in SOGOC_TEST_DATA")
    return path


@lru_cache(maxsize=1)
def old_provinces() -> BoundaryLayer:
    """Give the 63 provinces before July 2025."""
    return BoundaryLayer.read(borders(), code_field="iso_3166_2", name_field="name_vi")


def degrees(quarters: int, corner: float) -> float:
    """Give a coordinate by quarters of a cell: every second one of an odd number meets rows of centres exactly."""
    return corner + quarters * grid.STEP_DEG / 4


@st.composite
def polygons(draw: st.DrawFn) -> Polygon:
    """Draw a valid polygon whose corners often lie exactly on centres and edges of cells."""
    places = st.integers(0, WIDE * 4)
    corners = draw(st.lists(st.tuples(places, places), min_size=3, max_size=7, unique=True))
    drawn = Polygon([(degrees(x, CORNER_LONGITUDE), degrees(y, CORNER_LATITUDE)) for x, y in corners])
    if drawn.is_valid and drawn.area > 0:
        return drawn
    hull = drawn.convex_hull
    if isinstance(hull, Polygon) and hull.area > 0:
        return hull
    x, y = corners[0]
    west, south = degrees(min(x, WIDE * 4 - 8), CORNER_LONGITUDE), degrees(min(y, WIDE * 4 - 8), CORNER_LATITUDE)
    return box(west, south, west + 2 * grid.STEP_DEG, south + 2 * grid.STEP_DEG)


def geojson(polygon: Polygon, **properties: Any) -> str:
    """Write a polygon as a GeoJSON feature with all its digits."""
    geometry = {"type": "Polygon", "coordinates": [[list(point) for point in polygon.exterior.coords]]}
    return json.dumps({"type": "Feature", "properties": properties, "geometry": geometry})
