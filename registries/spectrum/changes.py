"""How licences change and end: every part of one, and what is leased out of it, in one transaction."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from registries.ledger import (
    Command,
    Correct,
    Envelope,
    Expire,
    Receipt,
    Renew,
    Resume,
    Return,
    Revoke,
    Suspend,
    Transfer,
    moments,
)
from registries.ledger.commands import UNCHANGED, Unchanged
from registries.spectrum.areas import ServiceArea
from registries.spectrum.band_ranges import Band, bands_of
from registries.spectrum.licences import Licence, LicenceKind, licence_of
from registries.spectrum.register import LicenceRequest, amended_id, done, issue_orders, keyed, pool_of
from registries.spectrum.register_errors import LicenceFaulty
from registries.spectrum.stations import Station
from registries.store import Ledger, Order

_MOST_LEASES: Final = 10_000


def renew(
    ledger: Ledger, licence_id: str, stop_at: datetime.datetime, envelope: Envelope, *, dry_run: bool = False
) -> list[Receipt]:
    """Move the end of a licence.

    Raises:
        Refusal: It has ended, the pool ends before, or another one has the frequencies after it.
    """
    return _each(ledger, licence_id, envelope, lambda name: Renew(grant_id=name, stop_at=stop_at), dry_run=dry_run)


def transfer(
    ledger: Ledger, licence_id: str, holder_id: str, envelope: Envelope, *, dry_run: bool = False
) -> list[Receipt]:
    """Pass a licence to another holder; its leases stay."""
    return _each(
        ledger, licence_id, envelope, lambda name: Transfer(grant_id=name, holder_id=holder_id), dry_run=dry_run
    )


def suspend(
    ledger: Ledger, licence_id: str, reason: str, envelope: Envelope, *, dry_run: bool = False
) -> list[Receipt]:
    """Suspend a licence: it keeps its frequencies, and nothing is leased out of it meanwhile."""
    return _each(ledger, licence_id, envelope, lambda name: Suspend(grant_id=name, reason=reason), dry_run=dry_run)


def resume(
    ledger: Ledger, licence_id: str, envelope: Envelope, *, reason: str = "", dry_run: bool = False
) -> list[Receipt]:
    """Lift the suspension of a licence."""
    return _each(ledger, licence_id, envelope, lambda name: Resume(grant_id=name, reason=reason), dry_run=dry_run)


def give_back(
    ledger: Ledger, licence_id: str, envelope: Envelope, *, reason: str = "", dry_run: bool = False
) -> list[Receipt]:
    """End a licence because its holder gives it back, with all leases out of it."""
    return _ended(ledger, licence_id, envelope, lambda name: Return(grant_id=name, reason=reason), dry_run=dry_run)


def revoke(ledger: Ledger, licence_id: str, reason: str, envelope: Envelope, *, dry_run: bool = False) -> list[Receipt]:
    """End a licence against its holder's will, with all leases out of it."""
    return _ended(ledger, licence_id, envelope, lambda name: Revoke(grant_id=name, reason=reason), dry_run=dry_run)


def expire(ledger: Ledger, licence_id: str, envelope: Envelope, *, dry_run: bool = False) -> list[Receipt]:
    """Record that the term of a licence has run out, and that of all leases out of it."""
    return _ended(ledger, licence_id, envelope, lambda name: Expire(grant_id=name), dry_run=dry_run)


def correct(
    ledger: Ledger,
    licence_id: str,
    reason: str,
    envelope: Envelope,
    *,
    void: bool = False,
    holder_id: str | Unchanged | None = UNCHANGED,
    start_at: datetime.datetime | None = None,
    dry_run: bool = False,
) -> list[Receipt]:
    """Put right what was recorded wrongly of a licence, in all its parts; needs a second officer in the envelope."""

    def command(name: str) -> Correct:
        return Correct(grant_id=name, reason=reason, void=void, holder_id=holder_id, start_at=start_at)

    return _each(ledger, licence_id, envelope, command, dry_run=dry_run)


