"""Errors of coordinates: an angle, a frame of reference or a province that is none."""

from registries.spectrum.errors import SpectrumError


class CoordinateError(SpectrumError):
    """Coordinates cannot be used."""

    code = "spectrum-coordinate"
    template = "{detail}"


class AngleUnreadable(CoordinateError):
    """A text is no latitude or longitude."""

    code = "coordinate-angle-unreadable"
    template = "{text} is no {axis}: {reason}; write 21.0285, 21°01'42.6\"N or 210142N"


class FrameUnknown(CoordinateError):
    """A frame of reference is not known, so that coordinates in it mean nothing."""

    code = "coordinate-datum-unknown"
    template = "no datum or grid is called {name}; there are {known}, and grids as in VN-2000/TM-3 105.75"


class MeridianUnknown(CoordinateError):
    """No central meridian is loaded for a province on a day."""

    code = "coordinate-meridian-unknown"
    template = "no central meridian is loaded for province {province} on {on}; add its row to vn2000_meridians"


class PointUnusable(CoordinateError):
    """Coordinates are no numbers, or lie where the frame does not reach."""

    code = "coordinate-point-unusable"
    template = "{where}: {first}, {second} is no place in {frame}: {reason}"
