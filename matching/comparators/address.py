"""Postal addresses: the numbers must agree before the words count for much."""

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
from matching.comparators.token_set import compare as compare_words
from matching.comparators.token_set import compare_rows as compare_word_rows

NAME = "address"
WORDINGS = (
    ABSENT,
    UNLIKE,
    Wording("chung vài từ", "some words in common"),
    Wording("giống tên đường nhưng khác số", "the words agree, the numbers do not"),
    Wording("cùng số, giống một phần", "same numbers, words partly alike"),
    Wording("cùng số, gần trùng", "same numbers, words nearly equal"),
    SAME,
)
SOME, OTHER_NUMBER, PARTLY, NEAR, EQUAL = 2, 3, 4, 5, 6
SOME_FROM, ALIKE_FROM, NEAR_FROM = 0.35, 0.5, 0.8


def compare(a: str, b: str, options: Options = PLAIN) -> Comparison:
    """Compare two folded addresses: words as `token_set` does, and the sets of words that hold a digit."""
    if not a or not b:
        return judged(WORDINGS, MISSING, 0.0)
    if a == b:
        return judged(WORDINGS, EQUAL, 1.0)
    similarity = compare_words(a, b, options).similarity
    agree = numbers(a) == numbers(b)
    if similarity < SOME_FROM:
        return judged(WORDINGS, DIFFERS, similarity)
    if agree:
        level = NEAR if similarity >= NEAR_FROM else PARTLY if similarity >= ALIKE_FROM else SOME
        return judged(WORDINGS, level, similarity)
    return judged(WORDINGS, OTHER_NUMBER if similarity >= NEAR_FROM else SOME, similarity)


def numbers(value: str) -> frozenset[str]:
    """Give the words of an address that hold a digit."""
    return frozenset(word for word in value.split() if any(letter.isdigit() for letter in word))


def compare_rows(column: Column, a_rows: Rows, b_rows: Rows, options: Options = PLAIN) -> tuple[Levels, Similarities]:
    """Compare pairs of distinct addresses."""
    levels, similarities, rest = settled(column, a_rows, b_rows, EQUAL)
    a, b = a_rows[rest], b_rows[rest]
    _, alike = compare_word_rows(column, a, b, options)
    marks = _number_marks(column)
    agree = marks[a] == marks[b]
    found = np.full(len(rest), DIFFERS, np.uint8)
    found[alike >= SOME_FROM] = SOME
    found[agree & (alike >= ALIKE_FROM)] = PARTLY
    found[agree & (alike >= NEAR_FROM)] = NEAR
    found[~agree & (alike >= NEAR_FROM)] = OTHER_NUMBER
    levels[rest] = found
    similarities[rest] = alike
    return levels, similarities


def _number_marks(column: Column) -> npt.NDArray[np.int64]:
    """Give each value's set of numbers as a code."""
    codes: dict[frozenset[str], int] = {}
    return np.array([codes.setdefault(numbers(value), len(codes)) for value in column.texts], np.int64)
