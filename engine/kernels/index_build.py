"""Lay persons out in the order of number, name and birth date. Plain twins: `tests/engine/index_oracle.py`."""

import numpy as np

from matching.kernels import bare_kernel as kernel
from matching.kernels import bare_part as part

U64 = np.uint64
U32 = np.uint32


@part
def mix(value):
    """Scatter 64 bits (the finaliser of splitmix64)."""
    value = (value ^ (value >> U64(30))) * U64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> U64(27))) * U64(0x94D049BB133111EB)
    return value ^ (value >> U64(31))


@kernel
def pack_records(codes, counts, attributes, remap, records, overflow, overflow_from):
    """Pack names and attributes into `records`; names that do not fit go to `overflow`; return the rows it now has."""
    used = overflow_from
    for row in range(codes.shape[0]):
        fits = counts[row] <= 6
        for place in range(min(counts[row], 8)):
            if remap[codes[row, place]] >= U32(65535):
                fits = False
        attribute = attributes[row]
        if fits:
            for word in range(3):
                low = remap[codes[row, 2 * word]]
                high = remap[codes[row, 2 * word + 1]]
                records[row, word] = low | (high << U32(16))
        else:
            attribute |= U32(2)
            for place in range(8):
                overflow[used - overflow_from, place] = remap[codes[row, place]]
            records[row, 0] = used
            records[row, 1] = 0
            records[row, 2] = 0
            used += 1
        records[row, 3] = attribute
    return used


