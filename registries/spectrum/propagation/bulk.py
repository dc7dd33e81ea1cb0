"""Many links at once: columns in, losses out, on as many threads as are asked for."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np

from data.coefficients import coefficients
from registries.spectrum.propagation.itm import ItmLink
from registries.spectrum.propagation.p452 import P452Link
from registries.spectrum.propagation.p1546 import P1546Link
from registries.spectrum.propagation.p1546_curves import HEIGHTS_M, curves
from registries.spectrum.propagation.p1812 import P1812Link
from registries.spectrum.propagation.profiles import Floats, Profiles

SHARE = 2048
"""Links that a thread takes at a time."""


def p452_links(links: Sequence[P452Link]) -> Floats:
    """Lay links out for `p452_losses`, after the checks of each."""
    return np.array(
        [
            [
                one.frequency_ghz,
                one.time_percent,
                one.tx_height_m,
                one.rx_height_m,
                one.centre_latitude_deg,
                one.delta_n,
                one.n0,
                float(one.vertical),
                one.tx_coast_km,
                one.rx_coast_km,
                one.tx_gain_dbi,
                one.rx_gain_dbi,
                one.pressure_hpa,
                one.temperature_c,
            ]
            for one in links
        ],
        np.float64,
    ).reshape(len(links), 14)


def p1812_links(links: Sequence[P1812Link]) -> Floats:
    """Lay links out for `p1812_losses`."""
    return np.array(
        [
            [
                one.frequency_ghz,
                one.time_percent,
                one.tx_height_m,
                one.rx_height_m,
                one.centre_latitude_deg,
                one.delta_n,
                one.n0,
                float(one.vertical),
                one.tx_coast_km,
                one.rx_coast_km,
                one.location_percent,
                one.location_sigma_db,
                0.0,
                0.0,
            ]
            for one in links
        ],
        np.float64,
    ).reshape(len(links), 14)


def p452_losses(profiles: Profiles, links: Floats, threads: int = 1) -> Floats:
    """Give the losses by P.452; row i of `links` (`p452_links`) runs over profile i; no range is checked."""
    return _clear_air(0, profiles, links, threads)


def p1812_losses(profiles: Profiles, links: Floats, threads: int = 1) -> Floats:
    """Give the losses by P.1812; row i of `links` (`p1812_links`) runs over profile i; no range is checked."""
    return _clear_air(1, profiles, links, threads)


def itm_links(links: Sequence[ItmLink]) -> Floats:
    """Lay links out for `itm_losses`."""
    return np.array(
        [
            [
                one.frequency_mhz,
                one.tx_height_m,
                one.rx_height_m,
                one.n0,
                one.climate,
                float(one.vertical),
                one.permittivity,
                one.conductivity_s_m,
                one.variability,
                one.time_percent,
                one.location_percent,
                one.situation_percent,
            ]
            for one in links
        ],
        np.float64,
    ).reshape(len(links), 12)


def itm_losses(profiles: Profiles, links: Floats, threads: int = 1) -> Floats:
    """Give the loss of each link by ITM; row i of `links` (`itm_links`) runs over profile i, whose steps are equal."""
    from registries.spectrum.propagation.kernels.itm import itm

    climates = _climates()
    losses = np.empty(len(links))

    def work(first: int, last: int) -> None:
        offsets = profiles.offsets[first : last + 1]
        itm(profiles.distances_km, profiles.heights_m, offsets, links[first:last], climates, losses[first:last])

    over_threads(work, len(links), threads)
    return losses


def p1546_links(links: Sequence[P1546Link]) -> Floats:
    """Lay links out for `p1546_fields` and `p1546_losses`."""
    return np.array(
        [
            [
                one.frequency_mhz,
                one.time_percent,
                one.tx_height_m,
                one.rx_height_m,
                one.rx_area,
                one.location_percent,
                one.area_width_m,
                float(one.warm_sea),
                float(one.terrain_below_ground),
            ]
            for one in links
        ],
        np.float64,
    ).reshape(len(links), 9)


def p1546_fields(profiles: Profiles, links: Floats, threads: int = 1) -> Floats:
    """Give the field strengths by P.1546 (dBuV/m for 1 kW e.r.p.); row i of `links` (`p1546_links`) is over profile i.

    No range is checked; effective heights above 3000 m are taken as 3000 m.
    """
    from registries.spectrum.propagation.kernels.p1546 import p1546

    distances, table = curves()
    logs, heights = np.log10(distances), np.array(HEIGHTS_M)
    fields = np.empty(len(links))

    def work(first: int, last: int) -> None:
        p1546(
            profiles.distances_km,
            profiles.heights_m,
            profiles.clutter_m,
            profiles.zones,
            profiles.offsets[first : last + 1],
            links[first:last],
            table,
            logs,
            heights,
            fields[first:last],
        )

    over_threads(work, len(links), threads)
    return fields


def p1546_losses(profiles: Profiles, links: Floats, threads: int = 1) -> Floats:
    """Give the basic transmission losses by P.1546, as `p1546_fields` does the field strengths."""
    losses: Floats = 139.3 + 20 * np.log10(links[:, 0]) - p1546_fields(profiles, links, threads)
    return losses


def _clear_air(model: int, profiles: Profiles, links: Floats, threads: int) -> Floats:
    from registries.spectrum.propagation.kernels.clear_air import clear_air

    oxygen, water = _lines()
    losses = np.empty(len(links))

    def work(first: int, last: int) -> None:
        clear_air(
            model,
            profiles.distances_km,
            profiles.heights_m,
            profiles.clutter_m,
            profiles.zones,
            profiles.offsets[first : last + 1],
            links[first:last],
            oxygen,
            water,
            losses[first:last],
        )

    over_threads(work, len(links), threads)
    return losses


def over_threads(work: Callable[[int, int], Any], count: int, threads: int) -> None:
    """Do the work on shares of the numbers 0 to count, on this many threads."""
    shares = [(first, min(first + SHARE, count)) for first in range(0, count, SHARE)]
    if threads == 1 or len(shares) < 2:
        for first, last in shares:
            work(first, last)
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, *share) for share in shares]:
            done.result()


@lru_cache(maxsize=1)
def _lines() -> tuple[Floats, Floats]:
    """Give the spectral lines of oxygen and of water vapour, one a row."""
    oxygen, water = (
        np.ascontiguousarray(np.array(list(coefficients(name).values())).T)
        for name in ("p676_oxygen_lines", "p676_water_lines")
    )
    return oxygen, water


@lru_cache(maxsize=1)
def _climates() -> Floats:
    return np.ascontiguousarray(np.array(list(coefficients("itm_climates").values())).T)
