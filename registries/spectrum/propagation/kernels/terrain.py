"""Heights along many great circles. Twin: `registries.spectrum.terrain.path_heights`."""

import math

import numpy as np
import numpy.typing as npt

from matching.kernels import bare_part, kernel

Floats = npt.NDArray[np.float64]
STRETCH_KM = 20.0
"""A stretch so long is a parabola in latitude and longitude, to a few millimetres."""
EARTH_KM = 6371.0


@bare_part
def place(
    x: float, y: float, z: float, ax: float, ay: float, az: float, angle: float, meridian: float
) -> tuple[float, float]:
    """Give latitude and longitude at an angle along the circle; the longitude is the one nearest to `meridian`."""
    c, s = math.cos(angle), math.sin(angle)
    px, py, pz = c * x + s * ax, c * y + s * ay, c * z + s * az
    longitude = math.degrees(math.atan2(py, px))
    longitude += 360 * round((meridian - longitude) / 360)
    return math.degrees(math.atan2(pz, math.sqrt(px * px + py * py))), longitude


@kernel
def sample(heights: npt.NDArray[np.float32], grid: Floats, ends: Floats, distances: Floats, out: Floats) -> None:
    """Write distances and heights of each path; NaN outside of the raster."""
    rows, columns = heights.shape
    north, west, step_latitude, step_longitude = grid[0], grid[1], 1 / grid[2], 1 / grid[3]
    points = out.shape[1]
    for path in range(len(ends)):
        lat1, lon1 = math.radians(ends[path, 0]), math.radians(ends[path, 1])
        lat2, lon2 = math.radians(ends[path, 2]), math.radians(ends[path, 3])
        x, y, z = math.cos(lat1) * math.cos(lon1), math.cos(lat1) * math.sin(lon1), math.sin(lat1)
        ax, ay, az = math.cos(lat2) * math.cos(lon2), math.cos(lat2) * math.sin(lon2), math.sin(lat2)
        chord = math.sqrt((ax - x) ** 2 + (ay - y) ** 2 + (az - z) ** 2)
        whole = 2 * math.asin(min(1.0, chord / 2))
        along = ax * x + ay * y + az * z
        ax, ay, az = ax - along * x, ay - along * y, az - along * z
        size = math.sqrt(ax * ax + ay * ay + az * az)
        if size > 0:
            ax, ay, az = ax / size, ay / size, az / size
        step = whole * EARTH_KM / (points - 1)
        stretch = points - 1 if step == 0 else max(1, min(points - 1, int(STRETCH_KM / step)))
        lat_a, lon_a = ends[path, 0], ends[path, 1]
        begin = 0
        while begin < points:
            end = min(begin + stretch, points - 1)
            span = max(end - begin, 1)
            angle = whole * begin / (points - 1)
            angle_b = whole * end / (points - 1)
            lat_m, lon_m = place(x, y, z, ax, ay, az, (angle + angle_b) / 2, lon_a)
            lat_b, lon_b = place(x, y, z, ax, ay, az, angle_b, lon_a)
            # The parabola through both ends and the middle, in rows and columns of the raster.
            row0, column0 = (north - lat_a) * step_latitude, (lon_a - west) * step_longitude
            row1 = -(4 * lat_m - 3 * lat_a - lat_b) * step_latitude / span
            row2 = -2 * (lat_a + lat_b - 2 * lat_m) * step_latitude / span / span
            column1 = (4 * lon_m - 3 * lon_a - lon_b) * step_longitude / span
            column2 = 2 * (lon_a + lon_b - 2 * lon_m) * step_longitude / span / span
            last = end if end < points - 1 else points
            for point in range(begin, last):
                offset = point - begin
                row = row0 + offset * (row1 + offset * row2)
                column = column0 + offset * (column1 + offset * column2)
                distances[path, point] = step * point
                if row >= -1e-9 and row <= rows - 1 + 1e-9 and column >= -1e-9 and column <= columns - 1 + 1e-9:
                    top, left = min(max(int(row), 0), rows - 2), min(max(int(column), 0), columns - 2)
                    down, right = row - top, column - left
                    upper = heights[top, left] + (heights[top, left + 1] - heights[top, left]) * right
                    lower = heights[top + 1, left] + (heights[top + 1, left + 1] - heights[top + 1, left]) * right
                    out[path, point] = upper + (lower - upper) * down
                else:
                    out[path, point] = math.nan
            lat_a, lon_a = lat_b, lon_b
            begin = last
