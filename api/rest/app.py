"""The REST application: its routes, and where an error becomes a problem document."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from api.errors import ApiError
from api.problems import problem_of
from api.refusals import MethodRefused, NotRegistered, RequestFaulty
from api.rest.reads import read_routes
from api.rest.writes import write_routes
from registries.errors import RegistryError
from registries.store import Ledger

PROBLEM: Final = "application/problem+json"


def rest_app(ledger: Ledger, *, allow_writes: bool) -> FastAPI:
    """Give the application that answers below /v1, with its OpenAPI document at /openapi.json."""
    app = FastAPI(
        title="Sổ Gốc",
        summary="Sổ tài nguyên Internet · The register of Internet resources",
        version="1",
        docs_url=None,
        redoc_url=None,
    )
    routers = (read_routes(ledger), write_routes(ledger, allow_writes=allow_writes))
    for router in routers:
        app.include_router(router)
    routes = [route for router in routers for route in router.routes if isinstance(route, Route)]

    async def refused(request: Request, error: Exception) -> JSONResponse:
        return problem_response(_told(request, error, routes))

    for kind in (ApiError, RegistryError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, refused)
    return app


def problem_response(error: Exception, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Give the problem document of an error (RFC 9457); of what is no error of ours it tells nothing but that."""
    problem = problem_of(error)
    content: dict[str, Any] = {
        "type": f"urn:sogoc:problem:{problem.code}",
        "title": problem.en,
        "title_vi": problem.vi,
        "status": problem.http_status,
        "code": problem.code,
    }
    if getattr(error, "code", None) == problem.code:
        content["detail"] = str(error)
    told = dict(headers or {})
    if problem.http_status == 401:
        told["www-authenticate"] = "Bearer"
    if isinstance(error, MethodRefused):
        told["allow"] = str(error.fields["allowed"])
    return JSONResponse(content, problem.http_status, told, media_type=PROBLEM)


def _told(request: Request, error: Exception, routes: Sequence[Route]) -> Exception:
    if isinstance(error, RequestValidationError):
        # The text of a value is left out: it may be somebody's.
        first = error.errors()[0]
        return RequestFaulty(where=".".join(str(part) for part in first["loc"]), reason=first["msg"])
    if isinstance(error, HTTPException):
        if error.status_code == 405:
            return MethodRefused(method=request.method, allowed=", ".join(_methods(request, routes)))
        if error.status_code == 404:
            return NotRegistered(kind="đường dẫn · path", text="/v1")
        return RequestFaulty(where="body", reason=str(error.detail))
    return error


def _methods(request: Request, routes: Sequence[Route]) -> list[str]:
    """Give the methods that a path has, over all its routes."""
    matching = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in matching for method in route.methods or ()})
