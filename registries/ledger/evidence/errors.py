"""Errors of the evidence log: it cannot be written, read or believed.

EvidenceError
├── EntryNotCanonical · EntryTooLarge          bytes that the log does not take
├── NoteFaulty · SignatureMissing · KeyFaulty  signed notes and their keys
├── CheckpointFaulty                           a signed text that is no checkpoint of this log
├── LogExists · LogNotFound · LogLocked        the folder
├── LogDamaged                                 tiles that do not give the signed root
├── LogAhead                                   the store is older than what was signed: restored from a backup
├── OutboxDamaged                              a row of the store whose hash is not that of its bytes
├── ProofUnavailable                           a position or size that the log does not have
└── ProofFaulty                                a proof that does not lead to the root
"""

from registries.errors import RegistryError


class EvidenceError(RegistryError):
    """Root of what is wrong with the evidence log."""

    code = "evidence"
    template = "evidence log: {detail}"


class EntryNotCanonical(EvidenceError):
    """A value has no canonical form, or bytes are not the canonical form of what they say."""

    code = "evidence-not-canonical"
    template = "{where}: {what} has no canonical form; send {instead}"


class EntryTooLarge(EvidenceError):
    """An entry is longer than its length prefix can say."""

    code = "evidence-entry-too-large"
    template = "entry of {length} bytes passes the limit of {limit}; keep long texts outside and put their digest in"


class NoteFaulty(EvidenceError):
    """A text is no signed note."""

    code = "evidence-note-faulty"
    template = "signed note: {what}"


class SignatureMissing(EvidenceError):
    """No signature of a known key holds for the text."""

    code = "evidence-signature-missing"
    template = "signed note: {what} for key {key}"


class KeyFaulty(EvidenceError):
    """A key text or key file cannot be used."""

    code = "evidence-key-faulty"
    template = "{where}: {what}"


class CheckpointFaulty(EvidenceError):
    """A signed text is no checkpoint, or is that of another log."""

    code = "evidence-checkpoint-faulty"
    template = "checkpoint: {what}"


class LogExists(EvidenceError):
    """There is an evidence log in the folder already."""

    code = "evidence-log-exists"
    template = "{folder} holds an evidence log already; name another folder, or go on with this one"


class LogNotFound(EvidenceError):
    """There is no evidence log in the folder."""

    code = "evidence-log-not-found"
    template = "{folder} holds no evidence log (no file `checkpoint`)"


class LogLocked(EvidenceError):
    """Another sequencer is at work on the folder."""

    code = "evidence-log-locked"
    template = "{folder} is being written by another sequencer; there can be one at a time"


class LogDamaged(EvidenceError):
    """Files of the log are missing, or do not fit the root that was signed."""

    code = "evidence-log-damaged"
    template = "{place}: {what}; run `sogoc log verify` and restore the files from a copy"


class LogAhead(EvidenceError):
    """The store has given fewer positions than the log has signed."""

    code = "evidence-log-ahead"
    template = (
        "the log has signed {signed} entries and the store knows {known}: the store is older than the log; "
        "restore the store to its newest state, nothing is signed until then"
    )


class OutboxDamaged(EvidenceError):
    """A row of the outbox is not what was committed, or its position is not the next one."""

    code = "evidence-outbox-damaged"
    template = "outbox row {entry_id} at position {position}: {what}"


class ProofUnavailable(EvidenceError):
    """A proof was asked for a position or size that the log does not have."""

    code = "evidence-proof-unavailable"
    template = "{what} is not within the {size} entries of the log"


class ProofFaulty(EvidenceError):
    """A proof does not lead to the signed root."""

    code = "evidence-proof-faulty"
    template = "proof for {what}: {reason}"
