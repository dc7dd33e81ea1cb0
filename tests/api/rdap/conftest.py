"""An RDAP application over a small ledger, asked without a network."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import App
from api.limits import Limiter
from api.service import Service
from registries.store import open_ledger
from tests.api.registered import register

SERVICE = Service("https://rdap.example", whois_host="whois.example")
Ask = Callable[..., Any]


@pytest.fixture(scope="package")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    ledger = open_ledger(register(tmp_path_factory.mktemp("rdap")).url)
    yield TestClient(App(ledger, SERVICE, Limiter(0)), follow_redirects=False, raise_server_exceptions=False)
    ledger.close()


@pytest.fixture
def ask(client: TestClient) -> Ask:
    """Give a function that asks for a path below /rdap/ and gives the document, after checking the status."""

    def asked(path: str, status: int = 200) -> Any:
        response = client.get(f"/rdap/{path}")
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/rdap+json"
        assert response.headers["access-control-allow-origin"] == "*"
        return response.json()

    return asked
