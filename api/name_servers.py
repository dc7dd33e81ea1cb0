"""Ask name servers what they say of a reverse zone: the asking that `registries.addresses.reverse.lame` is handed."""

import socket
from typing import Any, Final

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdataclass
import dns.rdatatype

from registries.addresses.reverse import Answer

PORT: Final = 53
PATIENCE_S: Final = 3.0


def ask(server: str, zone: str) -> Answer | None:
    """Ask a name server for SOA and NS of a zone, by UDP, and by TCP where the answer is cut short.

    Its addresses are asked in turn until one answers; None where none does in PATIENCE_S, or it has no address.
    """
    try:
        found = socket.getaddrinfo(server, PORT, type=socket.SOCK_DGRAM)
    except OSError:
        return None
    for address in dict.fromkeys(str(each[4][0]) for each in found):
        try:
            return _answer(address, dns.name.from_text(zone))
        except (dns.exception.DNSException, OSError):
            continue
    return None


def _answer(address: str, zone: dns.name.Name) -> Answer:
    about_zone, serial = _said(address, zone, dns.rdatatype.SOA)
    _, servers = _said(address, zone, dns.rdatatype.NS)
    return Answer(
        authoritative=bool(about_zone.flags & dns.flags.AA),
        code=dns.rcode.to_text(about_zone.rcode()),
        serial=next((each.serial for each in serial), None),
        servers=frozenset(each.target.to_text(omit_final_dot=True).lower() for each in servers),
    )


def _said(address: str, zone: dns.name.Name, kind: dns.rdatatype.RdataType) -> tuple[dns.message.Message, list[Any]]:
    question = dns.message.make_query(zone, kind, flags=0)
    reply, _ = dns.query.udp_with_fallback(question, address, timeout=PATIENCE_S, port=PORT)
    records = reply.get_rrset(reply.answer, zone, dns.rdataclass.IN, kind)
    return reply, list(records or ())
