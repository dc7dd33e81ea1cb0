"""What a chunk's work reads of its file: no more than it needs, and all of a record that is refused."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.chunk_task import READS
from engine.reference import reference
from engine.sources import ChunkSpec, prepare, read_chunk
from engine.stages.circumstances import circumstances
from engine.stages.standardise import standardise
from engine.synthetic import AS_OF, generate
from matching.kernels.tokens import Vocabulary


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch")
    made = generate(folder, persons=500, sims=500, profile="dirty", seed=7, carriers=("VTL",), format="parquet")
    return made.batches[0]


def spec_of(path: Path, scratch: Path) -> ChunkSpec:
    (spec,) = prepare(path, profile=None, kind="batch", spool_dir=scratch).specs
    return spec


def test_columns_that_are_left_unread_change_nothing(batch: Path, tmp_path: Path) -> None:
    spec = spec_of(batch, tmp_path)
    whole, part = read_chunk(spec), read_chunk(spec, READS)
    assert set(part.table.column_names) == READS & set(whole.table.column_names) < set(whole.table.column_names)
    assert part.row_numbers.tolist() == whole.row_numbers.tolist()
    tables = reference(AS_OF)
    for stage in (lambda table: standardise(table, Vocabulary(), tables), lambda table: circumstances(table, tables)):
        from_whole, from_part = stage(whole.table), stage(part.table)
        for field in fields(from_whole):
            np.testing.assert_array_equal(getattr(from_part, field.name), getattr(from_whole, field.name))


def test_a_refused_record_is_told_whole(batch: Path, tmp_path: Path) -> None:
    table = pq.read_table(batch)
    names = table.column("full_name").to_pylist()
    names[3] = "Nguyễn\0Văn An"
    place = table.column_names.index("full_name")
    broken = tmp_path / "broken.parquet"
    pq.write_table(table.set_column(place, "full_name", pa.array(names)), broken)
    spec = spec_of(broken, tmp_path)
    whole, part = read_chunk(spec), read_chunk(spec, READS)
    assert whole.rejects.equals(part.rejects)
    assert part.rejects.column("reason").to_pylist() == ["nul-byte"]
    assert part.table.num_rows == table.num_rows - 1
