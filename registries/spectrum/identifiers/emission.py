"""Emission designators: the necessary bandwidth and the class of an emission, as in 16K0F3E.

References:
    Radio Regulations, Appendix 1: Section I (bandwidth), Section II (class: three symbols that must be given, and two
    that may). A missing fourth symbol before a fifth is a dash.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Self

import data
from registries.spectrum.identifiers import bandwidth
from registries.spectrum.identifiers.errors import BandwidthUnreadable, EmissionUnreadable

MODULATIONS: Final = "NAHRJBCFGDPKLMQVWX"
SIGNALS: Final = "0123789X"
INFORMATION: Final = "NABCDEFWX"
DETAILS: Final = "ABCDEFGHJKLMNWX"
MULTIPLEXING: Final = "NCFTWX"
_PLACES: Final = (
    ("modulation", MODULATIONS, "the first symbol, the modulation of the main carrier"),
    ("signal", SIGNALS, "the second symbol, the nature of the modulating signal"),
    ("information", INFORMATION, "the third symbol, the kind of information"),
    ("detail", DETAILS, "the fourth symbol, the details of the signal"),
    ("multiplexing", MULTIPLEXING, "the fifth symbol, the multiplexing"),
)
_NONE: Final = "-"
_SPACES: Final = re.compile(r"[\s.]+")
_LONGEST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class EmissionClass:
    """Three to five symbols; `detail` and `multiplexing` are None where they are not given."""

    modulation: str
    signal: str
    information: str
    detail: str | None = None
    multiplexing: str | None = None

    def __post_init__(self) -> None:
        for name, allowed, where in _PLACES:
            symbol = getattr(self, name)
            if symbol is None and name in {"detail", "multiplexing"}:
                continue
            if not isinstance(symbol, str) or len(symbol) != 1 or symbol not in allowed:
                rule = f"{where}, is {symbol}, and it is one of {' '.join(allowed)}"
                raise EmissionUnreadable(text=repr(self._joined()), rule=rule)

    def _joined(self) -> str:
        tail = "" if self.multiplexing is None else self.multiplexing
        detail = self.detail or (_NONE if tail else "")
        return f"{self.modulation}{self.signal}{self.information}{detail}{tail}"

    def __str__(self) -> str:
        return self._joined()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a class of emission of three to five symbols.

        Raises:
            EmissionUnreadable: It has other symbols or another length.
        """
        given = _SPACES.sub("", text).upper()
        if not 3 <= len(given) <= 5:
            shown = repr(text[:_LONGEST_SHOWN])
            raise EmissionUnreadable(text=shown, rule=f"the class has {len(given)} symbols, not three to five")
        optional = [None if symbol == _NONE else symbol for symbol in given[3:]] + [None, None]
        return cls(given[0], given[1], given[2], optional[0], optional[1])

    def meaning(self) -> tuple[tuple[str, str], ...]:
        """Say in words what each symbol stands for, in Vietnamese and English, in their order."""
        rows = {(row["place"], row["symbol"]): row for row in data.table("emission_symbols")}
        found = []
        for name, _, _ in _PLACES:
            symbol = getattr(self, name)
            if symbol is not None:
                row = rows[name, symbol]
                found.append((row["vietnamese"], row["english"]))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class EmissionDesignator:
    """Bandwidth in Hz, which four characters hold exactly, and class."""

    bandwidth_hz: Decimal
    emission_class: EmissionClass

    def __str__(self) -> str:
        return f"{bandwidth.render(self.bandwidth_hz)}{self.emission_class}"

    @classmethod
    def of(cls, bandwidth_hz: Decimal | float, emission_class: str) -> Self:
        """Make a designator from any bandwidth, rounded to three digits, and the text of a class.

        Raises:
            BandwidthUnwritable: Four characters cannot express the bandwidth.
            EmissionUnreadable: The text is no class.
        """
        held = bandwidth.parse(bandwidth.render(bandwidth_hz))
        return cls(held, EmissionClass.parse(emission_class))


def parse(text: str) -> EmissionDesignator:
    """Read a designator; capitals, spaces and dots do not matter.

    Raises:
        EmissionUnreadable: The bandwidth or a symbol breaks a rule; which one is said.
    """
    given = _SPACES.sub("", text).upper()
    if not 7 <= len(given) <= 9:
        rule = f"it has {len(given)} characters, and four for the bandwidth and three to five for the class are needed"
        raise EmissionUnreadable(text=repr(text[:_LONGEST_SHOWN]), rule=rule)
    try:
        return EmissionDesignator(bandwidth.parse(given[:4]), EmissionClass.parse(given[4:]))
    except (BandwidthUnreadable, EmissionUnreadable) as cause:
        raise EmissionUnreadable(text=repr(text), rule=cause.fields["rule"]) from cause


def is_valid(text: str) -> bool:
    """Say whether the text is a designator in canonical form."""
    try:
        return canonical(text) == text
    except EmissionUnreadable:
        return False


def canonical(text: str) -> str:
    """Give the one text of a designator: capitals, nothing between, no dashes at the end.

    Raises:
        EmissionUnreadable: The text is none.
    """
    return str(parse(text))


def display(designator: EmissionDesignator) -> str:
    """Give a designator for a reader: `16K0 F3E (16 kHz)`."""
    held = designator.bandwidth_hz
    return f"{bandwidth.render(held)} {designator.emission_class} ({bandwidth.display(held)})"
