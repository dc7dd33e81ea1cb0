"""Kill the server, its clients and the sequencer under load, again and again: what was acknowledged is there, once.

SIGKILL proves a process crash, not a loss of power: the kernel keeps what was written. That the flush comes before the
answer is shown by a trace of system calls, where `strace` is installed.
"""

import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.datasets import ROOT, SEED
from benchmarks.proofs.ledger_audit import audit
from benchmarks.proofs.ledger_clients import OPEN, open_pools, start_client
from benchmarks.proofs.ledger_servers import MISSING, Place, place
from benchmarks.results import Result
from registries.ledger.evidence import Sequencer, Signer, create_log, verify_log
from registries.ledger.evidence.keyfiles import read_signing_key, write_signing_key
from registries.store import open_ledger
from registries.store.outbox import StoreOutbox

KILLS, OF_THE_CONTROL = 200, 20
CLIENTS = 4
FOREVER = 1_000_000
ORIGIN = "proof.example/log"
_NAME_LENGTH = 26
_MUST_BE_NONE = ("lost", "doubled", "faults", "overlaps", "orphans")
_FOLLOW = "import sys; from benchmarks.proofs.ledger_kills import follow; follow(*sys.argv[1:])"


def ledger_kills(scale: float, _repeats: int) -> Result:
    """200 kills (-9) under load: acknowledged and lost 0, doubled 0, the log complete and verified."""
    count = max(2, round(KILLS * scale))
    result = Result(
        "ledger-kills",
        f"{count} times everything killed under load: PostgreSQL, its clients and the sequencer; those of SQLite",
        "PostgreSQL with synchronous_commit=off, killed likewise",
        SEED,
        scale,
        recipe={"kills": count, "kills of the control": min(count, OF_THE_CONTROL), "clients": CLIENTS},
    )
    rows = []
    for kind in ("postgresql", "sqlite", "control"):
        found = killed(kind, min(count, OF_THE_CONTROL) if kind == "control" else count)
        result.figures[kind] = found
        if "missing" in found:
            continue
        rows.append([kind, *(found[what] for what in ("kills", "acknowledged", "stored", *_MUST_BE_NONE))])
        if kind == "control":
            result.bar("control: acknowledged and lost", found["lost"], 1)
            continue
        for what in _MUST_BE_NONE:
            result.bar(f"{kind}: {what}", found[what], 0, above=False)
    result.table("killed", ("store", "kills", "acknowledged", "stored", *_MUST_BE_NONE), rows)
    traces = []
    for kind in ("postgresql", "sqlite"):
        told = flushes_first(kind)
        result.figures[f"trace of {kind}"] = told
        if "missing" in told:
            print(f"ledger-kills: no trace of {kind}: {told['missing']}")
            continue
        traces.append([kind, told["answers"], told["answers_without_flush"]])
        result.bar(f"{kind}: answers traced", told["answers"], 10)
        result.bar(f"{kind}: answers before their flush", told["answers_without_flush"], 0, above=False)
    result.table("flush before answer, by system calls", ("store", "answers", "without a flush before"), traces)
    return result


def killed(kind: str, count: int) -> dict[str, Any]:
    """Kill a store's processes so many times under load; give what was acknowledged, lost and doubled."""
    chance = random.Random(f"{SEED}-{kind}")
    durable = kind != "control"
    with (
        place("sqlite" if kind == "sqlite" else "postgresql", durable=durable) as here,
        tempfile.TemporaryDirectory(prefix="sogoc-acknowledged-") as name,
    ):
        if here is None:
            return dict(MISSING)
        notes = Path(name)
        ledger = open_ledger(here.url)
        open_pools(ledger)
        ledger.close()
        signer = Signer.generate(ORIGIN)
        write_signing_key(notes / "key", signer)
        create_log(notes / "log", ORIGIN, signer)
        acknowledged: dict[str, str] = {}
        for turn in range(count):
            _show(kind, turn, count)
            acknowledged |= _one_kill(here, notes, turn, count, chance.uniform(0.02, 0.5))
        return _accounted(here.url, acknowledged, notes) | {"kills": count}


def _show(kind: str, turn: int, count: int) -> None:
    if turn % 20 == 0:
        print(f"ledger-kills: {kind} {turn} of {count} ...", flush=True)


