"""The frequency register on both stores: licences begin, live and end; nothing exclusive overlaps."""

import dataclasses
from typing import Any

import pytest

from registries.ledger import State
from registries.ledger import errors as ledger_errors
from registries.spectrum import areas, boundaries, changes, grid, register
from registries.spectrum.band_ranges import parse_bands
from registries.spectrum.licences import LicenceKind, amendments, cut, licence_of
from registries.spectrum.register_errors import (
    AreaTooDetailed,
    BandHeld,
    BandNotOpen,
    IncumbentsRemain,
    LicenceFaulty,
    LicenceUnknown,
    TermTooLong,
)
from registries.store import Ledger
from tests.registries.ledger.making import Clock, envelope
from tests.registries.spectrum.register_world import ON, STOP, asked, day, granted, opened, station

ISLANDS = areas.province_area(boundaries.schematic(), "56")
CITY = areas.radius_area(21.03, 105.85, 20)
BESIDE = areas.radius_area(21.03, 107.2, 20)


def test_a_licence_is_told_back_as_it_was_granted(ledger: Ledger) -> None:
    opened(ledger)
    request = asked("703-713,758-768 MHz", CITY, licence_id="BT-1", service="IMT", conditions={"qcvn": "47"})
    assert granted(ledger, request) == "BT-1"
    found = licence_of(ledger, "BT-1")
    assert (found.kind, found.state, found.holder_id) == (LicenceKind.BAND, State.ALLOCATED, "A")
    assert found.bands == request.bands
    assert found.bandwidth_hz == 20_000_000
    assert found.area == CITY
    assert areas.redrawn(found.area) == found.ranges == CITY.ranges
    assert found.head.attributes["condition.qcvn"] == "47"
    assert found.head.attributes["grid"] == grid.VERSION


def test_a_licence_of_many_ranges_is_cut_into_parts_that_are_one(ledger: Ledger) -> None:
    opened(ledger)
    assert granted(ledger, asked("703-713,758-768 MHz", ISLANDS, licence_id="BT-1")) == "BT-1"
    found = licence_of(ledger, "BT-1")
    assert len(found.parts) > 3
    assert len(found.claims) == 2 * len(ISLANDS.ranges) > 1_000
    assert found.ranges == ISLANDS.ranges
    assert found.area == ISLANDS
    # One cell that the last part holds, refused; and nothing of a licence stays where a later part of it is refused.
    high = ISLANDS.ranges[-1][1]
    last = areas.ServiceArea(areas.AreaKind.POLYGON, "last cell", ((high, high),))
    with pytest.raises(ledger_errors.ClaimOverlaps, match="overlaps grant BT-1"):
        granted(ledger, asked("767-768 MHz", last, "B"))
    granted(ledger, asked("768-769 MHz", last, "C", licence_id="BT-2"))
    with pytest.raises(ledger_errors.ClaimOverlaps):
        granted(ledger, asked("713-723,768-778 MHz", ISLANDS, "B", licence_id="BT-3"))
    with pytest.raises(LicenceUnknown):
        licence_of(ledger, "BT-3")
    changes.give_back(ledger, "BT-2", envelope())
    granted(ledger, asked("713-723,768-778 MHz", ISLANDS, "B", licence_id="BT-3"))


def test_frequency_area_and_time_each_keep_licences_apart(ledger: Ledger) -> None:
    opened(ledger)
    granted(ledger, asked("703-713 MHz", CITY))
    for bands, area, legal_at in (
        ("713-723 MHz", CITY, None),
        ("703-713 MHz", BESIDE, None),
        ("703-713 MHz", CITY, STOP),
    ):
        stop = STOP if legal_at is None else day("2040-01-01")
        granted(ledger, asked(bands, area, "B", stop_at=stop), legal_at=legal_at)
    for bands, area, legal_at in (
        ("712-714 MHz", CITY, None),
        ("703-713 MHz", areas.nationwide(), None),
        ("703-704 MHz", CITY, day("2039-12-31")),
    ):
        stop = STOP if legal_at is None else day("2040-06-01")
        with pytest.raises(ledger_errors.ClaimOverlaps):
            granted(ledger, asked(bands, area, "C", stop_at=stop), legal_at=legal_at)


