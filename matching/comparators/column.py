"""The distinct values of one field as arrays, with the parts that comparators look at, each made once on demand."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.kernels.inverted import word_marks

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

SPACE = 32
LETTERS_IN_A_BYTE = 256


@dataclass(frozen=True, slots=True)
class Sparse:
    """Weighted features of each value in compressed rows; every row that has a feature has norm 1."""

    starts: Offsets
    codes: Rows
    weights: npt.NDArray[np.float32]
    names: npt.NDArray[np.uint64]
    """What each code stands for, comparable between columns: the hash of a word, the letters of a trigram."""
    rarity: Floats
    """The weight of each code before scaling."""


@dataclass(frozen=True)
class Column:
    """Distinct texts, in UTF-8 bytes and offsets (absolute, one more than there are values).

    `counts` says how many rows hold each: rare features weigh more than common ones. An empty text is the missing
    value.
    """

    data: Bytes
    offsets: Offsets
    counts: Floats

    @staticmethod
    def of(texts: Sequence[str], counts: Sequence[float] | None = None) -> "Column":
        """Make a column of the given texts, each held by one row unless `counts` says otherwise."""
        encoded = [text.encode() for text in texts]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        offsets[1:] = np.cumsum([len(text) for text in encoded])
        data = np.frombuffer(b"".join(encoded), np.uint8).copy()
        return Column(data, offsets, np.ones(len(encoded)) if counts is None else np.asarray(counts, np.float64))

    @cached_property
    def texts(self) -> list[str]:
        raw = self.data.tobytes()
        bounds = self.offsets.tolist()
        return [raw[start:stop].decode() for start, stop in itertools.pairwise(bounds)]

    @cached_property
    def letters(self) -> tuple[Bytes, Offsets]:
        """Bytes and offsets with one byte a letter, so that distances count letters.

        Texts with more than 256 different letters (ideographs) keep their UTF-8 bytes: distances then count bytes.
        """
        if not len(self.data) or self.data.max() < 128:
            return self.data, self.offsets
        points = np.frombuffer(self.data.tobytes().decode().encode("utf-32-le"), np.uint32)
        distinct, dense = np.unique(points, return_inverse=True)
        if len(distinct) > LETTERS_IN_A_BYTE:
            return self.data, self.offsets
        starts_letter = np.concatenate([[0], np.cumsum((self.data & 0xC0) != 0x80)])
        return dense.astype(np.uint8), starts_letter[self.offsets]

    @cached_property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Letters of each value."""
        return np.diff(self.letters[1])

    @cached_property
    def words(self) -> Sparse:
        """The words of each value, as hashes."""
        marks = np.zeros(int((self.data == SPACE).sum()) + len(self.offsets), np.uint64)
        owners = np.zeros(len(marks), np.int32)
        found = word_marks(self.data, self.offsets, marks, owners)
        return self._sparse(owners[:found].astype(np.int64), marks[:found])

    @cached_property
    def grams(self) -> Sparse:
        """The trigrams of bytes of each value, a space standing before and behind it."""
        lengths = np.diff(self.offsets)
        owners = np.repeat(np.arange(len(lengths)), lengths)
        starts = np.concatenate([[0], np.cumsum(lengths + 2)])
        padded = np.full(int(starts[-1]), SPACE, np.uint64)
        windows = np.arange(self.offsets[0], self.offsets[-1]) + (starts[:-1] - self.offsets[:-1])[owners]
        padded[windows + 1] = self.data[self.offsets[0] : self.offsets[-1]]
        names = padded[windows] << np.uint64(16) | padded[windows + 1] << np.uint64(8) | padded[windows + 2]
        return self._sparse(owners, names)

    def rarities(self) -> tuple[dict[str, float], dict[bytes, float]]:
        """Give the weight of each word and of each trigram, for comparing single values as the column is compared."""
        words = {word for text in self.texts for word in text.split()}
        heavy = dict(zip(self.words.names.tolist(), self.words.rarity.tolist(), strict=True))
        grams = zip(self.grams.names.tolist(), self.grams.rarity.tolist(), strict=True)
        return {word: heavy[word_mark(word)] for word in words}, {name.to_bytes(3, "big"): w for name, w in grams}

    def _sparse(self, owners: npt.NDArray[np.int64], names: npt.NDArray[np.uint64]) -> Sparse:
        distinct = _distinct(names)
        keys = _distinct(owners << 32 | np.searchsorted(distinct, names))
        owner, codes = keys >> 32, (keys & 0xFFFFFFFF).astype(np.int32)
        held = np.bincount(codes, self.counts[owner], len(distinct)).astype(np.float64)
        spoken = self.counts[np.diff(self.offsets) > 0].sum()
        rare = rarity(held, spoken)
        weights = rare[codes]
        norm = np.sqrt(np.bincount(owner, weights**2, len(self.counts)))
        starts = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(self.counts)))])
        scaled = weights / np.maximum(norm[owner], 1e-12)
        return Sparse(starts.astype(np.int64), codes, scaled.astype(np.float32), distinct, rare)


def _distinct(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Sort and drop repeats; numpy's own way, by hashing, is several times slower on whole columns."""
    ordered = np.sort(values)
    kept = np.ones(len(ordered), bool)
    kept[1:] = ordered[1:] != ordered[:-1]
    return ordered[kept]


def rarity(held: Floats, total: float) -> Floats:
    """Give the weight of features that `held` of `total` rows have: nearly nothing when all rows have it."""
    result: Floats = np.log1p(max(total, 1.0) / np.maximum(held, 1.0)) - np.log(2.0) + 1e-3
    return result


def word_mark(word: str) -> int:
    """Give the 64-bit FNV-1a hash of a word's bytes, the same on every machine and in every version."""
    mark = 14695981039346656037
    for byte in word.encode():
        mark = (mark ^ byte) * 1099511628211 & 0xFFFFFFFFFFFFFFFF
    return mark
