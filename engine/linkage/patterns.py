"""All pairs of two tables as counted patterns: the candidates compared, a random sample standing for the rest."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.linkage.candidates import Candidates
from engine.linkage.fields import Field
from engine.linkage.values import Floats, Rows, Values
from matching.comparators import comparator
from matching.comparators.comparison import MISSING, Options
from matching.comparators.numeric import quantities
from matching.scoring import PairGraph, frequency_bits
from matching.training import Patterns

RANDOM_PAIRS = 40_000
SEED = 20_161_122


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate pairs: which pattern each shows, the bits its agreed values add by rarity, and the graph they make."""

    left: Rows
    right: Rows
    pattern_of: npt.NDArray[np.int64]
    rarity_bits: Floats
    graph: PairGraph

    def some(self, kept: npt.NDArray[np.bool_]) -> "Pairs":
        """Give the pairs marked."""
        left, right = self.left[kept], self.right[kept]
        return Pairs(left, right, self.pattern_of[kept], self.rarity_bits[kept], PairGraph.of(left, right))


@dataclass(frozen=True, slots=True)
class Population:
    """The distinct patterns, how often each occurs among all pairs of the tables, and the candidates."""

    patterns: Patterns
    counts: Floats
    pairs: Pairs
    sizes: tuple[int, ...]
    missing: tuple[int | None, ...]
    rows: tuple[int, int]
    all_pairs: float
    same_table: bool

    def tally(self, pairs: Pairs, weights: Floats) -> Floats:
        """Sum a weight of pairs by pattern."""
        return np.bincount(pairs.pattern_of, weights, len(self.patterns)).astype(np.float64)


def field_options(field: Field, values: Values) -> Options:
    """Give what a field's comparator must be told of the whole column."""
    if field.comparator == "numeric":
        numbers = quantities(values.column)
        numbers = numbers[~np.isnan(numbers)]
        if len(numbers) > 1:
            low, high = np.quantile(numbers, [0.1, 0.9])
            return Options(span=float(high - low) or None)
    return Options()


def compare_pairs(fields: Sequence[Field], values: Sequence[Values], left: Rows, right: Rows) -> Patterns:
    """Give the level of every field for every pair; fields are compared side by side on the cores there are."""
    levels = np.zeros((len(left), len(fields)), np.uint8)

    def compare(place: int) -> None:
        field, value = fields[place], values[place]
        rule = comparator(field.comparator)
        a, b = value.left[left], value.right[right]
        levels[:, place], _ = rule.compare_rows(value.column, a, b, field_options(field, value))

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(compare, range(len(fields))))
    return levels


def population(
    fields: Sequence[Field], values: Sequence[Values], candidates: Candidates, *, same_table: bool
) -> Population:
    """Compare the candidates and a random sample of the other pairs, and count the patterns of all."""
    rows = (len(values[0].left), len(values[0].right))
    all_pairs = rows[0] * (rows[0] - 1) / 2 if same_table else float(rows[0] * rows[1])
    left, right = _random_pairs(rows, candidates, same_table=same_table)
    compared = len(candidates.left)
    levels = compare_pairs(
        fields, values, np.concatenate([candidates.left, left]), np.concatenate([candidates.right, right])
    )
    sizes = tuple(len(comparator(field.comparator).WORDINGS) for field in fields)
    patterns, pattern_of = _distinct_patterns(levels, sizes)
    counts = np.bincount(pattern_of[:compared], minlength=len(patterns)).astype(np.float64)
    each = max(all_pairs - compared, 0.0) / max(len(left), 1)
    counts += each * np.bincount(pattern_of[compared:], minlength=len(patterns))
    pairs = Pairs(
        candidates.left,
        candidates.right,
        pattern_of[:compared],
        _rarity_bits(fields, values, candidates, levels[:compared]),
        PairGraph.of(candidates.left, candidates.right),
    )
    return Population(patterns, counts, pairs, sizes, (MISSING,) * len(fields), rows, all_pairs, same_table)


def _rarity_bits(fields: Sequence[Field], values: Sequence[Values], candidates: Candidates, levels: Patterns) -> Floats:
    bits = np.zeros(len(levels))
    for place, (field, value) in enumerate(zip(fields, values, strict=True)):
        equal = np.flatnonzero(levels[:, place] == len(comparator(field.comparator).WORDINGS) - 1)
        held = value.column.counts / max(value.column.counts[1:].sum(), 1.0)
        left, right = value.shares()
        bits[equal] += frequency_bits(held[value.left[candidates.left[equal]]], float(left @ right))
    return bits


def _random_pairs(rows: tuple[int, int], candidates: Candidates, *, same_table: bool) -> tuple[Rows, Rows]:
    """Draw pairs that are no candidates, from a fixed seed: the same tables give the same model."""
    drawn = np.random.default_rng(SEED)
    left = drawn.integers(0, max(rows[0], 1), RANDOM_PAIRS).astype(np.int32)
    right = drawn.integers(0, max(rows[1], 1), RANDOM_PAIRS).astype(np.int32)
    if same_table:
        left, right = np.minimum(left, right), np.maximum(left, right)
    known = candidates.left.astype(np.int64) << 32 | candidates.right
    keys = left.astype(np.int64) << 32 | right
    place = np.minimum(np.searchsorted(known, keys), max(len(known) - 1, 0))
    fresh = known[place] != keys if len(known) else np.ones(len(keys), bool)
    if same_table:
        fresh &= left != right
    return left[fresh], right[fresh]


def _distinct_patterns(levels: Patterns, sizes: Sequence[int]) -> tuple[Patterns, npt.NDArray[np.int64]]:
    """Give the distinct patterns and which of them each row is."""
    codes = np.zeros(len(levels), np.int64)
    bound = 1
    for place, size in enumerate(sizes):
        if bound > 2**62 // size:
            distinct, codes = np.unique(codes, return_inverse=True)
            codes, bound = codes.ravel(), len(distinct)
        codes = codes * size + levels[:, place]
        bound *= size
    _, first, pattern_of = np.unique(codes, return_index=True, return_inverse=True)
    return levels[first], pattern_of.ravel()
