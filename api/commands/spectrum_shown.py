"""How a licence and a change of it are told."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from api.commands.ledger_desk import Desk

if TYPE_CHECKING:
    from rich.console import Console

    from registries.ledger import Receipt
    from registries.spectrum.licences import Licence
    from registries.store import Ledger


def licence_value(ledger: "Ledger", found: "Licence") -> dict[str, Any]:
    from dataclasses import asdict

    from api.commands.ledger_shown import holder_text, moment_text
    from registries.spectrum import grid
    from registries.spectrum.band_ranges import bands_text

    return {
        "licence": found.licence_id,
        "version": found.version,
        "kind": found.kind.value,
        "state": found.state.value,
        "holder_id": found.holder_id,
        "holder": holder_text(ledger, found.holder_id),
        "bands": bands_text(found.bands),
        "bandwidth_hz": found.bandwidth_hz,
        "exclusive": found.head.exclusivity == 0,
        "area": found.area.kind.value,
        "area_label": found.area.label,
        "cells": grid.cell_count(found.ranges),
        "ranges": len(found.ranges),
        "parts": [part.grant_id for part in found.parts],
        "legal_start_at": moment_text(found.head.legal_start_us),
        "legal_stop_at": moment_text(found.head.legal_stop_us) or None,
        "stations": [asdict(one) for one in found.stations],
        "attributes": dict(found.head.attributes),
    }


def licence_lines(one: dict[str, Any]) -> Iterable[str]:
    yield f"{one['licence']} (bản · version {one['version']}): {one['kind']}, {one['state']}, {one['bands']}"
    yield f"  {one['holder']}"
    yield f"  {one['area_label']}: {one['cells']:,} ô · cells, {one['ranges']:,} khoảng · ranges"
    yield f"  từ · from {one['legal_start_at'][:10]} đến · until {(one['legal_stop_at'] or '-')[:10]}"
    for each in one["stations"]:
        yield f"  {each['station_id']} {each['station_name']} {each['latitude_deg']:.5f}, {each['longitude_deg']:.5f}"


def told_of(desk: Desk, licence_id: str, receipts: "Sequence[Receipt]", **besides: object) -> None:
    """Tell what a change did to a licence."""
    from registries.spectrum.licences import licence_of

    value: dict[str, Any] = {
        "licence": licence_id,
        "dry_run": desk.dry_run,
        "again": all(one.again for one in receipts),
        "entries": [{"entry_id": one.entry_id, "command": one.command} for one in receipts],
        **besides,
    }
    if not desk.dry_run:
        value |= {"now": licence_value(desk.ledger, licence_of(desk.ledger, licence_id))}

    def draw(screen: "Console") -> None:
        state = "thử, không ghi gì · a trial, nothing was written" if desk.dry_run else "đã ghi · recorded"
        screen.print(f"{licence_id}: {state}, {len(receipts)} bút toán · entries", soft_wrap=True, markup=False)
        for line in licence_lines(value["now"]) if "now" in value else ():
            screen.print(f"  {line}", soft_wrap=True, markup=False)

    desk.tell(value, draw)
