"""Findings about a dealer or a registration point, per carrier: its ids mean nothing to another carrier.

Three tests, one finding each and outlet, so that the same outlet keeps its finding from run to run:
identities_per_day   more different identities activated in one day than a counter can serve
noncompliant_share   a large share of its records is wrong or without a usable identity number
sims_per_identity    one identity with many SIMs through the outlet
"""

# ruff: noqa: S608  # only names and whole numbers of this package, and quoted literals, stand in the SQL

import duckdb

from engine.findings.assembly import Stream
from engine.findings.keys import declare_keys, repeated, sorted_keys
from engine.findings.thresholds import Thresholds
from engine.findings.workspace import NONCOMPLIANT


def crowded_outlets(
    connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, slices: int, subject_kind: str
) -> list[Stream]:
    """Give the streams of DEALER_CONCENTRATION or POINT_CONCENTRATION (`subject_kind` dealer or point)."""
    column = f"{subject_kind}_id"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP VIEW outlet AS
        SELECT carrier, {column} AS subject, batch, "row", day, activated_on, roll_up,
            CASE WHEN person_id IS NOT NULL THEN hash(person_id) ELSE nullif(id_token, 0) END AS identity
        FROM sims WHERE coalesce({column}, '') <> ''
        """
    )
    return [
        _busy_days(connection, thresholds, slices, subject_kind),
        _bad_shares(connection, thresholds, subject_kind),
        _collectors(connection, thresholds, slices, subject_kind),
    ]


def _stream(subject_kind: str, rule: str, begins: int, source: str, measure: str) -> Stream:
    kind = f"{subject_kind.upper()}_CONCENTRATION"
    return Stream(kind, rule, "network", subject_kind, begins, source, measure=measure, high_from=2 * begins)


def _busy_days(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, slices: int, subject_kind: str) -> Stream:
    begins = thresholds.outlet_identities_per_day
    dated = "outlet WHERE (activated_on & 31) > 0 AND identity IS NOT NULL"
    _gather_repeated(connection, "hash(carrier, subject, activated_on)", dated, begins, slices, f"{subject_kind}_day")
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {subject_kind}_busy AS
        WITH busy AS (
            SELECT carrier, subject, day, count(*) AS identities FROM (
                SELECT DISTINCT carrier, subject, day, identity FROM {subject_kind}_day
            ) GROUP BY ALL HAVING count(*) >= {begins}
        )
        SELECT carrier, subject, batch, "row", day, worst FROM {subject_kind}_day
        SEMI JOIN busy USING (carrier, subject, day)
        JOIN (SELECT carrier, subject, max(identities) AS worst FROM busy GROUP BY ALL) USING (carrier, subject)
        """
    )
    return _stream(subject_kind, "identities_per_day", begins, f"SELECT * FROM {subject_kind}_busy", "worst")


def _gather_repeated(
    connection: duckdb.DuckDBPyConnection, key: str, source: str, least: int, slices: int, name: str
) -> None:
    """Make a table of the records of a relation whose key occurs often enough."""
    keys = sorted_keys(connection, key=key, source=source, slice_by=key, slices=slices)
    found = declare_keys(connection, "found", [repeated(each, least) for each in keys])
    # Where no key repeats, the records are not read again.
    wanted = f"(SELECT *, {key} AS key FROM {source}) SEMI JOIN found USING (key)"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {wanted}"
        if found
        else f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT *, 0::UBIGINT AS key FROM outlet LIMIT 0"
    )


def _bad_shares(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, subject_kind: str) -> Stream:
    begins, records = thresholds.outlet_share_percent, thresholds.outlet_share_records
    noncompliant = ", ".join(f"'{roll_up}'" for roll_up in NONCOMPLIANT)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {subject_kind}_bad AS
        SELECT carrier, subject, batch, "row", day, share FROM outlet JOIN (
            SELECT carrier, subject, 100 * count(*) FILTER (roll_up IN ({noncompliant})) // count(*) AS share
            FROM outlet GROUP BY carrier, subject HAVING count(*) >= {records} AND share >= {begins}
        ) USING (carrier, subject) WHERE roll_up IN ({noncompliant})
        """
    )
    return _stream(subject_kind, "noncompliant_share", begins, f"SELECT * FROM {subject_kind}_bad", "share")


def _collectors(
    connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, slices: int, subject_kind: str
) -> Stream:
    begins = thresholds.outlet_sims_per_identity
    known = "outlet WHERE identity IS NOT NULL"
    _gather_repeated(connection, "hash(carrier, subject, identity)", known, begins, slices, f"{subject_kind}_known")
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {subject_kind}_collected AS
        WITH collectors AS (
            SELECT carrier, subject, identity, count(*) AS n FROM {subject_kind}_known
            GROUP BY ALL HAVING count(*) >= {begins}
        )
        SELECT carrier, subject, batch, "row", day, worst FROM {subject_kind}_known
        SEMI JOIN collectors USING (carrier, subject, identity)
        JOIN (SELECT carrier, subject, max(n) AS worst FROM collectors GROUP BY ALL) USING (carrier, subject)
        """
    )
    return _stream(subject_kind, "sims_per_identity", begins, f"SELECT * FROM {subject_kind}_collected", "worst")
