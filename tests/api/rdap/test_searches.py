"""Searches by RDAP: by name, handle, holder and relation; pages, orders and field sets."""

import pytest

from tests.api.rdap.conftest import Ask


def names(found: dict[str, list[dict[str, str]]], member: str = "ipSearchResults") -> list[str]:
    return [each["name"] for each in found[member]]


@pytest.mark.parametrize(
    ("query", "member", "expected"),
    [
        ("ips?name=VIDU-NET", "ipSearchResults", ["VIDU-NET"]),
        ("ips?name=VIDU-*", "ipSearchResults", ["VIDU-LAN", "VIDU-NET", "VIDU-V6"]),
        ("ips?handle=VIDU-NET.0", "ipSearchResults", ["VIDU-NET"]),
        ("ips?name=GIU-CHO", "ipSearchResults", []),
        ("autnums?name=VIDU-A*", "autnumSearchResults", ["VIDU-AS", "VIDU-AS2"]),
        ("autnums?name=VIDU-V6", "autnumSearchResults", []),
        ("ips/reverse_search/entity?handle=person-1", "ipSearchResults", ["NGUOI-NET"]),
        ("ips/reverse_search/entity?handle=NOBODY", "ipSearchResults", []),
        ("autnums/reverse_search/entity?handle=VIDU-VNNIC", "autnumSearchResults", ["VIDU-AS", "VIDU-AS2"]),
        ("ips/rirSearch1/rdap-down/198.18.0.0/22", "ipSearchResults", ["VIDU-LAN"]),
        ("ips/rirSearch1/rdap-down/198.18.0.0/24", "ipSearchResults", []),
        ("ips/rirSearch1/rdap-bottom/198.18.0.0/22", "ipSearchResults", ["VIDU-NET", "VIDU-LAN"]),
        ("ips/rirSearch1/rdap-bottom/198.18.0.0/24", "ipSearchResults", ["VIDU-LAN"]),
        ("ips/rirSearch1/rdap-bottom/3fff::/64", "ipSearchResults", ["VIDU-V6"]),
        ("autnums/rirSearch1/rdap-down/64496-64511", "autnumSearchResults", ["VIDU-AS", "VIDU-AS2"]),
        ("autnums/rirSearch1/rdap-bottom/64500-64503", "autnumSearchResults", ["VIDU-AS2"]),
    ],
)
def test_a_search_gives_what_fits_and_nothing_else(ask: Ask, query: str, member: str, expected: list[str]) -> None:
    assert names(ask(query), member) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ips/rirSearch1/rdap-up/198.18.0.0/24", "VIDU-NET"),
        ("ips/rirSearch1/rdap-up/198.18.0.1", "VIDU-LAN"),
        ("ips/rirSearch1/rdap-top/198.18.0.1", "POOL4"),
        ("ips/rirSearch1/rdap-top/198.18.0.1?status=active", "POOL4"),
        ("autnums/rirSearch1/rdap-up/64496", "POOLAS"),
        ("autnums/rirSearch1/rdap-top/64500-64502", "POOLAS"),
    ],
)
def test_up_and_top_give_one_object(ask: Ask, query: str, expected: str) -> None:
    assert ask(query)["name"] == expected


def test_bottom_covers_every_number_of_the_box_by_its_smallest_resource(ask: Ask) -> None:
    found = ask("ips/rirSearch1/rdap-bottom/198.18.0.0/21")["ipSearchResults"]
    assert [each["name"] for each in found] == ["POOL4", "VIDU-NET", "VIDU-LAN"]


def test_holders_are_found_by_name_and_handle(ask: Ask) -> None:
    for query in ("entities?fn=C%C3%B4ng%20ty*", "entities?handle=VIDU-VNNIC", "entities?handle=VI*"):
        assert [each["handle"] for each in ask(query)["entitySearchResults"]] == ["VIDU-VNNIC"]
    assert ask("entities?fn=Ng*")["entitySearchResults"] == []


