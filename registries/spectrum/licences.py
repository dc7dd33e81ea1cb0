"""Licences as they stand in the ledger: a licence is one grant, or several parts that begin, change and end as one.

The evidence log takes entries of at most 64 KiB, about 200 claims with their names; a province has 40 to 760 ranges of
cells. So a licence with more claims is cut into parts, `ID`, `ID:2`, `ID:3` ..., that are always changed in one
transaction. Its amendments are `ID.2`, `ID.3` ...: the older one ends where the newer begins. The first part says what
the licence is; long texts, the drawing of the area and the stations, are cut over the parts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from registries.ledger import Box, Grant, State, moments
from registries.ledger.errors import GrantUnknown
from registries.ledger.grants import Claim
from registries.spectrum.areas import ServiceArea, area_of
from registries.spectrum.band_ranges import Band, bands_of
from registries.spectrum.grid import Ranges
from registries.spectrum.register_errors import AreaTooDetailed, LicenceFaulty, LicenceUnknown
from registries.spectrum.stations import Station, read_stations
from registries.store import Ledger

CLAIM_BYTES: Final = 40_000
"""Bytes of an entry that claims may fill: a correction of all of them writes each once more, by name."""
TEXT_LETTERS: Final = 12_000
"""Letters of long texts that a part carries beside its claims."""
LONGEST_ID: Final = 40
_BOX_BYTES: Final = 125
TEXTS: Final = ("drawn", "stations")


class LicenceKind(Enum):
    """The three licences of the law, and a lease out of a band licence."""

    BAND = "band"
    STATION = "station"
    ORBIT = "orbit"
    LEASE = "lease"


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as it is believed, in its newest amendment. `parts` are its grants, the first one says what it is."""

    licence_id: str
    version: int
    parts: tuple[Grant, ...]

    @property
    def head(self) -> Grant:
        """The grant whose attributes are those of the licence."""
        return self.parts[0]

    @property
    def kind(self) -> LicenceKind:
        """Which licence it is."""
        return LicenceKind(self.head.attributes["kind"])

    @property
    def state(self) -> State:
        """Its state; that of all its parts."""
        return self.head.state

    @property
    def holder_id(self) -> str | None:
        """Who has it; None for a lot that nobody has won."""
        return self.head.holder_id

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What it occupies, or occupied last."""
        return tuple(claim for part in self.parts for claim in last_claims(part))

    @property
    def bands(self) -> tuple[Band, ...]:
        """Its bands."""
        return bands_of(claim.box for claim in self.claims)

    @property
    def ranges(self) -> Ranges:
        """Its cells."""
        return tuple(sorted({(claim.box.low, claim.box.high) for claim in self.claims}))

    @property
    def bandwidth_hz(self) -> int:
        """All its bands together."""
        return sum(band.bandwidth_hz for band in self.bands)

    @property
    def area(self) -> ServiceArea:
        """Its service area, with what it was drawn as."""
        return area_of(self.head.attributes, self.text("drawn"), self.ranges)

    @property
    def stations(self) -> tuple[Station, ...]:
        """Its stations."""
        return read_stations(self.text("stations"))

    def text(self, name: str) -> str:
        """Give a long text, put together again."""
        return "".join(part.attributes.get(name, "") for part in self.parts)

    @property
    def term_text(self) -> str:
        """First and last day, in Viet Nam; the end is the first day on which it does not hold."""
        return f"{moments.day_text(self.head.legal_start_us)} – {moments.day_text(self.head.legal_stop_us)}"


def last_claims(grant: Grant) -> tuple[Claim, ...]:
    """Give the claims of a grant, or those it had last where it has ended."""
    if grant.active_claims:
        return grant.active_claims
    return tuple(claim for claim in grant.claims if claim.legal_stop_us == grant.legal_stop_us)


def licence_of(ledger: Ledger, licence_id: str) -> Licence:
    """Give a licence in its newest amendment.

    Raises:
        LicenceUnknown: There is none of this number.
    """
    version, head = 1, _part(ledger, licence_id)
    while head is not None:
        following = _part(ledger, f"{licence_id}.{version + 1}")
        if following is None:
            break
        version, head = version + 1, following
    if head is None:
        raise LicenceUnknown(licence=licence_id)
    return _whole(ledger, head, version)


def amendments(ledger: Ledger, licence_id: str) -> list[Licence]:
    """Give a licence in all its amendments, the first one first.

    Raises:
        LicenceUnknown: There is none of this number.
    """
    newest = licence_of(ledger, licence_id)
    heads = [_part(ledger, version_id(licence_id, version)) for version in range(1, newest.version)]
    return [*(_whole(ledger, head, place) for place, head in enumerate(heads, 1) if head), newest]


def _part(ledger: Ledger, grant_id: str) -> Grant | None:
    try:
        grant = ledger.grant(grant_id)
    except GrantUnknown:
        return None
    return grant if "licence" in grant.attributes else None


def _whole(ledger: Ledger, head: Grant, version: int) -> Licence:
    names = [part_id(head.grant_id, place) for place in range(2, int(head.attributes["parts"]) + 1)]
    return Licence(head.attributes["licence"], version, (head, *(ledger.grant(name) for name in names)))


def version_id(licence_id: str, version: int) -> str:
    """Name the first grant of an amendment; the licence as it was granted is the first."""
    return licence_id if version == 1 else f"{licence_id}.{version}"


def part_id(head_id: str, place: int) -> str:
    """Name a part of a licence, counted from 1."""
    return head_id if place == 1 else f"{head_id}:{place}"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a licence that is to begin: its name, the grant it stands on, its boxes, its attributes."""

    grant_id: str
    parent_id: str
    boxes: tuple[Box, ...]
    attributes: Mapping[str, str]


