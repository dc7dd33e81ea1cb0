"""Findings about a dealer or a registration point, per carrier: its ids mean nothing to another carrier.

Three tests, one finding each and outlet, so that the same outlet keeps its finding from run to run:
identities_per_day   more different identities activated in one day than a counter can serve
sims_per_identity    one identity with many SIMs through the outlet
noncompliant_share   a large share of its records is wrong or without a usable identity number
"""

# ruff: noqa: S608  # only names and whole numbers of this package, and quoted literals, stand in the SQL

import duckdb

from engine.findings.thresholds import Thresholds
from engine.findings.workspace import NONCOMPLIANT

_EVIDENCE = "min({'batch': batch, 'row': \"row\"}, 20), count(*), min(day), max(day)"


def find_outlets(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, slices: int) -> None:
    """Add DEALER_CONCENTRATION and POINT_CONCENTRATION to `found`."""
    for subject_kind in ("dealer", "point"):
        column = f"{subject_kind}_id"
        head = f"'{subject_kind.upper()}_CONCENTRATION'"
        connection.execute(
            f"""
            CREATE OR REPLACE TEMP VIEW outlet AS
            SELECT carrier, {column} AS subject, batch, "row", day, roll_up,
                coalesce(hash(person_id), nullif(id_token, 0)) AS identity
            FROM sims WHERE coalesce({column}, '') <> ''
            """
        )
        _find_busy_days(connection, thresholds, slices, head, subject_kind)
        _find_collectors(connection, thresholds, slices, head, subject_kind)
        _find_bad_shares(connection, thresholds, head, subject_kind)


def _find_busy_days(
    connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, slices: int, head: str, subject_kind: str
) -> None:
    begins = thresholds.outlet_identities_per_day
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE busy (carrier VARCHAR, subject VARCHAR, day DATE, identities BIGINT)"
    )
    for part in range(slices):
        connection.execute(
            f"""
            INSERT INTO busy
            WITH crowded AS (
                SELECT carrier, subject, day FROM outlet
                WHERE day IS NOT NULL AND hash(subject) % {slices} = {part}
                GROUP BY ALL HAVING count(*) >= {begins}
            )
            SELECT carrier, subject, day, count(DISTINCT identity) FROM outlet
            SEMI JOIN crowded USING (carrier, subject, day)
            WHERE hash(subject) % {slices} = {part} GROUP BY ALL HAVING count(DISTINCT identity) >= {begins}
            """
        )
    connection.execute(
        f"""
        INSERT INTO found
        WITH worst AS (SELECT carrier, subject, max(identities) AS identities FROM busy GROUP BY ALL)
        SELECT {head}, 'identities_per_day', 'network',
            CASE WHEN any_value(worst.identities) >= {2 * begins} THEN 'high' ELSE 'medium' END, carrier, [carrier],
            '{subject_kind}', subject, any_value(worst.identities), {begins}, NULL, {_EVIDENCE}
        FROM outlet SEMI JOIN busy USING (carrier, subject, day) JOIN worst USING (carrier, subject)
        GROUP BY carrier, subject
        """
    )


def _find_collectors(
    connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, slices: int, head: str, subject_kind: str
) -> None:
    begins = thresholds.outlet_sims_per_identity
    connection.execute("CREATE OR REPLACE TEMP TABLE collectors (key UBIGINT, n BIGINT)")
    for part in range(slices):
        connection.execute(
            f"""
            INSERT INTO collectors SELECT hash(carrier, subject, identity) AS key, count(*) FROM outlet
            WHERE identity IS NOT NULL AND hash(carrier, subject, identity) % {slices} = {part}
            GROUP BY key HAVING count(*) >= {begins}
            """
        )
    connection.execute(
        f"""
        INSERT INTO found
        SELECT {head}, 'sims_per_identity', 'network',
            CASE WHEN max(n) >= {2 * begins} THEN 'high' ELSE 'medium' END, carrier, [carrier],
            '{subject_kind}', subject, max(n), {begins}, NULL, {_EVIDENCE}
        FROM (SELECT *, hash(carrier, subject, identity) AS key FROM outlet WHERE identity IS NOT NULL)
        JOIN collectors USING (key) GROUP BY carrier, subject
        """
    )


def _find_bad_shares(
    connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, head: str, subject_kind: str
) -> None:
    begins, records = thresholds.outlet_share_percent, thresholds.outlet_share_records
    noncompliant = ", ".join(f"'{roll_up}'" for roll_up in NONCOMPLIANT)
    connection.execute(
        f"""
        INSERT INTO found
        WITH bad AS (
            SELECT carrier, subject, 100 * count(*) FILTER (roll_up IN ({noncompliant})) // count(*) AS share
            FROM outlet GROUP BY carrier, subject
            HAVING count(*) >= {records} AND share >= {begins}
        )
        SELECT {head}, 'noncompliant_share', 'network',
            CASE WHEN any_value(share) >= {2 * begins} THEN 'high' ELSE 'medium' END, carrier, [carrier],
            '{subject_kind}', subject, any_value(share), {begins}, NULL, {_EVIDENCE}
        FROM outlet JOIN bad USING (carrier, subject) WHERE roll_up IN ({noncompliant})
        GROUP BY carrier, subject
        """
    )
