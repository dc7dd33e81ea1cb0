"""Find the persons whose name and birth date could be a record's, when its number does not tell.

Two ways in, both cheap because the index is kept in their order. By day: every person born on the record's day (or
on that day with day and month exchanged) is compared by a 32-bit signature of the name; two agreements out of family,
given, middle, initials and the two crossings of family and given let a person through. By name: everybody of the same
folded name is compared by birth date. Where neither finds a good agreement, names one step away are looked up too.
"""

import numpy as np

from engine.kernels.index_build import mix, signature
from engine.kernels.probe import YEAR_BASE, compare_row, take_record
from engine.kernels.shapes import NUMBER_OTHER
from matching.kernels import bare_kernel as kernel
from matching.kernels.name_levels import DIFFERENT, ONE_EDIT, ORDER

U64 = np.uint64
U32 = np.uint32

KEPT = 64
"""Candidates kept of one record in one segment; those beyond are counted, the least alike dropped."""

CROWD = 256
DEEP_CROWD = 4096
"""Namesakes of a record without a birth date that are still compared one by one."""

BLOCK = 2048
BORN = 1  # DateAgreement.EQUAL
FINGERPRINT = U64((1 << 19) - 1)
BIRTH = U64((1 << 18) - 1)
ROW = U64((1 << 27) - 1)


@kernel
def _shape_of(tokens, codes, count):
    """Give a record's own name key total, and signature, as `name_keys` gives a row's."""
    total = U64(0)
    first = U64(0)
    last = U64(0)
    initials = U64(0)
    for place in range(count):
        value = tokens.hashes[codes[place]]
        total += mix(value)
        if place == 0:
            first = value
        last = value
        initials += mix(U64(tokens.initials[codes[place]]))
    return total, U32(signature(first, last, total - mix(first) - mix(last), initials))


@kernel
def match_signatures(signatures, start, stop, wanted, out):
    """Count the agreements of each signature with the wanted one (written so that it becomes vector code)."""
    given = wanted >> U32(23)
    family = (wanted >> U32(15)) & U32(255)
    for i in range(stop - start):
        value = signatures[start + i]
        apart = value ^ wanted
        score = np.uint8(0)
        score += np.uint8((apart >> U32(23)) == U32(0))
        score += np.uint8((apart & U32(0x7F8000)) == U32(0))
        score += np.uint8((apart & U32(0x7F80)) == U32(0))
        score += np.uint8((apart & U32(0x7F)) == U32(0))
        score += np.uint8((value >> U32(24)) == family)
        score += np.uint8(((value >> U32(15)) & U32(255)) == (given >> U32(1)))
        out[i] = score


@kernel
def _keep(found, start, used, record, row, levels, name_key, tie):
    """Append a candidate, or let it replace the least alike of this record once KEPT are there; return the new end."""
    for place in range(start, used):
        if found.row[place] == row:
            return used
    at = used
    if used - start >= KEPT:
        worst = start
        for place in range(start + 1, used):
            if _unlikeness(found.levels[place]) > _unlikeness(found.levels[worst]):
                worst = place
        if _unlikeness(found.levels[worst]) <= _unlikeness(levels):
            return used
        at = worst
    found.query[at] = record
    found.row[at] = row
    found.levels[at] = levels
    found.name_key[at] = name_key
    found.tie[at] = tie
    return max(used, at + 1)


@kernel
def _unlikeness(levels):
    """Rank agreements by name and birth date, province breaking ties."""
    return ((levels & U32(15)) + ((levels >> U32(4)) & U32(15))) * U32(4) + ((levels >> U32(8)) & U32(3))


