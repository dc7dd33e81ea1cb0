from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.comparators import COMPARATORS, comparator
from matching.comparators.column import Column, rarity
from matching.comparators.comparison import DIFFERS, MISSING, PLAIN, Options
from matching.errors import UnknownComparator

# Interpreted for coverage, unsigned words overflow aloud where compiled ones wrap in silence.
pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

NAMES = sorted(COMPARATORS)
WORDS = st.lists(st.sampled_from(["an", "binh", "anh", "le", "a", "hoang", "hong", "12", "12a", "pho"]), max_size=5)
FOLDED = WORDS.map(" ".join)
DIGITS = st.text("0123", max_size=9)
DATES = st.one_of(
    st.just(""),
    st.builds("{:04d}{:02d}{:02d}".format, st.integers(1990, 1993), st.integers(0, 12), st.integers(0, 31)).map(
        lambda d: d if d[4:6] != "00" else d[:4] + "0000"
    ),
)
NUMBERS = st.one_of(
    st.just(""), st.just("x1"), st.integers(-50, 50).map(str), st.floats(0, 100).map(lambda x: f"{x:.2f}")
)
VALUES = {
    "address": FOLDED,
    "date": DATES,
    "exact": FOLDED,
    "name": FOLDED,
    "number": DIGITS,
    "numeric": NUMBERS,
    "text": FOLDED,
    "token_set": FOLDED,
}


def options_for(name: str, column: Column) -> Options:
    if name == "numeric":
        return Options(span=20.0)
    words, grams = column.rarities()
    return Options(rarity=words, gram_rarity=grams)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_comparator_obeys_its_laws(name: str, data: st.DataObject) -> None:
    rule = comparator(name)
    a, b = data.draw(VALUES[name]), data.draw(VALUES[name])
    there, back = rule.compare(a, b), rule.compare(b, a)
    assert there == back
    assert 0 <= there.level < len(rule.WORDINGS)
    assert 0.0 <= there.similarity <= 1.0
    assert (there.level == MISSING) == (not a or not b)
    assert (there.vi, there.en) == (rule.WORDINGS[there.level].vi, rule.WORDINGS[there.level].en)
    if a:
        assert rule.compare(a, a).level == len(rule.WORDINGS) - 1
        assert rule.compare(a, a).similarity == 1.0


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_rows_are_compared_as_values_are(name: str, data: st.DataObject) -> None:
    rule = comparator(name)
    texts = ["", *sorted(set(data.draw(st.lists(VALUES[name], min_size=1, max_size=12))) - {""})]
    column = Column.of(texts, list(range(1, len(texts) + 1)))
    a, b = (grid.ravel().astype(np.int32) for grid in np.meshgrid(np.arange(len(texts)), np.arange(len(texts))))
    options = options_for(name, column)
    levels, similarities = rule.compare_rows(column, a, b, options)
    one_by_one = [rule.compare(texts[x], texts[y], options) for x, y in zip(a, b, strict=True)]
    assert similarities == pytest.approx([found.similarity for found in one_by_one], abs=1e-5)
    for level, similarity, found in zip(levels.tolist(), similarities.tolist(), one_by_one, strict=True):
        near_a_cut = name in {"address", "token_set"} and any(
            abs(similarity - cut) < 1e-5 for cut in (0.2, 0.35, 0.5, 0.65, 0.8, 0.9)
        )
        assert level == found.level or near_a_cut


def test_an_unknown_comparator_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownComparator, match="comparator soundex is not one of address, date, exact"):
        comparator("soundex")


@pytest.mark.parametrize(
    ("name", "pairs"),
    [
        (
            "text",
            [("anh", "hong"), ("hoangg", "hoanh x"), ("hoang van", "hoang pan x"), ("hoang", "hoagn"), ("le", "le")],
        ),
        ("name", [("le", "anh"), ("le van an", "tran binh an"), ("n", "nam"), ("an binh", "binh an"), ("le", "le")]),
        (
            "number",
            [("1234567", "7654321"), ("1234567", "1243576"), ("1234567", "1234568"), ("84912345678", "912345678")],
        ),
        (
            "date",
            [("19900101", "19850517"), ("19900101", "19900517"), ("19900101", "19900109"), ("19900102", "19900000")],
        ),
        ("numeric", [("10", "100"), ("100", "120"), ("100", "105"), ("100", "101"), ("100", "100.0")]),
        (
            "token_set",
            [
                ("a", "bcd efg"),
                ("ab cd ef gh", "ab xx yy zz"),
                ("ab cd ef gh", "ab cd yy zz"),
                ("ab cd ef", "ef cd ab"),
            ],
        ),
        (
            "address",
            [
                ("12 pho le", "hem an"),
                ("12 pho le", "14 pho binh"),
                ("12 pho le hoang anh binh", "14 pho le hoang anh binh"),
            ],
        ),
    ],
)
def test_levels_rise_with_agreement(name: str, pairs: list[tuple[str, str]]) -> None:
    levels = [comparator(name).compare(a, b).level for a, b in pairs]
    assert levels == sorted(levels)
    assert levels[0] == DIFFERS
    assert len(set(levels)) >= len(levels) - 1


@pytest.mark.parametrize(
    ("a", "b", "level"),
    [
        ("19900203", "19900302", 4),
        ("19900203", "19900204", 4),
        ("19900203", "19900219", 3),
        ("19900203", "19910203", 4),
        ("19900203", "19900000", 5),
        ("19900200", "19900300", 1),
        ("19900203", "19851130", 1),
    ],
)
def test_dates_agree_by_parts(a: str, b: str, level: int) -> None:
    assert comparator("date").compare(a, b).level == level


def test_every_level_is_worded_in_both_languages() -> None:
    for rule in COMPARATORS.values():
        assert all(wording.vi and wording.en for wording in rule.WORDINGS)
        assert len(set(rule.WORDINGS)) == len(rule.WORDINGS)


def test_a_word_that_all_rows_have_weighs_almost_nothing() -> None:
    assert rarity(np.array([100.0]), 100.0)[0] < 0.01
    assert rarity(np.array([1.0]), 100.0)[0] > 3.0


def test_numbers_that_are_no_numbers_only_equal_themselves() -> None:
    compare: Callable[[str, str], object] = lambda a, b: comparator("numeric").compare(a, b, PLAIN).level  # noqa: E731
    assert (compare("abc", "abc"), compare("abc", "1"), compare("0", "0.0"), compare("0", "5")) == (5, 1, 5, 1)
