"""Errors of exchange: a file that cannot be read at all; a row that cannot is a finding."""

from registries.spectrum.errors import SpectrumError


class ExchangeError(SpectrumError):
    """Assignments cannot be read or written."""

    code = "spectrum-exchange"
    template = "{detail}"


class StationFileUnreadable(ExchangeError):
    """A file of stations cannot be opened, decoded, or has not the columns it needs."""

    code = "station-file-unreadable"
    template = "{path}{line}: {reason}"


class NoticeUnreadable(ExchangeError):
    """A text is no notice of frequency assignments."""

    code = "notice-unreadable"
    template = "{path}, line {line}: {reason}"


class NoticeImpossible(ExchangeError):
    """An assignment lacks what a notice needs."""

    code = "notice-impossible"
    template = "assignment {assignment}: {reason}"
