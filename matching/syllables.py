"""The letters of Vietnamese and the syllables that its spelling allows.

A letter is a base (a-z), a modifier (circumflex, breve, horn, stroke) and a tone. A syllable is an onset, a rime and a
tone; the table of rimes below is our own, from the spelling rules of the national alphabet (quốc ngữ). It decides two
things only: whether text was read in the wrong encoding (misread text is full of impossible syllables), and whether a
tone mark may be moved. It never decides that a name is wrong: minority, foreign and rare names are outside of it.
"""

import unicodedata
from functools import cache
from typing import NamedTuple


class Letter(NamedTuple):
    """One letter taken apart: `base` in a-z, `modifier` and `tone` as indexes of MODIFIERS and TONES."""

    base: str
    modifier: int
    tone: int


#: Combining marks of the modifiers; đ (stroke, 4) has none.
MODIFIERS = ("", "\u0302", "\u0306", "\u031b", "")
#: Combining marks of the tones: none, huyền, sắc, hỏi, ngã, nặng.
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
STROKE = 4
VOWELS = frozenset("aeiouy")
_MODIFIED_VOWELS = {"a": (0, 1, 2), "e": (0, 1), "i": (0,), "o": (0, 1, 3), "u": (0, 3), "y": (0,)}


def _letters() -> dict[str, Letter]:
    table = {chr(code): Letter(chr(code), 0, 0) for code in range(ord("a"), ord("z") + 1)}
    table["đ"] = Letter("d", STROKE, 0)
    for base, modifiers in _MODIFIED_VOWELS.items():
        for modifier in modifiers:
            for tone, mark in enumerate(TONES):
                composed = unicodedata.normalize("NFC", base + MODIFIERS[modifier] + mark)
                table[composed] = Letter(base, modifier, tone)
    return table


#: Every lower-case letter that a Vietnamese name can hold (with f, j, w, z), taken apart; and the way back.
LETTERS = _letters()
COMPOSED = {letter: text for text, letter in LETTERS.items()}
MARKS = {mark: (modifier, 0) for modifier, mark in enumerate(MODIFIERS) if mark} | {
    mark: (0, tone) for tone, mark in enumerate(TONES) if mark
}


def tone_position(letters: list[Letter]) -> int:
    """Say which letter of a syllable carries its tone, or -1 where the letters do not form one syllable.

    The older placement is canonical, as printed on identity documents: hòa, khỏe, thúy in open syllables, and the last
    vowel before a final consonant (hoàn, huỳnh). The u of qu- and the i of gi- before a vowel belong to the onset.
    """
    count = len(letters)
    first = 0
    if count > 2 and letters[2].base in VOWELS and letters[1].modifier == 0:
        first = 2 if (letters[0].base, letters[1].base) in {("q", "u"), ("g", "i")} else 0
    while first < count and letters[first].base not in VOWELS:
        first += 1
    last = first
    while last < count and letters[last].base in VOWELS:
        last += 1
    if first == last or any(letter.base in VOWELS for letter in letters[last:]):
        return -1
    modified = [position for position in range(first, last) if letters[position].modifier]
    if modified:
        return modified[-1]
    if last < count:
        return last - 1
    return first + (last - first > 2)


def place_tone(token: str) -> str:
    """Move the tone mark of a lower-case syllable to its canonical letter; anything else comes back as it was.

    Examples: hoà -> hòa, thuý -> thúy, qúy -> quý, gía -> giá, hòang -> hoàng; hoàn, suýt and huỳnh stay.
    """
    letters = [LETTERS.get(character) for character in token]
    known = [letter for letter in letters if letter is not None]
    toned = [position for position, letter in enumerate(known) if letter.tone]
    if len(known) != len(letters) or len(toned) != 1:
        return token
    position = tone_position(known)
    if position in (-1, toned[0]):
        return token
    tone = known[toned[0]].tone
    known[toned[0]] = known[toned[0]]._replace(tone=0)
    known[position] = known[position]._replace(tone=tone)
    moved = "".join(COMPOSED[letter] for letter in known)
    return moved if moved in syllables() else token


def _words(text: str) -> list[str]:
    return text.split()


_RIMES = _words("""
a ac ach ai am an ang anh ao ap at au ay  ăc ăm ăn ăng ăp ăt  âc âm ân âng âp ât âu ây
e ec em en eng eo ep et  ê êch êm ên ênh êp êt êu
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet oong ooc
ô ôc ôi ôm ôn ông ôp ôt  ơ ơi ơm ơn ơp ơt ơng
u ua uc ui um un ung up ut uôc uôi uôm uôn uông uôt uân uâng uât uây uê uêch uên uênh uơ
uy uya uych uyn uynh uyp uyt uyu uyên uyêt
ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
y
""")
_RIMES_ALONE = _words("yêm yên yêng yêt yêu")
_RIMES_AFTER_Q = _words("""
ua uac uach uai uan uang uanh uao uat uau uay uăc uăm uăn uăng uăp uăt uân uâng uât uây ue uen ueo uet
uê uên uênh uêt uêu uơ uơn uơt ui uin uinh uit uôc uy uych uyn uynh uyt uyu uyên uyêt uyêng
""")
_ONSETS = _words("b ch d đ h kh l m n nh p ph r s t th tr v x")
_FRONT = frozenset("eêiy")


def _toneless() -> set[str]:
    found = set(_RIMES) | set(_RIMES_ALONE) | {"q" + rime for rime in _RIMES_AFTER_Q}
    for rime in _RIMES:
        found.update(onset + rime for onset in _ONSETS)
        found.update(onset + rime for onset in (("k", "gh", "ngh") if rime[0] in _FRONT else ("c", "g", "ng")))
        if rime[0] == "i":
            found.add("g" + rime)
        elif rime[0] != "y":
            found.add("gi" + rime)
    return found


@cache
def syllables() -> frozenset[str]:
    """Give every lower-case syllable that the spelling allows, tone in its canonical place (about 19,000).

    A syllable that ends in a stop (c, ch, p, t) carries sắc or nặng and nothing else.
    """
    found: set[str] = set()
    for toneless in _toneless():
        stopped = toneless[-1] in "cpt" or toneless.endswith("ch")
        found.update(with_tone(toneless, tone) for tone in ((2, 5) if stopped else range(6)))
    return frozenset(found)


@cache
def plain_syllables() -> frozenset[str]:
    """Give every syllable as it reads without any mark (about 2,500)."""
    return frozenset("".join(LETTERS[character].base for character in word) for word in syllables())


def with_tone(toneless: str, tone: int) -> str:
    """Put a tone on a lower-case syllable, or give the text back where it is none."""
    letters = [LETTERS[character] for character in toneless if character in LETTERS]
    position = tone_position(letters) if len(letters) == len(toneless) else -1
    if position < 0 or letters[position].tone:
        return toneless
    return toneless[:position] + COMPOSED[letters[position]._replace(tone=tone)] + toneless[position + 1 :]


def is_syllable(token: str) -> bool:
    """Say whether a lower-case token, its tone anywhere in the syllable, is one that Vietnamese spelling allows."""
    return token in syllables() or place_tone(token) in syllables()
