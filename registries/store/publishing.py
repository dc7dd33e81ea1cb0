"""What anybody may be told, asked of the store: resources with their holders by place, and parties by handle.

Written for speed and freshness: a look-up is one query, nothing is kept between questions. The tables hold what is
believed now; a claim is told while its legal time lasts.
"""
# ruff: noqa: S608 - columns and tables are named by this package; what is given is always bound

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import orjson

from registries.addresses.history import GROUND
from registries.holders.holder import Kind, Standing
from registries.ledger.boxes import Box
from registries.ledger.grants import Level, State
from registries.ledger.spaces import SPACES, TIERS, Space, space
from registries.publication.resources import ABUSE, Party, PublicContact, Resource, resource_spaces
from registries.store import sqlite_space
from registries.store.ledger import Ledger, clock_us
from registries.store.rows import as_number
from registries.store.sessions import POSTGRESQL, SQLITE, Session

LANES: Final = TIERS * 4
_MAIL: Final = ("mail", "email")
_TELEPHONE: Final = ("telephone", "phone", "tel")
_FIELDS: Final = ", ".join(repr(field) for field in (*_MAIL, *_TELEPHONE))
_LIST: Final = {SQLITE: "json_group_array(json_array({}))", POSTGRESQL: "json_agg(json_build_array({}))::text"}
PARTY_COLUMNS: Final = {
    dialect: "h.content, CASE WHEN h.kind <> 'person' THEN (SELECT "
    + written.format("v.contact_id, v.field, v.value")
    + f" FROM personal_value v WHERE v.holder_id = h.holder_id AND v.field IN ({_FIELDS})) END"
    for dialect, written in _LIST.items()
}
"""Dialect -> what `parties` reads: a holder, and how its contacts are reached, as one list. None is read of persons."""
COLUMNS: Final = {
    dialect: "c.claim_id, c.grant_id, c.lane, c.first, c.last, c.parent_claim_id, g.level, g.state, "
    f"g.legal_start_us, g.recorded_us, g.attributes, {of_party}"
    for dialect, of_party in PARTY_COLUMNS.items()
}
"""Dialect -> what `resources` reads."""
_HOLDER: Final = "LEFT JOIN holder h ON h.holder_id = g.holder_id"
JOINED: Final = f"claim c JOIN grants g ON g.grant_id = c.grant_id {_HOLDER}"
_SQLITE_PLACE: Final = (
    f"SELECT {COLUMNS[SQLITE]} FROM claim_space s CROSS JOIN claim c ON c.claim_number = s.claim_number "
    f"CROSS JOIN grants g ON g.grant_id = c.grant_id {_HOLDER} WHERE s.lane0 <= ? AND s.lane1 >= ? AND s.a0 <= ? "
    "AND s.a1 >= ? AND s.b0 <= ? AND s.b1 >= ? AND s.c0 <= ? AND s.c1 >= ? AND c.first <= ? AND c.last >= ? "
    "AND c.legal_start_us <= ? AND c.legal_stop_us > ? ORDER BY c.lane, c.first LIMIT ?"
)
_PLACE: Final = (
    f"SELECT {COLUMNS[POSTGRESQL]} FROM ledger_place(?, ?, ?, 0, 0, ?) c JOIN grants g ON g.grant_id = c.grant_id "
    f"{_HOLDER} ORDER BY c.lane, c.first LIMIT ?"
)
_PARTY: Final = {
    dialect: f"SELECT {of_party} FROM holder h WHERE h.handle = ? UNION ALL "
    f"SELECT {of_party} FROM holder h WHERE h.holder_id = ?"
    for dialect, of_party in PARTY_COLUMNS.items()
}
_TOLD: Final = frozenset({Level.POOL.value, Level.ALLOCATED.value, Level.ASSIGNED.value})
_SPACES: Final = {SPACES[name].number: name for name in resource_spaces()}
_DEEPEST: Final = TIERS * 4


class Publication:
    """The published side of a ledger: reads only, safe for many threads."""

    def __init__(self, ledger: Ledger, *, clock: Callable[[], int] = clock_us) -> None:
        self.store = ledger.store
        self.clock = clock

    def most_specific(self, of: str, box: Box) -> Resource | None:
        """Give the smallest registered resource that contains a box, or None.

        Cost: one query; watched by the proof `rdap`.
        """
        with self.store.looking() as session:
            for row in reversed(self._place(session, space(of), Box(box.first, box.first), _DEEPEST)):
                if is_told(row) and as_number(row[4]) >= box.last:
                    return resources((row,))[0]
        return None

    def containing(self, of: str, box: Box) -> list[Resource]:
        """Give the registered resources that contain a box, the widest first."""
        with self.store.looking() as session:
            rows = self._place(session, space(of), Box(box.first, box.first), _DEEPEST)
            return resources([row for row in rows if is_told(row) and as_number(row[4]) >= box.last])

    def overlapping(self, of: str, box: Box, limit: int) -> list[Resource]:
        """Give at most `limit` registered resources that share numbers with a box, by tier and place."""
        with self.store.looking() as session:
            rows = self._place(session, space(of), box, limit)
            return resources([row for row in rows if is_told(row)])

    def party(self, handle: str) -> Party | None:
        """Give the holder whom a handle names, else that of this name in the ledger, or None."""
        with self.store.looking() as session:
            row = session.row(_PARTY[session.dialect], (handle, handle))
            return None if row is None else parties((row,))[0]

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


def resources(rows: Sequence[Any]) -> list[Resource]:
    """Read rows of COLUMNS."""
    told = iter(parties([row[11:13] for row in rows if row[11] is not None]))
    return [_resource(row, None if row[11] is None else next(told)) for row in rows]


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
        {} if attributes == "{}" else orjson.loads(attributes),
        holder,
    )


def parties(rows: Sequence[Any]) -> list[Party]:
    """Read rows of PARTY_COLUMNS."""
    known: dict[str, Party] = {}
    for content, values in rows:
        if content not in known:
            told: dict[str, dict[str, str]] = {}
            for contact_id, field, value in orjson.loads(values) if values else ():
                told.setdefault(contact_id, {})[field] = value
            known[content] = _party(orjson.loads(content), told)
    return [known[content] for content, _ in rows]


def _is_reached(holder: dict[str, Any], contact: dict[str, Any]) -> bool:
    return ABUSE in contact["roles"] and holder["kind"] != Kind.PERSON.value


def _party(plain: dict[str, Any], told: Mapping[str, dict[str, str]]) -> Party:
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


def _contact(holder: dict[str, Any], plain: dict[str, Any], told: Mapping[str, dict[str, str]]) -> PublicContact:
    name, roles = plain["contact_id"], tuple(plain["roles"])
    if not _is_reached(holder, plain):
        return PublicContact(name, roles, withheld=bool(plain["commitments"]))
    values = told.get(name, {})
    mail = next((values[field] for field in _MAIL if field in values), "")
    telephone = next((values[field] for field in _TELEPHONE if field in values), "")
    return PublicContact(name, roles, mail, telephone, withheld=len(plain["commitments"]) > len(values))
