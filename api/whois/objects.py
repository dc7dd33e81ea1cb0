"""What was found, as WHOIS text: attributes in columns, an empty line between objects, remarks after a percent sign."""

from collections.abc import Iterator
from typing import Final

from api.problems import WHOIS_ERRORS, problem_of
from api.registered import NOT_RECORDED, contact_handle, moment, resource_type, status, tagged
from api.service import Service
from api.whois.finding import Found, kind_of
from api.whois.query import Query
from registries.addresses.history import UNKNOWN_DATE
from registries.publication import Party, PublicContact, Resource, ReverseZone

WIDTH: Final = 16
Lines = list[tuple[str, str]]


def answer(service: Service, query: Query, found: Found) -> str:
    """Write all that was found; with each resource its holder and the contacts of it, unless the query says not."""
    parts: list[str] = []
    told: set[str] = set()
    for resource in found.resources:
        parts += _resource_parts(service, resource)
        if query.recursive and resource.party is not None and resource.party.holder_id not in told:
            told.add(resource.party.holder_id)
            parts += _party_parts(service, query, resource.party)
    for zone in found.zones:
        parts += [f"% Information related to '{zone.name}'", _text(_domain(service, zone))]
        if query.recursive and zone.resource.party is not None:
            parts += _party_parts(service, query, zone.resource.party)
    for party in found.parties:
        parts += [f"% Information related to '{tagged(service, party.handle)}'"]
        parts += _party_parts(service, query, party) if query.recursive else [_text(_organisation(service, party))]
    for party, contact in found.contacts:
        parts.append(_text(_role(service, query, party, contact)))
    return page(service, parts)


def page(service: Service, parts: list[str]) -> str:
    """Put the lines of every answer around its parts."""
    head = (
        f"% [{service.whois_host or service.agency}]\n"
        "% Dữ liệu chỉ dùng cho vận hành và an toàn mạng · For operating and securing networks only\n"
        f"% {service.terms}"
    )
    return "\n\n".join([head, *parts, f"% This query was served by {service.agency} WHOIS"]) + "\n\n"


def refusal(error: BaseException) -> str:
    """Write the %ERROR line of an error of ours; of any other it tells nothing but that."""
    problem = problem_of(error)
    number = WHOIS_ERRORS.get(problem.code, 100)
    detail = str(error) if getattr(error, "code", None) == problem.code else ""
    told = f"%ERROR:{number}: {'no entries found' if number == 101 else problem.en}"
    return f"{told}\n% {problem.vi}" + (f"\n% {_one_line(detail)}" if detail else "")


def _resource_parts(service: Service, resource: Resource) -> Iterator[str]:
    place = _place(resource)
    yield f"% Information related to '{place}'"
    mail = next((one.mail for one in resource.party.contacts if one.mail), "") if resource.party else ""
    if mail:
        yield f"% Abuse contact for '{place}' is '{_one_line(mail)}'"
    yield _text(_resource(service, resource, place))


def _place(resource: Resource) -> str:
    if resource.space == "asn":
        first, last = resource.box.first, resource.box.last
        return f"AS{first}" if kind_of(resource) == "aut-num" else f"AS{first} - AS{last}"
    block = resource.block
    return str(block) if resource.space == "ipv6" and "-" not in str(block) else block.range_text


def _resource(service: Service, resource: Resource, place: str) -> Lines:
    lines = [(kind_of(resource), place), ("as-name" if resource.space == "asn" else "netname", resource.name)]
    party = resource.party
    if party is None:
        lines.append(("descr", " · ".join(NOT_RECORDED)))
    elif party.name:
        lines.append(("descr", party.name))
    if resource.country:
        lines.append(("country", resource.country))
    if party is not None:
        lines.append(("org", tagged(service, party.handle)))
        lines += _contacts(service, party)
    lines.append(("status", resource_type(resource)))
    if status(resource) == ["inactive"]:
        lines.append(("remarks", "đang bị tạm dừng · suspended"))
    if resource.attributes.get("delegated_on") != UNKNOWN_DATE:
        lines.append(("created", moment(resource.registered_us)))
    return [*lines, ("last-modified", moment(resource.changed_us)), ("source", service.agency)]


def _contacts(service: Service, party: Party) -> Lines:
    short = {"abuse": "abuse-c", "admin": "admin-c", "tech": "tech-c"}
    return [
        (short[role], contact_handle(service, party, contact))
        for role in short
        for contact in party.contacts
        if role in contact.roles
    ]


def _domain(service: Service, zone: ReverseZone) -> Lines:
    lines = [("domain", zone.name)]
    if zone.resource.party is not None:
        lines += [("org", tagged(service, zone.resource.party.handle)), *_contacts(service, zone.resource.party)]
    lines += [("nserver", server) for server in zone.servers]
    lines += [("ds-rdata", str(signer)) for signer in zone.signers]
    return [*lines, ("last-modified", moment(zone.resource.changed_us)), ("source", service.agency)]


def _party_parts(service: Service, query: Query, party: Party) -> Iterator[str]:
    yield _text(_organisation(service, party))
    if query.filtered and any(contact.mail or contact.telephone for contact in party.contacts):
        yield "% Đã lược bớt, thêm -B để xem · Note: this output has been filtered; -B shows more"
    for contact in party.contacts:
        yield _text(_role(service, query, party, contact))


def _organisation(service: Service, party: Party) -> Lines:
    name = "(cá nhân, không công bố · a person, not published)" if party.is_person else party.name
    lines = [("organisation", tagged(service, party.handle)), ("org-name", name)]
    if party.country:
        lines.append(("country", party.country))
    lines += _contacts(service, party)
    return [*lines, ("last-modified", moment(party.changed_us)), ("source", service.agency)]


def _role(service: Service, query: Query, party: Party, contact: PublicContact) -> Lines:
    lines = [("role", f"{party.name or party.handle} {'/'.join(contact.roles)}")]
    if not query.filtered:
        lines += [(name, value) for name, value in (("phone", contact.telephone), ("e-mail", contact.mail)) if value]
    if contact.withheld:
        lines.append(("remarks", "có dữ liệu không công bố · some data are not published"))
    return [*lines, ("nic-hdl", contact_handle(service, party, contact)), ("source", service.agency)]


def _text(lines: Lines) -> str:
    return "\n".join(f"{name + ':':<{WIDTH}}{_one_line(value)}" for name, value in lines)


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
