"""The curves of P.1546-6 and how they are read between: distance, height, frequency, time (Annex 5, sections 2 to 8).

Field strengths in dB(uV/m) for 1 kW e.r.p., frequencies in MHz, distances in km, heights in m.
"""

import math
from enum import IntEnum
from functools import lru_cache

import numpy as np

from data.coefficients import coefficients
from registries.spectrum.propagation.normal import q_inverse
from registries.spectrum.propagation.profiles import Floats

FREQUENCIES_MHZ = (100.0, 600.0, 2000.0)
TIMES_PERCENT = (1.0, 10.0, 50.0)
HEIGHTS_M = (10.0, 20.0, 37.5, 75.0, 150.0, 300.0, 600.0, 1200.0)
WEDGE = (1.35, 3.31, 6.0)
"""K_nu of section 4.3 at the three frequencies of the curves."""
LEAST_SEA_HEIGHT_M = 3.0
OVER_SEA_ALIKE = 1
"""Code of the curves for half of the time, over cold and warm sea alike."""


class Surface(IntEnum):
    """What a family of curves runs over; the first index of `curves` after the frequency."""

    LAND = 0
    COLD_SEA = 1
    WARM_SEA = 2


@lru_cache(maxsize=1)
def curves() -> tuple[Floats, Floats]:
    """Give the distances, and the tabulated values by frequency, surface, time, distance and height."""
    held = coefficients("p1546_curves")
    distances = np.array(sorted(set(held["distance_km"])))
    heights = np.array([held[name] for name in ("h10", "h20", "h37_5", "h75", "h150", "h300", "h600", "h1200")]).T
    table = np.full((3, 3, 3, len(distances), len(HEIGHTS_M)), np.nan)
    keys = zip(held["frequency_mhz"], held["path"], held["time_percent"], held["distance_km"], strict=True)
    for row, (frequency, path, time, distance) in enumerate(keys):
        place = FREQUENCIES_MHZ.index(frequency), TIMES_PERCENT.index(time), int(np.searchsorted(distances, distance))
        surfaces = {0: (0,), OVER_SEA_ALIKE: (1, 2)}.get(int(path), (int(path) - 1,))
        for surface in surfaces:
            table[place[0], surface, place[1], place[2]] = heights[row]
    return distances, table


def greatest_field(distance_km: float, time_percent: float, sea_share: float) -> float:
    """Give the field strength that is never exceeded (section 2; of mixed paths, equation 42)."""
    over_sea = 2.38 * (1 - math.exp(-distance_km / 8.94)) * math.log10(50 / time_percent)
    return 106.9 - 20 * math.log10(distance_km) + sea_share * over_sea


def clear_distance_km(frequency_mhz: float, h1_m: float, h2_m: float) -> float:
    """Give the longest path with 0.6 of the first Fresnel zone free over a smooth earth (section 18)."""
    height = max(h1_m, 0.0)
    by_frequency = 0.0000389 * frequency_mhz * height * h2_m
    by_horizon = 4.1 * (math.sqrt(height) + math.sqrt(h2_m))
    return max(0.001, by_frequency * by_horizon / (by_frequency + by_horizon))


def knife_edge_db(nu: float) -> float:
    """Give the loss at a knife edge, J(nu); none below -0.7806."""
    return 6.9 + 20 * math.log10(math.sqrt((nu - 0.1) ** 2 + 1) + nu - 0.1) if nu > -0.7806 else 0.0


