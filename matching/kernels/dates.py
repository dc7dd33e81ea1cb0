"""Kernels for date columns. Twin: `matching.dates`."""

from typing import Any

import numpy as np
import numpy.typing as npt

from matching.kernels import inline, kernel
from matching.kernels.numbers import UNREAD, read_rows

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]
Number = int | np.integer[Any]

FIRST_YEAR = 1850
LAST_YEAR = 2100
_PIVOT = 30

YEAR_ONLY = 1
MONTH_ONLY = 2
DEFAULT_0101 = 4
DAY_UNKNOWN = 8
EXCEL_SERIAL = 16
TWO_DIGIT_YEAR = 32
SWAPPED_ORDER = 64
BAD = 128
MISSING = 256


@kernel
def _date_rows(
    text: Bytes,
    bounds: Offsets,
    rows: Offsets,
    order: int,
    out_packed: npt.NDArray[np.int32],
    out_flags: npt.NDArray[np.uint16],
) -> None:
    numbers = np.zeros(4, np.int64)
    widths = np.zeros(4, np.int64)
    for j in range(len(rows)):
        first, end = bounds[j], bounds[j + 1]
        flags = 0 if first < end else MISSING

        colon = first
        while colon < end and text[colon] != 58:
            colon += 1
        if colon < end:  # a time of day stands behind the date
            for i in range(colon, end):
                c = text[i]
                known = 43 <= c <= 46 or 48 <= c <= 58 or c == 32 or c == 65 or c == 77 or c == 80 or c == 90
                if not known:
                    flags = BAD
            end = colon - 1
            while end >= first and 48 <= text[end] <= 57:
                end -= 1
            if not 1 <= colon - 1 - end <= 2 or end <= first or (text[end] != 32 and text[end] != 84):
                flags = BAD

        parts = 0
        decimal = False
        for k in range(3):
            numbers[k] = 0
            widths[k] = 0
        i = first
        while flags == 0 and i <= end:
            begin = i
            while i < end and 48 <= text[i] <= 57 and i - begin < 9:
                numbers[parts] = numbers[parts] * 10 + np.int64(text[i]) - 48
                i += 1
            widths[parts] = i - begin
            if i == begin or i - begin > 8 or parts == 3:
                flags = BAD
                break
            parts += 1
            if i == end:
                break
            spaced = text[i] == 32
            i += spaced
            if i < end and 44 <= text[i] <= 47:
                decimal = decimal or (parts == 1 and (text[i] == 44 or text[i] == 46))
                i += 1
                if i < end and text[i] == 32:
                    i += 1
            elif not spaced:
                flags = BAD
        a, b, c = numbers[0], numbers[1], numbers[2]
        width_a, width_b, width_c = widths[0], widths[1], widths[2]
        if flags == 0 and a == 0 and b == 0 and c == 0:
            flags = MISSING

        year, month, day = np.int64(0), np.int64(0), np.int64(0)
        whole = False  # a year alone, so that no zero was typed for the month
        may_swap = True
        if flags != 0:
            pass
        elif parts == 3:
            if width_a == 4 or (width_c != 4 and order & 3 == 2):
                year, month, day = a, b, c
                width_year, width_month, width_day = width_a, width_b, width_c
            else:
                year, width_year = c, width_c
                month, day = (a, b) if order & 3 == 1 else (b, a)
                width_month, width_day = width_a, width_b
            if width_month > 2 or width_day > 2 or (width_year != 2 and width_year != 4):
                flags = BAD
            elif width_year == 2:
                year += 1900 if year >= _PIVOT else 2000
                flags = TWO_DIGIT_YEAR
        elif parts == 2 and not (decimal and (width_a == 5 or (b == 0 and (width_a == 4 or width_a >= 7)))):
            if width_a != 4:
                a, width_a, b, width_b = b, width_b, a, width_a
            year, month = a, b
            if width_a != 4 or width_b > 2 or b > 12:
                flags = BAD
            elif b > 0:
                flags = MONTH_ONLY
        elif width_a >= 7:
            year, month, day = a // 10**4, a // 100 % 100, a % 100
            may_swap = not FIRST_YEAR <= year <= LAST_YEAR or month > 12
            if may_swap:
                year, month, day = a % 10**4, a // 10**4 % 100, a // 10**6
                if order & 3 == 1:
                    month, day = day, month
        elif width_a == 4:
            year = a
            whole = True
        elif width_a == 5 and a >= 10_000:
            flags = EXCEL_SERIAL
            # Days since 1 March of the year 0: so counted, months have a fixed pattern and the leap day comes last.
            a += 695361 if order & 4 else 693899
            era = a // 146097
            rest = a % 146097
            year = (rest - rest // 1460 + rest // 36524 - rest // 146096) // 365
            rest -= 365 * year + year // 4 - year // 100
            shifted = (5 * rest + 2) // 153
            day = rest - (153 * shifted + 2) // 5 + 1
            month = shifted + 3 if shifted < 10 else shifted - 9
            year += era * 400 + (month <= 2)
        else:
            flags = BAD

        packed = np.int64(0)
        if flags < BAD:
            if not whole and (month == 0 or day == 0) and not flags & MONTH_ONLY:
                flags |= DAY_UNKNOWN
            if may_swap and month > 12 and 1 <= day <= 12:
                month, day = day, month
                flags |= SWAPPED_ORDER
            if year < FIRST_YEAR or year > LAST_YEAR or month > 12 or day > 31:
                flags = BAD
            elif month == 0:
                packed = year << 9
                flags |= YEAR_ONLY
            elif day == 0:
                packed = year << 9 | month << 5
                flags |= MONTH_ONLY
            else:
                leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
                if day > (28 + leap if month == 2 else 30 + (month + (month >> 3) & 1)):
                    flags = BAD
                else:
                    packed = year << 9 | month << 5 | day
                    if month == 1 and day == 1:
                        flags |= DEFAULT_0101
        out_packed[rows[j]] = packed
        out_flags[rows[j]] = flags


@kernel
def _clean_date_rows(
    data: Bytes, offsets: Offsets, order: int, out_packed: npt.NDArray[np.int32], out_flags: npt.NDArray[np.uint16]
) -> None:
    for row in range(len(offsets) - 1):
        start = offsets[row]
        out_flags[row] = UNREAD
        if offsets[row + 1] - start != 10:
            continue
        separator = data[start + 2]
        if data[start + 4] == 45 and data[start + 7] == 45:
            year_at, month_at, day_at = start, start + 5, start + 8
        elif (separator == 47 or separator == 45 or separator == 46) and data[start + 5] == separator:
            year_at, month_at, day_at = start + 6, start + 3, start
            if order & 3 == 1:
                month_at, day_at = day_at, month_at
        else:
            continue
        y1, y2 = np.int64(data[year_at]) - 48, np.int64(data[year_at + 1]) - 48
        y3, y4 = np.int64(data[year_at + 2]) - 48, np.int64(data[year_at + 3]) - 48
        m1, m2 = np.int64(data[month_at]) - 48, np.int64(data[month_at + 1]) - 48
        d1, d2 = np.int64(data[day_at]) - 48, np.int64(data[day_at + 1]) - 48
        outside = y1 | y2 | y3 | y4 | m1 | m2 | d1 | d2
        outside |= 9 - y1 | 9 - y2 | 9 - y3 | 9 - y4 | 9 - m1 | 9 - m2 | 9 - d1 | 9 - d2
        year, month, day = y1 * 1000 + y2 * 100 + y3 * 10 + y4, m1 * 10 + m2, d1 * 10 + d2
        # Days that nearly all months have need no calendar; the rest, and what earns a flag, goes the long way.
        common = 1 <= month <= 12 and 1 <= day and (day <= 28 or (day <= 30 and month != 2)) and month + day > 2
        if outside >= 0 and common and FIRST_YEAR <= year <= LAST_YEAR:
            out_packed[row] = year << 9 | month << 5 | day
            out_flags[row] = 0


def parse_date_column(
    data: Bytes,
    offsets: Offsets,
    order: int,
    out_packed: npt.NDArray[np.int32],
    out_flags: npt.NDArray[np.uint16],
) -> None:
    """Read a column of dates; `order` is that of `matching.dates.date_order`."""
    _clean_date_rows(data, offsets, order, out_packed, out_flags)
    rows = np.flatnonzero(out_flags == UNREAD)
    if len(rows):
        text, bounds, _ = read_rows(data, offsets, rows)
        _date_rows(text, bounds, rows, order, out_packed, out_flags)


@inline
def date_agreement(a: Number, b: Number) -> int:
    """Give `matching.dates.compare_dates` for two packed dates, as a small integer."""
    x, y = np.int64(a), np.int64(b)
    year_x, month_x, day_x = x >> 9, x >> 5 & 15, x & 31
    year_y, month_y, day_y = y >> 9, y >> 5 & 15, y & 31
    result = 8
    if x == 0 or y == 0:
        result = 0
    elif day_x == 0 or day_y == 0:
        if year_x == year_y and (month_x == month_y or month_x == 0 or month_y == 0):
            result = 2
    elif x == y:
        result = 1
    elif year_x == year_y and (x & 511 == 33 or y & 511 == 33):
        result = 3
    elif year_x == year_y and month_x == day_y and day_x == month_y:
        result = 4
    else:
        digits_x = year_x * 10000 + month_x * 100 + day_x
        digits_y = year_y * 10000 + month_y * 100 + day_y
        while digits_x % 10 == digits_y % 10:
            digits_x //= 10
            digits_y //= 10
        if digits_x // 10 == digits_y // 10:
            result = 5
        elif x >> 5 == y >> 5:
            result = 6
        elif x & 511 == y & 511:
            result = 7
    return result
