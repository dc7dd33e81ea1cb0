"""What is odd about a file although it can be read: one finding per matter, in both languages, never with a value."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["info", "warning", "error"]
#: Example lines kept per finding.
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class SourceFinding:
    """One matter about one file: `count` records or places concerned, `lines` the first of them."""

    code: str
    severity: Severity
    path: str
    vi: str
    en: str
    count: int = 1
    lines: tuple[int, ...] = ()


#: code -> severity, Vietnamese, English; {detail} is filled in where there is one.
_WORDING: dict[str, tuple[Severity, str, str]] = {
    "encoding": ("info", "Bảng mã: {detail}", "Encoding: {detail}"),
    "encoding-mixed": (
        "warning",
        "Tệp trộn nhiều bảng mã: {detail}",
        "The file mixes encodings: {detail}",
    ),
    "bad-bytes": (
        "warning",
        "Có byte không đọc được theo bảng mã của tệp; chữ bị mất được thay bằng U+FFFD",
        "Some bytes cannot be read in the encoding of the file; each lost letter reads as U+FFFD",
    ),
    "bom": ("info", "Có dấu BOM ở đầu bản ghi; đã bỏ qua", "A byte order mark stands before a record; passed over"),
    "stray-quote": (
        "warning",
        "Có dấu nháy lạc trong trường có nháy; được đọc như chữ",
        "A stray quote stands inside a quoted field; read as text",
    ),
    "surplus-delimiters": (
        "info",
        "Thừa dấu phân cách ở cuối dòng, các trường thừa đều trống",
        "There are delimiters too many at the end of the line; the fields behind the last column are empty",
    ),
    "stray-return": (
        "warning",
        "Có ký tự CR lẻ nằm trong bản ghi; được đọc như chữ",
        "A lone CR stands inside a record; read as text",
    ),
    "preamble": (
        "info",
        "Bỏ qua phần mở đầu trước dòng tên cột: {detail} dòng",
        "Lines before the one with column names, passed over: {detail}",
    ),
    "second-header": (
        "info",
        "Bỏ qua dòng tên cột thứ hai hoặc dòng đánh số cột",
        "A second line of column names or numbers follows the first; passed over",
    ),
    "unknown-columns": ("warning", "Cột không nhận ra: {detail}", "Unknown columns: {detail}"),
    "set-aside-columns": (
        "warning",
        "Cột trùng nghĩa với cột khác, không dùng: {detail}",
        "Columns that mean the same as another one, not used: {detail}",
    ),
    "lossy-headers": (
        "warning",
        "Tên cột bị mất chữ nhưng vẫn nhận ra: {detail}",
        "Column names with lost letters, recognised: {detail}",
    ),
    "absent-columns": ("warning", "Thiếu cột nên có: {detail}", "Columns that should be there are not: {detail}"),
    "name-joined": (
        "info",
        "Họ, chữ đệm và tên nằm ở các cột riêng; đã ghép thành họ và tên",
        "The parts of the name stand in columns of their own; joined into the full name",
    ),
    "no-rows": ("warning", "Tệp chỉ có dòng tên cột, không có bản ghi", "The file has column names and no records"),
    "wrong-extension": (
        "warning",
        "Phần mở rộng của tên tệp không đúng nội dung: {detail}",
        "The file name does not fit the content: {detail}",
    ),
    "truncated-stream": (
        "error",
        "Tệp nén bị cắt cụt hoặc hỏng: {detail}; chỉ đọc được phần trước chỗ hỏng. Hãy gửi lại tệp đầy đủ",
        "The compressed file is cut off or damaged: {detail}; only what stands before is read. Send it again, whole",
    ),
    "trailing-bytes": (
        "warning",
        "Có byte lạ sau phần nén, đã bỏ qua",
        "Foreign bytes follow the compressed part; passed over",
    ),
    "many-rejects": ("error", "Phần lớn các dòng bị loại: {detail}", "Most lines are rejected: {detail}"),
    "sheets": ("info", "Các trang tính đã đọc: {detail}", "Sheets read: {detail}"),
    "sheets-skipped": ("warning", "Các trang tính không đọc: {detail}", "Sheets not read: {detail}"),
    "line-ends-mixed": ("info", "Tệp trộn nhiều kiểu xuống dòng", "The file mixes kinds of line ends"),
}

#: Reasons in the reject file -> Vietnamese, English.
REJECT_REASONS: dict[str, tuple[str, str]] = {
    "too-few-fields": ("Dòng thiếu trường", "The line has too few fields"),
    "too-many-fields": ("Dòng thừa trường", "The line has too many fields"),
    "unclosed-quote": ("Dấu nháy mở không có dấu đóng", "A quote is opened and not closed"),
    "record-too-long": ("Bản ghi quá dài", "The record is too long"),
    "field-too-long": ("Có trường quá dài", "A field is too long"),
    "nul-byte": ("Có byte NUL trong bản ghi", "The record holds a NUL byte"),
    "empty-record": ("Mọi trường đều trống", "All fields are empty"),
    "repeated-header": ("Dòng tên cột lặp lại", "The line repeats the column names"),
    "comment-line": ("Dòng ghi chú", "The line is a comment"),
    "footer-line": ("Dòng tổng cộng hoặc cuối trang", "The line is a total or footer"),
    "truncated-record": ("Bản ghi bị cắt ở chỗ tệp hỏng", "The record is cut off where the file is damaged"),
}


def finding(code: str, path: object, detail: object = "", count: int = 1, lines: Iterable[int] = ()) -> SourceFinding:
    """Make the finding `code` about the file `path`."""
    severity, vi, en = _WORDING[code]
    first = tuple(line for line, _ in zip(lines, range(MOST_LINES), strict=False))
    return SourceFinding(code, severity, str(path), vi.format(detail=detail), en.format(detail=detail), count, first)


def merged(findings: Iterable[SourceFinding]) -> tuple[SourceFinding, ...]:
    """Bring the same matter from several chunks together: counts added, first lines kept."""
    table: dict[tuple[str, str, str], SourceFinding] = {}
    for item in findings:
        key = (item.code, item.path, item.en)
        have = table.get(key)
        table[key] = (
            item
            if have is None
            else replace(
                have, count=have.count + item.count, lines=tuple(sorted({*have.lines, *item.lines}))[:MOST_LINES]
            )
        )
    return tuple(table.values())
