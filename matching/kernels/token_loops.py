"""The compiled loops behind `matching.kernels.tokens`: raw bytes of names to token codes.

A table of tokens is a pool of canonical bytes, their offsets, their hashes and open-addressing slots (index + 1). The
parent's table is read, the own one is added to; the caller keeps room in it and starts again where a loop stopped.
"""

import numpy as np

from matching.kernels import bare_kernel, bare_part, inline, letters
from matching.names import NameFlag

LETTERS_MAX = 64
_WILDCARD = ord("?")
_APOSTROPHE = ord("'")
_FULL_STOP = ord(".")
_SEED = np.uint64(0xCBF29CE484222325)
_PRIME = np.uint64(0x100000001B3)
_MIX_1 = np.uint64(0xFF51AFD7ED558CCD)
_MIX_2 = np.uint64(0xC4CEB9FE1A85EC53)
_SPREAD_1 = np.uint64(0x9E3779B97F4A7C15)
_SPREAD_2 = np.uint64(0xD6E8FEB86659FD93)
_BY_33 = np.uint64(33)
_BY_32 = np.uint64(32)
_BY_56 = np.uint64(56)
_BY_63 = np.uint64(63)
_SEVEN = np.uint64(7)
_TWO = np.uint64(2)
_BELOW = np.uint64(0x4141414141414141)
_TOPS = np.uint64(0x8080808080808080)
_PLACES = np.uint64(0x0001020304050607)
_ONE = np.uint64(1)
_NOUGHT = np.int64(0)  # a literal would compile a second copy of what it is given to
_ZERO = np.uint64(0)

# Bits of a raw token's entry beside its NameFlag bits.
_SUSPECT = 1 << 31
_IF_FIRST = 1 << 30
_VARIED = 1 << 29
_MARKED = 1 << 28
_SINGLE = 1 << 27
_FLAGS = (1 << 24) - 1

_NAME_COMPOSED = int(NameFlag.COMPOSED)
_NAME_TONE_MOVED = int(NameFlag.TONE_MOVED)
_NAME_LOOKALIKE = int(NameFlag.LOOKALIKE)
_NAME_LOST = int(NameFlag.LOST)
_NAME_ABBREVIATED = int(NameFlag.ABBREVIATED)
_NAME_ASCII_ONLY = int(NameFlag.ASCII_ONLY)
_NAME_DIGITS = int(NameFlag.DIGITS)
_NAME_EMPTY = int(NameFlag.EMPTY)

# The state array that the loops share with their caller: own tokens, own bytes, raw tokens, suspect rows.
OWN, OWN_BYTES, RAW, SUSPECTS = range(4)


@bare_part
def _mix(value):
    value ^= value >> _BY_33
    value *= _MIX_1
    value ^= value >> _BY_33
    value *= _MIX_2
    return value ^ (value >> _BY_33)


@bare_part
def stable_hash(data, start, stop):
    """Hash bytes to uint64, never 0; the same on every machine and in every release."""
    value = _SEED
    for i in range(start, stop):
        value = (value ^ np.uint64(data[i])) * _PRIME
    value = _mix(value)
    return value if value != _ZERO else _ONE


@bare_kernel
def hash_pool(data, offsets, out):
    for i in range(len(offsets) - 1):
        out[i] = stable_hash(data, offsets[i], offsets[i + 1])


@bare_part
def _find(data, start, stop, value, pool, pool_offsets, hashes, slots):
    """Find a canonical token in one table: its index + 1, or 0."""
    mask = np.uint64(len(slots) - 1)
    at = value & mask
    while True:
        entry = np.int64(slots[at])
        if entry == 0:
            return 0
        if hashes[entry - 1] == value:
            first = pool_offsets[entry - 1]
            length = pool_offsets[entry] - first
            if length == stop - start:
                same = True
                for i in range(length):
                    if pool[first + i] != data[start + i]:
                        same = False
                        break
                if same:
                    return entry
        at = (at + _ONE) & mask


