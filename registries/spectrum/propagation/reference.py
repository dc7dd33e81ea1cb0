"""One value of a published reference result beside ours, and what becomes of many of them."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from registries.spectrum.errors import PropagationFileUnreadable

TOLERANCE_DB = 0.01


@dataclass(frozen=True, slots=True)
class Case:
    """One quantity of one reference result: what is printed, and what we find; dB, or dB/km for gases."""

    model: str
    name: str
    quantity: str
    printed: str
    found: float

    @property
    def deviation(self) -> float:
        return abs(self.found - float(self.printed))

    @property
    def allowed(self) -> float:
        """Give 0.01 dB, or half of the last digit printed (and a little, for digits cut off) where that is more."""
        digits = self.printed.lower().partition("e")[0].partition(".")[2]
        return max(TOLERANCE_DB, 0.501 * 10.0 ** -len(digits))


@dataclass(slots=True)
class Summary:
    """What became of the cases of one model."""

    model: str
    cases: int = 0
    values: int = 0
    passed: int = 0
    largest: float = 0.0
    worst: str = ""
    names: set[str] = field(default_factory=set)

    def add(self, case: Case) -> None:
        self.names.add(case.name)
        self.cases = len(self.names)
        self.values += 1
        deviation = case.deviation
        self.passed += deviation <= case.allowed
        if not deviation <= self.largest:
            self.largest, self.worst = deviation, f"{case.name} {case.quantity}"


def summaries(cases: Iterator[Case]) -> list[Summary]:
    """Sum cases up by model, in the order in which they come."""
    found: dict[str, Summary] = {}
    for case in cases:
        found.setdefault(case.model, Summary(case.model)).add(case)
    return list(found.values())


def numbers(path: Path, log: dict[str, str]) -> Callable[[str], float]:
    """Give the values of a log by name, as numbers.

    Raises:
        PropagationFileUnreadable: When called: it lacks the value, or it is no number.
    """

    def number(name: str) -> float:
        return number_in(path, name, log.get(name, ""))

    return number


def cells(path: Path, row: Callable[[str], str]) -> Callable[[str], float]:
    """Give the cells of a row by column, as numbers; raises as `numbers` does."""

    def number(name: str) -> float:
        return number_in(path, name, row(name))

    return number


def number_in(path: Path, name: str, cell: str) -> float:
    """Give a cell of a file as a number.

    Raises:
        PropagationFileUnreadable: It is none.
    """
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise PropagationFileUnreadable(path=path, line="", reason=f"{name!r} is {cell!r}, not a number")
    return value
