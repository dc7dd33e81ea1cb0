"""The national run: 120M SIMs of five carriers against 100M persons, all tiers, on two cores."""

from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from benchmarks import accuracy
from benchmarks.datasets import SEED, DataSet, Recipe, dataset, prepared_index, proofs_folder, scaled
from benchmarks.measure import THREADS, measure
from benchmarks.results import Result
from benchmarks.steps import digests, step

SIMS, PERSONS, SLICE = 120_000_000, 100_000_000, 10_000_000
COLUMNS = (
    "msisdn",
    "id_type",
    "id_number",
    "full_name",
    "birth_date",
    "province",
    "activated_on",
    "status",
    "subscriber_kind",
    "h2h",
)
CARRIERS = ("VTL", "VNP", "MBF", "VNM", "GTL")
MEMORY_GIB = 8


def national(scale: float, _repeats: int) -> Result:
    """Three minutes, at most 50 hot bytes a person, the index cold at the start; a slice through Ray byte-identical."""
    sims = scaled(SIMS, scale, 5_000)
    data = dataset(Recipe("2023", scaled(PERSONS, scale), sims, carriers=CARRIERS, columns=COLUMNS))
    result = Result(
        "national",
        f"{sims:,} SIMs of five carriers x {data.recipe.persons:,} persons, all tiers, {THREADS} threads; "
        f"index files evicted from the page cache before the start",
        "none runs at this size: Splink would need about 100 GB by its growth at 1M to 10M",
        SEED,
        scale,
        recipe=data.recipe.as_dict() | {"repetitions": 1, "memory_gib": MEMORY_GIB},
    )
    index, index_cost = prepared_index(data)
    out = proofs_folder() / "out" / "national"
    name = f"{sims}"
    run = step("national", name, lambda: _whole(data, index, out / "whole"))
    ray = step("national", f"{name}-ray", lambda: _through_ray(data, index, out, scaled(SLICE, scale, 2_000)))
    told = run["told"]
    result.figures = {"index": index_cost, "run": run, "ray": ray}
    result.table(
        "the national run",
        ("what", "figure"),
        [
            ["wall, minutes", run["wall_s"] / 60],
            ["SIMs/s/core", round(sims / run["wall_s"] / THREADS)],
            ["own memory, MiB", run["peak_own_mib"]],
            ["mapped pages, MiB", run["peak_mapped_mib"]],
            ["hot bytes a person", told["hot_bytes_per_person"]],
            ["index build, minutes", index_cost["wall_s"] / 60],
            ["index build, own MiB", index_cost["peak_own_mib"]],
        ],
    )
    seconds = [[stage, value] for stage, value in told["seconds"].items()]
    result.table("seconds by stage (chunks.* are summed over threads)", ("stage", "s"), seconds)
    states = [[*row.values()] for row in run["states"]]
    result.table("by ID state", ("ID", "SIMs", "registered", "given", "right", "precision", "recall"), states)
    result.bar("wall", run["wall_s"] / 60, 3, above=False, unit="minutes")
    result.bar("hot bytes a person", told["hot_bytes_per_person"], 50, above=False)
    result.bar("files that differ through Ray", float(ray["local"] != ray["ray"]), 0, above=False)
    return result


def _whole(data: DataSet, index: Path, out: Path) -> dict[str, Any]:
    run = measure("ours", data.job(out, index=str(index), memory_gib=MEMORY_GIB, cold=[str(index)]))
    return run.as_dict() | {"states": _states(out / "verdicts.parquet", data.truth)}


def _states(verdicts: Path, truth: Path) -> list[dict[str, Any]]:
    """Score by streaming, batch by batch: 120M rows are not held at once."""
    batches = pl.scan_parquet(truth).select(pl.col("batch").cast(pl.String).unique()).collect()["batch"].to_list()
    parts = [
        accuracy.joined(verdicts, truth)
        .filter(pl.col("batch") == batch)
        .group_by("id_state")
        .agg(
            pl.len().alias("sims"),
            pl.col("actual").is_not_null().sum().alias("registered"),
            pl.col("given").is_not_null().sum().alias("given"),
            (pl.col("given") == pl.col("actual")).sum().alias("right"),
        )
        .collect(engine="streaming")
        for batch in batches
    ]
    return (
        pl.concat(parts)
        .group_by("id_state")
        .sum()
        .sort("id_state")
        .with_columns(precision=pl.col("right") / pl.col("given"), recall=pl.col("right") / pl.col("registered"))
        .to_dicts()
    )


def _through_ray(data: DataSet, index: Path, out: Path, rows: int) -> dict[str, Any]:
    """Run a slice of the largest batch by threads and by Ray, and compare the files."""
    path = out / "slice.parquet"
    out.mkdir(parents=True, exist_ok=True)
    source = pq.ParquetFile(data.batches[0]["path"])
    left = rows
    with pq.ParquetWriter(path, source.schema_arrow, compression="zstd") as writer:
        for batch in source.iter_batches(batch_size=1 << 17):
            writer.write_batch(batch.slice(0, left))
            left -= min(left, batch.num_rows)
            if left == 0:
                break
    found: dict[str, Any] = {"rows": rows - left}
    for executor in ("local", "ray"):
        job = data.job(out / executor, index=str(index), executor=executor)
        job["batches"] = [{"path": str(path), "carrier": data.batches[0]["carrier"], "profile": ""}]
        run = measure("ours", job)
        found[executor] = digests(out / executor)
        found[f"{executor}_wall_s"] = run.wall_s
        found[f"{executor}_own_mib"] = run.peak_own_mib
    return found
