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
_BOXES_OF_AN_ENTRY: Final = 200
"""Boxes of a ground that one entry opens: an entry of the evidence log has at most 65,535 bytes."""
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
    known = 0
    refused: list[NotImported] = []
    steps: list[tuple[str, Record | None, Order]] = []
    for kind in KINDS:
        of_kind = [record for record in rows if record.kind == kind]
        ground = _ground(ledger, of_kind)
        fresh = []
        for record in of_kind:
            said = None if ground is None else _recorded(ledger, record)
            if said is None:
                fresh.append(record)
            elif said == _attributes(record):
                known += 1
            else:
                told = f"it is recorded as {said['status']} since {said['delegated_on']}, in country {said['country']}"
                refused.append(NotImported(record, f"{grant_name(record)}: {told}"))
        opening, closing = _ground_orders(ground, fresh, envelope)
        steps += [(kind, None, order) for order in opening]
        steps += [(kind, record, _issue(record, envelope)) for record in fresh]
        steps += [(kind, None, order) for order in closing]
    no_ground: dict[str, Refusal] = {}
    answers = ledger.execute_each([order for _, _, order in steps], dry_run=dry_run)
    for (kind, step, _), answer in zip(steps, answers, strict=True):
        if step is None and isinstance(answer, Refusal):
            no_ground.setdefault(kind, answer)
        elif step is not None and isinstance(answer, Refusal):
            lost = kind in no_ground and isinstance(answer, GrantUnknown | OutsideParent)
            refused.append(NotImported(step, str(no_ground[kind] if lost else answer)))
        elif step is not None and not isinstance(answer, Refusal):
            known += answer.again
    new = len(rows) - known - len(refused)
    return Imported(len(delegated.records), new, known, len(delegated.records) - len(rows), tuple(refused))


def _ground(ledger: Ledger, records: Sequence[Record]) -> Grant | None:
    """Give the ground that rows of one kind stand on, where it was opened before."""
    try:
        return ledger.grant(ground_id(records[0].registry, records[0].kind)) if records else None
    except GrantUnknown:
        return None


def _ground_orders(
    held: Grant | None, records: Sequence[Record], envelope: Envelope
) -> tuple[list[Order], list[Order]]:
    """Give what opens or widens the ground of a kind for new rows, and what closes it after them."""
    if not records:
        return [], []
    ground = ground_id(records[0].registry, records[0].kind)
    wanted = join(Box(record.first, record.last) for record in records)
    now = replace(envelope, legal_at=None)
    suspend = Suspend(grant_id=ground, reason="history of others' grants is no pool")
    if held is None:
        days = [record.given_on for record in records if record.given_on]
        early = moments.day_start(min(days)) if days else None
        opened = OpenPool(
            space=records[0].kind,
            boxes=wanted[:_BOXES_OF_AN_ENTRY],
            authority=records[0].registry,
            grant_id=ground,
            attributes={"purpose": GROUND},
        )
        then = replace(envelope, legal_at=early)
        opening: list[Order] = [(opened, replace(then, idempotency_key=f"{ground}:open"))]
        for start in range(_BOXES_OF_AN_ENTRY, len(wanted), _BOXES_OF_AN_ENTRY):
            grow = Grow(grant_id=ground, boxes=wanted[start : start + _BOXES_OF_AN_ENTRY])
            opening.append((grow, replace(then, idempotency_key=f"{ground}:open:{start}")))
        return opening, [(suspend, replace(now, idempotency_key=f"{ground}:suspend"))]
    missing = subtract(wanted, held.boxes)
    stem = f"{ground}:{held.version}"
    resume = (Resume(grant_id=ground, reason=GROUND), replace(now, idempotency_key=f"{stem}:resume"))
    # Box by box: where a pool holds one of them by now, the others are wide enough still.
    grown = [
        (Grow(grant_id=ground, boxes=(box,)), replace(now, idempotency_key=f"{stem}:grow:{box.first}"))
        for box in missing
    ]
    closing = (suspend, replace(now, idempotency_key=f"{stem}:suspend"))
    return [resume, *grown], [closing]


def grant_name(record: Record) -> str:
    """Name the grant of a row: by registry, kind, start and value, as the file writes them."""
    registry, _, kind, start, value, *_ = next(record.lines()).split("|")
    return f"{registry}-{kind}-{start}-{value}"


def _recorded(ledger: Ledger, record: Record) -> dict[str, str] | None:
    """Give what is recorded of a row of this name, whatever became of its grant since; None where nothing is."""
    try:
        grant = ledger.grant(grant_name(record))
    except GrantUnknown:
        return None
    return dict(grant.attributes) | {"status": grant.level.value}


def _attributes(record: Record) -> dict[str, str]:
    told = {"registry": record.registry, "country": record.country, "status": record.status}
    if record.opaque:
        told["opaque"] = record.opaque
    return told | {"delegated_on": record.given_on.isoformat() if record.given_on else UNKNOWN_DATE}


def _issue(record: Record, envelope: Envelope) -> Order:
    name, told = grant_name(record), _attributes(record)
    issue = Issue(
        parent_id=ground_id(record.registry, record.kind),
        level=Level(told.pop("status")),
        boxes=(Box(record.first, record.last),),
        grant_id=name,
        attributes=told,
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
