"""Auctions of bands: lots kept for the auction, rounds of bids, caps on what one holder may have, and the award.

A lot is a reservation in the ledger from the announcement on, with the conditions its winner will have: it keeps others
out, and the award confirms it. Rounds ascend: a bid of the first round is at least the start price, one of a later
round a whole number of steps above the highest of the round before. The lot goes to the highest bid when a round brings
none.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import data
from registries.ledger import Confirm, Envelope, Level, Receipt, Release, Renew
from registries.spectrum.areas import ServiceArea
from registries.spectrum.band_ranges import SPACE, Band, bands_of, bands_text, parse_bands
from registries.spectrum.cases import Obligation, obligation_orders
from registries.spectrum.licences import Licence, LicenceKind, licence_of
from registries.spectrum.register import LicenceRequest, done, issue_orders, keyed, moment_of, pool_of
from registries.spectrum.register_errors import AuctionFaulty, CapExceeded
from registries.store import Ledger, Order

CAPS: Final = "spectrum_auction_caps"
_MHZ: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Cap:
    """How many hertz of a group of bands one holder may have, and who says so."""

    group: str
    cap_hz: int
    bands: tuple[Band, ...]
    source: str
    is_confirmed: bool

    def within(self, bands: Iterable[Band]) -> int:
        """Give how many hertz of some bands count towards it."""
        return sum(both.bandwidth_hz for band in bands for own in self.bands if (both := own.shared(band)))


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot: its number as a licence, its bands, prices in dong, and whether another lot bars its winner."""

    lot_id: str
    bands: tuple[Band, ...]
    start_price_vnd: int
    step_vnd: int
    bars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bid:
    """A bid of one round, counted from 1."""

    round_number: int
    holder_id: str
    price_vnd: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who won a lot, at which price, after how many rounds; nobody where there was no bid."""

    lot: Lot
    winner_id: str | None
    price_vnd: int
    rounds: int


def caps_on(day: datetime.date) -> list[Cap]:
    """Give the caps of a day."""
    return [
        Cap(
            row["band_group"],
            int(row["cap_mhz"]) * _MHZ,
            parse_bands(row["bands"]),
            row["source"],
            row["certainty"] in {"C", "C2"},
        )
        for row in data.table(CAPS, day)
    ]


def settle(auction: str, lot: Lot, bids: Sequence[Bid], *, barred: Mapping[str, str] | None = None) -> Outcome:
    """Tell who wins a lot. `barred` are holders who may not bid, each with the reason.

    Raises:
        AuctionFaulty: A bid is below the start price, no whole step above the round before, of somebody barred or out,
            twice by one bidder in a round, as high as another's, or a round is left out.
    """
    if lot.start_price_vnd <= 0 or lot.step_vnd <= 0:
        raise AuctionFaulty(auction=auction, reason=f"lot {lot.lot_id} has no start price or step")
    best: Bid | None = None
    seen = {bid.holder_id for bid in bids if bid.round_number == 1}
    rounds = sorted({bid.round_number for bid in bids})
    if rounds != list(range(1, len(rounds) + 1)):
        raise AuctionFaulty(auction=auction, reason=f"rounds {rounds} of lot {lot.lot_id} leave one out")
    for number in rounds:
        of_round = [bid for bid in bids if bid.round_number == number]
        _check_round(auction, lot, of_round, best, barred or {}, seen)
        seen = {bid.holder_id for bid in of_round} | ({best.holder_id} if best else set())
        best = max(of_round, key=lambda bid: bid.price_vnd)
    if best is None:
        return Outcome(lot, None, 0, 0)
    return Outcome(lot, best.holder_id, best.price_vnd, len(rounds))


def _check_round(
    auction: str, lot: Lot, bids: Sequence[Bid], best: Bid | None, barred: Mapping[str, str], seen: set[str]
) -> None:
    """Let the bids of one round pass; `seen` are those who are still in."""
    number = bids[0].round_number
    for bid in bids:
        said = f"bid of {bid.holder_id} in round {number} on {lot.lot_id}"
        above = bid.price_vnd - (best.price_vnd if best else lot.start_price_vnd)
        if bid.holder_id in barred:
            raise AuctionFaulty(auction=auction, reason=f"{said}: {barred[bid.holder_id]}")
        if bid.holder_id not in seen:
            raise AuctionFaulty(auction=auction, reason=f"{said}: who did not bid in the round before is out")
        if above < (lot.step_vnd if best else 0) or above % lot.step_vnd:
            least = best.price_vnd + lot.step_vnd if best else lot.start_price_vnd
            reason = f"{said} is {bid.price_vnd:,} VND; at least {least:,}, in steps of {lot.step_vnd:,}"
            raise AuctionFaulty(auction=auction, reason=reason)
    if len({bid.holder_id for bid in bids}) < len(bids):
        raise AuctionFaulty(auction=auction, reason=f"round {number} on {lot.lot_id} has two bids of one bidder")
    top = max(bid.price_vnd for bid in bids)
    if sum(bid.price_vnd == top for bid in bids) > 1:
        raise AuctionFaulty(auction=auction, reason=f"round {number} on {lot.lot_id} has two highest bids; bid again")


def barred_by(outcomes: Iterable[Outcome], lot: Lot) -> dict[str, str]:
    """Give who may not bid on a lot because they won one that bars it."""
    return {
        one.winner_id: f"the winner of lot {one.lot.lot_id} is barred from lot {lot.lot_id}"
        for one in outcomes
        if one.winner_id and (lot.lot_id in one.lot.bars or one.lot.lot_id in lot.bars)
    }


def held_hz(ledger: Ledger, holder_id: str, cap: Cap) -> int:
    """Give how many hertz of a group a holder has by band licences, anywhere, each frequency counted once."""
    found: set[Band] = set()
    for grant in ledger.of_holder(holder_id):
        if grant.space_name == SPACE and grant.state.occupies and grant.level is Level.ALLOCATED:
            found.update(bands_of(grant.boxes))
    return cap.within(_joined(found))


def _joined(bands: Iterable[Band]) -> list[Band]:
    joined: list[Band] = []
    for band in sorted(bands):
        if joined and band.first_hz <= joined[-1].last_hz + 1:
            joined[-1] = Band(joined[-1].first_hz, max(joined[-1].last_hz, band.last_hz))
        else:
            joined.append(band)
    return joined


def check_caps(ledger: Ledger, holder_id: str, lot_id: str, bands: Sequence[Band], on: datetime.date) -> None:
    """Let a holder have bands that leave it within every cap of the day.

    Raises:
        CapExceeded: It would have more of a group than the cap allows.
    """
    for cap in caps_on(on):
        more = cap.within(bands)
        held = held_hz(ledger, holder_id, cap) if more else 0
        if more and held + more > cap.cap_hz:
            raise CapExceeded(
                holder=holder_id,
                held_mhz=f"{held / _MHZ:g}",
                group=cap.group,
                total_mhz=f"{(held + more) / _MHZ:g}",
                lot=f"{lot_id} ({bands_text(bands)})",
                cap_mhz=f"{cap.cap_hz / _MHZ:g}",
                source=cap.source,
            )


def announce(
    ledger: Ledger,
    auction: str,
    lots: Sequence[Lot],
    area: ServiceArea,
    envelope: Envelope,
    *,
    on: datetime.date,
    service: str = "",
    dry_run: bool = False,
) -> list[Receipt]:
    """Keep the lots of an auction: nobody else can have their frequencies in that area from now on. All or none.

    Raises:
        Refusal: One of them is taken.
    """
    orders: list[Order] = []
    for lot in lots:
        conditions = {"auction": auction, "start_price_vnd": str(lot.start_price_vnd), "step_vnd": str(lot.step_vnd)}
        request = LicenceRequest(
            kind=LicenceKind.BAND,
            holder_id=None,
            stop_at=None,
            bands=lot.bands,
            area=area,
            service=service,
            conditions=conditions,
        )
        places = [(pool_of(ledger, lot.bands, at=moment_of(envelope, on)), request.boxes())]
        begun = issue_orders(request, lot.lot_id, lot.lot_id, places, envelope, level=Level.RESERVED)
        orders += [(command, keyed(envelope, len(orders) + number)) for number, (command, _) in enumerate(begun)]
    return done(ledger, orders, dry_run=dry_run)


def award(
    ledger: Ledger,
    outcome: Outcome,
    stop_at: datetime.datetime,
    envelope: Envelope,
    *,
    on: datetime.date,
    obligations: Sequence[Obligation] = (),
    dry_run: bool = False,
) -> list[Receipt]:
    """Give a lot to its winner as a band licence, with its obligations; nobody won it: let it go.

    Raises:
        CapExceeded: The winner would have more of a group than the cap of the day allows.
        Refusal: The lot was not announced, or is awarded already.
    """
    licence = licence_of(ledger, outcome.lot.lot_id)
    if outcome.winner_id is None:
        return _released(ledger, licence, envelope, dry_run=dry_run)
    check_caps(ledger, outcome.winner_id, licence.licence_id, licence.bands, on)
    priced = replace(envelope, purpose=f"{envelope.purpose}; {outcome.price_vnd:,} VND, {outcome.rounds} rounds")
    orders: list[Order] = []
    for part in licence.parts:
        confirm = Confirm(grant_id=part.grant_id, level=Level.ALLOCATED, holder_id=outcome.winner_id)
        orders.append((confirm, keyed(priced, len(orders))))
        orders.append((Renew(grant_id=part.grant_id, stop_at=stop_at), keyed(priced, len(orders))))
    orders += obligation_orders(ledger, licence.licence_id, outcome.winner_id, obligations, priced)
    return done(ledger, orders, dry_run=dry_run)


def _released(ledger: Ledger, licence: Licence, envelope: Envelope, *, dry_run: bool) -> list[Receipt]:
    orders = [
        (Release(grant_id=part.grant_id, reason="no bid"), keyed(envelope, number))
        for number, part in enumerate(licence.parts)
    ]
    return done(ledger, orders, dry_run=dry_run)
