"""Search the facts of a run for what only shows across records and carriers, and write findings.parquet.

The result depends on the facts, the porting table, the batch dates and the thresholds alone: not on memory, threads
or the way the facts are cut into files. Hashes of DuckDB order and cut the work and never reach the file.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from engine.findings.account import METADATA_KEY, FindingsAccount, KindCount, SimsPerPerson
from engine.findings.contracts import find_contracts
from engine.findings.identities import find_identities
from engine.findings.numbers import find_numbers, gather_repeated
from engine.findings.outlets import find_outlets
from engine.findings.persons import find_persons
from engine.findings.thresholds import Thresholds
from engine.findings.workspace import declare_facts, open_workspace, passes

SCHEMA = pa.schema(
    [
        pa.field("finding_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("rule", pa.string(), nullable=False),
        pa.field("scope", pa.string(), nullable=False),
        pa.field("severity", pa.string(), nullable=False),
        pa.field("carrier", pa.string()),
        pa.field("carriers", pa.list_(pa.string()), nullable=False),
        pa.field("subject_kind", pa.string(), nullable=False),
        pa.field("subject", pa.string(), nullable=False),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("threshold", pa.int64(), nullable=False),
        pa.field("bucket", pa.string()),
        pa.field("evidence", pa.list_(pa.struct([("batch", pa.string()), ("row", pa.int64())])), nullable=False),
        pa.field("evidence_total", pa.int64(), nullable=False),
        pa.field("first_on", pa.date32()),
        pa.field("last_on", pa.date32()),
    ]
)

_ROWS_PER_GROUP = 131_072

_FOUND = """
CREATE TEMP TABLE found (
    kind VARCHAR, rule VARCHAR, scope VARCHAR, severity VARCHAR, carrier VARCHAR, carriers VARCHAR[],
    subject_kind VARCHAR, subject VARCHAR, count BIGINT, threshold BIGINT, bucket VARCHAR,
    evidence STRUCT(batch VARCHAR, "row" BIGINT)[], evidence_total BIGINT, first_on DATE, last_on DATE
)
"""

# The carrier is part of the key only within a network, and a double claim is one matter under either of its rules:
# it stays the same matter when the porting table later tells whose fault it is.
_ORDERED = """
SELECT sha256(concat_ws(chr(31), kind, CASE WHEN kind = 'MSISDN_DOUBLE_CLAIM' THEN '' ELSE rule END, scope,
    CASE WHEN scope = 'network' THEN carrier ELSE '' END, subject_kind, subject))[1:32] AS finding_id, *
FROM found ORDER BY kind, rule, scope, carrier NULLS FIRST, subject, finding_id
"""


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
        thresholds: Where the findings begin; the defaults where None.
        memory_bytes: Ceiling of the queries' memory; what exceeds it spills below `scratch`.
        threads: Threads of the queries.
        scratch: A folder for spilling, the system's where None; nothing stays in it.
        progress: Told the name of each step as it begins.

    Cost: each kind reads its key column once per slice of the key space (see engine.findings.workspace).
    """
    told = progress or (lambda _step: None)
    thresholds = thresholds or Thresholds()
    with open_workspace(scratch, memory_bytes=memory_bytes, threads=threads) as connection:
        records = declare_facts(connection, facts_glob, as_of)
        slices = passes(records, memory_bytes)
        connection.execute(_FOUND)
        told("numbers")
        gather_repeated(connection, slices)
        used, unusable = find_numbers(connection, porting, batch_dates or {}, as_of)
        told("persons")
        distribution = find_persons(connection, thresholds, slices)
        told("identities")
        find_identities(connection, thresholds, slices)
        told("outlets")
        find_outlets(connection, thresholds, slices)
        told("contracts")
        find_contracts(connection, slices)
        told("writing")
        by_kind = connection.execute(
            "SELECT kind, severity, count(*) FROM found GROUP BY kind, severity ORDER BY kind, severity"
        ).fetchall()
        account = FindingsAccount(
            records=records,
            findings=sum(count for _, _, count in by_kind),
            by_kind=tuple(KindCount(*row) for row in by_kind),
            sims_per_person=tuple(SimsPerPerson(*row) for row in distribution),
            porting_rows=used,
            porting_rows_unusable=unusable,
            thresholds=thresholds.as_json(),
        )
        _write(connection, out, account)
    return account


def _write(connection: duckdb.DuckDBPyConnection, out: Path, account: FindingsAccount) -> None:
    reader = connection.sql(_ORDERED).to_arrow_reader(_ROWS_PER_GROUP)
    with pq.ParquetWriter(out, SCHEMA, compression="zstd", store_schema=False) as writer:
        writer.add_key_value_metadata({METADATA_KEY.decode(): account.as_json()})
        for table in _even_tables(reader):
            writer.write_table(table.cast(SCHEMA), _ROWS_PER_GROUP)


def _even_tables(reader: Any) -> Iterator[Any]:
    """Cut the batches of a reader into tables of equal length, so that the file does not depend on batch sizes."""
    held: list[Any] = []
    rows = 0
    for batch in reader:
        held.append(batch)
        rows += batch.num_rows
        while rows >= _ROWS_PER_GROUP:
            table = pa.Table.from_batches(held)
            yield table.slice(0, _ROWS_PER_GROUP).combine_chunks()
            held = table.slice(_ROWS_PER_GROUP).to_batches()
            rows -= _ROWS_PER_GROUP
    if rows:
        yield pa.Table.from_batches(held).combine_chunks()
