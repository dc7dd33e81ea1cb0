"""Choose free numbers in a pool: the same pool always gives the same choice. The pool is locked by who allocates.

Numbers are aligned to their count, rounded up to a power of two. With room asked for, an aligned block of that many
free numbers around them is chosen first, and they stand at its beginning: the grant can then grow to the whole block
without moving. In the largest part (SPARSE) that block is the aligned one at the middle, or at the beginning where the
part begins with its pool: repeated, this is bisection, and every grant keeps half of what was free around it.
"""
# ruff: noqa: S608 - columns and tables are named by this package; what is given is always bound

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from registries.ledger.boxes import Box, gaps, join, subtract
from registries.ledger.commands import Placing
from registries.ledger.errors import NoRoom
from registries.ledger.grants import Grant, tracks_gaps
from registries.store.rows import as_number
from registries.store.sessions import Session

_ORDER: Final = {Placing.SPARSE: "span DESC, first", Placing.BEST: "span, first DESC", Placing.SEQUENTIAL: "first"}
_FIRST: Final = 4
_BATCH: Final = 64


@dataclass(frozen=True, slots=True)
class Choice:
    """The numbers chosen, and the aligned free block around them that was asked for as room."""

    box: Box
    room: Box


def choose(session: Session, parent: Grant, count: int, room: int, placing: Placing) -> Choice:
    """Give free numbers inside a grant.

    Raises:
        NoRoom: No free part has an aligned block of that size.
    """
    size = 1 << (max(count, room, 1) - 1).bit_length()
    largest = 0
    for part in free_parts(session, parent, placing, size):
        largest = max(largest, part.size)
        block = _block(part, size, placing, parent)
        if block is not None:
            return Choice(Box(block, block + count - 1), Box(block, block + size - 1))
    if not largest:
        largest = max((part.size for part in free_parts(session, parent, Placing.SPARSE, 1, limit=1)), default=0)
    unit = parent.space.unit
    wanted = f"{count} {unit}(s) in an aligned block of {size}"
    raise NoRoom(parent_id=parent.grant_id, wanted=wanted, largest=f"{largest} {unit}(s)")


def free_parts(
    session: Session, parent: Grant, placing: Placing, at_least: int = 1, *, limit: int | None = None
) -> Iterator[Box]:
    """Give the free parts of a grant that have at least so many numbers, in the order of a placing."""
    if not tracks_gaps(parent.level, parent.space):
        parts = [part for part in _untracked(session, parent) if part.size >= at_least]
        if placing is not Placing.SEQUENTIAL:
            sign = -1 if placing is Placing.SPARSE else 1
            parts.sort(key=lambda part: (sign * part.size, -sign * part.first))
        yield from parts[:limit]
        return
    sql = f"SELECT first, last FROM gap WHERE parent_id = ? AND span >= ? ORDER BY {_ORDER[placing]}"
    offset, left = 0, limit
    while left is None or left > 0:
        page = _FIRST if offset == 0 else _BATCH
        page = page if left is None else min(left, _BATCH)
        values = (parent.grant_id, session.wide(at_least - 1))
        rows = session.rows(f"{sql} LIMIT {page} OFFSET {offset}", values)
        for first, last in rows:
            yield Box(as_number(first), as_number(last))
        if len(rows) < page:
            return
        offset += len(rows)
        left = None if left is None else left - len(rows)


def _untracked(session: Session, parent: Grant) -> Iterable[Box]:
    rows = session.rows("SELECT first, last FROM claim WHERE parent_id = ? AND active", (parent.grant_id,))
    taken = join(Box(as_number(first), as_number(last)) for first, last in rows)
    for ground in parent.boxes:
        inside = [box for box in taken if box.overlaps(ground)]
        yield from gaps(ground, inside)


def _block(part: Box, size: int, placing: Placing, parent: Grant) -> int | None:
    """Give the first number of the aligned block to take out of a free part, None where none fits."""
    lowest = -(-part.first // size) * size
    if lowest + size - 1 > part.last:
        return None
    begins = any(part.first == ground.first for ground in parent.boxes)
    if placing is not Placing.SPARSE or begins:
        return lowest
    middle = (part.first + part.last + 1) // 2 // size * size
    return middle if lowest <= middle and middle + size - 1 <= part.last else lowest


def remaining(parent: Grant, taken: Iterable[Box]) -> tuple[Box, ...]:
    """Give what is free of a grant beside given boxes: the slow and plain way, for checking the table."""
    return subtract(parent.boxes, taken)
