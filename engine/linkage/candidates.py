"""Which pairs are compared: those that share most of what is rare, found without a full join.

Every record is a set of features: its words (pooled over all fields of words, so that a value in the wrong column
is still found), the trigrams of its values (so that a slip is), its whole values, and pairs of values where each
alone is common. A record reads the postings of its rarest features up to a budget and keeps the best.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.linkage.fields import Field
from engine.linkage.values import Floats, Rows, Values
from matching.blocking import Keys, combined_keys, key_pairs, key_volume, neighbours
from matching.comparators.column import Column, rarity
from matching.kernels.inverted import row_features

WORDY = frozenset({"text", "name", "token_set", "address"})
GRAM_WEIGHT = 0.4
"""A word has about as many trigrams as make one word at this weight."""

POSTING_BUDGET = 2000
KEPT_AT_LEAST, KEPT_AT_MOST = 20, 50
PAIRS_AIMED_AT = {True: 1_500_000, False: 100_000}
"""Pairs of one table among itself (True) or of two tables that are aimed at, within the two bounds per record."""

COMMON_BLOCK, RARE_BLOCK = 5.0, 200.0
"""Two fields are combined if alone each makes larger blocks than the first and together smaller than the second."""

COMBINED_FROM_ROWS = 10_000
"""In smaller tables single values are rare enough."""

KEY_PAIR_CAP = 1_000_000


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs to compare, sorted by left then right row, and what was not looked at."""

    left: Rows
    right: Rows
    unread: int
    """Entries of the index (or pairs of a key) that were passed over for being too many."""


@dataclass(frozen=True, slots=True)
class _Features:
    """Features of the values of one field: compressed rows of codes over the values.

    `names` makes codes of several fields comparable: equal names are one feature. Without, they are this field's own.
    """

    starts: npt.NDArray[np.int64]
    codes: Rows
    count: int
    weight: float
    names: Keys | None = None

    @staticmethod
    def of_values(count: int) -> "_Features":
        """Make each value but the missing one its own feature."""
        starts = np.maximum(np.arange(count + 1, dtype=np.int64) - 1, 0)
        return _Features(starts, np.arange(count - 1, dtype=np.int32), count - 1, 1.0)

    @property
    def owners(self) -> npt.NDArray[np.int64]:
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))


