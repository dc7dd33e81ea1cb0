"""Envelopes, clocks and pools for tests of the ledger."""

import itertools
from typing import Any

from registries.ledger import Box, Envelope, Issue, Level, OpenPool
from registries.store import Ledger

START_US = 1_772_323_200_000_000
"""2026-03-01 00:00 UTC."""
WHOLE = Box(0xC6120000, 0xC613FFFF)
_COUNT = itertools.count()


class Clock:
    """A clock that moves a millisecond whenever it is read, and further when it is told to."""

    def __init__(self) -> None:
        self.now_us = START_US

    def __call__(self) -> int:
        self.now_us += 1_000
        return self.now_us


def envelope(**other: Any) -> Envelope:
    """Give an envelope with a key of its own."""
    said = {
        "actor": "officer-1",
        "tenant": "registry",
        "purpose": "test",
        "idempotency_key": f"key-{next(_COUNT)}",
    }
    return Envelope(**(said | other))


def pool(ledger: Ledger, space: str = "ipv4", box: Box | None = None, **other: Any) -> str:
    """Open a pool, by default the whole of 198.18.0.0/15, and give its name."""
    command = OpenPool(space=space, boxes=(box or WHOLE,), authority="RFC 2544", **other)
    return ledger.execute(command, envelope()).grant_ids[0]


def issued(ledger: Ledger, parent_id: str, *boxes: Box, level: Level = Level.ALLOCATED, **other: Any) -> str:
    """Issue boxes and give the name of the grant."""
    legal_at = other.pop("legal_at", None)
    command = Issue(parent_id=parent_id, level=level, boxes=boxes, **other)
    return ledger.execute(command, envelope(legal_at=legal_at)).grant_ids[0]


def block(first: int, last: int) -> Box:
    """Give addresses of 198.18.0.0/15 by their offset."""
    return Box(0xC6120000 + first, 0xC6120000 + last)
