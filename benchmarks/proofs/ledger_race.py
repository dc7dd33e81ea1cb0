"""Many clients at one ledger: nothing overlaps, nothing is orphaned, every request has one answer; and how fast."""

import random
import sqlite3
import threading
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from benchmarks.datasets import SEED, scaled
from benchmarks.proofs.ledger_audit import audit
from benchmarks.proofs.ledger_clients import CROWDED, OPEN, SPACES, open_pools, race
from benchmarks.proofs.ledger_servers import CLIENTS, MISSING, fsync_ms, place
from benchmarks.results import Result
from registries.store import Ledger, open_ledger

ATTEMPTS = 1_000_000
TIMED = {CROWDED: 60_000, OPEN: 30_000}
CONTROL_S = 6.0
_MUST_BE_NONE = (
    "overlaps",
    "overlaps_in_history",
    "orphans",
    "entries_without_outbox",
    "entries_without_key",
    "wrong_counters",
    "unaccounted",
)
Found = dict[str, Any]


def ledger_race(scale: float, _repeats: int) -> Result:
    """1,000,000 random commands over five spaces, in a crowd and in the open, on both stores; then all looked over."""
    attempts = scaled(ATTEMPTS // 4, scale, 400)
    result = Result(
        "ledger-race",
        "random issue, return, split, shrink and transfer over IPv4, IPv6, AS numbers, numbers and Hz x cell x time",
        "check and then insert, without constraint and lock, by as many clients",
        SEED,
        scale,
        recipe={"attempts of each store and load": attempts, "clients": CLIENTS, "spaces": list(SPACES)},
    )
    rows, audits = [], []
    for kind, load in _each():
        name = f"{kind}, {load}"
        print(f"ledger-race: {name} ...", flush=True)
        found = raced(kind, load, attempts, control_s=CONTROL_S * min(1.0, max(scale * 10, 0.2)))
        result.figures[name] = found
        if "missing" in found:
            continue
        rows.append(_answers(name, found))
        audits.append([name, *(found[what] for what in _MUST_BE_NONE), found["deadlocks"], found["control_overlaps"]])
        for what in _MUST_BE_NONE:
            result.bar(f"{name}: {what.replace('_', ' ')}", found[what], 0, above=False)
        result.bar(f"{name}: deadlocks", found["deadlocks"], 0, above=False)
        result.bar(f"{name}: worst wait", found["worst_ms"], 1_000, above=False, unit="ms")
        result.bar(f"{name}: overlaps of the control", found["control_overlaps"], 1)
    result.table("answers", _COLUMNS, rows)
    result.table("looked over", ("store, load", *_MUST_BE_NONE, "deadlocks", "overlaps of the control"), audits)
    return result


def ledger_load(scale: float, repeats: int) -> Result:
    """Attempts a second in a crowd (most refused) and durable changes a second in the open, on both stores."""
    result = Result(
        "ledger-load",
        "clients as fast as they can: a crowd where at least 80 % is refused, and the open where 90 % is done",
        "the flush of 4 KiB on the same disk; each change has event, evidence row and idempotency key",
        SEED,
        scale,
        recipe={"attempts": {load: scaled(count, scale, 400) for load, count in TIMED.items()}, "clients": CLIENTS},
    )
    rows = []
    for kind, load in _each():
        runs = [raced(kind, load, scaled(TIMED[load], scale, 400)) for _ in range(max(1, repeats))]
        name = f"{kind}, {load}"
        if "missing" in runs[0]:
            result.figures[name] = runs[0]
            continue
        runs.sort(key=lambda run: float(run["attempts_per_s"]))
        found = runs[len(runs) // 2]
        result.figures[name] = found | {"runs_per_s": [run["attempts_per_s"] for run in runs]}
        rows.append(_answers(name, found))
        if load == CROWDED:
            result.bar(f"{name}: refused", found["refused_share"], 0.8)
            if kind == "postgresql":
                result.bar(f"{name}: attempts", found["attempts_per_s"], 3_000, unit="/s")
        else:
            result.bar(f"{name}: done of attempts", 1 - found["refused_share"], 0.9)
            result.bar(f"{name}: durable changes", found["done_per_s"], 1_000, unit="/s")
        result.bar(f"{name}: worst wait", found["worst_ms"], 1_000, above=False, unit="ms")
    result.table("answers (median run)", _COLUMNS, rows)
    return result


_COLUMNS = ("store, load", "attempts", "refused", "attempts/s", "done/s", "p99 ms", "worst ms", "fsync ms")


def _each() -> list[tuple[str, str]]:
    return [(kind, load) for kind in CLIENTS for load in (CROWDED, OPEN)]


def _answers(name: str, found: Found) -> list[Any]:
    speeds = [round(found["attempts_per_s"]), round(found["done_per_s"])]
    waits = [round(found["p99_ms"], 1), round(found["worst_ms"], 1), round(found["fsync_ms"], 3)]
    return [name, found["attempts"], f"{found['refused_share']:.0%}", *speeds, *waits]


def raced(kind: str, load: str, attempts: int, *, control_s: float = 0.0) -> Found:
    """Race clients on a fresh ledger and look it over; with `control_s`, let a control without guarantees fail."""
    clients = CLIENTS[kind]
    with place(kind) as here:
        if here is None:
            return dict(MISSING)
        ledger = open_ledger(here.url)
        open_pools(ledger)
        flush_ms = fsync_ms(here.folder)
        answers = race(here.url, clients, attempts // clients, load, SEED)
        found = answers | audit(ledger) | {"fsync_ms": flush_ms, "deadlocks": _deadlocks(ledger)}
        with ledger.store.reading() as session:
            kept = session.row("SELECT count(*) FROM idempotency WHERE idempotency_key LIKE ?", (f"{load}-%",))
        ledger.close()
        done = kept[0] if kept else 0
        found["unaccounted"] = abs(done - answers["done"]) + answers["unanswered"]
        if control_s:
            found["control_overlaps"] = control(here.url, clients, control_s)
        return found


def _deadlocks(ledger: Ledger) -> int:
    """Give the deadlocks that the server counted; SQLite has one writer and so none."""
    if ledger.store.dialect == "sqlite":
        return 0
    with ledger.store.reading() as session:
        row = session.row("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return int(row[0]) if row else 0


def control(url: str, clients: int, length_s: float) -> int:
    """Give the overlapping pairs that checking and then inserting leaves behind, without constraint and lock."""
    address = make_url(url)
    is_sqlite = address.get_backend_name() == "sqlite"

    def connect() -> Any:
        if is_sqlite:
            return sqlite3.connect(f"{address.database}.control", isolation_level=None, timeout=30)
        return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)

    def run(connection: Any, sql: str, *values: int) -> Any:
        return connection.execute(sql if is_sqlite else sql.replace("?", "%s"), values)

    first = connect()
    run(first, "CREATE TABLE bare (first BIGINT, last BIGINT)")
    stop = threading.Event()

    def write(number: int) -> None:
        chance = random.Random(number)
        connection = connect()
        while not stop.is_set():
            size = chance.choice((16, 64, 256))
            at = chance.randrange(1 << 17) // size * size
            taken = "SELECT 1 FROM bare WHERE first <= ? AND last >= ? LIMIT 1"
            if run(connection, taken, at + size - 1, at).fetchone() is None:
                run(connection, "INSERT INTO bare VALUES (?, ?)", at, at + size - 1)
        connection.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(clients)]
    for thread in writers:
        thread.start()
    stop.wait(length_s)
    stop.set()
    for thread in writers:
        thread.join()
    pairs = 0
    open_boxes: list[tuple[int, int]] = []
    for low, high in run(first, "SELECT first, last FROM bare ORDER BY first").fetchall():
        open_boxes = [box for box in open_boxes if box[1] >= low]
        pairs += len(open_boxes)
        open_boxes.append((low, high))
    first.close()
    return pairs
