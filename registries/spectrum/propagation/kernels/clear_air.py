"""P.452-18 and P.1812-7 over many links. Twins: `registries.spectrum.propagation.p452.p452` and `.p1812.p1812`.

One pass over the points of a profile finds every maximum that the model asks for: horizons, obstructions and Bullington
slopes over two earths differ only in what is added to the slope at a point. The Bullington loss of a smooth earth has
one maximum along the path, which bisection finds without a pass.
"""

import math

import numpy as np
import numpy.typing as npt

from matching.kernels import bare_part, kernel
from registries.spectrum.propagation.kernels.gases import gases, prepare_lines
from registries.spectrum.propagation.kernels.spherical_earth import spherical

Floats = npt.NDArray[np.float64]
Table = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]

F, P, TX, RX, LATITUDE, DELTA_N, N0, VERTICAL, TX_COAST, RX_COAST = range(10)
TX_GAIN, RX_GAIN, PRESSURE, TEMPERATURE = range(10, 14)
LOCATION, SIGMA = 10, 11
COLUMNS = 14
P452, P1812 = 0, 1
EARTH_KM, WAVE_M_GHZ = 6371.0, 0.2998


@bare_part
def tail(share: float) -> float:
    """Give the deviate exceeded in this share of cases."""
    near = min(max(share, 1e-6), 1 - 1e-6)
    t = math.sqrt(-2 * math.log(min(near, 1 - near)))
    z = t - ((0.010328 * t + 0.802853) * t + 2.515516698) / (((0.001308 * t + 0.189269) * t + 1.432788) * t + 1)
    return -z if near > 0.5 else z


@bare_part
def bullington(nu: float, length: float) -> float:
    if nu <= -0.78:
        return 0.0
    edge = 6.9 + 20 * math.log10(math.sqrt((nu - 0.1) ** 2 + 1) + nu - 0.1)
    return edge + (1 - math.exp(-edge / 6)) * (10 + 0.02 * length)


@bare_part
def beyond_sight(
    forward: float, backward: float, tx: float, rx: float, length: float, wave: float, direct: float
) -> float:
    """Give nu of the crossing of both horizons' lines."""
    at = (rx - tx + backward * length) / (forward + backward)
    return (forward - direct) * at * math.sqrt(0.002 * length / (wave * at * (length - at)))


@bare_part
def smooth_bullington(d: Floats, begin: int, end: int, tx: float, rx: float, bulge: float, wave: float) -> float:
    """Give the Bullington loss of a smooth earth at the points of a profile: slopes are concave, nu has one maximum."""
    length = d[end - 1]
    direct = (rx - tx) / length
    forward = smooth_slope(d, begin, end, tx, bulge, math.sqrt(tx / bulge), 0)
    if forward >= direct:
        backward = smooth_slope(d, begin, end, rx, bulge, length - math.sqrt(rx / bulge), 1)
        return bullington(beyond_sight(forward, backward, tx, rx, length, wave, direct), length)
    low, high = begin + 1, end - 2
    while low < high:
        middle = (low + high) >> 1
        if smooth_nu(d[middle], tx, rx, bulge, length) < smooth_nu(d[middle + 1], tx, rx, bulge, length):
            low = middle + 1
        else:
            high = middle
    return bullington(smooth_nu(d[low], tx, rx, bulge, length) * math.sqrt(0.002 * length / wave), length)


@bare_part
def smooth_nu(x: float, tx: float, rx: float, bulge: float, length: float) -> float:
    other = length - x
    product = x * other
    return (bulge * product - (tx * other + rx * x) / length) / math.sqrt(product)


@bare_part
def smooth_slope(d: Floats, begin: int, end: int, height: float, bulge: float, top: float, back: int) -> float:
    """Give the steepest slope to a point of a smooth earth; it is beside the distance `top`."""
    length = d[end - 1]
    low, high = begin + 1, end - 1
    while low < high:
        middle = (low + high) >> 1
        if d[middle] < top:
            low = middle + 1
        else:
            high = middle
    best = -math.inf
    for point in range(max(begin + 1, low - 1), min(end - 2, low) + 1):
        near, far = d[point], length - d[point]
        best = max(best, bulge * near - height / far if back else bulge * far - height / near)
    return best


