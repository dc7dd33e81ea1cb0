"""Decide how a grant lives and ends: transfer, renew, suspend, resume, return, revoke, release, expire."""

from registries.ledger.asking import Asking
from registries.ledger.commands import Describe, Expire, Release, Renew, Resume, Return, Revoke, Suspend, Transfer
from registries.ledger.errors import (
    AttributeFixed,
    EffectInFuture,
    HolderSame,
    NothingChanges,
    ReasonMissing,
    TermBackwards,
    TermOutsideParent,
)
from registries.ledger.events import Changed, ClaimFact, Described, Ended, Event, Opened, TenureFact, Termed
from registries.ledger.grants import STATE_OF, Grant, Level, State
from registries.ledger.moments import day_text, moment_text, stop_us, to_us

_HELD = (State.ALLOCATED, State.ASSIGNED, State.SUSPENDED)
_KEPT = (State.RESERVED, State.QUARANTINED)
_FIXED = frozenset({"authority", "purpose", "registry", "delegated_on", "opaque"})
"""Attributes that say where a grant comes from: written when it begins, and put right by a correction alone."""


def transfer(asking: Asking, command: Transfer) -> tuple[Event, ...]:
    """Another holder has the grant from a moment on."""
    grant = asking.in_state(asking.take(command.grant_id), State.ALLOCATED, State.ASSIGNED)
    if grant.holder_id == command.holder_id:
        raise HolderSame(holder_id=command.holder_id, grant_id=grant.grant_id)
    return (Changed(grant.grant_id, grant.state, command.holder_id, grant.level, asking.effect(grant)),)


def renew(asking: Asking, command: Renew) -> tuple[Event, ...]:
    """The term ends at another moment, within the term of what the grant stands on."""
    grant = asking.in_state(asking.take(command.grant_id), *_HELD, *_KEPT)
    stop = stop_us(command.stop_at)
    if stop == grant.legal_stop_us:
        raise NothingChanges(command=command.name, grant_id=grant.grant_id, detail=f"it runs to {day_text(stop)}")
    if stop <= max(asking.recorded_us, grant.tenures[-1].legal_start_us):
        raise TermBackwards(grant_id=grant.grant_id, start=day_text(grant.legal_start_us), stop=day_text(stop))
    for claim in grant.active_claims:
        parent = asking.grounds.get(claim.parent_id)
        ground = (
            next((c for c in parent.active_claims if c.claim_id == claim.parent_claim_id), None) if parent else None
        )
        if parent and ground and stop > ground.legal_stop_us:
            raise TermOutsideParent(
                start=day_text(claim.legal_start_us),
                stop=day_text(stop),
                parent_id=parent.grant_id,
                parent_start=day_text(parent.legal_start_us),
                parent_stop=day_text(ground.legal_stop_us),
            )
    return (Termed(grant.grant_id, stop),)


def describe(asking: Asking, command: Describe) -> tuple[Event, ...]:
    """Attributes are others from now on; those that are not named stay, those of its origin always."""
    grant = asking.in_state(asking.take(command.grant_id), *_HELD, *_KEPT)
    for name in sorted(_FIXED & command.attributes.keys()):
        raise AttributeFixed(name=name, grant_id=grant.grant_id)
    told = {**grant.attributes, **command.attributes}
    after = {name: value for name, value in told.items() if value}
    if after == dict(grant.attributes):
        raise NothingChanges(command=command.name, grant_id=grant.grant_id, detail="that is what is recorded")
    return (Described(grant.grant_id, after),)


def suspend(asking: Asking, command: Suspend) -> tuple[Event, ...]:
    """The grant keeps its space and gives nothing out."""
    grant = asking.in_state(asking.take(command.grant_id), State.ALLOCATED, State.ASSIGNED)
    _reasoned(command, grant)
    legal_us = asking.effect(grant)
    return (Changed(grant.grant_id, State.SUSPENDED, grant.holder_id, grant.level, legal_us, command.reason),)


def resume(asking: Asking, command: Resume) -> tuple[Event, ...]:
    """The grant is again what its level says."""
    grant = asking.in_state(asking.take(command.grant_id), State.SUSPENDED)
    legal_us = asking.effect(grant)
    return (Changed(grant.grant_id, STATE_OF[grant.level], grant.holder_id, grant.level, legal_us, command.reason),)


def give_back(asking: Asking, command: Return) -> tuple[Event, ...]:
    """The grant ends as returned, and its space may be quarantined."""
    grant = asking.in_state(asking.take(command.grant_id), *_HELD)
    return _ended(asking, grant, State.RETURNED, command)


def revoke(asking: Asking, command: Revoke) -> tuple[Event, ...]:
    """The grant ends as revoked, and its space may be quarantined."""
    grant = asking.in_state(asking.take(command.grant_id), *_HELD)
    _reasoned(command, grant)
    return _ended(asking, grant, State.REVOKED, command)


def release(asking: Asking, command: Release) -> tuple[Event, ...]:
    """A reservation or quarantine is let go."""
    grant = asking.in_state(asking.take(command.grant_id), *_KEPT)
    return (Ended(grant.grant_id, State.FREE, asking.effect(grant), command.reason),)


def expire(asking: Asking, command: Expire) -> tuple[Event, ...]:
    """The grant ended when its term did."""
    grant = asking.in_state(asking.take(command.grant_id), *_HELD, *_KEPT)
    if grant.legal_stop_us > asking.recorded_us:
        raise EffectInFuture(
            command=command.name,
            legal_at=moment_text(grant.legal_stop_us),
            recorded_at=moment_text(asking.recorded_us),
        )
    state = State.FREE if grant.state in _KEPT else State.RETURNED
    return (Ended(grant.grant_id, state, grant.legal_stop_us, "expired"),)


def _reasoned(command: Suspend | Revoke, grant: Grant) -> None:
    if not command.reason.strip():
        raise ReasonMissing(command=command.name, grant_id=grant.grant_id)


def _ended(asking: Asking, grant: Grant, state: State, command: Return | Revoke) -> tuple[Event, ...]:
    legal_us = asking.effect(grant)
    ended = Ended(grant.grant_id, state, legal_us, command.reason)
    if command.quarantine_until is None:
        return (ended,)
    stop = to_us(command.quarantine_until)
    if stop <= asking.recorded_us:
        raise TermBackwards(grant_id=grant.grant_id, start=day_text(legal_us), stop=day_text(stop))
    grant_id = asking.fresh("")
    claims = tuple(
        ClaimFact(f"{grant_id}.{place}", c.box, legal_us, stop, c.parent_id, c.parent_claim_id, c.key)
        for place, c in enumerate(grant.active_claims)
    )
    tenure = TenureFact(State.QUARANTINED, None, legal_us, stop)
    kept = Opened(
        grant_id,
        grant.space_name,
        Level.QUARANTINED,
        grant.tier,
        grant.exclusivity,
        tenure,
        claims,
        origin=grant.grant_id,
    )
    return ended, kept
