"""Peak memory of a process and its children, told apart by kind, as another process sees it."""

import threading
from dataclasses import dataclass
from pathlib import Path

INTERVAL_S = 0.01
"""Between two samples. A peak shorter than this can be missed: VmHWM of the child bounds what was."""

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Resident:
    """Resident bytes: `own` is anonymous and shared memory (what no other program can have), `mapped` file pages."""

    own: int
    mapped: int


class PeakSampler:
    """Watch a process tree from outside, so that a loop holding the child's interpreter lock hides nothing."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._lock = threading.Lock()
        self._own = self._mapped = 0

    def __enter__(self) -> "PeakSampler":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def reset(self) -> None:
        """Forget what was seen: the timed part begins."""
        with self._lock:
            self._own = self._mapped = 0
        self._sample()

    def peak(self) -> Resident:
        """Give the largest sums over the tree since `reset`, each by itself."""
        self._sample()
        with self._lock:
            return Resident(self._own, self._mapped)

    def _watch(self) -> None:
        while not self._stop.wait(INTERVAL_S):
            self._sample()

    def _sample(self) -> None:
        now = [resident(pid) for pid in tree(self._pid)]
        with self._lock:
            self._own = max(self._own, sum(part.own for part in now))
            self._mapped = max(self._mapped, sum(part.mapped for part in now))


def tree(pid: int) -> list[int]:
    """List a process and its descendants; those that ended meanwhile are left out."""
    found, at = [pid], 0
    while at < len(found):
        for task in Path(f"/proc/{found[at]}/task").glob("*/children"):
            try:
                found.extend(int(child) for child in task.read_text().split())
            except OSError:
                continue
        at += 1
    return found


def resident(pid: int) -> Resident:
    """Read RssAnon + RssShmem and RssFile of a process; zeros where it has ended."""
    kibi = dict.fromkeys(("RssAnon", "RssShmem", "RssFile"), 0)
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return Resident(0, 0)
    for line in lines:
        name, _, value = line.partition(":")
        if name in kibi:
            kibi[name] = int(value.split()[0])
    return Resident((kibi["RssAnon"] + kibi["RssShmem"]) * 1024, kibi["RssFile"] * 1024)
