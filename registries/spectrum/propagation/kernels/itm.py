"""ITM over many links. Twin: `registries.spectrum.propagation.itm.itm`. Metres, radians, MHz inside."""

import math

import numpy as np
import numpy.typing as npt

from matching.kernels import bare_part, kernel
from registries.spectrum.propagation.kernels.itm_scatter import WAVE, scatter

Floats = npt.NDArray[np.float64]
Table = npt.NDArray[np.float64]
Offsets = npt.NDArray[np.int64]

F, TX, RX, N0, CLIMATE, VERTICAL, PERMITTIVITY, CONDUCTIVITY, VARIABILITY, TIME, LOCATION, SITUATION = range(12)
THIRD = 1 / 3
SAMPLES = 245


@bare_part
def line_through(h: Floats, begin: int, last: int, step: float, start: float, stop: float) -> tuple[float, float]:
    """Give both ends of the whole profile on the line that fits its part; the profile has points 0 to `last`."""
    first_index = int(max(start / step, 0.0))
    last_index = last - int(max(last - stop / step, 0.0))
    if last_index <= first_index:
        first_index = max(first_index - 1, 0)
        last_index = last - max(last - (last_index + 1), 0)
    length = last_index - first_index
    low, high = h[begin + first_index], h[begin + last_index]
    total = 0.5 * (low + high)
    scaled = 0.25 * length * (high - low)
    shifted = -0.5 * length
    for point in range(begin + first_index + 1, begin + last_index):
        shifted += 1
        total += h[point]
        scaled += h[point] * shifted
    mean = total / length
    slope = scaled * 12 / ((length * length + 2.0) * length)
    middle = last_index - 0.5 * length
    return mean - slope * middle, mean + slope * (last - middle)


@bare_part
def select(values: Floats, count: int, rank: int) -> float:
    """Give the value with this rank among the largest, counted from 0; the values are put in another order."""
    low, high = 0, count - 1
    while low < high:
        pivot = values[(low + high) >> 1]
        left, right = low, high
        while left <= right:
            while values[left] > pivot:
                left += 1
            while values[right] < pivot:
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                left += 1
                right -= 1
        if rank <= right:
            high = right
        elif rank >= left:
            low = left
        else:
            break
    found: float = values[rank]
    return found


@bare_part
def roughness(h: Floats, begin: int, points: int, step: float, start_m: float, stop_m: float, samples: Floats) -> float:
    start, stop = start_m / step, stop_m / step
    if stop - start < 2:
        return 0.0
    tenth = min(max(4, int(0.1 * (stop - start + 8))), 25)
    count = 10 * tenth - 5
    pace = (stop - start) / (count - 1)
    least = int(start)
    for number in range(count):
        at = start + pace * number
        below = max(min(math.ceil(at) - 1, points - 2), least)
        low = h[begin + below]
        samples[number] = low + (h[begin + below + 1] - low) * (at - below)
    fit_first, fit_last = line_through(samples, 0, count - 1, 1.0, 0.0, count - 1.0)
    tilt = (fit_last - fit_first) / (count - 1)
    for number in range(count):
        samples[number] -= fit_first + tilt * number
    high = select(samples, count, tenth - 1)
    low = select(samples, count, count - tenth)
    return (high - low) / (1 - 0.8 * math.exp(-(stop_m - start_m) / 50e3))


@bare_part
def spread(rough: float) -> float:
    return 0.78 * rough * math.exp(-0.5 * math.sqrt(math.sqrt(rough)))


@bare_part
def fresnel(v2: float) -> float:
    return 6.02 + 9.11 * math.sqrt(v2) - 1.27 * v2 if v2 < 5.76 else 12.953 + 10 * math.log10(v2)


@bare_part
def height_function(x: float, k: float) -> float:
    if x < 200:
        w = -math.log(k)
        if k < 1e-5 or x * w * w * w > 5495:
            return 17.372 * math.log(x) - 117 if x > 1 else -117.0
        return 2.5e-5 * x * x / k - 8.686 * w - 15
    far = 0.05751 * x - 4.343 * math.log(x)
    if x >= 2000:
        return far
    w = 0.0134 * x * math.exp(-0.005 * x)
    return (1 - w) * far + w * (17.372 * math.log(x) - 117)


