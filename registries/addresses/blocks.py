"""A block of addresses: first to last of one family, both included, whether or not it is one prefix."""

import ipaddress
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

from registries.addresses.errors import BlockUnreadable
from registries.addresses.text import IPV4, IPV6, parse_prefix

BITS: Final = {IPV4: 32, IPV6: 128}
"""Width of an address by family: 4 or 6."""


def address_text(family: int, value: int) -> str:
    """Write one address; IPv6 by RFC 5952."""
    if family == IPV4:
        return socket.inet_ntoa(value.to_bytes(4))
    # The system writes addresses that begin with 80 zeros as IPv4 ones.
    return socket.inet_ntop(socket.AF_INET6, value.to_bytes(16)) if value >> 48 else str(ipaddress.IPv6Address(value))


def cidrs(family: int, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Give the fewest prefixes that cover exactly `first` to `last`, as (first address, length), in order."""
    bits = BITS[family]
    while first <= last:
        aligned = (first & -first).bit_length() - 1 if first else bits
        span = min(aligned, (last - first + 1).bit_length() - 1)
        yield first, bits - span
        first += 1 << span


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """Addresses `first` to `last` of `family` (4 or 6); sorts by family, first, last.

    Raises:
        BlockUnreadable: The bounds are crossed or outside of the family.
    """

    family: int
    first: int
    last: int

    def __post_init__(self) -> None:
        if self.family not in BITS:
            raise BlockUnreadable(text=self.family, reason="a family is 4 or 6")
        if not 0 <= self.first <= self.last < 1 << BITS[self.family]:
            raise BlockUnreadable(text=f"{self.first}-{self.last}", reason="the bounds are crossed or too large")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address, a prefix without host bits, or `first-last`; `parse(str(block)) == block`."""
        left, dash, right = text.strip().partition("-")
        family, first, length = _parsed(left.strip(), text)
        if not dash:
            return cls(family, first, first + (1 << BITS[family] - length) - 1)
        other, last, _ = _parsed(right.strip(), text)
        if other != family:
            raise BlockUnreadable(text=text, reason="its ends are of two families")
        if "/" in text:
            raise BlockUnreadable(text=text, reason="a range runs from address to address")
        return cls(family, first, last)

    @classmethod
    def prefix(cls, family: int, first: int, length: int) -> Self:
        """Give the block of a prefix; host bits in `first` are dropped."""
        span = BITS[family] - length
        return cls(family, first >> span << span, (first >> span << span) + (1 << span) - 1)

    @property
    def size(self) -> int:
        """Number of addresses."""
        return self.last - self.first + 1

    @property
    def length(self) -> int | None:
        """The prefix length, where the block is one prefix."""
        prefixes = self.prefixes
        return prefixes[0][1] if len(prefixes) == 1 else None

    @property
    def prefixes(self) -> tuple[tuple[int, int], ...]:
        """The fewest prefixes that make up the block, as (first address, length)."""
        return tuple(cidrs(self.family, self.first, self.last))

    @property
    def cidr_texts(self) -> tuple[str, ...]:
        """The fewest prefixes that make up the block, written out."""
        return tuple(f"{address_text(self.family, first)}/{length}" for first, length in self.prefixes)

    @property
    def range_text(self) -> str:
        """First and last address, as registries write an inetnum."""
        return f"{address_text(self.family, self.first)} - {address_text(self.family, self.last)}"

    def contains(self, other: "Block") -> bool:
        """Tell whether every address of `other` is in this block."""
        return self.family == other.family and self.first <= other.first and other.last <= self.last

    def overlaps(self, other: "Block") -> bool:
        """Tell whether any address is in both."""
        return self.family == other.family and self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        texts = self.cidr_texts if self.size & (self.size - 1) == 0 else ()
        if len(texts) == 1:
            return texts[0]
        return f"{address_text(self.family, self.first)}-{address_text(self.family, self.last)}"


def _parsed(part: str, text: str) -> tuple[int, int, int]:
    family, value, length, reason = parse_prefix(part)
    if reason is not None:
        raise BlockUnreadable(text=text, reason=reason)
    return family, value, length
