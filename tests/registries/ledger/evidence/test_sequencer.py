"""The sequencer: right at every size, whole after every crash, and nobody passed over."""

import re
import shutil
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registries.ledger.evidence import (
    Checkpoint,
    LogFolder,
    OutboxRow,
    Sequencer,
    Signer,
    create_log,
    leaf_hash,
    verify_log,
)
from registries.ledger.evidence.errors import (
    EntryTooLarge,
    LogAhead,
    LogDamaged,
    LogExists,
    LogLocked,
    LogNotFound,
    OutboxDamaged,
    SignatureMissing,
)
from registries.ledger.evidence.merkle import root_of
from registries.ledger.evidence.tiles import (
    BUNDLES,
    Tile,
    hash_entries,
    levels_of,
    pack_entries,
    tiles_of,
    unpack_entries,
)
from tests.registries.ledger.evidence.memory_outbox import MemoryOutbox

ORIGIN = "log.example/evidence"
SIGNER = Signer.generate(ORIGIN)
KEYS = [SIGNER.verifier]


class Cut(Exception):
    """The machine stops here."""


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fresh(folder: Path) -> Path:
    create_log(folder, ORIGIN, SIGNER)
    return folder


def root_over(outbox: MemoryOutbox, size: int) -> bytes:
    return root_of([leaf_hash(entry) for _, entry in outbox.order[:size]])


@pytest.mark.parametrize("steps", [[1], [255, 1, 1], [256], [700], [3, 300, 256, 1], [256 * 3, 0, 5], [513, 511]])
def test_the_signed_root_is_that_of_all_entries_after_every_step(tmp_path: Path, steps: list[int]) -> None:
    folder, outbox = fresh(tmp_path / "log"), MemoryOutbox()
    for count in steps:
        outbox.fill(count)
        with Sequencer(folder, SIGNER, outbox) as sequencer:
            told = sequencer.catch_up()
        assert told.count == count
        checkpoint = LogFolder(folder).checkpoint(KEYS)
        assert checkpoint == Checkpoint(ORIGIN, len(outbox.order), root_over(outbox, len(outbox.order)))
        assert verify_log(folder, KEYS, [checkpoint]).faults == []


def test_batches_of_any_size_give_the_same_bytes(tmp_path: Path) -> None:
    held = {}
    for batch in (1_500, 100, 256):
        folder, outbox = fresh(tmp_path / str(batch)), MemoryOutbox()
        outbox.fill(1_500)
        with Sequencer(folder, SIGNER, outbox, batch=batch) as sequencer:
            assert sequencer.catch_up().stop == 1_500
        # Partial tiles of sizes in between depend on the batch; those of the last size do not.
        held[batch] = {name: data for name, data in files(folder).items() if not re.search(r"\.p/(?!220$|5$)", name)}
    assert held[1_500] == held[100] == held[256]


def test_levels_above_the_first_are_filled(tmp_path: Path) -> None:
    folder, outbox = fresh(tmp_path / "log"), MemoryOutbox()
    outbox.fill(66_000)
    with Sequencer(folder, SIGNER, outbox) as sequencer:
        sequencer.catch_up()
    checkpoint = LogFolder(folder).checkpoint(KEYS)
    assert checkpoint.root == root_over(outbox, 66_000)
    assert (folder / "tile/1/000").stat().st_size == 8192
    assert (folder / "tile/2/000.p/1").stat().st_size == 32
    with Sequencer(folder, SIGNER, outbox, held=[Checkpoint(ORIGIN, 65_537, root_over(outbox, 65_537))]) as sequencer:
        assert sequencer.step().count == 0
    assert verify_log(folder, KEYS, [checkpoint]).checked == 66_000


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.integers(0, 300), second=st.integers(1, 600), cut=st.integers(0, 40))
def test_a_cut_at_any_point_is_mended_by_the_next_run_to_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, first: int, second: int, cut: int
) -> None:
    tmp_path = tmp_path_factory.mktemp("cut")
    folder, outbox = fresh(tmp_path / "log"), MemoryOutbox()
    outbox.fill(first)
    with Sequencer(folder, SIGNER, outbox) as sequencer:
        sequencer.catch_up()
    before = LogFolder(folder).checkpoint(KEYS)
    whole = tmp_path / "whole"
    shutil.copytree(folder, whole)
    outbox.fill(second)
    seen: list[str] = []

    def stop(event: str) -> None:
        seen.append(event)
        if len(seen) > cut:
            raise Cut(event)

    try:
        with Sequencer(folder, SIGNER, outbox, before=stop) as sequencer:
            sequencer.step()
    except Cut:
        between = LogFolder(folder).checkpoint(KEYS)
        assert between.root == root_over(outbox, between.size)
        assert verify_log(folder, KEYS, [before]).faults == []
    with Sequencer(folder, SIGNER, outbox) as sequencer:
        sequencer.catch_up()
    with Sequencer(whole, SIGNER, outbox) as sequencer:
        sequencer.catch_up()
    assert len(outbox.order) == first + second
    kept = {name: data for name, data in files(folder).items() if not name.endswith(".new")}
    assert {name: kept.get(name) for name in files(whole)} == files(whole)
    assert verify_log(folder, KEYS, [before, LogFolder(whole).checkpoint(KEYS)]).faults == []


