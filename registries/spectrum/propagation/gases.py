"""Attenuation by atmospheric gases: ITU-R P.676-13, Annex 1, line by line."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.coefficients import coefficients
from registries.spectrum.propagation.ranges import check

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SpecificAttenuation:
    """What a kilometre of air takes, in dB: dry air (oxygen, nitrogen, Debye) and water vapour."""

    dry_db_km: float
    water_db_km: float

    @property
    def total_db_km(self) -> float:
        return self.dry_db_km + self.water_db_km


def specific_attenuation(
    frequency_ghz: float, dry_pressure_hpa: float, temperature_k: float, vapour_g_m3: float
) -> SpecificAttenuation:
    """Give the specific attenuation at 1 to 1000 GHz; the pressure is that of dry air.

    Raises:
        OutOfRange: The frequency is not of 1 to 1000 GHz, or a state of the air is none.
    """
    check("P.676", "frequency", frequency_ghz, 1, 1000, "GHz")
    return attenuation_of_lines(frequency_ghz, dry_pressure_hpa, temperature_k, vapour_g_m3)


def attenuation_of_lines(
    frequency_ghz: float, dry_pressure_hpa: float, temperature_k: float, vapour_g_m3: float
) -> SpecificAttenuation:
    """Do the same below 1 GHz too, where P.452 asks for it; what it gives there is small beside any loss."""
    check("P.676", "pressure of dry air", dry_pressure_hpa, 0, 2000, "hPa")
    check("P.676", "temperature", temperature_k, 100, 400, "K")
    check("P.676", "water vapour density", vapour_g_m3, 0, 500, "g/m3")
    f, p, theta = frequency_ghz, dry_pressure_hpa, 300 / temperature_k
    e = vapour_g_m3 * temperature_k / 216.7

    oxygen = {name: np.array(column) for name, column in coefficients("p676_oxygen_lines").items()}
    strength = oxygen["a1"] * 1e-7 * p * theta**3 * np.exp(oxygen["a2"] * (1 - theta))
    width = oxygen["a3"] * 1e-4 * (p * theta ** (0.8 - oxygen["a4"]) + 1.1 * e * theta)
    width = np.sqrt(width**2 + 2.25e-6)
    interference = (oxygen["a5"] + oxygen["a6"] * theta) * 1e-4 * (p + e) * theta**0.8
    dry = float(np.sum(strength * _shape(f, oxygen["frequency_ghz"], width, interference)))
    debye = 5.6e-4 * (p + e) * theta**0.8
    dry += (
        f
        * p
        * theta**2
        * (6.14e-5 / (debye * (1 + (f / debye) ** 2)) + 1.4e-12 * p * theta**1.5 / (1 + 1.9e-5 * f**1.5))
    )

    water = {name: np.array(column) for name, column in coefficients("p676_water_lines").items()}
    strength = water["b1"] * 1e-1 * e * theta**3.5 * np.exp(water["b2"] * (1 - theta))
    width = water["b3"] * 1e-4 * (p * theta ** water["b4"] + water["b5"] * e * theta ** water["b6"])
    width = 0.535 * width + np.sqrt(0.217 * width**2 + 2.1316e-12 * water["frequency_ghz"] ** 2 / theta)
    wet = float(np.sum(strength * _shape(f, water["frequency_ghz"], width, np.zeros_like(width))))
    return SpecificAttenuation(0.1820 * f * dry, 0.1820 * f * wet)


def _shape(f: float, line: Floats, width: Floats, interference: Floats) -> Floats:
    below, above = line - f, line + f
    shape: Floats = (f / line) * (
        (width - interference * below) / (below**2 + width**2) + (width - interference * above) / (above**2 + width**2)
    )
    return shape
