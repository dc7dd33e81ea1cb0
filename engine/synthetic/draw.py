"""Randomness that can be asked again: every draw is a function of (seed, name of the draw, number of the thing).

No generator state is kept: person 73,000,001 can be drawn alone, by any worker, in any order, and comes out the same.
"""

import hashlib
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.kernels.synthetic import permute

Words = npt.NDArray[np.uint64]
Index = npt.NDArray[np.int64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def mix(words: Words) -> Words:
    """Scatter 64-bit words (the finaliser of SplitMix64, Steele, Lea and Flood 2014); a bijection."""
    words = words ^ (words >> np.uint64(30))
    words = words * _MIX_A
    words ^= words >> np.uint64(27)
    words *= _MIX_B
    words ^= words >> np.uint64(31)
    return words


def stream_key(seed: int, name: str) -> np.uint64:
    """Give the key of one named stream of draws."""
    digest = hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


def draw(seed: int, name: str, index: npt.NDArray[np.integer]) -> Words:
    """Draw one 64-bit word for each number of `index` from the stream `name`."""
    words = (index.view(np.uint64) if index.dtype == np.int64 else index.astype(np.uint64)) + np.uint64(1)
    words *= _STEP
    words ^= stream_key(seed, name)
    return mix(words)


def low(words: Words) -> Words:
    """Take the lower half of each word as a draw of 32 bits of its own."""
    return words & _LOW


def high(words: Words) -> Words:
    """Take the upper half of each word as a draw of 32 bits of its own."""
    return words >> _HALF


def below(halves: Words, bound: npt.NDArray[np.integer] | int) -> Index:
    """Turn 32-bit draws into numbers from 0 to `bound` - 1 (bound under 2**32; the bias is under bound / 2**32)."""
    wide = np.uint64(bound) if isinstance(bound, int) else bound.astype(np.int64, copy=False).view(np.uint64)
    return ((halves * wide) >> _HALF).view(np.int64)


def chance(halves: Words, probability: npt.NDArray[np.float64] | float) -> npt.NDArray[np.bool_]:
    """Say for each 32-bit draw whether an event of this probability happens."""
    if isinstance(probability, float):
        return halves < np.uint64(probability * 4294967296.0)
    return halves < odds(probability)


def odds(probabilities: npt.ArrayLike) -> Words:
    """Give the numbers under which a 32-bit draw must lie for events of these probabilities to happen."""
    return (np.asarray(probabilities, np.float64) * 4294967296.0).astype(np.int64).view(np.uint64)


@dataclass(frozen=True, slots=True)
class Sampler:
    """Walker's alias tables, one per group, for draws from weighted lists in constant time."""

    size: int
    keep: Words
    other: Index
    only: int | None  # the item that has all the weight, where there is one

    @classmethod
    def of(cls, weights: npt.ArrayLike) -> "Sampler":
        """Build from weights of shape (items,) or (groups, items); each group is normalised by itself."""
        table = np.atleast_2d(np.asarray(weights, np.float64))
        groups, size = table.shape
        keep = np.zeros((groups, size))
        other = np.tile(np.arange(size), (groups, 1))
        for group in range(groups):
            scaled = list(table[group] / table[group].sum() * size)
            small = [item for item in range(size) if scaled[item] < 1.0]
            large = [item for item in range(size) if scaled[item] >= 1.0]
            while small and large:
                giver, taker = large[-1], small.pop()
                keep[group, taker], other[group, taker] = scaled[taker], giver
                scaled[giver] -= 1.0 - scaled[taker]
                if scaled[giver] < 1.0:
                    small.append(large.pop())
            for item in small + large:
                keep[group, item] = 1.0
        heavy = np.flatnonzero(table.sum(axis=0))
        only = int(heavy[0]) if len(heavy) == 1 else None
        return cls(size, (keep.ravel() * 4294967296.0).astype(np.uint64), other.ravel().astype(np.int64), only)

    def pick(self, halves: Words, group: npt.NDArray[np.integer | np.bool_] | int = 0) -> Index:
        """Pick one item per 32-bit draw, from the list of its group."""
        spread = halves * np.uint64(self.size)
        item = (spread >> _HALF).view(np.int64)
        slot = item if isinstance(group, int) else item + group * np.int64(self.size)
        spread &= _LOW
        return np.where(spread < self.keep[slot], item, self.other[slot])


@dataclass(frozen=True, slots=True)
class Permutation:
    """A keyed bijection of 0 .. size - 1: four Feistel rounds on the next even power of two, walked until inside."""

    size: int
    half_bits: int
    keys: tuple[np.uint64, ...]

    @classmethod
    def of(cls, size: int, seed: int, name: str) -> "Permutation":
        """Build the permutation of `size` numbers that belongs to (seed, name)."""
        half_bits = max(1, ((max(size, 2) - 1).bit_length() + 1) // 2)
        return cls(size, half_bits, tuple(stream_key(seed, f"{name}/{turn}") for turn in range(4)))

    def forward(self, index: Index) -> Index:
        """Send each number to its place."""
        places: Index = permute(index, self.size, self.half_bits, np.array(self.keys), 0)
        return places

    def inverse(self, place: Index) -> Index:
        """Send each place back to its number."""
        numbers: Index = permute(place, self.size, self.half_bits, np.array(self.keys), 1)
        return numbers

    def plain(self, number: int, *, inverse: bool = False) -> int:
        """Do the same for one number, as plainly as it can be said."""
        mask = (1 << self.half_bits) - 1
        keys = [int(key) for key in (self.keys[::-1] if inverse else self.keys)]
        while True:
            left, right = number >> self.half_bits, number & mask
            if inverse:
                left, right = right, left
            for key in keys:
                left, right = right, left ^ ((((right ^ key) * int(_MIX_A)) & (2**64 - 1)) >> 29 & mask)
            if inverse:
                left, right = right, left
            number = left << self.half_bits | right
            if number < self.size:
                return number


def coprime(start: int, number: int) -> int:
    """Give the first number from `start` on that shares no factor with `number`."""
    while math.gcd(start, max(number, 1)) != 1:
        start += 1
    return start
