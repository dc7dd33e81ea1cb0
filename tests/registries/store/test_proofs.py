"""The proofs of the ledger at the smallest size; and what looks for faults finds them."""

from benchmarks.proofs import ledger_clients, ledger_kills
from benchmarks.proofs.ledger_audit import audit, orphans, overlaps
from benchmarks.proofs.ledger_race import raced
from benchmarks.proofs.ledger_scale import filled, timed
from registries.ledger import IssueNext, Level
from registries.store import Ledger
from tests.registries.ledger.making import block, envelope, issued, pool


def test_clients_that_race_leave_nothing_wrong_behind() -> None:
    found = raced("sqlite", ledger_clients.CROWDED, 160)
    assert found["attempts"] == 160 == found["done"] + found["refused"]
    assert found["done"] > 20 < found["refused"]
    wrong = ("overlaps", "overlaps_in_history", "orphans", "entries_without_outbox", "entries_without_key")
    assert [found[name] for name in (*wrong, "wrong_counters", "unaccounted")] == [0] * 7


def test_the_audit_finds_what_the_store_does_not_let_happen(ledger: Ledger) -> None:
    top = pool(ledger)
    parent = issued(ledger, top, block(0, 255))
    issued(ledger, parent, block(0, 99))
    claims = [ledger.grant(name).claims[0] for name in (top, parent)] + ledger.children(parent)
    assert (overlaps(claims), orphans(claims)) == (0, 0)
    assert orphans([claims[0], claims[2]]) == 1
    assert overlaps([*claims, claims[2], claims[1]]) == 2
    assert audit(ledger)["wrong_counters"] == 0
    with ledger.store.writing() as session:
        session.run("UPDATE usage SET children = children + 1")
    assert audit(ledger)["wrong_counters"] == 1


def test_a_pool_filled_by_rows_is_as_if_filled_by_commands(ledger: Ledger) -> None:
    name = filled(ledger, 40)
    seen = audit(ledger)
    assert (seen["active"], seen["overlaps"], seen["orphans"], seen["wrong_counters"]) == (41, 0, 0, 0)
    ledger.execute(IssueNext(parent_id=name, level=Level.ASSIGNED, count=1 << 80, room=1 << 84), envelope())
    assert ledger.utilisation(name).children == 41
    assert timed(lambda _: ledger.utilisation(name), 10)["p99_ms"] > 0


def test_an_answer_before_its_flush_is_seen_in_a_trace() -> None:
    good = "7 fdatasync(4</x/ledger.db-wal>) = 0\n7 write(5</x/acknowledged>, ...) = 9\n"
    apart = "7 fdatasync(4</x> <unfinished ...>\n7 <... fdatasync resumed>) = 0\n8 write(5</x/acknowledged>, ...) = 9\n"
    early = "7 write(5</x/acknowledged>, ...) = 9\n7 fdatasync(4</x> <unfinished ...>\n"
    pattern = r"write\(\d+<[^>]*acknowledged>"
    assert ledger_kills._order(good + apart, pattern) == {"answers": 2, "answers_without_flush": 0}
    told = ledger_kills._order(good + early + "8 write(5</x/acknowledged>, ...) = 9\n", pattern)
    assert told == {"answers": 3, "answers_without_flush": 2}


def test_what_was_acknowledged_outlives_a_kill_of_all() -> None:
    found = ledger_kills.killed("sqlite", 1)
    assert found["acknowledged"] >= ledger_kills.CLIENTS
    assert [found[name] for name in ("lost", "doubled", "faults", "overlaps", "orphans")] == [0] * 5