def test_every_kind_of_step_was_cut() -> None:
    """The law above means something only where the events that it cuts at are all the kinds there are."""
    outbox = MemoryOutbox()
    seen: list[str] = []
    assert {"give", "write", "rename", "remove"} == set(_events(outbox, seen))


def _events(outbox: MemoryOutbox, seen: list[str]) -> list[str]:
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        folder = fresh(Path(place) / "log")
        for count in (100, 300):
            outbox.fill(count)
            with Sequencer(folder, SIGNER, outbox, before=seen.append) as sequencer:
                sequencer.step()
    return [event.split()[0] for event in seen]


@given(st.lists(st.sampled_from(["begin", "commit", "abort", "step"]), max_size=60), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_slow_and_failed_transactions_delay_entries_and_skip_none(actions: list[str], random: object) -> None:
    import random as randomness
    import tempfile

    assert isinstance(random, randomness.Random)
    outbox = MemoryOutbox()
    aborted: set[int] = set()
    with tempfile.TemporaryDirectory() as place:
        folder = fresh(Path(place) / "log")
        with Sequencer(folder, SIGNER, outbox, batch=3) as sequencer:
            for action in actions:
                if action == "begin":
                    outbox.begin()
                elif action == "step":
                    sequencer.step()
                elif outbox.open:
                    entry_id = random.choice(sorted(outbox.open))
                    getattr(outbox, action)(entry_id)
                    if action == "abort":
                        aborted.add(entry_id)
            for entry_id in sorted(outbox.open):
                outbox.commit(entry_id)
            sequencer.catch_up()
        sequenced = [entry_id for entry_id, _ in outbox.order]
        assert sorted(sequenced) == sorted(set(range(1, outbox.begun + 1)) - aborted)
        checkpoint = LogFolder(folder).checkpoint(KEYS)
        assert (checkpoint.size, checkpoint.root) == (len(sequenced), root_over(outbox, len(sequenced)))


def test_a_transaction_that_stays_open_is_sequenced_after_later_ones(tmp_path: Path) -> None:
    folder, outbox = fresh(tmp_path / "log"), MemoryOutbox()
    slow = outbox.begin()
    outbox.fill(5)
    with Sequencer(folder, SIGNER, outbox) as sequencer:
        assert sequencer.step().stop == 5
        outbox.commit(slow)
        assert sequencer.step().stop == 6
    assert [entry_id for entry_id, _ in outbox.order] == [2, 3, 4, 5, 6, 1]


def test_partial_tiles_go_once_the_full_one_is_signed(tmp_path: Path) -> None:
    folder, outbox = fresh(tmp_path / "log"), MemoryOutbox()
    for count in (100, 100):
        outbox.fill(count)
        with Sequencer(folder, SIGNER, outbox) as sequencer:
            sequencer.step()
    assert sorted(path.name for path in (folder / "tile/0/000.p").iterdir()) == ["100", "200"]
    outbox.fill(60)
    with Sequencer(folder, SIGNER, outbox) as sequencer:
        sequencer.step()
    assert not (folder / "tile/0/000.p").exists()
    assert not (folder / "tile/entries/000.p").exists()
    assert LogFolder(folder).read(Tile(0, 0, 100)) == (folder / "tile/0/000").read_bytes()[:3200]


def test_one_sequencer_at_a_time(tmp_path: Path) -> None:
    folder, outbox = fresh(tmp_path / "log"), MemoryOutbox()
    with Sequencer(folder, SIGNER, outbox), pytest.raises(LogLocked), Sequencer(folder, SIGNER, outbox):
        pass
    with Sequencer(folder, SIGNER, outbox):
        pass


def test_a_store_that_is_older_than_the_log_stops_everything(tmp_path: Path) -> None:
    folder, outbox = fresh(tmp_path / "log"), MemoryOutbox()
    outbox.fill(10)
    with Sequencer(folder, SIGNER, outbox) as sequencer:
        sequencer.catch_up()
    restored = MemoryOutbox()
    restored.fill(4)
    with (
        Sequencer(folder, SIGNER, restored) as sequencer,
        pytest.raises(LogAhead, match="10 entries and the store knows 4"),
    ):
        sequencer.step()
    assert LogFolder(folder).checkpoint(KEYS).size == 10


def test_a_lost_folder_grows_again_to_the_same_tree_and_no_other(tmp_path: Path) -> None:
    folder, outbox = fresh(tmp_path / "log"), MemoryOutbox()
    outbox.fill(300)
    with Sequencer(folder, SIGNER, outbox) as sequencer:
        sequencer.catch_up()
    held = LogFolder(folder).checkpoint(KEYS)
    outbox.fill(10)
    again = fresh(tmp_path / "again")
    with Sequencer(again, SIGNER, outbox, held=[held], batch=128) as sequencer:
        sequencer.catch_up()
    assert verify_log(again, KEYS, [held]).faults == []
    outbox.order[7] = (outbox.order[7][0], b"rewritten in the store")
    with (
        Sequencer(fresh(tmp_path / "forged"), SIGNER, outbox, held=[held], batch=128) as sequencer,
        pytest.raises(LogDamaged, match="held elsewhere over 300 entries has another root"),
    ):
        sequencer.catch_up()
    assert LogFolder(tmp_path / "forged").checkpoint(KEYS).size == 256


class Wrong(MemoryOutbox):
    """An outbox whose rows are not what they should be."""

    def __init__(self, row: OutboxRow) -> None:
        super().__init__()
        self.row = row
        self.fill(1)

    def positioned(self, first: int, limit: int) -> list[OutboxRow]:
        return [self.row]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (OutboxRow(0, "a", leaf_hash(b"other"), b"entry"), "outbox row a at position 0: its leaf hash"),
        (OutboxRow(1, "a", leaf_hash(b"entry"), b"entry"), "position 0 was to come"),
    ],
)
def test_rows_that_are_not_what_was_committed_are_refused(tmp_path: Path, row: OutboxRow, fault: str) -> None:
    with Sequencer(fresh(tmp_path / "log"), SIGNER, Wrong(row)) as sequencer, pytest.raises(OutboxDamaged, match=fault):
        sequencer.step()
    assert LogFolder(tmp_path / "log").checkpoint(KEYS).size == 0


