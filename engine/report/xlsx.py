"""Write a report as a workbook for the regulator: figures as numbers, everything else as text that is never calculated.

Rows that are not correct are listed up to a limit; the sheet itself says how many are left out and where all of them
are. The workbook holds no identity value of a record: rows are named by batch, row and number.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter

from engine.report.cells import inert
from engine.report.model import ROLL_UPS, Counts, ReportModel
from engine.report.words import KINDS, SEVERITIES, day
from engine.report.words import ROLL_UPS as ROLL_UP_WORDS

ROWS_LISTED = 200_000
"""More than anybody reads, and a workbook that still opens; a sheet could hold 1,048,576."""
_CHUNK = 65_536

Cell = str | int | float | None


def write_xlsx(model: ReportModel, path: Path, *, run: Path | None = None, row_limit: int = ROWS_LISTED) -> None:
    """Write the workbook of a run.

    Args:
        model: The account of the run.
        path: The workbook to write.
        run: The run folder, for the sheets of findings and of rows that are not correct; without it these are left out.
        row_limit: Rows at most in each of those two sheets; a row costs about a tenth of a millisecond.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    }
    with xlsxwriter.Workbook(os.fspath(path), options) as book:
        # The same bytes for the same figures: a workbook carries a date of its making.
        made_at = datetime.combine(model.as_of, time())
        book.set_properties({"title": f"Báo cáo đối soát {model.run}", "created": made_at})
        sheets = _Sheets(book)
        _summary(sheets, model)
        _carriers(sheets, model)
        _provinces(sheets, model)
        _reasons(sheets, model)
        _sims(sheets, model)
        _change(sheets, model)
        if run is not None:
            _findings(sheets, run / "findings.parquet", row_limit)
            _rows(sheets, run / "verdicts.parquet", model, row_limit)


