"""The ledger as its users see it: commands in, receipts out, and questions about any moment."""

import datetime
import time
from collections.abc import Callable, Iterable

from registries.holders.holder import Holder
from registries.ledger import moments
from registries.ledger.boxes import Box
from registries.ledger.commands import Command, Placing
from registries.ledger.envelope import Envelope
from registries.ledger.errors import GrantUnknown, HolderUnknown, Refusal
from registries.ledger.grants import Claim, Grant
from registries.ledger.plan import Receipt
from registries.ledger.spaces import SPACES, Space, space
from registries.store import choosing, holder_reading, reading
from registries.store.executing import Executor, Order
from registries.store.holder_reading import ContactDue
from registries.store.names import new_name
from registries.store.reading import HistoryItem, Holding, Utilisation
from registries.store.sessions import Store

When = datetime.datetime | datetime.date


def clock_us() -> int:
    """Give the microseconds since 1970 of the machine's clock."""
    return time.time_ns() // 1000


class Ledger:
    """A ledger in a store. May be used by many threads; each command, or list of commands, is one transaction.

    `clock` and `new_id` are handed in so that tests can hold them.
    """

    def __init__(
        self, store: Store, *, clock: Callable[[], int] = clock_us, new_id: Callable[[], str] = new_name
    ) -> None:
        self.store = store
        self._clock = clock
        self._executor = Executor(store, clock, new_id)

    def execute(self, command: Command, envelope: Envelope, *, dry_run: bool = False) -> Receipt:
        """Do a command, durably, and give its receipt; the same idempotency key gives the first receipt again.

        With `dry_run` everything is decided, written and checked, and then rolled back: the receipt says what would be.

        Raises:
            Refusal: A rule or guarantee stands against it; nothing was stored, and the key is free again.
            LedgerBusy: Other commands changed the same grants again and again.
        """
        return self._executor.execute(command, envelope, dry_run=dry_run)

    def execute_all(self, orders: Iterable[Order], *, dry_run: bool = False) -> list[Receipt]:
        """Do commands in their order in one transaction, all of them or none, and give their receipts.

        Each is decided on what those before it left, and has its own entry and idempotency key; one whose key was
        used before, here or earlier, is not done again. Nothing of them is seen from outside until all are done.

        Raises:
            Refusal: Of the first command that is refused; nothing was stored, and all keys are free again.
            LedgerBusy: Other commands changed the same grants again and again.
        """
        return self._executor.execute_all(orders, dry_run=dry_run)

    def execute_each(self, orders: Iterable[Order], *, dry_run: bool = False) -> list[Receipt | Refusal]:
        """Do commands in their order in one transaction, all that are not refused; a refusal stands in its place.

        Raises:
            LedgerBusy: Other commands changed the same grants again and again; nothing was stored.
        """
        return self._executor.execute_each(orders, dry_run=dry_run)

    def grant(self, grant_id: str, *, recorded: When | None = None) -> Grant:
        """Give a grant as it is believed now, or as it was at a moment of record time.

        Raises:
            GrantUnknown: It is not there, or was not then.
        """
        with self.store.reading() as session:
            if recorded is None:
                return reading.existing(session, grant_id)
            found = reading.grant_as_of(session, grant_id, moments.as_of_us(recorded))
        if found is None:
            raise GrantUnknown(grant_id=grant_id)
        return found

    def history(self, grant_id: str) -> list[HistoryItem]:
        """Give all events of a grant with their entries, in order."""
        with self.store.reading() as session:
            rows = reading.history(session, grant_id)
        return [
            HistoryItem(r[0], r[1], r[2], r[3], moments.from_us(r[4]), moments.from_us(r[5]), bytes(r[6])) for r in rows
        ]

    def as_of(
        self, of: str, box: Box | None = None, *, legal: When | None = None, recorded: When | None = None
    ) -> list[Holding]:
        """Give who had what in a space, or in a box of it, at a moment by law, as believed at a moment by record.

        A day is asked about as it stood at its end in Viet Nam. Without `legal` the question is about now, without
        `recorded` about what is believed now. Sorted by tier and place. Cost: one probe per size of claim that
        ever was, and one per grant found.
        """
        of_space = space(of)
        legal_us = self._clock() if legal is None else moments.as_of_us(legal)
        recorded_us = reading.NOW if recorded is None else moments.as_of_us(recorded)
        with self.store.reading() as session:
            return reading.held_as_of(session, of_space, box or of_space.whole, legal_us, recorded_us)

    def covering(self, of: str, box: Box, *, legal: When | None = None) -> list[Claim]:
        """Give the active claims that contain a box now (or at a later moment by law), the widest first."""
        with self.store.looking() as session:
            return reading.covering(session, space(of), box, self._legal(legal))

    def overlapping(self, of: str, box: Box, *, legal: When | None = None) -> list[Claim]:
        """Give the active claims that overlap a box now (or at a later moment by law), by place."""
        with self.store.looking() as session:
            return reading.overlapping(session, space(of), box, self._legal(legal))

    def _legal(self, legal: When | None) -> int:
        return self._clock() if legal is None else moments.as_of_us(legal)

    def children(self, parent_id: str, *, after: tuple[int, str] | None = None, limit: int = 100) -> list[Claim]:
        """Give a page of the active claims inside a grant, by place.

        `after` is (first number, claim) of the last one seen: `(claim.box.first, claim.claim_id)`. The page does not
        slip when others are added or end meanwhile.
        """
        with self.store.looking() as session:
            return reading.children(session, parent_id, after, limit)

    def next_free(
        self, parent_id: str, count: int, *, room: int = 0, placing: Placing = Placing.SPARSE
    ) -> "choosing.Choice":
        """Give the numbers that `IssueNext` would choose now. Nothing is held by asking.

        Raises:
            NoRoom: No free part has an aligned block of that size.
        """
        with self.store.looking() as session:
            parent = self._executor.remembered(session, parent_id)
            return choosing.choose(session, parent, count, room, placing)

    def free_parts(self, parent_id: str, *, limit: int = 100) -> list[Box]:
        """Give the largest free parts of a grant, the largest first."""
        with self.store.reading() as session:
            parent = reading.existing(session, parent_id)
            return list(choosing.free_parts(session, parent, Placing.SPARSE, limit=limit))

    def utilisation(self, grant_id: str) -> Utilisation:
        """Give how full a grant is."""
        with self.store.reading() as session:
            return reading.utilisation(session, self._executor.remembered(session, grant_id))

    def pools(self, of: str | None = None) -> list[Grant]:
        """Give all pools that are open, of one space or of all, by name."""
        with self.store.reading() as session:
            names = session.rows(
                "SELECT grant_id FROM grants WHERE level = 'pool' AND state = 'allocated' ORDER BY grant_id"
            )
            found = reading.grants(session, (row[0] for row in names))
        return [pool for pool in found.values() if of is None or pool.space is space(of)]

    def of_holder(self, holder_id: str) -> list[Grant]:
        """Give the grants whose last recorded holder this is, ended ones too, by name."""
        with self.store.reading() as session:
            names = session.rows("SELECT grant_id FROM grants WHERE holder_id = ? ORDER BY grant_id", (holder_id,))
            return list(reading.grants(session, (row[0] for row in names)).values())

    def holder(self, holder_id: str, *, recorded: When | None = None) -> Holder:
        """Give a holder as it is believed now, or as it was at a moment of record time.

        Raises:
            HolderUnknown: It is not there, or was not then.
        """
        with self.store.reading() as session:
            if recorded is None:
                found = holder_reading.holder(session, holder_id)
            else:
                found = holder_reading.holder_as_of(session, holder_id, moments.as_of_us(recorded))
        if found is None:
            raise HolderUnknown(holder_id=holder_id)
        return found

    def holder_named(self, scheme: str, value: str) -> Holder | None:
        """Give the holder whom an identifier names; the scheme '' is the handle. None where it names nobody."""
        with self.store.reading() as session:
            holder_id = holder_reading.by_identifier(session, scheme, value)
            return None if holder_id is None else holder_reading.holder(session, holder_id)

    def holders(self, *, after: str = "", limit: int = 100) -> list[Holder]:
        """Give a page of holders by their names in the store; `after` is the last one seen."""
        with self.store.reading() as session:
            return holder_reading.page(session, after, limit)

    def contacts_due(self, until: When) -> list[ContactDue]:
        """Give the contacts that have to be validated before a moment, the most urgent first."""
        with self.store.reading() as session:
            return holder_reading.contacts_due(session, moments.as_of_us(until))

    def personal(self, holder_id: str, contact_id: str = "") -> dict[str, str]:
        """Give personal values by field. Who may ask, and the row that says they did, are the caller's to see to."""
        with self.store.reading() as session:
            return holder_reading.personal(session, holder_id, contact_id)

    @property
    def spaces(self) -> tuple[Space, ...]:
        """All declared spaces."""
        return tuple(SPACES.values())

    def close(self) -> None:
        """Give all connections up."""
        self.store.close()
