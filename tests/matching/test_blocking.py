from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.blocking import combined_keys, key_pairs, key_volume, nearest_by_hand, neighbours, prefix_codes
from matching.comparators.column import Column, word_mark
from matching.kernels.inverted import invert, row_features

# Interpreted for coverage, unsigned words overflow aloud where compiled ones wrap in silence.
pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

CODES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=15)


def keys(rows: list[tuple[int, int]]) -> np.ndarray:
    if not rows:
        return np.zeros(0, np.uint64)
    return combined_keys([np.array([row[k] for row in rows], np.int64) for k in range(2)])


@settings(max_examples=100, deadline=None)
@given(CODES, CODES, st.integers(1, 20))
def test_key_pairs_are_those_of_the_nested_loop(
    left: list[tuple[int, int]], right: list[tuple[int, int]], cap: int
) -> None:
    wanted = {(i, j) for i, a in enumerate(left) for j, b in enumerate(right) if a == b and 0 not in a}
    volume, largest = key_volume(keys(left), keys(right))
    made = Counter(left[i] for i, _ in wanted)
    assert (volume, largest) == (len(wanted), max(made.values(), default=0))
    a, b, left_out = key_pairs(keys(left), keys(right), cap)
    kept = {(i, j) for i, j in wanted if made[left[i]] <= cap}
    assert set(zip(a.tolist(), b.tolist(), strict=True)) == kept
    assert len(a) == len(kept)
    assert left_out == len(wanted) - len(kept)


SPARSE = st.lists(st.lists(st.integers(0, 9), max_size=5, unique=True).map(sorted), min_size=1, max_size=12)


def compressed(rows: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return starts, np.array([code for row in rows for code in row], np.int32)


@settings(max_examples=150, deadline=None)
@given(SPARSE, SPARSE, st.integers(1, 6), st.integers(0, 30), st.booleans())
def test_neighbours_are_those_of_the_plain_search(
    rows: list[list[int]], index: list[list[int]], keep: int, budget: int, same_table: bool
) -> None:
    if same_table:
        index = rows
    weights = [2.0 ** -(k % 5) for k in range(10)]
    expected = nearest_by_hand(rows, index, weights, keep=keep, budget=budget, same_table=same_table)
    left, right, scores, _ = neighbours(
        *compressed(rows),
        *compressed(index),
        np.array(weights, np.float32),
        keep=keep,
        budget=budget,
        same_table=same_table,
    )
    found: list[list[tuple[int, float]]] = [[] for _ in rows]
    for row, other, score in zip(left.tolist(), right.tolist(), scores.tolist(), strict=True):
        found[row].append((other, score))
    assert found == expected


def test_what_the_budget_left_unread_is_counted() -> None:
    rows = [[0, 1]] * 10
    *_, unread = neighbours(
        *compressed(rows), *compressed(rows), np.ones(2, np.float32), keep=3, budget=10, same_table=False
    )
    assert unread == 100


@settings(max_examples=50, deadline=None)
@given(SPARSE)
def test_inverting_is_a_stable_sort_by_feature(rows: list[list[int]]) -> None:
    starts, codes = compressed(rows)
    posting_starts, postings = np.zeros(11, np.int64), np.zeros(len(codes), np.int32)
    invert(starts, codes, posting_starts, postings)
    owners = np.repeat(np.arange(len(rows)), np.diff(starts))
    assert postings.tolist() == owners[np.argsort(codes, kind="stable")].tolist()
    assert posting_starts.tolist() == np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=10))]).tolist()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("ab đ", max_size=9), min_size=1, max_size=6))
def test_words_are_found_and_hashed_as_the_plain_way(texts: list[str]) -> None:
    words = Column.of(texts).words
    for row, text in enumerate(texts):
        codes = words.codes[words.starts[row] : words.starts[row + 1]]
        assert {int(words.names[code]) for code in codes} == {word_mark(word) for word in text.split(" ") if word}


def test_prefixes_tell_texts_apart_up_to_their_length() -> None:
    column = Column.of(["nguyen", "nguyet", "ngo", "ng", ""])
    codes = prefix_codes(column.data, column.offsets, 5)
    assert codes[0] == codes[1]
    assert len(set(codes.tolist())) == 4
    assert codes[4] == 0


def test_keys_do_not_depend_on_the_machine() -> None:
    found = combined_keys([np.array([1, 2, 0], np.int64), np.array([7, 7, 7], np.int64)])
    assert found[2] == 0
    assert [f"{int(key):016x}" for key in found[:2]] == ["61f6c099c67369e6", "24699ad5f6ba0c05"]


@settings(max_examples=60, deadline=None)
@given(SPARSE, st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_features_of_a_record_are_the_distinct_features_of_its_values(
    values: list[list[int]], fields: int, seed: int
) -> None:
    values = [[code - 2 for code in row] for row in values]
    rows = np.random.default_rng(seed).integers(0, len(values), (5, fields)).astype(np.int32)
    starts, codes = compressed(values)
    out_starts, out_codes = np.zeros(6, np.int64), np.zeros(200, np.int32)
    row_features(rows, starts, codes, out_starts, out_codes)
    for row, held in enumerate(rows.tolist()):
        wanted = sorted({code for value in held for code in values[value] if code >= 0})
        assert out_codes[out_starts[row] : out_starts[row + 1]].tolist() == wanted
