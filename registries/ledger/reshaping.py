"""Decide how the space of a grant changes: split, merge, grow, shrink."""

from collections.abc import Iterable, Sequence

from registries.ledger.asking import Asking, checked_boxes, fit, giving
from registries.ledger.boxes import Box, first_overlap, join, subtract
from registries.ledger.commands import Grow, Merge, Shrink, Split
from registries.ledger.errors import BoxesEmpty, GrantsDiffer, NotHeld, NothingChanges, OutsideParent
from registries.ledger.events import ClaimFact, Ended, Event, Opened, Reshaped, TenureFact
from registries.ledger.grants import Claim, Grant, State

_HELD = (State.ALLOCATED, State.ASSIGNED, State.SUSPENDED, State.RESERVED, State.QUARANTINED)
Ground = tuple[str, str, str]


def split(asking: Asking, command: Split) -> tuple[Event, ...]:
    """Each part becomes a grant of its own; the rest stays."""
    grant = asking.in_state(asking.take(command.grant_id), *_HELD)
    if not command.parts:
        raise BoxesEmpty(command=command.name)
    given_up = checked_boxes(grant.space, (box for part in command.parts for box in part), command.name)
    legal_us = asking.effect(grant)
    reshaped = _given_up(grant, given_up, legal_us, command.name)
    parts: list[Event] = []
    ids = command.new_ids or ("",) * len(command.parts)
    for new_id, part in zip(ids, command.parts, strict=True):
        if not part:
            raise BoxesEmpty(command=command.name)
        grant_id = asking.fresh(new_id)
        tenure = TenureFact(grant.state, grant.holder_id, legal_us, grant.legal_stop_us)
        parts.append(
            Opened(
                grant_id,
                grant.space_name,
                grant.level,
                grant.tier,
                grant.exclusivity,
                tenure,
                tuple(_cut(grant_id, grant.active_claims, part, legal_us)),
                grant.attributes,
                grant.grant_id,
            )
        )
    return (reshaped, *parts)


def merge(asking: Asking, command: Merge) -> tuple[Event, ...]:
    """Several grants that are alike become one."""
    if not command.absorbed or command.grant_id in command.absorbed:
        raise BoxesEmpty(command=command.name)
    survivor = asking.in_state(asking.take(command.grant_id), *_HELD)
    absorbed = [asking.take(grant_id) for grant_id in dict.fromkeys(command.absorbed)]
    for other in absorbed:
        _alike(survivor, other)
    legal_us = max(asking.effect(grant) for grant in (survivor, *absorbed))
    claims = [claim for grant in (survivor, *absorbed) for claim in grant.active_claims]
    joined = _joined(claims)
    kept = {claim.claim_id for claim in survivor.active_claims if claim.box in joined.get(_ground(claim), ())}
    opened = _renamed(survivor, joined, {c.box for c in survivor.active_claims if c.claim_id in kept}, legal_us)
    closed = tuple(claim.claim_id for claim in survivor.active_claims if claim.claim_id not in kept)
    ended = [Ended(o.grant_id, State.FREE, legal_us, "merged", survivor.grant_id) for o in absorbed]
    return (*ended, Reshaped(survivor.grant_id, closed, tuple(opened), legal_us))


def grow(asking: Asking, command: Grow) -> tuple[Event, ...]:
    """Boxes of the parent are added; neighbours on the same ground become one."""
    grant = asking.in_state(asking.take(command.grant_id), State.ALLOCATED, State.ASSIGNED)
    boxes = checked_boxes(grant.space, command.boxes, command.name)
    legal_us = asking.effect(grant)
    held = grant.boxes
    # One sweep says that there is nothing to look for; box against box is slow in a grant of thousands.
    for box in boxes if first_overlap((*held, *boxes)) else ():
        if any(box.overlaps(other) for other in held):
            raise NothingChanges(command=command.name, grant_id=grant.grant_id, detail=f"it holds {_text(grant, box)}")
    if grant.tier == 0:
        term = (legal_us, grant.legal_stop_us)
        facts = [ClaimFact("", box, *term) for box in boxes]
    else:
        facts = [fact for box in boxes for fact in _fit_any(asking, grant, box, legal_us)]
    claims = list(grant.active_claims)
    joined = _joined(claims, facts)
    left = {ground: set(found) for ground, found in joined.items()}
    kept = {claim.box for claim in claims if claim.box in left.get(_ground(claim), ())}
    opened = _renamed(grant, joined, kept, legal_us)
    closed = tuple(claim.claim_id for claim in claims if claim.box not in kept)
    return (Reshaped(grant.grant_id, closed, tuple(opened), legal_us),)


