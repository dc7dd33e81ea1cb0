"""The sequencer: takes committed rows in order, puts them into the tree, and signs what it has become.

One step is: positions (durable in the store), bundles and tiles (durable in the folder), checkpoint. Wherever a step
is cut off, the next one does it again and gives the same bytes: the order is in the store, and the tree follows from
the order. Nothing is signed that the tiles in the folder do not give, and no tree that is not a growth of the one
signed before.
"""

import fcntl
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from registries.ledger.evidence.checkpoints import Checkpoint
from registries.ledger.evidence.errors import LogAhead, LogDamaged, LogLocked, OutboxDamaged
from registries.ledger.evidence.folder import CHECKPOINT, LogFolder, last_tile, remove_partials, write_files
from registries.ledger.evidence.merkle import HASH_BYTES, Frontier, leaf_hash, range_hash
from registries.ledger.evidence.notes import Signer
from registries.ledger.evidence.outbox import Outbox, OutboxRow
from registries.ledger.evidence.tiles import (
    BUNDLES,
    FULL_TILE_BYTES,
    WIDTH,
    Tile,
    levels_of,
    pack_entries,
    tile_root,
    unpack_entries,
)

LOCK: Final = ".sequencer"
BATCH: Final = 16_384
"""Rows of one step: 64 whole tiles, and about 10 MB of entries."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did: entries from `first` up to, not including, `stop`; the checkpoint in force afterwards."""

    first: int
    stop: int
    checkpoint: str

    @property
    def count(self) -> int:
        return self.stop - self.first


