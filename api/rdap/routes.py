"""Which path is which query (RFC 9082), what stands around every answer, and where an error becomes a response."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

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
_PUBLIC: Final = {"access-control-allow-origin": "*"}


def rdap_app(service: Service, publication: Publication, bootstrap: Bootstrap) -> Starlette:
    """Give the application that answers below /rdap and /bootstrap."""
    look, search = Lookups(service, publication, bootstrap), Searches(service, publication)

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
        ("/rdap/autnum/{number}", look.autnum),
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
