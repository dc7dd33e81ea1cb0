# ruff: noqa: DTZ001 - cells and columns without a time zone are what is tested
"""Hostile workbooks and Parquet files."""

import datetime
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from engine.sources import CarrierProfile, Limits
from tests.engine.hostile.case import HEADER, Case, cells, number, numbers, written

NAMES = HEADER.split(",")


def _workbook(fill: Callable[[Any], None], name: str = "a.xlsx") -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        path = folder / name
        book = openpyxl.Workbook()
        fill(book)
        book.save(path)
        return path

    return build


def _rows(*rows: list[Any]) -> Callable[[Any], None]:
    def fill(book: Any) -> None:
        for row in rows:
            book.active.append(row)

    return fill


def _plain(book: Any) -> None:
    _rows(NAMES, cells(0), cells(1))(book)


def _typed(book: Any) -> None:
    _rows(
        NAMES,
        [912345678, "CCCD", 79099012345, "An", datetime.date(1990, 1, 2)],
        [912345678.0, "CCCD", 1.5, True, datetime.datetime(1990, 1, 2, 3, 4, 5)],
        [9.12e8, "CCCD", 79099012345, "#N/A", 32875],
    )(book)


def _epoch_1904(book: Any) -> None:
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    _rows(NAMES, [number(0), "CCCD", "079099000000", "An", datetime.date(1990, 1, 2)])(book)


def _titled(book: Any) -> None:
    _rows(
        ["DANH SÁCH THUÊ BAO"],
        [],
        ["Số thuê bao", "Loại giấy tờ", "Số giấy tờ", "Họ và tên", "Ngày sinh"],
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        cells(0),
        [],
        ["  ", None, "", None, None],
        cells(1),
        [],
        ["Tổng cộng: 2"],
    )(book)
    book.active.merge_cells("A1:E1")


def _several(book: Any) -> None:
    _plain(book)
    for title, row in (("Hai", cells(2)), ("Ẩn", cells(8))):
        sheet = book.create_sheet(title)
        sheet.append(["Ngày sinh", "Họ tên", "CCCD", "SĐT"])
        sheet.append([row[4], row[3], row[2], row[0]])
    book["Ẩn"].sheet_state = "hidden"
    book.create_sheet("Ghi chú").append(["không phải dữ liệu"])
    book.create_sheet("Trống")


def _formulas(folder: Path) -> Path:
    path = folder / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for place, name in enumerate(NAMES):
        sheet.write_string(0, place, name)
    for place, cell in enumerate(cells(0)):
        sheet.write_string(1, place, cell)
    sheet.write_formula(1, 0, '="0"&900000000', None, number(0))
    sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
    sheet.write_rich_string(1, 4, "1990-", book.add_format({"bold": True}), "01-02")
    book.close()
    return path


def _repacked(change: Callable[[str, bytes], bytes | None]) -> Callable[[Path], Path]:
    """Build a workbook and rewrite its members."""

    def build(folder: Path) -> Path:
        source = _workbook(_plain, "source.xlsx")(folder)
        path = folder / "a.xlsx"
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for member in old.namelist():
                data = change(member, old.read(member))
                if data is not None:
                    new.writestr(member, data)
        return path

    return build


def _cut_workbook(folder: Path) -> Path:
    path = _workbook(_plain)(folder)
    path.write_bytes(path.read_bytes()[:-200])
    return path


def _flipped_workbook(folder: Path) -> Path:
    path = _workbook(_plain)(folder)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    data[place] ^= 0xFF
    path.write_bytes(bytes(data))
    return path


def _bomb(name: str, data: bytes) -> bytes:
    return data + b" " * (64 << 20) if name == "xl/worksheets/sheet1.xml" else data