def test_reverse_zones_are_found_by_name_and_relation(ask: Ask) -> None:
    all_of_them = [f"{number}.18.198.in-addr.arpa" for number in range(4)]

    def zones(query: str) -> list[str]:
        return [each["ldhName"] for each in ask(query)["domainSearchResults"]]

    assert zones("domains?name=*.18.198.in-addr.arpa") == all_of_them
    assert zones("domains?name=2.18.198.in-addr.arpa") == ["2.18.198.in-addr.arpa"]
    assert zones("domains?name=vidu.example") == []
    assert zones("domains/rirSearch1/rdap-down/18.198.in-addr.arpa") == all_of_them
    assert zones("domains/rirSearch1/rdap-bottom/18.198.in-addr.arpa") == all_of_them
    up = ask("domains/rirSearch1/rdap-up/7.1.18.198.in-addr.arpa")
    assert up["ldhName"] == "1.18.198.in-addr.arpa"


def test_an_order_and_its_opposite_give_the_same_reversed(ask: Ask) -> None:
    for sort in ("startAddress", "handle", "registrationDate"):
        forth = ask(f"ips?name=VIDU-*&sort={sort}:a")
        back = ask(f"ips?name=VIDU-*&sort={sort}:d")
        assert names(forth) == names(back)[::-1]
        assert back["sorting_metadata"]["currentSort"] == f"{sort}:d"


def test_links_of_a_page_lead_to_the_next_until_all_is_seen(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.rdap.pages.PAGE_SIZE", 1)
    for path, member in (
        ("ips?name=VIDU-*&count=true", "ipSearchResults"),
        ("ips/rirSearch1/rdap-down/198.18.0.0/15?count=1&sort=startAddress:d", "ipSearchResults"),
        ("ips/rirSearch1/rdap-bottom/198.18.0.0/21?count=true", "ipSearchResults"),
        ("domains?name=*.18.198.in-addr.arpa&count=true", "domainSearchResults"),
    ):
        seen, query, total = [], path, None
        while query:
            page = ask(query)
            assert len(page[member]) == page["paging_metadata"]["pageSize"] == 1
            seen += [each["handle"] for each in page[member]]
            total = page["paging_metadata"]["totalCount"]
            following = page["paging_metadata"].get("links", [{"href": "", "rel": "next"}])
            assert following[0]["rel"] == "next"
            query = following[0]["href"].removeprefix("https://rdap.example/rdap/")
        assert len(seen) == len(set(seen)) == total


def test_a_cursor_of_one_search_is_none_of_another(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.rdap.pages.PAGE_SIZE", 1)
    cursor = ask("ips?name=VIDU-*")["paging_metadata"]["links"][0]["href"].partition("cursor=")[2]
    assert ask(f"ips?name=VIDU-*&cursor={cursor}")["ipSearchResults"]
    for other in (
        "ips?name=VIDU-*&sort=startAddress",
        "autnums?name=V*",
        "entities?fn=C*",
        "domains?name=*.in-addr.arpa",
    ):
        assert ask(f"{other}&cursor={cursor}", 400)["errorCode"] == 400


def test_field_sets_keep_what_they_say(ask: Ask) -> None:
    full, brief, key = (
        ask(f"ips?name=VIDU-NET&fieldSet={name}")["ipSearchResults"][0] for name in ("full", "brief", "id")
    )
    assert set(key) == {"objectClassName", "handle", "links"}
    assert set(key) < set(brief) < set(full)
    assert "entities" not in brief
    assert all(full[name] == value for name, value in brief.items() if name != "links")


def test_what_is_withheld_is_told_in_each_result(ask: Ask) -> None:
    (found,) = ask("ips?name=NGUOI-NET")["ipSearchResults"]
    assert found["redacted"][0]["postPath"].startswith("$.ipSearchResults[0].entities[0].vcardArray")
