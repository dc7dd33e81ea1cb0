"""How columns are read, prepared, judged and paired."""

import random
from pathlib import Path

import polars as pl
import pytest

from engine.linkage.fields import plan_fields
from engine.linkage.preparation import date, fold, joined, quantity
from engine.linkage.profile import choose_comparator, profile
from engine.linkage.tables import LinkTableUnreadable, read_table, sniff_delimiter

# Interpreted for coverage, unsigned words overflow aloud where compiled ones wrap in silence.
pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")


def series(*values: str) -> pl.Series:
    return pl.Series("v", values, dtype=pl.String)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("O'Brien &amp; Söns", "obrien sons"),
        ("Lud&#228;scher", "ludascher"),
        ("ĐẶNG  Văn-An", "dang van an"),
        (" N/A ", ""),
        ("NaN", ""),
        ("Không rõ", ""),
        ("Straße Ærø", "strasse aero"),
        ("Sony PS-LX350H, 12-14", "sony pslx350h 12 14"),
    ],
)
def test_texts_are_folded(given: str, expected: str) -> None:
    assert fold(series(given))[0] == expected


def test_numbers_that_name_something_lose_their_separators() -> None:
    assert joined(series("+84 912-345.678", "A 12 b")).to_list() == ["84912345678", "a12b"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("$1,234.50", 1234.5),
        ("1.234,50 €", 1234.5),
        ("1,234", 1234.0),
        ("1.234.567 đ", 1234567.0),
        ("12,5", 12.5),
        ("-3", -3.0),
        ("USD 0.99", 0.99),
        ("call", None),
        ("", None),
    ],
)
def test_quantities_are_read_without_currency_and_grouping(given: str, expected: float | None) -> None:
    found = quantity(series(given))[0]
    assert (float(found) if found else None) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["19151111", "19651345", ""], ["19151111", "19651345", ""]),
        (["25121990"], ["19901225"]),
        (["25/12/1990", "01/02/1990"], ["19901225", "19900201"]),
        (["12/25/1990", "01/02/1990"], ["19901225", "19900102"]),
        (["3-4-85", "3-4-05"], ["19850403", "20050403"]),
        (["12 Mar 1990", "March 5th, 1991"], ["19900312", "19910305"]),
        (["1990", "05/1990", "1990-05"], ["19900000", "19900500", "19900500"]),
        (["1990-05-06T10:00:00", "1990-05-06 00:00:00.000"], ["19900506", "19900506"]),
        (["1990-25-12", "1990-02-01"], ["19901225", "19900102"]),
        (["ngày 5 tháng 6 năm 1990"], ["19900605"]),
        (["abc", "1-2-3-4", "123456"], ["", "", ""]),
    ],
)
def test_dates_of_many_shapes_are_read_by_the_column(given: list[str], expected: list[str]) -> None:
    assert date(series(*given)).to_list() == expected


def people(count: int) -> pl.DataFrame:
    rng = random.Random(1)
    words = [f"{a}{b}" for a in ("nguyen", "tran", "le", "pham", "do", "vu") for b in ("an", "binh", "cuong", "dung")]
    return pl.DataFrame(
        {
            "name": [f"{rng.choice(words)} {rng.choice(words)}" for _ in range(count)],
            "born": [f"{rng.randint(1, 28)}/{rng.randint(1, 12)}/{rng.randint(1940, 2005)}" for _ in range(count)],
            "phone": [f"09{rng.randint(10**7, 10**8 - 1)}" for _ in range(count)],
            "price": [f"${rng.randint(1, 500)}.{rng.randint(10, 99)}" for _ in range(count)],
            "year": [str(rng.randint(1980, 2020)) for _ in range(count)],
            "sex": [rng.choice("MF") for _ in range(count)],
            "address": [f"{rng.randint(1, 99)} {rng.choice(words)} {rng.choice(words)}" for _ in range(count)],
            "title": [" ".join(rng.choice(words) for _ in range(8)) for _ in range(count)],
            "plate": [f"{rng.choice(words)} {rng.randint(1, 9)}" for _ in range(count)],
        }
    )


def test_each_kind_of_column_has_its_comparator() -> None:
    table = people(300)
    chosen = {name: choose_comparator(name, [profile(table[name])]) for name in table.columns}
    assert chosen == {
        "name": "name",
        "born": "date",
        "phone": "number",
        "price": "numeric",
        "year": "numeric",
        "sex": "exact",
        "address": "address",
        "title": "token_set",
        "plate": "text",
    }


def omitted(left: pl.DataFrame, right: pl.DataFrame | None = None) -> set[tuple[str, str]]:
    return {(row.column, row.code) for row in plan_fields(left, right).omissions}


