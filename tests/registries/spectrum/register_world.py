"""A ledger with open bands and holders, and requests, for tests of the frequency register."""

import datetime
from typing import Any

from registries.holders import Kind, RegisterHolder
from registries.ledger.moments import VIETNAM
from registries.spectrum import areas, register
from registries.spectrum.areas import ServiceArea
from registries.spectrum.band_ranges import parse_bands
from registries.spectrum.licences import LicenceKind
from registries.spectrum.stations import Station
from registries.store import Ledger
from tests.registries.ledger.making import envelope

ON = datetime.date(2026, 3, 1)
OPENED = datetime.datetime(2020, 1, 1, tzinfo=VIETNAM)
STOP = datetime.datetime(2035, 1, 1, tzinfo=VIETNAM)
HOLDERS = ("A", "B", "C")
BANDS = "703-733,758-788 MHz"


def day(text: str) -> datetime.datetime:
    """Give the first moment of a day in Viet Nam."""
    return datetime.datetime.combine(datetime.date.fromisoformat(text), datetime.time(), VIETNAM)


def opened(ledger: Ledger, bands: str = BANDS, *, name: str = "band-700", holders: bool = True, **other: Any) -> str:
    """Open a band, register the holders, and give the name of the pool."""
    for holder in HOLDERS if holders else ():
        ledger.execute(RegisterHolder(kind=Kind.ORGANISATION, called=holder, holder_id=holder), envelope())
    said = envelope(legal_at=OPENED, instrument="Quyết định mẫu")
    receipt = register.open_band(ledger, parse_bands(bands), said, authority="example", name=name, **other)
    return receipt.grant_ids[0]


def asked(bands: str, area: ServiceArea | None = None, holder: str = "A", **other: Any) -> register.LicenceRequest:
    """Give a request for a band licence, nationwide where no area is given."""
    said: dict[str, Any] = {
        "kind": LicenceKind.BAND,
        "holder_id": holder,
        "stop_at": STOP,
        "area": area or areas.nationwide(),
    }
    return register.LicenceRequest(**(said | {"bands": parse_bands(bands)} | other))


def granted(ledger: Ledger, request: register.LicenceRequest, *, legal_at: datetime.datetime | None = None) -> str:
    """Grant a licence and give its number."""
    receipts = register.grant(ledger, request, envelope(legal_at=legal_at), on=ON)
    return ledger.grant(receipts[0].grant_ids[0]).attributes["licence"]


def station(station_id: str = "S1", **other: Any) -> Station:
    """Give a station in Hà Nội that sends on 150 MHz."""
    said: dict[str, Any] = {
        "station_id": station_id, "latitude_deg": 21.03, "longitude_deg": 105.85, "height_agl_m": 30.0,
        "bandwidth_hz": 12_500, "tx_frequency_hz": 150_000_000, "power_dbm": 40.0,
    }  # fmt: skip
    return Station(**(said | other))
