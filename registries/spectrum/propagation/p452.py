"""Interference between stations on the surface of the Earth: ITU-R P.452-18, Annex 1, one link."""

import math
from dataclasses import dataclass

import numpy as np

from registries.spectrum.propagation.clear_air import (
    Diffraction,
    Joined,
    LineOfSight,
    blend,
    diffraction,
    ducting_db,
    join,
    line_of_sight,
)
from registries.spectrum.propagation.gases import attenuation_of_lines
from registries.spectrum.propagation.path_analysis import (
    Climate,
    PathGeometry,
    climate,
    effective_earth_radius_km,
    path_geometry,
)
from registries.spectrum.propagation.profiles import Floats, Profile
from registries.spectrum.propagation.ranges import check

MODEL = "P.452"
CLUTTER_FREE_KM = 0.05
"""Clutter so near to a terminal is left out of the profile of diffraction."""


@dataclass(frozen=True, slots=True)
class P452Link:
    """What P.452 asks about one link beside its profile.

    `centre_latitude_deg` is that of the middle of the path; `delta_n` (N-units/km, positive) and `n0` (N-units) are
    read there from the maps of ITU. Gains are those toward the horizon along the path. Distances to the coast count
    where three quarters of the path or more are sea.
    """

    frequency_ghz: float
    time_percent: float
    tx_height_m: float
    rx_height_m: float
    centre_latitude_deg: float
    delta_n: float
    n0: float
    vertical: bool = False
    tx_gain_dbi: float = 0.0
    rx_gain_dbi: float = 0.0
    tx_coast_km: float = 500.0
    rx_coast_km: float = 500.0
    pressure_hpa: float = 1013.0
    temperature_c: float = 15.0

    def check(self, length_km: float) -> None:
        """Refuse what the Recommendation does not cover.

        Raises:
            OutOfRange: A value is outside its range.
        """
        check(MODEL, "frequency", self.frequency_ghz, 0.1, 50, "GHz")
        check(MODEL, "share of time", self.time_percent, 0.001, 50, "%")
        check(MODEL, "length of the path", length_km, 0.001, 10_000, "km")
        check(MODEL, "transmitting antenna above ground", self.tx_height_m, 0.1, 10_000, "m")
        check(MODEL, "receiving antenna above ground", self.rx_height_m, 0.1, 10_000, "m")
        check(MODEL, "latitude of the middle of the path", self.centre_latitude_deg, -90, 90, "degrees")
        check(MODEL, "refractivity lapse rate", self.delta_n, 0, 150, "N-units/km")
        check(MODEL, "sea-level refractivity", self.n0, 200, 500, "N-units")
        check(MODEL, "transmitting antenna gain", self.tx_gain_dbi, -50, 100, "dBi")
        check(MODEL, "receiving antenna gain", self.rx_gain_dbi, -50, 100, "dBi")
        check(MODEL, "transmitter's distance to the coast", self.tx_coast_km, 0, 10_000, "km")
        check(MODEL, "receiver's distance to the coast", self.rx_coast_km, 0, 10_000, "km")
        check(MODEL, "pressure", self.pressure_hpa, 300, 1200, "hPa")
        check(MODEL, "temperature", self.temperature_c, -90, 60, "°C")


@dataclass(frozen=True, slots=True)
class P452Result:
    """The loss not exceeded in p % of time, and all that it was made of."""

    loss_db: float
    earth_radius_km: float
    weather: Climate
    path: PathGeometry
    sight: LineOfSight
    bent: Diffraction
    scattered_db: float
    ducted_db: float
    joined: Joined


def p452(profile: Profile, link: P452Link) -> P452Result:
    """Predict one link.

    Raises:
        OutOfRange: A value is outside what the Recommendation covers.
    """
    length = profile.length_km
    link.check(length)
    f, p = link.frequency_ghz, link.time_percent
    radius = effective_earth_radius_km(link.delta_n)
    weather = climate(profile, link.centre_latitude_deg)
    path = path_geometry(profile, link.tx_height_m, link.rx_height_m, radius, f)

    def gases(vapour_g_m3: float) -> float:
        return attenuation_of_lines(f, link.pressure_hpa, link.temperature_c + 273.15, vapour_g_m3).total_db_km

    moist = gases(7.5 + 2.5 * weather.sea_share)
    slant_km = math.hypot(length, (path.tx_m - path.rx_m) / 1000)
    sight = line_of_sight(f, p, length, path, weather.beta0_percent, moist * slant_km)
    ground = with_clutter(profile)
    bent = diffraction(profile.distances_km, ground, path, weather, radius, f, p, vertical=link.vertical)
    scattered = troposcatter_db(link, length, path.angle_mrad, gases(3.0) * length)
    ducted = ducting_db(f, p, length, path, weather, radius, link.tx_coast_km, link.rx_coast_km) + moist * length
    inner = profile.distances_km[1:-1]
    rises = (profile.heights_m[1:-1] + 500 / radius * inner * (length - inner) - path.tx_m) / inner
    sight_share = blend(float(rises.max()) - (path.rx_m - path.tx_m) / length)
    joined = join(p, length, weather, sight, bent, ducted, scattered, sight_share)
    return P452Result(joined.loss_db, radius, weather, path, sight, bent, scattered, ducted, joined)


def with_clutter(profile: Profile) -> Floats:
    """Give ground and clutter above sea level; none at the terminals, nor within 50 m of them."""
    d = profile.distances_km
    near = (d < CLUTTER_FREE_KM) | (d > d[-1] - CLUTTER_FREE_KM)
    near[0] = near[-1] = True
    return np.where(near, profile.heights_m, profile.heights_m + profile.clutter_m)


def troposcatter_db(link: P452Link, length_km: float, angle_mrad: float, gases_db: float) -> float:
    """Give the loss by tropospheric scatter (section 4.3)."""
    f = link.frequency_ghz
    coupling = 0.051 * math.exp(0.055 * (link.tx_gain_dbi + link.rx_gain_dbi))
    return (
        190
        + 25 * math.log10(f)
        - 2.5 * math.log10(f / 2) ** 2
        + 20 * math.log10(length_km)
        + 0.573 * angle_mrad
        - 0.15 * link.n0
        + coupling
        + gases_db
        - 10.1 * math.pow(max(-math.log10(link.time_percent / 50), 0.0), 0.7)
    )
