"""Decide corrections: what was recorded wrongly is believed no longer. Legal time stays, record time moves."""

from registries.ledger.asking import Asking, checked_boxes, fit, giving
from registries.ledger.boxes import Box
from registries.ledger.commands import Correct, Unchanged
from registries.ledger.errors import NothingChanges, OfficerMissing, OutsideParent, ReasonMissing, TermBackwards
from registries.ledger.events import ClaimFact, Corrected, Event, TenureFact
from registries.ledger.grants import Claim, Grant, State
from registries.ledger.moments import FOREVER, day_text, to_us


def correct(asking: Asking, command: Correct) -> tuple[Event, ...]:
    """The grant never was, or was of others, elsewhere, or from another moment on."""
    grant = asking.take(command.grant_id)
    if not command.reason.strip():
        raise ReasonMissing(command=command.name, grant_id=grant.grant_id)
    if not set(asking.envelope.approvers) - {asking.envelope.actor}:
        raise OfficerMissing(command=command.name, actor=asking.envelope.actor)
    if command.void:
        never = TenureFact(State.FREE, None, grant.legal_start_us, grant.legal_start_us)
        standing = tuple(claim.claim_id for claim in grant.claims if claim.legal_stop_us > claim.legal_start_us)
        if not standing:
            raise NothingChanges(command=command.name, grant_id=grant.grant_id, detail="it never was")
        return (Corrected(grant.grant_id, command.reason, (never,), standing, (), ()),)
    tenures = _restarted(grant, command)
    if not isinstance(command.holder_id, Unchanged):
        tenures = _held(tenures, command, command.holder_id)
    voided, opened = _moved(asking, grant, command)
    restarted = _claims_restarted(grant, command, voided)
    facts = tuple(TenureFact(t.state, t.holder_id, t.legal_start_us, t.legal_stop_us) for t in grant.tenures)
    if facts == tenures and not voided and not restarted:
        raise NothingChanges(command=command.name, grant_id=grant.grant_id, detail="it is recorded like this")
    return (Corrected(grant.grant_id, command.reason, tenures, voided, restarted, opened),)


def _restarted(grant: Grant, command: Correct) -> tuple[TenureFact, ...]:
    facts = [TenureFact(t.state, t.holder_id, t.legal_start_us, t.legal_stop_us) for t in grant.tenures]
    if command.start_at is not None:
        start, first = to_us(command.start_at), facts[0]
        if start >= first.legal_stop_us:
            raise TermBackwards(grant_id=grant.grant_id, start=day_text(start), stop=day_text(first.legal_stop_us))
        facts[0] = TenureFact(first.state, first.holder_id, start, first.legal_stop_us)
    return tuple(facts)


def _held(tenures: tuple[TenureFact, ...], command: Correct, holder_id: str | None) -> tuple[TenureFact, ...]:
    """Give the stretches with another holder between two moments, cut where these lie inside of one."""
    since = 0 if command.since_at is None else to_us(command.since_at)
    until = FOREVER if command.until_at is None else to_us(command.until_at)
    facts: list[TenureFact] = []
    for fact in tenures:
        start, stop = fact.legal_start_us, fact.legal_stop_us
        inner = (max(start, min(since, stop)), min(stop, max(until, start)))
        if inner[0] >= inner[1] or not fact.state.occupies:
            facts.append(fact)
            continue
        pieces = ((start, inner[0], fact.holder_id), (*inner, holder_id), (inner[1], stop, fact.holder_id))
        facts += [TenureFact(fact.state, who, first, last) for first, last, who in pieces if first < last]
    return tuple(facts)


def _moved(asking: Asking, grant: Grant, command: Correct) -> tuple[tuple[str, ...], tuple[ClaimFact, ...]]:
    """Give the claims that never were, and those that were instead, over the same legal time."""
    if not command.boxes:
        return (), ()
    boxes = checked_boxes(grant.space, command.boxes, command.name)
    wrong = grant.active_claims
    if not wrong:
        raise NothingChanges(command=command.name, grant_id=grant.grant_id, detail="it occupies nothing any more")
    term = (min(claim.legal_start_us for claim in wrong), grant.legal_stop_us)
    if grant.tier == 0:
        opened = [
            ClaimFact(f"{grant.grant_id}.{len(grant.claims) + place}", box, *term) for place, box in enumerate(boxes)
        ]
    else:
        opened = _fitted(asking, grant, wrong, dict.fromkeys(boxes, ""), term)
    return tuple(claim.claim_id for claim in wrong), tuple(opened)


def _fitted(
    asking: Asking, grant: Grant, wrong: tuple[Claim, ...], boxes: dict[Box, str], term: tuple[int, int]
) -> list[ClaimFact]:
    refused: OutsideParent | None = None
    for parent_id in sorted({claim.parent_id for claim in wrong}):
        try:
            return fit(grant.grant_id, giving(asking.ground(parent_id)), boxes, term, len(grant.claims))
        except OutsideParent as refusal:
            refused = refusal
    raise refused or NothingChanges(command="correct", grant_id=grant.grant_id, detail="it stands on nothing")


def _claims_restarted(grant: Grant, command: Correct, voided: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    if command.start_at is None:
        return ()
    start, before = to_us(command.start_at), grant.legal_start_us
    return tuple(
        (claim.claim_id, start)
        for claim in grant.claims
        if claim.legal_start_us == before and claim.claim_id not in voided and claim.legal_stop_us > before
    )
