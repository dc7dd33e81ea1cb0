"""Kernels for columns of identity numbers. Twins: `matching.identifiers.document`, `.pin`, `.passport`."""

from typing import Any

import numpy as np
import numpy.typing as npt

from matching.kernels import bare_kernel as kernel
from matching.kernels import inline
from matching.kernels.numbers import (
    BAD_CHARACTERS,
    DIGITS_LOST,
    MISSING,
    PLACEHOLDER,
    PLUS,
    REPAIRED_ZERO,
    UNKNOWN_PREFIX,
    UNREAD,
    WRONG_LENGTH,
    bare_rows,
    read_rows,
)

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]
Flags = npt.NDArray[np.int32]
Number = int | np.integer[Any]
Mask = npt.NDArray[np.bool_]

KIND_MISSING, KIND_PIN, KIND_CMND, KIND_PASSPORT, KIND_MALFORMED = 0, 1, 2, 3, 4
_SUSPECT_SERIAL = 1024
_CENTURY_IMPLAUSIBLE = 4096
_PASSPORT_TAG = 1 << 62


@inline
def pin_birth_year(value: Number) -> Any:
    """Give the year of birth that a 12-digit number states; 0 for 0."""
    number = np.int64(value)
    return 0 if number == 0 else 1900 + 100 * (number // 10**8 % 10 // 2) + number // 10**6 % 100


@inline
def pin_sex(value: Number) -> Any:
    """Give the sex that a 12-digit number states: 1 male, 2 female; 0 for 0."""
    number = np.int64(value)
    return 0 if number == 0 else 1 + number // 10**8 % 10 % 2


@inline
def pin_place(value: Number) -> Any:
    """Give the province (1-96) or country (101-295) where the birth was registered; 0 for 0."""
    return np.int64(value) // 10**9


@kernel
def _id_rows(
    text: Bytes,
    bounds: Offsets,
    rows: Offsets,
    marks: Flags,
    allowed_prefix: Mask,
    out_kind: Bytes,
    out_value: npt.NDArray[np.uint64],
    out_flags: npt.NDArray[np.uint16],
) -> None:
    for j in range(len(rows)):
        flags: Any = np.int64(marks[j])
        first = bounds[j]
        end = first
        digits: Any = 0
        zeros: Any = 0
        code = np.int64(0)
        value: Any = np.int64(0)
        step = np.int64(0)
        steady = 0  # how many digits at the end are one digit repeated or a run
        previous = np.int64(0)
        while end < bounds[j + 1] and text[end] != 0:
            c = np.int64(text[end])
            digits += c <= 57
            zeros += c == 48
            if end - first < 15:
                value = value * 10 + c - 48
            if end - first < 9:
                code = code * 37 + (c - 47 if c <= 57 else c - 54)
            turn = (c - previous) % 10
            if turn == step and steady > 1:
                steady += 1
            else:
                step = turn
                steady = 2 if end > first and (turn == 0 or turn == 1 or turn == 9) else 1
            previous = c
            end += 1
        length = end - first
        lost_zero = length > 0 and text[first] != 48
        kind = KIND_MALFORMED
        is_cmnd = length == 9 or (length == 8 and lost_zero)
        if is_cmnd and steady == 8 and (np.int64(text[first]) - 48 - step) % 10 != 0:
            steady = 0  # with its zero put back it is no run
        is_pin = length == 12 or ((length == 11 or length == 10) and lost_zero)
        if flags & MISSING:
            kind = KIND_MISSING
        elif flags & (DIGITS_LOST | BAD_CHARACTERS):
            value = 0
        elif flags & PLUS:
            flags |= BAD_CHARACTERS
            value = 0
        elif digits < length:
            value = 0
            if 6 <= length <= 9 and digits >= 3:
                kind = KIND_PASSPORT
                value = _PASSPORT_TAG | code
            else:
                flags |= BAD_CHARACTERS
        elif zeros == length:
            kind = KIND_MISSING
            value = 0
            flags |= MISSING | PLACEHOLDER
        elif length >= 6 and steady == length:
            flags |= PLACEHOLDER
        elif is_cmnd:
            kind = KIND_CMND
            if length == 8:
                flags |= REPAIRED_ZERO
        elif is_pin:
            found = 0
            place = value // 10**9
            if place == 0 or not allowed_prefix[place]:
                found |= UNKNOWN_PREFIX
            if value // 10**8 % 10 > 3:
                found |= _CENTURY_IMPLAUSIBLE
            if found == 0:
                kind = KIND_PIN
            if steady >= 6:
                found |= _SUSPECT_SERIAL
            if length == 12:
                flags |= found
            elif kind == KIND_PIN:
                flags |= found | REPAIRED_ZERO
            else:
                flags |= WRONG_LENGTH
        else:
            flags |= WRONG_LENGTH
        if length > 15:
            value = 0
        out_kind[rows[j]] = kind
        out_value[rows[j]] = value
        out_flags[rows[j]] = flags & 0xFFFF


@kernel
def _clean_pin_rows(
    data: Bytes,
    offsets: Offsets,
    allowed_prefix: Mask,
    out_kind: Bytes,
    out_value: npt.NDArray[np.uint64],
    out_flags: npt.NDArray[np.uint16],
) -> None:
    for row in range(len(offsets) - 1):
        start, stop = offsets[row], offsets[row + 1]
        out_flags[row] = UNREAD
        if stop - start != 12:
            continue
        outside = np.int64(0)
        value = np.int64(0)
        for i in range(12):
            digit = np.int64(data[start + i]) - 48
            outside |= digit | (9 - digit)
            value = value * 10 + digit
        # Three equal steps at the end may belong to a run in the serial, which takes the long way.
        d8, d9 = np.int64(data[start + 8]), np.int64(data[start + 9])
        d10, d11 = np.int64(data[start + 10]), np.int64(data[start + 11])
        run = (d11 - 2 * d10 + d9) % 10 == 0 and (d10 - 2 * d9 + d8) % 10 == 0
        place = value // 10**9
        if outside >= 0 and not run and place > 0 and allowed_prefix[place] and data[start + 3] <= 51:
            out_kind[row] = KIND_PIN
            out_value[row] = value
            out_flags[row] = 0


def parse_id_column(
    data: Bytes,
    offsets: Offsets,
    allowed_prefix: Mask,
    out_kind: Bytes,
    out_value: npt.NDArray[np.uint64],
    out_flags: npt.NDArray[np.uint16],
) -> None:
    """Read a column of identity numbers; `allowed_prefix` has 1000 entries, true for known place codes."""
    _clean_pin_rows(data, offsets, allowed_prefix, out_kind, out_value, out_flags)
    rows = np.flatnonzero(out_flags == UNREAD)
    if len(rows):
        text, bounds, marks = read_rows(data, offsets, rows)
        bare_rows(text, bounds, marks)
        _id_rows(text, bounds, rows, marks, allowed_prefix, out_kind, out_value, out_flags)
