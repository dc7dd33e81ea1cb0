"""Delegated files and the ledger: what a file says becomes history, and a file is written of what the ledger says.

A file tells what others gave; it gives this registry nothing to give. So imported rows stand on a ground of their
own, one for each kind of number, which is suspended: the ledger lets nothing be issued out of it. A pool is opened
by command alone, with its authority and instrument, over space that the ground does not hold. As both are in one
class, no number can be given twice.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from registries.addresses.delegated import HELD, KINDS, Delegated, Record
from registries.ledger import Box, Envelope, Grow, Issue, Level, OpenPool, Refusal, Resume, State, Suspend, moments
from registries.ledger.boxes import join, subtract
from registries.ledger.errors import GrantUnknown, OutsideParent
from registries.ledger.grants import Grant
from registries.store import Holding, Ledger, Order

GROUND: Final = "delegated-history"
"""Attribute `purpose` of the grants that imported rows stand on."""
UNKNOWN_DATE: Final = "unknown"
"""Attribute `delegated_on` of a grant whose row has no date; it counts from the day that the envelope names."""


@dataclass(frozen=True, slots=True)
class NotImported:
    """A row that the ledger refused, and why: it differs from what is recorded already, or overlaps it."""

    record: Record
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """Account of an import: rows = new + known + refused + of nobody (available or reserved, which is no history)."""

    rows: int
    new: int
    known: int
    of_nobody: int
    refused: tuple[NotImported, ...]

    @property
    def balances(self) -> bool:
        """Whether every row is accounted for."""
        return self.rows == self.new + self.known + self.of_nobody + len(self.refused)


def ground_id(registry: str, kind: str) -> str:
    """Name the grant that imported rows of a registry and kind stand on."""
    return f"{GROUND}-{registry}-{kind}"


def is_ground(grant: Grant) -> bool:
    """Tell whether a grant holds imported history and is no pool."""
    return grant.attributes.get("purpose") == GROUND


def pools(ledger: Ledger, kind: str | None = None) -> list[Grant]:
    """Give the pools that were opened by command, of one kind of number or of all; never the grounds of history."""
    return [pool for pool in ledger.pools(kind) if not is_ground(pool)]


def import_delegated(ledger: Ledger, delegated: Delegated, envelope: Envelope, *, dry_run: bool = False) -> Imported:
    """Record the rows of a file as history: who had what by law since the date in the row, holder not recorded.

    Every row is a grant of its own, named by registry, kind, start and value. Done again with the same file it changes
    nothing; a row that contradicts the ledger is refused and told, the others stand. All is one transaction, so that
    nobody ever sees a ground open. `envelope` gives actor, tenant, purpose and instrument; its legal moment counts
    for rows without a date. With `dry_run` the account says what would be.
    """
    rows = [record for record in delegated.records if record.status in HELD]
    steps: list[tuple[Record | None, Order]] = []
    for kind in KINDS:
        of_kind = [record for record in rows if record.kind == kind]
        opening, closing = _ground_orders(ledger, of_kind, envelope)
        steps += [(None, order) for order in opening]
        steps += [(record, _issue(record, envelope)) for record in of_kind]
        steps += [(None, order) for order in closing]
    known = 0
    refused: list[NotImported] = []
    no_ground: Refusal | None = None
    answers = ledger.execute_each([order for _, order in steps], dry_run=dry_run)
    for (record, _), answer in zip(steps, answers, strict=True):
        if record is None:
            no_ground = answer if isinstance(answer, Refusal) else None
        elif isinstance(answer, Refusal):
            lost = no_ground is not None and isinstance(answer, GrantUnknown | OutsideParent)
            refused.append(NotImported(record, str(no_ground if lost else answer)))
        else:
            known += answer.again
    new = len(rows) - known - len(refused)
    return Imported(len(delegated.records), new, known, len(delegated.records) - len(rows), tuple(refused))


def _ground_orders(ledger: Ledger, records: Sequence[Record], envelope: Envelope) -> tuple[list[Order], list[Order]]:
    """Give what opens or widens the ground of a kind for its rows, and what closes it after them."""
    if not records:
        return [], []
    ground = ground_id(records[0].registry, records[0].kind)
    wanted = join(Box(record.first, record.last) for record in records)
    now = replace(envelope, legal_at=None)
    suspend = Suspend(grant_id=ground, reason="history of others' grants is no pool")
    try:
        held = ledger.grant(ground)
    except GrantUnknown:
        days = [record.given_on for record in records if record.given_on]
        early = moments.day_start(min(days)) if days else None
        opened = OpenPool(
            space=records[0].kind,
            boxes=wanted,
            authority=records[0].registry,
            grant_id=ground,
            attributes={"purpose": GROUND},
        )
        opening = replace(envelope, legal_at=early, idempotency_key=f"{ground}:open")
        return [(opened, opening)], [(suspend, replace(now, idempotency_key=f"{ground}:suspend"))]
    missing = subtract(wanted, held.boxes)
    if not missing and all(_is_known(ledger, record) for record in records):
        return [], []
    stem = f"{ground}:{held.version}"
    resume = (Resume(grant_id=ground, reason=GROUND), replace(now, idempotency_key=f"{stem}:resume"))
    # Box by box: where a pool holds one of them by now, the others are wide enough still.
    grow = [
        (Grow(grant_id=ground, boxes=(box,)), replace(now, idempotency_key=f"{stem}:grow:{box.first}"))
        for box in missing
    ]
    closing = (suspend, replace(now, idempotency_key=f"{stem}:suspend"))
    return [resume, *grow], [closing]


def _is_known(ledger: Ledger, record: Record) -> bool:
    try:
        ledger.grant(grant_name(record))
    except GrantUnknown:
        return False
    return True


def grant_name(record: Record) -> str:
    """Name the grant of a row: by registry, kind, start and value, as the file writes them."""
    registry, _, kind, start, value, *_ = next(record.lines()).split("|")
    return f"{registry}-{kind}-{start}-{value}"


def _issue(record: Record, envelope: Envelope) -> Order:
    name = grant_name(record)
    attributes = {"registry": record.registry, "country": record.country}
    if record.opaque:
        attributes["opaque"] = record.opaque
    attributes["delegated_on"] = record.given_on.isoformat() if record.given_on else UNKNOWN_DATE
    issue = Issue(
        parent_id=ground_id(record.registry, record.kind),
        level=Level(record.status),
        boxes=(Box(record.first, record.last),),
        grant_id=name,
        attributes=attributes,
    )
    legal_at = moments.day_start(record.given_on) if record.given_on else envelope.legal_at
    return issue, replace(envelope, legal_at=legal_at, idempotency_key=f"delegated:{name}")


def delegated_records(
    ledger: Ledger, *, registry: str, day: datetime.date, country: str = "VN", extended: bool = False
) -> list[Record]:
    """Give the rows of a delegated file as the ledger stands at the end of a day: what somebody holds, by kind.

    An extended file also has what pools have free (available) and what is reserved or kept back after a return.
    Suspended grants are somebody's still. Blocks in one grant that do not touch are rows of their own.
    """
    rows: list[Record] = []
    for kind in KINDS:
        holdings = ledger.as_of(kind, legal=day)
        given = [holding for holding in holdings if holding.claim.tier == 1]
        rows += [_row(holding, kind, registry, country) for holding in given]
        if extended:
            pools_of_kind = [one.claim.box for one in holdings if one.claim.tier == 0 and not is_ground(one.grant)]
            free = subtract(pools_of_kind, [holding.claim.box for holding in given])
            rows += [Record(registry, "", kind, box.first, box.last, None, "available", "") for box in free]
    kept = [row for row in rows if extended or row.status in HELD]
    return sorted(kept, key=lambda row: (KINDS.index(row.kind), row.first))


def _row(holding: Holding, kind: str, registry: str, country: str) -> Record:
    grant, box, told = holding.grant, holding.claim.box, holding.grant.attributes
    registry = told.get("registry", registry)
    if holding.tenure.state in {State.RESERVED, State.QUARANTINED}:
        return Record(registry, "", kind, box.first, box.last, None, "reserved", "")
    since = told.get("delegated_on") or moments.day_text(grant.legal_start_us)
    given_on = None if since == UNKNOWN_DATE else datetime.date.fromisoformat(since)
    opaque = told.get("opaque") or holding.tenure.holder_id or ""
    status = "assigned" if grant.level is Level.ASSIGNED else "allocated"
    return Record(registry, told.get("country", country), kind, box.first, box.last, given_on, status, opaque)
