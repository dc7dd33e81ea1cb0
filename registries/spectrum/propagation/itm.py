"""The Irregular Terrain Model of Longley and Rice, as NTIA publishes it (ITM 1.4), one link.

After Hufford, Longley, Kissick: A Guide to the Use of the ITS Irregular Terrain Model in the Area Prediction Mode
(NTIA Report 82-100), and Hufford: The ITS Irregular Terrain Model, version 1.2.2, the Algorithm. Lengths are in
metres, angles in radians, frequencies in MHz inside this module.
"""

import cmath
import math
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from registries.spectrum.errors import ProfileUnusable
from registries.spectrum.propagation.itm_attenuation import Terrain, reference_attenuation
from registries.spectrum.propagation.itm_terrain import read_terrain
from registries.spectrum.propagation.itm_variability import attenuation_exceeded
from registries.spectrum.propagation.profiles import Profile
from registries.spectrum.propagation.ranges import check

MODEL = "ITM"


class Climate(IntEnum):
    """Radio climate, as ITM numbers it."""

    EQUATORIAL = 1
    CONTINENTAL_SUBTROPICAL = 2
    MARITIME_SUBTROPICAL = 3
    DESERT = 4
    CONTINENTAL_TEMPERATE = 5
    MARITIME_TEMPERATE_LAND = 6
    MARITIME_TEMPERATE_SEA = 7


class Siting(IntEnum):
    """How a terminal was placed in the area mode."""

    RANDOM = 0
    CAREFUL = 1
    VERY_CAREFUL = 2


@dataclass(frozen=True, slots=True)
class ItmLink:
    """What ITM asks about one link beside its terrain.

    `variability` is the mode 0 single message, 1 accidental, 2 mobile, 3 broadcast, plus 10 to leave out location and
    plus 20 to leave out situation variability. Refractivity is that of sea level.
    """

    frequency_mhz: float
    tx_height_m: float
    rx_height_m: float
    n0: float = 301.0
    climate: int = Climate.CONTINENTAL_TEMPERATE
    vertical: bool = False
    permittivity: float = 15.0
    conductivity_s_m: float = 0.005
    variability: int = 12
    time_percent: float = 50.0
    location_percent: float = 50.0
    situation_percent: float = 50.0

    def check(self) -> None:
        """Refuse what the model does not cover.

        Raises:
            OutOfRange: A value is outside its range.
        """
        check(MODEL, "frequency", self.frequency_mhz, 20, 20_000, "MHz")
        check(MODEL, "transmitting antenna above ground", self.tx_height_m, 0.5, 3000, "m")
        check(MODEL, "receiving antenna above ground", self.rx_height_m, 0.5, 3000, "m")
        check(MODEL, "sea-level refractivity", self.n0, 250, 400, "N-units")
        check(MODEL, "climate", self.climate, 1, 7, "(1 equatorial ... 7 maritime over sea)")
        check(MODEL, "permittivity", self.permittivity, 1, 1000, "")
        check(MODEL, "conductivity", self.conductivity_s_m, 1e-9, 1000, "S/m")
        check(MODEL, "mode of variability", self.variability % 10, 0, 3, "(and 10, 20 or 30 more)")
        check(MODEL, "mode of variability", self.variability, 0, 33, "")
        for name, share in (
            ("share of time", self.time_percent),
            ("share of locations", self.location_percent),
            ("share of situations", self.situation_percent),
        ):
            check(MODEL, name, share, 0.01, 99.99, "%")


@dataclass(frozen=True, slots=True)
class ItmResult:
    """The loss and what it was made of; `attenuation_db` is the reference attenuation beyond free space."""

    loss_db: float
    free_space_db: float
    attenuation_db: float
    terrain: Terrain


