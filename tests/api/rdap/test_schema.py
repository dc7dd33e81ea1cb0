"""Answers hold to schemas of our own, and the schemas refuse an answer with any one clause broken."""

import copy
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.api.rdap import schema
from tests.api.rdap.conftest import Ask

ANSWERS = {
    "ip/198.18.0.1": schema.answer("ip network"),
    "ip/198.18.16.1": schema.answer("ip network"),
    "ip/198.18.32.1": schema.answer("ip network"),
    "ip/3fff::1": schema.answer("ip network"),
    "autnum/64496": schema.answer("autnum"),
    "entity/VIDU": schema.answer("entity"),
    "entity/person-1": schema.answer("entity"),
    "entity/VIDU-abuse-VNNIC": schema.answer("entity"),
    "domain/0.18.198.in-addr.arpa": schema.answer("domain"),
    "ips/rirSearch1/rdap-up/198.18.0.0/24": schema.answer("ip network"),
    "ips?name=V*&sort=handle": schema.listing("ip network"),
    "ips/rirSearch1/rdap-down/198.18.0.0/15?count=true": schema.listing("ip network"),
    "autnums?handle=VIDU*&fieldSet=brief": schema.listing("autnum"),
    "autnums/reverse_search/entity?handle=VIDU": schema.listing("autnum"),
    "entities?fn=C*&fieldSet=id": schema.listing("entity"),
    "entities?handle=p*": schema.listing("entity"),
    "domains?name=*.18.198.in-addr.arpa": schema.listing("domain"),
    "ip/abc": schema.error(),
    "autnum/64511": schema.error(),
    "help": schema.help_answer(),
}


def faults(document: Any, of: schema.Schema) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(of).iter_errors(document)]


@pytest.fixture(scope="module")
def answers(client: Any) -> dict[str, Any]:
    return {path: client.get(f"/rdap/{path}").json() for path in ANSWERS}


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_holds_to_its_schema(answers: dict[str, Any], path: str) -> None:
    Draft202012Validator.check_schema(ANSWERS[path])
    assert faults(answers[path], ANSWERS[path]) == []


Break = Callable[[Any], Any]


def without(name: str) -> Break:
    return lambda document: document.pop(name)


def with_(name: str | int, value: Any) -> Break:
    return lambda document: document.__setitem__(name, value)


def within(*path: str | int, then: Break) -> Break:
    def broken(document: Any) -> None:
        for step in path:
            document = document[step]
        then(document)

    return broken