WORKBOOKS = [
    Case("workbook", _workbook(_plain), numbers(0, 1), findings=("sheets",)),
    Case(
        "workbook of typed cells",
        _workbook(_typed),
        ("912345678", "912345678", "912000000"),
        values={
            "id_number": ("79099012345", "1.5", "79099012345"),
            "birth_date": ("1990-01-02", "1990-01-02 03:04:05", "32875"),
        },
    ),
    Case("workbook of the 1904 epoch", _workbook(_epoch_1904), numbers(0), values={"birth_date": ("1990-01-02",)}),
    Case(
        "workbook with title, numbered columns, gaps and total",
        _workbook(_titled),
        numbers(0, 1),
        {"footer-line": 1},
        findings=("preamble", "second-header"),
    ),
    Case("workbook of several sheets", _workbook(_several), numbers(0, 1, 2), findings=("sheets-skipped",)),
    Case(
        "workbook, hidden sheet named by the profile",
        _workbook(_several),
        numbers(8),
        profile=CarrierProfile(sheets=("Ẩn",)),
    ),
    Case("workbook of formulas and rich text", _formulas, numbers(0), values={"birth_date": ("1990-01-02",)}),
    Case(
        "workbook with repeated names",
        _workbook(_rows(NAMES, cells(0), NAMES, cells(1))),
        numbers(0, 1),
        {"repeated-header": 1},
    ),
    Case("workbook of names alone", _workbook(_rows(NAMES)), (), findings=("no-rows",)),
    Case(
        "workbook without names",
        _workbook(_rows(cells(0), cells(1))),
        None,
        refused="source-columns-missing",
        says=("Sheet",),
    ),
    Case(
        "workbook without names, columns from the profile",
        _workbook(_rows(cells(0), cells(1))),
        numbers(0, 1),
        profile=CarrierProfile(header_row=0, column_order=tuple(NAMES)),
    ),
    Case(
        "workbook of other columns",
        _workbook(_rows(["msisdn", "full_name"], ["1", "2"])),
        None,
        refused="source-columns-missing",
        says=("row", "id_number")[1:],
    ),
    Case(
        "workbook with doubled names",
        _workbook(_rows(["msisdn", "msisdn", *NAMES[2:]], cells(0))),
        None,
        refused="source-columns-doubled",
    ),
    Case("workbook without cells", _workbook(lambda book: None), None, refused="source-empty"),
    Case("workbook cut off", _cut_workbook, None, refused="source-truncated"),
    Case("workbook with a flipped byte", _flipped_workbook, None, refused="source-damaged"),
    Case(
        "workbook of broken XML",
        _repacked(lambda name, data: data[:300] if "sheet1" in name else data),
        None,
        refused="source-damaged",
    ),
    Case(
        "workbook without its sheet",
        _repacked(lambda name, data: None if "sheet1.xml" in name else data),
        None,
        refused="source",
    ),
    Case("workbook bomb", _repacked(_bomb), None, refused="source-too-large", says=("ratio",)),
    Case(
        "workbook over the ceiling",
        _workbook(_plain),
        None,
        refused="source-too-large",
        says=("sheet_bytes",),
        profile=CarrierProfile(limits=Limits(sheet_bytes=100)),
    ),
    Case("workbook under the name of CSV", _workbook(_plain, "a.csv"), numbers(0, 1), findings=("wrong-extension",)),
]


def _table(**changes: Any) -> pa.Table:
    columns: dict[str, Any] = {name: [cells(i)[place] for i in range(6)] for place, name in enumerate(NAMES)}
    columns.update(changes)
    return pa.table({name: column for name, column in columns.items() if column is not None})


def _parquet(table: pa.Table, **options: Any) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        path = folder / "a.parquet"
        pq.write_table(table, path, **options)
        return path

    return build


def _bytes_of(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, compression="none", use_dictionary=False)
    return out.getvalue()


def _doubled(folder: Path) -> Path:
    table = _table()
    names = [*NAMES, "msisdn"]
    return _parquet(pa.Table.from_arrays([*table.columns, table.column(0)], names=names))(folder)


def _corrupt_page(folder: Path) -> Path:
    path = folder / "a.parquet"
    table = pa.table({name: [cells(i)[place] for i in range(2000)] for place, name in enumerate(NAMES)})
    pq.write_table(table, path, compression="zstd", use_dictionary=False)
    data = bytearray(path.read_bytes())
    data[4:64] = b"\xff" * 60
    path.write_bytes(bytes(data))
    return path


def _corrupt_footer(folder: Path) -> Path:
    path = folder / "a.parquet"
    data = bytearray(_bytes_of(_table()))
    data[-60:-20] = b"\xff" * 40
    path.write_bytes(bytes(data))
    return path


def _not_utf8() -> pa.Array:
    raw = pa.array([b"An", b"\xff\xfe", b"B\xc0\xac", b"C", b"D", b"E"], pa.binary())
    return pa.Array.from_buffers(pa.string(), 6, raw.buffers())


def _dictionary_bomb(folder: Path) -> Path:
    rows = 40_000
    big = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * 60_000]))
    table = pa.table({"msisdn": ["1"] * rows, "id_number": ["1"] * rows, "full_name": big, "birth_date": ["1"] * rows})
    return _parquet(table)(folder)


_ALL = numbers(*range(6))
_PLAIN = _bytes_of(_table())

