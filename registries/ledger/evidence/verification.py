"""Whether the log still says what it said: entries against hashes, hashes against the root, the root against copies.

What a folder says of itself proves little, since who can change its files can change all of them. A checkpoint held
outside is the measure: a log whose root over that many entries is the same has the same entries in the same order. A
truncation, or an old copy put back, cannot be seen without a checkpoint that is newer than the damage.

References:
    RFC 9162, section 2.1; C2SP tlog-tiles.

Cost: about three hashes an entry, one pass, a few hundred kilobytes of memory whatever the size.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final

from registries.ledger.evidence.alignment import Alignment, Change, Difference
from registries.ledger.evidence.checkpoints import Checkpoint
from registries.ledger.evidence.errors import CheckpointFaulty, EvidenceError, NoteFaulty, SignatureMissing
from registries.ledger.evidence.folder import CHECKPOINT, LogFolder
from registries.ledger.evidence.merkle import EMPTY_ROOT, HASH_BYTES, Frontier
from registries.ledger.evidence.notes import Verifier, open_note
from registries.ledger.evidence.tiles import (
    BUNDLES,
    HEIGHT,
    WIDTH,
    Tile,
    hash_entries,
    levels_of,
    tile_root,
    tiles_of,
)

_NOTHING: Final = Checkpoint("", 0, EMPTY_ROOT)
MOST_FAULTS: Final = 1_000
"""Faults beyond this are counted, not kept."""


class FaultKind(Enum):
    """What is wrong with a log, in the words of who must act."""

    ENTRY_ALTERED = "entry-altered"
    ENTRY_DELETED = "entry-deleted"
    ENTRY_INSERTED = "entry-inserted"
    ENTRIES_SWAPPED = "entries-swapped"
    FILE_MISSING = "file-missing"
    HASHES_DIFFER = "hashes-differ"
    ROOT_DIFFERS = "root-differs"
    LOG_OLDER = "log-older"
    CHECKPOINT_FAULTY = "checkpoint-faulty"
    ORIGIN_DIFFERS = "origin-differs"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and its place: a file, and the positions from `first` up to, not including, `stop`."""

    kind: FaultKind
    place: str
    first: int
    stop: int
    vi: str
    en: str

    def __str__(self) -> str:
        return f"{self.vi} · {self.en}"


@dataclass(slots=True)
class Verification:
    """What a check found: how far it went, and every fault with its place.

    `checked` is the number of entries whose hashes were checked, `entries_read` of those whose bytes were read as well.
    `held` are the checkpoints held outside that fit. The log is whole where `is_whole`.
    """

    origin: str
    size: int
    checked: int = 0
    entries_read: int = 0
    root: bytes | None = None
    held: list[Checkpoint] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    faults_not_kept: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.faults

    def add(self, kind: FaultKind, place: str, first: int, stop: int, vi: str, en: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(kind, place, first, stop, vi, en))
        else:
            self.faults_not_kept += 1


def verify_log(
    folder: Path, verifiers: Sequence[Verifier], held: Sequence[Checkpoint] = (), *, entries: bool = True
) -> Verification:
    """Check a whole log against its own signed checkpoint and against those held outside; never raises for damage.

    Args:
        folder: The folder of the log.
        verifiers: Keys that may sign its checkpoint.
        held: Checkpoints kept outside, of any sizes. Several of them narrow down the place of a change that was
            carried through all files.
        entries: Whether bundles of entries are read; without, hash tiles alone, which may be public.

    Raises:
        LogNotFound: The folder holds no log.
    """
    log = LogFolder(folder)
    claimed = _claimed(log) or max(held, key=lambda checkpoint: checkpoint.size, default=_NOTHING)
    found = Verification(claimed.origin, claimed.size)
    _check_claim(log, verifiers, claimed, found)
    for other in held:
        if other.origin != claimed.origin:
            found.add(
                FaultKind.ORIGIN_DIFFERS,
                CHECKPOINT,
                0,
                0,
                f"điểm kiểm giữ bên ngoài thuộc nhật ký {other.origin}, không phải {claimed.origin}",
                f"the checkpoint held outside is of the log {other.origin}, not of {claimed.origin}",
            )
    _Pass(log, found, entries).run(claimed, [other for other in held if other.origin == claimed.origin])
    return found


def _claimed(log: LogFolder) -> Checkpoint | None:
    """Give what the folder says of itself, signed or not."""
    try:
        return Checkpoint.parse(log.checkpoint_note().rpartition("\n\n")[0] + "\n")
    except EvidenceError:
        return None


