"""Events: what has happened to grants. Stored state: a field is never renamed or dropped, only a new version made.

Events never fail. An event says all that follows from it, so that folding them needs no rule: the boxes with the claims
that contain them, every moment, every state. Plain forms are written by `to_plain` and read by `from_plain`, which
lifts older versions first (`registries.ledger.versions`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from registries.ledger.boxes import Box
from registries.ledger.canonical import number
from registries.ledger.grants import Level, State
from registries.ledger.spaces import Exclusivity


@dataclass(frozen=True, slots=True)
class ClaimFact:
    """A claim that begins: its box, term, and the claim that contains it."""

    claim_id: str
    box: Box
    legal_start_us: int
    legal_stop_us: int
    parent_id: str = ""
    parent_claim_id: str = ""
    key: str = ""

    def plain(self) -> list[Any]:
        box = [number(bound) for bound in (self.box.first, self.box.last, self.box.low, self.box.high)]
        term = [number(self.legal_start_us), number(self.legal_stop_us)]
        return [self.claim_id, box, term, self.parent_id, self.parent_claim_id, self.key]

    @classmethod
    def read(cls, plain: list[Any]) -> Self:
        claim_id, box, term, *rest = plain
        return cls(claim_id, Box(*(int(bound) for bound in box)), int(term[0]), int(term[1]), *rest)


@dataclass(frozen=True, slots=True)
class TenureFact:
    """A state and holder over a stretch of legal time."""

    state: State
    holder_id: str | None
    legal_start_us: int
    legal_stop_us: int

    def plain(self) -> list[Any]:
        return [self.state.value, self.holder_id, number(self.legal_start_us), number(self.legal_stop_us)]

    @classmethod
    def read(cls, plain: list[Any]) -> Self:
        return cls(State(plain[0]), plain[1], int(plain[2]), int(plain[3]))


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to one grant; `kind` and `version` are stored."""

    kind: ClassVar[str] = "event"
    version: ClassVar[int] = 1
    grant_id: str

    def body(self) -> dict[str, Any]:
        """Give the fields of its own as plain values."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Opened(Event):
    """A grant begins. `origin` is the grant it was split from or the one whose end it follows."""

    kind: ClassVar[str] = "opened"
    space: str
    level: Level
    tier: int
    exclusivity: Exclusivity
    tenure: TenureFact
    claims: tuple[ClaimFact, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""

    def body(self) -> dict[str, Any]:
        return {
            "space": self.space,
            "level": self.level.value,
            "tier": self.tier,
            "exclusivity": int(self.exclusivity),
            "tenure": self.tenure.plain(),
            "claims": [claim.plain() for claim in self.claims],
            "attributes": dict(self.attributes),
            "origin": self.origin,
        }


@dataclass(frozen=True, slots=True)
class Changed(Event):
    """State, holder or level are others from a moment on."""

    kind: ClassVar[str] = "changed"
    state: State
    holder_id: str | None
    level: Level
    legal_us: int
    reason: str = ""

    def body(self) -> dict[str, Any]:
        return {
            "state": self.state.value,
            "holder_id": self.holder_id,
            "level": self.level.value,
            "legal_us": number(self.legal_us),
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Reshaped(Event):
    """Claims end at a moment and others begin."""

    kind: ClassVar[str] = "reshaped"
    closed: tuple[str, ...]
    opened: tuple[ClaimFact, ...]
    legal_us: int

    def body(self) -> dict[str, Any]:
        opened = [claim.plain() for claim in self.opened]
        return {"closed": list(self.closed), "opened": opened, "legal_us": number(self.legal_us)}


@dataclass(frozen=True, slots=True)
class Termed(Event):
    """The end of the term is another one."""

    kind: ClassVar[str] = "termed"
    legal_stop_us: int

    def body(self) -> dict[str, Any]:
        return {"legal_stop_us": number(self.legal_stop_us)}


@dataclass(frozen=True, slots=True)
class Described(Event):
    """What is told of the grant beside its space, state and holder is this from now on: all of it."""

    kind: ClassVar[str] = "described"
    attributes: Mapping[str, str]

    def body(self) -> dict[str, Any]:
        return {"attributes": dict(self.attributes)}


@dataclass(frozen=True, slots=True)
class Ended(Event):
    """The grant and all its claims end at a moment; `successor` took its space over, where one did."""

    kind: ClassVar[str] = "ended"
    state: State
    legal_us: int
    reason: str = ""
    successor: str = ""

    def body(self) -> dict[str, Any]:
        return {
            "state": self.state.value,
            "legal_us": number(self.legal_us),
            "reason": self.reason,
            "successor": self.successor,
        }


@dataclass(frozen=True, slots=True)
class Corrected(Event):
    """What was believed of a grant was wrong; `tenures` are all of it, voided claims never were."""

    kind: ClassVar[str] = "corrected"
    reason: str
    tenures: tuple[TenureFact, ...]
    voided: tuple[str, ...]
    restarted: tuple[tuple[str, int], ...]
    opened: tuple[ClaimFact, ...]

    def body(self) -> dict[str, Any]:
        return {
            "reason": self.reason,
            "tenures": [tenure.plain() for tenure in self.tenures],
            "voided": list(self.voided),
            "restarted": [[claim_id, number(start_us)] for claim_id, start_us in self.restarted],
            "opened": [claim.plain() for claim in self.opened],
        }


def _claims(plain: list[list[Any]]) -> tuple[ClaimFact, ...]:
    return tuple(ClaimFact.read(claim) for claim in plain)


def to_plain(event: Event) -> dict[str, Any]:
    """Give an event as plain values, as it stands in the canonical bytes of its entry."""
    return {"kind": event.kind, "v": event.version, "grant_id": event.grant_id} | event.body()


def read_opened(plain: dict[str, Any]) -> Event:
    """Read the current version of the plain form."""
    return Opened(
        plain["grant_id"],
        plain["space"],
        Level(plain["level"]),
        plain["tier"],
        Exclusivity(plain["exclusivity"]),
        TenureFact.read(plain["tenure"]),
        _claims(plain["claims"]),
        plain["attributes"],
        plain["origin"],
    )


def read_changed(plain: dict[str, Any]) -> Event:
    """Read the current version of the plain form."""
    return Changed(
        plain["grant_id"],
        State(plain["state"]),
        plain["holder_id"],
        Level(plain["level"]),
        int(plain["legal_us"]),
        plain["reason"],
    )


def read_reshaped(plain: dict[str, Any]) -> Event:
    """Read the current version of the plain form."""
    return Reshaped(plain["grant_id"], tuple(plain["closed"]), _claims(plain["opened"]), int(plain["legal_us"]))


def read_termed(plain: dict[str, Any]) -> Event:
    """Read the current version of the plain form."""
    return Termed(plain["grant_id"], int(plain["legal_stop_us"]))


def read_described(plain: dict[str, Any]) -> Event:
    """Read the current version of the plain form."""
    return Described(plain["grant_id"], plain["attributes"])


def read_ended(plain: dict[str, Any]) -> Event:
    """Read the current version of the plain form."""
    state = State(plain["state"])
    return Ended(plain["grant_id"], state, int(plain["legal_us"]), plain["reason"], plain["successor"])


def read_corrected(plain: dict[str, Any]) -> Event:
    """Read the current version of the plain form."""
    return Corrected(
        plain["grant_id"],
        plain["reason"],
        tuple(TenureFact.read(tenure) for tenure in plain["tenures"]),
        tuple(plain["voided"]),
        tuple((claim_id, int(start_us)) for claim_id, start_us in plain["restarted"]),
        _claims(plain["opened"]),
    )
