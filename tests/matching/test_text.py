"""Repair of text: what is undone, what is said about it, what honest text keeps; folding; syllables."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.encodings import encode
from matching.keystrokes import typed_keys
from matching.misreadings import LOST, reverse
from matching.names import standardise
from matching.syllables import COMPOSED, LETTERS, is_syllable, place_tone, plain_syllables, syllables, with_tone
from matching.text import compose, fold, repair

LAW = settings(deadline=None)  # the first example builds the tables
SYLLABLE = st.sampled_from(sorted(syllables()))
WORDS = st.lists(SYLLABLE, min_size=1, max_size=5)
UNDEFINED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
NAMES = [
    "Nguyễn Văn Đức",
    "Trần Thị Hà",
    "Đặng Hà Nam",
    "Lê Đình Chí",
    "Phạm Thị Quỳnh Như",
    "PHẠM HÒA BÌNH",
    "Hoàng Thị Ngọc Ánh",
    "Vũ Thị Bưởi",
]
HONEST = """José García|Loïc Dupont|Loïc Le|Nguyen Loïc|Müller|François Noël|Núñez|Håkan Åberg|Hång|Zoë Chloé|Renée
Søren|Çelik|Ñandú|Anaïs Le|Hélène Martin|Jérôme Lê|Jürgen Nam|Ángel|Óscar Muñoz|Trân Vân Anh|Hoàng Thúy Hà|Cô Bé|Y Bré
Lê Hoàngg|Phan Thìin|Đỗ Anh|Ånn|Niê Brôm|Siu H'Ñhơn|Phạm Thị Hòa|Mã Thị Ý"""


def as_cp1252(data: bytes, undefined: str = "") -> str:
    """Read bytes as windows-1252; its five undefined bytes become `undefined`, or the control characters if empty."""
    return "".join((undefined or chr(byte)) if byte in UNDEFINED else bytes([byte]).decode("cp1252") for byte in data)


# --- syllables


def test_syllables_hold_their_tone_in_the_canonical_place() -> None:
    assert all(place_tone(word) == word for word in syllables())
    assert {
        "hòa",
        "khỏe",
        "thúy",
        "quý",
        "giá",
        "giếng",
        "hoàn",
        "suýt",
        "huỳnh",
        "thuở",
        "yến",
        "khuya",
    } <= syllables()


def test_impossible_spellings_are_not_syllables() -> None:
    impossible = "nguyôn leâ traàn vaên phaïm hång ngọcc bắg josé caác ghà kà jun wỹ"
    for word in impossible.split():
        assert not is_syllable(word), word


@given(SYLLABLE)
def test_moving_a_tone_to_any_letter_and_back_gives_the_same_syllable(word: str) -> None:
    letters = [LETTERS[character] for character in word]
    toned = [place for place, letter in enumerate(letters) if letter.tone]
    for place, letter in enumerate(letters):
        if not toned or letter._replace(tone=letters[toned[0]].tone) not in COMPOSED:
            continue
        moved = list(letters)
        moved[toned[0]] = moved[toned[0]]._replace(tone=0)
        moved[place] = moved[place]._replace(tone=letters[toned[0]].tone)
        assert place_tone("".join(COMPOSED[one] for one in moved)) == word


@given(st.text(max_size=12))
def test_placing_a_tone_changes_neither_letters_nor_what_it_has_placed(text: str) -> None:
    lower = text.lower()
    placed = place_tone(lower)
    assert fold(placed) == fold(lower)
    assert place_tone(placed) == placed


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("hoà", "hòa"),
        ("thuý", "thúy"),
        ("khoẻ", "khỏe"),
        ("qúy", "quý"),
        ("qủa", "quả"),
        ("gía", "giá"),
        ("gìau", "giàu"),
        ("hòang", "hoàng"),
        ("thúê", "thuế"),
        ("cuả", "của"),
        ("hoàn", "hoàn"),
        ("suýt", "suýt"),
        ("huỳnh", "huỳnh"),
        ("gìn", "gìn"),
        ("chloé", "chloé"),
        ("hòá", "hòá"),
        ("nguyễnvăn", "nguyễnvăn"),
    ],
)
def test_tone_placement(written: str, canonical: str) -> None:
    assert place_tone(written) == canonical


