"""10M SIMs against 10M persons, from Parquet to written verdicts, beside the scripts that a user would write."""

import math
from pathlib import Path
from typing import Any

from benchmarks import accuracy
from benchmarks.datasets import SEED, DataSet, Recipe, dataset, prepared_index, proofs_folder, scaled
from benchmarks.measure import THREADS, ContestantFailed, Measured, measure, measure_all
from benchmarks.results import Result

SIZE = 10_000_000
COLUMNS = ("contestant", "wall s", "rows/s/core", "x DuckDB", "own MiB", "mapped MiB", "cpu s", "start s (excluded)")


def speed_10m(scale: float, repeats: int) -> Result:
    """Clean mix three times as fast as DuckDB, dirty mix at least as fast, at most 1.5 GiB of our own memory."""
    size = scaled(SIZE, scale)
    result = Result(
        "speed-10m",
        f"{size:,} SIMs x {size:,} persons, Parquet to a synced verdict for each SIM, index prepared beforehand",
        "DuckDB and Polars scripts: exact join on the number, names compared, no search (contestants/*_join.py)",
        SEED,
        scale,
    )
    for mix, least in (("clean", 3.0), ("dirty", 1.0)):
        data = dataset(Recipe(mix, size, size))
        result.recipe[mix] = data.recipe.as_dict()
        _one_mix(result, data, mix, least, repeats)
    return result


def _one_mix(result: Result, data: DataSet, mix: str, least: float, repeats: int) -> None:
    index, index_cost = prepared_index(data)
    work = proofs_folder() / "out" / f"speed-{mix}"
    runs = measure_all(
        [
            ("ours", data.job(work / "ours", index=str(index))),
            ("duckdb_join", data.job(work / "duckdb")),
            ("polars_join", data.job(work / "polars")),
        ],
        repeats=repeats,
    )
    ours, duck, _ = runs
    rows = data.recipe.sims
    result.table(f"{mix} mix, {rows:,} SIMs, {THREADS} threads", COLUMNS, [speed_row(run, rows, duck) for run in runs])
    scores = {run.contestant: accuracy.score(Path(run.told["out"]) / "verdicts.parquet", data.truth) for run in runs}
    for run in runs:
        title = f"{mix}: person_id of {run.contestant}"
        result.table(title, accuracy.STATE_COLUMNS, accuracy.state_rows(scores[run.contestant]))
    around = _around(data, index, work)
    apart = [[name, value] for name, value in around.items()]
    apart.append(["index build, once", index_cost["wall_s"]])
    result.table(f"{mix}: timed apart, seconds", ("what", "s"), apart)
    result.figures[mix] = {
        "runs": [run.as_dict() for run in runs],
        "index": index_cost,
        "apart_s": around,
        "accuracy": scores,
        "ratio_to_duckdb": duck.wall_s / ours.wall_s,
    }
    result.bar(f"{mix}: times as fast as DuckDB", duck.wall_s / ours.wall_s, least)
    result.bar(f"{mix}: reports written", float(not math.isnan(around["reports (HTML, XLSX)"])), 1)
    result.bar(f"{mix}: own memory", ours.peak_own_mib, 1536, above=False, unit="MiB")


def _around(data: DataSet, index: Path, work: Path) -> dict[str, float]:
    """Time what is not verdicts: findings across records with carriers' files, and the reports."""
    run = measure("ours", data.job(work / "whole", index=str(index), findings=True))
    try:
        reports_s = measure("ours_report", {"run": str(work / "whole")}).wall_s
    except ContestantFailed:
        reports_s = math.nan
    seconds: dict[str, float] = run.told["seconds"]
    return {
        "findings": seconds.get("findings", 0.0),
        "carriers' files": seconds.get("carriers", 0.0),
        "reports (HTML, XLSX)": reports_s,
        "own MiB with findings": run.peak_own_mib,
    }


def speed_row(run: Measured, rows: int, control: Measured) -> list[Any]:
    """Give a contestant as a row of the table of speeds."""
    return [
        run.contestant,
        run.wall_s,
        round(rows / run.wall_s / THREADS),
        control.wall_s / run.wall_s,
        run.peak_own_mib,
        run.peak_mapped_mib,
        run.cpu_s,
        run.start_s,
    ]
