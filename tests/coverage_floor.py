"""Measure how much of matching and engine their tests run, and hold it over the floor (`make cover`).

Two runs side by side, then combined: one as users run it, one with NUMBA_DISABLE_JIT=1, in which the kernels are plain
Python and their lines count. The second takes the tests that reach kernels and are small enough for interpreted loops;
arithmetic of unsigned integers is not the same there, so it measures and does not judge.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".coverage-floor"
DATA = FOLDER / "data"
FLOOR = 95
KERNEL_TESTS = (
    "tests/matching/test_kernels_strings.py",
    "tests/matching/test_kernels_tokens.py",
    "tests/matching/test_name_levels.py",
    "tests/matching/test_siphash.py",
    "tests/matching/test_dates.py",
    "tests/matching/test_names.py",
    "tests/matching/test_scoring.py",
    "tests/matching/test_training.py",
    "tests/matching/identifiers/test_columns.py",
    "tests/engine/test_framing.py",
    "tests/engine/test_sources_hostile.py",
    "tests/engine/test_sources_reading.py",
    "tests/engine/test_result_codes.py",
    "tests/engine/test_explain.py",
    "tests/engine/test_identity_store.py",
    "tests/engine/test_linkage_learning.py",
    "tests/engine/test_synthetic_parts.py",
)


def start(name: str, tests: tuple[str, ...], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start the tests under coverage, their output in a file of their own."""
    pytest = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore::RuntimeWarning", *tests)
    command = (sys.executable, "-m", "coverage", "run", "--parallel-mode", *pytest)
    environment = os.environ | environment | {"COVERAGE_FILE": str(DATA)}
    with (FOLDER / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)


def coverage(*arguments: str) -> int:
    """Run one command of coverage; give its exit code."""
    command = (sys.executable, "-m", "coverage", *arguments)
    environment = os.environ | {"COVERAGE_FILE": str(DATA)}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def main() -> int:
    """Run both, combine, report; give 0 where everything passed and the floor holds."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    compiled = start("compiled", ("tests/matching", "tests/engine"), {})
    plain = start("plain", tuple(name for name in KERNEL_TESTS if (ROOT / name).exists()), {"NUMBA_DISABLE_JIT": "1"})
    codes = compiled.wait(), plain.wait()
    for name, code in zip(("compiled", "plain"), codes, strict=True):
        last = (FOLDER / f"{name}.log").read_text(encoding="utf-8").strip().splitlines()[-1:]
        print(f"{name}: exit {code}, {' '.join(last)}")
    coverage("combine", "-q")
    return coverage("report", f"--fail-under={FLOOR}", "--skip-covered", "--sort=cover") or codes[0]


if __name__ == "__main__":
    sys.exit(main())
