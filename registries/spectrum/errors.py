"""Errors of the spectrum side: a value outside what a Recommendation covers, a profile, a file that cannot be used."""

from registries.errors import RegistryError


class SpectrumError(RegistryError):
    """What was asked of the spectrum cannot be done."""

    code = "spectrum"
    template = "{detail}"


class OutOfRange(SpectrumError):
    """A value lies outside what the model covers."""

    code = "propagation-out-of-range"
    template = "{model}: {name} is {value}, and the model covers {first} to {last} {unit}{where}"


class ProfileUnusable(SpectrumError):
    """A path profile is no profile: too short, running backwards, holed or torn."""

    code = "propagation-profile-unusable"
    template = "{where}: {reason}; a profile begins at 0 km, its distances grow, and every height is a number"


class ModelUnknown(SpectrumError):
    """No propagation model has this name."""

    code = "propagation-model-unknown"
    template = "no propagation model is called {name}; there are {known}"


class PropagationFileUnreadable(SpectrumError):
    """A file of profiles, links or reference results cannot be read."""

    code = "propagation-file-unreadable"
    template = "{path}{line}: {reason}"


class TerrainUnreadable(SpectrumError):
    """A terrain tile cannot be read, or is of a kind that is not."""

    code = "terrain-unreadable"
    template = "{path}: {reason}"


class TerrainMissing(SpectrumError):
    """No terrain is loaded where a profile runs."""

    code = "terrain-missing"
    template = "no terrain at latitude {latitude}, longitude {longitude}: load the tile that covers it"
