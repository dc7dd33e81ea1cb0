"""One field of both tables as codes of its distinct prepared values."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from engine.columns import text_buffers
from matching.comparators.column import Column

Rows = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Values:
    """A field as codes: `left` and `right` give each row's row in `column`, 0 is the missing value.

    In a deduplication both sides are the same array.
    """

    column: Column
    left: Rows
    right: Rows

    def shares(self) -> tuple[Floats, Floats]:
        """Give the share of each value among the rows of each side that hold one."""
        sides = []
        for codes in (self.left, self.right):
            held = np.bincount(codes, minlength=len(self.column.counts)).astype(np.float64)
            held[0] = 0.0
            sides.append(held / max(held.sum(), 1.0))
        return sides[0], sides[1]


def encode(column: pl.Series) -> tuple[Rows, pl.Series]:
    """Give codes in order of first appearance, and the distinct values; a null is the empty text."""
    arrow = column.cast(pl.String).fill_null("").to_arrow()
    whole = arrow.combine_chunks() if isinstance(arrow, pa.ChunkedArray) else arrow
    encoded = whole.cast(pa.large_string()).dictionary_encode()
    codes: Rows = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    return codes, pl.Series(pl.from_arrow(encoded.dictionary))


def field_values(left: pl.Series, right: pl.Series | None, prepare: Callable[[pl.Series], pl.Series]) -> Values:
    """Code one field of two tables (or of one, with `right` None) over its distinct prepared values.

    Each table is prepared by itself: two tables may write the same date in different shapes.
    """
    sides = [left] if right is None else [left, right]
    raw = [encode(side) for side in sides]
    prepared = [prepare(distinct).cast(pl.String).rename("v") for _, distinct in raw]
    codes, texts = encode(pl.concat([pl.Series("v", [""], dtype=pl.String), *prepared]))
    rows, start = [], 1
    for (raw_codes, _), values in zip(raw, prepared, strict=True):
        rows.append(codes[start : start + len(values)][raw_codes])
        start += len(values)
    data, offsets = text_buffers(texts.to_arrow())
    counts = np.bincount(np.concatenate(rows), minlength=len(texts)).astype(np.float64)
    return Values(Column(data, offsets, counts), rows[0], rows[-1])
