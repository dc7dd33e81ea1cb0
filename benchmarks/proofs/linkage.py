"""Linkage of any two tables by defaults: the public sets with truth."""

import os
from itertools import combinations
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.accuracy import f1
from benchmarks.datasets import ROOT, proofs_folder
from benchmarks.measure import measure_all
from benchmarks.results import Result
from engine.linkage.tables import read_table

Pairs = set[tuple[int, int]]
COLUMNS = ("set", "true pairs", "found", "precision", "recall", "F1", "wall s", "own MiB", "start s (excluded)")


def febrl(scale: float, repeats: int) -> Result:
    """FEBRL4 1.0 with the ID and 0.999 without, each under a second; DBLP-ACM 0.97."""
    folder = Path(os.environ.get("SOGOC_TEST_DATA") or ROOT.parent / "shared" / "data") / "linkage"
    result = Result(
        "febrl",
        "which rows are one and the same? `link` and `dedupe` by defaults, key columns removed, no labels",
        "published runs of Splink 5: FEBRL4 0.9991 by its example and 1.0000 tuned by hand in 5.4 s (2 cores)",
        0,
        scale,
    )
    if not folder.is_dir():
        raise SystemExit(f"{folder} is not there; SOGOC_TEST_DATA names the folder of the public sets")
    sets = _sets(folder)
    out = proofs_folder() / "out" / "febrl"
    runs = measure_all(
        [("ours_link", job | {"out": str(out / str(place))}) for place, (_, job, *_) in enumerate(sets)],
        repeats=repeats,
    )
    rows: list[list[Any]] = []
    for place, ((name, _, truth, least, most_s), run) in enumerate(zip(sets, runs, strict=True)):
        pairs = pl.read_parquet(out / str(place) / "pairs.parquet")
        found = set(zip(pairs["left_row"], pairs["right_row"], strict=True))
        right = len(found & truth)
        figure = f1(right, len(found), len(truth))
        precision, recall = right / max(len(found), 1), right / len(truth)
        rows.append(
            [name, len(truth), len(found), precision, recall, figure, run.wall_s, run.peak_own_mib, run.start_s]
        )
        result.figures[name] = run.as_dict() | {"precision": precision, "recall": recall, "f1": figure}
        result.bar(f"{name}: F1", figure, least)
        if most_s:
            result.bar(f"{name}: wall after start-up", run.wall_s, most_s, above=False, unit="s")
    result.table("linkage by defaults", COLUMNS, rows)
    return result


def _sets(folder: Path) -> list[tuple[str, dict[str, Any], Pairs, float, float]]:
    a, b = folder / "febrl_dataset4a.csv", folder / "febrl_dataset4b.csv"
    keys = [read_table(path)["rec_id"].str.extract(r"rec-(\d+)-").to_list() for path in (a, b)]
    place = {key: row for row, key in enumerate(keys[1])}
    febrl_truth = {(row, place[key]) for row, key in enumerate(keys[0]) if key in place}
    dblp = set(pl.read_csv(folder / "leipzig_D4_gt.csv", separator="%").rows())
    cluster = read_table(folder / "fake_1000.csv")["cluster"].to_list()
    fake = {(i, j) for i, j in combinations(range(len(cluster)), 2) if cluster[i] == cluster[j]}
    two = {"left": str(a), "right": str(b)}
    leipzig = {"left": str(folder / "leipzig_D4_dblp.csv"), "right": str(folder / "leipzig_D4_acm.csv")}
    one = {"left": str(folder / "fake_1000.csv")}
    return [
        ("FEBRL4", two | {"drop": ["rec_id"]}, febrl_truth, 1.0, 1.0),
        ("FEBRL4 without soc_sec_id", two | {"drop": ["rec_id", "soc_sec_id"]}, febrl_truth, 0.999, 1.0),
        ("DBLP-ACM", leipzig | {"drop": ["id"]}, dblp, 0.97, 0.0),
        ("fake_1000, dedupe", one | {"drop": ["unique_id", "cluster"]}, fake, 0.93, 0.0),
    ]
