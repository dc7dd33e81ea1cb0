"""The error mix of the literature, beside Splink 5 tuned: speed, memory, F1, calibration."""

from pathlib import Path
from typing import Any

from benchmarks import accuracy
from benchmarks.datasets import SEED, DataSet, Recipe, dataset, proofs_folder, scaled
from benchmarks.measure import THREADS, Measured, measure_all
from benchmarks.results import Result

SIMS = 1_000_000
COLUMNS = (
    "contestant",
    "wall s",
    "SIMs/s/core",
    "own MiB",
    "F1 at own rule",
    "F1 best in hindsight",
    "lost to the rule",
    "start s (excluded)",
)


def splink_1m(scale: float, repeats: int) -> Result:
    """1M x 1M: 15 times as fast, a fifth of the memory, F1 0.9965."""
    return _beside("splink-1m", 1_000_000, 15.0, 0.9965, scale, repeats)


def splink_10m(scale: float, repeats: int) -> Result:
    """1M x 10M: 23 times as fast, a fifth of the memory, F1 0.994."""
    return _beside("splink-10m", 10_000_000, 23.0, 0.994, scale, repeats)


def _beside(name: str, persons: int, faster: float, least_f1: float, scale: float, repeats: int) -> Result:
    data = dataset(Recipe("linkage", scaled(persons, scale), scaled(SIMS, scale)))
    result = Result(
        name,
        f"{data.recipe.sims:,} SIMs x {data.recipe.persons:,} persons: whose SIM is it? Our index build is counted.",
        "Splink 5 on DuckDB, tuned, Levenshtein (contestants/splink_tuned.py)",
        SEED,
        scale,
        recipe=data.recipe.as_dict(),
    )
    for variant, hidden in (("with province", []), ("without province", ["province"])):
        _variant(result, data, variant, hidden, repeats)
    with_province = result.figures["with province"]
    result.bar("times as fast as Splink", with_province["times_as_fast"], faster)
    result.bar("share of Splink's memory", with_province["share_of_memory"], 0.2, above=False)
    ours = with_province["accuracy"]["ours"]
    result.bar("F1 of person_id", ours["states"][accuracy.ALL]["f1"], least_f1)
    lost = ours["hindsight"]["f1"] - ours["states"][accuracy.ALL]["f1"]
    result.bar("F1 lost to our own threshold", lost, 0.001, above=False)
    for state, figures in ours["states"].items():
        apart = abs(100 * figures["reported_minus_true"])
        result.bar(f"reported precision off, ID {state}", apart, 0.5, above=False, unit="points")
    return result


def _variant(result: Result, data: DataSet, variant: str, hidden: list[str], repeats: int) -> None:
    work = proofs_folder() / "out" / f"{result.name}-{'bare' if hidden else 'full'}"
    runs = measure_all(
        [
            ("ours", data.job(work / "ours", index=None, hide=hidden)),
            ("splink_tuned", data.job(work / "splink", hide=hidden)),
        ],
        repeats=repeats,
    )
    ours, splink = runs
    scores = {run.contestant: accuracy.score(Path(run.told["out"]) / "verdicts.parquet", data.truth) for run in runs}
    rows = [_row(run, data.recipe.sims, scores[run.contestant]) for run in runs]
    result.table(f"{data.recipe.sims:,} x {data.recipe.persons:,}, {variant}", COLUMNS, rows)
    for run in runs:
        title = f"{variant}: person_id of {run.contestant}"
        result.table(title, accuracy.STATE_COLUMNS, accuracy.state_rows(scores[run.contestant]))
    result.figures[variant] = {
        "runs": [run.as_dict() for run in runs],
        "times_as_fast": splink.wall_s / ours.wall_s,
        "share_of_memory": ours.peak_own_mib / splink.peak_own_mib,
        "accuracy": scores,
    }


def _row(run: Measured, sims: int, scored: dict[str, Any]) -> list[Any]:
    at_rule, best = scored["states"][accuracy.ALL]["f1"], scored["hindsight"]["f1"]
    return [
        run.contestant,
        run.wall_s,
        round(sims / run.wall_s / THREADS),
        run.peak_own_mib,
        at_rule,
        best,
        best - at_rule,
        run.start_s,
    ]
