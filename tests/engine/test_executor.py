"""Executors run the same tasks to the same parts, and tell what went wrong in them."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import SourceChanged
from engine.executor import ExecutorMissing, LocalExecutor, RayExecutor
from engine.identity.index import IdentityIndex
from engine.identity.store import open_index
from engine.pipeline import Run, reconcile, tasks_of
from engine.posterior import BUILT_IN
from engine.sources import prepare
from tests.engine.small_register import AS_OF, index_of, plan_of, townsfolk
from tests.engine.test_pipeline import bytes_of, mixed

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

PEOPLE = townsfolk(90)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("executor")


@pytest.fixture(scope="module")
def index(folder: Path) -> IdentityIndex:
    return index_of(folder, PEOPLE, "index")


def run_under_way(folder: Path, index: IdentityIndex, out: str) -> Run:
    plan = plan_of(folder, {"VTL": mixed(PEOPLE)}, out, chunk_rows=20)
    (plan.out / "work").mkdir(parents=True)
    prepared = [
        prepare(batch.path, profile=None, kind="batch", spool_dir=plan.out / "work", chunk_rows=20)
        for batch in plan.batches
    ]
    return Run(plan, index, "circular-08-2026", prepared, BUILT_IN)


def test_tasks_are_numbered_in_the_order_of_the_batches(folder: Path, index: IdentityIndex) -> None:
    tasks = tasks_of(run_under_way(folder, index, "numbers"))
    assert [task.number for task in tasks] == [0, 1, 2, 3, 4]
    assert [task.spec.first_row for task in tasks] == [1, 21, 41, 61, 81]


@pytest.mark.parametrize("workers", [0, 1, 4])
def test_every_task_is_finished_once(folder: Path, index: IdentityIndex, workers: int) -> None:
    tasks = tasks_of(run_under_way(folder, index, f"workers-{workers}"))
    assert not any(task.done() for task in tasks)
    finished = list(LocalExecutor(index, workers).run(tasks))
    assert sorted(task.number for task, _ in finished) == [0, 1, 2, 3, 4]
    assert all(task.done() and set(seconds) >= {"read", "match", "write"} for task, seconds in finished)


def test_what_a_task_raises_is_raised_and_finished_parts_are_kept(folder: Path, index: IdentityIndex) -> None:
    tasks = tasks_of(run_under_way(folder, index, "raising"))
    broken = replace(tasks[2], spec=replace(tasks[2].spec, size=1))
    tasks[2] = broken
    with pytest.raises(SourceChanged):
        list(LocalExecutor(index, 1).run(tasks))
    assert tasks[0].done()
    assert tasks[1].done()
    assert not broken.done()


def test_an_executor_that_is_not_installed_says_how_to_get_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ExecutorMissing, match=r"pip install 'sogoc\[ray\]'"):
        RayExecutor(folder / "index", 2)


@pytest.mark.ray
@pytest.mark.filterwarnings("ignore")
def test_ray_writes_the_bytes_that_local_threads_write(folder: Path, index: IdentityIndex) -> None:
    pytest.importorskip("ray")
    local = plan_of(folder, {"VTL": mixed(PEOPLE)}, "local", chunk_rows=20, findings=True, index_path=folder / "index")
    reconcile(local, open_index(folder / "index"))
    distant = replace(local, out=folder / "ray", executor="ray")
    reconcile(distant, open_index(folder / "index"))
    assert bytes_of(distant.out) == bytes_of(local.out)
    assert local.as_of == AS_OF
