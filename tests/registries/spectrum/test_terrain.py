"""Terrain: tiles read as they were written, places on the great circle, and clear words where there is no ground."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registries.spectrum.errors import OutOfRange, TerrainMissing, TerrainUnreadable
from registries.spectrum.terrain import path_heights, sample_profiles, synthetic_terrain
from registries.spectrum.terrain_files import read_geotiff, read_hgt

GROUND = synthetic_terrain(7, 18.0, 107.0, 601, 601, step_deg=1 / 200)
LATITUDES, LONGITUDES = st.floats(15.01, 17.99), st.floats(107.01, 109.99)


@settings(deadline=None)
@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES, st.integers(3, 400))
def test_profiles_in_bulk_are_those_of_the_plain_function(
    lat1: float, lon1: float, lat2: float, lon2: float, points: int
) -> None:
    found = sample_profiles(GROUND, np.array([[lat1, lon1, lat2, lon2]]), points)
    assert found.heights_m == pytest.approx(path_heights(GROUND, (lat1, lon1, lat2, lon2), points), abs=0.01)


def test_ground_that_is_not_loaded_is_named() -> None:
    with pytest.raises(TerrainMissing, match=r"latitude 1[45]\."):
        sample_profiles(GROUND, np.array([[16.0, 108.0, 14.0, 108.0]]), 50)
    with pytest.raises(OutOfRange, match="latitude is 108"):
        sample_profiles(GROUND, np.array([[108.0, 16.0, 16.0, 108.0]]), 50)


def test_a_tile_of_srtm_is_read(tmp_path: Path) -> None:
    heights = np.arange(1201 * 1201, dtype=np.int64).reshape(1201, 1201) % 3000
    heights[3, 4] = -32768
    path = tmp_path / "N16E108.hgt"
    path.write_bytes(heights.astype(">i2").tobytes())
    tile = read_hgt(path)
    assert (tile.north_deg, tile.west_deg) == (17.0, 108.0)
    assert tile.height_m(17 - 10 / 1200, 108 + 7 / 1200) == pytest.approx(heights[10, 7], abs=0.01)
    assert np.isnan(tile.heights_m[3, 4])
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(TerrainUnreadable, match="cut off"):
        read_hgt(path)
    with pytest.raises(TerrainUnreadable, match="name"):
        read_hgt(tmp_path / "ground.hgt")


def geotiff(
    heights: np.ndarray, *, order: str, tile: int, deflate: bool, predictor: int, keys: tuple[int, ...]
) -> bytes:
    """Write a GeoTIFF of 16-bit heights, in tiles or, where `tile` is 0, in strips of 5 rows."""
    rows, columns = heights.shape
    high, wide = (tile, tile) if tile else (5, columns)
    parts = []
    for top in range(0, rows, high):
        for left in range(0, columns, wide):
            block = heights[top : top + high, left : left + wide]
            if tile:
                block = np.pad(block, ((0, high - block.shape[0]), (0, wide - block.shape[1])))
            if predictor == 2:
                block = np.diff(block, axis=1, prepend=0)
            raw = block.astype(order + "i2").tobytes()
            parts.append(zlib.compress(raw) if deflate else raw)
    body, starts = b"", []
    for part in parts:
        starts.append(8 + len(body))
        body += part
    sizes = [len(part) for part in parts]
    places = [(322, "H", [wide]), (323, "H", [high]), (324, "I", starts), (325, "I", sizes)]
    if not tile:
        places = [(273, "I", starts), (278, "H", [high]), (279, "I", sizes)]
    entries = sorted(
        [
            (256, "H", [columns]),
            (257, "H", [rows]),
            (258, "H", [16]),
            (259, "H", [8 if deflate else 1]),
            (277, "H", [1]),
            (317, "H", [predictor]),
            (339, "H", [2]),
            (33550, "d", [0.25, 0.5, 0.0]),
            (33922, "d", [0.0, 0.0, 0.0, 107.0, 18.0, 0.0]),
            (34735, "H", list(keys)),
            (42113, "s", [b"-32768\0"]),
            *places,
        ]
    )
    kinds = {"H": 3, "I": 4, "d": 12, "s": 2}
    at = 8 + len(body)
    extra_at = at + 2 + 12 * len(entries) + 4
    directory, extra = struct.pack(order + "H", len(entries)), b""
    for tag, code, values in entries:
        packed = values[0] if code == "s" else struct.pack(f"{order}{len(values)}{code}", *values)
        count = len(packed) if code == "s" else len(values)
        held = packed.ljust(4, b"\0")
        if len(packed) > 4:
            held = struct.pack(order + "I", extra_at + len(extra))
            extra += packed
        directory += struct.pack(order + "HHI", tag, kinds[code], count) + held
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", at)
    return start + body + directory + struct.pack(order + "I", 0) + extra


DEGREES = (1, 1, 0, 2, 1024, 0, 1, 2, 1025, 0, 1, 1)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("tile", [0, 16])
@pytest.mark.parametrize(("deflate", "predictor"), [(False, 1), (True, 1), (True, 2)])
def test_a_geotiff_is_read_as_it_was_written(
    tmp_path: Path, order: str, tile: int, deflate: bool, predictor: int
) -> None:
    heights = np.random.default_rng(3).integers(-400, 3000, (37, 23))
    heights[5, 6] = -32768
    path = tmp_path / "ground.tif"
    path.write_bytes(geotiff(heights, order=order, tile=tile, deflate=deflate, predictor=predictor, keys=DEGREES))
    raster = read_geotiff(path)
    expected = heights.astype(np.float32)
    expected[5, 6] = np.nan
    np.testing.assert_array_equal(raster.heights_m, expected)
    assert (raster.north_deg, raster.west_deg) == (17.75, 107.125)


def test_every_cut_geotiff_is_refused_by_name(tmp_path: Path) -> None:
    whole = geotiff(np.ones((37, 23), np.int64), order="<", tile=16, deflate=False, predictor=1, keys=DEGREES)
    path = tmp_path / "ground.tif"
    for length in range(0, len(whole) - 1, 41):
        path.write_bytes(whole[:length])
        with pytest.raises(TerrainUnreadable, match=r"ground\.tif"):
            read_geotiff(path)


def test_a_geotiff_in_metres_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ground.tif"
    keys = (1, 1, 0, 1, 1024, 0, 1, 1)
    path.write_bytes(geotiff(np.ones((5, 5), np.int64), order="<", tile=0, deflate=False, predictor=1, keys=keys))
    with pytest.raises(TerrainUnreadable, match="not in degrees"):
        read_geotiff(path)
