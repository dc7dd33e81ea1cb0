"""Charts as inline SVG: no script, no font of their own, a text for readers that do not see them.

Colours come from the page by class (`fill-correct`, `rate-0` ... `rate-4`), so that print and screen agree.
"""

import math
from collections.abc import Sequence

from markupsafe import Markup

from engine.report.model import ROLL_UPS, Counts, ProbabilityBin, ProvinceLine
from engine.report.words import ROLL_UPS as ROLL_UP_WORDS
from engine.report.words import number, percent


def stacked_bar(counts: Counts, label: str) -> Markup:
    """Draw the four roll-ups as one bar of full width."""
    parts = []
    left = 0.0
    for roll_up in ROLL_UPS:
        width = counts.share(roll_up) * 1000
        if width:
            parts.append(
                Markup('<rect class="fill-{}" x="{:.2f}" y="0" width="{:.2f}" height="10"/>').format(
                    roll_up, left, max(width - 1.5, 0.8)
                )
            )
        left += width
    told = "; ".join(f"{ROLL_UP_WORDS[roll_up][0]} {percent(counts.share(roll_up))}" for roll_up in ROLL_UPS)
    return Markup(
        '<svg class="bar" role="img" aria-label="{}: {}" viewBox="0 0 1000 10" preserveAspectRatio="none">{}</svg>'
    ).format(label, told, Markup("").join(parts))


def share_bar(share: float, fill: str, label: str) -> Markup:
    """Draw one share of a whole on a pale track."""
    return Markup(
        '<svg class="bar" role="img" aria-label="{}" viewBox="0 0 1000 10" preserveAspectRatio="none">'
        '<rect class="track" width="1000" height="10"/><rect class="fill-{}" width="{:.2f}" height="10"/></svg>'
    ).format(label, fill, min(max(share, 0.0), 1.0) * 1000)


_COLUMN = Markup('<rect class="fill-{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>')
_LINE = Markup('<line class="{}" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>')
_TICK = Markup('<text class="tick {}" x="{:.1f}" y="{:.1f}">{}</text>')
_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 760, 250, 58, 34, 18


def histogram(bins: Sequence[ProbabilityBin], threshold: float) -> Markup:
    """Draw the posteriors on a logarithmic scale, with the line from which a person counts as identified."""
    most = max((each.identified + each.other for each in bins), default=0)
    decades = max(1, math.ceil(math.log10(most + 1)))
    plot_height, plot_width = _HEIGHT - _BOTTOM - _TOP, _WIDTH - _LEFT - 12
    floor = _TOP + plot_height

    def height(records: int) -> float:
        return math.log10(records + 1) / decades * plot_height

    marks = []
    for decade in range(decades + 1):
        y = floor - decade / decades * plot_height
        marks.append(_LINE.format("grid", _LEFT, _WIDTH - 12, y, y))
        marks.append(_TICK.format("end", _LEFT - 8, y + 3.5, number(10**decade) if decade else "0"))
    step = plot_width / max(len(bins), 1)
    for place, each in enumerate(bins):
        whole, sure = height(each.identified + each.other), height(each.identified)
        x = _LEFT + place * step + 1.5
        title = f"{each.first:.2f}–{each.last:.2f}: {number(each.identified + each.other)}"
        fill = "identified" if each.identified >= each.other else "open"
        marks.append(_COLUMN.format(fill, x, floor - whole, step - 3, whole, title))
        if 0 < each.identified < each.other:
            marks.append(_COLUMN.format("identified", x, floor - sure, step - 3, sure, title))
    for tenth in range(0, 11, 2):
        text = f"{tenth / 10:.1f}".replace(".", ",")
        marks.append(_TICK.format("middle", _LEFT + tenth / 10 * plot_width, floor + 16, text))
    x = _LEFT + threshold * plot_width
    told = f"{threshold:g}".replace(".", ",")
    marks.append(_LINE.format("threshold", x, x, _TOP - 8, floor))
    marks.append(_TICK.format("end strong", x - 5, _TOP - 2, f"ngưỡng {told}"))
    label = f"Phân bố xác suất; {number(sum(each.identified for each in bins))} bản ghi đạt ngưỡng {told}"
    return Markup('<svg class="plot" role="img" aria-label="{}" viewBox="0 0 {} {}">{}</svg>').format(
        label, _WIDTH, _HEIGHT, Markup("").join(marks)
    )


# Column and row of each of the 34 provinces on a grid that keeps neighbours near each other.
TILES: dict[str, tuple[int, int]] = {
    "12": (0, 0), "15": (1, 0), "08": (2, 0), "04": (3, 0),
    "11": (0, 1), "14": (1, 1), "25": (2, 1), "19": (3, 1), "20": (4, 1),
    "01": (2, 2), "24": (3, 2), "22": (4, 2),
    "37": (2, 3), "33": (3, 3), "31": (4, 3),
    "38": (2, 4), "40": (2, 5), "42": (3, 6), "44": (3, 7), "46": (4, 8), "48": (4, 9), "51": (5, 10),
    "52": (5, 11), "66": (5, 12), "68": (4, 13), "56": (5, 13),
    "80": (2, 14), "75": (3, 14), "79": (3, 15), "82": (2, 15),
    "91": (1, 15), "86": (2, 16), "92": (1, 16), "96": (1, 17),
}  # fmt: skip
# The archipelagos belong to a province and are drawn and named on every map: islands as small squares.
ARCHIPELAGOS: tuple[tuple[str, str, str, tuple[float, float], tuple[tuple[float, float], ...]], ...] = (
    (
        "48",
        "Quần đảo Hoàng Sa",
        "(Đà Nẵng)",
        (5.35, 7.75),
        ((0.0, 0.1), (0.35, -0.15), (0.55, 0.2), (0.85, 0.0), (1.1, 0.3), (0.3, 0.4)),
    ),
    (
        "56",
        "Quần đảo Trường Sa",
        "(Khánh Hòa)",
        (5.25, 14.75),
        ((0.0, 0.0), (0.3, 0.3), (0.6, -0.1), (0.9, 0.25), (1.2, 0.0), (0.5, 0.55), (1.05, 0.55), (1.4, 0.4)),
    ),
)
_TILE_WIDTH, _TILE_HEIGHT, _GAP = 86, 46, 4
_SHORT = {"79": "TP HCM"}


