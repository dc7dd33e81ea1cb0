"""AS numbers in both notations, ranges, and the next one to give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registries.asns.errors import AutnumUnreadable
from registries.asns.numbers import LARGEST, AutnumRange, asdot, asplain, next_free, parse_autnum, reserved_for

NUMBERS = st.one_of(st.integers(0, LARGEST), st.integers(65_500, 65_600))


@st.composite
def ranges(draw: st.DrawFn, largest: int = LARGEST) -> AutnumRange:
    first, last = sorted((draw(st.integers(0, largest)), draw(st.integers(0, largest))))
    return AutnumRange(first, last)


@given(NUMBERS)
def test_both_notations_read_back(number: int) -> None:
    assert parse_autnum(asplain(number)) == parse_autnum(asdot(number)) == parse_autnum(f"as{asdot(number)}") == number


@given(ranges())
def test_a_range_is_written_and_read(one: AutnumRange) -> None:
    assert AutnumRange.parse(str(one)) == AutnumRange.parse(one.asdot()) == one


def test_notation_follows_rfc_5396() -> None:
    assert (asdot(65535), asdot(65536), asdot(327700)) == ("65535", "1.0", "5.20")


@pytest.mark.parametrize("text", ["", "AS", "AS-1", "064496", "1.65536", "65536.1", "4294967296", "1.2.3", "٣", "9-1"])
def test_other_forms_are_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(AutnumUnreadable, match="write 64496"):
        AutnumRange.parse(text)


@given(ranges(300), st.lists(ranges(300), max_size=8), st.booleans())
def test_the_next_number_is_the_lowest_that_is_free(pool: AutnumRange, taken: list[AutnumRange], small: bool) -> None:
    shift = 0 if small else 131_072
    pool, taken = (
        AutnumRange(pool.first + shift, pool.last + shift),
        [AutnumRange(one.first + shift, one.last + shift) for one in taken],
    )
    free = [
        number
        for number in range(pool.first, pool.last + 1)
        if not any(one.first <= number <= one.last for one in taken) and reserved_for(number) is None
    ]
    assert next_free(pool, taken, two_byte=small) == (free[0] if free else None)
    assert next_free(pool, taken, two_byte=not small) is None


def test_documentation_and_private_numbers_are_never_next() -> None:
    assert next_free(AutnumRange(64490, 65551), [AutnumRange(64490, 64495)], two_byte=True) is None
    assert next_free(AutnumRange(65536, 65560), []) == 65552
