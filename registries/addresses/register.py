"""Granting address blocks: a pool is opened with its authority, and blocks are given out of it by the policy then.

Nothing is given outside of a pool, imported history is none (`registries.addresses.history`), and a grant without a
holder says so: the holder is then not recorded.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from registries.addresses.blocks import BITS, Block
from registries.addresses.forecast import Forecast, forecast
from registries.addresses.history import UNKNOWN_DATE, is_ground
from registries.addresses.room import compact_place, sparse_place
from registries.addresses.routing import Announcement, announced_by
from registries.ledger import Box, Envelope, Issue, IssueNext, Level, OpenPool, Placing, Receipt, moments
from registries.ledger.grants import Claim, Grant
from registries.overlay import Tables
from registries.rules import PolicyUnknown, check_ipv4_request, check_ipv6_request, policy_on, use_due_on
from registries.store import Ledger

SPACES: Final = {4: "ipv4", 6: "ipv6"}
_PLACING: Final = {4: Placing.BEST, 6: Placing.SPARSE}
_FAMILY: Final = {"ipv4": 4, "ipv6": 6}
_PAGE: Final = 10_000
_OURS: Final = Tables()


def open_pool(
    ledger: Ledger,
    blocks: Sequence[Block],
    envelope: Envelope,
    *,
    authority: str,
    name: str = "",
    dry_run: bool = False,
) -> Receipt:
    """Open a pool of blocks of one family; `authority` is who gave them, the instrument stands in the envelope.

    Raises:
        Refusal: A block overlaps another pool or imported history.
    """
    command = OpenPool(
        space=SPACES[blocks[0].family],
        boxes=tuple(Box(block.first, block.last) for block in blocks),
        authority=authority,
        grant_id=name,
    )
    return ledger.execute(command, envelope, dry_run=dry_run)


def grant_block(
    ledger: Ledger,
    pool_id: str,
    length: int,
    envelope: Envelope,
    *,
    on: datetime.date,
    holder_id: str | None = None,
    is_provider: bool = False,
    is_justified: bool = False,
    region: Sequence[Block] = (),
    tables: Tables = _OURS,
    dry_run: bool = False,
) -> Receipt:
    """Give a holder a block of a prefix length: to a provider as an allocation, to an end network as an assignment.

    The request is held against the policy of the day `on`. IPv6 is placed with the most room to grow, IPv4 where it
    leaves large parts whole. `region` are the blocks of a whole-region delegated file: room is counted against them
    too, so that nothing is placed where a neighbour of another registry would stop its growth.

    Raises:
        PolicyError: The policy of the day stands against the request; the message names its instrument.
        Refusal: The pool is closed, has no room, or the holder is not registered.
        NoRoom: No part of the pool is free of the region too.
    """
    pool = ledger.grant(pool_id)
    family = _FAMILY[pool.space_name]
    policy = policy_on(on, tables)
    if family == 4:
        check_ipv4_request(policy, length)
    else:
        check_ipv6_request(policy, length, is_provider=is_provider, is_justified=is_justified)
    level = Level.ALLOCATED if is_provider else Level.ASSIGNED
    signed = envelope if envelope.rule_set else replace(envelope, rule_set=f"address_policy {on}")
    if _near(pool, region):
        place = next_block(ledger, pool_id, length, region=region)
        box = Box(place.first, place.last)
        chosen = Issue(parent_id=pool_id, level=level, boxes=(box,), holder_id=holder_id)
        return ledger.execute(chosen, signed, dry_run=dry_run)
    command = IssueNext(
        parent_id=pool_id,
        level=level,
        count=1 << BITS[family] - length,
        placing=_PLACING[family],
        holder_id=holder_id,
    )
    return ledger.execute(command, signed, dry_run=dry_run)


def next_block(ledger: Ledger, pool_id: str, length: int, *, region: Sequence[Block] = ()) -> Block:
    """Give the block that `grant_block` would give out of a pool now; nothing is held by asking.

    Raises:
        NoRoom: No free place of the pool, or none that is free of the region too, is as large.
    """
    pool = ledger.grant(pool_id)
    family = _FAMILY[pool.space_name]
    near = _near(pool, region)
    if not near:
        box = ledger.next_free(pool_id, 1 << BITS[family] - length, placing=_PLACING[family]).box
        return Block(family, box.first, box.last)
    taken = [Block(family, claim.box.first, claim.box.last) for claim in _children(ledger, pool_id)] + near
    bounds = [Block(family, box.first, box.last) for box in pool.boxes]
    return (compact_place if family == 4 else sparse_place)(bounds, taken, length)


def _near(pool: Grant, region: Sequence[Block]) -> list[Block]:
    bounds = [Block(_FAMILY[pool.space_name], box.first, box.last) for box in pool.boxes]
    return [block for block in region if any(block.overlaps(bound) for bound in bounds)]


def _children(ledger: Ledger, pool_id: str) -> Iterator[Claim]:
    after: tuple[int, str] | None = None
    while page := ledger.children(pool_id, after=after, limit=_PAGE):
        yield from page
        after = (page[-1].box.first, page[-1].claim_id)


def outlook(ledger: Ledger, pool: Grant, on: datetime.date) -> Forecast | None:
    """Tell how long a pool will last by what it gave, and nobody gave back, in the whole years since it was opened.

    None for fewer than three whole years. Cost: one reading of all that was given out of the pool.
    """
    given: Counter[int] = Counter()
    for claim in _children(ledger, pool.grant_id):
        given[_year(claim.legal_start_us)] += claim.box.size
    years = [given[year] for year in range(_year(pool.legal_start_us) + 1, on.year)]
    return forecast(ledger.utilisation(pool.grant_id).free, years)


def _year(moment_us: int) -> int:
    return moments.from_us(moment_us).astimezone(moments.VIETNAM).year


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """Something that an officer has to look at by a day: what about (use, arrears or contact), and whose."""

    due_on: datetime.date
    about: str
    subject: str
    holder_id: str | None = None


@dataclass(frozen=True, slots=True)
class DueList:
    """What is due, the oldest first; and how many grants are of days whose policy is not loaded."""

    items: tuple[Due, ...]
    without_policy: int


def due(
    ledger: Ledger,
    today: datetime.date,
    *,
    within_days: int = 7,
    announcements: Sequence[Announcement] = (),
    arrears: Iterable[Due] = (),
    contacts: Iterable[Due] = (),
    tables: Tables = _OURS,
) -> DueList:
    """List what is due up to `within_days` from today: grants not seen in use in time, arrears, contact checks.

    A block counts as used where any of its addresses is announced, an AS number where it announces anything. Arrears
    and contacts come from those who keep them, and are put in order here.
    """
    until = today + datetime.timedelta(days=within_days)
    origins = {one.origin for one in announcements}
    found, without = [], 0
    for kind in ("asn", "ipv4", "ipv6"):
        given = [one for one in ledger.as_of(kind, legal=today) if one.claim.tier == 1]
        used = _used(kind, [one.claim.box for one in given], announcements, origins)
        for one, is_used in zip(given, used, strict=True):
            if is_used or one.grant.level not in {Level.ALLOCATED, Level.ASSIGNED}:
                continue
            try:
                last = _last_day(one.grant, tables)
            except PolicyUnknown:
                without += 1
                continue
            if last <= until:
                found.append(Due(last, "use", one.grant.space.text(one.claim.box), one.tenure.holder_id))
    others = [one for one in (*arrears, *contacts) if one.due_on <= until]
    ordered = sorted([*found, *others], key=lambda one: (one.due_on, one.about, one.subject))
    return DueList(tuple(ordered), without)


def contact_checks(ledger: Ledger, today: datetime.date, *, within_days: int = 7) -> list[Due]:
    """List the contacts that have to be validated up to `within_days` from today, those overdue among them."""
    return [
        Due(moments.from_us(one.due_us).astimezone(moments.VIETNAM).date(), "contact", one.contact_id, one.holder_id)
        for one in ledger.contacts_due(today + datetime.timedelta(days=within_days))
    ]


def _used(kind: str, boxes: list[Box], announcements: Sequence[Announcement], origins: set[int]) -> list[bool]:
    if kind == "asn":
        return [any(box.first <= origin <= box.last for origin in origins) for box in boxes]
    blocks = [Block(_FAMILY[kind], box.first, box.last) for box in boxes]
    return [one.addresses > 0 for one in announced_by(blocks, announcements)]


def _last_day(grant: Grant, tables: Tables) -> datetime.date:
    told = grant.attributes.get("delegated_on", UNKNOWN_DATE)
    begun = moments.from_us(grant.legal_start_us).astimezone(moments.VIETNAM).date()
    granted_on = begun if told == UNKNOWN_DATE else datetime.date.fromisoformat(told)
    return use_due_on(policy_on(granted_on, tables), granted_on)


def is_pool(grant: Grant) -> bool:
    """Tell whether blocks may be given out of a grant as of a pool: never out of imported history."""
    return grant.level is Level.POOL and not is_ground(grant)
