"""Records of delimited text: the dialect, a streaming reader of framed records, and the plain rules of framing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from engine.errors import SourceChanged
from engine.kernels import framing as kernels
from engine.kernels.wide_bytes import ROOM
from engine.sources.profile import Limits

#: Records handed on at a time; the arrays of their fields stay in the cache of one core.
BLOCK_RECORDS = 16_384
BLOCK_BYTES = 8 << 20
#: Bytes of an over-long record that are kept.
HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Dialect:
    """How records and fields are written: one-byte signs, `quote` and `comment` empty where there is none.

    A record has at least `fields_min` fields; fields behind `fields_max` must be empty. 0 and 0: any number.
    """

    delimiter: str
    quote: str = '"'
    escape: Literal["double", "backslash"] = "double"
    line_end: Literal["lf", "cr"] = "lf"
    fields_min: int = 0
    fields_max: int = 0
    comment: str = "#"


def grammar_of(dialect: Dialect, limits: Limits) -> npt.NDArray[np.int64]:
    """Give the array `grammar` that the kernels take."""
    grammar = np.zeros(kernels.GRAMMAR_SIZE, np.int64)
    grammar[kernels.DELIMITER] = ord(dialect.delimiter)
    grammar[kernels.QUOTE] = ord(dialect.quote) if dialect.quote else -1
    grammar[kernels.ESCAPE] = ord("\\") if dialect.escape == "backslash" else -1
    grammar[kernels.BREAK] = kernels.CR if dialect.line_end == "cr" else kernels.LF
    grammar[kernels.FIELDS_MIN] = dialect.fields_min
    grammar[kernels.FIELDS_MAX] = dialect.fields_max or 1 << 40
    grammar[kernels.RECORD_BYTES] = limits.record_bytes
    grammar[kernels.RECORD_LINES] = limits.record_lines
    grammar[kernels.FIELD_BYTES] = limits.field_bytes
    grammar[kernels.COMMENT] = ord(dialect.comment) if dialect.comment else -1
    return grammar


@dataclass(frozen=True, slots=True)
class Block:
    """Some framed records: `data[starts[i]:ends[i]]`, on line `lines[i]`; `data[0]` is byte `offset` of the file.

    The arrays are used again for the next block. `whole_bytes` is the length of the record where the block holds one
    over-long record, of which `data` keeps the head.
    """

    data: npt.NDArray[np.uint8]
    offset: int
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]
    flags: npt.NDArray[np.uint8]
    whole_bytes: int = 0


class RecordReader:
    """Streams the framed records of the bytes `start` to `stop` of a UTF-8 text file; memory is that of one block.

    After the last block `line` is the number of the line that would follow.
    """

    def __init__(
        self,
        path: Path,
        start: int,
        stop: int,
        line: int,
        dialect: Dialect,
        limits: Limits,
        block_bytes: int = BLOCK_BYTES,
    ) -> None:
        self.path = path
        self.line = line
        self._base, self._stop = start, stop
        self._limits = limits
        self._grammar = grammar_of(dialect, limits)
        self._buffer: Any = np.empty(min(block_bytes, max(stop - start, 0)) + limits.record_bytes + 8 + ROOM, np.uint8)
        self._held = 0

    def __iter__(self) -> Iterator[Block]:
        state = np.zeros(kernels.STATE_SIZE, np.int64)
        starts, ends, lines = (np.empty(BLOCK_RECORDS, np.int64) for _ in range(3))
        flags = np.empty(BLOCK_RECORDS, np.uint8)
        with self.path.open("rb", buffering=0) as file:
            file.seek(self._base)
            while self._base < self._stop:
                self._fill(file)
                final = self._base + self._held == self._stop
                state[kernels.POSITION] = 0
                while True:
                    state[kernels.LINE] = self.line
                    count = kernels.frame(
                        self._buffer, self._held, final, self._grammar, state, starts, ends, lines, flags
                    )
                    self.line = int(state[kernels.LINE])
                    oversize = count > 0 and flags[count - 1] == kernels.OVERSIZE
                    kept = count - 1 if oversize else count
                    if kept:
                        yield Block(self._buffer, self._base, starts[:kept], ends[:kept], lines[:kept], flags[:kept])
                    if oversize:
                        yield self._pass_over(file, int(starts[kept]), int(state[kernels.POSITION]))
                        break
                    if count < BLOCK_RECORDS:
                        self._drop(int(state[kernels.POSITION]))
                        break

    def _fill(self, file: object) -> None:
        """Read until the buffer is full or the range ends."""
        view = memoryview(self._buffer)[:-ROOM]
        while self._held < len(view) and self._base + self._held < self._stop:
            room = min(len(view) - self._held, self._stop - self._base - self._held)
            got = file.readinto(view[self._held : self._held + room])  # type: ignore[attr-defined]
            if not got:
                raise SourceChanged(path=self.path, what="it became shorter")
            self._held += got

    def _drop(self, count: int) -> None:
        """Forget the first `count` bytes of the buffer."""
        self._buffer[: self._held - count] = self._buffer[count : self._held].copy()
        self._base += count
        self._held -= count

    def _pass_over(self, file: object, start: int, position: int) -> Block:
        """Read on to the line end behind an over-long record without holding it; give the record's head as a block."""
        head = self._buffer[start : min(start + HEAD_BYTES, self._held)].copy()
        offset = self._base + start
        self._drop(position)
        while True:
            found = int(kernels.line_break(self._buffer, 0, self._held))
            if found < self._held or self._base + self._held >= self._stop:
                break
            self._base += self._held
            self._held = 0
            self._fill(file)
        length = self._base + found - offset
        if found < self._held:
            if found + 1 == self._held and self._base + self._held < self._stop:
                self._drop(found)
                found = 0
                self._fill(file)
            pair = (
                self._held > found + 1 and self._buffer[found] == kernels.CR and self._buffer[found + 1] == kernels.LF
            )
            found += 2 if pair else 1
        self._drop(found)
        line = self.line
        self.line += 1
        return Block(
            head,
            offset,
            np.zeros(1, np.int64),
            np.array([len(head)], np.int64),
            np.array([line], np.int64),
            np.array([kernels.OVERSIZE], np.uint8),
            length,
        )