def _check_claim(log: LogFolder, verifiers: Sequence[Verifier], claimed: Checkpoint, found: Verification) -> None:
    try:
        Checkpoint.parse(open_note(log.checkpoint_note(), verifiers))
    except (NoteFaulty, SignatureMissing, CheckpointFaulty) as fault:
        found.add(
            FaultKind.CHECKPOINT_FAULTY,
            CHECKPOINT,
            0,
            claimed.size,
            f"điểm kiểm trong thư mục không dùng được ({fault})",
            str(fault),
        )


class _Pass:
    """One pass over all tiles, level 0 as the truth to be tested, the levels above beside it."""

    def __init__(self, log: LogFolder, found: Verification, entries: bool) -> None:
        self._log = log
        self._found = found
        self._entries = entries
        self._frontier: Frontier | None = Frontier()
        self._below: dict[int, list[bytes]] = {}
        self._filled: dict[int, int] = {}
        self._alignment = Alignment()
        self._asked: list[tuple[Checkpoint, bool]] = []
        self._agreed = 0
        self._parted = False

    def run(self, claimed: Checkpoint, held: Sequence[Checkpoint]) -> None:
        size = self._found.size
        asked = [(claimed, False), *((checkpoint, True) for checkpoint in held if checkpoint.size <= size)]
        # Those held outside first: what the folder says of itself narrows nothing down.
        self._asked = sorted(asked, key=lambda pair: (pair[0].size, not pair[1]))
        self._compare_roots(b"", 0)
        for tile in tiles_of(size, 0):
            self._tile(tile)
        self._differences(self._alignment.finish())
        for level in list(levels_of(size))[1:]:
            last = next(tiles_of(size, level, (size >> HEIGHT * level) - 1))
            if not last.is_full:
                self._compare_above(last)
        if self._frontier is not None:
            self._found.root = self._frontier.root()
        for other in held:
            if other.size > size:
                self._found.add(
                    FaultKind.LOG_OLDER,
                    CHECKPOINT,
                    size,
                    other.size,
                    f"nhật ký cũ hơn điểm kiểm giữ bên ngoài: thiếu các mục {size:,} đến {other.size - 1:,}",
                    f"the log is older than the checkpoint held outside: entries {size} to {other.size - 1} "
                    "are missing",
                )

    def _tile(self, tile: Tile) -> None:
        hashes = self._log.find(tile)
        if hashes is None and not tile.is_full:
            whole = self._log.find(Tile(0, tile.index))
            hashes = None if whole is None else whole[: tile.width * HASH_BYTES]
        if hashes is None or len(hashes) != tile.width * HASH_BYTES:
            self._unreadable(tile, hashes)
            return
        if self._entries:
            self._bundle(Tile(BUNDLES, tile.index, tile.width), hashes)
        self._found.checked += tile.width
        if self._frontier is not None:
            self._compare_roots(hashes, tile.first)
        if tile.is_full:
            self._push(1, tile_root(hashes))
        elif self._frontier is not None:
            for at in range(0, len(hashes), HASH_BYTES):
                self._frontier.add(hashes[at : at + HASH_BYTES])

    def _unreadable(self, tile: Tile, hashes: bytes | None) -> None:
        """Report a hash tile that cannot be used, and go on over it by the hash that the level above has for it."""
        self._fault_of_file(tile, hashes)
        self._differences(self._alignment.finish())
        self._alignment.skip(tile.width)
        above = self._log.find(_above(tile, self._found.size)) if tile.is_full else None
        at = (tile.index % WIDTH) * HASH_BYTES
        if above is None or len(above) < at + HASH_BYTES:
            self._frontier = None
            self._push(1, None)
        else:
            self._push(1, above[at : at + HASH_BYTES])

    def _bundle(self, tile: Tile, hashes: bytes) -> None:
        """Compare a bundle with its hashes; the fast way while nothing has slipped."""
        data = self._log.find(tile)
        if data is None:
            self._fault_of_file(tile, None)
            self._differences(self._alignment.finish())
            self._alignment.skip(tile.width)
            return
        found = hash_entries(data)
        self._found.entries_read += len(found)
        if self._alignment.is_level and b"".join(found) == hashes:
            self._alignment.skip(tile.width)
            return
        wanted = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
        self._differences(self._alignment.feed(wanted, found))

    def _differences(self, differences: Iterator[Difference]) -> None:
        for difference in differences:
            kind, vi, en = told(difference)
            place = Tile(BUNDLES, difference.first >> HEIGHT).path
            self._found.add(kind, place, difference.first, max(difference.stop, difference.first + 1), vi, en)

    def _push(self, level: int, root: bytes | None) -> None:
        """Hand the root of a full tile up, and compare the tile above once all of its hashes are there."""
        if self._frontier is not None and level == 1 and root is not None:
            self._frontier.add_subtree(HEIGHT, root)
        roots = self._below.setdefault(level, [])
        roots.append(root or b"")
        if len(roots) == WIDTH:
            index = self._filled.get(level, 0)
            self._push(level + 1, self._compare_above(Tile(level, index)))
            self._filled[level] = index + 1
            roots.clear()

    def _compare_above(self, tile: Tile) -> bytes | None:
        """Compare a tile above level 0 with the roots of the tiles below; gives its own root where it is full."""
        data = self._log.find(tile)
        if data is None or len(data) != tile.width * HASH_BYTES:
            self._fault_of_file(tile, data)
            return None
        for at, root in enumerate(self._below.get(tile.level, [])):
            if root and root != data[at * HASH_BYTES : (at + 1) * HASH_BYTES]:
                under = Tile(tile.level - 1, tile.index * WIDTH + at)
                self._found.add(
                    FaultKind.HASHES_DIFFER,
                    tile.path,
                    under.first,
                    under.stop,
                    f"{tile.path}: mã băm thứ {at} không phải gốc của {under.path} "
                    f"(các mục {under.first:,}-{under.stop - 1:,})",
                    f"{tile.path}: hash {at} is not the root of {under.path} "
                    f"(entries {under.first} to {under.stop - 1})",
                )
        return tile_root(data) if tile.is_full else None

    def _compare_roots(self, hashes: bytes, first: int) -> None:
        """Compare checkpoints whose size lies within this tile, or at its end, with the tree so far."""
        stop = first + len(hashes) // HASH_BYTES
        while self._asked and self._frontier is not None and self._asked[0][0].size <= stop:
            checkpoint, is_held = self._asked.pop(0)
            tree = Frontier(self._frontier.size, self._frontier.parts)
            for at in range(0, (checkpoint.size - first) * HASH_BYTES, HASH_BYTES):
                tree.add(hashes[at : at + HASH_BYTES])
            if tree.root() == checkpoint.root:
                if is_held:
                    self._found.held.append(checkpoint)
                    self._agreed = checkpoint.size
            elif not self._parted:
                self._parted = True
                self._found.add(
                    FaultKind.ROOT_DIFFERS,
                    "tile/0",
                    self._agreed,
                    checkpoint.size,
                    f"gốc của {checkpoint.size:,} mục khác với điểm kiểm: "
                    f"đã đổi trong các mục {self._agreed:,}-{checkpoint.size - 1:,}",
                    f"the root over {checkpoint.size} entries is not that of the checkpoint: something changed within "
                    f"entries {self._agreed} to {checkpoint.size - 1}",
                )

    def _fault_of_file(self, tile: Tile, data: bytes | None) -> None:
        what = (
            ("thiếu tệp", "the file is missing") if data is None else ("sai độ dài", f"{len(data)} bytes do not fit it")
        )
        span = f"{tile.first} to {tile.stop - 1}"
        self._found.add(
            FaultKind.FILE_MISSING,
            tile.path,
            tile.first,
            tile.stop,
            f"{tile.path}: {what[0]} (các mục {tile.first:,}-{tile.stop - 1:,})",
            f"{tile.path}: {what[1]} (entries {span})",
        )


