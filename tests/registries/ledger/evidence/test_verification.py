"""What somebody did to the files is found, and where; with a checkpoint held outside, even where everything fits."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registries.ledger.evidence import (
    Checkpoint,
    FaultKind,
    LogFolder,
    OutboxRow,
    Receipt,
    Sequencer,
    Signer,
    check_consistency,
    compare_store,
    create_log,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    verify_log,
)
from registries.ledger.evidence.alignment import Alignment, Change, Difference
from registries.ledger.evidence.errors import (
    CheckpointFaulty,
    LogDamaged,
    LogNotFound,
    ProofFaulty,
    ProofUnavailable,
    SignatureMissing,
)
from registries.ledger.evidence.proofs import InclusionProof
from registries.ledger.evidence.tiles import pack_entries, unpack_entries
from tests.registries.ledger.evidence.memory_outbox import MemoryOutbox

ORIGIN = "log.example/evidence"
SIGNER = Signer.generate(ORIGIN)
KEYS = [SIGNER.verifier]
SIZE, OLD = 1_500, 700


def grow(folder: Path, outbox: MemoryOutbox, count: int) -> Checkpoint:
    outbox.fill(count)
    with Sequencer(folder, SIGNER, outbox) as sequencer:
        sequencer.catch_up()
    return LogFolder(folder).checkpoint(KEYS)


class World:
    """A log of 1,500 entries, with the checkpoints over 700 and over all held outside, and a backup taken at 700."""

    def __init__(self, place: Path) -> None:
        self.folder, self.backup = place / "log", place / "backup"
        create_log(self.folder, ORIGIN, SIGNER)
        self.outbox = MemoryOutbox()
        self.old = grow(self.folder, self.outbox, OLD)
        shutil.copytree(self.folder, self.backup)
        self.held = grow(self.folder, self.outbox, SIZE - OLD)

    def copy(self, place: Path) -> Path:
        return Path(shutil.copytree(self.folder, place / "copy"))

    @property
    def entries(self) -> list[bytes]:
        return [entry for _, entry in self.outbox.order]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("world"))


def rebundle(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Change the sequence of all entries in the bundles, and leave the hash tiles alone."""
    names = [f"tile/entries/{index:03d}" for index in range(SIZE // 256)] + [f"tile/entries/005.p/{SIZE % 256}"]
    entries = change([entry for name in names for entry in unpack_entries((folder / name).read_bytes())])
    for index, name in enumerate(names):
        stop = None if index == len(names) - 1 else 256 * (index + 1)
        (folder / name).write_bytes(pack_entries(entries[256 * index : stop]))


def flipped(entries: list[bytes], at: int) -> list[bytes]:
    return [*entries[:at], bytes([entries[at][0] ^ 1]) + entries[at][1:], *entries[at + 1 :]]


def swapped(entries: list[bytes], one: int, other: int) -> list[bytes]:
    entries = list(entries)
    entries[one], entries[other] = entries[other], entries[one]
    return entries


def test_a_whole_log_is_whole(world: World) -> None:
    told = verify_log(world.folder, KEYS, [world.old, world.held])
    assert told.is_whole
    assert told.held == [world.old, world.held]
    assert (told.size, told.checked, told.entries_read, told.root) == (SIZE, SIZE, SIZE, world.held.root)
    assert verify_log(world.folder, KEYS, entries=False).entries_read == 0


@pytest.mark.parametrize("at", [0, 1, 255, 256, 600, 1_279, 1_280, 1_499])
def test_an_entry_that_was_altered_deleted_or_inserted_is_named(world: World, tmp_path: Path, at: int) -> None:
    for name, change, kind, count in (
        ("flip", lambda entries: flipped(entries, at), FaultKind.ENTRY_ALTERED, 1),
        ("delete", lambda entries: entries[:at] + entries[at + 1 :], FaultKind.ENTRY_DELETED, 1),
        ("insert", lambda entries: [*entries[:at], b"strange", *entries[at:]], FaultKind.ENTRY_INSERTED, 1),
    ):
        (tmp_path / name).mkdir()
        folder = world.copy(tmp_path / name)
        rebundle(folder, change)
        told = verify_log(folder, KEYS, [world.held])
        assert [(fault.kind, fault.first, fault.stop - fault.first) for fault in told.faults] == [(kind, at, count)]
        assert f"{at}" in told.faults[0].en
        assert f"{at:,}" in told.faults[0].vi
        assert told.held == [world.held]


def test_entries_that_were_swapped_are_named(world: World, tmp_path: Path) -> None:
    rebundle(folder := world.copy(tmp_path), lambda entries: swapped(entries, 3, 1_400))
    faults = verify_log(folder, KEYS, [world.held]).faults
    assert (faults[-1].kind, faults[-1].first, faults[-1].stop) == (FaultKind.ENTRIES_SWAPPED, 3, 1_400)


def test_one_entry_that_was_moved_is_two_differences(world: World, tmp_path: Path) -> None:
    folder = world.copy(tmp_path)
    rebundle(folder, lambda entries: entries[:10] + entries[11:900] + [entries[10]] + entries[900:])
    faults = verify_log(folder, KEYS, [world.held]).faults
    assert [(fault.kind, fault.first) for fault in faults] == [
        (FaultKind.ENTRY_DELETED, 10),
        (FaultKind.ENTRY_INSERTED, 900),
    ]


@pytest.mark.parametrize("name", ["tile/entries/002", "tile/0/002", "tile/1/000.p/5", "tile/0/005.p/220"])
def test_a_missing_or_cut_file_is_named(world: World, tmp_path: Path, name: str) -> None:
    for act in ("missing", "cut"):
        (tmp_path / act).mkdir()
        folder = world.copy(tmp_path / act)
        if act == "missing":
            (folder / name).unlink()
        else:
            (folder / name).write_bytes((folder / name).read_bytes()[:-7])
        faults = verify_log(folder, KEYS, [world.held]).faults
        assert faults
        if act == "missing" or "entries" not in name:
            assert (faults[0].kind, faults[0].place) == (FaultKind.FILE_MISSING, name)
        else:
            assert (faults[0].kind, faults[0].first) == (FaultKind.ENTRY_ALTERED, 767)


def test_a_hash_that_was_altered_is_found_beside_the_entry_and_above(world: World, tmp_path: Path) -> None:
    folder = world.copy(tmp_path)
    path = folder / "tile/0/002"
    hashes = bytearray(path.read_bytes())
    hashes[32 * 5] ^= 1
    path.write_bytes(hashes)
    told = verify_log(folder, KEYS, [world.old, world.held])
    assert {(fault.kind, fault.first, fault.stop) for fault in told.faults} == {
        (FaultKind.ENTRY_ALTERED, 517, 518),
        (FaultKind.HASHES_DIFFER, 512, 768),
        (FaultKind.ROOT_DIFFERS, 0, OLD),
    }


def test_an_upper_hash_that_was_altered_is_named_and_the_roots_still_hold(world: World, tmp_path: Path) -> None:
    folder = world.copy(tmp_path)
    path = folder / "tile/1/000.p/5"
    hashes = bytearray(path.read_bytes())
    hashes[32 * 3] ^= 1
    path.write_bytes(hashes)
    told = verify_log(folder, KEYS, [world.held])
    assert [(fault.kind, fault.place, fault.first) for fault in told.faults] == [
        (FaultKind.HASHES_DIFFER, "tile/1/000.p/5", 768)
    ]
    assert told.held == [world.held]


def forged(world: World, place: Path, entries: list[bytes], signer: Signer = SIGNER) -> Path:
    """A log in which everything fits: made anew by somebody with the signing key."""
    outbox = MemoryOutbox()
    for entry in entries:
        outbox.commit(outbox.begin(entry))
    create_log(place, ORIGIN, signer)
    with Sequencer(place, signer, outbox) as sequencer:
        sequencer.catch_up()
    return place


@pytest.mark.parametrize("at", [5, 1_200])
def test_a_change_that_was_carried_through_everything_is_found_between_two_checkpoints(
    world: World, tmp_path: Path, at: int
) -> None:
    for name, entries in (
        ("flip", flipped(world.entries, at)),
        ("delete", world.entries[:at] + world.entries[at + 1 :] + [b"one more, so that the size fits"]),
        ("insert", [*world.entries[:at], b"strange", *world.entries[at:-1]]),
        ("swap", swapped(world.entries, at, at + 7)),
    ):
        folder = forged(world, tmp_path / name, entries)
        assert verify_log(folder, KEYS).is_whole, "without a checkpoint from outside nobody can tell"
        told = verify_log(folder, KEYS, [world.old, world.held])
        span = (0, OLD) if at < OLD else (OLD, SIZE)
        assert [(fault.kind, fault.first, fault.stop) for fault in told.faults] == [(FaultKind.ROOT_DIFFERS, *span)]
        with pytest.raises(ProofFaulty, match="another root than the checkpoint"):
            prove_consistency(folder, world.held, KEYS)


def test_a_log_signed_by_somebody_else_is_found(world: World, tmp_path: Path) -> None:
    folder = forged(world, tmp_path / "other", world.entries, Signer.generate(ORIGIN))
    assert [fault.kind for fault in verify_log(folder, KEYS, [world.held]).faults] == [FaultKind.CHECKPOINT_FAULTY]


def test_truncation_and_an_old_copy_put_back_are_found_by_a_newer_checkpoint_alone(
    world: World, tmp_path: Path
) -> None:
    assert verify_log(world.backup, KEYS, [world.old]).is_whole, "nothing older shows it, and it says so nowhere"
    told = verify_log(world.backup, KEYS, [world.old, world.held])
    assert [(fault.kind, fault.first, fault.stop) for fault in told.faults] == [(FaultKind.LOG_OLDER, OLD, SIZE)]
    assert told.held == [world.old]
    folder = world.copy(tmp_path)
    for name in ("tile/0/005.p", "tile/entries/005.p", "tile/0/004", "tile/entries/004"):
        (shutil.rmtree if name.endswith(".p") else Path.unlink)(folder / name)
    told = verify_log(folder, KEYS, [world.held])
    assert [(fault.kind, fault.first, fault.stop) for fault in told.faults] == [
        (FaultKind.FILE_MISSING, 1_024, 1_280),
        (FaultKind.FILE_MISSING, 1_280, 1_500),
    ]


def test_faults_after_a_missing_tile_are_still_found(world: World, tmp_path: Path) -> None:
    folder = world.copy(tmp_path)
    (folder / "tile/0/001").unlink()
    rebundle(folder, lambda entries: flipped(entries, 1_100))
    told = verify_log(folder, KEYS, [world.held])
    assert {fault.kind for fault in told.faults} == {FaultKind.FILE_MISSING, FaultKind.ENTRY_ALTERED}
    assert told.held == [world.held], "the level above stands in for the missing hashes"
    (folder / "tile/1/000.p/5").unlink()
    assert verify_log(folder, KEYS, [world.held]).root is None


def test_a_checkpoint_that_is_none_or_of_another_log_is_said(world: World, tmp_path: Path) -> None:
    folder = world.copy(tmp_path)
    (folder / "checkpoint").write_text("nonsense\n", encoding="utf-8")
    told = verify_log(folder, KEYS, [world.held])
    assert [fault.kind for fault in told.faults] == [FaultKind.CHECKPOINT_FAULTY]
    assert told.held == [world.held]
    other = Checkpoint("other.example", 3, leaf_hash(b""))
    assert [fault.kind for fault in verify_log(world.folder, KEYS, [other]).faults] == [FaultKind.ORIGIN_DIFFERS]
    with pytest.raises(LogNotFound):
        verify_log(tmp_path / "nothing", KEYS)


@pytest.mark.parametrize("position", [0, 255, 256, 1_279, 1_280, 1_499])
def test_a_proof_is_checked_without_the_log_and_fails_for_anything_else(world: World, position: int) -> None:
    proof = prove_inclusion(world.folder, position, KEYS)
    assert InclusionProof.parse(str(proof)) == proof
    assert proof.check(leaf_hash(world.entries[position]), KEYS, origin=ORIGIN) == world.held
    assert proof.length_bytes <= 32 * 11
    with pytest.raises(ProofFaulty, match="does not lead from this entry"):
        proof.check(leaf_hash(b"another"), KEYS)
    shifted = InclusionProof((position + 1) % SIZE, proof.hashes, proof.checkpoint_note)
    with pytest.raises(ProofFaulty):
        shifted.check(leaf_hash(world.entries[position]), KEYS)
    with pytest.raises(SignatureMissing):
        proof.check(leaf_hash(world.entries[position]), [Signer.generate(ORIGIN).verifier])
    with pytest.raises(CheckpointFaulty):
        proof.check(leaf_hash(world.entries[position]), KEYS, origin="other.example")


def test_proofs_that_cannot_be_given_are_refused(world: World, tmp_path: Path) -> None:
    for position in (-1, SIZE):
        with pytest.raises(ProofUnavailable, match=f"position {position} is not within the 1500 entries"):
            prove_inclusion(world.folder, position, KEYS)
    with pytest.raises(ProofUnavailable, match="size 1500 is not within the 700"):
        prove_consistency(world.backup, world.held, KEYS)
    folder = world.copy(tmp_path)
    (folder / "tile/0/000").unlink()
    with pytest.raises(LogDamaged, match="tile/0/000: the file is missing"):
        prove_inclusion(folder, 3, KEYS)


def test_growth_is_proven_from_an_older_checkpoint(world: World) -> None:
    hashes = prove_consistency(world.folder, world.old, KEYS)
    check_consistency(world.old, world.held, hashes)
    with pytest.raises(ProofFaulty, match="does not show growth to 1500"):
        check_consistency(Checkpoint(ORIGIN, OLD, leaf_hash(b"")), world.held, hashes)
    with pytest.raises(ProofFaulty, match="two logs"):
        check_consistency(Checkpoint("other.example", OLD, world.old.root), world.held, hashes)


@pytest.mark.parametrize(
    "change",
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"), ("index 9", "index 09"), ("index 9", "place 9"),
        ("\n\n", "\nAAAA\n\n"), ("\n\n", "\n?\n\n"),
    ],
)  # fmt: skip
def test_texts_that_are_no_proof_are_refused(world: World, change: tuple[str, str]) -> None:
    text = str(prove_inclusion(world.folder, 9, KEYS))
    with pytest.raises(ProofFaulty):
        InclusionProof.parse(text.replace(*change, 1))
    extra = text.replace("\nindex", "\nextra AAAA\nindex", 1)
    assert InclusionProof.parse(extra) == InclusionProof.parse(text)


def test_a_receipt_holds_the_hash_at_once_and_the_proof_later(world: World) -> None:
    entry = world.entries[42]
    receipt = Receipt(ORIGIN, "43", leaf_hash(entry))
    assert Receipt.parse(str(receipt)) == receipt
    with pytest.raises(ProofFaulty, match="holds none yet"):
        receipt.check(KEYS)
    complete = receipt.completed(world.folder, 42, KEYS)
    assert Receipt.parse(str(complete)) == complete
    assert complete.check(KEYS, entry=entry) == world.held
    with pytest.raises(ProofFaulty, match="not the one of the receipt"):
        complete.check(KEYS, entry=b"another")
    with pytest.raises(ProofFaulty):
        receipt.completed(world.folder, 43, KEYS)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"form": "other"}', '{"form":"sogoc-receipt/v1","leaf_hash":"AA=="}']
)
def test_texts_that_are_no_receipt_are_refused(text: str) -> None:
    with pytest.raises(ProofFaulty):
        Receipt.parse(text)


