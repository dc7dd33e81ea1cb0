"""Our way from a carrier's text file to a standardised batch: framing, decoding, repairs, rejects, typed columns."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.contestants import ours
from engine.reference import reference
from engine.sources import ChunkSpec, load_profile, prepare, read_chunk
from engine.stages.circumstances import circumstances
from engine.stages.standardise import standardise
from engine.synthetic import AS_OF
from matching.kernels.tokens import Vocabulary


def warm(scratch: Path, _job: dict[str, Any]) -> None:
    ours.warm(scratch, {"batches": [{"path": "tiny.csv"}]})


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Read the file and standardise every chunk; give rows, rejects and findings of repair."""
    profile = load_profile(Path(job["profile"])) if job.get("profile") else None
    out = Path(job["out"])
    out.mkdir(parents=True, exist_ok=True)
    prepared = prepare(Path(job["path"]), profile=profile, kind="batch", spool_dir=out)
    tables = reference(AS_OF)
    # Every chunk knows the same tokens beforehand, as it does under an index; so chunks are independent.
    known = Vocabulary().extended().to_arrays()

    def work(spec: ChunkSpec) -> tuple[int, int, int]:
        chunk = read_chunk(spec)
        identities = standardise(chunk.table, Vocabulary.from_arrays(known).extended(), tables)
        circumstances(chunk.table, tables, "dmy")
        repaired = int((identities.name_flags != 0).sum() + (identities.number_flags != 0).sum())
        return chunk.table.num_rows, chunk.rejects.num_rows, repaired

    with ThreadPoolExecutor(job["threads"]) as pool:
        counted = list(pool.map(work, prepared.specs))
    rows, rejects, flagged = (sum(column) for column in zip(*counted, strict=True))
    if rows + rejects != prepared.framed:
        raise RuntimeError(f"{prepared.framed} records in, {rows} rows and {rejects} rejects out")
    return {"rows": rows, "rejects": rejects, "flags": flagged, "encoding": prepared.encoding}
