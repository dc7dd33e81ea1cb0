"""Records without a usable ID at 10M persons: how many a second on a core, how many of their persons are found."""

from pathlib import Path
from typing import Any

from benchmarks import accuracy
from benchmarks.datasets import SEED, Recipe, dataset, prepared_index, proofs_folder, scaled
from benchmarks.measure import measure, measure_all
from benchmarks.results import Result

PERSONS, SIMS = 10_000_000, 4_000_000
COLUMNS = (
    "point",
    "SIMs",
    "SIMs/s/core",
    "with posterior",
    "candidate recall",
    "candidates/SIM",
    "ambiguous share",
)


def search(scale: float, repeats: int) -> Result:
    """250k SIMs/s/core at recall 0.98 and 120k at 0.99; namesakes come back ambiguous with their candidates."""
    data = dataset(Recipe("linkage", scaled(PERSONS, scale), scaled(SIMS, scale, 5_000)))
    index, _ = prepared_index(data)
    result = Result(
        "search",
        f"records with a missing or junk ID against {data.recipe.persons:,} persons, one thread, the search alone",
        "its own two points, and what the generator knows of every record",
        SEED,
        scale,
        recipe=data.recipe.as_dict(),
    )
    job = {"index": str(index), "truth": str(data.truth)}
    out = proofs_folder() / "out" / "search"
    runs = measure_all(
        [(("ours_search"), data.job(out / point, **job, deep=point == "deep")) for point in ("quick", "deep")],
        repeats=repeats,
        threads=1,
    )
    rows: list[list[Any]] = []
    for run, (point, least_rate, least_recall) in zip(
        runs, (("quick", 250_000, 0.98), ("deep", 120_000, 0.99)), strict=True
    ):
        told = run.told
        result.figures[point] = run.as_dict()
        rows.append(
            [
                point,
                told["records"],
                round(told["sims_per_s"]),
                round(told["sims_per_s_with_posterior"]),
                told["candidate_recall"],
                told["candidates_per_sim"],
                told["ambiguous_share"],
            ]
        )
        result.bar(f"{point}: SIMs/s/core", told["sims_per_s"], least_rate)
        result.bar(f"{point}: candidate recall", told["candidate_recall"], least_recall)
    result.table("without a usable ID", COLUMNS, rows)
    _outcomes(result, data, index, out / "whole")
    return result


def _outcomes(result: Result, data: Any, index: Path, out: Path) -> None:
    """Tell what verdicts say of such records: identified, ambiguous or none, and whether the true person is named."""
    measure("ours", data.job(out, index=str(index)))
    outcomes = [
        row
        for row in accuracy.link_outcomes(out / "verdicts.parquet", data.truth)
        if row["id_state"] in {"missing", "junk"}
    ]
    result.figures["verdicts"] = outcomes
    result.table(
        "what the verdicts say of them",
        ("ID", "link status", "SIMs", "in the register", "true person named"),
        [[row["id_state"], row["link_status"], row["sims"], row["registered"], row["among"]] for row in outcomes],
    )
