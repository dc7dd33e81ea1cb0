"""The ledger: grants, claims, tenures, entries, outbox, holders, and what each store keeps by itself."""

from typing import Final

from registries.store.schema import run_sql

revision: Final = "0001"
down_revision: Final = None


def upgrade() -> None:
    """Make the first schema."""
    run_sql("0001_tables", "0001_guards", "0001_commit")
