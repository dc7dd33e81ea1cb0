"""Holders in the ledger: names over time, identifiers, succession, contacts, and what is personal."""

import datetime
import json

import pytest

from registries.holders import (
    EndHolder,
    ErasePersonal,
    IdentifyHolder,
    Kind,
    MergeHolders,
    RegisterHolder,
    RemoveContact,
    RenameHolder,
    SetContact,
    Standing,
    ValidateContact,
)
from registries.ledger import Issue, Level, Return, Transfer, errors
from registries.ledger.evidence import is_opening
from registries.ledger.moments import from_us
from registries.store import Ledger
from tests.registries.ledger.making import Clock, block, envelope, issued, pool

DAY_US = 86_400_000_000


def company(ledger: Ledger, called: str = "Công ty Ví Dụ", **other: object) -> str:
    command = RegisterHolder(kind=Kind.ORGANISATION, called=called, **other)  # type: ignore[arg-type]
    return ledger.execute(command, envelope()).holder_ids[0]


def test_a_holder_is_found_by_name_handle_and_identifier(ledger: Ledger) -> None:
    name = company(ledger, handle="VIDU-VN", identifiers=(("business-number", "0100000000"),))
    found = ledger.holder(name)
    assert (found.name, found.kind, found.standing, found.version) == (
        "Công ty Ví Dụ",
        Kind.ORGANISATION,
        Standing.ACTIVE,
        1,
    )
    assert ledger.holder_named("", "VIDU-VN") == ledger.holder_named("business-number", "0100000000") == found
    assert ledger.holder_named("business-number", "1") is None
    with pytest.raises(errors.HolderExists):
        company(ledger, handle="VIDU-VN")
    with pytest.raises(errors.IdentifierTaken, match=f"identifies holder {name}"):
        company(ledger, identifiers=(("business-number", "0100000000"),))
    other = company(ledger)
    with pytest.raises(errors.IdentifierTaken):
        ledger.execute(IdentifyHolder(holder_id=other, scheme="business-number", value="0100000000"), envelope())
    assert [holder.holder_id for holder in ledger.holders()] == sorted([name, other])


def test_a_renamed_holder_had_its_old_name_before(ledger: Ledger, clock: Clock) -> None:
    name = company(ledger)
    clock.now_us += 10 * DAY_US
    before = from_us(clock.now_us)
    ledger.execute(
        RenameHolder(holder_id=name, called="Tổng công ty Ví Dụ"), envelope(legal_at=from_us(clock.now_us - 5 * DAY_US))
    )
    found = ledger.holder(name)
    assert found.name == "Tổng công ty Ví Dụ"
    assert found.name_on(from_us(clock.now_us - 6 * DAY_US)) == "Công ty Ví Dụ"
    assert found.name_on(from_us(clock.now_us - 4 * DAY_US)) == "Tổng công ty Ví Dụ"
    assert ledger.holder(name, recorded=before).name == "Công ty Ví Dụ"
    with pytest.raises(errors.HolderUnknown):
        ledger.holder(name, recorded=datetime.date(2026, 2, 1))
    with pytest.raises(errors.NothingChanges):
        ledger.execute(RenameHolder(holder_id=name, called="Tổng công ty Ví Dụ"), envelope())


def test_who_goes_into_another_passes_its_grants_on(ledger: Ledger) -> None:
    top = pool(ledger)
    old, new = company(ledger, "Cũ"), company(ledger, "Mới")
    held = issued(ledger, top, block(0, 255), holder_id=old)
    gone = issued(ledger, top, block(256, 511), holder_id=old)
    ledger.execute(Return(grant_id=gone), envelope())
    receipt = ledger.execute(MergeHolders(holder_id=new, absorbed=(old,), reason="merger"), envelope())
    assert set(receipt.holder_ids) == {old}
    assert receipt.grant_ids == (held,)
    assert ledger.grant(held).holder_id == new
    assert ledger.grant(gone).holder_id == old
    assert (ledger.holder(old).standing, ledger.holder(old).successor_id) == (Standing.MERGED, new)
    with pytest.raises(errors.HolderClosed, match="is merged"):
        issued(ledger, top, block(512, 767), holder_id=old)
    with pytest.raises(errors.HolderClosed, match=f"name {new}"):
        ledger.execute(RenameHolder(holder_id=old, called="x"), envelope())
    assert [grant.grant_id for grant in ledger.of_holder(new)] == [held]