def test_a_tone_is_put_on_a_syllable_without_one_only() -> None:
    assert with_tone("nguyên", 4) == "nguyễn"
    assert with_tone("nguyễn", 2) == "nguyễn"
    assert with_tone("王", 2) == "王"
    assert with_tone("bcd", 2) == "bcd"


# --- folding and composing


@given(st.text(max_size=20))
def test_folding_twice_is_folding_once_and_ignores_composition(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(WORDS)
def test_every_vietnamese_text_folds_to_plain_syllables(words: list[str]) -> None:
    assert set(fold(" ".join(words)).split()) <= plain_syllables()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đặng", "dang"),
        ("Ðặng", "dang"),
        ("H’Hen", "hhen"),
        ("Ñuôl", "nuol"),
        ("Straße", "strasse"),
        ("Øystein", "oystein"),
    ],
)
def test_folding_examples(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(SYLLABLE)
def test_marks_are_joined_in_whatever_order_they_stand(word: str) -> None:
    apart = unicodedata.normalize("NFD", word)
    assert compose(apart) == word
    swapped = "".join(cluster[0] + cluster[:0:-1] for cluster in _clusters(apart))
    assert compose(swapped) == word
    assert compose(swapped.upper()) == word.upper()


def _clusters(apart: str) -> list[str]:
    clusters: list[str] = []
    for character in apart:
        if unicodedata.combining(character):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def test_marks_that_make_no_letter_stay() -> None:
    assert compose("x\u0323e\u0301\u0300") == unicodedata.normalize("NFC", "x\u0323e\u0301\u0300")


# --- misreadings


@pytest.mark.parametrize("name", NAMES)
def test_utf8_read_as_windows_1252_comes_back(name: str) -> None:
    found = reverse(as_cp1252(name.encode()))
    assert found is not None
    assert (found.text, found.code, found.lost) == (name, "utf8-as-cp1252", False)


@pytest.mark.parametrize("name", NAMES)
def test_utf8_misread_twice_comes_back(name: str) -> None:
    found = reverse(as_cp1252(as_cp1252(name.encode()).encode()))
    assert found is not None
    assert (found.text, found.code) == (name, "utf8-as-cp1252-twice")


def test_a_lost_byte_is_deduced_where_one_letter_fits_and_named_where_several_do() -> None:
    for undefined in ("\ufffd", "?"):
        deduced = reverse(as_cp1252("Đặng Văn Đức".encode(), undefined))
        assert deduced is not None
        assert (deduced.text, deduced.lost) == ("Đặng Văn Đức", False)
        several = reverse(as_cp1252("Vũ Thị Hường".encode(), undefined))
        assert several is not None
        assert (several.text, several.lost) == ("Vũ Thị Hư?ng", True)
    dropped = reverse("Äáº·ng VÄƒn Äá»©c")
    assert dropped is not None
    assert dropped.text == "Đặng Văn Đức"


def test_a_no_break_space_that_became_a_space_or_fell_off_is_taken_into_account() -> None:
    spaced = reverse("Phạm Hà Nam".encode().decode("cp1252", "replace").replace("\u00a0", " "))
    assert spaced is not None
    assert spaced.text == "Phạm Hà Nam"
    fallen = reverse("Pháº¡m HÃ")
    assert fallen is not None
    assert (fallen.text, fallen.lost) == ("Phạm H?", True)


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "viscii", "cp1258"])
@pytest.mark.parametrize(
    "name", ["Nguyễn Văn Đức", "Trần Thị Hà", "Đặng Hà Nam", "Phạm Thị Quỳnh Như", "Hoàng Thị Ngọc Ánh"]
)
def test_legacy_text_read_as_windows_1252_comes_back(encoding: str, name: str) -> None:
    found = reverse(as_cp1252(encode(name, encoding)))
    assert found is not None
    assert (fold(found.text), found.code) == (fold(name), encoding)
    assert found.text.lower() == name.lower()


def test_capitals_of_tcvn3_fonts_are_rebuilt() -> None:
    found = reverse(as_cp1252(encode("TRẦN THỊ HƯỜNG", "tcvn3")))
    assert found is not None
    assert found.text == "TRẦN THỊ HƯỜNG"


