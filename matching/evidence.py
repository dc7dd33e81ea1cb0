"""Why a pair has its score: field by field, with the weight in bits and in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.comparators.comparison import Comparison


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one field says about a pair. `bits` above 0 speak for a match; the two values are kept for the reader."""

    field: str
    left: str
    right: str
    level: int
    similarity: float
    bits: float
    vi: str
    en: str

    def sentence(self, language: str = "vi") -> str:
        """Give one line for a reader: the field, what was found, and how much it weighs."""
        if language == "vi":
            return f"{self.field}: {self.vi} ({self.bits:+.1f} bit)"
        return f"{self.field}: {self.en} ({self.bits:+.1f} bits)"


def evidence(
    fields: Sequence[str],
    left: Sequence[str],
    right: Sequence[str],
    comparisons: Sequence[Comparison],
    bits: Sequence[float],
) -> list[Evidence]:
    """Put together what was compared and what it weighed, the field that says most first."""
    rows = [
        Evidence(field, a, b, found.level, found.similarity, weight, found.vi, found.en)
        for field, a, b, found, weight in zip(fields, left, right, comparisons, bits, strict=True)
    ]
    return sorted(rows, key=lambda row: (-abs(row.bits), row.field))


def total_bits(rows: Sequence[Evidence], prior: float) -> float:
    """Give the log2 odds of the pair: the prior and what every field says."""
    return prior + sum(row.bits for row in rows)
