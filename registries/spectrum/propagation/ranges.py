"""The one check of ranges: a model says what it covers, and refuses what lies outside by name."""

import math

from registries.spectrum.errors import OutOfRange


def check(model: str, name: str, value: float, first: float, last: float, unit: str, where: str = "") -> None:
    """Refuse a value that is no number or lies outside first..last, both included.

    Raises:
        OutOfRange: It does; the message names model, value, bounds and unit.
    """
    if not (math.isfinite(value) and first <= value <= last):
        raise OutOfRange(
            model=model, name=name, value=value, first=first, last=last, unit=unit, where=f" ({where})" if where else ""
        )
