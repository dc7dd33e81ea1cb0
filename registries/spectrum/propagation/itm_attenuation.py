"""The reference attenuation of ITM: line of sight, diffraction, scatter. Metres, radians, MHz, dB beyond free space."""

import cmath
import math
from dataclasses import dataclass

Pair = tuple[float, float]
THIRD = 1 / 3
WAVE_NUMBER_MHZ = 47.7
NEVER_DB = 1001.0
"""Scatter that carries nothing."""


@dataclass(frozen=True, slots=True)
class Terrain:
    """Terrain as ITM sees it: roughness, and for both ends effective height, distance and angle of the horizon."""

    distance_m: float
    roughness_m: float
    effective_m: Pair
    horizon_m: Pair
    horizon_rad: Pair


def reference_attenuation(
    terrain: Terrain,
    heights_m: Pair,
    frequency_mhz: float,
    impedance: complex,
    curvature: float,
    surface_n: float,
    *,
    point_to_point: bool,
) -> float:
    """Give the reference attenuation at the terrain's distance; not less than 0."""
    path = _Path(terrain, heights_m, frequency_mhz, impedance, curvature, surface_n, point_to_point)
    distance = terrain.distance_m
    loss = path.within_sight(distance) if distance < path.smooth_sight else path.beyond_sight(distance)
    return max(loss, 0.0)


