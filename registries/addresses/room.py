"""Where to place the next block, and what room a pool has left.

Sparse allocation by bisection: take the largest free prefix and begin at its first address. The block can then grow
to the whole of that prefix, and the next ones fall in the middle between those before: at 0, 1/2, 1/4, 3/4 and so on.
Scarce IPv4 space is filled the other way: the smallest free prefix that is large enough, lowest first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from registries.addresses.blocks import BITS, Block, address_text, cidrs
from registries.addresses.errors import NoRoom


def free_ranges(pool: Block, taken: Iterable[Block]) -> Iterator[Block]:
    """Give the free runs of a pool in order, as long as they go; blocks of another family or outside do not matter."""
    at = pool.first
    for block in sorted(block for block in taken if block.overlaps(pool)):
        if block.first > at:
            yield Block(pool.family, at, block.first - 1)
        at = max(at, block.last + 1)
    if at <= pool.last:
        yield Block(pool.family, at, pool.last)


def free_prefixes(pool: Block, taken: Iterable[Block]) -> list[tuple[int, int]]:
    """Give the free space of a pool as the fewest prefixes, (first address, length), in order."""
    return [prefix for gap in free_ranges(pool, taken) for prefix in cidrs(pool.family, gap.first, gap.last)]


def sparse_place(pool: Sequence[Block], taken: Sequence[Block], length: int) -> Block:
    """Choose the place of a new prefix with the most room to grow; of equals the lowest. Repeatable.

    `pool` has its blocks, of one family.

    Raises:
        NoRoom: No free prefix of the pool is as large.
    """
    first, _ = min(_fitting(pool, taken, length), key=lambda prefix: (prefix[1], prefix[0]))
    return Block.prefix(pool[0].family, first, length)


def compact_place(pool: Sequence[Block], taken: Sequence[Block], length: int) -> Block:
    """Choose the place of a new prefix that leaves large free prefixes whole: best fit, of equals the lowest.

    `pool` has its blocks, of one family.

    Raises:
        NoRoom: No free prefix of the pool is as large.
    """
    first, _ = min(_fitting(pool, taken, length), key=lambda prefix: (-prefix[1], prefix[0]))
    return Block.prefix(pool[0].family, first, length)


def _fitting(pool: Sequence[Block], taken: Sequence[Block], length: int) -> list[tuple[int, int]]:
    free = [prefix for block in pool for prefix in free_prefixes(block, taken)]
    fitting = [prefix for prefix in free if prefix[1] <= length]
    if not fitting:
        held = ", ".join(str(block) for block in pool)
        raise NoRoom(length=length, pool=held, largest=_largest(pool[0].family, free))
    return fitting


def growth_room(pool: Block, taken: Iterable[Block], block: Block) -> int:
    """Give the shortest length of a prefix around `block` that lies in the pool and touches no other block."""
    others = [other for other in taken if other != block and other.overlaps(pool)]
    length = block.length
    if length is None:
        return BITS[block.family] - (block.size.bit_length() - 1)
    while length > 0:
        wider = Block.prefix(block.family, block.first, length - 1)
        if not pool.contains(wider) or any(wider.overlaps(other) for other in others):
            break
        length -= 1
    return length


@dataclass(frozen=True, slots=True)
class Utilisation:
    """How full a pool is, in addresses; `fragmentation` is the share of the free space outside its largest prefix."""

    pool: Block
    taken: int
    free: int
    free_ranges: int
    largest_free: Block | None

    @property
    def share(self) -> float:
        """Taken part of the pool, 0 to 1."""
        return self.taken / self.pool.size

    @property
    def fragmentation(self) -> float:
        """0 where all free space is one prefix, or there is none; near 1 where it is dust."""
        return 1 - self.largest_free.size / self.free if self.largest_free else 0.0


def utilisation(pool: Block, taken: Sequence[Block]) -> Utilisation:
    """Measure a pool; addresses that are taken twice count once."""
    gaps = list(free_ranges(pool, taken))
    free = sum(gap.size for gap in gaps)
    prefixes = [prefix for gap in gaps for prefix in cidrs(pool.family, gap.first, gap.last)]
    first, length = min(prefixes, key=lambda prefix: (prefix[1], prefix[0]), default=(0, 0))
    largest = Block.prefix(pool.family, first, length) if prefixes else None
    return Utilisation(pool, pool.size - free, free, len(gaps), largest)


def _largest(family: int, free: list[tuple[int, int]]) -> str:
    if not free:
        return "none"
    first, length = min(free, key=lambda prefix: (prefix[1], prefix[0]))
    return f"{address_text(family, first)}/{length}"
