"""Antenna patterns: loss against the maximum gain at every degree around, and at every degree of the vertical plane.

Azimuths run clockwise from the main direction. Vertical angles run from 0 at the horizon in the main direction
downwards through 90 (nadir) and 180 (horizon behind) to 270 (zenith), as planning tools do.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from registries.spectrum.antennas.errors import AntennaError
from registries.spectrum.antennas.levels import Dbi

Floats = npt.NDArray[np.float64]
DEGREES: Final = 360


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A pattern; losses are dB below `gain`, 360 of each plane; a plane that was not given is all zero."""

    name: str
    gain: Dbi
    horizontal_loss_db: Floats
    vertical_loss_db: Floats
    make: str = ""
    frequency_hz: int | None = None
    tilt_deg: float = 0.0
    polarisation: str = ""

    def __post_init__(self) -> None:
        for plane, losses in (("horizontal", self.horizontal_loss_db), ("vertical", self.vertical_loss_db)):
            if losses.shape != (DEGREES,) or not np.isfinite(losses).all():
                raise AntennaError(detail=f"{self.name}: the {plane} plane has {DEGREES} numbers, one for each degree")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Pattern):
            return NotImplemented
        same = (self.name, self.gain, self.make, self.frequency_hz, self.tilt_deg, self.polarisation) == (
            other.name, other.gain, other.make, other.frequency_hz, other.tilt_deg, other.polarisation,
        )  # fmt: skip
        return (
            same
            and np.array_equal(self.horizontal_loss_db, other.horizontal_loss_db)
            and np.array_equal(self.vertical_loss_db, other.vertical_loss_db)
        )

    __hash__ = None  # type: ignore[assignment]

    def loss_db(self, azimuth_off_deg: float, down_deg: float) -> float:
        """Give the loss towards a direction, the two planes added (angles off the main direction, down positive).

        Adding the planes overstates the loss off both axes: an estimate, as planning tools make it.
        """
        around = interpolate(self.horizontal_loss_db, azimuth_off_deg)
        return around + interpolate(self.vertical_loss_db, down_deg)

    def beamwidth_deg(self) -> float:
        """Give the width between the points 3 dB down on both sides of the horizontal maximum, or 360."""
        losses = self.horizontal_loss_db - self.horizontal_loss_db.min()
        peak = int(losses.argmin())
        sides = []
        for step in (1, -1):
            for offset in range(1, DEGREES // 2 + 1):
                here, before = (float(losses[(peak + step * at) % DEGREES]) for at in (offset, offset - 1))
                if here >= 3:
                    sides.append(offset - 1 + (3 - before) / (here - before))
                    break
        return sum(sides) if len(sides) == 2 else float(DEGREES)

    def turned(self, azimuth_deg: float) -> Self:
        """Give the pattern with its main direction turned to an azimuth, so that index 0 is north."""
        angles = np.arange(DEGREES) - azimuth_deg
        return replace(self, horizontal_loss_db=np.array([interpolate(self.horizontal_loss_db, a) for a in angles]))


def interpolate(losses: Floats, angle_deg: float) -> float:
    """Give the loss at any angle, by a straight line in dB between the degrees around it."""
    angle = angle_deg % DEGREES
    lower = int(angle) % DEGREES
    part = angle - math.floor(angle)
    return float(losses[lower] + (losses[(lower + 1) % DEGREES] - losses[lower]) * part)


def resample(angles_deg: Sequence[float], losses_db: Sequence[float]) -> Floats:
    """Give 360 losses, by straight lines in dB between the given points around the circle; exact where they are given.

    Raises:
        AntennaError: There is no point, points contradict each other, or one is no number.
    """
    angles, losses = np.asarray(angles_deg, np.float64) % DEGREES, np.asarray(losses_db, np.float64)
    if len(angles) == 0 or len(angles) != len(losses):
        raise AntennaError(detail="a pattern has a loss for each angle, and one at least")
    if not (np.isfinite(angles).all() and np.isfinite(losses).all()):
        raise AntennaError(detail="angles and losses are numbers")
    order = np.argsort(angles, kind="stable")
    angles, losses = angles[order], losses[order]
    kept, first = np.unique(angles, return_index=True)
    for at, angle in enumerate(angles):
        held = losses[first[np.searchsorted(kept, angle)]]
        if abs(losses[at] - held) > 0.05:
            raise AntennaError(detail=f"angle {angle:g} has two losses: {held:g} and {losses[at]:g} dB")
    return np.interp(np.arange(DEGREES, dtype=np.float64), kept, losses[first], period=DEGREES)
