"""Necessary bandwidth in four characters: three digits, and a letter for the unit in the place of the decimal point.

References:
    Radio Regulations, Appendix 1, Section I: between 0.001 and 999 Hz the letter H, 1.00 to 999 kHz K, 1.00 to 999 MHz
    M, 1.00 to 999 GHz G; the first character is neither zero nor K, M or G.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from registries.spectrum.identifiers.errors import BandwidthUnreadable, BandwidthUnwritable

UNITS: Final = {
    "H": Decimal(1),
    "K": Decimal(1000),
    "M": Decimal(1_000_000),
    "G": Decimal(1_000_000_000),
}
_FORM: Final = re.compile(r"H[0-9]{3}|[1-9][HKMG][0-9]{2}|[1-9][0-9][HKMG][0-9]|[1-9][0-9]{2}[HKMG]")
_SMALLEST: Final = Decimal("0.001")
_LONGEST_SHOWN: Final = 40


def parse(text: str) -> Decimal:
    """Give the bandwidth in Hz, exactly.

    Raises:
        BandwidthUnreadable: The text has another form, or stands for nothing.
    """
    given = text.strip().upper()
    if not _FORM.fullmatch(given):
        raise BandwidthUnreadable(text=repr(text[:_LONGEST_SHOWN]), rule=_broken_rule(given))
    letter = next(character for character in given if character in UNITS)
    whole, _, part = given.partition(letter)
    value = Decimal(f"{whole or 0}.{part or 0}") * UNITS[letter]
    if not value:
        raise BandwidthUnreadable(text=repr(text), rule="a bandwidth is more than zero")
    return value.normalize()


def _broken_rule(given: str) -> str:
    if len(given) != 4:
        return f"it has {len(given)} characters, and a bandwidth has four"
    if given[0] in "0KMG":
        return f"the first character is {given[0]}, and it is neither zero nor K, M or G"
    if sum(character in UNITS for character in given) != 1:
        return "it holds one letter of H, K, M and G"
    return "the other three characters are digits"


def render(bandwidth_hz: Decimal | float) -> str:
    """Write a bandwidth in Hz with three significant digits, halves away from zero.

    Raises:
        BandwidthUnwritable: It is no number, not above zero, or past 999 GHz once rounded.
    """
    value = Decimal(str(bandwidth_hz)) if isinstance(bandwidth_hz, float) else Decimal(bandwidth_hz)
    if not value.is_finite() or value <= 0:
        raise BandwidthUnwritable(value=bandwidth_hz)
    # Rounded first: 999.5 kHz is 1M00, not 1000K.
    value = max(_rounded(value), Decimal(0))
    if not value:
        raise BandwidthUnwritable(value=bandwidth_hz)
    if value < 1:
        return f"H{int(value * 1000):03}"
    for letter, unit in UNITS.items():
        if value < unit * 1000:
            return _in_unit(value / unit, letter)
    raise BandwidthUnwritable(value=bandwidth_hz)


def _rounded(value: Decimal) -> Decimal:
    """Round to what the four characters hold: three digits, and below 1 Hz thousandths."""
    if value < 1:
        return value.quantize(_SMALLEST, ROUND_HALF_UP)
    return value.quantize(Decimal(1).scaleb(value.adjusted() - 2), ROUND_HALF_UP)


def _in_unit(value: Decimal, letter: str) -> str:
    if value < 10:
        digits = f"{value:.2f}"
    elif value < 100:
        digits = f"{value:.1f}"
    else:
        return f"{value:.0f}{letter}"
    return digits.replace(".", letter)


def is_valid(text: str) -> bool:
    """Say whether the text is a bandwidth in its canonical form."""
    return _FORM.fullmatch(text) is not None and text != "H000"


def canonical(text: str) -> str:
    """Give the four characters in capitals.

    Raises:
        BandwidthUnreadable: The text is no bandwidth.
    """
    return render(parse(text))


def display(bandwidth_hz: Decimal | float) -> str:
    """Give a bandwidth for a reader, in the largest unit of which it has one: `12.5 kHz`."""
    value = Decimal(str(bandwidth_hz)) if isinstance(bandwidth_hz, float) else Decimal(bandwidth_hz)
    for name, unit in (("GHz", UNITS["G"]), ("MHz", UNITS["M"]), ("kHz", UNITS["K"])):
        if value >= unit:
            return f"{(value / unit).normalize():f} {name}"
    return f"{value.normalize():f} Hz"