def cut(
    head_id: str,
    licence_id: str,
    places: Iterable[tuple[str, Sequence[Box]]],
    attributes: Mapping[str, str],
    texts: Mapping[str, str],
) -> list[Part]:
    """Cut what a licence claims into parts that entries can carry; `places` are boxes by the grant they stand on.

    Raises:
        LicenceFaulty: Its number is too long, or it claims nothing.
        AreaTooDetailed: Its texts are longer than its parts can carry.
    """
    if not licence_id or len(licence_id) > LONGEST_ID or set(licence_id) & set(".:"):
        raise LicenceFaulty(licence=licence_id, reason=f"its number has 1 to {LONGEST_ID} letters, without '.' and ':'")
    pieces: list[tuple[str, tuple[Box, ...]]] = []
    wanted = -(-sum(map(len, texts.values())) // TEXT_LETTERS)
    held = [(parent_id, tuple(boxes)) for parent_id, boxes in places if boxes]
    total = sum(len(boxes) for _, boxes in held)
    for parent_id, boxes in held:
        most = CLAIM_BYTES // (_BOX_BYTES + len(head_id) + 2 * len(parent_id) + 16)
        most = max(1, min(most, total // max(wanted, 1)))
        pieces += [(parent_id, boxes[start : start + most]) for start in range(0, len(boxes), most)]
    if not pieces:
        raise LicenceFaulty(licence=licence_id, reason="it claims no frequency anywhere")
    if len(pieces) < wanted:
        length = sum(map(len, texts.values()))
        raise AreaTooDetailed(area=licence_id, length=length, parts=len(pieces), limit=len(pieces) * TEXT_LETTERS)
    left = dict(texts)
    parts = []
    for place, (parent_id, boxes) in enumerate(pieces, 1):
        said = {**attributes, "parts": str(len(pieces))} if place == 1 else {"kind": attributes["kind"]}
        said |= {"licence": licence_id, "part": str(place)} | _taken(left)
        parts.append(Part(part_id(head_id, place), parent_id, boxes, said))
    return parts


def _taken(left: dict[str, str]) -> dict[str, str]:
    """Take the letters of one part off the texts that are left."""
    room, taken = TEXT_LETTERS, {}
    for name in TEXTS:
        piece = left.get(name, "")[:room]
        if piece:
            taken[name], left[name] = piece, left[name][len(piece) :]
            room -= len(piece)
    return taken