@bare_part
def diffraction(
    distance: float,
    sight: float,
    angle_los: float,
    radius: float,
    f: float,
    impedance: float,
    rough: float,
    clutter: float,
    height_product: float,
    h1: float,
    h2: float,
    d1: float,
    d2: float,
) -> float:
    """Give knife edges and smooth earth weighted by roughness, and clutter; impedance is its size."""
    beyond = distance - sight
    angle = distance / radius - angle_los
    edge = 0.0795775 * f / WAVE * angle * angle * beyond
    edges = fresnel(edge * d1 / (beyond + d1)) + fresnel(edge * d2 / (beyond + d2))

    cube_root = f**THIRD
    whole = gains = 0.0
    for terminal in range(3):
        if terminal == 0:
            span, bend = beyond, beyond / angle
        elif terminal == 1:
            span, bend = d1, 0.5 * d1 * d1 / h1
        else:
            span, bend = d2, 0.5 * d2 * d2 / h2
        ratio = (4 / 3 * 6370e3 / bend) ** THIRD
        k = 0.017778 * ratio / cube_root / impedance
        x = (1.607 - k) * ratio * ratio * cube_root * span / 1000
        whole += x
        if terminal > 0:
            gains += height_function(x, k)
    smooth = 0.05751 * whole - 10 * math.log10(whole) - gains - 20

    weighed = math.sqrt(1 + (h1 * h2 - height_product) / (height_product + 10))
    weighed += (-angle_los * radius + sight) / distance
    weighed *= min(rough * (1 - 0.8 * math.exp(-distance / 50e3)) * f / WAVE, 6283.2)
    share = 25.1 / (25.1 + math.sqrt(weighed))
    return share * smooth + (1 - share) * edges + clutter


@bare_part
def two_rays(
    distance: float,
    f: float,
    impedance: complex,
    rough: float,
    slope: float,
    start: float,
    edge: float,
    h1: float,
    h2: float,
) -> float:
    number = f / WAVE
    grazing = (h1 + h2) / math.sqrt(distance * distance + (h1 + h2) * (h1 + h2))
    reflected = (grazing - impedance) / (grazing + impedance)
    reflected *= math.exp(-min(10.0, number * spread(rough * (1 - 0.8 * math.exp(-distance / 50e3))) * grazing))
    strength = reflected.real * reflected.real + reflected.imag * reflected.imag
    if strength < 0.25 or strength < grazing:
        reflected *= math.sqrt(grazing / strength)
    phase = 2 * number * h1 * h2 / distance
    if phase > math.pi / 2:
        phase = math.pi - (math.pi / 2) ** 2 / phase
    real, imaginary = math.cos(phase) + reflected.real, -math.sin(phase) + reflected.imag
    rays = -10 * math.log10(real * real + imaginary * imaginary)
    weight = 1 / (1 + f * rough / max(10e3, edge))
    return weight * rays + (1 - weight) * (slope * distance + start)


@bare_part
def deviate(share: float) -> float:
    near = min(share, 1 - share)
    t = math.sqrt(-2 * math.log(near))
    z = t - ((0.010328 * t + 0.802853) * t + 2.515516) / (((0.001308 * t + 0.189269) * t + 1.432788) * t + 1)
    return -z if share > 0.5 else z


@bare_part
def curve(climates: Table, row: int, first: int, effective: float) -> float:
    square = (effective / (1000 * climates[row, first + 2])) ** 2
    away = (effective - 1000 * climates[row, first + 3]) / (1000 * climates[row, first + 4])
    value: float = (climates[row, first] + climates[row, first + 1] / (1 + away * away)) * square / (1 + square)
    return value


