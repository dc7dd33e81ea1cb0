"""Checkpoints: what the log says of itself at one size, signed.

References:
    C2SP tlog-checkpoint v1.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from registries.ledger.evidence.errors import CheckpointFaulty
from registries.ledger.evidence.merkle import EMPTY_ROOT, HASH_BYTES
from registries.ledger.evidence.notes import Signer, Verifier, open_note


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The root over the first `size` entries of the log named `origin`; `parse(str(checkpoint))` gives it back."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a checkpoint; extension lines are passed over.

        Raises:
            CheckpointFaulty: The text is no checkpoint.
        """
        lines = text.split("\n")
        if len(lines) < 4 or not all(lines[:-1]) or lines[-1]:
            raise CheckpointFaulty(what="it has fewer than three lines, or an empty one")
        origin, size, encoded = lines[:3]
        if not (size.isascii() and size.isdigit()) or str(int(size)) != size:
            raise CheckpointFaulty(what=f"the second line, {size[:24]!r}, is no number of entries")
        try:
            root = b64decode(encoded, validate=True)
        except ValueError as cause:
            raise CheckpointFaulty(what="the third line is no base64") from cause
        if len(root) != HASH_BYTES or (size == "0" and root != EMPTY_ROOT):
            raise CheckpointFaulty(what=f"the third line is no root over {size} entries")
        return cls(origin, int(size), root)

    def sign(self, signer: Signer) -> str:
        """Give the signed note of this checkpoint.

        Raises:
            CheckpointFaulty: The origin holds a line end or control character.
        """
        if not self.origin or any(ord(sign) < 0x20 for sign in self.origin):
            raise CheckpointFaulty(what="the origin is empty or holds a control character")
        return signer.sign(str(self))


def open_checkpoint(note: str, verifiers: Sequence[Verifier], *, origin: str | None = None) -> Checkpoint:
    """Give the checkpoint of a signed note.

    Raises:
        NoteFaulty: It is no signed note.
        SignatureMissing: None of the keys has signed it.
        CheckpointFaulty: The text is no checkpoint, or one of a log with another origin.
    """
    checkpoint = Checkpoint.parse(open_note(note, verifiers))
    if origin is not None and checkpoint.origin != origin:
        raise CheckpointFaulty(what=f"it is of the log {checkpoint.origin}, not of {origin}")
    return checkpoint
