"""Both guarantees hold against somebody who writes with plain SQL, past every line of the program."""

import sqlite3
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from registries.ledger import Box
from registries.store import Ledger
from registries.store.rows import CLAIM_COLUMNS, claim_values
from tests.registries.ledger.making import block, issued, pool

ERRORS = (sqlite3.Error, psycopg.Error)


class Shell:
    """A plain connection of the driver, as a database shell has it."""

    def __init__(self, ledger: Ledger) -> None:
        url = make_url(ledger.store.url)
        self.is_sqlite = ledger.store.dialect == "sqlite"
        self.connection: Any = (
            sqlite3.connect(str(url.database), isolation_level=None)
            if self.is_sqlite
            else psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
        )

    def run(self, sql: str, *values: Any) -> Any:
        return self.connection.execute(sql if self.is_sqlite else sql.replace("?", "%s"), values)

    def wide(self, value: int) -> Any:
        return value.to_bytes(16) if self.is_sqlite else value

    def insert(self, ledger: Ledger, grant_id: str, box: Box, **other: Any) -> None:
        """Insert a copy of the claim of a grant with other values."""
        claim = ledger.grant(grant_id).claims[0]
        row = dict(zip(CLAIM_COLUMNS, claim_values(claim), strict=True))
        row |= {"claim_id": "forged.0", "first": box.first, "last": box.last, "low": box.low, "high": box.high} | other
        row |= {"first": self.wide(row["first"]), "last": self.wide(row["last"])}
        marks = ", ".join("?" * len(row))
        self.run(f"INSERT INTO claim ({', '.join(row)}) VALUES ({marks})", *row.values())


@pytest.fixture
def shell(ledger: Ledger) -> Any:
    opened = Shell(ledger)
    yield opened
    opened.connection.close()


def test_an_overlapping_claim_cannot_be_inserted(ledger: Ledger, shell: Shell) -> None:
    name = issued(ledger, pool(ledger), block(0, 255))
    for box in (block(0, 255), block(255, 256), block(7, 7), block(0, 9_999)):
        with pytest.raises(ERRORS, match=r"ledger-overlap|claim_narrow"):
            shell.insert(ledger, name, box)
    shell.insert(ledger, name, block(256, 511))


@pytest.mark.parametrize(
    ("space", "whole", "held", "beside"),
    [
        (
            "ipv6",
            Box(0x3FFF << 112, (0x4000 << 112) - 1),
            Box(0x3FFF << 112, (0x3FFF << 112) + 1),
            Box((0x3FFF << 112) + 2, (0x3FFF << 112) + 2),
        ),
        ("ipv6", Box(0, (1 << 128) - 1), Box(1 << 127, (1 << 128) - 1), Box((1 << 127) - 5, (1 << 127) - 1)),
        ("asn", Box(0, (1 << 32) - 1), Box((1 << 31) - 1, 1 << 31), Box((1 << 31) + 1, (1 << 31) + 1)),
        ("e164", Box(0, (1 << 50) - 1), Box((1 << 40) - 1, 1 << 40), Box((1 << 40) + 1, 1 << 41)),
        ("spectrum", Box(0, (1 << 42) - 1, 0, 999), Box((1 << 32) - 1, 1 << 32, 5, 9), Box(1 << 32, 1 << 33, 10, 10)),
    ],
)
def test_every_space_is_guarded_at_its_edges(
    ledger: Ledger, shell: Shell, space: str, whole: Box, held: Box, beside: Box
) -> None:
    name = issued(ledger, pool(ledger, space, whole), held)
    corners = {
        Box(held.first, held.first, held.low, held.low),
        Box(held.last, held.last, held.high, held.high),
        Box(max(held.first - 1, whole.first), held.first, held.low, held.high),
    }
    for box in corners:
        with pytest.raises(ERRORS, match=r"ledger-overlap|claim_(narrow|plane|wide)"):
            shell.insert(ledger, name, box)
    shell.insert(ledger, name, beside)


def test_an_orphan_cannot_be_inserted(ledger: Ledger, shell: Shell) -> None:
    top = pool(ledger)
    name = issued(ledger, top, block(0, 255), stop_at=None)
    outside: dict[str, dict[str, Any]] = {
        "outside of its parent": {"box": Box(0xC6140000, 0xC6140000)},
        "on nothing": {"parent_claim_id": "none.0"},
        "on a claim of another grant": {"parent_id": name},
        "a tier too deep": {"lane": ledger.grant(name).lane + 4},
        "a pool with a parent": {"lane": ledger.grant(top).lane},
    }
    for other in outside.values():
        box = other.pop("box", block(512, 512))
        with pytest.raises(ERRORS, match="ledger-orphan"):
            shell.insert(ledger, name, box, **other)


