"""Free space: ITU-R P.525-4, and the relations between loss, field strength and radiated power."""

import math

SPEED_OF_LIGHT_M_S = 2.998e8
"""As the Recommendations print it; their results follow from it, those of the exact value differ by up to 0.0002 dB."""


def wavelength_m(frequency_ghz: float) -> float:
    """Give the wavelength in metres."""
    return SPEED_OF_LIGHT_M_S * 1e-9 / frequency_ghz


def free_space_loss_db(frequency_ghz: float, distance_km: float) -> float:
    """Give the basic transmission loss of free space (P.525-4, equation 4)."""
    return 20 * math.log10(4e3 * math.pi * distance_km / wavelength_m(frequency_ghz))


def field_strength_dbuv_m(frequency_ghz: float, loss_db: float) -> float:
    """Give the field strength for 1 kW e.r.p. at a basic transmission loss (P.1812-7, equation 70)."""
    return 199.36 + 20 * math.log10(frequency_ghz) - loss_db
