"""Auctions, caps, obligations, complaints, and what is due, on both stores."""

import datetime
import hashlib

import pytest

from registries.ledger import State
from registries.ledger import errors as ledger_errors
from registries.spectrum import areas, auctions, cases, changes, due
from registries.spectrum.auctions import Bid, Lot
from registries.spectrum.band_ranges import parse_bands
from registries.spectrum.cases import CaseKind, Evidence, Obligation
from registries.spectrum.licences import licence_of
from registries.spectrum.register_errors import AuctionFaulty, CapExceeded, CaseFaulty, CaseUnknown
from registries.store import Ledger
from tests.registries.ledger.making import Clock, envelope
from tests.registries.spectrum.register_world import ON, STOP, asked, day, granted, opened

B1 = Lot("B1", parse_bands("703-713,758-768 MHz"), 1_000, 20, bars=("B2",))
B2 = Lot("B2", parse_bands("713-723,768-778 MHz"), 1_000, 20)
DUTY = Obligation("3.000 trạm 5G · sites", datetime.date(2028, 3, 1), 3_000, "site", "hồ sơ đấu giá")


def test_the_highest_bid_after_ascending_rounds_wins() -> None:
    bids = [Bid(1, "A", 1_000), Bid(1, "B", 1_040), Bid(2, "A", 1_080), Bid(3, "B", 1_100)]
    assert auctions.settle("700", B1, bids) == auctions.Outcome(B1, "B", 1_100, 3)
    assert auctions.settle("700", B1, []).winner_id is None


@pytest.mark.parametrize(
    ("bids", "match"),
    [
        ([Bid(1, "A", 999)], "at least 1,000"),
        ([Bid(1, "A", 1_010)], "in steps of 20"),
        ([Bid(1, "A", 1_000), Bid(2, "B", 1_020)], "is out"),
        ([Bid(1, "A", 1_000), Bid(1, "B", 1_020), Bid(2, "A", 1_020)], "at least 1,040"),
        ([Bid(1, "A", 1_000), Bid(1, "B", 1_000)], "two highest bids"),
        ([Bid(1, "A", 1_000), Bid(1, "A", 1_020)], "two bids of one bidder"),
        ([Bid(2, "A", 1_000)], "leave one out"),
        ([Bid(1, "C", 1_000)], "barred from lot B1"),
    ],
)
def test_a_bid_against_the_rules_is_refused(bids: list[Bid], match: str) -> None:
    won = auctions.settle("700", B2, [Bid(1, "C", 1_000)])
    with pytest.raises(AuctionFaulty, match=match):
        auctions.settle("700", B1, bids, barred=auctions.barred_by([won], B1))


def test_a_lot_is_kept_from_the_announcement_on_and_awarded_with_its_obligations(ledger: Ledger) -> None:
    opened(ledger)
    auctions.announce(ledger, "700", [B1, B2], areas.nationwide(), envelope(), on=ON, service="IMT")
    assert licence_of(ledger, "B1").state is State.RESERVED
    assert licence_of(ledger, "B1").head.attributes["condition.auction"] == "700"
    with pytest.raises(ledger_errors.ClaimOverlaps):
        granted(ledger, asked("703-704 MHz"))
    won = auctions.settle("700", B1, [Bid(1, "A", 1_000)])
    auctions.award(ledger, won, STOP, envelope(), on=ON, obligations=[DUTY])
    found = licence_of(ledger, "B1")
    assert (found.state, found.holder_id) == (State.ALLOCATED, "A")
    assert found.term_text.endswith("2035-01-01")
    (duty,) = cases.open_now(ledger, CaseKind.OBLIGATION)
    assert (duty.case_id, duty.subject, duty.due_on, duty.holder_id) == ("B1.NV1", "B1", DUTY.due_on, "A")
    with pytest.raises(CapExceeded, match="A holds 20 MHz of group 700 and would have 40 MHz with B2"):
        auctions.award(ledger, auctions.Outcome(B2, "A", 1_000, 1), STOP, envelope(), on=ON)
    assert licence_of(ledger, "B2").state is State.RESERVED
    auctions.award(ledger, auctions.Outcome(B2, None, 0, 0), STOP, envelope(), on=ON)
    assert licence_of(ledger, "B2").state is State.FREE
    granted(ledger, asked("713-723 MHz", holder="B"))


def test_each_frequency_counts_once_towards_a_cap(ledger: Ledger) -> None:
    opened(ledger, "1920-1980,2110-2170 MHz", name="band-2100")
    here, there = areas.radius_area(21.0, 105.8, 10), areas.radius_area(10.8, 106.7, 10)
    granted(ledger, asked("1920-1930,2110-2120 MHz", here))
    granted(ledger, asked("1920-1930,2110-2120 MHz", there))
    (cap,) = (one for one in auctions.caps_on(ON) if one.group == "2100")
    assert auctions.held_hz(ledger, "A", cap) == 20_000_000
    auctions.check_caps(ledger, "A", "x", parse_bands("1930-1935,2120-2125 MHz"), ON)
    with pytest.raises(CapExceeded, match="the cap is 30 MHz"):
        auctions.check_caps(ledger, "A", "x", parse_bands("1930-1936,2120-2126 MHz"), ON)


