"""Pages of a search: how many, in which order, which fields (RFC 8977, RFC 8982), and what is told about them."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

from api.rdap.answers import LEVEL, context_of
from api.rdap.entities import redactions
from api.rdap.links import link
from api.rdap.queries import read_text
from api.refusals import QuestionUnreadable
from api.registered import shown
from api.service import Service
from registries.store.publishing_lists import Listed, Page

Item = TypeVar("Item")
PAGE_SIZE: Final = 50
FIELD_SETS: Final = {
    "id": ("objectClassName", "handle", "ldhName", "links"),
    "brief": (
        *("objectClassName", "handle", "ldhName", "name", "startAddress", "endAddress", "ipVersion", "cidr0_cidrs"),
        *("startAutnum", "endAutnum", "country", "type", "status", "vcardArray", "links"),
    ),
    "full": (),
}
"""Field sets (RFC 8982 section 4) -> members kept; `full` keeps all."""
_DESCRIBED: Final = {
    "id": "mã và liên kết · key fields and links",
    "brief": "không kèm chủ thể, sự kiện · without entities and events",
    "full": "đầy đủ · everything",
}
SORTS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "ips": {
        "startAddress": ("place", "$.ipSearchResults[*].startAddress"),
        "handle": ("handle", "$.ipSearchResults[*].handle"),
        "registrationDate": ("registered", "$.ipSearchResults[*].events[?(@.eventAction=='registration')].eventDate"),
    },
    "autnums": {
        "startAutnum": ("place", "$.autnumSearchResults[*].startAutnum"),
        "handle": ("handle", "$.autnumSearchResults[*].handle"),
        "registrationDate": (
            "registered",
            "$.autnumSearchResults[*].events[?(@.eventAction=='registration')].eventDate",
        ),
    },
    "entities": {
        "fn": ("name", "$.entitySearchResults[*].vcardArray[1][?(@[0]=='fn')][3]"),
        "handle": ("handle", "$.entitySearchResults[*].handle"),
    },
    "domains": {},
}
"""Sorting properties of each kind of search -> the order of the registries, and where the value stands in an answer."""
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}
_TEXTS: Final = frozenset({"fn", "handle"})
_BITS: Final = {"": 20, "registrationDate": 63}
"""Widths of the numbers that cursors hold: places in a list, microseconds; else a place in 128 bits."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search asks for: a text, the property it is compared with, a page. `sort` is empty for a fixed order."""

    kind: str
    by: str
    text: str
    page: Page
    sort: str
    default_sort: str
    field_set: str

    @classmethod
    def read(cls, request: Request, properties: tuple[str, ...], kind: str, *, sort: str = "") -> "Wanted":
        """Read the parameters of a search; one of `properties` has to be given, where there are any.

        `sort` is the order where none is asked for; a search without one cannot be sorted otherwise.

        Raises:
            QuestionUnreadable: A parameter is missing, doubled, or without meaning.
        """
        given = request.query_params
        named = [name for name in properties if name in given]
        if properties and len(named) != 1:
            reason = f"cần đúng một trong · exactly one is needed of {', '.join(properties)}"
            raise QuestionUnreadable(text="?", kind="tìm kiếm · search", reason=reason)
        for name in given:
            if len(given.getlist(name)) > 1:
                raise QuestionUnreadable(text=shown(name), kind="tham số · parameter", reason="it stands there twice")
        by = named[0] if named else ""
        text = read_text(given[by], "mẫu tìm · search pattern") if by else ""
        order, descending = _sort(given.get("sort"), SORTS[kind] if sort else {}, sort)
        field_set = given.get("fieldSet", "full")
        if field_set not in FIELD_SETS:
            raise QuestionUnreadable(text=shown(field_set), kind="fieldSet", reason=", ".join(FIELD_SETS))
        after = _cursor(given.get("cursor"), (kind, order, descending))
        place = SORTS[kind][order][0] if order else ""
        page = Page(PAGE_SIZE, place, descending, after, _flag(given.get("count")))
        return cls(kind, by, text, page, order, sort, field_set)

    def cut(self, items: Sequence[Item]) -> Listed[Item]:
        """Give the page of a whole list, whose items are counted through."""
        start = int(self.page.after[0]) if self.page.after else 0
        stop = start + self.page.limit
        following = (str(stop), "") if stop < len(items) else None
        return Listed(tuple(items[start:stop]), following, len(items) if self.page.count else None)

    def token(self, following: tuple[str, str]) -> str:
        """Write a cursor (RFC 8977 section 2.4): opaque to clients, and good for one kind of search and one order."""
        plain = [self.kind, self.sort, self.page.descending, *following]
        text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _flag(text: str | None) -> bool:
    if text is None:
        return False
    if text.lower() not in _FLAGS:
        raise QuestionUnreadable(text=shown(text), kind="count", reason="true, false")
    return _FLAGS[text.lower()]