class Store:
    """The store of the world after somebody was at its rows."""

    def __init__(self, entries: list[bytes]) -> None:
        self.entries = entries

    def give_positions(self, limit: int) -> int:
        raise AssertionError("comparing gives no positions")

    def next_position(self) -> int:
        return len(self.entries)

    def positioned(self, first: int, limit: int) -> list[OutboxRow]:
        some = self.entries[first : first + limit]
        return [OutboxRow(at, str(at), leaf_hash(b"as it was"), entry) for at, entry in enumerate(some, first)]


@pytest.mark.parametrize("at", [0, 255, 700])
def test_rows_of_the_store_that_are_not_what_was_sequenced_are_named(world: World, at: int) -> None:
    entries = world.entries
    assert compare_store(Store(entries), world.folder, world.held).is_whole
    assert compare_store(Store([*entries, b"not sequenced yet"]), world.folder, world.held).is_whole
    for changed, kind in (
        (flipped(entries, at), FaultKind.ENTRY_ALTERED),
        (entries[:at] + entries[at + 1 :] + [b"the next"], FaultKind.ENTRY_DELETED),
        ([*entries[:at], b"strange", *entries[at:]], FaultKind.ENTRY_INSERTED),
    ):
        faults = compare_store(Store(changed), world.folder, world.held).faults
        assert (faults[0].kind, faults[0].place, faults[0].first) == (kind, "store", at)


