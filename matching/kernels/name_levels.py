"""How far two names agree, told from token codes. Plain twin: `matching.names.compare_names`.

A name is up to eight token codes; `fold[code]` is the code of the same token without diacritics, and the letters of
a folded token lie in `letters[offsets[code]:offsets[code + 1]]`. The level is the first of the list that holds.
"""

import numpy as np

from matching.kernels import bare_kernel as kernel
from matching.kernels import bare_part as part

EXACT = 0
NO_DIACRITICS = 1
TONE_DIFFERS = 2
ORDER = 3
MERGED = 4
MISSING_MIDDLE = 5
ABBREVIATED = 6
ONE_EDIT = 7
TWO_EDITS = 8
FAMILY_GIVEN = 9
PARTIAL = 10
DIFFERENT = 11
MISSING = 12
LEVELS = 13

VOWELS = np.uint32((1 << 0) | (1 << 4) | (1 << 8) | (1 << 14) | (1 << 20) | (1 << 24))
"""Bits of a, e, i, o, u and y in a letter mask."""

FAR = 9
"""What a distance beyond two edits reads as."""


@kernel
def token_distance(letters, a_start, a_stop, b_start, b_stop):
    """Count the edits (optimal string alignment) between two short texts; more than two read as FAR."""
    while a_start < a_stop and b_start < b_stop and letters[a_start] == letters[b_start]:
        a_start += 1
        b_start += 1
    while a_start < a_stop and b_start < b_stop and letters[a_stop - 1] == letters[b_stop - 1]:
        a_stop -= 1
        b_stop -= 1
    a_length = a_stop - a_start
    b_length = b_stop - b_start
    if a_length > b_length:
        a_start, a_stop, b_start, b_stop = b_start, b_stop, a_start, a_stop
        a_length, b_length = b_length, a_length
    if b_length - a_length > 2 or a_length > 48:
        return FAR
    if a_length == 0:
        return b_length
    if a_length == 1 and b_length == 1:
        return 1
    # Bit-parallel alignment (Hyyrö 2003): one word holds a whole column of the table.
    one = np.uint64(1)
    top = np.uint64(a_length - 1)
    positive = ~np.uint64(0)
    negative = np.uint64(0)
    diagonal = np.uint64(0)
    before = np.uint64(0)
    distance = a_length
    for j in range(b_length):
        letter = letters[b_start + j]
        here = np.uint64(0)
        for i in range(a_length):
            if letters[a_start + i] == letter:
                here |= one << np.uint64(i)
        swapped = ((~diagonal & here) << one) & before
        diagonal = (((here & positive) + positive) ^ positive) | here | negative | swapped
        rise = negative | ~(diagonal | positive)
        fall = diagonal & positive
        distance += np.int64((rise >> top) & one) - np.int64((fall >> top) & one)
        rise = (rise << one) | one
        fall = fall << one
        positive = fall | ~(diagonal | rise)
        negative = rise & diagonal
        before = here
    return distance if distance <= 2 else FAR


@kernel
def letter_masks(letters, offsets, out):
    """Fill a mask for each token: bits 0-25 for a-z, 26-31 shared by all other bytes."""
    for token in range(out.shape[0]):
        mask = np.uint32(0)
        for place in range(offsets[token], offsets[token + 1]):
            letter = letters[place]
            bit = letter - 97 if 97 <= letter <= 122 else 26 + letter % 6
            mask |= np.uint32(1) << np.uint32(bit)
        out[token] = mask


@part
def _bits(value):
    """Count the bits that are set."""
    value = value - ((value >> np.uint32(1)) & np.uint32(0x55555555))
    value = (value & np.uint32(0x33333333)) + ((value >> np.uint32(2)) & np.uint32(0x33333333))
    value = (value + (value >> np.uint32(4))) & np.uint32(0x0F0F0F0F)
    return np.int64((np.uint64(value) * np.uint64(0x01010101)) >> np.uint64(24)) & 255


@part
def _same_tokens(a, b, count):
    """Tell whether two lists hold the same tokens in any order."""
    used = 0
    for i in range(count):
        found = False
        for j in range(count):
            if a[i] == b[j] and not (used >> j) & 1:
                used |= 1 << j
                found = True
                break
        if not found:
            return False
    return True


@part
def _stands_for(short, long, masks, letters, offsets):
    """Tell whether a token abbreviates another: its first letter, or its first consonants (Ng., Tr.)."""
    size = offsets[short + 1] - offsets[short]
    if size == 0 or size >= offsets[long + 1] - offsets[long]:
        return False
    if size > 1 and masks[short] & VOWELS:
        return False
    for i in range(size):
        if letters[offsets[short] + i] != letters[offsets[long] + i]:
            return False
    return True