def test_adjoining_provinces_are_licensed_side_by_side_and_never_conflict(ledger: Ledger) -> None:
    opened(ledger)
    layer = boundaries.schematic()
    for code in ("48", "51", "46", "44", "52", "56", "66"):
        granted(ledger, asked("703-713 MHz", areas.province_area(layer, code), "ABC"[int(code) % 3]))
    with pytest.raises(ledger_errors.ClaimOverlaps):
        granted(ledger, asked("703-713 MHz", areas.province_area(layer, "48"), "A"))


def test_the_same_key_gives_the_same_licence(ledger: Ledger) -> None:
    opened(ledger)
    said = envelope()
    first = register.grant(ledger, asked("703-713,758-768 MHz", ISLANDS), said, on=ON)
    again = register.grant(ledger, asked("703-713,758-768 MHz", ISLANDS), said, on=ON)
    assert [one.entry_id for one in again] == [one.entry_id for one in first]
    assert all(one.again for one in again)


def test_a_trial_leaves_nothing(ledger: Ledger) -> None:
    opened(ledger)
    register.grant(ledger, asked("703-713,758-768 MHz", ISLANDS, licence_id="X"), envelope(), on=ON, dry_run=True)
    with pytest.raises(LicenceUnknown, match="licence X is not in"):
        licence_of(ledger, "X")


def test_what_is_not_open_or_too_long_is_refused(ledger: Ledger) -> None:
    opened(ledger)
    opened(ledger, "2500-2690 MHz", name="band-2600", holders=False)
    with pytest.raises(BandNotOpen, match="open near it: band-700 703-733 MHz, 758-788 MHz"):
        granted(ledger, asked("730-740 MHz"))
    with pytest.raises(BandNotOpen, match="open near it: band-2600"):
        granted(ledger, asked("703-713,2500-2510 MHz"))
    with pytest.raises(TermTooLong, match="longer than 180 months"):
        granted(ledger, asked("703-713 MHz", stop_at=day("2041-03-02")))
    with pytest.raises(TermTooLong, match="to open"):
        granted(ledger, asked("703-713 MHz", stop_at=None))
    granted(ledger, asked("703-713 MHz", stop_at=day("2041-03-01")))


@pytest.mark.parametrize("name", ["a.b", "a:b", "x" * 41])
def test_a_number_that_parts_could_not_have_is_refused(ledger: Ledger, name: str) -> None:
    opened(ledger)
    with pytest.raises(LicenceFaulty, match="1 to 40 letters"):
        granted(ledger, asked("703-713 MHz", licence_id=name))


def test_a_licence_lives(ledger: Ledger, clock: Clock) -> None:
    opened(ledger)
    granted(ledger, asked("703-713,758-768 MHz", ISLANDS, licence_id="BT-1"))
    changes.transfer(ledger, "BT-1", "B", envelope())
    changes.suspend(ledger, "BT-1", "nợ phí", envelope())
    found = licence_of(ledger, "BT-1")
    assert {(part.state, part.holder_id) for part in found.parts} == {(State.SUSPENDED, "B")}
    changes.resume(ledger, "BT-1", envelope())
    changes.renew(ledger, "BT-1", day("2036-01-01"), envelope())
    assert {part.legal_stop_us for part in licence_of(ledger, "BT-1").parts} == {
        int(day("2036-01-01").timestamp() * 1_000_000)
    }
    with pytest.raises(ledger_errors.EffectInFuture):
        changes.expire(ledger, "BT-1", envelope())
    clock.now_us += 11 * 366 * 86_400_000_000
    changes.expire(ledger, "BT-1", envelope())
    assert licence_of(ledger, "BT-1").state is State.RETURNED


def test_corrections_need_two_officers_and_reach_every_part(ledger: Ledger) -> None:
    opened(ledger)
    granted(ledger, asked("703-713,758-768 MHz", ISLANDS, licence_id="BT-1"))
    with pytest.raises(ledger_errors.OfficerMissing):
        changes.correct(ledger, "BT-1", "nhầm", envelope(), holder_id="C")
    changes.correct(ledger, "BT-1", "nhầm", envelope(approvers=("officer-2",)), holder_id="C")
    assert {part.holder_id for part in licence_of(ledger, "BT-1").parts} == {"C"}
    changes.correct(ledger, "BT-1", "chưa từng cấp", envelope(approvers=("officer-2",)), void=True)
    granted(ledger, asked("703-713,758-768 MHz", ISLANDS, "B"))


