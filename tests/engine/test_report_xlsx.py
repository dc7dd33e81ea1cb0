"""The regulator's workbook: numbers are numbers, text is text, and what is left out is said."""

from pathlib import Path

import openpyxl
import polars as pl

from engine.report.account import account
from engine.report.xlsx import write_xlsx
from tests.engine.run_fixtures import verdict
from tests.engine.test_report import CARRIERS, make_run, rows_of

ALL_SHEETS = [
    "Tổng hợp",
    "Nhà mạng",
    "Tỉnh",
    "Lý do",
    "Thuê bao mỗi người",
    "Thay đổi",
    "Phát hiện",
    "Bản ghi chưa đúng",
]


def cells(path: Path, sheet: str) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))


def test_it_has_all_sheets_and_they_repeat_the_account(tmp_path: Path) -> None:
    make_run(tmp_path / "run1", *rows_of())
    run = make_run(tmp_path / "run2", *rows_of(shift=1), previous="run1")
    model = account(run)
    write_xlsx(model, tmp_path / "report.xlsx", run=run)
    assert openpyxl.load_workbook(tmp_path / "report.xlsx").sheetnames == ALL_SHEETS
    carriers = cells(tmp_path / "report.xlsx", "Nhà mạng")
    first = model.carriers[0]
    assert carriers[1][:3] == (first.carrier, first.name, first.counts.received)
    assert len(cells(tmp_path / "report.xlsx", "Tỉnh")) == len(model.provinces) + 1
    findings = pl.read_parquet(run / "findings.parquet")
    assert [row[0] for row in cells(tmp_path / "report.xlsx", "Phát hiện")[2:]] == findings["finding_id"].to_list()
    wrong = cells(tmp_path / "report.xlsx", "Bản ghi chưa đúng")[2:]
    assert len(wrong) == model.totals.received - model.totals.correct
    assert all(isinstance(row[2], str) for row in wrong)


def test_without_the_run_folder_it_has_the_figures_alone(tmp_path: Path) -> None:
    model = account(make_run(tmp_path / "run", *rows_of()))
    write_xlsx(model, tmp_path / "report.xlsx")
    assert openpyxl.load_workbook(tmp_path / "report.xlsx").sheetnames == ALL_SHEETS[:5]


def test_rows_beyond_the_limit_are_left_out_and_the_sheet_says_so(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", *rows_of())
    model = account(run)
    write_xlsx(model, tmp_path / "report.xlsx", run=run, row_limit=3)
    sheet = cells(tmp_path / "report.xlsx", "Bản ghi chưa đúng")
    assert len(sheet) == 5
    assert str(sheet[0][0]).startswith(f"Chỉ 3 dòng đầu trong {model.totals.received - model.totals.correct}")
    assert len(cells(tmp_path / "report.xlsx", "Phát hiện")) <= 5


def test_hostile_values_are_text_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    rows, facts = rows_of()
    rows[0] |= dict(verdict(1, batch="a.csv", roll_up="wrong", code="NAME_DIFFERENT", msisdn="=HYPERLINK(1)"))
    facts = [row | {"dealer_id": "@SUM(1)", "contract_id": "+1"} for row in facts]
    run = make_run(tmp_path / "run", rows, facts)
    write_xlsx(account(run), tmp_path / "report.xlsx", run=run)
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    every = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in every} <= {"s", "n"}
    assert all(cell.hyperlink is None for cell in every)
    texts = {cell.value for cell in every if isinstance(cell.value, str)}
    assert "'=HYPERLINK(1)" in texts
    assert "'+1" in texts
    assert CARRIERS["a.csv"] in texts


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", *rows_of())
    model = account(run)
    for name in ("one.xlsx", "two.xlsx"):
        write_xlsx(model, tmp_path / name, run=run)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.xlsx", "run", "two.xlsx"]
