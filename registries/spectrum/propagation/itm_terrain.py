"""What ITM reads off a terrain profile: horizons, effective heights, roughness. Metres and radians."""

import math

import numpy as np
import numpy.typing as npt

from registries.spectrum.propagation.itm_attenuation import Terrain

Floats = npt.NDArray[np.float64]


def read_terrain(heights: Floats, step_m: float, tx_m: float, rx_m: float, curvature: float) -> Terrain:
    """Give the terrain parameters of a profile of equal steps; antennas are tx_m and rx_m above ground."""
    distance = step_m * (len(heights) - 1)
    angles, horizons = _horizons(heights, step_m, tx_m, rx_m, curvature)
    start = min(15 * tx_m, 0.1 * horizons[0])
    stop = distance - min(15 * rx_m, 0.1 * horizons[1])
    roughness = terrain_roughness(heights, step_m, start, stop)
    if horizons[0] + horizons[1] <= 1.5 * distance:
        fit_tx, _ = line_through(heights, step_m, start, 0.9 * horizons[0])
        _, fit_rx = line_through(heights, step_m, distance - 0.9 * horizons[1], stop)
        effective = (tx_m + max(heights[0] - fit_tx, 0.0), rx_m + max(heights[-1] - fit_rx, 0.0))
        return Terrain(distance, roughness, (float(effective[0]), float(effective[1])), horizons, angles)

    # Well within the line of sight: horizons are those of a smooth earth, dimmed by the roughness.
    fits = line_through(heights, step_m, start, stop)
    raised = [
        float(tx_m + max(heights[0] - fits[0], 0.0)),
        float(rx_m + max(heights[-1] - fits[1], 0.0)),
    ]
    reach = [_reach(one, roughness, curvature) for one in raised]
    if sum(reach) <= distance:
        lift = (distance / sum(reach)) ** 2
        raised = [one * lift for one in raised]
        reach = [_reach(one, roughness, curvature) for one in raised]
    sights = []
    for one, horizon in zip(raised, reach, strict=True):
        smooth = math.sqrt(2 * one / curvature)
        sights.append((0.65 * roughness * (smooth / horizon - 1) - 2 * one) / smooth)
    return Terrain(distance, roughness, (raised[0], raised[1]), (reach[0], reach[1]), (sights[0], sights[1]))


def _reach(height: float, roughness: float, curvature: float) -> float:
    return math.sqrt(2 * height / curvature) * math.exp(-0.07 * math.sqrt(roughness / max(height, 5.0)))


def _horizons(
    heights: Floats, step_m: float, tx_m: float, rx_m: float, curvature: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    count = len(heights)
    distance = step_m * (count - 1)
    tx, rx = float(heights[0]) + tx_m, float(heights[-1]) + rx_m
    from_tx = step_m * np.arange(1, count - 1)
    from_rx = distance - from_tx
    angles, horizons = [], []
    for eye, other, away in ((tx, rx, from_tx), (rx, tx, from_rx)):
        angle, horizon = (other - eye) / distance - distance * curvature / 2, distance
        rises = (heights[1:-1] - eye) / away - away * curvature / 2
        # Of equal angles the point counts that is met first on the way from the transmitter.
        highest = int(np.argmax(rises))
        if rises[highest] > angle:
            angle, horizon = float(rises[highest]), float(away[highest])
        angles.append(angle)
        horizons.append(horizon)
    return (angles[0], angles[1]), (horizons[0], horizons[1])


def line_through(heights: Floats, step_m: float, start_m: float, stop_m: float) -> tuple[float, float]:
    """Give both ends of the whole profile on the straight line that fits its part from start to stop."""
    last = len(heights) - 1
    first_index = int(max(start_m / step_m, 0.0))
    last_index = last - int(max(last - stop_m / step_m, 0.0))
    if last_index <= first_index:
        first_index = max(first_index - 1, 0)
        last_index = last - max(last - (last_index + 1), 0)
    length = last_index - first_index
    part = heights[first_index : last_index + 1].copy()
    part[0] *= 0.5
    part[-1] *= 0.5
    shifted = np.arange(length + 1) - 0.5 * length
    mean = float(part.sum()) / length
    slope = float((part * shifted).sum()) * 12 / ((length * length + 2.0) * length)
    middle = last_index - 0.5 * length
    return mean - slope * middle, mean + slope * (last - middle)


def terrain_roughness(heights: Floats, step_m: float, start_m: float, stop_m: float) -> float:
    """Give delta h: what lies between the tenth and the ninetieth percentile of heights, for a path without end."""
    start, stop = start_m / step_m, stop_m / step_m
    if stop - start < 2:
        return 0.0
    tenth = min(max(4, int(0.1 * (stop - start + 8))), 25)
    count = 10 * tenth - 5
    at = start + (stop - start) / (count - 1) * np.arange(count)
    below = np.minimum(np.ceil(at).astype(np.int64) - 1, len(heights) - 2)
    below = np.maximum(below, int(start))
    samples = heights[below] + (heights[below + 1] - heights[below]) * (at - below)
    fit_first, fit_last = line_through(samples, 1.0, 0.0, count - 1.0)
    above = np.sort(samples - (fit_first + (fit_last - fit_first) / (count - 1) * np.arange(count)))[::-1]
    between = float(above[tenth - 1] - above[count - tenth])
    return between / (1 - 0.8 * math.exp(-(stop_m - start_m) / 50e3))
