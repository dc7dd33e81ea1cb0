"""Dates as people write them, with their precision kept: a year alone is a date, and not the first of January.

A date is one integer, `year << 9 | month << 5 | day`, with 0 for a part that is not known. Packed dates sort like
dates, a coarser one before the finer ones inside it. This module knows no calendar but the Gregorian and no clock.
"""

import calendar
import datetime
import re
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import ClassVar, Final, Self

from matching.errors import MatchingError
from matching.identifiers.typed_text import clean, is_null, unquote

FIRST_YEAR: Final = 1850
LAST_YEAR: Final = 2100
TWO_DIGIT_PIVOT: Final = 30
"""Two-digit years from here on are of the 1900s, below it of the 2000s: the rule of spreadsheets."""

DATE_ORDERS: Final = {"dmy": 0, "mdy": 1, "ymd": 2, "dmy-1904": 4, "mdy-1904": 5, "ymd-1904": 6}
"""Order of the parts where the text leaves it open; with `-1904`, serials count from 1904 (old Macintosh files)."""


class UnknownDateOrder(MatchingError):
    """A carrier profile names an order of day, month and year that does not exist."""

    code = "matching-unknown-date-order"
    template = "date order {name} is not one of {known}"


class DatePrecision(IntEnum):
    """How much of a date is known."""

    NONE = 0
    YEAR = 1
    MONTH = 2
    DAY = 3


class PackedDate(int):
    """A date with its precision in one integer; 0 is no date. Its text is ISO 8601, cut at the precision."""

    __slots__ = ()
    NONE: ClassVar["PackedDate"]

    @classmethod
    def of(cls, year: int, month: int = 0, day: int = 0) -> Self:
        return cls(pack(year, month, day))

    @property
    def year(self) -> int:
        return self >> 9

    @property
    def month(self) -> int:
        return self >> 5 & 15

    @property
    def day(self) -> int:
        return self & 31

    @property
    def precision(self) -> DatePrecision:
        return precision(self)

    def __str__(self) -> str:
        year, month, day = unpack(self)
        parts = (f"{year:04}" if year else "", f"-{month:02}" if month else "", f"-{day:02}" if day else "")
        return "".join(parts)

    def __repr__(self) -> str:
        return f"PackedDate({str(self)!r})"

    def to_date(self) -> datetime.date | None:
        """Give the calendar day, or None where the day is not known."""
        return datetime.date(self.year, self.month, self.day) if self.day else None


PackedDate.NONE = PackedDate(0)


def pack(year: int, month: int = 0, day: int = 0) -> int:
    """Put year, month (0 unknown) and day (0 unknown) into one integer; they must be in range, and are not checked."""
    return year << 9 | month << 5 | day


def unpack(packed: int) -> tuple[int, int, int]:
    """Give year, month and day of a packed date, 0 for each part that is not known."""
    return packed >> 9, packed >> 5 & 15, packed & 31


def pack_date(day: datetime.date) -> int:
    """Give the packed form of a calendar day."""
    return pack(day.year, day.month, day.day)


def precision(packed: int) -> DatePrecision:
    """Say how much of a packed date is known."""
    if packed <= 0:
        return DatePrecision.NONE
    if packed & 31:
        return DatePrecision.DAY
    return DatePrecision.MONTH if packed >> 5 & 15 else DatePrecision.YEAR


