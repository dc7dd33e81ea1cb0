"""Workbooks: every cell as the text it stands for, the sheets with known column names one after another.

A workbook is read once and kept in the scratch folder as a Parquet file of canonical columns.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import fastexcel
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from engine.errors import SourceColumnsMissing, SourceDamaged, SourceEmpty, SourceError, SourceTooLarge, SourceTooWide
from engine.records import HeaderMatch, Kind, match_headers
from engine.sources.chunks import shown
from engine.sources.layout import HEAD_RECORDS, check_names, is_footer, names_columns, repeats_header
from engine.sources.parquet import OWN_LINE, OWN_REASON, OWN_TEXT
from engine.sources.profile import CarrierProfile, Limits
from engine.sources.unpacking import RATIO_FROM_BYTES

_READ_BYTES = 1 << 20
_FOOTER_ROWS = 8
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The records of one sheet: canonical text columns, and line, reason and text of each (reason null: a row)."""

    sheet: str
    match: HeaderMatch
    header_line: int
    second_header: bool
    table: pa.Table


def guard_workbook(path: Path, limits: Limits) -> None:
    """Unpack a workbook once, keeping nothing, so that no reader of it meets more than the ceilings allow.

    Raises:
        SourceTooLarge: it unpacks to more than limits.sheet_bytes or in a ratio over limits.expanded_ratio.
        SourceDamaged: a part cannot be unpacked.
    """
    if not zipfile.is_zipfile(path):
        return
    size = path.stat().st_size
    given = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                with archive.open(member) as part:
                    while got := len(part.read(_READ_BYTES)):
                        given += got
                        _check_size(path, given, size, limits)
    except _BROKEN as error:
        raise SourceDamaged(path=path, what="workbook", reason=str(error)[:200]) from error


def _check_size(path: Path, given: int, size: int, limits: Limits) -> None:
    if given > limits.sheet_bytes:
        raise SourceTooLarge(
            path=path, what=f"{given} bytes of unpacked sheets", limit=limits.sheet_bytes, option="sheet_bytes"
        )
    if given > RATIO_FROM_BYTES and given > limits.expanded_ratio * size:
        raise SourceTooLarge(
            path=path, what=f"a packing ratio of {given // size}", limit=limits.expanded_ratio, option="expanded_ratio"
        )


def _call(path: Path, function: Any, *arguments: Any, **options: Any) -> Any:
    """Call the library; its errors, and the panics of its compiled part, mean a damaged workbook."""
    try:
        return function(*arguments, **options)
    except (fastexcel.FastExcelError, *_BROKEN) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise SourceDamaged(path=path, what="workbook", reason=reason) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise SourceDamaged(path=path, what="workbook", reason="its structure breaks the reader") from error


def read_sheets(path: Path, profile: CarrierProfile, kind: Kind) -> tuple[list[SheetRows], list[str]]:
    """Read all sheets with known column names; also the names of the sheets that were not read.

    Hidden sheets are read only where the profile names them.

    Raises:
        SourceError: the workbook is damaged or too large, or no sheet has the columns needed.
    """
    guard_workbook(path, profile.limits)
    workbook = _call(path, fastexcel.read_excel, str(path))
    found: list[SheetRows] = []
    skipped: list[str] = []
    refusal: SourceError | None = None
    for name in workbook.sheet_names:
        if profile.sheets and name not in profile.sheets:
            skipped.append(name)
            continue
        sheet = _call(
            path,
            workbook.load_sheet,
            name,
            header_row=None,
            skip_rows=0,
            dtypes="string",
            skip_whitespace_tail_rows=True,
        )
        if (sheet.visible != "visible" and not profile.sheets) or sheet.height == 0:
            skipped.append(name)
            continue
        try:
            found.append(_sheet_rows(path, name, _call(path, sheet.to_arrow), profile, kind))
        except SourceError as error:
            refusal = refusal or error
            skipped.append(name)
    if found:
        return found, skipped
    if refusal is not None:
        raise refusal
    raise SourceEmpty(path=path, what="no visible sheet with cells")


def _sheet_rows(path: Path, sheet: str, batch: Any, profile: CarrierProfile, kind: Kind) -> SheetRows:
    place = f"{path}, sheet {sheet}"
    if batch.num_columns > profile.limits.columns:
        raise SourceTooWide(
            path=place, line=1, what=f"{batch.num_columns} columns", limit=profile.limits.columns, option="columns"
        )
    cells = [_cells(column) for column in batch.columns]
    index, match, second = _header(place, cells, batch.num_rows, profile, kind)
    first = index + 1 + second
    body = [column.slice(first) for column in cells]
    rows = batch.num_rows - first
    lines = np.arange(first + 1, first + 1 + rows, dtype=np.int64)
    reasons = _reasons(body, rows, match, _row(cells, index) if index >= 0 else None)
    keep = np.flatnonzero(reasons != "blank")
    columns = {name: body[field].take(pa.array(keep)) for name, field in match.found.items()}
    texts = [
        None if not reason else shown("\t".join(_row(body, int(i))).encode())
        for i, reason in zip(keep, reasons[keep], strict=True)
    ]
    columns[OWN_LINE] = pa.array(lines[keep])
    columns[OWN_REASON] = pa.array([str(reason) or None for reason in reasons[keep]], pa.string())
    columns[OWN_TEXT] = pa.array(texts, pa.large_string())
    return SheetRows(sheet, match, index + 1, second > 0, pa.table(columns))


