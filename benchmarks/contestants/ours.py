"""Our own job: batches and an identity index in, a run folder out.

`index` of the job is a prepared index's folder, or null: then building it in memory is part of the timed job.
`hide` names columns that are left out; `findings` runs what is across records (else verdicts and rejects alone).
"""

import datetime
import time
from pathlib import Path
from typing import Any, Literal

from engine.identity.index import IdentityIndex
from engine.identity.store import build_index, open_index
from engine.pipeline import BatchInput, RunPlan, reconcile
from engine.reference import reference
from engine.sources import CarrierProfile, load_profile
from engine.synthetic import AS_OF, generate

GIB = 1 << 30


def warm(scratch: Path, job: dict[str, Any]) -> None:
    """Load every kernel by a whole run over a few generated records; then forget the reference tables again."""
    text = any(batch["path"].endswith(".csv") for batch in job.get("batches", ()))
    kind: Literal["csv", "parquet"] = "csv" if text else "parquet"
    made = generate(
        scratch / "data", persons=2_000, sims=2_000, profile="dirty", seed=1, carriers=("VTL",), format=kind
    )
    assert made.register is not None
    index = build_index(made.register, scratch / "index", as_of=AS_OF, threads=2)
    batch = {"path": str(made.batches[0]), "carrier": "VTL", "profile": ""}
    _reconcile({"batches": [batch], "out": str(scratch / "run"), "findings": True}, index, scratch / "index")
    reference.cache_clear()


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Do the job; give the manifest's totals and the seconds of each stage."""
    began = time.perf_counter()
    folder = Path(job["index"]) if job.get("index") else None
    if folder is None:
        spool = Path(job["out"]).parent
        index = build_index(Path(job["register"]), None, as_of=AS_OF, threads=job.get("threads", 2), spool=spool)
    else:
        index = open_index(folder)
    ready = time.perf_counter() - began
    manifest = _reconcile(job, index, folder)
    seconds = _seconds(Path(job["out"]))
    return {
        "index_s": ready,
        "totals": manifest["totals"],
        "seconds": seconds,
        "persons": index.persons,
        "hot_bytes_per_person": index.hot_bytes_per_person(),
        "out": job["out"],
    }


def _reconcile(job: dict[str, Any], index: IdentityIndex, folder: Path | None) -> dict[str, Any]:
    plan = RunPlan(
        batches=tuple(_batch(batch, job.get("hide", ())) for batch in job["batches"]),
        out=Path(job["out"]),
        as_of=datetime.date.fromisoformat(job.get("as_of") or AS_OF.isoformat()),
        index_path=folder,
        rules=job.get("rules"),
        porting=Path(job["porting"]) if job.get("porting") and job.get("findings") else None,
        memory_bytes=int(job.get("memory_gib", 4) * GIB),
        workers=job.get("threads", 2),
        executor=job.get("executor", "local"),
        deep=job.get("deep", True),
        findings=job.get("findings", False),
        resume=job.get("resume", False),
    )
    return reconcile(plan, index)


def _batch(batch: dict[str, str], hidden: tuple[str, ...]) -> BatchInput:
    profile = load_profile(Path(batch["profile"])) if batch.get("profile") else None
    if hidden:
        profile = CarrierProfile(columns=dict.fromkeys(hidden, ""))
    return BatchInput(Path(batch["path"]), batch["carrier"], AS_OF, profile, batch["carrier"])


def _seconds(out: Path) -> dict[str, float]:
    import json

    seconds: dict[str, float] = json.loads((out / "timings.json").read_bytes())["seconds"]
    return seconds