def test_an_amendment_follows_what_was_and_keeps_holder_and_term(ledger: Ledger) -> None:
    opened(ledger)
    granted(ledger, asked("703-713 MHz", CITY, licence_id="BT-1", conditions={"eirp": "60"}))
    granted(ledger, asked("713-723 MHz", CITY, "B", licence_id="BT-2"))
    with pytest.raises(ledger_errors.ClaimOverlaps):
        changes.amend(ledger, "BT-1", envelope(), bands=parse_bands("703-714 MHz"))
    assert licence_of(ledger, "BT-1").version == 1
    assert licence_of(ledger, "BT-1").state is State.ALLOCATED
    changes.amend(ledger, "BT-1", envelope(), area=ISLANDS)
    changes.amend(ledger, "BT-1", envelope(), bands=parse_bands("703-708 MHz"), conditions={"eirp": "58"})
    first, second, third = amendments(ledger, "BT-1")
    assert [one.state for one in (first, second, third)] == [State.RETURNED, State.RETURNED, State.ALLOCATED]
    assert (first.area, second.area, third.area) == (CITY, ISLANDS, ISLANDS)
    assert second.head.legal_stop_us <= third.head.legal_start_us
    assert third.holder_id == "A"
    assert third.head.attributes["condition.eirp"] == "58"
    assert third.term_text.endswith("2035-01-01")
    assert licence_of(ledger, "BT-1") == third
    with pytest.raises(LicenceFaulty, match="changes nothing"):
        changes.amend(ledger, "BT-1", envelope())


def test_a_lease_stands_on_its_licence_and_goes_with_it(ledger: Ledger) -> None:
    opened(ledger)
    granted(ledger, asked("703-713,758-768 MHz", ISLANDS, licence_id="BT-1"))
    one = asked("705-708 MHz", ISLANDS, "B", kind=LicenceKind.LEASE, licence_id="TH-1", stop_at=day("2030-01-01"))
    register.lease(ledger, "BT-1", one, envelope())
    lease = licence_of(ledger, "TH-1")
    assert lease.ranges == ISLANDS.ranges
    assert lease.head.attributes["condition.of"] == "BT-1"
    other = asked("707-709 MHz", ISLANDS, "C", kind=LicenceKind.LEASE, stop_at=day("2030-01-01"))
    with pytest.raises(ledger_errors.ClaimOverlaps):
        register.lease(ledger, "BT-1", other, envelope())
    wide = asked("712-714 MHz", ISLANDS, "C", kind=LicenceKind.LEASE, stop_at=day("2030-01-01"))
    with pytest.raises(LicenceFaulty, match="is not all its own"):
        register.lease(ledger, "BT-1", wide, envelope())
    late = asked("709-710 MHz", ISLANDS, "C", kind=LicenceKind.LEASE, stop_at=day("2036-01-01"))
    with pytest.raises(ledger_errors.TermOutsideParent):
        register.lease(ledger, "BT-1", late, envelope())
    with pytest.raises(LicenceFaulty, match="what is leased"):
        changes.amend(ledger, "BT-1", envelope(), area=CITY)
    with pytest.raises(LicenceFaulty, match="bands alone are leased"):
        register.lease(ledger, "TH-1", one, envelope())
    changes.revoke(ledger, "BT-1", "không triển khai", envelope())
    assert licence_of(ledger, "TH-1").state is State.REVOKED
    assert licence_of(ledger, "BT-1").state is State.REVOKED


def test_stations_share_frequencies_and_stand_clear_of_what_others_hold_alone(ledger: Ledger) -> None:
    opened(ledger, "138-174 MHz", name="vhf")
    stop = day("2030-01-01")
    own = register.LicenceRequest(
        kind=LicenceKind.STATION, holder_id="A", stop_at=stop, stations=(station(), station("S2"))
    )
    granted(ledger, own)
    other = register.LicenceRequest(
        kind=LicenceKind.STATION, holder_id="B", stop_at=stop, stations=(station("S3"),), licence_id="TS-3"
    )
    granted(ledger, other)
    found = licence_of(ledger, "TS-3")
    assert found.stations == (station("S3"),)
    assert found.ranges == ((station().cell, station().cell),)
    with pytest.raises(IncumbentsRemain, match="2 licences of others stand in"):
        granted(ledger, asked("150-151 MHz", CITY, "C"))
    register.grant(ledger, asked("149-151 MHz", CITY, "C"), envelope(), on=ON, accepts_incumbents=True)
    late = register.LicenceRequest(kind=LicenceKind.STATION, holder_id="B", stop_at=stop, stations=(station("S4"),))
    with pytest.raises(BandHeld, match="is held by C alone"):
        granted(ledger, late)
    granted(ledger, register.LicenceRequest(**{**_fields(late), "holder_id": "C", "licence_id": "TS-5"}))
    moved = station("S4", tx_frequency_hz=160_000_000)
    changes.amend(ledger, "TS-5", envelope(), stations=(moved,))
    assert licence_of(ledger, "TS-5").bands == moved.bands


