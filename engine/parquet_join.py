"""Parquet files of one schema become one file: pages are copied as they are, only the footer is written anew.

Every row group keeps its pages, dictionaries, statistics and indexes; what changes is where they lie. Offsets are
absolute in a Parquet file (apache/parquet-format, parquet.thrift): each part's are shifted by where its pages come to
stand. The result depends on the bytes of the parts alone.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import ClassVar

from engine.errors import EngineError
from engine.thrift_compact import ThriftDamaged, ThriftList, ThriftStruct, parse, write

_MAGIC = b"PAR1"
_ENCRYPTED_MAGIC = b"PARE"
_SHORTEST = 12
_MOST_ORDINALS = 32_767
_COPY_STEP = 64 << 20

# FileMetaData
_VERSION, _SCHEMA, _NUM_ROWS, _ROW_GROUPS, _COLUMN_ORDERS, _ENCRYPTION = 1, 2, 3, 4, 7, 8
# RowGroup
_COLUMNS, _GROUP_ROWS, _GROUP_OFFSET, _ORDINAL = 1, 3, 5, 7
# ColumnChunk
_FILE_PATH, _CHUNK_OFFSET, _META, _CRYPTO = 1, 2, 3, 8
_OFFSET_INDEX, _OFFSET_INDEX_LENGTH, _COLUMN_INDEX, _COLUMN_INDEX_LENGTH = 4, 5, 6, 7
# ColumnMetaData
_COMPRESSED_SIZE, _DATA_PAGE, _INDEX_PAGE, _DICTIONARY_PAGE, _BLOOM = 7, 9, 10, 11, 14
# OffsetIndex and PageLocation
_PAGES, _PAGE_OFFSET = 1, 1


class ParquetJoinError(EngineError):
    """Files cannot be joined."""

    code: ClassVar[str] = "parquet-join"


class NoParts(ParquetJoinError):
    """There is nothing to join, so nothing says what the columns are."""

    code: ClassVar[str] = "parquet-join-no-parts"
    template: ClassVar[str] = "{out}: no part files to join; give at least one, it may have no rows"


class PartNotParquet(ParquetJoinError):
    """A part is cut short, or no Parquet file."""

    code: ClassVar[str] = "parquet-join-not-parquet"
    template: ClassVar[str] = "{path}: not a complete Parquet file ({detail}); write the part again"


class PartEncrypted(ParquetJoinError):
    """A part is encrypted: its pages are bound to their place in its own file."""

    code: ClassVar[str] = "parquet-join-encrypted"
    template: ClassVar[str] = "{path}: encrypted Parquet cannot be joined by copying; decrypt it first"


class PartSchemaDiffers(ParquetJoinError):
    """A part has other columns than the first one."""

    code: ClassVar[str] = "parquet-join-schema-differs"
    template: ClassVar[str] = "{path}: its schema differs from that of the first part {first}; parts share one schema"


class PartRefersElsewhere(ParquetJoinError):
    """A part keeps column chunks in other files."""

    code: ClassVar[str] = "parquet-join-external-chunks"
    template: ClassVar[str] = (
        "{path}: a column chunk lies in another file ({other}); write the part with its data inside"
    )


@dataclass(frozen=True, slots=True)
class JoinedFile:
    """What a joined file holds."""

    path: Path
    rows: int
    row_groups: int
    bytes: int


@dataclass(slots=True)
class _Index:
    """A page index that has to move: the chunk that names it, which of its fields, and its bytes."""

    chunk: ThriftStruct
    offset_field: int
    length_field: int
    content: bytes


def join(parts: Sequence[Path], out: Path) -> JoinedFile:
    """Write the rows of `parts`, in their order, to `out`; schema and key-value metadata are those of the first part.

    `out` appears complete or not at all. Row groups without rows are left out. Costs a copy of the bytes; nothing is
    decoded. Raises NoParts, PartNotParquet, PartEncrypted, PartSchemaDiffers, PartRefersElsewhere.
    """
    with PartAppender(out) as appender:
        for part in parts:
            appender.append(part)
        return appender.finish()


class PartAppender:
    """A joined file in the making, for parts that come one by one; without `finish` the block leaves nothing behind."""

    def __init__(self, out: Path) -> None:
        self._out, self._draft = out, out.with_name(f".{out.name}.joining")
        self._file = os.open(self._draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o666)
        os.write(self._file, _MAGIC)
        self._place = len(_MAGIC)
        self._first: tuple[Path, ThriftStruct, bytes] | None = None
        self._groups: list[ThriftStruct] = []
        self._indexes: list[_Index] = []
        self._rows = 0

    def __enter__(self) -> "PartAppender":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
            self._draft.unlink(missing_ok=True)

    def append(self, part: Path) -> int:
        """Add the rows of one part behind those added before; gives how many. The part is not needed afterwards."""
        source = os.open(part, os.O_RDONLY)
        try:
            footer, footer_start = _read_footer(source, part)
            self._check(footer, part)
            groups = [group for group in footer.structs(_ROW_GROUPS) if group.number(_GROUP_ROWS) > 0]
            chunks = [chunk for group in groups for chunk in group.structs(_COLUMNS)]
            _check_chunks(chunks, part)
            stop = _pages_end(chunks, footer_start) if groups else len(_MAGIC)
            shift = self._place - len(_MAGIC)
            for chunk in chunks:
                self._indexes += _take_indexes(source, chunk, shift)
            _copy(source, self._file, len(_MAGIC), self._place, stop - len(_MAGIC))
        except ThriftDamaged as error:
            raise PartNotParquet(path=part, detail=str(error)) from error
        finally:
            os.close(source)
        for group in groups:
            _shift_group(group, shift)
        self._groups += groups
        self._place += stop - len(_MAGIC)
        rows = sum(group.number(_GROUP_ROWS) for group in groups)
        self._rows += rows
        return rows

    def finish(self) -> JoinedFile:
        """Write the indexes and the footer, make everything durable, and give the file its name."""
        if self._first is None:
            raise NoParts(out=self._out)
        tail = bytearray()
        for index in self._indexes:
            index.chunk.set(index.offset_field, self._place + len(tail))
            index.chunk.set(index.length_field, len(index.content))
            tail += index.content
        footer = self._first[1]
        footer.set(_NUM_ROWS, self._rows)
        for ordinal, group in enumerate(self._groups):
            if len(self._groups) > _MOST_ORDINALS:
                group.fields.pop(_ORDINAL, None)
            elif _ORDINAL in group.fields:
                group.set(_ORDINAL, ordinal)
        footer.set(_ROW_GROUPS, ThriftList(12, list(self._groups)))
        encoded = write(footer)
        tail += encoded + len(encoded).to_bytes(4, "little") + _MAGIC
        _write_at(self._file, bytes(tail), self._place)
        size = self._place + len(tail)
        os.fsync(self._file)
        os.close(self._file)
        self._file = -1
        self._draft.replace(self._out)
        _sync_folder(self._out.parent)
        return JoinedFile(self._out, self._rows, len(self._groups), size)

    def _check(self, footer: ThriftStruct, part: Path) -> None:
        if _ENCRYPTION in footer.fields:
            raise PartEncrypted(path=part)
        signature = write(
            ThriftStruct({key: footer.fields[key] for key in (_SCHEMA, _COLUMN_ORDERS) if key in footer.fields})
        )
        if self._first is None:
            self._first = (part, ThriftStruct(dict(footer.fields)), signature)
        elif signature != self._first[2]:
            raise PartSchemaDiffers(path=part, first=self._first[0])
        else:
            version = max(self._first[1].number(_VERSION), footer.number(_VERSION))
            self._first[1].set(_VERSION, version)


def _read_footer(source: int, path: Path) -> tuple[ThriftStruct, int]:
    size = os.fstat(source).st_size
    if size < _SHORTEST or os.pread(source, 4, 0) not in (_MAGIC, _ENCRYPTED_MAGIC):
        raise PartNotParquet(path=path, detail=f"{size} bytes, and no PAR1 in front")
    end = os.pread(source, 8, size - 8)
    if end[4:] == _ENCRYPTED_MAGIC:
        raise PartEncrypted(path=path)
    if end[4:] != _MAGIC:
        raise PartNotParquet(path=path, detail="no PAR1 at the end")
    length = int.from_bytes(end[:4], "little")
    start = size - 8 - length
    if start < len(_MAGIC):
        raise PartNotParquet(path=path, detail=f"a footer of {length} bytes in a file of {size}")
    footer, used = parse(os.pread(source, length, start))
    if used != length or _SCHEMA not in footer.fields or _ROW_GROUPS not in footer.fields:
        raise PartNotParquet(path=path, detail="the footer is not one")
    return footer, start


def _meta(chunk: ThriftStruct) -> ThriftStruct:
    meta = chunk.child(_META)
    if meta is None:
        raise ThriftDamaged(place=0, detail="a column chunk without metadata")
    return meta


def _check_chunks(chunks: list[ThriftStruct], part: Path) -> None:
    for chunk in chunks:
        if _CRYPTO in chunk.fields:
            raise PartEncrypted(path=part)
        if _FILE_PATH in chunk.fields:
            raise PartRefersElsewhere(path=part, other=chunk.fields[_FILE_PATH][1])


def _pages_end(chunks: list[ThriftStruct], footer_start: int) -> int:
    """Give where the pages end: before the page indexes, which every known writer puts last."""
    indexes = [
        chunk.number(field) for chunk in chunks for field in (_OFFSET_INDEX, _COLUMN_INDEX) if field in chunk.fields
    ]
    end = min([footer_start, *indexes])
    for chunk in chunks:
        meta = _meta(chunk)
        starts = [meta.number(_DATA_PAGE), meta.number(_DICTIONARY_PAGE)]
        last = min(start for start in starts if start > 0) + meta.number(_COMPRESSED_SIZE)
        if last > footer_start:
            raise ThriftDamaged(
                place=0, detail=f"pages end at {last}, behind the start of the footer at {footer_start}"
            )
        if last > end or meta.number(_BLOOM) >= end:
            return footer_start
    return end


def _take_indexes(source: int, chunk: ThriftStruct, shift: int) -> list[_Index]:
    """Read the page indexes of a chunk; the offset index names pages by place, so these are shifted."""
    taken = []
    if _COLUMN_INDEX in chunk.fields:
        content = os.pread(source, chunk.number(_COLUMN_INDEX_LENGTH), chunk.number(_COLUMN_INDEX))
        taken.append(_Index(chunk, _COLUMN_INDEX, _COLUMN_INDEX_LENGTH, content))
    if _OFFSET_INDEX in chunk.fields:
        index, _ = parse(os.pread(source, chunk.number(_OFFSET_INDEX_LENGTH), chunk.number(_OFFSET_INDEX)))
        for page in index.structs(_PAGES):
            page.set(_PAGE_OFFSET, page.number(_PAGE_OFFSET) + shift)
        taken.append(_Index(chunk, _OFFSET_INDEX, _OFFSET_INDEX_LENGTH, write(index)))
    return taken


def _shift_group(group: ThriftStruct, shift: int) -> None:
    _shift(group, shift, _GROUP_OFFSET)
    for chunk in group.structs(_COLUMNS):
        _shift(chunk, shift, _CHUNK_OFFSET)
        _shift(_meta(chunk), shift, _DATA_PAGE, _INDEX_PAGE, _DICTIONARY_PAGE, _BLOOM)


def _shift(value: ThriftStruct, shift: int, *fields: int) -> None:
    """Move offsets; 0 is what writers put for "not there", since no page lies at the magic bytes."""
    for field in fields:
        if value.number(field) > 0:
            value.set(field, value.number(field) + shift)


def _copy(source: int, target: int, source_at: int, target_at: int, count: int) -> None:
    """Copy inside the kernel where the file systems allow it."""
    while count > 0:
        try:
            done = os.copy_file_range(source, target, min(count, _COPY_STEP), source_at, target_at)
        except OSError:
            done = _write_at(target, os.pread(source, min(count, _COPY_STEP), source_at), target_at)
        if done == 0:
            raise ThriftDamaged(place=source_at, detail="the file ends before its pages do")
        source_at, target_at, count = source_at + done, target_at + done, count - done


def _write_at(target: int, data: bytes, place: int) -> int:
    done = 0
    while done < len(data):
        done += os.pwrite(target, data[done:], place + done)
    return done


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
