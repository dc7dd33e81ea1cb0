"""The store's side of the evidence log: positions for committed rows, once, without a hole.

A row is written by the transaction of its change and seen here only when that has committed. Rows are chosen because
they have no position, never because they are newer than the last one: a slow transaction delays its own entry alone.
"""

from collections.abc import Sequence

from registries.ledger.evidence.outbox import OutboxRow
from registries.store.sessions import SQLITE, Session, Store


class StoreOutbox:
    """The outbox of a ledger's store; serves the sequencer (see `registries.ledger.evidence.outbox.Outbox`)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def give_positions(self, limit: int) -> int:
        """Give the next positions to at most `limit` committed rows that have none, in one durable transaction.

        Rows are taken in the order in which they were written. Two sequencers at once wait for one another.
        """
        with self._store.reading() as session:
            if session.row("SELECT 1 FROM outbox WHERE position IS NULL LIMIT 1") is None:
                return 0
        with self._store.writing() as session:
            if session.dialect != SQLITE:
                session.row("SELECT pg_advisory_xact_lock(hashtext('sogoc-outbox'))")
            position = _next(session)
            waiting = session.rows(
                "SELECT outbox_id FROM outbox WHERE position IS NULL ORDER BY outbox_id LIMIT ?", (limit,)
            )
            session.cursor.executemany(
                "UPDATE outbox SET position = ? WHERE outbox_id = ?"
                if session.dialect == SQLITE
                else "UPDATE outbox SET position = %s WHERE outbox_id = %s",
                [(position + place, row[0]) for place, row in enumerate(waiting)],
            )
        return len(waiting)

    def next_position(self) -> int:
        """Give the position after the last one given; 0 where none was."""
        with self._store.reading() as session:
            return _next(session)

    def positioned(self, first: int, limit: int) -> Sequence[OutboxRow]:
        """Give at most `limit` rows with positions from `first` on, in order, without a hole."""
        with self._store.reading() as session:
            rows = session.rows(
                "SELECT o.position, o.entry_id, o.leaf_hash, e.content FROM outbox o "
                "JOIN entry e ON e.entry_id = o.entry_id WHERE o.position >= ? ORDER BY o.position LIMIT ?",
                (first, limit),
            )
        return [OutboxRow(row[0], row[1], bytes(row[2]), bytes(row[3])) for row in rows]

    def waiting(self) -> int:
        """Give how many committed rows have no position yet."""
        with self._store.reading() as session:
            row = session.row("SELECT count(*) FROM outbox WHERE position IS NULL")
        return int(row[0]) if row else 0

    def position_of(self, entry_id: str) -> int | None:
        """Give the position of an entry in the log; None while it waits for one, or where there is no such entry."""
        with self._store.reading() as session:
            row = session.row("SELECT position FROM outbox WHERE entry_id = ?", (entry_id,))
        return None if row is None else row[0]


def _next(session: Session) -> int:
    row = session.row("SELECT max(position) FROM outbox")
    return 0 if row is None or row[0] is None else int(row[0]) + 1
