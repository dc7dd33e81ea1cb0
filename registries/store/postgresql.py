"""The ledger in PostgreSQL 15 or newer: one call of `ledger_commit` per change, READ COMMITTED, durable commits."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from sqlalchemy import Engine, create_engine, event

from registries.ledger.grants import Claim
from registries.ledger.plan import Gap, Plan
from registries.store import holder_rows, outcomes
from registries.store.outcomes import STALE, Done, Outcome, Refused
from registries.store.rows import (
    CLAIM_COLUMNS,
    GRANT_COLUMNS,
    TENURE_COLUMNS,
    claim_values,
    grant_values,
    read_claim,
    tenure_values,
)
from registries.store.sessions import POSTGRESQL, Session

OLDEST: Final = 150_000
"""server_version_num of the oldest server: ranges, EXCLUDE and the rest are kept in it as they are used here."""
_COMMIT: Final = "SELECT ledger_commit(%s::jsonb, %s, %s, %s)"
_LOCK: Final = "SELECT 1 FROM grants WHERE grant_id = ANY (%(names)s) ORDER BY tier, grant_id FOR NO KEY UPDATE"
_LOCK_ALL: Final = """SELECT 1 FROM grants WHERE grant_id = ANY (%(names)s || ARRAY(
    SELECT parent_id FROM claim WHERE grant_id = ANY (%(names)s) AND active))
