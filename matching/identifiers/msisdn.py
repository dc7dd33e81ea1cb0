"""Mobile numbers (MSISDN, ITU-T E.164) of Viet Nam: 84 and nine national digits, read as of their date.

Until 2018 some had eleven digits with the trunk 0; the plan of 2018 gave each old prefix a new one and kept the last
seven digits. Parts of 01x now belong to machines, so an eleven-digit number that was activated after the change is no
old consumer number. The prefix tells who was given the range, not who serves the number: numbers are portable.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.identifiers.flags import FAULTS, IdFlag
from matching.identifiers.masking import mask
from matching.identifiers.typed_text import read_number

COUNTRY = 84
NATIONAL_DIGITS = 9
LEGACY_DIGITS = 10
RANGE_NONE, RANGE_PEOPLE, RANGE_MACHINES = 0, 1, 2


@dataclass(frozen=True, slots=True, eq=False)
class NumberingPlan:
    """The mobile ranges of one day, and the conversion of 2018, as the arrays that kernels take.

    `ranges[p]` says what the numbers are whose first four national digits are `p` (RANGE_NONE, RANGE_PEOPLE,
    RANGE_MACHINES); `converted[p]` is the new two-digit prefix for the old three-digit prefix `p`, 0 where there is
    none; an eleven-digit number activated after `converted_until` (packed date) is not converted.
    """

    ranges: npt.NDArray[np.uint8]
    converted: npt.NDArray[np.uint8]
    converted_until: int


def numbering_plan(
    ranges: Iterable[tuple[str, int]], conversions: Iterable[tuple[str, str]] = (), converted_until: int = 0
) -> NumberingPlan:
    """Build a plan from national prefixes without the trunk 0 (`("96", RANGE_PEOPLE)`) and pairs (`("120", "70")`)."""
    kinds = np.zeros(10**4, np.uint8)
    for prefix, kind in ranges:
        width = 10 ** (4 - len(prefix))
        kinds[int(prefix) * width : (int(prefix) + 1) * width] = kind
    converted = np.zeros(10**3, np.uint8)
    for old, new in conversions:
        converted[int(old)] = int(new)
    return NumberingPlan(kinds, converted, converted_until)


OPEN_PLAN = NumberingPlan(np.full(10**4, RANGE_PEOPLE, np.uint8), np.zeros(10**3, np.uint8), 0)
"""Accepts any nine national digits and converts nothing: for callers that have no tables at hand."""


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Msisdn:
    """A mobile number as `84` and nine digits. Its `repr` is masked; `str` is the canonical number."""

    value: int

    def __str__(self) -> str:
        return str(self.value)

    def __repr__(self) -> str:
        return f"Msisdn({display(self)})"

    @property
    def national(self) -> str:
        """The number as it is dialled inside the country, with the trunk 0."""
        return f"0{self.value - COUNTRY * 10**NATIONAL_DIGITS:09}"


@dataclass(frozen=True, slots=True, repr=False)
class ParsedMsisdn:
    """A number read from text; `value` is 0 where the text has not the form of one.

    A number of the right form in a range that nobody was given keeps its value and has UNKNOWN_PREFIX.
    """

    value: int
    flags: IdFlag

    def __repr__(self) -> str:
        return f"ParsedMsisdn({self.flags!r})"


def read_msisdn(text: str, plan: NumberingPlan = OPEN_PLAN, activated_on: int = 0) -> ParsedMsisdn:
    """Read a number field: `+84`, `84`, `0084` or `0` before it or nothing, separators, spreadsheet damage.

    `activated_on` is a packed date, 0 where it is not known.
    """
    number = read_number(text)
    flags, digits = number.flags, number.characters
    if flags & IdFlag.MISSING or flags & IdFlag.DIGITS_LOST:
        return ParsedMsisdn(0, flags)
    if not number.is_digits:
        return ParsedMsisdn(0, flags | IdFlag.BAD_CHARACTERS)
    if not digits.strip("0"):
        return ParsedMsisdn(0, flags | IdFlag.MISSING | IdFlag.PLACEHOLDER)
    international = number.has_plus or digits.startswith("00")
    digits = digits.removeprefix("00") if not number.has_plus else digits
    if international and not digits.startswith(str(COUNTRY)):
        return ParsedMsisdn(0, flags | IdFlag.UNKNOWN_PREFIX)
    if international or (digits.startswith(str(COUNTRY)) and len(digits) >= 11):
        national = digits[2:].removeprefix("0")
    elif digits.startswith("0"):
        national = digits[1:]
    else:
        national, flags = digits, flags | IdFlag.REPAIRED_ZERO
    return _from_national(national, plan, activated_on, flags)


def _from_national(national: str, plan: NumberingPlan, activated_on: int, flags: IdFlag) -> ParsedMsisdn:
    if len(national) == LEGACY_DIGITS and plan.converted[int(national[:3])]:
        if activated_on > plan.converted_until:
            return ParsedMsisdn(0, flags | IdFlag.MACHINE | IdFlag.WRONG_LENGTH)
        national = f"{plan.converted[int(national[:3])]}{national[3:]}"
        flags |= IdFlag.LEGACY_CONVERTED
    if len(national) != NATIONAL_DIGITS:
        return ParsedMsisdn(0, flags | IdFlag.WRONG_LENGTH)
    kind = plan.ranges[int(national[:4])]
    if kind == RANGE_NONE:
        flags |= IdFlag.UNKNOWN_PREFIX
    elif kind == RANGE_MACHINES:
        flags |= IdFlag.MACHINE
    return ParsedMsisdn(int(f"{COUNTRY}{national}"), flags)


def parse(text: str, plan: NumberingPlan = OPEN_PLAN, activated_on: int = 0) -> Msisdn | None:
    """Give the number that the text holds, or None; a number in a range that nobody was given is none."""
    found = read_msisdn(text, plan, activated_on)
    return Msisdn(found.value) if found.value and not found.flags & FAULTS else None


def is_valid(text: str, plan: NumberingPlan = OPEN_PLAN) -> bool:
    """Say whether the text is exactly a canonical number, needing no repair."""
    return canonical(text, plan) == text


def canonical(text: str, plan: NumberingPlan = OPEN_PLAN, activated_on: int = 0) -> str | None:
    """Give `84` and nine digits, or None."""
    number = parse(text, plan, activated_on)
    return None if number is None else str(number)


def display(number: Msisdn, *, masked: bool = True) -> str:
    """Give the number for a reader: masked, or as dialled at home (`0912 345 678`)."""
    if masked:
        return mask(str(number))
    national = number.national
    return f"{national[:4]} {national[4:7]} {national[7:]}"
