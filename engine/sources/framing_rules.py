"""The rules of framing and splitting, said plainly: the twin of `engine.kernels.framing` and `splitting`.

Slow and short; used for single lines (column names, samples) and to hold the kernels to.
"""

from dataclasses import dataclass
from typing import NamedTuple

from engine.kernels import framing as kernels
from engine.kernels import splitting
from engine.sources.framing import Dialect
from engine.sources.profile import Limits

_BREAKS = b"\r\n"


class PlainRecord(NamedTuple):
    """One framed record: the bytes `start` to `end`, its first line, and the flags of `engine.kernels.framing`."""

    start: int
    end: int
    line: int
    flags: int


class _Ending(NamedTuple):
    """Where a record ends, where the next begins, how many line ends it holds, and its flags."""

    end: int
    following: int
    breaks: int
    flags: int


@dataclass(frozen=True, slots=True)
class _Text:
    """What one decision may see: `data` up to `stop`; the text ends there if `whole`."""

    data: bytes
    stop: int
    whole: bool
    dialect: Dialect

    @property
    def delimiter(self) -> bytes:
        return self.dialect.delimiter.encode()

    @property
    def quote(self) -> bytes:
        return self.dialect.quote.encode()

    def at(self, place: int) -> bytes:
        return self.data[place : place + 1] if place < self.stop else b""

    def is_break(self, place: int) -> bool:
        return self.at(place) != b"" and self.at(place) in _BREAKS

    def escapes(self, place: int) -> bool:
        return self.dialect.escape == "backslash" and self.at(place) == b"\\"

    def after_escape(self, place: int) -> int:
        return place + 1 if self.is_break(place + 1) else place + 2

    def doubled(self, place: int) -> bool:
        return self.data[place + 1 : place + 2] == self.quote

    def opens(self, place: int, start: int) -> bool:
        before = self.data[start:place].rstrip(b" ")
        return before == b"" or before.endswith(self.delimiter)

    def closes(self, place: int) -> bool:
        place += 1
        while self.at(place) == b" ":
            place += 1
        return self.whole if place >= self.stop else self.at(place) == self.delimiter or self.is_break(place)

    def is_quote(self, place: int) -> bool:
        return self.quote != b"" and self.at(place) == self.quote

    def after_breaks(self, place: int) -> int:
        """Give the place behind the line end at `place`; CRs before an LF belong to it."""
        rest = self.data[place : place + kernels.MOST_RETURNS + 1]
        returns = min(len(rest) - len(rest.lstrip(b"\r")), kernels.MOST_RETURNS)
        if rest[returns : returns + 1] == b"\n":
            return place + returns + 1
        return min(place + 1, len(self.data))


def _closing_quote(text: _Text, place: int) -> int | None:
    """Find the quote that closes on this line the field opened before `place`."""
    while place < text.stop:
        if text.is_break(place):
            return None
        if text.escapes(place):
            place = text.after_escape(place)
        elif not text.is_quote(place):
            place += 1
        elif text.doubled(place):
            place += 2
        elif text.closes(place):
            return place
        elif text.data[place - 1 : place] == text.delimiter:
            return None
        else:
            place += 1
    return None


def _fits(count: int, dialect: Dialect) -> bool:
    return dialect.fields_min <= count <= (dialect.fields_max or count)


def _run_on(text: _Text, start: int, most_lines: int) -> _Ending | None:
    """Read one record whose quoted fields hold line ends; None unless it is a legal one."""
    widths = [1]  # fields of each line, were it a record of its own
    fields, surplus, fresh, place = 1, False, True, start
    limit = text.dialect.fields_max or 1 << 40
    while not (text.is_break(place) or (place >= text.stop and text.whole)):
        if place >= text.stop:
            return None
        if text.at(place) == text.delimiter:
            fields, fresh = fields + 1, True
            widths[-1] += 1
            place += 1
        elif fresh and text.is_quote(place):
            fresh = False
            surplus |= fields > limit
            inside = _inside_quotes(text, place + 1, widths, most_lines)
            if inside is None:
                return None
            place = inside
        elif text.at(place) == b" ":
            place += 1
        else:
            fresh = False
            surplus |= fields > limit
            place = text.after_escape(place) if text.escapes(place) else place + 1
    if text.dialect.fields_min > 0:
        if fields < text.dialect.fields_min or surplus:
            return None
        alone = [_fits(width, text.dialect) for width in widths]
        if text.dialect.fields_min > 1 and (any(alone[1:-1]) or (len(alone) > 1 and alone[0] and alone[-1])):
            return None
    end = min(place, text.stop)
    flags = kernels.HAS_QUOTES | (kernels.HAS_BREAKS if len(widths) > 1 else 0)
    return _Ending(end, text.after_breaks(end), len(widths) - 1, flags)


