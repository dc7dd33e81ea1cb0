"""IPv4 space as a map: along a Hilbert curve, so that neighbouring addresses lie together and a prefix is a rectangle.

Each /8 that holds something is a panel of its own, all at one scale: a /16 is a sixteenth of a panel's width. A prefix
of even length is a square of the curve, one of odd length two squares side by side.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from registries.addresses.blocks import Block
from registries.addresses.mapping import ColourBy, Shown, coloured, drawn_legend, svg, words
from registries.addresses.text import IPV4

PANEL: Final = 192
_COLUMNS: Final = 6
_GAP: Final = 20
_MARGIN: Final = 32
_HEAD: Final = 92
_ORDER: Final = 12
_PANEL_LENGTH: Final = 8
_LEAST: Final = 1.5
"""Width in points below which a block would not be seen at all."""


def hilbert_place(place: int, order: int) -> tuple[int, int]:
    """Give column and row of a place along the Hilbert curve of 2**order cells a side."""
    x = y = 0
    for level in range(order):
        quarter = place >> 2 * level & 3
        right, down = quarter >> 1, (quarter ^ quarter >> 1) & 1
        side = 1 << level
        if not down:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        x, y = x + side * right, y + side * down
    return x, y


def squares(first: int, length: int) -> Iterator[tuple[int, int, int]]:
    """Give the squares of a prefix inside its /8 as (column, row, side) on a grid of 4096: one, or two side by side."""
    even = length + length % 2
    for half in range(1 << even - length):
        start = first + half * (1 << 32 - even)
        order = (even - _PANEL_LENGTH) // 2
        place = (start & (1 << 32 - _PANEL_LENGTH) - 1) >> 32 - even
        column, row = hilbert_place(place, order)
        side = 1 << _ORDER - order
        yield column * side, row * side, side


def hilbert_map(shown: Sequence[Shown], by: ColourBy, *, title: str = "") -> str:
    """Draw IPv4 blocks as SVG; blocks of other families are left out. Text is Vietnamese, then English.

    Where blocks overlap, the later of the sequence lies on top. Blocks larger than a /8 fill several panels.
    """
    blocks = [one for one in shown if one.block.family == IPV4]
    colours, legend = coloured(blocks, by)
    panels: dict[int, list[tuple[int, int, str, Shown]]] = defaultdict(list)
    for one, colour in zip(blocks, colours, strict=True):
        for first, length in one.block.prefixes:
            for start in range(first, first + (1 << 32 - length), 1 << 24):
                panels[start >> 24].append((start, max(length, _PANEL_LENGTH), colour, one))
    width = 2 * _MARGIN + _COLUMNS * PANEL + (_COLUMNS - 1) * _GAP
    heading = title or by.title("IPv4")
    total = sum(one.block.size for one in blocks)
    parts = [
        words(_MARGIN, 36, heading, size=20, weight=600),
        words(
            _MARGIN,
            58,
            f"{len(blocks):,} khối, {total:,} địa chỉ; đường cong Hilbert, mỗi ô lớn là một /8 · "
            f"{len(blocks):,} blocks, {total:,} addresses; Hilbert curve, each panel is a /8",
            colour="#4a4a4a",
        ),
    ]
    keyed, taken = drawn_legend(legend, _MARGIN, _HEAD - 18, width - 2 * _MARGIN)
    parts += keyed
    top = _HEAD + taken + 12
    for place, (octet, held) in enumerate(sorted(panels.items())):
        x = _MARGIN + place % _COLUMNS * (PANEL + _GAP)
        y = top + place // _COLUMNS * (PANEL + _GAP + 18)
        parts += _panel(octet, held, x, y)
    rows = -(-len(panels) // _COLUMNS)
    return svg(width, int(top + rows * (PANEL + _GAP + 18) + _MARGIN), heading, parts)


def _panel(octet: int, held: list[tuple[int, int, str, Shown]], x: float, y: float) -> Iterator[str]:
    scale = PANEL / (1 << _ORDER)
    share = sum(1 << 32 - length for _, length, _, _ in held) / (1 << 24)
    yield words(x, y, f"{octet}.0.0.0/8", weight=600)
    yield words(x + PANEL - 62, y, f"{share:>8.2%}", colour="#4a4a4a")
    yield f'<rect x="{x:g}" y="{y + 6:g}" width="{PANEL}" height="{PANEL}" fill="#f1f3f5" stroke="#c4c9ce"/>'
    for start, length, colour, one in held:
        for column, row, side in squares(start, length):
            drawn = max(side * scale, _LEAST)
            yield (
                f'<rect x="{x + column * scale:g}" y="{y + 6 + row * scale:g}" width="{drawn:g}" height="{drawn:g}" '
                f'fill="{colour}"><title>{one.label}</title></rect>'
            )


def panel_blocks(blocks: Sequence[Block]) -> list[Block]:
    """Give the /8s that a map of these blocks has panels for."""
    octets = {start for one in blocks if one.family == IPV4 for start in range(one.first >> 24, (one.last >> 24) + 1)}
    return [Block.prefix(IPV4, octet << 24, _PANEL_LENGTH) for octet in sorted(octets)]
