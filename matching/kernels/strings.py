"""Edit distances and Jaro-Winkler over pairs of byte texts: bit-parallel up to 64 letters, tables beyond.

A kernel here takes two text columns (bytes and offsets), which row of each makes a pair, and writes one number a
pair. One byte is one letter: `matching.comparators.text` maps columns with other letters to one byte a letter
first. Results equal rapidfuzz exactly. Arrays must be writeable, so that each kernel compiles once.

References: Hyyro, "A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit Distances", 2003.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from matching.kernels import inline, kernel, part

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int32]
Masks = npt.NDArray[np.uint64]

WORD_BITS = 64
PREFIX_LETTERS = 4
PREFIX_WEIGHT = 0.1
PREFIX_FLOOR = 0.7
"""Winkler's constants: a common prefix of up to four letters lifts a similarity above 0.7."""


@inline
def _bit_distance(
    a: Bytes, a_start: int, a_length: int, b: Bytes, b_start: int, b_length: int, masks: Masks, transpose: bool
) -> np.int64:
    one = np.uint64(1)
    for i in range(a_length):
        masks[a[a_start + i]] |= one << np.uint64(i)
    top = np.uint64(a_length - 1)
    positive = ~np.uint64(0)
    negative = np.uint64(0)
    diagonal = np.uint64(0)
    before = np.uint64(0)
    distance = np.int64(a_length)
    for j in range(b_length):
        here = masks[b[b_start + j]]
        swapped = ((~diagonal & here) << one) & before
        diagonal = (((here & positive) + positive) ^ positive) | here | negative
        if transpose:
            diagonal |= swapped
        rise = negative | ~(diagonal | positive)
        fall = diagonal & positive
        distance += np.int64((rise >> top) & one) - np.int64((fall >> top) & one)
        rise = (rise << one) | one
        fall = fall << one
        positive = fall | ~(diagonal | rise)
        negative = rise & diagonal
        before = here
    for i in range(a_length):
        masks[a[a_start + i]] = 0
    return distance


@part
def _table_distance(
    a: Bytes, a_start: int, a_length: int, b: Bytes, b_start: int, b_length: int, transpose: bool
) -> int:
    """Fill the three-row table: for texts above 64 letters, which are rare and already slow to read."""
    earlier = np.zeros(b_length + 1, np.int64)
    last = np.arange(b_length + 1)
    row = np.zeros(b_length + 1, np.int64)
    for i in range(1, a_length + 1):
        row[0] = i
        for j in range(1, b_length + 1):
            same = a[a_start + i - 1] == b[b_start + j - 1]
            best = min(last[j - 1] + (0 if same else 1), last[j] + 1, row[j - 1] + 1)
            if (
                transpose
                and i > 1
                and j > 1
                and a[a_start + i - 1] == b[b_start + j - 2]
                and a[a_start + i - 2] == b[b_start + j - 1]
            ):
                best = min(best, earlier[j - 2] + 1)
            row[j] = best
        earlier, last, row = last, row, earlier
    return last[b_length]  # type: ignore[no-any-return]


@kernel
def edit_distance(
    a: Bytes,
    a_offsets: Offsets,
    a_rows: Rows,
    b: Bytes,
    b_offsets: Offsets,
    b_rows: Rows,
    transpose: bool,
    out: npt.NDArray[np.int32],
) -> None:
    """Write the distance of each pair: optimal string alignment where `transpose`, else Levenshtein.

    Twin: `matching.comparators.text.osa_distance` and `levenshtein_distance`.
    """
    masks = np.zeros(256, np.uint64)
    for pair in range(len(out)):
        a_start, a_stop = a_offsets[a_rows[pair]], a_offsets[a_rows[pair] + 1]
        b_start, b_stop = b_offsets[b_rows[pair]], b_offsets[b_rows[pair] + 1]
        while a_start < a_stop and b_start < b_stop and a[a_start] == b[b_start]:
            a_start += 1
            b_start += 1
        while a_start < a_stop and b_start < b_stop and a[a_stop - 1] == b[b_stop - 1]:
            a_stop -= 1
            b_stop -= 1
        a_length, b_length = a_stop - a_start, b_stop - b_start
        if a_length == 0 or b_length == 0:
            out[pair] = a_length + b_length
        elif min(a_length, b_length) > WORD_BITS:
            out[pair] = _table_distance(a, a_start, a_length, b, b_start, b_length, transpose)
        else:
            # One call in the source is one copy in the machine code: the shorter text is put first.
            first, second = (a, b) if a_length <= b_length else (b, a)
            if a_length > b_length:
                a_start, b_start, a_length, b_length = b_start, a_start, b_length, a_length
            out[pair] = _bit_distance(first, a_start, a_length, second, b_start, b_length, masks, transpose)


