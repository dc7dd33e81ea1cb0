"""Questions to the ledger that need one grant, one place or one page: as it is believed, and as of any moment."""
# ruff: noqa: S608 - columns and tables are named by this package; what is given is always bound

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from registries.ledger.boxes import Box, subtract
from registries.ledger.errors import GrantUnknown
from registries.ledger.grants import Claim, Grant, Tenure
from registries.ledger.moments import FOREVER
from registries.ledger.spaces import TIERS, Space
from registries.store import sqlite_space
from registries.store.rows import (
    CLAIM_COLUMNS,
    GRANT_COLUMNS,
    TENURE_COLUMNS,
    as_number,
    read_claim,
    read_grant,
    read_tenure,
)
from registries.store.sessions import SQLITE, Session

CLAIMS: Final = ", ".join(CLAIM_COLUMNS)
_TENURES: Final = ", ".join(TENURE_COLUMNS)
_GRANTS: Final = ", ".join(GRANT_COLUMNS)
_LANES: Final = TIERS * 4
_GRANT_OF_CLAIM: Final = CLAIM_COLUMNS.index("grant_id")
_AT_ONCE: Final = 400
"""Grants that one query asks for: more are quicker by little, and every store takes so many values."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Who had a box at a moment of legal time, as it was believed at a moment of record time.

    Claim and tenure are those of that belief; `level` and the rest of the grant are as they are believed today.
    """

    claim: Claim
    tenure: Tenure
    grant: Grant


