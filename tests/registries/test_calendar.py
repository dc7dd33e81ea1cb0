"""Working days: against a day-by-day oracle, and the notices of single years."""

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import data
from registries.calendar import (
    CalendarCountFaulty,
    CalendarYearUnknown,
    add_months,
    add_working_days,
    count_working_days,
    is_working_day,
    reckon_working_days,
)
from registries.overlay import Tables, load_rows

DAY = datetime.timedelta(days=1)
DAYS = st.dates(datetime.date(2019, 1, 1), datetime.date(2026, 6, 30))
OFF = {
    row["date"]: row["kind"] != "make_up" for row in data.table("public_holidays")
}  # what departs from the week, read apart from the code under test


def works(on: datetime.date) -> bool:
    return not OFF.get(str(on), on.weekday() >= 5)


@given(DAYS, st.integers(1, 60))
def test_a_term_is_what_counting_day_by_day_gives(start: datetime.date, days: int) -> None:
    on, left = start, days
    while left:
        on += DAY
        left -= works(on)
    assert add_working_days(start, days) == on


@given(DAYS, st.integers(1, 40))
def test_a_term_ends_on_a_working_day_and_holds_as_many_as_asked(start: datetime.date, days: int) -> None:
    end = add_working_days(start, days)
    assert is_working_day(end)
    assert count_working_days(start + DAY, end + DAY) == days


@given(DAYS, st.integers(0, 20), st.integers(0, 20))
def test_terms_can_be_laid_end_to_end(start: datetime.date, first: int, second: int) -> None:
    assert add_working_days(add_working_days(start, first), second) == add_working_days(
        add_working_days(start, 0) if not first else start, first + second
    )


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-02-12", "2026-03-05"),  # over the nine days of the Lunar New Year
        ("2024-04-26", "2024-05-14"),  # 29 April to 1 May off, Saturday 4 May worked
        ("2025-12-30", "2026-01-14"),  # 1 and 2 January off, Saturday 10 January worked
        ("2023-08-31", "2023-09-18"),  # 1 and 4 September off
    ],
)
def test_ten_working_days_of_known_years(start: str, end: str) -> None:
    assert add_working_days(datetime.date.fromisoformat(start), 10) == datetime.date.fromisoformat(end)


def test_no_days_from_a_day_off_are_the_next_working_day() -> None:
    assert add_working_days(datetime.date(2026, 5, 1), 0) == datetime.date(2026, 5, 4)
    assert add_working_days(datetime.date(2026, 5, 4), 0) == datetime.date(2026, 5, 4)


def test_a_day_that_was_not_confirmed_is_named_with_the_result() -> None:
    told = reckon_working_days(datetime.date(2026, 11, 20), 3)
    assert told.on == datetime.date(2026, 11, 26)
    assert [doubt.en[:10] for doubt in told.doubts] == ["2026-11-24"]
    assert "24/11/2026" in told.doubts[0].vi
    assert reckon_working_days(datetime.date(2026, 11, 24), 3).doubts == ()


def test_a_year_without_its_notice_is_refused_by_name() -> None:
    with pytest.raises(CalendarYearUnknown, match=r"public holidays of 2027 are not loaded.*calendar_years") as refused:
        add_working_days(datetime.date(2026, 12, 28), 5)
    assert refused.value.fields["year"] == 2027
    with pytest.raises(CalendarCountFaulty, match="-1 working days"):
        add_working_days(datetime.date(2026, 1, 5), -1)


def test_a_year_can_be_loaded_by_the_authority(tmp_path: Path) -> None:
    stamp = "2027-01-01,2027-12-31,a notice made up for this test,C"
    days = tmp_path / "days.csv"
    days.write_text(
        "date,kind,vietnamese,english,valid_from,valid_to,source,certainty\n"
        "2027-01-01,holiday,Tết Dương lịch,New Year's Day,2027-01-01,2027-01-01,a notice made up for this test,C\n"
        "2027-01-09,make_up,Làm bù,Make-up day,2027-01-09,2027-01-09,a notice made up for this test,C\n",
        encoding="utf-8",
    )
    year = tmp_path / "year.csv"
    year.write_text(
        f"year,vietnamese,english,valid_from,valid_to,source,certainty\n2027,Lịch 2027,Calendar 2027,{stamp}\n",
        encoding="utf-8",
    )
    folder = tmp_path / "tables"
    assert load_rows("public_holidays", days, folder).added == 2
    assert load_rows("calendar_years", year, folder).added == 1
    assert load_rows("calendar_years", year, folder).added == 0
    tables = Tables(folder)
    assert add_working_days(datetime.date(2026, 12, 31), 7, tables) == datetime.date(2027, 1, 11)
    assert is_working_day(datetime.date(2027, 1, 9), tables)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2026-08-31", 6, "2027-02-28"), ("2023-08-31", 6, "2024-02-29"), ("2026-06-15", 6, "2026-12-15")],
)
def test_months_end_on_the_same_day_or_the_last(start: str, months: int, end: str) -> None:
    assert add_months(datetime.date.fromisoformat(start), months) == datetime.date.fromisoformat(end)


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_months_add_up_from_days_that_every_month_has(day: datetime.date, first: int, second: int) -> None:
    day = day.replace(day=min(day.day, 28))
    assert add_months(add_months(day, first), second) == add_months(day, first + second)
