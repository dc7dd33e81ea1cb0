"""One change in SQLite, inside BEGIN IMMEDIATE: check, write. The same steps as `ledger_commit` in PostgreSQL."""
# ruff: noqa: S608 - columns and tables are named by this package; what is given is always bound

import sqlite3
from typing import Any, Final

from registries.ledger.boxes import Box
from registries.ledger.grants import Claim
from registries.ledger.plan import Plan
from registries.store import outcomes, sqlite_gaps, sqlite_space
from registries.store.outcomes import STALE, Done, Outcome
from registries.store.rows import (
    CLAIM_COLUMNS,
    GRANT_COLUMNS,
    TENURE_COLUMNS,
    claim_values,
    grant_values,
    read_claim,
    tenure_values,
)


def _marks(columns: tuple[str, ...]) -> str:
    return f"({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


_INSERT_CLAIM: Final = f"INSERT INTO claim {_marks(CLAIM_COLUMNS)}"
_INSERT_GRANT: Final = f"INSERT INTO grants {_marks(GRANT_COLUMNS)}"
_INSERT_TENURE: Final = f"INSERT INTO tenure {_marks(TENURE_COLUMNS)}"
_MOVE: Final = (
    "UPDATE claim SET first = ?, last = ?, low = ?, high = ?, size_bits = ?, legal_start_us = ?, legal_stop_us = ?, "
    "recorded_us = ?, active = ?, parent_id = ?, parent_claim_id = ? WHERE claim_id = ?"
)
_CHILDREN: Final = f"""SELECT {", ".join(CLAIM_COLUMNS)} FROM claim
WHERE parent_id = ? AND active AND parent_claim_id = ? ORDER BY first, low, claim_id"""


def apply(cursor: sqlite3.Cursor, plan: Plan) -> Outcome:
    """Write a plan, or tell what stands against it; after anything but Done the caller rolls back."""
    known = cursor.execute(
        "SELECT body_hash, receipt, entry_id FROM idempotency WHERE tenant = ? AND idempotency_key = ?",
        (plan.entry.tenant, plan.entry.idempotency_key),
    ).fetchone()
    if known:
        same = known[0] == plan.entry.body_hash
        return outcomes.first_answer(known[1]) if same else outcomes.key_reused(plan, known[2])
    answer = _moved_on(cursor, plan) or _unheld(cursor, plan) or _hit(cursor, plan)
    if answer is not None:
        return answer
    standing: list[list[Claim]] = []
    if plan.moved:
        lost, standing = _standing(cursor, plan)
        if lost is not None:
            return lost
    _write_claims(cursor, plan, standing)
    _write_grants(cursor, plan)
    _write_gaps(cursor, plan)
    _write_entry(cursor, plan)
    return Done(plan.receipt)


def _moved_on(cursor: sqlite3.Cursor, plan: Plan) -> Outcome | None:
    for grant_id, version in plan.expected.items():
        row = cursor.execute("SELECT version FROM grants WHERE grant_id = ?", (grant_id,)).fetchone()
        if row is None or row[0] != version:
            return STALE
    for grant_id in plan.begun:
        if cursor.execute("SELECT 1 FROM grants WHERE grant_id = ?", (grant_id,)).fetchone():
            return STALE
    return None


def _unheld(cursor: sqlite3.Cursor, plan: Plan) -> Outcome | None:
    for holder_id in plan.holders:
        row = cursor.execute("SELECT state FROM holder WHERE holder_id = ?", (holder_id,)).fetchone()
        if row is None or row[0] != "active":
            return outcomes.holder_missing(holder_id, row and row[0])
    return None


def _hit(cursor: sqlite3.Cursor, plan: Plan) -> Outcome | None:
    moved = [claim.claim_id for claim in plan.moved]
    for probe in plan.probes:
        row = sqlite_space.hit(cursor, probe, moved)
        if row is not None:
            return outcomes.overlap(plan.probes, probe.claim_id, read_claim(row))
    return None


def _standing(cursor: sqlite3.Cursor, plan: Plan) -> tuple[Outcome | None, list[list[Claim]]]:
    """Give the claims on moved ground, level by level, taken off it; or the one that would stand on nothing."""
    first: list[Claim] = []
    for ground in plan.moved:
        children = [read_claim(row) for row in cursor.execute(_CHILDREN, (ground.grant_id, ground.claim_id))]
        first += [child for child in children if not _carries(ground, child)]
    for child in sorted(first, key=lambda claim: (claim.box.first, claim.box.low, claim.claim_id)):
        if not any(_carries(ground, child) for ground in plan.grounds):
            return outcomes.child_remains(child), []
    levels: list[list[Claim]] = []
    level = first
    while level:
        levels.append(level)
        level = [
            read_claim(row) for above in level for row in cursor.execute(_CHILDREN, (above.grant_id, above.claim_id))
        ]
    for level in reversed(levels):
        cursor.executemany("UPDATE claim SET active = 0 WHERE claim_id = ?", [(claim.claim_id,) for claim in level])
    return None, levels


