"""Moments of the ledger: microseconds since 1970 in UTC, as whole numbers, in both stores the same.

Intervals are half-open, [start, stop). An open end is FOREVER, the largest 63-bit number.
"""

import datetime
from typing import Final

FOREVER: Final = (1 << 63) - 1
VIETNAM: Final = datetime.timezone(datetime.timedelta(hours=7), "ICT")
_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND: Final = datetime.timedelta(microseconds=1)


def to_us(moment: datetime.datetime) -> int:
    """Give the microseconds since 1970 of an aware moment.

    Raises:
        ValueError: The moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone; moments of the ledger are aware")
    return (moment - _EPOCH) // _MICROSECOND


def from_us(moment_us: int) -> datetime.datetime:
    """Give a moment in UTC; a moment past the year 9999, FOREVER too, becomes the last one that can be written."""
    try:
        return _EPOCH + moment_us * _MICROSECOND
    except OverflowError:
        return datetime.datetime.max.replace(tzinfo=datetime.UTC)


def stop_us(stop_at: datetime.datetime | None) -> int:
    """Give the end of an interval; None is open."""
    return FOREVER if stop_at is None else to_us(stop_at)


def stop_at(moment_us: int) -> datetime.datetime | None:
    """Give the end of an interval; FOREVER is None."""
    return None if moment_us == FOREVER else from_us(moment_us)


def day_start(day: datetime.date) -> datetime.datetime:
    """Give the first moment of a day in Viet Nam (UTC+7, no summer time)."""
    return datetime.datetime.combine(day, datetime.time(), VIETNAM)


def as_of_us(when: datetime.datetime | datetime.date) -> int:
    """Give the moment that a question is about; a day is asked about as it stood at its end in Viet Nam."""
    if isinstance(when, datetime.datetime):
        return to_us(when)
    return to_us(day_start(when + datetime.timedelta(days=1))) - 1


def moment_text(moment_us: int) -> str:
    """Write a moment as it stands in canonical bytes and messages: 2026-03-01T00:00:00.000000Z; FOREVER is 'open'."""
    if moment_us == FOREVER:
        return "open"
    return from_us(moment_us).isoformat(timespec="microseconds").replace("+00:00", "Z")


def day_text(moment_us: int) -> str:
    """Write the day of a moment in Viet Nam, for messages; FOREVER is 'open'."""
    return "open" if moment_us == FOREVER else from_us(moment_us).astimezone(VIETNAM).date().isoformat()