def amend(
    ledger: Ledger,
    licence_id: str,
    envelope: Envelope,
    *,
    bands: tuple[Band, ...] | None = None,
    area: ServiceArea | None = None,
    stations: tuple[Station, ...] | None = None,
    conditions: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> list[Receipt]:
    """Give a licence other bands, area, stations or conditions; holder and end of term stay.

    The grants of before end and new ones begin at one moment, so that what was licensed when can be asked. Where
    another licence stands against a part of the change, all of it is refused.

    Raises:
        LicenceFaulty: Nothing is changed, or the licence is a lease, or has leases.
        Refusal: The frequencies are taken there.
    """
    licence = licence_of(ledger, licence_id)
    if bands is None and area is None and stations is None and conditions is None:
        raise LicenceFaulty(licence=licence_id, reason="the amendment changes nothing")
    if licence.kind is LicenceKind.LEASE or any(_leases(ledger, licence)):
        raise LicenceFaulty(licence=licence_id, reason="what is leased is not amended: end the lease, and lease again")
    request = amended(licence, bands=bands, area=area, stations=stations, conditions=conditions)
    boxes = request.boxes()
    at = envelope.legal_at or moments.from_us(licence.head.recorded_us + 1)
    pool_id = pool_of(ledger, bands_of(boxes), is_orbit=licence.kind is LicenceKind.ORBIT, at=at)
    orders: list[Order] = [
        (Return(grant_id=part.grant_id, reason="amended"), keyed(envelope, number, "end-" if number else ""))
        for number, part in enumerate(licence.parts)
    ]
    begun = issue_orders(request, amended_id(licence), licence_id, [(pool_id, boxes)], envelope)
    orders += [(command, keyed(envelope, number, "new-")) for number, (command, _) in enumerate(begun)]
    return done(ledger, orders, dry_run=dry_run)


def amended(
    licence: Licence,
    *,
    bands: tuple[Band, ...] | None = None,
    area: ServiceArea | None = None,
    stations: tuple[Station, ...] | None = None,
    conditions: Mapping[str, str] | None = None,
) -> LicenceRequest:
    """Give a licence as it would be asked for anew, with some of it other than it is."""
    said = licence.head.attributes
    own = {name.removeprefix("condition."): text for name, text in said.items() if name.startswith("condition.")}
    at_stations = licence.text("drawn") == '{"stations":true}'
    return LicenceRequest(
        kind=licence.kind,
        holder_id=licence.holder_id,
        stop_at=moments.stop_at(licence.head.legal_stop_us),
        bands=licence.bands if bands is None and not at_stations else bands or (),
        area=(None if at_stations else licence.area) if area is None else area,
        licence_id=licence.licence_id,
        service=said.get("service", ""),
        is_exclusive=licence.head.exclusivity == 0,
        stations=licence.stations if stations is None else stations,
        conditions=own if conditions is None else conditions,
    )


def _each(
    ledger: Ledger, licence_id: str, envelope: Envelope, command: Callable[[str], Command], *, dry_run: bool
) -> list[Receipt]:
    parts = licence_of(ledger, licence_id).parts
    orders = [(command(part.grant_id), keyed(envelope, number)) for number, part in enumerate(parts)]
    return done(ledger, orders, dry_run=dry_run)


def _ended(
    ledger: Ledger, licence_id: str, envelope: Envelope, command: Callable[[str], Command], *, dry_run: bool
) -> list[Receipt]:
    licence = licence_of(ledger, licence_id)
    names = [*_leases(ledger, licence), *(part.grant_id for part in licence.parts)]
    orders = [(command(name), keyed(envelope, number)) for number, name in enumerate(names)]
    return done(ledger, orders, dry_run=dry_run)


def _leases(ledger: Ledger, licence: Licence) -> Iterator[str]:
    """Give the grants that stand on a licence, each once."""
    seen: set[str] = set()
    for part in licence.parts:
        for claim in ledger.children(part.grant_id, limit=_MOST_LEASES):
            if claim.grant_id not in seen:
                seen.add(claim.grant_id)
                yield claim.grant_id