@kernel
def order_keys(numbers, first, keys, prefix_counts):
    """Split numbers at their prefix: `keys` = last nine digits << 34 | row; count each prefix (1000: none)."""
    for row in range(numbers.shape[0]):
        number = numbers[row]
        prefix = np.int64(1000) if number == U64(0) else np.int64(number // U64(1_000_000_000))
        prefix_counts[prefix] += 1
        keys[row] = ((number % U64(1_000_000_000)) << U64(34)) | U64(first + row)


@kernel
def scatter_by_prefix(numbers, keys, cursor, ordered):
    """Put each key into its prefix's part of `ordered`; `cursor` holds where each part goes on."""
    for row in range(numbers.shape[0]):
        number = numbers[row]
        prefix = np.int64(1000) if number == U64(0) else np.int64(number // U64(1_000_000_000))
        ordered[cursor[prefix]] = keys[row]
        cursor[prefix] += 1


@kernel
def gather_rows(ordered, start, stop, base, records_in, records, serial, block_counts, order):
    """Lay rows start..stop of one prefix in their order; `base` is the prefix's first block."""
    low = U64((1 << 34) - 1)
    for place in range(start, stop):
        key = ordered[place]
        row = np.int64(key & low)
        rest = key >> U64(34)
        order[place] = row
        serial[place] = U32(rest % U64(1_000_000))
        block_counts[base + np.int64(rest // U64(1_000_000))] += 1
        for word in range(4):
            records[place, word] = records_in[row, word]


@part
def token_at(records, overflow, row, place):
    """Read the token code at one place of a row's name (0: none)."""
    if records[row, 3] & U32(2):
        return overflow[records[row, 0], place]
    if place >= 6:
        return U32(0)
    pair = records[row, place >> 1]
    return (pair >> U32(16)) if place & 1 else (pair & U32(0xFFFF))


@kernel
def mark_tokens(record, overflow, tombstone, fold, seen):
    """Mark the folded tokens of all living rows."""
    for row in range(record.shape[0]):
        if tombstone[row] == 0:
            for place in range(8):
                code = token_at(record, overflow, row, place)
                if code == 0:
                    break
                seen[fold[code]] = True


@part
def signature(first, last, middle, initials):
    """Pack a name's shape: given 9 | family 8 | middle 8 | initials 7 bits."""
    return (
        ((last >> U64(55)) << U64(23))
        | ((first >> U64(56)) << U64(15))
        | ((mix(middle) >> U64(56)) << U64(7))
        | (mix(initials) >> U64(57))
    )


@kernel
def name_keys(records, overflow, token_hash, token_initial, start, stop, keys, signatures):
    """Give each row's order-free hash of the folded name, and its signature."""
    for row in range(start, stop):
        total = U64(0)
        first = U64(0)
        last = U64(0)
        initials = U64(0)
        for place in range(8):
            code = token_at(records, overflow, row, place)
            if code == 0:
                break
            value = token_hash[code]
            total += mix(value)
            if place == 0:
                first = value
            last = value
            initials += mix(U64(token_initial[code]))
        keys[row] = mix(total)
        signatures[row] = signature(first, last, total - mix(first) - mix(last), initials)


@kernel
def count_buckets(keys, shift, counts):
    """Count the rows of each bucket of name keys."""
    for row in range(keys.shape[0]):
        counts[keys[row] >> U64(shift)] += 1


@kernel
def scatter_names(keys, records, shift, cursor, entries):
    """Put each row into its bucket as fingerprint 19 | birth 18 | row 27."""
    for row in range(keys.shape[0]):
        key = keys[row]
        bucket = key >> U64(shift)
        fingerprint = (key >> U64(shift - 19)) & U64((1 << 19) - 1)
        entries[cursor[bucket]] = (fingerprint << U64(45)) | (U64(records[row, 3] >> U32(14)) << U64(27)) | U64(row)
        cursor[bucket] += 1


@part
def _sift(entries, start, root, size):
    value = entries[start + root]
    child = 2 * root + 1
    while child < size:
        if child + 1 < size and entries[start + child + 1] > entries[start + child]:
            child += 1
        if entries[start + child] <= value:
            break
        entries[start + root] = entries[start + child]
        root = child
        child = 2 * root + 1
    entries[start + root] = value


@part
def _heap_sort(entries, start, size):
    """Sort a long bucket in place (numba's own sort takes seconds to compile)."""
    for root in range(size // 2 - 1, -1, -1):
        _sift(entries, start, root, size)
    for last in range(size - 1, 0, -1):
        entries[start], entries[start + last] = entries[start + last], entries[start]
        _sift(entries, start, 0, last)


@kernel
def sort_buckets(entries, directory, first, last):
    """Sort the entries of each bucket."""
    for bucket in range(first, last):
        start = directory[bucket]
        stop = directory[bucket + 1]
        if stop - start > 24:
            _heap_sort(entries, start, stop - start)
            continue
        for place in range(start + 1, stop):
            value = entries[place]
            at = place
            while at > start and entries[at - 1] > value:
                entries[at] = entries[at - 1]
                at -= 1
            entries[at] = value


@kernel
def count_days(records, counts):
    """Count the rows of each birth date."""
    for row in range(records.shape[0]):
        counts[records[row, 3] >> U32(14)] += 1


@kernel
def scatter_days(records, signatures, cursor, day_signature, day_row):
    """Put each row under its birth date, rows of one date in their own order."""
    for row in range(records.shape[0]):
        day = records[row, 3] >> U32(14)
        place = cursor[day]
        day_signature[place] = signatures[row]
        day_row[place] = row
        cursor[day] = place + 1


@kernel
def digest_rows(rows, blocks, serial, record, overflow, exact, person, old, aliases, expires, sums):
    """Add a mixture of each row to `sums` (uint64[4], wrapping), so that neither order nor packing counts.

    `exact` is the hash of each token with its diacritics.
    """
    block = np.int64(0)
    for row in rows:
        while np.int64(blocks[block + 1]) <= row:
            block += 1
        number = U64(0) if block >= 1_000_000 else U64(block) * U64(1_000_000) + U64(serial[row])
        value = mix(number ^ U64(0x9E3779B97F4A7C15))
        for place in range(8):
            code = token_at(record, overflow, row, place)
            if code == 0:
                break
            value = mix(value + exact[code])
        value = mix(value ^ U64(record[row, 3] & ~U32(2)))
        value = mix(value + person[row])
        value = mix(value ^ old[row])
        value = mix(value + aliases[row])
        value = mix(value ^ U64(expires[row]))
        for word in range(4):
            value = mix(value + U64(0xD1B54A32D192ED03))
            sums[word] += value
