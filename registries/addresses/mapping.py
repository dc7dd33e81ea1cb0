"""What a map of address space shows: blocks, coloured by their holder, their state or their age, and the legend."""

import datetime
import html
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from registries.addresses.blocks import Block

NOT_RECORDED: Final = "chưa ghi nhận chủ thể · holder not recorded"
_OTHERS: Final = "chủ thể khác · other holders"
_HOLDERS_NAMED: Final = 8
_PALETTE: Final = ("#1f5fa8", "#d1691f", "#2f8f4e", "#b03a6f", "#7a5cc0", "#8a6d1f", "#2497a3", "#c0392b")
_AGE_COLOURS: Final = ("#0b2f5b", "#1c5a96", "#3f8cc4", "#7fbde0", "#f2a65a", "#d9480f")
_STATES: Final = {
    "allocated": ("#1f5fa8", "phân bổ · allocated"),
    "assigned": ("#2f8f4e", "cấp dùng · assigned"),
    "suspended": ("#d1691f", "tạm ngừng · suspended"),
    "reserved": ("#8d8d8d", "giữ lại · reserved"),
    "quarantined": ("#b03a6f", "cách ly · quarantined"),
    "available": ("#cfe3cf", "còn trống · available"),
}
GREY: Final = "#8d8d8d"


class ColourBy(Enum):
    """What the colour of a block tells."""

    HOLDER = "holder"
    STATE = "state"
    AGE = "age"

    def title(self, space: str) -> str:
        """Name a map of a space coloured so, in both languages."""
        vi, en = {
            ColourBy.HOLDER: ("theo chủ thể", "by holder"),
            ColourBy.STATE: ("theo trạng thái", "by state"),
            ColourBy.AGE: ("theo năm cấp", "by year of grant"),
        }[self]
        return f"Không gian {space} {vi} · {space} space {en}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A block on a map; `holder` None is not recorded, `since` None unknown."""

    block: Block
    state: str
    since: datetime.date | None = None
    holder: str | None = None

    @property
    def label(self) -> str:
        """What is shown when the block is pointed at, safe to stand in SVG."""
        text = f"{self.block} {self.state}" + (f" {self.since}" if self.since else "")
        return html.escape(text + (f" {self.holder}" if self.holder else ""))


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One colour, what it stands for, and how many blocks have it."""

    colour: str
    label: str
    blocks: int


def coloured(shown: Sequence[Shown], by: ColourBy) -> tuple[list[str], list[LegendEntry]]:
    """Give the colour of each block, and the legend in a fixed order with what is there.

    The eight holders with most addresses have colours of their own. Ages are six spans of years, equally long.
    """
    labels, colours = _LABELS[by](shown)
    counts = Counter(labels)
    legend = [LegendEntry(colour, label, counts[label]) for label, colour in colours.items() if counts[label]]
    return [colours[label] for label in labels], legend


def _by_state(shown: Sequence[Shown]) -> tuple[list[str], dict[str, str]]:
    colours = {label: colour for colour, label in _STATES.values()}
    labels = [_STATES[one.state][1] if one.state in _STATES else one.state for one in shown]
    return labels, colours | {label: GREY for label in labels if label not in colours}


def _by_holder(shown: Sequence[Shown]) -> tuple[list[str], dict[str, str]]:
    sizes = Counter[str]()
    for one in shown:
        if one.holder:
            sizes[one.holder] += one.block.size
    named = [name for name, _ in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[:_HOLDERS_NAMED]]
    colours = dict(zip(named, _PALETTE, strict=False)) | {_OTHERS: "#5f5f5f", NOT_RECORDED: "#9fb8d0"}
    labels = [NOT_RECORDED if not one.holder else one.holder if one.holder in named else _OTHERS for one in shown]
    return labels, colours


def _by_age(shown: Sequence[Shown]) -> tuple[list[str], dict[str, str]]:
    years = [one.since.year for one in shown if one.since]
    first, last = (min(years), max(years)) if years else (0, 0)
    span = -(-(last - first + 1) // len(_AGE_COLOURS))
    unknown = "không rõ năm · year unknown"
    colours: dict[str, str] = {}
    for place, colour in enumerate(_AGE_COLOURS):
        begin = first + place * span
        end = min(begin + span - 1, last)
        if begin <= last:
            colours[str(begin) if begin == end else f"{begin}–{end}"] = colour
    names = list(colours)
    labels = [names[(one.since.year - first) // span] if one.since else unknown for one in shown]
    return labels, colours | {unknown: GREY}


_LABELS: Final = {ColourBy.STATE: _by_state, ColourBy.HOLDER: _by_holder, ColourBy.AGE: _by_age}


def svg(width: int, height: int, title: str, parts: Iterable[str]) -> str:
    """Put drawn parts into a whole image that explains itself to screen readers too."""
    words = html.escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{words}" font-family="system-ui, \'Segoe UI\', Roboto, \'Noto Sans\', sans-serif">\n'
        f"<title>{words}</title>\n"
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def words(x: float, y: float, text: str, *, size: int = 13, colour: str = "#1b1b1b", weight: int = 400) -> str:
    """Write a line of text with its baseline at `y`."""
    place = f'x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}" font-weight="{weight}"'
    return f"<text {place}>{html.escape(text)}</text>"


def drawn_legend(legend: Sequence[LegendEntry], x: float, y: float, width: float) -> tuple[list[str], float]:
    """Draw a legend in lines no wider than `width`; give its parts and the height that it takes."""
    parts: list[str] = []
    at, line = x, 0
    for entry in legend:
        label = f"{entry.label} ({entry.blocks:,})"
        room = 22 + 7.2 * len(label) + 18
        if at + room > x + width and at > x:
            at, line = x, line + 1
        top = y + 22 * line
        parts.append(f'<rect x="{at:g}" y="{top:g}" width="14" height="14" fill="{entry.colour}" rx="2"/>')
        parts.append(words(at + 20, top + 12, label))
        at += room
    return parts, 22.0 * (line + 1)
