"""Blocks as sets: which of them overlap, and the fewest prefixes that cover them all."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from registries.addresses.blocks import BITS, cidrs
from registries.addresses.columns import Points
from registries.addresses.segments import pieces

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Pairs of rows that share an address: `count` of them, of which the first are in `left` and `right`."""

    count: int
    left: Rows
    right: Rows


def overlaps(first: Points, last: Points, *, limit: int = 1_000_000) -> Overlaps:
    """Find every pair of rows of one family that share an address, in order of their beginnings.

    Each pair is told once, the one that begins earlier (or is wider, or stands earlier) at the left. The count is of
    all pairs, also where more than `limit` of them are found and only so many given.
    """
    cut = pieces(first, last)
    order = np.lexsort((np.arange(len(first)), -cut.stop, cut.begin))
    begin, stop = cut.begin[order], cut.stop[order]
    # In this order, those that overlap a row and come after it follow it without a break.
    behind = np.searchsorted(begin, stop, side="left") - np.arange(len(order)) - 1
    count = int(behind.sum())
    reached = np.minimum(np.cumsum(behind), limit)
    given = np.diff(reached, prepend=0)
    left = np.repeat(np.arange(len(order)), given)
    right = left + 1 + np.arange(len(left)) - np.repeat(reached - given, given)
    return Overlaps(count, order[left], order[right])


def union(first: Points, last: Points) -> tuple[Points, Points]:
    """Give the disjoint ranges, none touching the next, that hold just the addresses of all rows, in order."""
    cut = pieces(first, last)
    order = np.argsort(cut.begin, kind="stable")
    begin = cut.begin[order]
    reached = np.maximum.accumulate(cut.stop[order]) if len(order) else order
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = begin[1:] > reached[:-1]
    heads = np.flatnonzero(fresh)
    tails = reached[np.append(heads[1:], len(order)) - 1] if len(heads) else reached
    return cut.starts.take(begin[heads]), _before(cut.starts, tails)


def _before(starts: Points, stop: Rows) -> Points:
    """Give the address before each piece; before the one past all, the last address there is."""
    high, low = np.append(starts.high, np.uint64(0))[stop], np.append(starts.low, np.uint64(0))[stop]
    return Points(high - (low == 0), low - np.uint64(1))


def aggregate(family: int, first: Points, last: Points) -> list[tuple[int, int]]:
    """Give the fewest prefixes, as (first address, length), that hold just the addresses of all rows of a family.

    Equal to `ipaddress.collapse_addresses` where the rows are prefixes.
    """
    begins, ends = union(first, last)
    whole = (1 << BITS[family]) - 1
    return [
        prefix
        for begin, end in zip(begins.values(), ends.values(), strict=True)
        for prefix in cidrs(family, begin, end & whole)
    ]
