"""Grants and claims: who has what, in which state, over which legal time. Values only; nothing here changes.

A grant is believed as a whole: its claims say which boxes it occupies over which legal time, its tenures say in which
state and by whom. What was believed before stands in the store's past tables and is asked for by record time.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from registries.ledger import moments
from registries.ledger.boxes import Box
from registries.ledger.spaces import TIERS, Exclusivity, Space, space


class Level(Enum):
    """What a grant is for: a POOL is given out of, ALLOCATED space may be given out of further, ASSIGNED is used."""

    POOL = "pool"
    ALLOCATED = "allocated"
    ASSIGNED = "assigned"
    RESERVED = "reserved"
    QUARANTINED = "quarantined"


class State(Enum):
    """The state of a grant over a stretch of legal time. Free space has no grant; FREE is a hold that was let go."""

    RESERVED = "reserved"
    QUARANTINED = "quarantined"
    ALLOCATED = "allocated"
    ASSIGNED = "assigned"
    SUSPENDED = "suspended"
    RETURNED = "returned"
    REVOKED = "revoked"
    FREE = "free"

    @property
    def occupies(self) -> bool:
        """Whether a grant in this state keeps others out of its space."""
        return self not in _ENDED


_ENDED: Final = frozenset({State.RETURNED, State.REVOKED, State.FREE})
STATE_OF: Final = {
    Level.POOL: State.ALLOCATED,
    Level.ALLOCATED: State.ALLOCATED,
    Level.ASSIGNED: State.ASSIGNED,
    Level.RESERVED: State.RESERVED,
    Level.QUARANTINED: State.QUARANTINED,
}
"""The state in which a grant of a level begins."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One box that a grant occupies over legal time [legal_start_us, legal_stop_us).

    `active` claims keep others out, in the store itself; a claim is inactive once its legal time had ended when that
    was recorded, or where it never was. `parent_claim_id` names the active claim that contains it, `parent_id` the
    grant of that one; both are empty for a pool. `key` is the exact name in a keyed space.
    """

    claim_id: str
    grant_id: str
    lane: int
    box: Box
    legal_start_us: int
    legal_stop_us: int
    recorded_us: int
    active: bool = True
    parent_id: str = ""
    parent_claim_id: str = ""
    key: str = ""

    @property
    def tier(self) -> int:
        """How many grants it stands on."""
        return (self.lane >> 2) % TIERS

    @property
    def start_at(self) -> datetime.datetime:
        """When it began, by law."""
        return moments.from_us(self.legal_start_us)

    @property
    def stop_at(self) -> datetime.datetime | None:
        """When it ends or ended, by law; None is open."""
        return moments.stop_at(self.legal_stop_us)

    def holds_at(self, legal_us: int) -> bool:
        """Whether a moment lies in its legal time."""
        return self.legal_start_us <= legal_us < self.legal_stop_us


@dataclass(frozen=True, slots=True)
class Tenure:
    """The state and holder of a grant over legal time [legal_start_us, legal_stop_us); `number` counts from 0."""

    number: int
    state: State
    holder_id: str | None
    legal_start_us: int
    legal_stop_us: int
    recorded_us: int

    @property
    def start_at(self) -> datetime.datetime:
        """When it began, by law."""
        return moments.from_us(self.legal_start_us)

    @property
    def stop_at(self) -> datetime.datetime | None:
        """When it ends or ended, by law; None is open."""
        return moments.stop_at(self.legal_stop_us)


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant as it is believed: all its claims and tenures, past ones too, in the order in which they were made.

    `version` counts its events. `holder_id` None means that the holder is not recorded. `attributes` are what a
    resource keeps beside (authority, purpose of use, country of a delegated file): text by name.
    """

    grant_id: str
    space_name: str
    level: Level
    tier: int
    exclusivity: Exclusivity
    version: int
    recorded_us: int
    claims: tuple[Claim, ...]
    tenures: tuple[Tenure, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    active_claims: tuple[Claim, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        active = sorted((claim for claim in self.claims if claim.active), key=lambda claim: claim.box)
        object.__setattr__(self, "active_claims", tuple(active))

    @property
    def space(self) -> Space:
        """The space it is in."""
        return space(self.space_name)

    @property
    def lane(self) -> int:
        """The lane of all its claims."""
        return self.space.lane(self.tier, self.exclusivity)

    @property
    def state(self) -> State:
        """The last state that is recorded."""
        return self.tenures[-1].state

    @property
    def holder_id(self) -> str | None:
        """The last holder that is recorded; None where none is."""
        return self.tenures[-1].holder_id

    @property
    def legal_start_us(self) -> int:
        """When it began, by law."""
        return self.tenures[0].legal_start_us

    @property
    def legal_stop_us(self) -> int:
        """When it ends or ended, by law: the end of the last stretch in which it occupied its space."""
        held = [tenure.legal_stop_us for tenure in self.tenures if tenure.state.occupies]
        return held[-1] if held else self.legal_start_us

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The boxes it occupies, sorted; none once it has ended."""
        return tuple(claim.box for claim in self.active_claims)

    @property
    def text(self) -> str:
        """Its boxes for people; those it had last where it has ended."""
        claims = self.active_claims or tuple(c for c in self.claims if c.legal_stop_us == self.legal_stop_us)
        return ", ".join(self.space.text(claim.box, claim.key) for claim in claims[:4]) + (
            f" and {len(claims) - 4} more" if len(claims) > 4 else ""
        )

    def tenure_at(self, legal_us: int) -> Tenure | None:
        """Give the stretch that a moment lies in; None before the beginning."""
        for tenure in reversed(self.tenures):
            if tenure.legal_start_us <= legal_us < tenure.legal_stop_us:
                return tenure
        return None

    def claims_at(self, legal_us: int) -> tuple[Claim, ...]:
        """Give the claims that a moment lies in, sorted by place."""
        return tuple(sorted((c for c in self.claims if c.holds_at(legal_us)), key=lambda claim: claim.box))


def tracks_gaps(level: Level, of: Space) -> bool:
    """Whether the store keeps a table of free parts for grants of this level: pools of one axis without keys."""
    return level is Level.POOL and of.second_unit == "" and not of.keyed
