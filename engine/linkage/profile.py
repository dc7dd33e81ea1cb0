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
    sample = held.gather_every(max(1, len(held) // SAMPLE))
    folded = preparation.fold(sample)
    folded = folded.filter(folded != "")
    if folded.is_empty():
        return Profile(len(column), 0, 0, 0, *[0.0] * 10)

    def share(pattern: str, of: pl.Series = folded) -> float:
        return float(of.str.contains(pattern).mean() or 0.0)  # type: ignore[arg-type]

    dated = sample.filter(sample.str.contains(r"\d"))
    parsed = preparation.date(dated) if share(_DATE_SHAPE, sample) > 0.5 else pl.Series([""])
    year = parsed.str.slice(0, 4).cast(pl.Int64, strict=False)
    # Eight digits in a row are a date only in living memory; with separators any year of our era will do.
    whole = (parsed != "") & year.is_between(1800 if share(r"^\d{8}$", sample) > 0.5 else 1000, 2100)
    return Profile(
        rows=len(column),
        filled=len(held),
        distinct=held.n_unique(),
        distinct_sampled=sample.n_unique(),
        letters=float(folded.str.len_chars().mean()),  # type: ignore[arg-type]
        words=float((folded.str.count_matches(" ") + 1).mean()),  # type: ignore[arg-type]
        dates=float(whole.sum()) / len(sample),
        digits=share(r"^[+(]?\d[\d\s().+/-]*$", sample),
        decimals=share(r"^[^\d\w]{0,3}\s?-?\d{1,3}(?:[,.]?\d{3})*[.,]\d{1,2}\D{0,4}$|^[$€£₫]\s?\d", sample),
        years=share(r"^(18|19|20)\d\d$"),
        letters_only=share(r"^[^\d]*$"),
        house_numbers=share(r"^\d+\w?\s+\p{L}{2,}"),
        one_word=share(r"^\S+$", sample),
        with_digit=share(r"\d"),
    )


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
