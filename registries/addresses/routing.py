"""Announcements in the routing system against what is authorised and what is delegated.

An AS number that announces a block is told as that and nothing more: who holds a block stands in the register alone.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from registries.addresses.blocks import BITS, Block
from registries.addresses.text import IPV4, IPV6

LONGEST_ROUTED: Final = {IPV4: 24, IPV6: 48}
"""Longest prefixes that networks commonly accept from each other."""


@dataclass(frozen=True, slots=True, order=True)
class Announcement:
    """A prefix and the AS number that originates it."""

    block: Block
    origin: int


@dataclass(frozen=True, slots=True, order=True)
class Authorisation:
    """A validated ROA payload (RFC 6811): `origin` may announce `block` and longer prefixes up to `max_length`."""

    block: Block
    max_length: int
    origin: int


class Validity(StrEnum):
    """State of an announcement by RFC 6811 section 2."""

    VALID = "valid"
    INVALID = "invalid"
    NOT_FOUND = "not-found"


@dataclass(frozen=True, slots=True)
class Verdict:
    """State of an announcement, the authorisations that cover it, and of an invalid one whether its length is why."""

    validity: Validity
    covering: tuple[Authorisation, ...]
    too_long: bool = False


class Authorisations:
    """Validated ROA payloads, ready to be asked; a look-up costs one step for each prefix length in use."""

    def __init__(self, given: Iterable[Authorisation]) -> None:
        self._by_length: dict[tuple[int, int], dict[int, list[Authorisation]]] = defaultdict(lambda: defaultdict(list))
        for one in given:
            length = _length(one.block)
            self._by_length[one.block.family, length][one.block.first].append(one)

    def covering(self, block: Block) -> tuple[Authorisation, ...]:
        """Give the authorisations whose prefix holds a block, the shortest first."""
        found: list[Authorisation] = []
        longest = _length(block)
        for (family, length), held in sorted(self._by_length.items()):
            if family == block.family and length <= longest:
                span = BITS[family] - length
                found += held.get(block.first >> span << span, ())
        return tuple(found)

    def validity(self, announcement: Announcement) -> Verdict:
        """Give the state of an announcement (RFC 6811 section 2); AS 0 authorises nobody (RFC 6483 section 4)."""
        length = _length(announcement.block)
        covering = self.covering(announcement.block)
        same = [one for one in covering if one.origin == announcement.origin and one.origin != 0]
        if any(length <= one.max_length for one in same):
            return Verdict(Validity.VALID, covering)
        if covering:
            return Verdict(Validity.INVALID, covering, too_long=bool(same))
        return Verdict(Validity.NOT_FOUND, ())


@dataclass(frozen=True, slots=True)
class Announced:
    """Who announces addresses of a delegated block: origin and how many addresses, the most first."""

    block: Block
    origins: tuple[tuple[int, int], ...]

    @property
    def addresses(self) -> int:
        """Addresses of the block that somebody announces; those of two origins count for both."""
        return sum(count for _, count in self.origins)


def announced_by(delegated: Sequence[Block], announcements: Sequence[Announcement]) -> list[Announced]:
    """Tell of each delegated block which AS numbers announce how many of its addresses.

    Announcements of one origin may nest: each address counts once for an origin.
    """
    longest: dict[int, int] = defaultdict(int)
    ordered = sorted(announcements)
    keys = [(one.block.family, one.block.first) for one in ordered]
    for one in ordered:
        longest[one.block.family] = max(longest[one.block.family], one.block.size)
    told = []
    for block in delegated:
        reach = bisect_left(keys, (block.family, block.first - longest[block.family]))
        spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for one in ordered[reach : bisect_right(keys, (block.family, block.last))]:
            if one.block.overlaps(block):
                spans[one.origin].append((max(one.block.first, block.first), min(one.block.last, block.last)))
        counts = ((origin, _covered(parts)) for origin, parts in spans.items())
        told.append(Announced(block, tuple(sorted(counts, key=lambda item: (-item[1], item[0])))))
    return told


def _covered(parts: list[tuple[int, int]]) -> int:
    count, reached = 0, -1
    for first, last in sorted(parts):
        if last > reached:
            count += last - max(first, reached + 1) + 1
            reached = last
    return count


def _length(block: Block) -> int:
    return BITS[block.family] - (block.size.bit_length() - 1)
