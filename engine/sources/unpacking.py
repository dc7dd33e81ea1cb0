"""Bytes of a file unpacked as a stream under ceilings of ratio and size; the good part of a damaged one is kept."""

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import zstandard

from engine.errors import SourceDamaged, SourceEmpty, SourceTooLarge, SourceUnreadable
from engine.sources.containers import Container, is_gzip, is_zstd
from engine.sources.profile import Limits

#: Unpacked bytes before the ratio says anything.
RATIO_FROM_BYTES = 32 << 20
_READ_BYTES = 1 << 18
_GIVE_BYTES = 4 << 20
#: One byte of zstd can stand for 32 KiB: small bites keep one answer below 32 MiB.
_ZSTD_BITE_BYTES = 1 << 10
_WINDOW_BYTES = 128 << 20


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Unpacking:
    """Iterates the unpacked bytes of a container; afterwards tells how it ended.

    `digest` is the SHA-256 of the file as it lies there (whole only after the iteration), `broken` why the stream
    ended early (None: it did not), `trailing` whether foreign bytes follow the packed part.
    """

    def __init__(
        self, container: Container, limits: Limits, progress: Callable[[int, int], None] | None = None
    ) -> None:
        self._container = container
        self._limits = limits
        self._progress = progress
        self._hash = hashlib.sha256()
        self._taken = 0
        self.given = 0
        self.broken: str | None = None
        self.trailing = False

    @property
    def digest(self) -> str:
        """The SHA-256 of all bytes of the file, in hexadecimal."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        path = self._container.path
        try:
            with path.open("rb", buffering=0) as file:
                for block in self._unpacked(file):
                    self.given += len(block)
                    self._guard()
                    yield block
                while self._take(file):
                    pass
        except OSError as error:
            raise SourceUnreadable(path=path, reason=error.strerror or str(error)) from error
        if self.broken and not self.given:
            raise SourceDamaged(path=path, what=f"{self._container.format} file", reason=self.broken)
        if not self.given:
            raise SourceEmpty(path=path, what=f"{self._container.format} data without content")

    def _unpacked(self, file: Any) -> Iterator[bytes]:
        if self._container.format == "gzip":
            return self._members(file, _gzip_member, is_gzip)
        if self._container.format == "zstd":
            return self._members(file, _zstd_frame, is_zstd)
        if self._container.format == "zip":
            return self._zipped(file)
        return iter(lambda: self._take(file, _GIVE_BYTES), b"")

    def _take(self, file: _Readable, size: int = _READ_BYTES) -> bytes:
        """Read packed bytes, hash and count them."""
        got = file.read(size)
        if got:
            self._hash.update(got)
            self._taken += len(got)
            if self._progress is not None:
                self._progress(self._taken, self._container.size)
        return got

    def _guard(self) -> None:
        if self.given > self._limits.expanded_bytes:
            raise SourceTooLarge(
                path=self._container.path,
                what=f"{self.given} bytes of unpacked text",
                limit=self._limits.expanded_bytes,
                option="expanded_bytes",
            )
        if self._container.format == "text" or self.given < RATIO_FROM_BYTES:
            return
        if self.given > self._limits.expanded_ratio * max(self._taken, 1):
            raise SourceTooLarge(
                path=self._container.path,
                what=f"a packing ratio of {self.given // max(self._taken, 1)}",
                limit=self._limits.expanded_ratio,
                option="expanded_ratio",
            )

    def _members(
        self,
        file: _Readable,
        member: Callable[["_Member", bytes, Callable[[], bytes]], Iterator[bytes]],
        begins: Callable[[bytes], bool],
    ) -> Iterator[bytes]:
        """Unpack one packed member after another until something else or the end follows."""
        rest = self._take(file)
        while rest:
            state = _Member()
            try:
                yield from member(state, rest, lambda: self._take(file))
            except (zlib.error, zstandard.ZstdError) as error:
                self.broken = str(error)
                return
            if not state.ended:
                self.broken = "the data end before the packed part does"
                return
            rest = state.rest
            while len(rest) < 4 and (more := self._take(file)):
                rest += more
            padding = not rest.strip(b"\0")
            while padding and rest and (more := self._take(file)):
                rest = more
                padding = not rest.strip(b"\0")
            if padding:
                return
            if not begins(rest):
                self.trailing = True
                return

    def _zipped(self, file: Any) -> Iterator[bytes]:
        while self._take(file):
            pass
        try:
            with zipfile.ZipFile(self._container.path) as archive, archive.open(self._container.member) as member:
                packed = archive.getinfo(self._container.member).compress_size
                self._taken = min(self._taken, packed) or 1
                while block := member.read(_GIVE_BYTES):
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            self.broken = str(error)


class _Member:
    """How one packed member ended: `ended` when complete, `rest` the bytes behind it."""

    def __init__(self) -> None:
        self.ended = False
        self.rest = b""


def _gzip_member(state: _Member, packed: bytes, take: Callable[[], bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(31)
    while packed:
        before = unpacker.copy()
        try:
            out = unpacker.decompress(packed, _GIVE_BYTES)
        except zlib.error:
            yield from _up_to_damage(before, packed)
            raise
        if out:
            yield out
        if unpacker.eof:
            state.ended, state.rest = True, unpacker.unused_data
            return
        packed = unpacker.unconsumed_tail or take()


def _up_to_damage(unpacker: Any, packed: bytes) -> Iterator[bytes]:
    """Unpack byte by byte what stands before the damage, which a larger bite would have kept back; ends by raising."""
    for at in range(len(packed)):
        out = unpacker.decompress(packed[at : at + 1])
        if out:
            yield out


def _zstd_frame(state: _Member, packed: bytes, take: Callable[[], bytes]) -> Iterator[bytes]:
    unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES).decompressobj()
    while packed:
        for at in range(0, len(packed), _ZSTD_BITE_BYTES):
            out = unpacker.decompress(packed[at : at + _ZSTD_BITE_BYTES])
            if out:
                yield out
            if unpacker.eof:
                state.ended = True
                state.rest = unpacker.unused_data + packed[at + _ZSTD_BITE_BYTES :]
                return
        packed = take()
