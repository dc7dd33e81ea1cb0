"""IPv6 space as a tree: wider prefixes above, the blocks in them below, free space between left out.

Every block has the same width whatever its size, since sizes differ by powers of thousands; how far apart blocks lie
is told by the prefixes above them, of which those are drawn that hold more than one block, at fixed lengths.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from registries.addresses.blocks import Block, address_text
from registries.addresses.mapping import ColourBy, Shown, coloured, drawn_legend, svg, words
from registries.addresses.text import IPV6

LEVELS: Final = (12, 16, 20, 24, 28, 32)
_MARGIN: Final = 32
_WIDTH: Final = 1280
_ROW: Final = 40
_LEAF_ROW: Final = 120
_LETTER: Final = 7.0
_HEAD: Final = 92


def tree_map(shown: Sequence[Shown], by: ColourBy, *, title: str = "") -> str:
    """Draw IPv6 blocks as SVG, in order of address; blocks of other families are left out.

    Text is Vietnamese, then English.
    """
    blocks = sorted((one for one in shown if one.block.family == IPV6), key=lambda one: one.block)
    colours, legend = coloured(blocks, by)
    unit = (_WIDTH - 2 * _MARGIN) / max(len(blocks), 1)
    heading = title or by.title("IPv6")
    note = (
        f"{len(blocks):,} khối, mỗi khối rộng bằng nhau; phía trên là tiền tố bao trùm · "
        f"{len(blocks):,} blocks, each equally wide; prefixes that hold them above"
    )
    parts = [words(_MARGIN, 36, heading, size=20, weight=600), words(_MARGIN, 58, note, colour="#4a4a4a")]
    keyed, taken = drawn_legend(legend, _MARGIN, _HEAD - 18, _WIDTH - 2 * _MARGIN)
    parts += keyed
    top = _HEAD + taken + 12
    for row, length in enumerate(LEVELS):
        parts.append(words(4, top + row * _ROW + 22, f"/{length}", size=11, colour="#4a4a4a"))
        for prefix, begin, count in runs([one.block for one in blocks], length):
            parts += _node(prefix, _MARGIN + begin * unit, top + row * _ROW, count * unit, row)
    bottom = top + len(LEVELS) * _ROW
    for place, (one, colour) in enumerate(zip(blocks, colours, strict=True)):
        height = _LEAF_ROW * (0.4 if (one.block.length or 0) > 32 else 1)
        parts.append(
            f'<rect x="{_MARGIN + place * unit:.2f}" y="{bottom:g}" width="{max(unit, 0.6):.2f}" height="{height:g}" '
            f'fill="{colour}"><title>{one.label}</title></rect>'
        )
    told = "cột cao: /32 trở lên; cột thấp: nhỏ hơn /32 · tall: /32 and larger; short: smaller than /32"
    parts.append(words(_MARGIN, bottom + _LEAF_ROW + 20, told, size=12, colour="#4a4a4a"))
    return svg(_WIDTH, int(bottom + _LEAF_ROW + 20 + _MARGIN), heading, parts)


def runs(blocks: Sequence[Block], length: int) -> Iterator[tuple[Block, int, int]]:
    """Give the prefixes of a length that hold some of the sorted blocks: prefix, place of the first, how many.

    A block wider than the prefix is in none.
    """
    begin = 0
    while begin < len(blocks):
        prefix = Block.prefix(IPV6, blocks[begin].first, length)
        stop = begin
        while stop < len(blocks) and prefix.contains(blocks[stop]):
            stop += 1
        if stop > begin:
            yield prefix, begin, stop - begin
        begin = max(stop, begin + 1)


def _node(prefix: Block, x: float, y: float, width: float, row: int) -> Iterator[str]:
    shade = 236 - 12 * row
    yield (
        f'<rect x="{x:.2f}" y="{y:g}" width="{width:.2f}" height="{_ROW - 4}" fill="rgb({shade},{shade + 6},250)" '
        f'stroke="#ffffff" stroke-width="{min(1.0, width / 4):.2f}"><title>{prefix}</title></rect>'
    )
    text = f"{address_text(IPV6, prefix.first)}/{prefix.length}"
    if width > _LETTER * len(text):
        yield words(x + 5, y + 22, text, size=12)