def _above(tile: Tile, size: int) -> Tile:
    held = (size >> HEIGHT * (tile.level + 1)) - (tile.index >> HEIGHT << HEIGHT)
    return Tile(tile.level + 1, tile.index >> HEIGHT, min(WIDTH, held))


def told(difference: Difference) -> tuple[FaultKind, str, str]:
    """Give the kind of a difference, and its words in both languages."""
    first, count = difference.first, difference.stop - difference.first
    match difference.change:
        case Change.ALTERED:
            return FaultKind.ENTRY_ALTERED, f"mục {first:,} đã bị đổi", f"entry {first} was altered"
        case Change.DELETED:
            return (
                FaultKind.ENTRY_DELETED,
                f"{count} mục từ vị trí {first:,} đã bị xóa",
                f"{count} entries from {first} on were deleted",
            )
        case Change.INSERTED:
            return (
                FaultKind.ENTRY_INSERTED,
                f"{count} mục lạ trước vị trí {first:,}",
                f"{count} strange entries stand before {first}",
            )
        case Change.SWAPPED:
            return (
                FaultKind.ENTRIES_SWAPPED,
                f"mục {first:,} và {difference.stop:,} đã bị đổi chỗ",
                f"entries {first} and {difference.stop} stand in each other's place",
            )
