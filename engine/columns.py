"""Arrow columns as the plain arrays that kernels take."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]


class OneText:
    """A text column of one row."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        self.value = value


class OneRow:
    """A table of text columns with one row: a record by itself needs no Arrow around it."""

    num_rows = 1

    def __init__(self, values: Mapping[str, str]) -> None:
        self.column_names = values.keys()
        self._values = values

    def column(self, name: str) -> OneText:
        """Give a column by its name."""
        return OneText(self._values[name])


class _Window:
    """A block of memory of `owner`, kept alive with it, that numpy takes for writable.

    Arrow buffers arrive read-only and numba compiles a kernel again for read-only arrays; a kernel that is handed
    text never writes to it, so one compiled form serves for every source.
    """

    def __init__(self, owner: Any, address: int, count: int, typestr: str) -> None:
        self.owner = owner
        self.__array_interface__ = {
            "data": (address, False),
            "shape": (count,),
            "typestr": typestr,
            "version": 3,
        }


def _window(buffer: Any, count: int, dtype: Any, skip: int = 0) -> npt.NDArray[Any]:
    if buffer is None or count == 0:
        return np.zeros(count, dtype)
    kind = np.dtype(dtype)
    return np.asarray(_Window(buffer, buffer.address + skip * kind.itemsize, count, kind.str))


def text_buffers(column: Any) -> tuple[Bytes, Offsets]:
    """Give the bytes and offsets (n + 1, absolute in the bytes) of a text column; a null reads as the empty text.

    Accepts an Arrow array or chunked array of any string type. Zero-copy for one large_string chunk without nulls;
    int32 offsets are widened (8 bytes a row). The arrays look writable and must not be written.
    """
    if isinstance(column, OneText):
        text = np.array(list(column.value.encode()), np.uint8)
        return text, np.array([0, text.shape[0]], np.int64)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        if isinstance(column, pa.ChunkedArray):
            column = column.chunk(0) if column.num_chunks else pa.array([], pa.large_string())
    if not (pa.types.is_large_string(column.type) or pa.types.is_string(column.type)):
        column = column.cast(pa.large_string())
    if column.null_count:
        column = pc.fill_null(column, "")
    wide = pa.types.is_large_string(column.type)
    _, offsets_buffer, data_buffer = column.buffers()
    rows = len(column)
    if rows == 0 or offsets_buffer is None:
        return np.zeros(0, np.uint8), np.zeros(rows + 1, np.int64)
    offsets = _window(offsets_buffer, rows + 1, np.int64 if wide else np.int32, column.offset)
    data = _window(data_buffer, data_buffer.size if data_buffer is not None else 0, np.uint8)
    return data, offsets if wide else offsets.astype(np.int64)


def text_array(data: Bytes, offsets: Offsets) -> Any:
    """Make a large_string array over the given bytes and offsets, without copying them."""
    return pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))
