"""Service areas and provinces: tiling, islands, faults named by their place."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from shapely import Polygon, box

from registries.spectrum import areas, boundaries, grid
from registries.spectrum.areas import AreaKind
from registries.spectrum.register_errors import (
    AreaCrossed,
    AreaEmpty,
    AreaUnreadable,
    BoundaryFileFaulty,
    PlaceOutside,
    ProvinceUnknown,
)
from tests.registries.spectrum.drawn_areas import borders, geojson, old_provinces, polygons

LABELS = ("Quần đảo Hoàng Sa (Đà Nẵng)", "Quần đảo Trường Sa (Khánh Hòa)")


def square(*points: tuple[float, float]) -> str:
    return json.dumps({"type": "Polygon", "coordinates": [[list(point) for point in points]]})


def test_no_cell_is_in_two_of_the_63_provinces_islands_included() -> None:
    layer = old_provinces()
    assert len(layer.provinces) == 63
    assert layer.contested == 0
    every = np.concatenate([grid.cells_of(layer.ranges(one.code)) for one in layer.provinces])
    assert len(every) == len(np.unique(every)) > 360_000
    # Without the order of the layer deciding anything: shared borders alone keep them apart.
    apart = np.concatenate([grid.cells_of(grid.polygon_ranges(one.area)) for one in layer.provinces])
    assert sorted(apart.tolist()) == sorted(every.tolist())


@pytest.mark.parametrize("layer", [boundaries.schematic, old_provinces], ids=["schematic", "63 provinces"])
def test_both_archipelagos_are_in_their_provinces_in_every_layer(layer: object) -> None:
    found = layer()  # type: ignore[operator]
    for latitude, longitude, name in (
        (16.54, 111.61, "Đà Nẵng"),
        (8.64, 111.92, "Khánh Hòa"),
        (11.45, 114.33, "Khánh Hòa"),
    ):
        province = found.province_at(latitude, longitude)
        assert province.name == name
        cell = grid.cell_at(latitude, longitude)
        assert any(low <= cell <= high for low, high in found.ranges(province.code))
    assert tuple(one.label for one in boundaries.archipelagos()) == LABELS


def test_the_schematic_has_the_34_provinces_and_tiles() -> None:
    layer = boundaries.schematic()
    assert layer.is_schematic
    assert len(layer.provinces) == 34
    assert layer.contested == 0
    every = np.concatenate([grid.cells_of(layer.ranges(one.code)) for one in layer.provinces])
    assert len(every) == len(np.unique(every))
    for latitude, longitude, name in (
        (21.03, 105.85, "Hà Nội"), (10.78, 106.70, "Thành phố Hồ Chí Minh"), (16.07, 108.20, "Đà Nẵng"),
        (10.22, 104.0, "An Giang"), (8.69, 106.61, "Thành phố Hồ Chí Minh"), (22.82, 104.98, "Tuyên Quang"),
    ):  # fmt: skip
        found = layer.province_at(latitude, longitude)
        assert found is not None
        assert found.name == name
    assert layer.province_at(15.0, 112.0) is None


def test_the_schematic_lies_where_the_land_does() -> None:
    import shapely

    land = shapely.union_all([one.area for one in old_provinces().provinces])
    drawn = shapely.union_all([one.area for one in boundaries.schematic().provinces])
    assert land.intersection(drawn).area / land.union(drawn).area > 0.9


def test_a_province_is_found_by_code_and_name_without_marks() -> None:
    layer = boundaries.schematic()
    assert layer.province("48").name == layer.province("da nang").name == layer.province("ĐÀ NẴNG").name == "Đà Nẵng"
    with pytest.raises(ProvinceUnknown, match="has no province Sài Thành; it has 01 Hà Nội"):
        layer.province("Sài Thành")


def test_a_contested_cell_goes_to_the_first_province() -> None:
    from shapely import MultiPolygon

    one, other = MultiPolygon([box(107, 15, 107.2, 15.2)]), MultiPolygon([box(107.1, 15, 107.3, 15.2)])
    provinces = [boundaries.Province("a", "A", one), boundaries.Province("b", "B", other)]
    layer = boundaries.BoundaryLayer("two", provinces, digest="")
    assert layer.contested == grid.cell_count(grid.shared(grid.polygon_ranges(one), grid.polygon_ranges(other))) > 0
    assert grid.shared(layer.ranges("a"), layer.ranges("b")) == ()
    assert layer.ranges("a") == grid.polygon_ranges(one)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("{", "it is no JSON"),
        ('{"type": "FeatureCollection", "features": []}', "it has no feature"),
        ('{"type": "Feature", "properties": {"name": "A"}, "geometry": {}}', "feature 1: it has no property code"),
        ('{"type": "Feature", "properties": {}}', "feature 1 has no geometry"),
    ],
)
def test_a_faulty_boundary_file_is_told(tmp_path: Path, content: str, match: str) -> None:
    path = tmp_path / "layer.geojson"
    path.write_text(content, encoding="utf-8")
    with pytest.raises((BoundaryFileFaulty, AreaUnreadable), match=match):
        boundaries.BoundaryLayer.read(path)


def test_a_boundary_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BoundaryFileFaulty, match=r"none\.geojson"):
        boundaries.BoundaryLayer.read(tmp_path / "none.geojson")
    with pytest.raises(BoundaryFileFaulty, match="feature 1: it has no property code"):
        boundaries.BoundaryLayer.read(borders())


CLOSED = ((107.0, 15.0), (107.2, 15.0), (107.2, 15.2), (107.0, 15.0))


@pytest.mark.parametrize(
    ("content", "error", "match"),
    [
        (
            square((15.0, 107.0), (15.0, 107.2), (15.2, 107.2), (15.0, 107.0)),
            PlaceOutside,
            "ring 1, point 1.*exchanged",
        ),
        (
            square((107, 15), (107.2, 15.2), (107.2, 15), (107, 15.2), (107, 15)),
            AreaCrossed,
            r"Self-intersection.107.1 15.1",
        ),
        (
            square((107, 15), (math.nan, 15), (107.2, 15.2), (107, 15)),
            PlaceOutside,
            "point 2: latitude 15, longitude nan",
        ),
        (square((107, 15), (107.2, 15), (107.2, 15.2), (107, 15.2)), AreaUnreadable, "does not end at the point"),
        (square((107, 15), (107.2, 15), (107, 15)), AreaUnreadable, "polygon 1, ring 1 has fewer than four points"),
        ('{"type": "Polygon", "coordinates": []}', AreaUnreadable, "there is no ring"),
        (
            '{"type": "Polygon", "coordinates": [[["a", 15], [1, 1], [1, 1], [1, 1]]]}',
            AreaUnreadable,
            "'a' is no number",
        ),
        ('{"type": "Polygon", "coordinates": [[1, 2, 3, 4]]}', AreaUnreadable, "point 1 is no pair"),
        ('{"type": "Polygon", "coordinates": [7]}', AreaUnreadable, "ring 1 has fewer"),
        ('{"type": "Point", "coordinates": [107, 15]}', AreaUnreadable, "'Point' is no Polygon"),
        ("[1, 2]", AreaUnreadable, "has no geometry"),
        ("nonsense", AreaUnreadable, "it is no JSON"),
        (square((107, 15), (107.0001, 15), (107.0001, 15.0001), (107, 15)), AreaEmpty, "centre of no cell"),
        (square((48, 2), (48.1, 2), (48.1, 2.1), (48, 2)), PlaceOutside, "is outside of the grid, 6 to 24 N"),
    ],
)
def test_a_faulty_polygon_is_refused_and_its_place_named(content: str, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        areas.polygon_area(content)


def test_an_area_is_one_feature() -> None:
    two = {"type": "FeatureCollection", "features": [json.loads(geojson(box(107, 15, 107.2, 15.2)))] * 2}
    with pytest.raises(AreaUnreadable, match="2 features"):
        areas.polygon_area(json.dumps(two))


@given(polygons())
@settings(max_examples=60, deadline=None)
def test_what_is_kept_of_a_polygon_gives_its_cells_again(polygon: Polygon) -> None:
    try:
        area = areas.polygon_area(geojson(polygon))
    except (AreaEmpty, AreaCrossed):
        # A sliver can lose its width when its corners are rounded to a tenth of a metre.
        return
    assert areas.redrawn(area) == area.ranges


def test_areas_are_written_as_officers_write_them(tmp_path: Path) -> None:
    layer = boundaries.schematic()
    path = tmp_path / "khu vực.geojson"
    path.write_text(geojson(box(107, 15, 107.2, 15.2)), encoding="utf-8")
    kinds = {
        "nationwide": AreaKind.NATIONWIDE,
        "province:48": AreaKind.PROVINCE,
        "radius:21.03,105.85,5": AreaKind.RADIUS,
        "orbit:132": AreaKind.ORBIT,
        str(path): AreaKind.POLYGON,
    }
    for text, kind in kinds.items():
        area = areas.parse_area(text, layer)
        assert area.kind is kind
        assert areas.redrawn(area) in {None, area.ranges}
        assert areas.area_of(area.attributes(), area.drawn, area.ranges) == area
    assert areas.parse_area("nationwide", layer).ranges == grid.NATIONWIDE
    assert json.loads(areas.parse_area("province:48", layer).drawn)["schematic"] is True
    for text in ("radius:21", "radius:a,b,c", "orbit:x", "orbit:400", "nowhere.geojson", "radius:21,105,nan"):
        with pytest.raises(AreaUnreadable):
            areas.parse_area(text, layer)


def test_places_of_the_orbit_go_round() -> None:
    first = grid.ORBIT_FIRST
    assert areas.orbit_area(132.0).ranges == ((first + 1319, first + 1321),)
    assert areas.orbit_area(0.0).ranges == ((first, first + 1), (first + 3599, first + 3599))
    assert areas.orbit_area(-10.0).ranges == areas.orbit_area(350.0).ranges
