"""Look-ups: one object each (RFC 9082 section 3.1). What is not registered here may be known elsewhere (RFC 9224)."""

from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.rdap import queries
from api.rdap.answers import context_of, respond, single
from api.rdap.bootstrap import Bootstrap
from api.rdap.entities import contact_entity, party_entity
from api.rdap.objects import autnum, domain, ip_network
from api.refusals import NotRegistered, QuestionUnsupported
from api.registered import find_entity, find_zone, shown
from api.service import Service
from registries.store.publishing import Publication

IP: Final = ("nro_rdap_profile_0", "cidr0", "rirSearch1", "ips")
AUTNUM: Final = ("nro_rdap_profile_0", "nro_rdap_profile_asn_flat_0", "rirSearch1", "autnums")
ENTITY: Final = ("nro_rdap_profile_0", "rdap_objectTag")
DOMAIN: Final = ("nro_rdap_profile_0", "cidr0", "rirSearch1")
ALL: Final = (
    *("nro_rdap_profile_0", "nro_rdap_profile_asn_flat_0", "cidr0", "rdap_objectTag", "redacted"),
    *("rirSearch1", "ips", "autnums", "ipSearchResults", "autnumSearchResults"),
    *("paging", "sorting", "subsetting", "reverse_search"),
)
"""All extensions that any answer of this server may use; its help names them."""


class Lookups:
    """Answers to queries for one object."""

    def __init__(self, service: Service, publication: Publication, bootstrap: Bootstrap) -> None:
        self._service = service
        self._publication = publication
        self._bootstrap = bootstrap

    async def ip(self, request: Request) -> Response:
        """Answer /ip/ADDRESS and /ip/PREFIX with the smallest registered network that contains it."""
        text = request.path_params["block"]
        space, box = queries.read_block(text)
        found = self._publication.most_specific(space, box)
        if found is None:
            return self._elsewhere(self._bootstrap.for_block(space, box), f"ip/{text}", "địa chỉ · network", text)
        return self._one(request, ip_network(self._service, found, context_of(self._service, request)), IP)

    async def autnum(self, request: Request) -> Response:
        """Answer /autnum/NUMBER. A number that is in a pool and not given out is not found: the model is flat."""
        text = request.path_params["number"]
        box = queries.read_autnums(text)
        found = self._publication.most_specific("asn", box)
        if found is None:
            return self._elsewhere(self._bootstrap.for_autnum(box), f"autnum/{text}", "AS", text)
        if found.is_pool:
            raise NotRegistered(kind="AS", text=text)
        return self._one(request, autnum(self._service, found, context_of(self._service, request)), AUTNUM)

    async def entity(self, request: Request) -> Response:
        """Answer /entity/HANDLE: a holder or a contact of one, with what the holder has."""
        text = queries.read_text(request.path_params["handle"], "mã chủ thể · handle")
        found = find_entity(self._service, self._publication, text)
        if found is None:
            kind = "chủ thể · entity"
            return self._elsewhere(self._bootstrap.for_handle(text), f"entity/{text}", kind, shown(text))
        party, contact = found
        context = context_of(self._service, request)
        if contact is not None:
            return self._one(request, contact_entity(self._service, party, contact, context), ENTITY)
        return self._one(request, party_entity(self._service, party, context), ENTITY)

    async def domain(self, request: Request) -> Response:
        """Answer /domain/NAME for reverse zones that are delegated here."""
        name = queries.read_name(request.path_params["name"])
        zone = find_zone(self._publication, name)
        if zone is None:
            raise NotRegistered(kind="tên miền · domain", text=shown(name))
        return self._one(request, domain(self._service, zone, context_of(self._service, request)), DOMAIN)

    async def nameserver(self, request: Request) -> Response:
        """Refuse /nameserver: name servers are no objects of their own in a registry of numbers."""
        queries.read_name(request.path_params["name"])
        raise QuestionUnsupported(text="nameserver", answered="máy chủ tên đi theo /domain · they stand with /domain")

    async def help(self, request: Request) -> Response:
        """Answer /help: what this server is, what it can be asked, and by which extensions (RFC 9082 section 3.1.6)."""
        base = self._service.rdap_url
        words = {
            "title": "Trợ giúp · Help",
            "description": [
                f"RDAP của {self._service.agency}: địa chỉ IP, số hiệu mạng, chủ thể, tên miền ngược.",
                f"RDAP of {self._service.agency}: IP addresses, AS numbers, entities, reverse names.",
                f"{base}ip/, autnum/, entity/, domain/, ips, autnums, entities, domains",
            ],
        }
        whole = {
            "rdapConformance": ["rdap_level_0", *ALL],
            "reverse_search_properties": [
                {"searchableResourceType": kind, "relatedResourceType": "entity", "property": "handle"}
                for kind in ("ips", "autnums")
            ],
        }
        return respond(self._service, request, whole, words=(words,))

    def _one(self, request: Request, found: dict[str, Any], extensions: tuple[str, ...]) -> Response:
        return single(self._service, request, found, extensions)

    def _elsewhere(self, base: str | None, path: str, kind: str, text: str) -> Response:
        if base is None or base == self._service.rdap_url:
            raise NotRegistered(kind=kind, text=text)
        return RedirectResponse(base + quote(path, safe="/:"), 302, {"access-control-allow-origin": "*"})
