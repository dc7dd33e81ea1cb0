"""Learn what agreement means from the tables themselves, and give each candidate pair its posterior.

The patterns of all pairs of the two tables are known well enough without comparing them all: the candidates are
compared, a random sample stands for the rest. Expectation runs over candidate pairs with the posterior that knows
how many partners a record may have; maximisation runs over the distinct patterns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.linkage.candidates import Candidates
from engine.linkage.fields import Field
from engine.linkage.values import Floats, Rows, Values
from matching.comparators import comparator
from matching.comparators.comparison import MISSING, Options
from matching.comparators.numeric import quantities
from matching.scoring import frequency_bits, pair_posterior, prior_bits
from matching.training import Model, Patterns, level_shares, refit, starting_model

RANDOM_PAIRS = 50_000
SEED = 20_161_122
MAX_PASSES = 40
SETTLED = 1e-3
"""Training ends when the expected number of matches moves by less than this share."""

STARTING_SHARE = 0.5
"""Half the records of the smaller table are taken to have a partner before anything is known."""

PARTNERS_SHARE = 0.08
"""A table holds duplicates if so large a share of linked records has two partners that are each other's duplicate."""

PARTNERS_BITS = 6.0
"""A partner counts for that if the odds, each pair judged by itself, are at least two to this power."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many partners a record may have."""

    one_right: bool
    """A left record has at most one partner."""
    one_left: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """The model, and the posterior and weights of the candidates."""

    model: Model
    limits: Limits
    probability: Floats
    levels: Patterns
    frequency: Floats
    """Bits per pair and field for the rarity of an agreed value, [pairs, fields]."""
    prior: float
    """log2 odds of a pair before anything is compared."""


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
    """Give the level of every field for every pair."""
    levels = np.zeros((len(left), len(fields)), np.uint8)
    for place, (field, value) in enumerate(zip(fields, values, strict=True)):
        a, b = value.left[left], value.right[right]
        # Comparators are symmetric in the values, so one table serves both orders.
        levels[:, place], _ = comparator(field.comparator).compare_rows(value.column, a, b, field_options(field, value))
    return levels


def frequencies(fields: Sequence[Field], values: Sequence[Values], candidates: Candidates, levels: Patterns) -> Floats:
    """Give the bits that the rarity of an equal value adds, per pair and field."""
    bits = np.zeros(levels.shape)
    for place, (field, value) in enumerate(zip(fields, values, strict=True)):
        top = len(comparator(field.comparator).WORDINGS) - 1
        equal = np.flatnonzero(levels[:, place] == top)
        held = value.column.counts / max(value.column.counts[1:].sum(), 1.0)
        left, right = value.shares()
        bits[equal, place] = frequency_bits(held[value.left[candidates.left[equal]]], float(left @ right))
    return bits


def estimate(
    fields: Sequence[Field],
    values: Sequence[Values],
    candidates: Candidates,
    *,
    same_table: bool,
    limits: Limits | None,
    known: Model | None = None,
) -> Estimate:
    """Fit the model and give the posterior of each candidate; `limits` None means: find out.

    With a `known` model nothing is fitted: its m and u and prior are taken as they are.
    """
    job = _Job.of(fields, values, candidates, same_table=same_table)
    if known is not None:
        used = limits or Limits(one_right=False, one_left=False)
        return job.result(known, used)
    if same_table:
        return job.result(job.train(Limits(one_right=False, one_left=False)), Limits(one_right=False, one_left=False))
    # At most one partner a side is the stricter reading and so the safer one to learn from first.
    strict = Limits(one_right=True, one_left=True)
    model = job.train(limits or strict)
    if limits is not None:
        return job.result(model, limits)
    found = Limits(
        one_right=not _has_duplicates(job, model, fields, values, candidates, side="right"),
        one_left=not _has_duplicates(job, model, fields, values, candidates, side="left"),
    )
    if found != strict:
        model = job.train(found)
    return job.result(model, found)


