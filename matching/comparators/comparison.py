"""What a comparator takes and gives: one shape for values, one for columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from matching.comparators.column import Column, Rows

Levels = npt.NDArray[np.uint8]
Similarities = npt.NDArray[np.float32]

MISSING = 0
"""The level of every comparator at which one of the values is missing: no evidence either way."""

DIFFERS = 1
"""The level of every comparator at which nothing agrees; above it, a higher level is more agreement."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a level means, for the reader of an explanation."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far two values agree: a level of the comparator, a similarity from 0 to 1, and the level in words."""

    level: int
    similarity: float
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Options:
    """What a comparator may be told; each takes what concerns it.

    `rarity` gives words and `gram_rarity` trigrams their weight (1 where unknown); `span` is the spread that numbers
    of this field have, in their own unit, or None to judge nearness by ratio alone.
    """

    rarity: Mapping[str, float] = field(default_factory=dict)
    gram_rarity: Mapping[bytes, float] = field(default_factory=dict)
    span: float | None = None


PLAIN = Options()

ABSENT = Wording("thiếu ở một bên", "missing on one side")
UNLIKE = Wording("khác nhau", "differs")
SAME = Wording("trùng khớp", "equal")


class Comparator(Protocol):
    """A module of this package: a name, the meaning of its levels, and the two forms of its one rule."""

    NAME: str
    WORDINGS: tuple[Wording, ...]

    def compare(self, a: str, b: str, options: Options = PLAIN) -> Comparison:
        """Compare two values in this comparator's canonical text form; empty is missing."""
        ...

    def compare_rows(
        self, column: Column, a_rows: Rows, b_rows: Rows, options: Options = PLAIN
    ) -> tuple[Levels, Similarities]:
        """Compare pairs of rows of one column of distinct values; equal to `compare` pair by pair."""
        ...


def judged(wordings: tuple[Wording, ...], level: int, similarity: float) -> Comparison:
    """Make the comparison of a level, with its words."""
    return Comparison(level, similarity, wordings[level].vi, wordings[level].en)


def settled(column: Column, a_rows: Rows, b_rows: Rows, top: int) -> tuple[Levels, Similarities, npt.NDArray[np.int64]]:
    """Settle pairs that miss a value or are the same value, and give the positions that remain to be compared."""
    levels = np.full(len(a_rows), DIFFERS, np.uint8)
    similarities = np.zeros(len(a_rows), np.float32)
    lengths = np.diff(column.offsets)
    absent = (lengths[a_rows] == 0) | (lengths[b_rows] == 0)
    same = (a_rows == b_rows) & ~absent
    levels[absent] = MISSING
    levels[same] = top
    similarities[same] = 1.0
    return levels, similarities, np.flatnonzero(~absent & ~same)
