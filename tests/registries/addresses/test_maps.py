"""Maps show every block once, where it is, in the colour that the legend explains."""

import datetime
import itertools
import re
import xml.etree.ElementTree as ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from registries.addresses.blocks import Block
from registries.addresses.hilbert import hilbert_map, hilbert_place, panel_blocks, squares
from registries.addresses.mapping import NOT_RECORDED, ColourBy, Shown, coloured
from registries.addresses.tree import LEVELS, runs, tree_map

_SVG = "{http://www.w3.org/2000/svg}"


def some(text: str, state: str = "allocated", year: int | None = 2020, holder: str | None = None) -> Shown:
    return Shown(Block.parse(text), state, datetime.date(year, 1, 1) if year else None, holder)


SHOWN = [
    some("198.51.100.0/24", "assigned", 2011, "Công ty A"),
    some("198.18.0.0/15", year=2024),
    some("192.0.2.0-192.0.2.191", "reserved", None),
    some("3fff::/20", year=2026, holder="B <&> C"),
    some("2001:db8::/32", year=2012),
    some("2001:db8:1::/48", "assigned", 2013),
]


def test_the_curve_visits_every_cell_and_steps_to_a_neighbour() -> None:
    for order in range(6):
        visited = [hilbert_place(place, order) for place in range(4**order)]
        assert sorted(visited) == [(x, y) for x in range(2**order) for y in range(2**order)]
        assert all(abs(a - c) + abs(b - d) == 1 for (a, b), (c, d) in itertools.pairwise(visited))


@settings(deadline=None)
@given(st.integers(0, 2**24 - 1), st.integers(8, 32))
def test_the_squares_of_a_prefix_have_its_size_and_lie_in_those_of_the_wider_one(value: int, length: int) -> None:
    block = Block.prefix(4, (198 << 24) + value, length)
    drawn = list(squares(block.first, length))
    assert sum(side * side for _, _, side in drawn) == block.size
    if length > 8:
        wider = list(squares(Block.prefix(4, block.first, length - 1).first, length - 1))
        for x, y, side in drawn:
            assert any(a <= x and x + side <= a + wide and b <= y and y + side <= b + wide for a, b, wide in wider)


def test_maps_are_whole_and_name_every_block_and_colour() -> None:
    for draw, family in ((hilbert_map, 4), (tree_map, 6)):
        for by in ColourBy:
            text = draw(SHOWN, by)
            root = ElementTree.fromstring(text)
            title = root.find(f"{_SVG}title")
            assert title is not None
            assert (title.text or "") == by.title(f"IPv{family}")
            named = " ".join(found.text or "" for found in root.iter(f"{_SVG}title"))
            blocks = [one for one in SHOWN if one.block.family == family]
            assert all(str(one.block) in named for one in blocks)
            colours, legend = coloured(blocks, by)
            assert sum(entry.blocks for entry in legend) == len(blocks)
            assert {entry.colour for entry in legend} == set(colours)
            for entry in legend:
                assert f">{entry.label} ({entry.blocks:,})<".replace("<&>", "&lt;&amp;&gt;") in text
            for rect in root.iter(f"{_SVG}rect"):
                assert float(rect.get("x", 0)) + float(rect.get("width", 0)) <= float(root.get("width", 0))


def test_a_holder_that_is_not_recorded_is_told_as_that() -> None:
    _, legend = coloured(SHOWN, ColourBy.HOLDER)
    assert [(entry.label, entry.blocks) for entry in legend][-1] == (NOT_RECORDED, 4)


def test_the_ninth_holder_is_one_of_the_others() -> None:
    shown = [some(f"198.51.{place}.0/24", holder=f"H{place}") for place in range(10)]
    _, legend = coloured(shown, ColourBy.HOLDER)
    assert [entry.blocks for entry in legend] == [1] * 8 + [2]


def test_every_8_with_something_in_it_is_a_panel() -> None:
    text = hilbert_map(SHOWN, ColourBy.STATE)
    assert re.findall(r">(\d+\.0\.0\.0/8)<", text) == [str(one) for one in panel_blocks([s.block for s in SHOWN])]


def test_prefixes_of_the_tree_hold_each_block_at_most_once_a_level() -> None:
    blocks = sorted(one.block for one in SHOWN if one.block.family == 6)
    for length in LEVELS:
        told = list(runs(blocks, length))
        assert sum(count for _, _, count in told) == sum((block.length or 0) >= length for block in blocks)
        for prefix, begin, count in told:
            assert all(prefix.contains(block) for block in blocks[begin : begin + count])


def test_an_empty_map_is_still_an_image() -> None:
    for draw in (hilbert_map, tree_map):
        assert ElementTree.fromstring(draw([], ColourBy.AGE)).tag == f"{_SVG}svg"
