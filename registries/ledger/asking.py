"""What deciding works on: the command's envelope, the grants it looks at, and the two moments of the change.

Deciding reads through a `View` and changes nothing. Every grant that will change is taken with `take`, every grant that
others stand on with `ground`; the store locks these, and does the change only if none has moved since it was read.
"""

import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from registries.ledger.boxes import Box, first_overlap, subtract
from registries.ledger.commands import Placing
from registries.ledger.envelope import Envelope
from registries.ledger.errors import (
    BoxesEmpty,
    BoxesOverlap,
    EffectBeforeChange,
    EffectInFuture,
    GrantExists,
    GrantState,
    GrantUnknown,
    NameUnfit,
    OutsideParent,
    ParentClosed,
    TermOutsideParent,
)
from registries.ledger.events import ClaimFact
from registries.ledger.grants import Claim, Grant, Level, State
from registries.ledger.moments import day_text, moment_text, to_us
from registries.ledger.spaces import Space

_LONGEST_NAME: Final = 64
_SIGNS: Final = frozenset(f"{string.ascii_letters}{string.digits}-_.:")
GIVING = frozenset({Level.POOL, Level.ALLOCATED})
"""Levels that space is given out of."""


class View(Protocol):
    """What deciding may look at."""

    def grant(self, grant_id: str) -> Grant | None:
        """Give a grant as it is believed, or None."""

    def choose(self, parent: Grant, count: int, room: int, placing: Placing) -> Box:
        """Give a free box of `count` numbers inside a grant; refuse with NoRoom."""


@dataclass(slots=True)
class Asking:
    """One command under decision. `recorded_us` moves past every grant looked at, so record time never runs back."""

    command: str
    envelope: Envelope
    view: View
    recorded_us: int
    new_id: Callable[[], str]
    changed: dict[str, Grant | None] = field(default_factory=dict)
    grounds: dict[str, Grant] = field(default_factory=dict)

    def take(self, grant_id: str) -> Grant:
        """Give a grant that the command changes, and its parents as grounds.

        Raises:
            GrantUnknown: It is not there.
        """
        grant = self.view.grant(grant_id)
        if grant is None:
            raise GrantUnknown(grant_id=grant_id)
        self.changed[grant_id] = grant
        self._passed(grant)
        for parent_id in sorted({claim.parent_id for claim in grant.active_claims if claim.parent_id}):
            self.ground(parent_id)
        return grant

    def ground(self, grant_id: str) -> Grant:
        """Give a grant that the command stands on.

        Raises:
            GrantUnknown: It is not there.
        """
        found = self.grounds.get(grant_id) or self.view.grant(grant_id)
        if found is None:
            raise GrantUnknown(grant_id=grant_id)
        self.grounds[grant_id] = found
        self._passed(found)
        return found

    def fresh(self, grant_id: str) -> str:
        """Give the name of a grant that begins, a new one where none is asked for.

        Raises:
            GrantExists: The name is taken.
            NameUnfit: The name is none.
        """
        name = named(grant_id) or self.new_id()
        if grant_id and (grant_id in self.changed or self.view.grant(grant_id) is not None):
            raise GrantExists(grant_id=grant_id)
        self.changed[name] = None
        return name

    def _passed(self, grant: Grant) -> None:
        self.recorded_us = max(self.recorded_us, grant.recorded_us + 1)

    @property
    def legal_us(self) -> int:
        """When the change takes effect by law; to be asked for once all grants are taken."""
        legal_at = self.envelope.legal_at
        return self.recorded_us if legal_at is None else to_us(legal_at)

    def effect(self, grant: Grant) -> int:
        """Give the moment at which a change of what stands takes effect.

        Raises:
            EffectInFuture: It is later than now.
            EffectBeforeChange: It is before the last change of the grant or of one of its claims.
            GrantState: The term of the grant has run out by then.
        """
        legal_us = self.legal_us
        if legal_us > self.recorded_us:
            raise EffectInFuture(
                command=self.command, legal_at=moment_text(legal_us), recorded_at=moment_text(self.recorded_us)
            )
        last = max(grant.tenures[-1].legal_start_us, *(claim.legal_start_us for claim in grant.active_claims), 0)
        if legal_us < last:
            raise EffectBeforeChange(
                command=self.command,
                legal_at=moment_text(legal_us),
                grant_id=grant.grant_id,
                last_at=moment_text(last),
            )
        if legal_us >= grant.legal_stop_us:
            raise GrantState(
                grant_id=grant.grant_id,
                state=f"{grant.state.value} until {day_text(grant.legal_stop_us)}",
                command=self.command,
                allowed="a term that has not run out: renew or expire it",
            )
        return legal_us

    def in_state(self, grant: Grant, *allowed: State) -> Grant:
        """Give the grant back if it is in one of these states.

        Raises:
            GrantState: It is in another one.
        """
        if grant.state not in allowed:
            names = " or ".join(state.value for state in allowed)
            raise GrantState(grant_id=grant.grant_id, state=grant.state.value, command=self.command, allowed=names)
        return grant


