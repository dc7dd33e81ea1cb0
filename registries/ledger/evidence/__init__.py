"""The evidence log: what was done to the ledger, in an order that nobody can change afterwards unseen.

A change leaves one row in the outbox, in its own transaction. The sequencer puts committed rows into a Merkle tree
(RFC 9162), writes it as tiles (C2SP tlog-tiles), and signs a checkpoint. Checkpoints and hash tiles may be public;
entries may not, and even they hold salted commitments in the place of personal values.

    create_log(folder, origin, signer)
    with Sequencer(folder, signer, outbox) as sequencer:
        sequencer.step()
    verify_log(folder, [verifier], held=[checkpoint_from_elsewhere]).faults
    prove_inclusion(folder, position, [verifier])
"""

from registries.ledger.evidence.canonical import canonical_bytes, read_canonical
from registries.ledger.evidence.checkpoints import Checkpoint, open_checkpoint
from registries.ledger.evidence.commitments import Sealed, commitment, is_opening, seal
from registries.ledger.evidence.comparison import compare_store
from registries.ledger.evidence.folder import LogFolder, create_log
from registries.ledger.evidence.keyfiles import read_signing_key, read_verifier_key, write_signing_key
from registries.ledger.evidence.merkle import leaf_hash
from registries.ledger.evidence.notes import Signer, Verifier
from registries.ledger.evidence.outbox import Outbox, OutboxRow
from registries.ledger.evidence.proofs import InclusionProof, check_consistency, prove_consistency, prove_inclusion
from registries.ledger.evidence.receipts import Receipt
from registries.ledger.evidence.sequencer import Sequencer, Step
from registries.ledger.evidence.verification import Fault, FaultKind, Verification, verify_log

__all__ = [
    "Checkpoint",
    "Fault",
    "FaultKind",
    "InclusionProof",
    "LogFolder",
    "Outbox",
    "OutboxRow",
    "Receipt",
    "Sealed",
    "Sequencer",
    "Signer",
    "Step",
    "Verification",
    "Verifier",
    "canonical_bytes",
    "check_consistency",
    "commitment",
    "compare_store",
    "create_log",
    "is_opening",
    "leaf_hash",
    "open_checkpoint",
    "prove_consistency",
    "prove_inclusion",
    "read_canonical",
    "read_signing_key",
    "read_verifier_key",
    "seal",
    "verify_log",
    "write_signing_key",
]
