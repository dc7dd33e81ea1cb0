"""Commands: what officers and systems ask of the ledger. A command may be refused; what is stored are its events.

`grant_id` of a new grant may be left out: the ledger gives one. Boxes are those of `registries.ledger.boxes`, in the
space of the grant they are asked from. `stop_at` None is an open term. When the change takes effect by law stands in
the envelope.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, ClassVar, Final

from registries.ledger.boxes import Box
from registries.ledger.canonical import number
from registries.ledger.grants import Level
from registries.ledger.moments import moment_text, to_us
from registries.ledger.spaces import Exclusivity


class Unchanged(Enum):
    """Stands where a correction leaves a value as it is, so that None can mean 'not recorded'."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED


class Placing(Enum):
    """How free space is chosen; the same ledger always gives the same choice.

    SPARSE: in the largest free part, at its aligned midpoint, so that all can grow (RFC 7020's aim of aggregation;
    the sparse allocation of the regional registries). BEST: in the smallest free part that fits, of
    equal ones the highest. SEQUENTIAL: lowest.
    """

    SPARSE = "sparse"
    BEST = "best"
    SEQUENTIAL = "sequential"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A request for a change; `name` stands in the stored entry."""

    name: ClassVar[str] = "command"

    def plain(self) -> dict[str, Any]:
        """Give it as plain values for the digest that tells a repeated command from another one."""
        names = _FIELDS.get(self.name) or _FIELDS.setdefault(self.name, tuple(each.name for each in fields(self)))
        return {"command": self.name} | {name: _plain(getattr(self, name)) for name in names}


_FIELDS: Final[dict[str, tuple[str, ...]]] = {}
"""Names of the fields of each command, looked up once: asking for them costs more than writing them."""


def _plain(value: Any) -> Any:
    if value is None or type(value) is str:
        return value
    if isinstance(value, Box):
        return [number(bound) for bound in (value.first, value.last, value.low, value.high)]
    if isinstance(value, datetime.datetime):
        return moment_text(to_us(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return number(value) if isinstance(value, int) and not isinstance(value, bool) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPool(Command):
    """Open a pool: space that this registry may give out, by the authority it has it from."""

    name: ClassVar[str] = "open-pool"
    space: str
    boxes: tuple[Box, ...] = ()
    authority: str
    zones: tuple[str, ...] = ()
    exclusivity: Exclusivity = Exclusivity.EXCLUSIVE
    grant_id: str = ""
    holder_id: str | None = None
    stop_at: datetime.datetime | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(Command):
    """Give boxes out of a pool or an allocation: allocate, assign, reserve or quarantine, by `level`.

    In a keyed space `keys` names what is given instead of boxes. Without a `holder_id` the holder is not recorded.
    """

    name: ClassVar[str] = "issue"
    parent_id: str
    level: Level
    boxes: tuple[Box, ...] = ()
    keys: tuple[str, ...] = ()
    holder_id: str | None = None
    grant_id: str = ""
    exclusivity: Exclusivity | None = None
    stop_at: datetime.datetime | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueNext(Command):
    """Give `count` numbers that the ledger chooses, aligned to `count` rounded up to a power of two.

    `room` numbers around them, aligned too, are free at that moment, so that the grant can grow; 0 asks for none.
    """

    name: ClassVar[str] = "issue-next"
    parent_id: str
    level: Level
    count: int
    room: int = 0
    placing: Placing = Placing.SPARSE
    holder_id: str | None = None
    grant_id: str = ""
    stop_at: datetime.datetime | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(Command):
    """Turn a reservation into a grant of `level` with its holder."""

    name: ClassVar[str] = "confirm"
    grant_id: str
    level: Level
    holder_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Command):
    """Make a new grant of each part, with the holder, state and term of the grant they are taken from."""

    name: ClassVar[str] = "split"
    grant_id: str
    parts: tuple[tuple[Box, ...], ...]
    new_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Command):
    """Make one grant of several that are alike; the others end, neighbouring boxes become one."""

    name: ClassVar[str] = "merge"
    grant_id: str
    absorbed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grow(Command):
    """Add boxes to a grant, out of the grant it stands on."""

    name: ClassVar[str] = "grow"
    grant_id: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrink(Command):
    """Give up boxes of a grant; something of it remains."""

    name: ClassVar[str] = "shrink"
    grant_id: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Command):
    """Pass a grant to another holder."""

    name: ClassVar[str] = "transfer"
    grant_id: str
    holder_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renew(Command):
    """Move the end of a term; None makes it open."""

    name: ClassVar[str] = "renew"
    grant_id: str
    stop_at: datetime.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Describe(Command):
    """Set attributes of a grant, such as the name servers of its reverse zones; an empty value takes one away."""

    name: ClassVar[str] = "describe"
    grant_id: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend(Command):
    """Suspend a grant: it keeps its space and gives nothing out."""

    name: ClassVar[str] = "suspend"
    grant_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Command):
    """Lift the suspension of a grant."""

    name: ClassVar[str] = "resume"
    grant_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(Command):
    """End a grant because its holder gives it back; its space is quarantined until a moment where one is given."""

    name: ClassVar[str] = "return"
    grant_id: str
    reason: str = ""
    quarantine_until: datetime.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke(Command):
    """End a grant against its holder's will; its space is quarantined until a moment where one is given."""

    name: ClassVar[str] = "revoke"
    grant_id: str
    reason: str
    quarantine_until: datetime.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Command):
    """Let a reservation or quarantine go; its space is free."""

    name: ClassVar[str] = "release"
    grant_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expire(Command):
    """Record that the term of a grant has run out; it ended when the term did, not when this is recorded."""

    name: ClassVar[str] = "expire"
    grant_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(Command):
    """Put right what was recorded wrongly: record time moves, legal time stays. Needs a reason and a second officer.

    `void` says that the grant never was. `boxes` replaces those it occupies, over their whole legal time. `holder_id`
    replaces the holder over [`since_at`, `until_at`), by default over its whole life. `start_at` moves its beginning.
    """

    name: ClassVar[str] = "correct"
    grant_id: str
    reason: str
    void: bool = False
    boxes: tuple[Box, ...] = ()
    holder_id: str | Unchanged | None = UNCHANGED
    since_at: datetime.datetime | None = None
    until_at: datetime.datetime | None = None
    start_at: datetime.datetime | None = None
