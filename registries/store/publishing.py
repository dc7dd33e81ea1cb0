"""What anybody may be told, asked of the store: resources with their holders by place, and parties by handle.

Written for speed and freshness: a look-up is one query, nothing is kept between questions. The tables hold what is
believed now; a claim is told while its legal time lasts.
"""
# ruff: noqa: S608 - columns and tables are named by this package; what is given is always bound

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from registries.addresses.history import GROUND
from registries.holders.holder import Kind, Standing
from registries.ledger.boxes import Box
from registries.ledger.grants import Level, State
from registries.ledger.spaces import SPACES, TIERS, Space, space
from registries.publication.resources import ABUSE, Party, PublicContact, Resource, resource_spaces
from registries.store import sqlite_space
from registries.store.ledger import Ledger, clock_us
from registries.store.rows import as_number
from registries.store.sessions import SQLITE, Session

LANES: Final = TIERS * 4
COLUMNS: Final = (
    "c.claim_id, c.grant_id, c.lane, c.first, c.last, c.parent_claim_id, g.level, g.state, g.legal_start_us, "
    "g.recorded_us, g.attributes, h.content"
)
_HOLDER: Final = "LEFT JOIN holder h ON h.holder_id = g.holder_id"
JOINED: Final = f"claim c JOIN grants g ON g.grant_id = c.grant_id {_HOLDER}"
_SQLITE_PLACE: Final = (
    f"SELECT {COLUMNS} FROM claim_space s CROSS JOIN claim c ON c.claim_number = s.claim_number "
    f"CROSS JOIN grants g ON g.grant_id = c.grant_id {_HOLDER} WHERE s.lane0 <= ? AND s.lane1 >= ? AND s.a0 <= ? "
    "AND s.a1 >= ? AND s.b0 <= ? AND s.b1 >= ? AND s.c0 <= ? AND s.c1 >= ? AND c.first <= ? AND c.last >= ? "
    "AND c.legal_start_us <= ? AND c.legal_stop_us > ? ORDER BY c.lane, c.first LIMIT ?"
)
_PLACE: Final = (
    f"SELECT {COLUMNS} FROM ledger_place(?, ?, ?, 0, 0, ?) c JOIN grants g ON g.grant_id = c.grant_id {_HOLDER} "
    "ORDER BY c.lane, c.first LIMIT ?"
)
_TOLD: Final = frozenset({Level.POOL.value, Level.ALLOCATED.value, Level.ASSIGNED.value})
_SPACES: Final = {SPACES[name].number: name for name in resource_spaces()}
_MAIL: Final = ("mail", "email")
_TELEPHONE: Final = ("telephone", "phone", "tel")
_FIELDS: Final = f"field IN ({', '.join(repr(field) for field in (*_MAIL, *_TELEPHONE))})"
_DEEPEST: Final = TIERS * 4


class Publication:
    """The published side of a ledger: reads only, safe for many threads."""

    def __init__(self, ledger: Ledger, *, clock: Callable[[], int] = clock_us) -> None:
        self.store = ledger.store
        self.clock = clock

    def most_specific(self, of: str, box: Box) -> Resource | None:
        """Give the smallest registered resource that contains a box, or None.

        Cost: one query (and one more where its holder has a contact for abuse); watched by the proof `rdap`.
        """
        with self.store.looking() as session:
            for row in reversed(self._place(session, space(of), Box(box.first, box.first), _DEEPEST)):
                if is_told(row) and as_number(row[4]) >= box.last:
                    return resources(session, (row,))[0]
        return None

    def containing(self, of: str, box: Box) -> list[Resource]:
        """Give the registered resources that contain a box, the widest first."""
        with self.store.looking() as session:
            rows = self._place(session, space(of), Box(box.first, box.first), _DEEPEST)
            return resources(session, [row for row in rows if is_told(row) and as_number(row[4]) >= box.last])

    def overlapping(self, of: str, box: Box, limit: int) -> list[Resource]:
        """Give at most `limit` registered resources that share numbers with a box, by tier and place."""
        with self.store.looking() as session:
            rows = self._place(session, space(of), box, limit)
            return resources(session, [row for row in rows if is_told(row)])

    def party(self, handle: str) -> Party | None:
        """Give the holder whom a handle names, else that of this name in the ledger, or None."""
        with self.store.looking() as session:
            row = session.row(
                "SELECT content FROM holder WHERE handle = ? UNION ALL SELECT content FROM holder WHERE holder_id = ?",
                (handle, handle),
            )
            return None if row is None else parties(session, (row[0],))[row[0]]

    def _place(self, session: Session, of: Space, box: Box, limit: int) -> list[Any]:
        now_us = self.clock()
        if session.dialect != SQLITE:
            return session.rows(_PLACE, (of.number, session.wide(box.first), session.wide(box.last), now_us, limit))
        lanes = (of.number * LANES, (of.number + 1) * LANES - 1)
        a0, a1, b0, b1, c0, c1 = sqlite_space.words(lanes[0], box)
        bounds = (2 * lanes[1], 2 * lanes[0], a1, a0, b1, b0, c1, c0, box.last.to_bytes(16), box.first.to_bytes(16))
        return session.rows(_SQLITE_PLACE, (*bounds, now_us, now_us, limit))


