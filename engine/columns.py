"""Arrow columns as the plain arrays that kernels take."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]


def text_buffers(column: Any) -> tuple[Bytes, Offsets]:
    """Give the bytes and offsets (n + 1, absolute in the bytes) of a text column; a null reads as the empty text.

    Accepts an Arrow array or chunked array of any string type. Zero-copy for one large_string chunk without nulls;
    int32 offsets are widened (8 bytes a row).
    """
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
    if offsets_buffer is None or len(column) == 0:
        return np.zeros(0, np.uint8), np.zeros(len(column) + 1, np.int64)
    offsets = np.frombuffer(offsets_buffer, np.int64 if wide else np.int32, len(column) + 1, column.offset * (8 if wide else 4))
    data = np.frombuffer(data_buffer, np.uint8) if data_buffer is not None else np.zeros(0, np.uint8)
    return data, offsets if wide else offsets.astype(np.int64)


def text_array(data: Bytes, offsets: Offsets) -> Any:
    """Make a large_string array over the given bytes and offsets, without copying them."""
    return pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))
