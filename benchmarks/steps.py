"""Steps of a long proof: each is kept once it is done, so that a proof that was broken off goes on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.datasets import engine_digest, proofs_folder


def step(proof: str, name: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Give what a step found, working it out where the engine has changed since, or where it never ran."""
    path = (
        proofs_folder() / "steps" / f"{proof}-{name}-{engine_digest('engine', 'matching', 'data', 'benchmarks')}.json"
    )
    if path.exists():
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found
    print(f"{proof}: {name} ...", flush=True)
    found = work()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(found, indent=1, default=str) + "\n", encoding="utf-8")
    partial.replace(path)
    return found


def digests(folder: Path, names: tuple[str, ...] = ("verdicts.parquet", "rejects.parquet")) -> dict[str, str]:
    """Give the SHA-256 of a run's files."""
    from engine.identity.segments import file_digest

    return {name: file_digest(folder / name) for name in names}