def test_entries_longer_than_their_prefix_can_say_are_refused(tmp_path: Path) -> None:
    outbox = MemoryOutbox()
    outbox.commit(outbox.begin(bytes(65_536)))
    with (
        Sequencer(fresh(tmp_path / "log"), SIGNER, outbox) as sequencer,
        pytest.raises(EntryTooLarge, match="65536 bytes"),
    ):
        sequencer.step()


def test_folders_that_cannot_be_gone_on_with_are_refused(tmp_path: Path) -> None:
    folder, outbox = fresh(tmp_path / "log"), MemoryOutbox()
    with pytest.raises(LogExists):
        create_log(folder, ORIGIN, SIGNER)
    with pytest.raises(LogNotFound), Sequencer(tmp_path / "nothing", SIGNER, outbox):
        pass
    with pytest.raises(SignatureMissing), Sequencer(folder, Signer.generate(ORIGIN), outbox):
        pass
    outbox.fill(300)
    with Sequencer(folder, SIGNER, outbox) as sequencer:
        sequencer.catch_up()
    for name, fault in (
        ("tile/1/000.p/1", "31 bytes instead of 32"),
        ("tile/0/001.p/44", "do not give the root"),
        ("tile/entries/001.p/44", "not those of the hash tile"),
    ):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[:-1] if name == "tile/1/000.p/1" else whole[:-1] + b"?")
        with pytest.raises(LogDamaged, match=fault), Sequencer(folder, SIGNER, outbox):
            pass
        (folder / name).write_bytes(whole)
    (folder / "tile/1/000.p/1").unlink()
    with pytest.raises(LogDamaged, match=r"tile/1/000\.p/1: the file is missing"), Sequencer(folder, SIGNER, outbox):
        pass


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(2, 0, 1), "tile/2/000.p/1"),
        (Tile(BUNDLES, 1_000), "tile/entries/x001/000"),
        (Tile(63, 999_999), "tile/63/x999/999"),
    ],
)
def test_tiles_are_named_as_the_specification_names_them(tile: Tile, path: str) -> None:
    assert tile.path == path


def test_a_tree_of_70_000_has_the_tiles_that_the_specification_counts() -> None:
    counted = {level: list(tiles_of(70_000, level)) for level in levels_of(70_000)}
    assert [(len(tiles), tiles[-1].width) for tiles in counted.values()] == [(274, 112), (2, 17), (1, 1)]
    assert [tile.width for tile in tiles_of(256, 1)] == [1]
    assert list(levels_of(256)) == [0, 1]
    assert list(levels_of(0)) == []


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles_are_read_back(entries: list[bytes]) -> None:
    assert unpack_entries(pack_entries(entries)) == entries
    assert hash_entries(pack_entries(entries)) == [leaf_hash(entry) for entry in entries]


@given(st.lists(st.binary(min_size=1, max_size=50), min_size=1, max_size=6), st.data())
def test_a_damaged_bundle_is_read_to_its_end_alike_by_both_readers(entries: list[bytes], data: st.DataObject) -> None:
    packed = bytearray(pack_entries(entries))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    found = unpack_entries(bytes(packed))
    assert hash_entries(bytes(packed)) == [leaf_hash(entry) for entry in found]
    assert found != entries
    lengths = b"".join(struct.pack(">H", len(entry)) + entry for entry in found[:-1])
    assert bytes(packed).startswith(lengths)