def _inside_quotes(text: _Text, place: int, widths: list[int], most_lines: int) -> int | None:
    """Pass over a quoted field that may hold line ends; behind the first of them a stray quote is not borne."""
    broken = False
    while place < text.stop:
        if text.is_quote(place) and text.doubled(place):
            place += 2
        elif text.is_quote(place) and text.closes(place):
            return place + 1
        elif text.is_quote(place) and broken:
            return None
        elif text.escapes(place):
            place = text.after_escape(place)
        elif text.is_break(place):
            place += 2 if text.data[place : place + 2] == b"\r\n" else 1
            broken = True
            widths.append(1)
            if len(widths) > most_lines:
                return None
        else:
            widths[-1] += text.at(place) == text.delimiter
            place += 1
    return None


def _carries_return(text: _Text, start: int) -> bool:
    """Tell whether the text up to the next LF is one record of the right width with lone CRs as content."""
    if text.dialect.fields_min <= 0:
        return False
    widths, place = [1], start  # fields of each part between CRs
    least = text.dialect.fields_min
    while place < text.stop:
        fields = sum(widths) - len(widths) + 1
        if not _fits(max(fields, least), text.dialect) or len(widths) > kernels.MOST_RETURNS + 1:
            return False
        if text.at(place) == b"\n":
            return fields >= least and max(widths) < least
        widths[-1] += text.at(place) == text.delimiter
        if text.at(place) == b"\r":
            widths.append(1)
        if text.is_quote(place) and text.opens(place, start):
            window = _Text(text.data[: text.stop], text.stop, whole=True, dialect=text.dialect)
            close = _closing_quote(window, place + 1)
            if close is None:
                return False
            place = close
        elif text.escapes(place):
            place = text.after_escape(place) - 1
        place += 1
    return False


def _ending(text: _Text, start: int, most_lines: int) -> _Ending:
    """Find the end of the record that begins at `start`."""
    flags, place = 0, start
    while True:
        if place >= text.stop:
            stop = text.stop
            return _Ending(stop, stop, 0, flags if text.whole else kernels.OVERSIZE)
        if text.is_break(place):
            following = text.after_breaks(place)
            lone = text.at(place) == b"\r" and text.data[following - 1 : following] != b"\n"
            if not lone or text.dialect.line_end == "cr" or not _carries_return(text, start):
                return _Ending(place, following, 0, flags)
            place += 1
        elif text.escapes(place):
            place = text.after_escape(place)
        elif text.is_quote(place):
            flags = kernels.HAS_QUOTES
            if not text.opens(place, start):
                place += 1
                continue
            close = _closing_quote(text, place + 1)
            if close is None:
                return _run_on(text, start, most_lines) or _damaged_line(text, place)
            place = close + 1
        else:
            place += 1


def _damaged_line(text: _Text, place: int) -> _Ending:
    while place < text.stop and not text.is_break(place):
        place += 1
    if place >= text.stop:
        return _Ending(text.stop, text.stop, 0, kernels.UNCLOSED if text.whole else kernels.OVERSIZE)
    return _Ending(place, place + (2 if text.data[place : place + 2] == b"\r\n" else 1), 0, kernels.UNCLOSED)


def frame_plainly(data: bytes, dialect: Dialect, limits: Limits) -> list[PlainRecord]:
    """Give the records of a whole text; an over-long record reaches to its line end."""
    records = []
    place, line = 0, 1
    while place < len(data):
        stop = min(len(data), place + limits.record_bytes)
        found = _ending(_Text(data, stop, stop == len(data), dialect), place, limits.record_lines)
        end, following = found.end, found.following
        if found.flags == kernels.OVERSIZE:
            rest = data[end:].replace(b"\r", b"\n") + b"\n"
            end += rest.index(b"\n")
            following = end + (2 if data[end : end + 2] == b"\r\n" else 1)
        if end > place:
            records.append(PlainRecord(place, end, line, found.flags))
        line += 1 + found.breaks
        place = following
    return records


