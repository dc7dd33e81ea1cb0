"""The record an address belongs to, for columns of millions of addresses, as of a date.

A map is built once from ranges: nested ones are laid flat so that the narrowest counts (`segments.flatten`), then
IPv4 gets a bit for each /24 in which a segment starts (2 MiB, with running counts 4), IPv6 a directory of its first
sixteen bits. Both fit in a processor's cache, which is what makes random look-ups quick.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from registries.addresses.blocks import Block
from registries.addresses.columns import THREADS, Points, Refused, frozen, in_slices, read_column
from registries.addresses.kernels.finding import find_ipv4, find_ipv6
from registries.addresses.segments import Segments, flatten
from registries.addresses.text import IPV4, IPV6

Rows = npt.NDArray[np.int32]
_DIRECTORY_BITS: Final = 20
_FOUR: Any = find_ipv4
_SIX: Any = find_ipv6
NONE: Final = -1
"""Stands for an address that no range holds."""


@dataclass(frozen=True, slots=True)
class HeldBlock:
    """A block held from `start_on` to before `stop_on`; None is open."""

    block: Block
    start_on: datetime.date | None = None
    stop_on: datetime.date | None = None

    def holds_on(self, day: datetime.date) -> bool:
        """Tell whether the block is held on a day."""
        return (self.start_on is None or self.start_on <= day) and (self.stop_on is None or day < self.stop_on)


@dataclass(frozen=True, slots=True)
class Found:
    """Answers for a column: row number of the range for each address, -1 for none or refused; and the refused rows."""

    record: Rows
    refused: Refused


def narrowest(blocks: Sequence[Block], family: int, value: int) -> int:
    """Give the number of the narrowest block that holds an address, the earlier of equals, or -1: the rule, plainly."""
    holding = [
        (block.size, row)
        for row, block in enumerate(blocks)
        if block.family == family and block.first <= value <= block.last
    ]
    return min(holding, default=(0, NONE))[1]


class AddressMap:
    """Ranges of both families, ready to be asked; made once, read by any number of threads."""

    def __init__(self, ipv4: Segments, ipv6: Segments) -> None:
        self.ipv4, self.ipv6 = ipv4, ipv6
        self._four: tuple[Any, ...] = _four(ipv4)
        self._six = _six(ipv6)

    @classmethod
    def of(cls, held: Iterable[HeldBlock | Block], as_of: datetime.date | None = None) -> "AddressMap":
        """Make a map of those blocks that are held on `as_of`; the record number is the place in `held`.

        Without a day, periods are ignored and all blocks count.
        """
        family, numbers, first, last = [], [], [], []
        for row, item in enumerate(held):
            block = item.block if isinstance(item, HeldBlock) else item
            if as_of is None or isinstance(item, Block) or item.holds_on(as_of):
                family.append(block.family)
                numbers.append(row)
                first.append(block.first)
                last.append(block.last)
        kinds, rows = np.array(family, np.uint8), np.array(numbers, np.int32)
        return cls.of_columns(kinds, Points.of(first), Points.of(last), rows)

    @classmethod
    def of_columns(
        cls, family: npt.NDArray[np.uint8], first: Points, last: Points, records: Rows | None = None
    ) -> "AddressMap":
        """Make a map of ranges in columns; rows of a family other than 4 and 6 are left out.

        The record number of a range is its row, or what `records` says. About two million ranges a second.
        """
        records = np.arange(len(family), dtype=np.int32) if records is None else records
        made = []
        for kind in (IPV4, IPV6):
            chosen = np.flatnonzero(family == kind)
            flat = flatten(first.take(chosen), last.take(chosen))
            named = np.append(records[chosen], np.int32(NONE))[flat.owner]
            made.append(Segments(flat.starts, named.astype(np.int32)))
        return cls(*made)

    def find_ipv4(self, values: npt.NDArray[np.uint32], *, threads: int = THREADS) -> Rows:
        """Give the record number of each IPv4 address given as a number."""
        values = frozen(np.ascontiguousarray(values, np.uint32))
        out = np.empty(len(values), np.int32)
        in_slices(len(values), threads, lambda a, b: _FOUR(values[a:b], *self._four, out[a:b]))
        return out

    def find_ipv6(self, points: Points, *, threads: int = THREADS) -> Rows:
        """Give the record number of each IPv6 address."""
        high, low = frozen(np.ascontiguousarray(points.high)), frozen(np.ascontiguousarray(points.low))
        out = np.empty(len(high), np.int32)
        in_slices(len(high), threads, lambda a, b: _SIX(high[a:b], low[a:b], *self._six, out[a:b]))
        return out

    def find(self, column: Any, *, threads: int = THREADS) -> Found:
        """Give the record number of each address of a text column (Arrow), either family."""
        read = read_column(column, threads=threads)
        record = np.full(len(read.family), NONE, np.int32)
        four = np.flatnonzero(read.family == IPV4)
        if len(four) == len(record):
            return Found(self.find_ipv4(read.points.low.astype(np.uint32), threads=threads), read.refused)
        record[four] = self.find_ipv4(read.points.low[four].astype(np.uint32), threads=threads)
        six = np.flatnonzero(read.family == IPV6)
        record[six] = self.find_ipv6(read.points.take(six), threads=threads)
        return Found(record, read.refused)

    def find_one(self, address: str) -> int:
        """Give the record number of one address, -1 for none or text that is no address."""
        return int(self.find(pa.array([address], pa.large_string()), threads=1).record[0])


def _four(segments: Segments) -> tuple[Any, ...]:
    """Give the bits of the /24s in which a segment starts, with running counts, and what lies in each of them."""
    starts = segments.starts.low.astype(np.int64)
    starts = starts[starts < 1 << 32]  # ranges up to the last address leave a cut behind it
    slots, first = np.unique(starts >> 8, return_index=True)
    first = np.append(first, len(starts)).astype(np.int64)
    lone = (np.diff(first) == 1) & (starts[first[:-1]] & 255 == 0)
    entry = np.where(lone, segments.owner[first[:-1]], np.int32(-2))
    words = np.zeros(1 << 18, np.uint64)
    np.bitwise_or.at(words, slots >> 6, np.uint64(1) << (slots & 63).astype(np.uint64))
    directory = np.empty(2 * len(words), np.uint64)
    directory[0::2] = words
    counts = np.bitwise_count(words).astype(np.uint64)
    directory[1::2] = np.cumsum(counts) - counts
    columns = (directory, entry.astype(np.int32), first, starts, segments.owner)
    return tuple(frozen(np.ascontiguousarray(array)) for array in columns)


def _six(segments: Segments) -> tuple[Any, ...]:
    """Give the directory over the stretch from the second segment to the last one, and the segments themselves."""
    high = segments.starts.high
    base, top = (int(high[1]), int(high[-1])) if len(high) > 1 else (0, 0)
    shift = max((top - base).bit_length() - _DIRECTORY_BITS, 0)
    stretches = ((top - base) >> shift) + 1
    borders = np.uint64(base) + (np.arange(stretches, dtype=np.uint64) << np.uint64(shift))
    directory = np.append(np.searchsorted(high, borders), len(high)).astype(np.int32)
    columns = (directory, high, segments.starts.low, segments.owner)
    return np.uint64(base), np.uint64(shift), *(frozen(np.ascontiguousarray(array)) for array in columns)
