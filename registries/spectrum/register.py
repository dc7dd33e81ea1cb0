"""Granting frequencies: bands are opened by their instrument, licences are given out of them, and live by commands.

A band licence is exclusive in frequency x area x time, and a lease out of it in its part of these: two that overlap are
impossible in the store, whoever writes. Station licences share frequencies, unless one is exclusive too; whether
they disturb one another is for the interference engine. That a station stands clear of what others hold alone, and an
exclusive licence of the stations of others, is asked for here before the change, as of the beginning of its term.
"""

import datetime
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from registries.calendar import add_months
from registries.ledger import Box, Envelope, Exclusivity, Grant, Issue, Level, OpenPool, Receipt, moments
from registries.ledger.grants import Claim
from registries.spectrum import grid, stations
from registries.spectrum.areas import AreaKind, ServiceArea
from registries.spectrum.band_ranges import SPACE, Band, bands_of, bands_text
from registries.spectrum.cases import Obligation, obligation_orders
from registries.spectrum.licence_rules import Kind, LicenceRuleUnknown, rule
from registries.spectrum.licences import Licence, LicenceKind, Part, cut, licence_of, version_id
from registries.spectrum.register_errors import (
    BandHeld,
    BandNotOpen,
    IncumbentsRemain,
    LicenceFaulty,
    TermTooLong,
)
from registries.spectrum.stations import Station
from registries.store import Ledger, Order

