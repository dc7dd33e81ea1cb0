"""Look-ups by RDAP: what is found, what is told of it, and what is never told."""

import json

import pytest
from starlette.testclient import TestClient

from tests.api.rdap.conftest import Ask
from tests.api.registered import MAIL, SECRET, TELEPHONE, plain


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("ip/198.18.0.1", "VIDU-LAN"),
        ("ip/198.18.0.0/24", "VIDU-LAN"),
        ("ip/198.18.0.0/23", "VIDU-NET"),
        ("ip/198.18.2.255", "VIDU-NET"),
        ("ip/198.19.0.0", "POOL4"),
        ("ip/3fff::1", "VIDU-V6"),
        ("ip/3FFF:0:0::/48", "VIDU-V6"),
        ("ip/3fff:2::", "POOL6"),
        ("autnum/64496", "VIDU-AS"),
        ("autnum/64502", "VIDU-AS2"),
    ],
)
def test_the_smallest_registration_around_a_place_is_found(ask: Ask, path: str, name: str) -> None:
    assert ask(path)["name"] == name


def test_a_network_says_where_it_is_since_when_and_whose(ask: Ask) -> None:
    found = ask("ip/198.18.1.7")
    assert (found["startAddress"], found["endAddress"], found["ipVersion"]) == ("198.18.0.0", "198.18.3.255", "v4")
    assert found["cidr0_cidrs"] == [{"v4prefix": "198.18.0.0", "length": 22}]
    assert (found["handle"], found["parentHandle"], found["type"]) == ("VIDU-NET.0", "POOL4.0", "ALLOCATED PORTABLE")
    assert (found["country"], found["status"], found["port43"]) == ("VN", ["active"], "whois.example")
    assert [event["eventAction"] for event in found["events"]] == ["registration", "last changed"]
    (holder,) = found["entities"]
    assert (holder["handle"], holder["roles"]) == ("VIDU-VNNIC", ["registrant"])
    assert ["fn", {}, "text", "Công ty Ví Dụ"] in holder["vcardArray"][1]
    assert {"rdap_level_0", "cidr0", "nro_rdap_profile_0", "redacted"} <= set(found["rdapConformance"])


def test_links_lead_to_the_object_itself_and_up(ask: Ask) -> None:
    links = {link["rel"]: link for link in ask("ip/198.18.0.9")["links"]}
    assert links["self"]["href"] == "https://rdap.example/rdap/ip/198.18.0.0/24"
    assert links["self"]["value"] == "https://rdap.example/rdap/ip/198.18.0.9"
    up = links["rdap-up"]["href"].removeprefix("https://rdap.example/rdap/")
    assert ask(up)["name"] == "VIDU-NET"
    assert "rdap-up" not in {link["rel"] for link in ask("ip/198.19.0.0")["links"]}


def test_contacts_for_abuse_are_reached_and_everything_else_personal_is_redacted(ask: Ask) -> None:
    found = ask("entity/VIDU-VNNIC")
    cards = {entity["handle"]: {row[0]: row[3] for row in entity["vcardArray"][1]} for entity in found["entities"]}
    assert (cards["VIDU-abuse-VNNIC"]["email"], cards["VIDU-abuse-VNNIC"]["tel"]) == (MAIL, TELEPHONE)
    assert "email" not in cards["VIDU-noc-VNNIC"]
    assert cards["VIDU-noc-VNNIC"]["fn"] == ""
    assert "noc@vidu.example" not in plain(found)
    told = {(each["name"]["description"], each["method"]) for each in found["redacted"]}
    assert told == {("Contact Name", "emptyValue"), ("Contact Email", "removal"), ("Contact Phone", "removal")}


@pytest.mark.parametrize("path", ["ip/198.18.16.1", "entity/person-1", "entity/VIDU", "ip/198.18.0.1", "help"])
def test_no_answer_holds_a_personal_name(client: TestClient, path: str) -> None:
    response = client.get(f"/rdap/{path}")
    assert response.status_code == 200
    assert SECRET not in response.text


def test_a_person_is_told_without_a_name_and_says_so(ask: Ask) -> None:
    found = ask("ip/198.18.16.1")
    assert ["kind", {}, "text", "individual"] in found["entities"][0]["vcardArray"][1]
    (told,) = found["redacted"]
    assert (told["name"]["description"], told["method"]) == ("Registrant Name", "emptyValue")
    assert told["postPath"] == "$.entities[0].vcardArray[1][?(@[0]=='fn')][3]"
    assert {notice["title"] for notice in found["notices"]} >= {"Redacted", "Dữ liệu đã lược bớt"}


def test_a_block_without_a_holder_says_that_none_is_recorded(ask: Ask) -> None:
    found = ask("ip/198.18.32.1")
    assert "entities" not in found
    assert "The holder is not recorded." in found["remarks"][0]["description"]


def test_reservations_are_not_told_and_suspension_is(ask: Ask) -> None:
    assert ask("ip/198.18.48.1")["name"] == "POOL4"
    assert ask("ip/198.18.64.1")["status"] == ["inactive"]
    assert ask("ip/198.19.0.1")["status"] == ["administrative"]


@pytest.mark.parametrize("handle", ["VIDU", "VIDU-VNNIC", "holder-1", "holder-1-vnnic"])
def test_a_holder_is_found_by_handle_or_name_with_and_without_the_tag(ask: Ask, handle: str) -> None:
    assert ask(f"entity/{handle}")["handle"] == "VIDU-VNNIC"


def test_a_contact_is_an_entity_of_its_own(ask: Ask) -> None:
    assert ask("entity/VIDU-noc-VNNIC")["roles"] == ["administrative", "technical"]


