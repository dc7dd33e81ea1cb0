"""ip map, due, statement, decision, lookup, overlaps, aggregate, announced, roa, route-object, reverse."""

import datetime
from pathlib import Path

import polars as pl
import pytest

from tests.api.ledger_world import LedgerWorld

ROUTES = "prefix,origin\n198.18.0.0/24,64496\n198.18.0.0/25,64497\n"


@pytest.fixture
def given(numbers: LedgerWorld) -> LedgerWorld:
    """Two blocks of h1, one of them in the routing table of `routes.csv`."""
    numbers.change("ip", "assign", "four", 24, "--holder", "h1", "--effective", "2026-03-02")
    numbers.change("ip", "assign", "four", 24, "--holder", "h1", "--effective", "2026-03-02")
    numbers.change("ip", "allocate", "six", 32, "--holder", "h2", "--effective", "2026-03-02")
    Path("routes.csv").write_text(ROUTES)
    return numbers


@pytest.mark.parametrize(("family", "colour"), [("4", "state"), ("4", "age"), ("6", "holder")])
def test_a_map_is_an_image_of_what_is_held_and_free(given: LedgerWorld, family: str, colour: str) -> None:
    said = given.do("ip", "map", "--out", "map.svg", "--family", family, "--colour", colour)
    assert said["blocks"] == (3 if family == "4" else 2)
    text = Path("map.svg").read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert {"4": "198.18.1.0/24", "6": "Công ty Khác"}[family] in text
    assert given.run("ip", "map", "--out", "map.svg").code == 0
    assert given.refused("ip", "map", "--out", "no/folder.svg") == "option-faulty"


def test_what_is_due_this_week_has_use_arrears_and_contacts(given: LedgerWorld) -> None:
    given.change("holder", "set-contact", "h1", "noc", "--role", "tech", "--due", "2026-09-04")
    Path("arrears.csv").write_text("due_on,subject,holder_id\n2026-08-01,invoice 7,h2\n2026-12-01,invoice 8,h2\n")
    asked = ("ip", "due", "--on", "2026-08-31", "--arrears", "arrears.csv")
    told = given.do(*asked, "--announced", "routes.csv")["items"]
    assert [(one["about"], one["subject"], one["holder_id"]) for one in told] == [
        ("arrears", "invoice 7", "h2"),
        ("use", "198.18.1.0/24", "h1"),
        ("use", "3fff::/32", "h2"),
        ("contact", "noc", "h1"),
    ]
    assert [one["due_on"] for one in told] == ["2026-08-01", "2026-09-02", "2026-09-02", "2026-09-04"]
    later = given.do("ip", "due", "--on", "2026-10-01")["items"]
    assert [one["about"] for one in later] == ["contact"]
    overdue = given.do("ip", "due", "--on", "2026-10-01", "--announced", "routes.csv")["items"]
    assert [one["about"] for one in overdue].count("use") == 2
    assert "contact check" in given.run("ip", "due", "--on", "2026-10-01").out
    Path("arrears.csv").write_text("due_on,subject\n")
    assert given.refused(*asked) == "address-column-missing"
    Path("arrears.csv").write_text("due_on,subject,holder_id\ntomorrow,x,h1\n")
    assert given.refused(*asked) == "address-file-unreadable"


def test_statement_and_decision_are_pages_to_print(given: LedgerWorld) -> None:
    on = ("--on", "2026-03-05")
    page = given.do("ip", "statement", "VIDU-VN", *on)["html"]
    assert "Công ty Ví dụ" in page
    assert "198.18.1.0/24" in page
    assert "Trung tâm Internet Việt Nam" in page
    assert given.do("ip", "decision", "198.18.0.0/24", "--out", "decision.html", *on)["file"] == "decision.html"
    decision = Path("decision.html").read_text(encoding="utf-8")
    assert "QĐ 01" in decision
    assert "05/03/2026" in decision
    assert "<!doctype html>" in given.run("ip", "statement", "h1", *on).out


def test_a_file_is_looked_up_as_of_a_moment(given: LedgerWorld) -> None:
    Path("seen.csv").write_text("when,ip\na,198.18.1.7\nb,192.0.2.1\nc,nothing\n")
    told = given.run("ip", "lookup", "seen.csv", "--out", "answers.csv", "--json")
    assert told.code == 1
    assert [told.document[name] for name in ("rows", "found", "not_found", "refused_count")] == [3, 1, 1, 1]
    answers = pl.read_csv("answers.csv")
    assert answers["resource"].to_list() == ["198.18.1.0/24", None, None]
    assert answers["holder_id"][0] == "h1"
    assert pl.read_csv("answers.rejects.csv")["line"].to_list() == [4]
    Path("one.txt").write_text("198.18.1.7\n")
    assert given.do("ip", "lookup", "one.txt", "--legal", "2026-03-01")["found"] == 0
    assert given.do("ip", "lookup", "one.txt")["answers"][0]["since"] == "2026-03-02"
    assert given.do("ip", "lookup", "one.txt", "--out", "one.parquet")["found"] == 1
    assert pl.read_parquet("one.parquet")["level"].to_list() == ["assigned"]
    assert "found" in given.run("ip", "lookup", "one.txt").out
    assert given.refused("ip", "lookup", "one.txt", "--out", "no/folder.csv") == "option-faulty"


