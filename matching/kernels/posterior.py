"""The probability of each candidate pair when a record may have at most one partner, or none."""

import numpy as np
import numpy.typing as npt

from matching.kernels import kernel

Floats = npt.NDArray[np.float64]
Starts = npt.NDArray[np.int64]
Order = npt.NDArray[np.int32]


@kernel
def pair_posterior(
    odds: Floats,
    left_starts: Starts,
    right_starts: Starts,
    right_order: Order,
    one_right: bool,
    one_left: bool,
    sweeps: int,
    out: Floats,
) -> None:
    """Write the posterior of each pair by belief propagation over the candidate graph.

    `odds` are the odds of each pair by itself, sorted by left record (`left_starts`); `right_order` lists the pairs
    by right record (`right_starts`). With `one_right` a left record has at most one partner, with `one_left` a right
    record has. With one of the two the result is exact after one sweep; with both it is exact on trees.

    Twin: `matching.scoring.pair_posterior_by_enumeration`; `candidate_posterior` for one record.
    Reference: Bayati and Nair, "A Rigorous Proof of the Cavity Method for Counting Matchings", 2006.
    """
    pairs = len(odds)
    to_right = np.ones(pairs)
    to_left = np.ones(pairs)
    for _ in range(sweeps):
        if one_right:
            for record in range(len(left_starts) - 1):
                total = 0.0
                for pair in range(left_starts[record], left_starts[record + 1]):
                    total += odds[pair] * to_left[pair]
                for pair in range(left_starts[record], left_starts[record + 1]):
                    to_right[pair] = 1.0 / (1.0 + max(total - odds[pair] * to_left[pair], 0.0))
        if one_left:
            for record in range(len(right_starts) - 1):
                total = 0.0
                for k in range(right_starts[record], right_starts[record + 1]):
                    total += odds[right_order[k]] * to_right[right_order[k]]
                for k in range(right_starts[record], right_starts[record + 1]):
                    pair = right_order[k]
                    to_left[pair] = 1.0 / (1.0 + max(total - odds[pair] * to_right[pair], 0.0))
    for pair in range(pairs):
        value = odds[pair] * to_right[pair] * to_left[pair]
        out[pair] = value / (1.0 + value)
