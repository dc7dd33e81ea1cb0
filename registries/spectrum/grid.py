"""The national grid: cells of about 1 km in Hilbert order, so that an area is a set of ranges of cell numbers.

Grid `vn-1`: 2048 x 2048 cells over 101-119 E, 6-24 N (WGS-84): the land, islands and sea of Viet Nam, Quần đảo Hoàng Sa
and Quần đảo Trường Sa among them. A cell is 9/1024 of a degree a side (0.97 km north-south, 0.89-0.97 km east-west), a
number that binary floats hold exactly, as they do all centres. Cell numbers run along a Hilbert curve: an area of
perimeter p cells is about p/4 ranges, and the whole frame is one. A cell belongs to an area by its centre, half-open
(south and west edges in), so that areas that share a boundary tile exactly. The grid is published and never changes;
another one gets another version.

References:
    B. Moon, H. V. Jagadish, C. Faloutsos, J. H. Saltz, Analysis of the clustering properties of the Hilbert
    space-filling curve, IEEE TKDE 13 (2001): ranges of an area.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from shapely import MultiPolygon, Polygon, get_coordinates

from registries.spectrum.kernels import grid as kernels
from registries.spectrum.register_errors import PlaceOutside

VERSION: Final = "vn-1"
ORDER: Final = 11
SIDE: Final = 1 << ORDER
CELLS: Final = SIDE * SIDE
WEST_DEG: Final = 101.0
SOUTH_DEG: Final = 6.0
STEP_DEG: Final = 9 / 1024
EAST_DEG: Final = WEST_DEG + SIDE * STEP_DEG
NORTH_DEG: Final = SOUTH_DEG + SIDE * STEP_DEG
EARTH_RADIUS_KM: Final = 6371.0
"""The sphere of the Recommendations, on which a service radius is measured."""

ORBIT_FIRST: Final = 1 << 30
ORBIT_SLOTS: Final = 3_600
"""Numbers beyond the cells stand for the geostationary orbit: tenths of a degree of longitude east, from Greenwich."""

CellRange = tuple[int, int]
"""First and last cell number, both included."""
Ranges = tuple[CellRange, ...]
"""Sorted, disjoint, and with a gap between any two."""
NATIONWIDE: Final[Ranges] = ((0, CELLS - 1),)
"""The whole frame: what is licensed nationwide is one range."""
Cells = npt.NDArray[np.int64]
_SWAPPED: Final = "is outside of the grid; latitude and longitude seem to be exchanged"


def checked_place(latitude_deg: float, longitude_deg: float, where: str = "place") -> None:
    """Let a point inside the frame pass.

    Raises:
        PlaceOutside: It is no number, outside, or latitude and longitude are exchanged; `where` is named.
    """
    said = {"where": where, "latitude": latitude_deg, "longitude": longitude_deg}
    if not (math.isfinite(latitude_deg) and math.isfinite(longitude_deg)):
        raise PlaceOutside(**said, reason="is no point: both have to be finite numbers")
    if not _within(latitude_deg, longitude_deg):
        frame = f"is outside of the grid, {SOUTH_DEG:g} to {NORTH_DEG:g} N and {WEST_DEG:g} to {EAST_DEG:g} E"
        raise PlaceOutside(**said, reason=_SWAPPED if _within(longitude_deg, latitude_deg) else frame)


def _within(latitude_deg: float, longitude_deg: float) -> bool:
    return SOUTH_DEG <= latitude_deg < NORTH_DEG and WEST_DEG <= longitude_deg < EAST_DEG


def cell_at(latitude_deg: float, longitude_deg: float) -> int:
    """Give the number of the cell that a point lies in; its south and west edges belong to it.

    Raises:
        PlaceOutside: The point is not in the frame.
    """
    checked_place(latitude_deg, longitude_deg)
    column, row = int((longitude_deg - WEST_DEG) / STEP_DEG), int((latitude_deg - SOUTH_DEG) / STEP_DEG)
    return hilbert_place_plainly(column, row)


def cells_at(latitudes_deg: npt.ArrayLike, longitudes_deg: npt.ArrayLike) -> Cells:
    """Give the cell of each point, -1 for points outside of the frame. Cost: about 50 ns a point."""
    latitudes = np.asarray(latitudes_deg, dtype=np.float64)
    longitudes = np.asarray(longitudes_deg, dtype=np.float64)
    inside = (latitudes >= SOUTH_DEG) & (latitudes < NORTH_DEG) & (longitudes >= WEST_DEG) & (longitudes < EAST_DEG)
    columns = ((longitudes[inside] - WEST_DEG) / STEP_DEG).astype(np.int64)
    rows = ((latitudes[inside] - SOUTH_DEG) / STEP_DEG).astype(np.int64)
    found = np.full(len(latitudes), -1, dtype=np.int64)
    placed = np.empty(len(columns), dtype=np.int64)
    kernels.place_cells(columns, rows, ORDER, placed)
    found[inside] = placed
    return found


def hilbert_place_plainly(column: int, row: int) -> int:
    """Give the number of the cell in a column (from the west) and row (from the south)."""
    place = 0
    for level in reversed(range(ORDER)):
        side = 1 << level
        right, up = int(bool(column & side)), int(bool(row & side))
        place += side * side * ((3 * right) ^ up)
        if not up:
            if right:
                column, row = SIDE - 1 - column, SIDE - 1 - row
            column, row = row, column
    return place


def column_row(cell: int) -> tuple[int, int]:
    """Give column (from the west) and row (from the south) of a cell: `hilbert_place_plainly` backwards.

    Raises:
        IndexError: There is no such cell.
    """
    if not 0 <= cell < CELLS:
        raise IndexError(f"grid {VERSION} has no cell {cell}")
    column = row = 0
    for level in range(ORDER):
        side = 1 << level
        quarter = cell >> 2 * level & 3
        right, up = quarter >> 1, (quarter ^ quarter >> 1) & 1
        if not up:
            if right:
                column, row = side - 1 - column, side - 1 - row
            column, row = row, column
        column, row = column + side * right, row + side * up
    return column, row


def centre(cell: int) -> tuple[float, float]:
    """Give latitude and longitude of the centre of a cell, in degrees."""
    column, row = column_row(cell)
    return SOUTH_DEG + (row + 0.5) * STEP_DEG, WEST_DEG + (column + 0.5) * STEP_DEG


def box(cell: int) -> tuple[float, float, float, float]:
    """Give south, west, north and east edge of a cell, in degrees."""
    column, row = column_row(cell)
    south, west = SOUTH_DEG + row * STEP_DEG, WEST_DEG + column * STEP_DEG
    return south, west, south + STEP_DEG, west + STEP_DEG


def ranges_of(cells: Iterable[int] | Cells) -> Ranges:
    """Give the ranges of some cells, in any order, repeated or not."""
    numbers = np.unique(cells if isinstance(cells, np.ndarray) else np.fromiter(cells, dtype=np.int64))
    if not len(numbers):
        return ()
    breaks = np.flatnonzero(np.diff(numbers) > 1)
    first = numbers[np.concatenate(([0], breaks + 1))]
    last = numbers[np.concatenate((breaks, [len(numbers) - 1]))]
    return tuple(zip(first.tolist(), last.tolist(), strict=True))


def cells_of(ranges: Sequence[CellRange]) -> Cells:
    """Give the cells of ranges, in order."""
    if not ranges:
        return np.empty(0, dtype=np.int64)
    return np.concatenate([np.arange(low, high + 1, dtype=np.int64) for low, high in ranges])


def cell_count(ranges: Sequence[CellRange]) -> int:
    """Give how many cells ranges hold."""
    return sum(high - low + 1 for low, high in ranges)


def shared(one: Sequence[CellRange], other: Sequence[CellRange]) -> Ranges:
    """Give the cells of both areas as ranges."""
    found: list[CellRange] = []
    i = j = 0
    while i < len(one) and j < len(other):
        low, high = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if low <= high:
            found.append((low, high))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def polygon_ranges(area: Polygon | MultiPolygon) -> Ranges:
    """Give the cells whose centre lies in a valid polygon (x is longitude, y latitude, in degrees).

    What of it lies outside of the frame has no cells. Cost: about a millisecond for a province.
    """
    return _window_ranges(*polygon_window(area))


def polygon_window(area: Polygon | MultiPolygon) -> tuple[npt.NDArray[np.uint8], int, int]:
    """Give a rectangle of bytes, 1 where the centre of a cell lies in the polygon, and its first row and column."""
    west, south, east, north = area.bounds
    window, row, column = _window(south, west, north, east)
    kernels.fill_edges(edges_of(area), WEST_DEG + column * STEP_DEG, SOUTH_DEG + row * STEP_DEG, STEP_DEG, window)
    return window, row, column


def edges_of(area: Polygon | MultiPolygon) -> npt.NDArray[np.float64]:
    """Give the edges of all rings as rows of x, y, x, y."""
    polygons = area.geoms if isinstance(area, MultiPolygon) else (area,)
    rings = [get_coordinates(ring) for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return np.concatenate([np.column_stack((ring[:-1], ring[1:])) for ring in rings])


def polygon_cells_plainly(area: Polygon | MultiPolygon) -> set[int]:
    """Give the cells of a polygon, each centre asked of each edge: the twin of `polygon_ranges`, for small areas."""
    edges = [tuple(edge) for edge in edges_of(area).tolist()]
    west, south, east, north = area.bounds
    window, first_row, first_column = _window(south, west, north, east)
    found = set()
    for row in range(first_row, first_row + window.shape[0]):
        y = SOUTH_DEG + (row + 0.5) * STEP_DEG
        crossings = [_crossing(edge, y) for edge in edges if min(edge[1], edge[3]) <= y < max(edge[1], edge[3])]
        for column in range(first_column, first_column + window.shape[1]):
            x = WEST_DEG + (column + 0.5) * STEP_DEG
            if sum(crossing <= x for crossing in crossings) % 2:
                found.add(hilbert_place_plainly(column, row))
    return found


def _crossing(edge: tuple[float, ...], y: float) -> float:
    x1, y1, x2, y2 = edge if edge[1] < edge[3] else (edge[2], edge[3], edge[0], edge[1])
    return x1 + (y - y1) * (x2 - x1) / (y2 - y1)


def radius_ranges(latitude_deg: float, longitude_deg: float, radius_km: float) -> Ranges:
    """Give the cells whose centre is within a distance of a point, and the cell of the point however short that is.

    Raises:
        PlaceOutside: The point is not in the frame.
        ValueError: The radius is negative or no number.
    """
    own = cell_at(latitude_deg, longitude_deg)
    if not (math.isfinite(radius_km) and radius_km >= 0):
        raise ValueError(f"a radius is 0 km or more, not {radius_km}")
    up = math.degrees(radius_km / EARTH_RADIUS_KM) + STEP_DEG
    across = up / max(math.cos(math.radians(min(abs(latitude_deg) + up, 89.0))), 0.01)
    window, row, column = _window(latitude_deg - up, longitude_deg - across, latitude_deg + up, longitude_deg + across)
    west, south = WEST_DEG + column * STEP_DEG, SOUTH_DEG + row * STEP_DEG
    kernels.fill_circle(latitude_deg, longitude_deg, _reach(radius_km), west, south, STEP_DEG, window)
    inside = cells_of(_window_ranges(window, row, column))
    return ranges_of(np.append(inside, own))


def within_plainly(cell: int, latitude_deg: float, longitude_deg: float, radius_km: float) -> bool:
    """Tell whether the centre of a cell is within a distance of a point: the twin of what `radius_ranges` asks."""
    here, there = math.radians(latitude_deg), math.radians(centre(cell)[0])
    up = math.sin((there - here) / 2)
    across = math.sin(math.radians(centre(cell)[1] - longitude_deg) / 2)
    return up * up + math.cos(here) * math.cos(there) * across * across <= _reach(radius_km)


def _reach(radius_km: float) -> float:
    return math.sin(min(radius_km / EARTH_RADIUS_KM / 2, math.pi / 2)) ** 2


def _window(south: float, west: float, north: float, east: float) -> tuple[npt.NDArray[np.uint8], int, int]:
    """Give an empty window around a rectangle of degrees, cut at the frame, and its first row and column."""
    row, column = _cut((south - SOUTH_DEG) / STEP_DEG - 1), _cut((west - WEST_DEG) / STEP_DEG - 1)
    last_row, last_column = _cut((north - SOUTH_DEG) / STEP_DEG + 2), _cut((east - WEST_DEG) / STEP_DEG + 2)
    return np.zeros((last_row - row, last_column - column), dtype=np.uint8), row, column


def _cut(place: float) -> int:
    return int(min(max(place, 0.0), float(SIDE)))


def _window_ranges(window: npt.NDArray[np.uint8], row: int, column: int) -> Ranges:
    rows, columns = np.nonzero(window)
    cells = np.empty(len(rows), dtype=np.int64)
    kernels.place_cells(columns.astype(np.int64) + column, rows.astype(np.int64) + row, ORDER, cells)
    return ranges_of(cells)


def window_cells(window: npt.NDArray[np.uint8], row: int, column: int) -> Cells:
    """Give the cells that are marked in a window, in order."""
    return cells_of(_window_ranges(window, row, column))
