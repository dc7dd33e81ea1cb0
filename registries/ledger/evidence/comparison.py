"""Whether the store still holds the entries that were sequenced: its rows against the hash tiles, position by position.

`verify_log` holds the files against checkpoints; this holds the database against the files. Together they find an
entry that was changed in the one, in the other, or in both.
"""

from pathlib import Path
from typing import Final

from registries.ledger.evidence.alignment import Alignment
from registries.ledger.evidence.checkpoints import Checkpoint
from registries.ledger.evidence.folder import LogFolder
from registries.ledger.evidence.merkle import HASH_BYTES, leaf_hash
from registries.ledger.evidence.outbox import Outbox
from registries.ledger.evidence.tiles import WIDTH, tiles_of
from registries.ledger.evidence.verification import FaultKind, Verification, told

STORE: Final = "store"


def compare_store(outbox: Outbox, folder: Path, checkpoint: Checkpoint) -> Verification:
    """Compare what the store says its entries are with the leaf hashes of the log, up to a checkpoint.

    The leaf hash that the store keeps beside an entry proves nothing, so the bytes are hashed anew. Check the log
    itself first.

    Raises:
        LogDamaged: A hash tile is missing or too short.

    Cost: one reading of all rows in order, 256 at a time, and one hash a row.
    """
    log = LogFolder(folder)
    found = Verification(checkpoint.origin, checkpoint.size)
    alignment = Alignment()
    known = outbox.next_position()
    for tile in tiles_of(checkpoint.size, 0):
        hashes = log.read(tile)
        rows = [row for row in outbox.positioned(tile.first, WIDTH) if row.position < tile.stop]
        have = [leaf_hash(row.entry) for row in rows]
        found.entries_read += len(rows)
        found.checked += tile.width
        if alignment.is_level and b"".join(have) == hashes:
            alignment.skip(tile.width)
            continue
        wanted = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
        for difference in alignment.feed(wanted, have):
            _add(found, *told(difference), difference.first, difference.stop)
    for difference in alignment.finish():
        _add(found, *told(difference), difference.first, difference.stop)
    if known < checkpoint.size:
        _add(
            found,
            FaultKind.LOG_OLDER,
            f"cơ sở dữ liệu cũ hơn nhật ký: thiếu các mục {known:,} đến {checkpoint.size - 1:,}",
            f"the store is older than the log: entries {known} to {checkpoint.size - 1} are missing",
            known,
            checkpoint.size,
        )
    return found


def _add(found: Verification, kind: FaultKind, vi: str, en: str, first: int, stop: int) -> None:
    found.add(kind, STORE, first, max(stop, first + 1), f"cơ sở dữ liệu: {vi}", f"store: {en}")
