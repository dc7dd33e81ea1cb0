"""Point-to-area prediction from curves, 30 MHz to 4 GHz: ITU-R P.1546-6, Annexes 5 and 6, one link.

Annex 7 (other climates than those of the curves) is left out: it asks for maps of refractivity.
"""

import math
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from registries.spectrum.propagation.normal import q_inverse
from registries.spectrum.propagation.p1546_curves import (
    Curves,
    Surface,
    clear_distance_km,
    clearance_db,
    greatest_field,
    joined_surfaces,
    knife_edge_db,
)
from registries.spectrum.propagation.p1812 import location_sigma_db
from registries.spectrum.propagation.profiles import Floats, Profile, Zone
from registries.spectrum.propagation.ranges import check

MODEL = "P.1546"
SHORT_KM, SHORTEST_KM = 1.0, 0.04
"""Below the first the curves end; up to the second the field is that of free space (section 15)."""


class Area(IntEnum):
    """What stands around a terminal, with the codes of coverage that ITU-R study group 3 writes in profiles."""

    SEA = 1
    RURAL = 2
    SUBURBAN = 3
    URBAN = 4
    DENSE_URBAN = 5


REPRESENTATIVE_CLUTTER_M = {
    Area.SEA: 10.0,
    Area.RURAL: 10.0,
    Area.SUBURBAN: 10.0,
    Area.URBAN: 15.0,
    Area.DENSE_URBAN: 20.0,
}
"""Clutter heights where the real ones are not known (section 9): put them at the ends of the profile."""


@dataclass(frozen=True, slots=True)
class P1546Link:
    """What P.1546 asks about one link beside its profile, whose ends hold the clutter heights around both antennas.

    Inland is land; sea and coastal land count as sea, cold unless `warm_sea`. `area_width_m` is that of the square over
    which locations vary. With `terrain_below_ground` an antenna below the ground around it is corrected by the terrain
    before it (section 4.3, case a) and not by an edge 9 km away (case b).
    """

    frequency_mhz: float
    time_percent: float
    tx_height_m: float
    rx_height_m: float
    rx_area: int = Area.RURAL
    tx_area: int = Area.RURAL
    location_percent: float = 50.0
    area_width_m: float = 500.0
    warm_sea: bool = False
    terrain_below_ground: bool = False

    def check(self, length_km: float) -> None:
        """Refuse what the Recommendation does not cover.

        Raises:
            OutOfRange: A value is outside its range.
        """
        check(MODEL, "frequency", self.frequency_mhz, 30, 4000, "MHz")
        check(MODEL, "share of time", self.time_percent, 1, 50, "%")
        check(MODEL, "share of locations", self.location_percent, 1, 99, "%")
        check(MODEL, "length of the path", length_km, 0.001, 1000, "km")
        check(MODEL, "transmitting antenna above ground", self.tx_height_m, 1, 3000, "m")
        check(MODEL, "area around the receiver", self.rx_area, 1, 5, "(1 sea ... 5 dense urban)")
        check(MODEL, "area around the transmitter", self.tx_area, 1, 5, "(1 sea ... 5 dense urban)")
        lowest = 3 if self.rx_area == Area.SEA else 1
        check(MODEL, "receiving antenna above ground", self.rx_height_m, lowest, 3000, "m")
        check(MODEL, "width of the area", self.area_width_m, 50, 1000, "m")


@dataclass(frozen=True, slots=True)
class P1546Result:
    """The field strength for 1 kW e.r.p. (dBuV/m), the equivalent basic transmission loss, and the steps to them."""

    loss_db: float
    field_dbuv_m: float
    effective_height_m: float
    sea_km: float
    tx_clearance_deg: float
    rx_clearance_deg: float
    greatest_dbuv_m: float
    curves_dbuv_m: float
    clearance_db: float
    scatter_deg: float
    scatter_dbuv_m: float
    rx_clutter_m: float
    rx_height_db: float
    tx_clutter_db: float
    slope_db: float
    short_dbuv_m: float | None


