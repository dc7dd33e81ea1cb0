"""The last stages of a run: parts joined in order, findings across records, the account that must balance."""

import importlib.metadata
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import findings
from engine.attempts import AttemptLimits, count_attempts
from engine.carrier_export import export
from engine.chunk_task import AccountUnbalanced, ChunkAccount, ChunkTask, read_account, write_whole
from engine.parquet_join import join
from engine.rules import rule_set
from engine.sources import SourceFinding, merged

if TYPE_CHECKING:
    from engine.pipeline import Run

MANIFEST_VERSION = 1
VERSIONS = ("sogoc", "numba", "numpy", "polars", "duckdb", "pyarrow", "rapidfuzz")

Progress = Callable[[str, int, int], None]


def close_run(run: "Run", tasks: list[ChunkTask], told: Progress) -> dict[str, Any]:
    """Join the parts, search for findings, export to carriers, write manifest and timings; give the manifest."""
    accounts = [read_account(task.part("accounts")) for task in tasks]
    steps: list[tuple[str, Callable[[], Any]]] = [
        ("join", lambda: _join(run, len(tasks))),
        *([("findings", lambda: _find(run)), ("carriers", lambda: _export(run))] if run.plan.findings else []),
    ]
    results: dict[str, Any] = {}
    for place, (name, step) in enumerate(steps):
        told("close", place, len(steps))
        began = time.perf_counter()
        results[name] = step()
        run.seconds[name] = time.perf_counter() - began
    manifest = _manifest(run, accounts, results)
    write_whole(run.plan.out / "manifest.json", _as_json(manifest))
    write_whole(run.plan.out / "timings.json", _as_json({"seconds": run.seconds}))
    told("close", len(steps), len(steps))
    return manifest


def _join(run: "Run", chunks: int) -> dict[str, int]:
    rows = {}
    for kind in ("verdicts", "rejects"):
        parts = [run.work / kind / f"part-{number:05d}.parquet" for number in range(chunks)]
        rows[kind] = join(parts, run.plan.out / f"{kind}.parquet").rows
    return rows


