"""Which RDAP server answers for what (RFC 9224, RFC 8521): our own pools, and the registries of the world.

The files are served in the shape of RFC 9224, so that clients can be pointed here, and used for redirects.
"""

import datetime
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import data
from api.rdap.queries import read_autnums, read_block
from api.service import Service
from registries.addresses.blocks import Block
from registries.addresses.reverse import zone_names
from registries.ledger.boxes import Box
from registries.ledger.grants import Grant

FILES: Final = ("ipv4", "ipv6", "asn", "dns", "object-tags")
_KINDS: Final = ("ipv4", "ipv6", "asn")
_VERSION: Final = "1.0"


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    box: Box
    url: str


class Bootstrap:
    """Services by range and by tag. `own` gives, when it is asked, the pools that this registry answers for."""

    def __init__(self, service: Service, own: Callable[[], Sequence[Grant]], *, on: datetime.date) -> None:
        self._service = service
        self._own = own
        self._on = on
        table = data.table("rdap_services", on)
        self._tags = {row["entry"].upper(): row["url"] for row in table.where(kind="tag")}
        self._tags[service.tag.upper()] = service.rdap_url
        self._entries: dict[str, list[_Entry]] = {}
        for kind in _KINDS:
            entries = [_Entry(row["entry"], _read(kind, row["entry"]), row["url"]) for row in table.where(kind=kind)]
            self._entries[kind] = sorted(entries, key=lambda entry: (entry.box.first, -entry.box.last))

    def for_block(self, space: str, box: Box) -> str | None:
        """Give the base of the server for the smallest entry that contains a block (RFC 9224 section 5.1)."""
        return self._containing(space, box)

    def for_autnum(self, box: Box) -> str | None:
        """Give the base of the server for an AS number (RFC 9224 section 5.3)."""
        return self._containing("asn", box)

    def for_handle(self, handle: str) -> str | None:
        """Give the base of the server for the tag at the end of a handle (RFC 8521 section 3)."""
        return self._tags.get(handle.rpartition("-")[2].upper()) if "-" in handle else None

    def _containing(self, kind: str, box: Box) -> str | None:
        entries = self._entries[kind]
        # Entries nest and never cross: going back from the place of the box, the first that contains it is smallest.
        for entry in reversed(entries[: bisect_right(entries, box.first, key=lambda entry: entry.box.first)]):
            if entry.box.contains(box):
                return entry.url
        return None

    def file(self, name: str) -> dict[str, Any]:
        """Give a bootstrap file in the shape of RFC 9224 section 3; `object-tags` in that of RFC 8521 section 3."""
        services: list[list[list[str]]] = []
        if name == "object-tags":
            by_url: dict[str, list[str]] = {}
            for tag, url in self._tags.items():
                by_url.setdefault(url, []).append(tag)
            services = [[[f"noc@{self._service.agency.lower()}.example"], tags, [url]] for url, tags in by_url.items()]
        else:
            by_url = {self._service.rdap_url: self._own_entries(name)}
            for entry in self._entries.get(name, ()):
                by_url.setdefault(entry.url, []).append(entry.text)
            services = [[texts, [url]] for url, texts in by_url.items() if texts]
        published = f"{self._on.isoformat()}T00:00:00Z"
        description = f"RDAP bootstrap file of {self._service.agency}"
        return {"version": _VERSION, "publication": published, "description": description, "services": services}

    def _own_entries(self, kind: str) -> list[str]:
        if kind == "asn":
            return [f"{box.first}-{box.last}" for pool in self._own() if pool.space_name == kind for box in pool.boxes]
        families = {"ipv4": 4, "ipv6": 6}
        blocks = [
            Block(families[pool.space_name], box.first, box.last)
            for pool in self._own()
            if pool.space_name in ({kind} if kind in families else families)
            for box in pool.boxes
        ]
        # Names are ours where addresses are: their reverse zones (RFC 9224 section 4).
        return [text for block in blocks for text in block.cidr_texts] if kind in families else zone_names(blocks)


def _read(kind: str, text: str) -> Box:
    return read_autnums(text, ranges=True) if kind == "asn" else read_block(text)[1]