def _one_kill(here: Place, notes: Path, turn: int, turns: int, after_s: float) -> dict[str, str]:
    """Let clients and a sequencer work, kill all, start the server again; give keys and entries acknowledged."""
    files = [notes / f"{turn}-{number}" for number in range(CLIENTS)]
    # Each client of each turn has numbers of its own, so that most of what it asks for is free.
    names = range(turn * CLIENTS, (turn + 1) * CLIENTS)
    children = [
        start_client(here.url, name, CLIENTS * turns, FOREVER, OPEN, SEED, file)
        for name, file in zip(names, files, strict=True)
    ]
    command = [sys.executable, "-c", _FOLLOW, here.url, str(notes)]
    children.append(subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL))
    _until_busy(files, after_s)
    if here.cluster:
        here.cluster.kill()
    for child in children:
        child.kill()
        child.communicate()
    if here.cluster:
        here.cluster.start()
    lines = [line.partition(" ") for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    # A client killed while it wrote leaves half a line: that answer reached nobody.
    return {key: entry_id for key, _, entry_id in lines if len(entry_id) == _NAME_LENGTH}


def follow(url: str, folder: str) -> None:
    """Give positions and sign, again and again, until killed."""
    ledger = open_ledger(url)
    with Sequencer(Path(folder) / "log", read_signing_key(Path(folder) / "key"), StoreOutbox(ledger.store)) as made:
        while True:
            made.step()
            time.sleep(0.02)


def _until_busy(files: list[Path], then_s: float) -> None:
    """Wait until every client had an answer, and a moment longer."""
    deadline = time.monotonic() + 300
    while not all(file.exists() and file.stat().st_size for file in files):
        if time.monotonic() > deadline:
            raise RuntimeError("clients of the proof did not begin")
        time.sleep(0.01)
    time.sleep(then_s)


def _accounted(url: str, acknowledged: dict[str, str], notes: Path) -> dict[str, Any]:
    ledger = open_ledger(url)
    with ledger.store.reading() as session:
        stored = dict(session.rows("SELECT idempotency_key, entry_id FROM idempotency"))
        contents = [bytes(row[0]) for row in session.rows("SELECT content FROM entry")]
    keys = [re.search(rb'"idempotency_key":"([^"]+)"', content) for content in contents]
    said = [key[1] for key in keys if key]
    seen = audit(ledger)
    signer = read_signing_key(notes / "key")
    lost = sum(stored.get(key) != entry_id for key, entry_id in acknowledged.items())
    told = {
        "acknowledged": len(acknowledged),
        "stored": len(stored),
        "lost": lost,
        "doubled": len(said) - len(set(said)),
        "overlaps": seen["overlaps"] + seen["overlaps_in_history"],
        "orphans": seen["orphans"],
    }
    if lost:
        # The log was signed over entries that are gone: it says so, and there is nothing to complete.
        ledger.close()
        return told | {"faults": lost}
    with Sequencer(notes / "log", signer, StoreOutbox(ledger.store)) as sequencer:
        sequencer.catch_up()
    ledger.close()
    log = verify_log(notes / "log", [signer.verifier])
    return told | {"faults": len(log.faults) + abs(log.entries_read - len(contents))}


def flushes_first(kind: str) -> dict[str, Any]:
    """Trace the system calls of one client's commands: the flush of the log ends before each answer is sent."""
    tracer = shutil.which("strace")
    if tracer is None:
        return {"missing": "strace is not installed"}
    with place(kind) as here, tempfile.TemporaryDirectory(prefix="sogoc-trace-") as name:
        if here is None:
            return dict(MISSING)
        ledger = open_ledger(here.url)
        open_pools(ledger)
        ledger.close()
        file, trace = Path(name) / "acknowledged", Path(name) / "trace"
        child = start_client(here.url, 0, 1, FOREVER, OPEN, SEED, file)
        _until_busy([file], 0.1)
        processes = here.cluster.processes() if here.cluster else [child.pid]
        attached = [argument for process in processes for argument in ("-p", str(process))]
        calls = "trace=fdatasync,fsync,sendto,write"
        command = [tracer, "-f", "-y", "-s", "512", "-e", calls, "-o", str(trace), *attached]
        watcher = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(3)
        watcher.terminate()
        watcher.wait()
        child.kill()
        child.communicate()
        answer = r"sendto\(.*yes" if here.cluster else r"write\(\d+<[^>]*acknowledged>"
        return _order(trace.read_text(encoding="utf-8", errors="replace"), answer)


def _order(trace: str, answer: str) -> dict[str, Any]:
    """Count answers, and those with no flush that ended between the answer before and them.

    There is one client, so one change is under way at a time, whichever process of the server flushes it.
    """
    flush = re.compile(r"f(data)?sync(\(| resumed).*= 0$")
    gave = re.compile(answer)
    answers = early = 0
    is_flushed = True
    for line in trace.splitlines():
        if flush.search(line):
            is_flushed = True
        elif gave.search(line):
            answers += 1
            early += not is_flushed
            is_flushed = False
    return {"answers": answers, "answers_without_flush": early}
