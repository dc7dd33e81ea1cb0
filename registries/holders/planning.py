"""The plan of a change of holders: the same kind of entry as for grants, with rows of the holders' tables beside."""

import json
from dataclasses import replace
from typing import Any

from registries.holders.commands import HolderCommand
from registries.holders.deciding import Decided, Desk
from registries.holders.events import HolderEvent, apply
from registries.holders.holder import Holder
from registries.ledger.events import Event
from registries.ledger.plan import Plan, plan_of


def plan_of_holders(desk: Desk, command: HolderCommand, decided: Decided) -> Plan:
    """Give the plan of a decided command about holders, with the changes of grants that come with it."""
    after = {holder_id: holder for holder_id, holder in desk.holders.items() if holder is not None}
    recorded_us = desk.asking.recorded_us
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in ("holder", "holder_event", "contact_due")}
    for event in decided.events:
        if isinstance(event, HolderEvent):
            after[event.holder_id] = apply(after.get(event.holder_id), event, recorded_us)
    of_grants = [event for event in decided.events if isinstance(event, Event)]
    of_holders = [event for event in decided.events if isinstance(event, HolderEvent)]
    plan = plan_of(desk.asking, command, of_grants, [event.plain() for event in of_holders])
    touched = [after[holder_id] for holder_id in dict.fromkeys(event.holder_id for event in of_holders)]
    for holder in touched:
        rows["holder"].append(_row(holder))
        rows["contact_due"] += [
            {"holder_id": holder.holder_id, "contact_id": contact.contact_id, "due_us": contact.due_us}
            for contact in holder.contacts
        ]
    for event in of_holders:
        key = {"holder_id": event.holder_id, "version": after[event.holder_id].version}
        rows["holder_event"].append(key | {"entry_id": plan.entry.entry_id, "kind": event.kind})
    identifiers = [
        {"scheme": scheme, "value": value, "holder_id": holder.holder_id}
        for holder in touched
        for scheme, value in holder.identifiers
    ]
    receipt = replace(plan.receipt, holder_ids=tuple(holder.holder_id for holder in touched))
    return replace(
        plan,
        receipt=receipt,
        expected_holders={name: holder.version if holder else 0 for name, holder in desk.holders.items()},
        side={name: tuple(kept) for name, kept in rows.items() if kept}
        | {"holder_identifier": tuple(identifiers), "personal_value": tuple(decided.personal)},
        dropped={
            "personal_value": tuple(decided.erased),
            "contact_due": tuple({"holder_id": holder.holder_id} for holder in touched),
        },
    )


def _row(holder: Holder) -> dict[str, Any]:
    return {
        "holder_id": holder.holder_id,
        "kind": holder.kind.value,
        "state": holder.standing.value,
        "handle": holder.handle or None,
        "name": holder.name,
        "version": holder.version,
        "recorded_us": holder.recorded_us,
        "content": json.dumps(holder.plain(), ensure_ascii=False, sort_keys=True),
    }
