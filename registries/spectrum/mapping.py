"""Maps and charts of the frequency register: stations, occupancy by province, bands and who has them."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from registries.ledger import Box, Exclusivity, Level
from registries.spectrum import drawing, grid
from registries.spectrum.band_ranges import SPACE, Band, bands_of
from registries.spectrum.boundaries import BoundaryLayer
from registries.spectrum.drawing import PALETTE, QUIET, SHADES, Key, Mark, bar, svg, words
from registries.spectrum.grid import CellRange
from registries.spectrum.stations import Station
from registries.store import Holding, Ledger

_MARGIN: Final = 24
_BAR: Final = 26
_LABEL: Final = 190
_CHART: Final = 640
_OTHERS: Final = "khác · others"
_NAMED: Final = len(PALETTE) - 1
When = datetime.datetime | datetime.date


@dataclass(frozen=True, slots=True)
class Placed:
    """A station as a map shows it; `group` gives its colour: a service, a holder."""

    station: Station
    group: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A band that somebody holds alone, over some cells."""

    band: Band
    holder: str
    grant_id: str
    ranges: tuple[CellRange, ...]


def station_map(layer: BoundaryLayer, stations: Sequence[Placed], *, title: str = "") -> str:
    """Draw stations as points, coloured by their group; the eight largest groups have colours of their own."""
    counts = Counter(one.group for one in stations)
    colours = {group: PALETTE[place] for place, (group, _) in enumerate(_largest(counts))}
    marks = [
        Mark(
            one.station.latitude_deg,
            one.station.longitude_deg,
            colours.get(one.group, PALETTE[-1]),
            f"{one.station.station_id} {one.station.station_name} · {one.group}",
        )
        for one in stations
    ]
    keys = [Key(colour, f"{group} ({counts[group]:,})") for group, colour in colours.items()]
    rest = sum(count for group, count in counts.items() if group not in colours)
    keys += [Key(PALETTE[-1], f"{_OTHERS} ({rest:,})")] if rest else []
    under = f"{len(stations):,} đài · stations"
    return drawing.country(layer, title or "Bản đồ đài vô tuyến điện · Map of stations", under, marks=marks, keys=keys)


def _largest(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_NAMED]


def taken(ledger: Ledger, band: Band, *, legal: When | None = None) -> list[Taken]:
    """Give what is held alone of a band at a moment by law, by frequency."""
    whole = Box(band.first_hz, band.last_hz, 0, grid.CELLS - 1)
    ranges: dict[tuple[str, int, int], list[CellRange]] = {}
    seen: dict[str, Holding] = {}
    for one in ledger.as_of(SPACE, whole, legal=legal):
        if one.claim.tier == 1 and one.grant.exclusivity is Exclusivity.EXCLUSIVE and one.grant.level is not Level.POOL:
            licence_id = one.grant.attributes.get("licence", one.grant.grant_id)
            seen.setdefault(licence_id, one)
            place = (licence_id, one.claim.box.first, one.claim.box.last)
            ranges.setdefault(place, []).append((one.claim.box.low, one.claim.box.high))
    found = []
    for (licence_id, first, last), cells in ranges.items():
        both = Band(first, last).shared(band)
        if both is not None:
            holder = seen[licence_id].tenure.holder_id or "giữ chỗ · reserved"
            found.append(Taken(both, holder, licence_id, tuple(sorted(cells))))
    return sorted(found, key=lambda one: (one.band, one.grant_id))


def occupancy(held: Iterable[Taken], band: Band, layer: BoundaryLayer) -> dict[str, float]:
    """Give the share of a band, in hertz x cells, that is held alone in each province of a layer, by its code."""
    held = tuple(held)
    shares = {}
    for province in layer.provinces:
        cells = layer.ranges(province.code)
        used = sum(one.band.bandwidth_hz * grid.cell_count(grid.shared(one.ranges, cells)) for one in held)
        shares[province.code] = used / (band.bandwidth_hz * max(grid.cell_count(cells), 1))
    return shares


def occupancy_map(layer: BoundaryLayer, shares: Mapping[str, float], band: Band) -> str:
    """Draw how much of a band is held in each province; the darker, the more."""
    fills = {code: SHADES[_step(share)] for code, share in shares.items()}
    names = {province.code: province.name for province in layer.provinces}
    said = {code: f"{names[code]}: {share:.1%}" for code, share in shares.items()}
    steps = len(SHADES) - 1
    keys = [Key(SHADES[0], "trống · free")]
    keys += [Key(SHADES[place], f"đến · up to {place / steps:.0%}") for place in range(1, steps + 1)]
    under = f"{band}: tỷ lệ Hz x ô lưới đã cấp riêng · share of Hz x cells held alone"
    return drawing.country(
        layer, "Mức chiếm dụng theo tỉnh · Occupancy by province", under, fills=fills, said=said, keys=keys
    )


