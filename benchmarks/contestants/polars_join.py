"""The script that a user of Polars would write: exact join on the ID, then names and birth dates compared."""

from pathlib import Path
from typing import Any

import polars as pl
import polars_distance as pld

from benchmarks.contestants.duckdb_join import sync


def warm(scratch: Path, _job: dict[str, Any]) -> None:
    """Start the thread pool and load the plugin."""
    tiny = pl.LazyFrame({"a": ["x"], "b": ["y"]})
    tiny.select(pld.col("a").dist_str.jaro_winkler("b")).sink_parquet(scratch / "tiny.parquet")


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Do the job; give the folder written."""
    out = Path(job["out"])
    out.mkdir(parents=True, exist_ok=True)
    sims = pl.concat(
        pl.scan_parquet(batch["path"], row_index_name="row", row_index_offset=1).select(
            pl.lit(batch["carrier"]).alias("batch"),
            pl.col("row").cast(pl.Int64),
            "msisdn",
            pl.col("id_number").str.strip_chars().replace("", None),
            plain("full_name").alias("name"),
            "birth_date",
        )
        for batch in job["batches"]
    )
    register = pl.scan_parquet(job["register"]).select(
        "id_number",
        pl.col("person_id").cast(pl.String),
        plain("full_name").alias("register_name"),
        pl.col("birth_date").alias("register_birth"),
    )
    same = pl.col("name") == pl.col("register_name")
    # Only names that differ are handed to the plugin: it works out every row it is given.
    differing = pl.when(~same).then(pl.col("name")).alias("name")
    compared = (
        sims.join(register, on="id_number", how="left", maintain_order="none")
        .with_columns(differing=differing, same=same, born=pl.col("birth_date") == pl.col("register_birth"))
        .with_columns(distance=pld.col("differing").dist_str.jaro_winkler("register_name"))
        .with_columns(alike=pl.when("same").then(1.0).otherwise(1.0 - pl.col("distance")))
    )
    correct = (pl.col("alike") == 1) & pl.col("born")
    no_id, unfound = pl.col("id_number").is_null(), pl.col("person_id").is_null()
    compared.select(
        "batch",
        "row",
        "msisdn",
        roll_up=pl.when(no_id)
        .then(pl.lit("missing_id"))
        .when(correct)
        .then(pl.lit("correct"))
        .otherwise(pl.lit("wrong")),
        code=pl.when(no_id)
        .then(pl.lit("ID_MISSING"))
        .when(unfound)
        .then(pl.lit("ID_NOT_FOUND"))
        .when(pl.col("alike") < 1)
        .then(pl.lit("NAME_DIFFERENT"))
        .when(~pl.col("born"))
        .then(pl.lit("DOB_DIFFERENT"))
        .otherwise(pl.lit("OK_EXACT")),
        person_id=pl.when((pl.col("alike") >= 0.92) | pl.col("born")).then("person_id"),
        probability=pl.col("alike").fill_null(0.0).cast(pl.Float32),
    ).sink_parquet(out / "verdicts.parquet", compression="lz4", maintain_order=False)
    sync(out / "verdicts.parquet")
    return {"out": str(out)}


def plain(name: str) -> pl.Expr:
    """Give a name in capitals without marks; đ is a letter of its own to Unicode and is replaced by hand."""
    marks = pl.col(name).str.strip_chars().str.normalize("NFD").str.replace_all(r"\p{Mn}+", "")
    return marks.str.to_uppercase().str.replace_all("Đ", "D", literal=True)
