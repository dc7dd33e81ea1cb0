"""A text as UTF-8 that can be read in ranges: where it lies, or converted once to a file in the scratch folder."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

from engine.errors import SpoolFull
from engine.sources.containers import Container, refuse_foreign, refuse_nested
from engine.sources.encoding import EncodingChoice, by_mark, detect
from engine.sources.findings import SourceFinding, finding
from engine.sources.profile import CarrierProfile
from engine.sources.transcoding import LOST, lines_as_utf8
from engine.sources.unpacking import Unpacking

#: Bytes at the head of a text, and in pieces spread over it, from which encoding and layout are told.
_SAMPLE_BYTES = 1 << 20
_PIECES, _PIECE_BYTES = 32, 1 << 15

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text in UTF-8 that can be read in ranges, and how it came to be."""

    path: Path
    choice: EncodingChoice
    digest: str | None
    findings: tuple[SourceFinding, ...]


def _spread_sample(path: Path, size: int) -> bytes:
    """Take the head of a text and whole lines from places spread over the rest of it."""
    with path.open("rb") as file:
        pieces = [whole_lines(file.read(_SAMPLE_BYTES), size > _SAMPLE_BYTES)]
        step = (size - _SAMPLE_BYTES) // _PIECES
        if step > _PIECE_BYTES:
            for index in range(_PIECES):
                file.seek(_SAMPLE_BYTES + index * step)
                piece = file.read(_PIECE_BYTES)
                begin = max(piece.find(b"\n"), piece.find(b"\r")) + 1
                pieces.append(whole_lines(piece[begin:], cut=True))
    return b"\n".join(pieces)


def whole_lines(data: bytes, cut: bool) -> bytes:
    end = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
    return data[:end] if cut and end else data


def _choose(sample: bytes, path: Path, profile: CarrierProfile) -> EncodingChoice:
    if profile.encoding is None:
        choice = detect(sample, path)
        return (
            choice
            if profile.fallback_encoding is None
            else EncodingChoice(choice.encoding, choice.evidence, profile.fallback_encoding)
        )
    encoding = profile.encoding
    if encoding in {"utf-16-le", "utf-16-be"} and by_mark(sample) == "utf-16":
        encoding = "utf-16"
    return EncodingChoice(
        encoding, "named by the carrier profile", profile.fallback_encoding if encoding == "utf-8" else None
    )


def as_text(container: Container, profile: CarrierProfile, spool_dir: Path, progress: Progress | None) -> PlainText:
    """Give the file as UTF-8 text: itself where it is that already, a converted copy otherwise."""
    path = container.path
    choice = None
    if container.format == "text":
        choice = _choose(_spread_sample(path, container.size), path, profile)
        if choice.encoding == "utf-8":
            return PlainText(path, choice, None, ())
    unpacking = Unpacking(container, profile.limits, progress)
    blocks = iter(unpacking)
    head = bytearray()
    for block in blocks:
        head += block
        if len(head) >= _SAMPLE_BYTES:
            break
    if container.format != "text":
        refuse_nested(path, bytes(head), container.format)
        refuse_foreign(path, bytes(head))
    if choice is None:
        choice = _choose(whole_lines(bytes(head[:_SAMPLE_BYTES]), len(head) >= _SAMPLE_BYTES), path, profile)
    lost, first_lost, done = 0, 0, 0
    with spool(spool_dir, path) as (temporary, file):
        for text in lines_as_utf8(chain([bytes(head)], blocks), choice.encoding):
            if choice.encoding != "utf-8" and LOST in text:
                first_lost = first_lost if lost else done + text.index(LOST)
                lost += text.count(LOST)
            file.write(text)
            done += len(text)
    lost_lines = [_line_at(temporary, first_lost)] if lost else []
    final = spool_dir / f"{unpacking.digest[:32]}.{choice.encoding}.txt"
    settle(temporary, final)
    return PlainText(final, choice, unpacking.digest, tuple(_stream_findings(path, unpacking, lost, lost_lines)))


def settle(temporary: Path, final: Path) -> None:
    """Give a converted file its name; the same content already there stays, for chunks that were prepared from it."""
    if final.exists() and final.stat().st_size == temporary.stat().st_size:
        temporary.unlink()
    else:
        temporary.replace(final)


def _line_at(path: Path, offset: int) -> int:
    """Give the number of the line that holds a byte of a text."""
    line = 1
    with path.open("rb") as file:
        while offset > 0 and (block := file.read(min(offset, _SAMPLE_BYTES))):
            line += block.count(b"\n")
            offset -= len(block)
    return line


def _stream_findings(path: Path, unpacking: Unpacking, lost: int, lines: list[int]) -> Iterator[SourceFinding]:
    if unpacking.broken:
        yield finding("truncated-stream", path, unpacking.broken)
    if unpacking.trailing:
        yield finding("trailing-bytes", path)
    if lost:
        yield finding("bad-bytes", path, "", lost, lines)


@contextmanager
def spool(spool_dir: Path, source: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """Open a new file in the scratch folder for the converted form of `source`; nothing is left behind on failure."""
    try:
        spool_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=spool_dir, suffix=".part")
    except OSError as error:
        raise SpoolFull(spool=spool_dir, path=source, reason=error.strerror or str(error)) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield temporary, file
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise SpoolFull(spool=spool_dir, path=source, reason=error.strerror or str(error)) from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def ends_with_a_line(path: Path, size: int) -> bool:
    with path.open("rb") as file:
        return os.pread(file.fileno(), 1, max(size - 1, 0)) in {b"\n", b"\r"}
