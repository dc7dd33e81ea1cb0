"""Boxes: a range on one axis, or one on each of two; what two share, and what is left of one outside of another."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """Numbers `first` to `last` on the main axis and, in a space of two axes, `low` to `high` on the other.

    All bounds are included. In a space of one axis the second range is 0 to 0. Sorts by place.
    """

    first: int
    last: int
    low: int = 0
    high: int = 0

    def overlaps(self, other: "Box") -> bool:
        """Whether the two share any place."""
        return (
            self.first <= other.last and other.first <= self.last and self.low <= other.high and other.low <= self.high
        )

    def contains(self, other: "Box") -> bool:
        """Whether every place of the other is a place of this one."""
        return (
            self.first <= other.first and other.last <= self.last and self.low <= other.low and other.high <= self.high
        )

    def shared(self, other: "Box") -> "Box | None":
        """Give the places of both; None where there are none."""
        if not self.overlaps(other):
            return None
        return Box(
            max(self.first, other.first),
            min(self.last, other.last),
            max(self.low, other.low),
            min(self.high, other.high),
        )

    @property
    def size(self) -> int:
        """How many places it has."""
        return (self.last - self.first + 1) * (self.high - self.low + 1)


def without(box: Box, hole: Box) -> tuple[Box, ...]:
    """Give what is left of a box outside of another: disjoint, sorted, at most four."""
    shared = box.shared(hole)
    if shared is None:
        return (box,)
    left = [
        Box(box.first, shared.first - 1, box.low, box.high) if box.first < shared.first else None,
        Box(shared.first, shared.last, box.low, shared.low - 1) if box.low < shared.low else None,
        Box(shared.first, shared.last, shared.high + 1, box.high) if shared.high < box.high else None,
        Box(shared.last + 1, box.last, box.low, box.high) if shared.last < box.last else None,
    ]
    return tuple(piece for piece in left if piece is not None)


def subtract(boxes: Iterable[Box], holes: Iterable[Box]) -> tuple[Box, ...]:
    """Give what is left of disjoint boxes outside of all holes, sorted."""
    left = list(boxes)
    for hole in holes:
        left = [piece for box in left for piece in without(box, hole)]
    return tuple(sorted(left))


def gaps(ground: Box, taken: Iterable[Box]) -> Iterator[Box]:
    """Give the parts of a box on the main axis that no box covers; these are sorted, and may share places."""
    start = ground.first
    for box in taken:
        if box.first > start:
            yield Box(start, min(box.first - 1, ground.last))
        start = max(start, box.last + 1)
        if start > ground.last:
            return
    yield Box(start, ground.last)


def join(boxes: Iterable[Box]) -> tuple[Box, ...]:
    """Give disjoint boxes with neighbours on the main axis made one where the second range is the same, sorted."""
    joined: list[Box] = []
    for box in sorted(boxes, key=lambda box: (box.low, box.high, box.first)):
        end = joined[-1] if joined else None
        if end is not None and (end.low, end.high, end.last + 1) == (box.low, box.high, box.first):
            joined[-1] = Box(end.first, box.last, box.low, box.high)
        else:
            joined.append(box)
    return tuple(sorted(joined))


def first_overlap(boxes: Sequence[Box]) -> tuple[Box, Box] | None:
    """Give two of the boxes that overlap, or None where all are disjoint."""
    ordered = sorted(boxes)
    open_boxes: list[Box] = []
    for box in ordered:
        open_boxes = [other for other in open_boxes if other.last >= box.first]
        for other in open_boxes:
            if other.overlaps(box):
                return other, box
        open_boxes.append(box)
    return None
