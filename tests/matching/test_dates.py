"""Dates: what the plain reader makes of each form, its laws, and the kernels beside it."""

import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import dates
from matching.dates import DateAgreement, DateFlag, DatePrecision, PackedDate, compare_dates, parse_date
from matching.kernels import dates as kernels

NONE = DateFlag(0)


def text_column(cells: list[str]) -> tuple[Any, Any]:
    parts = [cell.encode() for cell in cells]
    data = np.frombuffer(b"".join(parts) or b"\0", np.uint8).copy()
    return data, np.concatenate([[0], np.cumsum([len(p) for p in parts])]).astype(np.int64)


def date_column(cells: list[str], order: str) -> list[dates.ParsedDate]:
    data, offsets = text_column(cells)
    packed, flags = np.zeros(len(cells), np.int32), np.zeros(len(cells), np.uint16)
    kernels.parse_date_column(data, offsets, dates.date_order(order), packed, flags)
    return [dates.ParsedDate(PackedDate(p), DateFlag(int(f))) for p, f in zip(packed, flags, strict=True)]


@pytest.mark.parametrize(
    ("text", "order", "iso", "flags"),
    [
        ("31/12/1990", "dmy", "1990-12-31", NONE),
        ("12/31/1990", "mdy", "1990-12-31", NONE),
        ("12/31/1990", "dmy", "1990-12-31", DateFlag.SWAPPED_ORDER),
        ("31/12/1990", "mdy", "1990-12-31", DateFlag.SWAPPED_ORDER),
        ("05/04/1990", "dmy", "1990-04-05", NONE),
        ("05/04/1990", "mdy", "1990-05-04", NONE),
        ("1990-12-31", "dmy", "1990-12-31", NONE),
        ("1990-31-12", "dmy", "1990-12-31", DateFlag.SWAPPED_ORDER),
        ("1990-12-31T23:59:59Z", "dmy", "1990-12-31", NONE),
        ("1990-12-31 00:00:00.000+07:00", "dmy", "1990-12-31", NONE),
        ("31/12/1990 12:00 AM", "dmy", "1990-12-31", NONE),
        ("5-4-1990", "dmy", "1990-04-05", NONE),
        ("05.04.1990", "dmy", "1990-04-05", NONE),
        ("05 04 1990", "dmy", "1990-04-05", NONE),
        ("05 / 04 / 1990", "dmy", "1990-04-05", NONE),
        ("０５／０４／１９９０", "dmy", "1990-04-05", NONE),
        ("'05/04/1990", "dmy", "1990-04-05", NONE),
        ("19900405", "dmy", "1990-04-05", NONE),
        ("05041990", "dmy", "1990-04-05", NONE),
        ("5041990", "dmy", "1990-04-05", NONE),
        ("19900405.0", "dmy", "1990-04-05", NONE),
        ("05041990", "mdy", "1990-05-04", NONE),
        ("05/04/90", "dmy", "1990-04-05", DateFlag.TWO_DIGIT_YEAR),
        ("05/04/29", "dmy", "2029-04-05", DateFlag.TWO_DIGIT_YEAR),
        ("90-04-05", "ymd", "1990-04-05", DateFlag.TWO_DIGIT_YEAR),
        ("1958", "dmy", "1958", DateFlag.YEAR_ONLY),
        ("1958.0", "dmy", "1958", DateFlag.YEAR_ONLY),
        ("00/00/1958", "dmy", "1958", DateFlag.YEAR_ONLY | DateFlag.DAY_UNKNOWN),
        ("1958-00-00", "dmy", "1958", DateFlag.YEAR_ONLY | DateFlag.DAY_UNKNOWN),
        ("19580000", "dmy", "1958", DateFlag.YEAR_ONLY | DateFlag.DAY_UNKNOWN),
        ("00/05/1958", "dmy", "1958-05", DateFlag.MONTH_ONLY | DateFlag.DAY_UNKNOWN),
        ("05/1958", "dmy", "1958-05", DateFlag.MONTH_ONLY),
        ("1958-05", "dmy", "1958-05", DateFlag.MONTH_ONLY),
        ("01/01/1960", "dmy", "1960-01-01", DateFlag.DEFAULT_0101),
        ("32874", "dmy", "1990-01-01", DateFlag.EXCEL_SERIAL | DateFlag.DEFAULT_0101),
        ("31412", "dmy-1904", "1990-01-01", DateFlag.EXCEL_SERIAL | DateFlag.DEFAULT_0101),
        ("33238.5", "dmy", "1990-12-31", DateFlag.EXCEL_SERIAL),
        ("29/02/2000", "dmy", "2000-02-29", NONE),
    ],
)
def test_each_form_is_read_with_its_precision_and_its_doubts(text: str, order: str, iso: str, flags: DateFlag) -> None:
    parsed = parse_date(text, order)
    assert (str(parsed.packed), parsed.flags) == (iso, flags)


