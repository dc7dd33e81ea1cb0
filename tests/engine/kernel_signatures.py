"""Which kernels the product's commands call, with which types: `python -m tests.engine.kernel_signatures` lists them.

The test beside it runs this in a process of its own with `--check` and fails where the list is not what is called.
"""

import gc
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from numba.core import config, event, types
from numba.core.registry import CPUDispatcher
from typer.testing import CliRunner

from engine import compiling
from engine.compiling import JOBS, LISTED, Signature, signatures, type_text

PACKAGES = ("engine", "matching")


class Clock(event.Listener):
    """The seconds that compiling each kernel took that Python called, by its full name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._begun: list[float] = []

    def on_start(self, event: Any) -> None:
        self._begun.append(time.process_time())

    def on_end(self, event: Any) -> None:
        took = time.process_time() - self._begun.pop()
        if not self._begun:
            name = full_name(event.data["dispatcher"])
            self.seconds[name] = max(self.seconds.get(name, 0.0), took)


def full_name(dispatcher: Any) -> str:
    return f"{dispatcher.py_func.__module__}.{dispatcher.py_func.__name__}"


def use_everything(folder: Path) -> set[tuple[str, str]]:
    """Do what users do, over a thousand records: text and Parquet, linkage; give what was called but for linkage."""
    from api.commands.main import app

    for kind in ("csv", "parquet"):
        data, index = folder / kind, folder / f"{kind}.index"
        made = ["--persons", "1000", "--sims", "1000", "--profile", "dirty", "--seed", "1", "--format", kind]
        _sogoc(app, "generate", *made, "--out", str(data))
        _sogoc(app, "index", "build", str(data / "register.parquet"), "--out", str(index))
        _sogoc(
            app, "reconcile", str(data / "batches.json"), "--index", str(index), "--out", str(folder / f"run-{kind}")
        )
    _sogoc(app, "batch", "check", str(folder / "csv" / "batch-VTL.csv"))
    reconciling = called()
    data = folder / "parquet"
    _sogoc(app, "dedupe", str(data / "register.parquet"), "--out", str(folder / "dedupe"))
    _sogoc(app, "link", str(data / "register.parquet"), str(data / "batch-VTL.parquet"), "--out", str(folder / "link"))
    return reconciling


def _sogoc(app: Any, *arguments: str) -> None:
    told = CliRunner().invoke(app, list(arguments))
    # `batch check` ends with 1 where there is something to mend, as in a dirty batch there is.
    if told.exit_code not in {0, 1} or (told.exit_code and arguments[0] != "batch"):
        raise RuntimeError(f"sogoc {' '.join(arguments[:2])} ended with {told.exit_code}: {told.output[-600:]}")


def called() -> set[tuple[str, str]]:
    """Give the kernels that Python called in this process, with the types of their arguments."""
    found = set()
    for dispatcher in gc.get_objects():
        if isinstance(dispatcher, CPUDispatcher) and dispatcher.py_func.__module__.partition(".")[0] in PACKAGES:
            for signature in dispatcher.signatures:
                # Literal types are those of calls from other kernels.
                if not any(isinstance(each, types.Literal) for each in signature):
                    found.add((full_name(dispatcher), ", ".join(type_text(each) for each in signature)))
    return found


def main() -> int:
    """List the kernels called, or with `--check` print what the list lacks; give how many it lacks."""
    setattr(compiling, "compiled", lambda _job: True)  # noqa: B010 - what is compiled here, is when it is called
    clock = Clock()
    event.register("numba:compile", clock)  # type: ignore[no-untyped-call]
    with tempfile.TemporaryDirectory() as scratch:
        if "--check" in sys.argv:
            use_everything(Path(scratch))
            listed = {(each.kernel, each.arguments) for each in signatures()}
            kernels = {kernel for kernel, _ in listed}
            lacking = {each for each in called() - listed if each[0] in kernels or each[0] in clock.seconds}
            for name, arguments in sorted(lacking):
                print(f"{name}\t{arguments}")
            return len(lacking)
        setattr(config, "CACHE_DIR", scratch)  # noqa: B010 - for kernels imported from here on: all are compiled anew
        reconciling = use_everything(Path(scratch))
        rows = [
            Signature(JOBS[(name, arguments) not in reconciling], name, round(clock.seconds[name], 1), arguments)
            for name, arguments in sorted(called())
            if name in clock.seconds
        ]
        lines = [f"{row.job}\t{row.kernel}\t{row.seconds}\t{row.arguments}" for row in rows]
        LISTED.write_text("\n".join(["job\tkernel\tseconds\targuments", *lines]) + "\n", encoding="utf-8")
        print(f"{len(rows)} kernels, {sum(row.seconds for row in rows):.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(min(main(), 100))