def test_a_store_from_a_backup_is_said_to_be_older(world: World) -> None:
    faults = compare_store(Store(world.entries[:OLD]), world.folder, world.held).faults
    assert (faults[-1].kind, faults[-1].first, faults[-1].stop) == (FaultKind.LOG_OLDER, OLD, SIZE)
    assert "cũ hơn nhật ký" in faults[-1].vi


ITEMS = [leaf_hash(str(number).encode()) for number in range(2_000)]


def differences(wanted: list[bytes], found: list[bytes], piece: int) -> list[Difference]:
    alignment = Alignment()
    told: list[Difference] = []
    for first in range(0, max(len(wanted), len(found)), piece):
        told += alignment.feed(wanted[first : first + piece], found[first : first + piece])
    return [*told, *alignment.finish()]


@given(st.integers(1, 2_000), st.integers(0, 1_999), st.integers(1, 290), st.sampled_from([1, 64, 256, 1_000]))
def test_a_stretch_taken_out_or_put_in_is_one_difference(size: int, at: int, count: int, piece: int) -> None:
    wanted, at = ITEMS[:size], at % size
    count = min(count, size - at)
    without = wanted[:at] + wanted[at + count :]
    assert differences(wanted, wanted, piece) == []
    assert differences(wanted, without, piece) == [Difference(Change.DELETED, at, at + count)]
    assert differences(without, wanted, piece) == [Difference(Change.INSERTED, at, at + count)]


@given(st.sets(st.integers(0, 999), max_size=5), st.sampled_from([64, 256]))
def test_altered_items_are_named_one_by_one(places: set[int], piece: int) -> None:
    wanted = ITEMS[:1_000]
    found = [leaf_hash(b"x" + item) if at in places else item for at, item in enumerate(wanted)]
    assert differences(wanted, found, piece) == [Difference(Change.ALTERED, at, at + 1) for at in sorted(places)]
