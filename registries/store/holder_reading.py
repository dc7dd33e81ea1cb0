"""Questions about holders: one, by identifier, by name, what they have, whom to ask this week."""

import json
from dataclasses import dataclass

from registries.holders.events import HolderEvent, apply
from registries.holders.holder import Holder
from registries.ledger.grants import Grant
from registries.store import reading
from registries.store.sessions import POSTGRESQL, Session


@dataclass(frozen=True, slots=True)
class ContactDue:
    """A contact that has to be validated, and by when."""

    holder_id: str
    contact_id: str
    due_us: int


class HolderView:
    """What deciding about holders sees, over one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def holder(self, holder_id: str) -> Holder | None:
        return holder(self._session, holder_id)

    def named(self, scheme: str, value: str) -> str | None:
        return by_identifier(self._session, scheme, value)

    def grants_of(self, holder_id: str) -> list[Grant]:
        rows = self._session.rows("SELECT grant_id FROM grants WHERE holder_id = ? ORDER BY grant_id", (holder_id,))
        return list(reading.grants(self._session, (row[0] for row in rows)).values())


def lock(session: Session, holder_ids: tuple[str, ...]) -> None:
    """Hold the rows of holders until the session ends, in the order of their names."""
    if session.dialect == POSTGRESQL:
        for holder_id in sorted(holder_ids):
            session.row("SELECT 1 FROM holder WHERE holder_id = ? FOR UPDATE", (holder_id,))


def holder(session: Session, holder_id: str) -> Holder | None:
    """Give a holder as it is believed now, or None."""
    row = session.row("SELECT content FROM holder WHERE holder_id = ?", (holder_id,))
    return None if row is None else Holder.read(json.loads(row[0]))


def holder_as_of(session: Session, holder_id: str, recorded_us: int) -> Holder | None:
    """Give a holder as it was believed at a moment of record time: its events folded again up to then."""
    rows = session.rows(
        "SELECT e.recorded_us, e.content FROM holder_event h JOIN entry e ON e.entry_id = h.entry_id "
        "WHERE h.holder_id = ? AND e.recorded_us <= ? ORDER BY h.version",
        (holder_id, recorded_us),
    )
    found: Holder | None = None
    for at_us, content in rows:
        for plain in json.loads(bytes(content))["events"]:
            if "grant_id" not in plain and plain["holder_id"] == holder_id:
                found = apply(found, HolderEvent.read(plain), at_us)
    return found


def by_identifier(session: Session, scheme: str, value: str) -> str | None:
    """Give the name of the holder whom an identifier names; the scheme '' is the handle. None where it names nobody."""
    if not scheme:
        row = session.row("SELECT holder_id FROM holder WHERE handle = ?", (value,))
    else:
        row = session.row("SELECT holder_id FROM holder_identifier WHERE scheme = ? AND value = ?", (scheme, value))
    return None if row is None else str(row[0])


def page(session: Session, after: str, limit: int) -> list[Holder]:
    """Give a page of holders by their names in the store; `after` is the last one seen."""
    rows = session.rows("SELECT content FROM holder WHERE holder_id > ? ORDER BY holder_id LIMIT ?", (after, limit))
    return [Holder.read(json.loads(row[0])) for row in rows]


def contacts_due(session: Session, until_us: int) -> list[ContactDue]:
    """Give the contacts that have to be validated before a moment, the most urgent first."""
    rows = session.rows(
        "SELECT holder_id, contact_id, due_us FROM contact_due WHERE due_us < ? ORDER BY due_us, holder_id, contact_id",
        (until_us,),
    )
    return [ContactDue(*row) for row in rows]


def personal(session: Session, holder_id: str, contact_id: str) -> dict[str, str]:
    """Give the personal values that are kept of a contact (or of a person, with ''), by field; none once erased."""
    rows = session.rows(
        "SELECT field, value FROM personal_value WHERE holder_id = ? AND contact_id = ?", (holder_id, contact_id)
    )
    return dict(rows)
