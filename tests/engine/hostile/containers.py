"""Hostile containers: packed, cut off, locked, mislabelled and foreign files, and paths that are no files."""

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import zstandard

from engine.sources import CarrierProfile, Limits
from tests.engine.hostile.case import HEADER, Case, good, numbers, sheet, written

MANY = sheet(*range(400)).encode()


def _zip(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _zip_of_zeros(count: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as member:
        member.write(MANY)
        for _ in range(count):
            member.write(bytes(1 << 20))
    return out.getvalue()


def _locked_zip() -> bytes:
    data = bytearray(_zip({"a.csv": MANY}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _gzip_of_zeros(count: int) -> bytes:
    out = io.BytesIO()
    with gzip.open(out, "wb", compresslevel=1) as file:
        file.write(MANY)
        for _ in range(count):
            file.write(bytes(1 << 20))
    return out.getvalue()


def _zstd_of_zeros(count: int) -> bytes:
    packer = zstandard.ZstdCompressor().compressobj()
    parts = [packer.compress(MANY)]
    parts += [packer.compress(bytes(1 << 20)) for _ in range(count)]
    return b"".join([*parts, packer.flush()])


def _skippable() -> bytes:
    frame = zstandard.ZstdCompressor().compress
    return frame(sheet(0, 1).encode()) + b"\x50\x2a\x4d\x18\x04\x00\x00\x00note" + frame(good(2).encode())


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :]


def _folder(folder: Path) -> Path:
    path = folder / "batch.csv"
    path.mkdir()
    return path


def _pipe(folder: Path) -> Path:
    path = folder / "pipe.csv"
    os.mkfifo(path)
    return path


def _loop(folder: Path) -> Path:
    path = folder / "loop.csv"
    path.symlink_to(path)
    return path


def _dangling(folder: Path) -> Path:
    path = folder / "dangling.csv"
    path.symlink_to(folder / "nowhere")
    return path


def _link(folder: Path) -> Path:
    (folder / "real.csv").write_text(sheet(0, 1))
    path = folder / "link.csv"
    path.symlink_to(folder / "real.csv")
    return path


def _through_a_file(folder: Path) -> Path:
    (folder / "a.csv").write_text("x")
    return folder / "a.csv" / "b.csv"


def _odd_name(folder: Path) -> Path:
    path = folder / "lô số 5 {0} %s\n.csv"
    path.write_text(sheet(0))
    return path


def _missing(folder: Path) -> Path:
    return folder / "missing.csv"


def _device(_: Path) -> Path:
    return Path("/dev/zero")


_GZ = gzip.compress(MANY, mtime=0)
_ZST = zstandard.ZstdCompressor(write_checksum=True).compress(MANY)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000)


def _foreign(name: str, file: str, data: bytes, word: str) -> Case:
    return Case(name, written(file, data), None, refused="source-format-unknown", says=(word,))


def _cut(name: str, file: str, data: bytes, refused: str) -> Case:
    return Case(name, written(file, data), None, refused=refused)


_build: Callable[[Path], Path] = _missing

PACKED = [
    Case("gzip", written("a.csv.gz", _GZ), numbers(*range(400))),
    Case("zstd", written("a.csv.zst", _ZST), numbers(*range(400))),
    Case("zip of one file", written("a.zip", _zip({"a.csv": MANY})), numbers(*range(400))),
    Case(
        "gzip of several members",
        written("a.csv.gz", gzip.compress(sheet(0, 1).encode()) + gzip.compress(good(2, 3).encode())),
        numbers(0, 1, 2, 3),
    ),
    Case("gzip padded with zeros", written("a.csv.gz", _GZ + bytes(1000)), numbers(*range(400))),
    Case(
        "gzip with foreign bytes behind",
        written("a.csv.gz", _GZ + b"foreign"),
        numbers(*range(400)),
        findings=("trailing-bytes",),
    ),
    Case("zstd of several frames", written("a.csv.zst", _skippable()), numbers(0, 1, 2)),
    Case("gzip of UTF-16", written("a.csv.gz", gzip.compress(sheet(0, 1).encode("utf-16"))), numbers(0, 1)),
    Case(
        "gzip cut off",
        written("a.csv.gz", _GZ[: len(_GZ) // 2]),
        None,
        {"truncated-record": 1},
        findings=("truncated-stream",),
    ),
    Case(
        "gzip without its last bytes",
        written("a.csv.gz", _GZ[:-4]),
        numbers(*range(400)),
        findings=("truncated-stream",),
    ),
    Case(
        "gzip with a wrong check sum",
        written("a.csv.gz", _flipped(_GZ, len(_GZ) - 6)),
        numbers(*range(400)),
        findings=("truncated-stream",),
    ),
    Case("gzip header alone", written("a.csv.gz", _GZ[:10]), None, refused="source-damaged"),
    Case("gzip of nothing", written("a.csv.gz", gzip.compress(b"")), None, refused="source-empty"),
    Case(
        "zstd cut off",
        written("a.csv.zst", zstandard.ZstdCompressor().compress(MANY)[:-20]),
        None,
        refused="source-damaged",
    ),
    Case("zstd frame header alone", written("a.csv.zst", _ZST[:6]), None, refused="source-damaged"),
    Case(
        "gzip inside gzip", written("a.csv.gz.gz", gzip.compress(_GZ)), None, refused="source-too-deep", says=("gzip",)
    ),
    Case("zip inside gzip", written("a.gz", gzip.compress(_zip({"a.csv": MANY}))), None, refused="source-too-deep"),
    Case("zip inside zip", written("a.zip", _zip({"b.zip": _zip({"a.csv": MANY})})), None, refused="source-too-deep"),
    Case(
        "zip of two files",
        written("a.zip", _zip({"a.csv": MANY, "b.csv": MANY})),
        None,
        refused="source-too-deep",
        says=("2 files",),
    ),
    Case("zip of nothing", written("a.zip", _zip({})), None, refused="source-too-deep"),
    Case("zip with a password", written("a.zip", _locked_zip()), None, refused="source-encrypted"),
    Case("zip cut off", written("a.zip", _zip({"a.csv": MANY})[:-30]), None, refused="source-truncated"),
    Case("zip bomb", written("a.zip", _zip_of_zeros(64)), None, refused="source-too-large", says=("ratio",)),
    Case("gzip bomb", written("a.csv.gz", _gzip_of_zeros(64)), None, refused="source-too-large", says=("ratio",)),
    Case("zstd bomb", written("a.csv.zst", _zstd_of_zeros(64)), None, refused="source-too-large", says=("ratio",)),
    Case(
        "gzip over the ceiling",
        written("a.csv.gz", _GZ),
        None,
        refused="source-too-large",
        says=("expanded_bytes",),
        profile=CarrierProfile(limits=Limits(expanded_bytes=1000)),
    ),
    Case("gzip under the name of CSV", written("a.csv", _GZ), numbers(*range(400)), findings=("wrong-extension",)),
    Case("CSV under the name of Excel", written("a.xlsx", MANY), numbers(*range(400)), findings=("wrong-extension",)),
]

FOREIGN = [
    _foreign("HTML under the name of Excel", "a.xls", b"<html><table><tr><td>msisdn</td></tr></table></html>", "HTML"),
    _foreign("XML spreadsheet", "a.xls", b"<?xml version='1.0'?><Workbook/>", "XML"),
    _foreign("JSON", "a.csv", b'[{"msisdn": "0912345678"}]', "JSON"),
    _foreign("PDF", "a.csv", b"%PDF-1.7\n", "PDF"),
    _foreign("bzip2", "a.csv.bz2", b"BZh91AY&SY", "bzip2"),
    _foreign("RAR", "a.rar", b"Rar!\x1a\x07\x00", "RAR"),
    _foreign("SQLite", "a.db", b"SQLite format 3\x00" + bytes(100), "SQLite"),
    _foreign(
        "an Office document that is no workbook",
        "a.docx",
        _zip({"[Content_Types].xml": b"x", "word/document.xml": b"x"}),
        "no workbook",
    ),
    _foreign("an old Office document that is no workbook", "a.doc", _OLE, "no workbook"),
    _cut("a cut old workbook", "a.xls", _OLE[:600], "source-damaged"),
    _cut("a locked workbook", "a.xlsx", _OLE + "EncryptedPackage".encode("utf-16-le") + bytes(500), "source-encrypted"),
    _cut("an encrypted Parquet file", "a.parquet", b"PARE" + bytes(50) + b"PARE", "source-encrypted"),
    _cut("an empty file", "a.csv", b"", "source-empty"),
    _cut("line ends alone", "a.csv", b"\r\n" * 50, "source-empty"),
    _cut("blanks alone", "a.csv", b"   \t \n ", "source-empty"),
    _cut("a BOM alone", "a.csv", b"\xef\xbb\xbf", "source-empty"),
    Case(
        "a line of names in the wrong file",
        written("a.csv", HEADER.replace(",", " ") + "\n"),
        None,
        refused="source-columns-missing",
    ),
]

PATHS = [
    Case("missing", _missing, None, refused="source-not-found"),
    Case("a folder", _folder, None, refused="source-not-a-file", says=("folder",)),
    Case("a named pipe", _pipe, None, refused="source-not-a-file", says=("pipe",)),
    Case("a device", _device, None, refused="source-not-a-file", says=("device",)),
    Case("a symbolic link to itself", _loop, None, refused="source-unreadable"),
    Case("a dangling link", _dangling, None, refused="source-not-found"),
    Case("a link to a good file", _link, numbers(0, 1)),
    Case("a path through a file", _through_a_file, None, refused="source"),
    Case("an odd name", _odd_name, numbers(0)),
]

CONTAINERS = [*PACKED, *FOREIGN, *PATHS]