@dataclass(frozen=True, slots=True)
class _Job:
    candidates: Candidates
    levels: Patterns
    frequency: Floats
    extra: Floats
    patterns: Patterns
    pattern_of: npt.NDArray[np.int64]
    counts: Floats
    missing: tuple[int | None, ...]
    sizes: tuple[int, ...]
    rows: tuple[int, int]
    all_pairs: float
    same_table: bool

    @staticmethod
    def of(fields: Sequence[Field], values: Sequence[Values], candidates: Candidates, *, same_table: bool) -> "_Job":
        rows = (len(values[0].left), len(values[0].right))
        all_pairs = rows[0] * (rows[0] - 1) / 2 if same_table else float(rows[0] * rows[1])
        left, right = _random_pairs(rows, candidates, same_table=same_table)
        levels = compare_pairs(
            fields, values, np.concatenate([candidates.left, left]), np.concatenate([candidates.right, right])
        )
        compared = len(candidates.left)
        sizes = tuple(len(comparator(field.comparator).WORDINGS) for field in fields)
        patterns, pattern_of = _distinct_patterns(levels, sizes)
        counts = np.bincount(pattern_of[:compared], minlength=len(patterns)).astype(np.float64)
        rest = max(all_pairs - compared, 0.0) / max(len(left), 1)
        counts += rest * np.bincount(pattern_of[compared:], minlength=len(patterns))
        frequency = frequencies(fields, values, candidates, levels[:compared])
        return _Job(
            candidates,
            levels[:compared],
            frequency,
            frequency.sum(axis=1),
            patterns,
            pattern_of[:compared],
            counts,
            (MISSING,) * len(fields),
            sizes,
            rows,
            all_pairs,
            same_table,
        )

    def prior_bits(self, model: Model, limits: Limits) -> float:
        if limits.one_left or limits.one_right:
            return prior_bits(model.prior * self.all_pairs, *self.rows)
        return float(np.log2(model.prior / (1.0 - model.prior)))

    def bits(self, model: Model, limits: Limits) -> Floats:
        """Give the log2 odds of each candidate by itself."""
        result: Floats = model.match_weights(self.patterns)[self.pattern_of] + self.extra
        return result + self.prior_bits(model, limits)

    def posterior(self, model: Model, limits: Limits) -> Floats:
        return pair_posterior(
            self.bits(model, limits),
            self.candidates.left,
            self.candidates.right,
            one_right=limits.one_right,
            one_left=limits.one_left,
        )

    def train(self, limits: Limits) -> Model:
        shares = level_shares(self.patterns, self.counts, self.sizes, self.missing)
        model = starting_model(shares, self.missing, STARTING_SHARE * min(self.rows) / max(self.all_pairs, 1.0))
        for _ in range(MAX_PASSES):
            expected = self.posterior(model, limits)
            match: Floats = np.bincount(self.pattern_of, expected, len(self.patterns)).astype(np.float64)
            fitted = refit(model, self.patterns, match, np.maximum(self.counts - match, 0.0))
            moved = abs(fitted.prior - model.prior) / fitted.prior
            model = fitted
            if moved < SETTLED:
                return replace(model, converged=True)
        return model

    def result(self, model: Model, limits: Limits) -> Estimate:
        return Estimate(
            model,
            limits,
            self.posterior(model, limits),
            self.levels,
            self.frequency,
            self.prior_bits(model, limits),
        )


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
            bound = len(distinct)
        codes = codes * size + levels[:, place]
        bound *= size
    _, first, pattern_of = np.unique(codes, return_index=True, return_inverse=True)
    return levels[first], pattern_of.ravel()


def _has_duplicates(
    job: _Job,
    model: Model,
    fields: Sequence[Field],
    values: Sequence[Values],
    candidates: Candidates,
    *,
    side: str,
) -> bool:
    """Tell whether one table holds the same thing twice: two partners of one record that also match each other."""
    alone = Limits(one_right=False, one_left=False)
    strong = job.bits(model, alone) > PARTNERS_BITS
    own, other = (candidates.left, candidates.right) if side == "right" else (candidates.right, candidates.left)
    order = np.argsort(own[strong], kind="stable")
    owners, partners = own[strong][order], other[strong][order]
    following = np.flatnonzero(owners[1:] == owners[:-1])
    if not len(following):
        return False
    mirrored = [replace(value, left=getattr(value, side), right=getattr(value, side)) for value in values]
    levels = compare_pairs(fields, mirrored, partners[following], partners[following + 1])
    agree = model.match_weights(levels) + job.prior_bits(model, alone) > PARTNERS_BITS
    doubled = len(np.unique(owners[following[agree]]))
    return doubled > PARTNERS_SHARE * len(np.unique(owners))
