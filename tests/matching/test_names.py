"""Names as tokens, their parts, and how far two of them agree."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import name_words
from matching.kernels import name_levels
from matching.kernels.tokens import Vocabulary, pool_of
from matching.misreadings import has_odd_word
from matching.name_parts import NameFinding, TokenClass, join_split, parse_name, split_merged, token_class
from matching.names import MAX_TOKENS, NameAgreement, NameFlag, compare_names, standardise, tokenise
from matching.text import fold

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")  # hashes wrap round
LAW = settings(deadline=None)  # the first example builds the tables
GOLDEN = Path(__file__).parent.parent / "golden" / "names.txt"


def golden_pairs() -> list[tuple[str, str, str, str]]:
    pairs = []
    for line in GOLDEN.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            left, right, level, why = line.split("|")
            left, right = (
                re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), side) for side in (left, right)
            )
            pairs.append((left, right, level.strip(), why.strip()))
    return pairs


# --- tokens and flags


@pytest.mark.parametrize(
    ("text", "tokens", "flags"),
    [
        ("Nguyễn Văn An", "nguyễn văn an", 0),
        ("NGUYEN VAN AN", "nguyen van an", NameFlag.ASCII_ONLY),
        ("", "", NameFlag.EMPTY),
        (" . - ", "", NameFlag.EMPTY),
        ("\u200b\t", "", NameFlag.EMPTY | NameFlag.INVISIBLE),
        ("Hoà", "hòa", NameFlag.TONE_MOVED),
        ("Ðức", "đức", NameFlag.LOOKALIKE),
        ("Le\u0302", "lê", NameFlag.COMPOSED),
        ("Lê\u00a0Na", "lê na", NameFlag.INVISIBLE),
        ("Ｌê", "lê", NameFlag.FULL_WIDTH),
        ("Nguy?n", "nguy?n", NameFlag.LOST | NameFlag.ASCII_ONLY),
        ("Lê ??? \ufffd?n", "lê ? ?n", NameFlag.LOST),
        ("Ng. Văn An", "ng văn an", NameFlag.ABBREVIATED),
        ("Lê A. Tú", "lê a tú", NameFlag.ABBREVIATED),
        ("Lê A Tú", "lê a tú", 0),
        ("K Brơi", "k brơi", 0),
        ("Ông Lê Văn Tú", "lê văn tú", NameFlag.TITLE_REMOVED),
        ("Anh Lê Văn Tú", "lê văn tú", NameFlag.TITLE_REMOVED),
        ("Anh Lê Tú", "anh lê tú", 0),
        ("Anh Thư", "anh thư", 0),
        ("Ông Ích Khiêm", "ông ích khiêm", 0),
        ("LÃª Tháº¯ng", "lê thắng", NameFlag.ENCODING_REPAIRED),
        ("Lê Tú 0912000000", "lê tú", NameFlag.DIGITS),
        ("Lê Tú2", "lê tú2", NameFlag.DIGITS),
        ("KHÁCH HÀNG", "khách hàng", NameFlag.PLACEHOLDER),
        ("test", "test", NameFlag.PLACEHOLDER | NameFlag.ASCII_ONLY),
        ("A A", "a a", NameFlag.PLACEHOLDER | NameFlag.ASCII_ONLY),
        ("xxx", "xxx", NameFlag.PLACEHOLDER | NameFlag.ABBREVIATED | NameFlag.ASCII_ONLY),
        ("Công ty TNHH Sao Mai", "công ty tnhh sao mai", NameFlag.COMPANY),
        ("Cửa hàng Minh Tú", "cửa hàng minh tú", NameFlag.COMPANY),
        ("Lê Công Tý", "lê công tý", 0),
        ("LE CONG TY", "le cong ty", NameFlag.ASCII_ONLY),
        ("Lê Văn Nghiệp", "lê văn nghiệp", 0),
        ("José", "josé", 0),
        ("Niê Hr'Ŭk", "niê hr'ŭk", NameFlag.FOREIGN_LETTERS),
        ("王 伟", "王 伟", NameFlag.FOREIGN_LETTERS),
        ("H’Hen", "h'hen", NameFlag.ASCII_ONLY),
        ("''Hen'' Y' K''Đức", "hen y' k'đức", 0),
        ("Một Hai Ba Bốn Năm Sáu Bảy Tám Chín", "một hai ba bốn năm sáu bảy tám chín", NameFlag.LONG),
    ],
)
def test_tokens_and_flags(text: str, tokens: str, flags: NameFlag) -> None:
    name = standardise(text)
    assert (name.text, name.flags) == (tokens, flags)


@LAW
@given(st.text(max_size=40))
def test_a_standard_name_is_its_own_standard(text: str) -> None:
    name = standardise(text)
    assert len(name.tokens) <= MAX_TOKENS
    assert all(name.tokens)
    unsettled = NameFlag.TITLE_REMOVED | NameFlag.ENCODING_REPAIRED | NameFlag.FOREIGN_LETTERS
    if not name.flags & unsettled and not has_odd_word(name.text):  # lower case may be another misreading
        assert tokenise(name.text) == name.tokens


def test_nothing_is_lost_from_a_long_name() -> None:
    text = " ".join(f"từ{'abcdefghiklm'[i]}" for i in range(12))
    name = standardise(text)
    assert len(name.tokens) == MAX_TOKENS
    assert name.text == text


def test_every_placeholder_company_word_and_title_is_found_by_the_quick_test() -> None:
    """The compiled encoder sends a row to the plain path only if this test holds for one of its tokens."""
    for phrase in name_words.PLACEHOLDERS | name_words.COMPANY_OPENINGS:
        assert phrase[0] in name_words.ATTENTION_FIRST or not name_words.ATTENTION.isdisjoint(phrase), phrase
    assert name_words.TITLES | name_words.AMBIGUOUS_TITLES <= name_words.ANY_TITLE
    assert name_words.COMPANY_WORDS | {"ty"} <= name_words.ATTENTION
    for phrase in name_words.PLACEHOLDERS:
        assert standardise(" ".join(phrase)).flags & NameFlag.PLACEHOLDER, phrase
    for phrase in name_words.COMPANY_OPENINGS:
        assert standardise(" ".join([*phrase, "minh", "lan"])).flags & NameFlag.COMPANY, phrase


def test_the_tables_of_words_are_canonical() -> None:
    for table in (name_words.SURNAMES, name_words.TITLES, name_words.AMBIGUOUS_TITLES, name_words.MARKERS):
        assert all(standardise(word).text == word for word in table)
    for folded in (name_words.COMPANY_WORDS, name_words.ATTENTION, name_words.ATTENTION_FIRST):
        assert all(fold(word) == word for word in folded)


# --- parts


@pytest.mark.parametrize(
    ("text", "family", "middle", "given", "findings"),
    [
        ("Nguyễn Thị Hòa", "nguyễn", "thị", "hòa", []),
        ("NGUYEN VAN AN", "nguyen", "van", "an", []),
        ("Tôn Nữ Thị Ninh", "tôn nữ", "thị", "ninh", []),
        ("NguyễnVăn An", "nguyễn", "văn", "an", [NameFinding.MERGED]),
        ("Nguyễn Thị Th úy", "nguyễn", "thị", "thúy", [NameFinding.SPLIT]),
        ("Minh An Nguyễn", "nguyễn", "minh", "an", [NameFinding.GIVEN_FIRST]),
        ("Y Bríu Niê", "niê", "y", "bríu", [NameFinding.MINORITY]),
        ("H'Hen Niê", "niê", "", "h'hen", [NameFinding.MINORITY]),
        ("K' Brơi", "", "k'", "brơi", [NameFinding.MINORITY]),
        ("Ksor Hnhơn", "ksor", "", "hnhơn", []),
        ("John Fitz Smith", "", "", "john fitz smith", [NameFinding.FOREIGN]),
        ("Bông", "", "", "bông", [NameFinding.NO_FAMILY_NAME]),
        ("Ng. V. An", "", "ng v", "an", [NameFinding.NO_FAMILY_NAME]),
        ("Công ty Lan Anh", "", "", "", []),
        ("", "", "", "", []),
    ],
)
def test_parts_of_a_name(text: str, family: str, middle: str, given: str, findings: list[NameFinding]) -> None:
    name = parse_name(text)
    assert (" ".join(name.family), " ".join(name.middle), " ".join(name.given)) == (family, middle, given)
    assert list(name.findings) == findings


@LAW
@given(st.text(max_size=30))
def test_parts_hold_every_letter_of_a_person(text: str) -> None:
    name, standard = parse_name(text), standardise(text)
    if not standard.flags & (NameFlag.COMPANY | NameFlag.PLACEHOLDER):
        assert sorted("".join(name.tokens)) == sorted("".join(standard.tokens))


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("nguyễn", TokenClass.SURNAME),
        ("thị", TokenClass.MARKER),
        ("ng", TokenClass.ABBREVIATION),
        ("n", TokenClass.ABBREVIATION),
        ("y", TokenClass.INITIAL),
        ("h'", TokenClass.INITIAL),
        ("tnhh", TokenClass.COMPANY),
        ("nguy?n", TokenClass.LOST),
        ("phượng", TokenClass.SYLLABLE),
        ("phuong", TokenClass.SYLLABLE),
        ("smith", TokenClass.OTHER),
    ],
)
def test_classes_of_tokens(token: str, expected: TokenClass) -> None:
    assert token_class(token) == expected


def test_tokens_are_cut_and_joined_only_where_syllables_come_out() -> None:
    assert split_merged("trầnthị") == ("trần", "thị")
    assert split_merged("hoàngsmith") == ("hoàngsmith",)
    assert split_merged("hoan") == ("hoan",)
    assert join_split(("nguyễn", "ph", "ương")) == ("nguyễn", "phương")
    assert join_split(("ng", "văn", "an")) == ("ng", "văn", "an")


# --- agreement


@pytest.mark.parametrize(("left", "right", "level", "why"), golden_pairs())
def test_golden_pairs(left: str, right: str, level: str, why: str) -> None:
    a, b = tokenise(left), tokenise(right)
    assert compare_names(a, b).name == level, why
    assert compare_names(b, a).name == level, why


def test_the_golden_pairs_show_every_level() -> None:
    pairs = golden_pairs()
    assert len(pairs) >= 80
    assert {level for _, _, level, _ in pairs} == {level.name for level in NameAgreement}


TOKENS = """
nguyễn nguyên trần thị thi văn an ân anh hoa hòa hoàng huỳnh vũ võ thúy thùy thủy y a n v ng tr nguyễnvăn th úy
nguy?n ? h'hen hhen h hen smith smiht 王 phương phượng phươmg
"""
TOKEN = st.sampled_from(TOKENS.split())
NAME = st.lists(TOKEN, max_size=5).map(tuple)


@LAW
@given(NAME, NAME)
def test_agreement_is_symmetric_and_an_equal_name_is_exact(a: tuple[str, ...], b: tuple[str, ...]) -> None:
    assert compare_names(a, b) == compare_names(b, a)
    if a and not any("?" in token for token in a):
        assert compare_names(a, a) == NameAgreement.EXACT


@LAW
@given(NAME, NAME)
def test_agreement_below_the_marks_looks_at_folded_tokens_alone(a: tuple[str, ...], b: tuple[str, ...]) -> None:
    level = compare_names(a, b)
    plain = compare_names(tuple(map(fold, a)), b)
    same = (NameAgreement.EXACT, NameAgreement.NO_DIACRITICS, NameAgreement.TONE_DIFFERS)
    assert level == plain or (level in same and plain in same)


MARKED = st.lists(
    st.sampled_from(
        ["nguyễn", "trần", "thị", "văn", "ấn", "hoà", "hồng", "vũ", "thúy", "thùy", "á", "ý", "phượng", "phựơng"]
    ),
    min_size=0,
    max_size=5,
).map(tuple)


@LAW
@given(MARKED, MARKED, st.booleans())
def test_agreement_equals_its_compiled_form(a: tuple[str, ...], b: tuple[str, ...], bare: bool) -> None:
    if bare:
        b = tuple(map(fold, b))
    vocabulary = Vocabulary()
    vocabulary.add([*a, *b])
    level = compare_names(a, b)
    assert compiled_level(vocabulary, a, b) == level


def compiled_level(vocabulary: Vocabulary, a: tuple[str, ...], b: tuple[str, ...]) -> int:
    codes = [np.zeros(MAX_TOKENS, np.uint32) for _ in range(2)]
    for side, tokens in zip(codes, (a, b), strict=True):
        side[: len(tokens)] = vocabulary.add(list(tokens))
    folds, letters, offsets = vocabulary.fold_codes, vocabulary.token_bytes.copy(), vocabulary.token_offsets
    masks = np.zeros(vocabulary.size, np.uint32)
    name_levels.letter_masks(letters, offsets, masks)
    left, right = codes
    return int(
        name_levels.name_level(
            left, folds[left], len(a), right, folds[right], len(b), masks, letters, offsets, np.zeros(256, np.uint8)
        )
    )


def test_names_reach_the_compiled_comparison_as_they_reach_the_plain_one() -> None:
    vocabulary = Vocabulary()
    encoded = vocabulary.encode(*pool_of(["Nguyễn Thị Thuý", "NGUYEN THI THUY"]))
    left, right = (
        tuple(vocabulary.token(code) for code in row[:count])
        for row, count in zip(encoded.codes.tolist(), encoded.count.tolist(), strict=True)
    )
    assert compiled_level(vocabulary, left, right) == compare_names(left, right) == NameAgreement.NO_DIACRITICS
