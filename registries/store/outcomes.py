"""What became of a plan, told by both stores alike, and the refusal that stands for each answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from registries.ledger.errors import (
    ChildrenRemain,
    ClaimOverlaps,
    HolderClosed,
    HolderUnknown,
    KeyReused,
    OutsideParent,
    Refusal,
)
from registries.ledger.grants import Claim
from registries.ledger.moments import FOREVER, day_text
from registries.ledger.plan import Plan, Receipt
from registries.ledger.spaces import SPACES, TIERS


@dataclass(frozen=True, slots=True)
class Done:
    """The change is written; durable once its transaction has ended."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Stale:
    """Something the plan rests on has moved since; read again and decide again."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A guarantee stands against the change; nothing was written."""

    refusal: Refusal


Outcome = Done | Stale | Refused
STALE: Final = Stale()
_BY_NUMBER: Final = {space.number: space for space in SPACES.values()}


def claim_text(claim: Claim) -> str:
    """Write the box of a claim for people."""
    return _BY_NUMBER[claim.lane // 4 // TIERS].text(claim.box, claim.key)


def overlap(probes: Iterable[Claim], probe_id: str, other: Claim) -> Refused:
    """Tell that the space of a claim is taken."""
    probe = next(claim for claim in probes if claim.claim_id == probe_id)
    start, stop = day_text(other.legal_start_us), day_text(other.legal_stop_us)
    since = f"since {start}" if other.legal_stop_us == FOREVER else f"{start} to {stop}"
    fields = {"box": claim_text(probe), "grant_id": other.grant_id, "other": claim_text(other), "since": since}
    return Refused(ClaimOverlaps(**fields))


def child_remains(child: Claim) -> Refused:
    """Tell that a grant would lose its ground."""
    fields = {"grant_id": child.parent_id, "child_id": child.grant_id, "child": claim_text(child)}
    return Refused(ChildrenRemain(**fields))


def orphan(plan: Plan) -> Refused:
    """Tell that a claim is not within the term or bounds of its parent, where only the store saw it."""
    claim = next(iter(plan.opened or plan.moved))
    return Refused(OutsideParent(box=claim_text(claim), parent_id=claim.parent_id, parent="its space and term"))


def key_reused(plan: Plan, entry_id: str) -> Refused:
    """Tell that the idempotency key came with another command."""
    return Refused(KeyReused(key=plan.entry.idempotency_key, entry_id=entry_id))


def holder_missing(holder_id: str, state: str | None, successor: str = "") -> Refused:
    """Tell that a holder is not there, or has ended."""
    if state is None:
        return Refused(HolderUnknown(holder_id=holder_id))
    return Refused(HolderClosed(holder_id=holder_id, state=state, successor=successor or "another one"))


def first_answer(stored: Any) -> Done:
    """Give the first answer of an idempotency key again."""
    return Done(Receipt.read(str(stored)))
