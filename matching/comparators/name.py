"""Names of people as general tables hold them: words in any order, initials, a word more or less, slips.

This is the comparator of the linkage command, for folded names of any country; the rules of Vietnamese names as
the identity register keeps them are in `matching.names`.
"""

import numpy as np
import numpy.typing as npt

from matching.comparators import text
from matching.comparators.column import Column, Rows
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

NAME = "name"
WORDINGS = (
    ABSENT,
    UNLIKE,
    Wording("hơi giống", "somewhat alike"),
    Wording("giống, hoặc có chung từ", "alike, or sharing a word"),
    Wording("tương hợp: viết tắt hoặc thiếu từ", "compatible: initials, or words left out"),
    Wording("gần trùng: một lỗi gõ hoặc đổi thứ tự", "nearly equal: one slip, or another order"),
    SAME,
)
SOMEWHAT, ALIKE, COMPATIBLE, NEAR, EQUAL = 2, 3, 4, 5, 6


def compare(a: str, b: str, options: Options = PLAIN) -> Comparison:
    """Compare two folded names."""
    del options
    if not a or not b:
        return judged(WORDINGS, MISSING, 0.0)
    if a == b:
        return judged(WORDINGS, EQUAL, 1.0)
    similarity = text.jaro_winkler_similarity(a, b)
    first, second = a.split(), b.split()
    one_edit = min(len(a), len(b)) >= text.EDIT_LETTERS and text.osa_distance(a, b) == 1
    if one_edit or similarity >= text.NEAR_FROM or sorted(first) == sorted(second):
        return judged(WORDINGS, NEAR, similarity)
    shared = set(first) & set(second)
    if len(shared) == min(len(set(first)), len(set(second))) or _initial(a, b):
        return judged(WORDINGS, COMPATIBLE, similarity)
    if shared or similarity >= text.ALIKE_FROM:
        return judged(WORDINGS, ALIKE, similarity)
    return judged(WORDINGS, SOMEWHAT if similarity >= text.SOMEWHAT_FROM else DIFFERS, similarity)


def _initial(a: str, b: str) -> bool:
    """Tell whether one is a single letter with which the other begins."""
    return min(len(a), len(b)) == 1 and a[0] == b[0]


def compare_rows(column: Column, a_rows: Rows, b_rows: Rows, options: Options = PLAIN) -> tuple[Levels, Similarities]:
    """Compare pairs of distinct values: letters as in `text`, then the words of what is left."""
    levels, similarities, rest = settled(column, a_rows, b_rows, EQUAL)
    a, b = a_rows[rest], b_rows[rest]
    by_letters, similarities[rest] = text.compare_rows(column, a, b, options)
    found = np.array([MISSING, DIFFERS, SOMEWHAT, ALIKE, NEAR, EQUAL], np.uint8)[by_letters]
    shared, words_a, words_b = _shared_words(column, a, b)
    fewer = np.minimum(words_a, words_b)
    open_ = found < NEAR
    data, offsets = column.letters
    lengths = column.lengths
    initial = (np.minimum(lengths[a], lengths[b]) == 1) & (data[offsets[a]] == data[offsets[b]])
    found[open_ & (shared > 0)] = ALIKE
    found[open_ & (((shared == fewer) & (shared > 0)) | initial)] = COMPATIBLE
    same_words = open_ & (shared == words_a) & (shared == words_b) & (shared > 0)
    for pair in np.flatnonzero(same_words).tolist():
        # Equal sets of words are an order only if no word is repeated on one side: rare, so by value.
        if sorted(column.texts[a[pair]].split()) == sorted(column.texts[b[pair]].split()):
            found[pair] = NEAR
    levels[rest] = found
    return levels, similarities


def _shared_words(
    column: Column, a_rows: Rows, b_rows: Rows
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Count the distinct words that pairs share, and those each side has."""
    words = column.words
    ones = np.ones(len(words.codes), np.float32)
    shared = np.zeros(len(a_rows), np.float32)
    shared_weight(words.starts, words.codes, ones, a_rows, b_rows, shared)
    sizes = np.diff(words.starts)
    return shared.astype(np.int64), sizes[a_rows], sizes[b_rows]
