"""What a user types for a resource, a grant or a holder: a block, an AS number, a name, an identifier."""

import re
from typing import TYPE_CHECKING, Final

from api.errors import OptionFaulty
from registries.addresses.blocks import Block
from registries.addresses.errors import BlockUnreadable
from registries.asns.errors import AutnumUnreadable
from registries.asns.numbers import AutnumRange
from registries.ledger import Box, space
from registries.ledger.errors import GrantUnknown, HolderUnknown

if TYPE_CHECKING:
    from registries.ledger.grants import Grant
    from registries.store import Ledger

ADDRESS_SPACES: Final = {4: "ipv4", 6: "ipv6"}
_AUTNUM: Final = re.compile(r"(AS)?\d+(\.\d+)?(-(AS)?\d+(\.\d+)?)?", re.IGNORECASE)


def resource_of(text: str) -> tuple[str, Box]:
    """Read a block of addresses or a range of AS numbers: the space it is in, and its box.

    Raises:
        BlockUnreadable: It is neither.
        AutnumUnreadable: It looks like an AS number and is none.
    """
    if _AUTNUM.fullmatch(text.strip()):
        numbers = AutnumRange.parse(text)
        return "asn", Box(numbers.first, numbers.last)
    block = Block.parse(text)
    return ADDRESS_SPACES[block.family], Box(block.first, block.last)


def box_of(space_name: str, text: str) -> Box:
    """Read a part of a space: a resource in its own writing, elsewhere a number or `first-last`.

    Raises:
        SpaceUnknown: There is no such space.
        OptionFaulty: The text is no part of it.
    """
    of = space(space_name)
    if of.keyed:
        return of.key(text)
    if space_name in {"asn", *ADDRESS_SPACES.values()}:
        found, box = resource_of(text)
        if found != space_name:
            raise OptionFaulty(option="RESOURCE", value=text, detail=f"is of the space {found}, not of {space_name}")
        return box
    first, _, last = text.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        raise OptionFaulty(option="RESOURCE", value=text, detail="write a number, or first-last")
    return of.checked(Box(int(first), int(last or first)))


def grant_of(ledger: "Ledger", text: str) -> "Grant":
    """Give the grant that a name, or exactly a resource, stands for; where a pool and a grant are alike, the grant.

    Raises:
        GrantUnknown: Nothing is granted there.
        OptionFaulty: The resource is a part of a grant, or several.
    """
    try:
        return ledger.grant(text)
    except GrantUnknown:
        try:
            of, box = resource_of(text)
        except (BlockUnreadable, AutnumUnreadable):
            raise GrantUnknown(grant_id=text) from None
    covering = ledger.covering(of, box)
    if not covering:
        raise GrantUnknown(grant_id=text)
    narrowest = ledger.grant(covering[-1].grant_id)
    if narrowest.boxes != (box,):
        detail = f"is a part of grant {narrowest.grant_id} ({narrowest.text}); name that grant, or split it first"
        raise OptionFaulty(option="GRANT", value=text, detail=detail)
    return narrowest


def holder_id_of(ledger: "Ledger", text: str) -> str:
    """Give the holder that a name in the ledger, a handle, or `scheme:value` stands for.

    Raises:
        HolderUnknown: It stands for nobody.
    """
    try:
        return ledger.holder(text).holder_id
    except HolderUnknown:
        scheme, colon, value = text.partition(":")
        found = ledger.holder_named(scheme, value) if colon else ledger.holder_named("", text)
        if found is None:
            raise
        return found.holder_id
