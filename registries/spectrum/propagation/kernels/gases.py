"""Attenuation by air and water vapour, line by line (P.676-13). Twin: `registries.spectrum.propagation.gases`."""

import math

import numpy as np
import numpy.typing as npt

from matching.kernels import bare_part

Table = npt.NDArray[np.float64]


@bare_part
def prepare_lines(oxygen: Table, water: Table, theta: float, ready: Table) -> None:
    """Work out what of the spectral lines depends on the temperature alone."""
    log_theta = math.log(theta)
    for line in range(len(oxygen)):
        ready[line, 0] = oxygen[line, 1] * 1e-7 * theta**3 * math.exp(oxygen[line, 2] * (1 - theta))
        ready[line, 1] = oxygen[line, 3] * 1e-4 * math.exp(log_theta * (0.8 - oxygen[line, 4]))
        ready[line, 2] = oxygen[line, 3] * 1e-4 * 1.1 * theta
        ready[line, 3] = (oxygen[line, 5] + oxygen[line, 6] * theta) * 1e-4 * math.exp(log_theta * 0.8)
    first = len(oxygen)
    for line in range(len(water)):
        ready[first + line, 0] = water[line, 1] * 0.1 * theta**3.5 * math.exp(water[line, 2] * (1 - theta))
        ready[first + line, 1] = water[line, 3] * 1e-4 * math.exp(log_theta * water[line, 4])
        ready[first + line, 2] = water[line, 3] * 1e-4 * water[line, 5] * math.exp(log_theta * water[line, 6])
        ready[first + line, 3] = 2.1316e-12 * water[line, 0] * water[line, 0] / theta


@bare_part
def gases(f: float, p: float, theta: float, vapour: float, oxygen: Table, water: Table, ready: Table) -> float:
    """Give the specific attenuation of dry air and vapour together, dB/km (P.676-13)."""
    e = vapour * 300 / theta / 216.7
    total: float = 0.0
    for line in range(len(oxygen)):
        at = oxygen[line, 0]
        width = ready[line, 1] * p + ready[line, 2] * e
        square = width * width + 2.25e-6
        width = math.sqrt(square)
        mixing = ready[line, 3] * (p + e)
        below, above = at - f, at + f
        under, over = below * below + square, above * above + square
        shape = ((width - mixing * below) * over + (width - mixing * above) * under) / (under * over * at)
        total += ready[line, 0] * p * f * shape
    for line in range(len(water)):
        at = water[line, 0]
        row = len(oxygen) + line
        width = ready[row, 1] * p + ready[row, 2] * e
        width = 0.535 * width + math.sqrt(0.217 * width * width + ready[row, 3])
        square = width * width
        below, above = at - f, at + f
        under, over = below * below + square, above * above + square
        total += ready[row, 0] * e * f * width * (under + over) / (under * over * at)
    debye = 5.6e-4 * (p + e) * math.pow(theta, 0.8)
    total += (
        f
        * p
        * theta**2
        * (
            6.14e-5 / (debye * (1 + (f / debye) ** 2))
            + 1.4e-12 * p * math.pow(theta, 1.5) / (1 + 1.9e-5 * math.pow(f, 1.5))
        )
    )
    return 0.1820 * f * total