@dataclass(frozen=True, slots=True)
class Utilisation:
    """How full a pool is: all numbers, free numbers, active claims given out, free parts, and the largest of these."""

    grant_id: str
    total: int
    free: int
    children: int
    free_parts: int
    largest_free: Box | None

    @property
    def used(self) -> int:
        """Numbers that are not free."""
        return self.total - self.free


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One event of a grant: the version it made, and the entry that holds it."""

    version: int
    kind: str
    command: str
    entry_id: str
    recorded_at: datetime.datetime
    legal_at: datetime.datetime
    content: bytes


def grant(session: Session, grant_id: str) -> Grant | None:
    """Give a grant as it is believed now, or None."""
    return grants(session, (grant_id,)).get(grant_id)


def grants(session: Session, grant_ids: Iterable[str]) -> dict[str, Grant]:
    """Give grants as they are believed now, by name; those that are not there are left out."""
    found = {}
    for names, marks in _portions(grant_ids):
        rows = session.rows(f"SELECT {_GRANTS} FROM grants WHERE grant_id IN ({marks})", names)
        if not rows:
            continue
        claims = _by_grant(
            session.rows(f"SELECT {CLAIMS} FROM claim WHERE grant_id IN ({marks})", names), _GRANT_OF_CLAIM
        )
        tenures = _by_grant(session.rows(f"SELECT {_TENURES} FROM tenure WHERE grant_id IN ({marks})", names), 0)
        of_name = {row[0]: row for row in rows}
        for name in names:
            if name in of_name:
                found[name] = read_grant(of_name[name], claims.get(name, []), tenures.get(name, []))
    return found


def _portions(names: Iterable[str]) -> Iterator[tuple[list[str], str]]:
    """Give names without repetition, some hundreds at a time, with as many marks for a query."""
    every = list(dict.fromkeys(names))
    for start in range(0, len(every), _AT_ONCE):
        portion = every[start : start + _AT_ONCE]
        yield portion, ", ".join("?" * len(portion))


def _by_grant(rows: Iterable[Any], place: int) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row[place], []).append(row)
    return found


def existing(session: Session, grant_id: str) -> Grant:
    """Give a grant as it is believed now.

    Raises:
        GrantUnknown: It is not there.
    """
    found = grant(session, grant_id)
    if found is None:
        raise GrantUnknown(grant_id=grant_id)
    return found


def covering(session: Session, space: Space, box: Box, legal_us: int) -> list[Claim]:
    """Give the active claims that contain a box at a moment of legal time, the widest first."""
    found = [claim for claim in overlapping(session, space, box, legal_us) if claim.box.contains(box)]
    return sorted(found, key=lambda claim: (claim.tier, claim.lane, claim.claim_id))


def overlapping(session: Session, space: Space, box: Box, legal_us: int) -> list[Claim]:
    """Give the active claims that overlap a box at a moment of legal time, in the order of their place."""
    if session.dialect == SQLITE:
        lanes = (space.number * _LANES, (space.number + 1) * _LANES - 1)
        rows = sqlite_space.find(session.cursor, lanes, box, (legal_us, legal_us + 1))
    else:
        place = (session.wide(box.first), session.wide(box.last), box.low, box.high, legal_us)
        rows = session.rows(f"SELECT {CLAIMS} FROM ledger_place(?, ?, ?, ?, ?, ?)", (space.number, *place))
    return sorted((read_claim(row) for row in rows), key=lambda claim: (claim.box, claim.tier))


def held_as_of(session: Session, space: Space, box: Box, legal_us: int, recorded_us: int) -> list[Holding]:
    """Give who had what of a box at a moment of legal time, as it was believed at a moment of record time."""
    claims = [
        claim
        for claim in _believed_claims(session, space, box, recorded_us)
        if claim.box.overlaps(box) and claim.holds_at(legal_us)
    ]
    found = grants(session, (claim.grant_id for claim in claims))
    believed = _believed_tenures(session, found, recorded_us)
    holdings = []
    for claim in sorted(claims, key=lambda claim: (claim.tier, claim.box, claim.claim_id)):
        tenures = believed.get(claim.grant_id, [])
        tenure = next((t for t in tenures if t.legal_start_us <= legal_us < t.legal_stop_us), None)
        if tenure is not None and tenure.state.occupies:
            holdings.append(Holding(claim, tenure, found[claim.grant_id]))
    return holdings


def _believed_claims(session: Session, space: Space, box: Box, recorded_us: int) -> Iterable[Claim]:
    """Give the claims of all times near a box, by classes of size: what reaches it starts at most a size before."""
    low, high = space.number * _LANES, (space.number + 1) * _LANES - 1
    for table, until in (("claim", ""), ("claim_past", " AND superseded_us > ?")):
        classes = session.rows(
            f"SELECT DISTINCT lane, size_bits FROM {table} WHERE lane BETWEEN ? AND ?",
            (low, high),
        )
        for lane, bits in classes:
            start = max(0, box.first - (1 << bits) + 1)
            values = [lane, bits, session.wide(start), session.wide(box.last), recorded_us]
            rows = session.rows(
                f"SELECT {CLAIMS} FROM {table} WHERE lane = ? AND size_bits = ? AND first BETWEEN ? AND ? "
                f"AND recorded_us <= ?{until}",
                [*values, recorded_us] if until else values,
            )
            yield from (read_claim(row) for row in rows)


def _believed_tenures(session: Session, grant_ids: Iterable[str], recorded_us: int) -> dict[str, list[Tenure]]:
    """Give the stretches of grants as they were believed at a moment of record time, by grant."""
    rows: list[Any] = []
    for names, marks in _portions(grant_ids):
        rows += session.rows(
            f"SELECT {_TENURES} FROM tenure WHERE grant_id IN ({marks}) AND recorded_us <= ? UNION ALL "
            f"SELECT {_TENURES} FROM tenure_past WHERE grant_id IN ({marks}) AND recorded_us <= ? "
            "AND superseded_us > ?",
            [*names, recorded_us, *names, recorded_us, recorded_us],
        )
    return {name: [read_tenure(row) for row in found] for name, found in _by_grant(rows, 0).items()}


def grant_as_of(session: Session, grant_id: str, recorded_us: int) -> Grant | None:
    """Give a grant as it was believed at a moment of record time; None where nothing was recorded of it then.

    Level, version and attributes are those of today; claims and tenures those of that moment.
    """
    found = grant(session, grant_id)
    tenures = _believed_tenures(session, (grant_id,), recorded_us).get(grant_id, [])
    if found is None or not tenures:
        return None
    rows = session.rows(
        f"SELECT {CLAIMS} FROM claim WHERE grant_id = ? AND recorded_us <= ? UNION ALL "
        f"SELECT {CLAIMS} FROM claim_past WHERE grant_id = ? AND recorded_us <= ? AND superseded_us > ?",
        (grant_id, recorded_us, grant_id, recorded_us, recorded_us),
    )
    claims = tuple(sorted((read_claim(row) for row in rows), key=lambda claim: claim.claim_id))
    stretches = sorted(tenures, key=lambda t: t.number)
    kept = tuple(t for t in stretches if t.legal_start_us < t.legal_stop_us or t.number == 0)
    return replace(found, claims=claims, tenures=kept)


def children(session: Session, parent_id: str, after: tuple[int, str] | None, limit: int) -> list[Claim]:
    """Give a page of the active claims inside a grant, by place; `after` is the place and name of the last one seen."""
    place, name = after or (-1, "")
    wide = session.wide(max(place, 0))
    rows = session.rows(
        f"SELECT {CLAIMS} FROM claim WHERE parent_id = ? AND active AND (first, claim_id) > (?, ?) "
        "ORDER BY first, claim_id LIMIT ?",
        (parent_id, wide, name, limit),
    )
    return [read_claim(row) for row in rows]


def utilisation(session: Session, parent: Grant) -> Utilisation:
    """Give how full a grant is: from counters where it is a tracked pool, else counted from what is in it."""
    row = session.row("SELECT children, gaps, free, total FROM usage WHERE parent_id = ?", (parent.grant_id,))
    if row is None:
        return _counted(session, parent)
    largest = session.row(
        "SELECT first, last FROM gap WHERE parent_id = ? ORDER BY span DESC, first LIMIT 1", (parent.grant_id,)
    )
    box = Box(as_number(largest[0]), as_number(largest[1])) if largest else None
    return Utilisation(parent.grant_id, as_number(row[3]), as_number(row[2]), row[0], row[1], box)


def _counted(session: Session, parent: Grant) -> Utilisation:
    rows = session.rows(f"SELECT {CLAIMS} FROM claim WHERE parent_id = ? AND active", (parent.grant_id,))
    free = subtract(parent.boxes, (read_claim(row).box for row in rows))
    total = sum(box.size for box in parent.boxes)
    largest = max(free, key=lambda box: (box.size, -box.first), default=None)
    return Utilisation(parent.grant_id, total, sum(box.size for box in free), len(rows), len(free), largest)


def history(session: Session, grant_id: str) -> list[Any]:
    """Give version, kind, command, entry, both moments and bytes of every event of a grant, in order."""
    return session.rows(
        "SELECT g.version, g.kind, e.command, e.entry_id, e.recorded_us, e.legal_us, e.content FROM grant_event g "
        "JOIN entry e ON e.entry_id = g.entry_id WHERE g.grant_id = ? ORDER BY g.version",
        (grant_id,),
    )


def known_key(session: Session, tenant: str, key: str) -> tuple[bytes, str, str] | None:
    """Give body hash, receipt and entry of an idempotency key that was used, or None."""
    row = session.row(
        "SELECT body_hash, receipt, entry_id FROM idempotency WHERE tenant = ? AND idempotency_key = ?", (tenant, key)
    )
    return None if row is None else (bytes(row[0]), row[1], row[2])


NOW: Final = FOREVER - 1
"""The record time of a question about what is believed now."""
