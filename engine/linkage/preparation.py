"""Bring the distinct values of a column into the text form that its comparator takes; empty is missing."""

import html
from collections.abc import Callable

import polars as pl

NULL_WORDS = ("null", "none", "nan", "n a", "na", "nil", "unknown", "khong ro", "khong co")
"""What a folded value says when it says nothing."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
TWO_DIGIT_YEAR_PIVOT = 30
"""Two-digit years up to this are of the 2000s."""


def fold(distinct: pl.Series) -> pl.Series:
    """Fold texts: no case, no marks, no punctuation, no character references, single spaces."""
    frame = distinct.rename("text").to_frame()
    text = pl.col("text")
    referenced, marked = frame.select(
        text.str.contains(r"&[#a-zA-Z0-9]+;").any(),
        (text.str.len_bytes().sum() != text.str.len_chars().sum()).alias("marked"),
    ).row(0)
    if referenced:
        decoded = [html.unescape(value) if value and "&" in value else value for value in frame["text"]]
        frame = pl.DataFrame({"text": decoded}, schema={"text": pl.String})
        marked = True
    lowered = text.str.to_lowercase()
    if marked:
        lowered = (
            lowered.str.normalize("NFKD")
            .str.replace_all(r"[\p{M}’ʼ]", "")
            .str.replace_many(["đ", "ð", "ø", "ł", "ß", "æ", "œ"], ["d", "d", "o", "l", "ss", "ae", "oe"])
        )
    # A type number is one word however it is hyphenated.
    lowered = lowered.str.replace_all(r"(\p{L})-(\p{L}{0,3}\d)", "${1}${2}")
    lowered = lowered.str.replace_all(r"(\d\p{L}{0,3})-(\p{L})", "${1}${2}")
    bare = lowered.str.replace_all(r"['`]", "").str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    return frame.select(pl.when(bare.is_in(NULL_WORDS)).then(pl.lit("")).otherwise(bare).alias("text")).to_series()


def joined(distinct: pl.Series) -> pl.Series:
    """Keep letters and digits only, as one word: numbers that name something."""
    return fold(distinct).str.replace_all(" ", "")


def quantity(distinct: pl.Series) -> pl.Series:
    """Give the number that a text states, without currency and grouping signs; empty where it states none."""
    bare = pl.col("text").str.replace_all(r"[^0-9.,\-]", "")
    both = bare.str.contains(r",.*\.|\..*,")
    comma_last = bare.str.contains(r"\..*,")
    grouped = bare.str.contains(r"^-?\d{1,3}(,\d{3})+$")
    dotted = bare.str.contains(r"^-?\d{1,3}(\.\d{3}){2,}$")
    plain = (
        pl.when((both & comma_last) | dotted)
        .then(bare.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
        .when(both | grouped)
        .then(bare.str.replace_all(",", "", literal=True))
        .otherwise(bare.str.replace(",", ".", literal=True))
    )
    number = plain.cast(pl.Float64, strict=False)
    stated = pl.when(number.is_finite()).then(number.cast(pl.String)).otherwise(pl.lit(""))
    return distinct.rename("text").to_frame().select(stated.fill_null("").alias("text")).to_series()


def date(distinct: pl.Series) -> pl.Series:
    """Give dates of any common shape as YYYYMMDD, 00 for what is not stated; empty where there is no date.

    Whether day or month comes first is told from the whole column: the place where a number above 12 stands is the
    day; where neither tells, the day comes first.
    """
    text = pl.col("text").str.to_lowercase().str.replace(r"[t ]\d{1,2}:\d{2}.*$", "").str.strip_chars()
    frame = distinct.rename("text").to_frame()
    if frame.select(text.str.contains(r"\p{L}").any()).item():
        text = text.str.replace_all(r"(\d)(st|nd|rd|th)\b", "${1}")
        text = text.str.replace_all(r"ngay|ngày|thang|tháng|nam|năm", " ")
        for number, month in enumerate(MONTHS, 1):
            text = text.str.replace_all(month + r"[a-z]*\.?", f" {number:02d}m ")
    frame = frame.select(text.str.strip_chars()).select(
        pl.col("text"),
        pl.col("text").str.replace_all("m", "").str.extract_all(r"\d+").alias("parts"),
        pl.col("text").str.contains(r"^\D*\d{1,2}m").alias("month_first"),
    )
    frame = frame.with_columns(
        pl.col("parts").list.len().alias("count"),
        *[pl.col("parts").list.get(k, null_on_oob=True).alias(f"p{k}") for k in range(3)],
    )
    return _as_given(frame)


def _as_given(frame: pl.DataFrame) -> pl.Series:
    number = {k: pl.col(f"p{k}").cast(pl.Int64, strict=False) for k in range(3)}
    size = {k: pl.col(f"p{k}").str.len_chars() for k in range(3)}
    three = (pl.col("count") == 3) & (pl.max_horizontal(*size.values()) <= 4)
    year_first = three & (size[0] == 4)
    month_first = _month_before_day(frame.filter(three & (size[0] <= 2)), "p0", "p1")
    month_last = not _month_before_day(frame.filter(year_first), "p1", "p2", default=True)
    compact = (pl.col("count") == 1) & (size[0] == 8)
    swap = pl.col("month_first") | pl.lit(month_first)
    low, high = number[2], pl.lit(1900)
    full_year = pl.when(size[2] == 4).then(low).when(low <= TWO_DIGIT_YEAR_PIVOT).then(low + 2000).otherwise(low + high)
    middle, last = (number[2], number[1]) if month_last else (number[1], number[2])
    year_is_first = pl.col("p0").str.slice(0, 4).cast(pl.Int64, strict=False).is_between(1800, 2100)
    compact_ok = pl.col("p0").str.slice(4, 2).cast(pl.Int64, strict=False).is_between(0, 19)
    written = (
        pl.when(compact & year_is_first & compact_ok)
        .then(pl.col("p0"))
        .when(compact)
        .then(pl.col("p0").str.slice(4, 4) + pl.col("p0").str.slice(2, 2) + pl.col("p0").str.slice(0, 2))
        .when(year_first)
        .then(_digits(number[0], middle, last))
        .when(three & swap)
        .then(_digits(full_year, number[0], number[1]))
        .when(three)
        .then(_digits(full_year, number[1], number[0]))
        .when((pl.col("count") == 2) & (size[0] == 4))
        .then(_digits(number[0], number[1], pl.lit(0)))
        .when((pl.col("count") == 2) & (size[1] == 4))
        .then(_digits(number[1], number[0], pl.lit(0)))
        .when((pl.col("count") == 1) & (size[0] == 4))
        .then(_digits(number[0], pl.lit(0), pl.lit(0)))
    )
    whole = pl.when(written.str.len_chars() == 8).then(written).otherwise(pl.lit("")).fill_null("")
    return frame.select(whole.alias("text")).to_series()


def _digits(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    parts = (year.cast(pl.String).str.zfill(4), month.cast(pl.String).str.zfill(2), day.cast(pl.String).str.zfill(2))
    return pl.concat_str(*parts)


def _month_before_day(frame: pl.DataFrame, first: str, second: str, *, default: bool = False) -> bool:
    above = [int((frame[name].cast(pl.Int64, strict=False) > 12).sum()) for name in (first, second)]
    return above[1] > above[0] if above[0] != above[1] else default


PREPARATIONS: dict[str, Callable[[pl.Series], pl.Series]] = {
    "exact": fold,
    "text": fold,
    "name": fold,
    "token_set": fold,
    "address": fold,
    "number": joined,
    "numeric": quantity,
    "date": date,
}
