"""Learn what agreement means from the tables themselves, and give each candidate pair its posterior.

Expectation runs over candidate pairs with the posterior that knows how many partners a record may have;
maximisation runs over the distinct patterns of all pairs. Where the class of matches that came out is rather one of
households or product lines, it is divided again: those are a class of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.linkage.fields import Field
from engine.linkage.patterns import Pairs, Population, compare_pairs
from engine.linkage.values import Floats, Values
from matching.comparators.comparison import DIFFERS
from matching.scoring import pair_posterior, prior_bits
from matching.training import (
    Model,
    Patterns,
    Related,
    divergence,
    fit_related,
    level_shares,
    refit,
    starting_model,
)

MAX_PASSES = 40
SETTLED = 1e-3
"""Training ends when the expected numbers move by less than this share."""

HOPELESS_BITS = -30.0
"""A pair this unlikely after two passes is counted with the others from then on."""

STARTING_SHARE = 0.5
"""Half the records of the smaller table are taken to have a partner before anything is known."""

PARTNERS_SHARE = 0.1
"""A table holds duplicates if so large a share of linked records has two partners that are each other's duplicate."""

PARTNERS_BITS = 3.0
"""A partner counts for that if the odds, each pair judged by itself, are at least two to this power."""

RELATED_SHARE = 0.7
"""Before they are told apart, so large a share of what agrees is taken to be related, the rest the same."""

APART_BITS = 14.0
"""Related pairs are a class of their own if one of them is on average known by so many bits from a match."""

APART_DIFFERS, APART_AGREES = 0.7, 0.3
"""And if they differ in some field in so large a share where matches differ in at most the other."""

CERTAIN = 0.005
"""One partner at most settles what is related, if the expected share of wrong decisions is below this."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many partners a record may have."""

    one_right: bool
    """A left record has at most one partner."""
    one_left: bool


ANY_NUMBER = Limits(one_right=False, one_left=False)
ONE_TO_ONE = Limits(one_right=True, one_left=True)


