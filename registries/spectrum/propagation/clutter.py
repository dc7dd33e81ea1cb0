"""Loss by clutter around a terminal: ITU-R P.2108-1, sections 3.1 to 3.3."""

import math
from statistics import NormalDist

from registries.spectrum.propagation.diffraction import knife_edge_loss_db
from registries.spectrum.propagation.ranges import check

MODEL = "P.2108"
STREET_WIDTH_M = 27.0


def height_gain_loss_db(
    frequency_ghz: float,
    antenna_m: float,
    clutter_m: float,
    *,
    edges: bool,
    street_width_m: float = STREET_WIDTH_M,
) -> float:
    """Give the terminal correction of 30 MHz to 3 GHz (section 3.1); 0 for an antenna above its clutter.

    `edges` says that the clutter has them, as streets, trees and forest do; water and open country have none.

    Raises:
        OutOfRange: A value is outside what the Recommendation covers.
    """
    check(MODEL, "frequency", frequency_ghz, 0.03, 3, "GHz")
    check(MODEL, "antenna above ground", antenna_m, 0.01, 3000, "m")
    check(MODEL, "clutter height", clutter_m, 0, 500, "m")
    check(MODEL, "street width", street_width_m, 1, 1000, "m")
    if antenna_m >= clutter_m:
        return 0.0
    if not edges:
        return -(21.8 + 6.2 * math.log10(frequency_ghz)) * math.log10(antenna_m / clutter_m)
    below = clutter_m - antenna_m
    angle = math.degrees(math.atan(below / street_width_m))
    return knife_edge_loss_db(0.342 * math.sqrt(frequency_ghz) * math.sqrt(below * angle)) - 6.03


def terrestrial_loss_db(frequency_ghz: float, distance_km: float, location_percent: float) -> float:
    """Give the loss not exceeded in this share of places, for one end in urban or suburban clutter (section 3.2).

    Raises:
        OutOfRange: A value is outside what the Recommendation covers.
    """
    check(MODEL, "frequency", frequency_ghz, 0.5, 67, "GHz")
    check(MODEL, "distance", distance_km, 0.25, 20_000, "km")
    check(MODEL, "share of places", location_percent, 0.001, 99.999, "%")
    distance = min(distance_km, 2.0)
    log_f = math.log10(frequency_ghz)
    long = -2 * math.log10(10 ** (-5 * log_f - 12.5) + 10**-16.5)
    short = 32.98 + 23.9 * math.log10(distance) + 3 * log_f
    weights = 10 ** (-0.2 * long), 10 ** (-0.2 * short)
    sigma = math.sqrt((16 * weights[0] + 36 * weights[1]) / sum(weights))
    return -5 * math.log10(sum(weights)) - sigma * NormalDist().inv_cdf(1 - location_percent / 100)


def slant_loss_db(frequency_ghz: float, elevation_deg: float, location_percent: float) -> float:
    """Give the loss not exceeded in this share of places towards aircraft and satellites, 10 to 100 GHz (section 3.3).

    Raises:
        OutOfRange: A value is outside what the Recommendation covers.
    """
    check(MODEL, "frequency", frequency_ghz, 10, 100, "GHz")
    check(MODEL, "elevation", elevation_deg, 0, 90, "degrees")
    check(MODEL, "share of places", location_percent, 0.001, 99.999, "%")
    share = location_percent / 100
    angle = 0.05 * (1 - elevation_deg / 90) + math.pi * elevation_deg / 180
    base = -93 * frequency_ghz**0.175 * math.log(1 - share) / math.tan(angle)
    return float(base ** (0.5 * (90 - elevation_deg) / 90)) - 1 - 0.6 * NormalDist().inv_cdf(1 - share)
