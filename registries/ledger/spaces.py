"""Spaces: what can be claimed. Each is declared here once; a claim names its space and the store derives its lane.

A lane is the number that two claims must share to exclude one another: space, tier (how deep below a pool) and
exclusivity class. The number of a space says its geometry, so that the store can tell from the lane alone which
constraint holds: 1-63 one narrow axis (at most 50 bits, one machine word with the lane), 64-95 two axes (narrow and
32 bits), 96-126 one wide axis (at most 128 bits). A space of names is a wide one: 32 bits of the hash of the zone, then
96 bits of the hash of the label, so that a zone is a range and a name in it a point. The key itself is kept beside.
"""

import hashlib
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final

from registries.ledger.boxes import Box
from registries.ledger.errors import BoxOutsideSpace, SpaceUnknown

NARROW_BITS: Final = 50
WIDE_BITS: Final = 128
SECOND_BITS: Final = 31
TIERS: Final = 16
_LABEL_BITS: Final = 96


class Geometry(Enum):
    """How a space is laid out, and so which constraint of the store guards it."""

    NARROW = "narrow"
    PLANE = "plane"
    WIDE = "wide"


class Exclusivity(IntEnum):
    """Classes within which claims exclude one another. Claims of different classes never do; SHARED ones never do."""

    EXCLUSIVE = 0
    SHARED = 1
    PRIMARY = 2
    SECONDARY = 3


@dataclass(frozen=True, slots=True)
class Space:
    """A declared space.

    `number` is stored state and never changes. `bits` is the width of the main axis; `keyed` spaces are claimed by
    exact key. `unit` names what is counted. `source` says who keeps the space.
    """

    name: str
    number: int
    bits: int
    unit: str
    source: str
    keyed: bool = False
    second_unit: str = ""

    @property
    def geometry(self) -> Geometry:
        """How it is laid out."""
        return Geometry.NARROW if self.number < 64 else Geometry.PLANE if self.number < 96 else Geometry.WIDE

    @property
    def last(self) -> int:
        """The last number of the main axis."""
        return (1 << self.bits) - 1

    @property
    def whole(self) -> Box:
        """All of it."""
        return Box(0, self.last, 0, (1 << SECOND_BITS) - 1 if self.geometry is Geometry.PLANE else 0)

    def lane(self, tier: int, exclusivity: Exclusivity) -> int:
        """Give the number that two claims must share to exclude one another."""
        return (self.number * TIERS + tier) * 4 + exclusivity

    def checked(self, box: Box) -> Box:
        """Give the box back if it is a part of this space.

        Raises:
            BoxOutsideSpace: Its bounds are crossed, or lie outside.
        """
        if not (self.whole.contains(box) and box.first <= box.last and box.low <= box.high):
            raise BoxOutsideSpace(box=f"{box.first}-{box.last}", space=self.name, first=0, last=self.last)
        return box

    def zone(self, zone: str) -> Box:
        """Give the range of all keys of a zone (a name suffix), in a keyed space."""
        start = _hash(zone, WIDE_BITS - _LABEL_BITS) << _LABEL_BITS
        return Box(start, start + (1 << _LABEL_BITS) - 1)

    def key(self, key: str) -> Box:
        """Give the point of an exact key, `label.zone`, in a keyed space; the key is canonical already."""
        label, _, zone = key.partition(".")
        point = self.zone(zone).first + _hash(label, _LABEL_BITS)
        return Box(point, point)

    def text(self, box: Box, key: str = "") -> str:
        """Write a box for people: prefixes, AS numbers, numbers, frequencies with their cells, or the key."""
        return key or _WRITERS.get(self.name, _plain)(box)


def _hash(text: str, bits: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()) >> (256 - bits)


def _plain(box: Box) -> str:
    return f"{box.first}" if box.first == box.last else f"{box.first}-{box.last}"


def _autnums(box: Box) -> str:
    return f"AS{box.first}" if box.first == box.last else f"AS{box.first}-AS{box.last}"


def _plane(box: Box) -> str:
    return f"{box.first}-{box.last} Hz, cells {box.low}-{box.high}"


def _addresses(address: Callable[[int], ipaddress.IPv4Address | ipaddress.IPv6Address]) -> Callable[[Box], str]:
    def written(box: Box) -> str:
        first, last = address(box.first), address(box.last)
        size = box.last - box.first + 1
        if size & (size - 1) == 0 and box.first % size == 0:
            return f"{first}/{first.max_prefixlen - size.bit_length() + 1}"
        return f"{first}-{last}"

    return written


_WRITERS: Final[dict[str, Callable[[Box], str]]] = {
    "ipv4": _addresses(ipaddress.IPv4Address),
    "ipv6": _addresses(ipaddress.IPv6Address),
    "asn": _autnums,
    "spectrum": _plane,
}

SPACES: Final[dict[str, Space]] = {
    space.name: space
    for space in (
        Space("ipv4", 1, 32, "address", "IANA IPv4 address space registry, RFC 7020"),
        Space("asn", 2, 32, "AS number", "IANA autonomous system numbers registry, RFC 6793"),
        Space("e164", 3, 50, "number", "ITU-T E.164: at most 15 digits with the country code"),
        Space(
            "short-code", 4, 32, "number", "national numbering plan: short codes, with a leading 1 against lost zeros"
        ),
        Space("mnc", 5, 32, "code", "ITU-T E.212: MCC and MNC as one number of six digits"),
        Space("point-code", 6, 32, "code", "ITU-T Q.704 and Q.708: national and international signalling point codes"),
        Space("subscriber-case", 7, 50, "case", "cases of subscriber data, one place each"),
        Space(
            "spectrum-case", 8, 50, "case", "cases of the frequency register: complaints and obligations, a block each"
        ),
        Space("spectrum", 64, 42, "Hz", "ITU Radio Regulations, article 2: up to 3 THz", second_unit="cell"),
        Space("ipv6", 96, 128, "address", "IANA IPv6 global unicast registry, RFC 7020"),
        Space("names", 97, 128, "name", "RFC 1035; names under .vn by VNNIC", keyed=True),
    )
}


def space(name: str) -> Space:
    """Give a declared space by its name.

    Raises:
        SpaceUnknown: None is declared under it.
    """
    found = SPACES.get(name)
    if found is None:
        raise SpaceUnknown(space=name, known=", ".join(sorted(SPACES)))
    return found
