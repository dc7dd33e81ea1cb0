"""Search the facts of a run for what only shows across records and carriers, and write findings.parquet.

The result depends on the facts, the porting table, the batch dates and the thresholds alone: not on memory, threads
or the way the facts are cut into files. Hashes of DuckDB order and cut the work and never reach the file.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from engine.findings.account import METADATA_KEY, FindingsAccount, KindCount
from engine.findings.assembly import SCHEMA, Stream, assemble
from engine.findings.contracts import noticed_contracts
from engine.findings.files import write_tables
from engine.findings.identities import shared_identities
from engine.findings.keys import key_slices
from engine.findings.numbers import double_claims, duplicates, gather_repeated, load_porting
from engine.findings.outlets import crowded_outlets
from engine.findings.persons import count_sims, gather_heavy, many_sims, missing_contracts, province_velocity
from engine.findings.thresholds import Thresholds
from engine.findings.workspace import declare_facts, open_workspace


def find(
    facts_glob: str | Path,
    *,
    as_of: date,
    out: Path,
    porting: Path | None = None,
    batch_dates: Mapping[str, date] | None = None,
    thresholds: Thresholds | None = None,
    memory_bytes: int = 1 << 30,
    threads: int = 2,
    scratch: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> FindingsAccount:
    """Write the findings over all records of the facts to `out`; give the account of them.

    Args:
        facts_glob: The part files of the facts (contract facts.v1).
        as_of: The day on which subscriptions must be in service to count.
        out: The findings.parquet to write (contract findings.v1).
        porting: Completed moves between carriers (contract porting.v1), Parquet or CSV.
        batch_dates: The day of which each batch speaks; batches left out speak of `as_of`.
        thresholds: Where the findings begin; those of `as_of` where None.
        memory_bytes: Ceiling of the queries' memory; what exceeds it spills below `scratch`.
        threads: Threads of the queries.
        scratch: A folder for spilling, the system's where None; nothing stays in it.
        progress: Told the name of each step as it begins.

    Cost: each kind reads its key column once per slice of the key space (see engine.findings.workspace).
    """
    told = progress or (lambda _step: None)
    thresholds = thresholds or Thresholds.on(as_of)
    with open_workspace(scratch, memory_bytes=memory_bytes, threads=threads) as connection:
        records, carriers = declare_facts(connection, facts_glob, as_of)
        slices = key_slices(records, memory_bytes)
        told("numbers")
        used, unusable = load_porting(connection, porting)
        gather_repeated(connection, slices)
        told("persons")
        distribution = count_sims(connection, thresholds, carriers, slices)
        counts: Counter[tuple[str, str]] = Counter()

        def tables() -> Iterator[Any]:
            for stream in _streams(connection, thresholds, slices, batch_dates or {}, as_of, told):
                for table in assemble(connection, stream, carriers):
                    counts.update(zip(table["kind"].to_pylist(), table["severity"].to_pylist(), strict=True))
                    yield table

        def account() -> FindingsAccount:
            return FindingsAccount(
                records=records,
                findings=counts.total(),
                by_kind=tuple(KindCount(*key, count) for key, count in sorted(counts.items())),
                sims_per_person=tuple(distribution),
                porting_rows=used,
                porting_rows_unusable=unusable,
                thresholds=thresholds.as_json(),
            )

        write_tables(tables(), SCHEMA, out, lambda: {METADATA_KEY.decode(): account().as_json()})
    return account()


def _streams(
    connection: duckdb.DuckDBPyConnection,
    thresholds: Thresholds,
    slices: int,
    batch_dates: Mapping[str, date],
    as_of: date,
    told: Callable[[str], None],
) -> Iterator[Stream]:
    """Prepare and give the streams in the order of the file: by kind, rule and scope."""
    told("contracts")
    yield from noticed_contracts(connection, slices)
    told("dealers")
    yield from crowded_outlets(connection, thresholds, slices, "dealer")
    told("identities")
    yield from shared_identities(connection, thresholds, slices)
    told("claims")
    yield from double_claims(connection, batch_dates, as_of)
    yield from duplicates(connection)
    told("many-sims")
    gather_heavy(connection)
    yield from many_sims(thresholds)
    told("points")
    yield from crowded_outlets(connection, thresholds, slices, "point")
    told("provinces")
    yield from province_velocity(connection, thresholds)
    told("limits")
    yield from missing_contracts(thresholds)
