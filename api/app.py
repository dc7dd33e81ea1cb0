"""The composition root of the servers: one HTTP application (REST, RDAP, bootstrap files) over one ledger."""

import datetime
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from starlette.requests import Request

from api.errors import ApiError
from api.limits import Limiter
from api.rdap.answers import refuse
from api.rdap.bootstrap import Bootstrap
from api.rdap.routes import RdapApp
from api.refusals import AddressTooLong, RateExceeded, RequestTooLarge
from api.rest.app import problem_response, rest_app
from api.service import Service
from registries.addresses.history import pools
from registries.store import Ledger
from registries.store.publishing import Publication

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
LONGEST_ADDRESS: Final = 4_096
LARGEST_BODY: Final = 65_536
_REST: Final = ("/v1", "/openapi.json")


class App:
    """Sends each request to the face it is for; refuses what is too long or comes too fast before anything else."""

    def __init__(self, ledger: Ledger, service: Service, limiter: Limiter, *, allow_writes: bool = False) -> None:
        publication = Publication(ledger)
        today = datetime.datetime.now(datetime.UTC).date()
        self._service = service
        self._limiter = limiter
        self._rdap = RdapApp(service, publication, Bootstrap(service, lambda: pools(ledger), on=today))
        self._rest = rest_app(ledger, allow_writes=allow_writes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._rest(scope, receive, send)
            return
        refused, headers = self._refusal(scope)
        is_rest = scope["path"].startswith(_REST)
        if refused is None and not is_rest:
            await self._rdap(scope, receive, send)
            return
        body = b"" if refused else await _body(receive)
        if body is None:
            refused = RequestTooLarge(limit=LARGEST_BODY)
        if refused is None:
            await self._rest(scope, _once(body, receive), send)
            return
        request = Request(scope)
        response = problem_response(refused, headers) if is_rest else refuse(self._service, request, refused, headers)
        await response(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[ApiError | None, dict[str, str]]:
        length = len(scope.get("raw_path") or b"") + len(scope["query_string"])
        if length > LONGEST_ADDRESS:
            return AddressTooLong(length=length, limit=LONGEST_ADDRESS), {}
        wait_s = self._limiter.wait_s(scope["client"][0]) if self._limiter.rate and scope.get("client") else 0.0
        if not wait_s:
            return None, {}
        seconds = max(1, round(wait_s))
        return RateExceeded(rate=self._limiter.rate, seconds=seconds), {"retry-after": str(seconds)}


async def _body(receive: Receive) -> bytes | None:
    """Give the whole body of a request; None where it is too large, and the rest of it is not read."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body", False):
            return body


def _once(body: bytes | None, receive: Receive) -> Receive:
    """Give a body that was read already to the application that asks for it, then whatever else comes."""
    messages = [{"type": "http.request", "body": body or b"", "more_body": False}]

    async def again() -> Message:
        return messages.pop() if messages else await receive()

    return again
