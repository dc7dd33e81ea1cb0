"""What goes wrong between a person and the record of a SIM: in the number, the birth date and the words of the name."""

from datetime import date

import numpy as np
import numpy.typing as npt

from engine.synthetic import calendar, columns
from engine.synthetic.columns import Bytes, Flags
from engine.synthetic.draw import Index, Words, below, high, low
from engine.synthetic.lexicon import Lexicon
from engine.synthetic.population import GIVEN, MIDDLE, MIDDLE_2, SURNAME, SURNAME_2, mixed
from engine.synthetic.profiles import ID_FORMS
from engine.synthetic.spelling import toned_variants

PREFIX, SUFFIX = 0, 6
Codes = npt.NDArray[np.int32]

# --- identity numbers -----------------------------------------------------------------------------------------------


def mistype_digits(matrix: Bytes, lengths: Index, rows: Index, word: Words) -> None:
    """Get one digit wrong, exchange two neighbours, or (rarely) lose one; a number is changed in every case."""
    at = below(low(word), np.maximum(lengths[rows] - 1, 1))
    kind = below(high(word), 100)
    step = 1 + below(low(mixed(word)), 9)
    wrong = np.flatnonzero(kind < 65)
    _turn_digit(matrix, rows[wrong], at[wrong], step[wrong])
    swapped = np.flatnonzero((kind >= 65) & (kind < 90))
    row, place = rows[swapped], at[swapped]
    first, second = matrix[row, place].copy(), matrix[row, place + 1].copy()
    matrix[row, place], matrix[row, place + 1] = second, first
    same = np.flatnonzero(first == second)
    _turn_digit(matrix, row[same], place[same], step[swapped][same])
    lost = np.flatnonzero(kind >= 90)
    for place_lost in range(12):
        gone = rows[lost[at[lost] == place_lost]]
        matrix[gone, place_lost:-1] = matrix[gone, place_lost + 1 :]
    lengths[rows[lost]] -= 1


def _turn_digit(matrix: Bytes, rows: Index, places: Index, step: Index) -> None:
    old = matrix[rows, places].astype(np.int64)
    is_digit = (old >= 48) & (old <= 57)
    matrix[rows, places] = np.where(is_digit, 48 + (old - 48 + step) % 10, 65 + (old - 65 + step) % 26)


_COUNTING = np.frombuffer(b"123456789012", np.uint8)
_REFUSALS = np.frombuffer(b"KHONGCOCMND ", np.uint8)


def junk_numbers(matrix: Bytes, lengths: Index, rows: Index, word: Words) -> None:
    """Put what is typed to get past a form: one digit repeated, counting, a few digits, a word, no such province."""
    kind, again = below(low(word), 5), mixed(word)
    twelve = np.where(below(low(again), 2) == 0, 12, 9)
    repeated, counting, few, refusal, impossible = (np.flatnonzero(kind == number) for number in range(5))
    matrix[rows[repeated]] = (48 + below(high(word[repeated]), 10)).astype(np.uint8)[:, None]
    lengths[rows[repeated]] = twelve[repeated]
    matrix[rows[counting]] = _COUNTING
    lengths[rows[counting]] = twelve[counting]
    matrix[rows[few], :6] = columns.digit_matrix(below(high(again[few]), 1_000_000), 6)
    lengths[rows[few]] = 3 + below(low(mixed(again[few])), 4)
    matrix[rows[refusal]] = _REFUSALS
    lengths[rows[refusal]] = 11
    matrix[rows[impossible], :3] = ord("9")
    matrix[rows[impossible], 3:] = columns.digit_matrix(below(high(again[impossible]), 1_000_000_000), 9)
    lengths[rows[impossible]] = 12