def _query_bytes(memory_bytes: int) -> int:
    """Give what the queries may take: DuckDB fills what it is given, and with an eighth the matching stays the peak."""
    return max(memory_bytes // 8, 256 << 20)


def _find(run: "Run") -> Any:
    plan = run.plan
    dates = {batch.named(): batch.batch_date for batch in plan.batches if batch.batch_date is not None}
    return findings.find(
        run.work / "facts" / "*.parquet",
        as_of=plan.as_of,
        out=plan.out / "findings.parquet",
        porting=plan.porting,
        batch_dates=dates,
        memory_bytes=_query_bytes(plan.memory_bytes),
        threads=plan.workers,
        scratch=run.work,
    )


def _export(run: "Run") -> Any:
    """Count each carrier's attempts, carried on from the previous run, and write what carriers may read."""
    plan = run.plan
    before = plan.previous / "attempts.parquet" if plan.previous is not None else None
    counted = count_attempts(
        run.work / "facts" / "*.parquet",
        tokens=run.index.tokens,
        out=plan.out / "attempts.parquet",
        frozen=run.work / "frozen.parquet",
        previous=before if before is not None and before.exists() else None,
        limits=AttemptLimits.from_rules(
            {"freeze_after_attempts": rule_set(run.rules, plan.as_of).freeze_after_attempts}
        ),
        memory_bytes=_query_bytes(plan.memory_bytes),
        threads=plan.workers,
        scratch=run.work,
    )
    told = export(
        plan.out,
        carriers={batch.named(): batch.carrier for batch in plan.batches},
        rule_set=run.rules,
        as_of=plan.as_of,
        frozen=run.work / "frozen.parquet",
    )
    return counted, told


def _manifest(run: "Run", accounts: list[ChunkAccount], results: dict[str, Any]) -> dict[str, Any]:
    plan = run.plan
    batches: list[dict[str, Any]] = []
    for batch, prepared in zip(plan.batches, run.prepared, strict=True):
        own = [account for account in accounts if account.batch == batch.named()]
        entry: dict[str, Any] = {
            "name": batch.named(),
            "carrier": batch.carrier,
            "batch_date": str(batch.batch_date) if batch.batch_date else None,
            "sha256": prepared.digest,
            "format": prepared.format,
            "encoding": prepared.encoding,
            "columns": list(prepared.columns_found),
            "columns_missing": list(prepared.columns_missing),
            "columns_unknown": list(prepared.columns_unknown),
            "records": prepared.framed,
            "rows": sum(account.rows for account in own),
            "rejects": sum(account.rejects for account in own),
            "reject_reasons": _summed([account.reject_reasons for account in own]),
            "by_code": _summed([account.by_code for account in own]),
            "by_tier": _summed([account.by_tier for account in own]),
            "by_link": _summed([account.by_link for account in own]),
            "findings": [
                asdict(finding) | {"path": Path(finding.path).name}
                for finding in merged([*prepared.findings, *_of_chunks(own)])
            ],
        }
        if entry["records"] != entry["rows"] + entry["rejects"]:
            raise AccountUnbalanced(
                batch=entry["name"],
                first_row=1,
                framed=entry["records"],
                rows=entry["rows"],
                rejects=entry["rejects"],
            )
        batches.append(entry)
    rules = rule_set(run.rules, plan.as_of)
    manifest: dict[str, Any] = {
        "manifest": MANIFEST_VERSION,
        "as_of": str(plan.as_of),
        "rules": {"name": run.rules, "link_threshold": rules.link_threshold, "fields": list(rules.fields)},
        "index": {
            "content": run.index.content,
            "persons": run.index.persons,
            "segments": len(run.index.segments),
            "sources": run.index.manifest["sources"],
        },
        "porting": plan.porting.name if plan.porting else None,
        "previous": plan.previous.name if plan.previous else None,
        "search": "deep" if plan.deep else "quick",
        "chunk_rows": plan.chunk_rows,
        "seeds": [],
        "model": run.model.as_dict(),
        "versions": {name: importlib.metadata.version(name) for name in VERSIONS},
        "batches": batches,
        "totals": {
            "records": sum(entry["records"] for entry in batches),
            "rows": sum(entry["rows"] for entry in batches),
            "rejects": sum(entry["rejects"] for entry in batches),
            "by_roll_up": _by_roll_up(batches),
            "by_code": _summed([entry["by_code"] for entry in batches]),
            "by_tier": _summed([entry["by_tier"] for entry in batches]),
            "by_link": _summed([entry["by_link"] for entry in batches]),
        },
        "outputs": results["join"],
    }
    if "findings" in results:
        manifest["findings"] = json.loads(results["findings"].as_json())
        counted, told = results["carriers"]
        manifest["carriers"] = {
            "attempts": asdict(counted),
            "told": [
                {
                    "carrier": account.carrier,
                    "codes": dict(account.codes),
                    "frozen": account.frozen,
                    "rejected": account.rejected,
                }
                for account in told
            ],
        }
    totals = manifest["totals"]
    if totals["rows"] != results["join"]["verdicts"] or totals["rejects"] != results["join"]["rejects"]:
        raise AccountUnbalanced(
            batch="all",
            first_row=1,
            framed=totals["records"],
            rows=results["join"]["verdicts"],
            rejects=results["join"]["rejects"],
        )
    return manifest


def _of_chunks(accounts: list[ChunkAccount]) -> list[Any]:
    return [
        SourceFinding(**(finding | {"lines": tuple(finding["lines"])}))
        for account in accounts
        for finding in account.findings
    ]


def _by_roll_up(batches: list[dict[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in batches:
        for name, count in entry["by_code"].items():
            roll_up = name.partition(" ")[0]
            found[roll_up] = found.get(roll_up, 0) + count
    return dict(sorted(found.items()))


def _summed(counts: list[dict[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in counts:
        for name, count in each.items():
            found[name] = found.get(name, 0) + count
    return dict(sorted(found.items()))


def _as_json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
