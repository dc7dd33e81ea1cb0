"""Fields of framed records, cut and copied into the buffers of Arrow columns.

`split` finds the wanted fields of a block of records and judges each record; `fill` copies one column of them.
The plain twin is `engine.sources.framing.split_plainly`.
"""

from typing import Any

from engine.kernels.framing import (
    COMMENT,
    CR,
    DELIMITER,
    ESCAPE,
    FIELD_BYTES,
    FIELDS_MAX,
    FIELDS_MIN,
    HAS_QUOTES,
    LF,
    OVERSIZE,
    QUOTE,
    SPACE,
    UNCLOSED,
    after_escape,
)
from engine.kernels.wide_bytes import WIDTH, copy_wide, first_of
from matching.kernels import bare_kernel as kernel
from matching.kernels import bare_part as part

# Verdicts on a record (uint8); KEPT is a row, all others are rejects.
(
    KEPT,
    TOO_FEW_FIELDS,
    TOO_MANY_FIELDS,
    UNCLOSED_QUOTE,
    RECORD_TOO_LONG,
    FIELD_TOO_LONG,
    NUL_BYTE,
    EMPTY_RECORD,
    REPEATED_HEADER,
    COMMENT_LINE,
) = range(10)

# Bits of `marks` (uint8, one a record): what was passed over in a kept record.
MARK_BOM, MARK_STRAY_QUOTE, MARK_SURPLUS, MARK_RETURN = 1, 2, 4, 8

TAB, CAPITAL_N, SMALL_N, SMALL_R, SMALL_T = 9, 78, 110, 114, 116


@part
def same_bytes(data: Any, start: int, end: int, other: Any) -> bool:
    """Tell whether `data[start:end]` equals `other`."""
    if end - start != other.shape[0]:
        return False
    for i in range(other.shape[0]):
        if data[start + i] != other[i]:
            return False
    return True


