"""Longer texts as sets of words: titles, lists of authors, descriptions. Rare words weigh more than common ones."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from matching.comparators.column import Column, Rows, Sparse
from matching.comparators.comparison import (
    ABSENT,
    DIFFERS,
    MISSING,
    PLAIN,
    SAME,
    UNLIKE,
    Comparison,
    Levels,
    Options,
    Similarities,
    Wording,
    judged,
    settled,
)
from matching.kernels.inverted import shared_weight

NAME = "token_set"
WORDINGS = (
    ABSENT,
    UNLIKE,
    Wording("chung rất ít từ", "little in common"),
    Wording("chung một phần ba số từ", "a third in common"),
    Wording("chung một nửa số từ", "half in common"),
    Wording("chung phần lớn số từ", "most in common"),
    Wording("gần như cùng số từ", "nearly all in common"),
    Wording("cùng các từ, viết hơi khác", "the same words, written slightly otherwise"),
    SAME,
)
CUTS = (0.2, 0.35, 0.5, 0.65, 0.8, 0.9)
EQUAL = 8


def compare(a: str, b: str, options: Options = PLAIN) -> Comparison:
    """Compare two folded texts by the larger of two cosines, of weighted words and of weighted trigrams.

    The weights are those of `options`; `compare_rows` takes them from the column itself (`Column.rarities`).
    """
    if not a or not b:
        return judged(WORDINGS, MISSING, 0.0)
    if a == b:
        return judged(WORDINGS, EQUAL, 1.0)
    words = cosine(_weighed(a.split(), options.rarity), _weighed(b.split(), options.rarity))
    grams = cosine(_weighed(trigrams(a), options.gram_rarity), _weighed(trigrams(b), options.gram_rarity))
    similarity = max(words, grams)
    return judged(WORDINGS, DIFFERS + sum(similarity >= cut for cut in CUTS), similarity)


def _weighed(features: Iterable[Any], rarity: Mapping[Any, float]) -> dict[Any, float]:
    return {feature: rarity.get(feature, 1.0) for feature in features}


def trigrams(value: str) -> set[bytes]:
    """Give the trigrams of a text's UTF-8 bytes, a space standing before and behind it."""
    padded = b" " + value.encode() + b" "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def cosine(a: Mapping[Any, float], b: Mapping[Any, float]) -> float:
    """Give the cosine of two weighted sets."""
    shared = sum(weight * b[feature] for feature, weight in a.items() if feature in b)
    norm = math.sqrt(sum(w * w for w in a.values()) * sum(w * w for w in b.values()))
    return min(shared / norm, 1.0) if norm else 0.0


def cosine_rows(sparse: Sparse, a_rows: Rows, b_rows: Rows) -> Similarities:
    """Give the cosine of pairs of rows of weighted features."""
    out = np.zeros(len(a_rows), np.float32)
    shared_weight(sparse.starts, sparse.codes, sparse.weights, a_rows, b_rows, out)
    return np.minimum(out, np.float32(1.0))


def compare_rows(column: Column, a_rows: Rows, b_rows: Rows, options: Options = PLAIN) -> tuple[Levels, Similarities]:
    """Compare pairs of distinct values, words and trigrams weighed by their rarity in the column."""
    del options
    levels, similarities, rest = settled(column, a_rows, b_rows, EQUAL)
    a, b = a_rows[rest], b_rows[rest]
    alike = np.maximum(cosine_rows(column.words, a, b), cosine_rows(column.grams, a, b))
    levels[rest] = DIFFERS + np.searchsorted(np.array(CUTS, np.float32), alike, side="right").astype(np.uint8)
    similarities[rest] = alike
    return levels, similarities
