"""Values that are the same or are not: codes, categories."""

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
    judged,
    settled,
)

NAME = "exact"
WORDINGS = (ABSENT, UNLIKE, SAME)
EQUAL = 2


def compare(a: str, b: str, options: Options = PLAIN) -> Comparison:
    """Compare two texts letter by letter."""
    del options
    if not a or not b:
        return judged(WORDINGS, MISSING, 0.0)
    return judged(WORDINGS, EQUAL, 1.0) if a == b else judged(WORDINGS, DIFFERS, 0.0)


def compare_rows(column: Column, a_rows: Rows, b_rows: Rows, options: Options = PLAIN) -> tuple[Levels, Similarities]:
    """Compare pairs of distinct values: only a value equals itself."""
    del options
    levels, similarities, _ = settled(column, a_rows, b_rows, EQUAL)
    return levels, similarities