class Sequencer:
    """The one writer of a log folder; use it as a context, which holds the lock.

    Args:
        folder: A folder laid out by `create_log`.
        signer: The key that signs checkpoints; its verifier must hold for the checkpoint in the folder.
        outbox: The store's side.
        held: Checkpoints kept elsewhere. Nothing is signed that contradicts one of them.
        batch: Rows of one step.
        before: Called with what happens next, for tests that stop there.
    """

    def __init__(
        self,
        folder: Path,
        signer: Signer,
        outbox: Outbox,
        *,
        held: Sequence[Checkpoint] = (),
        batch: int = BATCH,
        before: Callable[[str], object] = id,
    ) -> None:
        self._folder = LogFolder(folder)
        self._signer = signer
        self._outbox = outbox
        self._held = sorted(held, key=lambda checkpoint: checkpoint.size)
        self._batch = batch
        self._before = before
        self._lock: int | None = None
        self._origin = ""
        self._frontier = Frontier()
        self._edges: dict[int, bytes] = {}
        self._bundle: list[bytes] = []

    def __enter__(self) -> Self:
        """Take the lock and read the right edge of the tree.

        Raises:
            LogNotFound: The folder holds no log.
            LogLocked: Another sequencer has the lock.
            SignatureMissing: The checkpoint was signed by another key.
            LogDamaged: The tiles do not give the signed root, or a held checkpoint contradicts it.
        """
        self._folder.checkpoint_note()
        self._lock = os.open(self._folder.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as cause:
                raise LogLocked(folder=self._folder.path) from cause
            self._load()
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._release()

    @property
    def size(self) -> int:
        """Give how many entries are signed."""
        return self._frontier.size

    def step(self) -> Step:
        """Sequence and sign at most one batch; where there is nothing new, nothing is written.

        Afterwards every row with a position below `stop` has an inclusion proof under the checkpoint.

        Raises:
            LogAhead: The store knows fewer positions than are signed.
            OutboxDamaged: A row is not what was committed, or its position is not the next.
            EntryTooLarge: An entry has more than 65,535 bytes.
            LogDamaged: The tree would contradict a held checkpoint.
        """
        first = self.size
        self._before("give positions")
        self._outbox.give_positions(self._batch)
        known = self._outbox.next_position()
        if known < first:
            raise LogAhead(signed=first, known=known)
        rows = self._outbox.positioned(first, self._batch) if known > first else ()
        if not rows:
            return Step(first, first, self._folder.checkpoint_note())
        _check(rows, first)
        filled = self._integrate(rows)
        note = Checkpoint(self._origin, self.size, self._frontier.root()).sign(self._signer)
        write_files(self._folder.path, [(CHECKPOINT, note.encode())], before=self._before)
        for tile in filled:
            self._before(f"remove partials of {tile.path}")
            remove_partials(self._folder.path, tile)
        return Step(first, self.size, note)

    def catch_up(self) -> Step:
        """Take steps until nothing is left; gives them as one."""
        first = self.size
        while (step := self.step()).count:
            pass
        return Step(first, step.stop, step.checkpoint)

    def _load(self) -> None:
        signed = self._folder.checkpoint([self._signer.verifier])
        self._origin = signed.origin
        read = self._folder.nodes(signed.size)
        frontier = Frontier()
        for level in reversed(range(signed.size.bit_length())):
            if signed.size >> level & 1:
                frontier.add_subtree(level, read(level, frontier.size >> level))
        if frontier.root() != signed.root:
            raise LogDamaged(place="tile", what=f"the tiles do not give the root signed over {signed.size} entries")
        self._check_held(signed.size, frontier.root())
        edges = {}
        for level in levels_of(signed.size):
            tile = last_tile(signed.size, level)
            edges[level] = self._folder.read(tile) if tile and not tile.is_full else b""
        bundle: list[bytes] = []
        last = last_tile(signed.size, BUNDLES)
        if last and not last.is_full:
            bundle = unpack_entries(self._folder.read(last))
            if b"".join(map(leaf_hash, bundle)) != edges[0]:
                raise LogDamaged(place=last.path, what="its entries are not those of the hash tile")
        self._frontier, self._edges, self._bundle = frontier, edges, bundle

    def _integrate(self, rows: Sequence[OutboxRow]) -> list[Tile]:
        """Write bundles and tiles; the state in memory changes only when all are durable. Gives what became full."""
        files: list[tuple[Tile, bytes]] = []
        bundle = [*self._bundle, *(row.entry for row in rows)]
        index = self.size // WIDTH
        while len(bundle) >= WIDTH:
            files.append((Tile(BUNDLES, index), pack_entries(bundle[:WIDTH])))
            bundle, index = bundle[WIDTH:], index + 1
        if bundle:
            files.append((Tile(BUNDLES, index, len(bundle)), pack_entries(bundle)))
        frontier = Frontier(self.size, self._frontier.parts)
        for row in rows:
            frontier.add(row.leaf_hash)
            self._check_held(frontier.size, frontier)
        edges = dict(self._edges)
        added = b"".join(row.leaf_hash for row in rows)
        level = 0
        while added:
            hashes = edges.get(level, b"") + added
            index = (self.size >> 8 * level) // WIDTH
            roots = []
            while len(hashes) >= FULL_TILE_BYTES:
                full, hashes = hashes[:FULL_TILE_BYTES], hashes[FULL_TILE_BYTES:]
                files.append((Tile(level, index), full))
                roots.append(tile_root(full))
                index += 1
            if hashes:
                files.append((Tile(level, index, len(hashes) // HASH_BYTES), hashes))
            edges[level] = hashes
            added = b"".join(roots)
            level += 1
        write_files(self._folder.path, ((tile.path, data) for tile, data in files), before=self._before)
        self._frontier, self._edges, self._bundle = frontier, edges, bundle
        return [tile for tile, _ in files if tile.is_full]

    def _check_held(self, size: int, tree: Frontier | bytes) -> None:
        """Refuse a tree that contradicts a checkpoint kept elsewhere; smaller ones are checked against the tiles."""
        for held in self._held:
            if held.size == size and held.root != (tree if isinstance(tree, bytes) else tree.root()):
                raise LogDamaged(
                    place="tile", what=f"a checkpoint held elsewhere over {held.size} entries has another root"
                )
            if isinstance(tree, bytes) and 0 < held.size < size:
                found = range_hash(0, held.size, self._folder.nodes(size))
                if found != held.root:
                    raise LogDamaged(
                        place="tile", what=f"the first {held.size} entries have another root than was held"
                    )

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _check(rows: Sequence[OutboxRow], first: int) -> None:
    for position, row in enumerate(rows, first):
        if row.position != position:
            raise OutboxDamaged(
                entry_id=row.entry_id, position=row.position, what=f"position {position} was to come, and no other"
            )
        if leaf_hash(row.entry) != row.leaf_hash:
            raise OutboxDamaged(entry_id=row.entry_id, position=position, what="its leaf hash is not that of its bytes")
