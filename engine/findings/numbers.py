"""Findings about one number: claimed by two carriers, or listed twice by one.

Since November 2018 a number may move between carriers, so two claims of different days can both be right. A claim is
judged on the day its batch speaks of (the batch date, else the date of the run): the carrier entitled on that day is
the gaining carrier of the last move before it, or, before any move, the losing carrier of the first. Where every
claim is entitled on its own day there is no finding; where no move is recorded, two active claims always are one.
"""

# ruff: noqa: S608  # only names and whole numbers of this package, and quoted literals, stand in the SQL

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from engine.findings.workspace import literal

_EVIDENCE = "min({'batch': batch, 'row': \"row\"}, 20), count(*), min(day), max(day)"


def gather_repeated(connection: duckdb.DuckDBPyConnection, slices: int) -> None:
    """Make `repeated`, the numbers that stand in more than one active record, and `claims`, those records."""
    connection.execute("CREATE TEMP TABLE repeated (msisdn UBIGINT)")
    for part in range(slices):
        connection.execute(
            "INSERT INTO repeated SELECT msisdn FROM active "
            f"WHERE msisdn % {slices} = {part} GROUP BY msisdn HAVING count(*) > 1"
        )
    connection.execute(
        """
        CREATE TEMP TABLE claims AS
        SELECT msisdn, carrier, batch, "row", day, id_token, name_key, birth
        FROM active SEMI JOIN repeated USING (msisdn)
        """
    )


def find_numbers(
    connection: duckdb.DuckDBPyConnection,
    porting: Path | None,
    batch_dates: Mapping[str, date],
    as_of: date,
) -> tuple[int, int]:
    """Add MSISDN_DUPLICATE and MSISDN_DOUBLE_CLAIM to `found`; give the porting rows used and those unusable."""
    used, unusable = _load_porting(connection, porting)
    connection.execute("CREATE TEMP TABLE observed (batch VARCHAR, observed_on DATE)")
    for batch, day in sorted(batch_dates.items()):
        connection.execute("INSERT INTO observed VALUES (?, ?)", [batch, day])
    connection.execute(
        f"""
        INSERT INTO found
        SELECT 'MSISDN_DUPLICATE', 'same_carrier', 'network',
            CASE WHEN count(DISTINCT (id_token, name_key, birth)) > 1 THEN 'medium' ELSE 'low' END,
            carrier, [carrier], 'msisdn', msisdn::VARCHAR, count(*), 2, NULL, {_EVIDENCE}
        FROM claims GROUP BY msisdn, carrier HAVING count(*) > 1
        """
    )
    connection.execute(
        f"""
        CREATE TEMP TABLE judged AS
        WITH contested AS (
            SELECT msisdn FROM claims GROUP BY msisdn HAVING count(DISTINCT carrier) > 1
        ), dated AS (
            SELECT claims.*, coalesce(observed_on, DATE '{as_of}') AS observed_on
            FROM claims SEMI JOIN contested USING (msisdn) LEFT JOIN observed USING (batch)
        ), moves AS (
            SELECT msisdn, list({{'ported_on': ported_on, 'to_carrier': to_carrier, 'from_carrier': from_carrier}}
                ORDER BY ported_on, to_carrier) AS chain
            FROM porting SEMI JOIN contested USING (msisdn) GROUP BY msisdn
        ), placed AS (
            SELECT dated.*, chain,
                list_filter(chain, lambda move: move.ported_on <= observed_on) AS done
            FROM dated LEFT JOIN moves USING (msisdn)
        )
        SELECT * EXCLUDE (chain, done), chain IS NOT NULL AS has_moves,
            CASE WHEN len(done) > 0 THEN done[-1].to_carrier ELSE chain[1].from_carrier END AS entitled
        FROM placed
        """
    )
    connection.execute(
        f"""
        INSERT INTO found
        SELECT 'MSISDN_DOUBLE_CLAIM',
            CASE WHEN bool_or(has_moves) THEN 'not_entitled_by_porting' ELSE 'no_porting_record' END, 'overall',
            CASE WHEN bool_or(has_moves) THEN 'medium' ELSE 'high' END,
            CASE WHEN count(DISTINCT carrier) FILTER (has_moves AND carrier <> entitled) = 1
                THEN min(carrier) FILTER (has_moves AND carrier <> entitled) END,
            list_sort(list(DISTINCT carrier)), 'msisdn', msisdn::VARCHAR, count(DISTINCT carrier), 2, NULL, {_EVIDENCE}
        FROM judged GROUP BY msisdn
        HAVING NOT bool_or(has_moves) OR bool_or(carrier <> entitled)
        """
    )
    return used, unusable


def _load_porting(connection: duckdb.DuckDBPyConnection, porting: Path | None) -> tuple[int, int]:
    """Load the porting table (contract porting.v1); rows without a number, carrier or day are counted out."""
    connection.execute(
        "CREATE TEMP TABLE porting (msisdn UBIGINT, from_carrier VARCHAR, to_carrier VARCHAR, ported_on DATE)"
    )
    if porting is None:
        return 0, 0
    if porting.suffix == ".parquet":
        source = f"read_parquet({literal(porting)})"
    else:
        source = f"read_csv({literal(porting)}, header = true, all_varchar = true, auto_detect = true)"
    total = connection.execute(f"SELECT count(*) FROM {source}").fetchone()
    connection.execute(
        f"""
        INSERT INTO porting
        SELECT number, losing, gaining, day FROM (
            SELECT TRY_CAST(msisdn AS UBIGINT) AS number, nullif(trim(from_carrier), '') AS losing,
                nullif(trim(to_carrier), '') AS gaining, TRY_CAST(ported_on AS DATE) AS day FROM {source}
        ) WHERE number IS NOT NULL AND losing IS NOT NULL AND gaining IS NOT NULL AND day IS NOT NULL
        """
    )
    kept = connection.execute("SELECT count(*) FROM porting").fetchone()
    used = int(kept[0]) if kept else 0
    return used, (int(total[0]) if total else 0) - used
