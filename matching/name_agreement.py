"""How far two names agree: one level, the first of an ordered list that holds.

Plain form of `matching.kernels.name_levels`, which compares token codes. Everything below EXACT, NO_DIACRITICS and
TONE_DIFFERS looks at folded tokens alone. Hoàng and Huỳnh, Vũ and Võ, Thúy and Thùy are different names.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from enum import IntEnum

from rapidfuzz.distance import OSA

from matching.misreadings import LOST
from matching.text import fold


class NameAgreement(IntEnum):
    """The levels in the order in which they are tried (MISSING and LOST_LETTERS go first)."""

    EXACT = 0  #: the same canonical tokens; case, spacing, tone placement and encodings are settled before
    NO_DIACRITICS = 1  #: the same folded tokens, and one side has no marks at all
    TONE_DIFFERS = 2  #: the same folded tokens, both sides marked, not the same (Thúy, Thùy; Hoa, Hòa)
    ORDER = 3  #: the same folded tokens in another order
    MERGED = 4  #: the same letters, cut into tokens elsewhere (NguyễnVăn An; Th úy)
    MISSING_MIDDLE = 5  #: first and last token agree, the shorter name runs through the longer one in order
    ABBREVIATED = 6  #: token by token equal or an abbreviation, at least one equal
    ONE_EDIT = 7  #: one letter inserted, deleted, replaced or swapped with its neighbour
    TWO_EDITS = 8
    FAMILY_GIVEN = 9  #: first and last token agree
    PARTIAL = 10  #: half of the shorter name's tokens, at least one, occur in the other
    DIFFERENT = 11
    MISSING = 12  #: one side has no token
    LOST_LETTERS = 13  #: equal if each `?` stands for letters that were lost


_FAR = 9
_LONGEST = 48
_JOINED = 128
_WILDCARD_LETTERS = 3
_VOWELS = frozenset("aeiouy")


def compare_names(a: Sequence[str], b: Sequence[str]) -> NameAgreement:
    """Compare two names given as canonical tokens (`matching.names.tokenise`). Symmetric."""
    if not a or not b:
        return NameAgreement.MISSING
    a_folded = [fold(token) for token in a]
    b_folded = [fold(token) for token in b]
    if LOST in "".join(a_folded + b_folded) and _lost_letters_agree(a_folded, b_folded):
        return NameAgreement.LOST_LETTERS
    if a_folded == b_folded:
        return _marks_agreement(a, b)
    return next((level for level, holds in _LEVELS if holds(a_folded, b_folded)), NameAgreement.DIFFERENT)


def _marks_agreement(a: Sequence[str], b: Sequence[str]) -> NameAgreement:
    if tuple(a) == tuple(b):
        return NameAgreement.EXACT
    if any(all(token == fold(token) for token in name) for name in (a, b)):
        return NameAgreement.NO_DIACRITICS
    return NameAgreement.TONE_DIFFERS


def _is_middle_missing(a: list[str], b: list[str]) -> bool:
    short, long = sorted((a, b), key=len)
    if len(short) == len(long) or not _same_ends(a, b):
        return False
    rest = iter(long)
    return all(token in rest for token in short)


def _is_abbreviated(a: list[str], b: list[str]) -> bool:
    """Say whether tokens are equal or short for each other: an initial, or the consonants it begins with (ng, tr)."""
    if len(a) != len(b) or not any(map(str.__eq__, a, b)):
        return False
    return all(_stands_for(*sorted(pair, key=len)) for pair in zip(a, b, strict=True))


def _stands_for(short: str, long: str) -> bool:
    return short == long or (long.startswith(short) and (len(short.encode()) == 1 or _VOWELS.isdisjoint(short)))


def _edits(a: list[str], b: list[str]) -> int:
    """Count edits token by token, or over all letters joined, where edits also merged, split or moved a token."""
    a_joined, b_joined = ("".join(tokens).encode()[:_JOINED] for tokens in (a, b))
    letters = min(len(a_joined), len(b_joined))
    if len(a) == len(b):
        edits = sum(map(_distance, (token.encode() for token in a), (token.encode() for token in b)))
        if edits <= 2 and 2 * edits < letters:
            return edits
    if abs(len(a_joined) - len(b_joined)) <= 2 and letters > 4:
        return _distance(a_joined, b_joined)
    return _FAR


def _distance(a: bytes, b: bytes) -> int:
    """Count the edits (optimal string alignment) of bytes; more than two, or too long a stretch, read as _FAR."""
    while a and b and a[0] == b[0]:
        a, b = a[1:], b[1:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    if abs(len(a) - len(b)) > 2 or min(len(a), len(b)) > _LONGEST:
        return _FAR
    edits = OSA.distance(a, b, score_cutoff=2)
    return edits if edits <= 2 else _FAR


def _lost_letters_agree(a: list[str], b: list[str]) -> bool:
    """Say whether the names are equal where letters are left; at least half of the letters must be."""
    if len(a) != len(b):
        return False
    kept = [sum(len(token) - token.count(LOST) for token in name) for name in (a, b)]
    return 2 * min(kept) >= max(kept) and all(map(_reads_as, a, b))


def _reads_as(a: str, b: str) -> bool:
    if LOST in a and LOST in b:
        starts = sorted((a.partition(LOST)[0], b.partition(LOST)[0]), key=len)
        ends = sorted((a.rpartition(LOST)[2], b.rpartition(LOST)[2]), key=len)
        return starts[1].startswith(starts[0]) and ends[1].endswith(ends[0])
    damaged, whole = (a, b) if LOST in a else (b, a)
    gap = f".{{0,{_WILDCARD_LETTERS}}}"
    return re.fullmatch(gap.join(map(re.escape, damaged.split(LOST))), whole) is not None


def _same_order_apart(a: list[str], b: list[str]) -> bool:
    return Counter(a) == Counter(b)


def _same_letters(a: list[str], b: list[str]) -> bool:
    return "".join(a) == "".join(b)


def _same_ends(a: list[str], b: list[str]) -> bool:
    return min(len(a), len(b)) > 1 and (a[0], a[-1]) == (b[0], b[-1])


def _share_half(a: list[str], b: list[str]) -> bool:
    shared = (Counter(a) & Counter(b)).total()
    return shared > 0 and 2 * shared >= min(len(a), len(b))


#: What is asked of two lists of folded tokens that are not equal, in this order.
_LEVELS: tuple[tuple[NameAgreement, Callable[[list[str], list[str]], bool]], ...] = (
    (NameAgreement.ORDER, _same_order_apart),
    (NameAgreement.MERGED, _same_letters),
    (NameAgreement.MISSING_MIDDLE, _is_middle_missing),
    (NameAgreement.ABBREVIATED, _is_abbreviated),
    (NameAgreement.ONE_EDIT, lambda a, b: _edits(a, b) == 1),
    (NameAgreement.TWO_EDITS, lambda a, b: _edits(a, b) == 2),
    (NameAgreement.FAMILY_GIVEN, _same_ends),
    (NameAgreement.PARTIAL, _share_half),
)
