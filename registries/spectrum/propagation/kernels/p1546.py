"""P.1546-6 over many links. Twins: `registries.spectrum.propagation.p1546.p1546` and `.p1546_curves`."""

import math

import numpy as np
import numpy.typing as npt

from matching.kernels import bare_part, kernel

Floats = npt.NDArray[np.float64]
Table = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]

F, P, TX, RX, AREA, LOCATION, WIDTH, WARM, TERRAIN = range(9)
COLUMNS = 9
INLAND = 4
DEGREES = 180 / math.pi
LOG_600, LOG_2000, LOG_2 = math.log10(600.0), math.log10(2000.0), math.log10(2.0)


@bare_part
def edge(nu: float) -> float:
    if nu <= -0.7806:
        return 0.0
    return 6.9 + 20 * math.log10(math.sqrt((nu - 0.1) * (nu - 0.1) + 1) + nu - 0.1)


@bare_part
def deviate(share: float) -> float:
    """Give the deviate exceeded in this share of cases."""
    t = math.sqrt(-2 * math.log(min(share, 1 - share)))
    z = t - ((0.010328 * t + 0.802853) * t + 2.515517) / (((0.001308 * t + 0.189269) * t + 1.432788) * t + 1)
    return -z if share > 0.5 else z


@bare_part
def cap(distance: float, time: float, sea: float) -> float:
    """Give the greatest field strength."""
    return 106.9 - 20 * math.log10(distance) + sea * (2.38 * (1 - math.exp(-distance / 8.94)) * math.log10(50 / time))


@bare_part
def clear(f: float, h1: float, h2: float) -> float:
    """Give the longest path with 0.6 of the first Fresnel zone free."""
    height = max(h1, 0.0)
    by_frequency = 0.0000389 * f * height * h2
    by_horizon = 4.1 * (math.sqrt(height) + math.sqrt(h2))
    return max(0.001, by_frequency * by_horizon / (by_frequency + by_horizon))


@bare_part
def cleared(f: float, angle: float) -> float:
    """Give the correction for a clearance angle."""
    root = math.sqrt(f)
    return edge(0.036 * root) - edge(0.065 * min(max(angle, 0.55), 40.0) * root)


@bare_part
def place(distance: float) -> int:
    """Give the place of the last tabulated distance not beyond: steps of 1, 5, 10 and 25 km."""
    if distance < 20:
        return max(int(distance) - 1, 0)
    if distance < 100:
        return 19 + int((distance - 20) / 5)
    if distance < 200:
        return 35 + int((distance - 100) / 10)
    return min(45 + int((distance - 200) / 25), 76)


@bare_part
def read(table: Table, number: int, surface: int, time: int, low: int, share: float, height: int) -> float:
    near: float = table[number, surface, time, low, height]
    far: float = table[number, surface, time, low + 1, height]
    return near + (far - near) * share


@bare_part
def at_height(
    table: Table,
    logs: Floats,
    number: int,
    surface: int,
    time: int,
    percent: float,
    low: int,
    share: float,
    distance: float,
    h1: float,
    h_low: int,
    h_share: float,
    greatest: float,
    clearance: float,
) -> float:
    """Read the curves of one frequency and time; clearance is NaN where the edge 9 km away is wanted."""
    if h1 >= 10:
        lower = read(table, number, surface, time, low, share, h_low)
        upper = read(table, number, surface, time, low, share, h_low + 1)
        return min(lower + (upper - lower) * h_share, greatest)
    nominal = 100.0 if number == 0 else 600.0 if number == 1 else 2000.0
    wedge = 1.35 if number == 0 else 3.31 if number == 1 else 6.0
    at_10 = read(table, number, surface, time, low, share, 0)
    at_20 = read(table, number, surface, time, low, share, 1)
    at_0 = at_10 + 0.5 * (at_10 - at_20 + 6.03 - edge(wedge * math.atan(10 / 9000) * DEGREES))
    if surface == 0:
        if h1 >= 0:
            return at_0 + 0.1 * h1 * (at_10 - at_0)
        if math.isnan(clearance):
            return at_0 + 6.03 - edge(wedge * math.atan(-h1 / 9000) * DEGREES)
        return at_0 + cleared(nominal, clearance)
    height_share = math.log10(h1 / 10) / LOG_2
    clear_1, clear_20 = clear(nominal, h1, 10.0), clear(nominal, 20.0, 10.0)
    if distance <= clear_1:
        return greatest
    if distance < clear_20:
        low_20 = place(clear_20)
        share_20 = (math.log10(clear_20) - logs[low_20]) / (logs[low_20 + 1] - logs[low_20])
        far_10 = read(table, number, surface, time, low_20, share_20, 0)
        far_20 = read(table, number, surface, time, low_20, share_20, 1)
        near, far = cap(clear_1, percent, 1.0), far_10 + (far_20 - far_10) * height_share
        return near + (far - near) * math.log10(distance / clear_1) / math.log10(clear_20 / clear_1)
    beyond = (distance - clear_20) / distance
    return (at_10 + (at_20 - at_10) * height_share) * (1 - beyond) + (at_0 + 0.1 * h1 * (at_10 - at_0)) * beyond


