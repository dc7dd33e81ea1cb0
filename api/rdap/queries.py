"""What an RDAP query asks for: the last part of its path as a value (RFC 9082 section 3.1)."""

import re
from typing import Final

from api.refusals import QuestionUnreadable
from api.registered import shown
from registries.addresses.blocks import BITS
from registries.addresses.text import parse_prefix
from registries.asns.errors import AutnumUnreadable
from registries.asns.numbers import AutnumRange
from registries.ledger.boxes import Box

_AUTNUMS: Final = re.compile(r"[0-9]+(-[0-9]+)?")
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_/-]{1,63}(?<!-)", re.IGNORECASE)
_LONGEST_TEXT: Final = 255


def read_block(text: str) -> tuple[str, Box]:
    """Read an address or prefix, and give its space and numbers.

    Raises:
        QuestionUnreadable: It is neither, or has bits behind the length of the prefix.
    """
    family, first, length, reason = parse_prefix(text)
    if reason is not None:
        raise QuestionUnreadable(text=shown(text), kind="địa chỉ · IP address or prefix", reason=reason)
    return f"ipv{family}", Box(first, first + (1 << BITS[family] - length) - 1)


def read_autnums(text: str, *, ranges: bool = False) -> Box:
    """Read an AS number in asplain (RFC 9082 section 3.1.2), or where it may be one a range (RFC 9910 section 3).

    Raises:
        QuestionUnreadable: It is none.
    """
    kind = "số hiệu mạng · AS number"
    if not _AUTNUMS.fullmatch(text) or ("-" in text and not ranges):
        raise QuestionUnreadable(text=shown(text), kind=kind, reason="it is written as one decimal number")
    try:
        numbers = AutnumRange.parse(text)
    except AutnumUnreadable as refused:
        raise QuestionUnreadable(text=shown(text), kind=kind, reason=str(refused.fields["reason"])) from refused
    return Box(numbers.first, numbers.last)


def read_name(text: str) -> str:
    """Read a domain name and give it as A-labels in small letters, without a dot at the end.

    Raises:
        QuestionUnreadable: It is no domain name.
    """
    plain = text.removesuffix(".")
    try:
        name = plain.lower() if plain.isascii() else plain.encode("idna").decode("ascii").lower()
    except UnicodeError as refused:
        reason = "its labels have no A-label form"
        raise QuestionUnreadable(text=shown(text), kind="tên miền · domain name", reason=reason) from refused
    if not name or len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        reason = "a name has labels of 1 to 63 letters, digits and hyphens, with dots between"
        raise QuestionUnreadable(text=shown(text), kind="tên miền · domain name", reason=reason)
    return name


def read_text(text: str, kind: str) -> str:
    """Give a handle or name back if it is one: 1 to 255 characters, none of them a control character.

    Raises:
        QuestionUnreadable: It is none.
    """
    if not 1 <= len(text) <= _LONGEST_TEXT or not text.isprintable():
        raise QuestionUnreadable(text=shown(text), kind=kind, reason="it has 1 to 255 printable characters")
    return text