class _Path:
    """One path, with the straight line of its diffraction."""

    def __init__(
        self,
        terrain: Terrain,
        heights_m: Pair,
        frequency_mhz: float,
        impedance: complex,
        curvature: float,
        surface_n: float,
        point_to_point: bool,
    ) -> None:
        self.terrain, self.heights, self.f, self.impedance = terrain, heights_m, frequency_mhz, impedance
        self.radius, self.surface_n, self.point_to_point = 1 / curvature, surface_n, point_to_point
        self.smooth_sight = sum(math.sqrt(2 * height * self.radius) for height in terrain.effective_m)
        self.sight = sum(terrain.horizon_m)
        self.angle = -max(sum(terrain.horizon_rad), -self.sight / self.radius)
        self.scale: float = (self.radius**2 / frequency_mhz) ** THIRD
        near = max(self.smooth_sight, self.sight + 5 * self.scale)
        far = near + 10 * self.scale
        near_db, far_db = self.diffraction(near), self.diffraction(far)
        self.slope: float = (far_db - near_db) / (far - near)
        self.start: float = near_db - self.slope * near

    def within_sight(self, distance: float) -> float:
        """Give the attenuation in sight: a curve through two points in sight and the edge of the smooth earth."""
        edge = self.smooth_sight
        at_edge = edge * self.slope + self.start
        tx, rx = self.terrain.effective_m
        near = 0.04 * self.f * tx * rx
        if self.start >= 0:
            near = min(near, 0.5 * self.sight)
            middle = near + 0.25 * (self.sight - near)
        else:
            middle = max(-self.start / self.slope, 0.25 * self.sight)
        at_middle = self.two_rays(middle)
        linear = logarithmic = 0.0
        settled = False
        if near < middle:
            at_near = self.two_rays(near)
            ratio = math.log(edge / near)
            logarithmic = max(
                0.0,
                ((edge - near) * (at_middle - at_near) - (middle - near) * (at_edge - at_near))
                / ((edge - near) * math.log(middle / near) - (middle - near) * ratio),
            )
            settled = self.start > 0 or logarithmic > 0
            if settled:
                linear = (at_edge - at_near - logarithmic * ratio) / (edge - near)
                if linear < 0:
                    linear, logarithmic = 0.0, max(at_edge - at_near, 0.0) / ratio
                    if logarithmic == 0:
                        linear = self.slope
        if not settled:
            linear, logarithmic = max(at_edge - at_middle, 0.0) / (edge - middle), 0.0
            if linear == 0:
                linear = self.slope
        start = at_edge - linear * edge - logarithmic * math.log(edge)
        return start + linear * distance + logarithmic * math.log(distance)

    def beyond_sight(self, distance: float) -> float:
        """Give the attenuation beyond sight: the line of diffraction, then that of scatter."""
        far = self.sight + 400e3
        near = self.sight + 200e3
        far_db, frequency_gain = self.scatter(far, -1.0)
        near_db, _ = self.scatter(near, frequency_gain)
        if near_db >= 1000:
            return self.slope * distance + self.start
        slope = (far_db - near_db) / 200e3
        crossing = max(
            self.smooth_sight,
            self.sight + 1.088 * self.scale * math.log(self.f),
            (near_db - self.start - slope * near) / (self.slope - slope),
        )
        if distance <= crossing:
            return self.slope * distance + self.start
        return slope * distance + (self.slope - slope) * crossing + self.start

    def rough(self, distance: float) -> float:
        return self.terrain.roughness_m * (1 - 0.8 * math.exp(-distance / 50e3))

    def diffraction(self, distance: float) -> float:
        """Give knife edges and smooth earth weighted by roughness, and clutter."""
        tx, rx = self.terrain.effective_m
        clutter = min(
            15.0, 5 * math.log10(1 + 1e-5 * math.prod(self.heights) * self.f * _spread(self.rough(self.smooth_sight)))
        )
        product = math.prod(self.heights)
        excess = tx * rx - product
        if self.point_to_point:
            product += 10
        weighed = math.sqrt(1 + excess / product) + (-self.angle * self.radius + self.sight) / distance
        weighed *= min(self.rough(distance) * self.f / WAVE_NUMBER_MHZ, 6283.2)
        smooth = 25.1 / (25.1 + math.sqrt(weighed))
        return smooth * self.smooth_earth(distance) + (1 - smooth) * self.knife_edges(distance) + clutter

    def knife_edges(self, distance: float) -> float:
        beyond = distance - self.sight
        angle = distance / self.radius - self.angle
        return sum(
            _fresnel(0.0795775 * self.f / WAVE_NUMBER_MHZ * angle**2 * horizon * beyond / (beyond + horizon))
            for horizon in self.terrain.horizon_m
        )

    def smooth_earth(self, distance: float) -> float:
        """Give the three-radii method of Vogler."""
        angle = distance / self.radius - self.angle
        beyond = distance - self.sight
        lengths = (beyond, *self.terrain.horizon_m)
        radii = (
            beyond / angle,
            *(0.5 * d**2 / h for d, h in zip(self.terrain.horizon_m, self.terrain.effective_m, strict=True)),
        )
        cube_root = math.pow(self.f, THIRD)
        scaled, admittances = [], []
        for length, radius in zip(lengths, radii, strict=True):
            ratio = math.pow(4 / 3 * 6370e3 / radius, THIRD)
            k = 0.017778 * ratio / cube_root / abs(self.impedance)
            admittances.append(k)
            scaled.append((1.607 - k) * ratio**2 * cube_root * length / 1000)
        whole = sum(scaled)
        gains = sum(_height_function(x, k) for x, k in zip(scaled[1:], admittances[1:], strict=True))
        return 0.05751 * whole - 10 * math.log10(whole) - gains - 20

    def two_rays(self, distance: float) -> float:
        """Give the attenuation of the direct and the reflected ray, with a share of diffraction over rough ground."""
        tx, rx = self.terrain.effective_m
        wave_number = self.f / WAVE_NUMBER_MHZ
        grazing = (tx + rx) / math.hypot(distance, tx + rx)
        reflected = (grazing - self.impedance) / (grazing + self.impedance)
        reflected *= math.exp(-min(10.0, wave_number * _spread(self.rough(distance)) * grazing))
        strength = abs(reflected) ** 2
        if strength < 0.25 or strength < grazing:
            reflected *= math.sqrt(grazing / strength)
        phase = 2 * wave_number * tx * rx / distance
        if phase > math.pi / 2:
            phase = math.pi - (math.pi / 2) ** 2 / phase
        rays = -10 * math.log10(abs(cmath.exp(-1j * phase) + reflected) ** 2)
        weight = 1 / (1 + self.f * self.terrain.roughness_m / max(10e3, self.smooth_sight))
        return weight * rays + (1 - weight) * (self.slope * distance + self.start)

    def scatter(self, distance: float, known_gain: float) -> tuple[float, float]:
        """Give the attenuation of scatter and its frequency gain; a known gain above 15 dB is taken as it is."""
        wave_number = self.f / WAVE_NUMBER_MHZ
        angle = sum(self.terrain.horizon_rad) + distance / self.radius
        gain = known_gain
        if known_gain <= 15:
            found = self._frequency_gain(distance, angle, wave_number)
            if found is None:
                return NEVER_DB, known_gain
            gain = known_gain if found > 15 and known_gain >= 0 else found
        # The bend of the ray counts from the edge of sight, which the horizons' angles may put above the smooth earth.
        bend = distance / self.radius - self.angle
        spent = bend * distance
        loss = _scatter_distance(spent) + 10 * math.log10(wave_number * WAVE_NUMBER_MHZ * bend**4)
        return loss - 0.1 * (self.surface_n - 301) * math.exp(-spent / 40e3) + gain, gain

    def _frequency_gain(self, distance: float, angle: float, wave_number: float) -> float | None:
        tx, rx = self.terrain.effective_m
        difference = self.terrain.horizon_m[0] - self.terrain.horizon_m[1]
        ratio = rx / tx
        if difference < 0:
            difference, ratio = -difference, 1 / ratio
        r1, r2 = 2 * wave_number * angle * tx, 2 * wave_number * angle * rx
        if r1 < 0.2 and r2 < 0.2:
            return None
        s = (distance - difference) / (distance + difference)
        q = min(max(0.1, ratio / s), 10.0)
        s = max(0.1, s)
        crossing = (distance - difference) * (distance + difference) * angle * 0.25 / distance
        n = self.surface_n
        eta = (crossing / 1.7556e3) * (
            1 + (0.031 - n * 2.32e-3 + n**2 * 5.67e-6) * math.exp(-(min(1.7, crossing / 8e3) ** 6))
        )
        mean = (_scatter_gain(r1, eta) + _scatter_gain(r2, eta)) / 2
        gain = max(mean + min(mean, 6 * (0.6 - math.log10(max(eta, 1.0))) * math.log10(s) * math.log10(q)), 0.0)
        if eta < 1:
            root = math.sqrt(2)
            limit = ((1 + root / r1) * (1 + root / r2)) ** 2 * (r1 + r2) / (r1 + r2 + 2 * root)
            gain = eta * gain + (1 - eta) * 10 * math.log10(limit)
        return gain


