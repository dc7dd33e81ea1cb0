"""Where the records of delimited text begin and end, found byte by byte and resumed after damage.

A record ends at a line end outside quotes. A quoted field may run over a line end only when it closes properly, the
whole record then has the right number of fields, and none of the lines inside looks like a record of its own;
otherwise the first line alone is damaged, and framing goes on at the next line, so that a stray quote never takes the
good lines behind it. Every decision depends on at most `RECORD_BYTES` bytes from the start of the record, and a look
ahead that fails gives the same answer as the end of the text: framing may therefore be done again from any record
boundary and gives the same records.

The plain twin is `engine.sources.framing.frame_plainly`.
"""

from typing import Any

from engine.kernels.wide_bytes import WIDTH, first_of
from matching.kernels import bare_kernel as kernel
from matching.kernels import bare_part as part

# Places in the array `grammar` (int64).
DELIMITER, QUOTE, ESCAPE, BREAK, FIELDS_MIN, FIELDS_MAX, RECORD_BYTES, RECORD_LINES, FIELD_BYTES, COMMENT = range(10)
GRAMMAR_SIZE = 10

# Bits of `flags` (uint8, one a record).
HAS_QUOTES, HAS_BREAKS, UNCLOSED, OVERSIZE = 1, 2, 4, 8

# Places in the array `state` (int64).
POSITION, LINE, FOUND_END, FOUND_NEXT, FOUND_LINES = range(5)
STATE_SIZE = 5

LF, CR, SPACE = 10, 13, 32

#: Lone CRs that one record may carry as content; bounds the look ahead in text that ends its lines with CR.
MOST_RETURNS = 32


@part
def opens_field(data: Any, start: int, at: int, delimiter: int) -> bool:
    """Tell whether the quote at `at` stands first in its field (spaces before it do not count)."""
    i = at - 1
    while i >= start and data[i] == SPACE:
        i -= 1
    return bool(i < start or data[i] == delimiter)


@part
def closes_field(data: Any, at: int, stop: int, size: int, delimiter: int) -> bool:
    """Tell whether the quote at `at` is followed by a delimiter or a line end (spaces between do not count)."""
    i = at + 1
    while i < stop and data[i] == SPACE:
        i += 1
    if i >= stop:
        return stop == size
    return bool(data[i] == delimiter or data[i] == LF or data[i] == CR)


@kernel
def after_escape(data: Any, at: int, stop: int) -> int:
    """Give the place behind the escaped byte at `at` + 1; a line end cannot be escaped."""
    if at + 1 < stop and (data[at + 1] == LF or data[at + 1] == CR):
        return at + 1
    return at + 2


@part
def closing_quote(data: Any, at: int, stop: int, size: int, grammar: Any) -> int:
    """Give the place of the quote that closes the field opened just before `at`, on this line; -1 if there is none.

    A quote inside that neither closes nor is doubled counts as text, unless it looks like the opening of another field.
    """
    quote, escape, delimiter = grammar[QUOTE], grammar[ESCAPE], grammar[DELIMITER]
    escaping = escape if escape >= 0 else quote
    p = at
    while p < stop:
        near = first_of(data, p, quote, LF, CR, escaping)
        p += near
        if near == WIDTH or p >= stop:
            continue
        c = data[p]
        if c == LF or c == CR:
            return -1
        if c == escape:
            p = after_escape(data, p, stop)
        elif p + 1 < size and data[p + 1] == quote:
            p += 2
        elif closes_field(data, p, stop, size, delimiter):
            return p
        elif data[p - 1] == delimiter:
            return -1
        else:
            p += 1
    return -1


@part
def after_break(data: Any, at: int, size: int) -> int:
    """Give the place behind the line end at `at`: CRs followed by LF are one, a lone CR or LF is one."""
    p = at
    while p < size and data[p] == CR and p - at < MOST_RETURNS:
        p += 1
    if p < size and data[p] == LF:
        return p + 1
    return min(at + 1, size)


@part
def run_on(data: Any, start: int, stop: int, size: int, grammar: Any, state: Any) -> bool:
    """Try to read one record from `start` with line ends inside quotes; True, and `state` filled, if it is legal."""
    delimiter, quote, escape = grammar[DELIMITER], grammar[QUOTE], grammar[ESCAPE]
    least, most = grammar[FIELDS_MIN], grammar[FIELDS_MAX]
    fields, breaks, on_line, on_first = 1, 0, 0, 0
    surplus = False
    fresh = True
    quoted = False
    broken = False
    p = start
    while True:
        if p >= stop and (quoted or stop < size):
            return False
        c = data[p] if p < stop else LF
        if quoted:
            if c == quote:
                if p + 1 < size and data[p + 1] == quote:
                    p += 2
                elif closes_field(data, p, stop, size, delimiter):
                    quoted = False
                    p += 1
                elif broken:
                    return False
                else:
                    p += 1
            elif c == escape:
                p = after_escape(data, p, stop)
            elif c == LF or c == CR:
                p += 1
                if c == CR and p < size and data[p] == LF:
                    p += 1
                breaks += 1
                broken = True
                if breaks >= grammar[RECORD_LINES]:
                    return False
                if breaks == 1:
                    on_first = on_line
                elif least > 1 and least <= on_line + 1 <= most:
                    return False
                on_line = 0
            else:
                if c == delimiter:
                    on_line += 1
                p += 1
        elif c == LF or c == CR:
            break
        elif c == delimiter:
            fields += 1
            on_line += 1
            fresh = True
            p += 1
        elif fresh and c == quote:
            quoted, broken, fresh = True, False, False
            surplus = surplus or fields > most
            p += 1
        elif c == SPACE:
            p += 1
        else:
            fresh = False
            surplus = surplus or fields > most
            p = after_escape(data, p, stop) if c == escape else p + 1
    if least > 0:
        if fields < least or surplus:
            return False
        if breaks > 0 and least > 1 and least <= on_line + 1 <= most and least <= on_first + 1 <= most:
            return False
    p = min(p, stop)
    state[FOUND_END] = p
    state[FOUND_LINES] = breaks
    state[FOUND_NEXT] = after_break(data, p, size)
    return True


