"""Diffraction over a smooth spherical earth (P.526-15 3.2). Twin: `registries.spectrum.propagation.diffraction`."""

import math

from matching.kernels import bare_part

WAVE_M_GHZ = 0.2998


@bare_part
def first_term(
    length: float,
    tx: float,
    rx: float,
    radius: float,
    f: float,
    permittivity: float,
    conductivity: float,
    vertical: float,
) -> float:
    lossy = 18 * conductivity / f
    k = 0.036 * math.pow(radius * f, -1 / 3) / math.sqrt(math.sqrt((permittivity - 1) ** 2 + lossy * lossy))
    if vertical != 0:
        k *= math.sqrt(permittivity * permittivity + lossy * lossy)
    k2 = k * k
    beta = (1 + 1.6 * k2 + 0.67 * k2 * k2) / (1 + 4.5 * k2 + 1.53 * k2 * k2)
    x = 21.88 * beta * math.pow(f / (radius * radius), 1 / 3) * length
    y = 0.9575 * beta * beta * math.pow(f * f / radius, 1 / 3)
    loss = -(11 + 10 * math.log10(x) - 17.6 * x) if x >= 1.6 else 20 * math.log10(x) + 5.6488 * math.pow(x, 1.425)
    least = 2 + 20 * math.log10(k)
    for height in (tx, rx):
        b = y * height
        gain = (
            17.6 * math.sqrt(b - 1.1) - 5 * math.log10(b - 1.1) - 8 if b > 2 else 20 * math.log10(b + 0.1 * b * b * b)
        )
        loss -= max(gain, least)
    return loss


@bare_part
def ground_term(length: float, tx: float, rx: float, radius: float, f: float, sea: float, vertical: float) -> float:
    loss: float = 0.0
    if sea > 0:
        loss += sea * first_term(length, tx, rx, radius, f, 80.0, 5.0, vertical)
    if sea < 1:
        loss += (1 - sea) * first_term(length, tx, rx, radius, f, 22.0, 0.003, vertical)
    return loss


@bare_part
def spherical(length: float, tx: float, rx: float, radius: float, f: float, sea: float, vertical: float) -> float:
    if length >= math.sqrt(2 * radius) * (math.sqrt(0.001 * tx) + math.sqrt(0.001 * rx)):
        return ground_term(length, tx, rx, radius, f, sea, vertical)
    c = (tx - rx) / (tx + rx)
    m = 250 * length * length / (radius * (tx + rx))
    angle = math.pi / 3 + math.acos(1.5 * c * math.sqrt(3 * m / (m + 1) ** 3)) / 3
    near = length / 2 * (1 + 2 * math.sqrt((m + 1) / (3 * m)) * math.cos(angle))
    far = length - near
    clearance = ((tx - 500 * near * near / radius) * far + (rx - 500 * far * far / radius) * near) / length
    required = 17.456 * math.sqrt(near * far * (WAVE_M_GHZ / f) / length)
    if clearance > required:
        return 0.0
    touching = 500 * (length / (math.sqrt(tx) + math.sqrt(rx))) ** 2
    loss = ground_term(length, tx, rx, touching, f, sea, vertical)
    return 0.0 if loss < 0 else (1 - clearance / required) * loss
