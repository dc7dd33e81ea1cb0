"""Our search tier alone, one thread: records without a usable number against a prepared index."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from benchmarks.contestants import ours
from engine.identity.store import open_index
from engine.posterior import BUILT_IN, weights_of
from engine.reference import reference
from engine.sources import CHUNK_ROWS, prepare, read_chunk
from engine.stages.match import find_candidates, weigh
from engine.stages.standardise import standardise
from engine.synthetic import AS_OF

UNUSABLE = ("missing", "junk")
AMBIGUOUS_BELOW = 0.95


def warm(scratch: Path, _job: dict[str, Any]) -> None:
    ours.warm(scratch, {})


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Search for every record whose ID says nothing; give the rate of the search alone and what it found.

    Reading and standardising are not part of the rate: the tier is measured, `seconds` tells the rest. A record
    counts as recalled where its true person is among the candidates.
    """
    index = open_index(Path(job["index"]))
    tables = reference(AS_OF)
    truth = pl.read_parquet(job["truth"], columns=["row", "person_id", "id_state"])
    spool = Path(job["out"])
    spool.mkdir(parents=True, exist_ok=True)
    prepared = prepare(Path(job["batches"][0]["path"]), profile=None, kind="batch", spool_dir=spool)
    # What an index works out once, at its first search, is not a cost of each record: one record is searched before.
    _once(index, tables, read_chunk(prepared.specs[0]).table.slice(0, 1), job["deep"])
    seconds = {"standardise": 0.0, "search": 0.0, "weigh": 0.0}
    sums = dict.fromkeys(("records", "registered", "recalled", "candidates", "ambiguous", "best_right"), 0)
    tables_of, persons_of = [], []
    for spec in prepared.specs:
        chunk = read_chunk(spec)
        rows = truth[chunk.row_numbers - 1]
        wanted = np.flatnonzero(rows["id_state"].is_in(UNUSABLE).to_numpy())
        tables_of.append(chunk.table.take(wanted))
        persons_of.append(rows["person_id"].fill_null(-1).to_numpy()[wanted])
    # Gathered, so that what a chunk costs by itself is spread over a chunk's worth of searches.
    every, all_persons = pa.concat_tables(tables_of).combine_chunks(), np.concatenate(persons_of)
    for start in range(0, every.num_rows, CHUNK_ROWS):
        table, persons = every.slice(start, CHUNK_ROWS), all_persons[start : start + CHUNK_ROWS]
        began = time.perf_counter()
        vocabulary = index.vocabulary.extended()
        identities = standardise(table, vocabulary, tables)
        seconds["standardise"] += time.perf_counter() - began
        began = time.perf_counter()
        found = find_candidates(identities, vocabulary, index, tables, deep=job["deep"])
        seconds["search"] += time.perf_counter() - began
        began = time.perf_counter()
        posteriors = weigh(found, weights_of(BUILT_IN, index.persons, index.place_shares))
        seconds["weigh"] += time.perf_counter() - began
        _count(sums, index, found, posteriors, persons)
    return {
        "deep": job["deep"],
        "seconds": seconds,
        **sums,
        "sims_per_s": sums["records"] / seconds["search"],
        "sims_per_s_with_posterior": sums["records"] / (seconds["search"] + seconds["weigh"]),
        "candidate_recall": sums["recalled"] / max(sums["registered"], 1),
        "candidates_per_sim": sums["candidates"] / max(sums["records"], 1),
        "ambiguous_share": sums["ambiguous"] / max(sums["records"], 1),
    }


def _once(index: Any, tables: Any, table: Any, deep: bool) -> None:
    vocabulary = index.vocabulary.extended()
    found = find_candidates(standardise(table, vocabulary, tables), vocabulary, index, tables, deep=deep)
    weigh(found, weights_of(BUILT_IN, index.persons, index.place_shares))


def _count(sums: dict[str, int], index: Any, found: Any, posteriors: Any, persons: Any) -> None:
    truly = persons[found.found.query]
    bears = index.segments[0].person[found.found.row]
    hit = np.zeros(persons.shape[0], np.bool_)
    hit[found.found.query[bears == truly]] = True
    settled = np.flatnonzero(found.settled >= 0)
    rows = found.pairs.row[found.settled[settled]]
    hit[settled] |= index.segments[0].person[rows] == persons[settled]
    some = posteriors.best >= 0
    best = posteriors.best[some]
    right = bears[best] == truly[best]
    chance = posteriors.probability[best]
    sums["records"] += int(persons.shape[0])
    sums["registered"] += int((persons >= 0).sum())
    sums["recalled"] += int((hit & (persons >= 0)).sum())
    sums["candidates"] += int(found.found.query.shape[0])
    sums["ambiguous"] += int((chance < AMBIGUOUS_BELOW).sum())
    sums["best_right"] += int(right.sum())
