"""Granting AS numbers: out of a pool, in sequence, by the policy of the day."""

import datetime
from dataclasses import replace
from typing import Final

from registries.asns.numbers import AutnumRange, next_free
from registries.ledger import Box, Envelope, Issue, Level, OpenPool, Receipt
from registries.ledger.errors import NoRoom
from registries.overlay import Tables
from registries.rules import check_asn_request, policy_on
from registries.store import Ledger

SPACE: Final = "asn"
_ADDRESSES: Final = {"ipv4", "ipv6"}
_PAGE: Final = 10_000
_OURS: Final = Tables()


def open_autnum_pool(
    ledger: Ledger, numbers: AutnumRange, envelope: Envelope, *, authority: str, name: str = "", dry_run: bool = False
) -> Receipt:
    """Open a pool of AS numbers; `authority` is who gave them, the instrument stands in the envelope.

    Raises:
        Refusal: It overlaps another pool or imported history.
    """
    box = Box(numbers.first, numbers.last)
    command = OpenPool(space=SPACE, boxes=(box,), authority=authority, grant_id=name)
    return ledger.execute(command, envelope, dry_run=dry_run)


def grant_autnum(
    ledger: Ledger,
    pool_id: str,
    envelope: Envelope,
    *,
    on: datetime.date,
    holder_id: str | None = None,
    wants_two_byte: bool = False,
    is_justified: bool = False,
    tables: Tables = _OURS,
    dry_run: bool = False,
) -> Receipt:
    """Give a holder the next AS number of a pool: the lowest that is free and kept for no other purpose.

    Raises:
        PolicyError: The holder has no address space, or reasons are missing for more numbers or a two-byte one.
        Refusal: The pool is closed, the holder not registered, or another officer was quicker; ask again then.
        NoRoom: No number of the kind is left.
    """
    grants = [one for one in ledger.of_holder(holder_id) if one.state.occupies] if holder_id else []
    held = sum(box.size for one in grants if one.space_name == SPACE for box in one.boxes)
    check_asn_request(
        policy_on(on, tables),
        holds_space=any(one.space_name in _ADDRESSES for one in grants),
        held=held,
        added=1,
        wants_two_byte=wants_two_byte,
        is_justified=is_justified,
    )
    number = next_autnum(ledger, pool_id, two_byte=wants_two_byte)
    if number is None:
        raise NoRoom(parent_id=pool_id, wanted="one AS number", largest="none of the kind")
    signed = envelope if envelope.rule_set else replace(envelope, rule_set=f"address_policy {on}")
    issue = Issue(parent_id=pool_id, level=Level.ASSIGNED, boxes=(Box(number, number),), holder_id=holder_id)
    return ledger.execute(issue, signed, dry_run=dry_run)


def next_autnum(ledger: Ledger, pool_id: str, *, two_byte: bool = False) -> int | None:
    """Give the number that `grant_autnum` would give out of a pool now, or None; nothing is held by asking.

    Raises:
        GrantUnknown: There is no such pool.
    """
    parts = sorted(AutnumRange(box.first, box.last) for box in ledger.grant(pool_id).boxes)
    taken: list[AutnumRange] = []
    after: tuple[int, str] | None = None
    while page := ledger.children(pool_id, after=after, limit=_PAGE):
        taken += [AutnumRange(claim.box.first, claim.box.last) for claim in page]
        after = (page[-1].box.first, page[-1].claim_id)
    offered = [next_free(part, taken, two_byte=two_byte) for part in parts]
    return next((number for number in offered if number is not None), None)
