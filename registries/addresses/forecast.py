"""How long a pool will last: what was given in whole years, carried on, with the interval that so few years allow.

Years are taken as draws from one normal distribution. The sum over the next h years then has mean h·m and variance
h·s² + h²·s²/n, the second part because m itself is estimated from n years. That is all; a change of policy or of the
market is not in it, and with fewer than three years no forecast is given.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HORIZON_YEARS: Final = 50
_STEPS: Final = 12
_T95: Final = (
    6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753, 1.746,
    1.740, 1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699, 1.697,
)  # fmt: skip
"""95 % points of Student's t for 1 to 30 degrees of freedom; 1.645 beyond."""
LEAST_YEARS: Final = 3


@dataclass(frozen=True, slots=True)
class Forecast:
    """Years until a pool is empty: expected, and the ends of a 90 % interval; None is beyond 50 years."""

    years_used: int
    mean_a_year: float
    deviation: float
    expected_years: float | None
    earliest_years: float | None
    latest_years: float | None


def demand(years: Sequence[float], horizon_years: float) -> tuple[float, float, float]:
    """Give the expected demand over a horizon and the ends of its 90 % interval, from that of past whole years."""
    count, mean, deviation = len(years), statistics.fmean(years), statistics.stdev(years)
    factor = _T95[count - 2] if count - 2 < len(_T95) else 1.645
    spread = factor * deviation * math.sqrt(horizon_years + horizon_years**2 / count)
    return mean * horizon_years, max(mean * horizon_years - spread, 0.0), mean * horizon_years + spread


def forecast(free: float, years: Sequence[float]) -> Forecast | None:
    """Tell when `free` addresses or prefixes will be given out, to the month; None for fewer than three years.

    `years` holds what was given in each past whole year, in the unit of `free`; a year without grants is a 0.
    """
    if len(years) < LEAST_YEARS:
        return None
    reached: list[float | None] = [None, None, None]
    for step in range(HORIZON_YEARS * _STEPS + 1):
        horizon = step / _STEPS
        for place, amount in enumerate(demand(years, horizon)):
            if reached[place] is None and amount >= free:
                reached[place] = horizon
    expected, latest, earliest = reached
    return Forecast(len(years), statistics.fmean(years), statistics.stdev(years), expected, earliest, latest)
