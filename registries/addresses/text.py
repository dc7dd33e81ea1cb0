"""Reading one address or prefix, and why it is refused: the plain form of the rules in `kernels.reading`.

Accepted is what the standard library's `ipaddress` accepts, except scope identifiers (`fe80::1%eth0` names an address
on one machine, not a resource), masks written as addresses (`/255.255.255.0`), and prefixes with host bits set.
"""

from typing import Final

IPV4: Final = 4
IPV6: Final = 6

EMPTY: Final = "it is empty"
FORM: Final = "it is neither four decimal numbers with dots nor groups of hexadecimal digits with colons"
SCOPE: Final = "it carries a scope identifier, which means something on one machine only"
OCTETS: Final = "an IPv4 address has four decimal numbers"
LEADING_ZERO: Final = "a decimal number of an IPv4 address has no leading zero"
OCTET_LARGE: Final = "a decimal number of an IPv4 address is at most 255"
GROUPS: Final = "an IPv6 address has eight groups, or fewer and one ::"
GROUP_FORM: Final = "a group of an IPv6 address has one to four hexadecimal digits"
MASK: Final = "the length behind the slash is a number, at most 32 for IPv4 and 128 for IPv6"
HOST_BITS: Final = "bits are set behind the length of the prefix"

_DIGITS: Final = frozenset("0123456789")
_HEX: Final = frozenset("0123456789abcdefABCDEF")

Parsed = tuple[int, int, int, str | None]
"""Family, value, prefix length, and why it is refused; the first three mean nothing where the last is not None."""


def parse_address(text: str) -> Parsed:
    """Read one address; nothing may stand around it."""
    if not text:
        return 0, 0, 0, EMPTY
    if "%" in text:
        return 0, 0, 0, SCOPE
    if ":" in text:
        value, reason = read_ipv6(text)
        return IPV6, value, 128, reason
    if not _DIGITS.issuperset(text.replace(".", "")):
        return 0, 0, 0, FORM
    value, reason = read_ipv4(text)
    return IPV4, value, 32, reason


def parse_prefix(text: str) -> Parsed:
    """Read one address or prefix; an address is a prefix of its full length."""
    address, slash, mask = text.partition("/")
    family, value, length, reason = parse_address(address)
    if reason is not None or not slash:
        return family, value, length, reason
    bits = length
    if not mask or not _DIGITS.issuperset(mask) or int(mask) > bits:
        return family, 0, 0, MASK
    length = int(mask)
    if value & ((1 << (bits - length)) - 1):
        return family, 0, 0, HOST_BITS
    return family, value, length, None


def read_ipv4(text: str) -> tuple[int, str | None]:
    """Give the value of dotted decimal text, or why it is refused."""
    octets = text.split(".")
    if len(octets) != 4 or not all(octets):
        return 0, OCTETS
    value = 0
    for octet in octets:
        if not _DIGITS.issuperset(octet):
            return 0, OCTETS
        if len(octet) > 1 and octet[0] == "0":
            return 0, LEADING_ZERO
        if len(octet) > 3 or int(octet) > 255:
            return 0, OCTET_LARGE
        value = value * 256 + int(octet)
    return value, None


def read_ipv6(text: str) -> tuple[int, str | None]:
    """Give the value of an IPv6 address in any form of RFC 4291 section 2.2, or why it is refused."""
    head, gap, rest = text.partition("::")
    if (gap and "::" in rest) or rest.startswith(":"):
        return 0, GROUPS
    front, reason = _groups(head, last=not gap)
    back, other = _groups(rest, last=True)
    if reason or other:
        return 0, reason or other
    count = len(front) + len(back)
    if count > 7 if gap else count != 8:
        return 0, GROUPS
    value = 0
    for group in (*front, *[0] * (8 - count), *back):
        value = value << 16 | group
    return value, None


def _groups(text: str, *, last: bool) -> tuple[list[int], str | None]:
    values: list[int] = []
    parts = text.split(":") if text else []
    for place, part in enumerate(parts):
        if "." in part and last and place == len(parts) - 1:
            value, reason = read_ipv4(part)
            if reason:
                return [], reason
            values += [value >> 16, value & 0xFFFF]
        elif not 1 <= len(part) <= 4 or not _HEX.issuperset(part):
            return [], GROUP_FORM
        else:
            values.append(int(part, 16))
    return values, None
