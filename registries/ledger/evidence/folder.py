"""The log as files: a checkpoint, hash tiles, and bundles of entries, each written whole or not at all.

`checkpoint` and `tile/0`, `tile/1`, ... may be published; `tile/entries` may not. A file is written under another
name, flushed, and renamed, so that a reader finds the old bytes or the new ones. The checkpoint comes last: whatever
lies beyond the size it signs is unfinished work and is written anew.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from registries.ledger.evidence.checkpoints import Checkpoint, open_checkpoint
from registries.ledger.evidence.errors import LogDamaged, LogExists, LogNotFound
from registries.ledger.evidence.merkle import EMPTY_ROOT, HASH_BYTES, NodeReader
from registries.ledger.evidence.notes import Signer, Verifier
from registries.ledger.evidence.tiles import BUNDLES, HEIGHT, WIDTH, Tile, tile_root, tiles_of

CHECKPOINT = "checkpoint"
_NEW = ".new"
_TILES_KEPT = 64


class LogFolder:
    """The files of one log, for reading; every reading names the file at fault where there is one."""

    __slots__ = ("path",)

    def __init__(self, path: Path) -> None:
        self.path = path

    def checkpoint_note(self) -> str:
        """Give the signed checkpoint as it stands in the folder.

        Raises:
            LogNotFound: There is none.
            LogDamaged: It is no text.
        """
        try:
            return (self.path / CHECKPOINT).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError) as cause:
            raise LogNotFound(folder=self.path) from cause
        except UnicodeDecodeError as cause:
            raise LogDamaged(place=CHECKPOINT, what="it is no text in UTF-8") from cause

    def checkpoint(self, verifiers: Sequence[Verifier], *, origin: str | None = None) -> Checkpoint:
        """Give the checkpoint, after checking its signature; see `open_checkpoint`."""
        return open_checkpoint(self.checkpoint_note(), verifiers, origin=origin)

    def read(self, tile: Tile) -> bytes:
        """Give the bytes of a tile or bundle; of a partial one that has grown since, the beginning of the full one.

        Raises:
            LogDamaged: The file is missing, or too short for its width.
        """
        data = self.find(tile)
        if data is None and tile.level != BUNDLES and not tile.is_full:
            whole = self.find(Tile(tile.level, tile.index))
            data = None if whole is None else whole[: tile.width * HASH_BYTES]
        if data is None:
            raise LogDamaged(place=tile.path, what="the file is missing")
        if tile.level != BUNDLES and len(data) != tile.width * HASH_BYTES:
            raise LogDamaged(place=tile.path, what=f"{len(data)} bytes instead of {tile.width * HASH_BYTES}")
        return data

    def find(self, tile: Tile) -> bytes | None:
        """Give the bytes of a tile or bundle, or None where there is no such file."""
        try:
            return (self.path / tile.path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def nodes(self, size: int) -> NodeReader:
        """Give a reader of subtree hashes within a tree of `size` entries; it keeps the last 64 tiles.

        Raises:
            LogDamaged: On reading, where a file is missing or too short.
        """

        @lru_cache(maxsize=_TILES_KEPT)
        def hashes(level: int, index: int) -> bytes:
            held = (size >> HEIGHT * level) - (index << HEIGHT)
            return self.read(Tile(level, index, min(WIDTH, held)))

        def read(level: int, index: int) -> bytes:
            tile_level, within = divmod(level, HEIGHT)
            first = index << within
            at = (first & (WIDTH - 1)) * HASH_BYTES
            return tile_root(hashes(tile_level, first >> HEIGHT)[at : at + (HASH_BYTES << within)])

        return read


def create_log(path: Path, origin: str, signer: Signer) -> str:
    """Lay out an empty log, with a signed checkpoint over no entries; gives that checkpoint.

    Raises:
        LogExists: The folder holds a log already.
        CheckpointFaulty: The origin is empty or holds a control character.
    """
    note = Checkpoint(origin, 0, EMPTY_ROOT).sign(signer)
    if (path / CHECKPOINT).exists():
        raise LogExists(folder=path)
    path.mkdir(parents=True, exist_ok=True)
    write_files(path, [(CHECKPOINT, note.encode())])
    return note


def write_files(folder: Path, files: Iterable[tuple[str, bytes]], *, before: Callable[[str], object] = id) -> None:
    """Write files durably, each whole or not at all; when this returns, all of them survive a loss of power.

    `before` is called with what happens next, for tests that stop there.
    """
    parents: set[Path] = set()
    for name, data in files:
        path = folder / name
        _make_parents(path.parent, parents)
        scratch = path.with_name(f".{path.name}{_NEW}")
        before(f"write {name}")
        with scratch.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        before(f"rename {name}")
        scratch.replace(path)
        parents.add(path.parent)
    for parent in sorted(parents):
        sync_folder(parent)


def _make_parents(folder: Path, touched: set[Path]) -> None:
    """Make a folder; those that get a new entry by that have to be flushed too."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for made in reversed(missing):
        made.mkdir(exist_ok=True)
        touched.update((made, made.parent))


def sync_folder(folder: Path) -> None:
    """Flush the entries of a folder: without it, a rename may be forgotten."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_partials(folder: Path, tile: Tile) -> None:
    """Remove the partial forms of a tile that is full and signed; a reader falls back to the full one."""
    partials = folder / f"{Tile(tile.level, tile.index).path}.p"
    if partials.is_dir():
        for partial in sorted(partials.iterdir()):
            partial.unlink()
        partials.rmdir()


def last_tile(size: int, level: int) -> Tile | None:
    """Give the last tile of a level of a tree of `size` entries, or None where the level has none."""
    held = size if level == BUNDLES else size >> HEIGHT * level
    return next(tiles_of(size, level, held - 1), None) if held else None