def p1546(profile: Profile, link: P1546Link) -> P1546Result:
    """Predict one link; the first point of the profile is the transmitting or base antenna (see `designated`).

    Raises:
        OutOfRange: A value is outside what the Recommendation covers.
    """
    length = profile.length_km
    link.check(length)
    f, time = link.frequency_mhz, link.time_percent
    sea_km = _sea_km(profile)
    sea_share = sea_km / length
    h1 = effective_height_m(profile, link.tx_height_m)
    check_effective_height(h1)
    if sea_share == 1:
        h1 = max(h1, 3.0)
    tx_angle = _clearance_deg(profile, link.tx_height_m, 15.0)
    rx_angle = _clearance_deg(profile.turned(), link.rx_height_m, 16.0)
    rise_m = float(profile.heights_m[0]) + link.tx_height_m - float(profile.heights_m[-1]) - link.rx_height_m
    greatest = greatest_field(length, time, sea_share) + slope_db(length, rise_m)

    # Steps 1 to 11: the curves, which begin at 1 km.
    distance = max(length, SHORT_KM)
    below = tx_angle if link.terrain_below_ground else None
    sea = Surface.WARM_SEA if link.warm_sea else Surface.COLD_SEA
    fields = [
        Curves(surface, distance, h1, time, greatest, below).field(f) if share > 0 else 0.0
        for surface, share in ((Surface.LAND, 1 - sea_share), (sea, sea_share))
    ]
    read = joined_surfaces(fields[0], fields[1], sea_share) if 0 < sea_share < 1 else fields[int(sea_share)]

    # Steps 12 to 16: terrain, scatter, clutter, slope.
    over_terrain = clearance_db(f, rx_angle)
    scatter_deg = max(0.0, math.degrees(distance / (4 / 3 * 6370)) + tx_angle + rx_angle)
    scattered = scatter_dbuv_m(f, time, distance, scatter_deg)
    rx_clutter, rx_gain = rx_height_db(link, h1, length, float(profile.clutter_m[-1]))
    tx_loss = tx_clutter_db(f, link.tx_height_m, float(profile.clutter_m[0]))
    slope = slope_db(distance, rise_m)
    field = max(read + over_terrain, scattered) + rx_gain + tx_loss + slope

    # Steps 17 to 20: short paths, locations, the greatest field strength, the loss.
    short = None
    if length < SHORT_KM:
        field = short = shorter_dbuv_m(length, rise_m, field)
    if link.location_percent != 50 and link.rx_area != Area.SEA:
        field += q_inverse(link.location_percent / 100) * location_sigma_db(f / 1000, link.area_width_m)
    field = min(field, greatest)
    return P1546Result(
        loss_of_field_db(f, field),
        field,
        h1,
        sea_km,
        tx_angle,
        rx_angle,
        greatest,
        read,
        over_terrain,
        scatter_deg,
        scattered,
        rx_clutter,
        rx_gain,
        tx_loss,
        slope,
        short,
    )


def designated(profile: Profile, link: P1546Link) -> tuple[Profile, P1546Link]:
    """Give path and link so that the first terminal is the transmitting or base antenna (Annex 5, section 1.1).

    Of two terminals below the clutter around them it is the higher one; of one above and one below, that above; of two
    above, the one of greater effective height. Propagation is the same both ways.
    """
    turned = profile.turned()
    other = replace(
        link,
        tx_height_m=link.rx_height_m,
        rx_height_m=link.tx_height_m,
        tx_area=link.rx_area,
        rx_area=link.tx_area,
    )
    first_above = link.tx_height_m > profile.clutter_m[0]
    last_above = link.rx_height_m > profile.clutter_m[-1]
    if first_above and last_above:
        swap = effective_height_m(turned, link.rx_height_m) > effective_height_m(profile, link.tx_height_m)
    elif first_above or last_above:
        swap = bool(last_above)
    else:
        swap = link.rx_height_m > link.tx_height_m
    return (turned, other) if swap else (profile, link)


def check_effective_height(h1_m: float) -> None:
    """Refuse an effective height that the Recommendation does not cover.

    Raises:
        OutOfRange: It is above 3000 m.
    """
    check(MODEL, "effective height of the transmitting antenna", h1_m, -10_000, 3000, "m")


def effective_height_m(profile: Profile, tx_height_m: float) -> float:
    """Give h1: height over the mean ground 3 to 15 km ahead, of shorter paths over the last four fifths (section 3)."""
    length = profile.length_km
    first, last = (3.0, 15.0) if length >= 15 else (0.2 * length, length)
    return (
        float(profile.heights_m[0]) + tx_height_m - mean_ground_m(profile.distances_km, profile.heights_m, first, last)
    )


def mean_ground_m(d: Floats, h: Floats, first_km: float, last_km: float) -> float:
    """Give the mean of the ground between the first and last point there; of coarse profiles, between the distances."""
    inside = (d >= first_km) & (d <= last_km)
    x, y = d[inside], h[inside]
    if len(x) < 2:
        x = np.array([first_km, *x, last_km])
        y = np.interp(x, d, h)
    return float(np.sum((y[1:] + y[:-1]) * np.diff(x)) / 2 / (x[-1] - x[0]))