@bare_part
def varied(
    reference: float,
    distance: float,
    f: float,
    rough: float,
    h1: float,
    h2: float,
    climates: Table,
    links: Table,
    row: int,
) -> float:
    """Give the attenuation not exceeded in the shares asked for."""
    time = deviate(links[row, TIME] / 100)
    location = deviate(links[row, LOCATION] / 100)
    situation = deviate(links[row, SITUATION] / 100)
    climate = int(links[row, CLIMATE]) - 1
    mode = int(links[row, VARIABILITY])
    without_situation = mode >= 20
    mode -= 20 if without_situation else 0
    without_location = mode >= 10
    mode -= 10 if without_location else 0
    if mode == 0:
        time = location = situation
    elif mode == 1:
        location = situation
    elif mode == 2:
        location = time
    number = f / WAVE
    edge = math.sqrt(2 * 9000e3 * h1) + math.sqrt(2 * 9000e3 * h2) + (575.7e12 / number) ** THIRD
    effective = 130e3 * distance / edge if distance < edge else 130e3 + distance - edge
    rugged = 0.0 if without_location else rough * (1 - 0.8 * math.exp(-distance / 50e3)) * number
    of_location = 10 * rugged / (rugged + 13)
    of_situation = 0.0 if without_situation else (5 + 3 * math.exp(-effective / 100e3)) ** 2
    q = math.log(0.133 * number)
    if time < 0:
        gain = climates[climate, 18] + climates[climate, 19] / ((climates[climate, 20] * q) ** 2 + 1)
        of_time = curve(climates, climate, 6, effective) * gain
    else:
        gain = climates[climate, 21] + climates[climate, 22] / ((climates[climate, 23] * q) ** 2 + 1)
        of_time = curve(climates, climate, 11, effective) * gain
        if time > climates[climate, 17]:
            far = of_time * climates[climate, 16]
            of_time = far + (of_time - far) * climates[climate, 17] / time
    square = (
        of_situation
        + (of_time * time) ** 2 / (7.8 + situation**2)
        + (of_location * location) ** 2 / (24 + situation**2)
    )
    shift = 0.0
    if mode == 0:
        square += of_time**2 + of_location**2
    elif mode == 1:
        shift = of_time * time
        square += of_location**2
    elif mode == 2:
        shift = math.sqrt(of_time**2 + of_location**2) * time
    else:
        shift = of_time * time + of_location * location
    loss = reference - curve(climates, climate, 1, effective) - shift - math.sqrt(square) * situation
    return loss if loss >= 0 else loss * (29 - loss) / (29 - 10 * loss)


