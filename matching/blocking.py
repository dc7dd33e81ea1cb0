"""Which pairs are worth comparing: keys that both records share, and the rows that share most with one.

Keys are 64-bit codes from columns of codes; 0 is no key, so that a missing value blocks with nothing. How many
pairs a key makes is known before any join.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matching.kernels.inverted import invert, nearest_rows

Keys = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int32]
Starts = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float32]


def mix(values: Keys) -> Keys:
    """Spread bits (the finaliser of splitmix64), the same on every machine and in every version."""
    with np.errstate(over="ignore"):
        values = (values ^ values >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ values >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return values ^ values >> np.uint64(31)


def combined_keys(codes: Sequence[npt.NDArray[np.int64] | Rows]) -> Keys:
    """Give one key a row from several columns of codes; 0 where any of them is 0 (missing)."""
    key = np.full(len(codes[0]), np.uint64(0x9E3779B97F4A7C15))
    whole = np.ones(len(key), bool)
    with np.errstate(over="ignore"):
        for place, column in enumerate(codes):
            whole &= column != 0
            key = mix(key + column.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(place + 1))
    return np.where(whole, np.maximum(key, np.uint64(1)), np.uint64(0))


def prefix_codes(data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64], letters: int) -> npt.NDArray[np.int64]:
    """Give each text's first `letters` bytes (up to 7) as a code, a shorter text its all; 0 for the empty text."""
    lengths = np.minimum(np.diff(offsets), letters)
    codes = np.zeros(len(lengths), np.int64)
    for place in range(letters):
        held = np.flatnonzero(lengths > place)
        codes[held] = codes[held] * 256 + data[offsets[held] + place]
    return codes


def key_volume(left: Keys, right: Keys) -> tuple[int, int]:
    """Give how many pairs share a key, and the largest number that one key makes, without making them."""
    _, sizes_left, sizes_right = _shared_keys(left, right)
    made = sizes_left * sizes_right
    return int(made.sum()), int(made.max(initial=0))


def _shared_keys(left: Keys, right: Keys) -> tuple[Keys, Starts, Starts]:
    keys_left, sizes_left = np.unique(left[left != 0], return_counts=True)
    keys_right, sizes_right = np.unique(right[right != 0], return_counts=True)
    keys, at_left, at_right = np.intersect1d(keys_left, keys_right, assume_unique=True, return_indices=True)
    return keys, sizes_left[at_left].astype(np.int64), sizes_right[at_right].astype(np.int64)


def key_pairs(left: Keys, right: Keys, cap: int) -> tuple[Rows, Rows, int]:
    """Give the pairs that share a key, and how many pairs were left out because their key makes more than `cap`."""
    keys, sizes_left, sizes_right = _shared_keys(left, right)
    made = sizes_left * sizes_right
    kept = made <= cap
    left_out = int(made[~kept].sum())
    order_left, order_right = np.argsort(left, kind="stable"), np.argsort(right, kind="stable")
    first_left = np.searchsorted(left[order_left], keys[kept])
    first_right = np.searchsorted(right[order_right], keys[kept])
    made, wide = made[kept], sizes_right[kept]
    block = np.repeat(np.arange(len(made)), made)
    place = np.arange(int(made.sum())) - np.repeat(np.cumsum(made) - made, made)
    rows_left = order_left[first_left[block] + place // wide[block]]
    rows_right = order_right[first_right[block] + place % wide[block]]
    return rows_left.astype(np.int32), rows_right.astype(np.int32), left_out


def neighbours(
    starts: Starts,
    codes: Rows,
    index_starts: Starts,
    index_codes: Rows,
    weights: Weights,
    *,
    keep: int,
    budget: int,
    same_table: bool,
) -> tuple[Rows, Rows, Weights, int]:
    """Give up to `keep` indexed rows for each row that share the most weight with it.

    Rows are sparse (`starts`, `codes`), codes rising within a row and rising with the features' frequency in the
    index; a row reads at most `budget` entries of the index, rarest features first.

    Returns:
        Row, indexed row and shared weight of each pair (row by row, best first), and how many entries of the index
        were not read for lack of budget.

    Cost: O(rows x budget); memory O(rows x keep).
    """
    posting_starts = np.zeros(len(weights) + 1, np.int64)
    postings = np.zeros(len(index_codes), np.int32)
    invert(index_starts, index_codes, posting_starts, postings)
    rows = len(starts) - 1
    found, scores = np.zeros(rows * keep, np.int32), np.zeros(rows * keep, np.float32)
    counts, unread = np.zeros(rows, np.int32), np.zeros(1, np.int64)
    nearest_rows(
        starts, codes, posting_starts, postings, weights, budget, keep, same_table, found, scores, counts, unread
    )
    held = (np.arange(keep)[None, :] < counts[:, None]).ravel()
    return np.repeat(np.arange(rows, dtype=np.int32), counts), found[held], scores[held], int(unread[0])


def nearest_by_hand(
    rows: Sequence[Sequence[int]],
    index: Sequence[Sequence[int]],
    weights: Sequence[float],
    *,
    keep: int,
    budget: int,
    same_table: bool,
) -> list[list[tuple[int, float]]]:
    """Give what `neighbours` gives, the plain way: the twin of its kernel."""
    postings: dict[int, list[int]] = defaultdict(list)
    for place, features in enumerate(index):
        for feature in features:
            postings[feature].append(place)
    result = []
    for place, features in enumerate(rows):
        spent, score = 0, defaultdict[int, float](float)
        for feature in features:
            if spent + len(postings[feature]) > budget:
                continue
            spent += len(postings[feature])
            for other in postings[feature]:
                score[other] += weights[feature]
        if same_table:
            score.pop(place, None)
        result.append(sorted(score.items(), key=lambda pair: (-pair[1], pair[0]))[:keep])
    return result
