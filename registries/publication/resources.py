"""Resources and parties as they are told to anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registries.addresses.blocks import Block
from registries.holders.holder import Kind, Standing
from registries.ledger.boxes import Box
from registries.ledger.grants import Level, State

ABUSE: Final = "abuse"
"""The role of contacts whose mail and telephone are told."""
_FAMILY: Final = {"ipv4": 4, "ipv6": 6}


def resource_spaces() -> tuple[str, ...]:
    """Give the spaces whose claims are told here."""
    return ("ipv4", "ipv6", "asn")


@dataclass(frozen=True, slots=True)
class PublicContact:
    """A contact of a holder: its roles, and for abuse how to reach it; both values are empty where they are not told.

    `withheld` says that values are kept which are not told.
    """

    contact_id: str
    roles: tuple[str, ...]
    mail: str = ""
    telephone: str = ""
    withheld: bool = True


@dataclass(frozen=True, slots=True)
class Party:
    """A holder as it is told. The name of a person is empty; `registered_us` is 0 where it is not recorded."""

    holder_id: str
    own_handle: str
    name: str
    kind: Kind
    standing: Standing
    country: str
    registered_us: int
    changed_us: int
    contacts: tuple[PublicContact, ...] = ()
    successor_id: str = ""

    @property
    def handle(self) -> str:
        """The handle that it was registered with, else its name in the ledger."""
        return self.own_handle or self.holder_id

    @property
    def is_person(self) -> bool:
        """Whether it is a natural person, of whom no name is told."""
        return self.kind is Kind.PERSON


@dataclass(frozen=True, slots=True)
class Resource:
    """One claim on addresses or AS numbers that is registered now.

    `handle` names the claim, `name` the grant that it belongs to; `parent_handle` is empty where it stands on nothing
    that is told. Without a `party` the holder is not recorded.
    """

    handle: str
    name: str
    space: str
    box: Box
    tier: int
    level: Level
    state: State
    registered_us: int
    changed_us: int
    parent_handle: str
    attributes: Mapping[str, str]
    party: Party | None = None

    @property
    def block(self) -> Block:
        """The addresses it holds; only for address spaces."""
        return Block(_FAMILY[self.space], self.box.first, self.box.last)

    @property
    def country(self) -> str:
        """The country of the row it was imported from, else of its holder; empty where none is recorded."""
        return self.attributes.get("country") or (self.party.country if self.party else "")

    @property
    def is_pool(self) -> bool:
        """Whether it is space that this registry gives out of."""
        return self.level is Level.POOL
