"""The number of a SIM card (ICCID, ITU-T E.118): 89, country 84, issuer and serial, 19 or 20 digits, the last by Luhn.

Many carriers print, and export, the last part alone: that is no ICCID, and None here.
"""

from dataclasses import dataclass

from matching.identifiers.masking import mask
from matching.identifiers.typed_text import read_number

ISSUER = "8984"
LENGTHS = (19, 20)


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Iccid:
    """A Vietnamese ICCID whose check digit holds. Its `repr` is masked; `str` is the number."""

    digits: str

    def __str__(self) -> str:
        return self.digits

    def __repr__(self) -> str:
        return f"Iccid({display(self)})"

    @property
    def issuer(self) -> str:
        """The two digits after 89 84, which the country's carriers are told apart by."""
        return self.digits[4:6]


def check_digit(payload: str) -> int:
    """Give the Luhn digit that completes `payload`."""
    total = 0
    for place, character in enumerate(reversed(payload)):
        doubled = int(character) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return -total % 10


def parse(text: str) -> Iccid | None:
    """Give the ICCID that the text holds, or None; an `F` that fills a 19-digit number up to 20 places is dropped."""
    number = read_number(text)
    digits = number.characters
    if len(digits) == LENGTHS[1]:
        digits = digits.removesuffix("F")
    sound = not number.has_plus and digits.isdigit() and len(digits) in LENGTHS and digits.startswith(ISSUER)
    return Iccid(digits) if sound and check_digit(digits[:-1]) == int(digits[-1]) else None


def is_valid(text: str) -> bool:
    """Say whether the text is exactly an ICCID, needing no repair."""
    return canonical(text) == text


def canonical(text: str) -> str | None:
    """Give the digits that the text stands for, or None."""
    iccid = parse(text)
    return None if iccid is None else str(iccid)


def display(iccid: Iccid, *, masked: bool = True) -> str:
    """Give the number for a reader: masked, or whole."""
    return mask(str(iccid)) if masked else f"{iccid.digits[:4]} {iccid.digits[4:6]} {iccid.digits[6:]}"
