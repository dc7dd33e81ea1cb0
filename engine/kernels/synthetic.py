"""The loops of the generator: permutations, cells of a layout, rows cut to length, words joined.

Twins: `engine.synthetic.draw.Permutation.plain`, `engine.synthetic.pen.Pen.text`, numpy's searchsorted and slicing.
"""

import numpy as np

from matching.kernels import kernel


@kernel
def permute(index, size, half_bits, keys, backward):
    """Send 0 .. size - 1 to places in it and back: Feistel rounds on 2 * half_bits bits, walked until inside."""
    out = np.empty(len(index), np.int64)
    shift = np.uint64(half_bits)
    mask = (np.uint64(1) << shift) - np.uint64(1)
    factor = np.uint64(0xBF58476D1CE4E5B9)
    rounds = len(keys)
    for row in range(len(index)):
        word = np.uint64(index[row])
        while True:
            left, right = word >> shift, word & mask
            for turn in range(rounds):
                if backward:
                    right, left = left, right ^ (((left ^ keys[rounds - 1 - turn]) * factor >> np.uint64(29)) & mask)
                else:
                    left, right = right, left ^ (((right ^ keys[turn]) * factor >> np.uint64(29)) & mask)
            word = left << shift | right
            if word < np.uint64(size):
                break
        out[row] = np.int64(word)
    return out


@kernel
def find_cells(place, starts, guide, shift):
    """Give the last start at or before each place; `guide` holds it for the first place of every 2**shift places."""
    out = np.empty(len(place), np.int64)
    for row in range(len(place)):
        cell = guide[place[row] >> shift]
        while starts[cell + 1] <= place[row]:
            cell += 1
        out[row] = cell
    return out


@kernel
def cut_rows(matrix, ends, out):
    """Copy the first bytes of each row, as many as `ends` leaves room for, one row behind the other."""
    for row in range(len(ends) - 1):
        first = ends[row]
        for place in range(ends[row + 1] - first):
            out[first + place] = matrix[row, place]


@kernel
def join_words(pool, pool_ends, codes):
    """Give bytes and offsets of a text per row of `codes`: its words in order, by single spaces, word 0 left out.

    No space follows a word that ends in an apostrophe or a full stop (H'Hen, N.V.An).
    """
    ends = np.zeros(len(codes) + 1, np.int64)
    size = np.int64(0)
    for row in range(len(codes)):
        for slot in range(codes.shape[1]):
            word = codes[row, slot]
            size += pool_ends[word + 1] - pool_ends[word] + 1
    out = np.empty(size, np.uint8)
    used = np.int64(0)
    for row in range(len(codes)):
        first = used
        for slot in range(codes.shape[1]):
            word = codes[row, slot]
            if word > 0:
                if used > first and out[used - 1] != 39 and out[used - 1] != 46:
                    out[used] = 32
                    used += 1
                for place in range(pool_ends[word], pool_ends[word + 1]):
                    out[used] = pool[place]
                    used += 1
        ends[row + 1] = used
    return out[:used], ends
