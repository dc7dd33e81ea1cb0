"""Rows of the holders' tables that come with a plan: put or deleted as they are given, if nothing has moved."""
# ruff: noqa: S608 - columns and tables are named by this package; what is given is always bound

from typing import Final

from sqlalchemy import Table

from registries.ledger.plan import Plan
from registries.store import tables
from registries.store.outcomes import STALE, Outcome
from registries.store.sessions import POSTGRESQL, Session

_TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        tables.holder,
        tables.holder_event,
        tables.holder_identifier,
        tables.contact_due,
        tables.personal_value,
    )
}


def moved_on(session: Session, plan: Plan) -> Outcome | None:
    """Lock the holders that a plan was made on; Stale where one has another version, or is there already (0)."""
    lock = " FOR UPDATE" if session.dialect == POSTGRESQL else ""
    for holder_id, version in sorted(plan.expected_holders.items()):
        row = session.row(f"SELECT version FROM holder WHERE holder_id = ?{lock}", (holder_id,))
        if (row[0] if row else 0) != version:
            return STALE
    return None


def write(session: Session, plan: Plan) -> Outcome | None:
    """Delete and put the rows of a plan; Stale where another holder got one of its identifiers meanwhile."""
    for name, rows in plan.dropped.items():
        for row in rows:
            where = " AND ".join(f"{column} = ?" for column in row)
            session.run(f"DELETE FROM {_TABLES[name].name} WHERE {where}", tuple(row.values()))
    for name, rows in plan.side.items():
        keys = [column.name for column in _TABLES[name].primary_key]
        for row in rows:
            others = [column for column in row if column not in keys]
            if name == tables.holder_identifier.name:
                others = []
            put = ", ".join(f"{column} = excluded.{column}" for column in others)
            session.run(
                f"INSERT INTO {_TABLES[name].name} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) "
                f"ON CONFLICT ({', '.join(keys)}) DO {f'UPDATE SET {put}' if put else 'NOTHING'}",
                tuple(row.values()),
            )
    for row in plan.side.get("holder_identifier", ()):
        key = (row["scheme"], row["value"])
        kept = session.row("SELECT holder_id FROM holder_identifier WHERE scheme = ? AND value = ?", key)
        if kept is None or kept[0] != row["holder_id"]:
            return STALE
    return None
