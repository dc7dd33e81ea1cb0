"""Short texts that are typed by hand: equal, one edit away, alike, or different."""

import numpy as np
import numpy.typing as npt

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
from matching.kernels.strings import edit_distance, jaro_winkler

NAME = "text"
WORDINGS = (
    ABSENT,
    UNLIKE,
    Wording("hơi giống", "somewhat alike"),
    Wording("giống", "alike"),
    Wording("gần trùng, khoảng một lỗi gõ", "nearly equal, about one slip"),
    SAME,
)
SOMEWHAT, ALIKE, NEAR, EQUAL = 2, 3, 4, 5
SOMEWHAT_FROM, ALIKE_FROM, NEAR_FROM = 0.75, 0.88, 0.96
"""Jaro-Winkler similarities; training gives each level its weight, so the cuts need only keep kinds of slip apart."""

EDIT_LETTERS = 3
"""One edit says something only about texts of at least so many letters."""


def compare(a: str, b: str, options: Options = PLAIN) -> Comparison:
    """Compare two folded texts by Jaro-Winkler similarity and single edits."""
    del options
    if not a or not b:
        return judged(WORDINGS, MISSING, 0.0)
    if a == b:
        return judged(WORDINGS, EQUAL, 1.0)
    similarity = jaro_winkler_similarity(a, b)
    one_edit = min(len(a), len(b)) >= EDIT_LETTERS and osa_distance(a, b) == 1
    return judged(WORDINGS, _level(similarity, one_edit=one_edit), similarity)


def _level(similarity: float, *, one_edit: bool) -> int:
    if one_edit or similarity >= NEAR_FROM:
        return NEAR
    if similarity >= ALIKE_FROM:
        return ALIKE
    return SOMEWHAT if similarity >= SOMEWHAT_FROM else DIFFERS


def compare_rows(column: Column, a_rows: Rows, b_rows: Rows, options: Options = PLAIN) -> tuple[Levels, Similarities]:
    """Compare pairs of distinct values by the kernels."""
    del options
    levels, similarities, rest = settled(column, a_rows, b_rows, EQUAL)
    a, b = a_rows[rest], b_rows[rest]
    alike = jaro_winkler_rows(column, a, b)
    near = np.minimum(column.lengths[a], column.lengths[b]) >= EDIT_LETTERS
    near &= np.abs(column.lengths[a] - column.lengths[b]) <= 1
    near &= alike >= 0.5
    tried = np.flatnonzero(near)
    near[tried] = edit_distance_rows(column, a[tried], b[tried]) == 1
    found = np.full(len(rest), DIFFERS, np.uint8)
    found[alike >= SOMEWHAT_FROM] = SOMEWHAT
    found[alike >= ALIKE_FROM] = ALIKE
    found[near | (alike >= NEAR_FROM)] = NEAR
    levels[rest] = found
    similarities[rest] = alike
    return levels, similarities


def jaro_winkler_rows(column: Column, a_rows: Rows, b_rows: Rows) -> npt.NDArray[np.float64]:
    """Give the Jaro-Winkler similarity of pairs of a column's values."""
    out = np.zeros(len(a_rows))
    data, offsets = column.letters
    jaro_winkler(data, offsets, a_rows, data, offsets, b_rows, out)
    return out


def edit_distance_rows(column: Column, a_rows: Rows, b_rows: Rows, *, transpose: bool = True) -> npt.NDArray[np.int32]:
    """Give the edits between pairs of a column's values; a swap of neighbours is one edit where `transpose`."""
    out = np.zeros(len(a_rows), np.int32)
    data, offsets = column.letters
    edit_distance(data, offsets, a_rows, data, offsets, b_rows, transpose, out)
    return out


def osa_distance(a: str, b: str) -> int:
    """Count the edits of the optimal string alignment: insert, delete, replace, or swap two neighbours once."""
    return _distance(a, b, transpose=True)


def levenshtein_distance(a: str, b: str) -> int:
    """Count insertions, deletions and replacements."""
    return _distance(a, b, transpose=False)


def _distance(a: str, b: str, *, transpose: bool) -> int:
    earlier: list[int] = []
    last = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            best = min(last[j - 1] + (letter != other), last[j] + 1, row[j - 1] + 1)
            if transpose and i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
        earlier, last = last, row
    return last[-1]


def jaro_winkler_similarity(a: str, b: str) -> float:
    """Give the Jaro similarity, lifted by a common prefix of up to four letters where it is above 0.7."""
    if a == b:
        return 1.0
    bound = max(max(len(a), len(b)) // 2 - 1, 0)
    taken: list[int] = []
    found: list[str] = []
    for j, letter in enumerate(b):
        for i in range(max(j - bound, 0), min(j + bound + 1, len(a))):
            if a[i] == letter and i not in taken:
                taken.append(i)
                found.append(letter)
                break
    common = len(found)
    if not common:
        return 0.0
    misplaced = sum(a[i] != letter for i, letter in zip(sorted(taken), found, strict=True))
    similarity = (common / len(a) + common / len(b) + (common - misplaced // 2) / common) / 3.0
    if similarity > 0.7:
        prefix = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
        similarity += min(prefix, 4) * 0.1 * (1.0 - similarity)
    return similarity
