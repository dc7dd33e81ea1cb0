"""Parquet files that depend on their rows alone, not on how many threads made them or in which portions they came."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_ROWS_PER_GROUP = 131_072


def write_tables(
    tables: Iterable[Any], schema: Any, out: Path, metadata: Callable[[], Mapping[str, str]] = dict
) -> int:
    """Write tables in their order in row groups of equal length; give the number of rows.

    `metadata` is asked once all tables have been drawn, so that it may speak of them.
    """
    rows = 0
    with pq.ParquetWriter(out, schema, compression="zstd", store_schema=False) as writer:
        held = schema.empty_table()
        for table in tables:
            rows += table.num_rows
            held = pa.concat_tables([held, table.cast(schema)])
            while held.num_rows >= _ROWS_PER_GROUP:
                writer.write_table(held.slice(0, _ROWS_PER_GROUP).combine_chunks(), _ROWS_PER_GROUP)
                held = held.slice(_ROWS_PER_GROUP)
        if held.num_rows:
            writer.write_table(held.combine_chunks(), _ROWS_PER_GROUP)
        writer.add_key_value_metadata(dict(metadata()))
    return rows
