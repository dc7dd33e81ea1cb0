"""Profiles and links for laws."""

import numpy as np
from hypothesis import strategies as st

from registries.spectrum.propagation.itm import ItmLink
from registries.spectrum.propagation.p452 import P452Link
from registries.spectrum.propagation.p1546 import P1546Link
from registries.spectrum.propagation.p1812 import P1812Link
from registries.spectrum.propagation.profiles import Profile

HEIGHTS_M = st.floats(1, 300)


@st.composite
def profiles(draw: st.DrawFn, *, even: bool = False) -> Profile:
    """Rough or flat ground, even or uneven steps, clutter and zones in runs."""
    points = draw(st.integers(3, 80))
    noise = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    length = draw(st.floats(0.3, 400))
    steps = np.ones(points - 1) if even or draw(st.booleans()) else noise.uniform(0.2, 1, points - 1)
    distances = np.concatenate([[0.0], np.cumsum(steps)]) * (length / steps.sum())
    heights = 50 + np.cumsum(noise.normal(0, draw(st.sampled_from([0.0, 0.5, 20.0])), points))
    clutter = noise.choice(draw(st.sampled_from([[0.0], [0.0, 10.0, 20.0]])), points)
    zones = np.repeat(noise.choice(draw(st.sampled_from([[4], [1], [1, 3, 4]])), points), 7)[:points]
    return Profile.of(distances, heights, clutter, zones)


_COMMON = {
    "tx_height_m": HEIGHTS_M,
    "rx_height_m": HEIGHTS_M,
    "centre_latitude_deg": st.floats(-90, 90),
    "delta_n": st.floats(20, 90),
    "n0": st.floats(280, 390),
    "vertical": st.booleans(),
    "tx_coast_km": st.sampled_from([0.0, 2.0, 500.0]),
    "rx_coast_km": st.sampled_from([0.0, 3.0, 500.0]),
}
P452_LINKS = st.builds(
    P452Link,
    frequency_ghz=st.floats(0.1, 50),
    time_percent=st.sampled_from([0.001, 0.1, 2.0, 20.0, 49.9, 50.0]),
    tx_gain_dbi=st.floats(-10, 40),
    rx_gain_dbi=st.floats(-10, 40),
    pressure_hpa=st.floats(900, 1030),
    temperature_c=st.sampled_from([-20.0, 15.0, 40.0]),
    **_COMMON,
)
P1812_LINKS = st.builds(
    P1812Link,
    frequency_ghz=st.floats(0.03, 6),
    time_percent=st.sampled_from([1.0, 2.0, 20.0, 49.9, 50.0]),
    location_percent=st.floats(1, 99),
    location_sigma_db=st.floats(0, 8),
    **_COMMON,
)
ITM_LINKS = st.builds(
    ItmLink,
    frequency_mhz=st.floats(20, 20_000),
    tx_height_m=HEIGHTS_M,
    rx_height_m=HEIGHTS_M,
    n0=st.floats(250, 400),
    climate=st.integers(1, 7),
    vertical=st.booleans(),
    permittivity=st.floats(4, 81),
    conductivity_s_m=st.floats(0.001, 5),
    variability=st.sampled_from([0, 1, 2, 3, 10, 11, 12, 13, 21, 33]),
    time_percent=st.floats(1, 99),
    location_percent=st.floats(1, 99),
    situation_percent=st.floats(1, 99),
)
P1546_LINKS = st.builds(
    P1546Link,
    frequency_mhz=st.one_of(st.sampled_from([30.0, 100.0, 600.0, 2000.0, 4000.0]), st.floats(30, 4000)),
    time_percent=st.sampled_from([1.0, 2.0, 10.0, 20.0, 50.0]),
    tx_height_m=st.one_of(st.floats(1, 20), st.floats(1, 2000)),
    rx_height_m=st.floats(3, 100),
    rx_area=st.integers(1, 5),
    location_percent=st.sampled_from([1.0, 50.0, 95.0]),
    area_width_m=st.floats(50, 1000),
    warm_sea=st.booleans(),
    terrain_below_ground=st.booleans(),
)
