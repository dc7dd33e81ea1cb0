"""The fast canonical bytes are those of the evidence log, over everything that an entry can hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registries.ledger import canonical
from registries.ledger.evidence import canonical_bytes, leaf_hash, read_canonical
from registries.ledger.moments import FOREVER, as_of_us, day_text, from_us, moment_text, to_us
from registries.store.names import new_name

KEY = st.text(st.characters(max_codepoint=127), max_size=6)
SCALAR = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8)
VALUE = st.recursive(SCALAR, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4))


@given(VALUE)
def test_both_writers_write_the_same(value: object) -> None:
    written = canonical.canonical_bytes(value)
    assert written == canonical_bytes(value)
    assert read_canonical(written) == value
    assert canonical.leaf_hash(written) == leaf_hash(written)


@given(st.integers(0, 2**128))
def test_numbers_beyond_a_double_are_text(value: int) -> None:
    said = canonical.number(value)
    assert int(said) == value
    assert isinstance(said, str) == (value >= 2**53)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_has_no_canonical_form_is_not_written(value: float) -> None:
    with pytest.raises(ValueError, match="Out of range"):
        canonical.canonical_bytes([value])


@given(st.integers(0, 4_000_000_000_000_000))
def test_a_moment_comes_back_and_sorts_as_its_text(moment_us: int) -> None:
    assert to_us(from_us(moment_us)) == moment_us
    assert (moment_text(moment_us) < moment_text(moment_us + 1)) is True
    assert len(moment_text(moment_us)) == 27


def test_a_day_is_asked_about_as_it_stood_at_its_end_in_viet_nam() -> None:
    day = from_us(to_us(from_us(1_772_323_200_000_000))).date()
    assert moment_text(as_of_us(day)) == "2026-03-01T16:59:59.999999Z"
    assert day_text(as_of_us(day)) == "2026-03-01"
    assert day_text(as_of_us(day) + 1) == "2026-03-02"
    assert moment_text(FOREVER) == day_text(FOREVER) == "open"
    with pytest.raises(ValueError, match="time zone"):
        to_us(from_us(0).replace(tzinfo=None))


def test_names_are_unlike_and_sort_by_time() -> None:
    names = [new_name() for _ in range(2_000)]
    assert len(set(names)) == len(names)
    assert all(len(name) == 26 for name in names)
    assert [name[:10] for name in names] == sorted(name[:10] for name in names)
