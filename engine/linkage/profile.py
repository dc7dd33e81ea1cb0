"""What a column holds, judged by its contents, and the comparator that suits it."""

from dataclasses import dataclass

import polars as pl

from engine.linkage import preparation

SAMPLE = 2_000
"""So many rows are enough to tell what a column holds."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A column in figures; shares are of the sampled rows that hold a value, words and letters are means."""

    rows: int
    filled: int
    distinct: int
    distinct_sampled: int
    letters: float
    words: float
    dates: float
    digits: float
    decimals: float
    years: float
    letters_only: float
    house_numbers: float
    one_word: float
    with_digit: float

    @property
    def unique(self) -> bool:
        """Whether every row holds a value and nearly every value is another."""
        return self.filled >= 0.99 * self.rows and self.distinct >= 0.99 * self.filled and self.filled > 1


def profile(column: pl.Series) -> Profile:
    """Look at a column of text."""
    held = column.filter(column != "")
    sample = held.gather_every(max(1, len(held) // SAMPLE)).rename("raw")
    frame = pl.DataFrame([sample, preparation.fold(sample).rename("folded")]).filter(pl.col("folded") != "")
    if frame.is_empty():
        return Profile(len(column), 0, 0, 0, *[0.0] * 10)
    raw, folded = pl.col("raw"), pl.col("folded")
    shares = {
        "letters": folded.str.len_chars().mean(),
        "words": (folded.str.count_matches(" ") + 1).mean(),
        "dates": raw.str.contains(_DATE_SHAPE).mean(),
        "digits": raw.str.contains(r"^[+(]?\d[\d\s().+/-]*$").mean(),
        "decimals": raw.str.contains(_DECIMAL_SHAPE).mean(),
        "years": folded.str.contains(r"^(18|19|20)\d\d$").mean(),
        "letters_only": folded.str.contains(r"^[^\d]*$").mean(),
        "house_numbers": folded.str.contains(r"^\d+\w?\s+\p{L}{2,}").mean(),
        "one_word": raw.str.contains(r"^\S+$").mean(),
        "with_digit": folded.str.contains(r"\d").mean(),
    }
    found = frame.select(**shares).row(0, named=True)
    if found["dates"] > 0.5:
        found["dates"] = _dated(frame["raw"])
    return Profile(len(column), len(held), held.n_unique(), sample.n_unique(), **found)


def _dated(sample: pl.Series) -> float:
    """Give the share of values that read as a date of a likely year.

    Eight digits in a row are a date only in living memory; with separators any year of our era will do.
    """
    compact = float(sample.str.contains(r"^\d{8}$").mean() or 0.0)  # type: ignore[arg-type]
    year = preparation.date(sample).str.slice(0, 4).cast(pl.Int64, strict=False)
    return float(year.is_between(1800 if compact > 0.5 else 1000, 2100).sum()) / len(sample)


_DECIMAL_SHAPE = r"^[^\d\w]{0,3}\s?-?\d{1,3}(?:[,.]?\d{3})*[.,]\d{1,2}\D{0,4}$|^[$€£₫]\s?\d"
_DATE_SHAPE = (
    r"^\d{8}$|^\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}([T ].*)?$|(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
_ADDRESS_WORDS = ("address", "street", "dia chi", "addr", "noi o")


def choose_comparator(name: str, sides: list[Profile]) -> str:
    """Give the name of the comparator that suits a column, by what its sides hold; the name only breaks ties."""
    held = [side for side in sides if side.filled]
    if not held:
        return "exact"

    def least(share: str) -> float:
        return float(min(getattr(side, share) for side in held))

    lowered = name.lower().replace("_", " ")
    spelled = any(word in lowered for word in _ADDRESS_WORDS) and least("with_digit") >= 0.5
    wordy = max(side.words for side in held) >= 3 or max(side.letters for side in held) >= 25
    few = max(side.distinct for side in held) <= 12 and max(side.words for side in held) < 2
    rules = (
        ("date", least("dates") >= 0.8),
        ("numeric", least("years") >= 0.9 or least("decimals") >= 0.5),
        ("number", least("digits") >= 0.9),
        ("exact", few),
        ("address", spelled or least("house_numbers") >= 0.5),
        ("token_set", wordy),
        ("name", least("letters_only") >= 0.9),
        ("text", True),
    )
    return next(called for called, holds in rules if holds)
