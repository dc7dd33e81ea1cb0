"""Find the persons behind a number, and tell how their name, birth date, province and sex agree with the record."""

import numpy as np

from engine.kernels.index_build import mix, token_at
from engine.kernels.shapes import GIVEN_UNKNOWN_PIN, NUMBER_NEAR
from matching.kernels import bare_kernel as kernel
from matching.kernels import bare_part as part
from matching.kernels.dates import date_agreement
from matching.kernels.name_levels import ORDER, name_level
from matching.kernels.numbers import near_number_code

U64 = np.uint64
U32 = np.uint32
YEAR_BASE = 1800 << 9


@kernel
def probe_numbers(ordered, segment, query, row, used):
    """Append (record, row) for every person with the number of a key; keys are number << 20 | record, ascending.

    Walks the segment forward only, so a cold index is read in the order of its file.
    """
    at = np.int64(0)
    last_block = np.int64(-1)
    for key in ordered:
        number = key >> U64(20)
        block = np.int64(number // U64(1_000_000))
        serial = U32(number % U64(1_000_000))
        stop = np.int64(segment.blocks[block + 1])
        if block != last_block:
            at = np.int64(segment.blocks[block])
            last_block = block
        step = np.int64(1)
        while at + step < stop and segment.serial[at + step] < serial:
            at += step
            step <<= 1
        high = min(at + step, stop)
        while at < high:
            middle = (at + high) >> 1
            if segment.serial[middle] < serial:
                at = middle + 1
            else:
                high = middle
        place = at
        while place < stop and segment.serial[place] == serial:
            if segment.tombstone[place] == 0 and used < query.shape[0]:
                query[used] = U32(key & U64((1 << 20) - 1))
                row[used] = segment.first + place
                used += 1
            place += 1
    return used


@kernel
def probe_keys(ordered_key, ordered_record, keys, rows, segment, query, row, used):
    """Append (record, row) for every entry of a sorted side table (9-digit numbers, aliases) with a record's key."""
    at = np.int64(0)
    for place in range(ordered_key.shape[0]):
        wanted = ordered_key[place]
        step = np.int64(1)
        while at + step < keys.shape[0] and U64(keys[at + step]) < wanted:
            at += step
            step <<= 1
        low = at
        high = min(at + step, keys.shape[0])
        while low < high:
            middle = (low + high) >> 1
            if U64(keys[middle]) < wanted:
                low = middle + 1
            else:
                high = middle
        at = low
        while low < keys.shape[0] and U64(keys[low]) == wanted:
            if segment.tombstone[rows[low]] == 0 and used < query.shape[0]:
                query[used] = ordered_record[place]
                row[used] = segment.first + rows[low]
                used += 1
            low += 1
    return used


@part
def row_tokens(segment, tokens, row, codes, folded):
    """Read a row's token codes and their folded codes; return how many there are."""
    count = 0
    for place in range(8):
        code = token_at(segment.record, segment.overflow, row, place)
        if code == 0:
            break
        codes[place] = code
        folded[place] = tokens.fold[code]
        count += 1
    return count


@part
def row_name_key(tokens, codes, count):
    """Hash a name's folded tokens regardless of their order, as the index does."""
    total = U64(0)
    for place in range(count):
        total += mix(tokens.hashes[codes[place]])
    return mix(total)


@kernel
def record_name_keys(codes, counts, hashes, keys):
    """Give each record the key of its folded name, as rows of the index have it; 0 for an empty name."""
    for record in range(counts.shape[0]):
        total = U64(0)
        for place in range(counts[record]):
            total += mix(hashes[codes[record, place]])
        keys[record] = mix(total) if counts[record] > 0 else U64(0)


@part
def plain_levels(queries, record, attributes, place_map):
    """Tell how birth date, province and sex agree: birth << 4 | province << 8 | sex << 10.

    Province: 0 the same, 1 the same since the merger of 2025, 2 another, 3 unknown. Sex: 0 same, 1 other, 2 unknown.
    """
    day = np.int32(attributes >> U32(14))
    birth = date_agreement(queries.birth[record], np.int32(0) if day == 0 else np.int32(day + YEAR_BASE))
    province = U32(3)
    here = queries.province[record]
    there = (attributes >> U32(5)) & U32(127)
    if here != 0 and there != 0:
        province = U32(0) if here == there else (U32(1) if place_map[here] == place_map[there] else U32(2))
    sex = U32(2)
    of_row = (attributes >> U32(12)) & U32(3)
    if queries.sex[record] != 0 and of_row != 0:
        sex = U32(0) if queries.sex[record] == of_row else U32(1)
    return (U32(birth) << U32(4)) | (province << U32(8)) | (sex << U32(10))


@part
def take_record(queries, tokens, record, room):
    """Put the tokens of a record into the room, for the comparisons to come; return how many there are."""
    count = np.int64(queries.tokens[record])
    for place in range(count):
        code = queries.codes[record, place]
        room.mine[place] = code
        room.mine_folded[place] = tokens.fold[code]
    return count


@part
def compare_row(queries, segment, tokens, place_map, record, count, row, number_level, room):
    """Compare one row with the record in the room: its levels, and its name key where the folded names differ."""
    codes, folded = room.codes, room.folded
    of_row = row_tokens(segment, tokens, row, codes, folded)
    name = name_level(
        room.mine,
        room.mine_folded,
        count,
        codes,
        folded,
        of_row,
        tokens.masks,
        tokens.letters,
        tokens.offsets,
        room.scratch,
    )
    levels = (
        U32(name) | plain_levels(queries, record, segment.record[row, 3], place_map) | (U32(number_level) << U32(12))
    )
    key = row_name_key(tokens, codes, of_row) if name > ORDER else U64(0)
    return levels, key


@kernel
def compare_pairs(queries, segment, tokens, place_map, room, found, start, stop, number_level):
    """Fill the levels, name key and tie value of candidates start..stop, which all lie in `segment`."""
    for pair in range(start, stop):
        record = np.int64(found.query[pair])
        row = found.row[pair] - segment.first
        count = take_record(queries, tokens, record, room)
        levels, key = compare_row(queries, segment, tokens, place_map, record, count, row, number_level, room)
        found.levels[pair] = levels
        found.name_key[pair] = key
        found.tie[pair] = segment.tie[row]


@kernel
def mark_near(queries, segment, found, start, stop, given):
    """Note the candidates whose 12-digit number is one slip away from the number given, which nobody holds."""
    for pair in range(start, stop):
        record = found.query[pair]
        if given[record] != GIVEN_UNKNOWN_PIN:
            continue
        row = U32(found.row[pair] - segment.first)
        low = np.int64(0)
        high = np.int64(segment.blocks.shape[0] - 1)
        while high - low > 1:
            middle = (low + high) >> 1
            if segment.blocks[middle] <= row:
                low = middle
            else:
                high = middle
        if low >= 1_000_000:
            continue
        number = U64(low) * U64(1_000_000) + U64(segment.serial[row])
        relation = near_number_code(queries.number[record], number, 12)
        if 2 <= relation <= 4:
            found.levels[pair] = (found.levels[pair] & U32(0xFFF)) | (U32(NUMBER_NEAR) << U32(12))
