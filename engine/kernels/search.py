"""Find the persons whose name and birth date could be a record's, when its number does not tell.

Two ways in, both cheap because the index is kept in their order. By day: every person born on the record's day (or
on that day with day and month exchanged) is compared by a 32-bit signature of the name: two agreements out of family,
given, middle, initials and the two crossings of family and given let a person through, but a crossing needs more than
the family or the middle beside it, and family and middle need a third. By name: those of the same folded name are
compared whose birth dates one slip can explain. Where neither finds a good agreement, names one step away are looked
up too.
"""

import numpy as np

from engine.kernels.index_build import mix, signature
from engine.kernels.probe import YEAR_BASE, compare_row, take_record
from engine.kernels.shapes import NUMBER_NEAR, NUMBER_OTHER
from matching.kernels import bare_kernel as kernel
from matching.kernels import bare_part as part
from matching.kernels.name_levels import DIFFERENT

U64 = np.uint64
U8 = np.uint8
U32 = np.uint32

KEPT = 64
"""Candidates kept of one record: those most alike."""

CROWD = 256
DEEP_CROWD = 4096
"""Namesakes of a record without a birth date that are still compared one by one."""

FEW = 2
"""Bearers of a name up to which all are compared, whatever their birth dates."""

GIVEN, FAMILY, MIDDLE, INITIALS, CROSSED, ENOUGH = 4, 2, 2, 4, 3, 6
"""Weights of the agreements of signatures, and the sum that lets a person through. Family and middle alone are not
enough: one person in 140 shares those with a record, and a slip in the given name leaves the initials as they are."""

MANY = 1 << 40
BY_DAY, BY_NAME, BY_NEAR_NAMES = 0, 1, 2
BLOCK = 2048
BORN = 1  # DateAgreement.EQUAL
NEW_YEAR = 1 << 5 | 1
"""Month and day of 1 January, which stands for a day that is not known."""
FINGERPRINT = U64((1 << 19) - 1)
BIRTH = U64((1 << 18) - 1)
ROW = U64((1 << 27) - 1)


@part
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


@part
def match_signatures(signatures, start, stop, wanted, out):
    """Weigh the agreements of each signature with the wanted one (written so that it becomes vector code)."""
    given = wanted >> U32(23)
    family = (wanted >> U32(15)) & U32(255)
    for i in range(stop - start):
        value = signatures[start + i]
        apart = value ^ wanted
        score = np.uint8(0)
        score += np.uint8((apart >> U32(23)) == U32(0)) * U8(GIVEN)
        score += np.uint8((apart & U32(0x7F8000)) == U32(0)) * U8(FAMILY)
        score += np.uint8((apart & U32(0x7F80)) == U32(0)) * U8(MIDDLE)
        score += np.uint8((apart & U32(0x7F)) == U32(0)) * U8(INITIALS)
        score += np.uint8((value >> U32(24)) == family) * U8(CROSSED)
        score += np.uint8(((value >> U32(15)) & U32(255)) == (given >> U32(1))) * U8(CROSSED)
        out[i] = score


@part
def unlikeness(levels):
    """Rank agreements: those of numbers first, then by name and birth date, province after them."""
    number = U32(1) if (levels >> U32(12)) & U32(7) >= U32(NUMBER_NEAR) else U32(0)
    return (
        number * U32(1024)
        + ((levels & U32(15)) + ((levels >> U32(4)) & U32(15))) * U32(4)
        + ((levels >> U32(8)) & U32(3))
    )


@part
def precedes(levels, tie, other_levels, other_tie):
    """Tell whether a candidate is more alike than another one; equal ones go by their tie values."""
    mine, others = unlikeness(levels), unlikeness(other_levels)
    return mine < others or (mine == others and tie < other_tie)


@part
def _keep(found, start, used, record, row, levels, name_key, tie):
    """Append a candidate, or let it replace the least alike of this record once KEPT are there; return the new end.

    What is kept is the first KEPT in the order of unlikeness and tie, whatever order they come in.
    """
    at = used
    if used - start >= KEPT:
        at = start
        for place in range(start + 1, used):
            if precedes(found.levels[at], found.tie[at], found.levels[place], found.tie[place]):
                at = place
        if not precedes(levels, tie, found.levels[at], found.tie[at]):
            return used
    found.query[at] = record
    found.row[at] = row
    found.levels[at] = levels
    found.name_key[at] = name_key
    found.tie[at] = tie
    return max(used, at + 1)