@bare_part
def _intern(
    data,
    start,
    stop,
    parent,
    parent_offsets,
    parent_hashes,
    parent_slots,
    own,
    own_offsets,
    own_hashes,
    own_slots,
    state,
):
    """Give the code of a canonical token, adding it to the own table if neither table has it; the caller keeps room."""
    value = stable_hash(data, start, stop)
    if len(parent_hashes) > 0:
        entry = _find(data, start, stop, value, parent, parent_offsets, parent_hashes, parent_slots)
        if entry > 0:
            return entry
    entry = _find(data, start, stop, value, own, own_offsets, own_hashes, own_slots)
    if entry == 0:
        count = state[OWN]
        used = state[OWN_BYTES]
        for i in range(stop - start):
            own[used + i] = data[start + i]
        own_offsets[count + 1] = used + stop - start
        own_hashes[count] = value
        mask = np.uint64(len(own_slots) - 1)
        at = value & mask
        while own_slots[at] != 0:
            at = (at + _ONE) & mask
        own_slots[at] = np.uint32(count + 1)
        state[OWN] = count + 1
        state[OWN_BYTES] = used + stop - start
        entry = count + 1
    return len(parent_hashes) + entry


@bare_kernel
def intern_all(
    data,
    offsets,
    start,
    parent,
    parent_offsets,
    parent_hashes,
    parent_slots,
    own,
    own_offsets,
    own_hashes,
    own_slots,
    state,
    codes,
):
    """Give the codes of canonical tokens; stops and says where if the own table must grow first."""
    for row in range(start, len(offsets) - 1):
        length = offsets[row + 1] - offsets[row]
        if (
            2 * (state[OWN] + 2) > len(own_slots)
            or state[OWN] + 2 >= len(own_hashes)
            or state[OWN_BYTES] + length > len(own)
        ):
            return row
        codes[row] = _intern(
            data, offsets[row], offsets[row + 1], parent, parent_offsets, parent_hashes, parent_slots,
            own, own_offsets, own_hashes, own_slots, state,
        )  # fmt: skip
    return len(offsets) - 1


@bare_kernel
def fill_slots(hashes, slots):
    mask = np.uint64(len(slots) - 1)
    for i in range(len(hashes)):
        at = hashes[i] & mask
        while slots[at] != 0:
            at = (at + _ONE) & mask
        slots[at] = np.uint32(i + 1)


@bare_part
def _known(value, hashes, marks):
    low = 0
    high = len(hashes)
    while low < high:
        middle = (low + high) >> 1
        if hashes[middle] < value:
            low = middle + 1
        else:
            high = middle
    return np.int64(marks[low]) if low < len(hashes) and hashes[low] == value else 0


@bare_part
def _write(scratch, at, point):
    if point < 0x80:
        scratch[at] = point
        return at + 1
    if point < 0x800:
        scratch[at] = 0xC0 | (point >> 6)
        scratch[at + 1] = 0x80 | (point & 0x3F)
        return at + 2
    scratch[at] = 0xE0 | (point >> 12)
    scratch[at + 1] = 0x80 | ((point >> 6) & 0x3F)
    scratch[at + 2] = 0x80 | (point & 0x3F)
    return at + 3


@inline
def _is_vowel(base):
    return base == 97 or base == 101 or base == 105 or base == 111 or base == 117 or base == 121


@bare_part
def _tone_position(parts, count):
    first = 0
    if count > 2 and _is_vowel(parts[2, 0]) and parts[1, 1] == 0:
        if (parts[0, 0] == 113 and parts[1, 0] == 117) or (parts[0, 0] == 103 and parts[1, 0] == 105):
            first = 2
    while first < count and not _is_vowel(parts[first, 0]):
        first += 1
    last = first
    while last < count and _is_vowel(parts[last, 0]):
        last += 1
    if first == last:
        return -1
    for i in range(last, count):
        if _is_vowel(parts[i, 0]):
            return -1
    for i in range(last - 1, first - 1, -1):
        if parts[i, 1] != 0:
            return i
    if last < count:
        return last - 1
    return first + 1 if last - first > 2 else first


@bare_part
def _compose(parts, count, composed, scratch):
    at = _NOUGHT
    for i in range(count):
        if parts[i, 0] < 97:
            scratch[at] = parts[i, 0]
            at += 1
        else:
            at = _write(scratch, at, np.int64(composed[((parts[i, 0] - 97) * 5 + parts[i, 1]) * 6 + parts[i, 2]]))
    return at


