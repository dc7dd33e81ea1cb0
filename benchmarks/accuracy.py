"""Score verdicts against the truth of generated batches: precision, recall, F1, calibration, by state of the ID.

A SIM counts once. Found rightly: the person_id given is the true holder's. Precision is over SIMs with a person_id
given, recall over SIMs whose holder is in the register. "At our own rule" takes person_id as written.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

ALL = "all"
STATE_ORDER = ("right", "old", "typo", "missing", "other", "junk", ALL)
LEAST_BELOW_HALF = 0.01
"""Candidates of a posterior below this are not listed in verdicts, so thresholds in hindsight end there."""


def joined(verdicts: Path, truth: Path, *, columns: Sequence[str] = ()) -> pl.LazyFrame:
    """Join verdicts to the truth by batch and row: a row per true record that was not rejected.

    Gives id_state, actual (the true person or null), given (person_id as written), guess (the most probable person,
    also where its posterior is below 0.5 and listed) and probability (its posterior).
    """
    said = pl.scan_parquet(verdicts)
    guess = pl.col("person_id")
    known = said.collect_schema().names()
    if "best_person" in known:
        guess = pl.coalesce(guess, "best_person")
    if "candidates" in known:
        # Only an ambiguous record without a person has its most probable candidate in the list.
        first = pl.col("candidates").list.first().struct.field("person_id")
        guess = pl.coalesce(guess, first)
    said = said.select(
        pl.col("batch").cast(pl.String),
        pl.col("row").cast(pl.Int64),
        pl.col("person_id").cast(pl.String).alias("given"),
        guess.cast(pl.String).alias("guess"),
        pl.col("probability").cast(pl.Float64),
        *columns,
    )
    actual = pl.scan_parquet(truth).select(
        pl.col("batch").cast(pl.String),
        "row",
        pl.col("id_state").cast(pl.String),
        pl.col("person_id").cast(pl.String).alias("actual"),
    )
    return actual.join(said, on=["batch", "row"], how="inner")


def score(verdicts: Path, truth: Path) -> dict[str, Any]:
    """Score a verdict file. `states` holds a row of figures for each ID state and for `all`."""
    rows = (
        joined(verdicts, truth)
        .with_columns(
            given_right=(pl.col("given") == pl.col("actual")).fill_null(value=False),
            guess_right=(pl.col("guess") == pl.col("actual")).fill_null(value=False),
            probability=pl.col("probability").fill_null(0.0),
        )
        .select(
            "id_state",
            "probability",
            "given_right",
            "guess_right",
            is_given=pl.col("given").is_not_null(),
            is_guess=pl.col("guess").is_not_null(),
            registered=pl.col("actual").is_not_null(),
        )
        .collect()
    )
    states = {name: rows.filter(pl.col("id_state") == name) for name in STATE_ORDER[:-1]}
    states[ALL] = rows
    return {
        "rows": rows.height,
        "states": {name: _scored(part) for name, part in states.items() if part.height},
        "hindsight": best_threshold(rows),
    }


def _scored(part: pl.DataFrame) -> dict[str, float]:
    given, right = int(part["is_given"].sum()), int(part["given_right"].sum())
    registered = int(part["registered"].sum())
    stated = float(part.filter("is_given")["probability"].mean() or 0.0)  # type: ignore[arg-type]
    precision = right / given if given else 1.0
    return {
        "sims": part.height,
        "registered": registered,
        "given": given,
        "right": right,
        "precision": precision,
        "recall": right / registered if registered else 1.0,
        "f1": f1(right, given, registered),
        "reported_precision": stated,
        "reported_minus_true": stated - precision if given else 0.0,
    }


def best_threshold(rows: pl.DataFrame) -> dict[str, float]:
    """Give the best F1 that any threshold on the probability could have reached, knowing the truth."""
    registered = int(rows["registered"].sum())
    ranked = (
        rows.filter("is_guess")
        .group_by("probability")
        .agg(pl.len().alias("given"), pl.col("guess_right").sum().alias("right"))
        .sort("probability", descending=True)
        .with_columns(pl.col("given").cum_sum(), pl.col("right").cum_sum())
        .with_columns(f1=2 * pl.col("right") / (pl.col("given") + registered))
    )
    if not ranked.height:
        return {"f1": 0.0, "threshold": 0.5}
    best = ranked.row(int(ranked["f1"].arg_max() or 0), named=True)
    return {"f1": float(best["f1"]), "threshold": float(best["probability"])}


def f1(right: int, given: int, actual: int) -> float:
    """Give the harmonic mean of precision and recall; 1 where there was nothing to find and nothing was given."""
    return 2 * right / (given + actual) if given + actual else 1.0


def link_outcomes(verdicts: Path, truth: Path) -> list[dict[str, Any]]:
    """Count link_status by ID state, and how often the true person is identified, or among the candidates named."""
    rows = joined(verdicts, truth, columns=["link_status", "candidates"])
    named = pl.col("candidates").list.eval(pl.element().struct.field("person_id")).list.contains(pl.col("actual"))
    return (
        rows.with_columns(
            pl.col("link_status").cast(pl.String),
            among=(named | (pl.col("given") == pl.col("actual"))).fill_null(value=False),
            registered=pl.col("actual").is_not_null(),
        )
        .group_by("id_state", "link_status")
        .agg(pl.len().alias("sims"), pl.col("registered").sum(), pl.col("among").sum())
        .sort("id_state", "link_status")
        .collect()
        .to_dicts()
    )


def state_rows(scored: dict[str, Any]) -> list[list[Any]]:
    """Give the states as rows of a table: state, SIMs, precision, recall, F1, reported minus true precision."""
    return [
        [
            name,
            figures["sims"],
            figures["precision"],
            figures["recall"],
            figures["f1"],
            figures["reported_precision"],
            100 * figures["reported_minus_true"],
        ]
        for name in STATE_ORDER
        if (figures := scored["states"].get(name))
    ]


STATE_COLUMNS = (
    "ID state",
    "SIMs",
    "precision",
    "recall",
    "F1",
    "reported precision",
    "reported - true, points",
)
