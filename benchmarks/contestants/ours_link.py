"""Our general linkage by its defaults, on two tables or one."""

from pathlib import Path
from typing import Any

import polars as pl

from engine.linkage import dedupe, link
from engine.linkage.tables import read_table


def warm(_scratch: Path, job: dict[str, Any]) -> None:
    """Load the kernels by linking the first hundred rows, which leaves nothing behind."""
    left, right = _tables(job)
    if right is None:
        dedupe(left.head(100))
    else:
        link(left.head(100), right.head(100))


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Read, link and write the pairs."""
    left, right = _tables(job)
    out = Path(job["out"])
    result = dedupe(left, out=out) if right is None else link(left, right, out=out)
    return {"pairs": result.pairs.height, "timings": dict(result.timings)}


def _tables(job: dict[str, Any]) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    drop = job.get("drop", ())
    left = read_table(job["left"]).drop(drop, strict=False)
    right = read_table(job["right"]).drop(drop, strict=False) if job.get("right") else None
    return left, right
