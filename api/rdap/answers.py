"""The document of an RDAP answer, and the HTTP response that carries it (RFC 7480, RFC 9083 sections 4 and 6)."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.problems import problem_of
from api.rdap.entities import redactions
from api.rdap.links import TYPE, link
from api.service import Service

LEVEL: Final = "rdap_level_0"
_OPEN: Final = {"access-control-allow-origin": "*", "content-type": TYPE}
_HERE: Final = "urn:here"
_HERE_WRITTEN: Final = _HERE.encode()
_TEXT: Final = "text/html"
_TERMS: Final = (
    ("vi", "Điều khoản sử dụng", "Dữ liệu chỉ dùng cho vận hành và an toàn mạng; không sao chép hàng loạt."),
    ("en", "Terms of Service", "For operating and securing networks only; no bulk copying."),
)
_WRONG: Final = (
    ("vi", "Báo sai lệch dữ liệu", "Nếu thấy dữ liệu sai, xin báo theo liên kết."),
    ("en", "Whois Inaccuracy Reporting", "If you see inaccuracies in the results, please follow the link."),
)
_WITHHELD: Final = (
    ("vi", "Dữ liệu đã lược bớt", "Một số dữ liệu cá nhân không được công bố."),
    ("en", "Redacted", "Some personal data are not published."),
)


def context_of(service: Service, request: Request) -> str:
    """Give the address under which the document was asked for."""
    query = request.scope["query_string"]
    path = service.base_url + request.scope["raw_path"].decode("latin-1").partition("?")[0]
    return f"{path}?{query.decode('latin-1')}" if query else path


@lru_cache(maxsize=8)
def _around(service: Service, *, withheld: bool) -> bytes:
    """Give the notices of every document as text, with a mark where its address stands.

    Written once a service: they are half of an answer, and the same for all.
    """
    return orjson.dumps(_notices(service, withheld=withheld))[1:-1]


def _notices(service: Service, *, withheld: bool) -> list[dict[str, Any]]:
    """Give terms and where to report errors, in Vietnamese and in English, as the NRO profile wants them."""
    found = [_notice(*words, [link(_HERE, "terms-of-service", service.terms, _TEXT)]) for words in _TERMS]
    found += [_notice(*words, [link(_HERE, "inaccuracy-report", service.inaccuracy, _TEXT)]) for words in _WRONG]
    if withheld:
        found += [_notice(*words) for words in _WITHHELD]
    return found


def _notice(lang: str, title: str, text: str, links: list[dict[str, str]] | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"title": title, "lang": lang, "description": [text]}
    return found | {"links": links} if links else found


def single(service: Service, request: Request, found: dict[str, Any], extensions: Sequence[str]) -> Response:
    """Give the response of one object: conformance, the object, what of it is redacted, notices."""
    hidden = redactions(found)
    conformance = [LEVEL, *extensions, "redacted"] if hidden else [LEVEL, *extensions]
    whole = {"rdapConformance": conformance, **found}
    if hidden:
        whole["redacted"] = hidden
    return respond(service, request, whole, withheld=bool(hidden))


def respond(
    service: Service,
    request: Request,
    whole: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] = {},
    *,
    withheld: bool = False,
    words: Sequence[Mapping[str, Any]] = (),
) -> Response:
    """Give the response of a document, to which notices are added, `words` before all others.

    Nothing but its headers goes to HEAD, and 304 to whoever has it already.

    References: RFC 7480 section 5, RFC 9110 sections 9.3.2 and 13.1.2.
    """
    here = orjson.dumps(context_of(service, request))[1:-1]
    own = b"".join(orjson.dumps(notice) + b"," for notice in words)
    told = own + _around(service, withheld=withheld).replace(_HERE_WRITTEN, here)
    body = b'%b,"notices":[%b],"lang":"vi"}' % (orjson.dumps(whole)[:-1], told)
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    if status == 200 and tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"access-control-allow-origin": "*", "etag": tag})
    sent = {**_OPEN, "content-length": str(len(body)), **headers}
    if status == 200:
        sent["etag"] = tag
    return Response(b"" if request.method == "HEAD" else body, status, sent)


def refuse(
    service: Service,
    request: Request,
    error: BaseException,
    headers: Mapping[str, str] = {},
) -> Response:
    """Give the error response (RFC 9083 section 6) of an error of ours; of any other it tells nothing but that."""
    problem = problem_of(error)
    detail = str(error) if getattr(error, "code", None) == problem.code else f"{problem.vi} · {problem.en}"
    whole = {
        "rdapConformance": [LEVEL],
        "errorCode": problem.http_status,
        "title": f"{problem.vi} · {problem.en}",
        "description": [detail],
    }
    return respond(service, request, whole, problem.http_status, headers)