def _fields(request: register.LicenceRequest) -> dict[str, Any]:
    return {field.name: getattr(request, field.name) for field in dataclasses.fields(request)}


def test_a_lessee_may_license_stations_in_what_it_leases(ledger: Ledger) -> None:
    opened(ledger)
    granted(ledger, asked("703-713 MHz", CITY, licence_id="BT-1"))
    base = station(tx_frequency_hz=705_000_000, bandwidth_hz=1_000_000)
    request = register.LicenceRequest(
        kind=LicenceKind.STATION, holder_id="B", stop_at=day("2030-01-01"), stations=(base,)
    )
    with pytest.raises(BandHeld):
        granted(ledger, request)
    lease = asked("703-708 MHz", CITY, "B", kind=LicenceKind.LEASE, stop_at=day("2030-01-01"))
    register.lease(ledger, "BT-1", lease, envelope())
    granted(ledger, request)


def test_an_exclusive_station_licence_excludes(ledger: Ledger) -> None:
    opened(ledger, "138-174 MHz", name="vhf")
    said = {"kind": LicenceKind.STATION, "stop_at": day("2030-01-01"), "is_exclusive": True}
    granted(ledger, asked("150-150.0125 MHz", CITY, "A", **said))
    with pytest.raises(ledger_errors.ClaimOverlaps):
        granted(ledger, asked("150-150.0125 MHz", CITY, "B", **said))


def test_a_place_of_the_orbit_is_given_once(ledger: Ledger) -> None:
    opened(ledger, "10.7-12.75 GHz", name="ku", is_orbit=True)
    opened(ledger, "10.7-12.75 GHz", name="ku-land", holders=False)
    said: dict[str, Any] = {"kind": LicenceKind.ORBIT, "stop_at": day("2046-01-01")}
    granted(ledger, asked("10.95-11.2 GHz", areas.orbit_area(132.0), licence_id="QD-1", **said))
    with pytest.raises(ledger_errors.ClaimOverlaps):
        granted(ledger, asked("11-11.1 GHz", areas.orbit_area(132.1), "B", **said))
    granted(ledger, asked("11-11.1 GHz", areas.orbit_area(131.8, 0.0), "B", **said))
    granted(ledger, asked("10.95-11.2 GHz", areas.nationwide(), "C"))
    assert licence_of(ledger, "QD-1").area.label == "132°E ± 0.1°"
    changes.amend(ledger, "QD-1", envelope(), area=areas.orbit_area(130.0))
    assert licence_of(ledger, "QD-1").area.label == "130°E ± 0.1°"


def test_texts_longer_than_a_licence_can_carry_are_refused() -> None:
    box = areas.nationwide().ranges
    boxes = parse_bands("703-713 MHz")[0].boxes(box)
    with pytest.raises(AreaTooDetailed, match="30000 letters of GeoJSON, its 1 parts carry 12000"):
        cut("X", "X", [("pool", boxes)], {"kind": "band"}, {"drawn": "x" * 30_000})
    many = [one for low in range(0, 400, 2) for one in parse_bands("703-713 MHz")[0].boxes(((low, low),))]
    parts = cut("X", "X", [("pool", many)], {"kind": "band"}, {"drawn": "a" * 30_000, "stations": "b" * 5_000})
    assert "".join(part.attributes.get("drawn", "") for part in parts) == "a" * 30_000
    assert "".join(part.attributes.get("stations", "") for part in parts) == "b" * 5_000
    assert [box for part in parts for box in part.boxes] == many


def test_a_licence_of_the_future_waits(ledger: Ledger) -> None:
    opened(ledger)
    granted(
        ledger, asked("703-713 MHz", ISLANDS, licence_id="BT-9", stop_at=day("2037-01-01")), legal_at=day("2028-01-01")
    )
    found = licence_of(ledger, "BT-9")
    assert found.term_text == "2028-01-01 – 2037-01-01"
    with pytest.raises(ledger_errors.ClaimOverlaps):
        granted(ledger, asked("703-713 MHz", ISLANDS, "B", stop_at=day("2028-01-02")))
    granted(ledger, asked("703-713 MHz", ISLANDS, "B", stop_at=day("2028-01-01")))