@bare_part
def _canonical(data, start, stop, points, composed, known_hashes, known_marks, parts, scratch, folded):
    """Write the canonical and the folded bytes of one raw token; give (lengths, entry bits), _SUSPECT if it cannot."""
    bits = np.int64(0)
    count = 0
    latin_1 = False
    beyond = False
    lower_before = False
    apostrophe = False
    apostrophes = 0
    digits = 0
    wildcards = 0
    i = start
    while i < stop:
        byte = np.int64(data[i])
        if byte < 0x80:
            point = byte
            i += 1
        elif 0xC2 <= byte < 0xE0 and i + 1 < stop:
            point = ((byte & 0x1F) << 6) | (np.int64(data[i + 1]) & 0x3F)
            i += 2
        elif 0xE0 <= byte < 0xF0 and i + 2 < stop:
            point = ((byte & 0x0F) << 12) | ((np.int64(data[i + 1]) & 0x3F) << 6) | (np.int64(data[i + 2]) & 0x3F)
            i += 3
        else:
            return _NOUGHT, _NOUGHT, np.int64(_SUSPECT)
        if point < letters.LIMIT:
            entry = np.int64(points[point])
        elif point == 0xFFFD:
            entry = np.int64(letters.WILDCARD)
        elif point == 0x2018 or point == 0x2019 or point == 0x2032:
            entry = np.int64(letters.APOSTROPHE)
        else:
            return _NOUGHT, _NOUGHT, np.int64(_SUSPECT)
        kind = entry & 7
        if kind == letters.MARK:
            modifier = (entry >> 16) & 7
            tone = (entry >> 20) & 7
            if count == 0 or apostrophe or parts[count - 1, 0] < 97:
                return _NOUGHT, _NOUGHT, np.int64(_SUSPECT)
            if (modifier and parts[count - 1, 1]) or (tone and parts[count - 1, 2]):
                return _NOUGHT, _NOUGHT, np.int64(_SUSPECT)
            parts[count - 1, 1] |= modifier
            parts[count - 1, 2] |= tone
            if composed[((parts[count - 1, 0] - 97) * 5 + parts[count - 1, 1]) * 6 + parts[count - 1, 2]] == 0:
                return _NOUGHT, _NOUGHT, np.int64(_SUSPECT)
            beyond = True
            bits |= _NAME_COMPOSED
            continue
        if kind == letters.APOSTROPHE:
            apostrophe = True
            continue
        if kind == letters.PLAIN_PATH or kind == letters.SEPARATOR or count + 2 >= LETTERS_MAX:
            return _NOUGHT, _NOUGHT, np.int64(_SUSPECT)
        if apostrophe and count > 0:
            parts[count, 0] = _APOSTROPHE
            parts[count, 1] = 0
            parts[count, 2] = 0
            count += 1
            apostrophes += 1
        apostrophe = False
        if kind == letters.WILDCARD:
            lower_before = False
            if count > 0 and parts[count - 1, 0] == _WILDCARD:
                continue
            wildcards += 1
            parts[count, 0] = _WILDCARD
        else:
            parts[count, 0] = (entry >> 8) & 0xFF
        if kind == letters.DIGIT:
            digits += 1
            lower_before = False
        elif kind == letters.LETTER:
            upper = (entry & letters.UPPER) != 0
            if 0x80 <= point <= 0xFF:
                latin_1 = True
                if upper and lower_before:
                    return _NOUGHT, _NOUGHT, np.int64(_SUSPECT)
            elif point > 0xFF:
                beyond = True
            lower_before = not upper
            if entry & letters.LOOKALIKE:
                bits |= _NAME_LOOKALIKE
        parts[count, 1] = (entry >> 16) & 7
        parts[count, 2] = (entry >> 20) & 7
        count += 1
    if apostrophe and count == 1:
        parts[1, 0] = _APOSTROPHE
        parts[1, 1] = 0
        parts[1, 2] = 0
        count = 2
        apostrophes = 1
    special = apostrophes + digits + wildcards
    if digits:
        bits |= _NAME_DIGITS
    if wildcards:
        bits |= _NAME_LOST
    if count == apostrophes + digits:
        return _NOUGHT, _NOUGHT, bits
    toned = -1
    tones = 0
    vowels = 0
    folded_count = _NOUGHT
    for i in range(count):
        base = parts[i, 0]
        if parts[i, 2] != 0:
            tones += 1
            toned = i
        if _is_vowel(base):
            vowels += 1
        if parts[i, 1] != 0 or parts[i, 2] != 0:
            bits |= _MARKED
        if base != _APOSTROPHE:
            folded[folded_count] = base
            if base != folded[0]:
                bits |= _VARIED
            folded_count += 1
    if special and tones:
        return _NOUGHT, _NOUGHT, np.int64(_SUSPECT)
    position = _tone_position(parts, count) if tones == 1 else -1
    moving = position >= 0 and position != toned
    if moving:
        parts[position, 2] = parts[toned, 2]
        parts[toned, 2] = 0
    while True:
        length = _compose(parts, count, composed, scratch)
        marks = _known(stable_hash(scratch, _NOUGHT, length), known_hashes, known_marks)
        if not moving or marks & letters.SYLLABLE:
            break
        moving = False
        parts[toned, 2] = parts[position, 2]
        parts[position, 2] = 0
    if latin_1 and not beyond and not marks & letters.SYLLABLE:
        return _NOUGHT, _NOUGHT, np.int64(_SUSPECT)
    if marks & letters.TITLE:
        bits |= _IF_FIRST
    if moving:
        bits |= _NAME_TONE_MOVED
    if not special:
        if count == 1:
            bits |= _SINGLE
        if vowels == 0 and count <= 3:
            if not (count == 1 and parts[0, 1] == 0 and (parts[0, 0] == 104 or parts[0, 0] == 107)):
                bits |= _NAME_ABBREVIATED
    marks = _known(stable_hash(folded, _NOUGHT, folded_count), known_hashes, known_marks)
    if marks & letters.ANYWHERE:
        return _NOUGHT, _NOUGHT, np.int64(_SUSPECT)
    if marks & letters.FIRST:
        bits |= _IF_FIRST
    return length, folded_count, bits


