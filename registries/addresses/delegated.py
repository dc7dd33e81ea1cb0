"""Delegated statistics files: who was given which numbers when, as the regional registries publish it every day.

Format: APNIC and ARIN, "RIR statistics exchange format", version 2 and its extended form. A row is
`registry|cc|type|start|value|date|status[|opaque-id...]`; the value is a count of addresses (IPv4) or numbers (AS), or
a prefix length (IPv6). An IPv4 row need not be one prefix, and stays a range here.
"""

import datetime
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from registries.addresses.blocks import BITS, Block, address_text
from registries.addresses.errors import DelegatedDigestDiffers, DelegatedFaulty, FileUnreadable
from registries.addresses.text import IPV4, IPV6, parse_address

KINDS: Final = ("asn", "ipv4", "ipv6")
HELD: Final = ("allocated", "assigned")
STATUSES: Final = (*HELD, "available", "reserved")
_FAMILY: Final = {"ipv4": IPV4, "ipv6": IPV6}
_LARGEST: Final = {"asn": 2**32 - 1, "ipv4": 2**32 - 1, "ipv6": 2**128 - 1}
_NO_DATE: Final = {"", "00000000"}
_GZIP: Final = b"\x1f\x8b"
_LARGEST_TEXT: Final = 256 << 20
"""Bytes of a file once unpacked; the whole region's has 8 MB."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row: numbers `first` to `last` of a kind, given on `given_on`; country is empty where nobody holds them."""

    registry: str
    country: str
    kind: str
    first: int
    last: int
    given_on: datetime.date | None
    status: str
    opaque: str | None = None
    extensions: tuple[str, ...] = ()

    @property
    def block(self) -> Block:
        """The addresses of a row that is not about AS numbers."""
        return Block(_FAMILY[self.kind], self.first, self.last)

    @property
    def size(self) -> int:
        """How many numbers or addresses the row is about."""
        return self.last - self.first + 1

    def lines(self) -> Iterator[str]:
        """Write the row: one line, or for an IPv6 range that is no prefix one for each prefix of it."""
        day = f"{self.given_on:%Y%m%d}" if self.given_on else "" if self.status in HELD else "00000000"
        for start, value in self._values():
            fields = [self.registry, self.country, self.kind, start, str(value), day, self.status]
            if self.opaque is not None:
                fields += [self.opaque, *self.extensions]
            yield "|".join(fields)

    def _values(self) -> Iterator[tuple[str, int]]:
        if self.kind == "asn":
            yield str(self.first), self.size
        elif self.kind == "ipv4":
            yield address_text(IPV4, self.first), self.size
        else:
            yield from ((address_text(IPV6, first), length) for first, length in self.block.prefixes)


@dataclass(frozen=True, slots=True)
class Header:
    """The version line: what the file says of itself. `records` counts rows, not summaries."""

    version: str
    registry: str
    serial: str
    records: int
    start: str
    end: str
    utc_offset: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that breaks the format, counted from 1, and why."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Delegated:
    """A file read: rows in the order of the file; a file cut from a larger one has no header and no summaries."""

    records: tuple[Record, ...]
    header: Header | None = None
    summaries: tuple[tuple[str, int], ...] = ()
    faults: tuple[Fault, ...] = ()
    opaque: bool = False
    comments: tuple[str, ...] = field(default=(), repr=False)

    def of(self, kind: str) -> tuple[Record, ...]:
        """Give the rows of one kind: asn, ipv4 or ipv6."""
        return tuple(record for record in self.records if record.kind == kind)

    def total(self, kind: str) -> int:
        """Count the numbers or addresses of a kind."""
        return sum(record.size for record in self.of(kind))

    def checked(self, path: Path | str) -> "Delegated":
        """Give the file where it has no fault.

        Raises:
            DelegatedFaulty: It has; the first one is told.
        """
        if self.faults:
            first = self.faults[0]
            raise DelegatedFaulty(
                path=path, count=len(self.faults), line=first.line, reason=first.reason, text=first.text
            )
        return self


