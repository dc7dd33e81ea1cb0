"""Columns of generated text, made in bulk: digits, dates and words as Arrow arrays without a Python object per row."""

from datetime import date
from enum import IntEnum
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.synthetic.draw import Index

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

FIRST_DAY = (date(1900, 1, 1) - date(1970, 1, 1)).days
LAST_DAY = (date(2100, 1, 1) - date(1970, 1, 1)).days


class DateForm(IntEnum):
    """How a date is written."""

    ISO = 0
    YEAR = 1
    DAY_MONTH_YEAR = 2
    SHORT_DAY_MONTH_YEAR = 3
    MONTH_DAY_YEAR = 4
    DASHED = 5
    PACKED = 6
    TWO_DIGIT_YEAR = 7
    EXCEL_SERIAL = 8
    NO_DAY_NO_MONTH = 9
    DOTTED = 10
    TIMED = 11


def _write_date(form: DateForm, day: date) -> str:
    patterns = {
        DateForm.ISO: "{y}-{m:02}-{d:02}",
        DateForm.YEAR: "{y}",
        DateForm.DAY_MONTH_YEAR: "{d:02}/{m:02}/{y}",
        DateForm.SHORT_DAY_MONTH_YEAR: "{d}/{m}/{y}",
        DateForm.MONTH_DAY_YEAR: "{m:02}/{d:02}/{y}",
        DateForm.DASHED: "{d:02}-{m:02}-{y}",
        DateForm.PACKED: "{y}{m:02}{d:02}",
        DateForm.TWO_DIGIT_YEAR: "{d:02}/{m:02}/{s:02}",
        DateForm.EXCEL_SERIAL: "{e}",
        DateForm.NO_DAY_NO_MONTH: "00/00/{y}",
        DateForm.DOTTED: "{d:02}.{m:02}.{y}",
        DateForm.TIMED: "{d:02}/{m:02}/{y} 00:00:00",
    }
    serial = (day - date(1899, 12, 30)).days
    return patterns[form].format(y=day.year, m=day.month, d=day.day, s=day.year % 100, e=serial)


@cache
def _date_table(form: DateForm) -> tuple[npt.NDArray[np.void], Bytes]:
    first = date(1970, 1, 1).toordinal() + FIRST_DAY
    texts = [_write_date(form, date.fromordinal(first + step)).encode() for step in range(LAST_DAY - FIRST_DAY)]
    width = max(len(text) for text in texts)
    return np.array(texts, f"S{width}").view(f"V{width}"), np.array([len(text) for text in texts], np.uint8)


def _validity(valid: Flags | None) -> Any:
    if valid is None or bool(valid.all()):
        return None
    return pa.py_buffer(np.packbits(valid, bitorder="little"))


def ragged(matrix: Bytes, lengths: npt.NDArray[np.integer], valid: Flags | None = None) -> Any:
    """Make a text column of the first `lengths[row]` bytes of each row of `matrix`; rows not valid are null."""
    lengths = np.where(valid, lengths, 0) if valid is not None else lengths
    ends = np.zeros(len(matrix) + 1, np.int64)
    np.cumsum(lengths, out=ends[1:])
    width = matrix.shape[1]
    if ends[-1] == len(matrix) * width:
        data = matrix.reshape(-1)
    else:
        data = matrix[np.arange(width)[None, :] < lengths[:, None]]
    return pa.LargeStringArray.from_buffers(
        len(matrix), pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(data)), _validity(valid)
    )


def text(data: Bytes, ends: npt.NDArray[np.int64], valid: Flags | None = None) -> Any:
    """Make a text column of bytes and offsets; rows that are not valid are null."""
    return pa.LargeStringArray.from_buffers(len(ends) - 1, pa.py_buffer(ends), pa.py_buffer(data), _validity(valid))


def digit_matrix(values: Index, width: int) -> Bytes:
    """Write each value as `width` ASCII digits with leading zeros."""
    matrix = np.empty((len(values), width), np.uint8)
    rest = values
    for place in range(width - 1, 0, -1):
        rest, digit = np.divmod(rest, 10)
        matrix[:, place] = digit
    matrix[:, 0] = rest % 10
    matrix += 48
    return matrix


def digits(values: Index, width: int, valid: Flags | None = None) -> Any:
    """Make a text column of `width` digits a row."""
    matrix = digit_matrix(values, width)
    return ragged(matrix, np.full(len(values), width, np.int64), valid)


def date_matrix(days: Index, forms: npt.NDArray[np.uint8] | DateForm) -> tuple[Bytes, Bytes]:
    """Write days since 1970-01-01 in their forms; gives the bytes (rows, widest) and the length of each."""
    step = np.clip(days - FIRST_DAY, 0, LAST_DAY - FIRST_DAY - 1)
    if isinstance(forms, DateForm):
        table, lengths = _date_table(forms)
        taken = table[step]
        return taken.view(np.uint8).reshape(len(days), table.dtype.itemsize), lengths[step]
    present = [DateForm(int(form)) for form in np.unique(forms)]
    width = max((_date_table(form)[0].dtype.itemsize for form in present), default=1)
    matrix = np.zeros((len(days), width), np.uint8)
    sizes = np.zeros(len(days), np.uint8)
    for form in present:
        rows = np.flatnonzero(forms == form)
        table, lengths = _date_table(form)
        matrix[rows, : table.dtype.itemsize] = table[step[rows]].view(np.uint8).reshape(len(rows), -1)
        sizes[rows] = lengths[step[rows]]
    return matrix, sizes


def dates(days: Index, forms: npt.NDArray[np.uint8] | DateForm = DateForm.ISO, valid: Flags | None = None) -> Any:
    """Make a text column of dates."""
    matrix, lengths = date_matrix(days, forms)
    return ragged(matrix, lengths.astype(np.int64), valid)


def labels(codes: npt.NDArray[np.integer], names: tuple[str, ...] | list[str], valid: Flags | None = None) -> Any:
    """Make a dictionary column of a few names by number."""
    mask = None if valid is None else ~valid
    indices = pa.array(codes.astype(np.int32 if len(names) > 120 else np.int8), mask=mask)
    return pa.DictionaryArray.from_arrays(indices, pa.array(names, pa.large_string()))
