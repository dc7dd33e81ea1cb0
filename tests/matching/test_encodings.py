"""The tables of legacy encodings, their plain and compiled decoders, and where a block may be cut."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.encodings import ENCODINGS, decode, encode, encoding, transcode
from matching.errors import UnknownEncoding
from matching.syllables import LETTERS, syllables

LAW = settings(deadline=None)  # the first example compiles
VIETNAMESE = ["tcvn3", "vni", "viscii", "cp1258"]
LOWER = sorted(LETTERS)
NAMES = ["tcvn3", "vni", "viscii", "cp1258", "cp1252", "latin-1"]


@LAW
@given(st.binary(max_size=60), st.sampled_from(NAMES))
def test_the_compiled_transcoder_equals_the_plain_decoder(data: bytes, name: str) -> None:
    assert transcode(data, name).decode() == decode(data, name, "replace")


@pytest.mark.parametrize("name", VIETNAMESE)
def test_every_lower_case_letter_survives_the_way_there_and_back(name: str) -> None:
    assert [decode(encode(letter, name), name) for letter in LOWER] == LOWER


@pytest.mark.parametrize("name", ["vni", "viscii", "cp1258"])
def test_every_capital_survives_the_way_there_and_back(name: str) -> None:
    capitals = [letter.upper() for letter in LOWER]
    assert [decode(encode(letter, name), name) for letter in capitals] == capitals


def test_tcvn3_fonts_have_seven_marked_capitals_and_lose_the_case_of_the_others() -> None:
    kept = [letter.upper() for letter in LOWER if decode(encode(letter.upper(), "tcvn3"), "tcvn3") == letter.upper()]
    assert [letter for letter in kept if not letter.isascii()] == sorted("ĂÂÊÔƠƯĐ")
    assert decode(encode("TRẦN THỊ HÀ", "tcvn3"), "tcvn3") == "TRầN THị Hà"


@LAW
@given(st.lists(st.sampled_from(sorted(syllables())), min_size=1, max_size=6), st.sampled_from(VIETNAMESE))
def test_names_survive_the_way_there_and_back(words: list[str], name: str) -> None:
    text = " ".join(words)
    assert decode(encode(text, name), name) == text
    assert transcode(encode(text.title(), "vni"), "vni").decode() == text.title()


@LAW
@given(
    st.lists(st.sampled_from(["Nguyễn,Hồ\n", "Đặng\r\n", "Lê Thị Ý;1\n"]), max_size=6),
    st.data(),
    st.sampled_from(VIETNAMESE),
)
def test_a_block_may_be_cut_before_any_plain_byte(lines: list[str], data: st.DataObject, name: str) -> None:
    encoded = encode("".join(lines), name)
    places = [place for place in range(len(encoded)) if encoded[place] < 0x80] + [len(encoded)]
    cut = data.draw(st.sampled_from(places))
    assert transcode(encoded[:cut], name) + transcode(encoded[cut:], name) == transcode(encoded, name)


def test_known_spellings_of_each_standard() -> None:
    """As they look to someone who reads the bytes as windows-1252."""
    seen = {name: encode("Nguyễn Trần Lê Phạm Hoàng Đặng", name).decode("cp1252") for name in ("tcvn3", "vni")}
    assert seen["tcvn3"] == "NguyÔn TrÇn Lª Ph¹m Hoµng §Æng"
    assert seen["vni"] == "Nguyeãn Traàn Leâ Phaïm Hoaøng Ñaëng"
    assert encode("Việt Nam", "viscii") == b"Vi\xaet Nam"  # RFC 1456, section 2


def test_viscii_has_six_capitals_among_the_control_codes() -> None:
    low = decode(bytes([0x02, 0x05, 0x06, 0x14, 0x19, 0x1E]), "viscii")
    assert low == "ẲẴẪỶỸỴ"
    assert len(set(decode(bytes(range(0x80, 0x100)), "viscii"))) == 128


def test_cp1258_is_what_the_standard_library_says_and_composed() -> None:
    for base in bytes(range(0x80)):
        for mark in bytes(range(256)):
            pair = bytes([base, mark])
            plain = pair.decode("cp1258", "replace")
            composed = unicodedata.normalize("NFC", plain)
            assert decode(pair, "cp1258", "replace") in (plain, composed)
            if chr(base).lower() in "aeiouy" and len(composed) == 1:
                assert decode(pair, "cp1258") == composed


def test_vni_reads_capital_letters_with_marks_of_either_case() -> None:
    assert decode(b"TRA\xc0N", "vni") == decode(b"TRA\xe0N", "vni") == "TRẦN"


def test_a_byte_without_meaning_is_refused_or_replaced() -> None:
    with pytest.raises(UnicodeDecodeError, match="without a meaning"):
        decode(b"a\x81", "cp1258")
    assert decode(b"A\x81B", "tcvn3", "replace") == "A\ufffdB"
    assert transcode(np.frombuffer(b"A\x81B", np.uint8), "tcvn3") == "A\ufffdB".encode()
    with pytest.raises(UnicodeEncodeError, match="not in the encoding"):
        encode("王", "tcvn3")


def test_every_name_of_an_encoding_is_known_and_others_are_refused_by_name() -> None:
    for alias, name in ENCODINGS.items():
        assert encoding(alias.upper()).name == name
    with pytest.raises(UnknownEncoding, match="koi8 is not one of abc"):
        transcode(b"", "koi8")
