"""Receipts: what the one who asked for a change keeps of it, and can hold against the log for ever.

At once a receipt holds the hash of the entry. Once the entry is sequenced, the proof is added, with the signed
checkpoint. Who keeps receipts is a witness: the log can no longer be rewritten without at least one of them failing.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from registries.ledger.evidence.checkpoints import Checkpoint
from registries.ledger.evidence.errors import ProofFaulty
from registries.ledger.evidence.merkle import HASH_BYTES, leaf_hash
from registries.ledger.evidence.notes import Verifier
from registries.ledger.evidence.proofs import InclusionProof, prove_inclusion

FORM: Final = "sogoc-receipt/v1"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receipt of one entry; `proof` is None until the entry is sequenced. `parse(str(receipt))` gives it back."""

    origin: str
    entry_id: str
    leaf_hash: bytes
    proof: InclusionProof | None = None

    def __str__(self) -> str:
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=1) + "\n"

    def as_dict(self) -> dict[str, Any]:
        """Give the receipt as values for JSON."""
        return {
            "form": FORM,
            "log": self.origin,
            "entry_id": self.entry_id,
            "leaf_hash": b64encode(self.leaf_hash).decode(),
            "proof": None if self.proof is None else str(self.proof),
        }

    @classmethod
    def parse(cls, text: str) -> "Receipt":
        """Read a receipt.

        Raises:
            ProofFaulty: The text is no receipt of this form.
        """
        try:
            read: dict[str, Any] = json.loads(text)
            if read["form"] != FORM:
                raise ProofFaulty(what="a receipt", reason=f"its form is {read['form']}, not {FORM}")
            leaf = b64decode(read["leaf_hash"], validate=True)
            proof = None if read["proof"] is None else InclusionProof.parse(read["proof"])
            receipt = cls(str(read["log"]), str(read["entry_id"]), leaf, proof)
        except (ValueError, KeyError, TypeError, AttributeError) as cause:
            raise ProofFaulty(what="a receipt", reason="the text is no receipt") from cause
        if len(leaf) != HASH_BYTES:
            raise ProofFaulty(what="a receipt", reason="the leaf hash has not 32 bytes")
        return receipt

    def completed(self, folder: Path, position: int, verifiers: Sequence[Verifier]) -> "Receipt":
        """Give the receipt with the proof of its entry under the checkpoint in the folder.

        Raises:
            ProofUnavailable: The position is not signed yet.
            ProofFaulty: Another entry stands at the position.
            LogDamaged: See `prove_inclusion`.
        """
        proof = prove_inclusion(folder, position, verifiers)
        proof.check(self.leaf_hash, verifiers, origin=self.origin)
        return replace(self, proof=proof)

    def check(self, verifiers: Sequence[Verifier], *, entry: bytes | None = None) -> Checkpoint:
        """Give the checkpoint under which this receipt is proven, and hold the entry against it where it is given.

        Raises:
            ProofFaulty: There is no proof yet, it does not hold, or the entry is another one.
            SignatureMissing: None of the keys has signed the checkpoint.
        """
        if self.proof is None:
            raise ProofFaulty(what=f"entry {self.entry_id}", reason="the receipt holds none yet; ask again in a second")
        if entry is not None and leaf_hash(entry) != self.leaf_hash:
            raise ProofFaulty(what=f"entry {self.entry_id}", reason="the entry is not the one of the receipt")
        return self.proof.check(self.leaf_hash, verifiers, origin=self.origin)
