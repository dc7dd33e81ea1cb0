"""One call makes a register, the carriers' batches, the truth about every row, and what a month later changes."""

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import ClassVar, Literal

from engine.errors import EngineError
from engine.synthetic import delivery
from engine.synthetic.delivery import Dialect
from engine.synthetic.delta import delta_table, entered
from engine.synthetic.draw import Index, Sampler, draw, low
from engine.synthetic.numbers import CARRIERS, Batch
from engine.synthetic.pen import CASES, Pen
from engine.synthetic.population import Population
from engine.synthetic.profiles import PROFILES, Profile
from engine.synthetic.records import CORE_COLUMNS, FULL_COLUMNS, Records
from engine.synthetic.register import register_table
from engine.synthetic.spelling import Spelling
from engine.synthetic.subscribers import Subscribers
from engine.synthetic.truth import truth_table
from engine.synthetic.writing import ParquetFile, in_order

MARKET_SHARES: Mapping[str, float] = {"VTL": 0.566, "VNP": 0.235, "MBF": 0.161, "VNM": 0.03, "GTL": 0.008}
AS_OF = date(2026, 11, 1)
Progress = Callable[[str, int, int], None]  # what, rows done, rows in all


class UnknownProfile(EngineError):
    """There is no such mix of mistakes, or no such carrier."""

    code: ClassVar[str] = "synthetic-unknown"
    template: ClassVar[str] = "{what} {name} is not one of {known}"


@dataclass(frozen=True, slots=True)
class Generated:
    """The files that `generate` wrote; None for those that this round has not."""

    out: Path
    batches: tuple[Path, ...]
    truth: Path
    manifest: Path
    porting: Path
    register: Path | None
    register_delta: Path | None


