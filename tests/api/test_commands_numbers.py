"""ip, asn and holder: pools opened, blocks and numbers given, passed on, taken back, corrected; asked afterwards."""

import pytest

from tests.api.ledger_world import WHY, LedgerWorld


def test_a_block_is_given_to_a_holder_out_of_a_pool_and_shown(numbers: LedgerWorld) -> None:
    trial = numbers.change("ip", "allocate", "six", 32, "--holder", "VIDU-VN", "--dry-run")
    given = numbers.change("ip", "allocate", "six", 32, "--holder", "mst:0100")
    grant = given["grants"][-1]
    assert trial["chosen"] == grant["text"]
    assert (grant["holder"], grant["level"], grant["parent_ids"]) == ("Công ty Ví dụ (h1)", "allocated", ["six"])
    shown = numbers.do("ip", "show", grant["text"])["holdings"]
    assert [one["level"] for one in shown] == ["pool", "allocated"]
    whole = numbers.do("ip", "show", grant["grant_id"])
    assert [event["command"] for event in whole["events"]] == ["issue-next"]
    assert "Công ty Ví dụ" in numbers.run("ip", "show", grant["grant_id"]).out


def test_a_trial_writes_nothing(numbers: LedgerWorld) -> None:
    before = numbers.do("ledger", "status")
    for command in (("ip", "assign", "four", 24), ("holder", "rename", "h1", "Tên khác"), ("ip", "suspend", "four")):
        assert numbers.change(*command, "--dry-run")["dry_run"] is True
    assert numbers.do("ledger", "status") == before


def test_the_same_key_is_done_once(numbers: LedgerWorld) -> None:
    first = numbers.change("ip", "assign", "four", 24, "--key", "k-1")
    again = numbers.change("ip", "assign", "four", 24, "--key", "k-1")
    assert (again["again"], again["entry_id"]) == (True, first["entry_id"])


def test_pools_tell_how_full_they_are_and_free_what_comes_next(numbers: LedgerWorld) -> None:
    given = numbers.change("ip", "assign", "four", 24)
    assert given["grants"][-1]["text"] == "198.18.0.0/24"
    four = next(one for one in numbers.do("ip", "pools")["pools"] if one["pool"] == "four")
    assert (four["grants"], four["authority"], four["largest_free"]) == (1, "IETF", "198.18.1.0-198.19.255.255")
    assert int(four["total"]) - int(four["free"]) == 256
    assert numbers.do("ip", "free", "four", "--length", 24)["next"] == "198.18.1.0/24"
    assert "198.18.1.0/24" in numbers.run("ip", "free", "four", "--length", 24).out
    assert "four" in numbers.run("ip", "pools").out


def test_as_numbers_go_in_sequence_to_who_has_addresses(numbers: LedgerWorld) -> None:
    assert numbers.refused("asn", "assign", "as", "--holder", "h1", *WHY) == "policy-asn-without-space"
    numbers.change("ip", "assign", "four", 24, "--holder", "h1")
    assert numbers.do("asn", "free", "as")["next"] == 65552
    assert numbers.change("asn", "assign", "as", "--holder", "h1", "--dry-run")["chosen"] == "AS65552"
    assert numbers.change("asn", "assign", "as", "--holder", "h1")["grants"][-1]["text"] == "AS65552"
    assert numbers.refused("asn", "assign", "as", "--holder", "h1", *WHY) == "policy-asn-unjustified"
    assert numbers.change("asn", "assign", "as", "--holder", "h1", "--justified")["grants"][-1]["text"] == "AS65553"
    assert numbers.do("asn", "show", "as65553")["holdings"][-1]["holder_id"] == "h1"
    assert numbers.do("asn", "pools")["pools"][0]["grants"] == 2
    assert "65554" in numbers.run("asn", "free", "as").out


def test_split_transfer_return_and_revocation_change_what_they_name(numbers: LedgerWorld) -> None:
    numbers.change("ip", "assign", "four", 23, "--holder", "h1")
    split = numbers.change("ip", "split", "198.18.0.0/23", "198.18.1.0/24")
    assert sorted(grant["text"] for grant in split["grants"]) == ["198.18.0.0/24", "198.18.1.0/24"]
    moved = numbers.change("ip", "transfer", "198.18.1.0/24", "KHAC-VN")
    assert moved["grants"][0]["holder_id"] == "h2"
    back = numbers.change("ip", "return", "198.18.1.0/24", "--quarantine", 30)
    assert {grant["state"] for grant in back["grants"]} == {"returned", "quarantined"}
    taken = numbers.change("ip", "revoke", "198.18.0.0/24")
    assert taken["grants"][0]["state"] == "revoked"
    assert numbers.do("ip", "free", "four", "--length", 24)["next"] == "198.18.0.0/24"


