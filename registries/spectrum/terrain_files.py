"""Terrain tiles from files: SRTM .hgt, and GeoTIFF in degrees (strips or tiles, plain or deflated)."""

import math
import re
import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from registries.spectrum.errors import TerrainUnreadable
from registries.spectrum.terrain import Raster

VOID = -32768
_NAME = re.compile(r"([NS])(\d{2})([EW])(\d{3})", re.IGNORECASE)
_CODES = {1: "B", 2: "s", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d"}
_SAMPLES = {(1, 16): "u2", (2, 16): "i2", (1, 32): "u4", (2, 32): "i4", (3, 32): "f4", (3, 64): "f8"}
WIDTH, LENGTH, BITS, COMPRESSION, STRIPS, PLANES, STRIP_ROWS, STRIP_BYTES = 256, 257, 258, 259, 273, 277, 278, 279
PREDICTOR, TILE_WIDTH, TILE_LENGTH, TILES, TILE_BYTES, FORMAT = 317, 322, 323, 324, 325, 339
SCALE, TIEPOINT, GEO_KEYS, NO_DATA = 33550, 33922, 34735, 42113
PLAIN, DEFLATE, OLD_DEFLATE = 1, 8, 32946


def read_hgt(path: Path) -> Raster:
    """Read a tile of SRTM: 1201 or 3601 points a side, 16 bits, high byte first; the name says its south-west corner.

    Raises:
        TerrainUnreadable: The name or the size is not that of a tile.
    """
    named = _NAME.match(path.name)
    if named is None:
        raise TerrainUnreadable(path=path, reason="its name does not say where it lies, as N16E108.hgt does")
    data = _bytes(path)
    side = math.isqrt(len(data) // 2)
    if len(data) != 2 * side * side or side not in {1201, 3601}:
        raise TerrainUnreadable(
            path=path, reason=f"{len(data)} bytes are no 1201 x 1201 or 3601 x 3601 heights: cut off?"
        )
    south = int(named[2]) * (1 if named[1].upper() == "N" else -1)
    west = int(named[4]) * (1 if named[3].upper() == "E" else -1)
    heights = np.frombuffer(data, ">i2").reshape(side, side).astype(np.float32)
    heights[heights == VOID] = np.nan
    return Raster(south + 1.0, float(west), 1 / (side - 1), 1 / (side - 1), heights)


def read_geotiff(path: Path) -> Raster:
    """Read the first band of a GeoTIFF in degrees, north up.

    Raises:
        TerrainUnreadable: It is cut off, of a kind that is not read, or not in degrees with north up.
    """
    data = _bytes(path)
    try:
        return _geotiff(path, data)
    except (struct.error, IndexError, KeyError, ValueError, zlib.error) as cause:
        raise TerrainUnreadable(path=path, reason=f"it is cut off or torn ({cause})") from cause


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as cause:
        raise TerrainUnreadable(path=path, reason=str(cause)) from cause


Tags = dict[int, tuple[int | float | bytes, ...]]


def _tags(path: Path, data: bytes) -> tuple[str, Tags]:
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None:
        raise TerrainUnreadable(path=path, reason="it is no TIFF (BigTIFF is not read)")
    (at,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, at)
    tags: Tags = {}
    for entry in range(count):
        place = at + 2 + 12 * entry
        tag, kind, number = struct.unpack_from(order + "HHI", data, place)
        code = _CODES.get(kind)
        if code is None:
            continue
        form = f"{order}{number}{code}"
        where = place + 8
        if struct.calcsize(form) > 4:
            (where,) = struct.unpack_from(order + "I", data, where)
        tags[tag] = struct.unpack_from(form, data, where)
    return order, tags


def _geotiff(path: Path, data: bytes) -> Raster:
    order, tags = _tags(path, data)

    sample = _SAMPLES.get((_whole(tags, FORMAT, 1), _whole(tags, BITS, 1)))
    compression, predictor = _whole(tags, COMPRESSION, PLAIN), _whole(tags, PREDICTOR, 1)
    if sample is None or _whole(tags, PLANES, 1) != 1:
        raise TerrainUnreadable(path=path, reason="it is not one band of 16 or 32 bit numbers")
    if compression not in {PLAIN, DEFLATE, OLD_DEFLATE}:
        raise TerrainUnreadable(path=path, reason=f"compression {compression} is not read: write it plain or deflated")
    if predictor not in {1, 2} or (predictor == 2 and sample[0] == "f"):
        raise TerrainUnreadable(path=path, reason=f"predictor {predictor} is not read")
    if SCALE not in tags or TIEPOINT not in tags or GEO_KEYS not in tags:
        raise TerrainUnreadable(path=path, reason="it does not say where it lies, north up")
    keys = np.array(tags[GEO_KEYS], np.int64).reshape(-1, 4)[1:]
    told = {int(key): int(value) for key, where, _, value in keys if where == 0}
    if told.get(1024) != 2:
        raise TerrainUnreadable(path=path, reason="its coordinates are not in degrees: project it to WGS-84 first")

    heights = _heights(path, data, tags, order + sample, compression, predictor)
    if NO_DATA in tags:
        text = b"".join(one for one in tags[NO_DATA] if isinstance(one, bytes)).split(b"\0")[0]
        heights[heights == np.float32(float(text))] = np.nan
    scale = [float(one) for one in tags[SCALE]]
    tie = [float(one) for one in tags[TIEPOINT]]
    centre = 0.0 if told.get(1025) == 2 else 0.5
    north = tie[4] + (tie[1] - centre) * scale[1]
    west = tie[3] + (centre - tie[0]) * scale[0]
    if not (all(math.isfinite(one) for one in (north, west, *scale[:2])) and scale[0] > 0 and scale[1] > 0):
        raise TerrainUnreadable(path=path, reason="the size of its points is no number above 0")
    return Raster(north, west, scale[1], scale[0], heights)


def _whole(tags: Tags, tag: int, otherwise: int | None = None) -> int:
    if tag not in tags and otherwise is not None:
        return otherwise
    return int(tags[tag][0])


def _heights(
    path: Path, data: bytes, tags: Tags, kind: str, compression: int, predictor: int
) -> npt.NDArray[np.float32]:
    rows, columns = _whole(tags, LENGTH), _whole(tags, WIDTH)
    tiled = TILES in tags
    high = _whole(tags, TILE_LENGTH) if tiled else min(_whole(tags, STRIP_ROWS, rows), rows)
    wide = _whole(tags, TILE_WIDTH) if tiled else columns
    starts, sizes = (tags[TILES], tags[TILE_BYTES]) if tiled else (tags[STRIPS], tags[STRIP_BYTES])
    if rows < 2 or columns < 2 or high < 1 or wide < 1:
        raise TerrainUnreadable(path=path, reason=f"{rows} x {columns} points are no raster")
    across = -(-columns // wide)
    if len(starts) != across * -(-rows // high):
        raise TerrainUnreadable(path=path, reason=f"{len(starts)} parts do not make {rows} x {columns} points")
    heights = np.empty((rows, columns), np.float32)
    for part, (start, size) in enumerate(zip(starts, sizes, strict=True)):
        top, left = part // across * high, part % across * wide
        held = data[int(start) : int(start) + int(size)]
        if len(held) != int(size):
            raise TerrainUnreadable(path=path, reason=f"it ends inside part {part + 1} of {len(starts)}: cut off")
        part_rows = high if tiled else min(high, rows - top)
        block = _block(held, compression, predictor, kind, part_rows, wide)
        heights[top : top + high, left : left + wide] = block[: rows - top, : columns - left]
    return heights


def _block(
    held: bytes, compression: int, predictor: int, kind: str, rows: int, columns: int
) -> npt.NDArray[np.float32]:
    raw = held
    if compression != PLAIN:
        # No more than the part can hold: a small file does not make a large one here.
        raw = zlib.decompressobj().decompress(held, rows * columns * np.dtype(kind).itemsize)
    block = np.frombuffer(raw, kind, rows * columns).reshape(rows, columns)
    if predictor == 2:
        block = np.cumsum(block, axis=1, dtype=np.dtype(kind).newbyteorder("="))
    return block.astype(np.float32)