def dress_numbers(matrix: Bytes, lengths: Index, form: Index) -> tuple[Bytes, Index, Index]:
    """Write numbers as spreadsheets and clerks do; gives bytes, lengths and the forms really used.

    A zero can only be lost where there is one in front; the other forms need twelve or nine digits.
    """
    digits = ((matrix[:, 0] >= 48) & (matrix[:, 0] <= 57)) & ((lengths == 12) | (lengths == 9))
    zero = matrix[:, 0] == 48
    needs_zero = form == ID_FORMS.index("zero_lost")
    form = np.where(digits & (zero | ~needs_zero), form, 0)
    wide = np.zeros((len(matrix), 36), np.uint8)
    wide[:, :12] = matrix
    sizes = lengths.copy()
    for number, name in enumerate(ID_FORMS):
        for length in (12, 9):
            rows = np.flatnonzero((form == number) & (lengths == length)) if number else np.zeros(0, np.int64)
            if len(rows):
                sizes[rows] = _dress(wide, rows, length, name)
    return wide, sizes, form


def _dress(wide: Bytes, rows: Index, length: int, name: str) -> int:
    """Rewrite the rows in one form; gives the length it takes (trailing places stay 0 and are cut off)."""
    digits = wide[rows, :length].copy()
    if name == "full_width":
        wide[rows, 0 : length * 3 : 3], wide[rows, 1 : length * 3 : 3] = 0xEF, 0xBC
        wide[rows, 2 : length * 3 : 3] = digits - 48 + 0x90
        return length * 3
    if name == "letter_o":
        wide[rows, :length] = np.where(digits == 48, ord("O"), digits)
        return length
    if name == "scientific":
        value = digits[:, 1:] if length == 12 else digits
        wide[rows, 0], wide[rows, 1] = value[:, 0], ord(".")
        wide[rows, 2:6] = value[:, 1:5]
        wide[rows, 6:10] = np.frombuffer(b"E+10" if length == 12 else b"E+08", np.uint8)
        return 10
    lead, groups, tail = _DRESSES[name]
    skip = 1 if name in {"zero_lost", "float"} and length == 12 else int(name == "zero_lost")
    at = len(lead)
    wide[rows, :at] = np.frombuffer(lead, np.uint8)
    for place in range(skip, length):
        if place in groups:
            wide[rows, at] = groups[place]
            at += 1
        wide[rows, at] = digits[:, place]
        at += 1
    wide[rows, at : at + len(tail)] = np.frombuffer(tail, np.uint8)
    return at + len(tail)


_DRESSES: dict[str, tuple[bytes, dict[int, int], bytes]] = {
    "spaced": (b"", {3: 32, 6: 32, 9: 32}, b""),
    "dotted": (b"", {3: 46, 6: 46, 9: 46}, b""),
    "zero_lost": (b"", {}, b""),
    "float": (b"", {}, b".0"),
    "apostrophe": (b"'", {}, b""),
    "labelled": (b"CCCD ", {}, b""),
    "no_break_space": (b"", {}, b"\xc2\xa0"),
}

# --- birth dates ----------------------------------------------------------------------------------------------------


def other_day(days: Index, halves: Words) -> Index:
    """Give another day of the same month."""
    first, length = calendar.month_of(days)
    return first + (days - first + 1 + below(halves, length - 1)) % length


def other_year(days: Index, halves: Words, as_of: date) -> Index:
    """Give the same day one to ten years off, mostly one or a decade; never after `as_of`."""
    steps = np.array([1, -1, 1, -1, 2, -2, 10, -10, 3, -5])[below(halves, 10)]
    january = calendar.first_of_january(days)
    year = 1970 + np.round(january / 365.2425).astype(np.int64)
    steps = np.where(year + steps > as_of.year - 1, -np.abs(steps), steps)
    # The day in a year without 29 February, so that month and day stay what they are (29 February reads as 28).
    place = days - january
    leap = calendar.is_leap(year)
    place -= leap & (place >= 59)
    place += calendar.is_leap(year + steps) & (place >= 59)
    return np.asarray(calendar.year_start(year + steps) + place, np.int64)


# --- names ----------------------------------------------------------------------------------------------------------


