"""Every store does the same: the same commands, the same receipts, the same refusals, the same answers."""

import datetime
import json

import pytest

from registries.ledger import (
    Box,
    Confirm,
    Correct,
    Describe,
    Exclusivity,
    Expire,
    Grow,
    Issue,
    IssueNext,
    Level,
    Merge,
    OpenPool,
    Placing,
    Release,
    Renew,
    Resume,
    Return,
    Revoke,
    Shrink,
    Split,
    State,
    Suspend,
    Transfer,
    errors,
)
from registries.ledger.moments import from_us, to_us
from registries.store import Ledger
from tests.registries.ledger.making import Clock, block, envelope, issued, pool

DAY_US = 86_400_000_000


def at(clock: Clock, days: float) -> datetime.datetime:
    return from_us(clock.now_us + int(days * DAY_US))


def test_a_grant_is_told_back_as_it_was_made(ledger: Ledger) -> None:
    top = pool(ledger)
    name = issued(ledger, top, block(0, 255), block(512, 767), attributes={"country": "VN", "tên": "thử"})
    grant = ledger.grant(name)
    assert grant.boxes == (block(0, 255), block(512, 767))
    assert (grant.state, grant.level, grant.holder_id, grant.tier) == (State.ALLOCATED, Level.ALLOCATED, None, 1)
    assert grant.attributes == {"country": "VN", "tên": "thử"}
    assert grant.text == "198.18.0.0/24, 198.18.2.0/24"
    assert [claim.grant_id for claim in ledger.covering("ipv4", block(520, 530))] == [top, name]
    assert ledger.covering("ipv4", block(300, 300))[-1].grant_id == top


def test_space_that_is_taken_is_refused_and_its_holder_named(ledger: Ledger) -> None:
    top = pool(ledger)
    name = issued(ledger, top, block(128, 255))
    with pytest.raises(errors.ClaimOverlaps, match=f"198.18.0.0/24 overlaps grant {name} .198.18.0.128/25, since 2026"):
        issued(ledger, top, block(0, 255))
    issued(ledger, top, block(0, 127))


def test_pools_do_not_overlap_either(ledger: Ledger) -> None:
    pool(ledger)
    with pytest.raises(errors.ClaimOverlaps):
        pool(ledger, box=block(1024, 2047))


@pytest.mark.parametrize(
    ("space", "whole", "inside", "outside"),
    [
        ("ipv6", Box(0x3FFF << 112, (0x4000 << 112) - 1), Box(0x3FFF << 112, 0x3FFF << 112 | 0xFF), Box(0, 9)),
        ("asn", Box(64496, 64511), Box(64500, 64500), Box(64512, 64512)),
        ("e164", Box(84_900_000_000, 84_909_999_999), Box(84_901_000_000, 84_901_009_999), Box(1, 9)),
        ("spectrum", Box(890_000_000, 915_000_000, 0, 999), Box(890_000_000, 895_000_000, 5, 7), Box(1, 9, 5, 7)),
    ],
)
def test_every_space_keeps_both_guarantees(ledger: Ledger, space: str, whole: Box, inside: Box, outside: Box) -> None:
    top = pool(ledger, space, whole)
    name = issued(ledger, top, inside)
    with pytest.raises(errors.ClaimOverlaps):
        issued(ledger, top, inside)
    with pytest.raises(errors.OutsideParent):
        issued(ledger, top, outside)
    with pytest.raises(errors.ChildrenRemain):
        ledger.execute(Return(grant_id=top), envelope())
    ledger.execute(Return(grant_id=name), envelope())
    ledger.execute(Return(grant_id=top), envelope())
    assert ledger.as_of(space, inside) == []


def test_names_are_taken_once_and_only_under_an_open_zone(ledger: Ledger) -> None:
    command = OpenPool(space="names", zones=("com.vn", "vn"), authority="VNNIC")
    top = ledger.execute(command, envelope()).grant_ids[0]

    def register(*keys: str) -> str:
        return ledger.execute(Issue(parent_id=top, level=Level.ASSIGNED, keys=keys), envelope()).grant_ids[0]

    name = register("vidu.com.vn")
    assert ledger.grant(name).text == "vidu.com.vn"
    register("vidu.vn")
    with pytest.raises(errors.ClaimOverlaps, match=r"vidu\.com\.vn overlaps grant"):
        register("vidu.com.vn")
    with pytest.raises(errors.OutsideParent):
        register("vidu.net.vn")


