"""Kernels that lay ranges over each other and find the one an address lies in.

Twins: `registries.addresses.lookup.narrowest` on values, and the bisection in its tests. Records are row numbers;
-1 stands for none.
"""

import numpy as np
import numpy.typing as npt

from matching.kernels import bare_kernel

Rows = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]


@bare_kernel
def paint(order: Places, begin: Places, stop: Places, following: Places, owner: Rows) -> None:
    """Give each piece the first row, in `order`, that covers it; `following` is 0..n and is used up.

    Painted pieces are skipped by path halving, so the cost is nearly that of the rows and the pieces together.
    """
    for place in range(len(order)):
        row = order[place]
        at = begin[row]
        while True:
            while following[at] != at:
                following[at] = following[following[at]]
                at = following[at]
            if at >= stop[row]:
                break
            owner[at] = row
            following[at] = at + 1


@bare_kernel
def find_ipv4(
    values: npt.NDArray[np.uint32], directory: Words, entry: Rows, first: Places, starts: Places, owner: Rows, out: Rows
) -> None:
    """Find the record of each address.

    `directory` holds two words for each /18: a bit for each /24 in which a segment starts, and how many such /24s
    lie before. `entry` of such a /24 is its record, or less than -1 where more than one segment lies in it: then the
    segments from `first` on are searched.
    """
    full = np.uint64(0xFFFFFFFFFFFFFFFF)
    for row in range(len(values)):
        value = np.int64(values[row])
        word = (value >> 14) << 1
        bits = directory[word] & (full >> np.uint64(63 - ((value >> 8) & 63)))
        bits -= (bits >> np.uint64(1)) & np.uint64(0x5555555555555555)
        bits = (bits & np.uint64(0x3333333333333333)) + ((bits >> np.uint64(2)) & np.uint64(0x3333333333333333))
        bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
        rank = np.int64(directory[word + 1]) + np.int64((bits * np.uint64(0x0101010101010101)) >> np.uint64(56)) - 1
        found = entry[rank]
        if found < -1:
            low, high = first[rank] - 1, first[rank + 1]
            while high - low > 1:
                middle = (low + high) >> 1
                if starts[middle] <= value:
                    low = middle
                else:
                    high = middle
            found = owner[low]
        out[row] = found


@bare_kernel
def find_ipv6(
    high: Words,
    low: Words,
    base: np.uint64,
    shift: np.uint64,
    directory: Rows,
    starts_high: Words,
    starts_low: Words,
    owner: Rows,
    out: Rows,
) -> None:
    """Find the record of each address.

    `directory` gives where the segments of each stretch of 2**shift /64s begin, counted from the /64 `base`; bisection
    does the rest, on the first 64 bits without branches that depend on the data, on the others where those are equal.
    """
    stretches = len(directory) - 2
    for row in range(len(high)):
        upper, lower = high[row], low[row]
        left = place = np.int64(0)
        if upper >= base:
            # Compared before it is signed: the distance may be larger than a signed number.
            stretch = (upper - base) >> shift
            place = np.int64(stretch) if stretch < np.uint64(stretches) else np.int64(stretches)
            left = max(np.int64(directory[place]) - 1, np.int64(0))
        count = np.int64(directory[place + 1]) - left
        while count > 1:
            half = count >> 1
            left += half if starts_high[left + half] <= upper else 0
            count -= half
        if starts_high[left] == upper and starts_low[left] > lower:
            right = left
            left = np.int64(-1)
            while right - left > 1:
                middle = (left + right) >> 1
                if starts_high[middle] < upper or starts_low[middle] <= lower:
                    left = middle
                else:
                    right = middle
        out[row] = owner[left]
