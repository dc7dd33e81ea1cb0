"""Typed cells and columns as text, and the edges of the containers that hold them."""

import datetime
import io
import zipfile
from pathlib import Path
from typing import Any

import fastexcel
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import SourceColumnType, SourceDamaged, SourceEncrypted, SourceTruncated
from engine.sources import CarrierProfile, Limits, prepare, read_chunk
from engine.sources.excel import read_sheets
from engine.sources.typed_text import as_text, has_text_form
from tests.engine.hostile.case import HEADER, cells
from tests.engine.hostile.tables import NAMES

LIMITS = Limits()


def text_of(array: Any) -> list[str]:
    return as_text(array, "x", "a.parquet", LIMITS).to_pylist()  # type: ignore[no-any-return]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), max_size=20))
def test_whole_numbers_are_written_without_a_point(values: list[int | None]) -> None:
    assert text_of(pa.array(values, pa.int64())) == ["" if value is None else str(value) for value in values]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.none() | st.integers(-(2**53), 2**53), max_size=20))
def test_whole_numbers_in_a_float_column_are_too(values: list[int | None]) -> None:
    floats = pa.array([None if value is None else float(value) for value in values], pa.float64())
    assert text_of(floats) == ["" if value is None else str(value) for value in values]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=20))
def test_a_float_reads_back_as_itself(values: list[float]) -> None:
    assert [float(text) for text in text_of(pa.array(values, pa.float64()))] == values


@settings(max_examples=200, deadline=None)
@given(st.lists(st.none() | st.dates(datetime.date(1, 1, 1)), max_size=20))
def test_a_date_is_written_as_iso_whatever_its_type(values: list[datetime.date | None]) -> None:
    expected = ["" if value is None else value.isoformat() for value in values]
    for kind in (pa.date32(), pa.date64(), pa.timestamp("s"), pa.timestamp("ms")):
        assert text_of(pa.array(values, pa.date32()).cast(kind)) == expected


def test_other_types_have_the_text_one_expects() -> None:
    assert text_of(pa.array([b"abc", b"\xffbc"], pa.binary(3))) == ["abc", "\ufffdbc"]
    assert text_of(pa.array([b"abc", None], pa.binary_view())) == ["abc", ""]
    assert text_of(pa.array([7, None], pa.int32()).dictionary_encode()) == ["7", ""]
    assert text_of(pa.array([datetime.time(1, 2, 3)], pa.time32("s"))) == ["01:02:03"]
    assert text_of(pa.array([1.5, 2.0], pa.float16())) == ["1.5", "2"]
    assert text_of(pa.array([float("inf"), 1e300], pa.float64())) == ["inf", "1e+300"]
    assert text_of(pa.chunked_array([["a"], [], [None, "b"]], pa.string())) == ["a", "", "b"]
    assert text_of(pa.chunked_array([], pa.string())) == []
    assert text_of(pa.array([True, None])) == ["true", ""]


def test_types_without_text_are_refused() -> None:
    for kind in (pa.list_(pa.int8()), pa.struct([("a", pa.int8())]), pa.duration("s"), pa.month_day_nano_interval()):
        assert not has_text_form(kind)
        with pytest.raises(SourceColumnType, match="column x"):
            text_of(pa.nulls(1, kind))
    assert has_text_form(pa.dictionary(pa.int8(), pa.string()))
    assert not has_text_form(pa.dictionary(pa.int8(), pa.duration("s")))


def test_an_extension_type_reads_as_its_storage() -> None:
    uuids = pa.array([b"0123456789abcdef"], pa.uuid())
    assert text_of(uuids) == ["0123456789abcdef"]


def test_a_row_group_larger_than_a_chunk_is_cut_into_slices(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({name: [cells(i)[place] for i in range(100)] for place, name in enumerate(NAMES)}), path)
    prepared = prepare(path, profile=None, kind="batch", spool_dir=tmp_path, chunk_rows=30)
    assert [spec.framed for spec in prepared.specs] == [30, 30, 30, 10]
    rows = [list(row.values()) for spec in prepared.specs for row in read_chunk(spec).table.to_pylist()]
    assert rows == [cells(i) for i in range(100)]
    tight = CarrierProfile(limits=Limits(chunk_bytes=2000))
    prepared = prepare(path, profile=tight, kind="batch", spool_dir=tmp_path)
    with pytest.raises(Exception, match="chunk_bytes"):
        [read_chunk(spec) for spec in prepared.specs]


def test_small_row_groups_share_a_chunk_up_to_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({name: [cells(i)[place] for i in range(100)] for place, name in enumerate(NAMES)})
    pq.write_table(table, path, row_group_size=10)
    whole = prepare(path, profile=None, kind="batch", spool_dir=tmp_path)
    assert len(whole.specs) == 1
    tight = CarrierProfile(limits=Limits(chunk_bytes=pq.read_metadata(path).row_group(0).total_byte_size * 7 // 2))
    assert [spec.framed for spec in prepare(path, profile=tight, kind="batch", spool_dir=tmp_path).specs] == [
        30,
        30,
        30,
        10,
    ]


def test_a_panic_of_the_workbook_reader_means_a_damaged_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"not looked at")

    class PanicException(BaseException):
        pass

    def panic(*_: Any) -> None:
        raise PanicException

    monkeypatch.setattr(fastexcel, "read_excel", panic)
    with pytest.raises(SourceDamaged, match="breaks the reader"):
        read_sheets(path, CarrierProfile(), "batch")

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fastexcel, "read_excel", stop)
    with pytest.raises(KeyboardInterrupt):
        read_sheets(path, CarrierProfile(), "batch")


def _spreadsheet_of_libreoffice() -> bytes:
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in ([*HEADER.split(",")], cells(0), cells(1))
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return out.getvalue()


def test_a_spreadsheet_of_libreoffice_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    path.write_bytes(_spreadsheet_of_libreoffice())
    prepared = prepare(path, profile=None, kind="batch", spool_dir=tmp_path / "spool")
    rows = [list(row.values()) for spec in prepared.specs for row in read_chunk(spec).table.to_pylist()]
    assert rows == [cells(0), cells(1)]


def test_a_workbook_of_the_old_format_without_its_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000) + "Workbook".encode("utf-16-le") + bytes(500)
    path.write_bytes(head)
    with pytest.raises(SourceDamaged, match="workbook"):
        prepare(path, profile=None, kind="batch", spool_dir=tmp_path / "spool")


def test_a_zip_that_is_locked_by_its_first_member_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    data = bytearray(out.getvalue())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(SourceEncrypted, match="password"):
        prepare(path, profile=None, kind="batch", spool_dir=tmp_path / "spool")
    path.write_bytes(b"PK\x03\x04 and nothing else")
    with pytest.raises(SourceTruncated):
        prepare(path, profile=None, kind="batch", spool_dir=tmp_path / "spool")
