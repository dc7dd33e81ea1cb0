"""Which path is which query (RFC 9082), what stands around every answer, and where an error becomes a response."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.errors import ApiError
from api.rdap.answers import refuse
from api.rdap.bootstrap import FILES, Bootstrap
from api.rdap.lookups import Lookups
from api.rdap.searches import Searches
from api.refusals import MethodRefused, NotRegistered, QuestionUnsupported
from api.service import Service
from registries.errors import RegistryError
from registries.store.publishing import Publication

Endpoint = Callable[[Request], Awaitable[Response]]
_READS: Final = frozenset({"GET", "HEAD"})
_PUBLIC: Final = {"access-control-allow-origin": "*"}


class RdapApp:
    """Answers below /rdap and /bootstrap. Look-ups, nearly all that is asked, are found without a list of routes."""

    def __init__(self, service: Service, publication: Publication, bootstrap: Bootstrap) -> None:
        look = Lookups(service, publication, bootstrap)
        self._service = service
        self._routed = _routed(service, look, Searches(service, publication), bootstrap)
        self._looked_up: Mapping[str, tuple[str, Endpoint]] = {
            "ip": ("block", look.ip),
            "autnum": ("number", look.autnum),
            "entity": ("handle", look.entity),
            "domain": ("name", look.domain),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        parts = scope["path"].split("/", 3)
        found = self._looked_up.get(parts[2]) if len(parts) == 4 and parts[1] == "rdap" else None
        if found is None or scope["method"] not in _READS or not parts[3]:
            await self._routed(scope, receive, send)
            return
        name, endpoint = found
        scope["path_params"] = {name: parts[3]}
        request = Request(scope)
        try:
            response = await endpoint(request)
        except (ApiError, RegistryError) as error:
            response = refuse(self._service, request, error)
        except BaseException as error:  # an answer goes out, and the server learns of it
            await refuse(self._service, request, error)(scope, receive, send)
            raise
        await response(scope, receive, send)


def _routed(service: Service, look: Lookups, search: Searches, bootstrap: Bootstrap) -> Starlette:
    """Give the application for every path."""

    async def bootstrap_file(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in FILES:
            raise NotRegistered(kind="bootstrap", text=name)
        return JSONResponse(bootstrap.file(name), headers=_PUBLIC)

    async def refused(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException):
            error = _told(request, error)
        return refuse(service, request, error)

    paths: list[tuple[str, Endpoint]] = [
        ("/rdap/ip/{block:path}", look.ip),
        ("/rdap/autnum/{number:path}", look.autnum),
        ("/rdap/entity/{handle:path}", look.entity),
        ("/rdap/domain/{name:path}", look.domain),
        ("/rdap/nameserver/{name}", look.nameserver),
        ("/rdap/help", look.help),
        *search.paths(),
        ("/bootstrap/{name}.json", bootstrap_file),
    ]
    return Starlette(
        routes=[Route(path, endpoint, methods=["GET"]) for path, endpoint in paths],
        exception_handlers={ApiError: refused, RegistryError: refused, HTTPException: refused, Exception: refused},
    )


def _told(request: Request, error: HTTPException) -> ApiError:
    if error.status_code == 405:
        return MethodRefused(method=request.method, allowed="GET, HEAD")
    return QuestionUnsupported(text="path", answered="xem · see /rdap/help")