def test_reverse_zones_have_their_servers_and_signers(ask: Ask) -> None:
    found = ask("domain/1.18.198.in-addr.arpa")
    assert [server["ldhName"] for server in found["nameservers"]] == ["ns1.vidu.example", "ns2.vidu.example"]
    assert found["secureDNS"]["dsData"][0]["keyTag"] == 12345
    assert found["network"]["name"] == "VIDU-NET"
    assert ask("domain/0.0.0.0.0.0.0.0.f.f.f.3.IP6.ARPA.", 404)["errorCode"] == 404
    assert ask("domain/0.0.0.0.f.f.f.3.ip6.arpa")["ldhName"] == "0.0.0.0.f.f.f.3.ip6.arpa"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("autnum/64510", 404),
        ("autnum/64511", 404),
        ("entity/NOBODY-VNNIC", 404),
        ("domain/vidu.example", 404),
        ("domain/9.18.198.in-addr.arpa", 404),
        ("ip/abc", 400),
        ("ip/198.18.0.1/24", 400),
        ("ip/198.18.0.0/33", 400),
        ("ip/", 400),
        ("autnum/AS64496", 400),
        ("autnum/4294967296", 400),
        ("entity/%00", 400),
        ("domain/-a.example", 400),
        ("nameserver/ns1.vidu.example", 501),
        ("nameservers?name=ns1.vidu.example", 501),
        ("nothing", 501),
        ("ips?handle=*", 422),
        ("ips?handle=a*b", 422),
        ("ips", 400),
        ("ips?handle=a&name=b", 400),
        ("ips?handle=a&handle=b", 400),
        ("ips?handle=a&sort=fn", 400),
        ("ips?handle=a&cursor=!", 400),
        ("ips?handle=a&count=perhaps", 400),
        ("ips?handle=a&fieldSet=most", 400),
        ("ips/rirSearch1/rdap-sideways/198.18.0.0", 400),
        ("ips/rirSearch1/rdap-up/198.18.0.0?status=inactive", 501),
        ("ips/rirSearch1/rdap-top/198.18.0.0/15", 404),
    ],
)
def test_what_cannot_be_answered_is_an_error_document(ask: Ask, path: str, status: int) -> None:
    found = ask(path, status)
    assert found["errorCode"] == status
    assert " · " in found["title"]
    assert found["description"]


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("ip/8.8.8.8", "https://rdap.arin.net/registry/ip/8.8.8.8"),
        ("ip/2a00::/32", "https://rdap.db.ripe.net/ip/2a00::/32"),
        ("autnum/4608", "https://rdap.apnic.net/autnum/4608"),
        ("entity/ABC1-RIPE", "https://rdap.db.ripe.net/entity/ABC1-RIPE"),
    ],
)
def test_what_is_registered_elsewhere_is_redirected(client: TestClient, path: str, to: str) -> None:
    response = client.get(f"/rdap/{path}")
    assert (response.status_code, response.headers["location"]) == (302, to)
    assert response.headers["access-control-allow-origin"] == "*"


def test_bootstrap_files_have_the_shape_of_rfc_9224_and_name_our_pools(client: TestClient) -> None:
    for name, ours in (("ipv4", "198.18.0.0/15"), ("ipv6", "3fff::/20"), ("asn", "64496-64511")):
        found = client.get(f"/bootstrap/{name}.json").json()
        assert found["version"] == "1.0"
        assert found["services"][0] == [[ours], ["https://rdap.example/rdap/"]]
        assert all(url.endswith("/") for _, urls in found["services"] for url in urls)
    tags = client.get("/bootstrap/object-tags.json").json()["services"]
    assert [["VNNIC"], ["https://rdap.example/rdap/"]] in [service[1:] for service in tags]
    assert client.get("/bootstrap/moon.json").status_code == 404


def test_whoever_has_an_answer_already_gets_none(client: TestClient) -> None:
    first = client.get("/rdap/ip/198.18.0.1")
    again = client.get("/rdap/ip/198.18.0.1", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = client.get("/rdap/ip/198.18.2.1", headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200


def test_head_gives_the_headers_of_get_and_nothing_else(client: TestClient) -> None:
    for path in ("ip/198.18.0.1", "autnum/64510", "entity/VIDU"):
        got, head = client.get(f"/rdap/{path}"), client.head(f"/rdap/{path}")
        assert head.content == b""
        assert head.status_code == got.status_code
        assert head.headers["content-length"] == got.headers["content-length"] == str(len(got.content))
        assert head.headers["access-control-allow-origin"] == "*"


def test_other_methods_are_refused_as_rdap_errors(client: TestClient) -> None:
    response = client.post("/rdap/ip/198.18.0.1")
    assert (response.status_code, response.json()["errorCode"]) == (405, 405)


def test_notices_stand_in_both_languages_with_the_address_of_the_document(ask: Ask) -> None:
    found = ask('entity/VIDU?x="quoted"')
    titles = [(notice["lang"], notice["title"]) for notice in found["notices"]]
    assert titles[:2] == [("vi", "Điều khoản sử dụng"), ("en", "Terms of Service")]
    assert ("en", "Whois Inaccuracy Reporting") in titles
    assert "urn:here" not in json.dumps(found)
    assert found["notices"][0]["links"][0]["value"].startswith("https://rdap.example/rdap/entity/VIDU?")


def test_help_names_every_extension_that_answers_use(ask: Ask) -> None:
    told = set(ask("help")["rdapConformance"])
    for path in ("ip/198.18.0.1", "autnum/64496", "entity/VIDU", "ips?name=V*", "autnums?name=V*", "entities?fn=C*"):
        assert set(ask(path)["rdapConformance"]) <= told
