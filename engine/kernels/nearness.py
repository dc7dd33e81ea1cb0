"""Find the known tokens within one edit of an unknown one, by the texts that lack one letter."""

import numpy as np

from engine.kernels.index_build import mix
from matching.kernels import bare_kernel as kernel
from matching.kernels import bare_part as part
from matching.kernels.name_levels import token_distance

U64 = np.uint64
LONGEST = 24
"""Tokens of more letters have no neighbours listed: names have none, texts in the wrong column do."""

MOST = 32
"""Neighbours listed of a token at most."""


@part
def _lacking(letters, start, stop, left_out):
    """Hash a token without one of its letters (-1: with all)."""
    value = U64(0xCBF29CE484222325)
    for place in range(start, stop):
        if place - start != left_out:
            value = (value ^ U64(letters[place])) * U64(0x100000001B3)
    return mix(value)


@kernel
def list_lacking(letters, offsets, codes, hashes, owners):
    """Write each folded token's own hash and those of its one-letter-less forms, with its code; return how many."""
    used = 0
    for code in codes:
        start, stop = offsets[code], offsets[code + 1]
        if stop - start > LONGEST:
            continue
        for left_out in range(-1, stop - start):
            hashes[used] = _lacking(letters, start, stop, left_out)
            owners[used] = code
            used += 1
    return used


@kernel
def list_near(letters, offsets, fold, unknown, hashes, owners, token_hashes, near_offsets, near):
    """List, for each token marked `unknown`, the known folded tokens one edit away, ascending by their stable hash.

    `hashes` is sorted, with `owners` beside it. At most MOST a token. Returns how many were written.
    """
    used = 0
    for token in range(unknown.shape[0]):
        begin = used
        if not unknown[token]:
            near_offsets[token + 1] = used
            continue
        folded = fold[token]
        start, stop = offsets[folded], offsets[folded + 1]
        if 2 <= stop - start <= LONGEST and used + MOST < near.shape[0]:
            for left_out in range(-1, stop - start):
                wanted = _lacking(letters, start, stop, left_out)
                low = np.int64(0)
                high = np.int64(hashes.shape[0])
                while low < high:
                    middle = (low + high) >> 1
                    if hashes[middle] < wanted:
                        low = middle + 1
                    else:
                        high = middle
                while low < hashes.shape[0] and hashes[low] == wanted:
                    code = owners[low]
                    low += 1
                    if code == folded:
                        continue
                    if token_distance(letters, start, stop, offsets[code], offsets[code + 1]) != 1:
                        continue
                    known = False
                    for place in range(begin, used):
                        if near[place] == code:
                            known = True
                    if known:
                        continue
                    if used - begin == MOST:
                        if token_hashes[near[used - 1]] <= token_hashes[code]:
                            continue
                        used -= 1
                    at = used
                    while at > begin and token_hashes[near[at - 1]] > token_hashes[code]:
                        near[at] = near[at - 1]
                        at -= 1
                    near[at] = code
                    used += 1
        near_offsets[token + 1] = used
    return used
