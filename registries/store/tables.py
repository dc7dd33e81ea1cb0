"""The tables of the ledger, the same in both stores. Constraints, triggers and functions stand in the migrations.

Every moment is a BIGINT of microseconds since 1970 (UTC); an open end is 2^63 - 1. `claim` and `tenure` hold what is
believed; what was believed before is copied to `claim_past` and `tenure_past` by triggers, whoever writes.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from registries.store.types import COUNT_BYTES, Wide

METADATA: Final = MetaData()
_ROW_NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")


def _claim_columns() -> list[Column[object]]:
    return [
        Column("grant_id", Text, nullable=False),
        Column("lane", Integer, nullable=False),
        Column("first", Wide(), nullable=False),
        Column("last", Wide(), nullable=False),
        Column("low", BigInteger, nullable=False),
        Column("high", BigInteger, nullable=False),
        Column("size_bits", SmallInteger, nullable=False),
        Column("legal_start_us", BigInteger, nullable=False),
        Column("legal_stop_us", BigInteger, nullable=False),
        Column("recorded_us", BigInteger, nullable=False),
        Column("active", Boolean, nullable=False),
        Column("parent_id", Text, nullable=False),
        Column("parent_claim_id", Text, nullable=False),
        Column("key_text", Text, nullable=False),
    ]


def _tenure_columns() -> list[Column[object]]:
    return [
        Column("state", Text, nullable=False),
        Column("holder_id", Text),
        Column("legal_start_us", BigInteger, nullable=False),
        Column("legal_stop_us", BigInteger, nullable=False),
        Column("recorded_us", BigInteger, nullable=False),
    ]


grants: Final = Table(
    "grants",
    METADATA,
    Column("grant_id", Text, primary_key=True),
    Column("space", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("tier", SmallInteger, nullable=False),
    Column("exclusivity", SmallInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("holder_id", Text),
    Column("legal_start_us", BigInteger, nullable=False),
    Column("legal_stop_us", BigInteger, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("attributes", Text, nullable=False),
    Index("grants_by_holder", "holder_id", "grant_id"),
    Index(
        "grants_pools",
        "grant_id",
        postgresql_where=text("level = 'pool'"),
        sqlite_where=text("level = 'pool'"),
    ),
    sqlite_with_rowid=False,
)
"""One row per grant: what it is, and its last recorded state. Its row is the lock of the grant."""

claim: Final = Table(
    "claim",
    METADATA,
    Column("claim_number", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("claim_id", Text, nullable=False),
    *_claim_columns(),
    UniqueConstraint("claim_id", name="claim_name"),
    Index("claim_by_grant", "grant_id"),
    Index(
        "claim_by_parent",
        "parent_id",
        "first",
        "claim_id",
        postgresql_where=text("active"),
        sqlite_where=text("active"),
    ),
    Index(
        "claim_ended",
        "lane",
        "legal_stop_us",
        postgresql_where=text("NOT active"),
        sqlite_where=text("NOT active"),
    ),
    Index("claim_by_place", "lane", "size_bits", "first"),
)
"""One row per claim, as it is believed. `claim_number` is its place in the index of space that SQLite keeps."""

claim_past: Final = Table(
    "claim_past",
    METADATA,
    Column("past_id", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("claim_id", Text, nullable=False),
    *_claim_columns(),
    Column("superseded_us", BigInteger, nullable=False),
    Index("claim_past_by_grant", "grant_id"),
    Index("claim_past_by_place", "lane", "size_bits", "first"),
)
"""What was believed of a claim from `recorded_us` until `superseded_us`."""

tenure: Final = Table(
    "tenure",
    METADATA,
    Column("grant_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    *_tenure_columns(),
    sqlite_with_rowid=False,
)
"""State and holder of a grant over a stretch of legal time, as it is believed; one of no length stands for nothing."""

tenure_past: Final = Table(
    "tenure_past",
    METADATA,
    Column("past_id", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("grant_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    *_tenure_columns(),
    Column("superseded_us", BigInteger, nullable=False),
    Index("tenure_past_by_grant", "grant_id"),
)
"""What was believed of a stretch from `recorded_us` until `superseded_us`."""

entry: Final = Table(
    "entry",
    METADATA,
    Column("entry_id", Text, primary_key=True),
    Column("command", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("legal_us", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""The entries: envelope and events of each change in canonical bytes. Never updated, never deleted."""

