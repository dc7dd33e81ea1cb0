"""The Merkle tree of RFC 9162: hashes, inclusion and consistency proofs, and their checks.

Pure: hashes arrive as arguments, or through a function that gives the hash of a whole subtree. A subtree at `level`
and `index` spans the leaves from `index << level` up to, not including, `(index + 1) << level`.

References:
    RFC 9162, sections 2.1.1 to 2.1.4 (the same tree as RFC 6962, section 2.1).
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()

NodeReader = Callable[[int, int], bytes]
"""`read(level, index)` gives the hash of the whole subtree there."""


def leaf_hash(entry: bytes) -> bytes:
    """Give the hash of one entry as a leaf: SHA-256 of a zero byte and the entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Give the hash over two subtrees: SHA-256 of a one byte and both hashes."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Give the root over leaf hashes; that of no leaves is SHA-256 of nothing.

    Cost: one hash for each leaf but one; the list is folded level by level.
    """
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        paired = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def range_hash(first: int, stop: int, read: NodeReader) -> bytes:
    """Give the hash over the leaves from `first` up to, not including, `stop`, as a subtree of some tree of RFC 9162.

    `first` is a multiple of the least power of two that is not below the length; every subtree that a proof names is
    of that form.

    Cost: one reading for each bit that is set in the length.
    """
    parts: list[bytes] = []
    while first < stop:
        level = (stop - first).bit_length() - 1
        parts.append(read(level, first >> level))
        first += 1 << level
    return fold_right(parts)


def fold_right(parts: Sequence[bytes]) -> bytes:
    """Give the root over whole subtrees that shrink from left to right; that of none is the empty root."""
    if not parts:
        return EMPTY_ROOT
    root = parts[-1]
    for part in reversed(parts[:-1]):
        root = node_hash(part, root)
    return root


def tree_root(size: int, read: NodeReader) -> bytes:
    """Give the root of the tree over the first `size` leaves."""
    return range_hash(0, size, read)


def inclusion_proof(index: int, size: int, read: NodeReader) -> tuple[bytes, ...]:
    """Give the hashes that lead from leaf `index` to the root over `size` leaves, from the leaf upwards.

    At most 64 hashes, and `ceil(log2(size))` of them; 32 bytes each.

    Raises:
        ValueError: The index is not below the size.

    References:
        RFC 9162, section 2.1.3.1.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not among {size}")
    proof: list[bytes] = []
    first, stop = 0, size
    while stop - first > 1:
        middle = first + _split(stop - first)
        if index < middle:
            proof.append(range_hash(middle, stop, read))
            stop = middle
        else:
            proof.append(range_hash(first, middle, read))
            first = middle
    return tuple(reversed(proof))


def consistency_proof(old_size: int, size: int, read: NodeReader) -> tuple[bytes, ...]:
    """Give the hashes that show the tree over `old_size` leaves to be the beginning of the tree over `size` leaves.

    Empty where the sizes are equal or the old tree is empty.

    Raises:
        ValueError: The old size is above the size.

    References:
        RFC 9162, section 2.1.4.1.
    """
    if not 0 <= old_size <= size:
        raise ValueError(f"a tree of {old_size} cannot begin one of {size}")
    if old_size in {0, size}:
        return ()
    proof: list[bytes] = []
    first, stop = 0, size
    known = True
    while old_size != stop:
        middle = first + _split(stop - first)
        if old_size <= middle:
            proof.append(range_hash(middle, stop, read))
            stop = middle
        else:
            proof.append(range_hash(first, middle, read))
            first, known = middle, False
    if not known:
        proof.append(range_hash(first, stop, read))
    return tuple(reversed(proof))


def _split(length: int) -> int:
    """Give the largest power of two below the length."""
    return 1 << ((length - 1).bit_length() - 1)


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes | None:
    """Give the root to which a proof leads, or None where its length does not fit the index and size.

    References:
        RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return None
    at, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            root = node_hash(sibling, root)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        at, last = at >> 1, last >> 1
    return root if last == 0 else None


def is_consistent(old_size: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that the tree with the old root is the beginning of the tree with the root.

    References:
        RFC 9162, section 2.1.4.2.
    """
    if not 0 <= old_size <= size:
        return False
    if old_size == size:
        return not proof and old_root == root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    hashes = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not hashes:
        return False
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_found = found = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old_found, found = node_hash(sibling, old_found), node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and old_found == old_root and found == root


class Frontier:
    """The right edge of a tree: enough to add leaves and tell the root, and no more than 64 hashes.

    Invariant: `parts` are the roots of the whole subtrees of which a tree of `size` leaves is made, largest first.
    """

    __slots__ = ("parts", "size")

    def __init__(self, size: int = 0, parts: Iterable[bytes] = ()) -> None:
        self.size = size
        self.parts = list(parts)

    def add(self, leaf: bytes) -> None:
        """Add one leaf hash at the right."""
        self.add_subtree(0, leaf)

    def add_subtree(self, level: int, root: bytes) -> None:
        """Add a whole subtree of `1 << level` leaves at the right; the size so far is a multiple of that."""
        at = self.size >> level
        while at & 1:
            root = node_hash(self.parts.pop(), root)
            at >>= 1
        self.parts.append(root)
        self.size += 1 << level

    def root(self) -> bytes:
        """Give the root over all leaves added so far."""
        return fold_right(self.parts)
