"""When one number of a contract is not compliant, the carrier must notify all numbers of that contract.

Decree 174/2026 Art. 34(11)(d), known from a secondary copy. A contract of a single number is that number itself and
makes no finding.
"""

# ruff: noqa: S608  # only names and whole numbers of this package, and quoted literals, stand in the SQL

import duckdb

from engine.findings.assembly import Stream
from engine.findings.workspace import NONCOMPLIANT


def noticed_contracts(connection: duckdb.DuckDBPyConnection, slices: int) -> list[Stream]:
    """Give the stream of CONTRACT_NOTICE: the count is its non-compliant records, the evidence all its records."""
    noncompliant = ", ".join(f"'{roll_up}'" for roll_up in NONCOMPLIANT)
    key = "hash(carrier, contract_id)"
    connection.execute("CREATE TEMP TABLE noticed (key UBIGINT, bad BIGINT)")
    for part in range(slices):
        connection.execute(
            f"""
            INSERT INTO noticed
            SELECT {key} AS key, count(*) FILTER (roll_up IN ({noncompliant})) AS bad FROM active
            WHERE coalesce(contract_id, '') <> '' AND {key} % {slices} = {part}
            GROUP BY key HAVING min(msisdn) <> max(msisdn) AND bad > 0
            """
        )
    source = f"""
        SELECT contract_id AS subject, carrier, batch, "row", day, bad
        FROM (SELECT *, {key} AS key FROM active WHERE coalesce(contract_id, '') <> '') JOIN noticed USING (key)
    """
    return [Stream("CONTRACT_NOTICE", "whole_contract", "network", "contract", 1, source, measure="bad")]
