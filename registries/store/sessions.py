"""A session: one connection of a driver inside one transaction, with the same few verbs for both dialects.

SQL is written once, with `?` for values; bounds of claims go through `wide`. Nothing is assembled from input.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any, Final, Protocol

from registries.ledger.grants import Claim
from registries.ledger.plan import Plan
from registries.store.outcomes import Outcome, Refused

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"


class Session:
    """Reads and writes of one transaction."""

    def __init__(self, cursor: Any, dialect: str) -> None:
        self.cursor = cursor
        self.dialect = dialect
        self.keep = True

    def discard(self) -> None:
        """Let nothing of this session stay: it is rolled back when it ends."""
        self.keep = False

    def mark(self) -> None:
        """Mark this point of the session; the mark is gone after `to_mark` or `from_mark`."""
        self.cursor.execute("SAVEPOINT mark")

    def to_mark(self) -> None:
        """Take back what was written since the mark."""
        self.cursor.execute("ROLLBACK TO mark")
        self.cursor.execute("RELEASE mark")

    def from_mark(self) -> None:
        """Let what was written since the mark stand with the rest."""
        self.cursor.execute("RELEASE mark")

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Give the rows of a query."""
        self.cursor.execute(self._text(sql), values)
        found: list[Any] = self.cursor.fetchall()
        return found

    def row(self, sql: str, values: Sequence[Any] = ()) -> Any | None:
        """Give the first row of a query, or None."""
        self.cursor.execute(self._text(sql), values)
        return self.cursor.fetchone()

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run a statement and give how many rows it changed."""
        self.cursor.execute(self._text(sql), values)
        return int(self.cursor.rowcount)

    def wide(self, value: int) -> Any:
        """Give a bound as the column type of the dialect."""
        return value.to_bytes(16) if self.dialect == SQLITE else Decimal(value)

    def _text(self, sql: str) -> str:
        return sql if self.dialect == SQLITE else sql.replace("?", "%s")


class Store(Protocol):
    """A database that keeps a ledger."""

    url: str
    dialect: str

    def reading(self) -> AbstractContextManager[Session]:
        """Give a session that sees one state of the database throughout, and writes nothing."""

    def looking(self) -> AbstractContextManager[Session]:
        """Give a session for deciding, whose answers are checked again under locks when the plan is done."""

    def writing(self, lock: Sequence[str] = (), *, parents: bool = False) -> AbstractContextManager[Session]:
        """Give a session that writes, with some grants locked; its changes are durable when it ends without error.

        With `parents`, the grants that these stand on are locked as well.
        """

    def look(self, probes: Sequence[Claim], tenant: str, key: str) -> Refused | None:
        """Tell whether the space of claims is taken, without a lock; None also where the key was used before."""

    def apply(self, session: Session, plan: Plan) -> Outcome:
        """Write a plan inside a session; after anything but Done, roll the session back."""

    def commit(self, plan: Plan) -> Outcome:
        """Write a plan in a transaction of its own; Done means durable."""

    def close(self) -> None:
        """Give all connections up."""