@kernel
def split(
    data: Any,
    starts: Any,
    ends: Any,
    flags: Any,
    first: int,
    count: int,
    grammar: Any,
    slots: Any,
    header: Any,
    places: Any,
    lengths: Any,
    verdicts: Any,
    marks: Any,
    sizes: Any,
) -> int:
    r"""Cut records `first` to `first + count` into fields; return how many are kept.

    Field f of record r goes to slot s = `slots[f]` (-1: not wanted): `places[s, r]` and `lengths[s, r]`, relative to
    `first`; a negative length is that of a field whose quotes or escapes are still to be undone. `sizes[s]` is the
    sum of the lengths of the kept records. In an escaped dialect the field `\N` reads as empty. About 1.2 ns a byte.
    """
    delimiter, quote, escape = grammar[DELIMITER], grammar[QUOTE], grammar[ESCAPE]
    least, most, widest = grammar[FIELDS_MIN], grammar[FIELDS_MAX], grammar[FIELD_BYTES]
    escaping = escape if escape >= 0 else delimiter
    width = slots.shape[0]
    wanted = sizes.shape[0]
    sizes[:] = 0
    kept = 0
    for r in range(count):
        start, end, flag = starts[first + r], ends[first + r], flags[first + r]
        mark = 0
        if flag & (UNCLOSED | OVERSIZE):
            verdicts[r] = UNCLOSED_QUOTE if flag & UNCLOSED else RECORD_TOO_LONG
            marks[r] = 0
            continue
        if end - start >= 3 and data[start] == 0xEF and data[start + 1] == 0xBB and data[start + 2] == 0xBF:
            start += 3
            mark = MARK_BOM
        for s in range(wanted):
            lengths[s, r] = 0
            places[s, r] = start
        field = 0
        content, nul, surplus, wide = False, False, False, False
        p = start
        while True:
            begin, stop, undo = p, end, False
            quoted = False
            if flag & HAS_QUOTES:
                q = p
                while q < end and data[q] == SPACE:
                    q += 1
                if q < end and data[q] == quote:
                    quoted = True
                    begin = q + 1
                    q = begin
                    close = -1
                    while q < end:
                        near = first_of(data, q, quote, 0, quote if escape < 0 else escape, quote)
                        q += near
                        if near == WIDTH or q >= end:
                            continue
                        c = data[q]
                        if c == 0:
                            nul = True
                            q += 1
                        elif c == escape:
                            undo = True
                            nul = nul or (q + 1 < end and data[q + 1] == 0)
                            q = after_escape(data, q, end)
                        elif q + 1 < end and data[q + 1] == quote:
                            undo = True
                            q += 2
                        else:
                            close = q
                            q += 1
                            while q < end and (data[q] == SPACE or data[q] == CR or data[q] == LF):
                                q += 1
                            if q >= end or data[q] == delimiter:
                                break
                            q = close + 1
                            close = -1
                            mark |= MARK_STRAY_QUOTE
                    stop = close if close >= 0 else end
                    p = q
            if not quoted:
                q = p
                while q < end:
                    near = first_of(data, q, delimiter, 0, CR, escaping)
                    q += near
                    if near == WIDTH or q >= end:
                        continue
                    c = data[q]
                    if c == delimiter:
                        break
                    if c == 0:
                        nul = True
                    elif c == CR:
                        mark |= MARK_RETURN
                    elif c == escape:
                        undo = True
                        q += 1
                        nul = nul or (q < end and data[q] == 0)
                    q += 1
                q = min(q, end)
                stop = q
                p = q
            if undo and stop - begin == 2 and data[begin] == escape and data[begin + 1] == CAPITAL_N:
                stop = begin
                undo = False
            if stop > begin:
                if not content:
                    i = begin
                    while i < stop and (data[i] == SPACE or data[i] == TAB):
                        i += 1
                    content = i < stop
                if field >= most:
                    i = begin
                    while i < stop and data[i] == SPACE:
                        i += 1
                    surplus = surplus or i < stop
                wide = wide or stop - begin > widest
            if field < width and slots[field] >= 0:
                places[slots[field], r] = begin
                lengths[slots[field], r] = begin - stop if undo else stop - begin
            field += 1
            if p >= end:
                break
            p += 1
        if field > most:
            mark |= MARK_SURPLUS
        if nul:
            verdict = NUL_BYTE
        elif not content:
            verdict = EMPTY_RECORD
        elif same_bytes(data, start, end, header):
            verdict = REPEATED_HEADER
        elif surplus:
            verdict = TOO_MANY_FIELDS
        elif wide:
            verdict = FIELD_TOO_LONG
        elif field < least:
            verdict = TOO_FEW_FIELDS
        else:
            verdict = KEPT
        if (
            verdict != KEPT
            and verdict != REPEATED_HEADER
            and not nul
            and start < end
            and data[start] == grammar[COMMENT]
        ):
            verdict = COMMENT_LINE
        verdicts[r] = verdict
        marks[r] = mark
        if verdict == KEPT:
            kept += 1
            for s in range(wanted):
                sizes[s] += abs(lengths[s, r])
    return kept


@kernel
def fill(
    data: Any,
    places: Any,
    lengths: Any,
    verdicts: Any,
    count: int,
    quote: int,
    escape: int,
    out: Any,
    offsets: Any,
    row: int,
) -> int:
    """Copy one column of the kept records behind row `row` of a text column; return the next row.

    `out` must hold `offsets[row]` plus the sum of the lengths plus ROOM; `data` goes on for ROOM bytes behind the last
    field.
    """
    at = offsets[row]
    for r in range(count):
        if verdicts[r] != KEPT:
            continue
        p, length = places[r], lengths[r]
        if length >= 0:
            i = 0
            while i < length:
                copy_wide(out, at + i, data, p + i)
                i += WIDTH
            at += length
        else:
            end = p - length
            while p < end:
                c = data[p]
                if c == escape and p + 1 < end:
                    p += 1
                    c = data[p]
                    if c == SMALL_N:
                        c = LF
                    elif c == SMALL_T:
                        c = TAB
                    elif c == SMALL_R:
                        c = CR
                elif c == quote and p + 1 < end and data[p + 1] == quote:
                    p += 1
                out[at] = c
                at += 1
                p += 1
        row += 1
        offsets[row] = at
    return row
