"""Fold events into grants. Total: no event is refused here, whatever order they come in, so long as it was decided."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from registries.ledger.events import (
    Changed,
    ClaimFact,
    Corrected,
    Described,
    Ended,
    Event,
    Opened,
    Reshaped,
    TenureFact,
    Termed,
)
from registries.ledger.grants import Claim, Grant, Tenure
from registries.ledger.moments import FOREVER
from registries.ledger.spaces import space


def fold(grants: Mapping[str, Grant], events: Iterable[Event], recorded_us: int) -> dict[str, Grant]:
    """Give the grants after some events of one entry; grants that no event names stay as they are."""
    after = dict(grants)
    for event in events:
        after[event.grant_id] = apply(after.get(event.grant_id), event, recorded_us)
    return after


def apply(grant: Grant | None, event: Event, recorded_us: int) -> Grant:
    """Give a grant after one event; None stands for a grant that was not there."""
    if isinstance(event, Opened):
        return _opened(event, recorded_us)
    if grant is None:
        raise LookupError(f"event {event.kind} of grant {event.grant_id}, which was never opened")
    if isinstance(event, Changed):
        fact = TenureFact(event.state, event.holder_id, event.legal_us, grant.legal_stop_us)
        after = replace(grant, level=event.level, tenures=_followed(grant.tenures, fact, recorded_us))
    elif isinstance(event, Reshaped):
        closed = _closed(grant, set(event.closed), event.legal_us, recorded_us)
        after = replace(grant, claims=closed + _begun(event.opened, event.grant_id, grant.lane, recorded_us))
    elif isinstance(event, Termed):
        after = _termed(grant, event.legal_stop_us, recorded_us)
    elif isinstance(event, Described):
        after = replace(grant, attributes=event.attributes)
    elif isinstance(event, Ended):
        closed = _closed(grant, {claim.claim_id for claim in grant.active_claims}, event.legal_us, recorded_us)
        fact = TenureFact(event.state, grant.holder_id, event.legal_us, FOREVER)
        after = replace(grant, claims=closed, tenures=_followed(grant.tenures, fact, recorded_us))
    elif isinstance(event, Corrected):
        after = _corrected(grant, event, recorded_us)
    else:
        raise TypeError(f"{event.kind} is no event about a grant")
    return replace(after, version=grant.version + 1, recorded_us=recorded_us)


def _opened(event: Opened, recorded_us: int) -> Grant:
    lane = space(event.space).lane(event.tier, event.exclusivity)
    return Grant(
        event.grant_id,
        event.space,
        event.level,
        event.tier,
        event.exclusivity,
        1,
        recorded_us,
        _begun(event.claims, event.grant_id, lane, recorded_us),
        (_tenure(0, event.tenure, recorded_us),),
        event.attributes,
    )


def _begun(facts: Iterable[ClaimFact], grant_id: str, lane: int, recorded_us: int) -> tuple[Claim, ...]:
    return tuple(
        Claim(
            fact.claim_id,
            grant_id,
            lane,
            fact.box,
            fact.legal_start_us,
            fact.legal_stop_us,
            recorded_us,
            _is_active(fact.legal_start_us, fact.legal_stop_us, recorded_us),
            fact.parent_id,
            fact.parent_claim_id,
            fact.key,
        )
        for fact in facts
    )


def _is_active(start_us: int, stop_us: int, recorded_us: int) -> bool:
    return stop_us > start_us and stop_us > recorded_us


def _tenure(place: int, fact: TenureFact, recorded_us: int) -> Tenure:
    return Tenure(place, fact.state, fact.holder_id, fact.legal_start_us, fact.legal_stop_us, recorded_us)


def _followed(tenures: tuple[Tenure, ...], fact: TenureFact, recorded_us: int) -> tuple[Tenure, ...]:
    """End the last stretch where the next begins; a stretch of no length gives its place to the next."""
    *before, last = tenures
    if last.legal_start_us >= fact.legal_start_us:
        return (*before, _tenure(last.number, fact, recorded_us))
    cut = replace(last, legal_stop_us=fact.legal_start_us, recorded_us=recorded_us)
    return (*before, cut, _tenure(last.number + 1, fact, recorded_us))


def _closed(grant: Grant, claim_ids: set[str], legal_us: int, recorded_us: int) -> tuple[Claim, ...]:
    return tuple(
        replace(
            claim,
            legal_stop_us=max(claim.legal_start_us, min(legal_us, claim.legal_stop_us)),
            recorded_us=recorded_us,
            active=False,
        )
        if claim.claim_id in claim_ids
        else claim
        for claim in grant.claims
    )


def _termed(grant: Grant, legal_stop_us: int, recorded_us: int) -> Grant:
    claims = tuple(
        replace(claim, legal_stop_us=legal_stop_us, recorded_us=recorded_us) if claim.active else claim
        for claim in grant.claims
    )
    last = replace(grant.tenures[-1], legal_stop_us=legal_stop_us, recorded_us=recorded_us)
    return replace(grant, claims=claims, tenures=(*grant.tenures[:-1], last))


def _corrected(grant: Grant, event: Corrected, recorded_us: int) -> Grant:
    voided, restarted = set(event.voided), dict(event.restarted)
    claims = []
    for claim in grant.claims:
        if claim.claim_id in voided:
            void = replace(claim, legal_stop_us=claim.legal_start_us, recorded_us=recorded_us, active=False)
            claims.append(void)
        elif claim.claim_id in restarted:
            claims.append(replace(claim, legal_start_us=restarted[claim.claim_id], recorded_us=recorded_us))
        else:
            claims.append(claim)
    claims += _begun(event.opened, event.grant_id, grant.lane, recorded_us)
    tenures = tuple(_tenure(place, fact, recorded_us) for place, fact in enumerate(event.tenures))
    kept = tuple(
        before if before and _same(before, after) else after
        for before, after in zip(grant.tenures + (None,) * len(tenures), tenures, strict=False)
    )
    return replace(grant, claims=tuple(claims), tenures=kept)


def _same(before: Tenure, after: Tenure) -> bool:
    return replace(before, recorded_us=after.recorded_us) == after
