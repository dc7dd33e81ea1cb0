"""Path profiles: ground heights, clutter and radio-climatic zones along the great circle between two terminals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from registries.spectrum.errors import ProfileUnusable

Floats = npt.NDArray[np.float64]
Zones = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]


class Zone(IntEnum):
    """Radio-climatic zone, with the codes that ITU-R study group 3 writes in profiles."""

    SEA = 1
    COASTAL = 3
    INLAND = 4


@dataclass(frozen=True, slots=True)
class Profile:
    """One path: distance from the first terminal (km), ground above sea level (m), clutter above ground (m), zone."""

    distances_km: Floats
    heights_m: Floats
    clutter_m: Floats
    zones: Zones

    @classmethod
    def of(
        cls,
        distances_km: Sequence[float] | Floats,
        heights_m: Sequence[float] | Floats,
        clutter_m: Sequence[float] | Floats | float = 0.0,
        zones: Sequence[int] | Zones | Zone = Zone.INLAND,
        where: str = "profile",
    ) -> "Profile":
        """Give the profile of these columns; a single clutter height or zone holds everywhere.

        Raises:
            ProfileUnusable: The columns are no profile; the message says which point is at fault.
        """
        distances = np.ascontiguousarray(distances_km, np.float64)
        heights = np.ascontiguousarray(heights_m, np.float64)
        clutter = np.broadcast_to(np.asarray(clutter_m, np.float64), heights.shape).copy()
        kinds = np.broadcast_to(np.asarray(zones, np.int64), heights.shape)
        _check(distances, heights, clutter, kinds, where)
        return cls(distances, heights, clutter, kinds.astype(np.uint8))

    @property
    def length_km(self) -> float:
        return float(self.distances_km[-1])

    def turned(self) -> "Profile":
        """Give the same path from the other end."""
        distances = self.distances_km[-1] - self.distances_km[::-1]
        return Profile(distances, self.heights_m[::-1].copy(), self.clutter_m[::-1].copy(), self.zones[::-1].copy())


def _check(distances: Floats, heights: Floats, clutter: Floats, zones: npt.NDArray[np.int64], where: str) -> None:
    reason = ""
    if distances.ndim != 1 or distances.shape != heights.shape:
        reason = f"{distances.size} distances and {heights.size} heights"
    elif len(distances) < 3:
        reason = f"it has {len(distances)} points, and needs three at least"
    elif not np.isfinite(distances).all() or distances[0] != 0:
        reason = "its distances do not begin at 0, or one of them is no number"
    elif not (np.diff(distances) > 0).all():
        point = int(np.argmin(np.diff(distances) > 0)) + 1
        reason = f"point {point + 1} lies at {distances[point]} km, not beyond the point before it"
    elif not np.isfinite(heights).all():
        reason = f"point {int(np.argmin(np.isfinite(heights))) + 1} has no height"
    elif not (np.isfinite(clutter) & (clutter >= 0)).all():
        reason = "a clutter height is negative or no number"
    elif not np.isin(zones, [int(zone) for zone in Zone]).all():
        reason = f"zones are {sorted({int(zone) for zone in zones})}, known are 1 sea, 3 coastal land, 4 inland"
    if reason:
        raise ProfileUnusable(where=where, reason=reason)


@dataclass(frozen=True, slots=True)
class Profiles:
    """Many profiles laid end to end: points offsets[i] to offsets[i + 1] are those of profile i."""

    distances_km: Floats
    heights_m: Floats
    clutter_m: Floats
    zones: Zones
    offsets: Offsets

    @classmethod
    def of(cls, profiles: Iterable[Profile]) -> "Profiles":
        """Lay profiles end to end."""
        held = list(profiles)
        offsets = np.zeros(len(held) + 1, np.int64)
        np.cumsum([len(one.heights_m) for one in held], out=offsets[1:])
        if not held:
            return cls(np.empty(0), np.empty(0), np.empty(0), np.empty(0, np.uint8), offsets)
        return cls(
            np.concatenate([one.distances_km for one in held]),
            np.concatenate([one.heights_m for one in held]),
            np.concatenate([one.clutter_m for one in held]),
            np.concatenate([one.zones for one in held]),
            offsets,
        )

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, number: int) -> Profile:
        points = slice(int(self.offsets[number]), int(self.offsets[number + 1]))
        return Profile(self.distances_km[points], self.heights_m[points], self.clutter_m[points], self.zones[points])
