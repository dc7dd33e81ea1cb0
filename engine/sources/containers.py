"""What kind of file lies at a path, told by its bytes and never by its name."""

import os
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.errors import (
    SourceDamaged,
    SourceEmpty,
    SourceEncrypted,
    SourceFormatUnknown,
    SourceNotAFile,
    SourceNotFound,
    SourceTooDeep,
    SourceTruncated,
    SourceUnreadable,
)

Format = Literal["text", "gzip", "zstd", "zip", "parquet", "excel"]

_KINDS = (
    (stat.S_ISDIR, "folder"),
    (stat.S_ISFIFO, "named pipe"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISBLK, "block device"),
    (stat.S_ISCHR, "character device"),
)
_FOREIGN = (
    (b"%PDF", "a PDF document"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"ARROW1", "an Arrow IPC file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
)
_EXPECTED = {
    "text": (".csv", ".tsv", ".txt", ".tab", ".psv", ".dat", ".asc", ".prn", ""),
    "gzip": (".gz", ".tgz", ".gzip"),
    "zstd": (".zst", ".zstd"),
    "zip": (".zip",),
    "parquet": (".parquet", ".pq", ".parq"),
    "excel": (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
GZIP_MAGIC, ZSTD_MAGIC, ZIP_MAGIC, PARQUET_MAGIC = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PAR1"


@dataclass(frozen=True, slots=True)
class Container:
    """A regular file that can be read: its kind, size, time of last change, the member to read of a zip archive."""

    path: Path
    format: Format
    size: int
    mtime_ns: int
    member: str = ""

    @property
    def fits_name(self) -> bool:
        """Tell whether the extension of the file name promises this kind of content."""
        return self.path.suffix.lower() in _EXPECTED[self.format]


def is_gzip(head: bytes) -> bool:
    """Tell whether a gzip member begins here (RFC 1952)."""
    return head.startswith(GZIP_MAGIC)


def is_zstd(head: bytes) -> bool:
    """Tell whether a zstd frame or a skippable frame begins here (RFC 8878)."""
    return head.startswith(ZSTD_MAGIC) or (head[1:4] == b"\x2a\x4d\x18" and head[0] & 0xF0 == 0x50)


def recognise(path: Path) -> Container:
    """Look at the file and its first bytes.

    Raises:
        SourceError: there is no regular, readable, non-empty file of a kind that is read; each case has its class.
    """
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise SourceNotFound(path=path) from error
    except OSError as error:
        raise SourceUnreadable(path=path, reason=error.strerror or str(error)) from error
    except ValueError as error:
        raise SourceNotFound(path=repr(path)) from error
    for is_kind, what in _KINDS:
        if is_kind(status.st_mode):
            raise SourceNotAFile(path=path, what=what)
    try:
        with path.open("rb", buffering=0) as file:
            head = file.read(1 << 16)
            tail = os.pread(file.fileno(), 8, max(status.st_size - 8, 0))
    except OSError as error:
        raise SourceUnreadable(path=path, reason=error.strerror or str(error)) from error
    if not head:
        raise SourceEmpty(path=path, what="no bytes")
    found, member = _format(path, head, tail)
    return Container(path, found, status.st_size, status.st_mtime_ns, member)


def _format(path: Path, head: bytes, tail: bytes) -> tuple[Format, str]:
    if is_gzip(head):
        return "gzip", ""
    if is_zstd(head):
        return "zstd", ""
    if head.startswith(b"PAR1"):
        if not tail.endswith((PARQUET_MAGIC, b"PARE")):
            raise SourceTruncated(path=path, what="Parquet file", reason="the closing mark PAR1 is not there")
        return "parquet", ""
    if head.startswith(b"PARE"):
        raise SourceEncrypted(path=path, what="an encrypted Parquet file")
    if head.startswith((ZIP_MAGIC, b"PK\x05\x06", b"PK\x07\x08")):
        return _archive(path)
    if head.startswith(_OLE):
        return _compound(path, head), ""
    refuse_foreign(path, head)
    return "text", ""


def refuse_foreign(path: Path, head: bytes) -> None:
    """Raise SourceFormatUnknown where text is expected and `head` begins a known format of another kind."""
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise SourceFormatUnknown(path=path, what=what)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:512].lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<head", b"<meta")):
        raise SourceFormatUnknown(path=path, what="a web page (HTML), perhaps under the name of a spreadsheet")
    if start.startswith(b"<?xml"):
        raise SourceFormatUnknown(path=path, what="XML, perhaps an XML spreadsheet of 2003")
    if start.startswith((b'{"', b"[{", b"{\n", b'{ "')):
        raise SourceFormatUnknown(path=path, what="JSON")


def refuse_nested(path: Path, head: bytes, outer: str) -> None:
    """Raise SourceTooDeep where the unpacked bytes would have to be unpacked again."""
    inner = (
        (GZIP_MAGIC, "gzip data"),
        (ZSTD_MAGIC, "zstd data"),
        (b"PK\x03\x04", "a zip archive or workbook"),
        (PARQUET_MAGIC, "a Parquet file"),
        (_OLE, "an Office document"),
    )
    for magic, what in inner:
        if head.startswith(magic):
            raise SourceTooDeep(path=path, what=f"{what} inside {outer}")


def _archive(path: Path) -> tuple[Format, str]:
    """Tell a workbook from a plain zip archive, which must hold exactly one file."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            kind = (
                archive.read("mimetype")[:64]
                if "mimetype" in archive.namelist()[:1] and members[0].file_size < 100
                else b""
            )
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "encrypted" in str(error):
            raise SourceEncrypted(path=path, what="a zip archive with a password") from error
        raise SourceTruncated(path=path, what="zip archive or workbook", reason=str(error)) from error
    names = {member.filename for member in members}
    if "EncryptedPackage" in names or any(member.flag_bits & 0x1 for member in members):
        raise SourceEncrypted(path=path, what="a zip archive with a password")
    if "[Content_Types].xml" in names:
        if not any(name.startswith("xl/") for name in names):
            raise SourceFormatUnknown(path=path, what="an Office document that is no workbook")
        return "excel", ""
    if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "excel", ""
    files = [member for member in members if not member.is_dir()]
    if len(files) != 1:
        raise SourceTooDeep(path=path, what=f"a zip archive of {len(files)} files")
    if files[0].file_size == 0:
        raise SourceEmpty(path=path, what="a zip archive with one empty file")
    return "zip", files[0].filename


def _compound(path: Path, head: bytes) -> Format:
    """Tell an old workbook from a password-locked new one; both lie in the same outer format."""
    whole = head
    try:
        with path.open("rb") as file:
            file.seek(max(path.stat().st_size - (1 << 20), 0))
            whole += file.read(1 << 20)
    except OSError as error:
        raise SourceUnreadable(path=path, reason=error.strerror or str(error)) from error
    if "EncryptedPackage".encode("utf-16-le") in whole:
        raise SourceEncrypted(path=path, what="a workbook with a password")
    if not any(name.encode("utf-16-le") in whole for name in ("Workbook", "Book")):
        if len(head) < 1536:
            raise SourceDamaged(path=path, what="Office document", reason="it has no directory of streams")
        raise SourceFormatUnknown(path=path, what="an Office document that is no workbook")
    return "excel"