IP, AS, ENTITY, DOMAIN = "ip/198.18.0.1", "autnum/64496", "entity/VIDU", "domain/0.18.198.in-addr.arpa"
IPS, HELP, ERROR = "ips/rirSearch1/rdap-down/198.18.0.0/15?count=true", "help", "autnum/64511"
CARD = ("entities", 0, "vcardArray")
MUTANTS: list[tuple[str, str, Break]] = [
    ("9083-4.1 conformance is there", IP, without("rdapConformance")),
    (
        "9083-4.1 conformance names the level",
        IP,
        within("rdapConformance", then=lambda names: names.remove("rdap_level_0")),
    ),
    ("9083-4.1 conformance is a list of names", IP, with_("rdapConformance", ["rdap level 0"])),
    ("9083-4.1 once each", IP, within("rdapConformance", then=lambda names: names.append("cidr0"))),
    ("9083-4.2 a link has an address", IP, within("links", 0, then=without("href"))),
    ("9083-4.2 a link has a context", IP, within("links", 0, then=without("value"))),
    ("9083-4.2 a link has a relation", IP, within("links", 0, then=without("rel"))),
    ("9083-4.2 the address is a URI", IP, within("links", 0, then=with_("href", "198.18.0.1"))),
    ("9083-4.2 the type is a media type", IP, within("links", 0, then=with_("type", "rdap"))),
    ("9083-4.3 a notice has a description", IP, within("notices", 0, then=without("description"))),
    ("9083-4.3 the description is lines", IP, within("notices", 0, then=with_("description", "one"))),
    ("9083-4.4 a language is a tag", IP, with_("lang", "tiếng Việt")),
    ("9083-4.5 an event has a moment", IP, within("events", 0, then=without("eventDate"))),
    ("9083-4.5 a moment is of RFC 3339", IP, within("events", 0, then=with_("eventDate", "2026-03-01"))),
    ("9083-4.5 the month is one", IP, within("events", 0, then=with_("eventDate", "2026-13-01T00:00:00Z"))),
    ("9083-10.2.3 an action is registered", IP, within("events", 0, then=with_("eventAction", "birth"))),
    ("9083-4.6 status is a list", IP, with_("status", "active")),
    ("9083-10.2.2 a status is registered", IP, with_("status", ["in use"])),
    ("9083-4.7 port43 is a host", IP, with_("port43", "see whois")),
    ("9083-4.9 the class is that of the object", IP, with_("objectClassName", "network")),
    ("9083-2.1 an unknown member has a prefix", IP, with_("netname", "x")),
    ("9083-5.1 an entity is an entity", IP, within("entities", 0, then=with_("objectClassName", "person"))),
    ("9083-10.2.4 a role is registered", IP, within("entities", 0, then=with_("roles", ["owner"]))),
    ("9083-5.1 roles are once each", IP, within("entities", 0, then=with_("roles", ["registrant", "registrant"]))),
    ("7095-3.1 a jCard is a vcard", IP, within(*CARD, then=with_(0, "card"))),
    ("7095-3.3 version comes first", IP, within(*CARD, 1, then=lambda card: card.append(card.pop(0)))),
    ("7095-3.3 a property has four parts", IP, within(*CARD, 1, 1, then=lambda row: row.pop())),
    ("6350-6.2.1 fn is there", IP, within(*CARD, 1, then=lambda card: card.pop(1))),
    ("9083-5.1 an entity has a card", ENTITY, without("vcardArray")),
    ("8521 tagged handles are announced", ENTITY, within("rdapConformance", then=lambda n: n.remove("rdap_objectTag"))),
    ("9083-5.4 an address is one", IP, with_("startAddress", "198.18.0.256")),
    ("9083-5.4 start is there", IP, without("startAddress")),
    ("9083-5.4 end is there", IP, without("endAddress")),
    ("9083-5.4 the version is v4 or v6", IP, with_("ipVersion", 4)),
    ("9083-5.4 a country is two letters", IP, with_("country", "Viet Nam")),
    ("9083-5.4 a handle is text", IP, with_("handle", 7)),
    ("cidr0 is announced", IP, within("rdapConformance", then=lambda names: names.remove("cidr0"))),
    ("cidr0 is there", IP, without("cidr0_cidrs")),
    ("cidr0 has a length", IP, within("cidr0_cidrs", 0, then=without("length"))),
    ("cidr0 of IPv4 ends at 32", IP, within("cidr0_cidrs", 0, then=with_("length", 33))),
    ("cidr0 is of one family", IP, within("cidr0_cidrs", 0, then=with_("v6prefix", "::"))),
    ("NRO profile is announced", IP, within("rdapConformance", then=lambda n: n.remove("nro_rdap_profile_0"))),
    ("NRO profile: terms of service", IP, within("notices", then=lambda notices: notices.pop(1))),
    ("NRO profile: inaccuracy reporting", IP, within("notices", then=lambda notices: notices.pop(3))),
    ("NRO profile: terms are linked", IP, within("notices", 1, then=without("links"))),
    ("NRO profile: the object links to itself", IP, within("links", then=lambda links: links.pop(0))),
    (
        "NRO profile: AS numbers are flat",
        AS,
        within("rdapConformance", then=lambda n: n.remove("nro_rdap_profile_asn_flat_0")),
    ),
    ("9083-5.5 a number is a number", AS, with_("startAutnum", "64496")),
    ("9083-5.5 of 32 bits", AS, with_("endAutnum", 2**32)),
    ("9083-5.5 the end is there", AS, without("endAutnum")),
    ("9083-5.3 a name is of letters, digits, hyphens", DOMAIN, with_("ldhName", "ví dụ.example")),
    ("9083-5.3 delegationSigned is yes or no", DOMAIN, within("secureDNS", then=with_("delegationSigned", "yes"))),
    ("9083-5.3 a DS has its key tag", DOMAIN, within("secureDNS", "dsData", 0, then=without("keyTag"))),
    ("9083-5.3 a digest is of octets", DOMAIN, within("secureDNS", "dsData", 0, then=with_("digest", "ABC"))),
    ("9083-5.2 a name server is one", DOMAIN, within("nameservers", 0, then=with_("objectClassName", "host"))),
    ("9083-5.3 the network of a reverse zone", DOMAIN, within("network", then=with_("objectClassName", "block"))),
    ("9537-4.2 a redaction has a name", ENTITY, within("redacted", 0, then=without("name"))),
    ("9537-4.2 a redaction has a method", ENTITY, within("redacted", 0, then=without("method"))),
    ("9537-4.2 the method is known", ENTITY, within("redacted", 0, then=with_("method", "hidden"))),
    ("9537-4.2 what is emptied is still there", ENTITY, within("redacted", 0, then=without("postPath"))),
    ("9537-4.2 a path begins at the root", ENTITY, within("redacted", 0, then=with_("postPath", "entities[0]"))),
    ("9537-4.2 the language of paths", ENTITY, within("redacted", 0, then=with_("pathLang", "xpath"))),
    ("9910-4 results are there", IPS, without("ipSearchResults")),
    ("9910-4 results are networks", IPS, within("ipSearchResults", 0, then=with_("objectClassName", "autnum"))),
    ("9910-6 the member is announced", IPS, within("rdapConformance", then=lambda n: n.remove("ipSearchResults"))),
    ("9910-6 searches are announced", IP, within("rdapConformance", then=lambda n: n.remove("rirSearch1"))),
    ("8977-2.1 the size of a page is a number", IPS, within("paging_metadata", then=with_("pageSize", "50"))),
    ("8977-2.1 the count is not negative", IPS, within("paging_metadata", then=with_("totalCount", -1))),
    ("8977-2.1 paging is announced", IPS, within("rdapConformance", then=lambda names: names.remove("paging"))),
    ("8977-2.3 a sort has a property", IPS, within("sorting_metadata", "availableSorts", 0, then=without("property"))),
    (
        "8977-2.3 jsonPath begins at the root",
        IPS,
        within("sorting_metadata", "availableSorts", 0, then=with_("jsonPath", "x")),
    ),
    ("8982-2.1 the field set is told", IPS, within("subsetting_metadata", then=without("currentFieldSet"))),
    (
        "8982-2.1 field sets have names",
        IPS,
        within("subsetting_metadata", "availableFieldSets", 0, then=without("name")),
    ),
    ("9536-5 a property of reverse searches", HELP, within("reverse_search_properties", 0, then=without("property"))),
    ("9083-6 an error has its code", ERROR, without("errorCode")),
    ("9083-6 the code is a number", ERROR, with_("errorCode", "404")),
    ("9083-6 the description is lines", ERROR, with_("description", "not found")),
    ("9083-7 help has notices", HELP, without("notices")),
]


