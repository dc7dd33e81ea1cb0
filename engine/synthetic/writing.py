"""Chunks of generated rows to files: worked out by several threads, joined in order, the same bytes however many."""

import base64
import itertools
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute  # the Parquet writer takes functions from it for dictionaries, and loads it too late by itself
import pyarrow.parquet as pq

from engine.parquet_join import PartAppender
from engine.synthetic.draw import Index

CHUNK = 262_144
_NUMBERS = itertools.count()


def chunks(rows: int) -> Iterator[Index]:
    """Cut 0 .. rows - 1 into chunks of the one size that all files are made of; no rows are one empty chunk."""
    for first in range(0, max(rows, 1), CHUNK):
        yield np.arange(first, min(rows, first + CHUNK), dtype=np.int64)


def in_order(work: Callable[[Index], Any], rows: int, workers: int) -> Iterator[Any]:
    """Give work(chunk) for every chunk in order, at most one chunk per worker ahead."""
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


class ParquetFile:
    """A Parquet file in the making: `encode` may run in any thread, `add` takes its results in order."""

    def __init__(self, path: Path) -> None:
        self._path, self._appender = path, PartAppender(path)

    def encode(self, table: Any) -> Path:
        """Write one row group to a part file and give its path."""
        part = self._path.with_name(f".{self._path.stem}-{next(_NUMBERS)}.part")
        shown = base64.b64encode(plain_schema(table.schema).serialize().to_pybytes())
        table = table.replace_schema_metadata({b"ARROW:schema": shown})
        few = [entry.name for entry in table.schema if pa.types.is_dictionary(entry.type)]
        pq.write_table(
            table,
            part,
            row_group_size=CHUNK,
            compression="zstd",
            compression_level=1,
            use_dictionary=few,
            store_schema=False,
        )
        return part

    def add(self, part: Path) -> None:
        """Take the next part; the part file is gone afterwards."""
        self._appender.append(part)
        part.unlink()

    def __enter__(self) -> "ParquetFile":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        if error is None:
            self._appender.finish()
        self._appender.__exit__(kind, error, trace)
