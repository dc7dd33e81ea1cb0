"""Holders: who has rights of use. Organisations and agencies by name; persons by reference, never by value.

What is personal (the name of a person, a contact's mail and telephone) stands in a holder as a commitment under its
field; the value and its salt are rows of their own, which can be erased while the record stays whole.
"""

import datetime
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

from registries.ledger import moments


class Kind(Enum):
    """What a holder is: AGENCY stands for a body of the state with its national agency code."""

    ORGANISATION = "organisation"
    PERSON = "person"
    AGENCY = "agency"


class Standing(Enum):
    """ACTIVE holders can receive; MERGED ones went into another; ENDED ones are no more."""

    ACTIVE = "active"
    MERGED = "merged"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Name:
    """A name over legal time [legal_start_us, legal_stop_us)."""

    text: str
    legal_start_us: int
    legal_stop_us: int = moments.FOREVER


@dataclass(frozen=True, slots=True)
class Contact:
    """How a holder is reached in some roles (admin, tech, billing, abuse).

    `commitments` holds one commitment for each personal field. A contact is confirmed every so often: `validated_us`
    is when it last was (0: never), `due_us` when it has to be again.
    """

    contact_id: str
    roles: tuple[str, ...]
    commitments: Mapping[str, str]
    validated_us: int
    due_us: int


@dataclass(frozen=True, slots=True)
class Holder:
    """A holder as it is believed; `version` counts its events. `successor_id` is who it went into, if it did."""

    holder_id: str
    kind: Kind
    standing: Standing
    version: int
    recorded_us: int
    handle: str = ""
    names: tuple[Name, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    commitments: Mapping[str, str] = field(default_factory=dict)
    contacts: tuple[Contact, ...] = ()
    successor_id: str = ""

    @property
    def name(self) -> str:
        """The last name; empty for a person."""
        return self.names[-1].text if self.names else ""

    def name_on(self, when: datetime.datetime | datetime.date) -> str:
        """Give the name at a moment by law; a day is asked about as it stood at its end in Viet Nam."""
        legal_us = moments.as_of_us(when)
        return next((n.text for n in self.names if n.legal_start_us <= legal_us < n.legal_stop_us), "")

    def contact(self, contact_id: str) -> Contact | None:
        """Give a contact by its name, or None."""
        return next((contact for contact in self.contacts if contact.contact_id == contact_id), None)

    def plain(self) -> dict[str, Any]:
        """Give it as plain values."""
        return asdict(self) | {"kind": self.kind.value, "standing": self.standing.value}

    @classmethod
    def read(cls, plain: dict[str, Any]) -> "Holder":
        """Read the plain values of a holder."""
        return cls(
            **plain
            | {
                "kind": Kind(plain["kind"]),
                "standing": Standing(plain["standing"]),
                "names": tuple(Name(**name) for name in plain["names"]),
                "identifiers": tuple((scheme, value) for scheme, value in plain["identifiers"]),
                "contacts": tuple(
                    Contact(**contact | {"roles": tuple(contact["roles"])}) for contact in plain["contacts"]
                ),
            }
        )
