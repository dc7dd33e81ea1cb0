"""A plain model of the ledger beside real ones: random commands, the same answer everywhere, nothing lost.

The model knows nothing of claims, lanes or trees: for each tier it says which grant owns each cell, and a command is
allowed or not by looking at cells. Its only data are dictionaries. 48 cells of a pool stand for numbers of a space,
spread so that every word of a 128-bit number is used.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from registries.ledger import (
    Box,
    Command,
    Confirm,
    Correct,
    Grow,
    Issue,
    IssueNext,
    Level,
    Merge,
    Placing,
    Refusal,
    Release,
    Resume,
    Return,
    Revoke,
    Shrink,
    Split,
    State,
    Suspend,
)
from registries.ledger.moments import from_us
from registries.store import Ledger
from tests.registries.ledger.making import Clock, envelope, pool

CELLS = 48
SPACES = {"ipv4": (4, 0), "ipv6": (78, 0x2000 << 112), "asn": (0, 0), "e164": (2, 0)}
"""Bits by which a cell is shifted into a number, and where the space begins."""
HELD = {State.ALLOCATED, State.ASSIGNED, State.SUSPENDED}
KEPT = {State.RESERVED, State.QUARANTINED}
LEVELS = (Level.ALLOCATED, Level.ASSIGNED, Level.RESERVED, Level.QUARANTINED)
START = {
    Level.POOL: State.ALLOCATED,
    Level.ALLOCATED: State.ALLOCATED,
    Level.ASSIGNED: State.ASSIGNED,
    Level.RESERVED: State.RESERVED,
    Level.QUARANTINED: State.QUARANTINED,
}


@dataclass
class Known:
    """What the model knows of a grant besides its cells."""

    tier: int
    level: Level
    state: State


@dataclass
class World:
    """Who owns each cell, by tier; and what is known of each grant."""

    owner: list[dict[int, str]] = field(default_factory=lambda: [{} for _ in range(5)])
    known: dict[str, Known] = field(default_factory=dict)

    def cells(self, name: str) -> set[int]:
        return {cell for cell, owner in self.owner[self.known[name].tier].items() if owner == name}

    def below(self, name: str) -> dict[int, str]:
        tier = self.known[name].tier
        return {cell: self.owner[tier + 1][cell] for cell in self.cells(name) if cell in self.owner[tier + 1]}

    def above(self, name: str) -> set[str]:
        tier = self.known[name].tier
        return {self.owner[tier - 1][cell] for cell in self.cells(name)} if tier else set()

    def gives(self, name: str) -> bool:
        known = self.known[name]
        return known.level in (Level.POOL, Level.ALLOCATED) and known.state is State.ALLOCATED

    def can_issue(self, parent: str, cells: set[int]) -> bool:
        tier = self.known[parent].tier
        free = not any(cell in self.owner[tier + 1] for cell in cells)
        return self.gives(parent) and cells <= self.cells(parent) and free

    def straddles(self, name: str, cells: set[int]) -> bool:
        """Whether a run of cells of one child crosses the border between some cells and the rest."""
        below = self.below(name)
        return any(
            (cell in cells) != (cell + 1 in cells)
            and below.get(cell) is not None
            and below.get(cell) == below.get(cell + 1)
            for cell in self.cells(name)
        )


class LedgerMachine(RuleBasedStateMachine):
    """Random commands against all ledgers of a run and the model. Set `ledgers` and `clocks` before use."""

    ledgers: ClassVar[list[Ledger]] = []
    clocks: ClassVar[list[Clock]] = []
    examples: ClassVar[int] = 0
    steps: ClassVar[int] = 0

    @initialize(space=st.sampled_from(sorted(SPACES)))
    def begin(self, space: str) -> None:
        type(self).examples += 1
        self.space = space
        self.shift, start = SPACES[space]
        self.base = start + (type(self).examples * 64 << self.shift)
        self.world = World()
        self.names = 0
        self.pasts: list[tuple[int, World]] = []
        self.top = self.fresh()
        for ledger in self.ledgers:
            pool(ledger, space, self.box({*range(CELLS)})[0], grant_id=self.top)
        self.world.known[self.top] = Known(0, Level.POOL, State.ALLOCATED)
        self.world.owner[0] = dict.fromkeys(range(CELLS), self.top)

    def fresh(self) -> str:
        self.names += 1
        return f"g{type(self).examples}-{self.names}"

    def box(self, cells: set[int]) -> tuple[Box, ...]:
        """Give the boxes of the runs of some cells."""
        boxes, start = [], None
        for cell in range(CELLS + 2):
            if cell in cells and start is None:
                start = cell
            if cell not in cells and start is not None:
                boxes.append(Box(self.base + (start << self.shift), self.base + (cell << self.shift) - 1))
                start = None
        return tuple(boxes)

    def ask(self, command: Command, *, allowed: bool, approvers: tuple[str, ...] = ()) -> None:
        """Send a command everywhere; it is done or refused as the model says, for the same reason."""
        type(self).steps += 1
        answers = []
        said = envelope(approvers=approvers)
        for ledger in self.ledgers:
            try:
                ledger.execute(command, said)
                answers.append("done")
            except Refusal as refusal:
                answers.append(refusal.code)
        assert len(set(answers)) == 1, (command, answers)
        assert (answers[0] == "done") == allowed, (command, answers, allowed)
        if allowed:
            note(f"done: {command}")

    def some(self, data: st.DataObject, *states: State) -> str | None:
        """Draw a grant, one in these states most of the time, so that refusals are met too."""
        names = sorted(self.world.known)
        wanted = [name for name in names if self.world.known[name].state in states and name != self.top]
        likely = bool(wanted) and data.draw(st.integers(0, 9)) > 0
        chosen: str = data.draw(st.sampled_from(wanted if likely else names))
        return chosen

    def run_of(self, data: st.DataObject, cells: set[int]) -> set[int]:
        """Draw a run of cells, most of the time around some of these."""
        likely = bool(cells) and data.draw(st.integers(0, 9)) > 0
        first: int = data.draw(st.sampled_from(sorted(cells) if likely else range(CELLS + 1)))
        length = data.draw(st.sampled_from([1, 1, 2, 3, 4, 8, 16]))
        return set(range(first, min(first + length, CELLS + 1)))

    @rule(data=st.data(), level=st.sampled_from(LEVELS))
    def issue(self, data: st.DataObject, level: Level) -> None:
        giving = sorted(name for name in self.world.known if self.world.gives(name) and self.world.known[name].tier < 3)
        parent = data.draw(st.sampled_from(giving)) if giving else self.top
        cells = self.run_of(data, self.world.cells(parent))
        name = self.fresh()
        allowed = self.world.can_issue(parent, cells)
        self.ask(Issue(parent_id=parent, level=level, boxes=self.box(cells), grant_id=name), allowed=allowed)
        if allowed:
            self.added(name, parent, level, cells)

    def added(self, name: str, parent: str, level: Level, cells: set[int]) -> None:
        tier = self.world.known[parent].tier + 1
        self.world.known[name] = Known(tier, level, START[level])
        self.world.owner[tier] |= dict.fromkeys(cells, name)

    @rule(count=st.sampled_from([1, 2, 3, 4]), placing=st.sampled_from(Placing), data=st.data())
    def issue_next(self, count: int, placing: Placing, data: st.DataObject) -> None:
        giving = sorted(name for name in self.world.known if self.world.gives(name) and self.world.known[name].tier < 3)
        parent = data.draw(st.sampled_from(giving)) if giving else self.top
        size = 1 << (count - 1).bit_length()
        taken = self.world.owner[self.world.known[parent].tier + 1]
        mine = self.world.cells(parent)
        first = self.base >> self.shift
        possible = [
            cell
            for cell in range(CELLS)
            if (first + cell) % size == 0 and all(c in mine and c not in taken for c in range(cell, cell + size))
        ]
        name = self.fresh()
        numbers = count << self.shift
        command = IssueNext(parent_id=parent, level=Level.ASSIGNED, count=numbers, placing=placing, grant_id=name)
        self.ask(command, allowed=self.world.gives(parent) and bool(possible))
        if self.world.gives(parent) and possible:
            places = {ledger.grant(name).boxes for ledger in self.ledgers}
            assert len(places) == 1
            (box,) = places.pop()
            cell = (box.first - self.base) >> self.shift
            assert cell in possible
            self.added(name, parent, Level.ASSIGNED, set(range(cell, cell + count)))

    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        name = self.some(data, *HELD) or self.top
        known, mine = self.world.known[name], self.world.cells(name)
        part = self.run_of(data, mine)
        new = self.fresh()
        right = known.state in HELD | KEPT
        allowed = right and part < mine and not self.world.straddles(name, part)
        self.ask(Split(grant_id=name, parts=(self.box(part),), new_ids=(new,)), allowed=allowed)
        if allowed:
            self.world.known[new] = Known(known.tier, known.level, known.state)
            self.world.owner[known.tier] |= dict.fromkeys(part, new)

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        names = sorted(self.world.known)
        one, other = data.draw(st.sampled_from(names)), data.draw(st.sampled_from(names))
        first, second = self.world.known[one], self.world.known[other]
        allowed = one != other and first == second and first.state in HELD | KEPT
        allowed = allowed and self.world.above(one) == self.world.above(other)
        self.ask(Merge(grant_id=one, absorbed=(other,)), allowed=allowed)
        if allowed:
            self.world.owner[first.tier] |= dict.fromkeys(self.world.cells(other), one)
            second.state = State.FREE

    @rule(data=st.data())
    def shrink(self, data: st.DataObject) -> None:
        name = self.some(data, *HELD) or self.top
        mine = self.world.cells(name)
        part = self.run_of(data, mine)
        right = self.world.known[name].state in HELD | KEPT
        allowed = right and part < mine and not part & set(self.world.below(name))
        self.ask(Shrink(grant_id=name, boxes=self.box(part)), allowed=allowed)
        if allowed:
            for cell in part:
                del self.world.owner[self.world.known[name].tier][cell]

    @rule(data=st.data())
    def grow(self, data: st.DataObject) -> None:
        name = self.some(data, State.ALLOCATED, State.ASSIGNED)
        known = self.world.known[name or self.top]
        if name is None or known.tier == 0:
            return
        mine = self.world.cells(name)
        near = {cell for cell in range(CELLS) if cell - 1 in mine or cell + 1 in mine} or mine
        part = self.run_of(data, near)
        right = known.state in (State.ALLOCATED, State.ASSIGNED)
        parents = self.world.above(name)
        inside = any(part <= self.world.cells(parent) for parent in parents)
        gives = all(self.world.gives(parent) for parent in parents)
        free = not part & set(self.world.owner[known.tier])
        allowed = right and inside and gives and free
        if right and inside and free and len(parents) > 1:
            return  # which of several parents is asked first is told by no rule of cells
        self.ask(Grow(grant_id=name, boxes=self.box(part)), allowed=allowed)
        if allowed:
            self.world.owner[known.tier] |= dict.fromkeys(part, name)

    @rule(data=st.data(), command=st.sampled_from([Return, Revoke, Release]))
    def end(self, data: st.DataObject, command: Any) -> None:
        name = self.some(data, *(KEPT if command is Release else HELD)) or self.top
        known = self.world.known[name]
        allowed = known.state in (KEPT if command is Release else HELD) and not self.world.below(name)
        self.ask(command(grant_id=name, reason="test"), allowed=allowed)
        if allowed:
            self.world.owner[known.tier] = {c: o for c, o in self.world.owner[known.tier].items() if o != name}
            known.state = {Return: State.RETURNED, Revoke: State.REVOKED, Release: State.FREE}[command]

    @rule(data=st.data(), suspend=st.booleans())
    def pause(self, data: st.DataObject, suspend: bool) -> None:
        name = self.some(data, *((State.ALLOCATED, State.ASSIGNED) if suspend else (State.SUSPENDED,))) or self.top
        known = self.world.known[name]
        if suspend:
            allowed = known.state in (State.ALLOCATED, State.ASSIGNED)
            self.ask(Suspend(grant_id=name, reason="test"), allowed=allowed)
        else:
            allowed = known.state is State.SUSPENDED
            self.ask(Resume(grant_id=name), allowed=allowed)
        if allowed:
            known.state = State.SUSPENDED if suspend else START[known.level]

    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        name = self.some(data, State.RESERVED) or self.top
        known = self.world.known[name]
        allowed = known.state is State.RESERVED
        self.ask(Confirm(grant_id=name, level=Level.ASSIGNED), allowed=allowed)
        if allowed:
            known.level, known.state = Level.ASSIGNED, State.ASSIGNED

    @precondition(lambda self: len(self.world.known) > 2)
    @rule(data=st.data())
    def void(self, data: st.DataObject) -> None:
        """A correction says that the newest grant never was: history before it is what it is, after it is undone."""
        name = self.some(data, *HELD) or self.top
        if self.world.known[name].state not in HELD or any(name in past.known for _, past in self.pasts):
            return
        allowed = not self.world.below(name) and bool(self.world.cells(name))
        self.ask(Correct(grant_id=name, reason="test", void=True), allowed=allowed, approvers=("officer-2",))
        if allowed:
            known = self.world.known[name]
            self.world.owner[known.tier] = {c: o for c, o in self.world.owner[known.tier].items() if o != name}
            known.state = State.FREE

    @precondition(lambda self: len(self.pasts) < 3)
    @rule()
    def remember(self) -> None:
        now_us = max(clock() for clock in self.clocks)
        for clock in self.clocks:
            clock.now_us = now_us + 1_000
        owner = [dict(tier) for tier in self.world.owner]
        self.pasts.append((now_us, World(owner, dict(self.world.known))))

    @invariant()
    def parts_sum_to_the_whole(self) -> None:
        if not self.names:
            return
        for ledger in self.ledgers:
            used = ledger.utilisation(self.top)
            mine, taken = self.world.cells(self.top), set(self.world.owner[1])
            assert used.total == len(mine) << self.shift
            assert used.free == len(mine - taken) << self.shift
            free = ledger.free_parts(self.top, limit=CELLS)
            assert len(free) == used.free_parts
            assert sum(box.size for box in free) == used.free
            assert used.largest_free == (free[0] if free else None)

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        for ledger in self.ledgers:
            for name, known in self.world.known.items():
                grant = ledger.grant(name)
                assert (grant.level, grant.state, grant.tier) == (known.level, known.state, known.tier), name
                assert set(grant.boxes) == set(self.box(self.world.cells(name))), name
            self.holds(ledger, self.world, None)
            for moment_us, past in self.pasts:
                self.holds(ledger, past, moment_us)

    def holds(self, ledger: Ledger, world: World, moment_us: int | None) -> None:
        """Each cell is held, tier by tier, by whom the model says: now, and as of a moment by law."""
        legal = None if moment_us is None else from_us(moment_us)
        for cell in range(0, CELLS, 5):
            (box,) = self.box({cell})
            expected = [tier[cell] for tier in world.owner if cell in tier]
            found = [holding.grant.grant_id for holding in ledger.as_of(self.space, box, legal=legal)]
            assert found == expected, (cell, moment_us)
            if moment_us is None:
                assert [claim.grant_id for claim in ledger.covering(self.space, box)] == expected
