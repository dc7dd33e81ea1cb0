"""Names of grants and entries: 26 letters and digits that sort by the time at which they were given."""

import os
import time
from typing import Final

_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, in ASCII order: no i, l, o, u."""
_PAIRS: Final = tuple(high + low for high in _LETTERS for low in _LETTERS)
_RANDOM_BYTES: Final = 10


def new_name() -> str:
    """Give a new name: 48 bits of milliseconds and 80 random bits. Nothing but the time can be read from it."""
    value = (time.time_ns() // 1_000_000 << 80) | int.from_bytes(os.urandom(_RANDOM_BYTES))
    return "".join([_PAIRS[(value >> shift) & 1023] for shift in range(120, -10, -10)])