grant_event: Final = Table(
    "grant_event",
    METADATA,
    Column("grant_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("entry_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Which entry holds the event that made each version of a grant."""

idempotency: Final = Table(
    "idempotency",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("idempotency_key", Text, primary_key=True),
    Column("entry_id", Text, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("receipt", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""The first answer to each key of a tenant."""

outbox: Final = Table(
    "outbox",
    METADATA,
    Column("outbox_id", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("entry_id", Text, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("committed_us", BigInteger, nullable=False),
    Column("transaction_id", BigInteger),
    Column("position", BigInteger),
    UniqueConstraint("entry_id", name="outbox_entry"),
    Index(
        "outbox_position",
        "position",
        unique=True,
        postgresql_where=text("position IS NOT NULL"),
        sqlite_where=text("position IS NOT NULL"),
    ),
    Index(
        "outbox_waiting",
        "outbox_id",
        postgresql_where=text("position IS NULL"),
        sqlite_where=text("position IS NULL"),
    ),
    sqlite_autoincrement=True,
)
"""One row per entry for the evidence log, written with the entry; `position` is given later, once."""

gap: Final = Table(
    "gap",
    METADATA,
    Column("parent_id", Text, primary_key=True),
    Column("first", Wide(), primary_key=True),
    Column("last", Wide(), nullable=False),
    Column("span", Wide(), nullable=False),
    Index("gap_by_span", "parent_id", text("span DESC"), "first"),
    sqlite_with_rowid=False,
)
"""The free parts of tracked pools: what no active claim covers. `span` is last - first."""

usage: Final = Table(
    "usage",
    METADATA,
    Column("parent_id", Text, primary_key=True),
    Column("children", BigInteger, nullable=False),
    Column("gaps", BigInteger, nullable=False),
    Column("free", Wide(COUNT_BYTES), nullable=False),
    Column("total", Wide(COUNT_BYTES), nullable=False),
    sqlite_with_rowid=False,
)
"""Counters of tracked pools: active claims given out, free parts, free and all numbers."""

ledger_setting: Final = Table(
    "ledger_setting",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""What `ledger init` settled: name of the log, where the signing key is, the hash of the token."""

holder: Final = Table(
    "holder",
    METADATA,
    Column("holder_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("handle", Text),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
    UniqueConstraint("handle", name="holder_handle"),
    Index("holder_by_name", "name", "holder_id"),
)
"""One row per holder; `content` is the whole of it as JSON: names over time, identifiers, succession, contacts."""

holder_event: Final = Table(
    "holder_event",
    METADATA,
    Column("holder_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("entry_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
)
"""Which entry holds the event that made each version of a holder."""

holder_identifier: Final = Table(
    "holder_identifier",
    METADATA,
    Column("scheme", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("holder_id", Text, nullable=False),
)
"""Business numbers, agency codes and references of persons: each names one holder."""

contact_due: Final = Table(
    "contact_due",
    METADATA,
    Column("holder_id", Text, primary_key=True),
    Column("contact_id", Text, primary_key=True),
    Column("due_us", BigInteger, nullable=False),
    Index("contact_by_due", "due_us"),
)
"""When each contact has to be validated again."""

personal_value: Final = Table(
    "personal_value",
    METADATA,
    Column("holder_id", Text, primary_key=True),
    Column("contact_id", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("commitment", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
)
"""Personal values and their salts, behind the commitments that entries hold; deleting a row is the erasure."""
