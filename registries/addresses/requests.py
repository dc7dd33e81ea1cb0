"""Requests for ROAs and route objects: what is wrong with them, and the object that would be published.

Vietnam's holders ask VNNIC, which enters the ROA in APNIC's system with a route object for the largest prefix; so the
check and the record are work of this register, the signature is not. A finding is a value, never an exception.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from registries.addresses.blocks import BITS, Block
from registries.addresses.routing import LONGEST_ROUTED, Announcement, Authorisation, Authorisations, Validity


@dataclass(frozen=True, slots=True)
class RoaRequest:
    """What a holder asks for: `origin` is to announce `block`, and longer prefixes up to `max_length` where given."""

    block: Block
    origin: int
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell about a request: `refuses` it, or is advice; Vietnamese first."""

    code: str
    refuses: bool
    vi: str
    en: str


_FINDINGS: Final = {
    "roa-not-a-prefix": (
        True,
        "một ROA chỉ nêu được một tiền tố, {block} cần nhiều ROA",
        "a ROA names one prefix; ask for each prefix of {block}",
    ),
    "roa-not-held": (
        True,
        "{block} không nằm trong khối nào của chủ thể",
        "{block} is not in a block of the holder",
    ),
    "roa-max-length": (
        True,
        "maxLength {longest} phải từ /{length} đến /{bits}",
        "maxLength {longest} has to be from /{length} to /{bits}",
    ),
    "roa-as-zero": (
        False,
        "AS 0 nghĩa là không ai được quảng bá khối này (RFC 6483)",
        "AS 0 says that nobody may announce the block (RFC 6483)",
    ),
    "roa-not-minimal": (
        False,
        "maxLength /{longest} cho phép {allowed} tiền tố, AS{origin} chỉ quảng bá {announced}; nên bỏ (RFC 9319)",
        "maxLength /{longest} authorises {allowed} prefixes, AS{origin} announces {announced}; leave it out (RFC 9319)",
    ),
    "roa-longer-than-routed": (
        False,
        "tiền tố dài hơn /{routed} thường không được các mạng khác chấp nhận",
        "prefixes longer than /{routed} are seldom accepted by other networks",
    ),
    "roa-breaks-routes": (
        False,
        "{count} tuyến đang quảng bá sẽ thành không hợp lệ: {named}",
        "{count} routes announced today would become invalid: {named}",
    ),
}


def _finding(code: str, **fields: object) -> Finding:
    refuses, vi, en = _FINDINGS[code]
    return Finding(code, refuses, vi.format(**fields), en.format(**fields))


def check_roa(
    request: RoaRequest, held: Iterable[Block], announcements: Sequence[Announcement], existing: Iterable[Authorisation]
) -> tuple[Finding, ...]:
    """Check a request against the blocks its holder has, what is announced, and what is authorised already."""
    length = request.block.length
    if length is None:
        return (_finding("roa-not-a-prefix", block=request.block),)
    longest, bits = request.max_length or length, BITS[request.block.family]
    found = []
    if not any(block.contains(request.block) for block in held):
        found.append(_finding("roa-not-held", block=request.block))
    if not length <= longest <= bits:
        return (*found, _finding("roa-max-length", longest=longest, length=length, bits=bits))
    if request.origin == 0:
        found.append(_finding("roa-as-zero"))
    found += max_length_advice(request, announcements)
    found += _made_invalid(request, longest, announcements, existing)
    return tuple(found)


def max_length_advice(request: RoaRequest, announcements: Sequence[Announcement]) -> list[Finding]:
    """Advise by RFC 9319: authorise what is announced and no more, so that no forged longer prefix is valid."""
    block, length = request.block, request.block.length or 0
    longest, routed = request.max_length or length, LONGEST_ROUTED[request.block.family]
    found = []
    allowed = (1 << (longest - length + 1)) - 1
    announced = {one.block for one in announcements if one.origin == request.origin and block.contains(one.block)}
    used = sum((one.length or 0) <= longest for one in announced)
    if longest > length and used < allowed:
        fields = {"longest": longest, "allowed": allowed, "origin": request.origin, "announced": used}
        found.append(_finding("roa-not-minimal", **fields))
    if longest > routed:
        found.append(_finding("roa-longer-than-routed", routed=routed))
    return found


def _made_invalid(
    request: RoaRequest, longest: int, announcements: Sequence[Announcement], existing: Iterable[Authorisation]
) -> list[Finding]:
    before = list(existing)
    old = Authorisations(before)
    new = Authorisations([*before, Authorisation(request.block, longest, request.origin)])
    broken = [
        one
        for one in announcements
        if request.block.contains(one.block)
        and new.validity(one).validity is Validity.INVALID
        and old.validity(one).validity is not Validity.INVALID
    ]
    if not broken:
        return []
    named = ", ".join(f"{one.block} AS{one.origin}" for one in broken[:5]) + (" …" if len(broken) > 5 else "")
    return [_finding("roa-breaks-routes", count=len(broken), named=named)]


def route_object(request: RoaRequest, *, description: str, maintainer: str, source: str = "APNIC") -> str:
    """Write the route or route6 object of a request, in RPSL (RFC 2622 section 4, RFC 4012 section 3)."""
    kind = "route" if request.block.family == 4 else "route6"
    fields = ((kind, request.block), ("descr", description), ("origin", f"AS{request.origin}"))
    lines = [*fields, ("mnt-by", maintainer), ("source", source)]
    return "".join(f"{name + ':':<16}{value}\n" for name, value in lines)