def read_delegated(path: Path) -> Delegated:
    """Read a delegated file, plain or extended; every line that breaks the format is a fault, and none is dropped.

    It may be packed by gzip, whatever its name; a digest beside it is that of the file as it lies there.

    Raises:
        FileUnreadable: It cannot be opened or unpacked, or is no ASCII text.
        DelegatedDigestDiffers: A file `<path>.md5` lies beside it and names another digest.
    """
    try:
        content = path.read_bytes()
        text = _unpacked(content).decode("ascii")
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise FileUnreadable(path=path, kind="a delegated file", reason=error) from error
    beside = path.with_name(f"{path.name}.md5")
    if beside.is_file():
        expected = beside.read_text(encoding="ascii").split()[-1].lower()
        found = _md5(content)
        if found != expected:
            raise DelegatedDigestDiffers(path=path, found=found, beside=beside.name, expected=expected)
    return parse_delegated(text)


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    with gzip.open(io.BytesIO(content)) as file:
        text = file.read(_LARGEST_TEXT + 1)
    if len(text) > _LARGEST_TEXT:
        raise ValueError(f"it unpacks to more than {_LARGEST_TEXT >> 20} MiB")
    return text


def parse_delegated(text: str) -> Delegated:
    """Read the text of a delegated file; what is wrong is in `faults`, in order of lines."""
    header: Header | None = None
    header_line = 0
    records: list[Record] = []
    lines: list[int] = []
    summaries: dict[str, int] = {}
    faults: list[Fault] = []
    comments: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            comments.append(line)
            continue
        fields = line.split("|")
        try:
            if fields[0][:1].isdigit() and header is None and not records:
                header, header_line = _header(fields), number
            elif fields[-1] == "summary":
                summaries[fields[2]] = _whole(fields[4], "the count of a summary")
            else:
                records.append(_record(fields))
                lines.append(number)
        except _Unreadable as fault:
            faults.append(Fault(number, str(fault), line))
    faults += _overlaps(records, lines)
    if not faults:
        faults += _counts(header, header_line, summaries, records)
    return Delegated(
        tuple(records),
        header,
        tuple(summaries.items()),
        tuple(sorted(faults, key=lambda fault: fault.line)),
        any(record.opaque is not None for record in records),
        tuple(comments),
    )


class _Unreadable(ValueError):
    """Why one line is refused; never leaves this module."""


def _header(fields: list[str]) -> Header:
    if len(fields) != 7:
        raise _Unreadable(f"a version line has 7 fields, this one {len(fields)}")
    if fields[0] not in {"2", "2.3"}:
        raise _Unreadable("the version is neither 2 nor 2.3")
    return Header(fields[0], fields[1], fields[2], _whole(fields[3], "the count of records"), *fields[4:])


def _record(fields: list[str]) -> Record:
    if len(fields) < 7:
        raise _Unreadable(f"a row has 7 fields at least, this one {len(fields)}")
    registry, country, kind, start, value, day, status = fields[:7]
    if kind not in KINDS:
        raise _Unreadable("the type is none of asn, ipv4, ipv6")
    if status not in STATUSES:
        raise _Unreadable(f"the status is none of {', '.join(STATUSES)}")
    if country and not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        raise _Unreadable("the country is no code of two capital letters")
    first, last = _bounds(kind, start, value)
    opaque = fields[7] if len(fields) > 7 else None
    return Record(registry, country, kind, first, last, _day(day), status, opaque, tuple(fields[8:]))


def _bounds(kind: str, start: str, value: str) -> tuple[int, int]:
    number = _whole(value, "the value")
    if kind == "asn":
        first = _whole(start, "the first AS number")
    else:
        family, first, _, reason = parse_address(start)
        if reason is not None or family != _FAMILY[kind]:
            raise _Unreadable(f"the start is no {kind} address" + (f": {reason}" if reason else ""))
    if kind == "ipv6":
        if number > BITS[IPV6]:
            raise _Unreadable("a prefix length is at most 128")
        number = 1 << BITS[IPV6] - number
        if first % number:
            raise _Unreadable("bits are set behind the length of the prefix")
    if number < 1 or first + number - 1 > _LARGEST[kind]:
        raise _Unreadable("the value is nothing or reaches past the last number there is")
    return first, first + number - 1