def shrink(asking: Asking, command: Shrink) -> tuple[Event, ...]:
    """Boxes are given up, something remains."""
    grant = asking.in_state(asking.take(command.grant_id), *_HELD)
    boxes = checked_boxes(grant.space, command.boxes, command.name)
    return (_given_up(grant, boxes, asking.effect(grant), command.name),)


def _text(grant: Grant, box: Box) -> str:
    return grant.space.text(box)


def _given_up(grant: Grant, boxes: Sequence[Box], legal_us: int, command: str) -> Reshaped:
    """Close the claims that boxes lie in, and open what is left of them."""
    if subtract(boxes, grant.boxes):
        raise NotHeld(box=_text(grant, subtract(boxes, grant.boxes)[0]), grant_id=grant.grant_id, held=grant.text)
    touched = [claim for claim in grant.active_claims if any(claim.box.overlaps(box) for box in boxes)]
    if not subtract(grant.boxes, boxes):
        raise NothingChanges(command=command, grant_id=grant.grant_id, detail="nothing of it would remain")
    opened: list[ClaimFact] = []
    for claim in touched:
        opened += _cut(
            grant.grant_id, (claim,), subtract((claim.box,), boxes), legal_us, len(grant.claims) + len(opened)
        )
    return Reshaped(grant.grant_id, tuple(claim.claim_id for claim in touched), tuple(opened), legal_us)


def _cut(
    grant_id: str, claims: Iterable[Claim], boxes: Iterable[Box], legal_us: int, after: int = 0
) -> list[ClaimFact]:
    """Give claims of the parts of boxes that lie in other claims, on the same ground and to the same end."""
    facts: list[ClaimFact] = []
    boxes = tuple(boxes)
    for claim in claims:
        for box in boxes:
            shared = claim.box.shared(box)
            if shared:
                name = f"{grant_id}.{after + len(facts)}"
                ground = (claim.parent_id, claim.parent_claim_id, claim.key)
                facts.append(ClaimFact(name, shared, legal_us, claim.legal_stop_us, *ground))
    return facts


def _ground(claim: Claim | ClaimFact) -> Ground:
    return claim.parent_id, claim.parent_claim_id, claim.key


def _joined(claims: Iterable[Claim], facts: Iterable[ClaimFact] = ()) -> dict[Ground, tuple[Box, ...]]:
    """Give the boxes of claims by the ground they stand on, neighbours made one."""
    by_ground: dict[Ground, list[Box]] = {}
    every: list[Claim | ClaimFact] = [*claims, *facts]
    for claim in every:
        by_ground.setdefault(_ground(claim), []).append(claim.box)
    return {ground: tuple(boxes) if ground[2] else join(boxes) for ground, boxes in by_ground.items()}


def _renamed(grant: Grant, joined: dict[Ground, tuple[Box, ...]], kept: set[Box], legal_us: int) -> list[ClaimFact]:
    boxes = [(ground, box) for ground, found in joined.items() for box in found if box not in kept]
    return [
        ClaimFact(f"{grant.grant_id}.{len(grant.claims) + place}", box, legal_us, grant.legal_stop_us, *ground)
        for place, (ground, box) in enumerate(boxes)
    ]


def _alike(survivor: Grant, other: Grant) -> None:
    pairs = (
        ("space", survivor.space_name, other.space_name),
        ("level", survivor.level.value, other.level.value),
        ("state", survivor.state.value, other.state.value),
        ("holder", survivor.holder_id, other.holder_id),
        ("depth", survivor.tier, other.tier),
        ("class", survivor.exclusivity.name.lower(), other.exclusivity.name.lower()),
        ("end of term", survivor.legal_stop_us, other.legal_stop_us),
        ("parent", _parents(survivor), _parents(other)),
    )
    for what, value, theirs in pairs:
        if value != theirs:
            raise GrantsDiffer(
                grant_id=survivor.grant_id, other_id=other.grant_id, what=what, value=value, other=theirs
            )


def _parents(grant: Grant) -> str:
    return ", ".join(sorted({claim.parent_id for claim in grant.active_claims}))


def _fit_any(asking: Asking, grant: Grant, box: Box, legal_us: int) -> list[ClaimFact]:
    parents = sorted({claim.parent_id for claim in grant.active_claims})
    refused: OutsideParent | None = None
    for parent_id in parents:
        parent = giving(asking.ground(parent_id))
        try:
            return fit(grant.grant_id, parent, {box: ""}, (legal_us, grant.legal_stop_us), 0)
        except OutsideParent as refusal:
            refused = refusal
    raise refused or NotHeld(box=_text(grant, box), grant_id=grant.grant_id, held=grant.text)
