"""What a user waits for before work begins: compiling once, loading ever after, and help at once."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.datasets import ROOT, SEED
from benchmarks.results import Result

HELP_RUNS = 10
LOADING = """
import api.commands.reconcile, api.commands.linkage, engine.pipeline, engine.report.html, engine.explain.explaining
from engine.compiling import signatures
for each in signatures():
    each.compile()
"""
"""What a command loads before its work, all of it: every module of the jobs, every kernel out of the cache."""


def compile_kernels(scale: float, repeats: int) -> Result:
    """All kernels in under 30 s once; everything loaded in under 2.5 s ever after, the start of Python included."""
    result = Result(
        "compile",
        "how long does the first run on a machine compile, and how long do later ones load?",
        "the same commands over the same thousand records, first with an empty cache, then with a full one",
        SEED,
        scale,
        recipe={"profile": "dirty", "persons": 1_000, "sims": 1_000},
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        environment = os.environ | {"SOGOC_CACHE_DIR": str(folder / "cache")}
        first = _commands(folder / "first", environment)
        later = [_commands(folder / f"later-{run}", environment) for run in range(max(repeats, 1))]
        loads = [_seconds([sys.executable, "-c", LOADING], environment) for _ in range(max(repeats, 1))]
        compiled = list((folder / "cache").rglob("*.nbc"))
        size = sum(path.stat().st_size for path in compiled)
    loaded = {name: statistics.median(run[name] for run in later) for name in first}
    compiling = sum(first[name] - loaded[name] for name in first)
    rows = [[name, first[name], loaded[name]] for name in first]
    result.table("seconds by command, 1,000 records", ("sogoc", "empty cache", "full cache"), rows)
    result.figures = {
        "first_s": first,
        "later_s": loaded,
        "load_s": loads,
        "compile_s": compiling,
        "compiled_functions": len(compiled),
        "cache_mib": size / 2**20,
    }
    result.bar("compiling all kernels", compiling, 30, above=False, unit="s")
    result.bar("loading everything, later", statistics.median(loads), 2.5, above=False, unit="s")
    return result


def help_time(scale: float, _repeats: int) -> Result:
    """`sogoc --help` in under 0.3 s."""
    result = Result(
        "help", "how long until `sogoc --help` has answered?", "python -c pass in the same run", SEED, scale
    )
    runs = HELP_RUNS if scale == 1 else 3
    bare = statistics.median(_seconds([sys.executable, "-c", "pass"], dict(os.environ)) for _ in range(runs))
    helped = [_seconds(_sogoc("--help"), dict(os.environ)) for _ in range(runs)]
    result.figures = {"bare_python_s": bare, "help_s": helped, "median_s": statistics.median(helped)}
    result.table("seconds", ("what", "median"), [["python -c pass", bare], ["sogoc --help", statistics.median(helped)]])
    result.bar("sogoc --help", statistics.median(helped), 0.3, above=False, unit="s")
    return result


def _commands(folder: Path, environment: dict[str, str]) -> dict[str, float]:
    """Run each command that uses kernels once, in the order that a user would; give the seconds of each."""
    folder.mkdir()
    data, index = folder / "data", folder / "index"
    batch = data / "batch-VTL.csv"
    steps = {
        "generate": ("generate", "--persons", "1000", "--sims", "1000", "--profile", "dirty", "--seed", "1"),
        "batch check": ("batch", "check", str(batch), "--profile", str(data / "carrier-VTL.toml")),
        "index build": ("index", "build", str(data / "register.parquet"), "--out", str(index)),
        "reconcile": ("reconcile", str(data / "batches.json"), "--index", str(index), "--out", str(folder / "run")),
        "dedupe": ("dedupe", str(data / "register.parquet"), "--out", str(folder / "dedupe")),
    }
    extra = {"generate": ("--format", "csv", "--out", str(data))}
    return {name: _seconds(_sogoc(*step, *extra.get(name, ())), environment) for name, step in steps.items()}


def _sogoc(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.command", *arguments]


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    # `batch check` ends with 1 where there is something to mend, as in a dirty batch there is.
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"{' '.join(command[2:])} ended with {done.returncode}: {done.stderr[-800:]}")
    return time.perf_counter() - began
