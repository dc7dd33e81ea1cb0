"""A run: batches and an index in, a run folder out. Stages leave whole files, so a killed run goes on where it was.

Stages: prepare (frame the batches), train (the model, on a sample), chunks (each to its parts), join (parts to
files), findings (across records), close (manifest, carrier exports, timings).
"""

import datetime
import hashlib
import json
import os
import pickle
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from engine.chunk_task import ChunkTask, tally_chunk, write_whole
from engine.closing import close_run
from engine.errors import EngineError
from engine.executor import Executor, LocalExecutor, RayExecutor
from engine.identity.index import IdentityIndex
from engine.posterior import BUILT_IN, ROUNDS, Model, Tally, updated
from engine.rules import rule_set
from engine.sources import CHUNK_ROWS, CarrierProfile, Prepared, prepare, read_head

SAMPLE_CHUNKS = 4
SAMPLE_ROWS = 98_304
"""Records that the model is trained on: the first of up to four chunks spread over the run."""

WORKER_BYTES = 640 << 20
"""What one worker needs for a chunk at the most (measured: benchmarks/results)."""


class RunExists(EngineError):
    """The run folder holds something already."""

    code: ClassVar[str] = "run-exists"
    template: ClassVar[str] = "{path} is not empty; name another folder, or go on with --resume"


class RunDiffers(EngineError):
    """A run cannot be resumed with other inputs than it was begun with."""

    code: ClassVar[str] = "run-differs"
    template: ClassVar[str] = "{path} was begun with other inputs ({what}); name another folder"


@dataclass(frozen=True, slots=True)
class BatchInput:
    """One file of one carrier. `name` is what verdicts call it; `batch_date` the day of which it speaks."""

    path: Path
    carrier: str
    batch_date: datetime.date | None = None
    profile: CarrierProfile | None = None
    name: str = ""

    def named(self) -> str:
        """Give the batch's name in verdicts."""
        return self.name or self.path.name


@dataclass(frozen=True, slots=True)
class RunPlan:
    """All that a run depends on, and how it is to be worked on (memory, workers, executor: no influence on bytes)."""

    batches: tuple[BatchInput, ...]
    out: Path
    as_of: datetime.date
    index_path: Path | None = None
    rules: str | None = None
    porting: Path | None = None
    previous: Path | None = None
    resume: bool = False
    memory_bytes: int = 4 << 30
    workers: int = 2
    executor: str = "local"
    deep: bool = True
    findings: bool = True
    chunk_rows: int = CHUNK_ROWS


@dataclass(slots=True)
class Run:
    """A run under way: what its stages have found out so far, and the seconds they took."""

    plan: RunPlan
    index: IdentityIndex
    rules: str
    prepared: list[Prepared] = field(default_factory=list)
    model: Model = BUILT_IN
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def work(self) -> Path:
        """Give the folder of parts and scratch."""
        return self.plan.out / "work"


Progress = Callable[[str, int, int], None]
"""Told the stage, what is done of it and what there is in all (records, or steps)."""


def reconcile(plan: RunPlan, index: IdentityIndex, progress: Progress | None = None) -> dict[str, Any]:
    """Reconcile batches against an index and write the run folder; give its manifest.

    Verdicts, rejects, findings and manifest are functions of the batches, the index's content, the rule set and the
    dates alone. A killed run, resumed, writes the same bytes.

    Raises:
        RunExists: The folder is not empty and `resume` is off.
        RunDiffers: The folder belongs to a run with other inputs.
        SourceError: A batch cannot be read at all.
    """
    told = progress or (lambda _stage, _done, _all: None)
    run = Run(plan, index, rule_set(plan.rules, plan.as_of).name)
    _open_folder(plan)
    for name, stage in (("prepare", _prepare), ("train", _train), ("chunks", _chunks)):
        began = time.perf_counter()
        stage(run, told)
        run.seconds[name] = time.perf_counter() - began
    return close_run(run, tasks_of(run), told)


def _open_folder(plan: RunPlan) -> None:
    if plan.out.exists() and any(plan.out.iterdir()) and not plan.resume:
        raise RunExists(path=plan.out)
    plan.out.mkdir(parents=True, exist_ok=True)
    plan.out.chmod(0o700)
    (plan.out / "work").mkdir(exist_ok=True)


