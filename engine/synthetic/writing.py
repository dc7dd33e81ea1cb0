"""Chunks of generated rows to files: worked out by several threads, written in order, the same bytes however many."""

import base64
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from engine.synthetic.draw import Index

CHUNK = 262_144


def chunks(rows: int) -> Iterator[Index]:
    """Cut 0 .. rows - 1 into chunks of the one size that all files are made of."""
    for first in range(0, rows, CHUNK):
        yield np.arange(first, min(rows, first + CHUNK), dtype=np.int64)


def in_order(work: Callable[[Index], Any], rows: int, workers: int) -> Iterator[Any]:
    """Give work(chunk) for every chunk in order, at most two chunks ahead per worker."""
    if workers <= 1:
        yield from map(work, chunks(rows))
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Any]] = deque()
        for chunk in chunks(rows):
            waiting.append(pool.submit(work, chunk))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def plain_schema(schema: Any) -> Any:
    """Give the schema readers shall see: dictionary columns are only a way of writing text."""
    fields = [
        pa.field(entry.name, pa.large_string()) if pa.types.is_dictionary(entry.type) else entry for entry in schema
    ]
    return pa.schema(fields)


class ParquetSink:
    """A Parquet file, one row group per table written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: Any = None

    def write(self, table: Any) -> None:
        if self._writer is None:
            shown = base64.b64encode(plain_schema(table.schema).serialize().to_pybytes())
            schema = table.schema.with_metadata({b"ARROW:schema": shown})
            few = [entry.name for entry in schema if pa.types.is_dictionary(entry.type)]
            self._writer = pq.ParquetWriter(
                self._path, schema, compression="zstd", compression_level=1, use_dictionary=few, store_schema=False
            )
        self._writer.write_table(table, row_group_size=CHUNK)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


class CsvSink:
    """A UTF-8 CSV file with one header line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: Any = None

    def write(self, table: Any) -> None:
        table = table.cast(plain_schema(table.schema))
        if self._writer is None:
            self._writer = pc.CSVWriter(self._path, table.schema, write_options=pc.WriteOptions(quoting_style="needed"))
        self._writer.write_table(table)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
