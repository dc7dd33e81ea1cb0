"""Read a table to be linked: every column as text, header names and values without outer spaces."""

import csv
import io
from pathlib import Path

import polars as pl

from engine.errors import SourceError

DELIMITERS = ",;\t|%"
SNIFFED_LINES = 50


class LinkTableUnreadable(SourceError):
    """A table to be linked cannot be read as a table."""

    code = "link-table-unreadable"
    template = "{path}: {detail}"


def read_table(source: Path | str | pl.DataFrame) -> pl.DataFrame:
    """Give the table of a CSV file of any delimiter, a Parquet or Excel file, or a frame, all columns as text.

    Raises:
        LinkTableUnreadable: there is no such file, it has no rows with columns, or its rows are too long for the
            header, which would make values stand in the wrong column.
    """
    if isinstance(source, pl.DataFrame):
        return _as_text(source)
    path = Path(source)
    if not path.is_file():
        raise LinkTableUnreadable(path=path, detail="no such file")
    if path.suffix.lower() in {".parquet", ".pq"}:
        return _as_text(pl.read_parquet(path))
    if path.suffix.lower() in {".xlsx", ".xls", ".xlsb", ".ods"}:
        return _as_text(pl.read_excel(path, infer_schema_length=0))
    return _as_text(_read_delimited(path))


def sniff_delimiter(text: str) -> str:
    """Give the delimiter that divides the first lines into the same number of columns, and into most of them."""
    lines = [line for line in text.splitlines()[:SNIFFED_LINES] if line.strip()]

    def order(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        if not widths or widths[0] < 2:
            return (0.0, 0)
        return (sum(width == widths[0] for width in widths) / len(widths), widths[0])

    return max(DELIMITERS, key=order)


def _read_delimited(path: Path) -> pl.DataFrame:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "cp1252", "latin-1"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:  # pragma: no cover - latin-1 reads any bytes
        raise LinkTableUnreadable(path=path, detail="unknown encoding")
    if not text.strip():
        raise LinkTableUnreadable(path=path, detail="the file holds no rows")
    delimiter = sniff_delimiter(text[:200_000])
    try:
        return pl.read_csv(text.encode(), separator=delimiter, infer_schema=False)
    except pl.exceptions.PolarsError:
        return _read_by_rows(path, text, delimiter)


def _read_by_rows(path: Path, text: str, delimiter: str) -> pl.DataFrame:
    """Read with the lenient parser of the standard library; short rows are filled, long rows are refused."""
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    header = rows[0]
    for number, row in enumerate(rows[1:], 2):
        if len(row) > len(header):
            raise LinkTableUnreadable(
                path=path, detail=f"row {number} has {len(row)} values, the header names {len(header)} columns"
            )
    filled = [row + [""] * (len(header) - len(row)) for row in rows[1:]]
    return pl.DataFrame(filled, schema=dict.fromkeys(header, pl.String), orient="row")


def _as_text(table: pl.DataFrame) -> pl.DataFrame:
    names: list[str] = []
    for name in table.columns:
        bare = name.strip().strip("\ufeff")
        names.append(bare if bare not in names else name)
    nested = [name for name, kind in table.schema.items() if kind.is_nested()]
    texts = table.drop(nested).rename(dict(zip(table.columns, names, strict=True)), strict=False)
    return texts.with_columns(pl.all().cast(pl.String, strict=False).str.strip_chars().fill_null(""))
