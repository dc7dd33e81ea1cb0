"""Province boundaries: a layer of polygons, laid on the grid so that no cell is in two provinces.

The layer is pluggable. An authority gives its official one as a GeoJSON file; without one, a neutral schematic of the
provinces of today stands in, and says so. Every layer has Quần đảo Hoàng Sa (Đà Nẵng) and Quần đảo Trường Sa (Khánh
Hòa): where a file lacks one, the schematic outline of it is added to its province. A cell whose centre two provinces of
a faulty file claim goes to the first of them, and is counted.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from shapely import MultiPolygon, Point, Polygon, STRtree, affinity

import data
from registries.spectrum import grid
from registries.spectrum.geojson import features_of, polygons_of
from registries.spectrum.grid import Ranges
from registries.spectrum.register_errors import BoundaryFileFaulty, ProvinceUnknown

SCHEMATIC: Final = "schematic-34"
_SEGMENTS: Final = 12
"""Corners in a quarter of the outline of an island."""
_SNAP_DEG: Final = 1e-7


@dataclass(frozen=True, slots=True)
class Archipelago:
    """An archipelago as every map shows it: its label, and an outline that encloses it schematically."""

    name: str
    province: str
    outline: Polygon

    @property
    def label(self) -> str:
        """The name with its province."""
        return f"{self.name} ({self.province})"


@dataclass(frozen=True, slots=True)
class Province:
    """A province of a layer: its code and name there, and its polygons (longitude, latitude)."""

    code: str
    name: str
    area: MultiPolygon


class BoundaryLayer:
    """Provinces with their polygons and cells. `digest` tells one layer from another; `is_schematic` is no boundary."""

    def __init__(self, name: str, provinces: Sequence[Province], *, digest: str, is_schematic: bool = False) -> None:
        self.name = name
        self.provinces = tuple(_with_archipelagos(provinces))
        self.digest = digest
        self.is_schematic = is_schematic
        self._tree = STRtree([province.area for province in self.provinces])

    @classmethod
    def read(cls, path: Path, *, code_field: str = "code", name_field: str = "name") -> "BoundaryLayer":
        """Read a GeoJSON file (RFC 7946) with a feature for each province, named by two of its properties.

        Raises:
            BoundaryFileFaulty: The file or a feature cannot be used; the message names which.
            AreaUnreadable: A polygon cannot be read.
            AreaCrossed: A polygon crosses itself.
        """
        try:
            content = path.read_bytes()
        except OSError as cause:
            raise BoundaryFileFaulty(path=path, place="", reason=cause.strerror or "it cannot be read") from cause
        found: dict[str, Province] = {}
        for number, (properties, geometry) in enumerate(features_of(content, str(path)), 1):
            code, name = properties.get(code_field), properties.get(name_field)
            place = f", feature {number}"
            if not code or not name:
                lacking = code_field if not code else name_field
                raise BoundaryFileFaulty(path=path, place=place, reason=f"it has no property {lacking}")
            if str(code) in found:
                raise BoundaryFileFaulty(path=path, place=place, reason=f"code {code} came before")
            area = polygons_of(geometry, f"{path}{place} ({name})")
            found[str(code)] = Province(str(code), unicodedata.normalize("NFC", str(name)), area)
        if not found:
            raise BoundaryFileFaulty(path=path, place="", reason="it has no feature")
        return cls(path.name, tuple(found.values()), digest=hashlib.sha256(content).hexdigest())

    def province(self, text: str) -> Province:
        """Give the province of a code or a name; marks and case do not count.

        Raises:
            ProvinceUnknown: The layer has none.
        """
        wanted = _folded(text)
        for province in self.provinces:
            if text == province.code or wanted == _folded(province.name):
                return province
        known = ", ".join(f"{one.code} {one.name}" for one in self.provinces[:5])
        raise ProvinceUnknown(layer=self.name, province=text, known=f"{known} and {len(self.provinces) - 5} more")

    def province_at(self, latitude_deg: float, longitude_deg: float) -> Province | None:
        """Give the province that a point lies in, by its polygons; on a shared boundary the first. None at sea."""
        grid.checked_place(latitude_deg, longitude_deg)
        hits = self._tree.query(Point(longitude_deg, latitude_deg), predicate="intersects")
        return self.provinces[int(min(hits))] if len(hits) else None

    def ranges(self, code: str) -> Ranges:
        """Give the cells of a province.

        Raises:
            ProvinceUnknown: The layer has none of this code.
        """
        number = self.provinces.index(self.province(code))
        return self._laid[0][number]

    @property
    def contested(self) -> int:
        """How many cells more than one province of the layer claims; each went to the first."""
        return self._laid[1]

    @cached_property
    def _laid(self) -> tuple[tuple[Ranges, ...], int]:
        taken = np.zeros(grid.CELLS, dtype=bool)
        contested, laid = 0, []
        for province in self.provinces:
            cells = grid.window_cells(*grid.polygon_window(province.area))
            free = cells[~taken[cells]]
            contested += len(cells) - len(free)
            taken[free] = True
            laid.append(grid.ranges_of(free))
        return tuple(laid), contested


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


@lru_cache(maxsize=1)
def archipelagos() -> tuple[Archipelago, ...]:
    """Give Quần đảo Hoàng Sa (Đà Nẵng) and Quần đảo Trường Sa (Khánh Hòa), as every map labels them."""
    names = {row["archipelago"]: row["name"] for row in data.table("provinces_34") if row["archipelago"]}
    return tuple(
        Archipelago(row["name"], names[row["name"]], _ellipse(row))
        for row in data.table("schematic_islands")
        if row["archipelago"]
    )


def _with_archipelagos(provinces: Iterable[Province]) -> Iterable[Province]:
    """Add each archipelago that a layer lacks to its province: no land of it lies in the layer's polygons."""
    provinces = list(provinces)
    for one in archipelagos():
        if any(province.area.intersects(one.outline) for province in provinces):
            continue
        for place, province in enumerate(provinces):
            if _folded(province.name) == _folded(one.province):
                area = MultiPolygon([*province.area.geoms, one.outline])
                provinces[place] = Province(province.code, province.name, area)
    return provinces


