"""Reverse names: every zone of a block is read back as the addresses it names, and nothing else is."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registries.addresses.blocks import Block
from registries.addresses.reverse import zones
from registries.publication import block_of_name


@st.composite
def prefixes(draw: st.DrawFn) -> Block:
    family = draw(st.sampled_from((4, 6)))
    bits = 32 if family == 4 else 128
    length = draw(st.integers(4, 32 if family == 4 else 64))
    return Block.prefix(family, draw(st.integers(0, 2**bits - 1)), length)


@given(prefixes())
def test_the_zones_of_a_block_name_exactly_its_addresses(block: Block) -> None:
    read = [block_of_name(zone.name) for zone in zones(block)]
    assert read == [zone.block for zone in zones(block)]
    assert sum(each.size for each in read if each) == block.size


@given(st.ip_addresses())
def test_the_name_of_an_address_as_the_standard_library_writes_it_is_that_address(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    assert block_of_name(address.reverse_pointer) == Block(address.version, int(address), int(address))


@pytest.mark.parametrize(
    "name",
    [
        *("in-addr.arpa", "256.in-addr.arpa", "01.in-addr.arpa", "a.in-addr.arpa", "1.2.3.4.5.in-addr.arpa"),
        *("ip6.arpa", "g.ip6.arpa", "10.ip6.arpa", "vidu.example", "", "1.2.3", "1/25.2.0.192.in-addr.arpa"),
        ".".join("0" * 33) + ".ip6.arpa",
    ],
)
def test_other_names_are_no_addresses(name: str) -> None:
    assert block_of_name(name) is None
