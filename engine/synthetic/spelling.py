"""The ways a name comes to be written: without diacritics, decomposed, in the bytes of an old font encoding, mistyped.

Every spelling is one table: what each letter becomes, and what a typist leaves at the end of its token. The encodings
follow their published code charts (TCVN 5712:1993 as the ABC fonts use it, VNI-Windows, Windows-1258, Windows-1252).
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import numpy as np
import numpy.typing as npt

from engine.kernels.synthetic_names import LETTERS, SPELLED, write_names
from engine.synthetic.draw import Words
from engine.synthetic.lexicon import Lexicon

Bytes = npt.NDArray[np.uint8]
Ends = npt.NDArray[np.int64]


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


def _without_marks(letter: str) -> str:
    if letter in "đĐ":
        return "d" if letter == "đ" else "D"
    return "".join(mark for mark in unicodedata.normalize("NFD", letter) if not unicodedata.combining(mark))


def _cp1258_decomposed(letter: str) -> str:
    base, tone = _split(letter)
    return base + _TONE_MARKS[tone]


def _byte_text(codes: bytes, *, lost: bool = False) -> str:
    """Read bytes as Windows-1252, the undefined ones as C1 controls or, if `lost`, not at all."""
    return "".join(bytes([code]).decode("cp1252", "ignore") or ("" if lost else chr(code)) for code in codes)


def _cp1258_bytes(letter: str) -> str:
    return _byte_text(_cp1258_decomposed(letter).encode("cp1258"))


def _tcvn3(letter: str) -> str:
    base, tone = _split(letter)
    if letter in _TCVN3_CAPITALS:
        return _byte_text(bytes([_TCVN3_CAPITALS[letter]]))
    if letter == "đ":
        return _byte_text(b"\xae")
    if base.lower() not in _TCVN3 or (tone == 0 and base.lower() == _without_marks(base.lower())):
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
        out = _without_marks(lower) + _VNI_CIRCUMFLEX[tone]
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
    Spelling.NO_DIACRITICS: _without_marks,
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


@dataclass(frozen=True, slots=True)
class LetterTables:
    """The arrays that the kernel reads; see `write_names`."""

    letter_of: npt.NDArray[np.int32]
    spelled: npt.NDArray[np.uint32]
    late: npt.NDArray[np.uint32]
    toned: npt.NDArray[np.uint32]
    upper: npt.NDArray[np.uint32]
    lower: npt.NDArray[np.uint32]


@cache
def letter_tables() -> LetterTables:
    """Build the tables of all Vietnamese letters in all spellings."""
    vowels = [unicodedata.normalize("NFC", vowel + mark) for vowel in _VOWELS for mark in _TONE_MARKS]
    small = [*vowels, "đ", *"bcdfghjklmnpqrstvwxz"]
    letters = small + [letter.upper() for letter in small]
    letter_of = np.zeros(LETTERS, np.int32)
    spelled = np.zeros((len(Spelling), len(letters) + 1, SPELLED), np.uint32)
    late = np.zeros((len(Spelling), len(letters) + 1), np.uint32)
    toned = np.zeros((len(letters) + 1, len(_TONE_MARKS)), np.uint32)
    for number, letter in enumerate(letters, 1):
        letter_of[ord(letter)] = number
        for spelling, write in _WRITE.items():
            for place, point in enumerate(write(letter)):
                spelled[spelling, number, place] = ord(point)
        base, tone = _split(letter)
        if base.lower() in _VOWELS:
            toned[number] = [ord(unicodedata.normalize("NFC", base + mark)) for mark in _TONE_MARKS]
            late[Spelling.TELEX, number] = ord(_TELEX_TONES[tone] or "\0")
            late[Spelling.VNI_TYPING, number] = ord(_VNI_TONES[tone] or "\0")
    points = [chr(point) for point in range(LETTERS)]
    upper = np.array([ord(point.upper()) if len(point.upper()) == 1 else ord(point) for point in points], np.uint32)
    lower = np.array([ord(point.lower()) if len(point.lower()) == 1 else ord(point) for point in points], np.uint32)
    return LetterTables(letter_of, spelled, late, toned, upper, lower)


class NamePen:
    """Writes names of one lexicon as Arrow buffers."""

    def __init__(self, lexicon: Lexicon) -> None:
        encoded = [word.encode() for word in lexicon.words]
        self._pool = np.frombuffer(b"".join(encoded), np.uint8).copy()
        self._pool_ends = np.concatenate([[0], np.cumsum([len(word) for word in encoded])]).astype(np.int64)
        self._points = np.array([ord(point) for word in lexicon.words for point in word], np.uint32)
        self._point_ends = np.concatenate([[0], np.cumsum([len(word) for word in lexicon.words])]).astype(np.int64)

    def write(
        self,
        codes: npt.NDArray[np.int32],
        noise: Words,
        edits: Bytes | None = None,
        spellings: Bytes | None = None,
        cases: Bytes | None = None,
        tails: Words | None = None,
    ) -> tuple[Bytes, Ends]:
        """Give bytes and offsets of the names whose words are `codes` (rows, slots)."""
        none = np.zeros(len(codes), np.uint8)
        tables = letter_tables()
        bytes_, ends = write_names(
            self._pool, self._pool_ends, self._points, self._point_ends, np.ascontiguousarray(codes),
            none if edits is None else edits, none if spellings is None else spellings,
            none if cases is None else cases,
            np.zeros(len(codes), np.uint64) if tails is None else tails, noise,
            tables.letter_of, tables.spelled, tables.late, tables.toned, tables.upper, tables.lower,
        )  # fmt: skip
        return bytes_, ends
