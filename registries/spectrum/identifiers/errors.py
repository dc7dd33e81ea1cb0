"""Errors of identifiers: a text is none, and which rule of the Radio Regulations it breaks."""

from registries.spectrum.errors import SpectrumError


class IdentifierError(SpectrumError):
    """A text is no identifier of its kind."""

    code = "spectrum-identifier"
    template = "{text}: {rule}"


class BandwidthUnwritable(IdentifierError):
    """A bandwidth that four characters cannot express."""

    code = "bandwidth-unwritable"
    template = "a bandwidth of {value} Hz cannot be written in four characters: they reach from 0.001 Hz to 999 GHz"


class BandwidthUnreadable(IdentifierError):
    """A text is no bandwidth of four characters."""

    code = "bandwidth-unreadable"
    template = "{text} is no bandwidth: {rule}; write 12K5 for 12.5 kHz or 28M0 for 28 MHz (RR Appendix 1)"


class EmissionUnreadable(IdentifierError):
    """A text is no emission designator or class of emission."""

    code = "emission-unreadable"
    template = "{text} is no emission designator: {rule}; write bandwidth and class as in 16K0F3E (RR Appendix 1)"


class MmsiUnreadable(IdentifierError):
    """A text is no maritime identity."""

    code = "mmsi-unreadable"
    template = "{text} is no maritime identity (MMSI): {rule} (ITU-R M.585)"


class CallSignUnreadable(IdentifierError):
    """A text is no call sign, or none for such a station."""

    code = "call-sign-unreadable"
    template = "{text} is no call sign: {rule} (RR Article 19)"
