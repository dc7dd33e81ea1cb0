"""A run killed at random moments and resumed ends in the same bytes; and its memory does not grow with the batch."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.datasets import ROOT, SEED, DataSet, Recipe, dataset, prepared_index, proofs_folder, scaled
from benchmarks.measure import measure
from benchmarks.results import Result
from benchmarks.steps import digests, step

KILLS = 50
PERSONS, SIMS = 500_000, 600_000
"""Of the runs that are killed: what counts is the number of moments, and a short run has more of them in an hour."""
FILES = ("verdicts.parquet", "rejects.parquet", "findings.parquet", "manifest.json")
EXECUTORS = ("local", "ray")


def kills(scale: float, _repeats: int) -> Result:
    """50 random kills by each executor leave nothing behind; memory at 30M rows is at most 1.2 times that at 3M."""
    count = KILLS if scale == 1 else max(2, round(KILLS * scale))
    data = dataset(Recipe("2023", scaled(PERSONS, scale), scaled(SIMS, scale, 3_000), carriers=("VTL", "VNP", "MBF")))
    index, _ = prepared_index(data)
    result = Result(
        "kills",
        f"{data.recipe.sims:,} SIMs: `sogoc reconcile` killed with SIGKILL at {count} random moments, then --resume",
        "the same run, never interrupted",
        SEED,
        scale,
        recipe=data.recipe.as_dict() | {"kills": count},
    )
    rows: list[list[Any]] = []
    for executor in EXECUTORS if scale == 1 else EXECUTORS[:1]:
        found = step("kills", f"{executor}-{data.recipe.sims}-{count}", partial(_killed, data, index, executor, count))
        result.figures[executor] = found
        rows.append([executor, found["killed"], found["different"], found["whole_s"]])
        result.bar(f"{executor}: runs that ended in other bytes", float(found["different"]), 0, above=False)
        result.bar(f"{executor}: moments of killing", float(found["killed"]), count)
    result.table("killed and resumed", ("executor", "kills", "runs with other bytes", "uninterrupted, s"), rows)
    _memory(result, scale)
    return result


def _killed(data: DataSet, index: Path, executor: str, count: int) -> dict[str, Any]:
    """Kill runs at moments spread over their whole length until enough kills have hit a living run."""
    out = proofs_folder() / "out" / f"kills-{executor}"
    shutil.rmtree(out, ignore_errors=True)
    began = time.perf_counter()
    if _reconcile(data, index, out / "whole", executor).wait() != 0:
        raise RuntimeError("the uninterrupted run failed")
    whole_s = time.perf_counter() - began
    wanted = digests(out / "whole", FILES)
    chance = random.Random(SEED)
    killed = different = runs = 0
    while killed < count:
        run = out / f"run-{runs}"
        while killed < count:
            child = _reconcile(data, index, run, executor)
            try:
                child.wait(timeout=chance.uniform(0.02, 1.0) * whole_s)
                break
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                killed += 1
        else:
            _reconcile(data, index, run, executor).wait()
        different += digests(run, FILES) != wanted
        runs += 1
        shutil.rmtree(run)
    return {"killed": killed, "runs": runs, "different": different, "whole_s": whole_s}


def _reconcile(data: DataSet, index: Path, out: Path, executor: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "benchmarks.command", "reconcile", str(data.folder / "batches.json")]
    command += [
        "--index",
        str(index),
        "--out",
        str(out),
        "--executor",
        executor,
        "--workers",
        "2",
        "--resume",
        "--json",
    ]
    # A group of its own, so that SIGKILL takes its workers with it.
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def _cost(job: dict[str, Any]) -> dict[str, Any]:
    return measure("ours", job).as_dict()


def _memory(result: Result, scale: float) -> None:
    peaks = {}
    for sims in (3_000_000, 30_000_000):
        columns = ("msisdn", "id_type", "id_number", "full_name", "birth_date", "province")
        data = dataset(Recipe("2023", scaled(PERSONS, scale), scaled(sims, scale, 3_000), columns=columns))
        index, _ = prepared_index(data)
        job = data.job(proofs_folder() / "out" / "kills-memory", index=str(index), findings=True)
        name = f"memory-{data.recipe.sims}"
        peaks[sims] = step("kills", name, partial(_cost, job))
    rows = [[f"{sims:,}", run["peak_own_mib"], run["peak_mapped_mib"], run["wall_s"]] for sims, run in peaks.items()]
    result.table("memory by size of the batch", ("rows at full scale", "own MiB", "mapped MiB", "wall s"), rows)
    result.figures["memory"] = {str(sims): run for sims, run in peaks.items()}
    growth = peaks[30_000_000]["peak_own_mib"] / peaks[3_000_000]["peak_own_mib"]
    result.bar("memory at ten times the rows", growth, 1.2, above=False, unit="times")