def rate_classes(provinces: Sequence[ProvinceLine]) -> list[float]:
    """Give the four limits between five classes of non-compliant shares: a fifth of the provinces each."""
    rates = sorted(_rate(line) for line in provinces if line.counts.received)
    if not rates:
        return [0.0] * 4
    return [rates[min(len(rates) - 1, len(rates) * fifth // 5)] for fifth in range(1, 5)]


def rate_class(share: float, limits: Sequence[float]) -> int:
    """Give the class (0 to 4) of a share: how many limits it reaches."""
    return sum(share >= limit > 0 for limit in limits)


def _rate(line: ProvinceLine) -> float:
    return line.counts.noncompliant / line.counts.received if line.counts.received else 0.0


def rate_legend(provinces: Sequence[ProvinceLine]) -> list[tuple[int, str]]:
    """Give the classes that occur with the range of shares of each."""
    rates = sorted(_rate(line) for line in provinces if line.code in TILES and line.counts.received)
    limits = rate_classes([line for line in provinces if line.code in TILES])
    ranges: dict[int, list[float]] = {}
    for rate in rates:
        ranges.setdefault(rate_class(rate, limits), []).append(rate)
    return [(place, f"{percent(held[0])} – {percent(held[-1])}") for place, held in sorted(ranges.items())]


def tile_map(provinces: Sequence[ProvinceLine]) -> Markup:
    """Draw the 34 provinces as tiles, darker where a larger share of records does not comply, and both archipelagos."""
    limits = rate_classes([line for line in provinces if line.code in TILES])
    by_code = {line.code: line for line in provinces}
    marks = []
    for code, (column, row) in TILES.items():
        line = by_code.get(code)
        x, y = column * (_TILE_WIDTH + _GAP), row * (_TILE_HEIGHT + _GAP)
        known = line is not None and line.counts.received > 0
        shade = f"rate-{rate_class(_rate(line), limits)}" if line is not None and known else "rate-none"
        rate = percent(_rate(line)) if line is not None and known else "—"
        name = line.name if line is not None else code
        marks.append(
            Markup(
                '<g class="tile {}"><title>{}: {}</title><rect x="{}" y="{}" width="{}" height="{}" rx="3"/>'
                '<text class="place" x="{}" y="{}">{}</text><text class="rate" x="{}" y="{}">{}</text></g>'
            ).format(
                *(shade, name, rate, x, y, _TILE_WIDTH, _TILE_HEIGHT),
                *(x + _TILE_WIDTH / 2, y + 19, _SHORT.get(code, name), x + _TILE_WIDTH / 2, y + 36, rate),
            )
        )
    for code, name, owner, origin, islands in ARCHIPELAGOS:
        line = by_code.get(code)
        known = line is not None and line.counts.received > 0
        shade = f"rate-{rate_class(_rate(line), limits)}" if line is not None and known else "rate-none"
        marks.append(_archipelago(shade, name, owner, origin, islands))
    sea = (5.9 * (_TILE_WIDTH + _GAP), 6.1 * (_TILE_HEIGHT + _GAP))
    marks.append(Markup('<text class="sea" x="{:.0f}" y="{:.0f}">Biển Đông</text>').format(*sea))
    label = "Bản đồ ô của 34 tỉnh, thành phố, Quần đảo Hoàng Sa (Đà Nẵng) và Quần đảo Trường Sa (Khánh Hòa)"
    width, height = 6.85 * (_TILE_WIDTH + _GAP), 18 * (_TILE_HEIGHT + _GAP)
    return Markup('<svg class="map" role="img" aria-label="{}" viewBox="-2 -2 {} {}">{}</svg>').format(
        label, width, height, Markup("").join(marks)
    )


def _archipelago(
    shade: str, name: str, owner: str, origin: tuple[float, float], islands: tuple[tuple[float, float], ...]
) -> Markup:
    left, top = origin[0] * (_TILE_WIDTH + _GAP), origin[1] * (_TILE_HEIGHT + _GAP)
    dots = Markup("").join(
        Markup('<rect x="{:.1f}" y="{:.1f}" width="8" height="8" rx="2"/>').format(left + x * 60, top + y * 60)
        for x, y in islands
    )
    return Markup(
        '<g class="tile {}">{}</g><text class="sea-place" x="{:.1f}" y="{:.1f}">{}</text>'
        '<text class="sea-place" x="{:.1f}" y="{:.1f}">{}</text>'
    ).format(shade, dots, left + 42, top + 62, name, left + 42, top + 78, owner)