def test_frequencies_are_shared_by_place_by_time_and_by_class(ledger: Ledger, clock: Clock) -> None:
    top = pool(ledger, "spectrum", Box(890_000_000, 915_000_000, 0, 999))
    band = Box(890_000_000, 900_000_000, 0, 99)
    first = issued(ledger, top, band, stop_at=at(clock, 30))
    issued(ledger, top, Box(890_000_000, 900_000_000, 100, 199))
    issued(ledger, top, band, legal_at=at(clock, 31))
    with pytest.raises(errors.ClaimOverlaps):
        issued(ledger, top, Box(899_999_999, 910_000_000, 99, 100), legal_at=at(clock, 40))
    for _ in range(2):
        issued(ledger, top, band, exclusivity=Exclusivity.SHARED)
    issued(ledger, top, band, exclusivity=Exclusivity.SECONDARY)
    with pytest.raises(errors.ClaimOverlaps):
        issued(ledger, top, band, exclusivity=Exclusivity.SECONDARY)
    with pytest.raises(errors.ClaimOverlaps):
        ledger.execute(Renew(grant_id=first, stop_at=at(clock, 32)), envelope())
    with pytest.raises(errors.ClassForeign):
        issued(ledger, pool(ledger), block(0, 1), exclusivity=Exclusivity.SHARED)


def test_a_split_takes_what_stands_on_each_part_along(ledger: Ledger) -> None:
    top = pool(ledger)
    parent = issued(ledger, top, block(0, 1023))
    low = issued(ledger, parent, block(0, 255))
    high = issued(ledger, parent, block(768, 1023))
    grandchild = issued(ledger, high, block(800, 900), level=Level.ASSIGNED)
    with pytest.raises(errors.ChildrenRemain):
        ledger.execute(Split(grant_id=parent, parts=((block(900, 1023),),)), envelope())
    receipt = ledger.execute(Split(grant_id=parent, parts=((block(512, 1023),),)), envelope())
    part = receipt.grant_ids[1]
    assert ledger.grant(low).active_claims[0].parent_id == parent
    assert ledger.grant(high).active_claims[0].parent_id == part
    assert ledger.grant(grandchild).active_claims[0].parent_id == high
    assert ledger.grant(parent).boxes == (block(0, 511),)
    ledger.execute(Merge(grant_id=parent, absorbed=(part,)), envelope())
    assert ledger.grant(parent).boxes == (block(0, 1023),)
    assert ledger.grant(high).active_claims[0].parent_id == parent
    assert ledger.grant(part).state is State.FREE
    ledger.execute(Return(grant_id=grandchild), envelope())
    ledger.execute(Return(grant_id=high), envelope())
    assert {child.grant_id for child in ledger.children(parent)} == {low}


def test_growing_and_shrinking_move_what_is_free(ledger: Ledger) -> None:
    top = pool(ledger)
    name = issued(ledger, top, block(0, 255))
    ledger.execute(Grow(grant_id=name, boxes=(block(256, 511),)), envelope())
    assert ledger.grant(name).boxes == (block(0, 511),)
    with pytest.raises(errors.NotHeld):
        ledger.execute(Shrink(grant_id=name, boxes=(block(500, 600),)), envelope())
    with pytest.raises(errors.NothingChanges):
        ledger.execute(Shrink(grant_id=name, boxes=(block(0, 511),)), envelope())
    ledger.execute(Shrink(grant_id=name, boxes=(block(0, 99), block(300, 400))), envelope())
    assert ledger.grant(name).boxes == (block(100, 299), block(401, 511))
    assert ledger.utilisation(top).used == 200 + 111
    ledger.execute(Grow(grant_id=top, boxes=(Box(0xCB007100, 0xCB0071FF),)), envelope())
    assert ledger.utilisation(top).total == 131_072 + 256
    assert ledger.utilisation(top).used == 311


def test_the_life_of_a_grant(ledger: Ledger, clock: Clock) -> None:
    top = pool(ledger)
    name = issued(ledger, top, block(0, 255), level=Level.RESERVED)
    assert ledger.grant(name).state is State.RESERVED
    with pytest.raises(errors.ParentClosed):
        issued(ledger, name, block(0, 1))
    ledger.execute(Confirm(grant_id=name, level=Level.ALLOCATED), envelope())
    ledger.execute(Suspend(grant_id=name, reason="fee unpaid"), envelope())
    with pytest.raises(errors.ParentClosed):
        issued(ledger, name, block(0, 1))
    with pytest.raises(errors.GrantState, match="is suspended; suspend needs allocated or assigned"):
        ledger.execute(Suspend(grant_id=name, reason="again"), envelope())
    ledger.execute(Resume(grant_id=name), envelope())
    with pytest.raises(errors.ReasonMissing):
        ledger.execute(Revoke(grant_id=name, reason=" "), envelope())
    receipt = ledger.execute(Revoke(grant_id=name, reason="decision", quarantine_until=at(clock, 30)), envelope())
    quarantined = receipt.grant_ids[1]
    assert ledger.grant(quarantined).state is State.QUARANTINED
    with pytest.raises(errors.ClaimOverlaps):
        issued(ledger, top, block(0, 255))
    ledger.execute(Release(grant_id=quarantined), envelope())
    issued(ledger, top, block(0, 255))
    kinds = [item.command for item in ledger.history(name)]
    assert kinds == ["issue", "confirm", "suspend", "resume", "revoke"]
    states = [tenure.state.value for tenure in ledger.grant(name).tenures]
    assert states == ["reserved", "allocated", "suspended", "allocated", "revoked"]