@pytest.mark.parametrize(
    "text",
    ["29/02/1900", "31/04/1990", "13/13/1990", "1/2/3", "01/01/1700", "2500", "123456", "99999", "abc", "1990/",
     "/1990", "12:30", "01/02/1990 noon:", "1/2/1990/4", "123456789", "1990--01-01", "1" * 60, "𝟏990", "01/990"],
)  # fmt: skip
def test_text_that_is_no_date_is_bad_and_gives_no_date(text: str) -> None:
    assert parse_date(text) == dates.ParsedDate(PackedDate(0), DateFlag.BAD)


@pytest.mark.parametrize("text", ["", "  ", "NULL", "n/a", "-", "0", "00/00/0000", "0000-00-00", "''"])
def test_text_for_nothing_is_missing(text: str) -> None:
    assert parse_date(text) == dates.ParsedDate(PackedDate(0), DateFlag.MISSING)


def test_refuses_an_order_that_does_not_exist() -> None:
    with pytest.raises(dates.UnknownDateOrder, match="date order ddmm is not one of dmy"):
        parse_date("1990", "ddmm")


full_days = st.dates(datetime.date(1850, 1, 1), datetime.date(2100, 12, 31)).map(dates.pack_date)
packed_dates = st.one_of(
    full_days,
    full_days.map(lambda packed: packed & ~31),
    full_days.map(lambda packed: packed & ~511),
    st.just(0),
).map(PackedDate)


@given(packed_dates, st.sampled_from(sorted(dates.DATE_ORDERS)))
def test_parsing_the_text_of_a_date_gives_the_date(packed: PackedDate, order: str) -> None:
    assert parse_date(str(packed), order).packed == packed


@given(packed_dates, packed_dates)
def test_packed_dates_sort_like_their_iso_text(a: PackedDate, b: PackedDate) -> None:
    assert (a < b) == (str(a) < str(b))


@given(packed_dates)
def test_parts_put_together_give_the_date_back(packed: PackedDate) -> None:
    assert PackedDate.of(*dates.unpack(packed)) == packed
    assert (packed.year, packed.month, packed.day) == dates.unpack(packed)
    assert packed.precision == sum(part > 0 for part in dates.unpack(packed))
    assert (packed.to_date() is None) == (packed.precision != DatePrecision.DAY)
    assert str(packed) in repr(packed)


@given(st.integers(10_000, 73_000))
def test_serials_count_as_the_calendar_does(serial: int) -> None:
    from_1900 = datetime.date(1899, 12, 30) + datetime.timedelta(serial)
    assert parse_date(str(serial)).packed == dates.pack_date(from_1900)