def _ellipse(row: data.Row) -> Polygon:
    unit = Point(0, 0).buffer(1, quad_segs=_SEGMENTS)
    tall = affinity.scale(unit, float(row["half_width_deg"]), float(row["half_height_deg"]))
    return Polygon(affinity.translate(tall, float(row["longitude_deg"]), float(row["latitude_deg"])))


@lru_cache(maxsize=1)
def schematic() -> BoundaryLayer:
    """Give the neutral schematic of the 34 provinces: cells of nearness to drawn centres, cut at a drawn outline.

    Its islands are ellipses. It shows where a province is, and says nothing of where one ends.
    """
    new_code = {row["old_code"]: row["new_code"] for row in data.table("province_mapping")}
    names = {row["code"]: row["name"] for row in data.table("provinces_34")}
    corners = data.table("schematic_outline").rows
    outline = Polygon([(float(row["longitude_deg"]), float(row["latitude_deg"])) for row in corners])
    centres = data.table("schematic_centres").rows
    points = shapely.MultiPoint([(float(row["longitude_deg"]), float(row["latitude_deg"])) for row in centres])
    tiles = shapely.voronoi_polygons(points, extend_to=outline, ordered=True).geoms
    pieces: dict[str, list[shapely.Geometry]] = {code: [] for code in sorted(names)}
    for row, tile in zip(centres, tiles, strict=True):
        pieces[new_code[row["old_code"]]].append(shapely.intersection(tile, outline, grid_size=_SNAP_DEG))
    for row in data.table("schematic_islands"):
        pieces[new_code[row["old_code"]]].append(_ellipse(row).difference(outline))
    provinces = [Province(code, names[code], _joined(parts)) for code, parts in pieces.items()]
    whole = hashlib.sha256(b"".join(shapely.to_wkb(province.area) for province in provinces))
    return BoundaryLayer(SCHEMATIC, provinces, digest=whole.hexdigest(), is_schematic=True)


def _joined(parts: list[shapely.Geometry]) -> MultiPolygon:
    union = shapely.union_all(parts, grid_size=_SNAP_DEG)
    polygons = union.geoms if isinstance(union, MultiPolygon | shapely.GeometryCollection) else [union]
    return MultiPolygon([one for one in polygons if isinstance(one, Polygon)])
