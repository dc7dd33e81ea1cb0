"""Which records of one table are one thing, judged by all pairs of a group rather than pair by pair.

Two groups join when the mean evidence over all pairs between them is for it, the best first. So one strong pair does
not chain two groups that otherwise differ, and a weak pair within a group that agrees on the whole is kept.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.linkage.values import Floats, Rows

Labels = npt.NDArray[np.int64]

UNSCORED_BITS = -2.0
"""A pair that was no candidate speaks against a group, but mildly: it may only have been crowded out."""

MOST_BITS = 12.0
"""No pair counts for more than this, so that one does not outvote a group."""


@dataclass(frozen=True, slots=True)
class _Edges:
    """Summed evidence between groups; `lower < upper` by label."""

    lower: Labels
    upper: Labels
    bits: Floats
    scored: Labels

    @staticmethod
    def between(a: Labels, b: Labels, bits: Floats, scored: Labels) -> "_Edges":
        apart = a != b
        keys = np.minimum(a, b)[apart] << 32 | np.maximum(a, b)[apart]
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, np.int64)
        if not len(first):
            return _Edges(keys, keys, np.zeros(0), keys)
        return _Edges(
            keys[first] >> 32,
            keys[first] & 0xFFFFFFFF,
            np.add.reduceat(bits[apart][order], first),
            np.add.reduceat(scored[apart][order], first),
        )


def group_records(left: Rows, right: Rows, bits: Floats, records: int, least_bits: float = 0.0) -> Labels:
    """Give each record the label of its group: the least record in it.

    Args:
        left: one record of each scored pair.
        right: the other.
        bits: log2 odds that they are one.
        records: how many records there are.
        least_bits: groups join where the mean of the pairs between them is above this.

    Cost: a sort of the open pairs a round; rounds are as many as the largest group has records, at most, and the
    pairs of groups that can no longer grow leave first.
    """
    label = np.arange(records, dtype=np.int64)
    sizes = np.ones(records, np.int64)
    clipped = np.clip(bits, -MOST_BITS, MOST_BITS) - least_bits
    edges = _Edges.between(left.astype(np.int64), right.astype(np.int64), clipped, np.ones(len(left), np.int64))
    while True:
        full = sizes[edges.lower] * sizes[edges.upper]
        mean = (edges.bits + (UNSCORED_BITS - least_bits) * (full - edges.scored)) / np.maximum(full, 1)
        joined = _mutual_best(edges.lower, edges.upper, mean, records)
        if not joined.any():
            return label
        moved = np.arange(records, dtype=np.int64)
        moved[edges.upper[joined]] = edges.lower[joined]
        np.add.at(sizes, edges.lower[joined], sizes[edges.upper[joined]])
        label = moved[label]
        open_groups = np.zeros(records, bool)
        open_groups[edges.lower[mean > 0.0]] = True
        open_groups[edges.upper[mean > 0.0]] = True
        kept = open_groups[edges.lower] & open_groups[edges.upper]
        edges = _Edges.between(moved[edges.lower[kept]], moved[edges.upper[kept]], edges.bits[kept], edges.scored[kept])


def _mutual_best(lower: Labels, upper: Labels, mean: Floats, records: int) -> npt.NDArray[np.bool_]:
    """Mark the pairs of groups that are each other's best and speak for joining; ties go to the lower labels."""
    order = np.lexsort((upper, lower, -mean))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    best = np.full(records, len(order), np.int64)
    np.minimum.at(best, lower, rank)
    np.minimum.at(best, upper, rank)
    result: npt.NDArray[np.bool_] = (mean > 0.0) & (best[lower] == rank) & (best[upper] == rank)
    return result


def pairs_within(label: Labels) -> tuple[Rows, Rows]:
    """Give all pairs of records with the same label, the lower record first, sorted."""
    order = np.argsort(label, kind="stable")
    _, starts, sizes = np.unique(label[order], return_index=True, return_counts=True)
    several = sizes > 1
    starts, sizes = starts[several], sizes[several]
    firsts, seconds = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for size in np.unique(sizes).tolist():
        i, j = np.triu_indices(size, 1)
        members = order[starts[sizes == size][:, None] + np.arange(size)]
        firsts.append(members[:, i].ravel())
        seconds.append(members[:, j].ravel())
    left, right = np.concatenate(firsts), np.concatenate(seconds)
    by_row = np.lexsort((right, left))
    return left[by_row].astype(np.int32), right[by_row].astype(np.int32)


def cohesion(label: Labels, left: Rows, right: Rows, bits: Floats) -> Floats:
    """Give per label the mean evidence over all pairs of the group, scored or not; 0 for a group of one."""
    within = label[left] == label[right]
    groups = label[left[within]]
    total = np.bincount(groups, np.clip(bits[within], -MOST_BITS, MOST_BITS), len(label))
    scored = np.bincount(groups, minlength=len(label))
    sizes = np.bincount(label, minlength=len(label))
    full = sizes * (sizes - 1) // 2
    result: Floats = (total + UNSCORED_BITS * (full - scored)) / np.maximum(full, 1)
    return result
