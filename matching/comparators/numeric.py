"""Quantities: prices, years, sizes. Near is a matter of ratio and of how widely the field is spread."""

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

NAME = "numeric"
WORDINGS = (
    ABSENT,
    UNLIKE,
    Wording("cùng cỡ", "of the same size"),
    Wording("gần nhau", "near"),
    Wording("rất gần nhau", "very near"),
    SAME,
)
EQUAL = 5
CUTS = ((0.02, 4), (0.1, 3), (0.3, 2))
"""Up to such a gap, as a share of the larger number and of the span, the level is at least the one beside it."""


def compare(a: str, b: str, options: Options = PLAIN) -> Comparison:
    """Compare two numbers; a text that is no number equals only itself."""
    if not a or not b:
        return judged(WORDINGS, MISSING, 0.0)
    if a == b:
        return judged(WORDINGS, EQUAL, 1.0)
    try:
        first, second = float(a), float(b)
    except ValueError:
        return judged(WORDINGS, DIFFERS, 0.0)
    gap = abs(first - second)
    size = max(abs(first), abs(second))
    if gap == 0.0:
        return judged(WORDINGS, EQUAL, 1.0)
    share = max(gap / size, gap / options.span if options.span else 0.0)
    level = next((level for cut, level in CUTS if share <= cut), DIFFERS)
    return judged(WORDINGS, level, max(0.0, 1.0 - share))


def quantities(column: Column) -> npt.NDArray[np.float64]:
    """Give each value as a number, not-a-number where it is none."""
    result = np.full(len(column.counts), np.nan)
    for row, value in enumerate(column.texts):
        try:
            result[row] = float(value) if value else np.nan
        except ValueError:
            continue
    return result


def compare_rows(column: Column, a_rows: Rows, b_rows: Rows, options: Options = PLAIN) -> tuple[Levels, Similarities]:
    """Compare pairs of distinct values as numbers."""
    levels, similarities, rest = settled(column, a_rows, b_rows, EQUAL)
    numbers = quantities(column)
    first, second = numbers[a_rows[rest]], numbers[b_rows[rest]]
    gap = np.abs(first - second)
    size = np.maximum(np.abs(first), np.abs(second))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = gap / size
    if options.span:
        share = np.maximum(share, gap / options.span)
    found = np.full(len(rest), DIFFERS, np.uint8)
    for cut, level in reversed(CUTS):
        found[share <= cut] = level
    found[gap == 0.0] = EQUAL
    share[gap == 0.0] = 0.0
    levels[rest] = found
    similarities[rest] = np.maximum(0.0, 1.0 - np.where(np.isnan(share), 1.0, share))
    return levels, similarities
