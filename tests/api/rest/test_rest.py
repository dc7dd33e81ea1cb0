"""REST below /v1: reading, changing with the token alone, problems, and everything the OpenAPI document allows."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis import GenerationMode, engine
from schemathesis.engine import Status, events
from starlette.testclient import TestClient

from api.app import App
from api.limits import Limiter
from api.rest.writes import is_loopback
from api.service import Service
from registries.store import Ledger, open_ledger
from tests.api.registered import SECRET, Registered, register

SERVICE = Service("http://127.0.0.1:8080")
_KEYS = itertools.count()
HERE = ("127.0.0.1", 50_000)


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Registered:
    return register(tmp_path_factory.mktemp("rest"))


@pytest.fixture(scope="module")
def ledger(registered: Registered) -> Iterator[Ledger]:
    opened = open_ledger(registered.url)
    yield opened
    opened.close()


def client_of(
    ledger: Ledger, *, allow_writes: bool = True, address: tuple[str, int] = HERE, rate: int = 0
) -> TestClient:
    app = App(ledger, SERVICE, Limiter(rate, clock=lambda: 0.0), allow_writes=allow_writes)
    return TestClient(app, client=address, raise_server_exceptions=False)


def signed(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", "idempotency-key": f"rest-{next(_KEYS)}"}


GRANT = {
    "actor": "officer-1",
    "purpose": "test",
    "parent_id": "POOL4",
    "level": "assigned",
    "resources": ["198.19.255.0/24"],
    "grant_id": "REST-1",
}


def test_what_is_held_can_be_read_as_of_any_moment(ledger: Ledger) -> None:
    client = client_of(ledger)
    grant = client.get("/v1/grants/VIDU-NET").json()
    assert (grant["holder_id"], grant["claims"][0]["resource"]) == ("holder-1", "198.18.0.0/22")
    held = client.get("/v1/holdings", params={"space": "ipv4", "resource": "198.18.0.1"}).json()
    assert [each["grant_id"] for each in held] == ["POOL4", "VIDU-NET", "VIDU-LAN"]
    early = {"space": "ipv4", "resource": "198.18.0.1", "legal_at": "2001-01-01T00:00:00Z"}
    assert client.get("/v1/holdings", params=early).json() == []
    assert [each["kind"] for each in client.get("/v1/grants/TAM-DUNG/history").json()] == ["opened", "changed"]
    assert client.get("/v1/grants/POOLAS/utilisation").json()["free"] == "11"
    assert {pool["grant_id"] for pool in client.get("/v1/pools").json()} == {"POOL4", "POOL6", "POOLAS"}
    first = client.get("/v1/grants/POOL4/children", params={"limit": 2}).json()
    rest = client.get("/v1/grants/POOL4/children", params={"after": first["following"]}).json()
    assert [each["claim_id"] for each in first["items"]] == ["VIDU-NET.0", "NGUOI-NET.0"]
    assert rest["items"][0]["claim_id"] == "KHONG-RO.0"
    assert [each["grant_id"] for each in client.get("/v1/holders/person-1/grants").json()] == ["NGUOI-NET"]
    for path in ("/v1/holders", "/v1/holders/person-1", "/v1/holders/holder-1"):
        assert SECRET not in client.get(path).text


def test_a_change_is_done_once_for_its_key(ledger: Ledger, registered: Registered) -> None:
    client, headers = client_of(ledger), signed(registered.token)
    rehearsed = client.post("/v1/grants", json=GRANT | {"dry_run": True}, headers=signed(registered.token))
    assert rehearsed.status_code == 200, rehearsed.text
    assert client.get("/v1/grants/REST-1").status_code == 404
    done = client.post("/v1/grants", json=GRANT, headers=headers).json()
    again = client.post("/v1/grants", json=GRANT, headers=headers).json()
    assert (done["again"], again["again"]) == (False, True)
    assert done["entry_id"] == again["entry_id"]
    assert client.get("/v1/grants/REST-1").json()["state"] == "assigned"
    taken = client.post("/v1/grants", json=GRANT | {"grant_id": "REST-2"}, headers=signed(registered.token))
    assert (taken.status_code, taken.json()["code"]) == (409, "ledger-overlap")
    assert taken.headers["content-type"] == "application/problem+json"
    given_back = {"actor": "officer-1", "purpose": "test", "reason": "asked for"}
    assert client.post("/v1/grants/REST-1/return", json=given_back, headers=signed(registered.token)).status_code == 200
    assert client.get("/v1/grants/REST-1").json()["state"] == "returned"


def test_pools_holders_and_the_rest_of_the_life_of_a_grant(ledger: Ledger, registered: Registered) -> None:
    client = client_of(ledger)

    def do(path: str, **said: Any) -> Any:
        body = {"actor": "officer-1", "purpose": "test"} | said
        response = client.post(f"/v1/{path}", json=body, headers=signed(registered.token))
        assert response.status_code == 200, response.text
        return response.json()

    do("pools", space="asn", resources=["65536-65551"], authority="RFC 5398", grant_id="POOL-REST")
    (holder,) = do("holders", kind="agency", name="Cơ quan Ví Dụ", handle="COQUAN")["holder_ids"]
    (grant,) = do("next-grants", parent_id="POOL-REST", level="assigned", count=1, holder_id=holder)["grant_ids"]
    do(f"grants/{grant}/suspend", reason="unpaid")
    do(f"grants/{grant}/resume")
    do(f"grants/{grant}/transfer", holder_id="holder-1")
    (six,) = do("grants", parent_id="POOL6", level="assigned", resources=["3fff:f00::/48"])["grant_ids"]
    do(f"grants/{six}/reverse", servers=["ns1.example.net", "ns2.example.net"])
    told = client.get(f"/v1/grants/{six}").json()["attributes"]
    assert told == {"nameservers": "ns1.example.net ns2.example.net"}
    do(f"grants/{grant}/revoke", reason="decision 1")
    assert client.get(f"/v1/grants/{grant}").json()["state"] == "revoked"


@pytest.mark.parametrize(
    ("allow_writes", "address", "token", "status", "code"),
    [
        (False, HERE, "right", 403, "writes-off"),
        (True, ("192.0.2.1", 1), "right", 403, "writes-off"),
        (True, HERE, "wrong", 401, "token-wrong"),
        (True, HERE, "", 401, "token-wrong"),
    ],
)
def test_changes_need_the_option_this_machine_and_the_token(
    ledger: Ledger,
    registered: Registered,
    allow_writes: bool,
    address: tuple[str, int],
    token: str,
    status: int,
    code: str,
) -> None:
    client = client_of(ledger, allow_writes=allow_writes, address=address)
    headers = signed(registered.token if token == "right" else token)
    # Who claims to be forwarded from here is still elsewhere.
    response = client.post("/v1/grants", json=GRANT, headers=headers | {"x-forwarded-for": "127.0.0.1"})
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert ("www-authenticate" in response.headers) == (status == 401)


def test_a_problem_says_what_is_wrong_and_repeats_no_value(ledger: Ledger, registered: Registered) -> None:
    client = client_of(ledger)
    unknown = client.get("/v1/grants/NOBODY").json()
    assert unknown["type"] == "urn:sogoc:problem:ledger-grant-unknown"
    assert unknown["title_vi"] != unknown["title"]
    body = GRANT | {"level": SECRET, "surprise": SECRET}
    faulty = client.post("/v1/grants", json=body, headers=signed(registered.token))
    assert faulty.status_code == 422
    assert SECRET not in faulty.text
    assert client.post("/v1/grants", content=b"{", headers=signed(registered.token)).status_code == 422
    assert client.delete("/v1/grants/VIDU-NET").json()["code"] == "method-refused"
    assert client.get("/v1/moon").headers["content-type"] == "application/problem+json"
    large = client.post("/v1/grants", content=b" " * 200_000, headers=signed(registered.token))
    assert (large.status_code, large.json()["code"]) == (413, "request-too-large")


def test_who_asks_too_often_or_at_too_great_length_is_refused_by_the_face_that_was_asked(ledger: Ledger) -> None:
    client = client_of(ledger, rate=1)
    answers = [client.get("/rdap/ip/198.18.0.1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "1"
    assert answers[2].json()["errorCode"] == 429
    assert client.get("/v1/pools").json()["code"] == "rate-exceeded"
    assert client_of(ledger).get("/rdap/entity/" + "x" * 5_000).status_code == 414


def test_this_machine_is_known_by_address_alone() -> None:
    assert [
        is_loopback(host) for host in ("127.0.0.1", "127.8.8.8", "::1", "localhost", "0.0.0.0", "192.0.2.1", "")
    ] == [
        *(True, True, True),
        *(False, False, False, False),
    ]


def describe(ledger: Ledger, token: str) -> Any:
    """Give the OpenAPI document with an application behind it, to which every request comes from here, signed."""
    app = App(ledger, SERVICE, Limiter(0), allow_writes=True)

    async def from_here(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope["client"] = HERE
            kept = [header for header in scope["headers"] if header[0] != b"authorization"]
            scope["headers"] = [*kept, (b"authorization", f"Bearer {token}".encode())]
        await app(scope, receive, send)

    settings = schemathesis.Config(seed=20261124)
    found = schemathesis.openapi.from_asgi("/openapi.json", from_here, config=settings)
    found.config.generation.update(modes=list(GenerationMode))
    return found


def test_no_phase_of_testing_by_the_openapi_document_brings_up_a_server_error(
    ledger: Ledger, registered: Registered
) -> None:
    described = describe(ledger, registered.token)
    described.config.generation.update(max_examples=6, database="none")
    phases, requests, failures = set(), 0, []
    for event in engine.from_schema(described).execute():
        if isinstance(event, events.PhaseFinished):
            phases.add(event.phase.name.value)
        if isinstance(event, events.NonFatalError | events.FatalError):
            failures.append(str(event))
        if isinstance(event, events.ScenarioFinished):
            requests += len(event.recorder.interactions)
            failures += [
                f"{event.label} {check.name} {check.failure_info and check.failure_info.failure}"
                for checks in event.recorder.checks.values()
                for check in checks
                # What the form of a request allows, the rules of the registry may still refuse; and what another form
                # than the document's says clearly may be read.
                if check.status is not Status.SUCCESS
                and check.name not in {"positive_data_acceptance", "negative_data_rejection"}
            ]
    assert failures == []
    assert {"examples", "coverage", "fuzzing", "stateful"} <= {name.lower() for name in phases}
    assert requests > 400
