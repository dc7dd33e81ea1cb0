"""Route validity, advice on ROAs, who announces what, and the lines of reverse zones."""

import csv
import ipaddress
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registries.addresses.blocks import Block
from registries.addresses.delegated import read_delegated
from registries.addresses.errors import ReverseNamesFaulty
from registries.addresses.requests import RoaRequest, check_roa, route_object
from registries.addresses.reverse import Answer, ReverseNames, Signer, fragment, lame, reverse_name, zones
from registries.addresses.routing import Announcement, Authorisation, Authorisations, Validity, announced_by
from tests.registries.addresses.drawn import blocks

PREFIXES = st.builds(
    lambda value, length: Block.prefix(4, 0xC0000200 + value, length), st.integers(0, 1023), st.integers(20, 32)
)
ORIGINS = st.sampled_from([0, 64496, 64497])


@st.composite
def authorisations(draw: st.DrawFn) -> Authorisation:
    block = draw(PREFIXES)
    return Authorisation(block, draw(st.integers(block.length or 0, 32)), draw(ORIGINS))


@settings(deadline=None)
@given(st.lists(authorisations(), max_size=8), PREFIXES, ORIGINS)
def test_validity_is_that_of_rfc_6811(given_: list[Authorisation], block: Block, origin: int) -> None:
    covering = [one for one in given_ if one.block.contains(block)]
    matched = [one for one in covering if one.origin == origin != 0 and (block.length or 0) <= one.max_length]
    expected = Validity.VALID if matched else Validity.INVALID if covering else Validity.NOT_FOUND
    told = Authorisations(given_).validity(Announcement(block, origin))
    assert told.validity is expected
    assert sorted(told.covering) == sorted(covering)


HELD = [Block.parse("198.51.100.0/24")]


@pytest.mark.parametrize(
    ("request_", "announced", "codes"),
    [
        (RoaRequest(HELD[0], 64496), [], []),
        (RoaRequest(HELD[0], 64496, 24), [("198.51.100.0/24", 64496)], []),
        (RoaRequest(Block.parse("192.0.2.0/24"), 64496), [], ["roa-not-held"]),
        (RoaRequest(HELD[0], 64496, 23), [], ["roa-max-length"]),
        (RoaRequest(HELD[0], 64496, 25), [], ["roa-not-minimal", "roa-longer-than-routed"]),
        (RoaRequest(HELD[0], 0), [], ["roa-as-zero"]),
        (RoaRequest(HELD[0], 64496), [("198.51.100.0/25", 64496)], ["roa-breaks-routes"]),
        (RoaRequest(HELD[0], 64496), [("198.51.100.0/24", 64511)], ["roa-breaks-routes"]),
        (RoaRequest(Block.parse("198.51.100.0-198.51.100.2"), 64496), [], ["roa-not-a-prefix"]),
    ],
)
def test_a_request_is_told_what_is_wrong_with_it(
    request_: RoaRequest, announced: list[tuple[str, int]], codes: list[str]
) -> None:
    routes = [Announcement(Block.parse(text), origin) for text, origin in announced]
    found = check_roa(request_, HELD, routes, [])
    assert [one.code for one in found] == codes
    assert all(one.vi != one.en for one in found)


def test_all_longer_prefixes_announced_make_a_max_length_minimal() -> None:
    texts = ("198.51.100.0/24", "198.51.100.0/25", "198.51.100.128/25")
    routes = [Announcement(Block.parse(text), 64496) for text in texts]
    codes = [one.code for one in check_roa(RoaRequest(HELD[0], 64496, 25), HELD, routes, [])]
    assert codes == ["roa-longer-than-routed"]


def test_a_route_object_is_written_as_rpsl() -> None:
    text = route_object(RoaRequest(Block.parse("3fff::/20"), 64496), description="Ví dụ", maintainer="MAINT-EXAMPLE-VN")
    assert text.splitlines()[0] == "route6:         3fff::/20"
    assert "origin:         AS64496\n" in text


@settings(max_examples=60, deadline=None)
@given(st.lists(blocks(4), max_size=5), st.lists(st.tuples(blocks(4), ORIGINS), max_size=8))
def test_each_address_counts_once_for_each_origin(held: list[Block], routes: list[tuple[Block, int]]) -> None:
    held = [Block(4, block.first, min(block.last, block.first + 300)) for block in held]
    told = announced_by(held, [Announcement(block, origin) for block, origin in routes])
    for block, announced in zip(held, told, strict=True):
        expected = {}
        for origin in {origin for _, origin in routes}:
            over = [route for route, who in routes if who == origin and route.overlaps(block)]
            addresses = {
                value
                for route in over
                for value in range(max(route.first, block.first), min(route.last, block.last) + 1)
            }
            if addresses:
                expected[origin] = len(addresses)
        assert dict(announced.origins) == expected


