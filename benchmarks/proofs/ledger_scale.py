"""A pool with a million child prefixes: next free with room to grow, pages of children, utilisation."""

import itertools
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.datasets import ROOT, SEED, scaled
from benchmarks.proofs.ledger_audit import audit
from benchmarks.proofs.ledger_clients import envelope
from benchmarks.proofs.ledger_servers import CLIENTS, MISSING, place
from benchmarks.results import Result
from registries.ledger import Box, Issue, IssueNext, Level, OpenPool
from registries.store import Ledger, open_ledger
from registries.store.rows import (
    CLAIM_COLUMNS,
    GRANT_COLUMNS,
    TENURE_COLUMNS,
    claim_values,
    grant_values,
    tenure_values,
)

CHILDREN = 1_000_000
ASKED = 2_000
FIRST = 0x3FFF << 112
SLOT = 1 << 80
"""Children are /48; every second one of a run is left free, so that there are as many gaps as children."""
ROOM = 16
_BATCH = 5_000


def ledger_scale(scale: float, _repeats: int) -> Result:
    """In a pool with 1,000,000 child prefixes: look up, allocate, page, and count."""
    children = scaled(CHILDREN, scale, 500)
    result = Result(
        "ledger-scale",
        f"a pool with {children:,} child prefixes in 3fff::/20",
        "bars of the work item; other address managers fail here",
        SEED,
        scale,
        recipe={"children": children, "asked": scaled(ASKED, max(scale, 0.1), 100)},
    )
    rows = []
    for kind in CLIENTS:
        print(f"ledger-scale: {kind} ...", flush=True)
        found = measured(kind, children, scale)
        result.figures[kind] = found
        if "missing" in found:
            continue
        for name, limit in _BARS.items():
            result.bar(f"{kind}: {name} p99", found[name]["p99_ms"], limit, above=False, unit="ms")
            rows.append(
                [f"{kind}: {name}", *(round(found[name][part], 3) for part in ("p50_ms", "p99_ms", "worst_ms"))]
            )
        clients = found["clients"]
        result.bar(
            f"{kind}: allocate with {clients['clients']} clients p99", clients["p99_ms"], 20, above=False, unit="ms"
        )
        rows.append(
            [f"{kind}: {clients['clients']} clients", *(round(clients[p], 2) for p in ("p50_ms", "p99_ms", "worst_ms"))]
        )
        result.bar(f"{kind}: choices that were not repeated", found["unrepeated"], 0, above=False)
        result.bar(f"{kind}: overlaps, orphans, wrong counters", found["wrong"], 0, above=False)
    result.table("times", ("store, question", "p50 ms", "p99 ms", "worst ms"), rows)
    return result


_BARS = {"look up": 1.0, "allocate": 3.0, "children page": 20.0, "utilisation": 20.0}


def filled(ledger: Ledger, children: int) -> str:
    """Open a pool and put children into it by rows, as commands would; the triggers check every one."""
    pool = OpenPool(space="ipv6", boxes=(Box(FIRST, FIRST + (1 << 108) - 1),), authority="RFC 9637", grant_id="pool")
    ledger.execute(pool, envelope("pool"))
    first = Issue(parent_id="pool", level=Level.ASSIGNED, boxes=(Box(FIRST, FIRST + SLOT - 1),), grant_id="child-0")
    ledger.execute(first, envelope("first"))
    one = ledger.grant("child-0")
    (claim,), (tenure,) = one.claims, one.tenures
    numbers = iter(range(1, children))
    while batch := list(itertools.islice(numbers, _BATCH)):
        with ledger.store.writing() as session:
            tables: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]] = {
                "claim": (CLAIM_COLUMNS, []),
                "tenure": (TENURE_COLUMNS, []),
                "grants": (GRANT_COLUMNS, []),
            }
            for number in batch:
                name = f"child-{number}"
                values = list(claim_values(claim))
                start = FIRST + number * 2 * SLOT
                values[:5] = [f"{name}.0", name, claim.lane, session.wide(start), session.wide(start + SLOT - 1)]
                tables["claim"][1].append(tuple(values))
                tables["tenure"][1].append(tenure_values(name, tenure))
                tables["grants"][1].append((name, *grant_values(one, "proof")[1:]))
            for table, (columns, rows) in tables.items():
                mark = "?" if session.dialect == "sqlite" else "%s"
                marks = ", ".join([mark] * len(columns))
                session.cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
    with ledger.store.writing() as session:
        if session.dialect == "sqlite":
            from registries.store.sqlite_gaps import rebuild

            rebuild(session.cursor, "pool")
        else:
            session.row("SELECT ledger_gap_rebuild('pool')")
    return "pool"


