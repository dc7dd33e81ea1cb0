"""Small runs for tests: facts, verdicts, rejects and a manifest of generated people, written with polars."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import polars as pl

FACT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "batch": pl.Categorical(),
    "row": pl.Int64,
    "carrier": pl.Categorical(),
    "msisdn": pl.UInt64,
    "person_id": pl.String,
    "link_status": pl.Categorical(),
    "id_token": pl.UInt64,
    "id_kind": pl.UInt8,
    "name_key": pl.UInt64,
    "birth": pl.Int32,
    "province": pl.UInt8,
    "dealer_id": pl.String,
    "point_id": pl.String,
    "contract_id": pl.String,
    "organisation_id": pl.String,
    "activated_on": pl.Int32,
    "service_ended_on": pl.Int32,
    "status": pl.Categorical(),
    "subscriber_kind": pl.Categorical(),
    "h2h": pl.Boolean,
    "code": pl.Categorical(),
    "roll_up": pl.Categorical(),
}


def packed(day: date | None) -> int:
    return 0 if day is None else day.year << 9 | day.month << 5 | day.day


def fact(row: int, **fields: object) -> dict[str, object]:
    """One record of an honest subscriber; fields say what is different about it."""
    values: dict[str, object] = {
        "batch": "a.csv",
        "row": row,
        "carrier": "VTL",
        "msisdn": 84_912_000_000 + row,
        "person_id": f"P{row:06d}",
        "link_status": "identified",
        "id_token": (row + 1) * 0x9E3779B97F4A7C15 % 2**64,
        "id_kind": 1,
        "name_key": (row + 1) * 0xD1B54A32D192ED03 % 2**64,
        "birth": packed(date(1980, 1, 1 + row % 28)),
        "province": 1,
        "dealer_id": None,
        "point_id": None,
        "contract_id": None,
        "organisation_id": None,
        "activated_on": packed(date(2022, 3, 4)),
        "service_ended_on": 0,
        "status": "active",
        "subscriber_kind": "individual",
        "h2h": True,
        "code": "OK_EXACT",
        "roll_up": "correct",
    }
    values.update(fields)
    if values["person_id"] is None and "link_status" not in fields:
        values["link_status"] = "none"
    return values


def write_facts(folder: Path, rows: Iterable[Mapping[str, object]], parts: int = 2) -> str:
    """Write the rows as part files in their order; give the glob of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("part-*.parquet"):
        old.unlink()
    frame = pl.DataFrame(list(rows), schema=FACT_SCHEMA, orient="row")
    size = max(1, -(-frame.height // parts))
    for part in range(0, max(frame.height, 1), size):
        frame.slice(part, size).write_parquet(folder / f"part-{part // size:05d}.parquet")
    return str(folder / "part-*.parquet")


VERDICT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "batch": pl.String,
    "row": pl.Int64,
    "msisdn": pl.String,
    "roll_up": pl.String,
    "code": pl.String,
    "codes": pl.String,
    "tier": pl.String,
    "id_holder": pl.String,
    "person_id": pl.String,
    "link_status": pl.String,
    "probability": pl.Float32,
    "candidates": pl.List(pl.Struct({"person_id": pl.String, "probability": pl.Float32})),
}


def verdict(row: int, **fields: object) -> dict[str, object]:
    values: dict[str, object] = {
        "batch": "a.csv",
        "row": row,
        "msisdn": str(84_912_000_000 + row),
        "roll_up": "correct",
        "code": "OK_EXACT",
        "tier": "id",
        "id_holder": f"P{row:06d}",
        "person_id": f"P{row:06d}",
        "link_status": "identified",
        "probability": 0.999,
        "candidates": [],
    }
    values.update(fields)
    values.setdefault("codes", values["code"])
    return values


def write_verdicts(run: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    run.mkdir(parents=True, exist_ok=True)
    frame = pl.DataFrame(list(rows), schema=VERDICT_SCHEMA, orient="row")
    frame.write_parquet(run / "verdicts.parquet")
    return run / "verdicts.parquet"


def write_manifest(run: Path, **fields: object) -> Path:
    run.mkdir(parents=True, exist_ok=True)
    (run / "manifest.json").write_text(json.dumps(fields, ensure_ascii=False))
    return run / "manifest.json"


def manifest(
    carriers: Mapping[str, str], verdicts: Iterable[Mapping[str, object]], /, **fields: object
) -> dict[str, object]:
    """A manifest as a run writes it, as far as reports read it."""
    by_code: dict[str, dict[str, int]] = {batch: {} for batch in carriers}
    for each in verdicts:
        counts = by_code[str(each["batch"])]
        key = f"{each['roll_up']} {each['code']}"
        counts[key] = counts.get(key, 0) + 1
    batches = [
        {
            "name": batch,
            "carrier": carrier,
            "sha256": "ab" * 32,
            "rows": sum(by_code[batch].values()),
            "rejects": 0,
            "by_code": by_code[batch],
        }
        for batch, carrier in carriers.items()
    ]
    return {
        "as_of": "2026-11-15",
        "rules": {"name": "circular-08-2026"},
        "index": {"content": "cd" * 32, "persons": 1000},
        "porting": None,
        "previous": None,
        "versions": {"sogoc": "0.1.0"},
        "batches": batches,
    } | fields
