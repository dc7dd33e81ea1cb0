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

from engine.findings.assembly import HIGH, LOW, MEDIUM, Stream
from engine.findings.keys import declare_keys, repeated, sorted_keys
from engine.findings.workspace import literal


def gather_repeated(connection: duckdb.DuckDBPyConnection, slices: int) -> None:
    """Make `repeated`, the numbers that stand in more than one active record, and `claims`, those records."""
    found = [
        repeated(keys, 2)
        for keys in sorted_keys(connection, key="msisdn", source="active", slice_by="msisdn", slices=slices)
    ]
    declare_keys(connection, "repeated", found)
    connection.execute(
        """
        CREATE TEMP TABLE claims AS
        SELECT msisdn, carrier, batch, "row", day, hash(id_token, name_key, birth) AS identity
        FROM active SEMI JOIN repeated ON active.msisdn = repeated.key
        """
    )


def duplicates(connection: duckdb.DuckDBPyConnection) -> list[Stream]:
    """Give the stream of MSISDN_DUPLICATE; it weighs more where the records tell of different people."""
    connection.execute(
        """
        CREATE TEMP TABLE duplicated AS
        SELECT msisdn, carrier, min(identity) <> max(identity) AS differ
        FROM claims GROUP BY msisdn, carrier HAVING count(*) > 1
        """
    )
    source = "SELECT msisdn::VARCHAR AS subject, * FROM claims JOIN duplicated USING (msisdn, carrier)"
    grade = f"CASE WHEN differ THEN {MEDIUM} ELSE {LOW} END"
    return [Stream("MSISDN_DUPLICATE", "same_carrier", "network", "msisdn", 2, source, grade=grade)]


def double_claims(connection: duckdb.DuckDBPyConnection, batch_dates: Mapping[str, date], as_of: date) -> list[Stream]:
    """Give the streams of MSISDN_DOUBLE_CLAIM; needs the table `porting`."""
    connection.execute("CREATE TEMP TABLE observed (batch batch_word, observed_on DATE)")
    for batch, day in sorted(batch_dates.items()):
        connection.execute(
            "INSERT INTO observed SELECT TRY_CAST(? AS batch_word), ? WHERE TRY_CAST(? AS batch_word) IS NOT NULL",
            [batch, day, batch],
        )
    connection.execute(
        f"""
        CREATE TEMP TABLE contested AS
        SELECT claims.*, coalesce(observed_on, DATE '{as_of}') AS observed_on
        FROM claims SEMI JOIN (
            SELECT msisdn FROM claims GROUP BY msisdn HAVING min(carrier) <> max(carrier)
        ) USING (msisdn) LEFT JOIN observed USING (batch)
        """
    )
    connection.execute(
        """
        CREATE TEMP TABLE judged AS
        WITH moves AS (
            SELECT *, row_number() OVER (PARTITION BY msisdn ORDER BY ported_on, to_carrier) AS nth
            FROM porting SEMI JOIN contested USING (msisdn)
        ), reached AS (
            SELECT batch, "row", to_carrier,
                row_number() OVER (PARTITION BY batch, "row" ORDER BY nth DESC) AS latest
            FROM contested JOIN moves USING (msisdn) WHERE ported_on <= observed_on
        ), placed AS (
            SELECT contested.*, coalesce(reached.to_carrier, moves.from_carrier) AS entitled
            FROM contested
            LEFT JOIN reached ON contested.batch = reached.batch AND contested."row" = reached."row" AND latest = 1
            LEFT JOIN moves ON contested.msisdn = moves.msisdn AND nth = 1
        )
        SELECT msisdn, carrier, batch, "row", day, entitled IS NOT NULL AS has_moves,
            CASE WHEN carrier::VARCHAR <> entitled THEN carrier::VARCHAR END AS culprit
        FROM placed
        """
    )
    connection.execute(
        """
        CREATE TEMP TABLE claimants AS
        SELECT msisdn, count(*) AS carriers, bool_or(has_moves) AS has_moves, bool_or(faulty) AS faulty
        FROM (
            SELECT msisdn, carrier, bool_or(has_moves) AS has_moves, bool_or(culprit IS NOT NULL) AS faulty
            FROM judged GROUP BY msisdn, carrier
        ) GROUP BY msisdn
        """
    )
    return [
        Stream(
            "MSISDN_DOUBLE_CLAIM",
            rule,
            "overall",
            "msisdn",
            2,
            f"""SELECT msisdn::VARCHAR AS subject, judged.carrier, batch, "row", day, culprit, carriers
                FROM judged JOIN claimants USING (msisdn) WHERE {where}""",
            measure="carriers",
            grade=str(grade),
            blame="culprit",
        )
        for rule, where, grade in (
            ("no_porting_record", "NOT claimants.has_moves", HIGH),
            ("not_entitled_by_porting", "claimants.has_moves AND faulty", MEDIUM),
        )
    ]


def load_porting(connection: duckdb.DuckDBPyConnection, porting: Path | None) -> tuple[int, int]:
    """Load the porting table (contract porting.v1); give the rows used and those without number, carrier or day."""
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