@pytest.mark.parametrize(
    ("path", "mutate"), [(path, mutate) for _, path, mutate in MUTANTS], ids=[m[0] for m in MUTANTS]
)
def test_an_answer_with_one_clause_broken_is_refused(answers: dict[str, Any], path: str, mutate: Break) -> None:
    mutant = copy.deepcopy(answers[path])
    mutate(mutant)
    assert mutant != answers[path]
    assert faults(mutant, ANSWERS[path]) != []


def shared_fixtures() -> list[Path]:
    root = Path(os.environ.get("SOGOC_TEST_DATA", "../shared/data"))
    return sorted(Path(root, "internet", "rdap", "rfc9083-fixtures").glob("*.json"))


@pytest.mark.parametrize("path", shared_fixtures() or [None], ids=lambda path: path.name if path else "none")
def test_the_examples_of_rfc_9083_hold_to_the_same_schemas(path: Path | None) -> None:
    if path is None:
        pytest.skip("SOGOC_TEST_DATA has no internet/rdap/rfc9083-fixtures")
    # The RFC prints the middle of a digest as three dots.
    found = json.loads(re.sub(r"(?<=[0-9A-F])\.\.\.(?=[0-9A-F])", "0", path.read_text(encoding="utf-8")))
    assert faults(found, schema.object_schema(found["objectClassName"])) == []


def test_two_different_kinds_are_never_taken_for_each_other(ask: Ask) -> None:
    assert faults(ask("autnum/64496"), schema.answer("ip network"))
    assert faults(ask("ip/198.18.0.1"), schema.answer("autnum"))
