"""Passport numbers: 6 to 9 letters and digits (ICAO Doc 9303); the key is the issuing state and the number together.

A Vietnamese ordinary passport has one letter and seven digits. Two states may issue the same number, so nothing is
ever merged on the number alone.
"""

import re
from dataclasses import dataclass

from matching.identifiers.masking import mask
from matching.identifiers.typed_text import read_number

MIN_LENGTH, MAX_LENGTH = 6, 9
MIN_DIGITS = 3  # fewer in a field of 6 to 9 characters is a word ("KHONGCO"), not a number
VALUE_TAG = 1 << 62
"""Set in every passport value, so that it never equals a PIN or CMND."""


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Passport:
    """A passport number, with the issuing state (ICAO three letters) where known. `repr` is masked."""

    number: str
    issuing_state: str = ""

    def __str__(self) -> str:
        return f"{self.issuing_state}:{self.number}" if self.issuing_state else self.number

    def __repr__(self) -> str:
        return f"Passport({display(self)})"

    @property
    def value(self) -> int:
        """The number as the integer that columns carry (without the state)."""
        return value_of(self.number)

    @property
    def has_vietnamese_form(self) -> bool:
        return re.fullmatch(r"[A-Z][0-9]{7}", self.number) is not None


def value_of(number: str) -> int:
    """Give the integer for columns: the characters in base 37 under `VALUE_TAG`. No two numbers share one."""
    value = 0
    for character in number:
        value = value * 37 + int(character, 36) + 1
    return VALUE_TAG | value


def number_of(value: int) -> str:
    """Give the number back that `value_of` packed."""
    rest, characters = value & ~VALUE_TAG, ""
    while rest:
        rest, place = divmod(rest, 37)
        characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place - 1] + characters
    return characters


def has_form(characters: str) -> bool:
    """Say whether bare letters and digits look like a passport number that cannot be taken for another number."""
    digits = sum(c.isdigit() for c in characters)
    return MIN_LENGTH <= len(characters) <= MAX_LENGTH and MIN_DIGITS <= digits < len(characters)


def parse(text: str) -> Passport | None:
    """Give the passport that the text holds, or None; `USA:123456789` states the issuing state as well.

    Digits alone are accepted here, as some states issue them; in a field that may hold other documents they are not.
    """
    state, colon, rest = text.rpartition(":")
    if colon and not re.fullmatch(r"[A-Z]{3}", state):
        return None
    number = read_number(rest)
    characters = number.characters
    if number.has_plus or not (has_form(characters) or re.fullmatch(r"[0-9]{6,9}", characters)):
        return None
    return Passport(characters, state)


def is_valid(text: str) -> bool:
    """Say whether the text is exactly a passport number, needing no repair."""
    return canonical(text) == text


def canonical(text: str) -> str | None:
    """Give the number in capitals without separators, with its state where the text states one, or None."""
    passport = parse(text)
    return None if passport is None else str(passport)


def display(passport: Passport, *, masked: bool = True) -> str:
    """Give the number for a reader, masked or whole."""
    state = f"{passport.issuing_state} " if passport.issuing_state else ""
    return state + (mask(passport.number) if masked else passport.number)
