"""Reverse zones of resources: which names under in-addr.arpa and ip6.arpa are delegated, and to which name servers.

They are read from the attributes that `registries.addresses.delegating` writes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from registries.addresses.blocks import Block
from registries.addresses.reverse import NAMESERVERS, SIGNERS, Signer, zones
from registries.addresses.text import IPV4, IPV6
from registries.publication.resources import Resource

_OCTET: Final = re.compile(r"0|[1-9][0-9]{0,2}")
_CLASSLESS: Final = re.compile(r"(0|[1-9][0-9]{0,2})/(2[5-9]|3[0-2])")
_DIGITS: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class ReverseZone:
    """A reverse zone that is delegated: its name without a dot at the end, the resource whose addresses it names."""

    name: str
    block: Block
    resource: Resource
    servers: tuple[str, ...]
    signers: tuple[Signer, ...]


def block_of_name(name: str) -> Block | None:
    """Give the addresses that a name under in-addr.arpa or ip6.arpa stands for, or None where it is no such name.

    RFC 1035 section 3.5, RFC 3596 section 2.5, and the classless names of RFC 2317 section 4.
    """
    labels = name.lower().removesuffix(".").split(".")
    if labels[-2:] == ["in-addr", "arpa"]:
        return _ipv4(labels[:-2])
    if labels[-2:] == ["ip6", "arpa"] and len(labels) <= 34:
        digits = labels[-3::-1]
        if digits and all(len(digit) == 1 and digit in _DIGITS for digit in digits):
            return Block.prefix(IPV6, int("".join(digits).ljust(32, "0"), 16), 4 * len(digits))
    return None


def _ipv4(labels: list[str]) -> Block | None:
    length = 0
    classless = _CLASSLESS.fullmatch(labels[0]) if len(labels) == 4 else None
    if classless:
        labels, length = [classless[1], *labels[1:]], int(classless[2])
    if not 1 <= len(labels) <= 4 or not all(_OCTET.fullmatch(label) and int(label) < 256 for label in labels):
        return None
    octets = [int(label) for label in reversed(labels)]
    value = int.from_bytes(bytes(octets + [0] * (4 - len(octets))))
    block = Block.prefix(IPV4, value, length or 8 * len(octets))
    return block if block.first == value else None


def zone_at(resource: Resource, name: str) -> ReverseZone | None:
    """Give the delegated zone of exactly this name among those of a resource, or None."""
    block = block_of_name(name)
    if block is None or not resource.block.contains(block):
        return None
    return next((zone for zone in zones_of(resource, within=block) if zone.block == block), None)


def zones_of(resource: Resource, *, within: Block | None = None, limit: int = 65_536) -> Iterator[ReverseZone]:
    """Give the delegated zones of a resource in the order of their addresses; none where no name server is recorded."""
    servers = tuple(resource.attributes.get(NAMESERVERS, "").lower().split())
    if not servers:
        return
    signers = tuple(_signers(resource.attributes.get(SIGNERS, "")))
    for zone in islice(zones(resource.block), limit):
        if within is None or within.contains(zone.block):
            yield ReverseZone(zone.name, zone.block, resource, servers, signers)


def _signers(text: str) -> Iterator[Signer]:
    for record in text.split(";"):
        parts = record.split()
        if len(parts) >= 4 and all(part.isdecimal() for part in parts[:3]):
            yield Signer(int(parts[0]), int(parts[1]), int(parts[2]), "".join(parts[3:]))
