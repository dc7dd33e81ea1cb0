"""AS numbers, 32 bits wide (RFC 6793), and ranges of them, in asplain and asdot (RFC 5396)."""

from dataclasses import dataclass
from typing import Final, Self

from registries.asns.errors import AutnumUnreadable

LARGEST: Final = 2**32 - 1
_TWO_BYTE: Final = 2**16
_DIGITS: Final = frozenset("0123456789")

RESERVED: Final = (
    (0, 0, "RFC 7607"),
    (23456, 23456, "RFC 6793, AS_TRANS"),
    (64496, 64511, "RFC 5398, documentation"),
    (64512, 65534, "RFC 6996, private use"),
    (65535, 65535, "RFC 7300, last number"),
    (65536, 65551, "RFC 5398, documentation"),
    (4200000000, 4294967294, "RFC 6996, private use"),
    (4294967295, 4294967295, "RFC 7300, last number"),
)
"""Numbers that no registry delegates, with the document that says so."""


def parse_autnum(text: str) -> int:
    """Read one AS number: `64496`, `AS64496` or asdot `1.10`.

    Raises:
        AutnumUnreadable: It is not written in one of these forms, or larger than 32 bits.
    """
    plain = text.strip()
    plain = plain[2:] if plain[:2].upper() == "AS" else plain
    high, dot, low = plain.partition(".")
    parts = [high, low] if dot else [high]
    for part in parts:
        if not part or len(part) > 10 or not _DIGITS.issuperset(part):
            raise AutnumUnreadable(text=text, reason="it has no decimal digits, or others beside them")
        if len(part) > 1 and part[0] == "0":
            raise AutnumUnreadable(text=text, reason="a number has no leading zero")
        if int(part) > (_TWO_BYTE - 1 if dot else LARGEST):
            raise AutnumUnreadable(text=text, reason="it is larger than an AS number can be")
    return int(high) * _TWO_BYTE + int(low) if dot else int(high)


def asplain(number: int) -> str:
    """Write an AS number as one decimal number."""
    return str(number)


def asdot(number: int) -> str:
    """Write an AS number as RFC 5396 asdot: below 65536 as it is, else in two halves."""
    return str(number) if number < _TWO_BYTE else f"{number // _TWO_BYTE}.{number % _TWO_BYTE}"


def reserved_for(number: int) -> str | None:
    """Name the document that keeps an AS number from being delegated, where one does."""
    return next((why for first, last, why in RESERVED if first <= number <= last), None)


@dataclass(frozen=True, slots=True, order=True)
class AutnumRange:
    """AS numbers `first` to `last`, both included; sorts by first, last.

    Raises:
        AutnumUnreadable: The bounds are crossed or outside of 32 bits.
    """

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last <= LARGEST:
            raise AutnumUnreadable(text=f"{self.first}-{self.last}", reason="the bounds are crossed or too large")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `first`, or `first-last`, each in any form of `parse_autnum`; `parse(str(one)) == one`."""
        first, dash, last = text.partition("-")
        return cls(parse_autnum(first), parse_autnum(last if dash else first))

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return self.last - self.first + 1

    @property
    def is_two_byte(self) -> bool:
        """Whether all numbers fit in 16 bits: these are given on proof of need alone."""
        return self.last < _TWO_BYTE

    def contains(self, other: "AutnumRange") -> bool:
        """Tell whether every number of `other` is in this range."""
        return self.first <= other.first and other.last <= self.last

    def overlaps(self, other: "AutnumRange") -> bool:
        """Tell whether any number is in both."""
        return self.first <= other.last and other.first <= self.last

    def asdot(self) -> str:
        """Write the range in asdot."""
        return asdot(self.first) if self.first == self.last else f"{asdot(self.first)}-{asdot(self.last)}"

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def next_free(pool: AutnumRange, taken: list[AutnumRange], *, two_byte: bool = False) -> int | None:
    """Give the lowest number of a pool that is neither taken nor reserved: numbers are given in sequence.

    A two-byte number is offered only if asked for, and a larger one only if not.
    """
    at = pool.first if two_byte else max(pool.first, _TWO_BYTE)
    last = min(pool.last, _TWO_BYTE - 1) if two_byte else pool.last
    held = sorted([*taken, *(AutnumRange(low, high) for low, high, _ in RESERVED)])
    for one in held:
        if one.first > at:
            break
        at = max(at, one.last + 1)
    return at if at <= last else None
