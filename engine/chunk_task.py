"""One chunk of a batch, from its bytes to its part files: what a worker of any executor runs.

A task is small and picklable and names files, not rows. Its outputs are whole or absent: parts are written under
another name, synced, and renamed, and the account of the chunk comes last; a chunk with an account is done.
"""

import datetime
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from engine.allocation import keep_freed_memory
from engine.errors import EngineError
from engine.identity.index import IdentityIndex
from engine.posterior import Model, Tally, weights_of
from engine.records import NAME_PARTS
from engine.reference import reference
from engine.rules import rule_set
from engine.sources import Chunk, ChunkSpec, read_chunk
from engine.stages import circumstances, emit, standardise
from engine.stages.decide import LINKS, TIERS, decide
from engine.stages.match import count_levels, find_candidates, weigh

COMPRESSION = {"compression": "lz4"}
READS = frozenset((*standardise.READS, *circumstances.READS, *emit.PASSED_ON, *(part.name for part in NAME_PARTS)))
"""Columns of a batch that verdicts and facts rest on."""
DICTIONARIES = ["batch", "roll_up", "code", "codes", "tier", "link_status", "carrier", "status", "subscriber_kind"]


class AccountUnbalanced(EngineError):
    """Rows were lost or doubled on the way: the run must not be believed."""

    code = "run-unbalanced"
    template = "{batch} from row {first_row}: {framed} records in, {rows} rows and {rejects} rejects out"


@dataclass(frozen=True, slots=True)
class ChunkTask:
    """What to do with one chunk. `number` counts the chunks of the run; `folder` takes the parts."""

    number: int
    batch: str
    carrier: str
    spec: ChunkSpec
    folder: Path
    as_of: datetime.date
    rules: str
    date_order: str
    model: Model
    deep: bool = True
    facts: bool = True

    def part(self, kind: str) -> Path:
        """Give the path of one output of this chunk."""
        return self.folder / kind / f"part-{self.number:05d}.{'json' if kind == 'accounts' else 'parquet'}"

    def done(self) -> bool:
        """Tell whether this chunk was finished by an earlier attempt."""
        return self.part("accounts").exists()


@dataclass(frozen=True, slots=True)
class ChunkAccount:
    """What happened to the records of one chunk. Counts alone: no value of any record."""

    number: int
    batch: str
    framed: int
    rows: int
    rejects: int
    by_code: dict[str, int]
    by_tier: dict[str, int]
    by_link: dict[str, int]
    reject_reasons: dict[str, int]
    findings: tuple[dict[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give the account as plain values."""
        return asdict(self)


def run_chunk(task: ChunkTask, index: IdentityIndex) -> dict[str, float]:
    """Reconcile one chunk and write its parts; give the seconds that each stage took.

    Raises:
        AccountUnbalanced: Rows in are not rows out and rejects.
    """
    keep_freed_memory()
    clock = [time.perf_counter()]

    def lap() -> float:
        clock.append(time.perf_counter())
        return clock[-1] - clock[-2]

    chunk = read_chunk(task.spec, READS)
    seconds = {"read": lap()}
    tables = reference(task.as_of)
    rules = rule_set(task.rules, task.as_of)
    vocabulary = index.vocabulary.extended()
    identities = standardise.standardise(chunk.table, vocabulary, tables, task.date_order)
    said = circumstances.circumstances(chunk.table, tables, task.date_order)
    seconds["standardise"] = lap()
    candidates = find_candidates(identities, vocabulary, index, tables, deep=task.deep)
    seconds["match"] = lap()
    posteriors = weigh(candidates, weights_of(task.model, index.persons, index.place_shares))
    decisions = decide(identities, vocabulary, said, candidates, posteriors, index, rules, task.as_of)
    words = emit.word(decisions, rules)
    seconds["decide"] = lap()
    row_numbers = chunk.row_numbers
    verdicts = emit.verdict_table(task.batch, row_numbers, said, decisions, words, candidates, posteriors, index)
    seconds["emit"] = lap()
    account = _account(task, chunk, words.counts, decisions.tier, decisions.link)
    write_part(verdicts, task.part("verdicts"))
    if task.facts:
        facts = emit.fact_table(
            task.batch,
            task.carrier,
            row_numbers,
            chunk.table,
            identities,
            said,
            decisions,
            words,
            candidates.name_keys,
            index,
        )
        write_part(facts, task.part("facts"))
    names = pa.array([task.batch] * chunk.rejects.num_rows, pa.string())
    write_part(chunk.rejects.add_column(0, "batch", names), task.part("rejects"))
    write_whole(task.part("accounts"), json.dumps(account.as_dict(), sort_keys=True).encode())
    seconds["write"] = lap()
    return seconds


def tally_chunk(task: ChunkTask, index: IdentityIndex, chunk: Chunk) -> Any:
    """Find the candidates of a chunk, for training: give a function that counts them under a model."""
    tables = reference(task.as_of)
    vocabulary = index.vocabulary.extended()
    identities = standardise.standardise(chunk.table, vocabulary, tables, task.date_order)
    candidates = find_candidates(identities, vocabulary, index, tables, deep=task.deep)

    def count(model: Model, tally: Tally) -> None:
        count_levels(candidates, weigh(candidates, weights_of(model, index.persons, index.place_shares)), tally)

    return count


def read_account(path: Path) -> ChunkAccount:
    """Read the account of a finished chunk."""
    return ChunkAccount(**json.loads(path.read_bytes()))


def write_part(table: Any, path: Path) -> None:
    """Write a part file whole or not at all, synced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    names = [name for name in DICTIONARIES if name in table.column_names]
    with partial.open("wb") as file:
        pq.write_table(
            table,
            file,
            use_dictionary=names,
            column_encoding={"row": "DELTA_BINARY_PACKED"},
            store_schema=False,
            **COMPRESSION,
        )
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def write_whole(path: Path, content: bytes) -> None:
    """Write a small file whole or not at all, synced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _account(task: ChunkTask, chunk: Chunk, by_code: dict[tuple[str, str], int], tier: Any, link: Any) -> ChunkAccount:
    rows, rejects = chunk.table.num_rows, chunk.rejects.num_rows
    if rows + rejects != task.spec.framed or sum(by_code.values()) != rows:
        raise AccountUnbalanced(
            batch=task.batch, first_row=task.spec.first_row, framed=task.spec.framed, rows=rows, rejects=rejects
        )
    tiers = np.bincount(tier, minlength=len(TIERS)).tolist()
    links = np.bincount(link, minlength=len(LINKS)).tolist()
    reasons: dict[str, int] = {}
    for reason in chunk.rejects.column("reason").to_pylist():
        reasons[reason] = reasons.get(reason, 0) + 1
    return ChunkAccount(
        number=task.number,
        batch=task.batch,
        framed=task.spec.framed,
        rows=rows,
        rejects=rejects,
        by_code={f"{roll_up} {code}": count for (roll_up, code), count in sorted(by_code.items())},
        by_tier=dict(zip(TIERS, tiers, strict=True)),
        by_link=dict(zip(LINKS, links, strict=True)),
        reject_reasons=reasons,
        findings=tuple(asdict(finding) for finding in chunk.findings),
    )