digits = st.text("0123456789", min_size=1, max_size=5)
separators = st.sampled_from(["/", "-", ".", ",", " ", " / ", "- ", "//", "", ":", "T"])
written = st.builds(
    lambda day, form: form.format(y=day >> 9, m=day >> 5 & 15, d=day & 31, yy=(day >> 9) % 100),
    packed_dates,
    st.sampled_from(
        ["{d:02}/{m:02}/{y}", "{y}-{m:02}-{d:02}", "{m:02}-{d:02}-{y}", "{y}{m:02}{d:02}", "{d}{m:02}{y}",
         "{d}.{m}.{yy:02}", "{y}-{m:02}-{d:02}T10:20:30Z", "{d:02}/{m:02}/{y} 0:00", "{y}", "{m}/{y}", "{y}.{m}",
         "{y}.0", " {d} {m} {y}"]
    ),
)  # fmt: skip
cells = st.one_of(
    written,
    written.map(lambda text: "".join(chr(ord(c) + 0xFEE0) if c > " " else c for c in text)),
    st.builds(lambda *parts: "".join(parts), digits, separators, digits, separators, digits),
    st.builds(lambda *parts: "".join(parts), digits, separators, digits),
    st.text("0123456789", max_size=9),
    st.integers(0, 75000).map(str),
    st.integers(0, 75000).map(lambda n: f"{n}.5"),
    st.sampled_from(["", "NULL", "00/00/0000", "30/02/2000", "29-02-1900", "1990-02-29", "31/12/90"]),
    st.sampled_from(["0/0/58", "45/00/1990", "00/13/1990", "1/1/1", "0/1990", "1990-0", "12:00", " 1990 "]),
    st.text("0123456789/-. :TZAPM+,'\u00a0\u2013\u200bé", max_size=24),
    st.text(max_size=60),
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(cells, min_size=1, max_size=20), st.sampled_from(sorted(dates.DATE_ORDERS)))
def test_date_column_says_what_parse_date_says(column: list[str], order: str) -> None:
    assert date_column(column, order) == [parse_date(cell, order) for cell in column]


def day(iso: str) -> PackedDate:
    return parse_date(iso).packed


@pytest.mark.parametrize(
    ("a", "b", "agreement"),
    [
        ("1990-05-12", "1990-05-12", DateAgreement.EQUAL),
        ("1990", "1990-05-12", DateAgreement.YEAR_ONLY_EQUAL),
        ("1990", "1990", DateAgreement.YEAR_ONLY_EQUAL),
        ("1990-05", "1990-05-12", DateAgreement.YEAR_ONLY_EQUAL),
        ("1990-06", "1990-05-12", DateAgreement.DIFFERENT),
        ("1990-01-01", "1990-05-12", DateAgreement.DEFAULT_0101_SAME_YEAR),
        ("1990-05-12", "1990-12-05", DateAgreement.SWAPPED_DAY_MONTH),
        ("1990-05-12", "1990-05-13", DateAgreement.ONE_DIGIT_APART),
        ("1990-05-12", "1991-05-12", DateAgreement.ONE_DIGIT_APART),
        ("1990-05-12", "1990-05-29", DateAgreement.SAME_YEAR_MONTH),
        ("1990-05-12", "1978-05-12", DateAgreement.SAME_DAY_MONTH),
        ("1990-05-12", "1978-06-30", DateAgreement.DIFFERENT),
        ("1990-05-12", "", DateAgreement.MISSING),
        ("", "", DateAgreement.MISSING),
    ],
)
def test_dates_agree_in_the_documented_degrees(a: str, b: str, agreement: DateAgreement) -> None:
    assert compare_dates(day(a), day(b)) is agreement
    assert kernels.date_agreement(np.int32(day(a)), np.int32(day(b))) == agreement


neighbours = st.tuples(full_days, st.integers(-800, 800)).map(
    lambda pair: (pair[0], pair[0] + pair[1] if pair[0] + pair[1] > 0 else pair[0])
)
swapped = full_days.map(lambda packed: (packed, packed & ~511 | (packed & 15) << 5 | packed >> 5 & 15))


@settings(deadline=None, max_examples=400)
@given(
    st.one_of(
        st.tuples(packed_dates, packed_dates), neighbours, swapped, packed_dates.map(lambda p: (p, p & ~511 | 33))
    )
)
def test_agreement_is_symmetric_and_equal_to_the_twin(pair: tuple[int, int]) -> None:
    a, b = pair
    if max(dates.unpack(a)[1], dates.unpack(b)[1]) > 12:
        return
    assert compare_dates(a, b) == compare_dates(b, a) == kernels.date_agreement(np.int32(a), np.int32(b))


def test_flags_of_the_kernel_are_those_of_the_enumeration() -> None:
    assert {flag.name: flag.value for flag in DateFlag} == {
        name: getattr(kernels, name) for name in DateFlag.__members__
    }
    assert (kernels.FIRST_YEAR, kernels.LAST_YEAR) == (dates.FIRST_YEAR, dates.LAST_YEAR)
