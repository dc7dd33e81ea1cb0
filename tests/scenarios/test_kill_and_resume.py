"""A killed run, resumed, writes the bytes that it would have written undisturbed: wherever, whenever it was killed."""

from pathlib import Path

import pytest

from engine.pipeline import RunPlan
from tests.engine.small_register import index_of, plan_of, townsfolk
from tests.engine.test_pipeline import mixed
from tests.scenarios.kill_and_resume import Boundary, different, kill_and_resume

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

PEOPLE = townsfolk(160)
BOUNDARIES = [
    Boundary("prepare", 1),
    Boundary("prepare", 2),
    Boundary("train", 1),
    Boundary("train", 4),
    Boundary("chunks", 40),
    Boundary("chunks", 160),
    Boundary("close", 1),
    Boundary("close", 2),
    Boundary("close", 3),
]


def two_batches(folder: Path) -> RunPlan:
    index_of(folder, PEOPLE, "index")
    batches = {"VTL": mixed(PEOPLE[:100]), "VNP": mixed(PEOPLE[60:120], 60)}
    return plan_of(folder, batches, "whole", chunk_rows=40, findings=True, index_path=folder / "index", workers=2)


def test_a_run_killed_at_any_boundary_or_moment_and_resumed_writes_the_same_bytes(tmp_path: Path) -> None:
    reports = kill_and_resume(two_batches(tmp_path), times=5, seed=8, boundaries=BOUNDARIES, resume_here=True)
    assert len(reports) == len(BOUNDARIES) + 5
    assert [report for report in reports if report.different] == []
    assert all(report.in_time for report in reports[: len(BOUNDARIES)])


def test_the_comparison_sees_a_single_changed_byte_and_a_missing_file(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name / "carrier" / "VTL").mkdir(parents=True)
        (tmp_path / name / "carrier" / "VTL" / "a.csv").write_text("row,code\n")
        (tmp_path / name / "verdicts.parquet").write_bytes(b"same")
    assert different(tmp_path / "one", tmp_path / "other") == ()
    (tmp_path / "other" / "verdicts.parquet").write_bytes(b"sane")
    (tmp_path / "other" / "carrier" / "VTL" / "a.csv").unlink()
    (tmp_path / "one" / "findings.parquet").touch()
    assert different(tmp_path / "one", tmp_path / "other") == (
        "verdicts.parquet",
        "findings.parquet",
        "carrier/VTL/a.csv",
    )
