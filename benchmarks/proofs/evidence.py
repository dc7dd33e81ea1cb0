"""The evidence log at a million entries: what is done to its files is found and named, and how fast it is checked."""

import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from benchmarks.datasets import ROOT, SEED, proofs_folder, scaled
from benchmarks.results import Result
from registries.ledger.evidence import (
    Checkpoint,
    FaultKind,
    LogFolder,
    OutboxRow,
    Sequencer,
    Signer,
    canonical_bytes,
    commitment,
    create_log,
    leaf_hash,
    prove_inclusion,
    verify_log,
)
from registries.ledger.evidence.merkle import tree_root
from registries.ledger.evidence.tiles import BUNDLES, WIDTH, levels_of, pack_entries, tiles_of, unpack_entries

ENTRIES, ROUNDS, PROOFS = 1_000_000, 10, 200
ORIGIN = "log.example/evidence"
NAMES = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Minh Châu", "Phạm Quốc Dũng", "Hoàng Thị Én", "Vũ Đức Giang")
"""Made-up names: their commitments are in the entries, they themselves nowhere."""
Change = Callable[[int, bytes], Sequence[bytes]]
_CHILD = (
    "import json,sys,time;from pathlib import Path;"
    "from registries.ledger.evidence import Verifier,verify_log;"
    "high=lambda:int(next(l for l in open('/proc/self/status') if l.startswith('VmHWM')).split()[1])/1024;"
    "before=high();wall,cpu=time.perf_counter(),time.process_time();"
    "told=verify_log(Path(sys.argv[1]),[Verifier.parse(sys.argv[2])]);"
    "print(json.dumps({'wall_s':time.perf_counter()-wall,'cpu_s':time.process_time()-cpu,"
    "'checked':told.checked,'read':told.entries_read,'whole':told.is_whole,'grown_mib':high()-before,'mib':high()}))"
)


def entry(number: int) -> bytes:
    """Give the canonical bytes of a made-up grant, about as long as one of the ledger."""
    salt = number.to_bytes(32, "big")
    return canonical_bytes(
        {
            "entry": f"{number:026d}",
            "kind": "claim-granted",
            "version": 1,
            "space": "ipv6",
            "first": str((0x3FFF << 112) + (number << 64)),
            "last": str((0x3FFF << 112) + (number << 64) + 2**64 - 1),
            "holder": f"H-{number % 5000:04d}",
            "contact": commitment("contact", NAMES[number % len(NAMES)], salt),
            "legal_at": "2026-11-23T00:00:00Z",
            "recorded_at": "2026-11-23T00:00:00Z",
            "actor": "officer-01",
            "instrument": "decision-2026-0001",
        }
    )


class MadeOutbox:
    """An outbox whose rows are worked out when asked for; `change` says which entries stand in the place of one."""

    def __init__(self, size: int, change: Change = lambda _, made: (made,)) -> None:
        self.size = size
        self.given = 0
        self.change = change
        self.held: list[bytes] = []
        self.begun = self.first = 0

    def give_positions(self, limit: int) -> int:
        given = min(limit, self.size - self.given)
        self.given += given
        return given

    def next_position(self) -> int:
        return self.given

    def positioned(self, first: int, limit: int) -> Sequence[OutboxRow]:
        del self.held[: first - self.first]
        self.first = first
        count = min(limit, self.given - first)
        while len(self.held) < count:
            self.held += self.change(self.begun, entry(self.begun))
            self.begun += 1
        return [OutboxRow(first + at, str(at), leaf_hash(made), made) for at, made in enumerate(self.held[:count])]


@dataclass(frozen=True, slots=True)
class Log:
    """The log under test, a backup of it, and the checkpoints over both that are held outside."""

    folder: Path
    backup: Path
    signer: Signer
    old: Checkpoint
    held: Checkpoint

    def copy(self) -> Path:
        """Give a copy by links: files are replaced, never written into, so that the original stays as it is."""
        place = self.folder.with_name("damaged")
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.folder, place, copy_function=os.link)
        return place


def evidence(scale: float, repeats: int) -> Result:
    """Every act on the files is found with its place; 300,000 entries a second; proofs of at most a kilobyte."""
    size = scaled(ENTRIES, scale, 3_000)
    rounds = ROUNDS if scale == 1 else 2
    result = Result(
        "evidence",
        f"{size:,} entries: flip, delete, insert, swap, truncate, restore an old copy, {rounds} times each",
        "the same log untouched; and the same acts carried through all files and signed anew, without a checkpoint "
        "from outside, which nobody can see",
        SEED,
        scale,
        recipe={"entries": size, "bytes": len(entry(size)), "rounds": rounds},
    )
    place = proofs_folder() / "out" / "evidence"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    log = _make(place, size, result)
    _speed(log, size, repeats, result)
    _proofs(log, size, result)
    _damage(log, size, rounds, result)
    _forgeries(log, size, result)
    _privacy(log, result)
    shutil.rmtree(place)
    return result


