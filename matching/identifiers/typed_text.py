"""Text as people and spreadsheets put it into a number or date field, reduced to plain upper-case ASCII.

Nothing is guessed here: characters that only look different (full-width digits, typographic dashes and apostrophes,
exotic and invisible spaces) become their ASCII form, everything else outside ASCII becomes `UNREADABLE`, which no
grammar accepts.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from matching.identifiers.flags import IdFlag

MAX_LENGTH: Final = 48
UNREADABLE: Final = "\x7f"
NULL_WORDS: Final = frozenset({"NULL", "NONE", "NIL", "N/A", "NA", "NAN", "NAT", "-", "--", ".", "?"})
SEPARATORS: Final = " .-/,()_"
_QUOTES: Final = "'\"="

_SPACES: Final = frozenset("\t\n\x0b\x0c\r \u00a0\u2007\u2009\u202f\u3000")
_INVISIBLE: Final = frozenset([0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF])
_DASHES: Final = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
_APOSTROPHES: Final = frozenset("\u2018\u2019\u02bc`")


def _ascii(character: str) -> str:
    code = ord(character)
    if character in _SPACES:
        return " "
    if code in _INVISIBLE:
        return ""
    if 0xFF01 <= code <= 0xFF5E:
        code -= 0xFEE0
        character = chr(code)
    if character in _DASHES:
        return "-"
    if character in _APOSTROPHES:
        return "'"
    return character.upper() if 0x20 < code < 0x7F else UNREADABLE


def is_full_width(character: str) -> bool:
    """Say whether the character is the double-width form of an ASCII character (U+FF01 to U+FF5E)."""
    return 0xFF01 <= ord(character) <= 0xFF5E


def clean(text: str) -> str:
    """Give `text` in upper-case ASCII, trimmed, with one space where there were several.

    Text longer than `MAX_LENGTH` after that becomes one `UNREADABLE`: no number or date is that long.
    """
    cleaned = " ".join("".join(map(_ascii, text)).split(" ")).strip()
    cleaned = " ".join(part for part in cleaned.split(" ") if part)
    return cleaned if len(cleaned) <= MAX_LENGTH else UNREADABLE


def unquote(cleaned: str) -> str:
    """Give cleaned text without the quotes and equal signs that spreadsheets put round a number to keep it text."""
    return cleaned.strip(_QUOTES + " ")


def is_null(cleaned: str) -> bool:
    """Say whether cleaned text means that there is no value."""
    return not cleaned or cleaned in NULL_WORDS


@dataclass(frozen=True, slots=True)
class NumberText:
    """What a number field says: its characters without dress, whether a plus stood before them, and what was mended.

    `characters` is empty where `flags` has MISSING, DIGITS_LOST or BAD_CHARACTERS; otherwise letters and digits.
    """

    characters: str
    has_plus: bool
    flags: IdFlag

    @property
    def is_digits(self) -> bool:
        return self.characters.isdigit()


_SCIENTIFIC: Final = re.compile(r"([0-9])(?:[.,]([0-9]*))?E\+?([0-9]{1,2})")
_DECIMAL: Final = re.compile(r"([0-9]+)[.,]0{0,2}")


def read_number(text: str) -> NumberText:
    """Undo what spreadsheets and people do to a number that is kept as text.

    An exponent form is expanded only where all digits are there: `7.9099E+10` stands for any of a million numbers
    and is DIGITS_LOST.
    """
    flags = IdFlag.FULL_WIDTH if any(map(is_full_width, text)) else IdFlag(0)
    cleaned = clean(text)
    bare = unquote(cleaned)
    if bare != cleaned:
        flags |= IdFlag.QUOTES
    if is_null(bare):
        return NumberText("", has_plus=False, flags=flags | IdFlag.MISSING)
    if scientific := _SCIENTIFIC.fullmatch(bare):
        digits, exponent = scientific[1] + (scientific[2] or ""), int(scientific[3])
        whole, fraction = digits[: exponent + 1], digits[exponent + 1 :]
        if len(whole) <= exponent or fraction.strip("0"):
            return NumberText("", has_plus=False, flags=flags | IdFlag.SCIENTIFIC | IdFlag.DIGITS_LOST)
        return NumberText(whole, has_plus=False, flags=flags | IdFlag.SCIENTIFIC)
    if decimal := _DECIMAL.fullmatch(bare):
        return NumberText(decimal[1], has_plus=False, flags=flags | IdFlag.DECIMAL_SUFFIX)
    has_plus = bare.startswith("+")
    unsigned = bare[1:] if has_plus else bare
    characters = "".join(c for c in unsigned if c not in SEPARATORS)
    if characters != unsigned:
        flags |= IdFlag.SEPARATORS
    if not characters or not all("0" <= c <= "9" or "A" <= c <= "Z" for c in characters):
        return NumberText("", has_plus=has_plus, flags=flags | IdFlag.BAD_CHARACTERS)
    return NumberText(characters, has_plus=has_plus, flags=flags)


def is_run(digits: str) -> bool:
    """Say whether the digits are one digit repeated, or count up or down, going round at 9."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(digits)}
    return len(steps) == 1 and steps <= {0, 1, 9}
