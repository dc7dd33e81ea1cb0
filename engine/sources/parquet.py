"""Parquet files: chunks are whole row groups where these are small enough, typed columns are written as text."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from engine.errors import (
    SourceColumnsDoubled,
    SourceColumnsMissing,
    SourceColumnType,
    SourceDamaged,
    SourceTooLarge,
    SourceTooWide,
    SourceTruncated,
)
from engine.records import CODED_COLUMNS, HeaderMatch, Kind, match_headers
from engine.sources.chunks import (
    Chunk,
    ChunkSpec,
    ParquetPart,
    Rejects,
    check_balance,
    check_unchanged,
    shown,
    with_joined_name,
)
from engine.sources.findings import finding
from engine.sources.profile import CarrierProfile, Limits
from engine.sources.typed_text import as_text, has_text_form

#: Columns of a Parquet file of our own: line of the record, reason and text of a reject (null: the record is a row).
OWN_LINE, OWN_REASON, OWN_TEXT = "__line", "__reason", "__text"
#: Bytes a value up to which a column is read as a dictionary: few values, many times.
_DICTIONARY_BYTES = 3.0
_BATCH_ROWS = 1 << 17
_REPLACEMENT = "\ufffd".encode()
_BROKEN = (pa.ArrowException, OSError, ValueError, KeyError, OverflowError)


def open_parquet(path: Path, **options: Any) -> Any:
    """Open a Parquet file.

    Raises:
        SourceTruncated, SourceDamaged: the closing metadata is missing or cannot be read.
    """
    try:
        return pq.ParquetFile(path, pre_buffer=False, memory_map=False, page_checksum_verification=True, **options)
    except _BROKEN as error:
        reason = str(error).splitlines()[0][:200]
        if any(word in reason for word in ("magic bytes", "too small", "smaller than the minimum")):
            raise SourceTruncated(path=path, what="Parquet file", reason=reason) from error
        raise SourceDamaged(path=path, what="Parquet file", reason=reason) from error


def match_parquet(
    path: Path, file: Any, profile: CarrierProfile, kind: Kind
) -> tuple[HeaderMatch, tuple[tuple[str, str], ...]]:
    """Match the columns of a Parquet file to the canonical ones; also pairs of canonical name and column name.

    Raises:
        SourceColumnsMissing, SourceColumnsDoubled, SourceColumnType, SourceTooWide: as their names say.
    """
    schema = file.schema_arrow
    names = list(schema.names)
    if len(names) > profile.limits.columns:
        raise SourceTooWide(
            path=path, line=0, what=f"{len(names)} columns", limit=profile.limits.columns, option="columns"
        )
    match = match_headers(names, kind, profile.columns)
    doubled = dict(match.doubled)
    doubled.update({name: (place,) for name, place in match.found.items() if names.count(names[place]) > 1})
    if doubled:
        listed = "; ".join(f"several columns mean {name}" for name in doubled)
        raise SourceColumnsDoubled(path=path, line=0, doubled=listed)
    if match.missing:
        known = f"columns recognised: {', '.join(match.found) or 'none'}"
        raise SourceColumnsMissing(path=path, line=0, missing=", ".join(match.missing), found=known)
    for name, place in match.found.items():
        if not has_text_form(schema.types[place]):
            raise SourceColumnType(path=path, column=name, kind=str(schema.types[place])[:60])
    return match, tuple((name, names[place]) for name, place in match.found.items())


def plan_parts(file: Any, chunk_rows: int, limits: Limits, own: bool = False) -> Iterator[ParquetPart]:
    """Cut a file into parts of at most `chunk_rows` rows: neighbouring row groups together, a larger one in slices."""
    groups: list[int] = []
    rows = size = 0
    for index in range(file.metadata.num_row_groups):
        group = file.metadata.row_group(index)
        if groups and (rows + group.num_rows > chunk_rows or size + group.total_byte_size > limits.chunk_bytes):
            yield ParquetPart(tuple(groups), 0, rows, own)
            groups, rows, size = [], 0, 0
        if group.num_rows > chunk_rows:
            for skip in range(0, group.num_rows, chunk_rows):
                yield ParquetPart((index,), skip, min(chunk_rows, group.num_rows - skip), own)
        elif group.num_rows:
            groups.append(index)
            rows += group.num_rows
            size += group.total_byte_size
    if groups:
        yield ParquetPart(tuple(groups), 0, rows, own)


def _few_values(file: Any, part: ParquetPart, wanted: list[str]) -> list[str]:
    """Name the wanted columns whose pages are so small that they must repeat few values."""
    group = file.metadata.row_group(part.groups[0])
    kinds = dict(zip(file.schema_arrow.names, file.schema_arrow.types, strict=True))
    found = []
    for index in range(group.num_columns):
        column = group.column(index)
        name = column.path_in_schema
        small = column.total_uncompressed_size < _DICTIONARY_BYTES * max(column.num_values, 1)
        if small and name in wanted and (pa.types.is_string(kinds[name]) or pa.types.is_large_string(kinds[name])):
            found.append(name)
    return found


def _read(path: str, part: ParquetPart, wanted: list[str], limits: Limits) -> Any:
    """Read the wanted columns of a part; slices of a large group are read batch by batch."""
    file = open_parquet(Path(path))
    few = _few_values(file, part, wanted)
    if few:
        file.close()
        file = open_parquet(Path(path), read_dictionary=few)
    with file:
        size = sum(file.metadata.row_group(group).total_byte_size for group in part.groups)
        if (
            part.skip == 0
            and size <= limits.chunk_bytes
            and file.metadata.row_group(part.groups[0]).num_rows <= part.rows
        ):
            return file.read_row_groups(list(part.groups), columns=wanted, use_threads=False)
        batches = []
        at = taken = 0
        for batch in file.iter_batches(min(_BATCH_ROWS, part.rows), list(part.groups), wanted, use_threads=False):
            first = max(part.skip - at, 0)
            if first < len(batch):
                batches.append(batch.slice(first, part.skip + part.rows - at - first))
                taken += batches[-1].nbytes
            at += len(batch)
            if taken > 2 * limits.chunk_bytes:
                raise SourceTooLarge(
                    path=path, what="one chunk of rows", limit=2 * limits.chunk_bytes, option="chunk_bytes"
                )
            if at >= part.skip + part.rows:
                break
        return pa.Table.from_batches(batches)


def read_parquet_chunk(spec: ChunkSpec, part: ParquetPart, only: Collection[str] | None = None) -> Chunk:
    """Read one chunk of a Parquet file; `only` names the canonical columns that are needed.

    Where anything is amiss in those, all columns are read, so that a reject is told with its whole record.

    Raises:
        SourceChanged: the file is not the one that was prepared.
        SourceDamaged: a page cannot be read; no row of the chunk can be trusted.
    """
    check_unchanged(spec)
    columns = [(canonical, str(name)) for canonical, name in spec.columns if only is None or canonical in only]
    wanted = [name for _, name in columns]
    extra = [OWN_LINE, OWN_REASON, OWN_TEXT] if part.own else []
    try:
        raw = _read(spec.path, part, [*wanted, *extra], spec.limits)
    except _BROKEN as error:
        reason = f"row groups {part.groups[0]} to {part.groups[-1]}: {str(error).splitlines()[0][:200]}"
        raise SourceDamaged(path=spec.source, what="Parquet file", reason=reason) from error
    texts = [
        as_text(raw.column(name), canonical, spec.source, spec.limits, few=canonical in CODED_COLUMNS)
        for canonical, name in columns
    ]
    lines = np.arange(spec.first_row, spec.first_row + raw.num_rows, dtype=np.int64)
    if part.own:
        lines = raw.column(OWN_LINE).to_numpy()
    rejects = Rejects()
    reasons = _reasons(texts, raw, part.own, spec.limits)
    if len(columns) < len(spec.columns) and (reasons != "").any():
        return read_parquet_chunk(spec, part)
    for index in np.flatnonzero(reasons != "").tolist():
        known = raw.column(OWN_TEXT)[index].as_py() if part.own else None
        text = (
            known if known is not None else shown("\t".join(column[index].as_py() or "" for column in texts).encode())
        )
        rejects.add(int(lines[index]), -1, spec.first_row + index, str(reasons[index]), text)
    check_balance(spec, raw.num_rows - len(rejects.rows), len(rejects.rows))
    table = pa.table(texts, names=[canonical for canonical, _ in columns])
    rows = None
    if rejects.rows:
        keep = np.flatnonzero(reasons == "")
        table, lines, rows = table.take(pa.array(keep)), lines[keep], spec.first_row + keep
    lost = _lost(table)
    findings = (finding("bad-bytes", spec.source, "", lost),) if lost and not part.own else ()
    return Chunk(spec.first_row, rows, lines, with_joined_name(table), rejects.table(), findings)


def _reasons(texts: list[Any], raw: Any, own: bool, limits: Limits) -> npt.NDArray[Any]:
    """Give the reason for which each record is rejected, empty for a row; one entry of width 0 where there is none."""
    told: dict[str, npt.NDArray[Any]] = {}
    empty = np.ones(raw.num_rows, np.bool_)
    for text in texts:
        lengths = _lengths(text)
        empty &= lengths == 0
        if len(lengths) and lengths.max() > limits.field_bytes:
            told["field-too-long"] = told.get("field-too-long", False) | (lengths > limits.field_bytes)
        if _holds(text, 0):
            held = np.asarray(pc.match_substring(_spelled(text), "\0"))
            told["nul-byte"] = told.get("nul-byte", False) | held
    if texts and empty.any():
        told["empty-record"] = empty
    reasons = np.zeros(raw.num_rows, "U20" if told or own else "U1")
    for reason, rows in told.items():
        reasons[rows] = reason
    if own:
        given = raw.column(OWN_REASON)
        marked = np.flatnonzero(np.asarray(given.is_valid()))
        reasons[marked] = given.take(pa.array(marked)).to_pylist()
    return reasons


def _spelled(text: Any) -> Any:
    return text.dictionary_decode() if pa.types.is_dictionary(text.type) else text


def _lengths(text: Any) -> npt.NDArray[Any]:
    """Give the bytes of each value."""
    if pa.types.is_dictionary(text.type):
        text = pc.take(pc.binary_length(text.dictionary), text.indices)
    else:
        text = pc.binary_length(text)
    return np.asarray(text)


def _holds(text: Any, byte: int) -> bool:
    """Tell whether a byte occurs anywhere in a text column: one fast scan before any slow one."""
    data = (text.dictionary if pa.types.is_dictionary(text.type) else text).buffers()[2]
    return data is not None and bool((np.frombuffer(data, np.uint8) == byte).any())


def _lost(table: Any) -> int:
    """Count the values that hold U+FFFD."""
    count = 0
    for column in table.columns:
        for chunk in column.chunks:
            if _holds(chunk, _REPLACEMENT[0]):
                count += pc.sum(pc.match_substring(_spelled(chunk), _REPLACEMENT.decode())).as_py() or 0
    return count