def _make(place: Path, size: int, result: Result) -> Log:
    signer = Signer.generate(ORIGIN)
    folder, backup = place / "log", place / "backup"
    create_log(folder, ORIGIN, signer)
    outbox = MadeOutbox(size * 7 // 10)
    began = time.perf_counter()
    with Sequencer(folder, signer, outbox) as sequencer:
        sequencer.catch_up()
        took = time.perf_counter() - began
        shutil.copytree(folder, backup, copy_function=os.link)
        outbox.size = size
        began = time.perf_counter()
        sequencer.catch_up()
    result.figures["sequenced_per_s"] = size / (took + time.perf_counter() - began)
    old, held = (LogFolder(path).checkpoint([signer.verifier]) for path in (backup, folder))
    return Log(folder, backup, signer, old, held)


def _speed(log: Log, size: int, repeats: int, result: Result) -> None:
    """Check the whole log in a process of its own, on one core."""
    runs = [_child(log.folder, log) for _ in range(max(repeats, 1))]
    small = _child(log.backup, log)
    rate = statistics.median(size / run["cpu_s"] for run in runs)
    result.figures |= {"runs": runs, "backup": small, "fsync_us": _fsync_us(log.folder.parent)}
    rows = [
        ["checked, entries/s/core (median)", rate],
        ["sequenced and signed, entries/s", result.figures["sequenced_per_s"]],
        ["memory grown while checking, MiB", runs[0]["grown_mib"]],
        [f"the same for {log.old.size:,} entries, MiB", small["grown_mib"]],
        ["fsync, microseconds", result.figures["fsync_us"]],
    ]
    result.table("checking", ("what", "figure"), rows)
    result.bar("entries checked a second and core", rate, 300_000)
    result.bar("entries of the untouched log that were read", float(runs[0]["read"]), size)
    result.bar("memory grown while checking", runs[0]["grown_mib"], 64, above=False, unit="MiB")


def _child(folder: Path, log: Log) -> dict[str, Any]:
    command = [sys.executable, "-c", _CHILD, str(folder), str(log.signer.verifier)]
    told: dict[str, Any] = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    if not told["whole"]:
        raise RuntimeError(f"{folder}: the untouched log was found damaged")
    return told


def _proofs(log: Log, size: int, result: Result) -> None:
    chance, longest, text, took = random.Random(SEED), 0, 0, []
    for position in [0, size - 1, *(chance.randrange(size) for _ in range(PROOFS))]:
        began = time.perf_counter()
        proof = prove_inclusion(log.folder, position, [log.signer.verifier])
        took.append(time.perf_counter() - began)
        proof.check(leaf_hash(entry(position)), [log.signer.verifier], origin=ORIGIN)
        longest, text = max(longest, proof.length_bytes), max(text, len(str(proof).encode()))
    rows = [
        ["hashes, bytes", longest],
        ["as text with checkpoint, bytes", text],
        ["median ms", 1e3 * sorted(took)[PROOFS // 2]],
    ]
    result.table("inclusion proofs", ("what", "figure"), rows)
    result.bar("longest proof", float(longest), 1024, above=False, unit="bytes")


def _damage(log: Log, size: int, rounds: int, result: Result) -> None:
    """Do each act at random places, each on a fresh copy; found means: of the right kind, and at the right place."""
    rows = []
    chance = random.Random(SEED)
    acts = {
        "flip": _flip,
        "delete": _delete,
        "insert": _insert,
        "swap": _swap,
        "truncate": _truncate,
        "restore old": _old,
    }
    for name, act in acts.items():
        found = placed = 0
        for _ in range(rounds):
            folder = log.copy()
            kind, position = act(log, folder, chance, size)
            faults = verify_log(folder, [log.signer.verifier], [log.held]).faults
            found += bool(faults)
            placed += any(
                fault.kind is kind and fault.first <= position < max(fault.stop, fault.first + 1) for fault in faults
            )
        rows.append([name, rounds, found, placed])
        result.bar(f"{name}: found with its place", float(placed), rounds)
    result.table("damage to files", ("act", "times", "found", "with its place"), rows)
    shutil.rmtree(log.folder.with_name("damaged"))


def _bundle(folder: Path, position: int, size: int, change: Callable[[list[bytes]], list[bytes]]) -> None:
    tile = next(tiles_of(size, BUNDLES, position))
    path = folder / tile.path
    entries = change(unpack_entries(path.read_bytes()))
    path.unlink()
    path.write_bytes(pack_entries(entries))


def _flip(_log: Log, folder: Path, chance: random.Random, size: int) -> tuple[FaultKind, int]:
    position = chance.randrange(size)

    def change(entries: list[bytes]) -> list[bytes]:
        data = bytearray(entries[position % WIDTH])
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return [*entries[: position % WIDTH], bytes(data), *entries[position % WIDTH + 1 :]]

    _bundle(folder, position, size, change)
    return FaultKind.ENTRY_ALTERED, position


def _delete(_log: Log, folder: Path, chance: random.Random, size: int) -> tuple[FaultKind, int]:
    position = chance.randrange(size)
    at = position % WIDTH
    _bundle(folder, position, size, lambda entries: entries[:at] + entries[at + 1 :])
    return FaultKind.ENTRY_DELETED, position


def _insert(_log: Log, folder: Path, chance: random.Random, size: int) -> tuple[FaultKind, int]:
    position = chance.randrange(size)
    at = position % WIDTH
    _bundle(folder, position, size, lambda entries: [*entries[:at], entry(size + 1), *entries[at:]])
    return FaultKind.ENTRY_INSERTED, position


def _swap(_log: Log, folder: Path, chance: random.Random, size: int) -> tuple[FaultKind, int]:
    one, other = sorted(chance.sample(range(size), 2))
    for position, made in ((one, entry(other)), (other, entry(one))):
        _bundle(folder, position, size, partial(_put, position % WIDTH, made))
    return FaultKind.ENTRIES_SWAPPED, one


def _put(at: int, made: bytes, entries: list[bytes]) -> list[bytes]:
    return [*entries[:at], made, *entries[at + 1 :]]


def _truncate(log: Log, folder: Path, chance: random.Random, size: int) -> tuple[FaultKind, int]:
    """Cut the tail off and sign what is left, as somebody with the key can."""
    left = chance.randrange(log.old.size, size)
    shutil.rmtree(folder)
    create_log(folder, ORIGIN, log.signer)
    _link_beginning(log.folder, folder, left)
    read = LogFolder(folder).nodes(left)
    (folder / "checkpoint").write_text(
        Checkpoint(ORIGIN, left, tree_root(left, read)).sign(log.signer), encoding="utf-8"
    )
    return FaultKind.LOG_OLDER, left


def _link_beginning(source: Path, folder: Path, size: int) -> None:
    """Lay out the tiles of the first `size` entries: full ones by links, partial ones cut from those of the source."""
    whole = LogFolder(source)
    total = int(whole.checkpoint_note().split("\n")[1])
    for level in (BUNDLES, *levels_of(size)):
        for tile in tiles_of(size, level):
            path = folder / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            if tile.is_full:
                path.hardlink_to(source / tile.path)
                continue
            held = next(other for other in tiles_of(total, level, tile.index * WIDTH) if other.index == tile.index)
            data = whole.read(held)
            cut = pack_entries(unpack_entries(data)[: tile.width]) if level == BUNDLES else data[: tile.width * 32]
            path.write_bytes(cut)


def _old(log: Log, folder: Path, _chance: random.Random, size: int) -> tuple[FaultKind, int]:
    shutil.rmtree(folder)
    shutil.copytree(log.backup, folder, copy_function=os.link)
    return FaultKind.LOG_OLDER, size - 1


def _forgeries(log: Log, size: int, result: Result) -> None:
    """Make the whole log anew with one act done, everything fitting and signed: only the outside checkpoints tell."""
    at = size * 8 // 10
    swap = {at: entry(at + 9), at + 9: entry(at)}
    acts: dict[str, Change] = {
        "flip": lambda number, made: (made[:-1] + b" " if number == at else made,),
        "delete": lambda number, made: () if number == at else (made,),
        "insert": lambda number, made: (entry(size + 1), made) if number == at else (made,),
        "swap": lambda number, made: (swap.get(number, made),),
    }
    rows = []
    for name, change in acts.items():
        folder = log.folder.with_name("forged")
        shutil.rmtree(folder, ignore_errors=True)
        create_log(folder, ORIGIN, log.signer)
        with Sequencer(folder, log.signer, MadeOutbox(size, change)) as sequencer:
            sequencer.catch_up()
        alone = verify_log(folder, [log.signer.verifier], entries=False).is_whole
        faults = verify_log(folder, [log.signer.verifier], [log.old, log.held]).faults
        found = [(fault.kind, fault.first, fault.stop) for fault in faults] == [
            (FaultKind.ROOT_DIFFERS, log.old.size, size)
        ]
        rows.append(
            [name, "not visible" if alone else "visible", f"{log.old.size:,} to {size - 1:,}" if found else "no"]
        )
        result.bar(f"forged {name}: found between two checkpoints", float(found), 1)
        result.bar(f"forged {name}: the control sees nothing without them", float(alone), 1)
    result.table("log made anew and signed", ("act", "without outside checkpoints", "with them: within entries"), rows)
    shutil.rmtree(log.folder.with_name("forged"))


def _privacy(log: Log, result: Result) -> None:
    values = re.compile("|".join(re.escape(name) for name in NAMES).encode())
    found = sum(bool(values.search(path.read_bytes())) for path in (log.folder / "tile").rglob("*") if path.is_file())
    result.bar("files with a personal value in them", float(found), 0, above=False)


@lru_cache(maxsize=1)
def _fsync_us(place: Path) -> float:
    """Give the median time of flushing a small change, in microseconds: what durable figures rest on."""
    took = []
    with (place / "fsync").open("wb") as file:
        for _ in range(100):
            file.write(b"x")
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return 1e6 * statistics.median(took)
