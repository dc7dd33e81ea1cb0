"""What a carrier's clerk learns of a batch by itself: each planted fault is found, counted, placed, and masked."""

import datetime
import gzip
import json
from pathlib import Path

import pytest

from engine.batch_check import BatchReport, check
from engine.batch_faults import DATE_COLUMNS, KINDS
from engine.errors import SourceColumnsMissing
from engine.sources import REJECT_REASONS, CarrierProfile

# Interpreted for coverage, unsigned words overflow aloud where compiled ones wrap in silence.
pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

AS_OF = datetime.date(2026, 11, 23)
COLUMNS = ["msisdn", "id_type", "id_number", "full_name", "birth_date", "sex", "activated_on"]
GOOD = ["0912345678", "CCCD", "001090123123", "Nguyễn Văn Thành", "04/05/1990", "Nam", "01/02/2020"]

#: fault -> (column, value) put into an otherwise good record.
PLANTED = {
    "msisdn-missing": ("msisdn", ""),
    "msisdn-malformed": ("msisdn", "91234567"),
    "msisdn-unassigned": ("msisdn", "0012345678"),
    "msisdn-legacy": ("msisdn", "01681234567"),
    "msisdn-machine": ("msisdn", "0140123456"),
    "id-missing": ("id_number", ""),
    "id-digits-lost": ("id_number", "1.09E+09"),
    "id-wrong-length": ("id_number", "00109012312"),
    "id-bad-characters": ("id_number", "0010901231#3"),
    "id-unknown-prefix": ("id_number", "003090123123"),
    "id-placeholder": ("id_number", "000000000000"),
    "id-century": ("id_number", "001490123123"),
    "id-suspect-serial": ("id_number", "001090111111"),
    "id-zero-restored": ("id_number", "1090123123"),
    "id-written-oddly": ("id_number", "001 090 123 123"),
    "id-cmnd": ("id_number", "012745981"),
    "id-birth-differs": ("birth_date", "04/05/1991"),
    "id-sex-differs": ("sex", "Nữ"),
    "birth-missing": ("birth_date", ""),
    "birth-bad": ("birth_date", "31/31/1990"),
    "birth-impossible": ("birth_date", "04/05/2090"),
    "birth-without-day": ("birth_date", "1990"),
    "birth-first-of-january": ("birth_date", "01/01/1990"),
    "birth-two-digit-year": ("birth_date", "04/05/90"),
    "birth-serial": ("birth_date", "32997"),
    "birth-swapped": ("birth_date", "04/25/1990"),
    "name-missing": ("full_name", " "),
    "name-placeholder": ("full_name", "KHACH HANG"),
    "name-company": ("full_name", "Công ty TNHH Thành Đạt"),
    "name-lost": ("full_name", "Nguy?n Văn Thành"),
    "name-encoding": ("full_name", "Nguyá»…n VÄƒn ThÃ nh"),
    "name-digits": ("full_name", "Nguyễn Văn Thành 2"),
    "name-abbreviated": ("full_name", "Ng. Văn Thành"),
    "name-without-accents": ("full_name", "NGUYEN VAN THANH"),
    "document-unknown": ("id_type", "xyz"),
    "document-not-accepted": ("id_type", "GPLX"),
    "date-bad-activated-on": ("activated_on", "hôm qua"),
}


def record(number: int, **changes: str) -> str:
    values = dict(zip(COLUMNS, GOOD, strict=True)) | {"msisdn": f"09123{number:05d}"} | changes
    return ",".join(values.values())


def report_of(
    folder: Path, *lines: str, header: str = ",".join(COLUMNS), profile: CarrierProfile | None = None
) -> BatchReport:
    path = folder / "batch.csv"
    path.write_text("\n".join([header, *lines]) + "\n")
    return check(path, profile, as_of=AS_OF)


def test_a_good_batch_is_ready(tmp_path: Path) -> None:
    report = report_of(tmp_path, *(record(i) for i in range(5)))
    assert report.faults == ()
    assert report.ready
    assert (report.framed, report.rows, report.rejected) == (5, 5, 0)
    assert report.columns_found == tuple(COLUMNS)
    assert (report.format, report.encoding, report.delimiter, report.quote, report.header_line) == (
        "csv",
        "utf-8",
        ",",
        '"',
        1,
    )


