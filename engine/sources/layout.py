"""How a text file is laid out, told from its head: dialect, preamble, the line of column names, the first record."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from engine.errors import SourceColumnsDoubled, SourceColumnsMissing, SourceEmpty, SourceTooWide
from engine.kernels import framing as kernels
from engine.kernels.wide_bytes import ROOM
from engine.records import HeaderMatch, Kind, column_named, columns, folded, match_headers
from engine.sources.framing import Dialect, grammar_of
from engine.sources.framing_rules import split_plainly
from engine.sources.profile import CarrierProfile, Limits

DELIMITERS = ",;\t|^%~\x1f\x01"
#: Records at the head of a file among which the line of column names is looked for.
HEAD_RECORDS = 64
_QUOTE_SAMPLE_BYTES = 1 << 18
#: Quotes that open fields and never close one, from which on they are plain signs.
_PLAIN_QUOTES = 4
_HINT = re.compile(rb"\Asep=([^\r\n])\r?\n?")
_DIGITS = re.compile(rb"[0-9]{6,}")
_COLUMN_NUMBER = re.compile(r"\(?\s*(\d{1,3})\s*\)?")


@dataclass(frozen=True, slots=True)
class HeadRecord:
    """One record at the head of a file: its bytes, where the next begins, its line and the line of the next."""

    raw: bytes
    following: int
    line: int
    next_line: int
    dialect: Dialect
    flags: int

    @property
    def oversize(self) -> bool:
        return bool(self.flags & kernels.OVERSIZE)

    @property
    def holds_numbers(self) -> bool:
        """Tell whether a long number stands in it, as in every record and in no line of column names."""
        return _DIGITS.search(self.raw) is not None

    @property
    def cells(self) -> tuple[str, ...]:
        """Cut it into cells; slow."""
        if self.oversize:
            return ()
        raw = self.raw.removeprefix(b"\xef\xbb\xbf")
        cut = split_plainly(raw, self.dialect, bool(self.flags & kernels.HAS_QUOTES))
        return tuple(cell.decode("utf-8", "replace") for cell in cut)


@dataclass(frozen=True, slots=True)
class Layout:
    """What the head of a text file says. Records begin at byte `start` on line `line`.

    `header` is the line of column names as it stands (empty if there is none), on line `header_line` (0: none);
    `preamble` counts the lines before it, `second_header` tells whether further header lines follow.
    """

    dialect: Dialect
    match: HeaderMatch
    header: bytes
    header_line: int
    start: int
    line: int
    preamble: int
    second_header: bool
    width: int


def head_records(
    sample: bytes, dialect: Dialect, limits: Limits, start: int = 0, most: int = HEAD_RECORDS
) -> Iterator[HeadRecord]:
    """Frame the first records of a sample, the number of fields being unknown."""
    grammar = grammar_of(dialect, limits)
    state = np.zeros(kernels.STATE_SIZE, np.int64)
    state[kernels.POSITION], state[kernels.LINE] = start, 1 + sample[:start].count(b"\n")
    starts, ends, lines = (np.zeros(1, np.int64) for _ in range(3))
    flags = np.zeros(1, np.uint8)
    data = np.frombuffer(sample + bytes(ROOM), np.uint8).copy()
    for _ in range(most):
        if not kernels.frame(data, len(sample), True, grammar, state, starts, ends, lines, flags):  # noqa: FBT003
            return
        raw = sample[int(starts[0]) : int(ends[0])]
        following, line = int(state[kernels.POSITION]), int(state[kernels.LINE])
        record = HeadRecord(raw, following, int(lines[0]), line, dialect, int(flags[0]))
        yield record
        if record.oversize:
            return


def _line_end(sample: bytes) -> Literal["lf", "cr"]:
    return "cr" if b"\n" not in sample and b"\r" in sample else "lf"


def _quote_of(sample: bytes, delimiter: str, profile: CarrierProfile) -> str:
    """Choose the quote by the fields that it properly encloses; a double quote that never does is a plain sign."""
    if profile.quote is not None:
        return profile.quote
    sample = sample[:_QUOTE_SAMPLE_BYTES]
    beside = re.escape(delimiter.encode())
    enclosed, loose = {}, {}
    for quote in (b'"', b"'"):
        enclosed[quote] = loose[quote] = 0
        if quote not in sample:
            continue
        inside = rb"[^Q\\]*(?:(?:QQ|\\.)[^Q\\]*)*"
        field = rb"(?:\A|(?<=[\r\n])|(?<=D))Q" + inside + rb"Q(?=D|[\r\n]|\Z)"
        field = field.replace(b"D", beside).replace(b"Q", quote)
        enclosed[quote] = len(re.findall(field, sample))
        loose[quote] = len(re.findall(rb"(?:[\r\n]|" + beside + rb")" + quote, sample))
    if enclosed[b"'"] > max(enclosed[b'"'], loose[b"'"] // 2):
        return "'"
    return "" if loose[b'"'] >= _PLAIN_QUOTES and not enclosed[b'"'] else '"'


def _candidates(sample: bytes, profile: CarrierProfile) -> Iterator[Dialect]:
    hint = _HINT.match(sample.removeprefix(b"\xef\xbb\xbf"))
    hinted = hint.group(1).decode("latin-1") if hint else ""
    escape: Literal["double", "backslash"] = profile.escape or ("backslash" if _backslashed(sample) else "double")
    for delimiter in profile.delimiter or (hinted if hinted in DELIMITERS else "") or DELIMITERS:
        quote = _quote_of(sample, delimiter, profile)
        yield Dialect(delimiter, quote, escape, _line_end(sample), 0, 0, profile.comment)


def _backslashed(sample: bytes) -> bool:
    r"""Tell whether quotes are escaped by backslashes: `\"` inside a field, and never as the end of one."""
    inside = len(re.findall(rb'[^,;\t|\\\r\n"]\\"[^,;\t|\r\n]', sample))
    doubled = sample.count(b'""')
    return inside > 0 and inside > doubled


def names_columns(cells: tuple[str, ...], match: HeaderMatch) -> bool:
    """Tell column names from a record: at least two known names, and no cell with a long number."""
    return len(match.found) + len(match.doubled) >= 2 and not _holds_numbers(cells)


def _holds_numbers(cells: tuple[str, ...]) -> bool:
    return any(_DIGITS.search(cell.encode()) for cell in cells)


def _too_wide(record: HeadRecord, path: Path, limits: Limits) -> None:
    if record.oversize:
        raise SourceTooWide(
            path=path,
            line=record.line,
            what="the length of the line in bytes",
            limit=limits.record_bytes,
            option="record_bytes",
        )
    if len(record.cells) > limits.columns:
        raise SourceTooWide(
            path=path,
            line=record.line,
            what=f"a line of {len(record.cells)} columns",
            limit=limits.columns,
            option="columns",
        )


def _by_names(sample: bytes, path: Path, profile: CarrierProfile, kind: Kind) -> Layout:
    best: tuple[tuple[int, int], Dialect, list[HeadRecord], int, HeaderMatch] | None = None
    for dialect in _candidates(sample, profile):
        records = list(head_records(sample, dialect, profile.limits))
        if not records:
            raise SourceEmpty(path=path, what="line ends alone")
        for index, record in enumerate(records):
            if profile.header_row is not None and record.line != profile.header_row:
                continue
            if record.oversize or (profile.header_row is None and record.holds_numbers):
                continue
            cells = record.cells
            if len(cells) > profile.limits.columns:
                continue
            match = match_headers(cells, kind, profile.columns)
            score = (len(match.found), -len(match.missing))
            if (names_columns(cells, match) or profile.header_row) and (best is None or score > best[0]):
                best = (score, dialect, records, index, match)
    if best is None:
        first = next(head_records(sample, next(_candidates(sample, profile)), profile.limits))
        _too_wide(first, path, profile.limits)
        raise SourceColumnsMissing(
            path=path,
            line=profile.header_row or 1,
            missing=_listed(tuple(c.name for c in columns(kind) if c.need == "mandatory")),
            found=f"none of the first {HEAD_RECORDS} lines holds known column names (none at all: set header_row = 0)",
        )
    _, dialect, records, index, match = best
    record = records[index]
    check_names(match, path, record.line)
    last = max((place for place, cell in enumerate(record.cells) if cell.strip()), default=0)
    sized = replace(dialect, fields_min=last + 1, fields_max=len(record.cells))
    end = index
    while end + 1 < len(records) and repeats_header(records[end + 1].cells, match, kind):
        end += 1
    return Layout(
        sized,
        match,
        record.raw.removeprefix(b"\xef\xbb\xbf"),
        record.line,
        records[end].following,
        records[end].next_line,
        record.line - 1,
        end > index,
        len(record.cells),
    )


def repeats_header(row: tuple[str, ...], match: HeaderMatch, kind: Kind) -> bool:
    """Tell a second line of names, or one that numbers the columns, from a record."""
    cells = [cell.strip() for cell in row if cell.strip()]
    if len(cells) < 2:
        return False
    numbers = [_COLUMN_NUMBER.fullmatch(cell) for cell in cells]
    counted = [int(number.group(1)) for number in numbers if number]
    if len(counted) == len(cells) and counted == list(range(counted[0], counted[0] + len(cells))) and counted[0] <= 1:
        return True
    named = {hit[0] for cell in cells if (hit := column_named(cell, kind)) and hit[1] < 2}
    return len(named) >= max(2, len(match.found) // 2) and not _holds_numbers(row)


def check_names(match: HeaderMatch, path: Path, line: int) -> None:
    """Refuse a line of column names that lacks a mandatory column or names one twice."""
    if match.doubled:
        doubled = "; ".join(
            f"columns {', '.join(str(place + 1) for place in places)} all mean {name}"
            for name, places in match.doubled.items()
        )
        raise SourceColumnsDoubled(path=path, line=line, doubled=doubled)
    if match.missing:
        known = f"columns recognised: {_listed(tuple(match.found))}"
        raise SourceColumnsMissing(path=path, line=line, missing=_listed(match.missing), found=known)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"


def _without_names(sample: bytes, path: Path, profile: CarrierProfile, kind: Kind) -> Layout:
    """Take the columns from the profile; the delimiter is the one that gives most lines that many fields."""
    width = len(profile.column_order)
    best: tuple[int, Dialect] | None = None
    for dialect in _candidates(sample, profile):
        widths = Counter(len(record.cells) for record in head_records(sample, dialect, profile.limits))
        if best is None or widths[width] > best[0]:
            best = (widths[width], dialect)
    if best is None:
        raise SourceEmpty(path=path, what="line ends alone")
    places = {name: place for place, name in enumerate(profile.column_order) if name}
    match = match_headers(profile.column_order, kind, {name: name for name in places})
    hint = _HINT.match(sample.removeprefix(b"\xef\xbb\xbf"))
    start = len(hint.group(0)) if hint else 3 if sample.startswith(b"\xef\xbb\xbf") else 0
    check_names(match, path, 0)
    dialect = replace(best[1], fields_min=width, fields_max=width)
    return Layout(dialect, match, b"", 0, start, 2 if hint else 1, 0, second_header=False, width=width)


def find_layout(sample: bytes, path: Path, profile: CarrierProfile, kind: Kind) -> Layout:
    """Tell dialect, column names and first record from the head of a text in UTF-8.

    Raises:
        SourceEmpty, SourceTooWide, SourceColumnsMissing, SourceColumnsDoubled: with file and line.
    """
    if not sample.strip(b"\r\n\0 \t\xef\xbb\xbf\x1a"):
        raise SourceEmpty(path=path, what="no letters")
    if profile.header_row == 0:
        return _without_names(sample, path, profile, kind)
    return _by_names(sample, path, profile, kind)


def is_footer(text: str) -> bool:
    """Tell a line of totals or a closing remark at the end of a file by its first words."""
    first = folded(text.lstrip(" ,;\t|\"'")[:40])
    return first.startswith(_FOOTERS)


_FOOTERS = (
    "tong",
    "total",
    "cong",
    "grandtotal",
    "sodong",
    "sobanghi",
    "nguoilap",
    "ghichu",
    "rowcount",
    "records",
    "eof",
    "trailer",
    "ketthuc",
)
