"""Commands about holders and their contacts. Personal values go in as `personal`, by field, and into no entry."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from registries.holders.holder import Kind
from registries.ledger.commands import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderCommand(Command):
    """A command about one holder, or several that become one."""

    def plain(self) -> dict[str, Any]:
        """Give it as plain values; of what is personal, the names of the fields alone, for this is hashed and kept."""
        plain = Command.plain(self)
        return plain | {"personal": sorted(plain["personal"])} if "personal" in plain else plain

    @property
    def touched(self) -> tuple[str, ...]:
        """Give the holders that it changes, so far as they have names yet."""
        name = getattr(self, "holder_id", "")
        return tuple(each for each in (name, *getattr(self, "absorbed", ())) if each)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterHolder(HolderCommand):
    """Register a holder. A person has no `name` here: a reference among its identifiers, and personal values."""

    name: ClassVar[str] = "register-holder"
    kind: Kind
    called: str = ""
    handle: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)
    holder_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameHolder(HolderCommand):
    """Give an organisation or agency another name from a moment on; the old one stays in its record."""

    name: ClassVar[str] = "rename-holder"
    holder_id: str
    called: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyHolder(HolderCommand):
    """Add an identifier (business number, agency code, registry handle elsewhere), which names no other holder."""

    name: ClassVar[str] = "identify-holder"
    holder_id: str
    scheme: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeHolders(HolderCommand):
    """Let holders go into one: it succeeds them, and their grants pass to it in the same entry."""

    name: ClassVar[str] = "merge-holders"
    holder_id: str
    absorbed: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndHolder(HolderCommand):
    """End a holder who has nothing any more."""

    name: ClassVar[str] = "end-holder"
    holder_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContact(HolderCommand):
    """Put a contact of a holder; it has to be validated by `due_at`."""

    name: ClassVar[str] = "set-contact"
    holder_id: str
    contact_id: str
    roles: tuple[str, ...]
    personal: Mapping[str, str]
    due_at: datetime.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateContact(HolderCommand):
    """Record that a contact answered, and when it has to be asked again."""

    name: ClassVar[str] = "validate-contact"
    holder_id: str
    contact_id: str
    due_at: datetime.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveContact(HolderCommand):
    """Remove a contact; its personal values are erased."""

    name: ClassVar[str] = "remove-contact"
    holder_id: str
    contact_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasePersonal(HolderCommand):
    """Erase the personal values of a holder and all its contacts; the record and its commitments stay."""

    name: ClassVar[str] = "erase-personal"
    holder_id: str
    reason: str