def slope_db(distance_km: float, rise_m: float) -> float:
    """Give the correction for the slope between the antennas (section 14)."""
    return 20 * math.log10(distance_km / math.hypot(distance_km, rise_m / 1000))


def scatter_dbuv_m(frequency_mhz: float, time_percent: float, distance_km: float, scatter_deg: float) -> float:
    """Give the field strength by tropospheric scatter at N0 = 325 (section 13)."""
    log_f = math.log10(frequency_mhz)
    of_frequency = 5 * log_f - 2.5 * (log_f - 3.3) ** 2
    seldom = 10.1 * math.pow(max(-math.log10(0.02 * time_percent), 0.0), 0.7)
    return 24.4 - 20 * math.log10(distance_km) - 10 * scatter_deg - of_frequency + 0.15 * 325 + seldom


def rx_height_db(link: P1546Link, h1_m: float, length_km: float, clutter_m: float) -> tuple[float, float]:
    """Give the clutter height as the ray sees it, and the correction for the receiving height (section 9)."""
    f, h2 = link.frequency_mhz, link.rx_height_m
    per_decade = 3.2 + 6.2 * math.log10(f)
    above_10 = per_decade * math.log10(h2 / 10)
    if link.rx_area == Area.RURAL:
        return 10.0, above_10
    if link.rx_area == Area.SEA:
        clear_10, clear = clear_distance_km(f, h1_m, 10), clear_distance_km(f, h1_m, h2)
        if h2 >= 10 or length_km >= clear_10:
            return 10.0, above_10
        return 10.0, 0.0 if length_km <= clear else above_10 * math.log10(length_km / clear) / math.log10(
            clear_10 / clear
        )
    # Nearer than 15 m the ray of this formula comes from above the sky: no clutter stands in its way.
    away_m = 1000 * length_km - 15
    seen = max(1.0, (1000 * length_km * clutter_m - 15 * h1_m) / away_m) if away_m > 0 else 1.0
    if h2 < seen:
        below = seen - h2
        gain = 6.03 - knife_edge_db(0.0108 * math.sqrt(f * below * math.degrees(math.atan(below / 27))))
    else:
        gain = per_decade * math.log10(h2 / seen)
    return seen, gain - per_decade * math.log10(10 / seen) if seen < 10 else gain


def tx_clutter_db(frequency_mhz: float, tx_height_m: float, clutter_m: float) -> float:
    """Give the correction for clutter around the transmitting antenna, 0 well above it (section 10)."""
    above = tx_height_m - clutter_m
    nu = 0.0108 * math.sqrt(frequency_mhz * above * math.degrees(math.atan(above / 27)))
    return -knife_edge_db(-nu if above > 0 else nu)


def shorter_dbuv_m(distance_km: float, rise_m: float, at_1_km: float) -> float:
    """Give the field strength nearer than 1 km, from free space at 40 m to that at 1 km (section 15)."""

    def slant_km(horizontal_km: float) -> float:
        return math.hypot(horizontal_km, rise_m / 1000)

    if distance_km <= SHORTEST_KM:
        return 106.9 - 20 * math.log10(slant_km(distance_km))
    nearest = 106.9 - 20 * math.log10(slant_km(SHORTEST_KM))
    share = math.log10(slant_km(distance_km) / slant_km(SHORTEST_KM)) / math.log10(
        slant_km(1.0) / slant_km(SHORTEST_KM)
    )
    return nearest + (at_1_km - nearest) * share


def loss_of_field_db(frequency_mhz: float, field_dbuv_m: float) -> float:
    """Give the basic transmission loss of a field strength for 1 kW e.r.p. (section 17)."""
    return 139.3 - field_dbuv_m + 20 * math.log10(frequency_mhz)


def _sea_km(profile: Profile) -> float:
    sea = profile.zones != Zone.INLAND
    if sea.all():
        return profile.length_km
    halves = np.diff(profile.distances_km) / 2
    sections = np.zeros_like(profile.distances_km)
    sections[:-1] += halves
    sections[1:] += halves
    return float(sections[sea].sum())


def _clearance_deg(profile: Profile, height_m: float, within_km: float) -> float:
    """Give the elevation of the line that just clears the ground so far ahead, as over a flat earth."""
    ahead = profile.distances_km[1:]
    near = ahead <= within_km
    if not near.any():
        near[0] = True
    slopes = (profile.heights_m[1:][near] - profile.heights_m[0] - height_m) / (1000 * ahead[near])
    return math.degrees(math.atan(float(slopes.max())))
