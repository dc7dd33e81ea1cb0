"""Room to grow, free space and forecasts, against the slow and obvious."""

import random
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registries.addresses.blocks import BITS, Block
from registries.addresses.errors import NoRoom
from registries.addresses.forecast import demand, forecast
from registries.addresses.room import compact_place, free_prefixes, growth_room, sparse_place, utilisation

POOL = Block.parse("3fff::/44")
UNIT = 48


@st.composite
def taken(draw: st.DrawFn) -> list[Block]:
    """Prefixes /44 to /48 in the pool, as sets of its sixteen /48s."""
    return [
        Block.prefix(6, POOL.first + (draw(st.integers(0, 15)) << 80), draw(st.integers(45, UNIT)))
        for _ in range(draw(st.integers(0, 5)))
    ]


def room(block: Block, others: list[Block]) -> int:
    """The widest aligned prefix around a block inside the pool that no other block touches, tried one by one."""
    lengths = [
        length
        for length in range(44, (block.length or 0) + 1)
        if not any(Block.prefix(6, block.first, length).overlaps(other) for other in others)
    ]
    return min(lengths)


@settings(deadline=None)
@given(taken(), st.integers(44, UNIT))
def test_the_sparse_place_is_free_and_no_other_place_has_more_room(others: list[Block], length: int) -> None:
    step = 1 << 128 - length
    places = [Block(6, first, first + step - 1) for first in range(POOL.first, POOL.last + 1, step)]
    free = [place for place in places if not any(place.overlaps(other) for other in others)]
    if not free:
        for choose in (sparse_place, compact_place):
            with pytest.raises(NoRoom, match="largest free block"):
                choose([POOL], others, length)
        return
    best = min(free, key=lambda place: (room(place, others), place.first))
    chosen = sparse_place([POOL], others, length)
    assert chosen == best
    assert growth_room(POOL, others, chosen) == room(chosen, others)
    tight = max(free, key=lambda place: (room(place, others), -place.first))
    assert compact_place([POOL], others, length) == tight


def test_sparse_places_bisect_the_pool() -> None:
    held: list[Block] = []
    for _ in range(8):
        held.append(sparse_place([POOL], held, UNIT))
    assert [(block.first - POOL.first) >> 80 for block in held] == [0, 8, 4, 12, 2, 6, 10, 14]


@settings(deadline=None)
@given(taken())
def test_a_pool_is_what_is_taken_and_what_is_free(others: list[Block]) -> None:
    measured = utilisation(POOL, others)
    units = {
        unit
        for unit in range(16)
        for block in others
        if block.overlaps(Block.prefix(6, POOL.first + (unit << 80), UNIT))
    }
    assert measured.taken == len(units) << 80
    assert measured.taken + measured.free == POOL.size
    free = free_prefixes(POOL, others)
    assert sum(1 << 128 - length for _, length in free) == measured.free
    largest = max((1 << 128 - length for _, length in free), default=0)
    assert measured.fragmentation == pytest.approx(1 - largest / measured.free if free else 0)


def test_a_range_that_is_no_prefix_fills_what_it_covers() -> None:
    pool = Block.parse("198.51.100.0/24")
    measured = utilisation(pool, [Block.parse("198.51.100.0-198.51.100.191"), Block.parse("192.0.2.0/24")])
    assert (measured.taken, measured.free_ranges, str(measured.largest_free)) == (192, 1, "198.51.100.192/26")
    assert BITS[4] == 32


def test_the_interval_of_a_forecast_holds_the_truth_nine_times_out_of_ten() -> None:
    draw = random.Random(3)
    inside = 0
    trials = 2_000
    for _ in range(trials):
        past = [draw.gauss(100, 20) for _ in range(6)]
        came = sum(draw.gauss(100, 20) for _ in range(4))
        _, low, high = demand(past, 4)
        inside += low <= came <= high
    assert 0.88 < inside / trials < 0.92


def test_a_forecast_names_the_month_and_its_uncertainty() -> None:
    told = forecast(1_000, [90, 100, 110, 100])
    assert told is not None
    assert told.expected_years == pytest.approx(10, abs=0.1)
    assert told.earliest_years is not None
    assert told.latest_years is not None
    assert told.earliest_years < 10 < told.latest_years
    assert told.deviation == pytest.approx(statistics.stdev([90, 100, 110, 100]))
    assert forecast(1_000, [100, 100]) is None
    still = forecast(1_000, [0, 0, 0])
    assert still is not None
    assert still.expected_years is None
