"""What prepare hands out and read_chunk gives back: chunk specifications, and chunks of canonical text columns."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.errors import SourceChanged, SourceNotFound, SourceUnbalanced
from engine.records import NAME_PARTS
from engine.sources.findings import SourceFinding
from engine.sources.framing import Dialect
from engine.sources.profile import Limits

#: Columns of the reject table. `row` is the number of the record in the batch, `line` its first line in the file (row
#: of the sheet for Excel), `byte_offset` its place in the UTF-8 text that was read (-1 where there is none).
REJECT_SCHEMA = pa.schema(
    [
        ("line", pa.int64()),
        ("byte_offset", pa.int64()),
        ("row", pa.int64()),
        ("reason", pa.string()),
        ("text", pa.large_string()),
    ]
)
#: Bytes of a rejected record that are kept.
TEXT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class TextPart:
    """A range of bytes of a UTF-8 text file that begins and ends at record boundaries.

    `fallback` as in EncodingChoice; `last` for the last part of a file, `truncated` where its last record is cut off.
    """

    start: int
    stop: int
    first_line: int
    dialect: Dialect
    header: bytes
    fallback: str | None
    last: bool
    truncated: bool


@dataclass(frozen=True, slots=True)
class ParquetPart:
    """`rows` rows behind the first `skip` of the row groups `groups`; `own` for a file of ours with line numbers."""

    groups: tuple[int, ...]
    skip: int
    rows: int
    own: bool


@dataclass(frozen=True, slots=True)
class ChunkSpec:
    """All that is needed to read one chunk again, anywhere the paths are seen: small and picklable.

    `source` is the file as the user named it, `path` the one to read (the same, or its converted form), `size` and
    `mtime_ns` what `path` was when prepared. Rows are `first_row` to `first_row + framed - 1` of the batch.
    `columns` pairs canonical names with field places (text) or column names (Parquet).
    """

    source: str
    path: str
    size: int
    mtime_ns: int
    first_row: int
    framed: int
    columns: tuple[tuple[str, int | str], ...]
    limits: Limits
    part: TextPart | ParquetPart


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that can be read: its chunks and what is known of it before a row is read.

    `framed` is the number of records, rows and rejects together; `digest` the SHA-256 of the file as it was sent.
    """

    source: Path
    format: str
    specs: tuple[ChunkSpec, ...]
    columns_found: tuple[str, ...]
    columns_missing: tuple[str, ...]
    columns_unknown: tuple[str, ...]
    encoding: str
    dialect: Dialect | None
    header_line: int
    framed: int
    digest: str
    findings: tuple[SourceFinding, ...] = ()
    spooled: Path | None = None

    @property
    def chunks(self) -> tuple[ChunkSpec, ...]:
        """Give the chunks of the file, one without records where it has column names alone: an output for all input."""
        if self.specs:
            return self.specs
        named = tuple((name, name) for name in self.columns_found)
        source = str(self.source)
        return (ChunkSpec(source, source, 0, 0, 1, 0, named, Limits(), ParquetPart((), 0, 0, own=False)),)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of one chunk: a table of large_string columns (the canonical ones that the file has; empty text, no nulls).

    Row i of the table is record `first_row + i` of the batch, or `rows[i]` where rejected records leave gaps;
    `lines[i]` is its first line in the file.
    """

    first_row: int
    rows: npt.NDArray[np.int64] | None
    lines: npt.NDArray[np.int64]
    table: pa.Table
    rejects: pa.Table
    findings: tuple[SourceFinding, ...] = ()

    @property
    def row_numbers(self) -> npt.NDArray[np.int64]:
        """The record numbers of all rows, gaps or not."""
        if self.rows is not None:
            return self.rows
        return np.arange(self.first_row, self.first_row + self.table.num_rows, dtype=np.int64)


def chunk_of_none(spec: ChunkSpec) -> Chunk:
    """Give the chunk of a specification that has no records."""
    table = pa.table({str(name): pa.array([], pa.large_string()) for name, _ in spec.columns})
    return Chunk(spec.first_row, None, np.zeros(0, np.int64), table, REJECT_SCHEMA.empty_table())


@dataclass(slots=True)
class Rejects:
    """Collects rejected records."""

    lines: list[int] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def add(self, line: int, offset: int, row: int, reason: str, text: str) -> None:
        self.lines.append(line)
        self.offsets.append(offset)
        self.rows.append(row)
        self.reasons.append(reason)
        self.texts.append(text)

    def extend(
        self, lines: list[int], offsets: list[int], rows: list[int], reasons: list[str], texts: list[str]
    ) -> None:
        self.lines += lines
        self.offsets += offsets
        self.rows += rows
        self.reasons += reasons
        self.texts += texts

    def table(self) -> pa.Table:
        """Give the rejects in order of their record numbers."""
        table = pa.table([self.lines, self.offsets, self.rows, self.reasons, self.texts], schema=REJECT_SCHEMA)
        return table if self.rows == sorted(self.rows) else table.sort_by("row")


def shown(raw: bytes, whole_bytes: int = 0) -> str:
    """Give the text of a rejected record, at most TEXT_BYTES of it and then its whole length in bytes."""
    if whole_bytes <= TEXT_BYTES and len(raw) <= TEXT_BYTES:
        return raw.decode("utf-8", "replace")
    return f"{raw[:TEXT_BYTES].decode('utf-8', 'replace')} … [{TEXT_BYTES} / {max(whole_bytes, len(raw))} byte]"


def check_unchanged(spec: ChunkSpec) -> None:
    """Make sure that the file is the one that was prepared.

    Raises:
        SourceChanged, SourceNotFound: it is another one, or gone.
    """
    try:
        status = Path(spec.path).stat()
    except OSError as error:
        raise SourceNotFound(path=spec.path) from error
    if status.st_size != spec.size or status.st_mtime_ns != spec.mtime_ns:
        raise SourceChanged(path=spec.source, what="size or time of change differ")


def check_balance(spec: ChunkSpec, rows: int, rejects: int) -> None:
    """Make sure that every framed record became a row or a reject.

    Raises:
        SourceUnbalanced: it did not; the reader has a defect.
    """
    if rows + rejects != spec.framed:
        raise SourceUnbalanced(
            path=spec.source,
            first_row=spec.first_row,
            last_row=spec.first_row + spec.framed - 1,
            framed=spec.framed,
            rows=rows,
            rejects=rejects,
        )


def with_joined_name(table: pa.Table) -> pa.Table:
    """Join the parts of a name, where they stand in columns of their own, to the column `full_name`."""
    import pyarrow.compute as pc

    parts = [part.name for part in NAME_PARTS if part.name in table.column_names]
    if not parts or "full_name" in table.column_names:
        return table
    trimmed = [pc.utf8_trim_whitespace(table.column(part)) for part in parts]
    joined = pc.binary_join_element_wise(*trimmed, pa.scalar(" ", pa.large_string()))
    name = pc.utf8_trim_whitespace(pc.replace_substring_regex(joined, " +", " "))
    place = table.column_names.index(parts[0])
    return table.drop_columns(parts).add_column(place, pa.field("full_name", pa.large_string()), name)