@kernel
def itm(d: Floats, h: Floats, offsets: Offsets, links: Table, climates: Table, out: Floats) -> None:
    """Write the basic transmission loss of each link; the points of a profile are equally far from each other."""
    samples = np.empty(SAMPLES)
    for row in range(len(out)):
        begin, end = offsets[row], offsets[row + 1]
        points = end - begin
        f = links[row, F]
        distance = 1000 * d[end - 1]
        step = distance / (points - 1)
        tx_m, rx_m = links[row, TX], links[row, RX]
        tenth = int(0.1 * (points - 1))
        total = 0.0
        for point in range(begin + tenth, end - tenth):
            total += h[point]
        surface_n = links[row, N0] * math.exp(-total / (points - 2 * tenth) / 9460)
        curvature = 157e-9 * (1 - 0.04665 * math.exp(surface_n / 179.3))
        radius = 1 / curvature

        # horizons
        tx, rx = h[begin] + tx_m, h[end - 1] + rx_m
        half = curvature / 2
        theta1, theta2 = (rx - tx) / distance - distance * half, (tx - rx) / distance - distance * half
        d1 = d2 = distance
        for point in range(1, points - 1):
            away = step * point
            rest = distance - away
            height = h[begin + point]
            if height - tx > (theta1 + away * half) * away:
                theta1, d1 = (height - tx) / away - away * half, away
            if height - rx > (theta2 + rest * half) * rest:
                theta2, d2 = (height - rx) / rest - rest * half, rest

        # roughness and effective heights
        start, stop = min(15 * tx_m, 0.1 * d1), distance - min(15 * rx_m, 0.1 * d2)
        rough = roughness(h, begin, points, step, start, stop, samples)
        if d1 + d2 <= 1.5 * distance:
            fit1, _ = line_through(h, begin, points - 1, step, start, 0.9 * d1)
            _, fit2 = line_through(h, begin, points - 1, step, distance - 0.9 * d2, stop)
            h1, h2 = tx_m + max(h[begin] - fit1, 0.0), rx_m + max(h[end - 1] - fit2, 0.0)
        else:
            fit1, fit2 = line_through(h, begin, points - 1, step, start, stop)
            h1, h2 = tx_m + max(h[begin] - fit1, 0.0), rx_m + max(h[end - 1] - fit2, 0.0)
            d1 = math.sqrt(2 * h1 * radius) * math.exp(-0.07 * math.sqrt(rough / max(h1, 5.0)))
            d2 = math.sqrt(2 * h2 * radius) * math.exp(-0.07 * math.sqrt(rough / max(h2, 5.0)))
            if d1 + d2 <= distance:
                lift = (distance / (d1 + d2)) ** 2
                h1 *= lift
                h2 *= lift
                d1 = math.sqrt(2 * h1 * radius) * math.exp(-0.07 * math.sqrt(rough / max(h1, 5.0)))
                d2 = math.sqrt(2 * h2 * radius) * math.exp(-0.07 * math.sqrt(rough / max(h2, 5.0)))
            smooth = math.sqrt(2 * h1 * radius)
            theta1 = (0.65 * rough * (smooth / d1 - 1) - 2 * h1) / smooth
            smooth = math.sqrt(2 * h2 * radius)
            theta2 = (0.65 * rough * (smooth / d2 - 1) - 2 * h2) / smooth

        # the straight line of diffraction
        permittivity = complex(links[row, PERMITTIVITY], 18_000 * links[row, CONDUCTIVITY] / f)
        impedance = np.sqrt(permittivity - 1)
        if links[row, VERTICAL] != 0:
            impedance = impedance / permittivity
        size = abs(impedance)
        edge = math.sqrt(2 * h1 * radius) + math.sqrt(2 * h2 * radius)
        sight = d1 + d2
        angle_sum = theta1 + theta2
        angle_los = -max(angle_sum, -sight / radius)
        scale = (radius * radius / f) ** THIRD
        product = tx_m * rx_m
        rough_edge = spread(rough * (1 - 0.8 * math.exp(-edge / 50e3)))
        clutter = min(15.0, 5 * math.log10(1 + 1e-5 * product * f * rough_edge))
        near = max(edge, sight + 5 * scale)
        far = near + 10 * scale
        near_db = diffraction(near, sight, angle_los, radius, f, size, rough, clutter, product, h1, h2, d1, d2)
        far_db = diffraction(far, sight, angle_los, radius, f, size, rough, clutter, product, h1, h2, d1, d2)
        slope = (far_db - near_db) / (far - near)
        base = near_db - slope * near

        if distance < edge:
            at_edge = edge * slope + base
            close = 0.04 * f * h1 * h2
            if base >= 0:
                close = min(close, 0.5 * sight)
                middle = close + 0.25 * (sight - close)
            else:
                middle = max(-base / slope, 0.25 * sight)
            at_middle = two_rays(middle, f, impedance, rough, slope, base, edge, h1, h2)
            linear = logarithmic = 0.0
            settled = False
            if close < middle:
                at_close = two_rays(close, f, impedance, rough, slope, base, edge, h1, h2)
                ratio = math.log(edge / close)
                logarithmic = max(
                    0.0,
                    ((edge - close) * (at_middle - at_close) - (middle - close) * (at_edge - at_close))
                    / ((edge - close) * math.log(middle / close) - (middle - close) * ratio),
                )
                settled = base > 0 or logarithmic > 0
                if settled:
                    linear = (at_edge - at_close - logarithmic * ratio) / (edge - close)
                    if linear < 0:
                        linear, logarithmic = 0.0, max(at_edge - at_close, 0.0) / ratio
                        if logarithmic == 0:
                            linear = slope
            if not settled:
                linear, logarithmic = max(at_edge - at_middle, 0.0) / (edge - middle), 0.0
                if linear == 0:
                    linear = slope
            reference = at_edge + linear * (distance - edge) + logarithmic * math.log(distance / edge)
        else:
            reference = slope * distance + base
            at6, gain = scatter(sight + 400e3, -1.0, angle_sum, angle_los, radius, f, surface_n, h1, h2, d1, d2)
            at5, _ = scatter(sight + 200e3, gain, angle_sum, angle_los, radius, f, surface_n, h1, h2, d1, d2)
            if at5 < 1000:
                scattered = (at6 - at5) / 200e3
                crossing = (at5 - base - scattered * (sight + 200e3)) / (slope - scattered)
                crossing = max(edge, sight + 1.088 * scale * math.log(f), crossing)
                if distance > crossing:
                    reference = scattered * distance + (slope - scattered) * crossing + base
        beyond = varied(max(reference, 0.0), distance, f, rough, h1, h2, climates, links, row)
        out[row] = 32.45 + 20 * math.log10(f * distance / 1000) + beyond