@inline
def _raw_slot(low, high):
    spread = (low * _SPREAD_1) ^ (high * _SPREAD_2)
    return spread ^ (spread >> _BY_32)


@inline
def _below_letters(word):
    """Set the top bit of each of the eight bytes that is below `A`; exact up to the first such byte."""
    return (word - _BELOW) & ~word & _TOPS


@inline
def _place_of(tops):
    """Give the place of the lowest byte whose top bit is set."""
    return np.int64((((tops & (~tops + _ONE)) >> _SEVEN) * _PLACES) >> _BY_56)


@bare_kernel
def encode_rows(
    data, words, offsets, start, separators, points, composed, known_hashes, known_marks,
    parent, parent_offsets, parent_hashes, parent_slots, own, own_offsets, own_hashes, own_slots, own_fold,
    raw, state, codes, counts, flags, suspects, parts, scratch, folded,
):  # fmt: skip
    """Encode rows from `start` on; give the row before which a table must grow, or the number of rows.

    `words` are the bytes of `data` as little-endian uint64, as far as whole ones go. `raw` is the table of raw tokens,
    four uint64 an entry: bytes 0-7, bytes 8-15, code with flags above it, unused. `parts` int64[LETTERS_MAX, 3],
    `scratch` uint8[4 * LETTERS_MAX] and `folded` uint8[LETTERS_MAX] are room to work in.
    """
    rows = len(offsets) - 1
    mask = np.uint64(len(raw) // 4 - 1)
    last_word = len(words) - 3
    for row in range(start, rows):
        at = offsets[row]
        stop = offsets[row + 1]
        length = stop - at
        if (
            2 * (state[OWN] + length + 2) > len(own_slots)
            or state[OWN] + length + 2 >= len(own_hashes)
            or state[OWN_BYTES] + 4 * length + 16 > len(own)
            or 8 * (state[RAW] + length + 2) > len(raw)
        ):
            return row
        count = 0
        bits = np.int64(0)
        while at < stop:
            if separators[data[at]]:
                at += 1
                continue
            first = at
            low = _ZERO
            high = _ZERO
            ended = False
            word = at >> 3
            if word <= last_word:
                # Sixteen bytes at once; the token ends at the first byte below the letters, if that separates.
                shift = np.uint64((at & 7) << 3)
                rest = _BY_63 - shift
                middle = words[word + 1]
                low = (words[word] >> shift) | ((middle << _ONE) << rest)
                tops = _below_letters(low)
                if tops:
                    size = min(_place_of(tops), stop - at)
                else:
                    high = (middle >> shift) | ((words[word + 2] << _ONE) << rest)
                    tops = _below_letters(high)
                    size = min(8 + _place_of(tops) if tops else 16, stop - at)
                ended = at + size == stop or separators[data[at + size]]
                if ended:
                    if size < 8:
                        low &= (_ONE << np.uint64(8 * size)) - _ONE
                        high = _ZERO
                    elif size < 16:
                        high &= (_ONE << np.uint64(8 * size - 64)) - _ONE
                    at += size
            if not ended:
                low = _ZERO
                high = _ZERO
                while at < stop and not separators[data[at]]:
                    if at - first < 8:
                        low |= np.uint64(data[at]) << np.uint64(8 * (at - first))
                    elif at - first < 16:
                        high |= np.uint64(data[at]) << np.uint64(8 * (at - first) - 64)
                    at += 1
            short = at - first <= 16
            found = False
            place = _ZERO
            code = np.uint32(0)
            entry = np.int64(0)
            if short:
                place = _raw_slot(low, high) & mask
                while raw[place << _TWO] != _ZERO:
                    if raw[place << _TWO] == low and raw[(place << _TWO) + _ONE] == high:
                        code = np.uint32(raw[(place << _TWO) + _TWO])
                        entry = np.int64(raw[(place << _TWO) + _TWO] >> _BY_32)
                        found = True
                        break
                    place = (place + _ONE) & mask
            if not found:
                canonical_length, folded_length, entry = _canonical(
                    data, first, at, points, composed, known_hashes, known_marks, parts, scratch, folded
                )
                if canonical_length > 0:
                    known_before = state[OWN]
                    code = np.uint32(_intern(
                        scratch, _NOUGHT, canonical_length, parent, parent_offsets, parent_hashes, parent_slots,
                        own, own_offsets, own_hashes, own_slots, state,
                    ))  # fmt: skip
                    if state[OWN] > known_before:
                        own_fold[known_before] = np.uint32(_intern(
                            folded, _NOUGHT, folded_length, parent, parent_offsets, parent_hashes, parent_slots,
                            own, own_offsets, own_hashes, own_slots, state,
                        ))  # fmt: skip
                        if state[OWN] > known_before + 1:
                            own_fold[known_before + 1] = np.uint32(len(parent_hashes) + known_before + 2)
                if short and low != _ZERO:
                    raw[place << _TWO] = low
                    raw[(place << _TWO) + _ONE] = high
                    raw[(place << _TWO) + _TWO] = np.uint64(code) | (np.uint64(entry) << _BY_32)
                    state[RAW] += 1
            if count == 0 and entry & _IF_FIRST:
                bits |= _SUSPECT
            bits |= entry
            if code == 0:
                continue
            if entry & _SINGLE and at < stop and data[at] == _FULL_STOP:
                bits |= _NAME_ABBREVIATED
            if count == 8:
                bits |= _SUSPECT
                break
            codes[row, count] = code
            count += 1
        if bits & _SUSPECT or (count > 0 and not bits & _VARIED):
            suspects[state[SUSPECTS]] = row
            state[SUSPECTS] += 1
            continue
        counts[row] = count
        bits &= _FLAGS | _MARKED
        if count == 0:
            bits |= _NAME_EMPTY
        elif not bits & _MARKED:
            bits |= _NAME_ASCII_ONLY
        flags[row] = np.uint32(bits & _FLAGS)
    return rows


@bare_kernel
def refill_raw(old, new):
    """Copy the table of raw tokens into a larger one."""
    mask = np.uint64(len(new) // 4 - 1)
    for i in range(0, len(old), 4):
        if old[i] != _ZERO:
            place = _raw_slot(old[i], old[i + 1]) & mask
            while new[place << _TWO] != _ZERO:
                place = (place + _ONE) & mask
            for field in range(3):
                new[(place << _TWO) + np.uint64(field)] = old[i + field]


@bare_kernel
def name_hashes(codes, fold_hashes, out):
    for row in range(len(codes)):
        total = _ZERO
        for i in range(codes.shape[1]):
            code = codes[row, i]
            if code == 0:
                break
            total += _mix(fold_hashes[code] ^ _SPREAD_1)
        out[row] = _mix(total)