def test_a_term_runs_out_and_is_renewed_where_nobody_came_between(ledger: Ledger, clock: Clock) -> None:
    top = pool(ledger)
    name = issued(ledger, top, block(0, 255), stop_at=at(clock, 10))
    other = issued(ledger, top, block(256, 511), stop_at=at(clock, 10))
    with pytest.raises(errors.EffectInFuture):
        ledger.execute(Expire(grant_id=name), envelope())
    clock.now_us += 11 * DAY_US
    assert ledger.covering("ipv4", block(0, 0))[-1].grant_id == top
    with pytest.raises(errors.GrantState):
        ledger.execute(Suspend(grant_id=name, reason="late"), envelope())
    ledger.execute(Renew(grant_id=other, stop_at=None), envelope())
    ledger.execute(Expire(grant_id=name), envelope())
    assert ledger.grant(name).state is State.RETURNED
    assert ledger.grant(name).legal_stop_us < clock.now_us - DAY_US / 2
    issued(ledger, top, block(0, 255))
    assert [g.grant_id for g in (h.grant for h in ledger.as_of("ipv4", block(0, 0), legal=at(clock, -5)))] == [
        top,
        name,
    ]


def test_a_child_outlives_no_parent(ledger: Ledger, clock: Clock) -> None:
    top = pool(ledger)
    parent = issued(ledger, top, block(0, 1023), stop_at=at(clock, 100))
    with pytest.raises(errors.TermOutsideParent):
        issued(ledger, parent, block(0, 9))
    child = issued(ledger, parent, block(0, 9), stop_at=at(clock, 90))
    with pytest.raises(errors.TermOutsideParent):
        ledger.execute(Renew(grant_id=child, stop_at=at(clock, 101)), envelope())
    with pytest.raises(errors.ChildrenRemain):
        ledger.execute(Renew(grant_id=parent, stop_at=at(clock, 80)), envelope())
    with pytest.raises(errors.TermOutsideParent):
        issued(ledger, parent, block(20, 29), stop_at=at(clock, 90), legal_at=at(clock, -100))


def test_the_same_key_gives_the_first_answer_again_and_another_body_is_refused(ledger: Ledger) -> None:
    top = pool(ledger)
    said = envelope()
    command = Issue(parent_id=top, level=Level.ALLOCATED, boxes=(block(0, 255),))
    first = ledger.execute(command, said)
    again = ledger.execute(command, said)
    assert (again.entry_id, again.grant_ids, again.leaf_hash) == (first.entry_id, first.grant_ids, first.leaf_hash)
    assert again.again
    assert not first.again
    with pytest.raises(errors.KeyReused):
        ledger.execute(Issue(parent_id=top, level=Level.ALLOCATED, boxes=(block(256, 511),)), said)
    back = envelope()
    ledger.execute(Return(grant_id=first.grant_ids[0]), back)
    assert ledger.execute(Return(grant_id=first.grant_ids[0]), back).again
    following = envelope()
    chosen = ledger.execute(IssueNext(parent_id=top, level=Level.ASSIGNED, count=8), following)
    assert (
        ledger.execute(IssueNext(parent_id=top, level=Level.ASSIGNED, count=8), following).grant_ids == chosen.grant_ids
    )
    other = envelope(idempotency_key=said.idempotency_key, tenant="another")
    assert not ledger.execute(Issue(parent_id=top, level=Level.ALLOCATED, boxes=(block(512, 767),)), other).again


def test_a_refusal_frees_its_key(ledger: Ledger) -> None:
    top = pool(ledger)
    name = issued(ledger, top, block(0, 255))
    said = envelope()
    command = Issue(parent_id=top, level=Level.ALLOCATED, boxes=(block(0, 255),))
    with pytest.raises(errors.ClaimOverlaps):
        ledger.execute(command, said)
    ledger.execute(Return(grant_id=name), envelope())
    assert not ledger.execute(command, said).again