@dataclass(frozen=True, slots=True)
class Learned:
    """The model, and the class of related pairs where there is one."""

    model: Model
    related: Related | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What was learned, how many partners a record may have, and the posterior of each candidate."""

    learned: Learned
    limits: Limits
    probability: Floats


def estimate(
    people: Population,
    fields: Sequence[Field],
    values: Sequence[Values],
    *,
    limits: Limits | None,
    known: Learned | None = None,
) -> Estimate:
    """Fit the model and give the posterior of each candidate; `limits` None means: find out.

    With `known` nothing is fitted: its numbers are taken as they are.
    """
    if people.same_table or limits is not None or known is not None:
        used = limits or ANY_NUMBER
        learned = known or train(people, used)
        return Estimate(learned, used, posterior(people, people.pairs, learned, used))
    # At most one partner a side is the stricter reading and so the safer one to learn from first.
    learned = train(people, ONE_TO_ONE)
    found = Limits(
        one_right=not _has_duplicates(people, learned, fields, values, side="right"),
        one_left=not _has_duplicates(people, learned, fields, values, side="left"),
    )
    if found != ONE_TO_ONE:
        learned = _relax(people, learned, found)
    return Estimate(learned, found, posterior(people, people.pairs, learned, found))


def train(people: Population, limits: Limits) -> Learned:
    """Learn two classes, and a third between them where the tables show one."""
    model = _train_two(people, limits)
    sure = posterior(people, people.pairs, Learned(model), limits)
    wrong = float(np.minimum(sure, 1.0 - sure).sum()) / max(float(sure.sum()), 1.0)
    if limits != ANY_NUMBER and wrong < CERTAIN:
        return Learned(model)
    strict = starting_model(
        [np.asarray(row) for row in model.u], people.missing, max(model.prior * (1.0 - RELATED_SHARE), 1e-15)
    )
    return _train_three(people, limits, strict, Related(model.m, model.prior * RELATED_SHARE), model)


def _relax(people: Population, learned: Learned, limits: Limits) -> Learned:
    """Go on from what strict limits taught under looser ones.

    What a match looks like is settled and stays; how many there are, and what the others look like now that further
    partners are not counted with them, is learned again. Left free, matches would drift to whatever is frequent.
    """
    if learned.related is not None:
        return _train_three(people, limits, learned.model, learned.related, None)
    return Learned(_train_two(people, limits, learned.model))


def prior(people: Population, model: Model, limits: Limits) -> float:
    """Give the log2 odds of a pair before anything is compared."""
    if limits != ANY_NUMBER:
        return prior_bits(model.prior * people.all_pairs, *people.rows)
    return float(np.log2(model.prior / (1.0 - model.prior)))


def bits(people: Population, pairs: Pairs, learned: Learned, limits: Limits) -> Floats:
    """Give the log2 odds of each pair by itself."""
    model, related = learned.model, learned.related
    result: Floats = model.match_weights(people.patterns)[pairs.pattern_of] + pairs.rarity_bits
    if related is not None:
        result = result - np.logaddexp2(np.log2(1.0 - related.share), _related_bits(people, pairs, model, related))
    return result + prior(people, model, limits)


def _related_bits(people: Population, pairs: Pairs, model: Model, related: Related) -> Floats:
    # A rare value agreed on speaks for a relation as much as for a match.
    weight: Floats = related.discount(model, people.patterns)[pairs.pattern_of] + pairs.rarity_bits
    return weight + float(np.log2(related.share))


def posterior(people: Population, pairs: Pairs, learned: Learned, limits: Limits) -> Floats:
    """Give the probability of each pair, knowing how many partners a record may have."""
    return pair_posterior(
        bits(people, pairs, learned, limits), pairs.graph, one_right=limits.one_right, one_left=limits.one_left
    )


def _train_two(people: Population, limits: Limits, settled: Model | None = None) -> Model:
    """Learn matches and others; with `settled` its m is kept."""
    shares = level_shares(people.patterns, people.counts, people.sizes, people.missing)
    first = STARTING_SHARE * min(people.rows) / max(people.all_pairs, 1.0)
    model = settled or starting_model(shares, people.missing, first)
    pairs = people.pairs
    for done in range(MAX_PASSES):
        if done == 2:
            pairs = pairs.some(bits(people, pairs, Learned(model), limits) > HOPELESS_BITS)
        match = people.tally(pairs, posterior(people, pairs, Learned(model), limits))
        fitted = refit(model, people.patterns, match, np.maximum(people.counts - match, 0.0))
        if settled is not None:
            fitted = replace(fitted, m=settled.m)
        moved = abs(fitted.prior - model.prior) / fitted.prior
        model = fitted
        if moved < SETTLED:
            return replace(model, converged=True)
    return model


def _train_three(people: Population, limits: Limits, model: Model, related: Related, two: Model | None) -> Learned:
    """Divide what two classes took for matches into the same and the related, and judge whether that is right.

    Without `two` it is known to be right.
    """
    hopeful = Learned(model, related) if two is None else Learned(two)
    pairs = people.pairs.some(bits(people, people.pairs, hopeful, ANY_NUMBER) > HOPELESS_BITS)
    rest = np.maximum(people.counts - people.tally(pairs, np.ones(len(pairs.left))), 0.0)
    match_share = related_share = np.zeros(0)
    for _ in range(MAX_PASSES):
        match_share = posterior(people, pairs, Learned(model, related), limits)
        related_share = (1.0 - match_share) * _logistic(
            _related_bits(people, pairs, model, related) - np.log2(1.0 - related.share)
        )
        of_rest = _logistic(
            related.discount(model, people.patterns) + np.log2(related.share) - np.log2(1.0 - related.share)
        )
        match = people.tally(pairs, match_share)
        kin = people.tally(pairs, related_share) + rest * of_rest
        fitted = refit(model, people.patterns, match, np.maximum(people.counts - match - kin, 0.0), apart=kin)
        kindred = fit_related(fitted, people.patterns, kin, people.all_pairs)
        moved = max(abs(fitted.prior - model.prior) / fitted.prior, abs(kindred.share - related.share) / kindred.share)
        model, related = fitted, kindred
        if moved < SETTLED:
            model = replace(model, converged=True)
            break
    if two is None or _is_apart(people, pairs, model, related, match_share, related_share):
        return Learned(model, related)
    return Learned(two)


def _logistic(log_odds: Floats) -> Floats:
    result: Floats = 1.0 / (1.0 + np.exp2(-np.clip(log_odds, -500.0, 500.0)))
    return result


def _is_apart(
    people: Population, pairs: Pairs, model: Model, related: Related, match_share: Floats, related_share: Floats
) -> bool:
    """Tell whether the related are a class beside the matches, rather than one part of them.

    Related pairs agree less in all than matches, are known from them by some field in which nearly all of them
    differ, and are found at records that have a match as often as at others; matches of another kind (people who
    moved house) would be found at records that have none yet.
    """
    agreement = [divergence(rows, model.u, people.missing) for rows in (model.m, related.r)]
    if agreement[0] <= agreement[1] or divergence(related.r, model.m, people.missing) < APART_BITS:
        return False
    fields = zip(related.r, model.m, strict=True)
    if not any(r[DIFFERS] >= APART_DIFFERS and m[DIFFERS] <= APART_AGREES for r, m in fields):
        return False
    records = people.rows[0] if people.same_table else sum(people.rows)
    offset = 0 if people.same_table else people.rows[0]
    has_match, has_related = (
        _records_in(pairs, share > 0.5, records, offset) for share in (match_share, related_share)
    )
    if not has_match.any():
        return False
    return bool(has_related[has_match].mean() >= 0.5 * has_related.mean() > 0.0)


def _records_in(pairs: Pairs, marked: npt.NDArray[np.bool_], records: int, offset: int) -> npt.NDArray[np.bool_]:
    found = np.zeros(records, bool)
    found[pairs.left[marked]] = True
    found[pairs.right[marked] + offset] = True
    return found


def _has_duplicates(
    people: Population, learned: Learned, fields: Sequence[Field], values: Sequence[Values], *, side: str
) -> bool:
    """Tell whether one table holds the same thing twice: two partners of one record that also match each other."""
    strong = bits(people, people.pairs, learned, ANY_NUMBER) > PARTNERS_BITS
    own, other = (people.pairs.left, people.pairs.right)
    if side == "left":
        own, other = other, own
    order = np.argsort(own[strong], kind="stable")
    owners, partners = own[strong][order], other[strong][order]
    following = np.flatnonzero(owners[1:] == owners[:-1])
    if not len(following):
        return False
    mirrored = [replace(value, left=getattr(value, side), right=getattr(value, side)) for value in values]
    levels = compare_pairs(fields, mirrored, partners[following], partners[following + 1])
    agree = _pattern_bits(learned, levels) + prior(people, learned.model, ANY_NUMBER) > PARTNERS_BITS
    doubled = len(np.unique(owners[following[agree]]))
    return doubled > PARTNERS_SHARE * len(np.unique(owners))


def _pattern_bits(learned: Learned, levels: Patterns) -> Floats:
    result: Floats = learned.model.match_weights(levels)
    if learned.related is not None:
        share = learned.related.share
        kin = learned.related.discount(learned.model, levels) + np.log2(share)
        result = result - np.logaddexp2(np.log2(1.0 - share), kin)
    return result