def test_foreign_origins_of_vietnamese_blocks_are_those_found_before() -> None:
    folder = Path(os.environ.get("SOGOC_TEST_DATA", "../shared/data")) / "internet"
    if not (folder / "vn" / "vn-ipv4-origin.csv").is_file():
        pytest.skip("SOGOC_TEST_DATA has no internet/vn/vn-ipv4-origin.csv")
    delegated = read_delegated(folder / "rir" / "delegated-apnic-VN-20260206.txt")
    ours = [(record.first, record.last) for record in delegated.of("asn")]
    with (folder / "vn" / "vn-ipv4-origin.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    routes = [
        Announcement(Block.parse(f"{row['start']}-{row['end']}"), int(row["origin_asn"]))
        for row in rows
        if not any(first <= int(row["origin_asn"]) <= last for first, last in ours)
    ]
    assert len(routes) == 22
    told = announced_by([record.block for record in delegated.of("ipv4")], routes)
    assert {origin for one in told for origin, _ in one.origins} == {route.origin for route in routes}
    assert sum(one.addresses for one in told) == sum(route.block.size for route in routes)


@given(st.ip_addresses())
def test_reverse_names_are_those_of_the_library(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    bits = address.max_prefixlen
    assert reverse_name(address.version, int(address), bits) == address.reverse_pointer


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("192.0.2.0/24", ["2.0.192.in-addr.arpa"]),
        ("198.18.0.0/15", ["18.198.in-addr.arpa", "19.198.in-addr.arpa"]),
        ("198.51.100.0/23", ["100.51.198.in-addr.arpa", "101.51.198.in-addr.arpa"]),
        ("192.0.2.64/26", ["64/26.2.0.192.in-addr.arpa"]),
        ("2001:db8::/32", ["8.b.d.0.1.0.0.2.ip6.arpa"]),
        ("3fff::/20", ["0.f.f.f.3.ip6.arpa"]),
        ("2001:db8:8000::/35", ["8.8.b.d.0.1.0.0.2.ip6.arpa", "9.8.b.d.0.1.0.0.2.ip6.arpa"]),
    ],
)
def test_zones_end_at_an_octet_or_a_digit(text: str, names: list[str]) -> None:
    block = Block.parse(text)
    assert [zone.name for zone in zones(block)] == names
    assert sum(zone.block.size for zone in zones(block)) == block.size


SERVERS = ("ns1.example.vn", "NS2.example.vn.")
DS = Signer(12345, 13, 2, "ab" * 32)


def test_the_lines_of_the_zone_above_name_servers_and_keys() -> None:
    assert fragment(ReverseNames(Block.parse("3fff::/20"), SERVERS, (DS,))).splitlines() == [
        "0.f.f.f.3.ip6.arpa. 86400 IN NS ns1.example.vn.",
        "0.f.f.f.3.ip6.arpa. 86400 IN NS ns2.example.vn.",
        f"0.f.f.f.3.ip6.arpa. 86400 IN DS 12345 13 2 {'AB' * 32}",
    ]


def test_a_block_below_a_24_gets_aliases_as_in_rfc_2317() -> None:
    lines = fragment(ReverseNames(Block.parse("192.0.2.64/26"), SERVERS)).splitlines()
    assert lines[0] == "64/26.2.0.192.in-addr.arpa. 86400 IN NS ns1.example.vn."
    assert lines[3] == "65.2.0.192.in-addr.arpa. 86400 IN CNAME 65.64/26.2.0.192.in-addr.arpa."
    assert len(lines) == 2 + 64


@pytest.mark.parametrize(
    ("servers", "signers", "reason"),
    [
        (("ns1.example.vn",), (), "two different"),
        (("ns1.example.vn", "NS1.example.vn."), (), "two different"),
        (("ns1.example.vn", "ns_2..vn"), (), "no host name"),
        (("ns1.example.vn", "a.2.0.192.in-addr.arpa"), (), "lies within"),
        (SERVERS, (Signer(1, 13, 2, "ab"),), "has a digest of 2 digits"),
        (SERVERS, (Signer(1, 5, 2, "ab" * 32),), "must not be used"),
        (SERVERS, (Signer(1, 13, 1, "ab" * 20),), "must not be used"),
    ],
)
def test_a_delegation_that_would_not_work_is_refused(
    servers: tuple[str, ...], signers: tuple[Signer, ...], reason: str
) -> None:
    with pytest.raises(ReverseNamesFaulty, match=reason):
        fragment(ReverseNames(Block.parse("192.0.2.0/24"), servers, signers))


def test_lame_servers_are_told_with_what_they_do() -> None:
    both = frozenset({"ns1.example.vn", "ns2.example.vn"})
    good = Answer(authoritative=True, code="NOERROR", serial=7, servers=both)
    names = ReverseNames(Block.parse("192.0.2.0/24"), SERVERS)
    assert lame(names, lambda _server, zone: good if zone == "2.0.192.in-addr.arpa" else None) == []
    for answer, reason in (
        (None, "no answer"),
        (replace(good, code="REFUSED"), "answers REFUSED"),
        (replace(good, authoritative=False), "is not authoritative"),
        (replace(good, servers=frozenset({"ns1.example.vn"})), "names other servers: ns1.example.vn"),
    ):

        def ask(server: str, _zone: str, said: Answer | None = answer) -> Answer | None:
            return said if server.startswith("ns2") else good

        assert [(one.server, one.reason) for one in lame(names, ask)] == [("ns2.example.vn", reason)]
