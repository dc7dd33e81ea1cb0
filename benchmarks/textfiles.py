"""Carriers' text files for the ingest proof: of every twenty rows, nineteen clean and one from the dirty mix."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.datasets import Recipe, dataset, proofs_folder
from engine.synthetic import CORE_COLUMNS, FULL_COLUMNS
from engine.synthetic.delivery import Dialect, dialect_of, header, lines

CARRIERS = ("VTL", "VNP", "MBF")
ENCODINGS = {"utf-8": 0, "tcvn3": 1, "vni": 2}
CLEAN_ROWS = 19


def text_file(encoding: str, rows: int, *, full: bool) -> tuple[Path, Path]:
    """Give a file of `rows` records in an encoding and its carrier profile, writing them once."""
    place = ENCODINGS[encoding]
    dialect = dialect_of("dirty", place)
    columns = FULL_COLUMNS if full else CORE_COLUMNS
    folder = proofs_folder() / f"text-{encoding}-{rows}-{len(columns)}c"
    path, profile = folder / f"batch-{CARRIERS[place]}.csv", folder / "carrier.toml"
    if path.exists():
        return path, profile
    folder.mkdir(parents=True, exist_ok=True)
    clean = dataset(Recipe("clean", rows, rows, columns=columns))
    dirty = dataset(Recipe("dirty", rows, max(rows // 8, 3_000), carriers=CARRIERS, format="csv", columns=columns))
    profile.write_text(dialect.profile_text(CARRIERS[place]), encoding="utf-8")
    partial = path.with_suffix(".partial")
    _mix(Path(clean.batches[0]["path"]), Path(dirty.batches[place]["path"]), dialect, columns, rows, partial)
    partial.replace(path)
    return path, profile


def ten_times(path: Path) -> Path:
    """Give the file with its records ten times over."""
    longer = path.with_name(f"ten-{path.name}")
    if not longer.exists():
        partial = longer.with_suffix(".partial")
        with path.open("rb") as one, partial.open("wb") as ten:
            ten.write(one.readline())
            start = one.tell()
            for _ in range(10):
                one.seek(start)
                while block := one.read(1 << 24):
                    ten.write(block)
        partial.replace(longer)
    return longer


def _mix(clean: Path, dirty: Path, dialect: Dialect, columns: tuple[str, ...], rows: int, out: Path) -> None:
    end = dialect.line_end.encode()
    wanted = rows // (CLEAN_ROWS + 1)
    with dirty.open("rb") as file:
        file.readline()
        broken = [line for _, line in zip(range(wanted), file, strict=False)]
    broken += broken[: wanted - len(broken)]
    with out.open("wb") as file:
        file.write(header(dialect, columns))
        left, used = rows - len(broken), 0
        for batch in pq.ParquetFile(clean).iter_batches(batch_size=CLEAN_ROWS * 10_000):
            table = pa.Table.from_batches([batch]).select(list(columns)).slice(0, left)
            left -= table.num_rows
            whole = lines(dialect, table, np.zeros(table.num_rows, np.int64)).split(end)[:-1]
            for place in range(0, len(whole), CLEAN_ROWS):
                file.write(end.join(whole[place : place + CLEAN_ROWS]) + end)
                file.write(b"".join(broken[used : used + 1]))
                used += 1
        file.write(b"".join(broken[used:]))
