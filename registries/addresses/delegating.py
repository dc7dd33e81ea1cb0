"""Delegating the reverse zones of a grant: its name servers and DS records, set anew or taken away."""

from collections.abc import Sequence
from typing import Final

from registries.addresses.blocks import Block
from registries.addresses.errors import ReverseNamesFaulty
from registries.addresses.reverse import NAMESERVERS, SIGNERS, ReverseNames, Signer, check
from registries.ledger import Describe
from registries.store import Ledger

_FAMILIES: Final = {"ipv4": 4, "ipv6": 6}


def reverse_delegation(ledger: Ledger, grant_id: str, servers: Sequence[str], signers: Sequence[Signer]) -> Describe:
    """Give the command that delegates all reverse zones of a grant; no servers take the delegation back.

    Raises:
        GrantUnknown: There is no such grant.
        ReverseNamesFaulty: It holds no addresses, or the zone above could not publish this for one of its blocks.
    """
    grant = ledger.grant(grant_id)
    family = _FAMILIES.get(grant.space_name)
    if family is None:
        raise ReverseNamesFaulty(block=grant_id, reason=f"{grant.space_name} has no reverse names")
    if servers or signers:
        for box in grant.boxes:
            check(ReverseNames(Block(family, box.first, box.last), tuple(servers), tuple(signers)))
    told = {
        NAMESERVERS: " ".join(server.rstrip(".").lower() for server in servers),
        SIGNERS: "; ".join(str(signer) for signer in signers),
    }
    return Describe(grant_id=grant_id, attributes=told)