@part
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


@part
def _note(levels, record, best, born):
    """Remember the best name found for a record, at all and among persons of its birth date."""
    name = U8(levels & U32(15))
    best[record] = min(best[record], name)
    if (levels >> U32(4)) & U32(15) == U32(BORN):
        born[record] = min(born[record], name)


@part
def _by_day(queries, segment, tokens, place_map, record, count, day, wanted, room, found, start, used, best, born):
    low = np.int64(segment.day_directory[day])
    end = np.int64(segment.day_directory[day + 1])
    while low < end:
        stop = min(low + BLOCK, end)
        match_signatures(segment.day_signature, low, stop, wanted, room.scores)
        for i in range(stop - low):
            if room.scores[i] < ENOUGH:
                continue
            row = np.int64(segment.day_row[low + i])
            if segment.tombstone[row]:
                continue
            levels, key = compare_row(queries, segment, tokens, place_map, record, count, row, NUMBER_OTHER, room)
            if (levels & U32(15)) < U32(DIFFERENT):
                used = _keep(found, start, used, record, segment.first + row, levels, key, segment.tie[row])
                _note(levels, record, best, born)
        low = stop
    return used


@part
def _alike(birth, day):
    """Tell whether one slip explains that one date stands for the other.

    The same day and month in any year; in the same year the same month, the same day of another month, both exchanged,
    or a date that stands for the year alone.
    """
    theirs = birth & 511
    mine = day & 511
    if theirs == mine:
        return True
    if (birth >> 9) != (day >> 9):
        return False
    if mine == 0 or mine == NEW_YEAR or theirs == 0 or theirs == NEW_YEAR:
        return True
    return theirs >> 5 == mine >> 5 or theirs & 31 == mine & 31 or theirs == ((mine & 31) << 5 | mine >> 5)


@part
def _next_alike(birth, day):
    """Give the first date behind `birth`, itself not alike, that may be alike to `day`."""
    mine = day & 511
    at = birth & 511
    following = ((birth >> 9) + (0 if at < mine else 1)) << 9 | mine
    year = day >> 9 << 9
    if birth < year:
        return min(following, year)
    if birth >> 9 == day >> 9:
        same_day = (at & ~31) | (mine & 31)
        following = min(following, year + same_day + (0 if same_day > at else 32))
        for other in (NEW_YEAR, mine & ~31, (mine & 31) << 5 | mine >> 5):
            if at < other:
                following = min(following, year + other)
    return following


@part
def _skip(segment, place, stop, birth):
    """Give the first entry behind `place` of a birth date not before `birth`; a name's entries are in that order."""
    step = np.int64(1)
    low = place + 1
    while place + step < stop and np.int64((segment.name_entry[place + step] >> U64(27)) & BIRTH) < birth:
        low = place + step + 1
        step <<= 1
    high = min(place + step, stop)
    while low < high:
        middle = (low + high) >> 1
        if np.int64((segment.name_entry[middle] >> U64(27)) & BIRTH) < birth:
            low = middle + 1
        else:
            high = middle
    return low


@part
def _by_name(
    queries, segment, tokens, place_map, record, count, key, bearers, crowd, room, found, start, used, best, born
):
    place, stop = name_range(segment, key)
    birth = queries.birth[record]
    day = (birth - YEAR_BASE) if birth >= YEAR_BASE else 0
    if day == 0 and bearers > crowd:
        return used
    while place < stop:
        of_row = np.int64((segment.name_entry[place] >> U64(27)) & BIRTH)
        if bearers > FEW and day > 0 and of_row > 0:
            if not _alike(of_row, day):
                place = _skip(segment, place, stop, _next_alike(of_row, day))
                continue
        elif bearers > crowd:
            place += 1
            continue
        row = np.int64(segment.name_entry[place] & ROW)
        place += 1
        if segment.tombstone[row]:
            continue
        levels, name_key = compare_row(queries, segment, tokens, place_map, record, count, row, NUMBER_OTHER, room)
        if (levels & U32(15)) < U32(DIFFERENT):
            used = _keep(found, start, used, record, segment.first + row, levels, name_key, segment.tie[row])
            _note(levels, record, best, born)
    return used


