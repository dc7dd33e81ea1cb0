"""Resources and reverse zones as RDAP objects: RFC 9083 sections 5.3 to 5.5, the NRO profile, RFC 9910 links."""

from typing import Any
from urllib.parse import quote

from api.rdap.entities import party_entity
from api.rdap.links import link
from api.registered import NOT_RECORDED, moment, resource_type, status
from api.service import Service
from registries.addresses.blocks import address_text
from registries.addresses.history import UNKNOWN_DATE
from registries.publication import Resource, ReverseZone


def events(resource: Resource) -> list[dict[str, str]]:
    """Give registration and last change; a registration whose date is not known is left out."""
    told = [{"eventAction": "last changed", "eventDate": moment(resource.changed_us)}]
    if resource.attributes.get("delegated_on") != UNKNOWN_DATE:
        told.insert(0, {"eventAction": "registration", "eventDate": moment(resource.registered_us)})
    return told


def resource_object(service: Service, resource: Resource, context: str) -> dict[str, Any]:
    """Give an ip network or autnum; `context` is the address of the document that it stands in."""
    return autnum(service, resource, context) if resource.space == "asn" else ip_network(service, resource, context)


def ip_network(service: Service, resource: Resource, context: str) -> dict[str, Any]:
    """Give an IP network object (RFC 9083 section 5.4) with cidr0."""
    block = resource.block
    first, cidrs = address_text(block.family, block.first), block.prefixes
    prefix = f"v{block.family}prefix"
    found: dict[str, Any] = {
        "objectClassName": "ip network",
        "handle": resource.handle,
        "startAddress": first,
        "endAddress": address_text(block.family, block.last),
        "ipVersion": f"v{block.family}",
        "cidr0_cidrs": [{prefix: address_text(block.family, at), "length": length} for at, length in cidrs],
    }
    place = f"{first}/{cidrs[0][1]}"
    return found | _shared(service, resource, context, "ip", place)


def autnum(service: Service, resource: Resource, context: str) -> dict[str, Any]:
    """Give an autonomous system number object (RFC 9083 section 5.5)."""
    first, last = resource.box.first, resource.box.last
    found: dict[str, Any] = {
        "objectClassName": "autnum",
        "handle": resource.handle,
        "startAutnum": first,
        "endAutnum": last,
    }
    return found | _shared(service, resource, context, "autnum", str(first))


def _shared(service: Service, resource: Resource, context: str, path: str, place: str) -> dict[str, Any]:
    base = service.rdap_url
    links = [link(context, "self", f"{base}{path}/{place}")]
    if resource.parent_handle:
        links.append(link(context, "rdap-up", f"{base}{path}s/rirSearch1/rdap-up/{place}"))
    links.append(link(context, "rdap-down", f"{base}{path}s/rirSearch1/rdap-down/{place}"))
    found: dict[str, Any] = {
        "name": resource.name,
        "type": resource_type(resource),
        "status": status(resource),
        "events": events(resource),
        "links": links,
    }
    if resource.country:
        found["country"] = resource.country
    if resource.parent_handle and path == "ip":
        found["parentHandle"] = resource.parent_handle
    if resource.party is not None:
        found["entities"] = [party_entity(service, resource.party, context, roles=("registrant",))]
    else:
        found["remarks"] = [{"title": "Holder", "description": list(NOT_RECORDED)}]
    if service.whois_host:
        found["port43"] = service.whois_host
    return found


def domain(service: Service, zone: ReverseZone, context: str) -> dict[str, Any]:
    """Give a reverse zone as a domain object (RFC 9083 section 5.3): name servers, DS records, and its network."""
    resource = zone.resource
    found: dict[str, Any] = {
        "objectClassName": "domain",
        "handle": zone.name,
        "ldhName": zone.name,
        "nameservers": [{"objectClassName": "nameserver", "ldhName": server} for server in zone.servers],
        "secureDNS": {"delegationSigned": bool(zone.signers)},
        "status": status(resource),
        "events": events(resource),
        "links": [link(context, "self", f"{service.rdap_url}domain/{quote(zone.name, safe='')}")],
        "network": ip_network(service, resource, context),
    }
    if zone.signers:
        found["secureDNS"]["dsData"] = [
            {"keyTag": ds.key_tag, "algorithm": ds.algorithm, "digestType": ds.digest_type, "digest": ds.digest.upper()}
            for ds in zone.signers
        ]
    if resource.party is not None:
        found["entities"] = found["network"].pop("entities")
    if service.whois_host:
        found["port43"] = service.whois_host
    return found
