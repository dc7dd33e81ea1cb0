"""Channel arrangements by rule: a centre frequency is a reference frequency and a whole number of steps.

A paired arrangement has a lower and an upper half, each with its own first channel. A raster of land mobile or
broadcasting has one. Channels are numbered as the plan numbers them; frequencies are whole Hz.

References:
    Recommendations ITU-R F.635 (4 GHz), F.383 (lower 6 GHz), F.384 (upper 6 GHz), F.385 (7 GHz), F.386 (8 GHz), F.387
    (11 GHz), F.497 (13 GHz), F.636 (15 GHz), F.595 (18 GHz), F.637 (23 GHz): formulas f_n = f_0 + offset + step n, as
    remembered, to be checked with the national plan (Circular 17/2018/TT-BTTTT); data/tables/channel_rasters.csv.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import data
from registries.overlay import Doubt, Tables, doubt_of
from registries.spectrum.bands.allocations import Band, band_around
from registries.spectrum.bands.errors import ChannelUnknown, RasterUnknown

OURS: Final = Tables()


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of an arrangement; `paired_hz` is the centre of the other way, None where there is none."""

    number: int
    centre_hz: int
    paired_hz: int | None
    width_hz: int

    @property
    def band(self) -> Band:
        """The frequencies of the channel."""
        return band_around(self.centre_hz, self.width_hz)


@dataclass(frozen=True, slots=True)
class Raster:
    """An arrangement: channel n has its centre at `zero_hz` + n * `step_hz`, and its pair `duplex_hz` above it."""

    name: str
    service: str
    zero_hz: int
    step_hz: int
    width_hz: int
    duplex_hz: int
    first: int
    last: int
    vi: str
    en: str
    source: str
    doubt: Doubt | None

    def channel(self, number: int) -> Channel:
        """Give a channel by its number.

        Raises:
            ChannelUnknown: There is none.
        """
        if not self.first <= number <= self.last:
            raise ChannelUnknown(raster=self.name, first=self.first, last=self.last, step=self.step_hz, number=number)
        centre = self.zero_hz + number * self.step_hz
        return Channel(number, centre, centre + self.duplex_hz if self.duplex_hz else None, self.width_hz)

    def channels(self) -> Iterator[Channel]:
        """Give all channels in order."""
        return (self.channel(number) for number in range(self.first, self.last + 1))

    def at(self, frequency_hz: int) -> Channel | None:
        """Give the channel one of whose centres is exactly this frequency, or None: it lies off the raster."""
        for centre in (frequency_hz, frequency_hz - self.duplex_hz):
            number, rest = divmod(centre - self.zero_hz, self.step_hz)
            if not rest and self.first <= number <= self.last:
                return self.channel(number)
        return None


def rasters(on: datetime.date, tables: Tables = OURS) -> tuple[Raster, ...]:
    """Give the arrangements that hold on a day."""
    return tuple(_raster(row) for row in tables.rows("channel_rasters", on))


def raster(name: str, on: datetime.date, tables: Tables = OURS) -> Raster:
    """Give an arrangement by its name.

    Raises:
        RasterUnknown: None of this name holds on the day.
    """
    found = {row.name: row for row in rasters(on, tables)}
    if name not in found:
        raise RasterUnknown(name=name, on=on, known=", ".join(sorted(found)))
    return found[name]


def _raster(row: data.Row) -> Raster:
    numbers = (int(row[column]) for column in ("zero_hz", "step_hz", "width_hz", "duplex_hz", "first", "last"))
    zero, step, width, duplex, first, last = numbers
    doubt = doubt_of(row)
    return Raster(
        row["raster"], row["service"], zero, step, width, duplex, first, last, row["vietnamese"], row["english"],
        row["source"], doubt,
    )  # fmt: skip
