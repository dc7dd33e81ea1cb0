"""Kernels for number columns: reading what stands in a cell, mobile numbers, nearness of numbers, and writing back.

Twins: `matching.identifiers.typed_text`, `.msisdn`, `.near`. Arithmetic is int64 throughout: numba would make a float
of uint64 with int64, and plain numpy would wrap a byte. A column is read in two passes, the clean form first and the
rest after: kernels that call kernels are compiled once more in each caller, so no kernel here calls another.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from matching.kernels import bare_kernel as kernel
from matching.kernels import inline

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]

Flags = npt.NDArray[np.int32]
Number = int | np.integer[Any]

_LIMIT = 48
_UNREADABLE = 0x7F

SEPARATORS = 1
FULL_WIDTH = 2
QUOTES = 4
DECIMAL_SUFFIX = 8
SCIENTIFIC = 16
DIGITS_LOST = 32
REPAIRED_ZERO = 64
WRONG_LENGTH = 128
BAD_CHARACTERS = 256
UNKNOWN_PREFIX = 512
PLACEHOLDER = 2048
MISSING = 8192
LEGACY_CONVERTED = 16384
MACHINE = 32768

PLUS = 1 << 16
UNREAD = 0xFFFF
"""Stands for a row's flags between the two passes: one over all rows for the clean form, one over the rest."""

_HOME = 84 * 10**9
_NULL_WORDS = tuple(
    int.from_bytes(w.encode()) for w in ("NULL", "NONE", "NIL", "N/A", "NA", "NAN", "NAT", "-", "--", ".", "?")
)

DIGIT, LETTER, SEPARATOR, QUOTE, DATE_SEPARATOR, TIME = 1, 2, 4, 8, 16, 32


