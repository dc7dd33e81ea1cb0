"""Typed Arrow columns written as text, one form a value: whole numbers without a point, dates as yyyy-mm-dd."""

from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import SourceColumnType, SourceTooLarge
from engine.sources.profile import Limits

#: Viet Nam keeps UTC+7 all year (since 1975), so an instant has one local date without a time zone database.
_LOCAL = timedelta(hours=7)
#: Whole numbers that a 64-bit float holds exactly.
_EXACT = float(1 << 53)


def has_text_form(kind: Any) -> bool:
    """Tell whether values of an Arrow type can be written as text."""
    if pa.types.is_dictionary(kind):
        return has_text_form(kind.value_type)
    if isinstance(kind, pa.BaseExtensionType):
        return has_text_form(kind.storage_type)
    return not (pa.types.is_nested(kind) or pa.types.is_duration(kind) or pa.types.is_interval(kind))


def as_text(column: Any, name: str, path: object, limits: Limits, *, few: bool = False) -> Any:
    """Write one array or chunked array as a large_string array without nulls; a null becomes the empty text.

    With `few`, a column that is stored as a dictionary stays one, its values written so.

    Raises:
        SourceColumnType: values of this type have no text form.
        SourceTooLarge: written out, a dictionary column would pass limits.chunk_bytes.
    """
    if not has_text_form(column.type):
        raise SourceColumnType(path=path, column=name, kind=column.type)
    if few and pa.types.is_dictionary(column.type) and _is_bytes(column.type.value_type):
        array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        return _few_values(array)
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    pieces = [_written(chunk, path, limits) for chunk in chunks]
    return pieces[0] if len(pieces) == 1 else pa.concat_arrays([pa.array([], pa.large_string()), *pieces])


def _few_values(array: Any) -> Any:
    if array.null_count:
        values = pa.concat_arrays([_plain(array.dictionary), pa.array([""], pa.large_string())])
        indices = pc.fill_null(array.indices, len(array.dictionary))
    else:
        values, indices = _plain(array.dictionary), array.indices
    values = pc.fill_null(values, "") if values.null_count else values
    return pa.DictionaryArray.from_arrays(indices, values)


def _written(array: Any, path: object, limits: Limits) -> Any:
    if isinstance(array.type, pa.BaseExtensionType):
        array = array.storage
    if pa.types.is_dictionary(array.type):
        array = _looked_up(array, path, limits)
    text = _plain(array)
    return pc.fill_null(text, "") if text.null_count else text


def _looked_up(array: Any, path: object, limits: Limits) -> Any:
    values = array.dictionary
    if pa.types.is_dictionary(values.type) or not _is_bytes(values.type):
        return array.dictionary_decode()
    size = pc.sum(pc.take(pc.binary_length(values), array.indices)).as_py() or 0
    if size > limits.chunk_bytes:
        raise SourceTooLarge(
            path=path, what=f"{size} bytes in one column of a chunk", limit=limits.chunk_bytes, option="chunk_bytes"
        )
    return pc.take(_plain(values), array.indices)


def _is_bytes(kind: Any) -> bool:
    tests = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
        pa.types.is_binary,
        pa.types.is_large_binary,
        pa.types.is_binary_view,
        pa.types.is_fixed_size_binary,
    )
    return any(test(kind) for test in tests)


def _plain(array: Any) -> Any:
    kind = array.type
    if _is_bytes(kind):
        return _valid_text(array)
    if pa.types.is_floating(kind):
        return _float_text(array.cast(pa.float64()))
    if pa.types.is_decimal(kind):
        text = array.cast(pa.large_string())
        return pc.replace_substring_regex(text, r"\.0+$|(\.[0-9]*[1-9])0+$", r"\1") if kind.scale > 0 else text
    if pa.types.is_timestamp(kind):
        return _timestamp_text(array)
    if pa.types.is_date64(kind):
        array = array.cast(pa.date32())
    return pa.nulls(len(array), pa.large_string()) if pa.types.is_null(kind) else array.cast(pa.large_string())


def _valid_text(array: Any) -> Any:
    """Make text of bytes; a byte that is no UTF-8 becomes U+FFFD."""
    if pa.types.is_fixed_size_binary(array.type):
        array = array.cast(pa.binary())
    if pa.types.is_string_view(array.type) or pa.types.is_string(array.type):
        array = array.cast(pa.large_string())
    if pa.types.is_large_string(array.type):
        try:
            array.validate(full=True)
        except pa.ArrowInvalid:
            array = array.cast(pa.large_binary())
        else:
            return array
    try:
        return array.cast(pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
        mended = (
            None if value is None else value.decode("utf-8", "replace")
            for value in array.cast(pa.large_binary()).to_pylist()
        )
        return pa.array(mended, pa.large_string())


def _float_text(array: Any) -> Any:
    values = array.to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):
        whole = np.isfinite(values) & (np.floor(values) == values) & (np.abs(values) <= _EXACT)
    integers = pa.array(np.where(whole, values, 0.0).astype(np.int64), mask=~whole)
    text = integers.cast(pa.large_string())
    rest = pc.if_else(pa.array(np.isnan(values)), pa.scalar(None, pa.large_string()), array.cast(pa.large_string()))
    return pc.coalesce(text, rest)


def _timestamp_text(array: Any) -> Any:
    if array.type.tz is not None:
        array = pc.add(array.cast(pa.timestamp(array.type.unit)), pa.scalar(_LOCAL, pa.duration(array.type.unit)))
    text = array.cast(pa.timestamp("s"), safe=False).cast(pa.string()).cast(pa.large_string())
    return pc.replace_substring_regex(text, " 00:00:00$", "")
