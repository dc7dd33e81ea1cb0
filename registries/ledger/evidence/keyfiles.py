"""Signing keys as files that only their owner can read."""

import os
from pathlib import Path

from registries.ledger.evidence.errors import KeyFaulty
from registries.ledger.evidence.notes import Signer, Verifier

_OWNER_ALONE = 0o600


def write_signing_key(path: Path, signer: Signer) -> None:
    """Write a signing key, readable by its owner alone; beside it, its verifier key under the same name with `.pub`.

    Raises:
        KeyFaulty: Something is at the path already; a key is never written over.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _OWNER_ALONE)
    except FileExistsError as cause:
        raise KeyFaulty(where=path, what="there is a file here already; a key is never written over") from cause
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(signer.secret_text() + "\n")
        file.flush()
        os.fsync(file.fileno())
    path.with_name(path.name + ".pub").write_text(f"{signer.verifier}\n", encoding="utf-8")


def read_signing_key(path: Path) -> Signer:
    """Read a signing key.

    Raises:
        KeyFaulty: The file cannot be read, others than its owner may read it, or it holds no signing key.
    """
    text = _text(path)
    if path.stat().st_mode & 0o077:
        raise KeyFaulty(where=path, what="others than its owner may read it; run `chmod 600` on it")
    return Signer.parse(text)


def read_verifier_key(path: Path) -> Verifier:
    """Read a verifier key.

    Raises:
        KeyFaulty: The file cannot be read, or holds no verifier key.
    """
    return Verifier.parse(_text(path))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise KeyFaulty(where=path, what="it cannot be read as text") from cause
