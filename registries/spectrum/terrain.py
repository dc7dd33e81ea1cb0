"""Terrain: rasters of ground height in degrees of WGS-84, and profiles of many paths sampled from them."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from registries.spectrum.errors import TerrainMissing
from registries.spectrum.propagation.bulk import over_threads
from registries.spectrum.propagation.geodesy import great_circle_km, great_circle_point
from registries.spectrum.propagation.profiles import Floats, Profiles, Zone
from registries.spectrum.propagation.ranges import check

Heights = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Raster:
    """Ground heights in m above sea level at points in rows from north to south; NaN where none is known.

    `north_deg` and `west_deg` are those of the first point, steps are positive.
    """

    north_deg: float
    west_deg: float
    step_latitude_deg: float
    step_longitude_deg: float
    heights_m: Heights

    def height_m(self, latitude_deg: float, longitude_deg: float) -> float:
        """Give the height between the four points around a place, weighted by nearness; NaN outside."""
        rows, columns = self.heights_m.shape
        row = (self.north_deg - latitude_deg) / self.step_latitude_deg
        column = (longitude_deg - self.west_deg) / self.step_longitude_deg
        if not (0 <= row <= rows - 1 and 0 <= column <= columns - 1):
            return math.nan
        top, left = min(int(row), rows - 2), min(int(column), columns - 2)
        down, right = row - top, column - left
        square = self.heights_m[top : top + 2, left : left + 2].astype(np.float64)
        upper = square[0, 0] + (square[0, 1] - square[0, 0]) * right
        lower = square[1, 0] + (square[1, 1] - square[1, 0]) * right
        return float(upper + (lower - upper) * down)


def path_heights(raster: Raster, ends: tuple[float, float, float, float], points: int) -> Floats:
    """Give the heights at equal steps of one great circle; ends are latitude and longitude of both (degrees).

    This is the plain twin of `sample_profiles`.
    """
    length = great_circle_km(*ends)
    places = [great_circle_point(*ends, length * point / (points - 1)) for point in range(points)]
    return np.array([raster.height_m(*place) for place in places])


def sample_profiles(raster: Raster, ends: Floats, points: int, threads: int = 1) -> Profiles:
    """Give profiles of so many points along many great circles: `ends` has latitude, longitude of both in each row.

    Places lie within 0.01 m of the great circle for paths to 1000 km. Clutter is 0, every zone inland. About 5 ns a
    point and thread.

    Raises:
        OutOfRange: A latitude, a longitude or the number of points is none.
        TerrainMissing: A point lies outside of the raster, or where it has no height.
    """
    from registries.spectrum.propagation.kernels.terrain import sample

    check("terrain", "number of points", points, 3, 1_000_000, "")
    table = np.ascontiguousarray(ends, np.float64).reshape(-1, 4)
    for column, (name, limit) in enumerate((("latitude", 90.0), ("longitude", 180.0)) * 2):
        wrong = ~(np.abs(table[:, column]) <= limit)
        if wrong.any():
            row = int(np.argmax(wrong))
            check("terrain", name, float(table[row, column]), -limit, limit, "degrees", f"row {row}")
    distances, heights = np.empty((len(table), points)), np.empty((len(table), points))
    grid = np.array([raster.north_deg, raster.west_deg, raster.step_latitude_deg, raster.step_longitude_deg])

    def work(first: int, last: int) -> None:
        sample(raster.heights_m, grid, table[first:last], distances[first:last], heights[first:last])

    over_threads(work, len(table), threads)
    unknown = np.isnan(heights).any(axis=1)
    if unknown.any():
        row = int(np.argmax(unknown))
        point = int(np.argmax(np.isnan(heights[row])))
        first, second, third, fourth = (float(end) for end in table[row])
        latitude, longitude = great_circle_point(first, second, third, fourth, float(distances[row, point]))
        raise TerrainMissing(latitude=f"{latitude:.5f}", longitude=f"{longitude:.5f}")
    return Profiles(
        distances.ravel(),
        heights.ravel(),
        np.zeros(heights.size),
        np.full(heights.size, Zone.INLAND, np.uint8),
        np.arange(len(table) + 1, dtype=np.int64) * points,
    )


def synthetic_terrain(
    seed: int,
    north_deg: float,
    west_deg: float,
    rows: int,
    columns: int,
    step_deg: float = 1 / 1200,
    relief_m: float = 400.0,
) -> Raster:
    """Give rolling made-up terrain for tests: the same seed, the same ground. Waves of many lengths, sea level at 0."""
    draw = np.random.default_rng(seed)
    latitude = np.arange(rows)[:, None] * step_deg
    longitude = np.arange(columns)[None, :] * step_deg
    ground = np.zeros((rows, columns))
    for octave in range(8):
        across, along = draw.normal(0, 2**octave, 2)
        ground += np.sin(2 * math.pi * (across * latitude + along * longitude) + draw.uniform(0, 6.3)) / 1.8**octave
    heights = np.maximum(0, relief_m * (0.4 + 0.6 * ground)).astype(np.float32)
    return Raster(north_deg, west_deg, step_deg, step_deg, heights)