@bare_part
def at_frequency(
    table: Table,
    logs: Floats,
    f: float,
    log_f: float,
    surface: int,
    time: int,
    percent: float,
    distance: float,
    log_distance: float,
    h1: float,
    h_low: int,
    h_share: float,
    greatest: float,
    clearance: float,
) -> float:
    low = place(distance)
    share = (log_distance - logs[low]) / (logs[low + 1] - logs[low])
    number = 0 if f <= 600 else 1
    lower = at_height(
        table, logs, number, surface, time, percent, low, share, distance, h1, h_low, h_share, greatest, clearance
    )
    upper = at_height(
        table, logs, number + 1, surface, time, percent, low, share, distance, h1, h_low, h_share, greatest, clearance
    )
    begin, end = (2.0, LOG_600) if number == 0 else (LOG_600, LOG_2000)
    field = lower + (upper - lower) * (log_f - begin) / (end - begin)
    return min(field, greatest) if f > 2000 else field


@bare_part
def on_surface(
    table: Table,
    logs: Floats,
    heights: Floats,
    log_heights: Floats,
    f: float,
    log_f: float,
    surface: int,
    percent: float,
    distance: float,
    log_distance: float,
    height: float,
    greatest: float,
    clearance: float,
) -> float:
    """Read the curves of one surface, between two shares of time."""
    h1 = height if surface == 0 else max(height, 3.0)
    h_low = 0
    h_share = 0.0
    if h1 >= 10:
        while h_low < 6 and heights[h_low + 1] <= h1:
            h_low += 1
        h_share = (math.log10(h1) - log_heights[h_low]) / (log_heights[h_low + 1] - log_heights[h_low])
    low = 0 if percent <= 10 else 1
    q_low, q_high = (deviate(0.01), deviate(0.1)) if low == 0 else (deviate(0.1), deviate(0.5))
    share = (q_low - deviate(percent / 100)) / (q_low - q_high)
    clear_600 = clear_f = near = 0.0
    by_sea = False
    if surface != 0 and f < 100:
        clear_600 = clear(600.0, h1, 10.0)
        if distance < clear_600:
            by_sea = True
            clear_f = clear(f, h1, 10.0)
            if distance <= clear_f:
                return cap(distance, percent, 1.0)
            near = cap(clear_f, percent, 1.0)
    at, log_at = (clear_600, math.log10(clear_600)) if by_sea else (distance, log_distance)
    total = 0.0
    for step in range(2):
        weight = 1 - share if step == 0 else share
        if step == 1 and weight == 0:
            break
        field = at_frequency(
            table, logs, f, log_f, surface, low + step, percent, at, log_at, h1, h_low, h_share, greatest, clearance
        )
        if by_sea:
            field = near + (field - near) * math.log10(distance / clear_f) / math.log10(clear_600 / clear_f)
        total += field * weight
    return total


@bare_part
def ground_at(d: Floats, h: Floats, begin: int, end: int, x: float) -> float:
    point = begin
    while point < end - 2 and d[point + 1] < x:
        point += 1
    height: float = h[point] + (h[point + 1] - h[point]) * (x - d[point]) / (d[point + 1] - d[point])
    return height


@bare_part
def mean_ground(d: Floats, h: Floats, begin: int, end: int, first: float, last: float) -> float:
    area, count = 0.0, 0
    start = before = before_height = 0.0
    for point in range(begin, end):
        x = d[point]
        if x > last:
            break
        if x >= first:
            if count == 0:
                start = x
            else:
                area += (h[point] + before_height) * (x - before)
            before, before_height = x, h[point]
            count += 1
    if count >= 2:
        return area / 2 / (before - start)
    low, high = ground_at(d, h, begin, end, first), ground_at(d, h, begin, end, last)
    if count == 0:
        return (low + high) / 2
    area = (low + before_height) * (before - first) + (before_height + high) * (last - before)
    return area / 2 / (last - first)


@bare_part
def rx_gain(f: float, per_decade: float, h2: float, area: float, h1: float, length: float, clutter: float) -> float:
    """Give the correction for the receiving height."""
    above_10 = per_decade * math.log10(h2 / 10)
    if area == 2:
        return above_10
    if area == 1:
        clear_10, clear_2 = clear(f, h1, 10.0), clear(f, h1, h2)
        if h2 >= 10 or length >= clear_10:
            return above_10
        return 0.0 if length <= clear_2 else above_10 * math.log10(length / clear_2) / math.log10(clear_10 / clear_2)
    away = 1000 * length - 15
    seen = max(1.0, (1000 * length * clutter - 15 * h1) / away) if away > 0 else 1.0
    below = seen - h2
    if below > 0:
        gain = 6.03 - edge(0.0108 * math.sqrt(f * below * math.atan(below / 27) * DEGREES))
    else:
        gain = per_decade * math.log10(h2 / seen)
    return gain - per_decade * math.log10(10 / seen) if seen < 10 else gain