def _sort(text: str | None, sorts: Mapping[str, tuple[str, str]], default: str) -> tuple[str, bool]:
    if text is None:
        return default, False
    name, colon, way = text.partition(":")
    if name not in sorts or (colon and way not in {"a", "d"}):
        known = ", ".join(sorts) or "(không có · none)"
        raise QuestionUnreadable(text=shown(text), kind="sort", reason=f"{known}; :a, :d")
    return name, way == "d"


def _cursor(text: str | None, search: tuple[str, str, bool]) -> tuple[str, str] | None:
    if text is None:
        return None
    try:
        *whose, value, name = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=="))
    except (binascii.Error, UnicodeError, ValueError, TypeError) as cause:
        raise QuestionUnreadable(text=shown(text), kind="cursor", reason="it was not given out here") from cause
    sound = isinstance(value, str) and isinstance(name, str) and tuple(whose) == search
    if not sound or not f"{value}{name}".isprintable() or not _fits(value, search[1]):
        raise QuestionUnreadable(text=shown(text), kind="cursor", reason="it belongs to another search")
    return value, name


def _fits(value: str, sort: str) -> bool:
    if sort in _TEXTS:
        return True
    return value.isascii() and value.isdecimal() and len(value) < 40 and int(value) < 1 << _BITS.get(sort, 128)


def listing(
    service: Service,
    request: Request,
    wanted: Wanted,
    member: str,
    objects: list[dict[str, Any]],
    found: Listed[Any],
    extensions: tuple[str, ...],
) -> tuple[dict[str, Any], bool]:
    """Give the document of a page, with what is told about paging, sorting and field sets; and if some is withheld."""
    context = context_of(service, request)
    kept = FIELD_SETS[wanted.field_set]
    results, withheld = [], False
    for place, one in enumerate(objects):
        shown_part = {name: one[name] for name in kept if name in one} if kept else one
        hidden = redactions(shown_part, f"$.{member}[{place}]")
        withheld = withheld or bool(hidden)
        results.append(shown_part | {"redacted": hidden} if hidden else shown_part)
    conformance = [LEVEL, *extensions, "paging", "sorting", "subsetting"]
    if "reverse_search" in request.url.path:
        conformance.append("reverse_search")
    whole: dict[str, Any] = {"rdapConformance": [*conformance, "redacted"] if withheld else conformance}
    whole[member] = results
    if "reverse_search" in conformance:
        whole["reverse_search_properties_mapping"] = [{"property": "handle", "propertyPath": "$.entities[*].handle"}]
    whole["paging_metadata"] = {"pageSize": len(results)} | ({} if found.total is None else {"totalCount": found.total})
    if wanted.sort:
        whole["sorting_metadata"] = _sorting(service, request, wanted, context)
    whole["subsetting_metadata"] = {
        "currentFieldSet": wanted.field_set,
        "availableFieldSets": [
            {
                "name": name,
                "default": name == "full",
                "description": words,
                "links": [link(context, "alternate", _again(service, request, fieldSet=name))],
            }
            for name, words in _DESCRIBED.items()
        ],
    }
    if found.following:
        further = _again(service, request, cursor=wanted.token(found.following))
        whole["paging_metadata"]["links"] = [link(context, "next", further)]
    return whole, withheld


def _sorting(service: Service, request: Request, wanted: Wanted, context: str) -> dict[str, Any]:
    told: dict[str, Any] = {"currentSort": wanted.sort + (":d" if wanted.page.descending else "")}
    told["availableSorts"] = [
        {
            "property": name,
            "jsonPath": path,
            "default": name == wanted.default_sort,
            "links": [
                link(context, "alternate", _again(service, request, sort=name)),
                link(context, "alternate", _again(service, request, sort=f"{name}:d")),
            ],
        }
        for name, (_, path) in SORTS[wanted.kind].items()
    ]
    return told


def _again(service: Service, request: Request, **other: str) -> str:
    kept = {name: value for name, value in request.query_params.items() if name not in other and name != "cursor"}
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    return f"{service.base_url}{path}?{urlencode(kept | other)}"