def test_letters_that_every_reading_allows_are_left_alone() -> None:
    """Vũ in TCVN3 reads as Vò, Hồ in VNI as Hoà: real words, so the file must declare its encoding."""
    assert reverse(as_cp1252(encode("Vũ Hoa", "tcvn3"))) is None
    assert reverse(as_cp1252(encode("Hồ Thu", "vni"))) is None


@pytest.mark.parametrize("name", [name.strip() for name in HONEST.replace("\n", "|").split("|")])
def test_honest_names_are_never_converted(name: str) -> None:
    assert reverse(name) is None
    assert repair(name).text == name


@LAW
@given(WORDS)
def test_well_read_vietnamese_is_never_converted(words: list[str]) -> None:
    for text in (" ".join(words), " ".join(words).title(), " ".join(words).upper()):
        assert reverse(text) is None
        assert repair(text).text == text


@LAW
@given(st.text(alphabet=st.characters(max_codepoint=0x2122), max_size=14))
def test_any_text_is_either_left_alone_or_changed(text: str) -> None:
    found = reverse(text)
    assert found is None or found.text != text


# --- repair


@LAW
@given(st.text(max_size=24) | WORDS.map(" ".join).map(lambda text: unicodedata.normalize("NFD", text)))
def test_repair_keeps_what_a_name_is(text: str) -> None:
    repaired = repair(text).text
    if reverse(repaired) is None:  # else it was misread more than twice
        assert standardise(repaired).tokens == standardise(text).tokens


@pytest.mark.parametrize(
    ("text", "repaired", "codes"),
    [
        ("Nguyễn Văn An", "Nguyễn Văn An", []),
        ("Nguye\u0302\u0303n", "Nguyễn", ["composed"]),
        ("Ðặng", "Đặng", ["lookalike"]),
        ("HOÀ Thuý", "HÒA Thúy", ["tone-placement"]),
        ("Qúy Gía", "Quý Giá", ["onset"]),
        ("Ｎguyễn ０１", "Nguyễn 01", ["full-width"]),
        ("Lê\u200b \u200fAn\ufeff", "Lê An", ["invisible"]),
        ("Lê\u00a0An\tNa", "Lê An Na", ["space"]),
        ("Lê\x07 An", "Lê An", ["control"]),
        ("Nguy\ufffd\ufffdn", "Nguy?n", ["lost"]),
        ("Nguy?n", "Nguy?n", ["lost"]),
        ("TrÇn ThÞ Hoµ", "Trần Thị Hòa", ["tcvn3", "tone-placement"]),
        ("Nguyeenx Van A", "Nguyeenx Van A", ["typing"]),
    ],
)
def test_every_repair_is_named(text: str, repaired: str, codes: list[str]) -> None:
    found = repair(text)
    assert found.text == repaired
    assert [one.code for one in found.repairs] == codes
    assert all(code in found for code in codes)


def test_a_repair_says_what_it_changed() -> None:
    (one,) = repair("Trần Thị Thuý").repairs
    assert (one.before, one.after) == ("Thuý", "Thúy")
    assert LOST in repair("VÅ© Thá»‹ HÆ°á»\ufffdng").text
    assert "lost" in repair("VÅ© Thá»‹ HÆ°á»\ufffdng")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Nguyeenx", "Nguyễn"),
        ("NGUYEENX VAWN", "NGUYỄN VĂN"),
        ("Dduwowngf", "Đường"),
        ("Hoangf", "Hoàng"),
        ("Tuaans", "Tuấn"),
        ("thuwr", "thử"),
        ("Tra6n2", "Trần"),
        ("Nguyen64", "Nguyễn"),
        ("Nguye6n4 Va8n A", "Nguyễn Văn A"),
        ("D9uc71", "Đức"),
        ("Tu5", "Tụ"),
        ("Nam xoan Lee Moon Jones Maxwell Alex Wang A12 X9", "Nam xoan Lee Moon Jones Maxwell Alex Wang A12 X9"),
    ],
)
def test_typing_keys_left_in_a_text_are_suggested(typed: str, meant: str) -> None:
    assert typed_keys(typed) == meant