@part
def _other_names(tokens, mine, count, total, common, keys):
    """Write the keys of names one step from the record's: a token mended, left out in the middle, or put in."""
    ways = 0
    for place in range(count):
        code = np.int64(mine[place])
        less = total - mix(tokens.hashes[code])
        first, last = tokens.near_offsets[code], tokens.near_offsets[code + 1]
        for at in range(first, last):
            keys[ways] = mix(less + mix(tokens.hashes[tokens.near[at]]))
            ways += 1
        if first == last and 0 < place < count - 1:
            keys[ways] = mix(less)
            ways += 1
    if count >= 2:
        for code in common:
            keys[ways] = mix(total + mix(tokens.hashes[code]))
            ways += 1
    return ways


@kernel
def search(
    way, todo, days, keys, bearers, crowd, common, queries, segment, tokens, place_map, room, found, used, best, born
):
    """Append the candidates that one way of searching finds for each record of `todo`; return (candidates, done).

    BY_DAY: those born on its day of `days` (18 bits) whose name is alike. BY_NAME: those who bear its name (`keys`), by
    how many do in all segments (`bearers`), if birth dates allow; of a name that more than FEW bear, only persons of
    the record's year, or of its day and month, are compared; where a birth date is not known, nobody if more than
    `crowd` bear it. BY_NEAR_NAMES: those who bear a name one step from the record's and whose birth date agrees at
    least in part; `common` are the folded codes of tokens that people leave out (thị, văn). `days`, `keys` and
    `bearers` run beside `todo`.

    Stops early when `found` has no room for one more record. `best` and `born` (uint8 by record) keep the best name
    level seen, at all and among persons of the record's own birth date. Days in order read the index in its order.
    One kernel for all ways, since most of its code is the comparison that they share.
    """
    for done in range(todo.shape[0]):
        if used + KEPT + 1 > found.query.shape[0]:
            return used, done
        record = np.int64(todo[done])
        count = take_record(queries, tokens, record, room)
        total, wanted = _shape_of(tokens, room.mine, count)
        start = used
        if way == BY_DAY:
            day = days[done]
            used = _by_day(
                queries, segment, tokens, place_map, record, count, day, wanted, room, found, start, used, best, born
            )
            continue
        borne = MANY
        most = 0
        if way == BY_NAME:
            room.keys[0] = keys[done]
            borne = bearers[done]
            most = crowd
            ways = 1
        else:
            ways = _other_names(tokens, room.mine, count, total, common, room.keys)
        for at in range(ways):
            used = _by_name(
                queries,
                segment,
                tokens,
                place_map,
                record,
                count,
                room.keys[at],
                borne,
                most,
                room,
                found,
                start,
                used,
                best,
                born,
            )
    return used, todo.shape[0]


@kernel
def sort_groups(found, order, starts):
    """Order each record's candidates by tie and relation of numbers, so that sums do not depend on segments."""
    for group in range(starts.shape[0] - 1):
        for place in range(starts[group] + 1, starts[group + 1]):
            value = order[place]
            at = place
            while at > starts[group] and (
                found.tie[order[at - 1]] > found.tie[value]
                or (found.tie[order[at - 1]] == found.tie[value] and found.levels[order[at - 1]] > found.levels[value])
            ):
                order[at] = order[at - 1]
                at -= 1
            order[at] = value


@kernel
def thin_groups(found, order, starts, kept):
    """Mark (uint8 by candidate) one mention of each row, and of those the first KEPT of each record."""
    for group in range(starts.shape[0] - 1):
        start, stop = starts[group], starts[group + 1]
        distinct = 0
        for place in range(start, stop):
            same = place > start and found.row[order[place - 1]] == found.row[order[place]]
            kept[order[place]] = 0 if same else 1
            distinct += kept[order[place]]
        if distinct <= KEPT:
            continue
        for place in range(start, stop):
            if kept[order[place]] == 0:
                continue
            better = 0
            mine = order[place]
            for i in range(start, stop):
                other = order[i]
                if kept[other] and precedes(found.levels[other], found.tie[other], found.levels[mine], found.tie[mine]):
                    better += 1
            if better >= KEPT:
                kept[mine] = 2
        for place in range(start, stop):
            if kept[order[place]] == 2:
                kept[order[place]] = 0
