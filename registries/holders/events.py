"""Events about holders, and how they fold. Stored state, like those of grants; none holds a personal value."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from registries.holders.holder import Contact, Holder, Kind, Name, Standing
from registries.ledger.canonical import number
from registries.ledger.errors import EventUnknown

VERSION: Final = 1
"""The version in which every kind of event about holders is stored today."""


@dataclass(frozen=True, slots=True)
class HolderEvent:
    """Something that happened to one holder: its kind, and the values that folding needs."""

    kind: str
    holder_id: str
    values: Mapping[str, Any]

    def plain(self) -> dict[str, Any]:
        """Give it as it stands in the canonical bytes of its entry."""
        return {"kind": self.kind, "v": VERSION, "holder_id": self.holder_id} | dict(self.values)

    @classmethod
    def read(cls, plain: dict[str, Any]) -> "HolderEvent":
        """Read the plain form.

        Raises:
            EventUnknown: Its kind is not known, or its version is newer than this program.
        """
        if plain["kind"] not in _FOLDS or plain["v"] != VERSION:
            known = ", ".join(f"{kind} {VERSION}" for kind in _FOLDS)
            raise EventUnknown(kind=plain["kind"], version=plain["v"], known=known)
        values = {key: value for key, value in plain.items() if key not in {"kind", "v", "holder_id"}}
        return cls(plain["kind"], plain["holder_id"], values)


def contact_values(contact: Contact) -> dict[str, Any]:
    """Give a contact as values of an event, moments as they stand in canonical bytes."""
    plain = asdict(contact)
    return plain | {
        "roles": list(contact.roles),
        "validated_us": number(contact.validated_us),
        "due_us": number(contact.due_us),
    }


def apply(holder: Holder | None, event: HolderEvent, recorded_us: int) -> Holder:
    """Give a holder after one event; None stands for a holder that was not there."""
    after = _FOLDS[event.kind](holder, event.holder_id, event.values)
    return replace(after, version=(holder.version if holder else 0) + 1, recorded_us=recorded_us)


def _there(holder: Holder | None, holder_id: str) -> Holder:
    if holder is None:
        raise LookupError(f"an event of holder {holder_id}, who was never registered")
    return holder


def _registered(_: Holder | None, holder_id: str, said: Mapping[str, Any]) -> Holder:
    names = (Name(said["name"], int(said["legal_us"])),) if said["name"] else ()
    return Holder(
        holder_id,
        Kind(said["kind_of_holder"]),
        Standing.ACTIVE,
        0,
        0,
        said["handle"],
        names,
        tuple((scheme, value) for scheme, value in said["identifiers"]),
        said["attributes"],
        said["commitments"],
    )


def _renamed(holder: Holder | None, holder_id: str, said: Mapping[str, Any]) -> Holder:
    found, legal_us = _there(holder, holder_id), int(said["legal_us"])
    *before, last = found.names
    kept = [replace(last, legal_stop_us=legal_us)] if last.legal_start_us < legal_us else []
    return replace(found, names=(*before, *kept, Name(said["name"], legal_us)))


def _identified(holder: Holder | None, holder_id: str, said: Mapping[str, Any]) -> Holder:
    found = _there(holder, holder_id)
    return replace(found, identifiers=(*found.identifiers, (said["scheme"], said["value"])))


def _merged(holder: Holder | None, holder_id: str, said: Mapping[str, Any]) -> Holder:
    return replace(_there(holder, holder_id), standing=Standing.MERGED, successor_id=said["successor_id"])


def _ended(holder: Holder | None, holder_id: str, _: Mapping[str, Any]) -> Holder:
    return replace(_there(holder, holder_id), standing=Standing.ENDED)


def _contact(holder: Holder | None, holder_id: str, said: Mapping[str, Any]) -> Holder:
    found = _there(holder, holder_id)
    contact = Contact(
        said["contact_id"],
        tuple(said["roles"]),
        said["commitments"],
        int(said["validated_us"]),
        int(said["due_us"]),
    )
    others = tuple(each for each in found.contacts if each.contact_id != contact.contact_id)
    return replace(found, contacts=tuple(sorted((*others, contact), key=lambda each: each.contact_id)))


def _contact_removed(holder: Holder | None, holder_id: str, said: Mapping[str, Any]) -> Holder:
    found = _there(holder, holder_id)
    return replace(found, contacts=tuple(c for c in found.contacts if c.contact_id != said["contact_id"]))


def _erased(holder: Holder | None, holder_id: str, _: Mapping[str, Any]) -> Holder:
    return _there(holder, holder_id)


_FOLDS: Final[dict[str, Callable[[Holder | None, str, Mapping[str, Any]], Holder]]] = {
    "holder-registered": _registered,
    "holder-renamed": _renamed,
    "holder-identified": _identified,
    "holder-merged": _merged,
    "holder-ended": _ended,
    "contact-set": _contact,
    "contact-validated": _contact,
    "contact-removed": _contact_removed,
    "personal-erased": _erased,
}
KINDS: Final = tuple(_FOLDS)
