"""Where two sequences of hashes part: which items were altered, taken out, put in or swapped.

Streaming: both sequences come in pieces that need not fit each other, and no more than a few hundred items are kept.
So an entry taken out of a million is one difference, not a million minus its position.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

_WINDOW: Final = 300
"""How far a sequence may have slipped and still be found again: more than one bundle."""
_SURE: Final = 3
"""This many equal items in a row count as found again."""


class Change(Enum):
    """What happened to items of the wanted sequence."""

    ALTERED = "altered"
    DELETED = "deleted"
    INSERTED = "inserted"
    SWAPPED = "swapped"


@dataclass(frozen=True, slots=True)
class Difference:
    """Items from `first` up to, not including, `stop` of the wanted sequence.

    Inserted ones stand before `first`, and `stop - first` says how many; swapped ones are the two at `first` and
    `stop`.
    """

    change: Change
    first: int
    stop: int


class Alignment:
    """Compares what is found with what is wanted, piece by piece; `first` is the position of the first item wanted."""

    __slots__ = ("_altered", "_found", "_position", "_wanted")

    def __init__(self, first: int = 0) -> None:
        self._position = first
        self._wanted: list[bytes] = []
        self._found: list[bytes] = []
        self._altered: dict[bytes, tuple[int, bytes]] = {}

    @property
    def is_level(self) -> bool:
        """Tell whether everything so far has been settled, so that whole pieces can be compared again."""
        return not self._wanted and not self._found

    def skip(self, count: int) -> None:
        """Pass over items that are known to be equal on both sides."""
        self._position += count

    def feed(self, wanted: Sequence[bytes], found: Sequence[bytes]) -> Iterator[Difference]:
        """Take the next piece of both, and give the differences that are certain by now."""
        self._wanted += wanted
        self._found += found
        yield from self._settle(2 * _WINDOW)

    def finish(self) -> Iterator[Difference]:
        """Give the differences that are left at the end of both."""
        yield from self._settle(0)
        wanted, found = len(self._wanted), len(self._found)
        both = min(wanted, found)
        yield from self._changed(both, both)
        if wanted > both:
            yield Difference(Change.DELETED, self._position, self._position + wanted - both)
        if found > both:
            yield Difference(Change.INSERTED, self._position, self._position + found - both)
        self._position += wanted - both
        self._wanted, self._found = [], []

    def _settle(self, keep: int) -> Iterator[Difference]:
        while True:
            same = _equal_prefix(self._wanted, self._found)
            self._drop(same, same)
            if not self._wanted or not self._found or min(len(self._wanted), len(self._found)) <= keep:
                return
            yield from self._part()

    def _part(self) -> Iterator[Difference]:
        """Find the nearest place where both agree again, and say what lies before it."""
        for slip in range(1, _WINDOW):
            if _agree(self._wanted, slip, self._found, slip):
                yield from self._changed(slip, slip)
                return
            if _agree(self._wanted, slip, self._found, 0):
                yield Difference(Change.DELETED, self._position, self._position + slip)
                self._drop(slip, 0)
                return
            if _agree(self._wanted, 0, self._found, slip):
                yield Difference(Change.INSERTED, self._position, self._position + slip)
                self._drop(0, slip)
                return
        both = min(len(self._wanted), len(self._found), _WINDOW)
        yield from self._changed(both, both)

    def _changed(self, wanted: int, found: int) -> Iterator[Difference]:
        """Report items that stand where others should, one by one; two that stand in each other's place are swapped."""
        for at in range(min(wanted, found)):
            want, have = self._wanted[at], self._found[at]
            if want == have:
                continue
            position = self._position + at
            other = self._altered.pop(want, None)
            if other is not None and other[1] == have:
                yield Difference(Change.SWAPPED, other[0], position)
            else:
                self._altered[have] = (position, want)
                yield Difference(Change.ALTERED, position, position + 1)
        self._drop(wanted, found)

    def _drop(self, wanted: int, found: int) -> None:
        del self._wanted[:wanted]
        del self._found[:found]
        self._position += wanted


def _equal_prefix(left: Sequence[bytes], right: Sequence[bytes]) -> int:
    both = min(len(left), len(right))
    if left[:both] == right[:both]:
        return both
    return next(at for at in range(both) if left[at] != right[at])


def _agree(left: Sequence[bytes], left_at: int, right: Sequence[bytes], right_at: int) -> bool:
    """Tell whether both agree from there on for a while, or to the common end of both."""
    some_left, some_right = left[left_at : left_at + _SURE], right[right_at : right_at + _SURE]
    return len(some_left) > 0 and some_left == some_right
