"""The list of kernels to compile beforehand is what the product calls, and types survive being written down."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba import typeof
from numba.core import config, types

from engine import compiling
from engine.compiling import Signature, compile_all, compiled, parse_types, shared, signatures, type_text
from engine.kernels.shapes import Found

ROOT = Path(__file__).parents[2]


def test_types_survive_being_written() -> None:
    fixed = np.zeros(3, np.uint64)
    fixed.flags.writeable = False
    found = Found(
        np.zeros(1, np.uint32),
        np.zeros(1, np.int64),
        np.zeros(1, np.uint32),
        np.zeros(1, np.uint64),
        np.zeros(1, np.int64),
    )
    told: Any = typeof
    kinds = (told(np.zeros((2, 2), np.uint32)), told(fixed), types.int64, told(found), types.boolean)
    assert parse_types(", ".join(map(type_text, kinds))) == kinds


def test_every_listed_signature_can_be_read() -> None:
    for signature in signatures():
        assert ", ".join(map(type_text, parse_types(signature.arguments))) == signature.arguments
        assert signature.seconds >= 0


def test_shares_are_even_and_nothing_is_left_out() -> None:
    listed = signatures()
    halves = shared(listed, 2)
    assert sorted([*halves[0], *halves[1]], key=listed.index) == listed
    seconds = [sum(each.seconds for each in half) for half in halves]
    assert max(seconds) <= 0.65 * sum(seconds)


def test_the_list_names_every_kernel_that_the_commands_call() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.engine.kernel_signatures", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stdout) == (0, ""), told.stderr[-2000:]


def test_compiling_tells_how_far_it_is_and_is_done_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    few = [each for each in signatures() if each.seconds <= 0.1][:4]
    monkeypatch.setattr(compiling, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(compiling, "signatures", lambda _job: few)
    steps: list[tuple[int, int]] = []
    assert compiled("link") == getattr(config, "DISABLE_JIT")  # noqa: B009 - made at run time
    compile_all("link", lambda done, total: steps.append((done, total)), processes=1)
    assert compiled("link")
    compile_all("link", lambda done, total: steps.append((done, total)), processes=1)
    assert len([step for step in steps if step[0] == 1]) <= 1


def test_a_signature_that_cannot_be_compiled_fails_its_process_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(compiling, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    compile_all("link", processes=1)
    assert not (tmp_path / "complete-link").exists()


def test_compiling_loads_the_kernel_that_is_named() -> None:
    signature = Signature("reconcile", "engine.kernels.index_build.count_buckets", 0.1, "uint64[1], int64, uint32[1]")
    assert signature in [Signature(each.job, each.kernel, 0.1, each.arguments) for each in signatures()]
    signature.compile()
