"""One identity field that may hold any document: which kind of number it is, its value, and what was noticed."""

from collections.abc import Container
from dataclasses import dataclass

from matching.identifiers import cmnd, passport, pin
from matching.identifiers.flags import FAULTS, IdFlag, IdKind
from matching.identifiers.typed_text import is_run, read_number

MIN_RUN = 6  # shorter numbers are too short anyway
MAX_VALUE_DIGITS = 15


@dataclass(frozen=True, slots=True, repr=False)
class ParsedId:
    """An identity number read from text.

    `value` is the digits as an integer for PIN and CMND, the passport value for passports, and 0 where there is none.
    For MALFORMED it is the digits where they are up to 15, so that the search may weigh how near they come to a
    candidate's number; nothing may be looked up by it.
    """

    kind: IdKind
    value: int
    flags: IdFlag

    def __repr__(self) -> str:
        return f"ParsedId({self.kind.name}, {self.flags!r})"


def parse_id(text: str, prefixes: Container[int] | None = None) -> ParsedId:
    """Read an identity field.

    Twelve digits are a PIN, nine a CMND, letters with digits a passport; a number that is one digit repeated or a run
    is a placeholder. `prefixes` are the place codes known on the day, None accepts all but 000.
    """
    number = read_number(text)
    if number.flags & IdFlag.MISSING:
        return ParsedId(IdKind.MISSING, 0, number.flags)
    if number.has_plus or not number.characters:
        reason = IdFlag(0) if number.flags & IdFlag.DIGITS_LOST else IdFlag.BAD_CHARACTERS
        return ParsedId(IdKind.MALFORMED, 0, number.flags | reason)
    if not number.is_digits:
        if passport.has_form(number.characters):
            return ParsedId(IdKind.PASSPORT, passport.value_of(number.characters), number.flags)
        return ParsedId(IdKind.MALFORMED, 0, number.flags | IdFlag.BAD_CHARACTERS)
    return _from_digits(number.characters, number.flags, prefixes)


def _from_digits(digits: str, flags: IdFlag, prefixes: Container[int] | None) -> ParsedId:
    value = int(digits) if len(digits) <= MAX_VALUE_DIGITS else 0
    if not digits.strip("0"):
        return ParsedId(IdKind.MISSING, 0, flags | IdFlag.MISSING | IdFlag.PLACEHOLDER)
    as_cmnd = cmnd.from_digits(digits)
    if len(digits) >= MIN_RUN and is_run(f"{as_cmnd[0]:09}" if as_cmnd else digits):
        return ParsedId(IdKind.MALFORMED, value, flags | IdFlag.PLACEHOLDER)
    if as_cmnd:
        return ParsedId(IdKind.CMND, as_cmnd[0], flags | as_cmnd[1])
    as_pin = pin.from_digits(digits, prefixes)
    if as_pin is None:
        return ParsedId(IdKind.MALFORMED, value, flags | IdFlag.WRONG_LENGTH)
    kind = IdKind.MALFORMED if as_pin[1] & FAULTS else IdKind.PIN
    return ParsedId(kind, as_pin[0], flags | as_pin[1])
