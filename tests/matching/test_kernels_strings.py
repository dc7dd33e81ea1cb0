import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein

from matching.comparators import text
from matching.comparators.column import Column, Rows

# Interpreted for coverage, unsigned words overflow aloud where compiled ones wrap in silence.
pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

FEW_LETTERS = st.text("abc ", max_size=12)
LONG = st.text("abcdefg", min_size=55, max_size=140)
VIETNAMESE = st.text("nguyễnvăthịđôưàẠỆ 中", max_size=20)


@st.composite
def neighbours(draw: st.DrawFn) -> tuple[str, str]:
    first = draw(st.one_of(FEW_LETTERS, LONG, VIETNAMESE))
    letters = list(first)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(letters)))
        match draw(st.sampled_from("idrs")):
            case "i":
                letters.insert(place, draw(st.sampled_from("abễx")))
            case "d":
                del letters[place : place + 1]
            case "r":
                letters[place : place + 1] = ["b"]
            case _:
                letters[place : place + 2] = reversed(letters[place : place + 2])
    return first, "".join(letters)


PAIRS = st.lists(
    st.one_of(st.tuples(FEW_LETTERS, FEW_LETTERS), st.tuples(LONG, LONG), neighbours()), min_size=1, max_size=8
)


def columns(pairs: list[tuple[str, str]]) -> tuple[Column, Rows, Rows]:
    column = Column.of([value for pair in pairs for value in pair])
    rows = np.arange(len(pairs), dtype=np.int32) * 2
    return column, rows, rows + np.int32(1)


@settings(max_examples=120, deadline=None)
@given(PAIRS)
def test_kernels_give_what_rapidfuzz_gives_to_the_last_bit(pairs: list[tuple[str, str]]) -> None:
    column, a, b = columns(pairs)
    assert text.edit_distance_rows(column, a, b).tolist() == [OSA.distance(x, y) for x, y in pairs]
    assert text.edit_distance_rows(column, a, b, transpose=False).tolist() == [
        Levenshtein.distance(x, y) for x, y in pairs
    ]
    assert text.jaro_winkler_rows(column, a, b).tolist() == [JaroWinkler.similarity(x, y) for x, y in pairs]


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_kernels_equal_their_plain_twins(pairs: list[tuple[str, str]]) -> None:
    column, a, b = columns(pairs)
    assert text.edit_distance_rows(column, a, b).tolist() == [text.osa_distance(x, y) for x, y in pairs]
    assert text.edit_distance_rows(column, a, b, transpose=False).tolist() == [
        text.levenshtein_distance(x, y) for x, y in pairs
    ]
    assert text.jaro_winkler_rows(column, a, b).tolist() == [text.jaro_winkler_similarity(x, y) for x, y in pairs]


def test_letters_of_more_than_one_byte_count_once() -> None:
    column = Column.of(["nguyễn", "nguyên", "đặng"])
    assert column.lengths.tolist() == [6, 6, 4]
    assert text.edit_distance_rows(column, np.array([0], np.int32), np.array([1], np.int32)).tolist() == [1]


def test_a_column_with_more_letters_than_a_byte_names_keeps_its_bytes() -> None:
    column = Column.of(["".join(chr(0x4E00 + i) for i in range(300)), "a"])
    assert column.lengths.tolist() == [900, 1]


@pytest.mark.parametrize("length", [62, 63, 64, 65, 66])
def test_texts_around_one_machine_word_are_exact(length: int) -> None:
    rng = np.random.default_rng(length)
    values = ["".join(rng.choice(list("abcd"), size)) for size in rng.integers(length - 2, length + 3, 60)]
    pairs = list(itertools.pairwise(values))
    column, a, b = columns(pairs)
    assert text.edit_distance_rows(column, a, b).tolist() == [OSA.distance(x, y) for x, y in pairs]
    assert text.jaro_winkler_rows(column, a, b).tolist() == [JaroWinkler.similarity(x, y) for x, y in pairs]


def test_a_column_that_starts_within_a_buffer_reads_its_own_bytes() -> None:
    whole = Column.of(["xx", "abc", "abd"])
    part = Column(whole.data, whole.offsets[1:], whole.counts[1:])
    one, two = np.array([0], np.int32), np.array([1], np.int32)
    assert text.edit_distance_rows(part, one, two).tolist() == [1]
    assert np.diff(part.grams.starts).tolist() == [3, 3]
