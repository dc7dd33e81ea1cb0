"""Decide how grants begin: pools, allocations, assignments, reservations, quarantine, and reservations confirmed."""

from registries.ledger.asking import Asking, checked_boxes, fit, giving
from registries.ledger.boxes import Box
from registries.ledger.commands import Confirm, Issue, IssueNext, OpenPool
from registries.ledger.errors import ClassForeign, GrantLevel, NoRoom, TermBackwards
from registries.ledger.events import Changed, ClaimFact, Event, Opened, TenureFact
from registries.ledger.grants import STATE_OF, Grant, Level, State
from registries.ledger.moments import day_text, stop_us
from registries.ledger.spaces import TIERS, Exclusivity, Space, space

ISSUED = (Level.ALLOCATED, Level.ASSIGNED, Level.RESERVED, Level.QUARANTINED)


def open_pool(asking: Asking, command: OpenPool) -> tuple[Event, ...]:
    """A pool begins with its own boxes, on no parent."""
    of = space(command.space)
    keys = {of.zone(zone): zone for zone in command.zones} if of.keyed else {}
    boxes = checked_boxes(of, (*command.boxes, *keys), command.name)
    _classed(of, command.exclusivity)
    grant_id = asking.fresh(command.grant_id)
    term = _term(asking, stop_us(command.stop_at), grant_id)
    claims = tuple(
        ClaimFact(f"{grant_id}.{place}", box, *term, key=keys.get(box, "")) for place, box in enumerate(boxes)
    )
    attributes = {**command.attributes, "authority": command.authority}
    tenure = TenureFact(State.ALLOCATED, command.holder_id, *term)
    return (Opened(grant_id, of.name, Level.POOL, 0, command.exclusivity, tenure, claims, attributes),)


def issue(asking: Asking, command: Issue) -> tuple[Event, ...]:
    """A grant begins inside another one."""
    parent = _parent(asking, command.parent_id, command.level, command.name)
    of = parent.space
    keys = _keyed(of, command.keys)
    boxes = checked_boxes(of, (*command.boxes, *keys), command.name)
    exclusivity = parent.exclusivity if command.exclusivity is None else command.exclusivity
    _classed(of, exclusivity)
    return (_opened(asking, command, parent, {box: keys.get(box, "") for box in boxes}, exclusivity),)


def issue_next(asking: Asking, command: IssueNext) -> tuple[Event, ...]:
    """A grant begins where the ledger finds room inside another one."""
    parent = _parent(asking, command.parent_id, command.level, command.name)
    if command.count < 1 or parent.space.keyed or parent.space.second_unit:
        raise NoRoom(
            parent_id=parent.grant_id, wanted=f"{command.count} {parent.space.unit}", largest="of another kind"
        )
    box = asking.view.choose(parent, command.count, command.room, command.placing)
    return (_opened(asking, command, parent, {box: ""}, parent.exclusivity),)


def confirm(asking: Asking, command: Confirm) -> tuple[Event, ...]:
    """A reservation becomes a grant with a holder."""
    grant = asking.in_state(asking.take(command.grant_id), State.RESERVED)
    if command.level not in ISSUED[:2]:
        raise GrantLevel(
            grant_id=grant.grant_id,
            level=command.level.value,
            command=command.name,
            allowed="allocated or assigned",
        )
    legal_us = asking.effect(grant)
    return (Changed(grant.grant_id, STATE_OF[command.level], command.holder_id, command.level, legal_us),)


def _parent(asking: Asking, parent_id: str, level: Level, command: str) -> Grant:
    parent = giving(asking.ground(parent_id))
    if level not in ISSUED or parent.tier + 1 >= TIERS:
        names = ", ".join(issued.value for issued in ISSUED)
        raise GrantLevel(grant_id=parent_id, level=level.value, command=command, allowed=names)
    return parent


def _classed(of: Space, exclusivity: Exclusivity) -> None:
    if exclusivity is not Exclusivity.EXCLUSIVE and not of.second_unit:
        raise ClassForeign(space=of.name, exclusivity=exclusivity.name.lower())


def _keyed(of: Space, keys: tuple[str, ...]) -> dict[Box, str]:
    return {of.key(key): key for key in keys} if of.keyed else {}


def _opened(
    asking: Asking, command: Issue | IssueNext, parent: Grant, boxes: dict[Box, str], exclusivity: Exclusivity
) -> Opened:
    grant_id = asking.fresh(command.grant_id)
    term = _term(asking, stop_us(command.stop_at), grant_id)
    claims = tuple(fit(grant_id, parent, boxes, term, 0))
    tenure = TenureFact(STATE_OF[command.level], command.holder_id, *term)
    return Opened(
        grant_id,
        parent.space_name,
        command.level,
        parent.tier + 1,
        exclusivity,
        tenure,
        claims,
        dict(command.attributes),
    )


def _term(asking: Asking, stop: int, grant_id: str) -> tuple[int, int]:
    start = asking.legal_us
    if stop <= start:
        raise TermBackwards(grant_id=grant_id, start=day_text(start), stop=day_text(stop))
    return start, stop
