"""The letters of matching/syllables.py as arrays that kernels index by code point.

An entry of `code_points()` packs what a character is: bits 0-2 the kind, 8-15 the base (ASCII), 16-18 the modifier,
20-22 the tone, 24 upper case, 25 a look-alike of đ.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from matching.name_words import ANY_TITLE, ATTENTION, ATTENTION_FIRST
from matching.syllables import COMPOSED, LETTERS, MARKS, STROKE, syllables
from matching.text import APOSTROPHES, LOOKALIKES

PLAIN_PATH, LETTER, SEPARATOR, MARK, WILDCARD, APOSTROPHE, DIGIT = range(7)
UPPER = 1 << 24
LOOKALIKE = 1 << 25
LIMIT = 0x1F00

#: Marks of `known_words()`: a Vietnamese syllable; a folded word that needs the plain path anywhere, or in first place;
#: a title, which does so in first place by its canonical letters.
SYLLABLE, ANYWHERE, FIRST, TITLE = 1, 2, 4, 8


def _frozen(array: npt.NDArray[np.generic]) -> None:
    array.flags.writeable = False


@cache
def code_points() -> npt.NDArray[np.uint32]:
    """Give uint32[LIMIT], one packed entry a code point; 0 sends the text to the plain path."""
    table = np.zeros(LIMIT, np.uint32)
    for text, letter in LETTERS.items():
        entry = LETTER | ord(letter.base) << 8 | letter.modifier << 16 | letter.tone << 20
        table[ord(text)] = entry
        table[ord(text.upper())] = entry | UPPER
    for alike, plain in LOOKALIKES.items():
        table[ord(alike)] = LETTER | ord("d") << 8 | STROKE << 16 | LOOKALIKE | (UPPER if plain == "Đ" else 0)
    for mark, (modifier, tone) in MARKS.items():
        table[ord(mark)] = MARK | modifier << 16 | tone << 20
    for code in range(0x20, 0x7F):
        if not chr(code).isalnum():
            table[code] = SEPARATOR
    for code in range(ord("0"), ord("9") + 1):
        table[code] = DIGIT | code << 8
    for apostrophe in APOSTROPHES:
        if ord(apostrophe) < LIMIT and apostrophe != "\u00b4":  # the acute accent may be a misread byte
            table[ord(apostrophe)] = APOSTROPHE
    table[ord("?")] = WILDCARD
    _frozen(table)
    return table


@cache
def composed() -> npt.NDArray[np.uint16]:
    """Give uint16[26 * 5 * 6]: the code point of (base, modifier, tone), 0 where no such letter exists."""
    table = np.zeros(26 * 5 * 6, np.uint16)
    for letter, text in COMPOSED.items():
        table[((ord(letter.base) - 97) * 5 + letter.modifier) * 6 + letter.tone] = ord(text)
    _frozen(table)
    return table


@cache
def separators() -> npt.NDArray[np.bool_]:
    """Give bool[256]: which bytes of UTF-8 end a token.

    All lie below the letters, so that eight bytes are searched at once; the rarer signs among and behind the letters
    (`_`, `|`) send the text to the plain path.
    """
    table = np.zeros(256, np.bool_)
    table[: ord("A")] = code_points()[: ord("A")] & 7 == SEPARATOR
    _frozen(table)
    return table


def known_words() -> dict[str, int]:
    """Give every word that the encoder must know, with its marks."""
    marks = dict.fromkeys(syllables(), SYLLABLE)
    for word in ATTENTION:
        marks[word] = marks.get(word, 0) | ANYWHERE
    for word in ATTENTION_FIRST:
        marks[word] = marks.get(word, 0) | FIRST
    for word in ANY_TITLE:
        marks[word] = marks.get(word, 0) | TITLE
    return marks
