"""Salted commitments: a leaf says that a personal value was what it was, without holding it.

For each personal field the entry holds HMAC-SHA-256 under a salt of 32 random bytes of its own. Value and salt live
in the store beside the entry. Who is shown both can check them against the leaf; once the salt is deleted, nobody can
tell any more what the value was, not even by trying all values, and the log needs no change: that is the erasure.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import token_bytes
from typing import Final

from registries.ledger.evidence.canonical import canonical_bytes

SALT_BYTES: Final = 32
_DOMAIN: Final = b"sogoc/commitment/v1\x00"


@dataclass(frozen=True, slots=True)
class Sealed:
    """Personal fields, taken apart: `commitments` go into the entry, `salts` into the store beside the values."""

    commitments: Mapping[str, str]
    salts: Mapping[str, bytes]


def seal(fields: Mapping[str, object], *, draw_salt: Callable[[int], bytes] = token_bytes) -> Sealed:
    """Give a commitment and a fresh salt for each field; nothing of a value can be read from its commitment.

    Values are those that `canonical_bytes` takes. Equal values give unlike commitments, so the log does not
    even show that two entries are about one person.

    Raises:
        EntryNotCanonical: A value has no canonical form.
    """
    salts = {field: draw_salt(SALT_BYTES) for field in fields}
    return Sealed({field: commitment(field, value, salts[field]) for field, value in fields.items()}, salts)


def commitment(field: str, value: object, salt: bytes) -> str:
    """Give the commitment to a value of a field under a salt of 32 bytes, as base64 text.

    Raises:
        ValueError: The salt has another length: a fixed length is what makes two openings of one commitment impossible.
        EntryNotCanonical: The value has no canonical form.

    References:
        RFC 2104 (HMAC); a 256-bit key is one block, so that no two salts are one key.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    said = _DOMAIN + canonical_bytes([field, value])
    return b64encode(hmac.digest(salt, said, "sha256")).decode()


def is_opening(committed: str, field: str, value: object, salt: bytes) -> bool:
    """Tell whether a value and salt are those of a commitment; compared in constant time."""
    try:
        want = b64decode(committed, validate=True)
    except ValueError:
        return False
    return len(salt) == SALT_BYTES and hmac.compare_digest(want, b64decode(commitment(field, value, salt)))
