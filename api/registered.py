"""What is registered, found and worded once for every protocol; each renders it, and none speaks for another."""

from typing import Final

from api.service import Service
from registries.ledger.boxes import Box
from registries.ledger.grants import Level, State
from registries.ledger.moments import from_us
from registries.publication import Party, PublicContact, Resource, ReverseZone, block_of_name, zone_at
from registries.store.publishing import Publication

SPACES: Final = {4: "ipv4", 6: "ipv6"}
_TYPES: Final = {
    Level.POOL: "REGISTRY POOL",
    Level.ALLOCATED: "ALLOCATED",
    Level.ASSIGNED: "ASSIGNED",
}
NOT_RECORDED: Final = ("Chủ thể chưa được ghi nhận.", "The holder is not recorded.")


def resource_type(resource: Resource) -> str:
    """Name the kind of registration as registries of numbers do: portable is what the registry itself gave."""
    if resource.is_pool:
        return _TYPES[Level.POOL]
    return f"{_TYPES[resource.level]} {'PORTABLE' if resource.tier < 2 else 'NON-PORTABLE'}"


def status(resource: Resource) -> list[str]:
    """Give the status values (RFC 9083 section 10.2.2): pools are administrative, suspended grants inactive."""
    if resource.state is State.SUSPENDED:
        return ["inactive"]
    return ["administrative"] if resource.is_pool else ["active"]


def tagged(service: Service, handle: str) -> str:
    """Give a handle with the tag of this registry at its end (RFC 8521 section 2)."""
    return f"{handle}-{service.tag}"


def contact_handle(service: Service, party: Party, contact: PublicContact) -> str:
    """Give the handle of a contact: that of its holder, its own name, the tag."""
    return tagged(service, f"{party.handle}-{contact.contact_id}")


def moment(moment_us: int) -> str:
    """Write a moment as RFC 3339 asks, to the second."""
    return f"{from_us(moment_us).isoformat()[:19]}Z"


def shown(text: str) -> str:
    """Give what was asked as it may stand in an answer: short, and without control characters."""
    plain = "".join(letter if letter.isprintable() else "�" for letter in text[:64])
    return f"{plain}…" if len(text) > 64 else plain or "(trống · empty)"


def find_entity(service: Service, publication: Publication, handle: str) -> tuple[Party, PublicContact | None] | None:
    """Give the holder whom a handle names, with or without the tag of this registry; or its contact."""
    plain = handle[: -len(service.tag) - 1] if handle.upper().endswith(f"-{service.tag.upper()}") else handle
    for text in dict.fromkeys((plain, handle)):
        party = publication.party(text)
        if party is not None:
            return party, None
    whose, dash, name = plain.rpartition("-")
    party = publication.party(whose) if dash else None
    contact = next((one for one in party.contacts if one.contact_id == name), None) if party else None
    return (party, contact) if party and contact else None


def find_zone(publication: Publication, name: str) -> ReverseZone | None:
    """Give the delegated reverse zone of exactly this name, or None."""
    block = block_of_name(name)
    if block is None:
        return None
    for found in reversed(publication.containing(SPACES[block.family], Box(block.first, block.last))):
        zone = zone_at(found, name)
        if zone is not None:
            return zone
    return None
