"""A name taken apart: family name, middle, given name, and what its tokens are.

A guess for people to read and for `sogoc check-name`; no verdict rests on it. Where the register gives the parts
themselves, those hold.
"""

from dataclasses import dataclass
from enum import StrEnum

from matching import name_words
from matching.misreadings import LOST
from matching.names import NameFlag, is_abbreviation, standardise
from matching.syllables import is_syllable, plain_syllables
from matching.text import fold


class TokenClass(StrEnum):
    """What a token is, seen alone."""

    SURNAME = "surname"
    MARKER = "marker"  #: Thị, Văn
    ABBREVIATION = "abbreviation"
    INITIAL = "initial"  #: a single letter; a whole name for some (Y, Ý, A)
    COMPANY = "company"
    LOST = "lost"
    SYLLABLE = "syllable"
    OTHER = "other"  #: no Vietnamese syllable: minority, foreign, merged or mistyped


class NameFinding(StrEnum):
    """What a person should look at in a name."""

    MERGED = "merged-tokens"
    SPLIT = "split-token"
    GIVEN_FIRST = "given-first"
    NO_FAMILY_NAME = "no-family-name"
    MINORITY = "minority"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class PersonName:
    """Parts of a name in canonical tokens. A foreign name is all `given`: its order is not known."""

    family: tuple[str, ...]
    middle: tuple[str, ...]
    given: tuple[str, ...]
    flags: NameFlag
    findings: tuple[NameFinding, ...] = ()

    @property
    def tokens(self) -> tuple[str, ...]:
        return self.family + self.middle + self.given


_FOLDED_SURNAMES = frozenset(map(fold, name_words.SURNAMES))
_FOLDED_DOUBLES = frozenset(tuple(map(fold, pair)) for pair in name_words.DOUBLE_SURNAMES)
#: First tokens of Ê Đê, Gia Rai, K'Ho and Ba Na names, which set the sex; the clan stands last.
_MINORITY_FIRST = frozenset(("y", "h", "k", "h'", "k'", "ka"))


def token_class(token: str) -> TokenClass:
    """Say what a canonical token is."""
    tests = (
        (TokenClass.LOST, LOST in token),
        (TokenClass.COMPANY, fold(token) in name_words.COMPANY_WORDS),
        (TokenClass.MARKER, token in name_words.MARKERS),
        (TokenClass.ABBREVIATION, is_abbreviation(token)),
        (TokenClass.INITIAL, len(fold(token)) == 1),
        (TokenClass.SURNAME, token in name_words.SURNAMES),
        (TokenClass.SYLLABLE, _is_word(token)),
    )
    return next((found for found, holds in tests if holds), TokenClass.OTHER)


def _is_word(token: str) -> bool:
    return is_syllable(token) or (token.isascii() and token in plain_syllables())


def split_merged(token: str) -> tuple[str, ...]:
    """Cut a token that is two syllables run together, the first a family name or a marker (nguyễnvăn)."""
    if not _is_word(token):
        for place in range(1, len(token)):
            first, second = token[:place], token[place:]
            if _is_word(second) and (_is_surname(first) or first in name_words.MARKERS):
                return first, second
    return (token,)


def join_split(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Join two or three consonants to the next token where both make a syllable (th, úy)."""
    joined: list[str] = []
    for token in tokens:
        if joined and len(joined[-1]) > 1 and is_abbreviation(joined[-1]) and is_syllable(joined[-1] + token):
            joined[-1] += token
        else:
            joined.append(token)
    return tuple(joined)


def _is_surname(token: str) -> bool:
    return token in name_words.SURNAMES or (token.isascii() and token in _FOLDED_SURNAMES)


def parse_name(text: str) -> PersonName:
    """Take a name apart: family name first unless only the last token can be one, given name last.

    Companies and placeholders have no parts.
    """
    name = standardise(text)
    if not name.tokens or name.flags & (NameFlag.COMPANY | NameFlag.PLACEHOLDER):
        return PersonName((), (), (), name.flags)
    findings: list[NameFinding] = []
    tokens = name.tokens if "." in text else join_split(name.tokens)
    if len(tokens) < len(name.tokens):
        findings.append(NameFinding.SPLIT)
    whole = len(tokens)
    tokens = tuple(part for token in tokens for part in split_merged(token))
    if len(tokens) > whole:
        findings.append(NameFinding.MERGED)
    family, rest, order = _family(tokens)
    findings += order
    if NameFinding.FOREIGN in order:
        return PersonName((), (), tokens, name.flags, tuple(findings))
    return PersonName(family, rest[:-1], rest[-1:], name.flags, tuple(findings))


def _family(tokens: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...], list[NameFinding]]:
    """Split family name and rest, with what is unusual about it."""
    if len(tokens) > 2 and tuple(map(fold, tokens[:2])) in _FOLDED_DOUBLES:
        return tokens[:2], tokens[2:], []
    if tokens[0] in _MINORITY_FIRST or tokens[0].startswith(("h'", "k'")):
        clan = len(tokens) - (len(tokens) > 1 + (tokens[0] in _MINORITY_FIRST))
        return tokens[clan:], tokens[:clan], [NameFinding.MINORITY]
    if len(tokens) > 1 and _is_surname(tokens[0]):
        return tokens[:1], tokens[1:], []
    if len(tokens) > 1 and _is_surname(tokens[-1]):
        return tokens[-1:], tokens[:-1], [NameFinding.GIVEN_FIRST]
    if not any(map(_is_word, tokens)):
        return (), tokens, [NameFinding.FOREIGN]
    return (), tokens, [NameFinding.NO_FAMILY_NAME]
