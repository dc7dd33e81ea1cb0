"""The great circle between two terminals, on the sphere of 6371 km that the Recommendations use."""

import math

EARTH_RADIUS_KM = 6371.0


def great_circle_point(
    latitude_deg: float, longitude_deg: float, to_latitude_deg: float, to_longitude_deg: float, distance_km: float
) -> tuple[float, float]:
    """Give latitude and longitude of the point at this distance on the way (P.2001-4 Attachment H, in vectors)."""
    here, there = _unit(latitude_deg, longitude_deg), _unit(to_latitude_deg, to_longitude_deg)
    along = sum(a * b for a, b in zip(here, there, strict=True))
    across = [b - along * a for a, b in zip(here, there, strict=True)]
    size = math.hypot(*across)
    if size == 0:
        return latitude_deg, longitude_deg
    angle = distance_km / EARTH_RADIUS_KM
    x, y, z = (math.cos(angle) * a + math.sin(angle) * b / size for a, b in zip(here, across, strict=True))
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def great_circle_km(
    latitude_deg: float, longitude_deg: float, to_latitude_deg: float, to_longitude_deg: float
) -> float:
    """Give the length of the great circle between two points."""
    here, there = _unit(latitude_deg, longitude_deg), _unit(to_latitude_deg, to_longitude_deg)
    chord = math.dist(here, there)
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, chord / 2))


def _unit(latitude_deg: float, longitude_deg: float) -> tuple[float, float, float]:
    latitude, longitude = math.radians(latitude_deg), math.radians(longitude_deg)
    return math.cos(latitude) * math.cos(longitude), math.cos(latitude) * math.sin(longitude), math.sin(latitude)
