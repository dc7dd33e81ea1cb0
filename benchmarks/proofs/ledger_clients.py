"""Clients of a ledger for proofs: processes that send random commands, and an account of what was answered."""

import datetime
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.datasets import ROOT
from registries.holders import Kind, RegisterHolder
from registries.ledger import (
    Box,
    Envelope,
    Issue,
    Level,
    OpenPool,
    Refusal,
    Return,
    Shrink,
    Split,
    Transfer,
)
from registries.ledger.commands import Command
from registries.store import Ledger, open_ledger

SPACES = {
    # The part of class E and the numbers are nobody's: room for a million grants is not in documentation space.
    "ipv4": Box(0xF0000000, 0xF01FFFFF),
    "ipv6": Box(0x3FFF << 112, (0x3FFF << 112) + (1 << 108) - 1),
    "asn": Box(64_496, 64_496 + (1 << 21) - 1),
    "e164": Box(84_900_000_000, 84_900_000_000 + (1 << 21) - 1),
    "spectrum": Box(0, (1 << 21) - 1, 0, 99),
}
CROWDED, OPEN = "crowded", "open"
HOLDERS = ("holder-a", "holder-b")
START = datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(days=1)
Mine = tuple[str, str, Box]
"""A grant of a client: its name, space and box."""
_UNITS = 1 << 21
_NARROW = 1 << 10


@dataclass
class Tally:
    """What one client asked for and got."""

    answers: Counter[str] = field(default_factory=Counter)
    waits_s: list[float] = field(default_factory=list)
    began: float = 0.0
    ended: float = 0.0


def open_pools(ledger: Ledger) -> dict[str, str]:
    """Open one pool in every space and register two holders for transfers; give the pools by space."""
    pools = {}
    for space, box in SPACES.items():
        command = OpenPool(space=space, boxes=(box,), authority="documentation", grant_id=f"pool-{space}")
        pools[space] = ledger.execute(command, envelope(f"pool-{space}")).grant_ids[0]
    for name in HOLDERS:
        ledger.execute(RegisterHolder(kind=Kind.ORGANISATION, called=name, holder_id=name), envelope(name))
    return pools


def envelope(key: str) -> Envelope:
    """Give the envelope of a command of a proof."""
    return Envelope(actor="proof", tenant="proof", purpose="proof", idempotency_key=key)


def client(
    url: str, number: int, clients: int, attempts: int, load: str, seed: int, acknowledged: Path | None
) -> Tally:
    """Send random commands until so many were answered; write each acknowledged key to a file, flushed, if asked.

    Otherwise it says that it is ready, and waits for a line: all begin at once, when all have started.
    """
    chance = random.Random(f"{seed}-{number}-{load}")
    ledger = open_ledger(url)
    if acknowledged is None:
        print("ready", flush=True)
        sys.stdin.readline()
    tally = Tally(began=time.time())
    mine: list[Mine] = []
    kept = acknowledged.open("a", encoding="utf-8") if acknowledged else None
    for turn in range(attempts):
        key = f"{load}-{seed}-{number}-{turn}"
        before = time.perf_counter()
        try:
            command, legal_at, then = _command(chance, mine, number, clients, turn, load)
            receipt = ledger.execute(command, replace(envelope(key), legal_at=legal_at))
        except Refusal as refusal:
            tally.answers[refusal.code] += 1
        else:
            tally.answers["done"] += 1
            if kept:
                kept.write(f"{key} {receipt.entry_id}\n")
                kept.flush()
            if then is not None:
                mine.append((receipt.grant_ids[0], *then))
        tally.waits_s.append(time.perf_counter() - before)
        del mine[:-50]
    tally.ended = time.time()
    ledger.close()
    return tally


def _command(
    chance: random.Random, mine: list[Mine], number: int, clients: int, turn: int, load: str
) -> tuple[Command, datetime.datetime | None, tuple[str, Box] | None]:
    """Give the next command, its legal moment, and the space and box of the grant that begins if it is done."""
    share = 0.85 if load == OPEN else 0.9
    if chance.random() < share or not mine:
        return _issue(chance, mine, number, clients, turn, load)
    name, space, box = mine[chance.randrange(len(mine))]
    command: Command = Return(grant_id=name)
    match chance.randrange(5):
        case 0:
            command = Split(grant_id=name, parts=((_inside(chance, box),),))
        case 1:
            command = Shrink(grant_id=name, boxes=(_inside(chance, box),))
        case 2:
            command = Transfer(grant_id=name, holder_id=chance.choice(HOLDERS))
        case 3 if load == CROWDED and chance.random() < 0.2:
            command = Return(grant_id=f"pool-{space}")
    return command, None, None


