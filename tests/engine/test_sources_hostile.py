"""The hostile corpus: no crash, no lost good row, each refusal names file and reason, rows in = rows out + rejected."""

import pickle
from collections import Counter
from pathlib import Path

import numba
import pytest

from engine.errors import SourceError
from engine.sources import Chunk, Prepared, prepare, read_chunk
from tests.engine.hostile.case import Case, cells
from tests.engine.hostile.containers import CONTAINERS
from tests.engine.hostile.tables import TABLES
from tests.engine.hostile.texts import TEXTS

CASES = [*TEXTS, *CONTAINERS, *TABLES]
PLAIN_LOOPS = bool(numba.config.DISABLE_JIT)  # type: ignore[attr-defined]


def read_all(path: Path, case: Case, spool: Path, chunk_rows: int) -> tuple[Prepared, list[Chunk]]:
    prepared = prepare(path, profile=case.profile, kind=case.kind, spool_dir=spool, chunk_rows=chunk_rows)
    return prepared, [read_chunk(pickle.loads(pickle.dumps(spec))) for spec in prepared.specs]


def check_refusal(case: Case, path: Path, spool: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_all(path, case, spool, 1_048_576)
    error = caught.value
    assert error.code.startswith(case.refused or "")
    if case.refused != "source":
        assert error.code == case.refused
    assert str(path) in str(error)
    for word in case.says:
        assert word in str(error)
    assert not list(spool.glob("*.part"))
    # No value of a record may stand in a refusal.
    said = str(error).replace(str(path), "")
    assert not any(value in said for i in range(20) for value in cells(i)[2:4])
    assert "0912345678" not in said
    assert "079099012345" not in said


def test_the_corpus_holds_at_least_a_hundred_files_of_different_names() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
    assert len(names) >= 100


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=[pytest.mark.slow] if case.slow else []) for case in CASES], ids=lambda c: c.name
)
def test_a_hostile_file_is_read_to_its_last_good_row_or_refused_with_its_reason(case: Case, tmp_path: Path) -> None:
    if case.slow and PLAIN_LOOPS:
        pytest.skip("loops over this file in plain Python take minutes")
    folder = tmp_path / "in"
    folder.mkdir()
    path = case.build(folder)
    spool = tmp_path / "spool"
    if case.refused:
        check_refusal(case, path, spool)
        return
    results = []
    for chunk_rows in (1_048_576, 3):
        prepared, chunks = read_all(path, case, spool, chunk_rows)
        rows = sum(chunk.table.num_rows for chunk in chunks)
        rejects = sum(chunk.rejects.num_rows for chunk in chunks)
        assert prepared.framed == rows + rejects == sum(spec.framed for spec in prepared.specs)
        numbered = sorted(
            [int(n) for chunk in chunks for n in chunk.row_numbers]
            + [n for chunk in chunks for n in chunk.rejects.column("row").to_pylist()]
        )
        assert numbered == list(range(1, prepared.framed + 1))
        found = {
            name: tuple(value for chunk in chunks for value in chunk.table.column(name).to_pylist())
            for name in prepared.columns_found
        }
        assert all(chunk.table.column_names == chunks[0].table.column_names for chunk in chunks)
        reasons = [reason for chunk in chunks for reason in chunk.rejects.column("reason").to_pylist()]
        assert all(len(chunk.lines) == chunk.table.num_rows for chunk in chunks)
        codes = {item.code for item in prepared.findings} | {item.code for chunk in chunks for item in chunk.findings}
        if case.keeps is not None and prepared.columns_found and case.keeps:
            assert found["msisdn"] == case.keeps
        elif case.keeps == ():
            assert rows == 0
        if case.keeps is not None or case.rejects:
            assert Counter(reasons) == case.rejects
        for name, values in case.values.items():
            assert found[name] == values
        assert set(case.findings) <= codes
        results.append((found, reasons, prepared.digest, prepared.framed))
    # The same rows and rejects, whatever the size of the chunks.
    assert results[0] == results[1]