def nearest_candidates(fields: Sequence[Field], values: Sequence[Values], *, same_table: bool) -> Candidates:
    """Find the candidates of every record of the larger table in the smaller, or within one table.

    Cost: O(records x budget). Memory: 4 bytes a feature a record, and the kept pairs.
    """
    turned = not same_table and len(values[0].left) < len(values[0].right)
    asking, asked = ("right", "left") if turned else ("left", "right")
    rows_asking = np.stack([getattr(value, asking) for value in values], axis=1)
    rows_asked = np.stack([getattr(value, asked) for value in values], axis=1)
    features = [_field_features(field, value.column) for field, value in zip(fields, values, strict=True)]
    features, rows_asking, rows_asked = _with_combined(features, values, rows_asking, rows_asked)
    starts, codes, weights = _ranked(features, rows_asking, rows_asked, same_table=same_table)
    ask = _rows_of(rows_asking, starts, codes)
    index = ask if same_table else _rows_of(rows_asked, starts, codes)
    keep = int(np.clip(PAIRS_AIMED_AT[same_table] // max(len(rows_asking), 1), KEPT_AT_LEAST, KEPT_AT_MOST))
    a, b, _, unread = neighbours(*ask, *index, weights, keep=keep, budget=POSTING_BUDGET, same_table=same_table)
    if same_table:
        a, b = np.minimum(a, b), np.maximum(a, b)
    elif turned:
        a, b = b, a
    return _sorted_pairs(a, b, unread)


def key_candidates(
    keys: Sequence[Sequence[str]], fields: Sequence[Field], values: Sequence[Values], *, same_table: bool
) -> Candidates:
    """Find the pairs that agree in all fields of any of the given keys; a value that makes too many is passed over."""
    by_name = {field.name: value for field, value in zip(fields, values, strict=True)}
    lefts, rights, passed = [], [], 0
    for key in keys:
        left = combined_keys([by_name[name].left for name in key])
        right = left if same_table else combined_keys([by_name[name].right for name in key])
        volume, _ = key_volume(left, right)
        cap = KEY_PAIR_CAP if volume <= KEY_PAIR_CAP else 10_000
        a, b, left_out = key_pairs(left, right, cap)
        if same_table:
            a, b = a[a < b], b[a < b]
        lefts.append(a)
        rights.append(b)
        passed += left_out
    return _sorted_pairs(np.concatenate(lefts), np.concatenate(rights), passed)


def _sorted_pairs(left: Rows, right: Rows, unread: int) -> Candidates:
    keys = np.sort(left.astype(np.int64) << 32 | right)
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if len(keys) else keys
    return Candidates((keys >> 32).astype(np.int32), (keys & 0xFFFFFFFF).astype(np.int32), unread)


def _field_features(field: Field, column: Column) -> list[_Features]:
    grams, words = column.grams, column.words
    slips = _Features(grams.starts, grams.codes, len(grams.names), GRAM_WEIGHT)
    if field.comparator in WORDY:
        return [_Features(words.starts, words.codes, len(words.names), 1.0, words.names), slips]
    whole = _Features.of_values(len(column.counts))
    return [whole, slips] if field.comparator in {"number", "date"} else [whole]


def _with_combined(
    features: list[list[_Features]], values: Sequence[Values], rows_asking: Rows, rows_asked: Rows
) -> tuple[list[list[_Features]], Rows, Rows]:
    """Add pairs of values as if they were fields of their own, where each alone is common and both are not."""
    rows = len(rows_asked)
    chances = []
    for value in values:
        left, right = value.shares()
        chances.append(float(left @ right) * rows)
    for i in range(len(values)):
        for j in range(i + 1, len(values)):
            together = chances[i] * chances[j] / max(rows, 1)
            if min(chances[i], chances[j]) < COMMON_BLOCK or together > RARE_BLOCK or rows < COMBINED_FROM_ROWS:
                continue
            asking = combined_keys([rows_asking[:, i], rows_asking[:, j]])
            asked = combined_keys([rows_asked[:, i], rows_asked[:, j]])
            distinct = np.unique(np.concatenate([[np.uint64(0)], asking, asked]))
            rows_asking = np.column_stack([rows_asking, np.searchsorted(distinct, asking).astype(np.int32)])
            rows_asked = np.column_stack([rows_asked, np.searchsorted(distinct, asked).astype(np.int32)])
            features = [*features, [_Features.of_values(len(distinct))]]
    return features, rows_asking, rows_asked


def _ranked(
    features: list[list[_Features]], rows_asking: Rows, rows_asked: Rows, *, same_table: bool
) -> tuple[list[npt.NDArray[np.int64]], list[Rows], npt.NDArray[np.float32]]:
    """Give each field's values their features as codes that rise with frequency; -1 where a feature finds nothing."""
    owners = [np.concatenate([part.owners for part in parts]) for parts in features]
    coded, weight = _common_codes(features)
    in_asking, in_asked = np.zeros(len(weight)), np.zeros(len(weight))
    for place, parts in enumerate(features):
        for rows, total in ((rows_asking, in_asking), (rows_asked, in_asked)):
            held = np.bincount(rows[:, place], minlength=len(parts[0].starts) - 1)
            np.add(total, np.bincount(coded[place], held[owners[place]], len(weight)), out=total)
    useful = (in_asked <= POSTING_BUDGET) & ((in_asked > 1) if same_table else (in_asked > 0) & (in_asking > 0))
    order = np.argsort(np.where(useful, in_asked, np.inf), kind="stable")[: int(useful.sum())]
    rank = np.full(len(weight), -1, np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    starts, codes = [], []
    for place, parts in enumerate(features):
        ranks = rank[coded[place]]
        by_value = np.argsort(owners[place] << 32 | (ranks + 1))
        sizes = np.bincount(owners[place], minlength=len(parts[0].starts) - 1)
        starts.append(np.concatenate([[0], np.cumsum(sizes)]))
        codes.append(ranks[by_value])
    weights = (rarity(in_asked[order], len(rows_asked)) * weight[order]).astype(np.float32)
    return starts, codes, weights


def _common_codes(features: list[list[_Features]]) -> tuple[list[npt.NDArray[np.int64]], Floats]:
    """Give the codes of each field's features among all features, and the weight of each of these."""
    named = [part.names for parts in features for part in parts if part.names is not None]
    pooled = np.unique(np.concatenate(named)) if named else np.zeros(0, np.uint64)
    weights, base = [np.ones(len(pooled))], len(pooled)
    coded = []
    for parts in features:
        own = []
        for part in parts:
            if part.names is not None:
                own.append(np.searchsorted(pooled, part.names)[part.codes])
                continue
            own.append(part.codes.astype(np.int64) + base)
            weights.append(np.full(part.count, part.weight))
            base += part.count
        coded.append(np.concatenate(own))
    return coded, np.concatenate(weights)


def _rows_of(rows: Rows, starts: list[npt.NDArray[np.int64]], codes: list[Rows]) -> tuple[npt.NDArray[np.int64], Rows]:
    """Give the features of each record from those of its values."""
    bases = np.cumsum([0] + [len(part) - 1 for part in starts[:-1]])
    sizes = np.concatenate([np.diff(part) for part in starts])
    value_starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    row_values = np.ascontiguousarray(rows + bases[None, :], dtype=np.int32)
    out_starts = np.zeros(len(rows) + 1, np.int64)
    out_codes = np.zeros(int(sizes[row_values].sum()), np.int32)
    row_features(row_values, value_starts, np.concatenate(codes), out_starts, out_codes)
    return out_starts, out_codes[: out_starts[-1]]
