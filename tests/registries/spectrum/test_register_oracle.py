"""Random polygons, bands and days beside a raster: the register refuses exactly what the raster says is taken."""

from fractions import Fraction
from itertools import count, pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from shapely import Polygon

from registries.ledger import Box
from registries.ledger.errors import ClaimOverlaps
from registries.spectrum import areas, grid, register
from registries.spectrum.band_ranges import SPACE, Band
from registries.spectrum.licences import LicenceKind, licence_of
from registries.store import Ledger
from tests.registries.ledger.making import envelope
from tests.registries.spectrum.drawn_areas import CORNER_LATITUDE, CORNER_LONGITUDE, WIDE, polygons
from tests.registries.spectrum.register_world import ON, day, opened

DAYS = tuple(day(f"2027-01-{number:02d}") for number in range(1, 13))
CHANNELS = 6
CHANNEL_HZ = 200_000
_EXAMPLE = count()


@pytest.fixture
def world(ledger: Ledger) -> Ledger:
    opened(ledger, "1-30 GHz", name="wide")
    return ledger


def inside(polygon: Polygon, latitude: Fraction, longitude: Fraction) -> bool:
    """Tell by exact arithmetic whether a point is inside: edges to its west are counted, those that it lies on too."""
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise([(Fraction(x), Fraction(y)) for x, y in polygon.exterior.coords]):
        if (y1 <= latitude) != (y2 <= latitude):
            crossings += x1 + (latitude - y1) * (x2 - x1) / (y2 - y1) <= longitude
    return crossings % 2 == 1


def raster(polygon: Polygon) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Give the cells around the corner that a polygon holds, row by row."""
    step = Fraction(grid.STEP_DEG)
    half = step / 2
    return np.array(
        [
            [
                inside(
                    polygon,
                    Fraction(CORNER_LATITUDE) + row * step + half,
                    Fraction(CORNER_LONGITUDE) + column * step + half,
                )
                for column in range(WIDE)
            ]
            for row in range(WIDE)
        ]
    )


ATTEMPT = st.tuples(
    polygons(),
    st.tuples(st.integers(0, CHANNELS - 1), st.integers(1, 3)),
    st.tuples(st.integers(0, 10), st.integers(1, 6)),
)


def test_the_corner_of_the_raster_is_the_corner_of_a_cell() -> None:
    south, west, _, _ = grid.box(grid.cell_at(CORNER_LATITUDE + 1e-6, CORNER_LONGITUDE + 1e-6))
    assert (south, west) == (CORNER_LATITUDE, CORNER_LONGITUDE)


@given(attempts=st.lists(ATTEMPT, min_size=2, max_size=7))
@settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_is_taken_is_what_the_raster_says(
    world: Ledger, attempts: list[tuple[Polygon, tuple[int, int], tuple[int, int]]]
) -> None:
    example = next(_EXAMPLE)
    lowest_hz = 1_000_000_000 + example * CHANNELS * CHANNEL_HZ * 2
    taken = np.zeros((CHANNELS + 3, len(DAYS) + 6, WIDE, WIDE), dtype=bool)
    for number, (polygon, (channel, wide), (first_day, length)) in enumerate(attempts):
        cells, last_day = raster(polygon), min(first_day + length, len(DAYS) - 1)
        ranges = grid.polygon_ranges(polygon)
        assert grid.cell_count(ranges) == cells.sum()
        if not ranges:
            continue
        place = (slice(channel, channel + wide), slice(first_day, last_day))
        is_free = not (taken[place] & cells).any()
        first_hz = lowest_hz + channel * CHANNEL_HZ
        request = register.LicenceRequest(
            kind=LicenceKind.BAND,
            holder_id="ABC"[number % 3],
            stop_at=DAYS[last_day],
            bands=(Band(first_hz, first_hz + wide * CHANNEL_HZ - 1),),
            area=areas.ServiceArea(areas.AreaKind.POLYGON, "drawn", ranges, "{}"),
            licence_id=f"L{example}-{number}",
        )
        try:
            register.grant(world, request, envelope(legal_at=DAYS[first_day]), on=ON)
        except ClaimOverlaps:
            assert not is_free
        else:
            assert is_free
            taken[place] |= cells
            assert licence_of(world, request.licence_id).ranges == ranges
    _same_as_asked(world, taken, lowest_hz)


def _same_as_asked(ledger: Ledger, taken: np.ndarray, lowest_hz: int) -> None:
    """Hold the ledger's answer of one day and one row beside the raster."""
    step = grid.STEP_DEG
    for when, row in ((3, 7), (6, 15)):
        cells = [
            grid.cell_at(CORNER_LATITUDE + (row + 0.5) * step, CORNER_LONGITUDE + (column + 0.5) * step)
            for column in range(0, WIDE, 5)
        ]
        for channel in range(CHANNELS):
            hz = lowest_hz + channel * CHANNEL_HZ + CHANNEL_HZ // 2
            for place, cell in enumerate(cells):
                found = ledger.as_of(SPACE, Box(hz, hz, cell, cell), legal=DAYS[when])
                assert (len(found) > 1) == taken[channel, when, row, place * 5]
                assert len(found) <= 2
