"""From levels to a probability: weights in bits, rarity of the agreed value, and a posterior over candidates.

A threshold on single pairs fails as registers grow: the chance that some stranger agrees grows with their number.
So the candidates of one record are weighed against each other and against "none of these".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from matching.kernels.posterior import pair_posterior as _pair_posterior

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int32]

SWEEPS = 8
"""Passes of belief propagation; candidate graphs are nearly trees and settle in a few."""

MAX_BITS = 300.0
"""Odds beyond 2^300 are certainty and would only overflow."""


def frequency_bits(frequency: Floats, chance: float, floor: float = 0.0) -> Floats:
    """Give the bits to add where a value agrees that a share `frequency` of records holds.

    `chance` is how often two random records agree in the field, which the model's u already counts; so the mean over
    random agreements is no adjustment, a rare value adds and a common one takes away (Winkler 1988).
    `floor` is the least frequency believed.
    """
    result: Floats = np.log2(max(chance, 1e-12) / np.maximum(frequency, max(floor, 1e-12)))
    return result


def prior_bits(matches: float, left_records: int, right_records: int, share_cap: float = 0.95) -> float:
    """Give the log2 odds that a left record's partner is one given right record, against having none.

    `matches` is how many pairs are expected in all. A record's chance to have a partner is capped at `share_cap`:
    that every record has one is never known beforehand.
    """
    fewer, more = min(left_records, right_records), max(left_records, right_records, 1)
    matches = min(max(matches, 1e-6), share_cap * max(fewer, 1))
    return float(np.log2(matches / (more * (max(fewer, 1) - matches))))


def candidate_posterior(bits: Sequence[float]) -> tuple[list[float], float]:
    """Give the probability of each candidate of one record, and of none of them.

    `bits` are the log2 odds of each candidate against none: match weight plus prior.
    """
    top = max([0.0, *bits])
    shares = [2.0 ** max(value - top, -1000.0) for value in bits]
    none = 2.0 ** max(-top, -1000.0)
    total = none + sum(shares)
    return [share / total for share in shares], none / total


@dataclass(frozen=True, slots=True)
class PairGraph:
    """Candidate pairs, arranged by left and by right record."""

    left_starts: npt.NDArray[np.int64]
    right_starts: npt.NDArray[np.int64]
    right_order: Rows

    @staticmethod
    def of(left: Rows, right: Rows) -> "PairGraph":
        """Arrange pairs given with the left record rising."""
        order = np.argsort(right, kind="stable").astype(np.int32)
        left_records = int(left[-1]) + 2 if len(left) else 1
        right_records = int(right[order[-1]]) + 2 if len(left) else 1
        return PairGraph(
            np.searchsorted(left, np.arange(left_records)).astype(np.int64),
            np.searchsorted(right[order], np.arange(right_records)).astype(np.int64),
            order,
        )


def pair_posterior(bits: Floats, graph: PairGraph, *, one_right: bool, one_left: bool, sweeps: int = SWEEPS) -> Floats:
    """Give the posterior of each candidate pair, in the order given.

    Args:
        bits: log2 odds of each pair by itself: match weight plus prior.
        graph: the pairs.
        one_right: a left record has at most one partner.
        one_left: a right record has at most one partner.
        sweeps: passes of belief propagation, where both hold.
    """
    odds = np.exp2(np.clip(bits, -MAX_BITS, MAX_BITS))
    if not (one_right or one_left):
        alone: Floats = odds / (1.0 + odds)
        return alone
    out = np.zeros(len(bits))
    passes = sweeps if one_right and one_left else 1
    _pair_posterior(odds, graph.left_starts, graph.right_starts, graph.right_order, one_right, one_left, passes, out)
    return out


def pair_posterior_by_enumeration(
    bits: Sequence[float], left: Sequence[int], right: Sequence[int], *, one_right: bool, one_left: bool
) -> list[float]:
    """Give the exact posterior of each pair by going through every allowed set of pairs: the plain twin, 2^n."""
    odds = [2.0**value for value in bits]
    total, holding = 0.0, [0.0] * len(odds)
    for chosen in product((False, True), repeat=len(odds)):
        pairs = [k for k, taken in enumerate(chosen) if taken]
        if one_right and len({left[k] for k in pairs}) < len(pairs):
            continue
        if one_left and len({right[k] for k in pairs}) < len(pairs):
            continue
        weight = float(np.prod([odds[k] for k in pairs])) if pairs else 1.0
        total += weight
        for k in pairs:
            holding[k] += weight
    return [held / total for held in holding]
