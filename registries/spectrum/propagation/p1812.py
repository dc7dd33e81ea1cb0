"""Point-to-area prediction with terrain, 30 MHz to 6 GHz: ITU-R P.1812-7, Annex 1, one link."""

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
from registries.spectrum.propagation.free_space import field_strength_dbuv_m
from registries.spectrum.propagation.normal import inverse_complementary_normal
from registries.spectrum.propagation.path_analysis import (
    Climate,
    PathGeometry,
    climate,
    effective_earth_radius_km,
    path_geometry,
)
from registries.spectrum.propagation.profiles import Floats, Profile
from registries.spectrum.propagation.ranges import check

MODEL = "P.1812"


@dataclass(frozen=True, slots=True)
class P1812Link:
    """What P.1812 asks about one link beside its profile.

    `centre_latitude_deg` is that of the middle of the path; `delta_n` (N-units/km, positive) and `n0` (N-units) are
    read there from the maps of ITU. `location_sigma_db` is the location variability (section 4.7); it counts in full
    where the receiver stands below the clutter of the last point of the profile.
    """

    frequency_ghz: float
    time_percent: float
    tx_height_m: float
    rx_height_m: float
    centre_latitude_deg: float
    delta_n: float
    n0: float
    vertical: bool = False
    location_percent: float = 50.0
    location_sigma_db: float = 0.0
    tx_coast_km: float = 500.0
    rx_coast_km: float = 500.0

    def check(self, length_km: float) -> None:
        """Refuse what the Recommendation does not cover.

        Raises:
            OutOfRange: A value is outside its range.
        """
        check(MODEL, "frequency", self.frequency_ghz, 0.03, 6, "GHz")
        check(MODEL, "share of time", self.time_percent, 1, 50, "%")
        check(MODEL, "share of locations", self.location_percent, 1, 99, "%")
        check(MODEL, "length of the path", length_km, 0.25, 3000, "km")
        check(MODEL, "transmitting antenna above ground", self.tx_height_m, 1, 3000, "m")
        check(MODEL, "receiving antenna above ground", self.rx_height_m, 1, 3000, "m")
        check(MODEL, "latitude of the middle of the path", self.centre_latitude_deg, -90, 90, "degrees")
        check(MODEL, "refractivity lapse rate", self.delta_n, 0, 150, "N-units/km")
        check(MODEL, "sea-level refractivity", self.n0, 200, 500, "N-units")
        check(MODEL, "location variability", self.location_sigma_db, 0, 50, "dB")
        check(MODEL, "transmitter's distance to the coast", self.tx_coast_km, 0, 10_000, "km")
        check(MODEL, "receiver's distance to the coast", self.rx_coast_km, 0, 10_000, "km")


@dataclass(frozen=True, slots=True)
class P1812Result:
    """The loss not exceeded in p % of time and pL % of locations, and all that it was made of."""

    loss_db: float
    field_dbuv_m: float
    earth_radius_km: float
    weather: Climate
    path: PathGeometry
    sight: LineOfSight
    bent: Diffraction
    scattered_db: float
    ducted_db: float
    joined: Joined


def p1812(profile: Profile, link: P1812Link) -> P1812Result:
    """Predict one link; the field strength is that of 1 kW e.r.p.

    Raises:
        OutOfRange: A value is outside what the Recommendation covers.
    """
    length = profile.length_km
    link.check(length)
    f, p = link.frequency_ghz, link.time_percent
    radius = effective_earth_radius_km(link.delta_n)
    weather = climate(profile, link.centre_latitude_deg)
    path = path_geometry(profile, link.tx_height_m, link.rx_height_m, radius, f)
    sight = line_of_sight(f, p, length, path, weather.beta0_percent, 0.0)
    ground = with_clutter(profile)
    bent = diffraction(profile.distances_km, ground, path, weather, radius, f, p, vertical=link.vertical)
    scattered = troposcatter_db(link, length, path.angle_mrad)
    ducted = ducting_db(f, p, length, path, weather, radius, link.tx_coast_km, link.rx_coast_km)
    joined = join(p, length, weather, sight, bent, ducted, scattered, blend(path.angle_mrad))
    spread = location_share(link.rx_height_m, float(profile.clutter_m[-1])) * link.location_sigma_db
    loss = joined.loss_db - inverse_complementary_normal(link.location_percent / 100) * spread
    loss = max(sight.time_db, loss)
    field = field_strength_dbuv_m(f, loss)
    return P1812Result(loss, field, radius, weather, path, sight, bent, scattered, ducted, joined)


def with_clutter(profile: Profile) -> Floats:
    """Give ground and clutter above sea level; none at the terminals themselves."""
    heights = profile.heights_m + profile.clutter_m
    heights[0], heights[-1] = profile.heights_m[0], profile.heights_m[-1]
    return np.ascontiguousarray(heights)


def troposcatter_db(link: P1812Link, length_km: float, angle_mrad: float) -> float:
    """Give the loss by tropospheric scatter: the formula of P.1812-6, to which ITU-R advises to return."""
    f = link.frequency_ghz
    return (
        190.1
        + 25 * math.log10(f)
        - 2.5 * math.log10(f / 2) ** 2
        + 20 * math.log10(length_km)
        + 0.573 * angle_mrad
        - 0.15 * link.n0
        - 10.125 * math.pow(max(math.log10(50 / link.time_percent), 0.0), 0.7)
    )


def location_share(rx_height_m: float, clutter_m: float) -> float:
    """Give how much of the location variability counts: all below the clutter, none 10 m above it (section 4.7)."""
    if rx_height_m < clutter_m:
        return 1.0
    return max(0.0, 1 - (rx_height_m - clutter_m) / 10)


def location_sigma_db(frequency_ghz: float, area_width_m: float) -> float:
    """Give the location variability outdoors for squares of this width, 50 to 1000 m (section 4.7, equation 64).

    Raises:
        OutOfRange: The width is outside that range.
    """
    check(MODEL, "width of the area", area_width_m, 50, 1000, "m")
    return float((0.024 * frequency_ghz + 0.52) * area_width_m**0.28)