class DateFlag(IntFlag):
    """What was noticed while a date was read. A different separator or a time of day is not worth a flag."""

    YEAR_ONLY = 1  # the result has a year alone
    MONTH_ONLY = 2  # the result has year and month
    DEFAULT_0101 = 4  # 1 January: often typed where the day is not known
    DAY_UNKNOWN = 8  # zeros stood for the day, or for day and month
    EXCEL_SERIAL = 16  # the field held the day count of a spreadsheet
    TWO_DIGIT_YEAR = 32  # the century was inferred
    SWAPPED_ORDER = 64  # the month place held more than 12, so the parts were read the other way round
    BAD = 128  # there is text, and it is no date
    MISSING = 256  # there is no text, or text for "none"


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date read from text and what was noticed; `packed` is 0 where `flags` has BAD or MISSING."""

    packed: PackedDate
    flags: DateFlag


_BAD: Final = ParsedDate(PackedDate.NONE, DateFlag.BAD)
_MISSING: Final = ParsedDate(PackedDate.NONE, DateFlag.MISSING)
_TIME: Final = re.compile(r"(.*?)[ T][0-9]{1,2}:[0-9:.,+\-Z APM]*")
_PLAIN: Final = re.compile(r"([0-9]{1,8})(?:( |(?: ?[/\-.,] ?))([0-9]{1,8}))?(?:(?: |(?: ?[/\-.,] ?))([0-9]{1,8}))?")


def date_order(name: str) -> int:
    """Give the number that kernels take for an order.

    Raises:
        UnknownDateOrder: The name is not in `DATE_ORDERS`.
    """
    if name not in DATE_ORDERS:
        raise UnknownDateOrder(name=name, known=", ".join(DATE_ORDERS))
    return DATE_ORDERS[name]


def parse_date(text: str, order: str = "dmy") -> ParsedDate:
    """Read a date in any of the forms that carriers' files hold.

    Forms: `31/12/1990`, `12/31/1990`, `1990-12-31` (a time of day may follow), `19901231`, `31121990` (a lost leading
    zero is put back), `12/1990`, `1990`, `31/12/90`, `00/00/1958`, spreadsheet serials; separators `/ - . ,` and space.
    `order` decides where the text does not. Years outside 1850 to 2100 are no dates.

    Raises:
        UnknownDateOrder: The order is not in `DATE_ORDERS`.
    """
    number = date_order(order)
    cleaned = unquote(clean(text))
    if is_null(cleaned):
        return _MISSING
    timed = _TIME.fullmatch(cleaned)
    match = _PLAIN.fullmatch(timed[1] if timed else cleaned)
    if match is None:
        return _BAD
    first, separator, second, third = match[1], match[2], match[3], match[4]
    if not int(first) and not int(second or 0) and not int(third or 0):
        return _MISSING
    if third is not None:
        return _three_parts(first, second, third, number)
    if second is not None:
        return _two_parts(first, separator.strip(), second, number)
    return _one_number(first, number)


def _one_number(digits: str, order: int) -> ParsedDate:
    if len(digits) == 7:
        digits = "0" + digits
    if len(digits) == 8:
        unknown = DateFlag.DAY_UNKNOWN if "00" in {digits[4:6], digits[6:]} else DateFlag(0)
        iso = _resolve(int(digits[:4]), int(digits[4:6]), int(digits[6:]), unknown, may_swap=False)
        if iso is not _BAD:
            return iso
        parts = (digits[2:4], digits[:2]) if order & 3 == 1 else (digits[:2], digits[2:4])
        unknown = DateFlag.DAY_UNKNOWN if "00" in parts else DateFlag(0)
        return _resolve(int(digits[4:]), int(parts[1]), int(parts[0]), unknown)
    value = int(digits)
    if len(digits) == 4 and FIRST_YEAR <= value <= LAST_YEAR:
        return _resolve(value, 0, 0, DateFlag(0))
    return _serial(value, order) if len(digits) == 5 else _BAD


def _serial(days: int, order: int) -> ParsedDate:
    # Spreadsheets count 29 February 1900, which never was, as day 60: the count is right from day 61 on.
    # Four digits outside the years are a mistyped year more often than a day before 1927.
    if days < 10_000:
        return _BAD
    day = datetime.date(1904, 1, 1) if order & 4 else datetime.date(1899, 12, 30)
    day += datetime.timedelta(days)
    return _resolve(day.year, day.month, day.day, DateFlag.EXCEL_SERIAL)


def _two_parts(first: str, separator: str, second: str, order: int) -> ParsedDate:
    decimal = separator in {".", ","}
    if decimal and len(first) == 5:
        return _serial(int(first), order)
    if decimal and len(first) in {4, 7, 8} and not int(second):
        return _one_number(first, order)
    year, month = (first, second) if len(first) == 4 else (second, first)
    if len(year) != 4 or len(month) > 2 or int(month) > 12:
        return _BAD
    unknown = DateFlag(0) if int(month) else DateFlag.DAY_UNKNOWN
    return _resolve(int(year), int(month), 0, unknown)


def _three_parts(first: str, second: str, third: str, order: int) -> ParsedDate:
    flags = DateFlag(0)
    if len(first) == 4:
        year, month, day = first, second, third
    elif len(third) == 4:
        year, month, day = (third, first, second) if order & 3 == 1 else (third, second, first)
    elif order & 3 == 2:
        year, month, day = first, second, third
    else:
        year, month, day = (third, first, second) if order & 3 == 1 else (third, second, first)
    if len(year) not in {2, 4} or len(month) > 2 or len(day) > 2:
        return _BAD
    number = int(year)
    if len(year) == 2:
        number += 1900 if number >= TWO_DIGIT_PIVOT else 2000
        flags |= DateFlag.TWO_DIGIT_YEAR
    if not int(month) or not int(day):
        flags |= DateFlag.DAY_UNKNOWN
    return _resolve(number, int(month), int(day), flags)


def _resolve(year: int, month: int, day: int, flags: DateFlag, *, may_swap: bool = True) -> ParsedDate:
    if not FIRST_YEAR <= year <= LAST_YEAR or (flags & DateFlag.DAY_UNKNOWN and max(month, day) > 31):
        return _BAD
    if may_swap and month > 12 and 1 <= day <= 12:
        month, day, flags = day, month, flags | DateFlag.SWAPPED_ORDER
    if month > 12:
        return _BAD
    if not month:
        return ParsedDate(PackedDate.of(year), flags | DateFlag.YEAR_ONLY)
    if not day:
        return ParsedDate(PackedDate.of(year, month), flags | DateFlag.MONTH_ONLY)
    if day > calendar.monthrange(year, month)[1]:
        return _BAD
    if month == day == 1:
        flags |= DateFlag.DEFAULT_0101
    return ParsedDate(PackedDate.of(year, month, day), flags)


class DateAgreement(IntEnum):
    """How two dates compare; the first that holds, tried from 0 on."""

    MISSING = 0  # one of the two is not known
    EQUAL = 1  # the same day
    YEAR_ONLY_EQUAL = 2  # one is coarser, or both are, and they agree as far as that goes
    DEFAULT_0101_SAME_YEAR = 3  # one is 1 January, the other another day of that year
    SWAPPED_DAY_MONTH = 4  # the same year, day and month exchanged
    ONE_DIGIT_APART = 5  # as eight digits they differ in one
    SAME_YEAR_MONTH = 6  # the day differs, in more than one digit
    SAME_DAY_MONTH = 7  # the year differs, in more than one digit
    DIFFERENT = 8


def compare_dates(a: int, b: int) -> DateAgreement:
    """Say how two packed dates agree; symmetric.

    Two equal dates without a day are YEAR_ONLY_EQUAL: as evidence they agree in a year, whatever the law makes of it.
    """
    (year_a, month_a, day_a), (year_b, month_b, day_b) = unpack(a), unpack(b)
    digits_a, digits_b = (f"{y:04}{m:02}{d:02}" for y, m, d in (unpack(a), unpack(b)))
    same_year, same_month = year_a == year_b, month_a == month_b
    coarse = not day_a or not day_b
    tests = [
        (not a or not b, DateAgreement.MISSING),
        (coarse and same_year and (same_month or not month_a or not month_b), DateAgreement.YEAR_ONLY_EQUAL),
        (coarse, DateAgreement.DIFFERENT),
        (a == b, DateAgreement.EQUAL),
        (same_year and (month_a == day_a == 1 or month_b == day_b == 1), DateAgreement.DEFAULT_0101_SAME_YEAR),
        (same_year and (month_a, day_a) == (day_b, month_b), DateAgreement.SWAPPED_DAY_MONTH),
        (sum(map(str.__ne__, digits_a, digits_b)) == 1, DateAgreement.ONE_DIGIT_APART),
        (same_year and same_month, DateAgreement.SAME_YEAR_MONTH),
        (same_month and day_a == day_b, DateAgreement.SAME_DAY_MONTH),
        (True, DateAgreement.DIFFERENT),
    ]
    return next(agreement for holds, agreement in tests if holds)
