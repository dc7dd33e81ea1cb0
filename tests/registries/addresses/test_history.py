"""What delegated files say becomes history in the ledger, gives nothing to give, and is written back the same."""

import datetime
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from registries.addresses.delegated import parse_delegated, read_delegated, render_delegated
from registries.addresses.history import delegated_records, grant_name, ground_id, import_delegated, pools
from registries.ledger import Box, Envelope, Issue, IssueNext, Level, OpenPool, Refusal, Return, Split, Transfer
from registries.ledger.evidence import Sequencer, Signer, create_log
from registries.store import Ledger, create_ledger
from registries.store.outbox import StoreOutbox

DAY = datetime.date(2026, 2, 6)
FILE = """\
apnic|VN|asn|64496|5|20110101|allocated
apnic|VN|ipv4|192.0.2.0|256|20120101|allocated
apnic|VN|ipv4|198.51.100.0|192|20130101|assigned
apnic|VN|ipv6|2001:db8::|32|20260105|allocated
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = create_ledger(f"sqlite:///{tmp_path / 'ledger.db'}", durable=False)
    yield opened
    opened.close()


def envelope(key: str) -> Envelope:
    return Envelope(
        actor="officer-1", tenant="vnnic", purpose="import", instrument="delegated file", idempotency_key=key
    )


def exported(ledger: Ledger, day: datetime.date = DAY) -> list[str]:
    records = delegated_records(ledger, registry="apnic", day=day)
    return [line for record in records for line in record.lines()]


def test_a_file_comes_back_as_it_was_and_a_second_time_changes_nothing(ledger: Ledger) -> None:
    read = parse_delegated(FILE)
    first = import_delegated(ledger, read, envelope("file"))
    assert (first.new, first.known, first.refused, first.balances) == (4, 0, (), True)
    again = import_delegated(ledger, read, envelope("file"))
    assert (again.new, again.known, again.balances) == (0, 4, True)
    written = render_delegated(delegated_records(ledger, registry="apnic", day=DAY), registry="apnic", serial=DAY)
    assert written.splitlines()[4:] == FILE.splitlines()


def test_history_is_asked_as_of_any_day(ledger: Ledger) -> None:
    import_delegated(ledger, parse_delegated(FILE), envelope("file"))
    lines = FILE.splitlines()
    assert exported(ledger, datetime.date(2012, 1, 1))[:2] == [f"{line}|" for line in lines[:2]]
    assert len(exported(ledger, datetime.date(2011, 12, 31))) == 1


def test_history_is_no_pool_and_gives_nothing(ledger: Ledger) -> None:
    import_delegated(ledger, parse_delegated(FILE), envelope("file"))
    assert pools(ledger) == []
    name = grant_name(parse_delegated(FILE).records[1])
    ledger.execute(Return(grant_id=name), envelope("return"))
    for command in (
        Issue(parent_id=ground_id("apnic", "ipv4"), level=Level.ALLOCATED, boxes=(Box(0xC0000200, 0xC00002FF),)),
        IssueNext(parent_id=ground_id("apnic", "ipv4"), level=Level.ALLOCATED, count=256),
        OpenPool(space="ipv4", boxes=(Box(0xC6336400, 0xC63364FF),), authority="APNIC"),
    ):
        with pytest.raises(Refusal):
            ledger.execute(command, envelope(command.name))


def test_a_later_file_adds_what_is_new_and_is_refused_what_contradicts(ledger: Ledger) -> None:
    import_delegated(ledger, parse_delegated(FILE), envelope("file"))
    later = FILE.replace("|198.51.100.0|192|", "|198.51.100.0|256|") + "apnic|VN|ipv4|203.0.113.0|256||allocated\n"
    told = import_delegated(ledger, parse_delegated(later), envelope("later"))
    assert (told.new, told.known, len(told.refused), told.balances) == (1, 3, 1, True)
    assert "198.51.100.0" in told.refused[0].reason
    assert "apnic|VN|ipv4|203.0.113.0|256||allocated|" in exported(ledger, datetime.date.max - datetime.timedelta(9))


def test_a_split_a_transfer_and_a_return_change_just_their_rows(ledger: Ledger) -> None:
    import_delegated(ledger, parse_delegated(FILE), envelope("file"))
    name = grant_name(parse_delegated(FILE).records[1])
    today = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
    before = set(exported(ledger, today))
    ledger.execute(Split(grant_id=name, parts=((Box(0xC0000280, 0xC00002FF),),), new_ids=("half",)), envelope("split"))
    split = set(exported(ledger, today))
    assert before - split == {"apnic|VN|ipv4|192.0.2.0|256|20120101|allocated|"}
    assert split - before == {
        "apnic|VN|ipv4|192.0.2.0|128|20120101|allocated|",
        "apnic|VN|ipv4|192.0.2.128|128|20120101|allocated|",
    }
    ledger.execute(Return(grant_id="half"), envelope("return"))
    assert split - set(exported(ledger, today)) == {"apnic|VN|ipv4|192.0.2.128|128|20120101|allocated|"}
    with pytest.raises(Refusal):
        ledger.execute(Transfer(grant_id="half", holder_id="nobody"), envelope("transfer"))


def test_an_extended_file_has_what_a_pool_has_free_and_what_is_kept_back(ledger: Ledger) -> None:
    opened = OpenPool(
        space="ipv6", boxes=(Box(0x3FFF << 112, (0x3FFF << 112) + (1 << 108) - 1),), authority="IETF", grant_id="p"
    )
    ledger.execute(opened, envelope("pool"))
    ledger.execute(IssueNext(parent_id="p", level=Level.ALLOCATED, count=1 << 96, grant_id="g"), envelope("g"))
    quarantine = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=90)
    tomorrow = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
    rows = delegated_records(ledger, registry="vnnic", day=tomorrow, extended=True)
    assert {row.status for row in rows} == {"allocated", "available"}
    assert sum(row.size for row in rows) == 1 << 108
    ledger.execute(Return(grant_id="g", quarantine_until=quarantine), envelope("back"))
    rows = delegated_records(ledger, registry="vnnic", day=tomorrow, extended=True)
    assert {row.status for row in rows} == {"reserved", "available"}
    assert sum(row.size for row in rows) == 1 << 108
    assert [pool.grant_id for pool in pools(ledger)] == ["p"]


def test_the_vietnamese_rows_come_back_out_of_the_ledger(ledger: Ledger) -> None:
    path = Path(os.environ.get("SOGOC_TEST_DATA", "../shared/data")) / "internet/rir/delegated-apnic-VN-20260206.txt"
    if not path.is_file():
        pytest.skip(f"SOGOC_TEST_DATA has no {path.name}")
    told = import_delegated(ledger, read_delegated(path).checked(path), envelope("vn"))
    assert (told.new, told.refused) == (2_683, ())
    records = delegated_records(ledger, registry="apnic", day=DAY)
    written = render_delegated(records, registry="apnic", serial=DAY)
    assert written.splitlines()[4:] == path.read_text(encoding="ascii").splitlines()


def test_every_entry_of_a_large_file_fits_in_the_evidence_log(ledger: Ledger, tmp_path: Path) -> None:
    text = "".join(f"apnic|VN|ipv6|2001:db8:{row:x}::|48|20260105|assigned\n" for row in range(0, 1_000, 2))
    told = import_delegated(ledger, parse_delegated(text), envelope("large"))
    assert (told.new, told.refused) == (500, ())
    signer = Signer.generate("test")
    create_log(tmp_path / "log", "so-goc.example/log", signer)
    with Sequencer(tmp_path / "log", signer, StoreOutbox(ledger.store)) as sequencer:
        assert sequencer.catch_up().count > 500


def test_a_file_that_another_officer_imports_again_is_known(ledger: Ledger) -> None:
    import_delegated(ledger, parse_delegated(FILE), envelope("file"))
    other = Envelope(actor="officer-2", tenant="vnnic", purpose="again", instrument="x", idempotency_key="again")
    told = import_delegated(ledger, parse_delegated(FILE), other)
    assert (told.new, told.known, told.refused) == (0, 4, ())


def test_a_row_recorded_otherwise_is_told_with_what_is_recorded(ledger: Ledger) -> None:
    import_delegated(ledger, parse_delegated(FILE), envelope("file"))
    other = FILE.replace("|20120101|", "|20120102|")
    told = import_delegated(ledger, parse_delegated(other), envelope("other"))
    assert (told.known, len(told.refused)) == (3, 1)
    assert "recorded as allocated since 2012-01-01" in told.refused[0].reason


def test_rows_over_a_pool_are_refused_with_the_pool_named(ledger: Ledger) -> None:
    pool = OpenPool(space="ipv4", boxes=(Box(0xC0000200, 0xC00002FF),), authority="IETF", grant_id="p")
    ledger.execute(pool, envelope("p"))
    told = import_delegated(ledger, parse_delegated(FILE), envelope("file"))
    assert (told.new, len(told.refused), told.balances) == (2, 2, True)
    assert all("p (192.0.2.0/24" in one.reason for one in told.refused)
