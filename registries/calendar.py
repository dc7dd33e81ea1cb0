"""Working days of public bodies in Viet Nam: weekdays without public holidays, with swaps and make-up days.

The days of a year are announced by notice a few months ahead, so they are data, year by year; a year without its
notice is refused, never guessed. A day whose legal ground was not confirmed counts as its row says, and is named with
the result.

References:
    Labour Code 45/2019/QH14, Art. 112; the yearly notices named in data/tables/public_holidays.csv.
"""

import datetime
from dataclasses import dataclass
from typing import Final

from registries.errors import RegistryError
from registries.overlay import Doubt, Tables

_OFF: Final = frozenset({"holiday", "compensation", "swapped_off"})
_SATURDAY: Final = 5
_ONE_DAY: Final = datetime.timedelta(days=1)
OURS: Final = Tables()


class CalendarError(RegistryError):
    """A working day cannot be told."""

    code = "calendar"
    template = "{detail}"


class CalendarYearUnknown(CalendarError):
    """The public holidays of a year are not loaded."""

    code = "calendar-year-unknown"
    template = (
        "the public holidays of {year} are not loaded, so {what} cannot be told; once the notice is out, write its "
        "days as rows of public_holidays and the year as a row of calendar_years, and load both (see data/README.md)"
    )


class CalendarCountFaulty(CalendarError):
    """A number of days that cannot be counted."""

    code = "calendar-count-faulty"
    template = "{days} working days cannot be counted: the number must be 0 or more"


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A day that was counted out, and what in the count was not confirmed."""

    on: datetime.date
    doubts: tuple[Doubt, ...] = ()


def add_working_days(start_on: datetime.date, days: int, tables: Tables = OURS) -> datetime.date:
    """Give the last day of a term of `days` working days that begins on the day after `start_on`.

    The day of the event is not counted (Civil Code 91/2015/QH13, Art. 147). With 0 days, the same day if it is a
    working day, else the next one.

    Raises:
        CalendarYearUnknown: The term reaches into a year whose holidays are not loaded.
        CalendarCountFaulty: The number of days is below 0.
    """
    return reckon_working_days(start_on, days, tables).on


def reckon_working_days(start_on: datetime.date, days: int, tables: Tables = OURS) -> Reckoned:
    """Give what `add_working_days` gives, with the unconfirmed days that were met.

    Raises:
        CalendarYearUnknown: The term reaches into a year whose holidays are not loaded.
        CalendarCountFaulty: The number of days is below 0.
    """
    if days < 0:
        raise CalendarCountFaulty(days=days)
    doubts: list[Doubt] = []
    on = start_on
    left = days
    if left == 0 and not _look(on, tables, doubts):
        left = 1
    while left:
        on += _ONE_DAY
        left -= _look(on, tables, doubts)
    return Reckoned(on, tuple(doubts))


def is_working_day(on: datetime.date, tables: Tables = OURS) -> bool:
    """Tell whether public bodies work on a day.

    Raises:
        CalendarYearUnknown: The holidays of its year are not loaded.
    """
    return _look(on, tables, [])


def count_working_days(start_on: datetime.date, stop_on: datetime.date, tables: Tables = OURS) -> int:
    """Give the number of working days from `start_on` up to, not including, `stop_on`; 0 where it is not before it.

    Raises:
        CalendarYearUnknown: The holidays of a year in between are not loaded.
    """
    span = range(max((stop_on - start_on).days, 0))
    return sum(is_working_day(start_on + datetime.timedelta(days=day), tables) for day in span)


def add_months(start_on: datetime.date, months: int) -> datetime.date:
    """Give the same day some months later, or the last day of that month where it has no such day.

    References:
        Civil Code 91/2015/QH13, Art. 148.
    """
    year, month = divmod(start_on.year * 12 + start_on.month - 1 + months, 12)
    first_of_next = datetime.date(year + month // 11, (month + 1) % 12 + 1, 1)
    return datetime.date(year, month + 1, min(start_on.day, (first_of_next - _ONE_DAY).day))


def _look(on: datetime.date, tables: Tables, doubts: list[Doubt]) -> bool:
    """Tell whether a day is a working day, and add what is doubtful about it."""
    if not any(row["year"] == str(on.year) for row in tables.rows("calendar_years", on)):
        raise CalendarYearUnknown(year=on.year, what=f"whether {on} is a working day")
    row = next((row for row in tables.rows("public_holidays", on) if row["date"] == str(on)), None)
    if row is None:
        return on.weekday() < _SATURDAY
    if row["certainty"] == "U":
        vi = f"chưa xác nhận được {on:%d/%m/%Y} ({row['vietnamese']}): {row['source']}"
        doubts.append(Doubt(vi, f"{on} ({row['english']}) is not confirmed: {row['source']}"))
    return row["kind"] not in _OFF