@part
def _joined(tokens, count, letters, offsets, out, first):
    """Write the letters of the tokens one after another from `first` on; return how many (128 at most)."""
    used = 0
    for i in range(count):
        for place in range(offsets[tokens[i]], offsets[tokens[i] + 1]):
            if used < 128:
                out[first + used] = letters[place]
                used += 1
    return used


@kernel
def name_level(a, a_folded, a_count, b, b_folded, b_count, masks, letters, offsets, scratch):
    """Give the level at which names `a` and `b` agree.

    `masks[code]` has a bit for each letter of a folded token (see `letter_mask`), which tells most different names
    apart without reading them; `scratch` is 256 bytes of working room.
    """
    if a_count == 0 or b_count == 0:
        return MISSING
    if a_count == b_count:
        same = True
        equal = True
        a_bare = True
        b_bare = True
        for i in range(a_count):
            if a_folded[i] != b_folded[i]:
                same = False
                break
            equal = equal and a[i] == b[i]
            a_bare = a_bare and a[i] == a_folded[i]
            b_bare = b_bare and b[i] == b_folded[i]
        if same:
            if equal:
                return EXACT
            return NO_DIACRITICS if a_bare or b_bare else TONE_DIFFERS
        if a_count > 1 and _same_tokens(a_folded, b_folded, a_count):
            return ORDER
    a_mask = np.uint32(0)
    b_mask = np.uint32(0)
    for i in range(a_count):
        a_mask |= masks[a_folded[i]]
    for i in range(b_count):
        b_mask |= masks[b_folded[i]]
    # One edit changes the presence of two letters at the most.
    alike = _bits(a_mask ^ b_mask) <= 4
    a_length = 0
    b_length = 0
    if alike:
        a_length = _joined(a_folded, a_count, letters, offsets, scratch, 0)
        b_length = _joined(b_folded, b_count, letters, offsets, scratch, 128)
        if a_length == b_length:
            joined = True
            for i in range(a_length):
                if scratch[i] != scratch[128 + i]:
                    joined = False
                    break
            if joined:
                return MERGED
    if a_count != b_count:
        # The shorter name must run through the longer one in order, and share its first and last token.
        short, long = (a_folded, b_folded) if a_count < b_count else (b_folded, a_folded)
        short_count, long_count = (a_count, b_count) if a_count < b_count else (b_count, a_count)
        if short_count >= 2 and short[0] == long[0] and short[short_count - 1] == long[long_count - 1]:
            at = 0
            for j in range(long_count):
                if at < short_count and short[at] == long[j]:
                    at += 1
            if at == short_count:
                return MISSING_MIDDLE
    else:
        # Initials stand for tokens, as long as one token is whole.
        whole = 0
        initial = 0
        for i in range(a_count):
            if a_folded[i] == b_folded[i]:
                whole += 1
                continue
            if _stands_for(a_folded[i], b_folded[i], masks, letters, offsets) or _stands_for(
                b_folded[i], a_folded[i], masks, letters, offsets
            ):
                initial += 1
        if whole > 0 and whole + initial == a_count:
            return ABBREVIATED
        edits = 0 if alike else 3
        for i in range(a_count):
            if edits <= 2 and a_folded[i] != b_folded[i]:
                edits += token_distance(
                    letters,
                    offsets[a_folded[i]],
                    offsets[a_folded[i] + 1],
                    offsets[b_folded[i]],
                    offsets[b_folded[i] + 1],
                )
        if edits <= 2 and 2 * edits < min(a_length, b_length):
            return ONE_EDIT if edits == 1 else TWO_EDITS
    if alike and abs(a_length - b_length) <= 2 and min(a_length, b_length) > 4:
        # Edits that also merged, split or moved a token.
        edits = token_distance(scratch, 0, a_length, 128, 128 + b_length)
        if edits <= 2:
            return ONE_EDIT if edits == 1 else TWO_EDITS
    if a_count >= 2 and b_count >= 2 and a_folded[0] == b_folded[0]:
        if a_folded[a_count - 1] == b_folded[b_count - 1]:
            return FAMILY_GIVEN
    shared = 0
    used = 0
    for i in range(a_count):
        for j in range(b_count):
            if not (used >> j) & 1 and a_folded[i] == b_folded[j]:
                used |= 1 << j
                shared += 1
                break
    if shared > 0 and 2 * shared >= min(a_count, b_count):
        return PARTIAL
    return DIFFERENT
