"""Columns of addresses and blocks: text to numbers, both families beside each other, refused rows with the reason."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from registries.addresses.kernels.reading import read_ipv4, read_ipv6
from registries.addresses.text import IPV4, IPV6, parse_prefix

Words = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]
Column = "pa.Array[Any] | pa.ChunkedArray[Any]"

THREADS: Final = 2
_SLICE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Refused:
    """Rows of a column that are no address: their numbers, counted from 0, in order, and why each one is refused."""

    rows: Rows
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """Addresses as two 64-bit words each; an IPv4 address lies in `low` alone."""

    high: Words
    low: Words

    def __len__(self) -> int:
        return len(self.low)

    def take(self, rows: Any) -> "Points":
        """Give the chosen addresses."""
        return Points(self.high[rows], self.low[rows])

    def values(self) -> list[int]:
        """Give the addresses as Python numbers."""
        return [high << 64 | low for high, low in zip(self.high.tolist(), self.low.tolist(), strict=True)]

    @classmethod
    def of(cls, values: list[int]) -> "Points":
        """Put Python numbers into words."""
        high = np.fromiter((value >> 64 for value in values), np.uint64, len(values))
        return cls(high, np.fromiter((value & (2**64 - 1) for value in values), np.uint64, len(values)))


@dataclass(frozen=True, slots=True)
class AddressColumn:
    """A column read: `family` is 4, 6, or 0 for a refused row; `length` is the prefix length, full for an address."""

    family: npt.NDArray[np.uint8]
    points: Points
    length: npt.NDArray[np.int16]
    refused: Refused

    def last(self) -> Points:
        """Give the last address of each prefix."""
        host = np.where(self.family == IPV4, 32, 128) - self.length
        return Points(self.points.high | _ones(host - 64), self.points.low | _ones(host))


def read_column(column: Any, *, prefixes: bool = False, threads: int = THREADS) -> AddressColumn:
    """Read text addresses, or prefixes too, of either family; a null is refused as empty.

    Acceptance is that of `registries.addresses.text`. About 40 million IPv4 and 15 million IPv6 rows a second a core.
    """
    data, offsets = text_buffers(column)
    count = len(offsets) - 1
    value, length = np.zeros(count, np.uint32), np.zeros(count, np.int16)
    in_slices(count, threads, lambda a, b: read_ipv4(data, offsets[a : b + 1], int(prefixes), value[a:b], length[a:b]))
    points = Points(np.zeros(count, np.uint64), value.astype(np.uint64))
    family = np.full(count, IPV4, np.uint8)
    others = np.flatnonzero(length < 0)
    if len(others):
        high, low, wide = _read_ipv6(column if len(others) == count else take(column, others), prefixes, threads)
        points.high[others], points.low[others], length[others] = high, low, wide
        family[others] = np.where(wide < 0, 0, IPV6)
    refused = np.flatnonzero(length < 0)
    texts = take(column, refused).to_pylist() if len(refused) else []
    return AddressColumn(family, points, length, Refused(refused, tuple(_reason(text, prefixes) for text in texts)))


def _read_ipv6(column: Any, prefixes: bool, threads: int) -> tuple[Words, Words, npt.NDArray[np.int16]]:
    data, offsets = text_buffers(column)
    count = len(offsets) - 1
    high, low, length = np.zeros(count, np.uint64), np.zeros(count, np.uint64), np.zeros(count, np.int16)
    in_slices(
        count,
        threads,
        lambda a, b: read_ipv6(data, offsets[a : b + 1], int(prefixes), high[a:b], low[a:b], length[a:b]),
    )
    return high, low, length


def _reason(text: str | None, prefixes: bool) -> str:
    text = text or ""
    if not prefixes and "/" in text:
        return "an address has no length behind it"
    return parse_prefix(text)[3] or "it cannot be read"


def _ones(bits: npt.NDArray[Any]) -> Words:
    """Give words whose lowest `bits` bits are set: none below 1, all from 64 on."""
    count = np.clip(bits, 0, 64).astype(np.uint64)
    shift = np.minimum(np.uint64(64) - count, np.uint64(63))
    return np.where(count == 0, np.uint64(0), np.uint64(2**64 - 1) >> shift)


def text_buffers(column: Any) -> tuple[npt.NDArray[np.uint8], Rows]:
    """Give bytes and offsets of a text column as read-only arrays; zero-copy for one large_string chunk.

    Nulls read as empty. Read-only throughout, so that kernels are compiled for one set of types.
    """
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        if isinstance(column, pa.ChunkedArray):
            column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.large_string())
    if not pa.types.is_large_string(column.type):
        column = column.cast(pa.large_string())
    if column.null_count:
        column = pc.fill_null(column, "")
    _, places, letters = column.buffers()
    if len(column) == 0 or places is None:
        return frozen(np.zeros(0, np.uint8)), frozen(np.zeros(len(column) + 1, np.int64))
    offsets = np.frombuffer(places, np.int64, len(column) + 1, column.offset * 8)
    text = np.frombuffer(letters, np.uint8) if letters is not None and letters.size else np.zeros(0, np.uint8)
    return frozen(text), frozen(offsets)


def frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give a read-only view."""
    view = array.view()
    view.flags.writeable = False
    return view


def take(column: Any, rows: Rows) -> Any:
    """Give the chosen rows of an Arrow column."""
    return pc.take(column, pa.array(rows))


def in_slices(count: int, threads: int, work: Callable[[int, int], None]) -> None:
    """Run `work(begin, stop)` over slices of `count` rows on `threads` threads; errors come out."""
    if threads < 2 or count <= _SLICE:
        if count:
            work(0, count)
        return
    bounds = range(0, count, _SLICE)
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, begin, min(begin + _SLICE, count)) for begin in bounds]:
            done.result()