def test_an_obligation_is_due_until_it_is_met(ledger: Ledger) -> None:
    opened(ledger)
    granted(ledger, asked("703-713 MHz", licence_id="BT-1", obligations=(DUTY,)))
    (item,) = due.due(ledger, datetime.date(2028, 2, 15))
    assert (item.about, item.subject, item.due_on) == ("obligation", "BT-1.NV1", DUTY.due_on)
    assert due.due(ledger, datetime.date(2028, 1, 1)) == []
    proof = Evidence.of(b"list of stations", "quarterly list 2027-Q4")
    cases.add_step(ledger, "BT-1.NV1", "3.120 trạm", envelope(), evidence=proof, notes={"count": "3120"})
    cases.close(ledger, "BT-1.NV1", "đã thực hiện · met", envelope())
    assert due.due(ledger, datetime.date(2028, 2, 15)) == []
    found = cases.case_of(ledger, "BT-1.NV1")
    assert (found.is_open, found.closed) == (False, "đã thực hiện · met")
    assert found.steps[0].evidence == proof
    assert found.steps[0].notes == {"count": "3120"}


def test_terms_that_end_and_that_have_ended_are_due(ledger: Ledger, clock: Clock) -> None:
    opened(ledger)
    granted(ledger, asked("703-713 MHz", licence_id="BT-1", stop_at=day("2026-03-20")))
    granted(ledger, asked("713-723 MHz", licence_id="BT-2", stop_at=day("2026-09-01")))
    (item,) = due.due(ledger, datetime.date(2026, 3, 5))
    assert (item.about, item.subject, item.holder_id) == ("term", "BT-1", "A")
    (item,) = due.due(ledger, datetime.date(2026, 4, 1))
    assert (item.about, item.subject) == ("lapsed", "BT-1")
    clock.now_us += 40 * 86_400_000_000
    changes.expire(ledger, "BT-1", envelope())
    assert due.due(ledger, datetime.date(2026, 4, 10)) == []


def test_a_complaint_carries_its_evidence_from_step_to_step(ledger: Ledger) -> None:
    opened(ledger)
    granted(ledger, asked("703-713 MHz", licence_id="BT-1"))
    result = b'{"margin_db": -7.2, "model": "P.452-18"}'
    proof = Evidence.of(result, "sogoc interference 0.1")
    cases.complain(
        ledger, "KN-1", envelope(), licence_id="BT-1", complainant_id="A", what="nhiễu 705 MHz", evidence=proof,
        against="TS-9", due_on=datetime.date(2026, 3, 15), said={"place": "21.03,105.85"},
    )  # fmt: skip
    cases.add_step(ledger, "KN-1", "đã đo tại chỗ · measured", envelope())
    found = cases.case_of(ledger, "KN-1")
    assert found.kind is CaseKind.COMPLAINT
    assert [one.what for one in found.steps] == ["nhiễu 705 MHz", "đã đo tại chỗ · measured"]
    assert found.steps[0].evidence == Evidence(hashlib.sha256(result).hexdigest(), "sogoc interference 0.1")
    assert found.said == {"against": "TS-9", "place": "21.03,105.85"}
    assert due.due(ledger, datetime.date(2026, 3, 10))[0].about == "complaint"
    cases.close(ledger, "KN-1", "đã khử nhiễu", envelope())
    with pytest.raises(ledger_errors.ParentClosed):
        cases.add_step(ledger, "KN-1", "thêm", envelope())
    with pytest.raises(ledger_errors.GrantState):
        cases.close(ledger, "KN-1", "lần nữa", envelope())
    assert [one.what for one in cases.case_of(ledger, "KN-1").steps] == ["nhiễu 705 MHz", "đã đo tại chỗ · measured"]


def test_cases_that_cannot_be_are_refused(ledger: Ledger) -> None:
    opened(ledger)
    with pytest.raises(CaseUnknown, match="case KN-9"):
        cases.case_of(ledger, "KN-9")
    with pytest.raises(CaseUnknown):
        cases.case_of(ledger, "band-700")
    with pytest.raises(CaseFaulty, match="what happened"):
        cases.complain(ledger, "KN-1", envelope(), licence_id="x", complainant_id="A", what=" ")
    with pytest.raises(CaseFaulty, match="no SHA-256"):
        Evidence("ABC", "me")
    cases.complain(ledger, "KN-1", envelope(), licence_id="x", complainant_id="A", what="nhiễu")
    with pytest.raises(CaseFaulty, match="with what outcome"):
        cases.close(ledger, "KN-1", "", envelope())
    with pytest.raises(ledger_errors.GrantExists):
        cases.complain(ledger, "KN-1", envelope(), licence_id="x", complainant_id="A", what="nhiễu")
    assert list(cases.open_now(ledger, CaseKind.OBLIGATION)) == []
    for number in range(1, 64):
        cases.add_step(ledger, "KN-1", f"bước {number}", envelope())
    with pytest.raises(CaseFaulty, match="as many as a case can have"):
        cases.add_step(ledger, "KN-1", "bước 64", envelope())


def test_a_year_without_cases_has_none(ledger: Ledger) -> None:
    assert list(cases.open_now(ledger)) == []
    assert due.due(ledger, ON) == []
