"""Repair of Vietnamese text: every change is a named finding, and what cannot be recovered says so."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from matching.keystrokes import typed_keys
from matching.misreadings import LOST, reverse
from matching.syllables import COMPOSED, LETTERS, MARKS, Letter, place_tone


@dataclass(frozen=True, slots=True)
class Repair:
    """One kind of change, with the first piece of text it touched and what became of it."""

    code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text after repair; `repairs` holds one entry a kind, in the order of application."""

    text: str
    repairs: tuple[Repair, ...] = ()

    def __contains__(self, code: str) -> bool:
        return any(repair.code == code for repair in self.repairs)


LOOKALIKES = {"\u00d0": "Đ", "\u00f0": "đ", "\u0189": "Đ", "\u0256": "đ"}
APOSTROPHES = "'\u2018\u2019\u02bc\u02bb\u2032\u00b4`"
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]+"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]+")
_ODD_SPACE = re.compile("[\t\n\x0b\x0c\r\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_FULL_WIDTH = re.compile("[\uff01-\uff5e\uffe0-\uffe6]+")
_LOST = re.compile("[?\ufffd]*\ufffd[?\ufffd]*")
_ODD = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\uff01-\uffff]"
)
_CLEANINGS: tuple[tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    ("full-width", _FULL_WIDTH, lambda run: unicodedata.normalize("NFKC", run[0])),
    ("invisible", _INVISIBLE, ""),
    ("lost", _LOST, LOST),
    ("control", _CONTROL, ""),
    ("space", _ODD_SPACE, " "),
)
WORD = re.compile("(?:[^\\W\\d_]|[\u0300-\u036f])+")
_FOLD_OUTSIDE = {"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "þ": "th", "œ": "oe", "ı": "i", "ƀ": "b", "ħ": "h", "ŧ": "t"}


def compose(text: str) -> str:
    """Join letters with the marks that follow them, in whatever order these stand (NFC leaves some orders apart)."""
    if unicodedata.is_normalized("NFC", text) and not any(mark in text for mark in MARKS):
        return text
    composed: list[str] = []
    for character in unicodedata.normalize("NFD", text):
        joined = _join(composed[-1], character) if composed and character in MARKS else None
        if joined is None:
            composed.append(character)
        else:
            composed[-1] = joined
    return unicodedata.normalize("NFC", "".join(composed))


def _join(letter: str, mark: str) -> str | None:
    known = LETTERS.get(letter.lower())
    modifier, tone = MARKS[mark]
    if known is None or (modifier and known.modifier) or (tone and known.tone):
        return None
    joined = COMPOSED.get(Letter(known.base, modifier or known.modifier, tone or known.tone))
    if joined is None:
        return None
    return joined.upper() if letter.isupper() else joined


@lru_cache(maxsize=1 << 16)
def repair_word(word: str) -> Repaired:
    """Repair a run of letters and marks: compose it, replace look-alikes of đ, place the tone."""
    composed = compose(word)
    plain = "".join(LOOKALIKES.get(character, character) for character in composed)
    lower = plain.lower()
    placed = place_tone(lower) if len(lower) == len(plain) else lower
    cased = plain
    if placed != lower:
        cased = "".join(new.upper() if old.isupper() else new for old, new in zip(plain, placed, strict=True))
    tone_code = "onset" if fold(lower[:2]) in ("qu", "gi") else "tone-placement"
    steps = (("composed", word, composed), ("lookalike", composed, plain), (tone_code, plain, cased))
    return Repaired(cased, tuple(Repair(code, before, after) for code, before, after in steps if before != after))


def repair_words(text: str) -> Repaired:
    """Repair every run of letters of a text; one entry a kind of change."""
    changes = [change for word in WORD.findall(text) for change in repair_word(word).repairs]
    if not changes:
        return Repaired(text)
    first_of_kind = {change.code: change for change in reversed(changes)}
    return Repaired(WORD.sub(lambda word: repair_word(word[0]).text, text), tuple(first_of_kind.values()))


def repair(text: str) -> Repaired:
    """Give the text in composed letters with its own case, and say what was changed.

    Codes, in the order of application: utf8-as-cp1252, utf8-as-cp1252-twice, tcvn3, vni, viscii, cp1258; full-width,
    invisible, lost, control, space; composed, lookalike, tone-placement, onset. `lost` says that letters are gone: the
    text then holds LOST in their place. `typing` names Telex or VNI keys left in the text; it changes nothing, its
    `after` is a suggestion.
    """
    repairs: list[Repair] = []
    misread = reverse(text)
    if misread is not None:
        repairs.append(Repair(misread.code, text, misread.text))
        text = misread.text
    cleaned = clean(text)
    words = repair_words(cleaned.text)
    repairs += [*cleaned.repairs, *words.repairs]
    if LOST in words.text and "lost" not in cleaned:
        repairs.append(Repair("lost", text, words.text))
    typed = typed_keys(words.text)
    if typed != words.text:
        repairs.append(Repair("typing", words.text, typed))
    return Repaired(words.text, tuple(repairs))


def clean(text: str) -> Repaired:
    """Take out what is not meant to be read: full-width forms, invisible and control characters, odd white space."""
    if not _ODD.search(text):
        return Repaired(text)
    repairs = []
    for code, pattern, replacement in _CLEANINGS:
        cleaned = pattern.sub(replacement, text)
        if cleaned != text:
            repairs.append(Repair(code, text, cleaned))
            text = cleaned
    return Repaired(text, tuple(repairs))


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """Give the plain form that survives any keyboard: lower case, no marks, đ as d, no apostrophes.

    Letters of other scripts stay as they are. Idempotent.
    """
    if text.isascii():
        return text.lower().replace("'", "").replace("`", "")
    folded = []
    for character in unicodedata.normalize("NFD", text.lower()):
        if character in APOSTROPHES or "\u0300" <= character <= "\u036f":
            continue
        plain = LOOKALIKES.get(character, character)
        known = LETTERS.get(plain)
        folded.append(known.base if known else _FOLD_OUTSIDE.get(plain, plain))
    return unicodedata.normalize("NFC", "".join(folded)).replace("\ufffd", LOST)
