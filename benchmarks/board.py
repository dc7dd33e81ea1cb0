"""`make bench`: us beside our peers on one board, at a size that a coffee lasts for."""

import argparse
import sys
from pathlib import Path
from typing import Any

from benchmarks import accuracy
from benchmarks.datasets import SEED, Recipe, dataset, prepared_index, proofs_folder, scaled
from benchmarks.measure import THREADS, Measured, measure_all
from benchmarks.results import Result, freeze, show

SIZE = 1_000_000
MIXES = ("clean", "dirty", "linkage")
COLUMNS = ("contestant", "wall s", "rows/s/core", "ours is x", "own MiB", "mapped MiB", "precision", "recall", "F1")


def board(scale: float = 1.0, repeats: int = 3) -> Result:
    """Run every contestant on every mix that it is made for, and every kernel race."""
    size = scaled(SIZE, scale)
    result = Result(
        "board",
        f"{size:,} SIMs x {size:,} persons, Parquet to a synced verdict for each SIM, {THREADS} threads",
        "DuckDB and Polars scripts on every mix, Splink 5 tuned on one; our index prepared, and built inside",
        SEED,
        scale,
    )
    for mix in MIXES:
        _mix(result, mix, size, repeats)
    from benchmarks.proofs.kernels import kernels

    of_kernels = kernels(scale, repeats)
    result.figures["kernels"] = of_kernels.figures
    result.tables.extend(of_kernels.tables)
    return result


def _mix(result: Result, mix: str, size: int, repeats: int) -> None:
    data = dataset(Recipe(mix, size, size))
    result.recipe[mix] = data.recipe.as_dict()
    index, cost = prepared_index(data)
    out = proofs_folder() / "out" / f"board-{mix}"
    entries: list[tuple[str, str, dict[str, Any], int]] = [
        ("ours, index prepared", "ours", data.job(out / "ours", index=str(index)), repeats),
        ("ours, index built inside", "ours", data.job(out / "inside", index=None), repeats),
        ("DuckDB script", "duckdb_join", data.job(out / "duckdb"), repeats),
        ("Polars script", "polars_join", data.job(out / "polars"), repeats),
    ]
    runs = measure_all([(who, job) for _, who, job, _ in entries], repeats=repeats)
    titles = [title for title, *_ in entries]
    if mix == "linkage":
        titles.append("Splink 5, tuned")
        runs += measure_all([("splink_tuned", data.job(out / "splink"))], repeats=1)
    scores = [accuracy.score(Path(run.told["out"]) / "verdicts.parquet", data.truth) for run in runs]
    rows = [_row(title, run, size, runs[0], scored) for title, run, scored in zip(titles, runs, scores, strict=True)]
    result.table(f"{mix} mix", COLUMNS, rows)
    states = [
        [state, *(scored["states"].get(state, {}).get("f1") for scored in scores)]
        for state in accuracy.STATE_ORDER
        if state in scores[0]["states"]
    ]
    result.table(f"{mix} mix: F1 of person_id by ID state", ("ID state", *titles), states)
    result.table(f"{mix} mix: ours by ID state", accuracy.STATE_COLUMNS, accuracy.state_rows(scores[0]))
    result.figures[mix] = {
        "index_build": cost,
        "runs": {title: run.as_dict() for title, run in zip(titles, runs, strict=True)},
        "accuracy": dict(zip(titles, scores, strict=True)),
    }


def _row(title: str, run: Measured, size: int, ours: Measured, scored: dict[str, Any]) -> list[Any]:
    total = scored["states"][accuracy.ALL]
    return [
        title,
        run.wall_s,
        round(size / run.wall_s / THREADS),
        run.wall_s / ours.wall_s,
        run.peak_own_mib,
        run.peak_mapped_mib,
        total["precision"],
        total["recall"],
        total["f1"],
    ]


def main(arguments: list[str] | None = None) -> int:
    """Print the board and freeze it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.board", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="size of the data, 1 is full")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each timed job; the median counts")
    given = parser.parse_args(arguments)
    result = board(given.scale, given.repeats)
    show(result)
    print(freeze(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
