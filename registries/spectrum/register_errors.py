"""Errors of the frequency register: places, areas, bands, licences, stations, auctions and cases."""

from registries.spectrum.errors import SpectrumError


class PlaceOutside(SpectrumError):
    """A point is not inside the frame of the national grid, or is no point at all."""

    code = "spectrum-place-outside"
    template = "{where}: latitude {latitude}, longitude {longitude} {reason}"


class AreaUnreadable(SpectrumError):
    """A service area cannot be read."""

    code = "spectrum-area-unreadable"
    template = "area {area}: {reason}"


class AreaCrossed(SpectrumError):
    """A polygon crosses or touches itself, so that what is inside cannot be told."""

    code = "spectrum-area-crossed"
    template = "area {area}: {reason} (longitude latitude); draw its rings so that no edge meets another one"


class AreaEmpty(SpectrumError):
    """An area holds the centre of no cell."""

    code = "spectrum-area-empty"
    template = "area {area} holds the centre of no cell of grid {grid} (about 1 km); give a larger area, or a radius"


class AreaTooDetailed(SpectrumError):
    """The text of a polygon is longer than the entries of its claims can carry."""

    code = "spectrum-area-too-detailed"
    template = "area {area} has {length} letters of GeoJSON, its {parts} parts carry {limit}; simplify the polygon"


class BoundaryFileFaulty(SpectrumError):
    """A file of province boundaries cannot be used."""

    code = "spectrum-boundary-file-faulty"
    template = "{path}{place}: {reason}"


class ProvinceUnknown(SpectrumError):
    """A boundary layer has no province of this code or name."""

    code = "spectrum-province-unknown"
    template = "boundary layer {layer} has no province {province}; it has {known}"


class BandUnreadable(SpectrumError):
    """A text is no band of frequencies."""

    code = "spectrum-band-unreadable"
    template = "{text} is no band: {reason}; write 703-713 MHz, or 703-713,758-768 MHz for a pair"


class BandNotOpen(SpectrumError):
    """No pool that is open holds all of the bands asked for."""

    code = "spectrum-band-not-open"
    template = "{band} is not open: no pool holds all of it; open it by its instrument first ({open})"


class BandHeld(SpectrumError):
    """Another holder has the frequencies there for itself alone."""

    code = "spectrum-band-held"
    template = "{band} is held by {holder} alone, grant {grant_id} ({other}); take other frequencies, or its consent"


class IncumbentsRemain(SpectrumError):
    """Stations of others are licensed in the band and area of an exclusive licence."""

    code = "spectrum-incumbents-remain"
    template = "{count} licences of others stand in {band} there, among them {grant_id}; move them, or accept them"


class TermTooLong(SpectrumError):
    """A licence would run longer than its kind allows."""

    code = "spectrum-term-too-long"
    template = "{kind} licence from {start} to {stop} is longer than {months} months ({source}); give an earlier end"


class LicenceFaulty(SpectrumError):
    """What is asked for makes no licence."""

    code = "spectrum-licence-faulty"
    template = "licence {licence}: {reason}"


class LicenceUnknown(SpectrumError):
    """There is no licence of this number."""

    code = "spectrum-licence-unknown"
    template = "licence {licence} is not in the register of frequencies"


class StationFaulty(SpectrumError):
    """The record of a station lacks a value, or has one that cannot be."""

    code = "spectrum-station-faulty"
    template = "station {station}, {field} {value!r}: {reason}"


class CapExceeded(SpectrumError):
    """A holder would have more bandwidth in a group of bands than the cap allows."""

    code = "spectrum-cap-exceeded"
    template = (
        "{holder} holds {held_mhz} MHz of group {group} and would have {total_mhz} MHz with {lot}; "
        "the cap is {cap_mhz} MHz ({source})"
    )


class AuctionFaulty(SpectrumError):
    """A bid or a lot breaks the rules of its auction."""

    code = "spectrum-auction-faulty"
    template = "auction {auction}: {reason}"


class CaseUnknown(SpectrumError):
    """There is no case of this number."""

    code = "spectrum-case-unknown"
    template = "case {case} is not in the register of frequencies"


class CaseFaulty(SpectrumError):
    """What is asked of a case cannot be done."""

    code = "spectrum-case-faulty"
    template = "case {case}: {reason}"
