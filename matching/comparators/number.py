"""Digits that name something: identity numbers, telephone numbers, postcodes. They are never near as quantities."""

import numpy as np

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

NAME = "number"
WORDINGS = (
    ABSENT,
    UNLIKE,
    Wording("sai hai chữ số", "two digits off"),
    Wording("sai một chữ số", "one digit off"),
    Wording("trùng phần cuối", "same ending"),
    SAME,
)
TWO_EDITS, ONE_EDIT, ENDING, EQUAL = 2, 3, 4, 5
ONE_EDIT_DIGITS, TWO_EDIT_DIGITS = 2, 7
"""So many digits must stand on both sides for one or two edits to say anything."""

ENDING_DIGITS = 7
"""Where one number is longer (a country or area code), the shorter is its ending if it has so many digits."""


def compare(a: str, b: str, options: Options = PLAIN) -> Comparison:
    """Compare two numbers as texts of digits; the similarity is 1 less the edits over the longer length."""
    del options
    if not a or not b:
        return judged(WORDINGS, MISSING, 0.0)
    if a == b:
        return judged(WORDINGS, EQUAL, 1.0)
    edits, shorter, longer = text.osa_distance(a, b), min(len(a), len(b)), max(len(a), len(b))
    similarity = 1.0 - edits / longer
    if len(a) != len(b) and shorter >= ENDING_DIGITS and (a.endswith(b) or b.endswith(a)):
        return judged(WORDINGS, ENDING, similarity)
    if edits == 1 and shorter >= ONE_EDIT_DIGITS:
        return judged(WORDINGS, ONE_EDIT, similarity)
    if edits == 2 and shorter >= TWO_EDIT_DIGITS:
        return judged(WORDINGS, TWO_EDITS, similarity)
    return judged(WORDINGS, DIFFERS, similarity)


def compare_rows(column: Column, a_rows: Rows, b_rows: Rows, options: Options = PLAIN) -> tuple[Levels, Similarities]:
    """Compare pairs of distinct numbers by the edit kernel."""
    del options
    levels, similarities, rest = settled(column, a_rows, b_rows, EQUAL)
    a, b = a_rows[rest], b_rows[rest]
    edits = text.edit_distance_rows(column, a, b)
    length_a, length_b = column.lengths[a], column.lengths[b]
    shorter, longer = np.minimum(length_a, length_b), np.maximum(length_a, length_b)
    found = np.full(len(rest), DIFFERS, np.uint8)
    found[(edits == 2) & (shorter >= TWO_EDIT_DIGITS)] = TWO_EDITS
    found[(edits == 1) & (shorter >= ONE_EDIT_DIGITS)] = ONE_EDIT
    # An ending is as many edits away as it is shorter, so only those pairs are looked at by value.
    for pair in np.flatnonzero(
        (length_a != length_b) & (shorter >= ENDING_DIGITS) & (edits == longer - shorter)
    ).tolist():
        first, second = column.texts[a[pair]], column.texts[b[pair]]
        if first.endswith(second) or second.endswith(first):
            found[pair] = ENDING
    levels[rest] = found
    similarities[rest] = 1.0 - edits / np.maximum(longer, 1)
    return levels, similarities
