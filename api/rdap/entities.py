"""Parties as RDAP entities: RFC 9083 section 5.1, jCard (RFC 7095), tagged handles (RFC 8521), redaction (RFC 9537)."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

from api.rdap.links import link
from api.registered import contact_handle, moment, tagged
from api.service import Service
from registries.holders import Kind, Standing
from registries.publication import Party, PublicContact

ROLES: Final = {
    "abuse": "abuse",
    "admin": "administrative",
    "administrative": "administrative",
    "billing": "billing",
    "noc": "noc",
    "tech": "technical",
    "technical": "technical",
}
"""Roles of contacts as the registry keeps them -> values of RFC 9083 section 10.2.4."""
_KINDS: Final = {Kind.PERSON: "individual", Kind.ORGANISATION: "org", Kind.AGENCY: "org"}
_STANDINGS: Final = {Standing.ACTIVE: "active", Standing.MERGED: "removed", Standing.ENDED: "removed"}
REASON: Final = "Dữ liệu cá nhân, Luật 91/2025/QH15 · Personal data, Law 91/2025/QH15"
_VERSION: Final = ["version", {}, "text", "4.0"]


def entity_url(service: Service, handle: str) -> str:
    """Give the address of an entity."""
    return f"{service.rdap_url}entity/{quote(handle, safe='')}"


def party_entity(
    service: Service, party: Party, context: str, *, roles: Sequence[str] = (), brief: bool = False
) -> dict[str, Any]:
    """Give a holder as an entity with its contacts, or without them where `brief`."""
    handle = tagged(service, party.handle)
    card: list[Any] = [_VERSION, ["fn", {}, "text", party.name], ["kind", {}, "text", _KINDS[party.kind]]]
    if party.country:
        card.append(["adr", {"cc": party.country}, "text", ["", "", "", "", "", "", ""]])
    events = [{"eventAction": "last changed", "eventDate": moment(party.changed_us)}]
    if party.registered_us:
        events.insert(0, {"eventAction": "registration", "eventDate": moment(party.registered_us)})
    found: dict[str, Any] = {
        "objectClassName": "entity",
        "handle": handle,
        "vcardArray": ["vcard", card],
        "status": [_STANDINGS[party.standing]],
        "events": events,
        "links": [link(context, "self", entity_url(service, handle))],
    }
    if roles:
        found["roles"] = list(roles)
    if party.contacts and not brief:
        found["entities"] = [contact_entity(service, party, contact, context) for contact in party.contacts]
    return found


def contact_entity(service: Service, party: Party, contact: PublicContact, context: str) -> dict[str, Any]:
    """Give a contact as an entity. Its name is told of nobody; mail and telephone of contacts for abuse alone."""
    handle = contact_handle(service, party, contact)
    card: list[Any] = [_VERSION, ["fn", {}, "text", ""], ["kind", {}, "text", "group"]]
    if contact.telephone:
        card.append(["tel", {"type": "voice"}, "text", contact.telephone])
    if contact.mail:
        card.append(["email", {}, "text", contact.mail])
    found: dict[str, Any] = {
        "objectClassName": "entity",
        "handle": handle,
        "vcardArray": ["vcard", card],
        "links": [link(context, "self", entity_url(service, handle))],
    }
    roles = sorted({ROLES[role] for role in contact.roles if role in ROLES})
    return found | ({"roles": roles} if roles else {})


def redactions(found: dict[str, Any], path: str = "$") -> list[dict[str, Any]]:
    """Give the redacted member (RFC 9537 section 4.2) of an object at `path`: an entry for each field withheld."""
    return list(_redactions(found, path))


def _redactions(found: dict[str, Any], path: str) -> Iterator[dict[str, Any]]:
    yield from _of_entity(found, path)
    for number, entity in enumerate(found.get("entities", ())):
        at = f"{path}.entities[{number}]"
        yield from _redactions(entity, at)
    if "network" in found:
        yield from _redactions(found["network"], f"{path}.network")


def _of_entity(entity: dict[str, Any], at: str) -> Iterator[dict[str, Any]]:
    card = entity.get("vcardArray")
    if card is None:
        return
    properties = {row[0]: row[3] for row in card[1]}
    what = "Contact" if properties["kind"] == "group" else "Registrant"
    if properties["kind"] != "org":
        path = f"{at}.vcardArray[1][?(@[0]=='fn')][3]"
        yield _redaction(f"{what} Name", "emptyValue", {"postPath": path})
    if what == "Contact":
        for name, label in (("tel", "Phone"), ("email", "Email")):
            if name not in properties:
                path = f"{at}.vcardArray[1][?(@[0]=='{name}')]"
                yield _redaction(f"{what} {label}", "removal", {"prePath": path})


def _redaction(name: str, method: str, path: dict[str, str]) -> dict[str, Any]:
    return {
        "name": {"description": name},
        **path,
        "pathLang": "jsonpath",
        "method": method,
        "reason": {"description": REASON},
    }