def _step(share: float) -> int:
    return min(len(SHADES) - 1, int(-(-share * (len(SHADES) - 1) // 1))) if share > 0 else 0


def occupancy_chart(layer: BoundaryLayer, shares: Mapping[str, float], band: Band) -> str:
    """Draw the occupancy of each province as a bar, the fullest first."""
    names = {province.code: province.name for province in layer.provinces}
    title = f"Mức chiếm dụng {band} · Occupancy of {band}"
    parts = [words(_MARGIN, 32, title, size=18, weight=600)]
    for place, (code, share) in enumerate(sorted(shares.items(), key=lambda item: (-item[1], item[0]))):
        y = 56 + place * _BAR
        parts.append(words(_MARGIN + _LABEL - 8, y + 14, names[code], end=True))
        parts.append(bar(_MARGIN + _LABEL, y, _CHART, _BAR - 8, SHADES[0], names[code]))
        parts.append(
            bar(_MARGIN + _LABEL, y, _CHART * min(share, 1.0), _BAR - 8, SHADES[4], f"{names[code]}: {share:.1%}")
        )
        parts.append(words(_MARGIN + _LABEL + _CHART + 8, y + 14, f"{share:.1%}", colour=QUIET))
    return svg(_MARGIN * 2 + _LABEL + _CHART + 60, 72 + len(shares) * _BAR, title, parts)


def allocation_chart(rows: Sequence[tuple[str, Sequence[Band], Sequence[Taken]]], *, title: str = "") -> str:
    """Draw pools as rows, each to its own scale: its bands in grey, and who holds what of them in colour.

    A row is the name of a pool, its bands, and what of them is held alone somewhere; where licences of several areas
    share frequencies they share the height of the bar.
    """
    counts = Counter(one.holder for _, _, held in rows for one in held)
    colours = {holder: PALETTE[place] for place, (holder, _) in enumerate(_largest(counts))}
    heading = title or "Băng tần và người được cấp · Bands and their holders"
    parts = [words(_MARGIN, 32, heading, size=18, weight=600)]
    y = 60.0
    for name, bands, held in rows:
        parts.append(words(_MARGIN, y + 16, name, weight=600))
        for band in bands:
            parts += _band_row(band, held, colours, y)
            y += 58
    keys = [Key(colour, holder) for holder, colour in colours.items()]
    if len(counts) > len(colours):
        keys.append(Key(PALETTE[-1], _OTHERS))
    parts += drawing.legend(keys, _MARGIN, y + 6)
    return svg(_MARGIN * 2 + _LABEL + _CHART, y + 30 + 20 * len(keys), heading, parts)


def _band_row(band: Band, held: Sequence[Taken], colours: Mapping[str, str], y: float) -> list[str]:
    x = _MARGIN + _LABEL
    parts = [bar(x, y, _CHART, 28, SHADES[0], str(band))]
    lower, upper = str(band).rsplit(" ", 1)[0].split("-")
    unit = str(band).rsplit(" ", 1)[1]
    parts.append(words(x, y + 42, f"{lower} {unit}", size=11, colour=QUIET))
    parts.append(words(x + _CHART, y + 42, f"{upper} {unit}", size=11, colour=QUIET, end=True))
    inside = [(both, one) for one in held if (both := one.band.shared(band)) is not None]
    for edge, beside in _stacked(inside).items():
        for place, (both, one) in enumerate(beside):
            width = _CHART * both.bandwidth_hz / band.bandwidth_hz
            high = 28 / len(beside)
            at = x + _CHART * (edge[0] - band.first_hz) / band.bandwidth_hz
            parts.append(bar(at, y + place * high, width, high, colours.get(one.holder, PALETTE[-1]), _said(both, one)))
    return parts


def _stacked(inside: Sequence[tuple[Band, Taken]]) -> dict[tuple[int, int], list[tuple[Band, Taken]]]:
    by_edges: dict[tuple[int, int], list[tuple[Band, Taken]]] = {}
    for both, one in inside:
        by_edges.setdefault((both.first_hz, both.last_hz), []).append((both, one))
    return by_edges


def _said(band: Band, one: Taken) -> str:
    return f"{band} {one.holder} [{one.grant_id}]"


def pool_rows(ledger: Ledger, *, legal: When | None = None) -> list[tuple[str, tuple[Band, ...], list[Taken]]]:
    """Give the rows of the allocation chart: every pool of frequencies that is open, by its lowest band."""
    rows = []
    for pool in ledger.pools(SPACE):
        bands = bands_of(pool.boxes)
        held = [one for band in bands for one in taken(ledger, band, legal=legal)]
        rows.append((pool.grant_id, bands, held))
    return sorted(rows, key=lambda row: row[1])
