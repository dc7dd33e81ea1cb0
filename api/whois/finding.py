"""What a WHOIS query finds: the same resources and parties that RDAP tells of."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from api.refusals import NotRegistered, QuestionUnprocessable, QuestionUnreadable
from api.registered import SPACES, find_entity, find_zone, shown
from api.service import Service
from api.whois.query import Query
from registries.addresses.blocks import Block
from registries.addresses.errors import BlockUnreadable
from registries.asns.errors import AutnumUnreadable
from registries.asns.numbers import AutnumRange
from registries.ledger.boxes import Box
from registries.publication import Party, PublicContact, Resource, ReverseZone, block_of_name, resource_spaces
from registries.store.publishing import Publication
from registries.store.publishing_lists import Lists, Page

MOST: Final = 1_000
"""Objects that one query gives; what asks for more has to be narrowed."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, in the order in which it is written."""

    resources: tuple[Resource, ...] = ()
    zones: tuple[ReverseZone, ...] = ()
    parties: tuple[Party, ...] = ()
    contacts: tuple[tuple[Party, PublicContact], ...] = field(default=())


class Finder:
    """Finds what queries ask for."""

    def __init__(self, service: Service, publication: Publication) -> None:
        self._service = service
        self._publication = publication
        self._lists = Lists(publication)

    def find(self, query: Query) -> Found:
        """Give what a query asks for.

        Raises:
            NotRegistered: There is none of it.
            QuestionUnprocessable: It is more than is given at once.
        """
        if query.inverse:
            found = self._held(query.text)
        elif block_of_name(query.text) is not None:
            zone = find_zone(self._publication, query.text.lower().removesuffix("."))
            found = Found(zones=(zone,) if zone else ())
        else:
            place = _place(query.text)
            found = Found(resources=tuple(self._around(query, *place))) if place else self._named(query.text)
        kept = Found(
            tuple(one for one in found.resources if query.wants(kind_of(one))),
            found.zones if query.wants("domain") else (),
            found.parties if query.wants("organisation") else (),
            found.contacts if query.wants("role") else (),
        )
        if kept == Found():
            raise NotRegistered(kind="đối tượng · object", text=shown(query.text))
        return kept

    def _around(self, query: Query, space: str, box: Box) -> Iterator[Resource]:
        """Give the resources around a place: by default the smallest that contains it."""
        if query.scope in {"M", "m"}:
            yield from self._inside(query, space, box)
            return
        over = self._publication.containing(space, box)
        if query.scope == "x":
            yield from (one for one in over if one.box == box)
        elif query.scope == "L":
            yield from over
        elif query.scope == "l":
            yield from [one for one in over if one.box != box][-1:]
        elif over and not (space == "asn" and over[-1].is_pool):
            yield over[-1]

    def _inside(self, query: Query, space: str, box: Box) -> Iterator[Resource]:
        if query.scope == "m":
            found = self._lists.below(space, box, Page(limit=MOST))
            inside, more = list(found.items), found.following is not None
        else:
            inside = self._publication.overlapping(space, box, MOST + 2)
            more = len(inside) > MOST
        if more:
            reason = f"hơn {MOST} đối tượng, hãy thu hẹp · more than {MOST} objects, narrow it"
            raise QuestionUnprocessable(text=shown(query.text), reason=reason)
        yield from (one for one in inside if box.contains(one.box) and one.box != box)

    def _held(self, handle: str) -> Found:
        holder = find_entity(self._service, self._publication, handle)
        if holder is None:
            return Found()
        found = self._lists.held_by(resource_spaces(), holder[0].holder_id, Page(limit=MOST))
        if found.following:
            reason = f"hơn {MOST} đối tượng · more than {MOST} objects"
            raise QuestionUnprocessable(text=shown(handle), reason=reason)
        return Found(resources=found.items)

    def _named(self, handle: str) -> Found:
        found = find_entity(self._service, self._publication, handle)
        if found is None:
            return Found()
        party, contact = found
        return Found(contacts=((party, contact),)) if contact else Found(parties=(party,))


def kind_of(resource: Resource) -> str:
    """Name the type of object that a resource is written as."""
    if resource.space == "asn":
        return "aut-num" if resource.box.first == resource.box.last and not resource.is_pool else "as-block"
    return "inetnum" if resource.space == "ipv4" else "inet6num"


def _place(text: str) -> tuple[str, Box] | None:
    """Read addresses or AS numbers; None where the text is neither, so that it may be a handle."""
    plain = text.replace(" - ", "-").replace(" ", "")
    if plain[:2].upper() == "AS" and plain[2:3].isdecimal():
        try:
            numbers = AutnumRange.parse(plain)
        except AutnumUnreadable as refused:
            raise QuestionUnreadable(text=shown(text), kind="AS", reason=str(refused.fields["reason"])) from refused
        return "asn", Box(numbers.first, numbers.last)
    if not plain[:1].isdecimal() and ":" not in plain:
        return None
    try:
        block = Block.parse(plain)
    except BlockUnreadable as refused:
        if "." not in plain and ":" not in plain:
            return None
        reason = str(refused.fields["reason"])
        raise QuestionUnreadable(text=shown(text), kind="địa chỉ · address", reason=reason) from refused
    return SPACES[block.family], Box(block.first, block.last)