@bare_part
def coupling(angle: float, horizon: float, coast: float, height: float, f: float, sea: float) -> float:
    """Give what one terminal loses into the duct: shielding by its site, and gain over the sea."""
    loss = 0.0
    steep = angle - 0.1 * horizon
    if steep > 0:
        loss += 20 * math.log10(1 + 0.361 * steep * math.sqrt(f * horizon)) + 0.264 * steep * f ** (1 / 3)
    if sea >= 0.75 and coast <= horizon and coast <= 5:
        loss -= 3 * math.exp(-0.25 * coast * coast) * (1 + math.tanh(0.07 * (50 - height)))
    return loss


@kernel
def clear_air(
    model: int,
    d: Floats,
    h: Floats,
    clutter: Floats,
    zones: Bytes,
    offsets: Offsets,
    links: Table,
    oxygen: Table,
    water: Table,
    out: Floats,
) -> None:
    """Write the basic transmission loss of each link."""
    ready = np.empty((len(oxygen) + len(water), 4))
    ready_theta = -1.0
    for row in range(len(out)):
        begin, end = offsets[row], offsets[row + 1]
        f, p = links[row, F], links[row, P]
        length = d[end - 1]
        per_length = 1 / length
        radius = EARTH_KM * 157 / (157 - links[row, DELTA_N])
        bulge, wide_bulge = 500 / radius, 500 / (3 * EARTH_KM)
        wave = WAVE_M_GHZ / f
        tx, rx = h[begin] + links[row, TX], h[end - 1] + links[row, RX]
        direct = (rx - tx) * per_length

        # zones
        kind = zones[begin]
        others = 0
        for point in range(begin, end):
            others += zones[point] != kind
        land = inland = sea = 0.0
        if others == 0:
            if kind == 1:
                sea = 1.0
            else:
                land = length
                inland = length if kind == 4 else 0.0
        else:
            land_run = inland_run = 0.0
            for point in range(begin, end):
                section = (d[min(point + 1, end - 1)] - d[max(point - 1, begin)]) / 2
                if zones[point] == 1:
                    sea += section
                    land_run = 0.0
                else:
                    land_run += section
                inland_run = inland_run + section if zones[point] == 4 else 0.0
                land = max(land, land_run)
                inland = max(inland, inland_run)
            sea *= per_length

        # one pass over the points
        top = ahead = ahead_clutter = ahead_wide = back = back_clutter = back_wide = -math.inf
        steepest = steepest_back = -math.inf
        ahead_at = back_at = begin + 1
        grace = 0.05 if model == P452 else 0.0
        v1 = v2 = 0.0
        before, before_height = d[begin], h[begin]
        for point in range(begin + 1, end - 1):
            x, height = d[point], h[point]
            rest = length - x
            per_x, per_rest = 1 / x, 1 / rest
            slope, slope_back = (height - tx) * per_x, (height - rx) * per_rest
            added = clutter[point] if x >= grace and x <= length - grace else 0.0
            steepest = max(steepest, slope)
            steepest_back = max(steepest_back, slope_back)
            raised = slope + bulge * rest
            if raised > ahead:
                ahead, ahead_at = raised, point
            raised_back = slope_back + bulge * x
            if raised_back > back:
                back, back_at = raised_back, point
            rise, rise_back = added * per_x, added * per_rest
            ahead_clutter = max(ahead_clutter, raised + rise)
            back_clutter = max(back_clutter, raised_back + rise_back)
            ahead_wide = max(ahead_wide, slope + rise + wide_bulge * rest)
            back_wide = max(back_wide, slope_back + rise_back + wide_bulge * x)
            top = max(top, height - (tx * rest + rx * x) * per_length)
            step = x - before
            v1 += step * (height + before_height)
            v2 += step * (height * (2 * x + before) + before_height * (x + 2 * before))
            before, before_height = x, height
        step = length - before
        v1 += step * (h[end - 1] + before_height)
        v2 += step * (h[end - 1] * (2 * length + before) + before_height * (length + 2 * before))

        # nu along paths in sight
        in_sight = ahead <= direct
        nu = nu_wide = -math.inf
        if in_sight or ahead_clutter < direct or ahead_wide < direct:
            highest = -math.inf
            for point in range(begin + 1, end - 1):
                x = d[point]
                rest = length - x
                product = x * rest
                scale = 1 / math.sqrt(product)
                above = h[point] - (tx * rest + rx * x) * per_length
                value = (above + bulge * product) * scale
                if value > highest:
                    highest = value
                    if in_sight:
                        ahead_at = back_at = point
                added = clutter[point] if x >= grace and x <= length - grace else 0.0
                nu = max(nu, value + added * scale)
                nu_wide = max(nu_wide, (above + added + wide_bulge * product) * scale)
            wide_scale = math.sqrt(0.002 * length / wave)
            nu *= wide_scale
            nu_wide *= wide_scale
        if ahead_clutter >= direct:
            nu = beyond_sight(ahead_clutter, back_clutter, tx, rx, length, wave, direct)
        if ahead_wide >= direct:
            nu_wide = beyond_sight(ahead_wide, back_wide, tx, rx, length, wave, direct)

        # geometry
        turn = bulge * length
        if in_sight:
            tx_angle = 1000 * math.atan((direct - turn) / 1000)
            rx_angle = 1000 * math.atan((-direct - turn) / 1000)
        else:
            tx_angle = 1000 * math.atan((ahead - turn) / 1000)
            rx_angle = 1000 * math.atan((back - turn) / 1000)
        tx_horizon, rx_horizon = d[ahead_at], length - d[back_at]
        angle = 1000 * length / radius + tx_angle + rx_angle
        surface_tx = (2 * v1 * length - v2) * per_length * per_length
        surface_rx = (v2 - v1 * length) * per_length * per_length
        smooth_tx, smooth_rx = surface_tx, surface_rx
        if top > 0:
            forward, backward = steepest - direct, steepest_back + direct
            smooth_tx -= top * forward / (forward + backward)
            smooth_rx -= top * backward / (forward + backward)
        smooth_tx = tx - min(smooth_tx, h[begin])
        smooth_rx = rx - min(smooth_rx, h[end - 1])
        surface_tx, surface_rx = min(surface_tx, h[begin]), min(surface_rx, h[end - 1])
        tilt = (surface_rx - surface_tx) * per_length
        rough = -math.inf
        for point in range(ahead_at, back_at + 1):
            rough = max(rough, h[point] - surface_tx - tilt * d[point])

        # climate
        latitude = abs(links[row, LATITUDE])
        tau = 1 - math.exp(-4.12e-4 * inland**2.41)
        mu1 = min((10 ** (-land / (16 - 6.6 * tau)) + 10 ** (-5 * (0.496 + 0.354 * tau))) ** 0.2, 1.0)
        if latitude <= 70:
            beta0 = 10 ** (-0.015 * latitude + 1.67) * mu1 * mu1 ** (-0.935 + 0.0176 * latitude)
        else:
            beta0 = 4.17 * mu1 * mu1**0.3
        if p == 50:
            share = 0.0
        elif p <= beta0:
            share = 1.0
        else:
            share = tail(p / 100) / tail(beta0 / 100)

        # line of sight
        air = air_dry = 0.0
        if model == P452:
            theta = 300 / (links[row, TEMPERATURE] + 273.15)
            if theta != ready_theta:
                prepare_lines(oxygen, water, theta, ready)
                ready_theta = theta
            air = gases(f, links[row, PRESSURE], theta, 7.5 + 2.5 * sea, oxygen, water, ready)
            air_dry = gases(f, links[row, PRESSURE], theta, 3.0, oxygen, water, ready)
        slant = math.sqrt(length * length + ((tx - rx) / 1000) ** 2)
        free = 92.4 + 20 * math.log10(f * slant) + air * slant
        focusing = 2.6 * (1 - math.exp(-(tx_horizon + rx_horizon) / 10))
        sight = free + focusing * math.log10(p / 50)
        sight_beta0 = free + focusing * math.log10(beta0 / 50)

        # diffraction
        vertical = links[row, VERTICAL]
        smooth = smooth_bullington(d, begin, end, smooth_tx, smooth_rx, bulge, wave)
        curved = spherical(length, smooth_tx, smooth_rx, radius, f, sea, vertical)
        median = bullington(nu, length) + max(curved - smooth, 0.0)
        bent = median
        if share != 0:
            smooth = smooth_bullington(d, begin, end, smooth_tx, smooth_rx, wide_bulge, wave)
            curved = spherical(length, smooth_tx, smooth_rx, 3 * EARTH_KM, f, sea, vertical)
            bent += share * (bullington(nu_wide, length) + max(curved - smooth, 0.0) - median)

        # scatter
        log_half = math.log10(f / 2)
        scatter = 25 * math.log10(f) - 2.5 * log_half * log_half + 20 * math.log10(length) + 0.573 * angle
        scatter -= 0.15 * links[row, N0]
        seldom = max(-math.log10(p / 50), 0.0) ** 0.7
        if model == P452:
            gain = links[row, TX_GAIN] + links[row, RX_GAIN]
            scatter += 190 + 0.051 * math.exp(0.055 * gain) + air_dry * length - 10.1 * seldom
        else:
            scatter += 190.1 - 10.125 * seldom

        # ducting
        ducted = 102.45 + 20 * math.log10(f * (tx_horizon + rx_horizon)) + air * length
        if f < 0.5:
            ducted += 45.375 - 137.0 * f + 92.5 * f * f
        ducted += coupling(tx_angle, tx_horizon, links[row, TX_COAST], tx, f, sea)
        ducted += coupling(rx_angle, rx_horizon, links[row, RX_COAST], rx, f, sea)
        bend = 1000 * length / radius + min(tx_angle, 0.1 * tx_horizon) + min(rx_angle, 0.1 * rx_horizon)
        alpha = max(-0.6 - 3.5e-9 * length**3.1 * tau, -3.4)
        heights = (math.sqrt(tx - surface_tx) + math.sqrt(rx - surface_rx)) ** 2
        beta = beta0 * min((500 / radius * length * length / heights) ** alpha, 1.0)
        if rough > 10:
            inside = min(length - tx_horizon - rx_horizon, 40.0)
            beta *= math.exp(-4.6e-5 * (rough - 10) * (43 + 6 * inside))
        log_beta = math.log10(beta)
        gamma = (
            1.076
            / (2.0058 - log_beta) ** 1.012
            * math.exp(-(9.51 - 4.8 * log_beta + 0.198 * log_beta * log_beta) * 1e-6 * length**1.13)
        )
        ratio = p / beta
        ducted += -12 + (1.2 + 3.7e-3 * length) * math.log10(ratio) + 12 * ratio**gamma
        ducted += 5e-5 * radius * f ** (1 / 3) * bend

        # joined
        bent_loss = sight + bent
        over_land = (1 - sea) * bent
        least_sight = sight + over_land
        if p >= beta0:
            least_sight = free + median + (sight_beta0 + over_land - free - median) * share
        high, low = max(ducted, sight), min(ducted, sight)
        joined = high + 2.5 * math.log1p(math.exp((low - high) / 2.5))
        if joined > bent_loss:
            joined = bent_loss
        else:
            joined += (bent_loss - joined) * (1 - 0.5 * (1 + math.tanh(1.5 * (length - 20) / 20)))
        excess = ahead - direct if model == P452 else angle
        joined += (least_sight - joined) * (1 - 0.5 * (1 + math.tanh(2.4 * (excess - 0.3) / 0.3)))
        high, low = max(scatter, joined), min(scatter, joined)
        loss = low - 5 * math.log10(1 + 10 ** (-0.2 * (high - low)))
        if model == P1812:
            below = links[row, RX] - clutter[end - 1]
            spread = 1.0 if below < 0 else max(0.0, 1 - below / 10)
            loss = max(sight, loss - tail(links[row, LOCATION] / 100) * spread * links[row, SIGMA])
        out[row] = loss