def test_columns_that_say_nothing_are_left_out_with_the_reason() -> None:
    table = people(100).with_columns(
        note=pl.lit(""), source=pl.lit("register"), number=pl.int_range(100), code=pl.format("K{}", pl.int_range(100))
    )
    reasons = {("note", "empty"), ("source", "constant"), ("number", "row-key")}
    assert omitted(table.with_columns(pl.all().cast(pl.String))) == reasons
    keyed = table.rename({"code": "record_id"}).with_columns(pl.all().cast(pl.String))
    assert omitted(keyed) == reasons | {("record_id", "row-key")}
    assert all(row.vi and row.en for row in plan_fields(keyed, None).omissions)


def test_a_number_unique_in_both_tables_is_compared_if_they_share_it() -> None:
    left, right = people(200), people(200).sample(200, seed=3, shuffle=True)
    assert not omitted(left, right)
    foreign = right.with_columns(phone=pl.format("08{}", pl.int_range(10**7, 10**7 + 400, 2)))
    assert omitted(left, foreign) == {("phone", "row-key")}


def test_a_number_that_the_tables_share_by_chance_is_a_row_key() -> None:
    left = people(200)
    right = left.with_columns(phone=left["phone"].sample(fraction=1.0, shuffle=True, seed=5))
    assert omitted(left, right) == {("phone", "row-key")}


def test_a_column_that_repeats_others_is_not_counted_twice() -> None:
    table = people(200)
    parts = table.select(
        "born", first=pl.col("name").str.split(" ").list.get(0), last=pl.col("name").str.split(" ").list.get(1)
    )
    both = parts.with_columns(full=pl.col("last") + pl.lit(" ") + pl.col("first"))
    assert omitted(both) == {("full", "repeats")}
    more = both.with_columns(full=pl.col("full") + pl.lit(" ") + table["title"])
    assert omitted(more) == {("first", "repeats"), ("last", "repeats")}


def test_names_that_differ_by_a_suffix_or_case_are_one_field() -> None:
    left = people(50)
    right = left.rename({name: name.upper() + "_R" for name in left.columns})
    assert [(field.left, field.right) for field in plan_fields(left, right).fields] == [
        (name, name.upper() + "_R") for name in left.columns
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "%"])
def test_the_delimiter_is_found(delimiter: str, tmp_path: Path) -> None:
    rows = [["name", "note"], ["an", f"x{delimiter} y, z; %"], ["binh", ""]]
    text = "\n".join(delimiter.join(f'"{value}"' for value in row) for row in rows)
    assert sniff_delimiter(text) == delimiter
    path = tmp_path / "table.csv"
    path.write_text(text)
    assert read_table(path).rows() == [tuple(row) for row in rows[1:]]


def test_headers_and_values_lose_outer_spaces_and_byte_order_marks(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("\ufeffid, given name\n1, an \n2,\n".encode())
    table = read_table(path)
    assert table.columns == ["id", "given name"]
    assert table.rows() == [("1", "an"), ("2", "")]


def test_western_code_pages_are_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("id,name\n1,Müller\n2,Nuñez\n".encode("cp1252"))
    assert read_table(path)["name"].to_list() == ["Müller", "Nuñez"]


def test_short_rows_are_filled_and_long_rows_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b,c\n1,2\n3,4,5\n")
    assert read_table(path).rows() == [("1", "2", ""), ("3", "4", "5")]
    path.write_text("a,b\n1,2\n3,4,5\n")
    with pytest.raises(LinkTableUnreadable, match="row 3 has 3 values, the header names 2 columns"):
        read_table(path)


def test_excel_and_parquet_are_read_as_text(tmp_path: Path) -> None:
    table = pl.DataFrame({"id": ["007", "12"], "n": ["a", None]})
    table.write_parquet(tmp_path / "t.parquet")
    table.write_excel(tmp_path / "t.xlsx")
    assert read_table(tmp_path / "t.parquet").rows() == [("007", "a"), ("12", "")]
    assert read_table(tmp_path / "t.xlsx").rows() == [("007", "a"), ("12", "")]
    mixed = pl.DataFrame({"n": [1, 2], "list": [[1], [2]], "day": pl.Series(["2020-01-02", None]).str.to_date()})
    assert read_table(mixed).rows() == [("1", "2020-01-02"), ("2", "")]


@pytest.mark.parametrize(("content", "reason"), [(None, "no such file"), (b"  \n", "holds no rows")])
def test_files_that_are_no_tables_are_refused(content: bytes | None, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LinkTableUnreadable, match=reason):
        read_table(path)
