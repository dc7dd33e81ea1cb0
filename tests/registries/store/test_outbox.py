"""The outbox: every committed entry gets one position, whatever else is open, slow or broken off."""

from pathlib import Path

import pytest

from registries.ledger.canonical import leaf_hash
from registries.ledger.evidence import Sequencer, Signer, create_log, verify_log
from registries.store import Ledger
from registries.store.outbox import StoreOutbox
from tests.registries.ledger.making import block, envelope, issued, pool


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


def test_an_open_transaction_delays_its_own_entry_alone(ledger: Ledger) -> None:
    top = pool(ledger)
    outbox = StoreOutbox(ledger.store)
    if ledger.store.dialect == "sqlite":
        pytest.skip("one writer at a time: there is no second transaction to be slow")
    with ledger.store.writing() as slow:
        slow.run("INSERT INTO entry VALUES ('slow', 'x', 't', 1, 1, ?)", (b"slow",))
        slow.run("INSERT INTO outbox (entry_id, leaf_hash, committed_us) VALUES ('slow', ?, 1)", (leaf_hash(b"slow"),))
        issued(ledger, top, block(0, 9))
        assert outbox.give_positions(10) == 2
    assert outbox.give_positions(10) == 1
    assert [row.entry_id for row in outbox.positioned(2, 9)] == ["slow"]


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
    signer = Signer.generate("so-goc.example/log")
    create_log(tmp_path / "log", "so-goc.example/log", signer)
    with Sequencer(tmp_path / "log", signer, StoreOutbox(ledger.store)) as sequencer:
        while sequencer.step().count:
            pass
    verified = verify_log(tmp_path / "log", [signer.verifier])
    assert not verified.faults
    assert envelope().tenant == "registry"