def _issue(
    chance: random.Random, mine: list[Mine], number: int, clients: int, turn: int, load: str
) -> tuple[Command, datetime.datetime | None, tuple[str, Box] | None]:
    space = chance.choice(tuple(SPACES))
    parent, level = f"pool-{space}", Level.ALLOCATED
    legal_at = stop_at = None
    if mine and chance.random() < (0.05 if load == OPEN else 0.2):
        # Out of a grant of one's own instead of the pool: its children keep it from ending.
        parent, space, outer = chance.choice(mine)
        box, level = _inside(chance, outer), Level.ASSIGNED
    else:
        box = _box(chance, space, number, clients, turn, load)
        if load == CROWDED and space == "spectrum":
            # Frequencies are crowded in time as well: some days of the next thirty.
            legal_at = START + datetime.timedelta(days=chance.randrange(30))
            stop_at = legal_at + datetime.timedelta(days=chance.randint(1, 30))
    issue = Issue(
        parent_id=parent, level=level, boxes=(box,), holder_id=chance.choice((None, *HOLDERS)), stop_at=stop_at
    )
    return issue, legal_at, (space, box)


def _box(chance: random.Random, space: str, number: int, clients: int, turn: int, load: str) -> Box:
    whole = SPACES[space]
    unit = (whole.last - whole.first + 1) // _UNITS
    if load == OPEN:
        # A stripe of one's own, walked through: nobody else asks for it.
        at = (turn * clients + number) * 4 % (_UNITS - 8)
        return _box_at(whole, at * unit, unit * 4, chance, wide=False)
    size = chance.choice((1, 2, 4, 8, 16, 32, 64))
    return _box_at(whole, chance.randrange(_NARROW) // size * size * unit, unit * size, chance, wide=True)


def _box_at(whole: Box, at: int, size: int, chance: random.Random, *, wide: bool) -> Box:
    low, high = (sorted((chance.randrange(100), chance.randrange(100))) if wide else (0, 99)) if whole.high else (0, 0)
    return Box(whole.first + at, min(whole.first + at + size - 1, whole.last), low, high)


def _inside(chance: random.Random, box: Box) -> Box:
    return Box(box.first, chance.randint(box.first, max(box.first, box.last - 1)), box.low, box.high)


def race(
    url: str, clients: int, attempts: int, load: str, seed: int, acknowledged: Path | None = None
) -> dict[str, Any]:
    """Let clients race, each a process; give answers, rates and waits over the time in which all were at it."""
    children = [start_client(url, number, clients, attempts, load, seed, acknowledged) for number in range(clients)]
    tallies = []
    for child in children:
        child.stdout.readline()  # type: ignore[union-attr]
    for child in children:
        child.stdin.write(b"go\n")  # type: ignore[union-attr]
        child.stdin.flush()  # type: ignore[union-attr]
    for child in children:
        out, _ = child.communicate()
        if child.returncode:
            raise RuntimeError(f"a client of the proof failed with {child.returncode}")
        tallies.append(json.loads(out))
    answers: Counter[str] = Counter()
    for tally in tallies:
        answers.update(tally["answers"])
    waits = sorted(wait for tally in tallies for wait in tally["waits_s"])
    length_s = max(tally["ended"] for tally in tallies) - min(tally["began"] for tally in tallies)
    asked = clients * attempts
    return {
        "load": load,
        "clients": clients,
        "attempts": asked,
        "answers": dict(answers),
        "done": answers["done"],
        "refused": asked - answers["done"],
        "unanswered": asked - sum(answers.values()),
        "attempts_per_s": asked / length_s,
        "done_per_s": answers["done"] / length_s,
        "refused_share": 1 - answers["done"] / asked,
        "p50_ms": waits[len(waits) // 2] * 1e3,
        "p99_ms": waits[int(len(waits) * 0.99)] * 1e3,
        "worst_ms": waits[-1] * 1e3,
    }


def start_client(
    url: str, number: int, clients: int, attempts: int, load: str, seed: int, acknowledged: Path | None
) -> "subprocess.Popen[bytes]":
    """Start a client as a process of its own; it prints its tally as JSON when it is through.

    One that writes down what was acknowledged will be killed, or its server: what it says then is not shown.
    """
    given = json.dumps([url, number, clients, attempts, load, seed, str(acknowledged) if acknowledged else None])
    command = [sys.executable, "-m", "benchmarks.proofs.ledger_clients", given]
    heard = subprocess.DEVNULL if acknowledged else None
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=heard, env=environment)


def main() -> None:
    url, number, clients, attempts, load, seed, kept = json.loads(sys.argv[1])
    tally = client(url, number, clients, attempts, load, seed, Path(kept) if kept else None)
    said = {"answers": tally.answers, "waits_s": tally.waits_s, "began": tally.began, "ended": tally.ended}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
