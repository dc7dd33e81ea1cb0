"""When one number of a contract is not compliant, the carrier must notify all numbers of that contract.

Decree 174/2026 Art. 34(11)(d), known from a secondary copy. A contract of a single number is that number itself and
makes no finding.
"""

# ruff: noqa: S608  # only names and whole numbers of this package, and quoted literals, stand in the SQL

import duckdb

from engine.findings.workspace import NONCOMPLIANT


def find_contracts(connection: duckdb.DuckDBPyConnection, slices: int) -> None:
    """Add CONTRACT_NOTICE to `found`: count is the non-compliant numbers, evidence all numbers of the contract."""
    noncompliant = ", ".join(f"'{roll_up}'" for roll_up in NONCOMPLIANT)
    connection.execute("CREATE TEMP TABLE noticed (key UBIGINT)")
    for part in range(slices):
        connection.execute(
            f"""
            INSERT INTO noticed SELECT hash(carrier, contract_id) AS key FROM active
            WHERE coalesce(contract_id, '') <> '' AND hash(carrier, contract_id) % {slices} = {part}
            GROUP BY key HAVING count(*) > 1 AND bool_or(roll_up IN ({noncompliant}))
            """
        )
    connection.execute(
        f"""
        INSERT INTO found
        SELECT 'CONTRACT_NOTICE', 'whole_contract', 'network', 'medium', carrier, [carrier], 'contract', contract_id,
            count(DISTINCT msisdn) FILTER (roll_up IN ({noncompliant})), 1, NULL,
            min({{'batch': batch, 'row': "row"}}, 20), count(*), min(day), max(day)
        FROM (SELECT *, hash(carrier, contract_id) AS key FROM active WHERE coalesce(contract_id, '') <> '')
        SEMI JOIN noticed USING (key)
        GROUP BY carrier, contract_id HAVING count(DISTINCT msisdn) > 1
        """
    )