@kernel
def p1546(
    d: Floats,
    h: Floats,
    clutter: Floats,
    zones: Bytes,
    offsets: Offsets,
    links: Table,
    table: Table,
    logs: Floats,
    heights: Floats,
    out: Floats,
) -> None:
    """Write the field strength of each link for 1 kW e.r.p.; `logs` are those of the tabulated distances."""
    log_heights = np.log10(heights)
    for row in range(len(out)):
        begin, end = offsets[row], offsets[row + 1]
        f, percent = links[row, F], links[row, P]
        log_f = math.log10(f)
        length = d[end - 1]
        tx, rx = h[begin] + links[row, TX], h[end - 1] + links[row, RX]

        # land and sea
        inland = 0
        for point in range(begin, end):
            inland += zones[point] == INLAND
        sea = 1.0 if inland == 0 else 0.0
        if 0 < inland < end - begin:
            for point in range(begin, end):
                if zones[point] != INLAND:
                    sea += (d[min(point + 1, end - 1)] - d[max(point - 1, begin)]) / 2
            sea /= length

        # height over the ground, clearance on both sides
        if length >= 15:
            h1 = tx - mean_ground(d, h, begin, end, 3.0, 15.0)
        else:
            h1 = tx - mean_ground(d, h, begin, end, 0.2 * length, length)
        h1 = min(h1, 3000.0)
        if sea == 1:
            h1 = max(h1, 3.0)
        steepest = -math.inf
        for point in range(begin + 1, end):
            x = d[point]
            if x > 15 and point > begin + 1:
                break
            steepest = max(steepest, (h[point] - tx) / x)
        tx_angle = math.atan(steepest / 1000) * DEGREES
        steepest = -math.inf
        for point in range(end - 2, begin - 1, -1):
            x = length - d[point]
            if x > 16 and point < end - 2:
                break
            steepest = max(steepest, (h[point] - rx) / x)
        rx_angle = math.atan(steepest / 1000) * DEGREES

        # curves
        rise = (tx - rx) / 1000
        greatest = cap(length, percent, sea) + 20 * math.log10(length / math.sqrt(length * length + rise * rise))
        distance = max(length, 1.0)
        log_distance = math.log10(distance)
        below = tx_angle if links[row, TERRAIN] != 0 else math.nan
        over_land = over_sea = 0.0
        if sea < 1:
            over_land = on_surface(
                table, logs, heights, log_heights, f, log_f, 0, percent, distance, log_distance, h1, greatest, below
            )
        if sea > 0:
            surface = 2 if links[row, WARM] != 0 else 1
            over_sea = on_surface(
                table,
                logs,
                heights,
                log_heights,
                f,
                log_f,
                surface,
                percent,
                distance,
                log_distance,
                h1,
                greatest,
                below,
            )
        field = over_sea if sea == 1 else over_land
        if 0 < sea < 1:
            weight = (1 - (1 - sea) ** (2 / 3)) ** max(1.0, 1 + (over_sea - over_land) / 40)
            field = (1 - weight) * over_land + weight * over_sea

        # terrain, scatter, receiving height, clutter, slope
        bend = max(0.0, distance / (4 / 3 * 6370) * DEGREES + tx_angle + rx_angle)
        scatter = 24.4 - 20 * log_distance - 10 * bend - 5 * log_f + 2.5 * (log_f - 3.3) ** 2 + 0.15 * 325
        scatter += 10.1 * max(-math.log10(0.02 * percent), 0.0) ** 0.7
        field = max(field + cleared(f, rx_angle), scatter)
        area = links[row, AREA]
        field += rx_gain(f, 3.2 + 6.2 * log_f, links[row, RX], area, h1, length, clutter[end - 1])
        above = links[row, TX] - clutter[begin]
        nu = 0.0108 * math.sqrt(f * above * math.atan(above / 27) * DEGREES)
        field -= edge(-nu if above > 0 else nu)
        field += 20 * math.log10(distance / math.sqrt(distance * distance + rise * rise))

        # short paths, locations, limit
        if length < 1:
            slant = math.sqrt(length * length + rise * rise)
            if length <= 0.04:
                field = 106.9 - 20 * math.log10(slant)
            else:
                nearest = math.sqrt(0.0016 + rise * rise)
                at_near = 106.9 - 20 * math.log10(nearest)
                part = math.log10(slant / nearest) / math.log10(math.sqrt(1 + rise * rise) / nearest)
                field = at_near + (field - at_near) * part
        if links[row, LOCATION] != 50 and area != 1:
            field += deviate(links[row, LOCATION] / 100) * (0.024 * f / 1000 + 0.52) * links[row, WIDTH] ** 0.28
        out[row] = min(field, greatest)
