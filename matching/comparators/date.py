"""Dates in the text form YYYYMMDD, with 00 for a month or day that is not known."""

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

NAME = "date"
WORDINGS = (
    ABSENT,
    UNLIKE,
    Wording("chỉ trùng năm", "the year alone agrees"),
    Wording("trùng hai trong ba phần ngày, tháng, năm", "two of day, month and year agree"),
    Wording("một lỗi gõ, hoặc đảo ngày và tháng", "one slip, or day and month swapped"),
    Wording("trùng phần đã biết", "agrees as far as it is known"),
    SAME,
)
YEAR, TWO_PARTS, SLIP, AS_KNOWN, EQUAL = 2, 3, 4, 5, 6
PARTS = ((0, 4), (4, 6), (6, 8))


def compare(a: str, b: str, options: Options = PLAIN) -> Comparison:
    """Compare two dates part by part; the similarity is the share of equal digits."""
    del options
    if not a or not b:
        return judged(WORDINGS, MISSING, 0.0)
    if a == b:
        return judged(WORDINGS, EQUAL, 1.0)
    similarity = sum(x == y for x, y in zip(a, b, strict=True)) / 8
    known = [(a[i:j], b[i:j]) for i, j in PARTS if int(a[i:j]) and int(b[i:j])]
    agreeing = sum(x == y for x, y in known)
    if len(known) < 3:
        return judged(WORDINGS, AS_KNOWN if agreeing == len(known) else DIFFERS, similarity)
    swapped = a[:4] == b[:4] and a[4:6] == b[6:8] and a[6:8] == b[4:6]
    if swapped or text.osa_distance(a, b) == 1:
        return judged(WORDINGS, SLIP, similarity)
    if agreeing == 2:
        return judged(WORDINGS, TWO_PARTS, similarity)
    return judged(WORDINGS, YEAR if a[:4] == b[:4] else DIFFERS, similarity)


def parts(column: Column) -> npt.NDArray[np.int64]:
    """Give year, month and day of each value, 0 where not known, as rows of three."""
    result = np.zeros((len(column.counts), 3), np.int64)
    held = np.flatnonzero(np.diff(column.offsets) == 8)
    digits = column.data[column.offsets[held][:, None] + np.arange(8)].astype(np.int64) - ord("0")
    for part, (start, stop) in enumerate(PARTS):
        for place in range(start, stop):
            result[held, part] = result[held, part] * 10 + digits[:, place]
    return result


def compare_rows(column: Column, a_rows: Rows, b_rows: Rows, options: Options = PLAIN) -> tuple[Levels, Similarities]:
    """Compare pairs of distinct dates as numbers; only whole dates that share something are compared by letters."""
    del options
    levels, similarities, rest = settled(column, a_rows, b_rows, EQUAL)
    a, b = a_rows[rest], b_rows[rest]
    split = parts(column)
    first, second = split[a], split[b]
    known = (first > 0) & (second > 0)
    agree = (first == second) & known
    whole = known.all(axis=1)
    found = np.full(len(rest), DIFFERS, np.uint8)
    found[~whole & (agree.sum(axis=1) == known.sum(axis=1))] = AS_KNOWN
    found[whole & agree[:, 0]] = YEAR
    found[whole & (agree.sum(axis=1) == 2)] = TWO_PARTS
    swapped = agree[:, 0] & (first[:, 1] == second[:, 2]) & (first[:, 2] == second[:, 1])
    tried = np.flatnonzero(whole)
    slip = whole & swapped
    slip[tried] |= text.edit_distance_rows(column, a[tried], b[tried]) == 1
    found[slip] = SLIP
    levels[rest] = found
    places = np.arange(8)
    same = column.data[column.offsets[a][:, None] + places] == column.data[column.offsets[b][:, None] + places]
    similarities[rest] = same.sum(axis=1) / 8
    return levels, similarities
