"""The plan of a change: the entry with its bytes, and which rows of state follow from its events.

A plan is made without a lock. It names the version of every grant it was made on; the store does it only if all of them
still stand, and only if the two guarantees hold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from registries.ledger import moments
from registries.ledger.applying import fold
from registries.ledger.asking import Asking
from registries.ledger.boxes import Box, subtract
from registries.ledger.canonical import canonical_bytes, digest, leaf_hash
from registries.ledger.commands import Command
from registries.ledger.errors import EntryTooLong
from registries.ledger.events import Event, to_plain
from registries.ledger.grants import Claim, Grant, Tenure, tracks_gaps
from registries.ledger.versions import ENTRY_VERSION

LONGEST_ENTRY: Final = 65_535
"""Bytes of the longest entry: bundles of the evidence log write lengths in 16 bits."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the ledger: its name, canonical bytes and leaf hash, and what is asked for without reading them."""

    entry_id: str
    command: str
    tenant: str
    idempotency_key: str
    body_hash: bytes
    recorded_us: int
    legal_us: int
    content: bytes
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is known of a change once it is durable.

    `grant_ids` are the grants it changed or began, `holder_ids` the holders. `again` says that the same idempotency key
    came before and this is its first answer. `leaf_hash` is the hash under which the entry stands in the evidence log.
    """

    entry_id: str
    command: str
    recorded_us: int
    legal_us: int
    leaf_hash: bytes
    grant_ids: tuple[str, ...]
    holder_ids: tuple[str, ...] = ()
    again: bool = False

    def plain(self) -> str:
        """Give it as the text that is stored with its idempotency key: names never hold a space or a comma."""
        moments_us = f"{self.recorded_us} {self.legal_us}"
        names = f"{','.join(self.grant_ids)} {','.join(self.holder_ids)}"
        return f"{self.entry_id} {self.command} {moments_us} {self.leaf_hash.hex()} {names}"

    @classmethod
    def read(cls, plain: str) -> "Receipt":
        """Read the stored text: the first answer, given again."""
        entry_id, command, recorded_us, legal_us, leaf, grants, holders = plain.split(" ")
        names = tuple(filter(None, grants.split(","))), tuple(filter(None, holders.split(",")))
        moments_us = (int(recorded_us), int(legal_us))
        return cls(entry_id, command, *moments_us, bytes.fromhex(leaf), *names, again=True)


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a tracked pool, whose claims are in `lane`, that becomes free or taken."""

    parent_id: str
    lane: int
    box: Box


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change does to the rows of the store.

    `expected` holds the version of every grant to lock: those changed, those stood on. `opened` and `moved` are claims
    to insert and to update, `probes` those of them that must meet no other claim; `tenures` and `grants` are rows to
    put as they are given. `stream` places the events in the histories of their grants. `freed`, `taken` and `counted`
    keep the gap table and counters of tracked pools; `rebuilt` are pools whose own boxes change. `holders` have to be
    active. `side` and `dropped` hold rows of the holders' tables to put and to delete, by table; `expected_holders`
    the versions they were made on.
    """

    entry: Entry
    receipt: Receipt
    expected: Mapping[str, int] = field(default_factory=dict)
    begun: tuple[str, ...] = ()
    stream: tuple[tuple[str, int, str], ...] = ()
    grants: tuple[Grant, ...] = ()
    opened: tuple[Claim, ...] = ()
    moved: tuple[Claim, ...] = ()
    probes: tuple[Claim, ...] = ()
    tenures: tuple[tuple[str, Tenure], ...] = ()
    freed: tuple[Gap, ...] = ()
    taken: tuple[Gap, ...] = ()
    counted: Mapping[str, int] = field(default_factory=dict)
    rebuilt: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    expected_holders: Mapping[str, int] = field(default_factory=dict)
    side: Mapping[str, tuple[dict[str, Any], ...]] = field(default_factory=dict)
    dropped: Mapping[str, tuple[dict[str, Any], ...]] = field(default_factory=dict)

    @property
    def grounds(self) -> tuple[Claim, ...]:
        """Active claims of this change that others can stand on."""
        return tuple(claim for claim in (*self.opened, *self.moved) if claim.active)


def entry_of(asking: Asking, command: Command, plain_events: list[dict[str, Any]]) -> Entry:
    """Write the entry of a command: the envelope with both moments, and what happened.

    Raises:
        EntryTooLong: The evidence log could not take it, and would wait for it for ever.
    """
    envelope, recorded_us, legal_us = asking.envelope, asking.recorded_us, asking.legal_us
    entry_id, said = asking.new_id(), envelope.plain()
    recorded = moments.moment_text(recorded_us)
    content = canonical_bytes(
        {
            "v": ENTRY_VERSION,
            "entry_id": entry_id,
            "command": command.name,
            "envelope": said,
            "idempotency_key": envelope.idempotency_key,
            "recorded_at": recorded,
            "legal_at": recorded if legal_us == recorded_us else moments.moment_text(legal_us),
            "events": plain_events,
        }
    )
    if len(content) > LONGEST_ENTRY:
        raise EntryTooLong(command=command.name, length=len(content), limit=LONGEST_ENTRY)
    return Entry(
        entry_id,
        command.name,
        envelope.tenant,
        envelope.idempotency_key,
        digest([command.plain(), said]),
        recorded_us,
        legal_us,
        content,
        leaf_hash(content),
    )


def plan_of(asking: Asking, command: Command, events: Iterable[Event], besides: Iterable[dict[str, Any]] = ()) -> Plan:
    """Give the plan of a decided command about grants; `besides` are plain events about others, which stand first."""
    events = tuple(events)
    entry = entry_of(asking, command, [*besides, *(to_plain(event) for event in events)])
    before = {grant_id: grant for grant_id, grant in asking.changed.items() if grant is not None}
    after = fold(before, events, entry.recorded_us)
    touched = [after[grant_id] for grant_id in asking.changed if after.get(grant_id) is not before.get(grant_id)]
    known = {claim.claim_id: claim for grant in before.values() for claim in grant.claims}
    claims = [claim for grant in touched for claim in grant.claims if known.get(claim.claim_id) != claim]
    expected = {grant.grant_id: grant.version for grant in (*before.values(), *asking.grounds.values())}
    freed, taken, counted = _space_changes(asking, before, touched)
    receipt = Receipt(
        entry.entry_id,
        entry.command,
        entry.recorded_us,
        entry.legal_us,
        entry.leaf_hash,
        tuple(grant.grant_id for grant in touched),
    )
    return Plan(
        entry,
        receipt,
        expected,
        tuple(grant.grant_id for grant in touched if grant.grant_id not in before),
        _stream(before, events),
        tuple(touched),
        tuple(claim for claim in claims if claim.claim_id not in known),
        tuple(claim for claim in claims if claim.claim_id in known),
        tuple(claim for claim in claims if _reaches(known.get(claim.claim_id), claim)),
        tuple((grant.grant_id, tenure) for grant in touched for tenure in _new_tenures(before, grant)),
        freed,
        taken,
        counted,
        tuple(g.grant_id for g in touched if tracks_gaps(g.level, g.space) and _boxes(before, g) != g.boxes),
        _new_holders(before, touched),
    )


def _stream(before: Mapping[str, Grant], events: Iterable[Event]) -> tuple[tuple[str, int, str], ...]:
    """Give grant, version and kind of each event: the place it has in the history of its grant."""
    versions = {grant_id: grant.version for grant_id, grant in before.items()}
    rows = []
    for event in events:
        versions[event.grant_id] = versions.get(event.grant_id, 0) + 1
        rows.append((event.grant_id, versions[event.grant_id], event.kind))
    return tuple(rows)


def _reaches(known: Claim | None, claim: Claim) -> bool:
    """Whether a claim takes space and time that it did not have, so that it may meet another one."""
    if claim.legal_start_us >= claim.legal_stop_us:
        return False
    return (
        known is None
        or known.box != claim.box
        or claim.legal_start_us < known.legal_start_us
        or claim.legal_stop_us > known.legal_stop_us
    )


def _boxes(before: Mapping[str, Grant], grant: Grant) -> tuple[Box, ...]:
    known = before.get(grant.grant_id)
    return known.boxes if known else ()


def _new_tenures(before: Mapping[str, Grant], grant: Grant) -> Iterable[Tenure]:
    known = set(before[grant.grant_id].tenures) if grant.grant_id in before else set()
    kept = (tenure for tenure in grant.tenures if tenure not in known)
    return (*kept, *_emptied(before.get(grant.grant_id), grant))


def _emptied(known: Grant | None, grant: Grant) -> Iterable[Tenure]:
    """Give stretches that are believed no longer, with no length, so that their rows stand for nothing."""
    for tenure in known.tenures[len(grant.tenures) :] if known else ():
        start = tenure.legal_start_us
        yield Tenure(tenure.number, tenure.state, tenure.holder_id, start, start, grant.recorded_us)


def _new_holders(before: Mapping[str, Grant], touched: list[Grant]) -> tuple[str, ...]:
    """Give the holders that some grant did not have before: they have to be there, and not to have ended."""
    known = {(g.grant_id, tenure.holder_id) for g in before.values() for tenure in g.tenures}
    found = {(g.grant_id, tenure.holder_id) for g in touched for tenure in g.tenures}
    return tuple(sorted({holder_id for _, holder_id in found - known if holder_id}))


def _space_changes(
    asking: Asking, before: Mapping[str, Grant], touched: list[Grant]
) -> tuple[tuple[Gap, ...], tuple[Gap, ...], dict[str, int]]:
    """Give what becomes free and taken in tracked pools, and by how much their children grow in number."""
    freed: list[Gap] = []
    taken: list[Gap] = []
    counted: dict[str, int] = {}
    for parent in asking.grounds.values():
        if not tracks_gaps(parent.level, parent.space):
            continue
        old = [c for g in before.values() for c in g.active_claims if c.parent_id == parent.grant_id]
        new = [c for g in touched for c in g.active_claims if c.parent_id == parent.grant_id]
        idle = {grant.grant_id for grant in touched}
        old = [claim for claim in old if claim.grant_id in idle]
        counted[parent.grant_id] = len(new) - len(old)
        boxes = [claim.box for claim in old], [claim.box for claim in new]
        freed += [Gap(parent.grant_id, parent.lane, box) for box in subtract(boxes[0], boxes[1])]
        taken += [Gap(parent.grant_id, parent.lane, box) for box in subtract(boxes[1], boxes[0])]
    return tuple(freed), tuple(taken), counted
