"""Columns of generated text, made in bulk: digits, dates and words as Arrow arrays without a Python object per row."""

import itertools
from datetime import date
from enum import IntEnum
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.kernels.synthetic import cut_rows
from engine.synthetic.draw import Index

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

FIRST_DAY = (date(1900, 1, 1) - date(1970, 1, 1)).days
LAST_DAY = (date(2060, 1, 1) - date(1970, 1, 1)).days


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


# y year, m month, d day, s short year, e Excel serial, capitals without a leading zero; anything else as it is
_PATTERNS = {
    DateForm.ISO: "yyyy-mm-dd", DateForm.YEAR: "yyyy", DateForm.DAY_MONTH_YEAR: "dd/mm/yyyy",
    DateForm.SHORT_DAY_MONTH_YEAR: "D/M/yyyy", DateForm.MONTH_DAY_YEAR: "mm/dd/yyyy", DateForm.DASHED: "dd-mm-yyyy",
    DateForm.PACKED: "yyyymmdd", DateForm.TWO_DIGIT_YEAR: "dd/mm/ss", DateForm.EXCEL_SERIAL: "eeeee",
    DateForm.NO_DAY_NO_MONTH: "00/00/yyyy", DateForm.DOTTED: "dd.mm.yyyy", DateForm.TIMED: "dd/mm/yyyy 00:00:00",
}  # fmt: skip


@cache
def _date_table(form: DateForm) -> tuple[npt.NDArray[np.void], Bytes]:
    """Write every day from FIRST_DAY to LAST_DAY in one form: fixed-width bytes and lengths."""
    days = np.arange(FIRST_DAY, LAST_DAY, dtype=np.int64)
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    year = months.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day = days - months.astype("datetime64[D]").astype(np.int64) + 1
    parts = {"y": year, "m": month, "M": month, "d": day, "D": day, "s": year % 100, "e": days + 25_569}
    pieces = [(key, len(list(run))) for key, run in itertools.groupby(_PATTERNS[form])]
    width = sum(2 if key in "DM" else count for key, count in pieces)
    matrix = np.zeros((len(days), width), np.uint8)
    at = np.zeros(len(days), np.int64)
    every = np.arange(len(days))
    for key, count in pieces:
        if key in "DM":  # no leading zero
            long = parts[key] >= 10
            matrix[every[long], at[long]] = 48 + parts[key][long] // 10
            at += long
            matrix[every, at] = 48 + parts[key] % 10
            at += 1
            continue
        text = digit_matrix(parts[key], count) if key in parts else np.full((len(days), count), ord(key), np.uint8)
        for place in range(count):
            matrix[every, at] = text[:, place]
            at += 1
    return matrix.view(f"V{width}").ravel(), at.astype(np.uint8)


def _validity(valid: Flags | None) -> Any:
    if valid is None or bool(valid.all()):
        return None
    return pa.py_buffer(np.packbits(valid, bitorder="little"))


def ragged(matrix: Bytes, lengths: npt.NDArray[np.integer], valid: Flags | None = None) -> Any:
    """Make a text column of the first `lengths[row]` bytes of each row of `matrix`; rows not valid are null."""
    ends = np.zeros(len(matrix) + 1, np.int64)
    np.cumsum(lengths if valid is None else np.where(valid, lengths, 0), out=ends[1:])
    return pa.LargeStringArray.from_buffers(
        len(matrix), pa.py_buffer(ends), pa.py_buffer(_cut(matrix, ends)), _validity(valid)
    )


def scattered(matrix: Bytes, lengths: Index, rows: Index, count: int) -> Any:
    """Make a text column of `count` rows that is null but for `rows` (ascending), which hold the rows of `matrix`."""
    ends, valid = np.zeros(count + 1, np.int64), np.zeros(count, np.bool_)
    ends[rows + 1], valid[rows] = lengths, True
    np.cumsum(ends, out=ends)
    own = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(lengths, out=own[1:])
    return pa.LargeStringArray.from_buffers(
        count, pa.py_buffer(ends), pa.py_buffer(_cut(matrix, own)), _validity(valid)
    )


