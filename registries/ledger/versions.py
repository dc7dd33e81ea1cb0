"""Versions of stored events: how each is read, and how an older one is lifted to the next.

A new version of an event adds an upcaster from the one before, a golden file of the stored form, and changes nothing
that is stored. The chain runs from the stored version to the one of today.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from registries.ledger import events
from registries.ledger.errors import EventUnknown
from registries.ledger.events import Event

Plain = dict[str, Any]
ENTRY_VERSION: Final = 1
"""Version of the form of an entry: envelope, command, moments, events."""

READERS: Final[dict[str, Callable[[Plain], Event]]] = {
    "opened": events.read_opened,
    "changed": events.read_changed,
    "reshaped": events.read_reshaped,
    "termed": events.read_termed,
    "described": events.read_described,
    "ended": events.read_ended,
    "corrected": events.read_corrected,
}
"""How the plain form of today's version of each kind is read."""

CURRENT: Final[dict[str, int]] = {
    kind.kind: kind.version
    for kind in (
        events.Opened,
        events.Changed,
        events.Reshaped,
        events.Termed,
        events.Described,
        events.Ended,
        events.Corrected,
    )
}
UPCASTERS: Final[dict[tuple[str, int], Callable[[Plain], Plain]]] = {}
"""By kind and stored version: how a plain form becomes that of the next version."""


def from_plain(plain: Plain) -> Event:
    """Read the plain form of an event of any version that was ever stored.

    Raises:
        EventUnknown: Its kind is not known, or its version is newer than this program.
    """
    kind, version = str(plain["kind"]), int(plain["v"])
    while version < CURRENT.get(kind, 0):
        plain = UPCASTERS[kind, version](plain)
        version += 1
    if version != CURRENT.get(kind):
        known = ", ".join(f"{name} {number}" for name, number in CURRENT.items())
        raise EventUnknown(kind=kind, version=version, known=known)
    return READERS[kind](plain)


def events_of(entry: bytes) -> tuple[Event, ...]:
    """Read the events about grants out of the canonical bytes of an entry, in their order."""
    return tuple(from_plain(plain) for plain in json.loads(entry)["events"] if "grant_id" in plain)