def test_a_dry_run_says_what_would_be_and_leaves_nothing(ledger: Ledger) -> None:
    top = pool(ledger)
    command = Issue(parent_id=top, level=Level.ALLOCATED, boxes=(block(0, 255),))
    would = ledger.execute(command, envelope(), dry_run=True)
    with pytest.raises(errors.GrantUnknown):
        ledger.grant(would.grant_ids[0])
    assert ledger.utilisation(top).children == 0
    issued(ledger, top, block(0, 255))
    with pytest.raises(errors.ClaimOverlaps):
        ledger.execute(command, envelope(), dry_run=True)


def test_free_numbers_are_chosen_by_bisection_with_room_to_grow(ledger: Ledger) -> None:
    top = pool(ledger, box=block(0, 1023))

    def following(count: int, room: int = 0, placing: Placing = Placing.SPARSE) -> int:
        command = IssueNext(parent_id=top, level=Level.ASSIGNED, count=count, room=room, placing=placing)
        choice = ledger.next_free(top, count, room=room, placing=placing).box
        assert choice == ledger.grant(ledger.execute(command, envelope()).grant_ids[0]).boxes[0]
        return choice.first - 0xC6120000

    assert [following(16, 64) for _ in range(6)] == [0, 512, 256, 768, 128, 384]
    assert following(4, placing=Placing.SEQUENTIAL) == 16
    assert following(100, placing=Placing.BEST) == 128 + 768
    with pytest.raises(errors.NoRoom, match=r"in an aligned block of 512; the largest free part is"):
        following(300)


def test_a_correction_moves_record_time_and_leaves_legal_time(ledger: Ledger, clock: Clock) -> None:
    top = pool(ledger)
    start = at(clock, 0)
    name = issued(ledger, top, block(0, 255))
    clock.now_us += 10 * DAY_US
    before = at(clock, 0)
    wrong = Correct(grant_id=name, reason="typed wrongly", boxes=(block(1024, 1279),))
    with pytest.raises(errors.OfficerMissing):
        ledger.execute(wrong, envelope(approvers=("officer-1",)))
    with pytest.raises(errors.ReasonMissing):
        ledger.execute(Correct(grant_id=name, reason="", void=True), envelope(approvers=("officer-2",)))
    clock.now_us += DAY_US
    ledger.execute(wrong, envelope(approvers=("officer-2",)))
    day = from_us(to_us(start) + DAY_US)

    def who(box: Box, recorded: datetime.datetime | None) -> list[str]:
        return [holding.grant.grant_id for holding in ledger.as_of("ipv4", box, legal=day, recorded=recorded)]

    assert who(block(0, 0), None) == [top]
    assert who(block(1024, 1024), None) == [top, name]
    assert who(block(0, 0), before) == [top, name]
    assert who(block(1024, 1024), before) == [top]
    assert ledger.grant(name, recorded=before).boxes == (block(0, 255),)
    clock.now_us += DAY_US
    ledger.execute(Correct(grant_id=name, reason="never was", void=True), envelope(approvers=("officer-2",)))
    assert who(block(1024, 1024), None) == [top]
    assert ledger.utilisation(top).used == 0
    with pytest.raises(errors.NothingChanges):
        ledger.execute(Correct(grant_id=name, reason="never was", void=True), envelope(approvers=("officer-2",)))


def test_a_correction_does_not_take_what_another_had(ledger: Ledger, clock: Clock) -> None:
    top = pool(ledger)
    name = issued(ledger, top, block(0, 255))
    other = issued(ledger, top, block(256, 511))
    clock.now_us += DAY_US
    ledger.execute(Return(grant_id=other), envelope())
    clock.now_us += DAY_US
    with pytest.raises(errors.ClaimOverlaps, match="2026-03-01 to 2026-03-02"):
        ledger.execute(
            Correct(grant_id=name, reason="moved", boxes=(block(256, 511),)), envelope(approvers=("officer-2",))
        )
    with pytest.raises(errors.ClaimOverlaps):
        issued(ledger, top, block(300, 310), legal_at=at(clock, -1.5), stop_at=at(clock, -1.2))
    issued(ledger, top, block(300, 310), legal_at=at(clock, -0.5), stop_at=at(clock, -0.2))


