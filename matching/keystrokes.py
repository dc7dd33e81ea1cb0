"""The keys of Telex and VNI typing that stayed in a text because the input method was off."""

import re
from functools import lru_cache

from matching.syllables import plain_syllables, syllables, with_tone

_TYPED = re.compile(r"[A-Za-z]+(?:[0-9][A-Za-z0-9]*)?")
_MODIFIED = (("uow", "ươ"), ("dd", "đ"), ("aa", "â"), ("aw", "ă"), ("ee", "ê"), ("oo", "ô"), ("ow", "ơ"), ("uw", "ư"))
_LONE_W = ("w", "ư")
_TONES = {"f": 1, "s": 2, "r": 3, "x": 4, "j": 5}
_VNI_MODIFIED = (
    ("uo7", "ươ"),
    ("a6", "â"),
    ("a8", "ă"),
    ("e6", "ê"),
    ("o6", "ô"),
    ("o7", "ơ"),
    ("u7", "ư"),
    ("d9", "đ"),
)
_VNI_TONES = {"2": 1, "1": 2, "3": 3, "4": 4, "5": 5}


def typed_keys(text: str) -> str:
    """Read words that still hold keys of Telex (Nguyeenx) or VNI (Nguye6n4) as the syllables they were meant to be.

    A suggestion for a person to look at. A plain word that is a syllable without marks stays, as does one that does not
    come out as a syllable with marks, or that holds doubled vowels alone (Lee, Moon).
    """
    return _TYPED.sub(lambda word: _typed_word(word[0]), text)


@lru_cache(maxsize=1 << 14)
def _typed_word(word: str) -> str:
    lower = word.lower()
    if lower in plain_syllables():
        return word
    for reading in _telex(lower) if lower.isalpha() else _vni(lower):
        if not reading.isascii() and reading in syllables():
            return reading.upper() if word.isupper() else reading.capitalize() if word[0].isupper() else reading
    return word


def _replaced(word: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for keys, letters in pairs:
        word = word.replace(keys, letters)
    return word


def _telex(word: str) -> list[str]:
    """Give the readings of Telex keys; the tone key stands last or right behind its vowel."""
    readings = [with_tone(_replaced(word, (*_MODIFIED, _LONE_W)), 0)] if "w" in word or "dd" in word else []
    for at in range(len(word) - 1, 0, -1):
        if word[at] in _TONES:
            plain = _replaced(word[:at] + word[at + 1 :], (*_MODIFIED, _LONE_W))
            readings.append(with_tone(plain, _TONES[word[at]]))
    return readings


def _vni(word: str) -> list[str]:
    """Give the reading of VNI keys; a key stands behind its letter or at the end of the word."""
    tones = [_VNI_TONES[key] for key in word if key in _VNI_TONES]
    plain = _replaced("".join(key for key in word if key not in _VNI_TONES), _VNI_MODIFIED)
    modifier = re.search("[6789]", plain)
    if modifier:
        bare = plain.replace(modifier[0], "")
        fitting = (pair for pair in _VNI_MODIFIED if pair[0][-1] == modifier[0] and pair[0][:-1] in bare)
        keys, letters = next(fitting, ("", ""))
        plain = bare.replace(keys[:-1], letters, 1) if keys else bare
    return [with_tone(plain, tones[0] if tones else 0)] if len(tones) < 2 else []
