"""Writes generated names: words joined, damaged as told, spelled in one of many ways, encoded in UTF-8."""

import numpy as np

from matching.kernels import inline, kernel

EDIT_NONE, EDIT_TYPO, EDIT_TWO_TYPOS, EDIT_TONE, EDIT_MERGE, EDIT_SPLIT, EDIT_SPACES, EDIT_INVISIBLE = range(8)
CASE_AS_IS, CASE_UPPER, CASE_LOWER = range(3)
LETTERS = 0x2000
SPELLED = 6  # code points at most that one letter becomes
_ROW_ROOM = 4096
_LINE = 256


@inline
def _next(word):
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@kernel
def write_names(
    pool, pool_ends, points, point_ends, codes, edits, spellings, cases, tails, noise,
    letter_of, spelled, late, toned, upper, lower,
):  # fmt: skip
    """Give bytes and offsets of one name per row of `codes`, words in slot order joined by single spaces.

    pool/points: the words in UTF-8 and in code points, with ends; letter_of: code point -> letter (0 for other);
    spelled[s, letter]: what the letter becomes in spelling s; late[s, letter]: what is written at the end of its token;
    toned[letter]: the six tones of its vowel (0 where it has none). A tail is digits behind a leading 1; 0 is no tail.
    """
    rows = codes.shape[0]
    out = np.empty(rows * 28 + _ROW_ROOM, np.uint8)
    ends = np.zeros(rows + 1, np.int64)
    line = np.empty(_LINE, np.uint32)
    used = 0
    for row in range(rows):
        if used + _ROW_ROOM > len(out):
            wider = np.empty(len(out) + len(out) // 2 + _ROW_ROOM, np.uint8)
            wider[:used] = out[:used]
            out = wider
        edit, spelling, case, tail = edits[row], spellings[row], cases[row], tails[row]
        if edit == 0 and spelling == 0 and case == 0 and tail == 0:
            for slot in range(codes.shape[1]):
                word = codes[row, slot]
                if word > 0:
                    if used > ends[row] and out[used - 1] != 39:
                        out[used] = 32
                        used += 1
                    for place in range(pool_ends[word], pool_ends[word + 1]):
                        out[used] = pool[place]
                        used += 1
            ends[row + 1] = used
            continue
        length = 0
        for slot in range(codes.shape[1]):
            word = codes[row, slot]
            if word > 0:
                if length > 0 and line[length - 1] != 39:
                    line[length] = 32
                    length += 1
                for place in range(point_ends[word], point_ends[word + 1]):
                    line[length] = points[place]
                    length += 1
        word_noise = noise[row]
        typos = edit if edit <= 2 else 0
        for _ in range(typos):
            word_noise = _next(word_noise)
            at = np.int64((word_noise & np.uint64(0xFFFF)) % np.uint64(max(length, 1)))
            new = np.uint32(97 + ((word_noise >> np.uint64(16)) & np.uint64(0xFFFF)) % np.uint64(26))
            kind = (word_noise >> np.uint64(32)) & np.uint64(3)
            if length > 0 and line[at] == 32:
                at = at + 1 if at + 1 < length else at - 1
            if kind == 0 or length < 3:
                if length > 0:
                    new = upper[new] if line[at] < 0x2000 and upper[line[at]] == line[at] else new
                    line[at] = new if new != line[at] else np.uint32(line[at] ^ 1)
            elif kind == 1:
                for place in range(at, length - 1):
                    line[place] = line[place + 1]
                length -= 1
            elif kind == 2:
                for place in range(length, at + 1, -1):
                    line[place] = line[place - 1]
                line[at + 1] = new
                length += 1
            else:
                if at + 1 >= length or line[at + 1] == 32:
                    at = at - 1 if at > 0 else at
                if at + 1 < length and line[at] != line[at + 1] and line[at] != 32:
                    line[at], line[at + 1] = line[at + 1], line[at]
                else:
                    line[at] = np.uint32(110) if line[at] != 110 else np.uint32(109)
        if edit == EDIT_TONE:
            start = np.int64((word_noise & np.uint64(0xFFFF)) % np.uint64(max(length, 1)))
            for step in range(length):
                at = (start + step) % length
                letter = letter_of[line[at]] if line[at] < LETTERS else 0
                if toned[letter, 0] != 0:
                    for turn in range(6):
                        choice = toned[letter, ((word_noise >> np.uint64(20)) + np.uint64(turn)) % np.uint64(6)]
                        if choice != line[at]:
                            line[at] = choice
                            break
                    break
        elif edit >= EDIT_MERGE:
            start = np.int64((word_noise & np.uint64(0xFFFF)) % np.uint64(max(length, 1)))
            if edit == EDIT_MERGE:
                for step in range(length):
                    at = (start + step) % length
                    if line[at] == 32:
                        for place in range(at, length - 1):
                            line[place] = line[place + 1]
                        length -= 1
                        break
            else:
                added = np.uint32(32)
                at = max(start, 1) if length > 1 else length
                if edit == EDIT_INVISIBLE:
                    kind = (word_noise >> np.uint64(32)) & np.uint64(3)
                    added = np.uint32(0x200B) if kind == 0 else np.uint32(0xFEFF) if kind == 1 else np.uint32(0xA0)
                    if kind >= 2:  # a no-break space stands where a space was, or at the end
                        at = length
                elif edit == EDIT_SPLIT:
                    for step in range(length):
                        place = 1 + (start + step) % max(length - 1, 1)
                        if place < length and line[place] != 32 and line[place - 1] != 32:
                            at = place
                            break
                else:
                    for step in range(length):
                        place = (start + step) % length
                        if line[place] == 32:
                            at = place
                            break
                for place in range(length, at, -1):
                    line[place] = line[place - 1]
                line[at] = added
                length += 1
        if case != CASE_AS_IS:
            for place in range(length):
                if line[place] < LETTERS:
                    line[place] = upper[line[place]] if case == CASE_UPPER else lower[line[place]]
        if tail != 0:
            line[length] = 32
            length += 1
            divisor = np.uint64(1)
            while tail // divisor >= np.uint64(10):
                divisor *= np.uint64(10)
            divisor //= np.uint64(10)
            while divisor > 0:
                line[length] = np.uint32(48) + np.uint32(tail // divisor % np.uint64(10))
                length += 1
                divisor //= np.uint64(10)
        waiting = np.uint32(0)
        for place in range(length + 1):
            point = line[place] if place < length else np.uint32(32)
            letter = letter_of[point] if point < LETTERS else 0
            if letter == 0 and waiting != 0:
                out[used] = waiting
                used += 1
                waiting = np.uint32(0)
            if place == length:
                break
            if letter != 0 and late[spelling, letter] != 0:
                waiting = late[spelling, letter]
            for turn in range(SPELLED):
                value = point
                if letter != 0:
                    value = spelled[spelling, letter, turn]
                if value == 0:
                    break
                if value < 0x80:
                    out[used] = value
                    used += 1
                elif value < 0x800:
                    out[used] = np.uint32(0xC0) | value >> np.uint32(6)
                    out[used + 1] = np.uint32(0x80) | value & np.uint32(0x3F)
                    used += 2
                else:
                    out[used] = np.uint32(0xE0) | value >> np.uint32(12)
                    out[used + 1] = np.uint32(0x80) | value >> np.uint32(6) & np.uint32(0x3F)
                    out[used + 2] = np.uint32(0x80) | value & np.uint32(0x3F)
                    used += 3
                if letter == 0:
                    break
        ends[row + 1] = used
    return out[:used], ends
