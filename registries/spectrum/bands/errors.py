"""Errors of bands and plans: a band that is none, a file that cannot be read, a channel that a raster has not."""

from registries.spectrum.errors import SpectrumError


class BandError(SpectrumError):
    """Bands, blocks or channels cannot be used."""

    code = "spectrum-band"
    template = "{detail}"


class BandFaulty(BandError):
    """A band has no width, runs backwards, or lies where there is no radio spectrum."""

    code = "spectrum-band-faulty"
    template = "band {lower} to {upper} Hz: {reason}; give whole Hz, the lower edge first, up to 3000 GHz"


class AllocationsUnreadable(BandError):
    """A file of allocations cannot be read at all."""

    code = "spectrum-allocations-unreadable"
    template = "{path}: {reason}"


class RasterUnknown(BandError):
    """No channel arrangement of this name holds on a day."""

    code = "spectrum-raster-unknown"
    template = "no channel arrangement is called {name} on {on}; there are {known}"


class ChannelUnknown(BandError):
    """An arrangement has no such channel."""

    code = "spectrum-channel-unknown"
    template = "{raster} has channels {first} to {last} (step {step}), and no channel {number}"
