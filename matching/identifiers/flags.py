"""What can be said about a number that was read from text: its kind, and what was noticed on the way."""

from enum import IntEnum, IntFlag


class IdKind(IntEnum):
    """What an identity field holds."""

    MISSING = 0
    PIN = 1  # 12-digit personal identification number
    CMND = 2  # 9-digit number of the old identity card
    PASSPORT = 3
    MALFORMED = 4


class IdFlag(IntFlag):
    """Repairs (the value is sound), doubts (it is worth a look) and faults (why there is no value)."""

    SEPARATORS = 1  # repair: spaces, dots, dashes taken out
    FULL_WIDTH = 2  # repair: double-width digits or letters
    QUOTES = 4  # repair: apostrophe, quotes or equal sign of a spreadsheet
    DECIMAL_SUFFIX = 8  # repair: `.0` of a float column
    SCIENTIFIC = 16  # repair: written with an exponent, all digits still there
    DIGITS_LOST = 32  # fault: the exponent form was rounded, so digits are gone for good
    REPAIRED_ZERO = 64  # repair: leading zeros put back; check the result against the birth year
    WRONG_LENGTH = 128  # fault
    BAD_CHARACTERS = 256  # fault
    UNKNOWN_PREFIX = 512  # fault: no province, country or number range has this prefix
    SUSPECT_SERIAL = 1024  # doubt: the random part is one digit repeated or a run
    PLACEHOLDER = 2048  # fault: the whole number is one digit repeated or a run
    CENTURY_IMPLAUSIBLE = 4096  # fault: born in 2100 or later
    MISSING = 8192  # there is no text, or text for "none"
    LEGACY_CONVERTED = 16384  # repair: 11-digit mobile number rewritten by the plan of 2018
    MACHINE = 32768  # doubt: a range for machines (01x), not for people


REPAIRS = (
    IdFlag.SEPARATORS
    | IdFlag.FULL_WIDTH
    | IdFlag.QUOTES
    | IdFlag.DECIMAL_SUFFIX
    | IdFlag.SCIENTIFIC
    | IdFlag.REPAIRED_ZERO
)
FAULTS = (
    IdFlag.DIGITS_LOST
    | IdFlag.WRONG_LENGTH
    | IdFlag.BAD_CHARACTERS
    | IdFlag.UNKNOWN_PREFIX
    | IdFlag.PLACEHOLDER
    | IdFlag.CENTURY_IMPLAUSIBLE
)
