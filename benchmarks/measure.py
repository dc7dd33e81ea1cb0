"""Run a contestant in a process of its own and tell what its job cost.

The child imports its libraries and warms up on a tiny input; then it says so, and only from there on wall time,
processor time and memory count. Run as `python -m benchmarks.measure CONTESTANT JOB.json` it is that child.
"""

import contextlib
import importlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.memory import MIB, PeakSampler

ROOT = Path(__file__).resolve().parents[1]
THREADS = 2
_READY, _DONE, _GO = "ready", "done", "go"


class ContestantFailed(RuntimeError):
    """The child ended without an answer."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One contestant's cost: the median run by wall time, and the walls of all runs.

    `start_s` is what was excluded: imports, loading or compiling of kernels, the tiny warm-up input. `peak_own_mib`
    is anonymous and shared memory of the process tree, `peak_mapped_mib` its resident file pages, each at its own
    highest; `high_water_mib` is VmHWM of the child alone over its whole life, both kinds together.
    """

    contestant: str
    wall_s: float
    cpu_s: float
    start_s: float
    peak_own_mib: float
    peak_mapped_mib: float
    high_water_mib: float
    walls_s: list[float]
    told: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def measure(contestant: str, job: Mapping[str, Any], *, threads: int = THREADS) -> Measured:
    """Run `benchmarks.contestants.<contestant>` once on a job.

    Raises:
        ContestantFailed: The child died; its own words are on stderr.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        answer = Path(scratch) / "answer.json"
        spec = Path(scratch) / "job.json"
        spec.write_text(json.dumps({**job, "threads": threads, "_answer": str(answer)}, default=str))
        command = [sys.executable, "-m", "benchmarks.measure", contestant, str(spec)]
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=_environment(threads),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            try:
                return _conduct(child, contestant, answer)
            finally:
                if child.poll() is None:
                    child.kill()


def _conduct(child: "subprocess.Popen[str]", contestant: str, answer: Path) -> Measured:
    assert child.stdin is not None
    with PeakSampler(child.pid) as sampler:
        _await(child, _READY, contestant)
        sampler.reset()
        child.stdin.write(f"{_GO}\n")
        child.stdin.flush()
        _await(child, _DONE, contestant)
        peak = sampler.peak()
        child.stdin.write(f"{_GO}\n")
        child.stdin.flush()
    if child.wait() != 0:
        raise ContestantFailed(f"{contestant} ended with {child.returncode}")
    told = json.loads(answer.read_text())
    return Measured(
        contestant,
        wall_s=round(told["wall_s"], 4),
        cpu_s=round(told["cpu_s"], 4),
        start_s=round(told["start_s"], 3),
        peak_own_mib=round(peak.own / MIB, 1),
        peak_mapped_mib=round(peak.mapped / MIB, 1),
        high_water_mib=round(told["high_water_mib"], 1),
        walls_s=[round(told["wall_s"], 4)],
        told=told["told"],
    )


def _await(child: "subprocess.Popen[str]", word: str, contestant: str) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        if line.strip() == word:
            return
    raise ContestantFailed(f"{contestant} ended before it was {word}")


def measure_all(
    jobs: Sequence[tuple[str, Mapping[str, Any]]], *, repeats: int, threads: int = THREADS
) -> list[Measured]:
    """Run all jobs, in turns, `repeats` times each; give of each its median run by wall time.

    In turns, because a machine's mood lasts longer than one job: whoever runs in a bad minute has company there.
    """
    runs: list[list[Measured]] = [[] for _ in jobs]
    for _ in range(repeats):
        for place, (contestant, job) in enumerate(jobs):
            runs[place].append(measure(contestant, job, threads=threads))
    return [_median(of_job) for of_job in runs]


def _median(runs: list[Measured]) -> Measured:
    walls = [run.wall_s for run in runs]
    middle = min(runs, key=lambda run: (abs(run.wall_s - statistics.median_low(walls)), run.wall_s))
    return Measured(**{**{name: getattr(middle, name) for name in Measured.__slots__}, "walls_s": walls})


def _environment(threads: int) -> dict[str, str]:
    limits = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS")
    return os.environ | dict.fromkeys(limits, str(threads)) | {"RAY_USAGE_STATS_ENABLED": "0"}


def _child(contestant: str, spec: Path) -> None:
    began = time.perf_counter()
    job = json.loads(spec.read_text())
    # What a library prints must not be taken for the words of this protocol.
    voice, sys.stdout = sys.stdout, sys.stderr
    module = importlib.import_module(f"benchmarks.contestants.{contestant}")
    if job.get("out"):
        shutil.rmtree(job["out"], ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="warm-") as scratch:
        module.warm(Path(scratch), job)
    started = time.perf_counter() - began
    # Peak memory counts from here on, where the kernel allows it to be set back.
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    for folder in job.get("cold", ()):
        _evict(Path(folder))
    print(_READY, file=voice, flush=True)
    sys.stdin.readline()
    processor, began = _processor_s(), time.perf_counter()
    told = module.run(job)
    wall, processor = time.perf_counter() - began, _processor_s() - processor
    answer = {
        "wall_s": wall,
        "cpu_s": processor,
        "start_s": started,
        "high_water_mib": _high_water_mib(),
        "told": told,
    }
    Path(job["_answer"]).write_text(json.dumps(answer, default=str))
    print(_DONE, file=voice, flush=True)
    sys.stdin.readline()


def _evict(folder: Path) -> None:
    """Ask the kernel to drop a folder's files from the page cache, so that the job reads them from the disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)


def _processor_s() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _high_water_mib() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    _child(sys.argv[1], Path(sys.argv[2]))
