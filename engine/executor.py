"""Where chunks are worked on: threads of this process, or Ray. Same tasks, same parts, byte for byte.

Threads, not processes: kernels and Arrow release the interpreter lock, one mapped index serves all of them, and no
worker has to load its kernels again (docs/decisions/0003).
"""

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, ClassVar, Protocol

from engine.chunk_task import ChunkTask, run_chunk
from engine.errors import EngineError
from engine.identity.index import IdentityIndex
from engine.identity.store import open_index


class ExecutorMissing(EngineError):
    """The executor asked for is not installed."""

    code: ClassVar[str] = "executor-missing"
    template: ClassVar[str] = "executor {name} needs the extra: pip install 'sogoc[{name}]'"


Finished = tuple[ChunkTask, dict[str, float]]


class Executor(Protocol):
    """Runs chunk tasks and gives each with its timings as it finishes, in any order."""

    def run(self, tasks: Iterable[ChunkTask]) -> Iterator[Finished]:
        """Run all tasks; what one raises is raised here, after the parts of finished ones are safe."""
        ...


class LocalExecutor:
    """Threads of this process over one index, opened once."""

    def __init__(self, index: IdentityIndex, workers: int) -> None:
        self._index = index
        self._workers = max(1, workers)

    def run(self, tasks: Iterable[ChunkTask]) -> Iterator[Finished]:
        """Run the tasks, at most `workers` at a time, and no more of them waiting than that."""
        waiting: dict[Future[dict[str, float]], ChunkTask] = {}
        stop = threading.Event()

        def work(task: ChunkTask) -> dict[str, float]:
            if stop.is_set():
                return {}
            return run_chunk(task, self._index)

        with ThreadPoolExecutor(self._workers) as pool:
            try:
                for task in tasks:
                    waiting[pool.submit(work, task)] = task
                    if len(waiting) > self._workers:
                        yield from _finished(waiting)
                while waiting:
                    yield from _finished(waiting)
            finally:
                stop.set()


def _finished(waiting: dict[Future[dict[str, float]], ChunkTask]) -> Iterator[Finished]:
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        task = waiting.pop(future)
        yield task, future.result()


class RayExecutor:
    """Ray workers; each opens the index by its path, which every node must see under the same name."""

    def __init__(self, index: Path, workers: int) -> None:
        try:
            import ray
        except ImportError as missing:
            raise ExecutorMissing(name="ray") from missing
        self._ray = ray
        self._index = index
        self._workers = max(1, workers)

    def run(self, tasks: Iterable[ChunkTask]) -> Iterator[Finished]:
        """Run the tasks on the cluster that Ray finds, or on one it starts here."""
        ray = self._ray
        started = not ray.is_initialized()
        if started:
            ray.init(num_cpus=self._workers, include_dashboard=False, log_to_driver=False, configure_logging=False)
        remote = ray.remote(num_cpus=1, max_retries=2)(_run_by_path)
        waiting: dict[Any, ChunkTask] = {}
        try:
            for task in tasks:
                waiting[remote.remote(task, self._index)] = task
                if len(waiting) > self._workers:
                    yield from self._finished(waiting)
            while waiting:
                yield from self._finished(waiting)
        finally:
            if started:
                ray.shutdown()

    def _finished(self, waiting: dict[Any, ChunkTask]) -> Iterator[Finished]:
        done, _ = self._ray.wait(list(waiting), num_returns=1)
        for reference in done:
            task = waiting.pop(reference)
            yield task, self._ray.get(reference)


def _run_by_path(task: ChunkTask, index: Path) -> dict[str, float]:
    return run_chunk(task, open_index(index))
