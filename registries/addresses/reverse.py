"""Names for addresses: reverse zones of a block, the lines of them in the zone above, and who answers for them.

IPv4 zones end at an octet, IPv6 zones at a hexadecimal digit (RFC 1035 section 3.5, RFC 3596 section 2.5); a block
that ends between gets several. IPv4 blocks smaller than a /24 get a zone of their own name and an alias for each
address (RFC 2317).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from registries.addresses.blocks import Block, cidrs
from registries.addresses.errors import ReverseNamesFaulty
from registries.addresses.text import IPV4

TTL_S: Final = 86_400
NAMESERVERS: Final = "nameservers"
"""Attribute of a grant: names of the servers of its reverse zones, with spaces between."""
SIGNERS: Final = "ds"
"""Attribute of a grant: DS records of its reverse zones (RFC 4034 section 5.3), with semicolons between."""
_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?", re.IGNORECASE)
_DIGEST_DIGITS: Final = {1: 40, 2: 64, 4: 96}
_WEAK_DIGESTS: Final = {1, 3}
_WEAK_ALGORITHMS: Final = {1, 3, 5, 6, 7, 12}


@dataclass(frozen=True, slots=True)
class Signer:
    """A DS record (RFC 4034 section 5): digest in hexadecimal."""

    key_tag: int
    algorithm: int
    digest_type: int
    digest: str

    def __str__(self) -> str:
        return f"{self.key_tag} {self.algorithm} {self.digest_type} {self.digest.upper()}"


@dataclass(frozen=True, slots=True)
class ReverseNames:
    """Name servers, and DS records where it is signed, for all reverse zones of a block."""

    block: Block
    servers: tuple[str, ...]
    signers: tuple[Signer, ...] = ()


@dataclass(frozen=True, slots=True)
class Zone:
    """A reverse zone: its name ends in arpa without a dot; `block` is the addresses it names."""

    name: str
    block: Block
    classless: bool = False


def reverse_name(family: int, value: int, length: int) -> str:
    """Give the reverse name of a prefix whose length ends at an octet or hexadecimal digit."""
    if family == IPV4:
        octets = [str(value >> shift & 255) for shift in range(24, 24 - length, -8)]
        return ".".join([*reversed(octets), "in-addr.arpa"])
    digits = f"{value:032x}"[: length // 4]
    return ".".join([*reversed(digits), "ip6.arpa"])


def zones(block: Block) -> Iterator[Zone]:
    """Give the reverse zones of a block, in order: the fewest that name its addresses and no other."""
    step = 8 if block.family == IPV4 else 4
    for first, length in cidrs(block.family, block.first, block.last):
        if block.family == IPV4 and length > 24:
            above = reverse_name(IPV4, first, 24)
            yield Zone(f"{first & 255}/{length}.{above}", Block.prefix(IPV4, first, length), classless=True)
            continue
        cut = -(-length // step) * step
        size = Block.prefix(block.family, first, cut).size
        for place in range(1 << cut - length):
            part = Block.prefix(block.family, first + place * size, cut)
            yield Zone(reverse_name(block.family, part.first, cut), part)


def check(names: ReverseNames) -> None:
    """Hold a delegation against what the zone above needs.

    Raises:
        ReverseNamesFaulty: Fewer than two name servers, one twice, one that is no host name or lies within the zone
            itself; or a DS record that is unreadable or rests on an algorithm that must not be used (RFC 8624).
    """
    for reason in _faults(names):
        raise ReverseNamesFaulty(block=names.block, reason=reason)


def _faults(names: ReverseNames) -> Iterator[str]:
    servers = [server.rstrip(".").lower() for server in names.servers]
    if len(set(servers)) < 2 or len(set(servers)) != len(servers):
        yield "at least two different name servers are needed (RFC 1034 section 4.1)"
    above = {zone.name for zone in zones(names.block)}
    for server in servers:
        labels = server.split(".")
        if len(labels) < 2 or len(server) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
            yield f"{server} is no host name"
        if any(server.endswith(f".{zone}") for zone in above):
            yield f"{server} lies within the zone that it would serve"
    for signer in names.signers:
        expected = _DIGEST_DIGITS.get(signer.digest_type)
        if signer.digest_type in _WEAK_DIGESTS or signer.algorithm in _WEAK_ALGORITHMS:
            yield f"DS {signer.key_tag} rests on a digest or algorithm that must not be used (RFC 8624)"
        elif expected is None or not re.fullmatch(f"[0-9a-fA-F]{{{expected}}}", signer.digest):
            yield f"DS {signer.key_tag} has a digest of {len(signer.digest)} digits, unlike type {signer.digest_type}"


def fragment(names: ReverseNames) -> str:
    """Write the lines for the zones above: NS and DS of every reverse zone, aliases for blocks smaller than a /24.

    Raises:
        ReverseNamesFaulty: As `check` says.
    """
    check(names)
    lines = []
    for zone in zones(names.block):
        lines += [f"{zone.name}. {TTL_S} IN NS {server.rstrip('.').lower()}." for server in names.servers]
        lines += [f"{zone.name}. {TTL_S} IN DS {signer}" for signer in names.signers]
        if zone.classless:
            for value in range(zone.block.first, zone.block.last + 1):
                lines.append(f"{reverse_name(IPV4, value, 32)}. {TTL_S} IN CNAME {value & 255}.{zone.name}.")
    return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a name server says when asked for the SOA and NS of a zone; None in its place is no answer in time."""

    authoritative: bool
    code: str
    serial: int | None
    servers: frozenset[str]


Ask = Callable[[str, str], Answer | None]
"""Called with a name server and a zone."""


@dataclass(frozen=True, slots=True)
class Lameness:
    """A name server that does not answer for a zone as it was declared to."""

    zone: str
    server: str
    reason: str


def lame(names: ReverseNames, ask: Ask) -> list[Lameness]:
    """Ask every declared name server for every zone of a block, and tell which does not answer for it (RFC 1912 2.8).

    A server is lame that gives no answer, is not authoritative, refuses, or names other servers than were declared.
    Zones are asked by `ask`, which is given by the caller, so that nothing here needs a network.
    """
    declared = frozenset(server.rstrip(".").lower() for server in names.servers)
    found = []
    for zone in zones(names.block):
        for server in sorted(declared):
            reason = _lameness(ask(server, zone.name), declared)
            if reason:
                found.append(Lameness(zone.name, server, reason))
    return found


def _lameness(answer: Answer | None, declared: frozenset[str]) -> str | None:
    if answer is None:
        return "no answer"
    if answer.code != "NOERROR":
        return f"answers {answer.code}"
    if not answer.authoritative or answer.serial is None:
        return "is not authoritative"
    if {server.rstrip(".").lower() for server in answer.servers} != declared:
        return f"names other servers: {', '.join(sorted(answer.servers))}"
    return None


def zone_names(blocks: Sequence[Block]) -> list[str]:
    """Give the names of all reverse zones of several blocks, each once, in order."""
    return list(dict.fromkeys(zone.name for block in blocks for zone in zones(block)))
