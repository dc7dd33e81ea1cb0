"""A store for tests of the sequencer: rows are written by transactions that commit late, early or never."""

from collections.abc import Sequence

from registries.ledger.evidence import OutboxRow, canonical_bytes, leaf_hash


class MemoryOutbox:
    """Positions go to committed rows in the order of their ids, as a store with a snapshot horizon gives them."""

    def __init__(self) -> None:
        self.open: dict[int, bytes] = {}
        self.committed: dict[int, bytes] = {}
        self.order: list[tuple[int, bytes]] = []
        self.begun = 0

    def begin(self, entry: bytes | None = None) -> int:
        self.begun += 1
        self.open[self.begun] = canonical_bytes({"entry": self.begun}) if entry is None else entry
        return self.begun

    def commit(self, entry_id: int) -> None:
        self.committed[entry_id] = self.open.pop(entry_id)

    def abort(self, entry_id: int) -> None:
        del self.open[entry_id]

    def fill(self, count: int) -> None:
        for _ in range(count):
            self.commit(self.begin())

    def give_positions(self, limit: int) -> int:
        given = sorted(self.committed)[:limit]
        self.order += [(entry_id, self.committed.pop(entry_id)) for entry_id in given]
        return len(given)

    def next_position(self) -> int:
        return len(self.order)

    def positioned(self, first: int, limit: int) -> Sequence[OutboxRow]:
        return [
            OutboxRow(position, str(entry_id), leaf_hash(entry), entry)
            for position, (entry_id, entry) in enumerate(self.order[first : first + limit], first)
        ]
