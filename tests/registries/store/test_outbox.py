"""The outbox: every committed entry gets one position, whatever else is open, slow or broken off."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from registries.ledger import errors
from registries.ledger.canonical import leaf_hash
from registries.ledger.evidence import Sequencer, Signer, create_log, tiles, verify_log
from registries.ledger.plan import LONGEST_ENTRY
from registries.store import Ledger
from registries.store.outbox import StoreOutbox
from tests.registries.ledger.making import block, issued, pool

ORIGIN = "so-goc.example/log"


def test_every_entry_gets_one_position_in_order(ledger: Ledger) -> None:
    top = pool(ledger)
    for at in range(0, 90, 10):
        issued(ledger, top, block(at, at + 9))
    outbox = StoreOutbox(ledger.store)
    assert outbox.waiting() == 10
    assert [outbox.give_positions(4) for _ in range(4)] == [4, 4, 2, 0]
    rows = outbox.positioned(0, 100)
    assert [row.position for row in rows] == list(range(10)) == list(range(outbox.next_position()))
    assert all(leaf_hash(row.entry) == row.leaf_hash for row in rows)
    assert outbox.position_of(rows[3].entry_id) == 3
    assert outbox.position_of("none") is None
    assert [row.position for row in outbox.positioned(7, 2)] == [7, 8]


def _slow(ledger: Ledger, began: threading.Event, go_on: threading.Event, *, fails: bool) -> None:
    with ledger.store.writing() as session:
        session.run("INSERT INTO entry VALUES ('slow', 'x', 't', 1, 1, ?)", (b"slow",))
        session.run(
            "INSERT INTO outbox (entry_id, leaf_hash, committed_us) VALUES ('slow', ?, 1)", (leaf_hash(b"slow"),)
        )
        began.set()
        go_on.wait(30)
        if fails:
            session.discard()


@pytest.mark.parametrize("fails", [False, True], ids=["slow", "given-up"])
def test_an_open_transaction_delays_its_own_entry_and_never_skips_it(
    ledger: Ledger, tmp_path: Path, *, fails: bool
) -> None:
    top = pool(ledger)
    signer = Signer.generate(ORIGIN)
    create_log(tmp_path, ORIGIN, signer)
    name = ""
    began, go_on = threading.Event(), threading.Event()
    slow = threading.Thread(target=_slow, args=(ledger, began, go_on), kwargs={"fails": fails})
    with Sequencer(tmp_path, signer, StoreOutbox(ledger.store)) as sequencer:
        assert sequencer.catch_up().count == 1
        slow.start()
        began.wait(30)
        if ledger.store.dialect == "postgresql":
            # Its row came first; those that are committed get their positions without it.
            name = issued(ledger, top, block(0, 9))
            assert sequencer.catch_up().count == 1
        else:
            # One writer at a time: the next one waits, and whoever only looks for work does not.
            assert sequencer.catch_up().count == 0
        go_on.set()
        slow.join()
        if ledger.store.dialect == "sqlite":
            name = issued(ledger, top, block(0, 9))
        sequencer.catch_up()
        assert sequencer.size == (2 if fails else 3)
    outbox = StoreOutbox(ledger.store)
    assert outbox.position_of("slow") == (None if fails else 2 if ledger.store.dialect == "postgresql" else 1)
    assert outbox.position_of(ledger.history(name)[0].entry_id) is not None
    assert verify_log(tmp_path, [signer.verifier]).is_whole


def test_two_sequencers_at_once_give_every_position_once(ledger: Ledger) -> None:
    top = pool(ledger)
    for at in range(0, 400, 10):
        issued(ledger, top, block(at, at + 9))

    def give(_: int) -> int:
        return sum(iter(lambda: StoreOutbox(ledger.store).give_positions(3), 0))

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(give, range(4))) == 41
    assert [row.position for row in StoreOutbox(ledger.store).positioned(0, 99)] == list(range(41))


def test_a_sequencer_that_breaks_off_at_any_point_is_taken_up_by_the_next(ledger: Ledger, tmp_path: Path) -> None:
    """Broken off before each thing that it does in turn: positions that were given are signed by the next one."""
    top = pool(ledger)
    signer = Signer.generate(ORIGIN)
    create_log(tmp_path, ORIGIN, signer)
    for turn in range(12):
        issued(ledger, top, block(turn * 10, turn * 10 + 9))
        with (
            contextlib.suppress(ZeroDivisionError),
            Sequencer(tmp_path, signer, StoreOutbox(ledger.store), batch=3, before=_breaking(turn)) as sequencer,
        ):
            sequencer.catch_up()
    with Sequencer(tmp_path, signer, StoreOutbox(ledger.store), batch=3) as sequencer:
        sequencer.catch_up()
    told = verify_log(tmp_path, [signer.verifier])
    assert (told.is_whole, told.entries_read) == (True, 13)
    assert StoreOutbox(ledger.store).waiting() == 0


def _breaking(after: int) -> Callable[[str], object]:
    left = iter(range(after, -1, -1))
    return lambda _: 1 // next(left, 1)


def test_an_entry_that_no_log_could_take_is_refused(ledger: Ledger) -> None:
    assert LONGEST_ENTRY == tiles.LONGEST_ENTRY
    with pytest.raises(errors.EntryTooLong):
        pool(ledger, attributes={"note": "x" * LONGEST_ENTRY})
    assert StoreOutbox(ledger.store).waiting() == 0


def _broken_off(ledger: Ledger) -> None:
    with ledger.store.writing() as session:
        session.run("INSERT INTO entry VALUES ('gone', 'x', 't', 1, 1, ?)", (b"gone",))
        session.run("INSERT INTO outbox (entry_id, leaf_hash, committed_us) VALUES ('gone', ?, 1)", (b"x" * 32,))
        raise ZeroDivisionError


def test_a_transaction_that_fails_leaves_no_hole(ledger: Ledger) -> None:
    top = pool(ledger)
    outbox = StoreOutbox(ledger.store)
    with pytest.raises(ZeroDivisionError):
        _broken_off(ledger)
    issued(ledger, top, block(0, 9))
    assert outbox.give_positions(10) == 2
    assert [row.position for row in outbox.positioned(0, 9)] == [0, 1]


def test_the_sequencer_makes_a_log_of_it_that_verifies(ledger: Ledger, tmp_path: Path) -> None:
    top = pool(ledger)
    for at in range(0, 300, 10):
        issued(ledger, top, block(at, at + 9))
    signer = Signer.generate(ORIGIN)
    create_log(tmp_path / "log", ORIGIN, signer)
    with Sequencer(tmp_path / "log", signer, StoreOutbox(ledger.store)) as sequencer:
        while sequencer.step().count:
            pass
    verified = verify_log(tmp_path / "log", [signer.verifier])
    assert not verified.faults
