"""Every test of the store runs on each kind of database that can be had."""

from collections.abc import Iterator

import pytest

from registries.store import Ledger, open_ledger
from tests.registries.ledger.making import Clock
from tests.registries.store.databases import KINDS, Files, Server, Unavailable, source


@pytest.fixture(scope="session", params=KINDS)
def databases(request: pytest.FixtureRequest) -> Iterator[Server | Files]:
    try:
        with source(request.param) as found:
            yield found
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture
def url(databases: Server | Files) -> str:
    return databases.fresh()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(url: str, clock: Clock) -> Iterator[Ledger]:
    opened = open_ledger(url, clock=clock)
    yield opened
    opened.close()
