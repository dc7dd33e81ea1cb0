"""The ways a name comes to be written: without diacritics, decomposed, in the bytes of an old font encoding, mistyped.

Every spelling is what each letter becomes, and what a typist leaves at the end of its token. The encodings
follow their published code charts (TCVN 5712:1993 as the ABC fonts use it, VNI-Windows, Windows-1258, Windows-1252).
"""

import unicodedata
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import cache

from engine.synthetic.lexicon import BEYOND


class Spelling(IntEnum):
    """How the letters of a name are written."""

    NFC = 0
    NO_DIACRITICS = 1
    NFD = 2
    CP1258_DECOMPOSED = 3
    CP1258_AS_CP1252 = 4
    TCVN3_AS_CP1252 = 5
    VNI_AS_CP1252 = 6
    UTF8_AS_CP1252 = 7
    UTF8_AS_CP1252_LOST = 8
    LOST_QUESTION_MARK = 9
    LOST_REPLACEMENT = 10
    LOOK_ALIKE_D = 11
    TELEX = 12
    VNI_TYPING = 13


_TONE_MARKS = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")  # level, huyền, hỏi, ngã, sắc, nặng
_TELEX_TONES = ("", "f", "r", "x", "s", "j")
_VNI_TONES = ("", "2", "3", "4", "1", "5")
_VOWELS = "aăâeêioôơuưy"
_TELEX = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
_VNI_KEYS = {"ă": "a8", "â": "a6", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7", "đ": "d9"}
# bytes of the ABC fonts for each vowel in the order of _TONE_MARKS
_TCVN3 = {
    "a": "61 B5 B6 B7 B8 B9", "ă": "A8 BB BC BD BE C6", "â": "A9 C7 C8 C9 CA CB", "e": "65 CC CE CF D0 D1",
    "ê": "AA D2 D3 D4 D5 D6", "i": "69 D7 D8 DC DD DE", "o": "6F DF E1 E2 E3 E4", "ô": "AB E5 E6 E7 E8 E9",
    "ơ": "AC EA EB EC ED EE", "u": "75 EF F1 F2 F3 F4", "ư": "AD F5 F6 F7 F8 F9", "y": "79 FA FB FC FD FE",
}  # fmt: skip
_TCVN3_CAPITALS = {"Ă": 0xA1, "Â": 0xA2, "Ê": 0xA3, "Ô": 0xA4, "Ơ": 0xA5, "Ư": 0xA6, "Đ": 0xA7}
# VNI-Windows: the base letter, then a mark byte for tone alone, for circumflex and tone, for breve and tone
_VNI_PLAIN = ("", "ø", "û", "õ", "ù", "ï")
_VNI_CIRCUMFLEX = ("â", "à", "å", "ã", "á", "ä")
_VNI_BREVE = ("ê", "è", "ú", "ü", "é", "ë")
_VNI_I = ("i", "ì", "æ", "ó", "í", "ò")


def _split(letter: str) -> tuple[str, int]:
    """Give the vowel without its tone, and the tone; a letter that carries none has tone 0."""
    parts = unicodedata.normalize("NFD", letter)
    tones = [mark for mark in parts if mark in _TONE_MARKS[1:]]
    rest = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONE_MARKS[1:]))
    return rest, _TONE_MARKS.index(tones[0]) if tones else 0


_STROKED = {"đ": "d", "Đ": "D", "ƀ": "b", "Ƀ": "B"}


def without_marks(letter: str) -> str:
    """Give a letter without its diacritics; đ is d."""
    if letter in _STROKED:
        return _STROKED[letter]
    return "".join(mark for mark in unicodedata.normalize("NFD", letter) if not unicodedata.combining(mark))


def _cp1258_decomposed(letter: str) -> str:
    base, tone = _split(letter)
    return base + _TONE_MARKS[tone]


def _byte_text(codes: bytes, *, lost: bool = False) -> str:
    """Read bytes as Windows-1252, the undefined ones as C1 controls or, if `lost`, not at all."""
    return "".join(bytes([code]).decode("cp1252", "ignore") or ("" if lost else chr(code)) for code in codes)


def _cp1258_bytes(letter: str) -> str:
    return _byte_text(_cp1258_decomposed(letter).encode("cp1258", "replace"))


