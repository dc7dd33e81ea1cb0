"""The free parts of tracked pools in SQLite: taken, given back, rebuilt. The pool is locked by the caller."""

import sqlite3

from registries.ledger.boxes import Box
from registries.ledger.moments import FOREVER
from registries.store.rows import as_number
from registries.store.sqlite_space import find

_COUNT = 17


def take(cursor: sqlite3.Cursor, pool: str, box: Box) -> None:
    """Cut a box out of the free parts of a pool."""
    first, last = box.first.to_bytes(16), box.last.to_bytes(16)
    rows = cursor.execute(
        """SELECT first, last FROM gap WHERE parent_id = ?1 AND first <= ?3 AND last >= ?2 AND first >= coalesce((
        SELECT max(first) FROM gap WHERE parent_id = ?1 AND first <= ?2), ?2)""",
        (pool, first, last),
    ).fetchall()
    gaps, free = 0, 0
    for found_first, found_last in rows:
        old = Box(as_number(found_first), as_number(found_last))
        cursor.execute("DELETE FROM gap WHERE parent_id = ? AND first = ?", (pool, found_first))
        gaps, free = gaps - 1, free - (min(old.last, box.last) - max(old.first, box.first) + 1)
        if old.first < box.first:
            gaps += _put(cursor, pool, old.first, box.first - 1)
        if old.last > box.last:
            gaps += _put(cursor, pool, box.last + 1, old.last)
    _count(cursor, pool, gaps, free)


def give(cursor: sqlite3.Cursor, pool: str, lane: int, box: Box) -> None:
    """Add to the free parts of a pool what no active claim covers of a box."""
    start = box.first
    children = (lane + 4, lane + 4)
    taken = sorted((as_number(row[3]), as_number(row[4])) for row in find(cursor, children, box, (-FOREVER, FOREVER)))
    for first, last in taken:
        if first > start:
            _add(cursor, pool, start, first - 1)
        start = max(start, last + 1)
    if start <= box.last:
        _add(cursor, pool, start, box.last)


def rebuild(cursor: sqlite3.Cursor, pool: str) -> None:
    """Make the free parts and counters of a pool anew from its active claims and those in it."""
    cursor.execute("DELETE FROM gap WHERE parent_id = ?", (pool,))
    cursor.execute("DELETE FROM usage WHERE parent_id = ?", (pool,))
    grounds = cursor.execute(
        "SELECT lane, first, last FROM claim WHERE grant_id = ? AND active ORDER BY first", (pool,)
    ).fetchall()
    children = cursor.execute("SELECT count(*) FROM claim WHERE parent_id = ? AND active", (pool,)).fetchone()[0]
    boxes = [(lane, Box(as_number(first), as_number(last))) for lane, first, last in grounds]
    total = sum(box.size for _, box in boxes).to_bytes(_COUNT)
    cursor.execute("INSERT INTO usage VALUES (?, ?, 0, ?, ?)", (pool, children, bytes(_COUNT), total))
    for lane, box in boxes:
        give(cursor, pool, lane, box)


def _add(cursor: sqlite3.Cursor, pool: str, first: int, last: int) -> None:
    size = last - first + 1
    wide = (first.to_bytes(16), last.to_bytes(16))
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
    gaps = 0
    if before and as_number(before[1]) == first - 1 and as_number(before[0]) >= low_ground:
        gaps -= cursor.execute("DELETE FROM gap WHERE parent_id = ? AND first = ?", (pool, before[0])).rowcount
        first = as_number(before[0])
    if after and as_number(after[0]) == last + 1 and as_number(after[1]) <= high_ground:
        gaps -= cursor.execute("DELETE FROM gap WHERE parent_id = ? AND first = ?", (pool, after[0])).rowcount
        last = as_number(after[1])
    _count(cursor, pool, gaps + _put(cursor, pool, first, last), size)


def _put(cursor: sqlite3.Cursor, pool: str, first: int, last: int) -> int:
    span = (last - first).to_bytes(16)
    cursor.execute("INSERT INTO gap VALUES (?, ?, ?, ?)", (pool, first.to_bytes(16), last.to_bytes(16), span))
    return 1


def _count(cursor: sqlite3.Cursor, pool: str, gaps: int, free: int) -> None:
    row = cursor.execute("SELECT gaps, free FROM usage WHERE parent_id = ?", (pool,)).fetchone()
    if row:
        left = (as_number(row[1]) + free).to_bytes(_COUNT)
        cursor.execute("UPDATE usage SET gaps = ?, free = ? WHERE parent_id = ?", (row[0] + gaps, left, pool))