def _cells(column: Any) -> Any:
    """Give a column as text without nulls; a date without a time of day is a date."""
    text = pc.fill_null(column.cast(pa.large_string()), "")
    dated = pc.match_substring(text, " 00:00:00")
    if not pc.any(dated).as_py():
        return text
    return pc.replace_substring_regex(text, r"^(\d{4}-\d{2}-\d{2}) 00:00:00$", r"\1")


def _row(cells: list[Any], index: int) -> list[str]:
    return [column[index].as_py() for column in cells]


def _header(
    place: str, cells: list[Any], rows: int, profile: CarrierProfile, kind: Kind
) -> tuple[int, HeaderMatch, int]:
    """Find the row of column names; give its index (-1: none, the profile names them) and count further header rows."""
    if profile.header_row == 0:
        names = profile.column_order
        match = match_headers(names, kind, {name: name for name in names if name})
        check_names(match, Path(place), 0)
        return -1, match, 0
    best: tuple[tuple[int, int], int, HeaderMatch] | None = None
    for index in range(min(rows, max(HEAD_RECORDS, profile.header_row or 0))):
        if profile.header_row is not None and index + 1 != profile.header_row:
            continue
        row = tuple(_row(cells, index))
        match = match_headers(row, kind, profile.columns)
        score = (len(match.found), -len(match.missing))
        if (names_columns(row, match) or profile.header_row) and (best is None or score > best[0]):
            best = (score, index, match)
    if best is None:
        raise SourceColumnsMissing(
            path=place,
            line=1,
            missing="the mandatory columns",
            found=f"none of the first {HEAD_RECORDS} rows holds known column names",
        )
    _, index, match = best
    check_names(match, Path(place), index + 1)
    second = 0
    while index + second + 1 < rows and repeats_header(tuple(_row(cells, index + second + 1)), match, kind):
        second += 1
    return index, match, second


def _reasons(body: list[Any], rows: int, match: HeaderMatch, header: list[str] | None) -> npt.NDArray[Any]:
    """Give the reason for which each row is no record (`blank`) or a rejected one; empty for a record."""
    reasons = np.full(rows, "", "U20")
    if not rows:
        return reasons
    blank = np.ones(rows, np.bool_)
    for column in body:
        blank &= np.asarray(pc.equal(pc.binary_length(pc.utf8_trim_whitespace(column)), 0))
    reasons[blank] = "blank"
    if header is not None:
        same = np.ones(rows, np.bool_)
        for column, name in zip(body, header, strict=True):
            same &= np.asarray(pc.equal(column, name))
        reasons[same & ~blank] = "repeated-header"
    keys = [body[match.found[name]] for name in ("msisdn", "id_number") if name in match.found]
    for index in np.flatnonzero(~blank)[: -_FOOTER_ROWS - 1 : -1].tolist():
        digits = max((sum(sign.isdigit() for sign in key[index].as_py()) for key in keys), default=0)
        words = " ".join(cell for cell in _row(body, index) if cell.strip())
        if digits >= 6 or not is_footer(re.sub(r"^\W+", "", words)):
            break
        reasons[index] = "footer-line"
    return reasons


def write_sheets(sheets: list[SheetRows], file: IO[bytes], group_rows: int) -> None:
    """Write the records of all sheets to a Parquet file of our own, with every canonical column of any sheet."""
    names = list(dict.fromkeys(name for sheet in sheets for name in sheet.table.column_names))
    schema = pa.schema([(name, _own_types().get(name, pa.large_string())) for name in names])
    with pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=True) as writer:
        for sheet in sheets:
            writer.write_table(pa.table(list(_filled(sheet.table, schema)), schema=schema), row_group_size=group_rows)


def _own_types() -> dict[str, Any]:
    return {OWN_LINE: pa.int64(), OWN_REASON: pa.string()}


def _filled(table: Any, schema: Any) -> Iterator[Any]:
    for name in schema.names:
        if name in table.column_names:
            yield table.column(name).cast(schema.field(name).type)
        else:
            yield pa.array([""] * table.num_rows, pa.large_string())