_RULED: Final[dict[LicenceKind, Kind]] = {
    LicenceKind.BAND: "band",
    LicenceKind.STATION: "frequency-and-equipment",
    LicenceKind.ORBIT: "orbit",
}
"""Kinds whose longest term the law sets."""
_LEVELS: Final = {
    LicenceKind.BAND: Level.ALLOCATED,
    LicenceKind.STATION: Level.ASSIGNED,
    LicenceKind.ORBIT: Level.ASSIGNED,
    LicenceKind.LEASE: Level.ASSIGNED,
}
_ORBIT: Final = ((grid.ORBIT_FIRST, grid.ORBIT_FIRST + grid.ORBIT_SLOTS - 1),)


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceRequest:
    """What a licence is to be. Without a `licence_id` its number follows from the idempotency key.

    `stop_at` is the first moment at which it does not hold. Without `is_exclusive` a station licence shares; band and
    orbit licences are always exclusive. Without an area, a station licence has the cells of its stations, and without
    bands, their bands. `conditions` are kept as they are.
    """

    kind: LicenceKind
    holder_id: str | None
    stop_at: datetime.datetime | None
    bands: tuple[Band, ...] = ()
    area: ServiceArea | None = None
    licence_id: str = ""
    service: str = ""
    is_exclusive: bool = False
    stations: tuple[Station, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    conditions: Mapping[str, str] = field(default_factory=dict)

    @property
    def exclusivity(self) -> Exclusivity:
        """The class in which its claims exclude others."""
        shares = self.kind is LicenceKind.STATION and not self.is_exclusive
        return Exclusivity.SHARED if shares else Exclusivity.EXCLUSIVE

    def boxes(self) -> tuple[Box, ...]:
        """Give what it claims: its bands over its area, or those of each station in its cell; each once."""
        if self.area is not None:
            bands = self.bands or tuple(sorted({band for one in self.stations for band in one.bands}))
            return tuple(box for band in bands for box in band.boxes(self.area.ranges))
        pairs = {(band, one.cell) for one in self.stations for band in self.bands or one.bands}
        return _apart(Box(band.first_hz, band.last_hz, cell, cell) for band, cell in pairs)


def _apart(boxes: Iterable[Box]) -> tuple[Box, ...]:
    """Make boxes of single cells disjoint: bands that overlap in one cell become one."""
    joined: list[Box] = []
    for box in sorted(boxes, key=lambda box: (box.low, box.first)):
        end = joined[-1] if joined else None
        if end is not None and end.low == box.low and box.first <= end.last:
            joined[-1] = Box(end.first, max(end.last, box.last), box.low, box.high)
        else:
            joined.append(box)
    return tuple(sorted(joined))


def open_band(
    ledger: Ledger,
    bands: Sequence[Band],
    envelope: Envelope,
    *,
    authority: str,
    name: str = "",
    service: str = "",
    is_orbit: bool = False,
    dry_run: bool = False,
) -> Receipt:
    """Open bands for licences, by an instrument, which the envelope names; over the whole grid, or the orbit.

    Raises:
        Refusal: A band of an open pool is among them.
    """
    ranges = _ORBIT if is_orbit else grid.NATIONWIDE
    command = OpenPool(
        space=SPACE,
        boxes=tuple(box for band in bands for box in band.boxes(ranges)),
        authority=authority,
        grant_id=name,
        attributes={"service": service, "grid": grid.VERSION, "over": "orbit" if is_orbit else "grid"},
    )
    return ledger.execute(command, envelope, dry_run=dry_run)


def moment_of(envelope: Envelope, on: datetime.date) -> datetime.datetime:
    """Give the moment at which a change is looked at: when it takes effect, or the end of its day in Viet Nam."""
    return envelope.legal_at or moments.from_us(moments.as_of_us(on))


def licence_number(prefix: str, envelope: Envelope) -> str:
    """Give the number of what begins without one: the same key gives the same number, so that it is done once."""
    said = f"{envelope.tenant}\n{envelope.idempotency_key}".encode()
    return f"{prefix}-{hashlib.sha256(said).hexdigest()[:12].upper()}"


_PREFIXES: Final = {
    LicenceKind.BAND: "BT",
    LicenceKind.STATION: "TS",
    LicenceKind.ORBIT: "QD",
    LicenceKind.LEASE: "TH",
}


def grant(
    ledger: Ledger,
    request: LicenceRequest,
    envelope: Envelope,
    *,
    on: datetime.date,
    accepts_incumbents: bool = False,
    dry_run: bool = False,
) -> list[Receipt]:
    """Grant a licence, with its obligations as open cases: all of it in one transaction. `on` is the day of the rules.

    Raises:
        BandNotOpen: No pool holds its bands.
        TermTooLong: It would run longer than its kind allows on that day.
        BandHeld: A station would stand in what another one holds alone.
        IncumbentsRemain: Stations of others are in the band and area of an exclusive licence.
        Refusal: The frequencies are taken there and then, or the holder is not registered.
    """
    start = moment_of(envelope, on)
    _check_term(request, start, on)
    boxes = request.boxes()
    pool_id = pool_of(ledger, bands_of(boxes), is_orbit=_is_orbit(request), at=start)
    _check_neighbours(ledger, request, boxes, start, accepts_incumbents=accepts_incumbents)
    licence_id = request.licence_id or licence_number(_PREFIXES[request.kind], envelope)
    orders = issue_orders(request, licence_id, licence_id, [(pool_id, boxes)], envelope)
    orders += obligation_orders(ledger, licence_id, request.holder_id, request.obligations, envelope)
    return done(ledger, orders, dry_run=dry_run)


def lease(
    ledger: Ledger,
    licence_id: str,
    request: LicenceRequest,
    envelope: Envelope,
    *,
    dry_run: bool = False,
) -> list[Receipt]:
    """Lease a part of a band licence, in bands, area and time, to another holder.

    Raises:
        LicenceFaulty: What is asked for is not all in the licence, or the licence is no band licence.
        Refusal: It is leased already, the licence is suspended, or ends before.
    """
    licence = licence_of(ledger, licence_id)
    if licence.kind is not LicenceKind.BAND or request.kind is not LicenceKind.LEASE:
        raise LicenceFaulty(licence=licence_id, reason=f"it is a {licence.kind.value} licence; bands alone are leased")
    wanted = request.boxes()
    places = [
        (part.grant_id, tuple(one for box in wanted for claim in part.boxes if (one := claim.shared(box))))
        for part in licence.parts
    ]
    if sum(box.size for _, boxes in places for box in boxes) != sum(box.size for box in wanted):
        bands = bands_text(bands_of(wanted))
        raise LicenceFaulty(licence=licence_id, reason=f"{bands} in that area is not all its own; lease what it has")
    lease_id = request.licence_id or licence_number(_PREFIXES[LicenceKind.LEASE], envelope)
    own = replace(request, conditions={**request.conditions, "of": licence_id})
    return done(ledger, issue_orders(own, lease_id, lease_id, places, envelope), dry_run=dry_run)


def issue_orders(
    request: LicenceRequest,
    head_id: str,
    licence_id: str,
    places: Sequence[tuple[str, Sequence[Box]]],
    envelope: Envelope,
    *,
    level: Level | None = None,
) -> list[Order]:
    """Give the commands that begin a licence, a part each."""
    area = request.area
    attributes = {
        **{f"condition.{name}": text for name, text in request.conditions.items()},
        **({} if area is None else area.attributes()),
        "kind": request.kind.value,
        "service": request.service,
    }
    if area is None:
        attributes |= {
            "grid": grid.VERSION,
            "area": AreaKind.RADIUS.value,
            "area_label": "ô của đài · cells of stations",
        }
    drawn = '{"stations":true}' if area is None else area.drawn
    texts = {"drawn": drawn, "stations": stations.written(request.stations) if request.stations else ""}
    return [
        (_issue(part, request, level or _LEVELS[request.kind]), keyed(envelope, number))
        for number, part in enumerate(cut(head_id, licence_id, places, attributes, texts))
    ]


def _issue(part: Part, request: LicenceRequest, level: Level) -> Issue:
    return Issue(
        parent_id=part.parent_id,
        level=level,
        boxes=part.boxes,
        holder_id=request.holder_id,
        grant_id=part.grant_id,
        exclusivity=request.exclusivity,
        stop_at=request.stop_at,
        attributes=dict(part.attributes),
    )


def keyed(envelope: Envelope, number: int, what: str = "") -> Envelope:
    """Give the envelope of one of several commands of a change: the first one has the key itself."""
    if not number and not what:
        return envelope
    return replace(envelope, idempotency_key=f"{envelope.idempotency_key}:{what}{number + 1}")


def done(ledger: Ledger, orders: Sequence[Order], *, dry_run: bool) -> list[Receipt]:
    """Do commands, all or none; one alone takes the shorter way."""
    if len(orders) == 1:
        return [ledger.execute(*orders[0], dry_run=dry_run)]
    return ledger.execute_all(orders, dry_run=dry_run)


def pool_of(ledger: Ledger, bands: Sequence[Band], *, is_orbit: bool = False, at: datetime.datetime) -> str:
    """Give the pool that holds bands at a moment.

    Raises:
        BandNotOpen: None holds all of them.
    """
    low, high = (_ORBIT if is_orbit else grid.NATIONWIDE)[0]
    found: set[str] = set()
    for band in bands:
        covering = ledger.covering(SPACE, Box(band.first_hz, band.last_hz, low, high), legal=at)
        own = {claim.grant_id for claim in covering if claim.tier == 0}
        found = own if band == bands[0] else found & own
    if not found:
        near = [
            f"{pool.grant_id} {bands_text(bands_of(pool.boxes))}"
            for pool in ledger.pools(SPACE)
            if any(band.shared(other) for band in bands for other in bands_of(pool.boxes))
        ]
        raise BandNotOpen(band=bands_text(bands), open=f"open near it: {'; '.join(near) or 'nothing'}")
    return min(found)


def _is_orbit(request: LicenceRequest) -> bool:
    return request.kind is LicenceKind.ORBIT


def _check_term(request: LicenceRequest, start: datetime.datetime, on: datetime.date) -> None:
    kind = _RULED.get(request.kind)
    if kind is None:
        return
    try:
        longest = rule(kind, "longest-term", on)
    except LicenceRuleUnknown:
        return
    first = start.astimezone(moments.VIETNAM).date()
    last = add_months(first, longest.value)
    stop = None if request.stop_at is None else request.stop_at.astimezone(moments.VIETNAM)
    if stop is None or stop > moments.day_start(last):
        raise TermTooLong(
            kind=request.kind.value,
            start=first,
            stop="open" if stop is None else stop.date(),
            months=longest.value,
            source=longest.source,
        )


def _check_neighbours(
    ledger: Ledger, request: LicenceRequest, boxes: Sequence[Box], start: datetime.datetime, *, accepts_incumbents: bool
) -> None:
    """Look across the classes, which the store keeps apart: what is shared beside what is held alone."""
    is_shared = request.exclusivity is Exclusivity.SHARED
    others: dict[str, Grant] = {}
    met: dict[str, Claim] = {}
    for claim in _met(ledger, boxes, start):
        if is_shared is ((claim.lane & 3) == Exclusivity.EXCLUSIVE) and claim.tier:
            met.setdefault(claim.grant_id, claim)
    for grant_id, claim in met.items():
        other = ledger.grant(grant_id)
        if other.holder_id == request.holder_id or not other.state.occupies:
            continue
        if is_shared:
            _hold(ledger, request, other, claim)
        others[grant_id] = other
    if others and not accepts_incumbents and not is_shared:
        raise IncumbentsRemain(count=len(others), band=bands_text(bands_of(boxes)), grant_id=next(iter(others)))


def _hold(ledger: Ledger, request: LicenceRequest, other: Grant, claim: Claim) -> None:
    """Refuse a station in what another holder has alone, unless it is a lessee of that holder there."""
    leases = (ledger.grant(child.grant_id) for child in ledger.children(other.grant_id, limit=10_000))
    if any(one.holder_id == request.holder_id for one in leases):
        return
    raise BandHeld(
        band=bands_text(bands_of([claim.box])),
        holder=other.holder_id or "nobody yet",
        grant_id=other.grant_id,
        other=other.text,
    )


def _met(ledger: Ledger, boxes: Sequence[Box], at: datetime.datetime) -> Iterator[Claim]:
    """Give active claims that meet boxes: one probe a band, over all its cells, and then box by box."""
    by_band: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for box in boxes:
        by_band.setdefault((box.first, box.last), []).append((box.low, box.high))
    for (first, last), ranges in by_band.items():
        ranges.sort()
        whole = Box(first, last, ranges[0][0], max(high for _, high in ranges))
        for claim in ledger.overlapping(SPACE, whole, legal=at):
            if grid.shared([(claim.box.low, claim.box.high)], ranges):
                yield claim


def amended_id(licence: Licence) -> str:
    """Name the first grant of the next amendment of a licence."""
    return version_id(licence.licence_id, licence.version + 1)
