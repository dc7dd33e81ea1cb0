"""The benchmarks themselves: proofs run at small size, scoring counts rightly, results say where they are from."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks import accuracy
from benchmarks.memory import MIB, PeakSampler, resident, tree
from benchmarks.prove import PROOFS, main
from benchmarks.results import RESULTS, Result, freeze


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOGOC_PROOFS", str(tmp_path / "proofs"))
    return tmp_path / "proofs"


def verdicts_and_truth(folder: Path) -> tuple[Path, Path]:
    truth = pl.DataFrame(
        {
            "batch": ["VTL"] * 6,
            "row": [1, 2, 3, 4, 5, 6],
            "person_id": [11, 12, 13, 14, None, 16],
            "id_state": ["right", "right", "typo", "typo", "missing", "missing"],
        }
    )
    verdicts = pl.DataFrame(
        {
            "batch": ["VTL"] * 6,
            "row": [6, 5, 4, 3, 2, 1],
            "person_id": [None, "99", None, "77", "12", "11"],
            "probability": [0.4, 0.6, 0.0, 0.7, 0.99, 1.0],
            "candidates": [[{"person_id": "16", "probability": 0.4}], [], [], [], [], []],
        }
    )
    truth.write_parquet(folder / "truth.parquet")
    verdicts.write_parquet(folder / "verdicts.parquet")
    return folder / "verdicts.parquet", folder / "truth.parquet"


def test_every_proof_can_be_loaded_and_the_list_names_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    told = capsys.readouterr().out
    for name, entry in PROOFS.items():
        assert callable(entry.load())
        assert any(line.startswith(name) for line in told.splitlines())


def test_precision_recall_and_f1_are_counted_by_id_state_and_over_all(tmp_path: Path) -> None:
    scored = accuracy.score(*verdicts_and_truth(tmp_path))
    right, typo, missing = (scored["states"][state] for state in ("right", "typo", "missing"))
    assert (right["precision"], right["recall"], right["f1"]) == (1.0, 1.0, 1.0)
    assert (typo["given"], typo["right"], typo["recall"]) == (1, 0, 0.0)
    # A person named for a holder outside the register is wrong, and nothing to be found was missed by it.
    assert (missing["given"], missing["registered"], missing["precision"]) == (1, 1, 0.0)
    everyone = scored["states"][accuracy.ALL]
    assert (everyone["given"], everyone["right"], everyone["registered"]) == (4, 2, 5)
    assert everyone["f1"] == pytest.approx(2 * 2 / (4 + 5))
    assert right["reported_minus_true"] == pytest.approx(0.995 - 1.0)


def test_the_best_threshold_in_hindsight_looks_below_one_half_too(tmp_path: Path) -> None:
    best = accuracy.score(*verdicts_and_truth(tmp_path))["hindsight"]
    # At 0.99 two are given and right; down at 0.4 a third is, though two wrong ones come along.
    assert best == {"f1": pytest.approx(6 / 10), "threshold": pytest.approx(0.4)}
    rows = pl.DataFrame(
        {
            "probability": [0.9, 0.4, 0.2],
            "guess_right": [True, True, False],
            "is_guess": [True, True, True],
            "registered": [True, True, True],
        }
    )
    assert accuracy.best_threshold(rows) == {"f1": pytest.approx(4 / 5), "threshold": 0.4}


def test_the_sampler_sees_anonymous_memory_of_children_and_tells_mapped_pages_apart(tmp_path: Path) -> None:
    mapped = tmp_path / "mapped.npy"
    np.save(mapped, np.ones(48 * MIB // 8))
    script = (
        "import numpy as np, sys\n"
        f"held = np.ones({64 * MIB} // 8); file = np.load({str(mapped)!r}, mmap_mode='r')\n"
        "seen = file.sum()\n"
        "print('held', flush=True); sys.stdin.readline()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in tree(os.getpid())
        with PeakSampler(child.pid) as sampler:
            sampler.reset()
            time.sleep(0.05)
            peak = sampler.peak()
        child.communicate("\n")
    assert peak.own >= 64 * MIB
    assert peak.mapped >= 48 * MIB
    assert peak.own < 64 * MIB + 48 * MIB
    assert resident(child.pid).own == 0


def test_a_result_below_full_scale_never_overwrites_a_frozen_one(own_folder: Path) -> None:
    result = Result("trial", "does it?", "nothing", 7, 0.01)
    result.bar("speed", 2.0, 3.0)
    path = freeze(result)
    assert path.is_relative_to(own_folder)
    written = json.loads(path.read_text())
    assert written["seed"] == 7
    assert written["machine"]["cores"] >= 1
    assert written["bars"] == [
        {"name": "speed", "figure": 2.0, "bar": 3.0, "must_be": "at least", "unit": "", "passed": False}
    ]


@pytest.mark.parametrize("path", sorted(RESULTS.glob("*.json")), ids=lambda path: path.stem)
def test_a_frozen_result_says_what_it_asked_on_which_machine_and_from_which_seed(path: Path) -> None:
    frozen = json.loads(path.read_text())
    assert frozen["name"] == path.stem
    assert frozen["scale"] == 1
    assert frozen["question"]
    assert frozen["control"]
    assert isinstance(frozen["seed"], int)
    assert {"cpu", "cores", "memory_gib", "kernel", "versions"} <= frozen["machine"].keys()


def test_the_proof_of_help_runs_at_small_size(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "--scale", "0.1"]) == 0
    assert "sogoc --help" in capsys.readouterr().out


@pytest.mark.slow
def test_both_scripts_of_a_user_find_the_same_persons_as_each_other(tmp_path: Path) -> None:
    pytest.importorskip("polars_distance")
    from benchmarks.contestants import duckdb_join, polars_join
    from benchmarks.datasets import Recipe, dataset

    data = dataset(Recipe("linkage", 2_000, 2_000))
    found = []
    for contestant in (duckdb_join, polars_join):
        out = tmp_path / contestant.__name__
        contestant.run(data.job(out, threads=1))
        verdicts = pl.read_parquet(out / "verdicts.parquet").sort("batch", "row").drop("probability")
        assert verdicts["row"].to_list() == list(range(1, 2_001))
        found.append(verdicts)
    assert found[0].equals(found[1])
    scored = accuracy.score(tmp_path / duckdb_join.__name__ / "verdicts.parquet", data.truth)
    assert scored["states"]["right"]["recall"] > 0.9
    assert scored["states"]["missing"]["given"] == 0
