"""Searches: lists of objects by name, handle, holder and relation (RFC 9082 section 3.2, RFC 9536, RFC 9910).

They run on a thread of their own, so that a long one keeps no look-up waiting.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from api.rdap import queries
from api.rdap.answers import context_of, respond, single
from api.rdap.entities import party_entity
from api.rdap.lookups import AUTNUM, DOMAIN, ENTITY, IP
from api.rdap.objects import domain, resource_object
from api.rdap.pages import Wanted, listing
from api.refusals import NotRegistered, QuestionUnprocessable, QuestionUnreadable, QuestionUnsupported
from api.registered import SPACES, find_entity, shown
from api.service import Service
from registries.ledger.boxes import Box, subtract
from registries.publication import Resource, block_of_name, zones_of
from registries.publication.reverse import ReverseZone
from registries.store.publishing import Publication
from registries.store.publishing_lists import Listed, Lists

ADDRESSES: Final = ("ipv4", "ipv6")
MEMBER: Final = {"ips": "ipSearchResults", "autnums": "autnumSearchResults"}
WIDEST: Final = 5_000
"""Resources that a search from the bottom looks at; a wider one has to be narrowed."""
_EXTENSIONS: Final = {"ips": (*IP, "ipSearchResults"), "autnums": (*AUTNUM, "autnumSearchResults")}
_FIRST: Final = {"ips": "startAddress", "autnums": "startAutnum"}
_SPACES: Final = {"ips": ADDRESSES, "autnums": ("asn",)}
_RELATIONS: Final = ("rdap-up", "rdap-down", "rdap-top", "rdap-bottom")
_KINDS: Final = {"ips": "địa chỉ · network", "autnums": "AS", "domains": "tên miền · domain"}


class Searches:
    """Answers to queries for many objects."""

    def __init__(self, service: Service, publication: Publication) -> None:
        self._service = service
        self._publication = publication
        self._lists = Lists(publication)

    def paths(self) -> list[tuple[str, Callable[[Request], Awaitable[Response]]]]:
        """Give all paths of searches with their endpoints."""
        found: list[tuple[str, Callable[[Request], Awaitable[Response]]]] = []
        for kind in ("ips", "autnums"):
            found += [
                (f"/rdap/{kind}", self._on_a_thread(partial(self._resources, kind))),
                (
                    f"/rdap/{kind}/rirSearch1/{{relation}}/{{place:path}}",
                    self._on_a_thread(partial(self._related, kind)),
                ),
                (f"/rdap/{kind}/reverse_search/entity", self._on_a_thread(partial(self._held, kind))),
            ]
        found += [
            ("/rdap/entities", self._on_a_thread(self._entities)),
            ("/rdap/domains", self._on_a_thread(self._domains)),
            ("/rdap/domains/rirSearch1/{relation}/{place:path}", self._on_a_thread(self._related_domains)),
            ("/rdap/nameservers", self._nameservers),
        ]
        return found

    def _on_a_thread(self, answer: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await to_thread.run_sync(answer, request)

        return endpoint

    async def _nameservers(self, _: Request) -> Response:
        raise QuestionUnsupported(text="nameservers", answered="máy chủ tên đi theo /domain · they stand with /domain")

    def _resources(self, kind: str, request: Request) -> Response:
        wanted = Wanted.read(request, ("handle", "name"), kind, sort="handle")
        text, starts = _pattern(wanted.text)
        found = self._lists.named(_SPACES[kind], wanted.by, text, starts=starts, page=wanted.page)
        return self._listed(kind, request, wanted, found)

    def _held(self, kind: str, request: Request) -> Response:
        """Answer a reverse search (RFC 9536) for what the holder of a handle has."""
        wanted = Wanted.read(request, ("handle",), kind, sort=_FIRST[kind])
        holder = find_entity(self._service, self._publication, wanted.text)
        if holder is None:
            return self._listed(kind, request, wanted, Listed(()))
        found = self._lists.held_by(_SPACES[kind], holder[0].holder_id, wanted.page)
        return self._listed(kind, request, wanted, found)

    def _entities(self, request: Request) -> Response:
        wanted = Wanted.read(request, ("fn", "handle"), "entities", sort="fn")
        text, starts = _pattern(wanted.text)
        if wanted.by == "handle" and not starts:
            text = text.removesuffix(f"-{self._service.tag}")
        by = "name" if wanted.by == "fn" else "handle"
        found = self._lists.parties(by, text, starts=starts, page=wanted.page)
        context = context_of(self._service, request)
        objects = [party_entity(self._service, party, context) for party in found.items]
        return self._answer(request, wanted, "entitySearchResults", objects, found, ENTITY)

    def _related(self, kind: str, request: Request) -> Response:
        """Answer a relation search (RFC 9910 section 3): up and top give one object, down and bottom a list."""
        relation, text = _relation(request), request.path_params["place"]
        space, box = ("asn", queries.read_autnums(text, ranges=True)) if kind == "autnums" else queries.read_block(text)
        if relation in {"rdap-up", "rdap-top"}:
            active = _active(request)
            over = [each for each in self._publication.containing(space, box) if each.box != box]
            over = [each for each in over if not active or each.state.value in {"allocated", "assigned"}]
            if not over:
                raise NotRegistered(kind=f"{relation} {_KINDS[kind]}", text=shown(text))
            chosen = over[0] if relation == "rdap-top" else over[-1]
            found = resource_object(self._service, chosen, context_of(self._service, request))
            return single(self._service, request, found, _EXTENSIONS[kind])
        _refuse_status(request)
        if relation == "rdap-down":
            wanted = Wanted.read(request, (), kind, sort=_FIRST[kind])
            return self._listed(kind, request, wanted, self._lists.below(space, box, wanted.page))
        wanted = Wanted.read(request, (), kind)
        return self._listed(kind, request, wanted, wanted.cut(self._bottom(space, box)))

    def _bottom(self, space: str, box: Box) -> list[Resource]:
        """Give the resources that are the smallest around some number of a box, in the order of their place."""
        found = self._publication.overlapping(space, box, WIDEST + 1)
        if len(found) > WIDEST:
            reason = f"hơn {WIDEST} kết quả, hãy thu hẹp · more than {WIDEST} resources, narrow it"
            raise QuestionUnprocessable(text="rdap-bottom", reason=reason)
        inside: dict[str, list[Box]] = {}
        for one in found:
            inside.setdefault(one.parent_handle, []).append(one.box)
        smallest = [one for one in found if subtract((_within(one.box, box),), inside.get(one.handle, ()))]
        return sorted(smallest, key=lambda one: (one.box.first, one.tier))

    def _domains(self, request: Request) -> Response:
        """Answer a search for reverse zones: by name, or all below a name (*.2.0.192.in-addr.arpa)."""
        wanted = Wanted.read(request, ("name",), "domains")
        below = wanted.text.startswith("*.")
        name = queries.read_name(wanted.text[2:] if below else wanted.text)
        zones = self._zones(name, "name")
        chosen = [zone for zone in zones if below or zone.name == name]
        return self._zone_list(request, wanted, chosen)

    def _related_domains(self, request: Request) -> Response:
        relation = _relation(request)
        name = queries.read_name(request.path_params["place"])
        block = block_of_name(name)
        if block is None:
            raise NotRegistered(kind=_KINDS["domains"], text=shown(name))
        if relation in {"rdap-up", "rdap-top"}:
            _active(request)
            over = [
                zone
                for one in self._publication.containing(SPACES[block.family], Box(block.first, block.last))
                for zone in zones_of(one)
                if zone.block.contains(block) and zone.block != block
            ]
            if not over:
                raise NotRegistered(kind=f"{relation} {_KINDS['domains']}", text=shown(name))
            ordered = sorted(over, key=lambda zone: zone.block.size)
            context = context_of(self._service, request)
            found = domain(self._service, ordered[0] if relation == "rdap-up" else ordered[-1], context)
            return single(self._service, request, found, DOMAIN)
        _refuse_status(request)
        wanted = Wanted.read(request, (), "domains")
        zones = [zone for zone in self._zones(name, "place") if zone.block != block]
        if relation == "rdap-down":
            widest = [zone for zone in zones if not any(_over(other, zone) for other in zones)]
            return self._zone_list(request, wanted, widest)
        return self._zone_list(request, wanted, [one for one in zones if not any(_over(one, each) for each in zones)])

    def _zones(self, name: str, what: str) -> list[ReverseZone]:
        block = block_of_name(name)
        if block is None:
            return []
        found = self._publication.overlapping(SPACES[block.family], Box(block.first, block.last), WIDEST + 1)
        zones = {zone.name: zone for one in found for zone in zones_of(one, within=block, limit=WIDEST + 1)}
        if max(len(found), len(zones)) > WIDEST:
            reason = f"hơn {WIDEST} kết quả, hãy thu hẹp · more than {WIDEST} zones, narrow it"
            raise QuestionUnprocessable(text=what, reason=reason)
        return sorted(zones.values(), key=lambda zone: (zone.block, zone.name))

    def _zone_list(self, request: Request, wanted: Wanted, zones: Sequence[ReverseZone]) -> Response:
        found = wanted.cut(list(zones))
        objects = [domain(self._service, zone, context_of(self._service, request)) for zone in found.items]
        return self._answer(request, wanted, "domainSearchResults", objects, found, DOMAIN)

    def _listed(self, kind: str, request: Request, wanted: Wanted, found: Listed[Resource]) -> Response:
        context = context_of(self._service, request)
        objects = [resource_object(self._service, one, context) for one in found.items]
        return self._answer(request, wanted, MEMBER[kind], objects, found, _EXTENSIONS[kind])

    def _answer(
        self,
        request: Request,
        wanted: Wanted,
        member: str,
        objects: list[dict[str, Any]],
        found: Listed[Any],
        extensions: tuple[str, ...],
    ) -> Response:
        whole, withheld = listing(self._service, request, wanted, member, objects, found, extensions)
        return respond(self._service, request, whole, withheld=withheld)


def _pattern(text: str) -> tuple[str, bool]:
    """Read a search pattern (RFC 9082 section 4.1): a star at the end stands for any further characters."""
    starts = text.endswith("*")
    plain = text[:-1] if starts else text
    if "*" in plain or not plain:
        reason = "dấu * chỉ đứng ở cuối, sau ít nhất một ký tự · a star stands at the end, after one character at least"
        raise QuestionUnprocessable(text=shown(text), reason=reason)
    return queries.read_text(plain, "mẫu tìm · search pattern"), starts


def _relation(request: Request) -> str:
    relation: str = request.path_params["relation"]
    if relation not in _RELATIONS:
        raise QuestionUnreadable(text=shown(relation), kind="quan hệ · relation", reason=", ".join(_RELATIONS))
    return relation


def _active(request: Request) -> bool:
    """Read the status asked for (RFC 9910 section 3.3): active alone can be."""
    status = request.query_params.get("status")
    if status not in {None, "active"}:
        raise QuestionUnsupported(text=f"status={shown(status or '')}", answered="status=active")
    return status == "active"


def _refuse_status(request: Request) -> None:
    if "status" in request.query_params:
        raise QuestionUnsupported(text="status", answered="rdap-up, rdap-top")


def _within(box: Box, other: Box) -> Box:
    return Box(max(box.first, other.first), min(box.last, other.last))


def _over(zone: ReverseZone, other: ReverseZone) -> bool:
    return zone.block != other.block and zone.block.contains(other.block)
