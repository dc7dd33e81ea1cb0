"""Text that was read in the wrong encoding, told by its impossible syllables and turned back.

Bytes of UTF-8, TCVN3, VNI, VISCII or cp1258 that somebody read as windows-1252 (or Latin-1) give letters and signs that
no Vietnamese name has. The reading is undone only if every word that comes out is a possible syllable (UTF-8 proves
itself); anything else is left as it is, so that honest foreign names stay.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from matching import encodings
from matching.name_words import SURNAMES
from matching.syllables import LETTERS, MARKS, VOWELS, is_syllable, plain_syllables

#: One or more letters were lost here.
LOST = "?"


@dataclass(frozen=True, slots=True)
class Misreading:
    """A text turned back, and what it was: utf8-as-cp1252, utf8-as-cp1252-twice, tcvn3, vni, viscii or cp1258."""

    text: str
    code: str
    lost: bool = False


_LEGACY = ("tcvn3", "vni", "viscii", "cp1258")
# Bytes that windows-1252 leaves undefined, so that a reader replaces or drops them.
_UNDEFINED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
#: Characters of windows-1252 to the Latin-1 characters of their bytes.
_BYTES = {ord(bytes([byte]).decode("cp1252")): byte for byte in range(0x80, 0xA0) if byte not in _UNDEFINED}
#: Signs and letters of windows-1252 that no Vietnamese word holds.
_SIGN = re.compile(
    "[\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u201a\u201c-\u201e\u2020-\u2022\u2026"
    "\u2030\u2039\u203a\u20ac\u2122Ä-ÇËÎÏÑÖ-ØÛÜÞ-ßä-çëîïñö-øûüþÿ]"
)
#: Any character but plain printing ones, the letters and marks of Vietnamese, and apostrophes.
UNUSUAL = re.compile(
    "[^ -~"
    + "".join(letter + letter.upper() for letter in LETTERS if not letter.isascii())
    + "".join(MARKS)
    + "\u0110\u0111\u00d0\u00f0\u0189\u0256\u2018\u2019\u02bc\u02bb\u2032]"
)
#: A character that is no byte of windows-1252, so that the text was not read in it.
_FOREIGN = re.compile("[^\\x00-\xff\ufffd" + "".join(map(chr, _BYTES)) + "]")
_WORD = re.compile(r"[^\W\d_]+")
_LOOKALIKE = str.maketrans("Ðð", "Đđ")


@lru_cache(maxsize=1 << 16)
def is_odd(word: str) -> bool:
    """Say whether a word of letters, all within Latin-1, is no Vietnamese syllable or has a capital inside."""
    if word.isascii() or max(word) > "\u00ff":
        return False
    if any(after >= "\u00c0" and after.isupper() and before.islower() for before, after in pairwise(word)):
        return True
    return not is_syllable(word.lower().translate(_LOOKALIKE))


def has_odd_word(text: str) -> bool:
    """Say whether any run of letters is odd."""
    return not text.isascii() and any(map(is_odd, _WORD.findall(text)))


def reverse(text: str) -> Misreading | None:
    """Give the text as it was before it was misread, or None if it was not (or cannot be told)."""
    if text.isascii() or _FOREIGN.search(text) or not (_SIGN.search(text) or has_odd_word(text)):
        return None
    found = _reverse_utf8(text)
    if found is not None:
        again = _reverse_utf8(found.text)
        if again is not None:
            return Misreading(again.text, "utf8-as-cp1252-twice", found.lost or again.lost)
        return found
    return _reverse_legacy(text)


_NO_BREAK_SPACE, _SOFT_HYPHEN = 0xA0, 0xAD
#: A whole UTF-8 sequence; one without its last byte, with what stands in its place; or a byte that fits nowhere.
_SEQUENCE = re.compile(
    "(?P<whole>[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2})"
    "|(?P<torn>[\xc3-\xc6]|\xe1[\x80-\xbf])(?P<mark>[?\ufffd])?(?P<space> (?= ))?(?P<end>(?= |$))?"
    "|(?P<stray>[\x80-\xff\ufffd])"
)


def _reverse_utf8(text: str) -> Misreading | None:
    """Undo UTF-8 read as windows-1252; where a byte is missing the letter is deduced if only one fits, else LOST."""
    if _FOREIGN.search(text):
        return None
    words = [_decode(word) for word in text.split(" ")]
    if None in words:
        return _reverse_torn_utf8(text.translate(_BYTES))
    found = " ".join(word for word in words if word is not None)
    return Misreading(found, "utf8-as-cp1252") if found != text else None


@lru_cache(maxsize=1 << 16)
def _decode(word: str) -> str | None:
    """Read the characters as bytes of UTF-8; None if they are none."""
    try:
        return word.translate(_BYTES).encode("latin-1").decode()
    except UnicodeError:
        return None


def _reverse_torn_utf8(raw: str) -> Misreading | None:
    whole = 0
    out: list[str] = []
    last = 0
    for match in _SEQUENCE.finditer(raw):
        letter = _decode(match["whole"]) if match["whole"] else _deduce(match) if match["torn"] else ""
        if not letter:
            return None
        whole += match["whole"] is not None
        out += (raw[last : match.start()], letter)
        last = match.end()
    found = "".join([*out, raw[last:]])
    proven = whole or any(is_syllable(word.lower()) for word in _WORD.findall(found) if not word.isascii())
    return Misreading(found, "utf8-as-cp1252", LOST in out) if proven else None


def _deduce(match: re.Match[str]) -> str:
    """Give the one Vietnamese letter that fits a sequence without its last byte, LOST if several do, "" if none."""
    if match["mark"]:
        candidates: tuple[int, ...] = _UNDEFINED
    elif match["space"]:
        candidates = (_NO_BREAK_SPACE,)
    else:
        candidates = (*_UNDEFINED, _SOFT_HYPHEN, *((_NO_BREAK_SPACE,) if match["end"] is not None else ()))
    found = [_decode(match["torn"] + chr(byte)) for byte in candidates]
    letters = [letter for letter in found if letter is not None and letter.lower() in LETTERS]
    return letters[0] if len(letters) == 1 else LOST if letters else ""


def _reverse_legacy(text: str) -> Misreading | None:
    """Undo a one-byte or two-byte Vietnamese encoding; among those whose words are all possible the likeliest.

    Each word with marks counts, and a family name with its marks in first place. One alone is no evidence (Loïc is not
    Lọc).
    """
    words = text.split(" ")
    readings = [_readings(word) for word in words]
    best: Misreading | None = None
    best_score = 1
    for name, column in zip(_LEGACY, zip(*readings, strict=True), strict=True):
        if None in column:
            continue
        found = [reading for reading in column if reading is not None]
        first = next((decoded for decoded, _ in found if decoded), "")
        score = sum(marked for _, marked in found) + (first.lower() in SURNAMES)
        if score > best_score:
            best, best_score = Misreading(" ".join(decoded for decoded, _ in found), name), score
    return best if best is not None and best.text != text else None


@lru_cache(maxsize=1 << 16)
def _readings(word: str) -> tuple[tuple[str, int] | None, ...]:
    """Give for each legacy encoding the word decoded and its number of marked syllables, None if it is impossible."""
    try:
        data = word.translate(_BYTES).encode("latin-1")
    except UnicodeEncodeError:
        return (None,) * len(_LEGACY)
    decoded = [rebuild_case(encodings.decode(data, name, "replace")) for name in _LEGACY]
    return tuple((text, _marked(text)) if _is_possible(text) else None for text in decoded)


def _marked(text: str) -> int:
    return sum(not run.isascii() for run in _WORD.findall(text))


def _is_possible(text: str) -> bool:
    """Say whether all runs of letters are syllables, or short ones without a vowel, and no other sign is left."""
    if any(not character.isascii() and not character.isalpha() for character in text):
        return False
    runs = _WORD.findall(text)
    lower = [run.lower() for run in runs]
    return all(run.isupper() or run[1:].islower() or len(run) == 1 for run in runs) and all(
        (run in plain_syllables() or (len(run) < 4 and VOWELS.isdisjoint(run)) or len(run) == 1)
        if run.isascii()
        else is_syllable(run)
        for run in lower
    )


def rebuild_case(text: str) -> str:
    """Make a word all capitals if its plain letters are: the .VnH fonts keep toned capitals as lower-case codes.

    A word of one capital and toned letters alone (Lê) keeps its case.
    """

    def rebuild(match: re.Match[str]) -> str:
        word = match[0]
        plain = [character for character in word if character.isascii()]
        return word.upper() if len(plain) > 1 and all(map(str.isupper, plain)) else word

    return _WORD.sub(rebuild, text)