def itm(profile: Profile, link: ItmLink) -> ItmResult:
    """Predict one link over a profile whose points are equally far from each other (point-to-point mode).

    Raises:
        OutOfRange: A value is outside what the model covers.
        ProfileUnusable: The points are not equally far from each other.
    """
    link.check()
    heights = profile.heights_m
    step_m = even_step_m(profile)
    intervals = len(heights) - 1
    tenth = int(0.1 * intervals)
    mean_height_m = float(np.mean(heights[tenth : intervals - tenth + 1]))
    surface_n = link.n0 * math.exp(-mean_height_m / 9460)
    curvature = earth_curvature(surface_n)
    terrain = read_terrain(heights, step_m, link.tx_height_m, link.rx_height_m, curvature)
    return _predict(link, terrain, surface_n, curvature, point_to_point=True)


def itm_area(
    link: ItmLink,
    distance_km: float,
    roughness_m: float,
    tx_siting: Siting = Siting.RANDOM,
    rx_siting: Siting = Siting.RANDOM,
) -> ItmResult:
    """Predict one link without a profile, from the roughness of the terrain (area mode).

    Raises:
        OutOfRange: A value is outside what the model covers.
    """
    link.check()
    check(MODEL, "distance", distance_km, 0.001, 2000, "km")
    check(MODEL, "roughness of the terrain", roughness_m, 0, 5000, "m")
    curvature = earth_curvature(link.n0)
    effective, horizons, angles = [], [], []
    for height, siting in ((link.tx_height_m, tx_siting), (link.rx_height_m, rx_siting)):
        raised = height
        if siting != Siting.RANDOM:
            gain = 4.0 if siting == Siting.CAREFUL else 9.0
            if height < 5:
                gain *= math.sin(0.1 * math.pi * height)
            raised += (1 + gain) * math.exp(-min(20.0, 2 * height / max(1e-3, roughness_m)))
        smooth = math.sqrt(2 * raised / curvature)
        horizon = smooth * math.exp(-0.07 * math.sqrt(roughness_m / max(raised, 5.0)))
        effective.append(raised)
        horizons.append(horizon)
        angles.append((0.65 * roughness_m * (smooth / horizon - 1) - 2 * raised) / smooth)
    terrain = Terrain(
        1000 * distance_km,
        roughness_m,
        (effective[0], effective[1]),
        (horizons[0], horizons[1]),
        (angles[0], angles[1]),
    )
    return _predict(link, terrain, link.n0, curvature, point_to_point=False)


def even_step_m(profile: Profile) -> float:
    """Give the step of a profile in metres.

    Raises:
        ProfileUnusable: The points are not equally far from each other.
    """
    step_m = 1000 * profile.length_km / (len(profile.heights_m) - 1)
    if np.abs(np.diff(profile.distances_km) * 1000 - step_m).max() > 1e-3 * step_m:
        raise ProfileUnusable(where=MODEL, reason="its points are not equally far from each other, as this model asks")
    return step_m


def earth_curvature(surface_n: float) -> float:
    """Give the curvature of the effective earth, per metre."""
    return 157e-9 * (1 - 0.04665 * math.exp(surface_n / 179.3))


def ground_impedance(link: ItmLink) -> complex:
    """Give the transfer impedance of the ground."""
    permittivity = complex(link.permittivity, 18_000 * link.conductivity_s_m / link.frequency_mhz)
    impedance = cmath.sqrt(permittivity - 1)
    return impedance / permittivity if link.vertical else impedance


def _predict(link: ItmLink, terrain: Terrain, surface_n: float, curvature: float, *, point_to_point: bool) -> ItmResult:
    reference = reference_attenuation(
        terrain,
        (link.tx_height_m, link.rx_height_m),
        link.frequency_mhz,
        ground_impedance(link),
        curvature,
        surface_n,
        point_to_point=point_to_point,
    )
    beyond = attenuation_exceeded(
        reference,
        terrain,
        link.frequency_mhz,
        link.climate,
        link.variability,
        (link.time_percent, link.location_percent, link.situation_percent),
    )
    free = 32.45 + 20 * math.log10(link.frequency_mhz) + 20 * math.log10(terrain.distance_m / 1000)
    return ItmResult(free + beyond, free, reference, terrain)
