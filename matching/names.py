"""Names as tuples of canonical tokens, and what had to be done to get there.

A canonical token is lower case, composed, with its tone in the canonical place, apostrophes as `'`; `?` stands for lost
letters. Two names are the same text for us if their tokens are equal. The compiled twin is matching/kernels/tokens.py.
"""

import re
import unicodedata
from enum import IntFlag
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from matching import name_words
from matching.misreadings import LOST, UNUSUAL, has_odd_word, reverse
from matching.name_agreement import NameAgreement, compare_names
from matching.syllables import LETTERS, VOWELS
from matching.text import APOSTROPHES, clean, fold, repair_words

__all__ = ["MAX_TOKENS", "NameAgreement", "NameFlag", "StandardName", "compare_names", "standardise", "tokenise"]

MAX_TOKENS = 8


class NameFlag(IntFlag):
    """What was found in a name or done to it. Fits uint32; 0 is a plain name in its canonical letters."""

    COMPOSED = 1 << 0  #: letters and marks stood apart
    TONE_MOVED = 1 << 1  #: a tone mark stood on another letter of its syllable
    LOOKALIKE = 1 << 2  #: a letter that only looks like đ
    ASCII_ONLY = 1 << 3  #: no letter with a mark, in a name that is not empty
    LOST = 1 << 4  #: `?` or U+FFFD stands for letters that are gone
    ABBREVIATED = 1 << 5  #: a token without a vowel (ng, n, tr), or a letter with a full stop
    TITLE_REMOVED = 1 << 6
    ENCODING_REPAIRED = 1 << 7
    INVISIBLE = 1 << 8  #: invisible, control or odd white-space characters were removed
    LONG = 1 << 9  #: more than eight tokens; the eighth joins the rest
    DIGITS = 1 << 10  #: digits stood in the name; tokens of digits alone are removed
    PLACEHOLDER = 1 << 11  #: a text that stands for nobody
    COMPANY = 1 << 12
    EMPTY = 1 << 13  #: no token is left
    FOREIGN_LETTERS = 1 << 14  #: letters outside of a-z and Vietnamese
    FULL_WIDTH = 1 << 15


class StandardName(NamedTuple):
    """A name in canonical tokens (at most MAX_TOKENS) and its flags; `matching.text.repair` tells repairs in detail."""

    tokens: tuple[str, ...]
    flags: NameFlag

    @property
    def text(self) -> str:
        return " ".join(self.tokens)


_FLAG_OF_REPAIR = {
    "composed": int(NameFlag.COMPOSED),
    "lookalike": int(NameFlag.LOOKALIKE),
    "tone-placement": int(NameFlag.TONE_MOVED),
    "onset": int(NameFlag.TONE_MOVED),
    "invisible": int(NameFlag.INVISIBLE),
    "control": int(NameFlag.INVISIBLE),
    "space": int(NameFlag.INVISIBLE),
    "full-width": int(NameFlag.FULL_WIDTH),
    "lost": int(NameFlag.LOST),
}
_ABBREVIATED, _EMPTY = int(NameFlag.ABBREVIATED), int(NameFlag.EMPTY)
_ASCII_ONLY, _LONG = int(NameFlag.ASCII_ONLY), int(NameFlag.LONG)
_ODD_WORD = 1 << 31  # beside the flags of a piece: the text may have been read in the wrong encoding
_ENCODING_REPAIRED = int(NameFlag.ENCODING_REPAIRED)
_LEGITIMATE_CONSONANTS = frozenset(("h", "k"))
_FOLDED_SURNAMES = frozenset(fold(surname) for surname in name_words.SURNAMES)


