"""Diffraction: knife edge, Bullington, smooth spherical earth and delta-Bullington (ITU-R P.526-15).

P.452-18 (section 4.2) and P.1812-7 (section 4.3) print the same formulas. Distances in km, heights in m,
frequencies in GHz; a profile is `d` (distance) and `g` (height above sea level, with clutter), whose first and last
points are the terminals.
"""

import math

import numpy as np
import numpy.typing as npt

from registries.spectrum.propagation.free_space import wavelength_m

Floats = npt.NDArray[np.float64]
LAND, SEA = (22.0, 0.003), (80.0, 5.0)
"""Relative permittivity and conductivity in S/m."""


def knife_edge_loss_db(nu: float) -> float:
    """Give J(nu) of one knife edge (P.526-15, equation 31); 0 at or below -0.78."""
    if nu <= -0.78:
        return 0.0
    return 6.9 + 20 * math.log10(math.sqrt((nu - 0.1) ** 2 + 1) + nu - 0.1)


def bullington_loss_db(d: Floats, g: Floats, tx_m: float, rx_m: float, earth_radius_km: float, wave_m: float) -> float:
    """Give the loss of the Bullington construction between antennas at tx_m and rx_m above sea level."""
    length = float(d[-1])
    inner, ground = d[1:-1], g[1:-1]
    bulge = 500 / earth_radius_km * inner * (length - inner)
    steepest = float(np.max((ground + bulge - tx_m) / inner))
    direct = (rx_m - tx_m) / length
    if steepest < direct:
        line = (tx_m * (length - inner) + rx_m * inner) / length
        nu = float(np.max((ground + bulge - line) * np.sqrt(0.002 * length / (wave_m * inner * (length - inner)))))
    else:
        back = float(np.max((ground + bulge - rx_m) / (length - inner)))
        at = (rx_m - tx_m + back * length) / (steepest + back)
        rise = tx_m + steepest * at - (tx_m * (length - at) + rx_m * at) / length
        nu = rise * math.sqrt(0.002 * length / (wave_m * at * (length - at)))
    edge = knife_edge_loss_db(nu)
    return edge + (1 - math.exp(-edge / 6)) * (10 + 0.02 * length)


def spherical_earth_loss_db(
    length_km: float,
    tx_m: float,
    rx_m: float,
    earth_radius_km: float,
    frequency_ghz: float,
    sea_share: float,
    *,
    vertical: bool,
) -> float:
    """Give the loss over a smooth earth beyond free space; tx_m, rx_m are heights above it (P.526-15, section 3.2)."""

    def first_term(radius_km: float) -> float:
        return first_term_loss_db(length_km, tx_m, rx_m, radius_km, frequency_ghz, sea_share, vertical=vertical)

    if length_km >= math.sqrt(2 * earth_radius_km) * (math.sqrt(0.001 * tx_m) + math.sqrt(0.001 * rx_m)):
        return first_term(earth_radius_km)
    c = (tx_m - rx_m) / (tx_m + rx_m)
    m = 250 * length_km**2 / (earth_radius_km * (tx_m + rx_m))
    angle = math.pi / 3 + math.acos(3 * c / 2 * math.sqrt(3 * m / (m + 1) ** 3)) / 3
    b = 2 * math.sqrt((m + 1) / (3 * m)) * math.cos(angle)
    near = length_km / 2 * (1 + b)
    far = length_km - near
    clearance = (
        (tx_m - 500 * near**2 / earth_radius_km) * far + (rx_m - 500 * far**2 / earth_radius_km) * near
    ) / length_km
    required = 17.456 * math.sqrt(near * far * wavelength_m(frequency_ghz) / length_km)
    if clearance > required:
        return 0.0
    touching = 500 * (length_km / (math.sqrt(tx_m) + math.sqrt(rx_m))) ** 2
    loss = first_term(touching)
    return 0.0 if loss < 0 else (1 - clearance / required) * loss


def first_term_loss_db(
    length_km: float,
    tx_m: float,
    rx_m: float,
    earth_radius_km: float,
    frequency_ghz: float,
    sea_share: float,
    *,
    vertical: bool,
) -> float:
    """Give the first term of the residue series, land and sea weighted by their shares of the path."""
    loss = 0.0
    for share, (permittivity, conductivity) in ((sea_share, SEA), (1 - sea_share, LAND)):
        if share > 0:
            k = _admittance(earth_radius_km, frequency_ghz, permittivity, conductivity, vertical=vertical)
            loss += share * _first_term(length_km, tx_m, rx_m, earth_radius_km, frequency_ghz, k)
    return loss


def _admittance(a_km: float, f: float, permittivity: float, conductivity: float, *, vertical: bool) -> float:
    lossy = 18 * conductivity / f
    k = 0.036 * math.pow(a_km * f, -1 / 3) * math.pow((permittivity - 1) ** 2 + lossy**2, -0.25)
    return k * math.sqrt(permittivity**2 + lossy**2) if vertical else k


def _first_term(d: float, tx_m: float, rx_m: float, a_km: float, f: float, k: float) -> float:
    beta = (1 + 1.6 * k**2 + 0.67 * k**4) / (1 + 4.5 * k**2 + 1.53 * k**4)
    x = 21.88 * beta * math.pow(f / a_km**2, 1 / 3) * d
    y = 0.9575 * beta * math.pow(f**2 / a_km, 1 / 3)
    over_distance = (
        11 + 10 * math.log10(x) - 17.6 * x if x >= 1.6 else -20 * math.log10(x) - 5.6488 * math.pow(x, 1.425)
    )
    return -over_distance - _height_gain(y * tx_m, beta, k) - _height_gain(y * rx_m, beta, k)


def _height_gain(y: float, beta: float, k: float) -> float:
    b = beta * y
    gain = 17.6 * math.sqrt(b - 1.1) - 5 * math.log10(b - 1.1) - 8 if b > 2 else 20 * math.log10(b + 0.1 * b**3)
    return max(gain, 2 + 20 * math.log10(k))


def delta_bullington_loss_db(
    d: Floats,
    g: Floats,
    tx_m: float,
    rx_m: float,
    smooth_tx_m: float,
    smooth_rx_m: float,
    earth_radius_km: float,
    frequency_ghz: float,
    sea_share: float,
    *,
    vertical: bool,
) -> float:
    """Give the diffraction loss of a general path (P.526-15, section 4.5.3).

    tx_m and rx_m are the antennas, smooth_tx_m and smooth_rx_m the smooth surface below them, all above sea level.
    """
    wave_m = wavelength_m(frequency_ghz)
    tx_smooth, rx_smooth = tx_m - smooth_tx_m, rx_m - smooth_rx_m
    actual = bullington_loss_db(d, g, tx_m, rx_m, earth_radius_km, wave_m)
    smooth = bullington_loss_db(d, np.zeros_like(g), tx_smooth, rx_smooth, earth_radius_km, wave_m)
    spherical = spherical_earth_loss_db(
        float(d[-1]), tx_smooth, rx_smooth, earth_radius_km, frequency_ghz, sea_share, vertical=vertical
    )
    return actual + max(spherical - smooth, 0.0)