def test_merging_suspending_and_resuming(numbers: LedgerWorld) -> None:
    numbers.change("ip", "assign", "four", 24, "--holder", "h1")
    numbers.change("ip", "assign", "four", 24, "--holder", "h1")
    merged = numbers.change("ip", "merge", "198.18.0.0/24", "198.18.1.0/24")
    assert merged["grants"][0]["text"] == "198.18.0.0/23"
    assert numbers.change("ip", "suspend", "198.18.0.0/23")["grants"][0]["state"] == "suspended"
    assert numbers.change("ip", "resume", "198.18.0.0/23")["grants"][0]["state"] == "assigned"


def test_space_is_kept_back_confirmed_and_let_go(numbers: LedgerWorld) -> None:
    kept = numbers.change("ip", "reserve", "four", "198.18.4.0/24", "--until", "2099-01-01")["grants"][-1]
    assert (kept["level"], kept["state"]) == ("reserved", "reserved")
    assert numbers.refused("ip", "reserve", "four", "198.18.4.0/25", *WHY) == "ledger-overlap"
    given = numbers.change("ip", "confirm", "198.18.4.0/24", "--as", "assigned", "--holder", "h1")["grants"][-1]
    assert (given["level"], given["state"], given["holder_id"]) == ("assigned", "assigned", "h1")
    assert numbers.refused("ip", "release", "198.18.4.0/24", *WHY) == "ledger-grant-state"
    numbers.change("asn", "reserve", "as", "65552")
    assert numbers.do("asn", "free", "as")["next"] == 65553
    assert numbers.change("asn", "release", "AS65552")["grants"][-1]["state"] == "free"
    assert numbers.do("asn", "free", "as")["next"] == 65552


def test_a_grant_grows_shrinks_and_is_renewed(numbers: LedgerWorld) -> None:
    name = numbers.change("ip", "assign", "four", 24, "--holder", "h1")["grants"][-1]["grant_id"]
    assert numbers.change("ip", "grow", name, "198.18.1.0/24")["grants"][0]["text"] == "198.18.0.0/23"
    assert numbers.change("ip", "shrink", name, "198.18.0.0/24")["grants"][0]["text"] == "198.18.1.0/24"
    assert numbers.do("ip", "free", "four", "--length", 24)["next"] == "198.18.0.0/24"
    longer = numbers.change("ip", "renew", name, "--until", "2099-06-30")["grants"][0]
    assert longer["legal_stop_at"][:10] == "2099-06-30"
    assert numbers.change("ip", "renew", name, "--open")["grants"][0]["legal_stop_at"] is None
    for wrong in ((), ("--open", "--until", "2099-06-30")):
        assert numbers.refused("ip", "renew", name, *wrong, *WHY) == "option-faulty"


def test_reverse_zones_are_delegated_changed_and_taken_back(numbers: LedgerWorld) -> None:
    name = numbers.change("ip", "assign", "four", 24, "--holder", "h1")["grants"][-1]["grant_id"]
    servers = ("--server", "ns1.example.net", "--server", "NS2.example.net.")
    signed = ("--ds", f"2371 13 2 {'0a' * 32}")
    numbers.change("ip", "delegate-reverse", name, *servers, *signed)
    told = numbers.do("ip", "show", name)["grant"]["attributes"]
    assert told == {"nameservers": "ns1.example.net ns2.example.net", "ds": f"2371 13 2 {'0A' * 32}"}
    assert numbers.refused("ip", "delegate-reverse", name, *servers[:2], *WHY) == "reverse-names-faulty"
    assert numbers.refused("ip", "delegate-reverse", name, *servers, "--ds", "1 5 1 00", *WHY) == "reverse-names-faulty"
    numbers.change("ip", "delegate-reverse", name)
    assert numbers.do("ip", "show", name)["grant"]["attributes"] == {}