class _Splitter(dict[int, str]):
    """Maps a character to itself, to the one apostrophe, or to a space where it separates; a full stop stays."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in APOSTROPHES:
            kept = "'"
        elif character in (LOST, ".") or unicodedata.category(character)[0] in "LMN":
            kept = character
        else:
            kept = " "
        self[code] = kept
        return kept


_SPLITTER = _Splitter()


@lru_cache(maxsize=1 << 16)
def _piece(raw: str) -> tuple[tuple[tuple[str, str], ...], int]:
    """Give the tokens in a piece of text without spaces, canonical and folded, and the flags of the piece."""
    repaired = repair_words(raw)
    flags = _ODD_WORD if has_odd_word(raw) else 0
    for one in repaired.repairs:
        flags |= _FLAG_OF_REPAIR[one.code]
    found = []
    parts = repaired.text.lower().split(".")
    for place, part in enumerate(parts):
        token, token_flags = _token(part)
        flags |= token_flags
        if len(part) == 1 and part.isalpha() and place + 1 < len(parts):
            flags |= _ABBREVIATED
        if token:
            found.append((token, fold(token)))
    return tuple(found), flags


def _token(raw: str) -> tuple[str, int]:
    """Give the canonical form of one raw lower-case token, "" if no letter is left, and its flags."""
    flags = NameFlag(0)
    token = re.sub("'+", "'", re.sub(r"\?+", LOST, raw)).strip("'")
    if len(token) == 1 and raw.endswith("'"):
        token += "'"
    if any(character.isdigit() for character in token):
        flags |= NameFlag.DIGITS
    if not any(character.isalpha() or character == LOST for character in token):
        return "", int(flags)
    if LOST in token:
        flags |= NameFlag.LOST
    if any(character not in LETTERS and not character.isdigit() and character not in "?'" for character in token):
        flags |= NameFlag.FOREIGN_LETTERS
    if is_abbreviation(token):
        flags |= NameFlag.ABBREVIATED
    return token, int(flags)


def is_abbreviation(token: str) -> bool:
    """Say whether a token cannot be a whole name: up to three letters, none a vowel. H and K can (Ê Đê, K'Ho)."""
    return (
        0 < len(token) <= 3
        and token not in _LEGITIMATE_CONSONANTS
        and all(character in LETTERS and LETTERS[character].base not in VOWELS for character in token)
    )


def standardise(text: str) -> StandardName:
    """Repair a name and give its canonical tokens.

    Afterwards: titles before a family name and tokens of digits are gone, more than MAX_TOKENS tokens end in one that
    joins the rest with spaces, and every such step has its flag. About 5 microseconds for a text not seen before.
    """
    unusual = UNUSUAL.search(text) is not None
    pieces = [] if unusual else _pieces(text)
    flags = 0
    if unusual or any(piece_flags & _ODD_WORD for _, piece_flags in pieces):
        text, flags = _readable(text)
        pieces = _pieces(text)
    tokens = []
    folded = []
    for found, piece_flags in pieces:
        flags |= piece_flags
        for token, plain in found:
            tokens.append(token)
            folded.append(plain)
    if not tokens:
        return StandardName((), _as_flags(flags | _EMPTY))
    if tokens[0] in name_words.ANY_TITLE or _may_have_meaning(folded):
        flags |= _take_meaning(tokens, folded)
    if "".join(tokens).isascii():
        flags |= _ASCII_ONLY
    if len(tokens) > MAX_TOKENS:
        flags |= _LONG
        tokens[MAX_TOKENS - 1 :] = [" ".join(tokens[MAX_TOKENS - 1 :])]
    return StandardName(tuple(tokens), _as_flags(flags))


def _pieces(text: str) -> list[tuple[tuple[tuple[str, str], ...], int]]:
    # Most texts need no translation; two apostrophes count as letters.
    plain = text.replace(" ", "").isalpha() and "\u02bc" not in text and "\u02bb" not in text
    return [_piece(raw) for raw in (text if plain else text.translate(_SPLITTER)).split()]


@cache
def _as_flags(flags: int) -> NameFlag:
    return NameFlag(flags & ~_ODD_WORD)


def _readable(text: str) -> tuple[str, int]:
    """Undo a wrong reading and take out what is not meant to be read."""
    flags = 0
    misread = reverse(text)
    if misread is not None:
        text = misread.text
        flags = _ENCODING_REPAIRED
    cleaned = clean(text)
    for one in cleaned.repairs:
        flags |= _FLAG_OF_REPAIR[one.code]
    return cleaned.text, flags


def _may_have_meaning(folded: list[str]) -> bool:
    """Say whether the words could be more than a name: a quick test without which the next step has nothing to find."""
    return (
        folded[0] in name_words.ATTENTION_FIRST
        or not name_words.ATTENTION.isdisjoint(folded)
        or not folded[-1].strip(folded[0][0])
    )


def _take_meaning(tokens: list[str], folded: list[str]) -> int:
    """Name a company or a placeholder, or take a title off both lists."""
    if _is_placeholder(tuple(folded)):
        return int(NameFlag.PLACEHOLDER)
    if _is_company(tokens, tuple(folded)):
        return int(NameFlag.COMPANY)
    if _has_title(tokens, folded):
        del tokens[0], folded[0]
        return int(NameFlag.TITLE_REMOVED)
    return 0


def _is_placeholder(folded: tuple[str, ...]) -> bool:
    if folded in name_words.PLACEHOLDERS:
        return True
    return not folded[-1].strip(folded[0][0]) and len("".join(folded)) > 1 == len(set("".join(folded)))


def _is_company(tokens: list[str], folded: tuple[str, ...]) -> bool:
    if not name_words.COMPANY_WORDS.isdisjoint(folded):
        return True
    # Lê Công Ty is a person: the name of a company goes on behind the words.
    if any(pair in (("công", "ty"), ("cong", "ty")) for pair in pairwise(tokens[:-1])):
        return True
    return folded[:2] in name_words.COMPANY_OPENINGS or folded[:3] in name_words.COMPANY_OPENINGS


def _has_title(tokens: list[str], folded: list[str]) -> bool:
    """Say whether the first token is a title: a family name must follow, and enough of a name behind it."""
    if len(tokens) < 3 or folded[1] not in _FOLDED_SURNAMES:
        return False
    return tokens[0] in name_words.TITLES or (tokens[0] in name_words.AMBIGUOUS_TITLES and len(tokens) > 3)


def tokenise(text: str) -> tuple[str, ...]:
    """Give the canonical tokens of a name."""
    return standardise(text).tokens