def _spread(roughness: float) -> float:
    return 0.78 * roughness * math.exp(-0.5 * math.pow(roughness, 0.25))


def _fresnel(v2: float) -> float:
    return 6.02 + 9.11 * math.sqrt(v2) - 1.27 * v2 if v2 < 5.76 else 12.953 + 10 * math.log10(v2)


def _height_function(x: float, k: float) -> float:
    if x < 200:
        w = -math.log(k)
        if k < 1e-5 or x * w**3 > 5495:
            return 17.372 * math.log(x) - 117 if x > 1 else -117.0
        return 2.5e-5 * x**2 / k - 8.686 * w - 15
    far = 0.05751 * x - 4.343 * math.log(x)
    if x >= 2000:
        return far
    w = 0.0134 * x * math.exp(-0.005 * x)
    return (1 - w) * far + w * (17.372 * math.log(x) - 117)


def _scatter_distance(spent: float) -> float:
    if spent <= 10e3:
        return 133.4 + 0.332e-3 * spent - 10 * math.log10(spent)
    if spent <= 70e3:
        return 104.6 + 0.212e-3 * spent - 2.5 * math.log10(spent)
    return 71.8 + 0.157e-3 * spent + 5 * math.log10(spent)


GAIN_A, GAIN_B = (25.0, 80.0, 177.0, 395.0, 705.0), (24.0, 45.0, 68.0, 80.0, 105.0)


def _scatter_gain(r: float, eta: float) -> float:
    step = min(max(int(eta), 1), 5)
    part = eta - step if 1 <= int(eta) < 5 else 0.0

    def gain(row: int) -> float:
        return 10 * math.log10(1 + GAIN_A[row] / r**4 + GAIN_B[row] / r**2)

    low = gain(step - 1)
    return low if part == 0 else (1 - part) * low + part * gain(step)
