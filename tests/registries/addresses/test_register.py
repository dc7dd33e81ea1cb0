"""Blocks and AS numbers are given out of pools by the policy of the day, and what is due is listed."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from registries.addresses.blocks import Block
from registries.addresses.delegated import parse_delegated
from registries.addresses.errors import NoRoom
from registries.addresses.history import import_delegated
from registries.addresses.register import Due, due, grant_block, is_pool, open_pool
from registries.addresses.routing import Announcement
from registries.addresses.statements import decision, holder_statement
from registries.asns.numbers import AutnumRange
from registries.asns.register import grant_autnum, open_autnum_pool
from registries.holders import Kind, RegisterHolder
from registries.ledger import Envelope, Level, Refusal
from registries.ledger.errors import NoRoom as NoRoomLeft
from registries.rules import AsnUnjustified, AsnWithoutSpace, PolicyError
from registries.store import Ledger, create_ledger

ON = datetime.date(2026, 3, 2)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = create_ledger(f"sqlite:///{tmp_path / 'ledger.db'}", durable=False)
    yield opened
    opened.close()


def envelope(key: str) -> Envelope:
    return Envelope(actor="officer-1", tenant="vnnic", purpose="test", instrument="QĐ 01", idempotency_key=key)


def given(ledger: Ledger, grant_id: str) -> str:
    return ledger.grant(grant_id).text


def test_ipv6_is_given_with_room_to_grow_and_ipv4_packed(ledger: Ledger) -> None:
    open_pool(ledger, [Block.parse("3fff::/20")], envelope("p6"), authority="IETF", name="six")
    open_pool(ledger, [Block.parse("198.18.0.0/15")], envelope("p4"), authority="IETF", name="four")
    assert is_pool(ledger.grant("six"))
    places = []
    for number in range(3):
        receipt = grant_block(ledger, "six", 32, envelope(f"six-{number}"), on=ON, is_provider=True)
        places.append(given(ledger, receipt.grant_ids[-1]))
    assert len({Block.parse(place).first >> 107 for place in places}) >= 2
    four = [grant_block(ledger, "four", 24, envelope(f"four-{number}"), on=ON) for number in range(2)]
    assert [given(ledger, receipt.grant_ids[-1]) for receipt in four] == ["198.18.0.0/24", "198.18.1.0/24"]
    assert ledger.grant(four[0].grant_ids[-1]).level is Level.ASSIGNED


@pytest.mark.parametrize(("pool", "length"), [("four", 25), ("four", 22), ("six", 47), ("six", 49)])
def test_the_policy_of_the_day_refuses_other_sizes(ledger: Ledger, pool: str, length: int) -> None:
    open_pool(ledger, [Block.parse("3fff::/20")], envelope("p6"), authority="IETF", name="six")
    open_pool(ledger, [Block.parse("198.18.0.0/15")], envelope("p4"), authority="IETF", name="four")
    with pytest.raises(PolicyError):
        grant_block(ledger, pool, length, envelope("x"), on=ON)


def test_room_is_counted_against_the_whole_region(ledger: Ledger) -> None:
    open_pool(ledger, [Block.parse("3fff::/30")], envelope("p"), authority="IETF", name="six")
    region = [Block.parse("3fff::/32"), Block.parse("3fff:2::/32")]
    first = grant_block(ledger, "six", 32, envelope("a"), on=ON, is_provider=True, region=region)
    assert given(ledger, first.grant_ids[-1]) == "3fff:1::/32"
    grant_block(ledger, "six", 32, envelope("b"), on=ON, is_provider=True, region=region)
    with pytest.raises(NoRoom):
        grant_block(ledger, "six", 32, envelope("c"), on=ON, is_provider=True, region=region)


def test_every_block_of_a_pool_is_looked_at_beside_the_region(ledger: Ledger) -> None:
    blocks = [Block.parse(text) for text in ("198.18.0.0/22", "198.18.8.0/23")]
    open_pool(ledger, blocks, envelope("p"), authority="IETF", name="four")
    region = [Block.parse("198.18.0.0/22")]
    chosen = [grant_block(ledger, "four", 24, envelope(key), on=ON, region=region).grant_ids[-1] for key in ("a", "b")]
    assert [given(ledger, name) for name in chosen] == ["198.18.8.0/24", "198.18.9.0/24"]
    with pytest.raises(NoRoom, match=r"198\.18\.0\.0/22, 198\.18\.8\.0/23"):
        grant_block(ledger, "four", 24, envelope("c"), on=ON, region=region)


def test_nothing_is_given_outside_of_a_pool(ledger: Ledger) -> None:
    import_delegated(ledger, parse_delegated("apnic|VN|ipv6|3fff::|32|20260105|allocated"), envelope("file"))
    with pytest.raises(Refusal):
        open_pool(ledger, [Block.parse("3fff::/31")], envelope("p"), authority="IETF")
    with pytest.raises(Refusal):
        grant_block(ledger, "delegated-history-apnic-ipv6", 32, envelope("x"), on=ON, is_provider=True)
    assert not is_pool(ledger.grant("delegated-history-apnic-ipv6"))


def test_an_autnum_needs_space_of_the_holder(ledger: Ledger) -> None:
    open_autnum_pool(ledger, AutnumRange(131072, 131080), envelope("p"), authority="APNIC", name="as")
    with pytest.raises(AsnWithoutSpace):
        grant_autnum(ledger, "as", envelope("a"), on=ON)


def test_autnums_are_given_in_sequence_to_who_has_space(ledger: Ledger) -> None:
    register = RegisterHolder(holder_id="h1", kind=Kind.ORGANISATION, called="Công ty Ví dụ")
    ledger.execute(register, envelope("holder"))
    open_pool(ledger, [Block.parse("3fff::/20")], envelope("p6"), authority="IETF", name="six")
    grant_block(ledger, "six", 48, envelope("g"), on=ON, holder_id="h1")
    open_autnum_pool(ledger, AutnumRange(65500, 65560), envelope("p"), authority="IETF", name="as")
    for key, justified in (("a", False), ("b", True)):
        grant_autnum(ledger, "as", envelope(key), on=ON, holder_id="h1", is_justified=justified)
    assert [claim.box.first for claim in ledger.children("as")] == [65552, 65553]
    with pytest.raises(AsnUnjustified):
        grant_autnum(ledger, "as", envelope("c"), on=ON, holder_id="h1")
    with pytest.raises(NoRoomLeft):
        grant_autnum(ledger, "as", envelope("d"), on=ON, holder_id="h1", wants_two_byte=True, is_justified=True)


def test_what_is_not_in_use_in_time_is_due_beside_arrears_and_contacts(ledger: Ledger) -> None:
    rows = (
        "apnic|VN|asn|64496|1|20250601|allocated\n"
        "apnic|VN|ipv4|192.0.2.0|256|20250601|assigned\n"
        "apnic|VN|ipv4|198.51.100.0|256|20250601|assigned\n"
    )
    import_delegated(ledger, parse_delegated(rows), envelope("file"))
    seen = [Announcement(Block.parse("198.51.100.0/25"), 64496)]
    today = datetime.date(2025, 11, 28)
    owed = [Due(datetime.date(2025, 11, 1), "arrears", "invoice 7", "h1"), Due(ON, "arrears", "invoice 8", "h1")]
    told = due(ledger, today, announcements=seen, arrears=owed)
    assert [(one.about, one.subject) for one in told.items] == [("arrears", "invoice 7"), ("use", "192.0.2.0/24")]
    assert told.without_policy == 0
    assert not due(ledger, datetime.date(2025, 8, 1), announcements=seen).items


def test_statements_say_what_is_held_and_that_nobody_is_recorded(ledger: Ledger) -> None:
    open_pool(ledger, [Block.parse("198.18.0.0/15")], envelope("p4"), authority="IETF", name="four")
    grant = ledger.grant(grant_block(ledger, "four", 24, envelope("four"), on=ON).grant_ids[-1])
    page = holder_statement(None, [grant], agency="VNNIC <&>", on=ON)
    assert "198.18.0.0/24" in page
    assert "holder not recorded" in page
    assert "VNNIC &lt;&amp;&gt;" in page
    one = decision(grant, holder="Công ty <A>", agency="VNNIC", instrument="QĐ 01", on=ON)
    assert "Công ty &lt;A&gt;" in one
    assert grant.grant_id in one
