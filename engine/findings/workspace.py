"""One DuckDB connection over the facts of a run: bounded memory, its own scratch folder, no network, no state kept.

Every query of the findings, the report and the attempt counter runs here, so that the settings stand in one place.
Grouping 120 million keys at once would spill gigabytes; `passes` says into how many slices of the key space the
work is cut so that one slice fits, and each slice reads its key column again (8 bytes a record, cheap).
"""

# ruff: noqa: S608  # only names and whole numbers of this package, and quoted literals, stand in the SQL

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from matching.text import fold

_ENDED = ("terminated", "terminate", "ended", "cancelled", "canceled", "recovered", "closed", "disconnected", "churn")
_ENDED_WORDS = ("cham dut", "thanh ly", "thu hoi", "da huy", "huy bo", "ket thuc", "ngung su dung", "roi mang")
_ORGANISATION_WORDS = (
    *("organisation", "organization", "company", "enterprise", "corporate", "business"),
    *("to chuc", "doanh nghiep", "cong ty", "co quan", "phap nhan"),
)
NONCOMPLIANT = ("wrong", "missing_id")

# Measured on grouped uint64 keys with a counter and a mask: hash table, row layout and the slack of doubling.
_BYTES_PER_GROUP = 96

_FACT_TYPES = {
    "batch": "VARCHAR",
    "row": "BIGINT",
    "carrier": "VARCHAR",
    "msisdn": "UBIGINT",
    "person_id": "VARCHAR",
    "link_status": "VARCHAR",
    "id_token": "UBIGINT",
    "id_kind": "UTINYINT",
    "name_key": "UBIGINT",
    "birth": "INTEGER",
    "province": "UTINYINT",
    "dealer_id": "VARCHAR",
    "point_id": "VARCHAR",
    "contract_id": "VARCHAR",
    "organisation_id": "VARCHAR",
    "activated_on": "INTEGER",
    "service_ended_on": "INTEGER",
    "status": "VARCHAR",
    "subscriber_kind": "VARCHAR",
    "h2h": "BOOLEAN",
    "code": "VARCHAR",
    "roll_up": "VARCHAR",
}


def literal(value: object) -> str:
    """Write a value as an SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def packed(day: date) -> int:
    """Give the packed form of a full date: year << 9 | month << 5 | day."""
    return day.year << 9 | day.month << 5 | day.day


def passes(groups: int, memory_bytes: int) -> int:
    """Say into how many slices a grouping of at most `groups` keys is cut, so that a slice takes half the memory."""
    return max(1, -(-groups * _BYTES_PER_GROUP // (memory_bytes // 2)))


@contextmanager
def open_workspace(scratch: Path | None, *, memory_bytes: int, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that keeps within `memory_bytes` and spills below `scratch`; both are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="queries-", dir=scratch))
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    try:
        connection.execute(f"SET memory_limit = '{memory_bytes}B'")
        connection.execute(f"SET threads = {threads}")
        connection.execute(f"SET temp_directory = {literal(folder)}")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")
        yield connection
    finally:
        connection.close()
        shutil.rmtree(folder, ignore_errors=True)


def scan(parquet_glob: str | Path) -> str | None:
    """Write the SQL that scans the Parquet files of a glob, in name order; None where there is no file."""
    pattern = Path(parquet_glob)
    files = sorted(str(file) for file in pattern.parent.glob(pattern.name))
    if not files:
        return None
    return f"read_parquet([{', '.join(literal(name) for name in files)}])"


def declare_facts(connection: duckdb.DuckDBPyConnection, facts_glob: str | Path, as_of: date) -> tuple[int, list[str]]:
    """Declare the views over the facts; give the number of records and the carriers in order.

    Carriers and batches become enumerations: a byte or two in every hash table and sort instead of a text, and their
    order is the alphabetical one.

    facts       every record, with `day`, its activation where known to the day
    in_service  records not ended by `as_of`
    active      those of them that hold a number: the subscriptions
    people      records in service that serve a person, not a machine or an organisation's account
    sims        active subscriptions of people
    """
    source = scan(facts_glob)
    if source is None:
        columns = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in _FACT_TYPES.items())
        source = f"(SELECT {columns} WHERE false)"
    carriers = _declare_words(connection, source, "carrier")
    _declare_words(connection, source, "batch")
    connection.execute(
        "CREATE OR REPLACE TEMP MACRO packed_day(value) AS CASE WHEN (value & 31) > 0 "
        "THEN TRY(make_date(value >> 9, (value >> 5) & 15, value & 31)) END"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW facts AS SELECT * REPLACE (carrier::carrier_word AS carrier, "
        f"batch::batch_word AS batch), packed_day(activated_on) AS day FROM {source}"
    )
    gone = _spellings(connection, source, "status", is_ended)
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW in_service AS SELECT * FROM facts "
        f"WHERE (service_ended_on = 0 OR service_ended_on > {packed(as_of)}) "
        f"AND coalesce(status, '') NOT IN ({gone})"
    )
    connection.execute("CREATE OR REPLACE TEMP VIEW active AS SELECT * FROM in_service WHERE msisdn <> 0")
    accounts = _spellings(connection, source, "subscriber_kind", is_organisation)
    people = f"coalesce(h2h, true) AND coalesce(subscriber_kind, '') NOT IN ({accounts}) AND organisation_id IS NULL"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW people AS SELECT * FROM in_service WHERE {people}")
    connection.execute(f"CREATE OR REPLACE TEMP VIEW sims AS SELECT * FROM active WHERE {people}")
    row = connection.execute("SELECT count(*) FROM facts").fetchone()
    return (int(row[0]) if row else 0), carriers


def is_ended(status: str) -> bool:
    """Tell whether a status as carriers write it means that service has ended; a barred number is still in service."""
    word = fold(status).strip()
    return word in _ENDED or any(part in word for part in _ENDED_WORDS)


def is_organisation(subscriber_kind: str) -> bool:
    """Tell whether a kind of subscriber as carriers write it means an organisation."""
    word = fold(subscriber_kind).strip()
    return any(part in word for part in _ORGANISATION_WORDS)


def _spellings(connection: duckdb.DuckDBPyConnection, source: str, column: str, meant: Callable[[str], bool]) -> str:
    """List, as SQL literals, the values of a column that mean what `meant` asks; never empty."""
    rows = connection.execute(f"SELECT DISTINCT {column}::VARCHAR FROM {source} WHERE {column} IS NOT NULL").fetchall()
    return ", ".join(literal(value) for value in ["(none)", *sorted(str(row[0]) for row in rows if meant(str(row[0])))])


def _declare_words(connection: duckdb.DuckDBPyConnection, source: str, column: str) -> list[str]:
    rows = connection.execute(f"SELECT DISTINCT {column}::VARCHAR FROM {source} ORDER BY 1").fetchall()
    words = [str(row[0]) for row in rows]
    listed = ", ".join(literal(word) for word in words or [""])
    connection.execute(f"CREATE TYPE {column}_word AS ENUM ({listed})")
    return words
