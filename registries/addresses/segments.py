"""Ranges on one axis as small whole numbers: the one step that lets everything else ignore 128 bits.

All ends of all ranges are sorted once; between two neighbouring ends lies a piece, and a range is a run of pieces.
Overlap, union and longest match are then questions about runs of small numbers.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from registries.addresses.columns import Points
from registries.addresses.kernels.finding import paint

Places = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Range r is the pieces `begin[r]` to before `stop[r]`; piece p begins at address `starts[p]`.

    An end past the last address there is has no address and is piece `len(starts)`.
    """

    starts: Points
    begin: Places
    stop: Places

    @property
    def count(self) -> int:
        return len(self.starts)


def pieces(first: Points, last: Points) -> Pieces:
    """Cut the axis at every end of the ranges `first` to `last`, both included."""
    rows = len(first)
    after = Points(last.high + (last.low == np.uint64(2**64 - 1)), last.low + np.uint64(1))
    past_all = (after.high == 0) & (after.low == 0)
    high, low = np.concatenate([first.high, after.high]), np.concatenate([first.low, after.low])
    order = np.argsort(low, kind="stable") if not high.any() else np.lexsort((low, high))
    high, low = high[order], low[order]
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = (high[1:] != high[:-1]) | (low[1:] != low[:-1])
    number = np.empty(len(order), np.int64)
    number[order] = np.cumsum(fresh) - 1
    starts = Points(high[fresh], low[fresh])
    stop = number[rows:]
    stop[past_all] = len(starts)
    return Pieces(starts, number[:rows], stop)


@dataclass(frozen=True, slots=True)
class Segments:
    """Disjoint runs of addresses that cover the whole axis: segment s begins at `starts[s]` and belongs to `owner[s]`.

    The first segment begins at 0. An owner is a row number of the ranges given, -1 where none covers the segment.
    """

    starts: Points
    owner: Rows

    def __len__(self) -> int:
        return len(self.owner)


def flatten(first: Points, last: Points) -> Segments:
    """Lay ranges over each other so that each address belongs to the narrowest that holds it.

    Nested or crossing; among equally wide ones the earlier row counts. Prefixes so laid give the longest match.
    """
    cut = pieces(first, last)
    width_low = last.low - first.low
    width_high = last.high - first.high - (last.low < first.low)
    order = np.lexsort((np.arange(len(first)), width_low, width_high))
    owner = np.full(cut.count, -1, np.int32)
    paint(order, cut.begin, cut.stop, np.arange(cut.count + 1), owner)
    starts = cut.starts
    if not len(starts) or starts.high[0] or starts.low[0]:
        zero = np.zeros(1, np.uint64)
        starts = Points(np.concatenate([zero, starts.high]), np.concatenate([zero, starts.low]))
        owner = np.concatenate([np.full(1, -1, np.int32), owner])
    changes = np.flatnonzero(np.diff(owner, prepend=np.int32(-2)))
    return Segments(starts.take(changes), owner[changes])
