"""From a path to chunk specifications: recognise, unpack and convert where needed, lay out, frame once, sum up."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.errors import SourceUnreadable
from engine.records import NAME_PARTS, HeaderMatch, Kind
from engine.sources import excel, parquet
from engine.sources.chunks import Chunk, ChunkSpec, Prepared, TextPart, chunk_of_none
from engine.sources.containers import Container, recognise
from engine.sources.findings import SourceFinding, finding
from engine.sources.layout import Layout, find_layout
from engine.sources.profile import CarrierProfile
from engine.sources.spooling import PlainText, Progress, as_text, ends_with_a_line, settle, spool, whole_lines
from engine.sources.text import find_chunks, head_of, read_text_chunk

CHUNK_ROWS = 1 << 18
#: Bytes beyond the longest record from which the layout is told.
_BEYOND_BYTES = 1 << 15
_GROUP_ROWS = 1 << 17
_LONG_NUMBER = re.compile(r"\d{6,}")


def prepare(
    path: Path,
    *,
    profile: CarrierProfile | None,
    kind: Kind,
    spool_dir: Path,
    chunk_rows: int = CHUNK_ROWS,
    progress: Progress | None = None,
) -> Prepared:
    """Recognise a file, convert it where needed, and cut it into chunks of at most `chunk_rows` records.

    Plain UTF-8 text and Parquet are read where they lie. Everything else is converted once, as a stream, to a file in
    `spool_dir` (mode 0600, named by the digest of the input). `progress` is called with bytes done and bytes in all,
    from 0 again for each pass.

    Raises:
        SourceError: the file cannot be read; the class tells why, the message names file, line and reason.
        SpoolFull: the scratch folder cannot take the converted file.
    """
    path = Path(path)
    profile = profile or CarrierProfile()
    container = recognise(path)
    findings = (
        [] if container.fits_name else [finding("wrong-extension", path, f"{path.suffix or '-'} / {container.format}")]
    )
    if container.format == "parquet":
        return _prepare_parquet(container, profile, kind, chunk_rows, findings)
    if container.format == "excel":
        return _prepare_excel(container, profile, kind, spool_dir, chunk_rows, findings)
    text = as_text(container, profile, spool_dir, progress)
    return _prepare_text(container, text, profile, kind, chunk_rows, findings, progress)


def read_chunk(spec: ChunkSpec, only: Collection[str] | None = None) -> Chunk:
    """Read one chunk: rows as canonical text columns, rejected records with reason and text.

    Depends on the specification and the file alone; may run in any thread or process, and again. `only` names the
    columns that are needed: those of a Parquet file that are not may be left unread, and so unchecked.

    Raises:
        SourceError: the file changed since it was prepared, or a part of it is damaged.
    """
    if not spec.framed:
        return chunk_of_none(spec)
    if isinstance(spec.part, TextPart):
        return read_text_chunk(spec, spec.part)
    return parquet.read_parquet_chunk(spec, spec.part, only)


def read_head(spec: ChunkSpec, rows: int) -> Chunk:
    """Read the first records of a chunk, `rows` at the most; raises what `read_chunk` raises."""
    if spec.framed <= rows:
        return read_chunk(spec)
    if isinstance(spec.part, TextPart):
        return read_chunk(head_of(spec, spec.part, rows))
    return read_chunk(replace(spec, framed=rows, part=replace(spec.part, rows=rows)))


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SourceUnreadable(path=path, reason=error.strerror or str(error)) from error


def _prepare_text(
    container: Container,
    text: PlainText,
    profile: CarrierProfile,
    kind: Kind,
    chunk_rows: int,
    findings: list[SourceFinding],
    progress: Progress | None,
) -> Prepared:
    """Lay out and frame a text; the digest of a file read where it lies is taken beside the framing."""
    source = container.path
    status = text.path.stat()
    with text.path.open("rb") as file:
        sample = file.read(profile.limits.record_bytes + _BEYOND_BYTES)
    layout = find_layout(whole_lines(sample, len(sample) < status.st_size), source, profile, kind)
    with ThreadPoolExecutor(1) as beside:
        digest = beside.submit(_digest, source) if text.digest is None else None
        ranges, framed = find_chunks(text.path, layout, profile.limits, chunk_rows, progress)
        taken = text.digest if digest is None else digest.result()
    truncated = any(item.code == "truncated-stream" for item in text.findings) and not ends_with_a_line(
        text.path, status.st_size
    )
    columns = tuple(layout.match.found.items())
    specs = []
    row = 1
    for index, (start, stop, line, records) in enumerate(ranges):
        last = index + 1 == len(ranges)
        part = TextPart(
            start, stop, line, layout.dialect, layout.header, text.choice.fallback, last, last and truncated
        )
        specs.append(
            ChunkSpec(
                str(source),
                str(text.path),
                status.st_size,
                status.st_mtime_ns,
                row,
                records,
                columns,
                profile.limits,
                part,
            )
        )
        row += records
    findings = [
        *findings,
        finding("encoding", source, f"{text.choice.encoding} ({text.choice.evidence})"),
        *text.findings,
        *_layout_findings(source, layout, sample),
        *_column_findings(source, layout.match, layout.header_line),
    ]
    if not framed:
        findings.append(finding("no-rows", source))
    return Prepared(
        source=source,
        format="csv" if container.format == "text" else f"csv.{container.format}",
        specs=tuple(specs),
        columns_found=_found(layout.match),
        columns_missing=layout.match.absent,
        columns_unknown=tuple(cell for _, cell in layout.match.unknown),
        encoding=text.choice.encoding,
        dialect=layout.dialect,
        header_line=layout.header_line,
        framed=framed,
        digest=str(taken),
        findings=tuple(findings),
        spooled=None if text.path == source else text.path,
    )


def _found(match: HeaderMatch) -> tuple[str, ...]:
    """Name the canonical columns that the table of a chunk will have."""
    parts = {part.name for part in NAME_PARTS}
    plain = [name for name in match.found if name not in parts]
    return tuple(plain) if len(plain) == len(match.found) else (*plain, "full_name")


def _layout_findings(source: Path, layout: Layout, sample: bytes) -> Iterator[SourceFinding]:
    if layout.preamble:
        yield finding("preamble", source, layout.preamble, layout.preamble, [1])
    if layout.second_header:
        yield finding("second-header", source, "", 1, [layout.header_line + 1])
    pairs = sample.count(b"\r\n")
    kinds = (pairs, sample.count(b"\n") - pairs, sample.count(b"\r") - pairs)
    if sum(count > 0 for count in kinds) > 1:
        yield finding("line-ends-mixed", source, "", min(count for count in kinds if count))


def _column_findings(source: object, match: HeaderMatch, line: int) -> Iterator[SourceFinding]:
    if match.absent:
        yield finding("absent-columns", source, ", ".join(match.absent), len(match.absent), [line])
    if match.unknown:
        yield finding("unknown-columns", source, _quoted(cell for _, cell in match.unknown), len(match.unknown), [line])
    if match.set_aside:
        yield finding(
            "set-aside-columns", source, _quoted(cell for _, cell in match.set_aside), len(match.set_aside), [line]
        )
    if match.lossy:
        yield finding("lossy-headers", source, _quoted(cell for _, cell in match.lossy), len(match.lossy), [line])
    if "given_name" in match.found:
        yield finding("name-joined", source, "", 1, [line])


def _quoted(cells: Iterable[str]) -> str:
    """List header cells: the first twenty, shortened, long numbers masked (the line may be a record in disguise)."""
    shown = [_LONG_NUMBER.sub("***", cell.strip())[:60] for cell in cells]
    return ", ".join(f'"{cell}"' for cell in shown[:20]) + (f" … ({len(shown)})" if len(shown) > 20 else "")


def _parquet_specs(
    source: Path,
    path: Path,
    file: Any,
    columns: tuple[tuple[str, str], ...],
    profile: CarrierProfile,
    chunk_rows: int,
    own: bool,
) -> Iterator[ChunkSpec]:
    status = path.stat()
    row = 1
    for part in parquet.plan_parts(file, chunk_rows, profile.limits, own):
        yield ChunkSpec(
            str(source), str(path), status.st_size, status.st_mtime_ns, row, part.rows, columns, profile.limits, part
        )
        row += part.rows


def _prepare_parquet(
    container: Container, profile: CarrierProfile, kind: Kind, chunk_rows: int, findings: list[SourceFinding]
) -> Prepared:
    path = container.path
    with parquet.open_parquet(path) as file:
        match, columns = parquet.match_parquet(path, file, profile, kind)
        specs = tuple(_parquet_specs(path, path, file, columns, profile, chunk_rows, own=False))
        framed = file.metadata.num_rows
    findings = [*findings, *_column_findings(path, match, 0)]
    if not framed:
        findings.append(finding("no-rows", path))
    return Prepared(
        source=path,
        format="parquet",
        specs=specs,
        columns_found=_found(match),
        columns_missing=match.absent,
        columns_unknown=tuple(cell for _, cell in match.unknown),
        encoding="utf-8",
        dialect=None,
        header_line=0,
        framed=framed,
        digest=_digest(path),
        findings=tuple(findings),
    )


def _prepare_excel(
    container: Container,
    profile: CarrierProfile,
    kind: Kind,
    spool_dir: Path,
    chunk_rows: int,
    findings: list[SourceFinding],
) -> Prepared:
    """Convert a workbook to a Parquet file of canonical columns in the scratch folder."""
    path = container.path
    sheets, skipped = excel.read_sheets(path, profile, kind)
    digest = _digest(path)
    with spool(spool_dir, path) as (temporary, file):
        excel.write_sheets(sheets, file, min(chunk_rows, _GROUP_ROWS))
    habits = hashlib.sha256(repr((profile, kind, chunk_rows)).encode()).hexdigest()
    final = spool_dir / f"{digest[:32]}.{habits[:8]}.parquet"
    settle(temporary, final)
    names = [name for sheet in sheets for name in sheet.match.found]
    columns = tuple((name, name) for name in dict.fromkeys(names))
    with parquet.open_parquet(final) as written:
        specs = tuple(_parquet_specs(path, final, written, columns, profile, chunk_rows, own=True))
        framed = written.metadata.num_rows
    findings = [*findings, *_sheet_findings(path, sheets, skipped)]
    if not framed:
        findings.append(finding("no-rows", path))
    match = sheets[0].match
    return Prepared(
        source=path,
        format="excel",
        specs=specs,
        columns_found=tuple(dict.fromkeys(name for sheet in sheets for name in _found(sheet.match))),
        columns_missing=match.absent,
        columns_unknown=tuple(dict.fromkeys(cell for sheet in sheets for _, cell in sheet.match.unknown)),
        encoding="utf-8",
        dialect=None,
        header_line=sheets[0].header_line,
        framed=framed,
        digest=digest,
        findings=tuple(findings),
        spooled=final,
    )


def _sheet_findings(path: Path, sheets: list[excel.SheetRows], skipped: list[str]) -> Iterator[SourceFinding]:
    row = 1
    ranges = []
    for sheet in sheets:
        ranges.append(f'"{sheet.sheet}" ({row}-{row + sheet.table.num_rows - 1})')
        row += sheet.table.num_rows
    yield finding("sheets", path, ", ".join(ranges), len(sheets))
    if skipped:
        yield finding("sheets-skipped", path, _quoted(skipped), len(skipped))
    for sheet in sheets:
        if sheet.second_header:
            yield finding("second-header", path, "", 1, [sheet.header_line + 1])
        if sheet.header_line > 1:
            yield finding("preamble", path, sheet.header_line - 1, sheet.header_line - 1, [1])
        yield from _column_findings(path, sheet.match, sheet.header_line)
