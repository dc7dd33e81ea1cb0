"""Numbers with units as registers and people write them, into the units of the assignment table."""

import math
import re
from decimal import Decimal, InvalidOperation
from typing import Final

from registries.spectrum.antennas.levels import DIPOLE_DBI, dbm_of_watts

_NUMBER: Final = re.compile(r"([-+]?[0-9][0-9 ]*(?:[.,][0-9]+)?(?:[eE][-+]?[0-9]{1,3})?)\s*([A-Za-zµ°]*)")
_HERTZ: Final = {"hz": 1, "khz": 10**3, "mhz": 10**6, "ghz": 10**9}
_WATTS: Final = {"mw": 1e-3, "w": 1.0, "kw": 1e3}
_LEVELS: Final = {"dbm": 0.0, "dbw": 30.0}
POWER_UNITS: Final = (*_WATTS, *_LEVELS)


def split(text: str, unit: str) -> tuple[Decimal, str]:
    """Give the number of a text and its unit in small letters; `unit` where it names none.

    Raises:
        ValueError: It is no number.
    """
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is no number")
    try:
        value = Decimal(found[1].replace(" ", "").replace(",", "."))
    except InvalidOperation as cause:
        raise ValueError(f"{text!r} is no number") from cause
    return value, (found[2] or unit).lower()


def hertz(text: str, unit: str) -> int:
    """Read a frequency or bandwidth; a part of a Hz is rounded.

    Raises:
        ValueError: It is no number, or has another unit.
    """
    value, given = split(text, unit)
    if given not in _HERTZ:
        raise ValueError(f"{text!r} has the unit {given!r}, and Hz, kHz, MHz or GHz is needed")
    if abs(value) > Decimal(10) ** 15:
        raise ValueError(f"{text!r} is no frequency")
    return int((value * _HERTZ[given]).to_integral_value())


def power_dbm(text: str, unit: str) -> float:
    """Read a power in dBm.

    Raises:
        ValueError: It is no number, not above 0 W, or has another unit.
        LevelFaulty: It is more than 10^9 W.
    """
    value, given = split(text, unit)
    if given in _LEVELS:
        return float(value) + _LEVELS[given]
    if given not in _WATTS:
        raise ValueError(f"{text!r} has the unit {given!r}, and W, mW, kW, dBm or dBW is needed")
    return dbm_of_watts(float(value) * _WATTS[given])


def gain_dbi(text: str, unit: str) -> float:
    """Read a gain in dBi, from dBi or dBd.

    Raises:
        ValueError: It is no number, or has another unit.
    """
    value, given = split(text, unit)
    if given not in {"dbi", "dbd", "db"}:
        raise ValueError(f"{text!r} has the unit {given!r}, and dBi or dBd is needed")
    if given == "db":
        given = unit.lower()
    return float(value) + (DIPOLE_DBI if given == "dbd" else 0.0)


def plain(text: str) -> float:
    """Read a number whose unit, if it has one, is that of its column.

    Raises:
        ValueError: It is no number.
    """
    value = float(split(text, "")[0])
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is no number")
    return value


def optional(text: str | None) -> float | None:
    """Read a number that may be missing: empty text is None.

    Raises:
        ValueError: It is there and no number.
    """
    return plain(text) if text is not None and text.strip() else None
