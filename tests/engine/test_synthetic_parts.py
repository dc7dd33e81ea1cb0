"""The small parts that the generator is made of, each against the obvious way of doing the same."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernels import synthetic as kernels
from engine.synthetic import calendar, columns, mistakes
from engine.synthetic.columns import DateForm
from engine.synthetic.draw import Permutation, Sampler, below, chance, draw, high, low, mix
from engine.synthetic.numbers import number_text
from engine.synthetic.pen import CASES, Pen, in_case
from engine.synthetic.profiles import ID_FORMS, NUMBER_FORMS
from engine.synthetic.spelling import Spelling, spell

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered")

_DAY = st.dates(date(1912, 1, 1), date(2059, 12, 31))
_WORDS = ("", "Nguyễn", "Văn", "H'", "Đỗ", "N.", "Thị Hồng", "Ờ")


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3_000), st.integers(0, 2**64 - 1))
def test_a_permutation_is_a_bijection_equal_to_its_plain_twin(size: int, seed: int) -> None:
    order = Permutation.of(size, seed, "test")
    index = np.arange(size)
    places = order.forward(index)
    assert np.array_equal(np.sort(places), index)
    assert np.array_equal(order.inverse(places), index)
    for number in range(min(size, 12)):
        assert order.plain(number) == places[number]
        assert order.plain(int(places[number]), inverse=True) == number


def test_mixing_sends_no_two_words_to_one() -> None:
    words = mix(np.arange(100_000, dtype=np.uint64))
    assert len(np.unique(words)) == 100_000


def test_draws_are_even_and_streams_are_unlike() -> None:
    index = np.arange(200_000)
    word = draw(7, "one", index)
    for half in (low(word), high(word)):
        counts = np.bincount(below(half, 20), minlength=20)
        assert abs(counts - 10_000).max() < 600
        assert abs(chance(half, 0.3).mean() - 0.3) < 0.005
        assert abs(chance(half, np.full(200_000, 0.3)).mean() - 0.3) < 0.005
    other = draw(7, "two", index)
    assert abs(np.corrcoef(low(word).astype(float), low(other).astype(float))[0, 1]) < 0.01
    assert (draw(7, "one", index[50:60]) == word[50:60]).all()


@given(st.lists(st.floats(0.01, 100.0), min_size=1, max_size=12))
@settings(max_examples=30, deadline=None)
def test_a_sampler_recovers_its_weights(weights: list[float]) -> None:
    table = np.array([weights, weights[::-1]])
    sampler = Sampler.of(table)
    halves = low(draw(1, "sampler", np.arange(40_000)))
    for group in (0, 1):
        picked = sampler.pick(halves, np.full(40_000, group))
        shares = np.bincount(picked, minlength=len(weights)) / 40_000
        assert np.allclose(shares, table[group] / table[group].sum(), atol=0.015)
    assert (sampler.pick(halves) == sampler.pick(halves, np.zeros(40_000, np.int64))).all()


def test_a_sampler_knows_when_there_is_nothing_to_choose() -> None:
    assert Sampler.of([0.0, 1.0, 0.0]).only == 1
    assert Sampler.of([0.5, 0.5, 0.0, 0.0]).only is None
    assert (Sampler.of([0.0, 1.0]).pick(low(draw(1, "only", np.arange(100)))) == 1).all()


@given(st.lists(st.integers(0, 5), min_size=1, max_size=60), st.integers(0, 4))
@settings(max_examples=80, deadline=None)
def test_cells_are_found_as_by_binary_search(sizes: list[int], shift: int) -> None:
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    total = int(starts[-1])
    guide = np.searchsorted(starts[:-1], np.arange(0, total + 1, 1 << shift), "right") - 1
    place = np.arange(total)
    assert np.array_equal(kernels.find_cells(place, starts, guide, shift), np.searchsorted(starts, place, "right") - 1)


@given(st.lists(st.binary(max_size=7), max_size=20))
def test_rows_are_cut_as_by_slicing(texts: list[bytes]) -> None:
    matrix = np.frombuffer(b"".join(text.ljust(9, b"#") for text in texts), np.uint8).reshape(len(texts), 9)
    column = columns.ragged(matrix.copy(), np.array([len(text) for text in texts], np.int64))
    assert (
        column.to_pylist() == [text.decode("latin-1") for text in texts]
        if all(text.isascii() for text in texts)
        else len(column) == len(texts)
    )


@given(st.lists(st.lists(st.integers(0, len(_WORDS) - 1), min_size=3, max_size=3), max_size=15), st.randoms())
@settings(deadline=None)
def test_names_are_joined_as_by_hand_in_every_form(rows: list[list[int]], random: object) -> None:
    pen = Pen(_WORDS, Spelling, CASES)
    codes = np.array(rows, np.int32).reshape(len(rows), 3)
    spelling = np.arange(len(rows)) % len(Spelling)
    case = np.arange(len(rows)) % len(CASES)
    instead = np.flatnonzero(np.arange(len(rows)) % 4 == 3)
    data, ends = pen.write(codes, spelling, case, (instead, [f"Chữ {row}" for row in instead.tolist()]))
    for number, row in enumerate(rows):
        text = bytes(data[ends[number] : ends[number + 1]]).decode()
        if number % 4 == 3:
            assert text == f"Chữ {number}"
        else:
            words = [
                spell(in_case(_WORDS[word], CASES[int(case[number])]), Spelling(int(spelling[number])))
                for word in row
                if word
            ]
            want = ""
            for word in words:
                want += word if not want or want[-1] in "'." else f" {word}"
            assert text == want
    plain, plain_ends = pen.write(codes)
    assert [bytes(plain[a:b]).decode() for a, b in pairwise(plain_ends.tolist())] == [pen.text(row) for row in rows]


@given(st.lists(st.integers(0, 10**15 - 1), max_size=30), st.integers(1, 15))
def test_digits_are_written_as_by_format(values: list[int], width: int) -> None:
    values = [value % 10**width for value in values]
    assert columns.digits(np.array(values, np.int64), width).to_pylist() == [f"{value:0{width}}" for value in values]


@given(st.lists(st.tuples(_DAY, st.sampled_from(DateForm)), max_size=30))
def test_dates_are_written_as_by_format(days: list[tuple[date, DateForm]]) -> None:
    plain: dict[DateForm, Callable[[date], str]] = {
        DateForm.ISO: lambda d: d.isoformat(),
        DateForm.YEAR: lambda d: str(d.year),
        DateForm.DAY_MONTH_YEAR: lambda d: f"{d:%d/%m/%Y}",
        DateForm.SHORT_DAY_MONTH_YEAR: lambda d: f"{d.day}/{d.month}/{d.year}",
        DateForm.MONTH_DAY_YEAR: lambda d: f"{d:%m/%d/%Y}",
        DateForm.DASHED: lambda d: f"{d:%d-%m-%Y}",
        DateForm.PACKED: lambda d: f"{d:%Y%m%d}",
        DateForm.TWO_DIGIT_YEAR: lambda d: f"{d:%d/%m/%y}",
        DateForm.EXCEL_SERIAL: lambda d: f"{(d - date(1899, 12, 30)).days:05}",
        DateForm.NO_DAY_NO_MONTH: lambda d: f"00/00/{d.year}",
        DateForm.DOTTED: lambda d: f"{d:%d.%m.%Y}",
        DateForm.TIMED: lambda d: f"{d:%d/%m/%Y} 00:00:00",
    }
    numbers = np.array([_number(day) for day, _ in days], np.int64)
    forms = np.array([form for _, form in days], np.uint8)
    assert columns.dates(numbers, forms).to_pylist() == [plain[form](day) for day, form in days]
    iso = columns.dates(numbers, DateForm.ISO, numbers % 2 == 0).to_pylist()
    assert iso == [day.isoformat() if _number(day) % 2 == 0 else None for day, _ in days]


@given(st.lists(_DAY, min_size=1, max_size=20), st.integers(0, 2**32 - 1))
def test_the_calendar_answers_as_the_standard_library_does(days: list[date], noise: int) -> None:
    numbers = np.array([_number(day) for day in days], np.int64)
    assert calendar.first_of_january(numbers).tolist() == [_number(date(day.year, 1, 1)) for day in days]
    assert calendar.year_start(np.array([day.year for day in days])).tolist() == [
        _number(date(day.year, 1, 1)) for day in days
    ]
    can = [day.day <= 12 and day.day != day.month for day in days]
    assert calendar.can_swap(numbers).tolist() == can
    swapped = [date(day.year, day.day, day.month) if able else day for day, able in zip(days, can, strict=True)]
    assert calendar.swapped(numbers).tolist() == [_number(day) for day in swapped]
    halves = np.full(len(days), noise, np.uint64)
    for day, other in zip(days, mistakes.other_day(numbers, halves).tolist(), strict=True):
        moved = date(1970, 1, 1) + timedelta(days=other)
        assert (moved.year, moved.month) == (day.year, day.month)
        assert moved != day
    for day, other in zip(days, mistakes.other_year(numbers, halves, date(2059, 1, 1)).tolist(), strict=True):
        assert 1 <= abs((date(1970, 1, 1) + timedelta(days=other)).year - day.year) <= 10


@given(
    st.text("Nguyễn Văn Ĩ", min_size=0, max_size=12),
    st.sampled_from(sorted({"typo", "two_typos", "tone", "merged", "split", "spaces", "invisible"})),
    st.integers(0, 2**64 - 1),
)
def test_damage_to_letters_stays_small(text: str, error: str, noise: int) -> None:
    damaged = mistakes.damage_text(text, error, noise)
    assert abs(len(damaged) - len(text)) <= (2 if error == "two_typos" else 1)
    if error in {"merged", "split", "spaces"}:
        assert damaged.replace(" ", "") == text.replace(" ", "")
    if error == "typo" and text.strip():
        assert damaged != text
        assert damaged.count(" ") == text.count(" ")


def test_numbers_are_written_in_every_form() -> None:
    national = np.full(len(NUMBER_FORMS), 701_234_567, np.int64)
    matrix, lengths, used = number_text(national, np.arange(len(NUMBER_FORMS)))
    texts = [bytes(matrix[row, : lengths[row]]).decode() for row in range(len(NUMBER_FORMS))]
    assert texts == [
        "84701234567", "0701234567", "+84701234567", "0084701234567", "701234567", "070 123 4567", "070.123.4567",
        "01201234567", "8.47012E+10", "1234567",
    ]  # fmt: skip
    assert used.tolist() == list(range(len(NUMBER_FORMS)))
    _, _, used = number_text(np.array([861_234_567]), np.array([NUMBER_FORMS.index("legacy")]))
    assert used.tolist() == [NUMBER_FORMS.index("0")]


def test_identity_numbers_are_dressed_in_every_form() -> None:
    rows = len(ID_FORMS)
    matrix = np.tile(np.frombuffer(b"079099012345", np.uint8), (rows, 1))
    wide, lengths, used = mistakes.dress_numbers(matrix, np.full(rows, 12), np.arange(rows))
    texts = dict(zip(ID_FORMS, (bytes(wide[row, : lengths[row]]).decode() for row in range(rows)), strict=True))
    assert texts == {
        "plain": "079099012345", "spaced": "079 099 012 345", "dotted": "079.099.012.345", "zero_lost": "79099012345",
        "scientific": "7.9099E+10", "float": "79099012345.0", "apostrophe": "'079099012345",
        "full_width": "０７９０９９０１２３４５", "labelled": "CCCD 079099012345",
        "no_break_space": "079099012345\u00a0", "letter_o": "O79O99O12345",
    }  # fmt: skip
    assert used.tolist() == list(range(rows))
    foreign = np.frombuffer(b"M12345678\0\0\0", np.uint8).reshape(1, 12).copy()
    assert mistakes.dress_numbers(foreign, np.array([9]), np.array([2]))[2].tolist() == [0]
