"""Gains and powers with their reference: dBi and dBd, EIRP and ERP. One never passes for the other.

A gain over a half-wave dipole (dBd) is 2.15 dB less than that over an isotropic antenna (dBi), and so is ERP below
EIRP (RR 1.161, 1.162). Adding a dBi gain to a power gives EIRP, a dBd gain ERP; nothing else is defined.
"""

import math
from dataclasses import dataclass
from typing import Final

from registries.spectrum.antennas.errors import LevelFaulty

DIPOLE_DBI: Final = 2.15
"""Gain of a half-wave dipole over an isotropic antenna, dB (RR 1.161)."""

_LARGEST_DBM: Final = 120.0
_LARGEST_GAIN: Final = 100.0


def _check(value: float, unit: str, what: str, limit: float) -> None:
    if not math.isfinite(value):
        raise LevelFaulty(value=value, unit=unit, what=what, reason="it is no number")
    if abs(value) > limit:
        raise LevelFaulty(value=value, unit=unit, what=what, reason=f"it lies past {limit:g} {unit}")


@dataclass(frozen=True, slots=True, order=True)
class Dbi:
    """A gain over an isotropic antenna, in dB."""

    value: float

    def __post_init__(self) -> None:
        _check(self.value, "dBi", "gain", _LARGEST_GAIN)

    def to_dbd(self) -> "Dbd":
        """Give the same gain over a half-wave dipole."""
        return Dbd(self.value - DIPOLE_DBI)


@dataclass(frozen=True, slots=True, order=True)
class Dbd:
    """A gain over a half-wave dipole, in dB."""

    value: float

    def __post_init__(self) -> None:
        _check(self.value, "dBd", "gain", _LARGEST_GAIN)

    def to_dbi(self) -> Dbi:
        """Give the same gain over an isotropic antenna."""
        return Dbi(self.value + DIPOLE_DBI)


@dataclass(frozen=True, slots=True, order=True)
class Eirp:
    """Power radiated in the main direction as from an isotropic antenna, in dBm."""

    dbm: float

    def __post_init__(self) -> None:
        _check(self.dbm, "dBm", "EIRP", _LARGEST_DBM)

    def to_erp(self) -> "Erp":
        """Give the same power as from a half-wave dipole."""
        return Erp(self.dbm - DIPOLE_DBI)


@dataclass(frozen=True, slots=True, order=True)
class Erp:
    """Power radiated in the main direction as from a half-wave dipole, in dBm."""

    dbm: float

    def __post_init__(self) -> None:
        _check(self.dbm, "dBm", "ERP", _LARGEST_DBM)

    def to_eirp(self) -> Eirp:
        """Give the same power as from an isotropic antenna."""
        return Eirp(self.dbm + DIPOLE_DBI)


@dataclass(frozen=True, slots=True, order=True)
class Output:
    """Power at the output of a transmitter, in dBm."""

    dbm: float

    def __post_init__(self) -> None:
        _check(self.dbm, "dBm", "transmitter power", _LARGEST_DBM)

    @classmethod
    def of_watts(cls, watts: float) -> "Output":
        """Give a power in W.

        Raises:
            LevelFaulty: It is not above zero, or more than any transmitter has (10^9 W).
        """
        return cls(dbm_of_watts(watts))

    @property
    def watts(self) -> float:
        """The power in W."""
        return watts_of_dbm(self.dbm)

    def radiated(self, gain: Dbi, feeder_loss_db: float = 0.0) -> Eirp:
        """Give what an antenna of this gain radiates behind a feeder of this loss.

        Raises:
            LevelFaulty: The loss is no number, or a gain in disguise.
        """
        if not math.isfinite(feeder_loss_db) or feeder_loss_db < 0:
            raise LevelFaulty(value=feeder_loss_db, unit="dB", what="feeder loss", reason="a loss is zero or more")
        return Eirp(self.dbm - feeder_loss_db + gain.value)


def dbm_of_watts(watts: float) -> float:
    """Give a power in dBm.

    Raises:
        LevelFaulty: It is not above zero, no number, or more than 10^9 W.
    """
    if not (math.isfinite(watts) and 0 < watts <= 1e9):
        raise LevelFaulty(value=watts, unit="W", what="power", reason="it lies above 0 and up to 10^9 W")
    return 10 * math.log10(watts) + 30


def watts_of_dbm(dbm: float) -> float:
    """Give a power in W."""
    return float(10 ** ((dbm - 30) / 10))