def _prepare(run: Run, told: Progress) -> None:
    plan = run.plan
    spool = run.work / "spool"
    spool.mkdir(exist_ok=True)
    for place, batch in enumerate(plan.batches):
        told("prepare", place, len(plan.batches))
        saved = run.work / f"prepared-{place:03d}.pickle"
        prepared = _saved(saved, batch.path)
        if prepared is None:
            prepared = prepare(
                batch.path, profile=batch.profile, kind="batch", spool_dir=spool, chunk_rows=plan.chunk_rows
            )
            write_whole(saved, pickle.dumps((_stamp(batch.path), prepared)))
        run.prepared.append(prepared)
    identity = {
        "batches": [
            [batch.named(), batch.carrier, str(batch.batch_date), repr(batch.profile), prepared.digest]
            for batch, prepared in zip(plan.batches, run.prepared, strict=True)
        ],
        "porting": _digest(plan.porting),
        "previous": _digest(plan.previous / "manifest.json" if plan.previous else None),
        "findings": plan.findings,
        "index": run.index.content,
        "rules": run.rules,
        "as_of": str(plan.as_of),
        "deep": plan.deep,
        "chunk_rows": plan.chunk_rows,
    }
    path = run.work / "identity.json"
    if path.exists():
        before = json.loads(path.read_bytes())
        different = [name for name, value in identity.items() if before.get(name) != value]
        if different:
            raise RunDiffers(path=plan.out, what=", ".join(different))
    write_whole(path, json.dumps(identity, indent=1).encode())
    told("prepare", len(plan.batches), len(plan.batches))


def _digest(path: Path | None) -> str | None:
    """Give the digest of a file that the run reads beside its batches; one not there is told when it is read."""
    if path is None or not path.is_file():
        return None if path is None else path.name
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _saved(path: Path, source: Path) -> Prepared | None:
    """Give what an earlier attempt prepared, if the batch is still the file it was."""
    if not path.exists():
        return None
    stamp, prepared = pickle.loads(path.read_bytes())  # noqa: S301 - our own file in the run's 0700 folder
    return prepared if stamp == _stamp(source) else None


def _stamp(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_size, state.st_mtime_ns


def tasks_of(run: Run) -> list[ChunkTask]:
    """List the chunks of a run in the order of its batches."""
    tasks: list[ChunkTask] = []
    for batch, prepared in zip(run.plan.batches, run.prepared, strict=True):
        order = (batch.profile or CarrierProfile()).date_order
        for spec in prepared.chunks:
            task = ChunkTask(
                number=len(tasks),
                batch=batch.named(),
                carrier=batch.carrier,
                spec=spec,
                folder=run.work,
                as_of=run.plan.as_of,
                rules=run.rules,
                date_order=order,
                model=run.model,
                deep=run.plan.deep,
                facts=run.plan.findings,
            )
            tasks.append(task)
    return tasks


def _train(run: Run, told: Progress) -> None:
    path = run.work / "model.json"
    if path.exists():
        run.model = Model.of_dict(json.loads(path.read_bytes()))
        return
    tasks = tasks_of(run)
    count = min(SAMPLE_CHUNKS, len(tasks))
    sampled = [tasks[place * len(tasks) // count] for place in range(count)]
    counters = []
    with ThreadPoolExecutor(_workers(run.plan)) as pool:
        heads = pool.map(lambda task: tally_chunk(task, run.index, read_head(task.spec, SAMPLE_ROWS // count)), sampled)
        for place, counter in enumerate(heads):
            told("train", place, count)
            counters.append(counter)
    model = BUILT_IN
    for _ in range(ROUNDS if counters else 0):
        tally = Tally.empty()
        for counter in counters:
            counter(model, tally)
        model = updated(model, tally)
    run.model = model
    write_whole(path, json.dumps(model.as_dict()).encode())
    told("train", count, count)


def _chunks(run: Run, told: Progress) -> None:
    tasks = tasks_of(run)
    total = sum(task.spec.framed for task in tasks)
    open_tasks = [task for task in tasks if not task.done()]
    done = total - sum(task.spec.framed for task in open_tasks)
    told("chunks", done, total)
    for task, seconds in _executor(run).run(open_tasks):
        done += task.spec.framed
        for name, value in seconds.items():
            run.seconds[f"chunks.{name}"] = run.seconds.get(f"chunks.{name}", 0.0) + value
        told("chunks", done, total)


def _executor(run: Run) -> Executor:
    plan = run.plan
    workers = _workers(plan)
    if plan.executor == "ray":
        if plan.index_path is None:
            raise EngineError(detail="executor ray needs an index in a folder that its workers can see")
        return RayExecutor(plan.index_path.resolve(), workers)
    return LocalExecutor(run.index, workers)


def _workers(plan: RunPlan) -> int:
    """Count the workers that are wanted and that the memory allows."""
    return max(1, min(plan.workers, plan.memory_bytes // WORKER_BYTES))


def default_workers() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0))
