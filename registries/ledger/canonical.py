"""Canonical bytes: one value, one text. What is hashed and signed is written by this module alone.

JSON by RFC 8785 for the values we use: text, whole numbers below 2^53, true, false, null, lists, objects with sorted
keys, no spaces, UTF-8. Larger numbers (addresses, moments) are written as decimal text by those who make the value.
"""

import hashlib
import json
from typing import Any, Final

_EXACT: Final = 1 << 53
_encode: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
).encode


def canonical_bytes(value: Any) -> bytes:
    """Write a value; `json.loads` reads it again.

    Keys are ASCII, so that sorting by code point is sorting by UTF-16 unit, as RFC 8785 (3.2.3) demands.
    """
    return _encode(value).encode()


def digest(value: Any) -> bytes:
    """Give the SHA-256 of the canonical bytes of a value."""
    return hashlib.sha256(canonical_bytes(value)).digest()


def leaf_hash(entry: bytes) -> bytes:
    """Give the hash of a leaf of the evidence log: SHA-256(0x00 || entry), RFC 9162, section 2.1.1."""
    return hashlib.sha256(b"\x00" + entry).digest()


def number(value: int) -> int | str:
    """Give a number as it stands in canonical form: as text where a double cannot hold it."""
    return value if -_EXACT < value < _EXACT else str(value)