def _undo(field: bytes, dialect: Dialect) -> bytes:
    """Undo the doubling of quotes or the backslashes of a field."""
    quote = dialect.quote.encode()
    out = bytearray()
    place = 0
    while place < len(field):
        sign, following = field[place : place + 1], field[place + 1 : place + 2]
        if dialect.escape == "backslash" and sign == b"\\" and following:
            out += {b"n": b"\n", b"t": b"\t", b"r": b"\r"}.get(following, following)
            place += 2
        elif quote and sign == quote and following == quote:
            out += quote
            place += 2
        else:
            out += sign
            place += 1
    return bytes(out)


class _Cut(NamedTuple):
    """One field as it stands in the record, quotes off, and whether doubling or escapes are to be undone."""

    raw: bytes
    undo: bool


def _cut(record: bytes, dialect: Dialect, quoted: bool) -> list[_Cut]:
    text = _Text(record, len(record), whole=True, dialect=dialect)
    cuts = []
    place = 0
    while True:
        begin = place
        while quoted and text.at(begin) == b" ":
            begin += 1
        if quoted and text.is_quote(begin):
            cut, place = _quoted_field(text, begin + 1)
        else:
            end = place
            while end < len(record) and text.at(end) != text.delimiter:
                end += 2 if text.escapes(end) else 1
            end = min(end, len(record))
            cut, place = _Cut(record[place:end], dialect.escape == "backslash" and b"\\" in record[place:end]), end
        cuts.append(_Cut(b"", undo=False) if cut.undo and cut.raw == b"\\N" else cut)
        if place >= len(record):
            return cuts
        place += 1


def _quoted_field(text: _Text, begin: int) -> tuple[_Cut, int]:
    place = begin
    undo = False
    while place < text.stop:
        if text.escapes(place):
            undo = True
            place = text.after_escape(place)
        elif not text.is_quote(place):
            place += 1
        elif text.doubled(place):
            undo = True
            place += 2
        else:
            behind = place + 1
            while text.at(behind) and text.at(behind) in b" \r\n":
                behind += 1
            if behind >= text.stop or text.at(behind) == text.delimiter:
                return _Cut(text.data[begin:place], undo), behind
            place += 1
    return _Cut(text.data[begin:], undo), text.stop


def split_plainly(record: bytes, dialect: Dialect, quoted: bool = True) -> list[bytes]:
    """Cut one framed record into its fields, quotes and escapes undone; blanks around a quoted field are dropped."""
    return [_undo(cut.raw, dialect) if cut.undo else cut.raw for cut in _cut(record, dialect, quoted)]


def judge_plainly(
    record: bytes, flags: int, dialect: Dialect, limits: Limits, header: bytes
) -> tuple[int, list[bytes]]:
    """Give the verdict of `engine.kernels.splitting` on one record, and its fields (empty for a reject)."""
    if flags & kernels.UNCLOSED:
        return splitting.UNCLOSED_QUOTE, []
    if flags & kernels.OVERSIZE:
        return splitting.RECORD_TOO_LONG, []
    record = record.removeprefix(b"\xef\xbb\xbf")
    quoted = bool(flags & kernels.HAS_QUOTES)
    fields = [cut.raw for cut in _cut(record, dialect, quoted)]
    most = dialect.fields_max or len(fields)
    verdict = splitting.KEPT
    if b"\0" in record:
        return splitting.NUL_BYTE, []
    if not any(field.strip(b" \t") for field in fields):
        verdict = splitting.EMPTY_RECORD
    elif record == header:
        return splitting.REPEATED_HEADER, []
    elif any(field.strip(b" ") for field in fields[most:]):
        verdict = splitting.TOO_MANY_FIELDS
    elif any(len(field) > limits.field_bytes for field in fields):
        verdict = splitting.FIELD_TOO_LONG
    elif len(fields) < dialect.fields_min:
        verdict = splitting.TOO_FEW_FIELDS
    if verdict != splitting.KEPT and dialect.comment and record.startswith(dialect.comment.encode()):
        verdict = splitting.COMMENT_LINE
    return verdict, split_plainly(record, dialect, quoted) if verdict == splitting.KEPT else []