def test_prefixes_of_a_file_are_compared_and_made_fewer(given: LedgerWorld) -> None:
    Path("blocks.txt").write_text("192.0.2.0/25\n192.0.2.128/25\n192.0.2.0/24\n2001:db8::/32\n")
    pairs = given.run("ip", "overlaps", "blocks.txt", "--json")
    assert (pairs.code, pairs.document["pairs_count"]) == (1, 2)
    assert given.do("ip", "aggregate", "blocks.txt")["prefixes"] == ["192.0.2.0/24", "2001:db8::/32"]
    assert "192.0.2.0/24" in given.run("ip", "aggregate", "blocks.txt").out
    assert "192.0.2.0/24" in given.run("ip", "overlaps", "blocks.txt").out
    assert given.do("ip", "aggregate", "blocks.txt", "--out", "few.csv")["prefixes_count"] == 2
    assert pl.read_csv("few.csv")["prefix"].len() == 2


def test_who_announces_is_told_as_that_and_never_as_the_holder(given: LedgerWorld) -> None:
    Path("roas.csv").write_text("ASN,IP Prefix,Max Length,Trust Anchor\nAS64496,198.18.0.0/24,24,test\n")
    told = given.do("ip", "announced", "--announced", "routes.csv", "--roas", "roas.csv")
    first = next(row for row in told["rows"] if row["block"] == "198.18.0.0/24")
    assert first["announced_by"] == [{"asn": 64496, "addresses": "256"}, {"asn": 64497, "addresses": "128"}]
    assert (told["blocks"], told["announced"]) == (3, 1)
    assert told["validity"] == {"valid": 1, "invalid": 1, "not-found": 0}
    silent = given.do("ip", "announced", "--announced", "routes.csv", "--unannounced")["rows"]
    assert "198.18.0.0/24" not in {row["block"] for row in silent}
    assert "announced by AS64496" in given.run("ip", "announced", "--announced", "routes.csv").out


def test_a_roa_is_checked_against_what_its_holder_has_and_what_is_announced(given: LedgerWorld) -> None:
    asked = ("ip", "roa", "198.18.0.0/24", "AS64496", "--announced", "routes.csv")
    assert given.do(*asked, "--holder", "h1")["accepted"]
    loose = given.do(*asked, "--holder", "h1", "--max-length", 28)
    assert [one["code"] for one in loose["findings"]][:1] == ["roa-not-minimal"]
    refused = given.run(*asked, "--holder", "h2")
    assert refused.code == 1
    assert "is not in a block of the holder" in refused.out
    shown = given.do("ip", "route-object", "198.18.0.0/24", "64496", "--description", "Example")["object"]
    assert shown.startswith("route:          198.18.0.0/24\n")
    assert "origin:         AS64496" in given.run("ip", "route-object", "198.18.0.0/24", "64496").out
    assert given.refused("ip", "route-object", "198.18.0.0-198.18.0.2", "64496") == "option-faulty"


def test_reverse_zones_are_cut_where_the_block_ends(given: LedgerWorld) -> None:
    servers = ("--server", "ns1.example.com", "--server", "ns2.example.net")
    digest = "ab" * 32
    told = given.do("ip", "reverse", "198.18.0.0/23", *servers, "--ds", f"12345 13 2 {digest}")
    assert told["zones"] == ["0.18.198.in-addr.arpa", "1.18.198.in-addr.arpa"]
    assert f"0.18.198.in-addr.arpa. 86400 IN DS 12345 13 2 {digest.upper()}" in told["fragment"].splitlines()
    assert given.do("ip", "reverse", "3fff:800::/32", *servers)["zones"] == ["0.0.8.0.f.f.f.3.ip6.arpa"]
    assert "IN NS ns1.example.com." in given.run("ip", "reverse", "198.18.0.0/24", *servers).out
    assert given.refused("ip", "reverse", "198.18.0.0/24", "--server", "ns1.example.com") == "reverse-names-faulty"
    assert given.refused("ip", "reverse", "198.18.0.0/24", *servers, "--ds", "x") == "option-faulty"


def test_name_servers_that_do_not_answer_are_told(given: LedgerWorld) -> None:
    servers = ("--server", "ns1.nobody.invalid", "--server", "ns2.nobody.invalid")
    said = given.run("ip", "reverse", "198.18.0.0/24", *servers, "--check", "--json")
    assert said.code == 1
    assert {(one["server"], one["reason"]) for one in said.document["lame"]} == {
        ("ns1.nobody.invalid", "no answer"),
        ("ns2.nobody.invalid", "no answer"),
    }


def test_growth_room_is_counted_against_the_whole_region(numbers: LedgerWorld) -> None:
    day = datetime.date(2026, 1, 5)
    Path("region").write_text(f"apnic|XX|ipv6|3fff::|21|{day:%Y%m%d}|allocated\n")
    near = numbers.change("ip", "allocate", "six", 32, "--holder", "h1", "--region", "region")
    assert near["grants"][-1]["text"] == "3fff:800::/32"
    assert numbers.do("ip", "free", "six", "--length", 32, "--region", "region")["next"] == "3fff:c00::/32"