def measured(kind: str, children: int, scale: float) -> dict[str, Any]:
    """Fill a pool and time the questions, one client and then sixteen."""
    asked = scaled(ASKED, max(scale, 0.1), 100)
    with place(kind) as here:
        if here is None:
            return dict(MISSING)
        url = here.url
        ledger = open_ledger(url)
        began = time.perf_counter()
        pool = filled(ledger, children)
        filled_s = time.perf_counter() - began
        choices = [ledger.next_free(pool, SLOT, room=SLOT * ROOM).box for _ in range(2)]
        spots = [FIRST + (number * 7919 % children) * 2 * SLOT for number in range(asked)]
        found: dict[str, Any] = {
            "filled_s": filled_s,
            "look up": timed(lambda _: ledger.next_free(pool, SLOT, room=SLOT * ROOM), asked),
            "children page": timed(lambda turn: ledger.children(pool, after=(spots[turn], ""), limit=100), asked),
            "utilisation": timed(lambda _: ledger.utilisation(pool), asked),
            "allocate": timed(partial(_allocate, ledger, "one"), asked),
            "unrepeated": int(choices[0] != choices[1]),
            "clients": together(url, CLIENTS[kind], max(10, asked // 16)),
        }
        seen = audit(ledger)
        ledger.close()
        return found | {"wrong": seen["overlaps"] + seen["orphans"] + seen["wrong_counters"]}


def _allocate(ledger: Ledger, who: str, turn: int) -> None:
    command = IssueNext(parent_id="pool", level=Level.ASSIGNED, count=SLOT, room=SLOT * ROOM)
    ledger.execute(command, envelope(f"{who}-{turn}"))


def timed(work: Callable[[int], object], count: int) -> dict[str, float]:
    """Time a question so many times, after a few that do not count."""
    for turn in range(-5, 0):
        work(turn)
    took = []
    for turn in range(count):
        before = time.perf_counter()
        work(turn)
        took.append(time.perf_counter() - before)
    return _summed(took)


def _summed(took: list[float]) -> dict[str, float]:
    ordered = sorted(took)
    return {
        "p50_ms": ordered[len(ordered) // 2] * 1e3,
        "p99_ms": ordered[int(len(ordered) * 0.99)] * 1e3,
        "worst_ms": ordered[-1] * 1e3,
    }


def together(url: str, clients: int, each: int) -> dict[str, float]:
    """Allocate from one pool by many clients at once, each a process."""
    script = "import sys; from benchmarks.proofs.ledger_scale import follow; follow(*sys.argv[1:])"
    children = [
        subprocess.Popen(
            [sys.executable, "-c", script, url, str(number), str(each)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for number in range(clients)
    ]
    took = [float(line) for child in children for line in child.communicate()[0].split()]
    return _summed(took) | {"clients": clients, "asked": clients * each}


def follow(url: str, number: str, each: str) -> None:
    """Allocate so many times and print how long each took, in seconds."""
    sys.path.insert(0, str(Path(ROOT)))
    ledger = open_ledger(url)
    for turn in range(-5, int(each)):
        before = time.perf_counter()
        _allocate(ledger, f"client-{number}", turn)
        if turn >= 0:
            print(time.perf_counter() - before)
    ledger.close()
