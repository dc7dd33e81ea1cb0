"""Loss into buildings: ITU-R P.2109-2."""

import math
from enum import IntEnum
from statistics import NormalDist

from registries.spectrum.propagation.ranges import check

MODEL = "P.2109"


class Building(IntEnum):
    """Kind of building: traditional, or thermally efficient (metallised glass, foil-backed panels)."""

    TRADITIONAL = 1
    THERMALLY_EFFICIENT = 2


COEFFICIENTS = {
    Building.TRADITIONAL: (12.64, 3.72, 0.96, 9.6, 2.0, 9.1, -3.0, 4.5, -2.0),
    Building.THERMALLY_EFFICIENT: (28.19, -3.00, 8.48, 13.5, 3.8, 27.8, -2.9, 9.4, -2.1),
}
"""r to z of Table 1."""


def building_entry_loss_db(
    frequency_ghz: float, location_percent: float, building: int, elevation_deg: float = 0.0
) -> float:
    """Give the loss not exceeded in this share of places; the elevation is that of the path at the facade.

    Raises:
        OutOfRange: A value is outside what the Recommendation covers.
    """
    check(MODEL, "frequency", frequency_ghz, 0.08, 100, "GHz")
    check(MODEL, "share of places", location_percent, 1e-9, 100 - 1e-9, "%")
    check(MODEL, "kind of building", building, 1, 2, "(1 traditional, 2 thermally efficient)")
    check(MODEL, "elevation", elevation_deg, -90, 90, "degrees")
    r, s, t, u, v, w, x, y, z = COEFFICIENTS[Building(building)]
    log_f = math.log10(frequency_ghz)
    deviate = NormalDist().inv_cdf(location_percent / 100)
    through = r + s * log_f + t * log_f**2 + 0.212 * abs(elevation_deg) + deviate * (u + v * log_f)
    around = w + x * log_f + deviate * (y + z * log_f)
    return 10 * math.log10(10 ** (0.1 * through) + 10 ** (0.1 * around) + 10**-0.3)
