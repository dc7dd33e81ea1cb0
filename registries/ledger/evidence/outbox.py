"""What the sequencer needs of a store: rows that were committed with their changes, and the order it gives them.

A change writes its row in its own transaction, with neither a position nor a lock. Giving positions is the store's
part, since it alone knows which transactions have ended:

- a position is given once, never changed, never skipped: 0, 1, 2, ...;
- only committed rows get one. A row whose transaction is still open gets one after it has ended, however late: rows
  are chosen by the absence of a position, never by "newer than the last one seen";
- a transaction that fails leaves nothing, and no hole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A committed row with its position: the canonical bytes of the entry and their hash as a leaf."""

    position: int
    entry_id: str
    leaf_hash: bytes
    entry: bytes


class Outbox(Protocol):
    """The store's side of the log."""

    def give_positions(self, limit: int) -> int:
        """Give the next positions to at most `limit` committed rows that have none, in one durable transaction.

        Gives how many rows got one. Within a batch the order in which rows were written is kept.
        """
        ...

    def next_position(self) -> int:
        """Give the position after the last one given; 0 where none was."""
        ...

    def positioned(self, first: int, limit: int) -> Sequence[OutboxRow]:
        """Give at most `limit` rows with positions from `first` on, in order, without a hole."""
        ...