def named(name: str) -> str:
    """Give the name that somebody wants for a grant or holder back, if it can be one; '' asks for none.

    Raises:
        NameUnfit: It is longer than 64 signs, or holds others than ASCII letters, digits, '-', '_', '.' and ':'.
    """
    if len(name) > _LONGEST_NAME or not _SIGNS.issuperset(name):
        raise NameUnfit(name=name)
    return name


def checked_boxes(of: Space, boxes: Iterable[Box], command: str) -> tuple[Box, ...]:
    """Give the boxes of a command, in their space, disjoint and at least one.

    Raises:
        BoxesEmpty: There is none.
        BoxesOverlap: Two share a part.
        BoxOutsideSpace: One is no part of the space.
    """
    checked = tuple(of.checked(box) for box in boxes)
    if not checked:
        raise BoxesEmpty(command=command)
    twice = first_overlap(checked)
    if twice:
        raise BoxesOverlap(box=of.text(twice[0]), other=of.text(twice[1]))
    return checked


def giving(parent: Grant) -> Grant:
    """Give a grant back if space may be given out of it.

    Raises:
        ParentClosed: Its level or state does not allow it.
    """
    if parent.level not in GIVING or parent.state is not State.ALLOCATED:
        raise ParentClosed(parent_id=parent.grant_id, state=parent.state.value, level=parent.level.value)
    return parent


def fit(grant_id: str, parent: Grant, boxes: Mapping[Box, str], term: tuple[int, int], after: int) -> list[ClaimFact]:
    """Give the claims of boxes (with their keys) inside a grant, cut where the claims of that grant meet.

    `after` is how many claims the grant has had: claims are numbered through.

    Raises:
        OutsideParent: A part of a box is not in the grant.
        TermOutsideParent: The term begins before the grant, or lasts longer than the claim that contains the box.
    """
    start_us, stop_us = term
    facts: list[ClaimFact] = []
    for box, key in boxes.items():
        pieces = _pieces(parent, box)
        if subtract((box,), (piece for piece, _ in pieces)):
            raise OutsideParent(box=parent.space.text(box, key), parent_id=parent.grant_id, parent=parent.text)
        for piece, ground in pieces:
            if start_us < parent.legal_start_us or stop_us > ground.legal_stop_us:
                raise TermOutsideParent(
                    start=day_text(start_us),
                    stop=day_text(stop_us),
                    parent_id=parent.grant_id,
                    parent_start=day_text(parent.legal_start_us),
                    parent_stop=day_text(ground.legal_stop_us),
                )
            name = f"{grant_id}.{after + len(facts)}"
            facts.append(ClaimFact(name, piece, start_us, stop_us, parent.grant_id, ground.claim_id, key))
    return facts


def _pieces(parent: Grant, box: Box) -> list[tuple[Box, Claim]]:
    pieces = []
    claims = parent.active_claims
    if parent.space.second_unit == "":
        # Active claims of one axis are sorted and, for one moment, disjoint: start at the one before the box.
        low, high = 0, len(claims)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if claims[middle].box.first <= box.first else (low, middle)
        claims = claims[max(low - 1, 0) :]
    for claim in claims:
        if parent.space.second_unit == "" and claim.box.first > box.last:
            break
        shared = claim.box.shared(box)
        if shared:
            pieces.append((shared, claim))
    return pieces
