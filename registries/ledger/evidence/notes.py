"""Signed notes: text with signature lines under it, and the texts of their keys.

References:
    C2SP signed-note v1.0.0 (signature type 1, Ed25519 of RFC 8032); key texts as the Go checksum database writes them.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from registries.ledger.evidence.errors import KeyFaulty, NoteFaulty, SignatureMissing

ED25519: Final = b"\x01"
_DASH: Final = "— "
_PRIVATE: Final = "PRIVATE+KEY+"
_KEY_BYTES: Final = 32
_ID_BYTES: Final = 4
MOST_SIGNATURES: Final = 64
"""Signature lines beyond this are refused unread (the specification asks for at least 16)."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key by name; `parse(str(verifier))` gives it back."""

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """Give the four bytes that stand before each signature of this key."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(ED25519 + self.public_key).decode()}"

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Read a verifier key: `name+key id+base64`.

        Raises:
            KeyFaulty: The text is no Ed25519 verifier key, or its key id is that of another key.
        """
        name, key_id, key = _parts(text.strip(), "verifier key")
        verifier = cls(name, key)
        if verifier.key_id.hex() != key_id:
            raise KeyFaulty(where="verifier key", what=f"{key_id} is not the id of this key and name")
        return verifier

    def holds(self, text: str, signature: bytes) -> bool:
        """Tell whether a signature is that of this key over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A private key by name; its text is a secret, and its `repr` shows only the name."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"

    @classmethod
    def generate(cls, name: str) -> "Signer":
        """Give a new key.

        Raises:
            KeyFaulty: The name is empty or holds a space or plus.
        """
        _check_name(name, "signing key")
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> "Signer":
        """Read a signing key: `PRIVATE+KEY+name+key id+base64`.

        Raises:
            KeyFaulty: The text is no Ed25519 signing key. Nothing of the text is repeated.
        """
        text = text.strip()
        if not text.startswith(_PRIVATE):
            raise KeyFaulty(where="signing key", what=f"the text does not begin with {_PRIVATE}")
        name, key_id, seed = _parts(text.removeprefix(_PRIVATE), "signing key")
        signer = cls(name, seed)
        if signer.verifier.key_id.hex() != key_id:
            raise KeyFaulty(where="signing key", what="the key id is that of another key")
        return signer

    def secret_text(self) -> str:
        """Give the text that `parse` reads; keep it where only the sequencer can read it."""
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{b64encode(ED25519 + self.seed).decode()}"

    @property
    def verifier(self) -> Verifier:
        """Give the public half."""
        return Verifier(self.name, Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """Give the signed note: the text, an empty line and one signature line.

        Raises:
            NoteFaulty: The text does not end with a newline, or holds a control character.
        """
        _check_text(text)
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        line = b64encode(self.verifier.key_id + signature).decode()
        return f"{text}\n{_DASH}{self.name} {line}\n"


def open_note(note: str, verifiers: Sequence[Verifier]) -> str:
    """Give the text of a note that is signed by at least one of the keys; signatures of other keys are passed over.

    Raises:
        NoteFaulty: It is no signed note.
        SignatureMissing: A known key's signature does not hold, or there is none of a known key.
    """
    text, signatures = _split(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    names = ", ".join(sorted({verifier.name for verifier in verifiers})) or "(none given)"
    signed = False
    for name, signature in signatures:
        verifier = known.get((name, signature[:_ID_BYTES]))
        if verifier is None:
            continue
        if not verifier.holds(text, signature[_ID_BYTES:]):
            raise SignatureMissing(what="the signature does not fit the text", key=name)
        signed = True
    if not signed:
        raise SignatureMissing(what="there is no signature", key=names)
    return text


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    text, empty_line, tail = note.rpartition("\n\n")
    text += "\n"
    if not empty_line or not tail.endswith("\n"):
        raise NoteFaulty(what="there is no empty line with signature lines under it")
    _check_text(text)
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteFaulty(what=f"{len(lines)} signature lines pass the limit of {MOST_SIGNATURES}")
    return text, [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes]:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not name:
        raise NoteFaulty(what="a signature line is not of the form `— name base64`")
    try:
        signature = b64decode(encoded, validate=True)
    except ValueError as cause:
        raise NoteFaulty(what=f"the signature of {name} is no base64") from cause
    if len(signature) <= _ID_BYTES:
        raise NoteFaulty(what=f"the signature of {name} is too short")
    return name, signature


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteFaulty(what="the text does not end with a newline")
    if any(ord(sign) < 0x20 and sign != "\n" for sign in text):
        raise NoteFaulty(what="the text holds a control character")


def _check_name(name: str, where: str) -> None:
    if not name or "+" in name or any(sign.isspace() for sign in name):
        raise KeyFaulty(where=where, what="a key name is not empty and holds neither space nor plus")


def _parts(text: str, where: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    _check_name(name, where)
    try:
        key = b64decode(encoded, validate=True)
    except ValueError as cause:
        raise KeyFaulty(where=where, what="the last part is no base64") from cause
    if key[:1] != ED25519 or len(key) != 1 + _KEY_BYTES:
        raise KeyFaulty(where=where, what="it is no Ed25519 key")
    return name, key_id, key[1:]
