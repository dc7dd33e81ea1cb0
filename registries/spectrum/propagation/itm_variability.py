"""How ITM's attenuation varies with time, location and situation. Metres, MHz, dB."""

import math

from data.coefficients import coefficients
from registries.spectrum.propagation.itm_attenuation import WAVE_NUMBER_MHZ, Terrain

NO_LOCATION, NO_SITUATION = 10, 20
SINGLE_MESSAGE, ACCIDENTAL, MOBILE = 0, 1, 2


def attenuation_exceeded(
    reference_db: float,
    terrain: Terrain,
    frequency_mhz: float,
    climate: int,
    variability: int,
    shares_percent: tuple[float, float, float],
) -> float:
    """Give the attenuation not exceeded in these shares of time, locations and situations."""
    row = {name: column[climate - 1] for name, column in coefficients("itm_climates").items()}
    time, location, situation = (_deviate(share / 100) for share in shares_percent)
    without_situation = variability >= NO_SITUATION
    mode = variability - NO_SITUATION if without_situation else variability
    without_location = mode >= NO_LOCATION
    mode = mode - NO_LOCATION if without_location else mode
    if mode == SINGLE_MESSAGE:
        time = location = situation
    elif mode == ACCIDENTAL:
        location = situation
    elif mode == MOBILE:
        location = time

    wave_number = frequency_mhz / WAVE_NUMBER_MHZ
    distance = terrain.distance_m
    edge = sum(math.sqrt(2 * 9000e3 * height) for height in terrain.effective_m) + (575.7e12 / wave_number) ** (1 / 3)
    effective = 130e3 * distance / edge if distance < edge else 130e3 + distance - edge

    rough = 0.0 if without_location else terrain.roughness_m * (1 - 0.8 * math.exp(-distance / 50e3)) * wave_number
    of_location = 10 * rough / (rough + 13)
    of_situation = 0.0 if without_situation else (5 + 3 * math.exp(-effective / 100e3)) ** 2
    q = math.log(0.133 * wave_number)
    of_time = _time_deviation(row, time, effective, q)

    spread = (
        of_situation
        + (of_time * time) ** 2 / (7.8 + situation**2)
        + (of_location * location) ** 2 / (24 + situation**2)
    )
    if mode == SINGLE_MESSAGE:
        shift, spread = 0.0, of_time**2 + of_location**2 + spread
    elif mode == ACCIDENTAL:
        shift, spread = of_time * time, of_location**2 + spread
    elif mode == MOBILE:
        shift = math.hypot(of_time, of_location) * time
    else:
        shift = of_time * time + of_location * location
    loss = reference_db - _curve(row, "median", effective) - shift - math.sqrt(spread) * situation
    return loss if loss >= 0 else loss * (29 - loss) / (29 - 10 * loss)


def _time_deviation(row: dict[str, float], time: float, effective: float, q: float) -> float:
    if time < 0:
        gain = row["gain_below_1"] + row["gain_below_2"] / ((row["gain_below_3"] * q) ** 2 + 1)
        return _curve(row, "below", effective) * gain
    gain = row["gain_above_1"] + row["gain_above_2"] / ((row["gain_above_3"] * q) ** 2 + 1)
    above = _curve(row, "above", effective) * gain
    if time <= row["far_z"]:
        return above
    far = above * row["far_share"]
    return far + (above - far) * row["far_z"] / time


def _curve(row: dict[str, float], name: str, effective: float) -> float:
    c1, c2 = row[f"{name}_c1"], row[f"{name}_c2"]
    x1, x2, x3 = (1000 * row[f"{name}_x{number}"] for number in (1, 2, 3))
    square = (effective / x1) ** 2
    return (c1 + c2 / (1 + ((effective - x2) / x3) ** 2)) * square / (1 + square)


def _deviate(share: float) -> float:
    tail = min(share, 1 - share)
    t = math.sqrt(-2 * math.log(tail))
    z = t - ((0.010328 * t + 0.802853) * t + 2.515516) / (((0.001308 * t + 0.189269) * t + 1.432788) * t + 1)
    return -z if share > 0.5 else z