def generate(
    out: Path,
    *,
    persons: int,
    sims: int,
    profile: str = "2023",
    seed: int = 1,
    carriers: Sequence[str] | Mapping[str, float] = ("VTL", "VNP", "MBF"),
    as_of: date = AS_OF,
    format: Literal["parquet", "csv"] = "parquet",  # noqa: A002 - the word of the command line
    round: int = 1,  # noqa: A002 - the word of the command line
    columns: Sequence[str] | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
) -> Generated:
    """Write one round of files into `out`: the same arguments give the same bytes, whatever `workers`.

    batch-CARRIER.parquet (or .csv, in the profile `dirty` each carrier in its own dialect, with carrier-CARRIER.toml
    to say so); truth.parquet, a row for every row of the batches in their order; porting.parquet; batches.json, which
    names them. Round 1 writes register.parquet, round 2 register-delta.parquet (`change`, then the register's columns).
    `columns` are CORE_COLUMNS for the profile `linkage`, FULL_COLUMNS for the others, or any choice of the latter.
    Memory does not depend on `persons` and `sims`. Raises UnknownProfile.
    """
    for what, name, known in (("profile", profile, PROFILES), *(("carrier", each, CARRIERS) for each in carriers)):
        if name not in known:
            raise UnknownProfile(what=what, name=name, known=", ".join(known))
    out.mkdir(parents=True, exist_ok=True)
    shares = carriers if isinstance(carriers, Mapping) else {name: MARKET_SHARES[name] for name in carriers}
    population = Population(persons, seed, as_of)
    wanted = tuple(columns or (FULL_COLUMNS if PROFILES[profile].full else CORE_COLUMNS))
    subscribers = Subscribers(population, sims, PROFILES[profile], shares, round)
    writer = _Writer(out, _pen(population, PROFILES[profile]), wanted, progress, workers or os.cpu_count() or 1)
    register = writer.register(population) if round == 1 else None
    delta = writer.delta(population) if round > 1 else None
    dialects = [delivery.dialect_of(profile, place) for place in range(len(subscribers.batches))]
    paths = writer.batches(subscribers, dialects if format == "csv" else [None] * len(dialects))
    manifest = out / "batches.json"
    batch_date = as_of + timedelta(days=30 * (round - 1))
    entries = [_entry(path, batch, batch_date) for path, batch in zip(paths, subscribers.batches, strict=True)]
    account = {
        "profile": profile, "persons": persons, "sims": sims, "seed": seed, "round": round, "as_of": as_of.isoformat(),
        "register": register and register.name, "register_delta": delta and delta.name,
        "porting": "porting.parquet", "truth": "truth.parquet", "batches": entries,
    }  # fmt: skip
    manifest.write_text(json.dumps(account, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return Generated(
        out,
        tuple(paths),
        out / "truth.parquet",
        manifest,
        out / "porting.parquet",
        register=register,
        register_delta=delta,
    )


def _pen(population: Population, profile: Profile) -> Pen:
    spellings = [spelling for spelling, share in zip(Spelling, profile.spellings, strict=True) if share > 0]
    cases = [case for case, share in zip(CASES, profile.cases, strict=True) if share > 0]
    return Pen(population.lexicon.words, spellings, cases)


def _entry(path: Path, batch: Batch, batch_date: date) -> dict[str, object]:
    profile = path.with_name(f"carrier-{batch.carrier}.toml")
    return {
        "file": path.name,
        "carrier": batch.carrier,
        "batch_date": batch_date.isoformat(),
        "rows": batch.rows,
        "profile": profile.name if path.suffix == ".csv" and profile.exists() else None,
        "porting": "porting.parquet",
    }


class _Writer:
    def __init__(self, out: Path, pen: Pen, wanted: tuple[str, ...], progress: Progress | None, workers: int) -> None:
        self._out, self._pen, self._wanted, self._progress, self._workers = out, pen, wanted, progress, workers

    def register(self, population: Population) -> Path:
        path = self._out / "register.parquet"

        def work(index: Index) -> tuple[Path, int]:
            return file.encode(register_table(population, self._pen, population.people(index))), len(index)

        with ParquetFile(path) as file:
            self._take(
                "register", population.registered, in_order(work, population.registered, self._workers), [file.add]
            )
        return path

    def delta(self, population: Population) -> Path:
        path, last = self._out / "register-delta.parquet", population.registered + entered(population)

        def work(index: Index) -> tuple[Path, int]:
            return file.encode(delta_table(population, self._pen, index)), len(index)

        with ParquetFile(path) as file:
            self._take("register-delta", last, in_order(work, last, self._workers), [file.add])
        return path

    def batches(self, subscribers: Subscribers, dialects: Sequence[Dialect | None]) -> list[Path]:
        paths = []
        with ParquetFile(self._out / "truth.parquet") as truth, ParquetFile(self._out / "porting.parquet") as porting:
            for batch, dialect in zip(subscribers.batches, dialects, strict=True):
                path = self._out / f"batch-{batch.carrier}.{'parquet' if dialect is None else 'csv'}"
                if dialect is None:
                    self._parquet_batch(path, subscribers, batch, truth, porting)
                else:
                    self._text_batch(path, subscribers, batch, truth, porting, dialect)
                paths.append(path)
        return paths

    def _parquet_batch(
        self, path: Path, subscribers: Subscribers, batch: Batch, truth: ParquetFile, porting: ParquetFile
    ) -> None:
        def work(row: Index) -> tuple[Path, Path, Path, int]:
            records = Records(subscribers, batch, row, self._pen, self._wanted)
            table = records.table()
            return file.encode(table), truth.encode(truth_table(records)), porting.encode(records.porting()), len(row)

        with ParquetFile(path) as file:
            results = in_order(work, batch.rows, self._workers)
            self._take(batch.carrier, batch.rows, results, [file.add, truth.add, porting.add])

    def _text_batch(
        self,
        path: Path,
        subscribers: Subscribers,
        batch: Batch,
        truth: ParquetFile,
        porting: ParquetFile,
        dialect: Dialect,
    ) -> None:
        damages = Sampler.of(subscribers.profile.line_damages)

        def work(row: Index) -> tuple[bytes, Path, Path, int]:
            records = Records(subscribers, batch, row, self._pen, self._wanted)
            if dialect.is_old:
                records.confine()
            table = records.table()
            damage = damages.pick(low(draw(subscribers.seed, "line", row + batch.start)))
            text = delivery.lines(dialect, table, damage)
            return text, truth.encode(truth_table(records, damage)), porting.encode(records.porting()), len(row)

        path.with_name(f"carrier-{batch.carrier}.toml").write_text(
            dialect.profile_text(batch.carrier), encoding="utf-8"
        )
        with path.open("wb") as file:
            file.write(delivery.header(dialect, self._wanted))
            results = in_order(work, batch.rows, self._workers)
            self._take(batch.carrier, batch.rows, results, [file.write, truth.add, porting.add])

    def _take(
        self, what: str, rows: int, results: Iterable[tuple[object, ...]], takers: Sequence[Callable[..., object]]
    ) -> None:
        done = 0
        for *payloads, count in results:
            for payload, taker in zip(payloads, takers, strict=True):
                taker(payload)
            done += int(str(count))
            if self._progress:
                self._progress(what, done, rows)
