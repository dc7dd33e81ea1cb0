"""Every address finds the narrowest range that holds it, whatever nests in what."""

import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registries.addresses.blocks import BITS, Block, address_text
from registries.addresses.columns import Points
from registries.addresses.lookup import AddressMap, HeldBlock, narrowest
from tests.registries.addresses.drawn import FAMILIES, blocks

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

HELD = st.lists(FAMILIES.flatmap(blocks), max_size=14)


def edges(held: list[Block]) -> list[tuple[int, int]]:
    """Both ends of every block and the addresses beside them, and the ends of the families."""
    places = {(family, value) for family, bits in BITS.items() for value in (0, 1, (1 << bits) - 1)}
    for block in held:
        for value in (block.first - 1, block.first, block.last, block.last + 1, (block.first + block.last) // 2):
            if 0 <= value < 1 << BITS[block.family]:
                places.add((block.family, value))
    return sorted(places)


@settings(max_examples=150, deadline=None)
@given(HELD)
def test_the_map_answers_as_the_plain_rule_does(held: list[Block]) -> None:
    asked = edges(held)
    made = AddressMap.of(held)
    texts = pa.array([address_text(family, value) for family, value in asked], pa.large_string())
    expected = [narrowest(held, family, value) for family, value in asked]
    assert made.find(texts).record.tolist() == expected
    six = [value for family, value in asked if family == 6]
    assert made.find_ipv6(Points.of(six)).tolist() == [narrowest(held, 6, value) for value in six]
    four = [value for family, value in asked if family == 4]
    assert made.find_ipv4(np.array(four, np.uint32)).tolist() == [narrowest(held, 4, value) for value in four]


@settings(max_examples=40, deadline=None)
@given(st.lists(FAMILIES.flatmap(blocks), min_size=1, max_size=14))
def test_the_map_answers_as_a_radix_tree_does(held: list[Block]) -> None:
    radix = pytest.importorskip("radix")
    prefixes = list(dict.fromkeys(text for block in held for text in block.cidr_texts))
    tree = radix.Radix()
    for row, text in enumerate(prefixes):
        tree.add(text).data["row"] = row
    made = AddressMap.of([Block.parse(text) for text in prefixes])
    for family, value in edges(held):
        text = address_text(family, value)
        node = tree.search_best(text)
        assert made.find_one(text) == (node.data["row"] if node else -1)


def test_a_more_specific_route_wins_and_the_first_of_equals() -> None:
    made = AddressMap.of([Block.parse(text) for text in ("198.51.100.0/24", "198.51.100.64/26", "198.51.100.0/24")])
    assert [made.find_one(f"198.51.100.{host}") for host in (0, 64, 127, 128)] == [0, 1, 1, 0]
    assert made.find_one("198.51.101.0") == -1
    assert made.find_one("no address") == -1


@pytest.mark.parametrize("held", ["::/127", "1::/16", "::/0", "ffff::/16", "8000::-8000::1", "::-::"])
def test_far_ends_of_the_space_are_told_from_near_ones(held: str) -> None:
    block = Block.parse(held)
    made = AddressMap.of([block])
    for value in (0, 1, 2, 1 << 112, 1 << 127, (1 << 127) + 2, (1 << 128) - 1):
        expected = 0 if block.first <= value <= block.last else -1
        assert made.find_ipv6(Points.of([value])).tolist() == [expected]


def test_a_map_of_a_date_holds_what_was_held_then() -> None:
    block = Block.parse("2001:db8::/32")
    year = datetime.date(2025, 1, 1)
    held = [HeldBlock(block, datetime.date(2020, 1, 1), year), HeldBlock(block, year)]
    for day, record in ((datetime.date(2019, 12, 31), -1), (datetime.date(2024, 12, 31), 0), (year, 1)):
        assert AddressMap.of(held, day).find_one("2001:db8::1") == record


def test_refused_rows_are_named_and_belong_to_nobody() -> None:
    found = AddressMap.of([Block.parse("0.0.0.0/0"), Block.parse("::/0")]).find(pa.array(["192.0.2.1", "x", "::"]))
    assert found.record.tolist() == [0, -1, 1]
    assert found.refused.rows.tolist() == [1]


def test_many_addresses_are_found_in_slices_to_the_same_end() -> None:
    draw = np.random.default_rng(5)
    first = np.sort(draw.integers(0, 2**32 - 5000, 20_000, dtype=np.uint64))
    zeros = np.zeros(len(first), np.uint64)
    last = first + draw.integers(0, 5000, len(first)).astype(np.uint64)
    made = AddressMap.of_columns(np.full(len(first), 4, np.uint8), Points(zeros, first), Points(zeros, last))
    asked = draw.integers(0, 2**32, 200_000, dtype=np.uint32)
    found = made.find_ipv4(asked, threads=2)
    assert found.tolist() == made.find_ipv4(asked, threads=1).tolist()
    for value, record in zip(asked[:300].tolist(), found[:300].tolist(), strict=True):
        holding = np.flatnonzero((first <= value) & (value <= last))
        widths = (last - first)[holding]
        assert record == (holding[np.lexsort((holding, widths))[0]] if len(holding) else -1)