@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_fault_is_found_where_it_is(code: str, tmp_path: Path) -> None:
    column, value = PLANTED[code]
    # An old number is one only if it was activated before the plan changed, or nobody says when.
    more = {"activated_on": ""} if code == "msisdn-legacy" else {}
    report = report_of(tmp_path, record(1), record(2, **{column: value}, **more), record(3))
    fault = next(fault for fault in report.faults if fault.code == code)
    assert fault.count == 1
    assert fault.lines == (3,)
    assert fault.vi
    assert fault.en
    assert fault.mend_vi
    assert fault.mend_en
    assert report.ready == (all(f.severity != "error" for f in report.faults))
    # The record next to it, which is good, is blamed for nothing.
    assert all(fault.lines == (3,) for fault in report.faults)


def test_every_kind_of_fault_is_planted_or_shows_over_the_file() -> None:
    kinds = {kind.code for kind in KINDS}
    others = {f"date-bad-{name.replace('_', '-')}" for name in DATE_COLUMNS}
    assert kinds == set(PLANTED) | others | {"msisdn-repeated"}
    assert len(KINDS) == len(kinds)


def test_repeated_numbers_are_counted_in_any_spelling_over_all_chunks(tmp_path: Path) -> None:
    lines = [record(i) for i in range(6)]
    lines += [record(0, msisdn="84912300002"), record(0, msisdn="912300002"), record(0, msisdn="+84 912 300 004")]
    report = report_of(tmp_path, *lines)
    (fault,) = [fault for fault in report.faults if fault.code == "msisdn-repeated"]
    assert fault.count == 3
    assert fault.lines == (8, 9, 10)
    assert not report.ready


def test_no_value_of_a_record_is_in_the_report(tmp_path: Path) -> None:
    lines = [record(i, **{column: value}) for i, (column, value) in enumerate(PLANTED.values())]
    report = report_of(tmp_path, *lines, "0912399999,CCCD,001090777777,Đặng Bí Mật,05/06/1990,thừa,thừa,thừa,thừa")
    said = json.dumps(report.as_dict(), ensure_ascii=False)
    for secret in (
        "001090123123",
        "Nguyễn Văn Thành",
        "04/05/1990",
        "Bí Mật",
        "001090777777",
        "0912399999",
        "09123000",
    ):
        assert secret not in said
    assert report.rejected == 1
    assert report.rejected_lines[0].reason == "too-many-fields"
    assert (report.rejected_lines[0].vi, report.rejected_lines[0].en) == REJECT_REASONS["too-many-fields"]


def test_examples_are_bounded_and_counts_are_not(tmp_path: Path) -> None:
    path = tmp_path / "batch.csv"
    lines = [record(i, id_number="1") for i in range(500)] + ["x"] * 300
    path.write_text("\n".join([",".join(COLUMNS), *lines]))
    report = check(path, as_of=AS_OF, examples=7)
    fault = next(fault for fault in report.faults if fault.code == "id-wrong-length")
    assert fault.count == 500
    assert fault.lines == tuple(range(2, 9))
    assert report.rejected == 300
    assert len(report.rejected_lines) == 7
    assert report.reject_reasons == {"too-few-fields": 300}
    assert report.rows + report.rejected == report.framed
    assert "many-rejects" not in {item.code for item in report.findings}
    assert "many-rejects" in {item.code for item in report_of(tmp_path, record(1), "x", "y").findings}


def test_totals_and_comments_do_not_stop_a_batch(tmp_path: Path) -> None:
    report = report_of(tmp_path, "# phần 1", record(1), record(2), "Tổng cộng: 2")
    assert report.ready
    assert report.reject_reasons == {"comment-line": 1, "footer-line": 1}
    assert not report_of(tmp_path, record(1), "dở dang").ready


def test_the_order_of_dates_is_that_of_the_profile(tmp_path: Path) -> None:
    lines = [record(1, birth_date="05/25/1990", activated_on="12/30/2020")]
    codes = {fault.code for fault in report_of(tmp_path, *lines, profile=CarrierProfile(date_order="mdy")).faults}
    assert "birth-swapped" not in codes
    assert "birth-bad" not in codes


def test_a_packed_file_leaves_nothing_behind_and_progress_reaches_its_end(tmp_path: Path) -> None:
    path = tmp_path / "batch.csv.gz"
    path.write_bytes(gzip.compress("\n".join([",".join(COLUMNS), record(1), record(2)]).encode()))
    seen: list[tuple[int, int]] = []
    report = check(path, as_of=AS_OF, progress=lambda done, whole: seen.append((done, whole)))
    assert report.format == "csv.gzip"
    assert seen == [(2, 2)]
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_without_rows_or_columns_is_answered(tmp_path: Path) -> None:
    empty = report_of(tmp_path)
    assert empty.framed == 0
    assert {finding.code for finding in empty.findings} >= {"no-rows"}
    with pytest.raises(SourceColumnsMissing, match="line 1"):
        report_of(tmp_path, "1,2", header="msisdn,full_name")