def damage_words(words: Codes, error: str, noise: Words, female: Flags, lexicon: Lexicon) -> Codes:  # noqa: PLR0911
    """Give the words of names after a mistake that concerns whole words; other mistakes leave them alone."""
    if error == "middle_dropped":
        return _drop_middle(words, lexicon)
    if error == "order":
        return _turn(words, below(low(noise), 2) == 0)
    if error == "title":
        return _entitle(words, noise, female, lexicon)
    if error == "abbreviated":
        words[:, SURNAME] = lexicon.abbreviated[words[:, SURNAME]]
        return words
    if error == "initials":
        for slot in (SURNAME, SURNAME_2, MIDDLE, MIDDLE_2):
            words[:, slot] = lexicon.initial[words[:, slot]]
        return words
    if error == "company":
        return _company(words, noise, lexicon)
    if error == "placeholder":
        words[:] = 0
        words[:, GIVEN] = lexicon.placeholders[below(low(noise), len(lexicon.placeholders))]
        return words
    if error in {"tone_placement", "i_or_y"}:
        other = lexicon.tone_on_second if error == "tone_placement" else lexicon.i_for_y
        return other[words]
    if error == "other_name":
        words[:, GIVEN] = lexicon.nicknames[below(low(noise), len(lexicon.nicknames))]
    return words


def damage_text(text: str, error: str, noise: int) -> str:  # noqa: PLR0911
    """Give a name after a mistake that concerns its letters; `noise` (64 bits) says where and which."""
    if error == "two_typos":
        return _mistype(_mistype(text, noise), noise >> 20)
    if error == "typo":
        return _mistype(text, noise)
    if error == "invisible":
        if noise & 1:
            return text + "\u00a0"
        at = noise // 4 % (len(text) + 1)
        return text[:at] + ("\ufeff" if noise & 2 else "\u200b") + text[at:]
    if error == "split":
        places = [at for at in range(1, len(text)) if " " not in text[at - 1 : at + 1]]
    elif error == "tone":
        places = [at for at, letter in enumerate(text) if toned_variants(letter)]
    else:
        places = [at for at, letter in enumerate(text) if letter == " "]
    if not places:
        return text
    at = places[noise % len(places)]
    if error == "tone":
        return text[:at] + toned_variants(text[at])[(noise >> 16) % 5] + text[at + 1 :]
    if error == "merged":
        return text[:at] + text[at + 1 :]
    return text[:at] + " " + text[at:]


def _mistype(text: str, noise: int) -> str:
    """Strike a wrong key, leave a letter out, strike one twice as it were, or exchange two: never a space."""
    places = [at for at, letter in enumerate(text) if letter != " "]
    if not places:
        return text
    at, kind = places[noise % len(places)], (noise >> 8) % 4
    key = chr(97 + (noise >> 12) % 26)
    if kind == 0 and len(places) > 2:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[: at + 1] + key + text[at + 1 :]
    if kind == 2 and text[at + 1 : at + 2].strip() and text[at + 1] != text[at]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if key == text[at].lower():
        key = "n" if key == "m" else "m"
    return text[:at] + (key.upper() if text[at].isupper() else key) + text[at + 1 :]


def _drop_middle(words: Codes, lexicon: Lexicon) -> Codes:
    """Leave out Thị, Văn or what else stands in the middle, the first of several; behind Y or H' stands the name."""
    done = lexicon.marks[words[:, SURNAME]]
    for slot in (MIDDLE, MIDDLE_2, SURNAME_2):
        rows = (words[:, slot] > 0) & ~done
        words[rows, slot] = 0
        done |= rows
    return words


def _turn(words: Codes, given_first: Flags) -> Codes:
    """Put the given name first, or the family name last."""
    first = words[:, [PREFIX, GIVEN, SURNAME, SURNAME_2, MIDDLE, MIDDLE_2, SUFFIX, 7]]
    last = words[:, [PREFIX, MIDDLE, MIDDLE_2, GIVEN, SURNAME, SURNAME_2, SUFFIX, 7]]
    return np.where(given_first[:, None], first, last)


def _entitle(words: Codes, noise: Words, female: Flags, lexicon: Lexicon) -> Codes:
    choice = below(low(noise), len(lexicon.titles[0]))
    words[:, PREFIX] = np.where(female, lexicon.titles[1][choice], lexicon.titles[0][choice])
    return words


def _company(words: Codes, noise: Words, lexicon: Lexicon) -> Codes:
    words[:, PREFIX] = lexicon.companies[below(low(noise), len(lexicon.companies))]
    words[:, SURNAME : SURNAME_2 + 1] = 0
    words[:, MIDDLE_2] = 0
    return words
