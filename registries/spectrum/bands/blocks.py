"""Band plans of public mobile networks: blocks, who holds them, and how much of a band one holder may have, on a day.

References:
    data/tables/imt_blocks.csv, each row with its source: results of auctions, Circulars 12/2023 and 03/2024/TT-BTTTT.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from registries.overlay import Doubt, Tables, doubt_of
from registries.spectrum.bands.allocations import Band
from registries.spectrum.findings import Finding

Duplex = Literal["FDD", "TDD", "SDL"]
OURS: Final = Tables()


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a plan; `downlink` is None where one band serves both ways. `doubt` says what is not confirmed."""

    band_name: str
    name: str
    duplex: Duplex
    uplink: Band
    downlink: Band | None
    holder: str
    source: str
    doubt: Doubt | None

    @property
    def bands(self) -> tuple[Band, ...]:
        """The one or two bands of the block."""
        return (self.uplink,) if self.downlink is None else (self.uplink, self.downlink)

    @property
    def width_hz(self) -> int:
        """All Hz of the block, both ways together."""
        return sum(band.width_hz for band in self.bands)


def blocks(on: datetime.date, tables: Tables = OURS) -> tuple[Block, ...]:
    """Give the blocks whose plan holds on a day, in order of frequency."""
    found = []
    for row in tables.rows("imt_blocks", on):
        downlink = None
        if row["downlink_lower_hz"]:
            downlink = Band(int(row["downlink_lower_hz"]), int(row["downlink_upper_hz"]))
        duplex: Duplex = "FDD" if row["duplex"] == "FDD" else "TDD" if row["duplex"] == "TDD" else "SDL"
        uplink = Band(int(row["lower_hz"]), int(row["upper_hz"]))
        doubt = doubt_of(row)
        found.append(Block(row["band"], row["block"], duplex, uplink, downlink, row["holder"], row["source"], doubt))
    return tuple(sorted(found, key=lambda block: block.uplink))


def blocks_of(holder: str, on: datetime.date, tables: Tables = OURS) -> tuple[Block, ...]:
    """Give the blocks of a holder on a day."""
    return tuple(block for block in blocks(on, tables) if block.holder == holder)


def block_of(band: Band, on: datetime.date, tables: Tables = OURS) -> Block | None:
    """Give the block in which the whole of a band lies, or None."""
    return next((block for block in blocks(on, tables) if any(part.contains(band) for part in block.bands)), None)


def check_blocks(found: Iterable[Block]) -> tuple[Finding, ...]:
    """Find blocks that overlap, and pairs of unlike width."""
    rows = list(found)
    return (*_unlike(rows), *_overlapping(rows))


def _unlike(rows: list[Block]) -> Iterator[Finding]:
    for block in rows:
        if block.downlink is not None and block.duplex == "FDD" and block.uplink.width_hz != block.downlink.width_hz:
            vi = f"hai chiều rộng khác nhau: {block.uplink}, {block.downlink}"
            en = f"the two ways differ in width: {block.uplink}, {block.downlink}"
            yield Finding("block-pair-unlike", "error", f"{block.band_name} {block.name}", vi, en)


def _overlapping(rows: list[Block]) -> Iterator[Finding]:
    pieces = sorted((part, f"{block.band_name} {block.name}") for block in rows for part in block.bands)
    widest: tuple[Band, str] | None = None
    for part, name in pieces:
        if widest is not None and part.overlaps(widest[0]):
            vi, en = f"chồng lên {widest[1]}", f"it overlaps {widest[1]}"
            yield Finding("block-overlap", "error", name, vi, en)
        if widest is None or part.upper_hz > widest[0].upper_hz:
            widest = part, name