def test_a_backdated_correction_moves_what_is_believed_and_not_what_was(numbers: LedgerWorld) -> None:
    numbers.change("ip", "assign", "four", 24, "--holder", "h1", "--effective", "2026-03-02T00:00+07:00")
    before = numbers.do("ip", "show", "198.18.0.0/24", "--legal", "2026-05-01")["holdings"][-1]
    recorded = numbers.do("ip", "show", before["grant_id"])["events"][-1]["recorded_at"]
    wrong = ("ip", "correct", "198.18.0.0/24", "--holder", "h2", "--since", "2026-04-01", *WHY)
    assert numbers.refused(*wrong) == "ledger-second-officer-missing"
    numbers.do(*wrong, "--approver", "officer-2")
    asked = ("ledger", "as-of", "ipv4", "198.18.0.0/24", "--legal")
    holder = {
        (day, known): numbers.do(*asked, day, *known)["holdings"][-1]["holder_id"]
        for day in ("2026-03-31", "2026-04-01")
        for known in ((), ("--recorded", recorded))
    }
    assert holder == {
        ("2026-03-31", ()): "h1",
        ("2026-04-01", ()): "h2",
        ("2026-03-31", ("--recorded", recorded)): "h1",
        ("2026-04-01", ("--recorded", recorded)): "h1",
    }


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (("ip", "open-pool", "198.18.0.0/16", "--authority", "IETF", *WHY), "ledger-overlap"),
        (("ip", "open-pool", "192.0.2.0/24", "--authority", "IETF", "--reason", "x"), "option-faulty"),
        (("ip", "open-pool", "192.0.2.0/24", "2001:db8::/32", "--authority", "IETF", *WHY), "option-faulty"),
        (("ip", "assign", "four", 25, *WHY), "policy-block-too-small"),
        (("ip", "assign", "as", 24, *WHY), "option-faulty"),
        (("ip", "assign", "four", 24), "ledger-envelope-incomplete"),
        (("ip", "assign", "none", 24, *WHY), "ledger-grant-unknown"),
        (("ip", "assign", "four", 24, "--holder", "nobody", *WHY), "holder-unknown"),
        (("ip", "return", "192.0.2.0/24", *WHY), "ledger-grant-unknown"),
        (("ip", "return", "198.18.0.0/24", *WHY), "option-faulty"),
        (("ip", "return", "not there", *WHY), "ledger-grant-unknown"),
        (("ip", "revoke", "four", "--reason", "x"), "option-faulty"),
        (("ip", "suspend", "four"), "option-faulty"),
        (("ip", "correct", "four", "--holder", "h1", "--no-holder", *WHY), "option-faulty"),
        (("holder", "register", "--kind", "organisation", *WHY), "option-faulty"),
        (("holder", "identify", "h1", "no-colon", *WHY), "option-faulty"),
        (("holder", "show", "h1", "--reveal"), "purpose-missing"),
        (("holder", "end", "h9", *WHY), "holder-unknown"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(numbers: LedgerWorld, arguments: tuple[object, ...], kind: str) -> None:
    assert numbers.refused(*arguments) == kind


def test_holders_change_their_names_and_pass_into_others(numbers: LedgerWorld) -> None:
    numbers.change("ip", "assign", "four", 24, "--holder", "h2")
    numbers.change("holder", "identify", "h2", "mst:0200")
    numbers.change("holder", "rename", "mst:0200", "Công ty Khác Hẳn")
    assert [each["name"] for each in numbers.do("holder", "show", "h2")["names"]][-1] == "Công ty Khác Hẳn"
    numbers.change("holder", "merge", "h1", "h2")
    assert numbers.do("ip", "show", "198.18.0.0/24")["holdings"][-1]["holder_id"] == "h1"
    assert {each["holder_id"]: each["standing"] for each in numbers.do("holder", "list")["holders"]} == {
        "h1": "active",
        "h2": "merged",
    }
    assert "198.18.0.0/24" in numbers.run("holder", "show", "VIDU-VN").out
    numbers.change("ip", "return", "198.18.0.0/24")
    numbers.change("holder", "end", "h1")
    assert "ended" in numbers.run("holder", "list").out


def test_personal_values_are_shown_for_a_purpose_and_can_be_erased(numbers: LedgerWorld) -> None:
    values = numbers.folder / "values.json"
    values.write_text('{"mail": "noc@example.com", "telephone": "+84 24 0000 0000"}', encoding="utf-8")
    numbers.change("holder", "set-contact", "h1", "noc", "--role", "tech", "--role", "abuse", "--personal", values)
    contact = numbers.do("holder", "show", "h1")["contacts"][0]
    assert (contact["roles"], contact["fields"], contact["validated_at"]) == (
        ["tech", "abuse"],
        ["mail", "telephone"],
        None,
    )
    shown = numbers.do("holder", "show", "h1", "--reveal", "--purpose", "gọi thử")
    assert shown["personal"]["noc"]["mail"] == "noc@example.com"
    reads = (numbers.folder / "ledger.home" / "reads.jsonl").read_text(encoding="utf-8")
    assert "gọi thử" in reads
    assert "noc@example.com" not in reads
    assert "noc@example.com" in numbers.run("holder", "show", "h1", "--reveal", "--purpose", "gọi thử").out
    numbers.change("holder", "validate-contact", "h1", "noc", "--due", "2027-06-01")
    assert numbers.do("holder", "show", "h1")["contacts"][0]["due_at"].startswith("2027-06-01")
    numbers.change("holder", "erase", "h1")
    assert numbers.do("holder", "show", "h1", "--reveal", "--purpose", "x")["personal"]["noc"] == {}
    numbers.change("holder", "remove-contact", "h1", "noc")
    assert numbers.do("holder", "show", "h1")["contacts"] == []


@pytest.mark.parametrize("content", ["no json", '["mail"]', '{"mail": 1}'])
def test_personal_values_are_texts_by_field(numbers: LedgerWorld, content: str) -> None:
    (numbers.folder / "values.json").write_text(content)
    person = ("holder", "register", "--kind", "person", "--personal", "values.json", *WHY)
    assert numbers.refused(*person) == "option-faulty"
