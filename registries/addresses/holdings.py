"""What the ledger says of address space at a moment, made ready to be looked up by the column or drawn."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from registries.addresses.blocks import Block
from registries.addresses.history import UNKNOWN_DATE, is_ground
from registries.addresses.lookup import AddressMap
from registries.addresses.mapping import Shown
from registries.ledger import moments
from registries.store import Holding, Ledger

_FAMILY: Final = {"ipv4": 4, "ipv6": 6}
When = datetime.datetime | datetime.date
_COLUMNS: Final = ("grant_id", "resource", "level", "state", "holder_id", "since")


@dataclass(frozen=True, slots=True)
class Register:
    """The register of addresses as of a moment: record r of `addresses` is row r of `records`."""

    addresses: AddressMap
    records: pl.DataFrame


def register_map(ledger: Ledger, *, legal: When | None = None, recorded: When | None = None) -> Register:
    """Give the register as of a moment by law, as it was recorded at a moment; pools are not holders.

    Where grants stand on one another, the narrowest counts.
    """
    held: list[Block] = []
    rows: list[tuple[str | None, ...]] = []
    for kind in _FAMILY:
        for one in ledger.as_of(kind, legal=legal, recorded=recorded):
            if one.claim.tier:
                held.append(_block(one))
                since = one.grant.attributes.get("delegated_on") or moments.day_text(one.grant.legal_start_us)
                told = (one.grant.grant_id, one.grant.space.text(one.claim.box), one.grant.level.value)
                rows.append((*told, one.tenure.state.value, one.tenure.holder_id, since))
    records = pl.DataFrame(rows, schema=dict.fromkeys(_COLUMNS, pl.String), orient="row")
    return Register(AddressMap.of(held), records)


def held_blocks(ledger: Ledger, holder_id: str | None = None, *, legal: When | None = None) -> list[Block]:
    """Give the blocks that anybody holds by a grant out of a pool or of history, or that one holder has, by address."""
    return [
        _block(one)
        for kind in _FAMILY
        for one in ledger.as_of(kind, legal=legal)
        if one.claim.tier == 1 and (holder_id is None or one.tenure.holder_id == holder_id)
    ]


def shown(ledger: Ledger, kind: str, *, legal: When | None = None) -> list[Shown]:
    """Give the blocks of a map, the wider first: what pools have as available, and what was given out over it."""
    return list(_shown(ledger, ledger.as_of(kind, legal=legal)))


def _shown(ledger: Ledger, holdings: list[Holding]) -> Iterator[Shown]:
    names: dict[str, str] = {}
    for one in holdings:
        if is_ground(one.grant):
            continue
        if not one.claim.tier:
            yield Shown(_block(one), "available")
            continue
        holder_id = one.tenure.holder_id
        if holder_id is not None and holder_id not in names:
            names[holder_id] = ledger.holder(holder_id).name or holder_id
        told = one.grant.attributes.get("delegated_on") or moments.day_text(one.grant.legal_start_us)
        since = None if told == UNKNOWN_DATE else datetime.date.fromisoformat(told)
        yield Shown(_block(one), one.tenure.state.value, since, names.get(holder_id or ""))


def _block(one: Holding) -> Block:
    return Block(_FAMILY[one.grant.space_name], one.claim.box.first, one.claim.box.last)