def _cut(matrix: Bytes, ends: npt.NDArray[np.int64]) -> Bytes:
    """Put the rows behind each other, each as long as `ends` says."""
    if ends[-1] == matrix.size:
        return np.ascontiguousarray(matrix).reshape(-1)
    data = np.empty(int(ends[-1]), np.uint8)
    cut_rows(np.ascontiguousarray(matrix), ends, data)
    return data


def text(data: Bytes, ends: npt.NDArray[np.int64], valid: Flags | None = None) -> Any:
    """Make a text column of bytes and offsets; rows that are not valid are null."""
    return pa.LargeStringArray.from_buffers(len(ends) - 1, pa.py_buffer(ends), pa.py_buffer(data), _validity(valid))


def digit_matrix(values: Index, width: int) -> Bytes:
    """Write each value as `width` ASCII digits with leading zeros."""
    groups = -(-width // 4)
    matrix = np.empty((len(values), groups), np.uint32)
    table, rest = _four_digits(), values
    for group in range(groups - 1, 0, -1):
        rest, four = np.divmod(rest, 10_000)
        matrix[:, group] = table[four]
    matrix[:, 0] = table[rest % 10_000]
    return matrix.view(np.uint8)[:, groups * 4 - width :]


@cache
def _four_digits() -> npt.NDArray[np.uint32]:
    """The four ASCII digits of 0 .. 9999, as they lie in memory, in one word each."""
    numbers = np.arange(10_000)
    return (
        np.stack([48 + numbers // 10**place % 10 for place in (3, 2, 1, 0)], axis=1)
        .astype(np.uint8)
        .view(np.uint32)
        .ravel()
    )


def digits(values: Index, width: int, valid: Flags | None = None) -> Any:
    """Make a text column of `width` digits a row."""
    if valid is None:
        return ragged(digit_matrix(values, width), np.full(len(values), width, np.int64))
    rows = np.flatnonzero(valid)
    return scattered(digit_matrix(values[rows], width), np.full(len(rows), width, np.int64), rows, len(values))


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
    if valid is None:
        matrix, lengths = date_matrix(days, forms)
        return ragged(matrix, lengths.astype(np.int64))
    rows = np.flatnonzero(valid)
    matrix, lengths = date_matrix(days[rows], forms if isinstance(forms, DateForm) else forms[rows])
    return scattered(matrix, lengths.astype(np.int64), rows, len(days))


def labels(
    codes: npt.NDArray[np.integer | np.bool_], names: tuple[str, ...] | list[str], valid: Flags | None = None
) -> Any:
    """Make a dictionary column of a few names by number.

    A name may come twice among `names`; the dictionary holds it once, as Arrow's writers silently want it.
    """
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    if len(places) < len(names):
        codes = np.array([places[name] for name in names])[codes]
    mask = None if valid is None else ~valid
    indices = pa.array(codes.astype(np.int32 if len(places) > 120 else np.int8), mask=mask)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(places), pa.large_string()))


def labelled(prefix: bytes, values: Index, width: int, valid: Flags | None = None) -> Any:
    """Make a text column of a prefix and `width` digits a row."""
    rows = np.arange(len(values)) if valid is None else np.flatnonzero(valid)
    matrix = np.empty((len(rows), len(prefix) + width), np.uint8)
    matrix[:, : len(prefix)] = np.frombuffer(prefix, np.uint8)
    matrix[:, len(prefix) :] = digit_matrix(values[rows], width)
    return scattered(matrix, np.full(len(rows), matrix.shape[1], np.int64), rows, len(values))


def moments(seconds: Index, valid: Flags) -> Any:
    """Make a text column of moments, `yyyy-mm-ddThh:mm:ss+07:00`, from seconds of local time since 1970-01-01."""
    rows = np.flatnonzero(valid)
    days, rest = np.divmod(seconds[rows], 86_400)
    matrix = np.empty((len(rows), 25), np.uint8)
    matrix[:, :10] = date_matrix(days, DateForm.ISO)[0]
    matrix[:, 10:] = np.frombuffer(b"T00:00:00+07:00", np.uint8)
    matrix[:, 11:13] = digit_matrix(rest // 3600, 2)
    matrix[:, 14:16] = digit_matrix(rest // 60 % 60, 2)
    matrix[:, 17:19] = digit_matrix(rest % 60, 2)
    return scattered(matrix, np.full(len(rows), 25, np.int64), rows, len(seconds))