def test_a_claim_that_carries_others_cannot_end_shrink_or_move(ledger: Ledger, shell: Shell) -> None:
    top = pool(ledger)
    name = issued(ledger, top, block(0, 255))
    issued(ledger, name, block(100, 200))
    later = "recorded_us = recorded_us + 1"
    with pytest.raises(ERRORS, match="ledger-orphan"):
        shell.run(f"UPDATE claim SET active = false, {later} WHERE grant_id = ?", name)
    with pytest.raises(ERRORS, match="ledger-orphan"):
        shell.run(f"UPDATE claim SET last = ?, {later} WHERE grant_id = ?", shell.wide(block(150, 150).first), name)
    with pytest.raises(ERRORS, match="ledger-orphan"):
        shell.run(f"UPDATE claim SET legal_stop_us = legal_start_us + 1, {later} WHERE grant_id = ?", name)
    with pytest.raises(ERRORS, match="ledger-kept"):
        shell.run(f"UPDATE claim SET grant_id = 'other', {later} WHERE grant_id = ?", name)
    with pytest.raises(ERRORS, match="ledger-kept"):
        shell.run("UPDATE claim SET legal_start_us = legal_start_us + 1 WHERE grant_id = ?", name)
    shell.run(f"UPDATE claim SET last = ?, {later} WHERE grant_id = ?", shell.wide(block(200, 200).first), name)
    past = shell.run("SELECT count(*) FROM claim_past WHERE grant_id = ?", name).fetchone()
    assert past[0] == 1


@pytest.mark.parametrize("table", ["claim", "tenure", "grants", "entry", "grant_event", "outbox"])
def test_rows_of_record_cannot_be_deleted(ledger: Ledger, shell: Shell, table: str) -> None:
    pool(ledger)
    before = shell.run(f"SELECT count(*) FROM {table}").fetchone()
    assert before[0] > 0
    with pytest.raises(ERRORS, match="ledger-kept"):
        shell.run(f"DELETE FROM {table}")
    assert shell.run(f"SELECT count(*) FROM {table}").fetchone() == before


def test_rows_of_record_cannot_be_changed_or_replaced(ledger: Ledger, shell: Shell) -> None:
    name = issued(ledger, pool(ledger), block(0, 255))
    with pytest.raises(ERRORS, match="ledger-kept"):
        shell.run("UPDATE entry SET content = ?", b"x")
    with pytest.raises(ERRORS, match="ledger-kept"):
        shell.run("UPDATE grant_event SET kind = 'x'")
    with pytest.raises(ERRORS, match="ledger-kept"):
        shell.run("UPDATE outbox SET leaf_hash = ?", b"x")
    shell.run("UPDATE outbox SET position = 0 WHERE outbox_id = 1")
    with pytest.raises(ERRORS, match="ledger-kept"):
        shell.run("UPDATE outbox SET position = 1 WHERE outbox_id = 1")
    with pytest.raises(ERRORS, match="ledger-kept"):
        shell.run("UPDATE tenure SET state = 'free' WHERE grant_id = ?", name)
    if not shell.is_sqlite:
        return
    for table in ("claim", "tenure", "grants", "entry"):
        with pytest.raises(sqlite3.Error, match="ledger-kept"):
            shell.run(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    with pytest.raises(sqlite3.Error, match="ledger-shape"):
        shell.run("UPDATE claim SET first = 7, recorded_us = recorded_us + 1")


def test_a_writer_with_an_old_snapshot_is_refused(ledger: Ledger, shell: Shell) -> None:
    if shell.is_sqlite:
        pytest.skip("one writer at a time: no snapshot is old")
    name = issued(ledger, pool(ledger), block(0, 255))
    shell.run("BEGIN ISOLATION LEVEL REPEATABLE READ")
    with pytest.raises(psycopg.Error, match="ledger-isolation"):
        shell.insert(ledger, name, block(256, 511))
    shell.run("ROLLBACK")


def test_plain_writers_who_race_leave_no_orphan(ledger: Ledger) -> None:
    """One ends a parent while another puts a child on it: whoever is second waits, and is refused."""
    if ledger.store.dialect == "sqlite":
        pytest.skip("one writer at a time")
    top = pool(ledger)
    name = issued(ledger, top, block(0, 255))
    child = issued(ledger, name, block(0, 9))
    one, other = Shell(ledger), Shell(ledger)
    one.run("BEGIN")
    one.run("UPDATE claim SET active = false, recorded_us = recorded_us + 1 WHERE grant_id = ?", child)
    one.run("UPDATE claim SET active = false, recorded_us = recorded_us + 1 WHERE grant_id = ?", name)
    other.run("SET lock_timeout = '300ms'")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        other.insert(ledger, child, block(20, 29), active=True)
    one.run("COMMIT")
    with pytest.raises(psycopg.Error, match="ledger-orphan"):
        other.insert(ledger, child, block(20, 29), active=True)
    for shell in (one, other):
        shell.connection.close()
