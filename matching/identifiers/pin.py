"""The 12-digit personal identification number (số định danh cá nhân, CCCD): `PPP G YY RRRRRR`.

PPP is the province (001-096) or country (101-295) where the birth was registered, G century and sex, YY the year of
birth, the rest random (Decree 137/2015 Art. 13, Circular 07/2016/TT-BCA Art. 7). There is no check digit: a number
that is well formed may still belong to nobody. The prefix says nothing about where the holder lives.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.identifiers.flags import FAULTS, IdFlag
from matching.identifiers.masking import mask
from matching.identifiers.typed_text import is_run, read_number

DIGITS = 12
LAST_CENTURY_DIGIT = 3  # births of the 1900s and 2000s; digits 4 to 9 are of later centuries


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Pin:
    """A well-formed 12-digit number. Its `repr` is masked; `str` is the number."""

    value: int

    def __str__(self) -> str:
        return f"{self.value:0{DIGITS}}"

    def __repr__(self) -> str:
        return f"Pin({display(self)})"

    @property
    def place_code(self) -> int:
        """Province (1 to 96) or country (101 to 295) where the birth was registered."""
        return self.value // 10**9

    @property
    def sex(self) -> int:
        return sex(self.value)

    @property
    def birth_year(self) -> int:
        return birth_year(self.value)

    @property
    def serial(self) -> int:
        return self.value % 10**6


def birth_year(value: int) -> int:
    """Give the year of birth that the number states; 0 for 0."""
    return 1900 + 100 * (value // 10**8 % 10 // 2) + value // 10**6 % 100 if value else 0


def sex(value: int) -> int:
    """Give the sex that the number states: 1 male, 2 female, 0 for 0."""
    return 1 + value // 10**8 % 10 % 2 if value else 0


def agrees_with_birth_year(value: int, year: int) -> bool:
    """Say whether the number states that year of birth; a year of 0 is unknown and disagrees with nothing."""
    return not year or birth_year(value) == year


def prefix_mask(codes: Iterable[int]) -> npt.NDArray[np.bool_]:
    """Give the 1000 prefixes as a mask for kernels, true for the given province and country codes."""
    mask_ = np.zeros(1000, np.bool_)
    mask_[list(codes)] = True
    return mask_


def examine(value: int, prefixes: Container[int] | None = None) -> IdFlag:
    """Give the faults and doubts of a number; `prefixes` are the known place codes, None accepts all but 000."""
    flags = IdFlag(0)
    place = value // 10**9
    if not place or (prefixes is not None and place not in prefixes):
        flags |= IdFlag.UNKNOWN_PREFIX
    if value // 10**8 % 10 > LAST_CENTURY_DIGIT:
        flags |= IdFlag.CENTURY_IMPLAUSIBLE
    if is_run(f"{value % 10**6:06}"):
        flags |= IdFlag.SUSPECT_SERIAL
    return flags


def from_digits(digits: str, prefixes: Container[int] | None = None) -> tuple[int, IdFlag] | None:
    """Read bare digits as a PIN; None where they are not as many.

    One or two leading zeros lost by a spreadsheet are put back (REPAIRED_ZERO), if the result is well formed. Digits
    that still begin with a zero lost none.
    """
    if len(digits) == DIGITS:
        return int(digits), examine(int(digits), prefixes)
    if len(digits) in {DIGITS - 1, DIGITS - 2} and digits[0] != "0":
        flags = examine(int(digits), prefixes)
        return None if flags & FAULTS else (int(digits), flags | IdFlag.REPAIRED_ZERO)
    return None


def parse(text: str, prefixes: Container[int] | None = None) -> Pin | None:
    """Give the number that the text holds, repaired where nothing has to be guessed, or None."""
    number = read_number(text)
    if not number.is_digits or number.has_plus or is_run(number.characters):
        return None
    found = from_digits(number.characters, prefixes)
    return Pin(found[0]) if found and not found[1] & FAULTS else None


def is_valid(text: str, prefixes: Container[int] | None = None) -> bool:
    """Say whether the text is exactly a well-formed number, needing no repair."""
    pin = parse(text, prefixes)
    return pin is not None and str(pin) == text


def canonical(text: str, prefixes: Container[int] | None = None) -> str | None:
    """Give the twelve digits that the text stands for, or None."""
    pin = parse(text, prefixes)
    return None if pin is None else str(pin)


def display(pin: Pin, *, masked: bool = True) -> str:
    """Give the number for a reader: masked, or whole in groups of three."""
    digits = str(pin)
    return mask(digits) if masked else " ".join(digits[i : i + 3] for i in range(0, DIGITS, 3))
