"""What is told is what the ledger holds, on every kind of database: look-ups and pages beside the slow questions."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registries.ledger import Box, Level
from registries.publication import Resource
from registries.store import Ledger, open_ledger
from registries.store.publishing import Publication
from registries.store.publishing_lists import Lists, Page
from tests.api.registered import V6, fill
from tests.registries.ledger.making import WHOLE
from tests.registries.store.databases import KINDS, Unavailable, source

NUMBERS = (*range(64490, 64516),)


@pytest.fixture(scope="module", params=KINDS)
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    try:
        with source(request.param) as databases:
            opened = open_ledger(databases.fresh())
            fill(opened)
            yield opened
            opened.close()
    except Unavailable as reason:
        pytest.skip(str(reason))


def held(ledger: Ledger, space: str, box: Box) -> list[str]:
    """Give what contains a box, by the ledger's own question as of now; what is never told left out."""
    found = [one for one in ledger.as_of(space, box) if one.claim.box.contains(box)]
    told = {Level.POOL, Level.ALLOCATED, Level.ASSIGNED}
    return [one.grant.grant_id for one in found if one.grant.level in told]


def boxes(space: str) -> st.SearchStrategy[Box]:
    low, high = {"ipv4": (WHOLE.first - 9, WHOLE.last + 9), "ipv6": (V6 - 9, V6 + (1 << 108)), "asn": (64490, 64515)}[
        space
    ]
    size = st.sampled_from((1, 2, 256, 1024, 1 << 80)) if space != "asn" else st.integers(1, 8)
    return st.builds(lambda first, count: Box(first, min(high, first + count - 1)), st.integers(low, high), size)


@pytest.mark.parametrize("space", ["ipv4", "ipv6", "asn"])
def test_the_smallest_around_a_box_is_the_one_that_the_ledger_names(ledger: Ledger, space: str) -> None:
    publication = Publication(ledger)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(boxes(space))
    def check(box: Box) -> None:
        expected = held(ledger, space, box)
        found = publication.most_specific(space, box)
        assert (found.name if found else None) == (expected[-1] if expected else None)
        assert [one.name for one in publication.containing(space, box)] == expected

    check()


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", ["place", "handle", "registered"])
def test_pages_of_any_size_join_to_the_whole_list(ledger: Ledger, sort: str, descending: bool) -> None:
    lists = Lists(Publication(ledger))
    whole = lists.held_by(("ipv4", "ipv6", "asn"), "holder-1", Page(100, sort, descending, count=True))
    assert whole.total == len(whole.items) == 6
    for size in (1, 2, 5):
        joined: list[Resource] = []
        after = None
        while True:
            page = lists.held_by(("ipv4", "ipv6", "asn"), "holder-1", Page(size, sort, descending, after))
            joined += page.items
            after = page.following
            if after is None:
                break
        assert joined == list(whole.items)


def test_texts_are_compared_by_code_points_on_every_database(ledger: Ledger) -> None:
    lists = Lists(Publication(ledger))
    found = lists.named(("ipv4", "ipv6"), "name", "VIDU-", starts=True, page=Page())
    assert [one.name for one in found.items] == ["VIDU-LAN", "VIDU-NET", "VIDU-V6"]
    assert lists.named(("ipv4",), "name", "vidu-", starts=True, page=Page()).items == ()
    assert [one.holder_id for one in lists.parties("name", "Công ty", starts=True, page=Page()).items] == ["holder-1"]
    assert [one.holder_id for one in lists.parties("handle", "p", starts=True, page=Page()).items] == ["person-1"]
    assert lists.parties("handle", "%", starts=True, page=Page()).items == ()


def test_what_stands_directly_below_is_told_in_the_order_of_its_place(ledger: Ledger) -> None:
    lists = Lists(Publication(ledger))
    below = [one.name for one in lists.below("ipv4", WHOLE, Page()).items]
    assert below == ["VIDU-NET", "NGUOI-NET", "KHONG-RO", "TAM-DUNG"]
    assert [one.name for one in lists.below("ipv4", Box(0, 2**32 - 1), Page()).items] == ["POOL4"]
    assert lists.below("ipv4", Box(0, 255), Page()).items == ()
