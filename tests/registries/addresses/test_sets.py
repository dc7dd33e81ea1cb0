"""Overlaps, unions and the fewest prefixes, as sets of addresses and as the standard library have them."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registries.addresses.blocks import BITS, Block
from registries.addresses.columns import Points
from registries.addresses.errors import BlockUnreadable
from registries.addresses.sets import aggregate, overlaps, union
from tests.registries.addresses.drawn import FAMILIES, blocks, network

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

OF_ONE_FAMILY = FAMILIES.flatmap(lambda family: st.lists(blocks(family), max_size=12))


def ends(held: list[Block]) -> tuple[Points, Points]:
    return Points.of([block.first for block in held]), Points.of([block.last for block in held])


@settings(max_examples=150, deadline=None)
@given(OF_ONE_FAMILY)
def test_every_pair_that_shares_an_address_is_told_once(held: list[Block]) -> None:
    found = overlaps(*ends(held))
    pairs = [tuple(sorted(pair)) for pair in zip(found.left.tolist(), found.right.tolist(), strict=True)]
    expected = [(i, j) for j in range(len(held)) for i in range(j) if held[i].overlaps(held[j])]
    assert sorted(pairs) == sorted(expected)
    assert found.count == len(expected)
    few = overlaps(*ends(held), limit=3)
    assert (few.count, few.left.tolist()) == (found.count, found.left.tolist()[:3])


@settings(max_examples=150, deadline=None)
@given(OF_ONE_FAMILY)
def test_the_fewest_prefixes_are_those_of_the_library(held: list[Block]) -> None:
    family = held[0].family if held else 4
    prefixes: list[Any] = [ipaddress.ip_network(text) for block in held for text in block.cidr_texts]
    expected = [(int(one.network_address), one.prefixlen) for one in ipaddress.collapse_addresses(prefixes)]
    assert aggregate(family, *ends(held)) == expected


@given(OF_ONE_FAMILY)
def test_a_union_holds_each_address_once_and_has_gaps_between(held: list[Block]) -> None:
    begins, stops = (points.values() for points in union(*ends(held)))
    assert all(stop + 1 < begin for stop, begin in zip(stops[:-1], begins[1:], strict=True))
    for block in held:
        assert any(begin <= block.first and block.last <= stop for begin, stop in zip(begins, stops, strict=True))
    assert all(begin <= stop < 1 << BITS[held[0].family] for begin, stop in zip(begins, stops, strict=True))


@given(FAMILIES.flatmap(blocks))
def test_a_block_is_written_and_read_and_made_of_its_prefixes(block: Block) -> None:
    assert Block.parse(str(block)) == block
    assert Block.parse(block.range_text) == block
    assert sum(Block.parse(text).size for text in block.cidr_texts) == block.size
    first = ipaddress.ip_address(block.first) if block.family == 4 else ipaddress.IPv6Address(block.first)
    last = ipaddress.ip_address(block.last) if block.family == 4 else ipaddress.IPv6Address(block.last)
    assert block.cidr_texts == tuple(map(str, ipaddress.summarize_address_range(first, last)))
    if block.length is not None:
        assert network(block).num_addresses == block.size


@pytest.mark.parametrize(
    "text", ["198.51.100.7-198.51.100.2", "192.0.2.1/24", "192.0.2.0-2001:db8::", "192.0.2.0/24-192.0.2.9", ""]
)
def test_what_is_no_block_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(BlockUnreadable, match=r"write 192\.0\.2\.0/24"):
        Block.parse(text)
