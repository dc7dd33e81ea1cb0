"""What P.452-18 (Attachment 2 to Annex 1) and P.1812-7 (Attachment 1 to Annex 1) read off a path profile."""

import math
from dataclasses import dataclass

import numpy as np

from registries.spectrum.propagation.free_space import wavelength_m
from registries.spectrum.propagation.geodesy import EARTH_RADIUS_KM
from registries.spectrum.propagation.profiles import Floats, Profile, Zone

EARTH_RADIUS_BETA0_KM = 3 * EARTH_RADIUS_KM


@dataclass(frozen=True, slots=True)
class Climate:
    """Shares of sea and land along a path, and how often ducts form over it."""

    sea_share: float
    longest_land_km: float
    longest_inland_km: float
    beta0_percent: float


@dataclass(frozen=True, slots=True)
class PathGeometry:
    """Horizons, smooth surfaces and roughness of a path; heights in m, distances in km, angles in mrad."""

    tx_m: float
    rx_m: float
    tx_horizon_mrad: float
    rx_horizon_mrad: float
    tx_horizon_km: float
    rx_horizon_km: float
    angle_mrad: float
    line_of_sight: bool
    smooth_tx_m: float
    smooth_rx_m: float
    tx_effective_m: float
    rx_effective_m: float
    roughness_m: float


def effective_earth_radius_km(delta_n: float) -> float:
    """Give the median effective radius; delta_n is the refractivity lapse rate in N-units/km, positive."""
    return EARTH_RADIUS_KM * 157 / (157 - delta_n)


def climate(profile: Profile, centre_latitude_deg: float) -> Climate:
    """Weigh the zones of a profile: each point stands for half of the section on either side of it."""
    sections = np.zeros_like(profile.distances_km)
    halves = np.diff(profile.distances_km) / 2
    sections[:-1] += halves
    sections[1:] += halves
    sea = profile.zones == Zone.SEA
    land = _longest(sections, ~sea)
    inland = _longest(sections, profile.zones == Zone.INLAND)
    share = 1.0 if sea.all() else float(sections[sea].sum()) / profile.length_km
    return Climate(share, land, inland, beta0_percent(centre_latitude_deg, land, inland))


def _longest(sections: Floats, kept: np.typing.NDArray[np.bool_]) -> float:
    longest = run = 0.0
    for length, in_run in zip(sections, kept, strict=True):
        run = run + float(length) if in_run else 0.0
        longest = max(longest, run)
    return longest


def beta0_percent(latitude_deg: float, longest_land_km: float, longest_inland_km: float) -> float:
    """Give the share of time (%) with lapse rates above 100 N-units/km in the lowest 100 m."""
    latitude = abs(latitude_deg)
    tau = ducting_tau(longest_inland_km)
    mu1 = min((10 ** (-longest_land_km / (16 - 6.6 * tau)) + 10 ** (-5 * (0.496 + 0.354 * tau))) ** 0.2, 1.0)
    if latitude <= 70:
        return float(10 ** (-0.015 * latitude + 1.67) * mu1 * mu1 ** (-0.935 + 0.0176 * latitude))
    return float(4.17 * mu1 * mu1**0.3)


def ducting_tau(longest_inland_km: float) -> float:
    """Give tau of the ducting model."""
    return 1 - math.exp(-4.12e-4 * longest_inland_km**2.41)


def path_geometry(
    profile: Profile, tx_height_m: float, rx_height_m: float, earth_radius_km: float, frequency_ghz: float
) -> PathGeometry:
    """Read the geometry off a profile; antenna heights are above ground, clutter is not looked at."""
    d, h, length = profile.distances_km, profile.heights_m, profile.length_km
    tx, rx = float(h[0]) + tx_height_m, float(h[-1]) + rx_height_m
    inner, ground = d[1:-1], h[1:-1]

    angles = _elevation(tx, ground, inner, earth_radius_km)
    direct = float(_elevation(tx, np.array([rx]), np.array([length]), earth_radius_km)[0])
    line_of_sight = float(angles.max()) <= direct
    if line_of_sight:
        line = (tx * (length - inner) + rx * inner) / length
        bulge = 500 / earth_radius_km * inner * (length - inner)
        scale = np.sqrt(0.002 * length / (wavelength_m(frequency_ghz) * inner * (length - inner)))
        tx_index = rx_index = 1 + int(np.argmax((ground + bulge - line) * scale))
        tx_angle = direct
        rx_angle = float(_elevation(rx, np.array([tx]), np.array([length]), earth_radius_km)[0])
    else:
        tx_index, tx_angle = 1 + int(np.argmax(angles)), float(angles.max())
        backward = _elevation(rx, ground, length - inner, earth_radius_km)
        rx_index, rx_angle = 1 + int(np.argmax(backward)), float(backward.max())

    surface_tx, surface_rx = _smooth_surface(d, h)
    smooth_tx, smooth_rx = _smooth_for_diffraction(d, h, tx, rx, surface_tx, surface_rx)
    surface_tx, surface_rx = min(surface_tx, float(h[0])), min(surface_rx, float(h[-1]))
    between = slice(tx_index, rx_index + 1)
    surface = surface_tx + (surface_rx - surface_tx) / length * d[between]
    return PathGeometry(
        tx_m=tx,
        rx_m=rx,
        tx_horizon_mrad=tx_angle,
        rx_horizon_mrad=rx_angle,
        tx_horizon_km=float(d[tx_index]),
        rx_horizon_km=length - float(d[rx_index]),
        angle_mrad=1000 * length / earth_radius_km + tx_angle + rx_angle,
        line_of_sight=line_of_sight,
        smooth_tx_m=smooth_tx,
        smooth_rx_m=smooth_rx,
        tx_effective_m=tx - surface_tx,
        rx_effective_m=rx - surface_rx,
        roughness_m=float(np.max(h[between] - surface)),
    )


def _elevation(from_m: float, to_m: Floats, distance_km: Floats, earth_radius_km: float) -> Floats:
    angles: Floats = 1000 * np.arctan((to_m - from_m) / (1000 * distance_km) - distance_km / (2 * earth_radius_km))
    return angles


def _smooth_surface(d: Floats, h: Floats) -> tuple[float, float]:
    """Give both ends of the straight line that fits the ground best."""
    steps, length = np.diff(d), float(d[-1])
    v1 = float(np.sum(steps * (h[1:] + h[:-1])))
    v2 = float(np.sum(steps * (h[1:] * (2 * d[1:] + d[:-1]) + h[:-1] * (d[1:] + 2 * d[:-1]))))
    return (2 * v1 * length - v2) / length**2, (v2 - v1 * length) / length**2


def _smooth_for_diffraction(
    d: Floats, h: Floats, tx: float, rx: float, surface_tx: float, surface_rx: float
) -> tuple[float, float]:
    inner, length = d[1:-1], float(d[-1])
    above = h[1:-1] - (tx * (length - inner) + rx * inner) / length
    highest = float(above.max())
    if highest > 0:
        forward, backward = float((above / inner).max()), float((above / (length - inner)).max())
        surface_tx -= highest * forward / (forward + backward)
        surface_rx -= highest * backward / (forward + backward)
    return min(surface_tx, float(h[0])), min(surface_rx, float(h[-1]))
