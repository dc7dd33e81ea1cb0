"""Proofs that an entry is in the log, and that one state of the log grew out of another; checked without the log.

A proof is a text of the C2SP form `tlog-proof`: index, hashes from the leaf upwards, and the signed checkpoint. For a
million entries the hashes are 640 bytes.

References:
    C2SP tlog-proof v1; RFC 9162, sections 2.1.3 and 2.1.4.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registries.ledger.evidence.checkpoints import Checkpoint, open_checkpoint
from registries.ledger.evidence.errors import ProofFaulty, ProofUnavailable
from registries.ledger.evidence.folder import LogFolder
from registries.ledger.evidence.merkle import (
    HASH_BYTES,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    root_from_inclusion,
    tree_root,
)
from registries.ledger.evidence.notes import Verifier

_HEAD: Final = "c2sp.org/tlog-proof@v1"
_MOST_HASHES: Final = 64


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That a leaf stands at `position` in the tree of the checkpoint; `parse(str(proof))` gives it back."""

    position: int
    hashes: tuple[bytes, ...]
    checkpoint_note: str

    @property
    def length_bytes(self) -> int:
        """Give the length of the hashes, which is what grows with the log."""
        return HASH_BYTES * len(self.hashes)

    def __str__(self) -> str:
        lines = [_HEAD, f"index {self.position}", *(b64encode(value).decode() for value in self.hashes), ""]
        return "\n".join(lines) + "\n" + self.checkpoint_note

    @classmethod
    def parse(cls, text: str) -> "InclusionProof":
        """Read a proof; extra data in it is passed over.

        Raises:
            ProofFaulty: The text has another form.
        """
        head, empty_line, note = text.partition("\n\n")
        lines = head.split("\n")
        if not empty_line or lines[0] != _HEAD:
            raise ProofFaulty(what="an entry", reason=f"the text does not begin with {_HEAD}")
        rest = lines[2:] if len(lines) > 1 and lines[1].startswith("extra ") else lines[1:]
        word, _, index = rest[0].partition(" ") if rest else ("", "", "")
        if word != "index" or not (index.isascii() and index.isdigit()) or str(int(index)) != index:
            raise ProofFaulty(what="an entry", reason="there is no line `index` with a number")
        try:
            hashes = tuple(b64decode(line, validate=True) for line in rest[1:])
        except ValueError as cause:
            raise ProofFaulty(what=f"entry {index}", reason="a hash is no base64") from cause
        if any(len(value) != HASH_BYTES for value in hashes) or len(hashes) > _MOST_HASHES:
            raise ProofFaulty(
                what=f"entry {index}", reason="a hash has another length than 32 bytes, or there are too many"
            )
        return cls(int(index), hashes, note)

    def check(self, leaf: bytes, verifiers: Sequence[Verifier], *, origin: str | None = None) -> Checkpoint:
        """Give the checkpoint under which the leaf hash was proven.

        Raises:
            NoteFaulty: The checkpoint is no signed note.
            SignatureMissing: None of the keys has signed it.
            CheckpointFaulty: It is no checkpoint, or that of another log.
            ProofFaulty: The hashes do not lead from the leaf to the signed root.
        """
        checkpoint = open_checkpoint(self.checkpoint_note, verifiers, origin=origin)
        root = root_from_inclusion(self.position, checkpoint.size, leaf, self.hashes)
        if root is None:
            raise ProofFaulty(
                what=f"entry {self.position}", reason=f"its length does not fit a log of {checkpoint.size} entries"
            )
        if root != checkpoint.root:
            raise ProofFaulty(
                what=f"entry {self.position}", reason="it does not lead from this entry to the signed root"
            )
        return checkpoint


def prove_inclusion(folder: Path, position: int, verifiers: Sequence[Verifier]) -> InclusionProof:
    """Give the proof for one position under the checkpoint in the folder.

    Raises:
        LogNotFound: The folder holds no log.
        SignatureMissing: None of the keys has signed its checkpoint.
        ProofUnavailable: The position is not below the size of the log.
        LogDamaged: A tile is missing, or the tiles do not give the signed root.

    Cost: a few tiles of 8 KB, about a millisecond.
    """
    log = LogFolder(folder)
    note = log.checkpoint_note()
    checkpoint = open_checkpoint(note, verifiers)
    if not 0 <= position < checkpoint.size:
        raise ProofUnavailable(what=f"position {position}", size=checkpoint.size)
    read = log.nodes(checkpoint.size)
    proof = InclusionProof(position, inclusion_proof(position, checkpoint.size, read), note)
    proof.check(read(0, position), verifiers)
    return proof


def prove_consistency(folder: Path, old: Checkpoint, verifiers: Sequence[Verifier]) -> tuple[bytes, ...]:
    """Give the hashes that show the log of the folder to have grown out of an older checkpoint.

    Raises:
        LogNotFound: The folder holds no log.
        SignatureMissing: None of the keys has signed its checkpoint.
        ProofUnavailable: The older checkpoint is over more entries than the log has.
        ProofFaulty: The log did not grow out of it: it was rewritten.
        LogDamaged: A tile is missing.
    """
    log = LogFolder(folder)
    checkpoint = log.checkpoint(verifiers, origin=old.origin)
    if old.size > checkpoint.size:
        raise ProofUnavailable(what=f"size {old.size}", size=checkpoint.size)
    read = log.nodes(checkpoint.size)
    hashes = consistency_proof(old.size, checkpoint.size, read)
    if tree_root(old.size, read) != old.root:
        raise ProofFaulty(
            what=f"size {old.size}", reason="the first entries of the log have another root than the checkpoint"
        )
    check_consistency(old, checkpoint, hashes)
    return hashes


def check_consistency(old: Checkpoint, new: Checkpoint, hashes: Sequence[bytes]) -> None:
    """Hold that the newer checkpoint grew out of the older one.

    Raises:
        ProofFaulty: The hashes do not show it, or the checkpoints are of two logs.
    """
    if old.origin != new.origin:
        raise ProofFaulty(what=f"size {old.size}", reason=f"{old.origin} and {new.origin} are two logs")
    if not is_consistent(old.size, new.size, old.root, new.root, hashes):
        raise ProofFaulty(what=f"size {old.size}", reason=f"it does not show growth to {new.size} entries")
