"""The free parts of tracked pools in SQLite: taken, given back, rebuilt. The pool is locked by the caller."""

import sqlite3
from collections.abc import Iterator
from typing import Final

from registries.ledger.boxes import Box, gaps
from registries.ledger.moments import FOREVER
from registries.store.rows import as_number
from registries.store.sqlite_space import find

_COUNT: Final = 17
_INSERT: Final = "INSERT INTO gap VALUES (?, ?, ?, ?)"


def take(cursor: sqlite3.Cursor, pool: str, box: Box) -> None:
    """Cut a box out of the free parts of a pool."""
    first, last = box.first.to_bytes(16), box.last.to_bytes(16)
    rows = cursor.execute(
        """SELECT first, last FROM gap WHERE parent_id = ?1 AND first <= ?3 AND last >= ?2 AND first >= coalesce((
        SELECT max(first) FROM gap WHERE parent_id = ?1 AND first <= ?2), ?2)""",
        (pool, first, last),
    ).fetchall()
    more, free = 0, 0
    for found_first, found_last in rows:
        old = Box(as_number(found_first), as_number(found_last))
        cursor.execute("DELETE FROM gap WHERE parent_id = ? AND first = ?", (pool, found_first))
        more, free = more - 1, free - (min(old.last, box.last) - max(old.first, box.first) + 1)
        if old.first < box.first:
            more += _put(cursor, pool, old.first, box.first - 1)
        if old.last > box.last:
            more += _put(cursor, pool, box.last + 1, old.last)
    _count(cursor, pool, more, free)


def give(cursor: sqlite3.Cursor, pool: str, lane: int, box: Box) -> None:
    """Add to the free parts of a pool what no active claim covers of a box."""
    found = find(cursor, (lane + 4, lane + 4), box, (-FOREVER, FOREVER))
    for part in gaps(box, sorted(Box(as_number(row[3]), as_number(row[4])) for row in found)):
        _add(cursor, pool, part.first, part.last)


def rebuild(cursor: sqlite3.Cursor, pool: str) -> None:
    """Make the free parts and counters of a pool anew from its active claims and those in it."""
    cursor.execute("DELETE FROM gap WHERE parent_id = ?", (pool,))
    cursor.execute("DELETE FROM usage WHERE parent_id = ?", (pool,))
    grounds = _boxes(cursor, "SELECT first, last FROM claim WHERE grant_id = ? AND active ORDER BY first", pool)
    taken = _boxes(cursor, "SELECT first, last FROM claim WHERE parent_id = ? AND active ORDER BY first", pool)
    # Each claim of the pool for itself: parts of two of them stay two, though they touch.
    parts = [part for ground, inside in _inside(grounds, taken) for part in gaps(ground, inside)]
    cursor.executemany(
        _INSERT, [(pool, *_wide(part.first, part.last), (part.last - part.first).to_bytes(16)) for part in parts]
    )
    free, total = (sum(box.size for box in boxes).to_bytes(_COUNT) for boxes in (parts, grounds))
    cursor.execute("INSERT INTO usage VALUES (?, ?, ?, ?, ?)", (pool, len(taken), len(parts), free, total))


def _boxes(cursor: sqlite3.Cursor, sql: str, pool: str) -> list[Box]:
    return [Box(as_number(first), as_number(last)) for first, last in cursor.execute(sql, (pool,))]


def _inside(grounds: list[Box], taken: list[Box]) -> Iterator[tuple[Box, list[Box]]]:
    """Give each ground with the boxes in it; both are sorted, and a box lies in one ground."""
    at = 0
    for ground in grounds:
        start = at
        while at < len(taken) and taken[at].first <= ground.last:
            at += 1
        yield ground, taken[start:at]


def _add(cursor: sqlite3.Cursor, pool: str, first: int, last: int) -> None:
    size = last - first + 1
    wide = _wide(first, last)
    # Parts of two claims of the pool stay two, though they touch.
    ground = cursor.execute(
        "SELECT first, last FROM claim WHERE grant_id = ? AND active AND first <= ? AND last >= ?", (pool, *wide)
    ).fetchone()
    low_ground, high_ground = (as_number(ground[0]), as_number(ground[1])) if ground else (0, 1 << 128)
    before = cursor.execute(
        "SELECT first, last FROM gap WHERE parent_id = ? AND first < ? ORDER BY first DESC LIMIT 1", (pool, wide[0])
    ).fetchone()
    after = cursor.execute(
        "SELECT first, last FROM gap WHERE parent_id = ? AND first > ? ORDER BY first LIMIT 1", (pool, wide[0])
    ).fetchone()
    more = 0
    if before and as_number(before[1]) == first - 1 and as_number(before[0]) >= low_ground:
        more -= cursor.execute("DELETE FROM gap WHERE parent_id = ? AND first = ?", (pool, before[0])).rowcount
        first = as_number(before[0])
    if after and as_number(after[0]) == last + 1 and as_number(after[1]) <= high_ground:
        more -= cursor.execute("DELETE FROM gap WHERE parent_id = ? AND first = ?", (pool, after[0])).rowcount
        last = as_number(after[1])
    _count(cursor, pool, more + _put(cursor, pool, first, last), size)


def _put(cursor: sqlite3.Cursor, pool: str, first: int, last: int) -> int:
    cursor.execute(_INSERT, (pool, *_wide(first, last), (last - first).to_bytes(16)))
    return 1


def _wide(first: int, last: int) -> tuple[bytes, bytes]:
    return first.to_bytes(16), last.to_bytes(16)


def _count(cursor: sqlite3.Cursor, pool: str, more: int, free: int) -> None:
    row = cursor.execute("SELECT gaps, free FROM usage WHERE parent_id = ?", (pool,)).fetchone()
    if row:
        left = (as_number(row[1]) + free).to_bytes(_COUNT)
        cursor.execute("UPDATE usage SET gaps = ?, free = ? WHERE parent_id = ?", (row[0] + more, left, pool))