ORDER BY tier, grant_id FOR NO KEY UPDATE"""
_RACED: Final = "SG001"
_ORPHAN: Final = "SG003"
_AGAIN: Final = {_RACED, "40001", "40P01", "23P01", "23505"}
"""Raised by the guard, serialisation, deadlock, exclusion and unique violations: read again and decide again."""


class PostgresStore:
    """A ledger in a PostgreSQL database."""

    dialect = POSTGRESQL

    def __init__(self, url: str, *, connections: int = 16) -> None:
        self.url = url
        self.engine: Engine = create_engine(url, pool_size=connections, max_overflow=16)
        event.listen(self.engine, "connect", _connected)
        self._kept: list[psycopg.Connection[Any]] = []
        event.listen(self.engine, "begin", _begin)

    @contextmanager
    def _connection(self) -> Iterator["psycopg.Connection[Any]"]:
        fairy = self.engine.raw_connection()
        try:
            yield fairy.driver_connection  # type: ignore[misc]
        finally:
            fairy.close()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session over one snapshot."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield Session(cursor, POSTGRESQL)
            finally:
                connection.rollback()

    @contextmanager
    def looking(self) -> Iterator[Session]:
        """Give a session without a transaction, each query on its own, over a connection kept for such questions."""
        try:
            connection = self._kept.pop()
        except IndexError:
            connection = self._apart()
        try:
            with connection.cursor() as cursor:
                yield Session(cursor, POSTGRESQL)
        except psycopg.OperationalError:
            connection.close()
            raise
        finally:
            if not connection.closed:
                self._kept.append(connection)

    def _apart(self) -> "psycopg.Connection[Any]":
        """Open a connection that the pool does not count."""
        fairy = self.engine.raw_connection()
        connection: psycopg.Connection[Any] = fairy.driver_connection  # type: ignore[assignment]
        fairy.detach()
        return connection

    @contextmanager
    def writing(self, lock: Sequence[str] = (), *, parents: bool = False) -> Iterator[Session]:
        """Give a session that writes, with grants locked: parents before children, then by name."""
        with self._connection() as connection, connection.cursor() as cursor:
            session = Session(cursor, POSTGRESQL)
            cursor.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
            try:
                if lock:
                    cursor.execute(_LOCK_ALL if parents else _LOCK, {"names": list(lock)})
                yield session
            except BaseException:
                connection.rollback()
                raise
            cursor.execute("COMMIT" if session.keep else "ROLLBACK")

    def look(self, probes: Sequence[Claim], tenant: str, key: str) -> Refused | None:
        """Tell whether the space of claims is taken: one round trip, no lock, nothing written."""
        asked = {"tenant": tenant, "idempotency_key": key, "probes": [_named(probe) for probe in probes]}
        with self._connection() as connection, connection.cursor() as cursor:
            row = cursor.execute("SELECT ledger_look(%s::jsonb)", (json.dumps(asked),)).fetchone()
        hit = row[0] if row else None
        return None if hit is None else outcomes.overlap(probes, hit["probe"], _claim(hit["claim"]))

    def apply(self, session: Session, plan: Plan) -> Outcome:
        """Write a plan inside a session."""
        try:
            stale = holder_rows.moved_on(session, plan)
            outcome = stale or _called(session.cursor, plan)
            if isinstance(outcome, Done) and not outcome.receipt.again:
                outcome = holder_rows.write(session, plan) or outcome
        except psycopg.Error as error:
            return _refused(error, plan)
        return outcome

    def commit(self, plan: Plan) -> Outcome:
        """Write a plan in a transaction of its own: one round trip where no other tables come with it."""
        if plan.side or plan.dropped or plan.expected_holders:
            return self._commit_all(plan)
        with self._connection() as connection, connection.cursor() as cursor:
            try:
                return _called(cursor, plan)
            except psycopg.Error as error:
                return _refused(error, plan)

    def _commit_all(self, plan: Plan) -> Outcome:
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


def _connected(connection: "psycopg.Connection[Any]", _: Any) -> None:
    # Sessions say BEGIN and COMMIT themselves; a single call is its own transaction, in one round trip.
    connection.autocommit = True
    connection.prepare_threshold = 2


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN ISOLATION LEVEL READ COMMITTED")


def _called(cursor: "psycopg.Cursor[Any]", plan: Plan) -> Outcome:
    entry = plan.entry
    cursor.execute(_COMMIT, (_document(plan), entry.content, entry.leaf_hash, entry.body_hash))
    row = cursor.fetchone()
    answer: dict[str, Any] = row[0] if row else {}
    if "yes" in answer:
        return Done(plan.receipt)
    if "again" in answer:
        return outcomes.first_answer(answer["again"])
    return _no(answer, plan, cursor)


def _no(answer: dict[str, Any], plan: Plan, cursor: "psycopg.Cursor[Any]") -> Outcome:
    match answer["no"]:
        case "overlap":
            return outcomes.overlap(plan.probes, answer["probe"], _claim(answer["claim"]))
        case "child":
            return outcomes.child_remains(_claim(answer["claim"]))
        case "key":
            return outcomes.key_reused(plan, answer["entry_id"])
        case "holder":
            row = cursor.execute("SELECT state FROM holder WHERE holder_id = %s", (answer["holder_id"],)).fetchone()
            return outcomes.holder_missing(answer["holder_id"], row[0] if row else None)
    return STALE


def _refused(error: "psycopg.Error", plan: Plan) -> Outcome:
    if error.sqlstate in _AGAIN:
        return STALE
    if error.sqlstate == _ORPHAN:
        return outcomes.orphan(plan)
    raise error


def _claim(row: dict[str, Any]) -> Claim:
    return read_claim([row[name] for name in CLAIM_COLUMNS])


def _document(plan: Plan) -> str:
    entry, opened = plan.entry, [_named(claim) for claim in plan.opened]
    return json.dumps(
        {
            "entry_id": entry.entry_id,
            "command": entry.command,
            "tenant": entry.tenant,
            "idempotency_key": entry.idempotency_key,
            "recorded_us": entry.recorded_us,
            "legal_us": entry.legal_us,
            "receipt": plan.receipt.plain(),
            "expected": plan.expected,
            "begun": plan.begun,
            "holders": plan.holders,
            "probes": [_named(claim) for claim in plan.probes] if plan.moved else opened,
            "moved": [_named(claim) for claim in plan.moved],
            "moved_ids": [claim.claim_id for claim in plan.moved],
            "opened": opened,
            "grounds": [_named(claim) for claim in plan.grounds] if plan.moved else [],
            "grants": [_row(GRANT_COLUMNS, grant_values(grant, entry.tenant)) for grant in plan.grants],
            "tenures": [_row(TENURE_COLUMNS, tenure_values(grant_id, tenure)) for grant_id, tenure in plan.tenures],
            "freed": [_gap(gap) for gap in plan.freed],
            "taken": [_gap(gap) for gap in plan.taken],
            "counted": list(plan.counted.items()),
            "rebuilt": plan.rebuilt,
            "stream": [
                {"grant_id": grant_id, "version": version, "entry_id": entry.entry_id, "kind": kind}
                for grant_id, version, kind in plan.stream
            ],
        }
    )


def _named(claim: Claim) -> dict[str, Any]:
    return _row(CLAIM_COLUMNS, claim_values(claim))


def _row(columns: tuple[str, ...], values: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(columns, values, strict=True))


def _gap(gap: Gap) -> list[Any]:
    return [gap.parent_id, gap.lane, gap.box.first, gap.box.last]
