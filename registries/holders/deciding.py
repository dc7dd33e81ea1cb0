"""Decide commands about holders: events of holders and of the grants that pass with them, and what is personal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from registries.holders import commands
from registries.holders.events import HolderEvent, contact_values
from registries.holders.holder import Contact, Holder, Kind, Standing
from registries.ledger.asking import Asking, named
from registries.ledger.canonical import number
from registries.ledger.errors import (
    ContactUnknown,
    EffectBeforeChange,
    HolderClosed,
    HolderExists,
    HolderHolds,
    HolderUnknown,
    IdentifierTaken,
    NothingChanges,
    ReasonMissing,
)
from registries.ledger.events import Changed, Event
from registries.ledger.evidence.commitments import seal
from registries.ledger.grants import Grant
from registries.ledger.moments import moment_text, to_us


class Register(Protocol):
    """What deciding may look at."""

    def holder(self, holder_id: str) -> Holder | None:
        """Give a holder as it is believed, or None."""

    def named(self, scheme: str, value: str) -> str | None:
        """Give the holder whom an identifier names, or None; the handle is the scheme ''."""

    def grants_of(self, holder_id: str) -> list[Grant]:
        """Give the grants that a holder has now."""


@dataclass(slots=True)
class Decided:
    """What follows from a command: events, personal values to keep, and contacts whose values go."""

    events: list[HolderEvent | Event]
    personal: list[dict[str, Any]] = field(default_factory=list)
    erased: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Desk:
    """One command about holders under decision."""

    asking: Asking
    register: Register
    holders: dict[str, Holder | None] = field(default_factory=dict)

    def active(self, holder_id: str) -> Holder:
        """Give a holder that can still change.

        Raises:
            HolderUnknown: There is none.
            HolderClosed: It has ended or gone into another one.
        """
        found = self.register.holder(holder_id)
        if found is None:
            raise HolderUnknown(holder_id=holder_id)
        if found.standing is not Standing.ACTIVE:
            successor = found.successor_id or "another one"
            raise HolderClosed(holder_id=holder_id, state=found.standing.value, successor=successor)
        self.holders[holder_id] = found
        self.asking.recorded_us = max(self.asking.recorded_us, found.recorded_us + 1)
        return found

    def contact(self, holder: Holder, contact_id: str) -> Contact:
        """Give a contact of a holder.

        Raises:
            ContactUnknown: There is none of this name.
        """
        found = holder.contact(contact_id)
        if found is None:
            raise ContactUnknown(holder_id=holder.holder_id, contact_id=contact_id)
        return found

    def free(self, scheme: str, value: str) -> None:
        """Make sure that an identifier or handle names nobody else.

        Raises:
            IdentifierTaken: It names another holder.
            HolderExists: The handle is another holder's.
        """
        taken = self.register.named(scheme, value)
        if taken is not None and not scheme:
            raise HolderExists(what="handle", value=value, holder_id=taken)
        if taken is not None:
            raise IdentifierTaken(scheme=scheme, value=value, holder_id=taken)


def _register(desk: Desk, command: commands.RegisterHolder) -> Decided:
    holder_id = named(command.holder_id) or desk.asking.new_id()
    if desk.register.holder(holder_id) is not None:
        raise HolderExists(what="name", value=holder_id, holder_id=holder_id)
    desk.holders[holder_id] = None
    for scheme, value in (("", command.handle), *command.identifiers):
        if value:
            desk.free(scheme, value)
    sealed, rows = _sealed(holder_id, "", command.personal)
    values = {
        "kind_of_holder": command.kind.value,
        "name": "" if command.kind is Kind.PERSON else command.called,
        "handle": command.handle,
        "identifiers": [list(pair) for pair in command.identifiers],
        "attributes": dict(command.attributes),
        "commitments": sealed,
        "legal_us": number(desk.asking.legal_us),
    }
    return Decided([HolderEvent("holder-registered", holder_id, values)], rows)


def _rename(desk: Desk, command: commands.RenameHolder) -> Decided:
    holder = desk.active(command.holder_id)
    if command.called == holder.name or holder.kind is Kind.PERSON:
        raise NothingChanges(command=command.name, grant_id=holder.holder_id, detail="it is called so, or is a person")
    legal_us = desk.asking.legal_us
    last_us = holder.names[-1].legal_start_us if holder.names else 0
    if legal_us < last_us:
        raise EffectBeforeChange(
            command=command.name,
            legal_at=moment_text(legal_us),
            grant_id=holder.holder_id,
            last_at=moment_text(last_us),
        )
    values = {"name": command.called, "legal_us": number(legal_us)}
    return Decided([HolderEvent("holder-renamed", holder.holder_id, values)])


def _identify(desk: Desk, command: commands.IdentifyHolder) -> Decided:
    holder = desk.active(command.holder_id)
    desk.free(command.scheme, command.value)
    values = {"scheme": command.scheme, "value": command.value}
    return Decided([HolderEvent("holder-identified", holder.holder_id, values)])


def _merge(desk: Desk, command: commands.MergeHolders) -> Decided:
    survivor = desk.active(command.holder_id)
    absorbed = [desk.active(holder_id) for holder_id in dict.fromkeys(command.absorbed)]
    if not absorbed or survivor in absorbed:
        raise NothingChanges(command=command.name, grant_id=survivor.holder_id, detail="it names nobody else")
    passing = [
        desk.asking.take(grant.grant_id)
        for holder in absorbed
        for grant in desk.register.grants_of(holder.holder_id)
        if grant.state.occupies
    ]
    values = {"successor_id": survivor.holder_id, "reason": command.reason}
    events: list[HolderEvent | Event] = [
        HolderEvent("holder-merged", holder.holder_id, values | {"legal_us": number(desk.asking.legal_us)})
        for holder in absorbed
    ]
    for grant in passing:
        legal_us = desk.asking.effect(grant)
        events.append(Changed(grant.grant_id, grant.state, survivor.holder_id, grant.level, legal_us, "succession"))
    return Decided(events)


def _end(desk: Desk, command: commands.EndHolder) -> Decided:
    holder = desk.active(command.holder_id)
    if not command.reason.strip():
        raise ReasonMissing(command=command.name, grant_id=holder.holder_id)
    held = [grant for grant in desk.register.grants_of(holder.holder_id) if grant.state.occupies]
    if held:
        raise HolderHolds(holder_id=holder.holder_id, count=len(held), grant_id=held[0].grant_id)
    return Decided([HolderEvent("holder-ended", holder.holder_id, {"reason": command.reason})])


def _set_contact(desk: Desk, command: commands.SetContact) -> Decided:
    holder = desk.active(command.holder_id)
    sealed, rows = _sealed(holder.holder_id, command.contact_id, command.personal)
    contact = Contact(command.contact_id, command.roles, sealed, 0, to_us(command.due_at))
    event = HolderEvent("contact-set", holder.holder_id, contact_values(contact))
    return Decided([event], rows, [{"holder_id": holder.holder_id, "contact_id": command.contact_id}])


def _validate(desk: Desk, command: commands.ValidateContact) -> Decided:
    holder = desk.active(command.holder_id)
    contact = desk.contact(holder, command.contact_id)
    after = replace(contact, validated_us=desk.asking.legal_us, due_us=to_us(command.due_at))
    return Decided([HolderEvent("contact-validated", holder.holder_id, contact_values(after))])


def _remove(desk: Desk, command: commands.RemoveContact) -> Decided:
    holder = desk.active(command.holder_id)
    contact = desk.contact(holder, command.contact_id)
    event = HolderEvent("contact-removed", holder.holder_id, {"contact_id": contact.contact_id})
    return Decided([event], [], [{"holder_id": holder.holder_id, "contact_id": contact.contact_id}])


def _erase(desk: Desk, command: commands.ErasePersonal) -> Decided:
    found = desk.register.holder(command.holder_id)
    if found is None:
        raise HolderUnknown(holder_id=command.holder_id)
    desk.holders[found.holder_id] = found
    desk.asking.recorded_us = max(desk.asking.recorded_us, found.recorded_us + 1)
    if not command.reason.strip():
        raise ReasonMissing(command=command.name, grant_id=command.holder_id)
    event = HolderEvent("personal-erased", found.holder_id, {"reason": command.reason})
    return Decided([event], [], [{"holder_id": found.holder_id}])


def _sealed(
    holder_id: str, contact_id: str, personal: Iterable[tuple[str, str]] | Any
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    values = dict(personal)
    sealed = seal(values)
    rows = [
        {
            "holder_id": holder_id,
            "contact_id": contact_id,
            "field": name,
            "commitment": sealed.commitments[name],
            "value": value,
            "salt": sealed.salts[name],
        }
        for name, value in values.items()
    ]
    return dict(sealed.commitments), rows


DECIDERS: Final[dict[type[commands.HolderCommand], Callable[[Desk, Any], Decided]]] = {
    commands.RegisterHolder: _register,
    commands.RenameHolder: _rename,
    commands.IdentifyHolder: _identify,
    commands.MergeHolders: _merge,
    commands.EndHolder: _end,
    commands.SetContact: _set_contact,
    commands.ValidateContact: _validate,
    commands.RemoveContact: _remove,
    commands.ErasePersonal: _erase,
}


def decide_holder(desk: Desk, command: commands.HolderCommand) -> Decided:
    """Give what follows from a command about holders.

    Raises:
        Refusal: A rule stands against it; the class says which.
    """
    return DECIDERS[type(command)](desk, command)