@part
def carries_return(data: Any, start: int, stop: int, grammar: Any) -> bool:
    """Tell whether the text from `start` to the next LF is one record with lone CRs in it.

    It must be of the right width, and no part between CRs may be.
    """
    delimiter, quote, escape, most = grammar[DELIMITER], grammar[QUOTE], grammar[ESCAPE], grammar[FIELDS_MAX]
    if grammar[FIELDS_MIN] <= 0:
        return False
    fields, piece, returns = 1, 1, 0
    p = start
    while p < stop and fields <= most and returns <= MOST_RETURNS:
        c = data[p]
        if c == LF:
            return bool(fields >= grammar[FIELDS_MIN] > piece)
        if c == delimiter:
            fields += 1
            piece += 1
        elif c == CR:
            if piece >= grammar[FIELDS_MIN]:
                return False
            returns += 1
            piece = 1
        elif c == quote and opens_field(data, start, p, delimiter):
            close = closing_quote(data, p + 1, stop, stop, grammar)
            if close < 0:
                return False
            p = close
        elif c == escape:
            p = after_escape(data, p, stop) - 1
        p += 1
    return False


@kernel
def line_break(data: Any, at: int, stop: int) -> int:
    """Give the place of the first LF or CR from `at`; `stop` if there is none."""
    p = at
    while p < stop and data[p] != LF and data[p] != CR:
        p += 1
    return p


@kernel
def frame(
    data: Any,
    size: int,
    final: bool,
    grammar: Any,
    state: Any,
    starts: Any,
    ends: Any,
    lines: Any,
    flags: Any,
) -> int:
    """Write the records of `data[:size]` from `state[POSITION]` on; return how many.

    Stops when the arrays are full, when fewer than RECORD_BYTES bytes are left and `final` is False, or behind a
    record longer than RECORD_BYTES (flag OVERSIZE: its end is not yet known, the caller looks for the next line end).
    Empty lines are not records; `state[LINE]` counts every line. The array goes on for ROOM bytes behind `size`.
    About 0.3 ns a byte without quotes, 1 ns with all fields quoted.
    """
    delimiter, escape = grammar[DELIMITER], grammar[ESCAPE]
    quoting = grammar[QUOTE] if grammar[QUOTE] >= 0 else LF
    escaping = escape if escape >= 0 else LF
    longest = grammar[RECORD_BYTES]
    position, line = state[POSITION], state[LINE]
    count = 0
    while count < starts.shape[0] and position < size and (final or size - position > longest + 2):
        start = position
        stop = min(size, start + longest)
        p = start
        flag = 0
        more_lines = 0
        returns = False
        while True:
            near = first_of(data, p, LF, CR, quoting, escaping)
            p += near
            if near == WIDTH and p < stop:
                continue
            if p >= stop:
                end, position = stop, stop
                if stop < size:
                    flag = OVERSIZE
                break
            c = data[p]
            if c == LF:
                end, position = p, p + 1
                break
            if c == CR:
                q = after_break(data, p, size)
                if data[q - 1] == LF:
                    end, position = p, q
                    break
                if grammar[BREAK] == CR or not (returns or carries_return(data, start, stop, grammar)):
                    end, position = p, p + 1
                    break
                returns = True
                p += 1
                continue
            if c == escape:
                p = after_escape(data, p, stop)
                continue
            flag = HAS_QUOTES
            if p == start or data[p - 1] == delimiter:
                q = p + 1 + first_of(data, p + 1, LF, CR, quoting, escaping)
                if q + 1 < stop and data[q] == c and data[q + 1] == delimiter:
                    p = q + 2
                    continue
            elif not opens_field(data, start, p, delimiter):
                p += 1
                continue
            close = closing_quote(data, p + 1, stop, size, grammar)
            if close >= 0:
                p = close + 1
                continue
            if run_on(data, start, stop, size, grammar, state):
                end, position = state[FOUND_END], state[FOUND_NEXT]
                more_lines = state[FOUND_LINES]
                flag = HAS_QUOTES | HAS_BREAKS if more_lines > 0 else HAS_QUOTES
                break
            end = line_break(data, p, stop)
            position = end
            flag = UNCLOSED
            if end == stop and stop < size:
                flag = OVERSIZE
            elif position < size:
                position += 2 if data[position] == CR and position + 1 < size and data[position + 1] == LF else 1
            break
        if flag == OVERSIZE or end > start:
            starts[count] = start
            ends[count] = end
            lines[count] = line
            flags[count] = flag
            count += 1
        if flag == OVERSIZE:
            position = stop
            break
        line += 1 + more_lines
    state[POSITION] = position
    state[LINE] = line
    return count
