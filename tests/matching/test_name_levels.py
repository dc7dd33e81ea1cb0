"""Name levels told from token codes equal those told from tokens; their parts equal rapidfuzz and plain Python."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from matching.kernels import name_levels as level
from matching.kernels.name_levels import FAR, letter_masks, name_level, token_distance
from matching.kernels.tokens import Vocabulary, pool_of
from matching.misreadings import LOST
from matching.name_agreement import NameAgreement, compare_names
from matching.names import MAX_TOKENS, is_abbreviation, tokenise
from matching.text import fold

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

SYLLABLES: tuple[str, ...] = (
    "nguyễn",
    "nguyên",
    "nguyen",
    "văn",
    "van",
    "thị",
    "thi",
    "thúy",
    "thùy",
    "thuy",
    "hoa",
    "hòa",
    "an",
)
SYLLABLES += ("anh", "ánh", "n", "h", "thanh", "thành", "thịthanh", "vănan", "y", "ê", "lan", "loan", "ly", "lý")
TOKENS = st.one_of(st.sampled_from(SYLLABLES), st.text("abnệ", min_size=1, max_size=5))
NAMES = st.lists(TOKENS, max_size=MAX_TOKENS).map(tuple)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Two names, the second often a damaged form of the first."""
    first = draw(NAMES)
    if draw(st.booleans()):
        return first, draw(NAMES)
    second = list(first)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, max(len(second) - 1, 0)))
        match draw(st.sampled_from("dofsmie")) if second else "":
            case "d":
                del second[place]
            case "o":
                second = second[place:] + second[:place]
            case "f":
                second[place] = fold(second[place])
            case "s":
                second[place : place + 1] = [second[place][:1], second[place][1:]]
            case "m":
                second[place : place + 2] = ["".join(second[place : place + 2])]
            case "i":
                second[place] = second[place][:1]
            case "e":
                second[place] = second[place][:-1] + draw(st.sampled_from("abnh"))
    return first, tuple(token for token in second if token)[:MAX_TOKENS]


def level_of(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    vocabulary = Vocabulary()
    codes = [vocabulary.add(list(name)) for name in (a, b)]
    fold_codes = np.array(vocabulary.fold_codes)
    letters, offsets = np.array(vocabulary.token_bytes), np.array(vocabulary.token_offsets)
    masks = np.empty(vocabulary.size, np.uint32)
    letter_masks(letters, offsets, masks)
    one, other = (np.concatenate([row, np.zeros(8 - len(row), np.uint32)]).astype(np.uint32) for row in codes)
    scratch = np.zeros(256, np.uint8)
    return int(
        name_level(one, fold_codes[one], len(a), other, fold_codes[other], len(b), masks, letters, offsets, scratch)
    )


def is_told_alike(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Say whether both forms define the pair: codes know no lost letter and no abbreviation of several consonants."""
    consonants = any(is_abbreviation(fold(token)) and len(token) > 1 for token in (*a, *b))
    return LOST not in "".join((*a, *b)) and not consonants


@settings(max_examples=600, deadline=None)
@given(pairs())
@example((("nguyễn", "thị", "hoa"), ("nguyễn", "thị", "hòa")))
@example((("nguyễn", "thị", "hoa"), ("nguyen", "thi", "hoa")))
@example((("hoa", "hòa"), ("hòa", "hoa")))
@example((("nguyễnvăn", "an"), ("nguyễn", "văn", "an")))
@example((("an",), ("an", "an")))
def test_codes_tell_the_level_that_tokens_tell(names: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    a, b = names
    found = level_of(a, b)
    assert found == level_of(b, a)
    if is_told_alike(a, b):
        assert NameAgreement(found) is compare_names(a, b)


def test_levels_have_the_same_numbers_on_both_sides() -> None:
    shared = [name for name in NameAgreement.__members__ if name != "LOST_LETTERS"]
    assert [getattr(level, name) for name in shared] == [int(NameAgreement[name]) for name in shared]
    assert len(shared) == level.LEVELS


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Nguyễn Văn An", "NGUYỄN VĂN AN", level.EXACT),
        ("Nguyễn Văn An", "Nguyen Van An", level.NO_DIACRITICS),
        ("Nguyễn Thị Thúy", "Nguyễn Thị Thùy", level.TONE_DIFFERS),
        ("Nguyễn Thị Hoa", "Nguyễn Thị Hòa", level.TONE_DIFFERS),
        ("Nguyễn Văn An", "An Nguyễn Văn", level.ORDER),
        ("Nguyễn Văn An", "NguyễnVăn An", level.MERGED),
        ("Nguyễn Thị Lan", "Nguyễn Lan", level.MISSING_MIDDLE),
        ("Nguyễn Văn An", "N V An", level.ABBREVIATED),
        ("Nguyễn Văn An", "Nguyễn Văn Anh", level.ONE_EDIT),
        ("Nguyễn Văn Thanh", "Nguyễn Văm Thank", level.TWO_EDITS),
        ("Nguyễn Văn An", "Nguyễn Quốc An", level.FAMILY_GIVEN),
        ("Hoàng Văn Sơn", "Huỳnh Văn Sơn", level.PARTIAL),
        ("Hoàng Văn Sơn", "Trần Thị Oanh", level.DIFFERENT),
        ("", "Trần Thị Oanh", level.MISSING),
    ],
)
def test_levels_by_example(a: str, b: str, expected: int) -> None:
    assert level_of(tokenise(a), tokenise(b)) == expected


@settings(max_examples=300, deadline=None)
@given(st.text("abcn", max_size=30), st.text("abcn", max_size=30))
def test_distance_is_that_of_rapidfuzz_up_to_two(a: str, b: str) -> None:
    data, offsets = pool_of([a, b])
    found = token_distance(data.copy(), offsets[0], offsets[1], offsets[1], offsets[2])
    expected = OSA.distance(a, b)
    assert found == (expected if expected <= 2 else FAR)


@settings(max_examples=200, deadline=None)
@given(st.text("abcd", max_size=60), st.integers(0, 60), st.sampled_from(["insert", "drop", "swap", "change"]))
def test_one_edit_is_one_edit_however_long_the_text(text: str, place: int, how: str) -> None:
    place = min(place, max(len(text) - 2, 0))
    match how:
        case "insert":
            other = text[:place] + "z" + text[place:]
        case "drop":
            other = text[:place] + text[place + 1 :]
        case "swap":
            other = text[:place] + text[place : place + 2][::-1] + text[place + 2 :]
        case _:
            other = text[:place] + "z" + text[place + 1 :]
    data, offsets = pool_of([text, other])
    found = token_distance(data.copy(), offsets[0], offsets[1], offsets[1], offsets[2])
    assert found == OSA.distance(text, other)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=8), max_size=6))
def test_masks_have_a_bit_for_each_letter(texts: list[str]) -> None:
    data, offsets = pool_of(texts)
    masks = np.empty(len(texts), np.uint32)
    letter_masks(data.copy(), offsets, masks)
    for text, mask in zip(texts, masks.tolist(), strict=True):
        bits = {letter - 97 if 97 <= letter <= 122 else 26 + letter % 6 for letter in text.encode()}
        assert mask == sum(1 << bit for bit in bits)
