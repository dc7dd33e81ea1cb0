"""Clear-air mechanisms that P.452-18 and P.1812-7 share: line of sight, diffraction, ducting, and how they are joined.

Losses are in dB, frequencies in GHz, distances in km, heights in m, time and location shares in percent.
"""

import math
from dataclasses import dataclass

from registries.spectrum.propagation.diffraction import delta_bullington_loss_db
from registries.spectrum.propagation.normal import inverse_complementary_normal
from registries.spectrum.propagation.path_analysis import (
    EARTH_RADIUS_BETA0_KM,
    Climate,
    PathGeometry,
    ducting_tau,
)
from registries.spectrum.propagation.profiles import Floats


@dataclass(frozen=True, slots=True)
class LineOfSight:
    """Basic transmission loss of the line of sight: free space (and gases), for p % and for beta0 % of time."""

    free_space_db: float
    time_db: float
    beta0_db: float


@dataclass(frozen=True, slots=True)
class Diffraction:
    """Diffraction loss beyond free space: median, for beta0 %, for p % of time; the smooth-earth part of the median."""

    median_db: float
    beta0_db: float
    time_db: float


@dataclass(frozen=True, slots=True)
class Joined:
    """Intermediate losses on the way from mechanisms to one loss (names as in the Recommendations)."""

    diffraction_median_db: float
    diffraction_time_db: float
    least_sight_db: float
    least_ducting_db: float
    diffraction_ducting_db: float
    without_scatter_db: float
    loss_db: float


def line_of_sight(
    frequency_ghz: float,
    time_percent: float,
    length_km: float,
    path: PathGeometry,
    beta0_percent: float,
    gases_db: float,
) -> LineOfSight:
    """Give the losses of the line of sight (P.1812-7 section 4.2, P.452-18 section 4.1)."""
    slant_km = math.hypot(length_km, (path.tx_m - path.rx_m) / 1000)
    free = 92.4 + 20 * math.log10(frequency_ghz) + 20 * math.log10(slant_km) + gases_db
    focusing = 2.6 * (1 - math.exp(-(path.tx_horizon_km + path.rx_horizon_km) / 10))
    return LineOfSight(
        free, free + focusing * math.log10(time_percent / 50), free + focusing * math.log10(beta0_percent / 50)
    )


def diffraction(
    d: Floats,
    g: Floats,
    path: PathGeometry,
    weather: Climate,
    earth_radius_km: float,
    frequency_ghz: float,
    time_percent: float,
    *,
    vertical: bool,
) -> Diffraction:
    """Give the diffraction losses over the profile with clutter (P.1812-7 section 4.3, P.452-18 section 4.2)."""

    def over(radius_km: float) -> float:
        return delta_bullington_loss_db(
            d,
            g,
            path.tx_m,
            path.rx_m,
            path.smooth_tx_m,
            path.smooth_rx_m,
            radius_km,
            frequency_ghz,
            weather.sea_share,
            vertical=vertical,
        )

    median, beta0 = over(earth_radius_km), over(EARTH_RADIUS_BETA0_KM)
    share = time_interpolation(time_percent, weather.beta0_percent)
    return Diffraction(median, beta0, median + share * (beta0 - median))


def time_interpolation(time_percent: float, beta0_percent: float) -> float:
    """Give Fi: 0 at 50 % of time, 1 at beta0 and below."""
    if time_percent == 50:
        return 0.0
    if time_percent <= beta0_percent:
        return 1.0
    return inverse_complementary_normal(time_percent / 100) / inverse_complementary_normal(beta0_percent / 100)