class _Sheets:
    """The sheets of one workbook, each written from top to bottom."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._share = book.add_format({"num_format": "0.0%"})
        self._number = book.add_format({"num_format": "#,##0"})

    def write(self, name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], statement: str = "") -> None:
        """Write a sheet: an optional statement in the first line, the headings, the rows; text stays text."""
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, len(headings) - 1, 20)
        top = 0
        if statement:
            sheet.write_string(0, 0, statement)
            top = 1
        for column, heading in enumerate(headings):
            sheet.write_string(top, column, heading, self._head)
        sheet.freeze_panes(top + 1, 0)
        for number, row in enumerate(rows, top + 1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, inert(value))
                elif isinstance(value, float):
                    sheet.write_number(number, column, value, self._share)
                elif value is not None:
                    sheet.write_number(number, column, value, self._number)


def _headings(counted: str) -> list[str]:
    words = [f"{vi} / {en}" for vi, en in ROLL_UP_WORDS.values()]
    return [f"Đối soát / {counted}", *words, "Tỷ lệ đúng / share correct", "Tỷ lệ sai / share wrong"]


def _counts(counts: Counts) -> list[Cell]:
    figures: list[Cell] = [counts.received, *(getattr(counts, roll_up) for roll_up in ROLL_UPS)]
    return [*figures, counts.share("correct"), counts.share("wrong")]


def _summary(sheets: _Sheets, model: ReportModel) -> None:
    rows: list[Sequence[Cell]] = [
        ("Lần chạy / run", model.run),
        ("Ngày đối soát / as of", day(model.as_of)),
        ("Bộ quy tắc / rule set", f"{model.rules.name}: {model.rules.vietnamese}"),
        ("Căn cứ / instrument", model.rules.instrument),
        ("So với / compared with", model.previous or ""),
        ("Đã nhận / received", model.totals.received + model.rejected),
        ("Đã đối soát / reconciled", model.totals.received),
        *((f"{vi} / {en}", getattr(model.totals, roll_up)) for roll_up, (vi, en) in ROLL_UP_WORDS.items()),
        ("Dòng không đọc được / rejected", model.rejected),
        *((f"Không đọc được: {line.vietnamese} / {line.english}", line.lines) for line in model.rejects),
        *((f"Đầu vào / input: {line.kind} {line.name}", line.digest) for line in model.inputs),
        *((f"Phiên bản / version: {name}", version) for name, version in model.versions),
    ]
    sheets.write("Tổng hợp", ("Mục / item", "Giá trị / value"), rows)


def _carriers(sheets: _Sheets, model: ReportModel) -> None:
    def row(line: Any) -> Sequence[Cell]:
        band = line.penalty
        fine: list[Cell] = [None] * 4
        if band is not None:
            bounds = f"{band.first}-{band.last}" if band.last else f">= {band.first}"
            fine = [bounds, band.least_vnd, band.most_vnd, f"{band.certainty}: {band.source}"]
        return [line.carrier, line.name, *_counts(line.counts), line.rejected, line.frozen, line.violating, *fine]

    headings = ["Nhà mạng / carrier", "Tên / name", *_headings("reconciled"), "Bị loại / rejected"]
    headings += ["Tạm dừng trả lời / frozen", "Thuê bao vi phạm / violating numbers", "Khung / band"]
    headings += ["Phạt từ, đồng / fine from, VND", "đến / to", "Căn cứ và mức chắc chắn / source and certainty"]
    sheets.write("Nhà mạng", headings, (row(line) for line in model.carriers))


def _provinces(sheets: _Sheets, model: ReportModel) -> None:
    headings = ["Mã / code", "Tỉnh, thành phố / province", *_headings("reconciled")]
    sheets.write("Tỉnh", headings, ([line.code, line.name, *_counts(line.counts)] for line in model.provinces))


def _reasons(sheets: _Sheets, model: ReportModel) -> None:
    carriers = [line.carrier for line in model.carriers]

    def row(line: Any) -> Sequence[Cell]:
        of = dict(line.by_carrier)
        own = [of.get(carrier, 0) for carrier in carriers]
        return [line.code, line.vietnamese, line.english, ROLL_UP_WORDS[line.roll_up][0], line.records, *own]

    headings = ["Mã / code", "Lý do", "Reason", "Kết luận / verdict", "Bản ghi / records", *carriers]
    sheets.write("Lý do", headings, (row(line) for line in model.reasons))


def _sims(sheets: _Sheets, model: ReportModel) -> None:
    headings = (
        "Phạm vi / scope",
        "Nhà mạng / carrier",
        "Thuê bao mỗi người / SIMs per person",
        "Người / persons",
        "Thuê bao / SIMs",
    )
    rows = ((each.scope, each.carrier or "", each.bucket, each.persons, each.sims) for each in model.sims_per_person)
    sheets.write("Thuê bao mỗi người", headings, rows)


def _change(sheets: _Sheets, model: ReportModel) -> None:
    if model.change is None:
        return
    moved = ("Mới / opened", "Còn lại / kept", "Đã hết / closed", "không còn / gone")
    headings = ("Loại / kind", "Nhà mạng / carrier", "Mã / code", *moved)
    rows: list[Sequence[Cell]] = [
        ("phát hiện / finding", "", each.kind, each.opened, each.kept, each.closed, None)
        for each in model.change.findings
    ]
    rows += [
        ("thuê bao / number", each.carrier, each.code, each.opened, each.kept, each.closed, each.gone)
        for each in model.change.verdicts
    ]
    sheets.write("Thay đổi", headings, rows)


def _findings(sheets: _Sheets, findings: Path, row_limit: int) -> None:
    file = pq.ParquetFile(findings)

    def rows() -> Iterator[Sequence[Cell]]:
        left = row_limit
        for portion in file.iter_batches(batch_size=_CHUNK):
            for each in portion.slice(0, left).to_pylist():
                evidence = "; ".join(f"{where['batch']}:{where['row']}" for where in each["evidence"])
                severity = SEVERITIES[each["severity"]][0]
                yield (
                    *(each["finding_id"], KINDS.get(each["kind"], (each["kind"],))[0], each["kind"], each["rule"]),
                    *(severity, ", ".join(each["carriers"]), each["subject_kind"], each["subject"]),
                    *(each["count"], each["threshold"], each["evidence_total"]),
                    *(day(each["first_on"]), day(each["last_on"]), evidence),
                )
            left -= min(left, portion.num_rows)
            if not left:
                return

    headings = ["Mã tra cứu / finding", "Nội dung / matter", "kind", "rule", "Mức / severity", "Nhà mạng / carriers"]
    headings += ["Đối tượng / subject kind", "subject", "Số đo / count", "Ngưỡng / threshold", "Bản ghi / records"]
    headings += ["Từ / first", "Đến / last", "Dẫn chứng / evidence (batch:row)"]
    statement = _statement(file.metadata.num_rows, row_limit, "findings.parquet")
    sheets.write("Phát hiện", headings, rows(), statement)


def _rows(sheets: _Sheets, verdicts: Path, model: ReportModel, row_limit: int) -> None:
    words = {line.code: line.vietnamese for line in model.reasons}

    def rows() -> Iterator[Sequence[Cell]]:
        left = row_limit
        columns = ["batch", "row", "msisdn", "roll_up", "code", "codes"]
        for portion in pq.ParquetFile(verdicts).iter_batches(batch_size=_CHUNK, columns=columns):
            chosen = portion.filter(pc.not_equal(portion.column("roll_up").cast("string"), "correct")).slice(0, left)
            for batch, row, msisdn, roll_up, code, codes in zip(
                *(each.to_pylist() for each in chosen.columns), strict=True
            ):
                yield batch, row, msisdn or "", ROLL_UP_WORDS[roll_up][0], code, words.get(code, code), codes
            left -= chosen.num_rows
            if not left:
                return

    found = model.totals.received - model.totals.correct
    headings = ("Tệp / batch", "Dòng / row", "Thuê bao / MSISDN", "Kết luận / verdict", "Mã / code", "Lý do", "codes")
    sheets.write("Bản ghi chưa đúng", headings, rows(), _statement(found, row_limit, "verdicts.parquet"))


def _statement(found: int, row_limit: int, file: str) -> str:
    if found <= row_limit:
        return f"{found} dòng, đủ cả. / {found} rows, all of them."
    return (
        f"Chỉ {row_limit} dòng đầu trong {found}; xem đủ trong {file}. / "
        f"Only the first {row_limit} rows of {found}; {file} has all."
    )
