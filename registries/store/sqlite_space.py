"""The index of space in SQLite, asked from Python: the same words as in the triggers, and the exact bounds decide."""
# ruff: noqa: S608 - columns and tables are named by this package; what is given is always bound

import sqlite3
from collections.abc import Iterable
from typing import Any, Final

from registries.ledger.boxes import Box
from registries.ledger.grants import Claim
from registries.store.rows import CLAIM_COLUMNS

_LOW, _HIGH = -(1 << 31), (1 << 31) - 1
_PLANE_END: Final = 96 * 64
_MINUTE_US: Final = 60_000_000
_C: Final = ", ".join(f"c.{name}" for name in CLAIM_COLUMNS)
_SPACE: Final = """FROM claim_space s CROSS JOIN claim c ON c.claim_number = s.claim_number
WHERE s.lane0 <= ? AND s.lane1 >= ? AND s.a0 <= ? AND s.a1 >= ? AND s.b0 <= ? AND s.b1 >= ? AND s.c0 <= ? AND s.c1 >= ?
AND s.t0 <= ? AND s.t1 >= ? AND c.lane BETWEEN ? AND ? AND c.first <= ? AND c.last >= ? AND c.low <= ? AND c.high >= ?
AND c.legal_start_us < ? AND c.legal_stop_us > ?"""
_FIND: Final = f"SELECT {_C} {_SPACE}"
_ENDED: Final = f"""SELECT {_C} FROM claim c WHERE NOT c.active AND c.lane = ? AND c.legal_stop_us > ?
AND c.legal_start_us < ? AND c.legal_start_us < c.legal_stop_us AND c.first <= ? AND c.last >= ?
AND c.low <= ? AND c.high >= ?"""


def words(lane: int, box: Box) -> tuple[int, ...]:
    """Give the least and greatest leading words of a box, as `claim_space` holds them: a0, a1, b0, b1, c0, c1."""
    if lane < _PLANE_END:
        lead = _pair(box.first >> 32, box.last >> 32)
        same = box.first >> 32 == box.last >> 32
        return (*lead, *(_pair(box.first, box.last) if same else (_LOW, _HIGH)), box.low, box.high)
    lead = _pair(box.first >> 96, box.last >> 96)
    second = _pair(box.first >> 64, box.last >> 64) if box.first >> 96 == box.last >> 96 else (_LOW, _HIGH)
    third = _pair(box.first >> 32, box.last >> 32) if box.first >> 64 == box.last >> 64 else (_LOW, _HIGH)
    return (*lead, *second, *third)


def _pair(first: int, last: int) -> tuple[int, int]:
    return (first & 0xFFFFFFFF) + _LOW, (last & 0xFFFFFFFF) + _LOW


def _minutes(start_us: int, stop_us: int) -> tuple[int, int]:
    return max(_LOW, start_us // _MINUTE_US - 2), min(_HIGH, stop_us // _MINUTE_US + 2)


def find(
    cursor: sqlite3.Cursor, lanes: tuple[int, int], box: Box, legal: tuple[int, int], *, limit: int = -1
) -> list[Any]:
    """Give the rows of active claims in some lanes that overlap a box in a stretch of legal time [start, stop)."""
    a0, a1, b0, b1, c0, c1 = words(lanes[0], box)
    t0, t1 = _minutes(*legal)
    first, last = box.first.to_bytes(16), box.last.to_bytes(16)
    given = (2 * lanes[1], 2 * lanes[0], a1, a0, b1, b0, c1, c0, t1, t0, *lanes, last, first, box.high, box.low)
    cursor.execute(f"{_FIND} LIMIT {limit}", (*given, legal[1], legal[0]))
    return cursor.fetchall()


def hit(cursor: sqlite3.Cursor, claim: Claim, but: Iterable[str]) -> Any | None:
    """Give a row of a claim that overlaps another one in its class: an active one, or one of history; None if none."""
    if claim.lane & 3 == 1:
        return None
    legal = (claim.legal_start_us, claim.legal_stop_us)
    left_out = set(but)
    for row in find(cursor, (claim.lane, claim.lane), claim.box, legal):
        if row[0] not in left_out:
            return row
    bounds = (claim.box.last.to_bytes(16), claim.box.first.to_bytes(16), claim.box.high, claim.box.low)
    for row in cursor.execute(_ENDED, (claim.lane, *legal, *bounds)):
        if row[0] not in left_out:
            return row
    return None
