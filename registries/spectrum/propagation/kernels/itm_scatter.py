"""Tropospheric scatter of ITM. Twin: `registries.spectrum.propagation.itm_attenuation`. Metres, radians, MHz."""

import math

from matching.kernels import bare_part

WAVE = 47.7
GAIN_A, GAIN_B = (25.0, 80.0, 177.0, 395.0, 705.0), (24.0, 45.0, 68.0, 80.0, 105.0)


@bare_part
def scatter_gain(r: float, eta: float) -> float:
    whole = int(eta)
    step = min(max(whole, 1), 5)
    square = 1 / (r * r)
    low = 10 * math.log10(1 + (GAIN_A[step - 1] * square + GAIN_B[step - 1]) * square)
    if 1 <= whole < 5 and eta > step:
        high = 10 * math.log10(1 + (GAIN_A[step] * square + GAIN_B[step]) * square)
        return low + (eta - step) * (high - low)
    return low


@bare_part
def scatter(
    distance: float,
    known: float,
    angle_sum: float,
    angle_los: float,
    radius: float,
    f: float,
    surface_n: float,
    h1: float,
    h2: float,
    d1: float,
    d2: float,
) -> tuple[float, float]:
    """Give the attenuation of scatter and its frequency gain."""
    number = f / WAVE
    angle = angle_sum + distance / radius
    gain = known
    if known <= 15:
        difference, ratio = d1 - d2, h2 / h1
        if difference < 0:
            difference, ratio = -difference, 1 / ratio
        r1, r2 = 2 * number * angle * h1, 2 * number * angle * h2
        if r1 < 0.2 and r2 < 0.2:
            return 1001.0, known
        s = (distance - difference) / (distance + difference)
        q = min(max(0.1, ratio / s), 10.0)
        s = max(0.1, s)
        crossing = (distance - difference) * (distance + difference) * angle * 0.25 / distance
        n = surface_n
        eta = (crossing / 1.7556e3) * (
            1 + (0.031 - n * 2.32e-3 + n * n * 5.67e-6) * math.exp(-(min(1.7, crossing / 8e3) ** 6))
        )
        mean = (scatter_gain(r1, eta) + scatter_gain(r2, eta)) / 2
        found = max(mean + min(mean, 6 * (0.6 - math.log10(max(eta, 1.0))) * math.log10(s) * math.log10(q)), 0.0)
        if eta < 1:
            root = math.sqrt(2)
            limit = ((1 + root / r1) * (1 + root / r2)) ** 2 * (r1 + r2) / (r1 + r2 + 2 * root)
            found = eta * found + (1 - eta) * 10 * math.log10(limit)
        gain = known if found > 15 and known >= 0 else found
    bend = distance / radius - angle_los
    spent = bend * distance
    if spent <= 10e3:
        loss = 133.4 + 0.332e-3 * spent - 10 * math.log10(spent)
    elif spent <= 70e3:
        loss = 104.6 + 0.212e-3 * spent - 2.5 * math.log10(spent)
    else:
        loss = 71.8 + 0.157e-3 * spent + 5 * math.log10(spent)
    loss += 10 * math.log10(f * bend**4) - 0.1 * (surface_n - 301) * math.exp(-spent / 40e3) + gain
    return loss, gain