@kernel
def name_range(segment, key):
    """Give the first and the end of a name's entries."""
    bucket = key >> U64(segment.name_shift)
    wanted = ((key >> U64(segment.name_shift - 19)) & FINGERPRINT) << U64(45)
    low = np.int64(segment.name_directory[bucket])
    end = np.int64(segment.name_directory[bucket + U64(1)])
    high = end
    while low < high:
        middle = (low + high) >> 1
        if segment.name_entry[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    stop = low
    high = end
    last = wanted | ((U64(1) << U64(45)) - U64(1))
    while stop < high:
        middle = (stop + high) >> 1
        if segment.name_entry[middle] <= last:
            stop = middle + 1
        else:
            high = middle
    return low, stop


@kernel
def count_names(keys, segment, counts):
    """Add how many persons of the segment have each name."""
    for place in range(keys.shape[0]):
        low, stop = name_range(segment, keys[place])
        counts[place] += stop - low


@kernel
def _by_day(queries, segment, tokens, place_map, record, count, day, wanted, room, found, start, used):
    low = np.int64(segment.day_directory[day])
    end = np.int64(segment.day_directory[day + 1])
    best = np.int64(DIFFERENT)
    while low < end:
        stop = min(low + BLOCK, end)
        match_signatures(segment.day_signature, low, stop, wanted, room.scores)
        for i in range(stop - low):
            if room.scores[i] < 2:
                continue
            row = np.int64(segment.day_row[low + i])
            if segment.tombstone[row]:
                continue
            levels, key = compare_row(queries, segment, tokens, place_map, record, count, row, NUMBER_OTHER, room)
            name = np.int64(levels & U32(15))
            if name < DIFFERENT:
                used = _keep(found, start, used, record, segment.first + row, levels, key, segment.tie[row])
                best = min(best, name)
        low = stop
    return used, best


@kernel
def _by_name(queries, segment, tokens, place_map, record, count, key, crowd, room, found, start, used):
    low, stop = name_range(segment, key)
    bearers = stop - low
    birth = queries.birth[record]
    day = (birth - YEAR_BASE) if birth >= YEAR_BASE else 0
    for place in range(low, stop):
        of_row = np.int64((segment.name_entry[place] >> U64(27)) & BIRTH)
        if bearers > 2 and day > 0 and of_row > 0:
            alike = (of_row >> 9) == (day >> 9) or ((of_row ^ day) & 511) == 0
            if not alike:
                continue
        elif bearers > crowd:
            continue
        row = np.int64(segment.name_entry[place] & ROW)
        if segment.tombstone[row]:
            continue
        levels, name_key = compare_row(queries, segment, tokens, place_map, record, count, row, NUMBER_OTHER, room)
        name = np.int64(levels & U32(15))
        if name < DIFFERENT:
            used = _keep(found, start, used, record, segment.first + row, levels, name_key, segment.tie[row])
    return used


@kernel
def _is_good(found, start, used, name_limit):
    """Tell whether some candidate has the record's birth date and a name no worse than `name_limit`."""
    for place in range(start, used):
        if (found.levels[place] & U32(15)) <= U32(name_limit) and ((found.levels[place] >> U32(4)) & U32(15)) == BORN:
            return True
    return False


@kernel
def _other_names(tokens, mine, count, total, common, keys):
    """Write the keys of names one step from the record's: a token mended, left out in the middle, or put in."""
    ways = 0
    for place in range(count):
        less = total - mix(tokens.hashes[mine[place]])
        unknown = np.int64(mine[place]) - tokens.near_from
        if unknown >= 0:
            for at in range(tokens.near_offsets[unknown], tokens.near_offsets[unknown + 1]):
                keys[ways] = mix(less + mix(tokens.hashes[tokens.near[at]]))
                ways += 1
        elif 0 < place < count - 1:
            keys[ways] = mix(less)
            ways += 1
    if count >= 2:
        for code in common:
            keys[ways] = mix(total + mix(tokens.hashes[code]))
            ways += 1
    return ways


@kernel
def search(todo, queries, segment, tokens, place_map, common, deep, room, found, used):
    """Append the candidates of each record of `todo`; return (candidates, records done).

    Stops early when `found` has no room for one more record. `todo` is best ordered by birth date: then the index is
    read in its own order. `common` are the folded codes of tokens that people leave out (thị, văn); `deep` also looks
    up names one known token away.
    """
    mine = room.mine
    crowd = DEEP_CROWD if deep else CROWD
    for done in range(todo.shape[0]):
        if used + KEPT + 1 > found.query.shape[0]:
            return used, done
        record = np.int64(todo[done])
        count = take_record(queries, tokens, record, room)
        start = used
        total, wanted = _shape_of(tokens, mine, count)
        key = mix(total)
        if count == 0:
            continue
        day = queries.birth[record] - YEAR_BASE
        best = np.int64(DIFFERENT)
        if 0 < day < (1 << 18) and (day & 31):
            used, best = _by_day(
                queries, segment, tokens, place_map, record, count, day, wanted, room, found, start, used
            )
            month = (day >> 5) & 15
            of_month = day & 31
            if of_month <= 12 and of_month != month and best > ORDER:
                day = (day & ~511) | (of_month << 5) | month
                used, _ = _by_day(
                    queries, segment, tokens, place_map, record, count, day, wanted, room, found, start, used
                )
        # 1 January stands for any day of its year, so somebody born on it proves nothing.
        doubtful = (day & 511) == 33
        if doubtful or not _is_good(found, start, used, ORDER):
            used = _by_name(queries, segment, tokens, place_map, record, count, key, crowd, room, found, start, used)
        if deep and not _is_good(found, start, used, ONE_EDIT):
            ways = _other_names(tokens, mine, count, total, common, room.keys)
            for way in range(ways):
                key = room.keys[way]
                used = _by_name(
                    queries, segment, tokens, place_map, record, count, key, crowd, room, found, start, used
                )
    return used, todo.shape[0]