@inline
def _lowest_bit(word: np.uint64) -> np.uint64:
    return word & (~word + np.uint64(1))


@inline
def _bit_jaro(
    a: Bytes, a_start: int, a_length: int, b: Bytes, b_start: int, b_length: int, masks: Masks, found: Bytes
) -> tuple[Any, Any]:
    """Count common letters and those out of order; `a` is at most 64 letters, `found` holds letters of `b`."""
    one = np.uint64(1)
    for i in range(a_length):
        masks[a[a_start + i]] |= one << np.uint64(i)
    bound = max(a_length, b_length) // 2 - 1
    window = (one << np.uint64(bound + 1)) - one if bound + 1 < WORD_BITS else ~np.uint64(0)
    taken = np.uint64(0)
    common = np.int64(0)
    for j in range(min(b_length, a_length + bound)):
        letter = b[b_start + j]
        free = masks[letter] & window & ~taken
        taken |= _lowest_bit(free)
        found[common] = letter
        common += np.int64(free != 0)
        window = (window << one) | np.uint64(j < bound)
    misplaced = np.int64(0)
    for k in range(common):
        lowest = _lowest_bit(taken)
        misplaced += np.int64((masks[found[k]] & lowest) == 0)
        taken ^= lowest
    for i in range(a_length):
        masks[a[a_start + i]] = 0
    return common, misplaced


@part
def _table_jaro(a: Bytes, a_start: int, a_length: int, b: Bytes, b_start: int, b_length: int) -> tuple[Any, Any]:
    """Count as `_bit_jaro` does, for texts above 64 letters."""
    taken = np.zeros(a_length, np.uint8)
    found = np.zeros(min(a_length, b_length), np.uint8)
    bound = max(a_length, b_length) // 2 - 1
    common = 0
    for j in range(b_length):
        for i in range(max(j - bound, 0), min(j + bound + 1, a_length)):
            if taken[i] == 0 and a[a_start + i] == b[b_start + j]:
                taken[i] = 1
                found[common] = b[b_start + j]
                common += 1
                break
    misplaced = 0
    k = 0
    for i in range(a_length):
        if taken[i] != 0:
            if a[a_start + i] != found[k]:
                misplaced += 1
            k += 1
    return common, misplaced


@kernel
def jaro_winkler(
    a: Bytes,
    a_offsets: Offsets,
    a_rows: Rows,
    b: Bytes,
    b_offsets: Offsets,
    b_rows: Rows,
    out: npt.NDArray[np.float64],
) -> None:
    """Write the Jaro-Winkler similarity of each pair; two empty texts are equal.

    Twin: `matching.comparators.text.jaro_winkler_similarity`.
    """
    masks = np.zeros(256, np.uint64)
    found = np.zeros(WORD_BITS + 1, np.uint8)
    for pair in range(len(out)):
        a_start, b_start = a_offsets[a_rows[pair]], b_offsets[b_rows[pair]]
        a_length, b_length = a_offsets[a_rows[pair] + 1] - a_start, b_offsets[b_rows[pair] + 1] - b_start
        shorter = min(a_length, b_length)
        prefix = 0
        while prefix < shorter and a[a_start + prefix] == b[b_start + prefix]:
            prefix += 1
        if prefix == a_length and prefix == b_length:
            out[pair] = 1.0
            continue
        if shorter == 0:
            out[pair] = 0.0
            continue
        if shorter > WORD_BITS:
            common, misplaced = _table_jaro(a, a_start, a_length, b, b_start, b_length)
        else:
            first, second = (a, b) if a_length <= b_length else (b, a)
            if a_length > b_length:
                a_start, b_start, a_length, b_length = b_start, a_start, b_length, a_length
            common, misplaced = _bit_jaro(first, a_start, a_length, second, b_start, b_length, masks, found)
        if common == 0:
            out[pair] = 0.0
            continue
        similarity = (common / a_length + common / b_length + (common - misplaced // 2) / common) / 3.0
        if similarity > PREFIX_FLOOR:
            similarity += min(prefix, PREFIX_LETTERS) * PREFIX_WEIGHT * (1.0 - similarity)
        out[pair] = similarity
