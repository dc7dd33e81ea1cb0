"""Signed notes and their keys: the public example of the Go checksum database, and refusals."""

import stat
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registries.ledger.evidence import (
    Checkpoint,
    Signer,
    Verifier,
    open_checkpoint,
    read_signing_key,
    read_verifier_key,
    write_signing_key,
)
from registries.ledger.evidence.errors import CheckpointFaulty, KeyFaulty, NoteFaulty, SignatureMissing
from registries.ledger.evidence.merkle import EMPTY_ROOT, leaf_hash
from registries.ledger.evidence.notes import open_note

SIGNING = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
VERIFYING = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
NOTE = f"{TEXT}\n— PeterNeumann {SIGNATURE}\n"
SIGNER = Signer.parse(SIGNING)
LINES = st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs"]), min_size=1, max_size=20)


def test_the_public_example_is_signed_and_read_to_the_letter() -> None:
    assert str(SIGNER.verifier) == VERIFYING
    assert SIGNER.sign(TEXT) == NOTE
    assert open_note(NOTE, [Verifier.parse(VERIFYING)]) == TEXT


def test_key_texts_are_read_back_and_secrets_not_shown() -> None:
    assert Verifier.parse(str(SIGNER.verifier)) == SIGNER.verifier
    assert Signer.parse(SIGNER.secret_text()) == SIGNER
    assert SIGNER.secret_text() == SIGNING
    assert repr(SIGNER) == "Signer('PeterNeumann')"


@given(st.lists(LINES, min_size=1, max_size=4), st.data())
def test_any_change_of_text_or_signature_is_refused(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines) + "\n"
    note = SIGNER.sign(text)
    assert open_note(note, [SIGNER.verifier]) == text
    at = data.draw(st.integers(0, len(text) - 2))
    swapped = "A" if note[at] != "A" else "B"
    with pytest.raises((SignatureMissing, NoteFaulty)):
        open_note(note[:at] + swapped + note[at + 1 :], [SIGNER.verifier])


def test_signatures_of_other_keys_are_passed_over_and_do_not_count() -> None:
    other = Signer.generate("other.example")
    both = NOTE + other.sign(TEXT).rpartition("\n\n")[2]
    assert open_note(both, [SIGNER.verifier]) == TEXT
    assert open_note(both, [other.verifier]) == TEXT
    with pytest.raises(SignatureMissing, match=r"no signature for key third\.example"):
        open_note(both, [Signer.generate("third.example").verifier])
    with pytest.raises(SignatureMissing, match="none given"):
        open_note(NOTE, [])
    same_name = Signer.generate("PeterNeumann")
    with pytest.raises(SignatureMissing):
        open_note(NOTE, [same_name.verifier])


@pytest.mark.parametrize(
    ("note", "fault"),
    [
        ("no signature\n", "no empty line"),
        (NOTE[:-1], "no empty line"),
        (NOTE.replace("— P", "- P"), "not of the form"),
        (NOTE.replace(SIGNATURE, "%%%"), "no base64"),
        (NOTE.replace(SIGNATURE, "AAAA"), "too short"),
        (NOTE.replace("If you", "If\tyou"), "control character"),
        (TEXT + "\n" + 65 * f"— PeterNeumann {SIGNATURE}\n", "65 signature lines pass the limit"),
    ],
)
def test_what_is_no_signed_note_is_refused(note: str, fault: str) -> None:
    with pytest.raises(NoteFaulty, match=fault):
        open_note(note, [SIGNER.verifier])


def test_texts_that_cannot_be_signed_are_refused() -> None:
    for text in ("no end of line", "a\rb\n"):
        with pytest.raises(NoteFaulty):
            SIGNER.sign(text)


@pytest.mark.parametrize(
    "text",
    [
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpC",
        "PeterNeumann+c74f20a3+???",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann",
    ],
)
def test_texts_that_are_no_key_are_refused(text: str) -> None:
    with pytest.raises(KeyFaulty):
        Verifier.parse(text)
    with pytest.raises(KeyFaulty) as refused:
        Signer.parse(f"PRIVATE+KEY+{text}")
    assert text[-8:] not in str(refused.value) or len(text) < 20
    with pytest.raises(KeyFaulty, match="does not begin with"):
        Signer.parse(text)


def test_key_files_are_for_their_owner_alone_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    write_signing_key(path, SIGNER)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_signing_key(path) == SIGNER
    assert read_verifier_key(tmp_path / "log.key.pub") == SIGNER.verifier
    with pytest.raises(KeyFaulty, match="never written over"):
        write_signing_key(path, Signer.generate("other.example"))
    path.chmod(0o640)
    with pytest.raises(KeyFaulty, match="chmod 600"):
        read_signing_key(path)
    with pytest.raises(KeyFaulty, match="cannot be read"):
        read_verifier_key(tmp_path / "nothing")


@given(LINES, st.integers(1, 1 << 60))
def test_checkpoints_are_read_back(origin: str, size: int) -> None:
    checkpoint = Checkpoint(origin, size, leaf_hash(origin.encode()))
    assert Checkpoint.parse(str(checkpoint)) == checkpoint
    assert open_checkpoint(checkpoint.sign(SIGNER), [SIGNER.verifier], origin=origin) == checkpoint


def test_the_checkpoint_of_the_specification_is_read() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert Checkpoint.parse(text).size == 20_852_163
    assert str(Checkpoint.parse(text)) == text
    assert Checkpoint.parse(text + "an extension line\n") == Checkpoint.parse(text)


ROOT = b64encode(EMPTY_ROOT).decode()


@pytest.mark.parametrize(
    "text",
    [
        f"log\n07\n{ROOT}\n", f"log\n-1\n{ROOT}\n", f"log\n١\n{ROOT}\n", "log\n7\nAAAA\n", "log\n7\n?\n", "log\n7\n",
        f"\n7\n{ROOT}\n", f"log\n7\n{ROOT}", f"log\n0\n{b64encode(leaf_hash(b'')).decode()}\n",
    ],
)  # fmt: skip
def test_texts_that_are_no_checkpoint_are_refused(text: str) -> None:
    with pytest.raises(CheckpointFaulty):
        Checkpoint.parse(text)


def test_checkpoints_of_another_log_or_without_a_name_are_refused() -> None:
    checkpoint = Checkpoint("log.example", 0, EMPTY_ROOT)
    with pytest.raises(CheckpointFaulty, match=r"of the log log\.example, not of other\.example"):
        open_checkpoint(checkpoint.sign(SIGNER), [SIGNER.verifier], origin="other.example")
    with pytest.raises(CheckpointFaulty, match="origin is empty"):
        Checkpoint("", 0, EMPTY_ROOT).sign(SIGNER)
