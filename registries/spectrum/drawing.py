"""Drawing of maps and charts as SVG that stands by itself: no script, no picture, no address of anybody.

Every map draws and labels both archipelagos, whatever it is of: there is no way to draw the country without them.
"""

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import shapely

from registries.spectrum import boundaries
from registries.spectrum.boundaries import BoundaryLayer

WIDTH: Final = 900
_MARGIN: Final = 24
_HEAD: Final = 64
_WEST, _SOUTH, _EAST, _NORTH = 101.6, 6.2, 118.2, 23.8
_ACROSS: Final = math.cos(math.radians(15.0))
"""East-west scale of the map, true in its middle."""
_SCALE: Final = (WIDTH - 2 * _MARGIN) / ((_EAST - _WEST) * _ACROSS)
_DETAIL_DEG: Final = 0.01
LAND: Final = "#eef1f3"
INK: Final = "#1b1b1b"
QUIET: Final = "#4a4a4a"
SHADES: Final = ("#eef1f3", "#cfe0f1", "#9dc3e6", "#5b9bd5", "#2e75b6", "#1f4e79")
PALETTE: Final = ("#1f5fa8", "#d1691f", "#2f8f4e", "#b03a6f", "#7a5cc0", "#8a6d1f", "#2497a3", "#c0392b", "#5f5f5f")
_NOTE: Final = "Sơ đồ, không phải địa giới hành chính · A schematic, no administrative boundary"


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on a map: where, in which colour, and what is said of it when it is pointed at."""

    latitude_deg: float
    longitude_deg: float
    colour: str
    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """A line of a legend."""

    colour: str
    text: str


def svg(width: float, height: float, title: str, parts: Iterable[str]) -> str:
    """Put drawn parts into a whole image that explains itself to screen readers too."""
    said = html.escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{said}" '
        f"font-family=\"system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif\">\n<title>{said}</title>\n"
        f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def words(
    x: float, y: float, text: str, *, size: int = 13, colour: str = INK, weight: int = 400, end: bool = False
) -> str:
    """Write a line of text with its baseline at `y`; with `end` it ends at `x`."""
    anchor = ' text-anchor="end"' if end else ""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" font-weight="{weight}"{anchor}'
    return f"<text {place}>{html.escape(text)}</text>"


def bar(x: float, y: float, width: float, height: float, colour: str, text: str) -> str:
    """Draw a rectangle that says something when it is pointed at."""
    shape = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}" fill="{colour}"'
    return f"<rect {shape}><title>{html.escape(text)}</title></rect>"


def legend(keys: Sequence[Key], x: float, y: float) -> list[str]:
    """Draw a legend, a line each."""
    drawn = []
    for place, key in enumerate(keys):
        top = y + 20 * place
        drawn.append(f'<rect x="{x:g}" y="{top:g}" width="13" height="13" fill="{key.colour}" stroke="#9aa3ab"/>')
        drawn.append(words(x + 20, top + 11, key.text, size=12))
    return drawn


def country(
    layer: BoundaryLayer,
    title: str,
    under: str,
    *,
    fills: Mapping[str, str] | None = None,
    said: Mapping[str, str] | None = None,
    marks: Iterable[Mark] = (),
    keys: Sequence[Key] = (),
) -> str:
    """Draw the country: provinces filled by their code, marks on top, both archipelagos labelled, and a legend."""
    height = _HEAD + (_NORTH - _SOUTH) * _SCALE + _MARGIN
    parts = [words(_MARGIN, 30, title, size=19, weight=600), words(_MARGIN, 52, under, colour=QUIET)]
    for province in layer.provinces:
        colour = (fills or {}).get(province.code, LAND)
        text = (said or {}).get(province.code, province.name)
        shape = f'fill="{colour}" stroke="#9aa3ab" stroke-width="0.6" fill-rule="evenodd"'
        parts.append(f'<path d="{_path(province.area)}" {shape}><title>{html.escape(text)}</title></path>')
    for one in boundaries.archipelagos():
        x, y = _place(one.outline.centroid.y, one.outline.centroid.x)
        shape = 'fill="none" stroke="#5b6b78" stroke-dasharray="3 3"'
        parts.append(f'<path d="{_path(shapely.MultiPolygon([one.outline]))}" {shape}/>')
        # Beside the map's edge a label ends at its archipelago, so that it is read whole.
        parts.append(words(min(x, WIDTH - 190), y, one.label, size=13, weight=600))
    for mark in marks:
        x, y = _place(mark.latitude_deg, mark.longitude_deg)
        spot = f'cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{mark.colour}" stroke="#ffffff" stroke-width="0.5"'
        parts.append(f"<circle {spot}><title>{html.escape(mark.text)}</title></circle>")
    parts += legend(keys, WIDTH - 300, _HEAD + 30)
    if layer.is_schematic:
        parts.append(words(_MARGIN, height - 10, _NOTE, size=11, colour=QUIET))
    return svg(WIDTH, height, title, parts)


def _place(latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    return _MARGIN + (longitude_deg - _WEST) * _ACROSS * _SCALE, _HEAD + (_NORTH - latitude_deg) * _SCALE


def _path(area: shapely.MultiPolygon) -> str:
    """Give the outline of polygons as a path, to a hundredth of a degree; what is smaller keeps all its corners."""
    drawn = shapely.simplify(area, _DETAIL_DEG, preserve_topology=True)
    pieces = []
    for polygon in drawn.geoms if isinstance(drawn, shapely.MultiPolygon) else (drawn,):
        for ring in (polygon.exterior, *polygon.interiors):
            points = (_place(y, x) for x, y in ring.coords[:-1])
            pieces.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z")
    return "".join(pieces)
