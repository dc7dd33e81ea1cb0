"""The national grid: numbers and places, areas and their cells, beside the plain twins and beside shapely."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box
from shapely.ops import split

from registries.spectrum import grid
from registries.spectrum.register_errors import PlaceOutside
from tests.registries.spectrum.drawn_areas import polygons

CELL = st.integers(0, grid.CELLS - 1)
LATITUDE = st.floats(grid.SOUTH_DEG, grid.NORTH_DEG, exclude_max=True)
LONGITUDE = st.floats(grid.WEST_DEG, grid.EAST_DEG, exclude_max=True)


@given(CELL)
@settings(deadline=None)
def test_a_cell_has_one_place_and_its_centre_lies_in_it(cell: int) -> None:
    assert grid.hilbert_place_plainly(*grid.column_row(cell)) == cell
    assert grid.cell_at(*grid.centre(cell)) == cell
    south, west, north, east = grid.box(cell)
    assert grid.cell_at(south, west) == cell
    assert (north - south, east - west) == (grid.STEP_DEG, grid.STEP_DEG)


@given(st.integers(0, grid.CELLS - 2))
def test_neighbours_on_the_curve_are_neighbours_on_the_map(cell: int) -> None:
    (column, row), (other_column, other_row) = grid.column_row(cell), grid.column_row(cell + 1)
    assert abs(column - other_column) + abs(row - other_row) == 1


@settings(deadline=None)
@given(st.lists(st.tuples(LATITUDE, LONGITUDE), min_size=1, max_size=20))
def test_cells_of_many_points_are_those_of_each(points: list[tuple[float, float]]) -> None:
    found = grid.cells_at([one[0] for one in points], [one[1] for one in points])
    assert found.tolist() == [grid.cell_at(*one) for one in points]


def test_points_outside_have_no_cell_and_exchanged_ones_are_told() -> None:
    assert grid.cells_at([21.0, 105.85], [105.85, 21.0]).tolist() == [grid.cell_at(21.0, 105.85), -1]
    with pytest.raises(PlaceOutside, match="seem to be exchanged"):
        grid.cell_at(105.85, 21.03)
    with pytest.raises(PlaceOutside, match="6 to 24 N and 101 to 119 E"):
        grid.cell_at(48.85, 2.35)
    with pytest.raises(PlaceOutside, match="both have to be finite"):
        grid.cell_at(math.nan, 105.0)
    with pytest.raises(IndexError, match="no cell"):
        grid.column_row(grid.CELLS)


def test_the_frame_holds_the_land_the_islands_and_the_sea() -> None:
    for latitude, longitude in ((23.39, 105.32), (8.56, 104.72), (22.4, 102.14), (12.65, 109.46), (16.5, 112.0)):
        assert grid.cell_at(latitude, longitude) >= 0
    for latitude, longitude in ((10.38, 114.36), (7.88, 112.92), (11.45, 114.33), (9.3, 103.48), (20.13, 107.72)):
        assert grid.cell_at(latitude, longitude) >= 0
    assert grid.cell_count(grid.NATIONWIDE) == grid.CELLS


@given(polygons())
@settings(max_examples=150, deadline=None)
def test_cells_of_a_polygon_are_those_of_its_plain_twin(polygon: Polygon) -> None:
    cells = set(grid.cells_of(grid.polygon_ranges(polygon)).tolist())
    assert cells == grid.polygon_cells_plainly(polygon)
    turned = Polygon(list(polygon.exterior.coords)[::-1])
    assert set(grid.cells_of(grid.polygon_ranges(turned)).tolist()) == cells


@given(polygons())
@settings(max_examples=60, deadline=None)
def test_inside_and_outside_are_as_shapely_says_and_only_edges_are_decided_by_us(polygon: Polygon) -> None:
    cells = set(grid.cells_of(grid.polygon_ranges(polygon)).tolist())
    window, row, column = grid.polygon_window(polygon)
    for down in range(window.shape[0]):
        for across in range(window.shape[1]):
            cell = grid.hilbert_place_plainly(column + across, row + down)
            latitude, longitude = grid.centre(cell)
            spot = box(longitude - 1e-9, latitude - 1e-9, longitude + 1e-9, latitude + 1e-9)
            if polygon.contains(spot):
                assert cell in cells
            elif not polygon.intersects(spot):
                assert cell not in cells


@given(polygons(), st.integers(1, 95), st.booleans())
@settings(max_examples=80, deadline=None)
def test_two_halves_of_an_area_tile_it(polygon: Polygon, at: int, upright: bool) -> None:
    west, south, east, north = polygon.bounds
    x, y = west + (east - west) * at / 96, south + (north - south) * at / 96
    line = LineString([(x, south - 1), (x, north + 1)]) if upright else LineString([(west - 1, y), (east + 1, y)])
    whole = grid.cells_of(grid.polygon_ranges(polygon)).tolist()
    # Corners that the cut adds lie beside the old edges by a rounding; cells whose centre is that near are left out.
    halves = [one for one in split(polygon, line).geoms if isinstance(one, Polygon)]
    found = [cell for half in halves for cell in grid.cells_of(grid.polygon_ranges(half)).tolist()]
    assert len(found) == len(set(found)) or _near(polygon, {cell for cell in found if found.count(cell) > 1})
    assert _near(polygon, set(found) ^ set(whole))


def _near(polygon: Polygon, cells: set[int]) -> bool:
    return all(polygon.boundary.distance(Point(*grid.centre(cell)[::-1])) < 1e-9 for cell in cells)


def test_rectangles_along_centres_and_edges_tile_exactly() -> None:
    step = grid.STEP_DEG
    # Edges through centres (half cells) and along edges of cells (whole ones), in both directions.
    cuts = [107.0 + place * step / 2 for place in (0, 3, 4, 9, 10, 17)]
    rows = [15.0 + place * step / 2 for place in (0, 5, 6, 11, 14, 21)]
    tiles = [box(w, s, e, n) for w, e in pairwise(cuts) for s, n in pairwise(rows)]
    whole = grid.cells_of(grid.polygon_ranges(box(cuts[0], rows[0], cuts[-1], rows[-1])))
    found = np.concatenate([grid.cells_of(grid.polygon_ranges(tile)) for tile in tiles])
    assert sorted(found.tolist()) == whole.tolist()


@given(LATITUDE, LONGITUDE, st.floats(0, 25))
@settings(max_examples=60, deadline=None)
def test_a_circle_holds_the_cells_within_its_radius_and_its_own(lat: float, lon: float, radius_km: float) -> None:
    found = set(grid.cells_of(grid.radius_ranges(lat, lon, radius_km)).tolist())
    own = grid.cell_at(lat, lon)
    assert own in found
    column, row = grid.column_row(own)
    for across in range(max(0, column - 32), min(grid.SIDE, column + 33)):
        for down in (row - 13, row, min(row + 7, grid.SIDE - 1)):
            if 0 <= down < grid.SIDE:
                cell = grid.hilbert_place_plainly(across, down)
                assert (cell in found) == (cell == own or grid.within_plainly(cell, lat, lon, radius_km))


def test_a_radius_is_a_number_from_zero_on() -> None:
    with pytest.raises(ValueError, match="0 km or more"):
        grid.radius_ranges(21, 105, -1)


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_ranges_are_sets_of_cells(one: set[int], other: set[int]) -> None:
    ranges, others = grid.ranges_of(one), grid.ranges_of(other)
    assert set(grid.cells_of(ranges).tolist()) == one
    assert grid.cell_count(ranges) == len(one)
    assert all(high + 1 < low for (_, high), (low, _) in pairwise(ranges))
    assert grid.shared(ranges, others) == grid.ranges_of(one & other)


def test_the_published_grid_never_changes() -> None:
    assert (grid.VERSION, grid.SIDE, grid.WEST_DEG, grid.SOUTH_DEG, grid.EAST_DEG, grid.NORTH_DEG) == (
        "vn-1", 2048, 101.0, 6.0, 119.0, 24.0
    )  # fmt: skip
    golden = {(21.0278, 105.8342): 1630791, (10.7769, 106.7009): 583999}
    for place, cell in golden.items():
        assert grid.cell_at(*place) == cell
