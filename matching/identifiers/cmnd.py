"""The 9-digit number of the old identity card (CMND): no check digit, no birth year, no sex.

It is not a key of a person: it changed on moving to another province, and 271450001-271500000 were issued twice.
The first digits name the issuing province, as a hint for a reviewer; nothing is rejected for them.
"""

from dataclasses import dataclass

from matching.identifiers.flags import IdFlag
from matching.identifiers.masking import mask
from matching.identifiers.typed_text import is_run, read_number

DIGITS = 9
ISSUED_TWICE = range(271450001, 271500001)


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Cmnd:
    """A 9-digit number. Its `repr` is masked; `str` is the number."""

    value: int

    def __str__(self) -> str:
        return f"{self.value:0{DIGITS}}"

    def __repr__(self) -> str:
        return f"Cmnd({display(self)})"

    @property
    def was_issued_twice(self) -> bool:
        """Whether the number lies in the block that two provinces issued."""
        return self.value in ISSUED_TWICE


def from_digits(digits: str) -> tuple[int, IdFlag] | None:
    """Read bare digits as a CMND; None where they are not as many. One lost leading zero is put back."""
    if len(digits) == DIGITS:
        return int(digits), IdFlag(0)
    if len(digits) == DIGITS - 1 and digits[0] != "0":
        return int(digits), IdFlag.REPAIRED_ZERO
    return None


def parse(text: str) -> Cmnd | None:
    """Give the number that the text holds, repaired where nothing has to be guessed, or None."""
    number = read_number(text)
    if not number.is_digits or number.has_plus:
        return None
    found = from_digits(number.characters)
    return None if found is None or is_run(f"{found[0]:09}") else Cmnd(found[0])


def is_valid(text: str) -> bool:
    """Say whether the text is exactly a nine-digit number, needing no repair, and no placeholder."""
    return canonical(text) == text


def canonical(text: str) -> str | None:
    """Give the nine digits that the text stands for, or None."""
    cmnd = parse(text)
    return None if cmnd is None else str(cmnd)


def display(cmnd: Cmnd, *, masked: bool = True) -> str:
    """Give the number for a reader: masked, or whole in groups of three."""
    digits = str(cmnd)
    return mask(digits) if masked else " ".join(digits[i : i + 3] for i in range(0, DIGITS, 3))
