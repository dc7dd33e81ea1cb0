"""The ledger in a SQLite file: one writer at a time, behind a fair lock; any number of readers beside it.

Durable: WAL with synchronous=FULL, so that a commit has been flushed before it is acknowledged. SQLite is for one host.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

from registries.ledger.grants import Claim
from registries.ledger.plan import Plan
from registries.store import holder_rows, outcomes, reading, sqlite_commit, sqlite_space
from registries.store.errors import StoreUnreachable
from registries.store.outcomes import Done, Outcome, Refused
from registries.store.rows import read_claim
from registries.store.sessions import SQLITE, Session

_BUSY_MS: Final = 30_000
_CHECKPOINT_PAGES: Final = 8_000
"""Pages in the log (32 MB) before they are moved to the file: pages that change often are then moved once for many."""


class SqliteStore:
    """A ledger in one file. `durable` off is for measuring what it costs: never for a ledger."""

    dialect = SQLITE

    def __init__(self, url: str, *, durable: bool = True) -> None:
        self.url = url
        self._durable = durable
        self.path = Path(make_url(url).database or "")
        if not self.path.name:
            raise StoreUnreachable(url=url, reason="a ledger in SQLite is a file; name one: sqlite:///ledger.db")
        if not self.path.parent.is_dir():
            raise StoreUnreachable(url=url, reason=f"there is no folder {self.path.parent}")
        # Sessions end their transactions themselves; a rollback at every return to the pool would be for nothing.
        self.engine: Engine = create_engine(
            url, pool_reset_on_return=None, connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False}
        )
        event.listen(self.engine, "connect", self._connected)
        self._kept: list[sqlite3.Connection] = []
        event.listen(self.engine, "begin", _begin)

    def _connected(self, connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None
        for setting in (
            "journal_mode = WAL",
            f"synchronous = {'FULL' if self._durable else 'OFF'}",
            f"busy_timeout = {_BUSY_MS}",
            f"wal_autocheckpoint = {_CHECKPOINT_PAGES}",
            "cache_size = -65536",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {setting}")

    @contextmanager
    def _cursor(self) -> Iterator[sqlite3.Cursor]:
        fairy = self.engine.raw_connection()
        try:
            yield fairy.cursor()  # type: ignore[misc]
        finally:
            fairy.close()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session over one state of the file."""
        with self._cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield Session(cursor, SQLITE)
            finally:
                cursor.execute("ROLLBACK")

    @contextmanager
    def looking(self) -> Iterator[Session]:
        """Give a session without a transaction, each query on its own, over a connection kept for such questions."""
        try:
            connection = self._kept.pop()
        except IndexError:
            connection = sqlite3.connect(self.path, timeout=_BUSY_MS / 1000, check_same_thread=False)
            self._connected(connection, None)
        cursor = connection.cursor()
        try:
            yield Session(cursor, SQLITE)
        finally:
            # A query left half read would hold the log back.
            cursor.close()
            self._kept.append(connection)

    @contextmanager
    def writing(self, lock: Sequence[str] = (), *, parents: bool = False) -> Iterator[Session]:  # noqa: ARG002
        """Give the one session that writes; others wait in the order in which they came.

        SQLite's own waiting polls and can starve one writer for seconds; the kernel's queue of a file lock does not.
        """
        waiting = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(waiting, fcntl.LOCK_EX)
            with self._cursor() as cursor:
                cursor.execute("BEGIN IMMEDIATE")
                session = Session(cursor, SQLITE)
                try:
                    yield session
                    cursor.execute("COMMIT" if session.keep else "ROLLBACK")
                except BaseException:
                    # A commit that fails may leave its transaction open, and some failures end it themselves.
                    if cursor.connection.in_transaction:
                        cursor.execute("ROLLBACK")
                    raise
        finally:
            os.close(waiting)

    def look(self, probes: Sequence[Claim], tenant: str, key: str) -> Refused | None:
        """Tell whether the space of claims is taken, beside the writer."""
        with self.looking() as session:
            if reading.known_key(session, tenant, key) is not None:
                return None
            for probe in probes:
                row = sqlite_space.hit(session.cursor, probe, ())
                if row is not None:
                    return outcomes.overlap(probes, probe.claim_id, read_claim(row))
        return None

    def apply(self, session: Session, plan: Plan) -> Outcome:
        """Write a plan inside a session."""
        return holder_rows.moved_on(session, plan) or _applied(session, plan)

    def commit(self, plan: Plan) -> Outcome:
        """Write a plan in a transaction of its own."""
        with self.writing() as session:
            outcome = self.apply(session, plan)
            if not isinstance(outcome, Done) or outcome.receipt.again:
                session.discard()
        return outcome

    def close(self) -> None:
        """Give all connections up."""
        while self._kept:
            self._kept.pop().close()
        self.engine.dispose()


def _applied(session: Session, plan: Plan) -> Outcome:
    outcome = sqlite_commit.apply(session.cursor, plan)
    if isinstance(outcome, Done) and not outcome.receipt.again:
        return holder_rows.write(session, plan) or outcome
    return outcome


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")