def test_a_holder_who_has_something_does_not_end(ledger: Ledger) -> None:
    top = pool(ledger)
    name, other = company(ledger), company(ledger)
    held = issued(ledger, top, block(0, 255), holder_id=name)
    with pytest.raises(errors.HolderHolds):
        ledger.execute(EndHolder(holder_id=name, reason="dissolved"), envelope())
    with pytest.raises(errors.HolderSame):
        ledger.execute(Transfer(grant_id=held, holder_id=name), envelope())
    ledger.execute(Transfer(grant_id=held, holder_id=other), envelope())
    ledger.execute(EndHolder(holder_id=name, reason="dissolved"), envelope())
    assert ledger.holder(name).standing is Standing.ENDED
    assert [tenure.holder_id for tenure in ledger.grant(held).tenures] == [name, other]


def test_nothing_personal_is_in_an_entry_and_what_is_erased_is_gone(ledger: Ledger) -> None:
    values = {"name": "Người Được Sinh", "telephone": "+84 900 000 000"}
    person = RegisterHolder(kind=Kind.PERSON, identifiers=(("person-reference", "ref-1"),), personal=values)
    said = envelope()
    receipt = ledger.execute(person, said)
    name = receipt.holder_ids[0]
    assert ledger.execute(person, said).holder_ids == (name,)
    assert ledger.personal(name) == values
    found = ledger.holder(name)
    assert found.name == ""
    with ledger.store.reading() as session:
        contents = [bytes(row[0]).decode() for row in session.rows("SELECT content FROM entry")]
        kept = session.rows("SELECT content FROM holder") + session.rows("SELECT receipt FROM idempotency")
        salt = session.rows("SELECT salt FROM personal_value WHERE field = 'name'")[0][0]
    assert is_opening(found.commitments["name"], "name", values["name"], bytes(salt))
    ledger.execute(ErasePersonal(holder_id=name, reason="asked for"), envelope())
    assert ledger.personal(name) == {}
    for text in (*contents, *(row[0] for row in kept)):
        for value in values.values():
            assert value not in text
    assert ledger.holder(name).commitments == found.commitments


def test_contacts_are_validated_again_and_again(ledger: Ledger, clock: Clock) -> None:
    name = company(ledger)

    def due(days: int) -> datetime.datetime:
        return from_us(clock.now_us + days * DAY_US)

    mail = {"mail": "noc@vidu.example"}
    ledger.execute(
        SetContact(holder_id=name, contact_id="noc", roles=("tech",), personal=mail, due_at=due(30)), envelope()
    )
    assert ledger.personal(name, "noc") == mail
    assert [item.contact_id for item in ledger.contacts_due(due(31))] == ["noc"]
    assert ledger.contacts_due(due(29)) == []
    ledger.execute(ValidateContact(holder_id=name, contact_id="noc", due_at=due(180)), envelope())
    assert ledger.contacts_due(due(31)) == []
    contact = ledger.holder(name).contact("noc")
    assert contact is not None
    assert contact.validated_us > 0
    with pytest.raises(errors.ContactUnknown):
        ledger.execute(ValidateContact(holder_id=name, contact_id="x", due_at=due(1)), envelope())
    ledger.execute(RemoveContact(holder_id=name, contact_id="noc"), envelope())
    assert ledger.holder(name).contacts == ()
    assert ledger.personal(name, "noc") == {}
    assert ledger.contacts_due(due(999)) == []


def test_events_of_holders_say_what_the_row_says(ledger: Ledger) -> None:
    name = company(ledger, handle="VIDU-VN", attributes={"country": "VN"})
    ledger.execute(IdentifyHolder(holder_id=name, scheme="agency-code", value="G01"), envelope())
    ledger.execute(
        SetContact(
            holder_id=name, contact_id="a", roles=("admin",), personal={"mail": "a@vidu.example"}, due_at=from_us(1)
        ),
        envelope(),
    )
    assert ledger.holder(name, recorded=datetime.date(2030, 1, 1)) == ledger.holder(name)
    with ledger.store.reading() as session:
        rows = session.rows("SELECT content FROM entry ORDER BY entry_id")
    kinds = [event["kind"] for row in rows for event in json.loads(bytes(row[0]))["events"]]
    assert kinds == ["holder-registered", "holder-identified", "contact-set"]


def test_a_grant_may_be_held_by_nobody_known(ledger: Ledger) -> None:
    top = pool(ledger)
    command = Issue(parent_id=top, level=Level.ALLOCATED, boxes=(block(0, 9),))
    assert ledger.grant(ledger.execute(command, envelope()).grant_ids[0]).holder_id is None