def _kinds() -> Bytes:
    kinds = np.zeros(256, np.uint8)
    for kind, members in (
        (DIGIT, b"0123456789"), (LETTER, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"), (SEPARATOR, b" .-/,()_"), (QUOTE, b"'\"= "),
        (DATE_SEPARATOR, b"/-.,"), (TIME, b"0123456789:.,+-Z APM"),
    ):  # fmt: skip
        kinds[list(members)] |= kind
    return kinds


def _plain() -> Bytes:
    plain = np.arange(256).astype(np.uint8)
    plain[:32] = plain[127:] = _UNREADABLE
    plain[9:14] = 32
    plain[97:123] -= 32
    plain[96] = 39
    return plain


def _punctuation() -> Bytes:
    signs = np.full(128, _UNREADABLE, np.uint8)
    signs[[0x07, 0x09, 0x2F]] = 32
    signs[0x10:0x16] = 45
    signs[[0x18, 0x19]] = 39
    signs[0x0B:0x10] = signs[0x2A:0x2F] = signs[0x60:0x65] = 0
    return signs


# Tables instead of comparisons: they shorten the loops, and with them the time to compile.
KINDS = _kinds()
"""What a cleaned byte is, as bits: DIGIT, LETTER, SEPARATOR (of numbers), QUOTE, DATE_SEPARATOR, TIME."""
_PLAIN = _plain()
"""ASCII as it is kept: in capitals, spaces alike, a back-tick as apostrophe, control characters unreadable."""
_PUNCTUATION = _punctuation()
"""U+2000 to U+206F as they are kept; 0 where the sign is invisible."""


@kernel
def clean_rows(
    data: Bytes, offsets: Offsets, rows: Offsets, out_text: Bytes, out_offsets: Offsets, out_flags: Flags
) -> None:
    """Write the cleaned text of the given rows, without quotes round it, a word for "none" as nothing.

    `out_text` holds `_LIMIT + 1` bytes a row; `out_flags` gets FULL_WIDTH and QUOTES.
    """
    begin = 0
    out_offsets[0] = 0
    for j in range(len(rows)):
        i, stop = offsets[rows[j]], offsets[rows[j] + 1]
        at = begin
        length = 0
        space = False
        flags = 0
        while i < stop:
            code: Any = np.int64(data[i])
            i += 1
            if code < 0x80:
                code = np.int64(_PLAIN[code])
            else:
                more = (code >= 0xC0) + (code >= 0xE0) + (code >= 0xF0)
                code &= 0x3F >> more
                while more > 0 and i < stop:
                    code = code << 6 | (np.int64(data[i]) & 63)
                    more -= 1
                    i += 1
                if 0xFF01 <= code <= 0xFF5E:
                    code = np.int64(_PLAIN[code - 0xFEE0])
                    flags |= FULL_WIDTH
                elif code >> 7 == 0x40:
                    code = np.int64(_PUNCTUATION[code & 127])
                elif code == 0xA0 or code == 0x3000:
                    code = 32
                elif code == 0xAD or code == 0xFEFF:
                    code = 0
                elif code == 0x2212:
                    code = 45
                else:
                    code = 39 if code == 0x2BC else _UNREADABLE
            if code == 32:
                space = length > 0
            if code == 32 or code == 0:
                continue
            length += 1 + space
            if length > _LIMIT:
                at = begin  # no number or date is that long; the rest is read for its flags alone
                flags &= FULL_WIDTH
            elif at == begin and KINDS[code] & QUOTE:
                flags |= QUOTES
            else:
                if space and at > begin:
                    out_text[at] = 32
                    at += 1
                out_text[at] = code
                at += 1
            space = False
        while at > begin and KINDS[out_text[at - 1]] & QUOTE:
            flags |= QUOTES
            at -= 1
        if length > _LIMIT:
            out_text[at] = _UNREADABLE
            at += 1
        elif at - begin <= 4:
            word: Any = 0
            for k in range(begin, at):
                word = word << 8 | np.int64(out_text[k])
            for null in _NULL_WORDS:
                if word == null:
                    at = begin
        begin = at
        out_offsets[j + 1] = at
        out_flags[j] = flags


@kernel
def bare_rows(text: Bytes, offsets: Offsets, flags: Flags) -> None:
    """Undo in place what spreadsheets and people do to numbers, in cleaned rows.

    The text of a row then ends at its bound or at a zero byte; rows that are no number become empty. Adds to `flags`
    what was undone, and PLUS where a plus stood before the number.
    """
    for j in range(len(offsets) - 1):
        begin, end = offsets[j], offsets[j + 1]
        marks = np.int64(flags[j])
        if begin == end:
            flags[j] = marks | MISSING
            continue
        run = begin  # the digits that the text starts with
        while run < end and KINDS[text[run]] & DIGIT:
            run += 1
        fraction = run
        if run < end and (text[run] == 44 or text[run] == 46):
            fraction = run + 1
        tail = fraction
        zeros = 0
        while tail < end and KINDS[text[tail]] & DIGIT:
            zeros += text[tail] == 48
            tail += 1
        at = begin
        exponent: Any = -1
        if run == begin + 1 and tail < end and text[tail] == 69:
            k = tail + 1
            if k < end and text[k] == 43:
                k += 1
            if 1 <= end - k <= 2:
                exponent = 0
                while k < end and KINDS[text[k]] & DIGIT:
                    exponent = exponent * 10 + np.int64(text[k]) - 48
                    k += 1
                if k < end:
                    exponent = -1
        if exponent >= 0:
            marks |= SCIENTIFIC
            for k in range(fraction + exponent, tail):
                if text[k] != 48:
                    marks |= DIGITS_LOST
            if tail - fraction < exponent:
                marks |= DIGITS_LOST
            if not marks & DIGITS_LOST:
                at = begin + 1
                for k in range(fraction, fraction + exponent):
                    text[at] = text[k]
                    at += 1
        elif run > begin and fraction > run and tail == end and zeros == end - fraction and zeros <= 2:
            marks |= DECIMAL_SUFFIX
            at = run
        else:
            first = begin
            if text[begin] == 43:
                marks |= PLUS
                first += 1
            for k in range(first, end):
                c = text[k]
                if KINDS[c] & SEPARATOR:
                    marks |= SEPARATORS
                elif KINDS[c] & (DIGIT | LETTER):
                    text[at] = c
                    at += 1
                else:
                    marks |= BAD_CHARACTERS
            if at == begin or marks & BAD_CHARACTERS:
                marks |= BAD_CHARACTERS
                at = begin
        if at < end:
            text[at] = 0
        flags[j] = marks


def read_rows(data: Bytes, offsets: Offsets, rows: Offsets) -> tuple[Bytes, Offsets, Flags]:
    """Give the cleaned text of the given rows, the rows' bounds in it, and flags."""
    text, bounds = np.empty((_LIMIT + 1) * len(rows), np.uint8), np.empty(len(rows) + 1, np.int64)
    flags = np.empty(len(rows), np.int32)
    clean_rows(data, offsets, rows, text, bounds, flags)
    return text, bounds, flags


@kernel
def _msisdn_rows(
    text: Bytes,
    bounds: Offsets,
    rows: Offsets,
    marks: Flags,
    ranges: Bytes,
    converted: Bytes,
    until: int,
    activated_on: npt.NDArray[np.int32],
    out_value: npt.NDArray[np.uint64],
    out_flags: npt.NDArray[np.uint16],
) -> None:
    for j in range(len(rows)):
        flags = np.int64(marks[j])
        first = bounds[j]
        end = first
        zeros = 0
        while end < bounds[j + 1] and text[end] != 0:
            zeros += text[end] == 48
            if text[end] > 57:
                flags |= BAD_CHARACTERS
            end += 1
        value = np.int64(0)
        if flags & (MISSING | DIGITS_LOST | BAD_CHARACTERS):
            pass
        elif zeros == end - first:
            flags |= MISSING | PLACEHOLDER
        else:
            abroad = (flags & PLUS) != 0
            if not abroad and end - first >= 2 and text[first] == 48 and text[first + 1] == 48:
                abroad = True
                first += 2
            home = end - first >= 2 and text[first] == 56 and text[first + 1] == 52
            if abroad and not home:
                flags |= UNKNOWN_PREFIX
                first = end
            elif abroad or (home and end - first >= 11):
                first += 2
                if first < end and text[first] == 48:
                    first += 1
            elif text[first] == 48:
                first += 1
            else:
                flags |= REPAIRED_ZERO
            national = np.int64(0)
            count = end - first
            if count == 9 or count == 10:
                for i in range(first, end):
                    national = national * 10 + np.int64(text[i]) - 48
            if count == 10 and converted[national // 10**7] > 0:
                if len(activated_on) > 0 and activated_on[rows[j]] > until:
                    flags |= MACHINE
                else:
                    national = np.int64(converted[national // 10**7]) * 10**7 + national % 10**7
                    flags |= LEGACY_CONVERTED
                    count = 9
            if count == 9:
                value = _HOME + national
                kind = ranges[national // 10**5]
                if kind == 0:
                    flags |= UNKNOWN_PREFIX
                elif kind == 2:
                    flags |= MACHINE
            elif not flags & UNKNOWN_PREFIX:
                flags |= WRONG_LENGTH
        out_value[rows[j]] = value
        out_flags[rows[j]] = flags & 0xFFFF


@kernel
def _clean_msisdn_rows(
    data: Bytes, offsets: Offsets, ranges: Bytes, out_value: npt.NDArray[np.uint64], out_flags: npt.NDArray[np.uint16]
) -> None:
    for row in range(len(offsets) - 1):
        first, stop = offsets[row], offsets[row + 1]
        out_flags[row] = UNREAD
        if stop - first == 10 and data[first] == 48:
            first += 1
        elif stop - first == 11 and data[first] == 56 and data[first + 1] == 52:
            first += 2
        else:
            continue
        national = np.int64(0)
        outside = np.int64(0)
        for i in range(9):
            digit = np.int64(data[first + i]) - 48
            outside |= digit | (9 - digit)
            national = national * 10 + digit
        if outside >= 0 and national >= 10**8 and ranges[national // 10**5] == 1:
            out_value[row] = _HOME + national
            out_flags[row] = 0


def parse_msisdn_column(
    data: Bytes,
    offsets: Offsets,
    ranges: Bytes,
    converted: Bytes,
    converted_until: int,
    activated_on: npt.NDArray[np.int32],
    out_value: npt.NDArray[np.uint64],
    out_flags: npt.NDArray[np.uint16],
) -> None:
    """Read a column of mobile numbers; `activated_on` has n packed dates, or none at all.

    `ranges`, `converted` and `converted_until` are those of `matching.identifiers.msisdn.NumberingPlan`.
    """
    _clean_msisdn_rows(data, offsets, ranges, out_value, out_flags)
    rows = np.flatnonzero(out_flags == UNREAD)
    if len(rows):
        text, bounds, marks = read_rows(data, offsets, rows)
        bare_rows(text, bounds, marks)
        _msisdn_rows(text, bounds, rows, marks, ranges, converted, converted_until, activated_on, out_value, out_flags)


@kernel
def render_numbers(values: npt.NDArray[np.uint64], out_data: Bytes, out_offsets: Offsets) -> int:
    """Write each value in decimal, 0 as the empty text; `out_data` holds 20 bytes a row at most, 11 for mobile numbers.

    Returns:
        How many bytes were written.
    """
    at = 0
    out_offsets[0] = 0
    for row in range(len(values)):
        rest = np.int64(values[row])
        digits = 0
        scale = rest
        while scale > 0:
            digits += 1
            scale //= 10
        for i in range(digits - 1, -1, -1):
            out_data[at + i] = 48 + rest % 10
            rest //= 10
        at += digits
        out_offsets[row + 1] = at
    return at


@inline
def near_number_code(a: Number, b: Number, digits: int) -> int:
    """Give `matching.identifiers.near.near_number` for two numbers below 2**62, as a small integer."""
    x, y = np.int64(a), np.int64(b)
    result = 5
    if x == 0 or y == 0:
        result = 0
    elif x == y:
        result = 1
    elif max(x, y) < 10 ** np.int64(digits + 1):
        # Take off what both end with; the lowest digit that differs then decides.
        while x % 10 == y % 10:
            x //= 10
            y //= 10
        if x // 10 == y // 10:
            result = 2
        elif x // 100 == y // 100 and x % 10 == y // 10 % 10 and y % 10 == x // 10 % 10:
            result = 3
        elif x // 10 == y or y // 10 == x:
            result = 4
    return result
