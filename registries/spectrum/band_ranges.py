"""Bands of frequencies: whole hertz, half-open as people write them. 703-713 MHz is 703,000,000 to 712,999,999 Hz."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Self

from registries.ledger import Box, space
from registries.spectrum.grid import CellRange
from registries.spectrum.register_errors import BandUnreadable

SPACE: Final = "spectrum"
_UNITS: Final = {"hz": 1, "khz": 1_000, "mhz": 1_000_000, "ghz": 1_000_000_000}
_SHOWN: Final = (("GHz", 10**9, 10**10), ("MHz", 10**6, 10**6), ("kHz", 10**3, 10**3), ("Hz", 1, 0))
"""Units, their hertz, and the upper bound from which a band is written in them: people say 3700-3800 MHz."""
_TEXT: Final = re.compile(r"\s*([0-9.]+)\s*[-–]\s*([0-9.]+)\s*([a-z]*)\s*", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_LONGEST: Final = 20


@dataclass(frozen=True, slots=True, order=True)
class Band:
    """Frequencies `first_hz` to `last_hz`, both included. `parse(str(band)) == band`.

    Raises:
        BandUnreadable: The bounds are crossed, or above 4.39 THz.
    """

    first_hz: int
    last_hz: int

    def __post_init__(self) -> None:
        if not 0 <= self.first_hz <= self.last_hz <= space(SPACE).last:
            raise BandUnreadable(text=f"{self.first_hz}-{self.last_hz} Hz", reason="the bounds are crossed or too high")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `703-713 MHz`: the upper bound is not in the band. Units are Hz, kHz, MHz, GHz.

        Raises:
            BandUnreadable: It is not written so, or a bound is no whole number of hertz.
        """
        found = _TEXT.fullmatch(text)
        if found is None or found[3].casefold() not in _UNITS:
            raise BandUnreadable(text=text, reason="it has no two bounds and a unit")
        unit = _UNITS[found[3].casefold()]
        lower, upper = (_hertz(bound, unit, text) for bound in (found[1], found[2]))
        if lower >= upper:
            raise BandUnreadable(text=text, reason="its upper bound is not above its lower one")
        return cls(lower, upper - 1)

    @classmethod
    def around(cls, frequency_hz: int, bandwidth_hz: int) -> Self:
        """Give the band of a necessary bandwidth around its centre; an odd hertz lies above.

        Raises:
            BandUnreadable: It would begin below 0 Hz, or has no width.
        """
        if bandwidth_hz < 1:
            raise BandUnreadable(text=f"{bandwidth_hz} Hz", reason="a bandwidth is 1 Hz or more")
        first_hz = frequency_hz - bandwidth_hz // 2
        return cls(first_hz, first_hz + bandwidth_hz - 1)

    @property
    def bandwidth_hz(self) -> int:
        """How wide it is."""
        return self.last_hz - self.first_hz + 1

    def contains(self, other: "Band") -> bool:
        """Tell whether every frequency of the other is in this one."""
        return self.first_hz <= other.first_hz and other.last_hz <= self.last_hz

    def shared(self, other: "Band") -> "Band | None":
        """Give the frequencies of both; None where there are none."""
        first_hz, last_hz = max(self.first_hz, other.first_hz), min(self.last_hz, other.last_hz)
        return Band(first_hz, last_hz) if first_hz <= last_hz else None

    def boxes(self, ranges: Iterable[CellRange]) -> tuple[Box, ...]:
        """Give what it claims over ranges of cells."""
        return tuple(Box(self.first_hz, self.last_hz, low, high) for low, high in ranges)

    def __str__(self) -> str:
        bounds = (self.first_hz, self.last_hz + 1)
        name, unit = next((name, unit) for name, unit, least in _SHOWN if bounds[1] >= least)
        return "-".join(_decimal(Fraction(bound, unit)) for bound in bounds) + f" {name}"


def parse_bands(text: str) -> tuple[Band, ...]:
    """Read one band or several, `703-713,758-768 MHz`: a unit holds for those before it that have none. Sorted.

    Raises:
        BandUnreadable: One of them is none, or two overlap.
    """
    unit, read = "", []
    for piece in reversed(text.split(",")):
        found = _TEXT.fullmatch(piece)
        unit = found[3] or unit if found else unit
        read.append(Band.parse(piece if found is None or found[3] else f"{piece} {unit}"))
    bands = tuple(sorted(read))
    for one, other in itertools.pairwise(bands):
        if one.shared(other):
            raise BandUnreadable(text=text, reason=f"{one} and {other} overlap")
    return bands


def bands_text(bands: Sequence[Band]) -> str:
    """Write bands; `parse_bands` reads them again."""
    return ", ".join(str(band) for band in bands)


def bands_of(boxes: Iterable[Box]) -> tuple[Band, ...]:
    """Give the bands of claims, sorted."""
    return tuple(Band(first, last) for first, last in sorted({(box.first, box.last) for box in boxes}))


def _hertz(number: str, unit: int, text: str) -> int:
    if len(number) > _LONGEST or not _NUMBER.fullmatch(number):
        raise BandUnreadable(text=text, reason=f"{number} is no decimal number")
    value = Fraction(number) * unit
    if value.denominator != 1:
        raise BandUnreadable(text=text, reason=f"{number} is no whole number of hertz")
    return int(value)


def _decimal(value: Fraction) -> str:
    whole, rest = divmod(value.numerator, value.denominator)
    if not rest:
        return str(whole)
    # Units are powers of ten: the decimals end.
    digits = len(str(value.denominator)) * 4
    return f"{whole}." + str(rest * 10**digits // value.denominator).zfill(digits).rstrip("0")
