"""P.1546: laws of its method, cases of its clauses, and what it refuses."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registries.spectrum.errors import OutOfRange
from registries.spectrum.propagation.p1546 import (
    REPRESENTATIVE_CLUTTER_M,
    Area,
    P1546Link,
    designated,
    effective_height_m,
    mean_ground_m,
    p1546,
)
from registries.spectrum.propagation.p1546_curves import (
    FREQUENCIES_MHZ,
    HEIGHTS_M,
    TIMES_PERCENT,
    Curves,
    Surface,
    clear_distance_km,
    clearance_db,
    curves,
    greatest_field,
    wedge_db,
)
from registries.spectrum.propagation.profiles import Profile, Zone
from tests.registries.spectrum.drawn import P1546_LINKS, profiles

FLAT = Profile.of(np.linspace(0, 50, 101), np.zeros(101))
LINK = P1546Link(600, 50, 150, 10)


def test_the_curves_are_whole_and_fall_with_distance_and_rise_with_height() -> None:
    distances, table = curves()
    assert (distances[0], distances[-1], len(distances)) == (1, 1000, 78)
    assert np.isfinite(table).all()
    assert (np.diff(table, axis=3) < 0).all()
    assert (np.diff(table, axis=4) >= 0).all()
    assert (np.diff(table, axis=2) <= 1e-9).all()


def test_no_tabulated_value_is_above_the_greatest_field() -> None:
    distances, table = curves()
    for surface in Surface:
        for time, percent in enumerate(TIMES_PERCENT):
            greatest = np.array([greatest_field(d, percent, float(surface > 0)) for d in distances])
            assert (table[:, surface, time] <= greatest[:, None] + 1e-3).all()


def test_the_curves_are_smooth_so_that_no_cell_is_miswritten() -> None:
    distances, table = curves()
    log = np.log10(distances)
    for place in range(2, len(distances) - 2):
        near = [place - 2, place - 1, place + 1, place + 2]
        weights = [
            np.prod([(log[place] - log[other]) / (log[one] - log[other]) for other in near if other != one])
            for one in near
        ]
        cubic = np.tensordot(table[:, :, :, near], weights, axes=([3], [0]))
        assert np.abs(cubic - table[:, :, :, place]).max() < 0.41


@pytest.mark.parametrize("surface", Surface)
@pytest.mark.parametrize("time", range(3))
@pytest.mark.parametrize("number", range(3))
def test_at_a_tabulated_place_the_tabulated_value_is_read(number: int, time: int, surface: Surface) -> None:
    distances, table = curves()
    for place, height in ((0, 0), (19, 3), (40, 7), (77, 2)):
        read = Curves(surface, float(distances[place]), HEIGHTS_M[height], TIMES_PERCENT[time], 200.0)
        assert read.field(FREQUENCIES_MHZ[number]) == pytest.approx(
            table[number, surface, time, place, height], abs=1e-9
        )


@settings(deadline=None)
@given(profiles(), P1546_LINKS)
def test_the_field_is_never_above_the_greatest_and_more_time_means_less_field(
    profile: Profile, link: P1546Link
) -> None:
    inside = replace(link, frequency_mhz=min(max(link.frequency_mhz, 100.0), 2000.0))
    seldom, often = (p1546(profile, replace(inside, time_percent=time)) for time in (1.0, 50.0))
    assert seldom.field_dbuv_m <= seldom.greatest_dbuv_m
    assert seldom.field_dbuv_m >= often.field_dbuv_m - 1e-9


@settings(deadline=None)
@given(profiles(), P1546_LINKS)
def test_more_locations_mean_less_field(profile: Profile, link: P1546Link) -> None:
    fields = [p1546(profile, replace(link, location_percent=share)).field_dbuv_m for share in (5.0, 50.0, 95.0)]
    assert fields == sorted(fields, reverse=True)


def test_height_is_that_over_the_ground_three_to_fifteen_km_ahead() -> None:
    d = np.linspace(0, 30, 61)
    ground = np.where((d >= 3) & (d <= 15), 40.0, 500.0)
    assert effective_height_m(Profile.of(d, ground), 60) == pytest.approx(500 + 60 - 40)
    short = Profile.of([0, 1, 2, 10], [100, 0, 10, 10])
    assert effective_height_m(short, 20) == pytest.approx(120 - 10)


def test_the_mean_of_a_coarse_profile_is_that_between_the_distances() -> None:
    d, h = np.array([0.0, 40.0, 80.0]), np.array([0.0, 400.0, 0.0])
    assert mean_ground_m(d, h, 3, 15) == pytest.approx(90)


def test_an_antenna_below_the_ground_loses_by_the_edge_or_by_the_terrain() -> None:
    d = np.linspace(0, 40, 81)
    hill = Profile.of(d, np.where((d > 2) & (d < 16), 200.0, 100.0))
    by_edge = p1546(hill, replace(LINK, tx_height_m=20))
    by_terrain = p1546(hill, replace(LINK, tx_height_m=20, terrain_below_ground=True))
    assert by_edge.effective_height_m < 0
    on_ground = Curves(Surface.LAND, 40.0, 0.0, 50, 200.0).field(600)
    assert by_edge.curves_dbuv_m == pytest.approx(on_ground + wedge_db(1, by_edge.effective_height_m))
    assert by_terrain.curves_dbuv_m == pytest.approx(on_ground + clearance_db(600, by_terrain.tx_clearance_deg))


def test_heights_around_0_and_10_m_meet() -> None:
    for h1 in (0.0, 10.0):
        fields = [Curves(Surface.LAND, 25.0, h1 + step, 50, 200.0).field(450) for step in (-1e-6, 1e-6)]
        assert fields[0] == pytest.approx(fields[1], abs=0.01)


def test_low_antennas_over_the_sea_follow_the_clear_path() -> None:
    sea = Curves(Surface.COLD_SEA, 0.0, 5.0, 10, 95.0)
    clear, clear_20 = clear_distance_km(600, 5, 10), clear_distance_km(600, 20, 10)
    fields = []
    for distance in (0.9 * clear, 1.001 * clear, 0.999 * clear_20, 1.001 * clear_20, 2 * clear_20):
        sea.distance, sea.greatest = distance, greatest_field(distance, 10, 1.0)
        fields.append(sea.field(600))
    assert fields[0] == pytest.approx(greatest_field(0.9 * clear, 10, 1.0))
    assert fields[1] == pytest.approx(greatest_field(clear, 10, 1.0), abs=0.05)
    assert fields[2] == pytest.approx(fields[3], abs=0.2)
    assert fields == sorted(fields, reverse=True)


def test_below_100_mhz_a_clear_path_over_the_sea_has_the_greatest_field() -> None:
    clear = clear_distance_km(40, 300, 10)
    assert Curves(Surface.COLD_SEA, 0.99 * clear, 300, 10, 120.0).field(40) == greatest_field(0.99 * clear, 10, 1.0)


def test_warm_sea_carries_farther_than_cold_and_both_farther_than_land() -> None:
    d = np.linspace(0, 200, 401)
    fields = [
        p1546(Profile.of(d, np.zeros(401), 0.0, zone), replace(LINK, time_percent=1, warm_sea=warm)).curves_dbuv_m
        for zone, warm in ((Zone.INLAND, False), (Zone.SEA, False), (Zone.SEA, True))
    ]
    assert fields == sorted(fields)
    mixed = Profile.of(d, np.zeros(401), 0.0, np.where(d < 100, int(Zone.SEA), int(Zone.INLAND)))
    assert fields[0] < p1546(mixed, replace(LINK, time_percent=1)).curves_dbuv_m < fields[1]


def test_short_paths_are_those_of_free_space_at_their_end() -> None:
    near = Profile.of([0, 0.01, 0.02], [0, 0, 0])
    told = p1546(near, replace(LINK, tx_height_m=10))
    assert told.field_dbuv_m == pytest.approx(106.9 - 20 * np.log10(0.02))


@settings(deadline=None)
@given(st.floats(2, 40), st.floats(2, 40), st.floats(0, 30), st.floats(0, 30))
def test_terminals_are_designated_alike_from_either_end(h1: float, h2: float, r1: float, r2: float) -> None:
    ground = np.linspace(10, 30, 101)
    clutter = np.zeros(101)
    clutter[0], clutter[-1] = r1, r2
    path = Profile.of(np.linspace(0, 50, 101), ground, clutter)
    link = P1546Link(600, 50, h1, h2, Area.URBAN, Area.RURAL)
    back = P1546Link(600, 50, h2, h1, Area.RURAL, Area.URBAN)
    if h1 != h2:
        assert designated(path, link)[1] == designated(path.turned(), back)[1]


def test_the_higher_of_two_below_the_clutter_sends() -> None:
    clutter = np.zeros(101)
    clutter[0] = clutter[-1] = REPRESENTATIVE_CLUTTER_M[Area.DENSE_URBAN]
    path = Profile.of(FLAT.distances_km, FLAT.heights_m, clutter)
    assert designated(path, replace(LINK, tx_height_m=5, rx_height_m=9))[1].tx_height_m == 9
    assert designated(path, replace(LINK, tx_height_m=30, rx_height_m=9))[1].tx_height_m == 30
    assert designated(path, replace(LINK, tx_height_m=5, rx_height_m=30))[1].tx_height_m == 30


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"frequency_mhz": 4001.0}, "frequency"),
        ({"time_percent": 0.9}, "share of time"),
        ({"rx_height_m": 2.0, "rx_area": 1}, "receiving antenna above ground"),
        ({"rx_area": 6}, "area around the receiver"),
        ({"location_percent": 99.5}, "share of locations"),
        ({"area_width_m": 20.0}, "width of the area"),
        ({"tx_height_m": float("nan")}, "transmitting antenna above ground"),
    ],
)
def test_values_outside_are_refused_by_name(change: dict[str, float], named: str) -> None:
    with pytest.raises(OutOfRange, match=named):
        p1546(FLAT, replace(LINK, **change))  # type: ignore[arg-type]


def test_a_height_above_the_ground_beyond_3000_m_is_refused() -> None:
    mountain = Profile.of(np.linspace(0, 50, 101), np.where(np.arange(101) == 0, 3500.0, 0.0))
    with pytest.raises(OutOfRange, match="effective height"):
        p1546(mountain, LINK)
