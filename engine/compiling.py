"""All kernels compiled at once, in several processes, before the first command of a machine needs them.

Numba compiles a kernel when it is first called, one at a time. The product calls each kernel with few combinations of
types; these are listed in `signatures.tsv` (job, kernel, seconds it took, types of its arguments), so that each core
can compile its share beforehand. The list is written by `tests/engine/kernel_signatures.py` from what runs really call.
"""

import fcntl
import gc
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numba.core import config, types

from matching.kernels import cache_folder

LISTED = Path(__file__).parent / "kernels" / "signatures.tsv"
MOST_PROCESSES = 8
_WITH = {"engine.kernels.search": "engine.kernels.probe"}
_TOKEN = re.compile(r"(readonly )?(\w+)\[(\d)\]|([\w.]+):(\w+)\(|(\w+)|(\))|, ")

JOBS = ("reconcile", "link")
"""What kernels are for: those of batches, registers and their reconciliation, and those that linkage has besides."""

Told = Callable[[int, int], None]
"""Told how many kernels are compiled, and of how many."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The job that needs it, a kernel by its full name, the seconds that compiling it took, its arguments' types."""

    job: str
    kernel: str
    seconds: float
    arguments: str

    def compile(self) -> None:
        """Compile the kernel for these types, or load it where it has been compiled before."""
        module, _, name = self.kernel.rpartition(".")
        getattr(importlib.import_module(module), name).compile(parse_types(self.arguments))


def signatures(job: str | None = None) -> list[Signature]:
    """Give the kernels of a job, or of the product, with the types that they are called with."""
    lines = LISTED.read_text(encoding="utf-8").splitlines()[1:]
    listed = [
        Signature(own, kernel, float(seconds), arguments)
        for own, kernel, seconds, arguments in (line.split("\t") for line in lines)
    ]
    return [each for each in listed if job in {None, each.job}]


def compiled(job: str) -> bool:
    """Tell whether all kernels of a job have been compiled on this machine, or are run as plain Python."""
    plain: bool = getattr(config, "DISABLE_JIT")  # noqa: B009 - made at run time, which stubs do not know
    return plain or _mark(job).exists()


def compile_all(job: str, told: Told | None = None, processes: int | None = None) -> None:
    """Compile all kernels of a job into the cache, in as many processes as there are cores.

    Commands that are started meanwhile wait for it. A process that fails leaves its share to be compiled when needed.
    """
    cache_folder().mkdir(parents=True, exist_ok=True)
    with (cache_folder() / "compiling").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not compiled(job):
            _compile(job, told, processes or min(len(os.sched_getaffinity(0)), MOST_PROCESSES))


def _compile(job: str, told: Told | None, processes: int) -> None:
    shares = shared(signatures(job), processes)
    total = sum(len(share) for share in shares)
    reader, writer = os.pipe()
    workers = [
        subprocess.Popen(  # noqa: S603 - this interpreter, over a list of our own
            [sys.executable, "-m", "engine.compiling", job, str(place), str(len(shares))],
            stdout=writer,
            pass_fds=(writer,),
        )
        for place in range(len(shares))
    ]
    os.close(writer)
    done = 0
    with os.fdopen(reader, "rb") as lines:
        for _ in lines:
            done += 1
            if told is not None:
                told(done, total)
    ended = [worker.wait() for worker in workers]
    if not any(ended):
        _mark(job).touch()


def shared(listed: list[Signature], shares: int) -> list[list[Signature]]:
    """Deal kernels out, the dearest modules first, each to the share that has least to do.

    Kernels of a module stay together, and those of a search with the comparisons that they call: what kernels have in
    common is compiled once for each process.
    """
    families: dict[str, list[Signature]] = {}
    for signature in listed:
        module = signature.kernel.rpartition(".")[0]
        families.setdefault(_WITH.get(module, module), []).append(signature)
    dealt: list[list[Signature]] = [[] for _ in range(shares)]
    for name in sorted(families, key=lambda name: (-_seconds(families[name]), name)):
        min(dealt, key=_seconds).extend(families[name])
    return dealt


def _seconds(listed: list[Signature]) -> float:
    return sum(each.seconds for each in listed)


def type_text(kind: Any) -> str:
    """Write a type of numba as `int64`, `uint8[1]`, `readonly uint8[1]` or `module:Class(types, ...)`."""
    if isinstance(kind, types.Array):
        return f"{'' if kind.mutable else 'readonly '}{kind.dtype}[{kind.ndim}]"
    if isinstance(kind, types.NamedTuple):
        own = kind.instance_class
        return f"{own.__module__}:{own.__name__}({', '.join(type_text(each) for each in kind.types)})"
    return str(kind)


def parse_types(text: str) -> tuple[Any, ...]:
    """Read the types that `type_text` wrote, joined by commas."""
    return tuple(_types(_TOKEN.finditer(text)))


def _types(tokens: Iterator[re.Match[str]]) -> Iterator[Any]:
    for token in tokens:
        readonly, dtype, dimensions, module, name, plain, closing = token.groups()
        if dtype:
            yield types.Array(getattr(types, dtype), int(dimensions), "C", readonly=bool(readonly))
        elif module:
            made: Any = types.NamedTuple
            yield made(tuple(_types(tokens)), getattr(importlib.import_module(module), name))
        elif plain:
            yield getattr(types, plain)
        elif closing:
            return


def _mark(job: str) -> Path:
    return cache_folder() / f"complete-{job}"


if __name__ == "__main__":
    gc.disable()  # compiling makes many objects that live on, and the process ends soon
    for each in shared(signatures(sys.argv[1]), int(sys.argv[3]))[int(sys.argv[2])]:
        each.compile()
        sys.stdout.write(f"{each.kernel}\n")
        sys.stdout.flush()