def test_what_takes_effect_later_or_before_another_change_is_refused(ledger: Ledger, clock: Clock) -> None:
    top = pool(ledger)
    name = issued(ledger, top, block(0, 255))
    clock.now_us += 5 * DAY_US
    ledger.execute(Suspend(grant_id=name, reason="check"), envelope(legal_at=at(clock, -2)))
    with pytest.raises(errors.EffectBeforeChange):
        ledger.execute(Resume(grant_id=name), envelope(legal_at=at(clock, -3)))
    with pytest.raises(errors.EffectInFuture):
        ledger.execute(Resume(grant_id=name), envelope(legal_at=at(clock, 3)))
    ledger.execute(Resume(grant_id=name), envelope(legal_at=at(clock, -1)))
    states = [tenure.state.value for tenure in ledger.grant(name).tenures]
    assert states == ["allocated", "suspended", "allocated"]


def test_pages_of_children_do_not_slip(ledger: Ledger) -> None:
    top = pool(ledger)
    names = [issued(ledger, top, block(at, at + 9)) for at in range(0, 300, 10)]
    seen: list[str] = []
    after = None
    while page := ledger.children(top, after=after, limit=7):
        seen += [claim.grant_id for claim in page]
        after = (page[-1].box.first, page[-1].claim_id)
        if len(seen) == 7:
            ledger.execute(Return(grant_id=names[0]), envelope())
    assert seen == names


def test_every_entry_says_who_why_and_when(ledger: Ledger) -> None:
    top = pool(ledger)
    said = envelope(
        on_behalf_of="org-1",
        approvers=("officer-2",),
        instrument="QĐ 1/2026",
        dossier="HS-1",
        rule_set="2026",
    )
    receipt = ledger.execute(Issue(parent_id=top, level=Level.ASSIGNED, boxes=(block(0, 0),)), said)
    item = ledger.history(receipt.grant_ids[0])[0]
    entry = json.loads(item.content)
    assert entry["envelope"] == {
        "actor": "officer-1",
        "tenant": "registry",
        "purpose": "test",
        "on_behalf_of": "org-1",
        "approvers": ["officer-2"],
        "instrument": "QĐ 1/2026",
        "dossier": "HS-1",
        "rule_set": "2026",
        "legal_at": None,
    }
    assert entry["v"] == 1
    assert entry["idempotency_key"] == said.idempotency_key
    assert entry["recorded_at"] == entry["legal_at"]
    assert item.entry_id == receipt.entry_id == entry["entry_id"]


def test_a_transfer_changes_the_holder_from_its_day_on(ledger: Ledger) -> None:
    top = pool(ledger)
    name = issued(ledger, top, block(0, 255))
    with pytest.raises(errors.HolderUnknown):
        ledger.execute(Transfer(grant_id=name, holder_id="nobody"), envelope())
    with pytest.raises(errors.HolderUnknown):
        issued(ledger, top, block(256, 511), holder_id="nobody")


def test_attributes_are_set_and_taken_away_and_the_others_stay(ledger: Ledger) -> None:
    top = pool(ledger)
    name = issued(ledger, top, block(0, 255), attributes={"region": "HN"})
    told = {"nameservers": "ns1.example.net ns2.example.net"}
    ledger.execute(Describe(grant_id=name, attributes=told), envelope())
    assert ledger.grant(name).attributes == told | {"region": "HN"}
    with pytest.raises(errors.NothingChanges):
        ledger.execute(Describe(grant_id=name, attributes=told), envelope())
    ledger.execute(Describe(grant_id=name, attributes={"nameservers": "", "region": "HCM"}), envelope())
    assert ledger.grant(name).attributes == {"region": "HCM"}
    assert [item.kind for item in ledger.history(name)] == ["opened", "described", "described"]
    with pytest.raises(errors.AttributeFixed, match="correct the grant"):
        ledger.execute(Describe(grant_id=top, attributes={"authority": "somebody else"}), envelope())


def test_names_are_plain_and_may_be_those_of_delegated_rows(ledger: Ledger) -> None:
    top = pool(ledger)
    issued(ledger, top, block(0, 255), grant_id="apnic-ipv4-198.18.0.0-256")
    assert [claim.grant_id for claim in ledger.children(top)] == ["apnic-ipv4-198.18.0.0-256"]
    key = envelope()
    named = Issue(parent_id=top, level=Level.ASSIGNED, boxes=(block(256, 256),), grant_id="a.1:b_c-d")
    assert ledger.execute(named, key).grant_ids == ledger.execute(named, key).grant_ids == ("a.1:b_c-d",)
    for name in ("hai từ", "two words", "a,b", "x" * 65):
        with pytest.raises(errors.NameUnfit):
            issued(ledger, top, block(300, 300), grant_id=name)
