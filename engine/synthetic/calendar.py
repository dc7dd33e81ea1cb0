"""Questions about days, answered from tables: a day is a number counted from 1970-01-01."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.synthetic.columns import FIRST_DAY, LAST_DAY, Flags
from engine.synthetic.draw import Index


@dataclass(frozen=True, slots=True)
class _Calendar:
    january: Index
    month_start: Index
    month_length: Index
    swapped: Index
    can_swap: Flags
    first_year: int
    year_start: Index


@cache
def _calendar() -> _Calendar:
    days = np.arange(FIRST_DAY, LAST_DAY, dtype=np.int64).astype("datetime64[D]")
    months, years = days.astype("datetime64[M]"), days.astype("datetime64[Y]")
    month_start = months.astype("datetime64[D]").astype(np.int64)
    month_length = (months + 1).astype("datetime64[D]").astype(np.int64) - month_start
    day = days.astype(np.int64) - month_start + 1
    month = months.astype(np.int64) % 12 + 1
    can_swap = (day <= 12) & (day != month)
    other = (
        (years.astype("datetime64[M]") + np.minimum(day, 12) - 1).astype("datetime64[D]").astype(np.int64) + month - 1
    )
    every = np.arange(years[0], years[-1] + 2)
    return _Calendar(
        january=years.astype("datetime64[D]").astype(np.int64),
        month_start=month_start,
        month_length=month_length,
        swapped=np.where(can_swap, other, days.astype(np.int64)),
        can_swap=can_swap,
        first_year=int(years[0].astype(np.int64)) + 1970,
        year_start=every.astype("datetime64[D]").astype(np.int64),
    )


def year_start(year: Index) -> Index:
    """Give the first of January of each year."""
    calendar = _calendar()
    return calendar.year_start[year - calendar.first_year]


def is_leap(year: Index) -> Flags:
    """Tell leap years of the Gregorian calendar."""
    return np.asarray(((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0), np.bool_)


def first_of_january(days: Index) -> Index:
    """Give the first day of the year of each day."""
    return _calendar().january[days - FIRST_DAY]


def month_of(days: Index) -> tuple[Index, Index]:
    """Give the first day and the length of the month of each day."""
    return _calendar().month_start[days - FIRST_DAY], _calendar().month_length[days - FIRST_DAY]


def swapped(days: Index) -> Index:
    """Exchange day and month; a day where that is no other date stays."""
    return _calendar().swapped[days - FIRST_DAY]


def can_swap(days: Index) -> Flags:
    """Say which days become another date when day and month are exchanged."""
    return _calendar().can_swap[days - FIRST_DAY]
