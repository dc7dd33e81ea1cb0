"""Kill runs with SIGKILL, at every boundary of their stages and at random moments, and resume them.

`kill_and_resume` is called by the test beside it on a small run, and by the full-size proof on a large one. A run that
is killed is a process of its own, in a session of its own, so that what it started dies with it.
"""

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import IO

from engine.identity.store import open_index
from engine.pipeline import RunPlan, reconcile

ROOT = Path(__file__).parents[2]
OUTPUTS = ("verdicts.parquet", "rejects.parquet", "findings.parquet", "attempts.parquet", "manifest.json")
READY, FINISHED = b"ready\n", b"finished\n"
PATIENCE_S = 3600.0


@dataclass(frozen=True, slots=True)
class Boundary:
    """A step that a run tells of: its stage, and how much of it was done."""

    stage: str
    done: int


@dataclass(frozen=True, slots=True)
class Killed:
    """One run that was killed and resumed; `different` names the outputs whose bytes are not those of the whole run."""

    where: str
    in_time: bool
    different: tuple[str, ...]


def kill_and_resume(
    plan: RunPlan,
    times: int,
    seed: int,
    executor: str = "local",
    *,
    boundaries: Sequence[Boundary] | None = None,
    resume_here: bool = False,
) -> list[Killed]:
    """Run `plan` whole, then again for each boundary and each of `times` random moments: killed, resumed, compared.

    `plan.index_path` names the index; outputs go to folders beside `plan.out`. Without `boundaries`, every step that
    the whole run told is one. Those are killed one after another in one run, which is resumed until the next; each
    random moment has a run of its own. `resume_here` resumes in this process, which spares the start of another.
    """
    plan = replace(plan, executor=executor, resume=False)
    seconds, told = _whole(plan)
    reports = []
    chained = replace(plan, out=plan.out.with_name(f"{plan.out.name}-boundaries"), resume=True)
    for boundary in told if boundaries is None else boundaries:
        alive = _attempt(chained, boundary, None)
        reports.append(Killed(f"{boundary.stage} {boundary.done}", not alive, ()))
    _resume(chained, here=resume_here)
    reports = [replace(report, different=different(plan.out, chained.out)) for report in reports]
    random = Random(seed)
    for number in range(times):
        moment = random.uniform(0.0, seconds)
        mine = replace(plan, out=plan.out.with_name(f"{plan.out.name}-moment-{number}"), resume=True)
        alive = _attempt(mine, None, moment)
        _resume(mine, here=resume_here)
        reports.append(Killed(f"{moment:.3f} s of {seconds:.3f}", not alive, different(plan.out, mine.out)))
    return reports


def different(one: Path, other: Path) -> tuple[str, ...]:
    """Name the outputs of two runs that are not byte for byte the same, those for carriers among them."""
    names = [name for name in OUTPUTS if (one / name).exists() or (other / name).exists()]
    names += sorted(str(path.relative_to(one)) for path in (one / "carrier").rglob("*.csv"))
    return tuple(name for name in names if _content(one / name) != _content(other / name))


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _whole(plan: RunPlan) -> tuple[float, list[Boundary]]:
    """Run the plan to its end in a process of its own; give its seconds and the steps that it told."""
    told: list[Boundary] = []
    with _Child(plan, None) as child:
        begun = time.perf_counter()
        for line in child.lines():
            stage, _, done = line.decode().strip().partition(" ")
            if done:
                told.append(Boundary(stage, int(done)))
        seconds = time.perf_counter() - begun
    if not child.finished:
        raise RuntimeError(f"the run that nobody kills did not end well: {plan.out}")
    return seconds, list(dict.fromkeys(told))


def _attempt(plan: RunPlan, boundary: Boundary | None, moment_s: float | None) -> bool:
    """Start the run and kill it; tell whether it came to its end all the same."""
    with _Child(plan, boundary) as child:
        if moment_s is not None:
            time.sleep(moment_s)
            child.kill()
        for _ in child.lines():
            pass
    return child.finished


def _resume(plan: RunPlan, *, here: bool) -> None:
    if here and plan.index_path is not None:
        reconcile(plan, open_index(plan.index_path))
        return
    with _Child(plan, None) as child:
        for _ in child.lines():
            pass
    if not child.finished:
        raise RuntimeError(f"the resumed run did not end well: {plan.out}")


class _Child:
    """A run in a process and session of its own; it is ready when entered and gone when left."""

    def __init__(self, plan: RunPlan, boundary: Boundary | None) -> None:
        self._request = pickle.dumps((plan, boundary))
        self.finished = False

    def __enter__(self) -> "_Child":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.scenarios.kill_and_resume"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        _pipe(self._process.stdin).write(self._request)
        _pipe(self._process.stdin).close()
        if _pipe(self._process.stdout).readline() != READY:
            self.kill()
            raise RuntimeError("a run could not be started; see its error output")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.wait(PATIENCE_S)
        _pipe(self._process.stdout).close()

    def lines(self) -> list[bytes]:
        """Give what the run told, until it ended or was killed."""
        lines = _pipe(self._process.stdout).readlines()
        self.finished = FINISHED in lines
        return lines

    def kill(self) -> None:
        """Kill the run and all that it started."""
        os.killpg(self._process.pid, signal.SIGKILL)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("the run was started without pipes")
    return pipe


def _told(boundary: Boundary | None, stage: str, done: int) -> None:
    """Tell a step on stdout; at the boundary given, or past it, die as by the power being cut."""
    sys.stdout.write(f"{stage} {done}\n")
    sys.stdout.flush()
    if boundary is not None and stage == boundary.stage and done >= boundary.done:
        os.killpg(os.getpid(), signal.SIGKILL)


def _run() -> None:
    plan, boundary = pickle.loads(sys.stdin.buffer.read())
    index = open_index(plan.index_path)
    sys.stdout.buffer.write(READY)
    sys.stdout.flush()
    reconcile(plan, index, lambda stage, done, _all: _told(boundary, stage, done))
    sys.stdout.buffer.write(FINISHED)


if __name__ == "__main__":
    _run()
