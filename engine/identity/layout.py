"""How a person is packed in the identity index: what each bit means, and nothing else.

A person is a *row*; rows are in the order of the 12-digit number. Hot bytes of a row:

- ``serial`` uint32: the last six digits of the number; the first six choose the row's block in ``blocks``;
- ``record`` uint32[4]: six 16-bit token codes of the name, then the attributes (below);
- ``name_entry`` uint64: the row again in the order of (folded name, birth date);
- ``day_signature`` uint32 and ``day_row`` uint32: the row again in the order of the birth date;
- ``old_key``, ``old_row`` uint32: the 9-digit number, where there is one.

36 bytes, and 8 more for a person with a 9-digit number; directories and the table of tokens come on top.
"""

from typing import Final

YEAR_BASE: Final = 1800
"""Birth years are kept in nine bits from here: 1800 to 2311."""

# attributes: year 9 | month 4 | day 5 | sex 2 | province 7 | status 3 | overflow 1 | spare 1
BIRTH_SHIFT: Final = 14
SEX_SHIFT: Final = 12
PROVINCE_SHIFT: Final = 5
STATUS_SHIFT: Final = 2
OVERFLOW_BIT: Final = 2

BIRTH_BITS: Final = 18
"""A birth date as the index orders it: (year - 1800) 9 | month 4 | day 5."""

TOKEN_LIMIT: Final = 65_535
"""Codes from here on do not fit a record; such a name, or one of more than six tokens, lives in the overflow table."""

HOT_TOKENS: Final = 6

BLOCK_DIGITS: Final = 1_000_000
"""A number is block * 1,000,000 + serial; blocks are province or country 3, century and sex 1, year 2 digits."""

BLOCKS: Final = 1_000_001
"""A million blocks of numbers, and a last one for persons without a 12-digit number."""

ROW_BITS: Final = 27
"""Rows of one segment: at most 134,217,728."""

FINGERPRINT_BITS: Final = 19
"""Bits of the name's hash kept in a name entry, beyond those that choose its bucket."""

STATUS_CODES: Final = {"active": 0, "deceased": 1, "cancelled": 2, "missing": 3, "emigrated": 4}
