"""How commands become changes: decided on what is read, done by the store under its locks, or decided again.

One command is decided without a lock and done in one call. Several are decided and done in one transaction, each on
what those before it left.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import partial
from typing import Final

from registries.holders.commands import HolderCommand
from registries.holders.deciding import Desk, decide_holder
from registries.holders.planning import plan_of_holders
from registries.ledger.applying import apply
from registries.ledger.asking import GIVING, Asking
from registries.ledger.boxes import Box
from registries.ledger.canonical import digest
from registries.ledger.commands import Command, Issue, IssueNext, Placing
from registries.ledger.deciding import decide
from registries.ledger.envelope import Envelope
from registries.ledger.errors import KeyReused, LedgerBusy, Refusal, TextUnwritable
from registries.ledger.events import Event
from registries.ledger.grants import Grant
from registries.ledger.plan import Plan, Receipt, plan_of
from registries.store import choosing, holder_reading, reading
from registries.store.outcomes import Done, Outcome, Refused, Stale
from registries.store.sessions import Session, Store

_ATTEMPTS: Final = 50
_REMEMBERED: Final = 4096
_CROWDED: Final = 0.3
_CROWD_STEP: Final = 0.05
"""A share of refusals above the first, as a moving average, makes an executor look before it plans."""
Order = tuple[Command, Envelope]
"""A command with its envelope."""


class Memory:
    """Grants that others stand on, remembered between commands; never believed without the version being asked for."""

    def __init__(self) -> None:
        self._grants: OrderedDict[str, Grant] = OrderedDict()

    def get(self, grant_id: str) -> Grant | None:
        return self._grants.get(grant_id)

    def keep(self, grant: Grant) -> None:
        self._grants[grant.grant_id] = grant
        if len(self._grants) > _REMEMBERED:
            self._grants.popitem(last=False)

    def forget(self, grant_ids: Iterable[str]) -> None:
        for grant_id in grant_ids:
            self._grants.pop(grant_id, None)

    def clear(self) -> None:
        self._grants.clear()


class Executor:
    """Does commands on a store. What is decided on a memory that is out of date is decided again, never done."""

    def __init__(self, store: Store, clock: Callable[[], int], new_id: Callable[[], str]) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._grounds = Memory()
        self._crowd = 0.0

    def execute(self, command: Command, envelope: Envelope, *, dry_run: bool) -> Receipt:
        """Do one command; see `Ledger.execute`."""
        if dry_run or isinstance(command, HolderCommand):
            return self.execute_all([(command, envelope)], dry_run=dry_run)[0]
        for _ in range(_ATTEMPTS):
            outcome = _told(partial(self._attempt, command, envelope), self._store.reading, command, envelope)
            if isinstance(outcome, Done):
                self._grounds.forget(outcome.receipt.grant_ids)
                return outcome.receipt
            if isinstance(outcome, Refused):
                raise outcome.refusal
            self._grounds.clear()
        raise LedgerBusy(command=command.name, attempts=_ATTEMPTS)

    def _attempt(self, command: Command, envelope: Envelope) -> Outcome:
        if isinstance(command, IssueNext):
            with self._store.writing([command.parent_id]) as session:
                session.discard()
                plan = self._plan(command, envelope, View(lambda: session, None))
                outcome = self._store.apply(session, plan)
                session.keep = isinstance(outcome, Done) and not outcome.receipt.again
            return outcome
        with ExitStack() as stack:
            view = View(lambda: stack.enter_context(self._store.looking()), self._grounds)
            asking = Asking(command.name, envelope, view, self._clock(), self._new_id)
            events = decide(asking, command)
        if not isinstance(command, Issue):
            return self._store.commit(plan_of(asking, command, events))
        outcome = self._look_first(asking, events) or self._store.commit(plan_of(asking, command, events))
        self._crowd += (isinstance(outcome, Refused) - self._crowd) * _CROWD_STEP
        return outcome

    def _look_first(self, asking: Asking, events: tuple[Event, ...]) -> Outcome | None:
        """In a crowd, where most is refused, look for the refusal before the entry is written and anything locked."""
        if self._crowd < _CROWDED:
            return None
        claims = [claim for event in events for claim in apply(None, event, asking.recorded_us).claims]
        envelope = asking.envelope
        return self._store.look(claims, envelope.tenant, envelope.idempotency_key)

    def execute_all(self, orders: Iterable[Order], *, dry_run: bool) -> list[Receipt]:
        """Do commands in one transaction, all or none; see `Ledger.execute_all`."""
        answers = self._together(list(orders), dry_run=dry_run, stop=True)
        return [answer for answer in answers if isinstance(answer, Receipt)]

    def execute_each(self, orders: Iterable[Order], *, dry_run: bool) -> list[Receipt | Refusal]:
        """Do those commands in one transaction that are not refused; see `Ledger.execute_each`."""
        return self._together(list(orders), dry_run=dry_run, stop=False)

    def _together(self, orders: Sequence[Order], *, dry_run: bool, stop: bool) -> list[Receipt | Refusal]:
        for _ in range(_ATTEMPTS):
            answers = self._attempt_all(orders, dry_run=dry_run, stop=stop)
            if answers is not None:
                done = (answer for answer in answers if isinstance(answer, Receipt))
                self._grounds.forget(name for receipt in done for name in receipt.grant_ids)
                return answers
        names = ", ".join(sorted({command.name for command, _ in orders}))
        raise LedgerBusy(command=names, attempts=_ATTEMPTS)

    def _attempt_all(self, orders: Sequence[Order], *, dry_run: bool, stop: bool) -> list[Receipt | Refusal] | None:
        """Give the answers, or None where something moved that only the beginning of the transaction can mend."""
        answers: list[Receipt | Refusal] = []
        memory = Memory()
        with self._store.writing(_named(orders), parents=True) as session:
            session.discard()
            for command, envelope in orders:
                if not stop:
                    session.mark()
                work = partial(self._do, session, memory, command, envelope)
                outcome = _told(work, lambda: nullcontext(session), command, envelope)
                if isinstance(outcome, Stale):
                    return None
                if isinstance(outcome, Refused):
                    if stop:
                        raise outcome.refusal
                    session.to_mark()
                    answers.append(outcome.refusal)
                else:
                    if not stop:
                        session.from_mark()
                    answers.append(outcome.receipt)
            session.keep = not dry_run
        return answers

    def _do(self, session: Session, memory: Memory, command: Command, envelope: Envelope) -> Outcome:
        """Decide a command inside a transaction that writes, and write it."""
        plan = self._plan(command, envelope, View(lambda: session, memory))
        outcome = self._store.apply(session, plan)
        # A change of ground gives what stands on it another version, too.
        if plan.moved:
            memory.clear()
        elif isinstance(outcome, Done):
            memory.forget(outcome.receipt.grant_ids)
        return outcome

    def _plan(self, command: Command, envelope: Envelope, view: "View") -> Plan:
        asking = Asking(command.name, envelope, view, self._clock(), self._new_id)
        if isinstance(command, HolderCommand):
            session = view.session
            # Locked before they are read: a grant that reaches a holder meanwhile is seen, or waits and is refused.
            holder_reading.lock(session, command.touched)
            desk = Desk(asking, holder_reading.HolderView(session))
            return plan_of_holders(desk, command, decide_holder(desk, command))
        return plan_of(asking, command, decide(asking, command))

    def remembered(self, session: Session, grant_id: str) -> Grant:
        """Give a grant for a question about its children: from memory where its version is still that.

        Raises:
            GrantUnknown: It is not there.
        """
        known = self._grounds.get(grant_id)
        if known is not None:
            row = session.row("SELECT version FROM grants WHERE grant_id = ?", (grant_id,))
            if row and row[0] == known.version:
                return known
        found = reading.existing(session, grant_id)
        self._grounds.keep(found)
        return found


def _named(orders: Iterable[Order]) -> list[str]:
    """Give the grants that commands name: locked beforehand in one order, so that two lists cannot wait in a ring."""
    found: set[str] = set()
    for command, _ in orders:
        names = (getattr(command, "parent_id", ""), getattr(command, "grant_id", ""))
        found.update(name for name in names if name)
        if not isinstance(command, HolderCommand):
            found.update(getattr(command, "absorbed", ()))
    return sorted(found)


def _told(
    work: Callable[[], Outcome],
    session: Callable[[], AbstractContextManager[Session]],
    command: Command,
    envelope: Envelope,
) -> Outcome:
    """Give what became of a command: what is refused may have been done before, under the same idempotency key."""
    try:
        try:
            return work()
        except Refusal as refusal:
            with session() as opened:
                return _first_answer(opened, command, envelope) or Refused(refusal)
    except UnicodeEncodeError as cause:
        return Refused(TextUnwritable(command=command.name, detail=cause.reason))


def _first_answer(session: Session, command: Command, envelope: Envelope) -> Outcome | None:
    known = reading.known_key(session, envelope.tenant, envelope.idempotency_key)
    if known is None:
        return None
    if known[0] != digest([command.plain(), envelope.plain()]):
        return Refused(KeyReused(key=envelope.idempotency_key, entry_id=known[2]))
    return Done(Receipt.read(known[1]))


class View:
    """What deciding sees: rows of a session, opened when first needed, and remembered grounds."""

    def __init__(self, session: Callable[[], Session], memory: Memory | None) -> None:
        self._open = session
        self._opened: Session | None = None
        self._memory = memory

    @property
    def session(self) -> Session:
        """The session, opened if it was not."""
        self._opened = self._opened or self._open()
        return self._opened

    def grant(self, grant_id: str) -> Grant | None:
        """Give a grant as it is believed, or None."""
        known = None if self._memory is None else self._memory.get(grant_id)
        if known is not None:
            return known
        found = reading.grant(self.session, grant_id)
        if found is not None and self._memory is not None and found.level in GIVING:
            self._memory.keep(found)
        return found

    def choose(self, parent: Grant, count: int, room: int, placing: Placing) -> Box:
        """Give a free box inside a grant."""
        return choosing.choose(self.session, parent, count, room, placing).box