def _tcvn3(letter: str) -> str:
    base, tone = _split(letter)
    if letter in _TCVN3_CAPITALS:
        return _byte_text(bytes([_TCVN3_CAPITALS[letter]]))
    if letter == "đ":
        return _byte_text(b"\xae")
    if base.lower() not in _TCVN3 or (tone == 0 and base.lower() == without_marks(base.lower())):
        return letter
    return _byte_text(bytes([int(_TCVN3[base.lower()].split()[tone], 16)]))


def _vni(letter: str) -> str:
    base, tone = _split(letter)
    lower = base.lower()
    if lower == "đ":
        out = "ñ"
    elif lower == "i":
        out = _VNI_I[tone]
    elif lower == "y" and tone == 5:
        out = "î"
    elif lower in "ơư":
        out = ("ô" if lower == "ơ" else "ö") + _VNI_PLAIN[tone]
    elif lower in "âêô":
        out = without_marks(lower) + _VNI_CIRCUMFLEX[tone]
    elif lower == "ă":
        out = "a" + _VNI_BREVE[tone]
    else:
        out = lower + _VNI_PLAIN[tone]
    return out if letter == letter.lower() else out.upper()


def _mojibake(letter: str, *, lost: bool) -> str:
    return _byte_text(letter.encode(), lost=lost) or "?"


def _lost(letter: str, mark: str) -> str:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return mark
    return letter


def _typed(letter: str, keys: dict[str, str]) -> str:
    base, _ = _split(letter)
    out = keys.get(base.lower(), base.lower())
    return out if base == base.lower() else out[0].upper() + out[1:]


_WRITE: dict[Spelling, Callable[[str], str]] = {
    Spelling.NFC: lambda letter: letter,
    Spelling.NO_DIACRITICS: without_marks,
    Spelling.NFD: lambda letter: unicodedata.normalize("NFD", letter),
    Spelling.CP1258_DECOMPOSED: _cp1258_decomposed,
    Spelling.CP1258_AS_CP1252: _cp1258_bytes,
    Spelling.TCVN3_AS_CP1252: _tcvn3,
    Spelling.VNI_AS_CP1252: _vni,
    Spelling.UTF8_AS_CP1252: lambda letter: _mojibake(letter, lost=False),
    Spelling.UTF8_AS_CP1252_LOST: lambda letter: _mojibake(letter, lost=True),
    Spelling.LOST_QUESTION_MARK: lambda letter: _lost(letter, "?"),
    Spelling.LOST_REPLACEMENT: lambda letter: _lost(letter, "\ufffd"),
    Spelling.LOOK_ALIKE_D: lambda letter: {"Đ": "\u00d0", "đ": "\u00f0"}.get(letter, letter),
    Spelling.TELEX: lambda letter: _typed(letter, _TELEX),
    Spelling.VNI_TYPING: lambda letter: _typed(letter, _VNI_KEYS),
}


def _letters() -> list[str]:
    vowels = [unicodedata.normalize("NFC", vowel + mark) for vowel in _VOWELS for mark in _TONE_MARKS]
    small = [*vowels, "đ", *"bcdfghjklmnpqrstvwxz", *BEYOND]
    return small + [letter.upper() for letter in small]


@cache
def spelled(spelling: Spelling) -> dict[int, str]:
    """Give what each letter becomes in a spelling, as str.translate takes it."""
    return {ord(letter): _WRITE[spelling](letter) for letter in _letters()}


def spell(text: str, spelling: Spelling) -> str:
    """Write a text (NFC) in a spelling; what a typist puts behind a syllable stands at the end of its token."""
    if spelling is Spelling.NFC:
        return text
    if spelling not in _LATE:
        return text.translate(spelled(spelling))
    return " ".join(token.translate(spelled(spelling)) + _late(token, _LATE[spelling]) for token in text.split(" "))


def _late(token: str, marks: Sequence[str]) -> str:
    return "".join(marks[_split(letter)[1]] for letter in token if letter not in "đĐ")


_LATE = {Spelling.TELEX: _TELEX_TONES, Spelling.VNI_TYPING: _VNI_TONES}


@cache
def toned_variants(letter: str) -> tuple[str, ...]:
    """Give the other five tones of a vowel; none for a letter that carries no tone."""
    base, tone = _split(letter)
    if base.lower() not in _VOWELS:
        return ()
    return tuple(unicodedata.normalize("NFC", base + mark) for mark in _TONE_MARKS if mark != _TONE_MARKS[tone])
