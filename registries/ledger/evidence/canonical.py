"""The one byte form of an entry: JSON as RFC 8785 writes it, over values that leave no room for doubt.

Taken are text, whole numbers within 53 bits, true, false, null, lists and objects with text keys. Left out are
floating point numbers (two languages seldom print one alike) and larger numbers (readers round them): send both as
text. Over these values the form is exactly that of RFC 8785: keys in order of their UTF-16 units, no spaces, shortest
escapes, UTF-8.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from registries.ledger.evidence.errors import EntryNotCanonical

LARGEST_INTEGER: Final = 2**53 - 1
"""Beyond it, a reader that holds numbers as IEEE 754 doubles sees another number (RFC 8785, 3.2.2.3)."""


def canonical_bytes(value: object) -> bytes:
    """Give the canonical bytes of a value; equal values give equal bytes, and `read_canonical` gives the value back.

    Raises:
        EntryNotCanonical: Some part has no canonical form; the message names where.

    References:
        RFC 8785, sections 3.2.2 and 3.2.3.
    """
    ordered = _ordered(value, "$")
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def read_canonical(data: bytes) -> Any:
    """Give the value of canonical bytes.

    Raises:
        EntryNotCanonical: The bytes are no JSON, or not in canonical form.
    """
    try:
        value = json.loads(data)
    except ValueError as cause:
        raise EntryNotCanonical(where="$", what="this text", instead="JSON in UTF-8") from cause
    if canonical_bytes(value) != data:
        raise EntryNotCanonical(where="$", what="this JSON text", instead="keys in order, no spaces, shortest escapes")
    return value


def _ordered(value: object, where: str) -> object:
    match value:
        case None | bool():
            return value
        case str():
            return _text(value, where)
        case int():
            if abs(value) > LARGEST_INTEGER:
                raise EntryNotCanonical(where=where, what=f"the number {value}", instead="it as text")
            return int(value)
        case Mapping():
            keys = sorted((_key(key, where) for key in value), key=_utf16_units)
            return {key: _ordered(value[key], f"{where}.{key}") for key in keys}
        case list() | tuple():
            return [_ordered(item, f"{where}[{place}]") for place, item in enumerate(value)]
    raise EntryNotCanonical(where=where, what=f"a value of type {type(value).__name__}", instead="it as text")


def _key(key: object, where: str) -> str:
    if not isinstance(key, str):
        raise EntryNotCanonical(where=where, what=f"a key of type {type(key).__name__}", instead="text keys")
    return _text(key, where)


def _text(value: str, where: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as cause:
        raise EntryNotCanonical(where=where, what="half of a surrogate pair", instead="whole characters") from cause
    return str(value)


def _utf16_units(key: str) -> bytes:
    return key.encode("utf-16-be")
