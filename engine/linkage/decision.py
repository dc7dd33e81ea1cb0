"""From posteriors to pairs: what is accepted between two tables, and within one."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.linkage.candidates import Candidates
from engine.linkage.clusters import cohesion, group_records, pairs_within
from engine.linkage.estimation import Limits
from engine.linkage.values import Floats, Rows


@dataclass(frozen=True, slots=True)
class Decision:
    """The pairs given, sorted by left and right row."""

    left: Rows
    right: Rows
    probability: Floats
    accepted: int
    """Pairs that were candidates."""
    joined: int
    """Pairs of one group that were no candidates themselves."""


def decide_links(candidates: Candidates, probability: Floats, limits: Limits, threshold: float) -> Decision:
    """Take the pairs over the threshold, most probable first, none that a record's limit forbids."""
    order = np.flatnonzero(probability >= threshold)
    order = order[np.argsort(-probability[order], kind="stable")]
    if limits.one_left or limits.one_right:
        order = order[_within_limits(candidates.left[order], candidates.right[order], limits)]
    kept = np.sort(order)
    return Decision(candidates.left[kept], candidates.right[kept], probability[kept], len(kept), 0)


def _within_limits(left: Rows, right: Rows, limits: Limits) -> npt.NDArray[np.bool_]:
    """Mark the pairs, best first, that neither record's limit forbids."""
    crowded = (limits.one_right and len(np.unique(left)) < len(left)) or (
        limits.one_left and len(np.unique(right)) < len(right)
    )
    free = np.ones(len(left), bool)
    if not crowded:
        return free
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    for pair, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        if (limits.one_right and a in taken_left) or (limits.one_left and b in taken_right):
            free[pair] = False
            continue
        taken_left.add(a)
        taken_right.add(b)
    return free


def decide_groups(candidates: Candidates, probability: Floats, threshold: float, records: int) -> Decision:
    """Group the records and give all pairs of a group.

    A pair's probability is that of its own comparison, or of its group as a whole where that is higher.
    """
    bits = _log_odds(probability)
    least = float(_log_odds(np.array([threshold]))[0])
    label = group_records(candidates.left, candidates.right, bits, records, least)
    left, right = pairs_within(label)
    whole = cohesion(label, candidates.left, candidates.right, bits)
    own = np.zeros(len(left))
    known = candidates.left.astype(np.int64) << 32 | candidates.right
    keys = left.astype(np.int64) << 32 | right
    place = np.minimum(np.searchsorted(known, keys), max(len(known) - 1, 0))
    scored = known[place] == keys if len(known) else np.zeros(len(keys), bool)
    own[scored] = probability[place[scored]]
    together = 1.0 / (1.0 + np.exp2(-np.maximum(whole[label[left]], least)))
    return Decision(left, right, np.maximum(own, together), int(scored.sum()), int((~scored).sum()))


def _log_odds(probability: Floats) -> Floats:
    sure: Floats = np.clip(probability, 1e-12, 1.0 - 1e-12)
    result: Floats = np.log2(sure) - np.log2(1.0 - sure)
    return result