def _whole(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise _Unreadable(f"{what} is no whole number")
    return int(text)


def _day(text: str) -> datetime.date | None:
    if text in _NO_DATE:
        return None
    try:
        if len(text) == 8 and text.isdigit():
            return datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        pass
    raise _Unreadable("the date is no day written yyyymmdd")


def _overlaps(records: list[Record], lines: list[int]) -> Iterator[Fault]:
    order = sorted(range(len(records)), key=lambda row: (records[row].kind, records[row].first, records[row].last))
    before = -1
    for row in order:
        record = records[row]
        if before >= 0 and records[before].kind == record.kind and record.first <= records[before].last:
            yield Fault(lines[row], f"it overlaps line {lines[before]}", next(record.lines()))
        if before < 0 or records[before].kind != record.kind or record.last > records[before].last:
            before = row


def _counts(
    header: Header | None, header_line: int, summaries: dict[str, int], records: list[Record]
) -> Iterator[Fault]:
    if header is not None and header.records != len(records):
        said = f"the version line says {header.records} records, there are {len(records)}"
        yield Fault(header_line, said, header.serial)
    for kind, count in summaries.items():
        found = sum(record.kind == kind for record in records)
        if found != count:
            yield Fault(header_line, f"the summary says {count} rows of {kind}, there are {found}", kind)


def render_delegated(
    records: Iterable[Record],
    *,
    registry: str,
    serial: datetime.date,
    utc_offset: str = "+0700",
    extended: bool = False,
) -> str:
    """Write a whole file: version line, summaries, rows by kind and number; the same rows give the same text.

    A plain file leaves out what nobody holds and the opaque identifiers; an extended one has both.
    """
    rows = sorted(
        (record for record in records if extended or record.status in HELD),
        key=lambda record: (KINDS.index(record.kind), record.first),
    )
    kinds = {
        kind: [line for record in rows if record.kind == kind for line in _line(record, extended)] for kind in KINDS
    }
    days = [record.given_on for record in rows if record.given_on]
    first, last = (f"{min(days):%Y%m%d}", f"{max(days):%Y%m%d}") if days else ("00000000", "00000000")
    count = sum(map(len, kinds.values()))
    version = "2.3" if extended else "2"
    head = [f"{version}|{registry}|{serial:%Y%m%d}|{count}|{first}|{last}|{utc_offset}"]
    head += [f"{registry}|*|{kind}|*|{len(lines)}|summary" for kind, lines in kinds.items()]
    return "\n".join([*head, *(line for lines in kinds.values() for line in lines)]) + "\n"


def _line(record: Record, extended: bool) -> Iterator[str]:
    opaque = (record.opaque or "") if extended else None
    plain = Record(
        record.registry,
        record.country,
        record.kind,
        record.first,
        record.last,
        record.given_on,
        record.status,
        opaque,
        record.extensions if extended else (),
    )
    return plain.lines()


def write_delegated(folder: Path, text: str, *, registry: str, serial: datetime.date, extended: bool = False) -> Path:
    """Write the file under its published name, with its md5 beside it, each whole or not at all; give its path."""
    name = f"delegated-{registry}-{'extended-' if extended else ''}{serial:%Y%m%d}"
    content = text.encode("ascii")
    folder.mkdir(parents=True, exist_ok=True)
    for target, written in ((name, content), (f"{name}.md5", f"MD5 ({name}) = {_md5(content)}\n".encode("ascii"))):
        draft = folder / f".{target}.part"
        draft.write_bytes(written)
        draft.replace(folder / target)
    return folder / name


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