def is_told(row: Any) -> bool:
    """Whether a row of COLUMNS is a registration: no reservation, no quarantine, no ground of imported history."""
    return row[6] in _TOLD and (row[6] != Level.POOL.value or GROUND not in row[10])


def resources(session: Session, rows: Sequence[Any]) -> list[Resource]:
    """Read rows of COLUMNS."""
    told = parties(session, [row[11] for row in rows if row[11] is not None])
    return [_resource(row, told.get(row[11])) for row in rows]


def _resource(row: Any, holder: Party | None) -> Resource:
    claim_id, grant_id, lane, first, last, parent, level, state, since_us, changed_us, attributes = row[:11]
    return Resource(
        claim_id,
        grant_id,
        _SPACES[lane // LANES],
        Box(as_number(first), as_number(last)),
        lane // 4 % TIERS,
        Level(level),
        State(state),
        since_us,
        changed_us,
        "" if parent.startswith(GROUND) else parent,
        {} if attributes == "{}" else json.loads(attributes),
        holder,
    )


def parties(session: Session, contents: Sequence[str]) -> dict[str, Party]:
    """Read contents of holders, by the contents themselves; what is told of their contacts takes one query for all."""
    plains = {text: json.loads(text) for text in dict.fromkeys(contents)}
    reached = [
        plain["holder_id"] for plain in plains.values() if any(_is_reached(plain, one) for one in plain["contacts"])
    ]
    told: dict[tuple[str, str], dict[str, str]] = {}
    if reached:
        places = ", ".join("?" for _ in reached)
        columns = "holder_id, contact_id, field, value"
        sql = f"SELECT {columns} FROM personal_value WHERE holder_id IN ({places}) AND {_FIELDS}"
        for holder_id, contact_id, field, value in session.rows(sql, reached):
            told.setdefault((holder_id, contact_id), {})[field] = value
    return {text: _party(plain, told) for text, plain in plains.items()}


def _is_reached(holder: dict[str, Any], contact: dict[str, Any]) -> bool:
    return ABUSE in contact["roles"] and holder["kind"] != Kind.PERSON.value


def _party(plain: dict[str, Any], told: Mapping[tuple[str, str], dict[str, str]]) -> Party:
    names = plain["names"]
    return Party(
        plain["holder_id"],
        plain["handle"],
        names[-1]["text"] if names else "",
        Kind(plain["kind"]),
        Standing(plain["standing"]),
        plain["attributes"].get("country", ""),
        names[0]["legal_start_us"] if names else 0,
        plain["recorded_us"],
        tuple(_contact(plain, contact, told) for contact in plain["contacts"]),
        plain["successor_id"],
    )


def _contact(
    holder: dict[str, Any], plain: dict[str, Any], told: Mapping[tuple[str, str], dict[str, str]]
) -> PublicContact:
    name, roles = plain["contact_id"], tuple(plain["roles"])
    if not _is_reached(holder, plain):
        return PublicContact(name, roles, withheld=bool(plain["commitments"]))
    values = told.get((holder["holder_id"], name), {})
    mail = next((values[field] for field in _MAIL if field in values), "")
    telephone = next((values[field] for field in _TELEPHONE if field in values), "")
    return PublicContact(name, roles, mail, telephone, withheld=len(plain["commitments"]) > len(values))
