"""When one number of a contract is not compliant, the carrier must notify all numbers of that contract.

Decree 174/2026 Art. 34(11)(d), known from a secondary copy. A contract of a single number is that number itself and
makes no finding.
"""

# ruff: noqa: S608  # only names and whole numbers of this package, and quoted literals, stand in the SQL

import duckdb
import numpy as np

from engine.findings.assembly import Stream
from engine.findings.keys import Keys, declare_keys, repeated, sorted_keys
from engine.findings.workspace import NONCOMPLIANT


def noticed_contracts(connection: duckdb.DuckDBPyConnection, slices: int) -> list[Stream]:
    """Give the stream of CONTRACT_NOTICE: the count is its non-compliant records, the evidence all its records."""
    noncompliant = ", ".join(f"'{roll_up}'" for roll_up in NONCOMPLIANT)
    key = "hash(carrier, contract_id)"
    signed = "active WHERE coalesce(contract_id, '') <> ''"
    # The lowest bit tells whether the record is compliant: both kinds of a contract stay side by side in the order.
    flagged = f"({key} & ~1::UBIGINT) | (roll_up IN ({noncompliant}))::UBIGINT"
    found = [
        _noticed(keys)
        for keys in sorted_keys(connection, key=f"({flagged})", source=signed, slice_by=f"({key} >> 1)", slices=slices)
    ]
    declare_keys(connection, "flagged", found)
    connection.execute(
        f"""
        CREATE TEMP TABLE noticed AS
        SELECT contract_id AS subject, carrier, batch, "row", day, msisdn, roll_up IN ({noncompliant}) AS bad
        FROM (SELECT *, {key} & ~1::UBIGINT AS key FROM {signed}) SEMI JOIN flagged USING (key)
        """
    )
    source = """
        SELECT noticed.* EXCLUDE (bad), n FROM noticed JOIN (
            SELECT carrier, subject, count(*) FILTER (bad) AS n FROM noticed
            GROUP BY carrier, subject HAVING min(msisdn) <> max(msisdn) AND n > 0
        ) USING (carrier, subject)
    """
    return [Stream("CONTRACT_NOTICE", "whole_contract", "network", "contract", 1, source, measure="n")]


def _noticed(keys: Keys) -> Keys:
    """Give the contracts of more than one record with one that is not compliant."""
    contracts = repeated(keys & ~np.uint64(1), 2)
    return np.intersect1d(contracts, keys[(keys & np.uint64(1)) == 1] & ~np.uint64(1))