class Curves:
    """The curves of one surface at one distance and height, with the greatest field strength that holds there.

    `clearance_deg` is the angle over the terrain before the transmitting antenna where case a) of section 4.3 is wanted
    for antennas below the ground around them, else nothing.
    """

    def __init__(
        self,
        surface: Surface,
        distance_km: float,
        h1_m: float,
        time_percent: float,
        greatest: float,
        clearance_deg: float | None = None,
    ) -> None:
        self.surface, self.distance, self.time, self.greatest = surface, distance_km, time_percent, greatest
        self.h1 = h1_m if surface == Surface.LAND else max(h1_m, LEAST_SEA_HEIGHT_M)
        self.clearance = clearance_deg

    def field(self, frequency_mhz: float) -> float:
        """Give the field strength exceeded in the share of time (section 7)."""
        low = 0 if self.time <= TIMES_PERCENT[1] else 1
        q, q_low, q_high = (q_inverse(t / 100) for t in (self.time, *TIMES_PERCENT[low : low + 2]))
        high_share = (q_low - q) / (q_low - q_high)
        field = self._at_time(low, frequency_mhz) * (1 - high_share)
        return field if high_share == 0 else field + self._at_time(low + 1, frequency_mhz) * high_share

    def _at_time(self, time: int, f: float) -> float:
        clear_600 = clear_distance_km(600, self.h1, 10)
        if self.surface == Surface.LAND or f >= FREQUENCIES_MHZ[0] or self.distance >= clear_600:
            return self._at_frequency(time, f, self.distance)
        clear = clear_distance_km(f, self.h1, 10)
        if self.distance <= clear:
            return greatest_field(self.distance, self.time, 1.0)
        near, far = greatest_field(clear, self.time, 1.0), self._at_frequency(time, f, clear_600)
        return near + (far - near) * math.log10(self.distance / clear) / math.log10(clear_600 / clear)

    def _at_frequency(self, time: int, f: float, distance: float) -> float:
        """Read between two frequencies, or beyond them (section 6)."""
        low = 0 if f <= FREQUENCIES_MHZ[1] else 1
        fields = [self._at_height(number, time, distance) for number in (low, low + 1)]
        f_low, f_high = FREQUENCIES_MHZ[low : low + 2]
        field = fields[0] + (fields[1] - fields[0]) * math.log10(f / f_low) / math.log10(f_high / f_low)
        return min(field, self.greatest) if f > FREQUENCIES_MHZ[-1] else field

    def _at_height(self, number: int, time: int, distance: float) -> float:
        """Read between two heights (section 4.1), or below 10 m (sections 4.2, 4.3)."""
        h1 = self.h1
        if h1 >= HEIGHTS_M[0]:
            low = _below(HEIGHTS_M, h1)
            fields = [self._at_distance(number, time, height, distance) for height in (low, low + 1)]
            share = math.log10(h1 / HEIGHTS_M[low]) / math.log10(HEIGHTS_M[low + 1] / HEIGHTS_M[low])
            return min(fields[0] + (fields[1] - fields[0]) * share, self.greatest)
        at_10, at_20 = (self._at_distance(number, time, height, distance) for height in (0, 1))
        at_0 = at_10 + 0.5 * (at_10 - at_20 + wedge_db(number, -10.0))
        if self.surface == Surface.LAND:
            return at_0 + (self._buried_db(number) if h1 < 0 else 0.1 * h1 * (at_10 - at_0))
        share = math.log10(h1 / 10) / math.log10(2)
        clear = clear_distance_km(FREQUENCIES_MHZ[number], h1, 10)
        clear_20 = clear_distance_km(FREQUENCIES_MHZ[number], 20, 10)
        if distance <= clear:
            return self.greatest
        if distance < clear_20:
            far_10, far_20 = (self._at_distance(number, time, height, clear_20) for height in (0, 1))
            near, far = greatest_field(clear, self.time, 1.0), far_10 + (far_20 - far_10) * share
            return near + (far - near) * math.log10(distance / clear) / math.log10(clear_20 / clear)
        beyond = (distance - clear_20) / distance
        return (at_10 + (at_20 - at_10) * share) * (1 - beyond) + (at_0 + 0.1 * h1 * (at_10 - at_0)) * beyond

    def _buried_db(self, number: int) -> float:
        if self.clearance is None:
            return wedge_db(number, self.h1)
        return clearance_db(FREQUENCIES_MHZ[number], self.clearance)

    def _at_distance(self, number: int, time: int, height: int, distance: float) -> float:
        """Read between two distances (section 5)."""
        distances, table = curves()
        low = _below(distances, distance)
        near, far = (float(table[number, self.surface, time, place, height]) for place in (low, low + 1))
        share = math.log10(distance / distances[low]) / math.log10(distances[low + 1] / distances[low])
        return near + (far - near) * share


def wedge_db(number: int, h1_m: float) -> float:
    """Give the correction for an antenna below the ground, an edge 9 km away (section 4.3, case b)."""
    return 6.03 - knife_edge_db(WEDGE[number] * math.degrees(math.atan(-h1_m / 9000)))


def clearance_db(frequency_mhz: float, clearance_deg: float) -> float:
    """Give the correction for a terrain clearance angle, held to 0.55 to 40 degrees (section 11)."""
    root = math.sqrt(frequency_mhz)
    angle = min(max(clearance_deg, 0.55), 40.0)
    return knife_edge_db(0.036 * root) - knife_edge_db(0.065 * angle * root)


def joined_surfaces(land: float, sea: float, sea_share: float) -> float:
    """Give the field strength of a mixed path (section 8)."""
    weight = math.pow(1 - math.pow(1 - sea_share, 2 / 3), max(1.0, 1 + (sea - land) / 40))
    return (1 - weight) * land + weight * sea


def _below(values: tuple[float, ...] | Floats, value: float) -> int:
    """Give the place of the last value not above, so that another follows it."""
    return min(max(int(np.searchsorted(values, value, side="right")) - 1, 0), len(values) - 2)
