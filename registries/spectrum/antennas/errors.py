"""Errors of antennas: a file that is no pattern, a level that is none."""

from registries.spectrum.errors import SpectrumError


class AntennaError(SpectrumError):
    """An antenna or its pattern cannot be used."""

    code = "spectrum-antenna"
    template = "{detail}"


class PatternUnreadable(AntennaError):
    """A file is no antenna pattern."""

    code = "antenna-pattern-unreadable"
    template = "{path}{line}: {reason}"


class LevelFaulty(AntennaError):
    """A gain or a power is no number, or none that a station has."""

    code = "antenna-level-faulty"
    template = "{value} {unit} is no {what}: {reason}"