PARQUETS = [
    Case("Parquet", _parquet(_table()), _ALL),
    Case("Parquet in groups of two", _parquet(_table(), row_group_size=2), _ALL),
    Case(
        "Parquet of large strings",
        _parquet(_table().cast(pa.schema([(name, pa.large_string()) for name in NAMES]))),
        _ALL,
    ),
    Case(
        "Parquet of string views",
        _parquet(_table().cast(pa.schema([(name, pa.string_view()) for name in NAMES]))),
        _ALL,
    ),
    Case(
        "Parquet of dictionaries",
        _parquet(
            _table(
                full_name=pa.array(["An", "B"] * 3).dictionary_encode(),
                id_type=pa.array(["CCCD", None] * 3).dictionary_encode(),
            )
        ),
        _ALL,
        values={"id_type": ("CCCD", "") * 3},
    ),
    Case(
        "Parquet of numbers",
        _parquet(
            _table(
                msisdn=pa.array(range(912345670, 912345676)),
                id_number=pa.array([79099012345.0, None, 1.5, float("nan"), 0.0, 7.9e10]),
            )
        ),
        tuple(str(n) for n in range(912345670, 912345676)),
        values={"id_number": ("79099012345", "", "1.5", "", "0", "79000000000")},
    ),
    Case(
        "Parquet of dates",
        _parquet(
            _table(
                birth_date=pa.array([datetime.date(1990, 1, 2), None] * 3),
                issue_date=pa.array(
                    [datetime.datetime(2020, 1, 2), datetime.datetime(2020, 1, 2, 3, 4)] * 3, pa.timestamp("us")
                ),
            )
        ),
        _ALL,
        values={"birth_date": ("1990-01-02", "") * 3, "issue_date": ("2020-01-02", "2020-01-02 03:04:00") * 3},
    ),
    Case(
        "Parquet of instants",
        _parquet(
            _table(
                birth_date=pa.array(
                    [datetime.datetime(1990, 1, 1, 17, tzinfo=datetime.UTC)] * 6, pa.timestamp("ms", "UTC")
                )
            )
        ),
        _ALL,
        values={"birth_date": ("1990-01-02",) * 6},
    ),
    Case(
        "Parquet of decimals, bytes, truth values and nothing",
        _parquet(
            _table(
                id_number=pa.array([Decimal("79099012345.00"), Decimal("1.50")] * 3, pa.decimal128(20, 2)),
                full_name=pa.array(["Nguyễn".encode(), b"\xff"] * 3, pa.binary()),
                h2h=pa.array([True, None] * 3),
                address=pa.nulls(6),
            )
        ),
        _ALL,
        values={
            "id_number": ("79099012345", "1.5") * 3,
            "full_name": ("Nguyễn", "\ufffd") * 3,
            "h2h": ("true", "") * 3,
            "address": ("",) * 6,
        },
        findings=("bad-bytes",),
    ),
    Case("Parquet with text that is no UTF-8", _parquet(_table(full_name=_not_utf8())), _ALL, findings=("bad-bytes",)),
    Case(
        "Parquet with nested columns that nobody wants",
        _parquet(_table(extra=pa.array([[1], [2]] * 3))),
        _ALL,
        findings=("unknown-columns",),
    ),
    Case(
        "Parquet with a nested column",
        _parquet(_table(full_name=pa.array([{"ho": "A"}] * 6))),
        None,
        refused="source-column-type",
        says=("full_name",),
    ),
    Case(
        "Parquet with a column of durations",
        _parquet(_table(birth_date=pa.array([1] * 6, pa.duration("s")))),
        None,
        refused="source-column-type",
    ),
    Case("Parquet with NUL in text", _parquet(_table(full_name=["A\0B", *"BCDEF"])), _ALL[1:], {"nul-byte": 1}),
    Case(
        "Parquet with a long cell",
        _parquet(_table(full_name=["A" * 70_000, *"BCDEF"])),
        _ALL[1:],
        {"field-too-long": 1},
    ),
    Case(
        "Parquet with rows of nothing",
        _parquet(pa.concat_tables([_table(), pa.table({name: pa.nulls(2, pa.string()) for name in NAMES})])),
        _ALL,
        {"empty-record": 2},
    ),
    Case("Parquet without rows", _parquet(_table().slice(0, 0)), (), findings=("no-rows",)),
    Case("Parquet without columns", _parquet(pa.table({})), None, refused="source-columns-missing"),
    Case(
        "Parquet without a mandatory column",
        _parquet(_table(id_number=None)),
        None,
        refused="source-columns-missing",
        says=("id_number",),
    ),
    Case("Parquet with doubled columns", _doubled, None, refused="source-columns-doubled"),
    Case("Parquet cut off", written("a.parquet", _PLAIN[:-100]), None, refused="source-truncated"),
    Case("Parquet of its mark alone", written("a.parquet", b"PAR1"), None, refused="source-truncated"),
    Case("Parquet with a broken footer", _corrupt_footer, None, refused="source-damaged"),
    Case("Parquet with a broken page", _corrupt_page, None, refused="source-damaged", says=("row groups",)),
    Case("Parquet dictionary bomb", _dictionary_bomb, None, refused="source-too-large", says=("chunk_bytes",)),
    Case("Parquet under the name of CSV", written("a.csv", _PLAIN), _ALL, findings=("wrong-extension",)),
    Case(
        "register in Parquet",
        _parquet(
            pa.table(
                {"id_number": ["079099012345"], "full_name": ["An"], "birth_date": ["1990"], "CMND cũ": ["012345678"]}
            )
        ),
        None,
        kind="register",
        values={"old_id_number": ("012345678",)},
    ),
]

TABLES = [*WORKBOOKS, *PARQUETS]
