"""Kernels for date columns. Twin: `matching.dates`."""

from typing import Any

import numpy as np
import numpy.typing as npt

from matching.kernels import bare_kernel as kernel
from matching.kernels import inline
from matching.kernels.numbers import DATE_SEPARATOR, DIGIT, KINDS, TIME, UNREAD, read_rows

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
    numbers: Offsets,
    widths: Offsets,
    out_packed: npt.NDArray[np.int32],
    out_flags: npt.NDArray[np.uint16],
) -> None:
    for j in range(len(rows)):
        i, end = bounds[j], bounds[j + 1]
        flags = 0 if i < end else MISSING

        at = i
        while at < end and text[at] != 58:
            at += 1
        if at < end:  # a time of day stands behind the date
            for k in range(at, end):
                if not KINDS[text[k]] & TIME:
                    flags = BAD
            end = at - 1
            while end > i and KINDS[text[end]] & DIGIT:
                end -= 1
            if at - end < 2 or at - end > 3 or end <= i or (text[end] != 32 and text[end] != 84):
                flags = BAD

        parts = 0
        decimal = False
        for k in range(4):
            numbers[k] = 0
            widths[k] = 0
        while flags == 0:
            while i < end and widths[parts] < 9 and KINDS[text[i]] & DIGIT:
                numbers[parts] = numbers[parts] * 10 + np.int64(text[i]) - 48
                widths[parts] += 1
                i += 1
            if widths[parts] == 0 or widths[parts] > 8 or parts == 3:
                flags = BAD
            parts += 1
            if i >= end:
                break
            begin = i
            if text[i] == 32:
                i += 1
            if i < end and KINDS[text[i]] & DATE_SEPARATOR:
                decimal = decimal or (parts == 1 and (text[i] == 44 or text[i] == 46))
                i += 1
                if i < end and text[i] == 32:
                    i += 1
            if i == begin:
                flags = BAD
        if flags == 0 and numbers[0] == 0 and numbers[1] == 0 and numbers[2] == 0:
            flags = MISSING
        if decimal and parts == 2 and (widths[0] == 5 or (numbers[1] == 0 and widths[0] != 6 and widths[0] >= 4)):
            parts = 1

        year_at, month_at, day_at = 0, 1, 2
        value = numbers[0]
        if parts == 3:
            if widths[0] != 4 and (widths[2] == 4 or order & 3 != 2):
                year_at = 2
                month_at = 1 - (order & 1)
                day_at = 1 - month_at
            if widths[year_at] == 2 and flags == 0:
                numbers[year_at] += 1900 if numbers[year_at] >= _PIVOT else 2000
                widths[year_at] = 4
                flags = TWO_DIGIT_YEAR
        elif parts == 2:
            if widths[0] != 4:
                year_at, month_at = 1, 0
        elif widths[0] >= 7:
            parts = 3
            year_at, month_at, day_at = 1, 2, 3
            numbers[1], numbers[2], numbers[3] = value // 10**4, value // 100 % 100, value % 100
            if numbers[1] < FIRST_YEAR or numbers[1] > LAST_YEAR or numbers[2] > 12:
                numbers[1], numbers[2], numbers[3] = value % 10**4, value // 10**4 % 100, value // 10**6
                if order & 3 == 1:
                    month_at, day_at = 3, 2
            widths[1] = 4
            widths[2] = 0
        elif widths[0] == 5 and value >= 10_000 and flags == 0:
            flags = EXCEL_SERIAL
            # Days since 1 March of the year 0: so counted, months have a fixed pattern and the leap day comes last.
            value += 695361 if order & 4 else 693899
            rest = value % 146097
            year_of_era = (rest - rest // 1460 + rest // 36524 - rest // 146096) // 365
            rest -= 365 * year_of_era + year_of_era // 4 - year_of_era // 100
            shifted = (5 * rest + 2) // 153
            numbers[1] = shifted + 3 if shifted < 10 else shifted - 9
            numbers[2] = rest - (153 * shifted + 2) // 5 + 1
            numbers[0] = year_of_era + value // 146097 * 400 + (numbers[1] <= 2)
            widths[0] = 4
            widths[1] = 0
        year, month, day = numbers[year_at], numbers[month_at], numbers[day_at]
        if widths[year_at] != 4 or widths[month_at] > 2 or widths[day_at] > 2:
            flags |= BAD

        packed = np.int64(0)
        if flags < BAD:
            if (parts >= 2 and month == 0) or (parts == 3 and day == 0):
                flags |= DAY_UNKNOWN
            if month > 12 and 1 <= day <= 12:
                month, day = day, month
                flags |= SWAPPED_ORDER
            last = 30 + (month + (month >> 3) & 1) if month else 31
            if month == 2:
                last = 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
            if year < FIRST_YEAR or year > LAST_YEAR or month > 12 or day > last:
                flags = BAD
            elif month == 0:
                packed = year << 9
                flags |= YEAR_ONLY
            else:
                packed = year << 9 | month << 5 | day
                if day == 0:
                    flags |= MONTH_ONLY
                elif packed & 511 == 33:
                    flags |= DEFAULT_0101
        elif flags & MISSING:
            flags = MISSING
        else:
            flags = BAD
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
        _date_rows(text, bounds, rows, order, np.zeros(4, np.int64), np.zeros(4, np.int64), out_packed, out_flags)


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
