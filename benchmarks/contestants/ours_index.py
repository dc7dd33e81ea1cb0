"""Our identity index, built from a register file into a folder."""

from pathlib import Path
from typing import Any

from benchmarks.contestants import ours
from engine.identity.store import build_index
from engine.synthetic import AS_OF


def warm(scratch: Path, _job: dict[str, Any]) -> None:
    ours.warm(scratch, {})


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Build the index; give what it holds."""
    folder = Path(job["index"])
    folder.parent.mkdir(parents=True, exist_ok=True)
    index = build_index(Path(job["register"]), folder, as_of=AS_OF, threads=job["threads"], spool=folder.parent)
    stored = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {
        "persons": index.persons,
        "hot_bytes_per_person": index.hot_bytes_per_person(),
        "stored_bytes_per_person": stored / max(index.persons, 1),
    }
