"""Maps and charts: both archipelagos on every map, whatever it is of; images that stand by themselves."""

import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from registries.spectrum import areas, boundaries, mapping
from registries.spectrum.band_ranges import Band
from registries.spectrum.boundaries import BoundaryLayer
from registries.spectrum.mapping import Placed
from registries.store import Ledger
from tests.registries.spectrum.drawn_areas import old_provinces
from tests.registries.spectrum.register_world import asked, granted, opened, station

LABELS = ("Quần đảo Hoàng Sa (Đà Nẵng)", "Quần đảo Trường Sa (Khánh Hòa)")
BAND = Band.parse("703-713 MHz")
MAPS: tuple[Callable[[BoundaryLayer], str], ...] = (
    lambda layer: mapping.station_map(layer, []),
    lambda layer: mapping.station_map(layer, [Placed(station(f"S{n}"), f"nhóm <{n}>") for n in range(12)]),
    lambda layer: mapping.occupancy_map(layer, {}, BAND),
    lambda layer: mapping.occupancy_map(layer, {one.code: 0.4 for one in layer.provinces}, BAND),
)


def read(drawn: str) -> ET.Element:
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in drawn
    assert "<image" not in drawn
    return ET.fromstring(drawn)


@pytest.mark.parametrize("layer", [boundaries.schematic, old_provinces], ids=["schematic", "63 provinces"])
@pytest.mark.parametrize("draw", MAPS)
def test_every_map_labels_both_archipelagos(
    layer: Callable[[], BoundaryLayer], draw: Callable[[BoundaryLayer], str]
) -> None:
    drawn = draw(layer())
    root = read(drawn)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    for label in LABELS:
        assert label in texts
    assert ("không phải địa giới" in drawn) is layer().is_schematic


def test_labels_lie_inside_of_the_map_where_the_islands_are() -> None:
    root = read(mapping.station_map(boundaries.schematic(), []))
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    places = {
        element.text: (float(element.get("x", "0")), float(element.get("y", "0")))
        for element in root.iter("{http://www.w3.org/2000/svg}text")
    }
    (north_x, north_y), (south_x, south_y) = (places[label] for label in LABELS)
    for x, y in ((north_x, north_y), (south_x, south_y)):
        assert width * 0.4 < x < width - 150
        assert 0 < y < height
    assert north_y < south_y


def test_occupancy_is_the_share_of_hertz_and_cells(ledger: Ledger) -> None:
    opened(ledger)
    layer = boundaries.schematic()
    granted(ledger, asked("703-708 MHz", areas.province_area(layer, "48"), licence_id="one"))
    granted(ledger, asked("708-718 MHz", areas.province_area(layer, "48"), "B", licence_id="two"))
    granted(ledger, asked("703-704 MHz", areas.province_area(layer, "01"), "B", licence_id="three"))
    held = mapping.taken(ledger, BAND)
    shares = mapping.occupancy(held, BAND, layer)
    assert shares["48"] == pytest.approx(1.0)
    assert shares["01"] == pytest.approx(0.1)
    assert shares["56"] == 0.0
    chart = mapping.occupancy_chart(layer, shares, BAND)
    read(chart)
    assert chart.index("Đà Nẵng") < chart.index("Hà Nội") < chart.index("Cao Bằng")
    drawn = mapping.allocation_chart(mapping.pool_rows(ledger))
    read(drawn)
    for said in ("703-708 MHz A [one]", "708-718 MHz B [two]", "band-700", "733 MHz"):
        assert said in drawn
    before = mapping.taken(ledger, BAND, legal=asked("1-2 MHz").stop_at)
    assert before == []
