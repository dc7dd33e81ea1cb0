"""Populations and batches with known truth, made up by rule: nobody in them exists."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from engine.synthetic.population import Population
from engine.synthetic.profiles import PROFILES
from engine.synthetic.register import register_table
from engine.synthetic.spelling import NamePen
from engine.synthetic.subscribers import Batch, Subscribers
from engine.synthetic.writing import CsvSink, ParquetSink, in_order

MARKET_SHARES: Mapping[str, float] = {"VTL": 0.566, "VNP": 0.235, "MBF": 0.199}
AS_OF = date(2026, 11, 1)
Progress = Callable[[str, int, int], None]  # what, rows done, rows in all


@dataclass(frozen=True, slots=True)
class Generated:
    """What `generate` wrote."""

    out: Path
    register: Path
    batches: tuple[Path, ...]
    truth: Path
    manifest: Path


def generate(
    out: Path,
    *,
    persons: int,
    sims: int,
    profile: str = "2023",
    seed: int = 1,
    carriers: tuple[str, ...] | Mapping[str, float] = ("VTL", "VNP", "MBF"),
    as_of: date = AS_OF,
    format: str = "parquet",  # noqa: A002 - the word of the command line
    progress: Progress | None = None,
    workers: int | None = None,
) -> Generated:
    """Write a register, one batch per carrier, the truth about every row and `batches.json` into `out`.

    The same arguments give the same bytes, whatever `workers`. Files: register.parquet, batch-CARRIER.parquet
    (or .csv), truth.parquet, batches.json.
    """
    out.mkdir(parents=True, exist_ok=True)
    workers = workers or os.cpu_count() or 1
    population = Population(persons, seed, as_of)
    shares = (
        dict(carriers) if isinstance(carriers, Mapping) else {name: MARKET_SHARES.get(name, 0.05) for name in carriers}
    )
    subscribers = Subscribers(population, sims, PROFILES[profile], shares)
    pen = NamePen(population.lexicon)
    register = out / "register.parquet"
    _write_register(register, population, pen, progress, workers)
    paths = []
    truth = ParquetSink(out / "truth.parquet")
    for batch in subscribers.batches:
        path = out / f"batch-{batch.carrier}.{format}"
        _write_batch(path, subscribers, batch, pen, truth, progress, workers)
        paths.append(path)
    truth.close()
    manifest = out / "batches.json"
    entries = [
        {"file": path.name, "carrier": batch.carrier, "batch_date": as_of.isoformat(), "rows": batch.rows}
        for path, batch in zip(paths, subscribers.batches, strict=True)
    ]
    manifest.write_text(json.dumps({"batches": entries}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return Generated(out, register, tuple(paths), out / "truth.parquet", manifest)


def _write_register(path: Path, population: Population, pen: NamePen, progress: Progress | None, workers: int) -> None:
    sink, done = ParquetSink(path), 0
    for table in in_order(
        lambda index: register_table(population, pen, population.people(index)), population.registered, workers
    ):
        sink.write(table)
        done += len(table)
        if progress:
            progress("register", done, population.registered)
    sink.close()


def _write_batch(
    path: Path,
    subscribers: Subscribers,
    batch: Batch,
    pen: NamePen,
    truth: ParquetSink,
    progress: Progress | None,
    workers: int,
) -> None:
    sink: Any = ParquetSink(path) if path.suffix == ".parquet" else CsvSink(path)
    done = 0
    for records, facts in in_order(lambda row: subscribers.chunk(batch, row, pen), batch.rows, workers):
        sink.write(records)
        truth.write(facts)
        done += len(records)
        if progress:
            progress(batch.carrier, done, batch.rows)
    sink.close()


__all__ = ["AS_OF", "MARKET_SHARES", "PROFILES", "Generated", "asdict", "generate"]