def ducting_db(
    frequency_ghz: float,
    time_percent: float,
    length_km: float,
    path: PathGeometry,
    weather: Climate,
    earth_radius_km: float,
    tx_coast_km: float,
    rx_coast_km: float,
) -> float:
    """Give the loss by ducts and layers, without gases (P.1812-7 section 4.5, P.452-18 section 4.4)."""
    f = frequency_ghz
    coupling = 102.45 + 20 * math.log10(f) + 20 * math.log10(path.tx_horizon_km + path.rx_horizon_km)
    if f < 0.5:
        coupling += 45.375 - 137.0 * f + 92.5 * f**2
    for angle, horizon, coast, height in (
        (path.tx_horizon_mrad, path.tx_horizon_km, tx_coast_km, path.tx_m),
        (path.rx_horizon_mrad, path.rx_horizon_km, rx_coast_km, path.rx_m),
    ):
        steep = angle - 0.1 * horizon
        if steep > 0:
            coupling += 20 * math.log10(1 + 0.361 * steep * math.sqrt(f * horizon)) + 0.264 * steep * math.pow(f, 1 / 3)
        if weather.sea_share >= 0.75 and coast <= horizon and coast <= 5:
            coupling -= 3 * math.exp(-0.25 * coast**2) * (1 + math.tanh(0.07 * (50 - height)))

    angle = (
        1000 * length_km / earth_radius_km
        + min(path.tx_horizon_mrad, 0.1 * path.tx_horizon_km)
        + min(path.rx_horizon_mrad, 0.1 * path.rx_horizon_km)
    )
    alpha = max(-0.6 - 3.5e-9 * length_km**3.1 * ducting_tau(weather.longest_inland_km), -3.4)
    heights = (math.sqrt(path.tx_effective_m) + math.sqrt(path.rx_effective_m)) ** 2
    mu2 = min((500 / earth_radius_km * length_km**2 / heights) ** alpha, 1.0)
    mu3 = 1.0
    if path.roughness_m > 10:
        inside = min(length_km - path.tx_horizon_km - path.rx_horizon_km, 40.0)
        mu3 = math.exp(-4.6e-5 * (path.roughness_m - 10) * (43 + 6 * inside))
    beta = weather.beta0_percent * mu2 * mu3
    log_beta = math.log10(beta)
    gamma = (
        1.076
        / (2.0058 - log_beta) ** 1.012
        * math.exp(-(9.51 - 4.8 * log_beta + 0.198 * log_beta**2) * 1e-6 * length_km**1.13)
    )
    ratio = time_percent / beta
    variation = -12 + (1.2 + 3.7e-3 * length_km) * math.log10(ratio) + 12 * math.pow(ratio, gamma)
    return coupling + 5e-5 * earth_radius_km * math.pow(f, 1 / 3) * angle + variation


def blend(slope: float) -> float:
    """Give Fj: 1 well inside the line of sight, 0 well beyond; the argument is in mrad or m/km."""
    return 1 - 0.5 * (1 + math.tanh(3 * 0.8 * (slope - 0.3) / 0.3))


def join(
    time_percent: float,
    length_km: float,
    weather: Climate,
    sight: LineOfSight,
    bent: Diffraction,
    ducted_db: float,
    scattered_db: float,
    sight_share: float,
) -> Joined:
    """Join the mechanisms into the loss not exceeded in p % of time (P.1812-7 section 4.6, P.452-18 section 4.5)."""
    median = sight.free_space_db + bent.median_db
    bent_time = sight.time_db + bent.time_db
    over_land = (1 - weather.sea_share) * bent.time_db
    if time_percent < weather.beta0_percent:
        least_sight = sight.time_db + over_land
    else:
        share = time_interpolation(time_percent, weather.beta0_percent)
        least_sight = median + (sight.beta0_db + over_land - median) * share
    high, low = max(ducted_db, sight.time_db), min(ducted_db, sight.time_db)
    least_ducting = high + 2.5 * math.log1p(math.exp((low - high) / 2.5))
    with_ducting = bent_time
    if least_ducting <= bent_time:
        far = 1 - 0.5 * (1 + math.tanh(3 * 0.5 * (length_km - 20) / 20))
        with_ducting = least_ducting + (bent_time - least_ducting) * far
    without = with_ducting + (least_sight - with_ducting) * sight_share
    high, low = max(scattered_db, without), min(scattered_db, without)
    loss = low - 5 * math.log10(1 + 10 ** (-0.2 * (high - low)))
    return Joined(median, bent_time, least_sight, least_ducting, with_ducting, without, loss)
