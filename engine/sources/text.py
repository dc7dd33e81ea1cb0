"""Delimited text in UTF-8: one pass finds where the chunks begin, each chunk is then read on its own."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.kernels import framing as framing_kernels
from engine.kernels import splitting
from engine.kernels.wide_bytes import ROOM
from engine.sources.chunks import (
    TEXT_BYTES,
    Chunk,
    ChunkSpec,
    Rejects,
    TextPart,
    check_balance,
    check_unchanged,
    shown,
    with_joined_name,
)
from engine.sources.findings import SourceFinding, finding, merged
from engine.sources.framing import BLOCK_RECORDS, Block, RecordReader, grammar_of
from engine.sources.layout import Layout, is_footer
from engine.sources.profile import Limits
from engine.sources.transcoding import to_utf8

_REASONS = {
    splitting.TOO_FEW_FIELDS: "too-few-fields",
    splitting.TOO_MANY_FIELDS: "too-many-fields",
    splitting.UNCLOSED_QUOTE: "unclosed-quote",
    splitting.RECORD_TOO_LONG: "record-too-long",
    splitting.FIELD_TOO_LONG: "field-too-long",
    splitting.NUL_BYTE: "nul-byte",
    splitting.EMPTY_RECORD: "empty-record",
    splitting.REPEATED_HEADER: "repeated-header",
    splitting.COMMENT_LINE: "comment-line",
}
_MARKS = (
    (splitting.MARK_BOM, "bom"),
    (splitting.MARK_STRAY_QUOTE, "stray-quote"),
    (splitting.MARK_SURPLUS, "surplus-delimiters"),
    (splitting.MARK_RETURN, "stray-return"),
)
#: Records at the end of a file that may be totals or remarks.
_FOOTER_RECORDS = 8
_SPARE_BYTES = 1 << 16
_LOOK_BYTES = 2 * TEXT_BYTES
_RAGGED = frozenset({"too-few-fields", "too-many-fields"})
#: Digits from which a cell can be a number to serve.
_NUMBER_DIGITS = 6
_ZERO, _NINE = ord("0"), ord("9")


@dataclass(frozen=True, slots=True)
class _Boundary:
    offset: int
    line: int
    rows: int


def find_chunks(
    path: Path,
    layout: Layout,
    limits: Limits,
    chunk_rows: int,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[list[tuple[int, int, int, int]], int]:
    """Frame the whole file once; give (start, stop, first line, records) of every chunk, and the number of records."""
    size = path.stat().st_size
    reader = RecordReader(path, layout.start, size, layout.line, layout.dialect, limits)
    begins = [_Boundary(layout.start, layout.line, 0)]
    total = 0
    for block in reader:
        count = len(block.starts)
        at = 0
        while at < count:
            head = begins[-1]
            room = head.rows + chunk_rows - total
            fits = int(np.searchsorted(block.ends, head.offset + limits.chunk_bytes - block.offset, "right"))
            upto = min(count, at + room, max(fits, at + 1 if total == head.rows else at))
            total += upto - at
            at = upto
            if at < count:
                begins.append(_Boundary(block.offset + int(block.starts[at]), int(block.lines[at]), total))
        if progress is not None:
            progress(block.offset + int(block.ends[-1]), size)
    ranges = []
    for head, following in zip(begins, [*begins[1:], _Boundary(size, 0, total)], strict=True):
        if following.rows > head.rows:
            ranges.append((head.offset, following.offset, head.line, following.rows - head.rows))
    return ranges, total


def head_of(spec: ChunkSpec, part: TextPart, rows: int) -> ChunkSpec:
    """Give the specification of the first `rows` records of a chunk, which has more."""
    reader = RecordReader(Path(spec.path), part.start, part.stop, part.first_line, part.dialect, spec.limits)
    seen = 0
    for block in reader:
        if seen + len(block.starts) > rows:
            stop = block.offset + int(block.starts[rows - seen])
            return replace(spec, framed=rows, part=replace(part, stop=stop, last=False, truncated=False))
        seen += len(block.starts)
    return spec


class _TextColumn:
    """One growing column of text: the buffers of an Arrow large_string array."""

    def __init__(self, rows: int) -> None:
        self.offsets = np.zeros(rows + 1, np.int64)
        self.data = np.empty(0, np.uint8)
        self.used = 0

    def make_room(self, size: int, share: float) -> None:
        """Have room for `size` more bytes; `share` of the rows are then filled, which tells how much is to come."""
        need = self.used + size + ROOM
        if need <= len(self.data):
            return
        grown = np.empty(max(int(need / max(share, 0.05) * 1.05), need) + _SPARE_BYTES, np.uint8)
        grown[: self.used] = self.data[: self.used]
        self.data = grown

    def array(self, rows: int) -> Any:
        data = pa.py_buffer(self.data[: self.used])
        return pa.LargeStringArray.from_buffers(rows, pa.py_buffer(self.offsets[: rows + 1]), data)


class _ChunkReader:
    """Reads the records of one chunk into columns and rejects."""

    def __init__(self, spec: ChunkSpec, part: TextPart) -> None:
        self.spec, self.part = spec, part
        self.grammar = grammar_of(part.dialect, spec.limits)
        self.names = [name for name, _ in spec.columns]
        width = max((int(place) for _, place in spec.columns), default=0) + 1
        self.slots = np.full(width, -1, np.int32)
        for slot, (_, place) in enumerate(spec.columns):
            self.slots[int(place)] = slot
        self.columns = [_TextColumn(spec.framed) for _ in spec.columns]
        self.header = np.frombuffer(part.header, np.uint8).copy()
        self.places = np.empty((len(self.columns), BLOCK_RECORDS), np.int64)
        self.lengths = np.empty_like(self.places)
        self.verdicts = np.empty(BLOCK_RECORDS, np.uint8)
        self.marks = np.empty(BLOCK_RECORDS, np.uint8)
        self.sizes = np.zeros(len(self.columns), np.int64)
        self.lines = np.empty(spec.framed, np.int64)
        self.numbers = np.empty(spec.framed, np.int64)
        self.rows = 0
        self.framed = 0
        self.rejects = Rejects()
        self.findings: list[SourceFinding] = []
        self.tail: list[tuple[int, int, int, bytes]] = []

    def read(self) -> Chunk:
        part = self.part
        path = Path(self.spec.path)
        for block in RecordReader(path, part.start, part.stop, part.first_line, part.dialect, self.spec.limits):
            self._take(block)
        if part.truncated:
            self._drop_torn()
        if part.last:
            self._drop_footers()
        check_balance(self.spec, self.rows, len(self.rejects.rows))
        columns = [column.array(self.rows) for column in self.columns]
        table = with_joined_name(pa.table(columns, names=self.names))
        gaps = self.rows < self.framed
        return Chunk(
            self.spec.first_row,
            self.numbers[: self.rows] if gaps else None,
            self.lines[: self.rows],
            table,
            self.rejects.table(),
            merged(self.findings),
        )

    def _take(self, block: Block) -> None:
        data, starts, ends = self._mended(block)
        count = len(starts)
        kept = splitting.split(
            data,
            starts,
            ends,
            block.flags,
            0,
            count,
            self.grammar,
            self.slots,
            self.header,
            self.places,
            self.lengths,
            self.verdicts,
            self.marks,
            self.sizes,
        )
        verdicts = self.verdicts[:count]
        share = (self.framed + count) / self.spec.framed
        quote, escape = self.grammar[framing_kernels.QUOTE], self.grammar[framing_kernels.ESCAPE]
        for slot, column in enumerate(self.columns):
            column.make_room(int(self.sizes[slot]), share)
            splitting.fill(
                data,
                self.places[slot],
                self.lengths[slot],
                verdicts,
                count,
                quote,
                escape,
                column.data,
                column.offsets,
                self.rows,
            )
            column.used = int(column.offsets[self.rows + kept])
        good = np.flatnonzero(verdicts == splitting.KEPT)
        self.lines[self.rows : self.rows + kept] = block.lines[good]
        self.numbers[self.rows : self.rows + kept] = self.spec.first_row + self.framed + good
        if kept < count:
            self._reject(block, verdicts)
        self._note_marks(block, count)
        if self.part.last:
            self._keep_tail(block, good)
        self.rows += kept
        self.framed += count

    def _mended(self, block: Block) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Give the block with valid UTF-8 alone: damaged records are decoded anew behind the others."""
        first, last = int(block.starts[0]), int(block.ends[-1])
        if block.whole_bytes or _is_valid(block.data, np.array([first, last])):
            return block.data, block.starts, block.ends
        bad = _invalid(block.data, block.starts, block.ends)
        starts, ends = block.starts.copy(), block.ends.copy()
        pieces = [block.data[:last]]
        at = last
        for index in bad:
            raw = bytes(block.data[starts[index] : ends[index]])
            fixed = to_utf8(raw, self.part.fallback) if self.part.fallback else raw.decode("utf-8", "replace").encode()
            pieces.append(np.frombuffer(fixed, np.uint8))
            starts[index], ends[index] = at, at + len(fixed)
            at += len(fixed)
        code = "encoding-mixed" if self.part.fallback else "bad-bytes"
        detail = f"UTF-8 + {self.part.fallback}"
        self.findings.append(finding(code, self.spec.source, detail, len(bad), (int(block.lines[i]) for i in bad)))
        pieces.append(np.zeros(ROOM, np.uint8))
        return np.concatenate(pieces), starts, ends

    def _reject(self, block: Block, verdicts: npt.NDArray[np.uint8]) -> None:
        bad = np.flatnonzero(verdicts != splitting.KEPT)
        view = memoryview(block.data)  # type: ignore[arg-type]
        ends = np.minimum(block.ends[bad], block.starts[bad] + _LOOK_BYTES)
        raws = [view[start:end].tobytes() for start, end in zip(block.starts[bad].tolist(), ends.tolist(), strict=True)]
        lengths = (block.ends[bad] - block.starts[bad]).tolist()
        texts = [shown(raw, block.whole_bytes or length) for raw, length in zip(raws, lengths, strict=True)]
        reasons = [_REASONS[verdict] for verdict in verdicts[bad].tolist()]
        if self.part.last:
            reasons = [
                "footer-line" if reason in _RAGGED and is_footer(text) else reason
                for reason, text in zip(reasons, texts, strict=True)
            ]
        self.rejects.extend(
            block.lines[bad].tolist(),
            (block.offset + block.starts[bad]).tolist(),
            (self.spec.first_row + self.framed + bad).tolist(),
            reasons,
            texts,
        )

    def _note_marks(self, block: Block, count: int) -> None:
        marks = self.marks[:count]
        if not marks.any():
            return
        for bit, code in _MARKS:
            places = np.flatnonzero(marks & bit)
            if len(places):
                self.findings.append(
                    finding(code, self.spec.source, "", len(places), block.lines[places[:20]].tolist())
                )

    def _keep_tail(self, block: Block, good: npt.NDArray[np.int64]) -> None:
        """Remember the last kept records as they stand in the file, in case they are totals."""
        for index in good[-_FOOTER_RECORDS:].tolist():
            start, end = int(block.starts[index]), int(block.ends[index])
            raw = bytes(block.data[start:end])
            self.tail.append(
                (int(block.lines[index]), block.offset + start, self.spec.first_row + self.framed + index, raw)
            )
        self.tail = self.tail[-_FOOTER_RECORDS:]

    def _drop_torn(self) -> None:
        """Turn the very last record, which the end of a damaged file has cut, into a reject."""
        final = self.spec.first_row + self.framed - 1
        if self.tail and self.tail[-1][2] == final:
            self._drop_last("truncated-record")
        elif self.rejects.rows and self.rejects.rows[-1] == final:
            self.rejects.reasons[-1] = "truncated-record"

    def _drop_last(self, reason: str) -> None:
        """Turn the last kept row into a reject."""
        line, offset, number, raw = self.tail.pop()
        self.rejects.add(line, offset, number, reason, shown(raw))
        self.rows -= 1
        for column in self.columns:
            column.used = int(column.offsets[self.rows])

    def _drop_footers(self) -> None:
        """Turn rows at the very end that are totals by their words, and hold no number to serve, into rejects."""
        key = next((i for i, name in enumerate(self.names) if name in {"msisdn", "id_number"}), None)
        while self.tail and key is not None:
            column = self.columns[key]
            value = bytes(column.data[column.offsets[self.rows - 1] : column.offsets[self.rows]])
            if sum(_ZERO <= sign <= _NINE for sign in value) >= _NUMBER_DIGITS or not is_footer(
                self.tail[-1][3].decode("utf-8", "replace")
            ):
                return
            self._drop_last("footer-line")


def _is_valid(data: npt.NDArray[np.uint8], bounds: npt.NDArray[np.int64]) -> bool:
    """Tell whether every stretch between neighbouring bounds is valid UTF-8."""
    try:
        pa.LargeStringArray.from_buffers(len(bounds) - 1, pa.py_buffer(bounds), pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _invalid(data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> list[int]:
    """Find the records that are not valid UTF-8, by halving."""
    found: list[int] = []
    pending = [(0, len(starts))]
    while pending:
        first, last = pending.pop()
        if _is_valid(data, np.array([starts[first], ends[last - 1]])):
            continue
        if last - first == 1:
            found.append(first)
            continue
        middle = (first + last) // 2
        pending += [(first, middle), (middle, last)]
    return sorted(found)


def read_text_chunk(spec: ChunkSpec, part: TextPart) -> Chunk:
    """Read one chunk of a text file.

    Raises:
        SourceChanged: the file is not the one that was prepared.
    """
    check_unchanged(spec)
    return _ChunkReader(spec, part).read()