def _carries(ground: Claim, child: Claim) -> bool:
    return (
        ground.active
        and ground.box.contains(child.box)
        and ground.legal_stop_us >= child.legal_stop_us
        and (ground.lane >> 2) + 1 == child.lane >> 2
    )


def _write_claims(cursor: sqlite3.Cursor, plan: Plan, standing: list[list[Claim]]) -> None:
    for claim in plan.moved:
        values = _bound(claim_values(claim))
        cursor.execute(_MOVE, (*values[3:14], claim.claim_id))
    for claim in plan.opened:
        cursor.execute(_INSERT_CLAIM, _bound(claim_values(claim)))
    for depth, level in enumerate(standing):
        for child in level:
            if depth == 0:
                ground = next(ground for ground in plan.grounds if _carries(ground, child))
                recorded_us = max(child.recorded_us + 1, plan.entry.recorded_us)
                cursor.execute(
                    "UPDATE claim SET parent_id = ?, parent_claim_id = ?, active = 1, recorded_us = ? "
                    "WHERE claim_id = ?",
                    (ground.grant_id, ground.claim_id, recorded_us, child.claim_id),
                )
            else:
                cursor.execute("UPDATE claim SET active = 1 WHERE claim_id = ?", (child.claim_id,))
    for grant_id in {child.grant_id for child in standing[0]} if standing else ():
        cursor.execute("UPDATE grants SET version = version + 1 WHERE grant_id = ?", (grant_id,))


def _bound(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*values[:3], values[3].to_bytes(16), values[4].to_bytes(16), *values[5:])


def _write_grants(cursor: sqlite3.Cursor, plan: Plan) -> None:
    for grant in plan.grants:
        values = grant_values(grant, plan.entry.tenant)
        if grant.grant_id in plan.begun:
            cursor.execute(_INSERT_GRANT, values)
        else:
            cursor.execute(
                "UPDATE grants SET level = ?, version = ?, recorded_us = ?, state = ?, holder_id = ?, "
                "legal_start_us = ?, legal_stop_us = ?, attributes = ? WHERE grant_id = ?",
                (values[2], *values[5:11], values[12], grant.grant_id),
            )
    for grant_id, tenure in plan.tenures:
        values = tenure_values(grant_id, tenure)
        if grant_id in plan.begun:
            cursor.execute(_INSERT_TENURE, values)
            continue
        moved = cursor.execute(
            "UPDATE tenure SET state = ?, holder_id = ?, legal_start_us = ?, legal_stop_us = ?, recorded_us = ? "
            "WHERE grant_id = ? AND number = ?",
            (*values[2:], grant_id, tenure.number),
        )
        if moved.rowcount == 0:
            cursor.execute(_INSERT_TENURE, values)


def _write_gaps(cursor: sqlite3.Cursor, plan: Plan) -> None:
    for gap in plan.freed:
        sqlite_gaps.give(cursor, gap.parent_id, gap.lane, Box(gap.box.first, gap.box.last))
    for gap in plan.taken:
        sqlite_gaps.take(cursor, gap.parent_id, gap.box)
    for parent_id, more in plan.counted.items():
        cursor.execute("UPDATE usage SET children = children + ? WHERE parent_id = ?", (more, parent_id))
    for pool in plan.rebuilt:
        sqlite_gaps.rebuild(cursor, pool)


def _write_entry(cursor: sqlite3.Cursor, plan: Plan) -> None:
    entry = plan.entry
    cursor.executemany(
        "INSERT INTO grant_event VALUES (?, ?, ?, ?)",
        [(grant_id, version, entry.entry_id, kind) for grant_id, version, kind in plan.stream],
    )
    cursor.execute(
        "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)",
        (entry.entry_id, entry.command, entry.tenant, entry.recorded_us, entry.legal_us, entry.content),
    )
    cursor.execute(
        "INSERT INTO outbox (entry_id, leaf_hash, committed_us) VALUES (?, ?, ?)",
        (entry.entry_id, entry.leaf_hash, entry.recorded_us),
    )
    cursor.execute(
        "INSERT INTO idempotency VALUES (?, ?, ?, ?, ?)",
        (entry.tenant, entry.idempotency_key, entry.entry_id, entry.body_hash, plan.receipt.plain()),
    )
