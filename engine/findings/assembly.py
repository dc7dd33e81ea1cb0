"""Turn records sorted by subject into findings, one pass, memory of one chunk.

Collecting evidence inside a grouping query keeps a list per group in memory and cannot spill: at a million groups it
took a gigabyte. So the queries only sort (which spills) and the groups are closed here, as the records stream by.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.findings.thresholds import SimBucket

EVIDENCE_RECORDS = 20
_CHUNK = 262_144
_SEVERITIES = np.array(["low", "medium", "high"])
_NO_DAY = 2**31 - 1

LOW, MEDIUM, HIGH = 0, 1, 2

SCHEMA = pa.schema(
    [
        pa.field("finding_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("rule", pa.string(), nullable=False),
        pa.field("scope", pa.string(), nullable=False),
        pa.field("severity", pa.string(), nullable=False),
        pa.field("carrier", pa.string()),
        pa.field("carriers", pa.list_(pa.string()), nullable=False),
        pa.field("subject_kind", pa.string(), nullable=False),
        pa.field("subject", pa.string(), nullable=False),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("threshold", pa.int64(), nullable=False),
        pa.field("bucket", pa.string()),
        pa.field("evidence", pa.list_(pa.struct([("batch", pa.string()), ("row", pa.int64())])), nullable=False),
        pa.field("evidence_total", pa.int64(), nullable=False),
        pa.field("first_on", pa.date32()),
        pa.field("last_on", pa.date32()),
    ]
)

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stream:
    """Records of one kind of finding and how their groups are read.

    `source` is a relation with subject (text), carrier, batch, "row" and day. `measure` is an expression over it, equal
    in all records of a group; None counts the records. `grade` is LOW, MEDIUM or HIGH, an expression too; groups
    that reach `high_from` are HIGH. `blame` names the carrier that must act where several are concerned.
    """

    kind: str
    rule: str
    scope: str
    subject_kind: str
    threshold: int
    source: str
    measure: str | None = None
    grade: str = str(MEDIUM)
    high_from: int | None = None
    at_least: int = 1
    blame: str = "NULL::VARCHAR"
    buckets: tuple[SimBucket, ...] = ()


@dataclass(slots=True)
class _Group:
    """A group that may go on in the next chunk: its first records, and figures over all it had so far."""

    records: Any
    count: int
    carriers: int
    measure: int
    grade: int
    blame_first: int
    blame_last: int
    first_on: int
    last_on: int


def assemble(connection: duckdb.DuckDBPyConnection, stream: Stream, carriers: list[str]) -> Iterator[Any]:
    """Give tables of findings (SCHEMA), ordered by subject and carrier.

    Args:
        connection: Where the source of the stream is declared.
        stream: What to read and how.
        carriers: All carriers of the run in alphabetical order, at most 63.
    """
    within = "carrier, " if stream.scope == "network" else ""
    reader = connection.sql(
        # Only expressions of this package stand in the query.
        f'SELECT subject, carrier::VARCHAR AS carrier, batch::VARCHAR AS batch, "row", day, '  # noqa: S608
        f"({stream.measure or 0})::BIGINT AS measure, ({stream.grade})::BIGINT AS grade, {stream.blame} AS blame "
        f'FROM ({stream.source}) ORDER BY subject, {within}batch, "row"'
    ).to_arrow_reader(_CHUNK)
    opened: _Group | None = None
    try:
        for chunk in reader:
            if chunk.num_rows:
                table, opened = _close_groups(pa.Table.from_batches([chunk]), opened, stream, carriers)
                if table.num_rows:
                    yield table
    finally:
        reader.close()
    if opened is not None:
        table, _ = _close_groups(opened.records.slice(0, 0), opened, stream, carriers, last=True)
        if table.num_rows:
            yield table


def _close_groups(
    chunk: Any, opened: _Group | None, stream: Stream, carriers: list[str], *, last: bool = False
) -> tuple[Any, _Group | None]:
    """Close the groups of a chunk, the last one only when `last`; give their findings and the group left open."""
    if opened is not None:
        chunk = pa.concat_tables([opened.records, chunk])
    chunk = chunk.combine_chunks()
    carrier = _codes(chunk["carrier"], carriers)
    starts = _starts(chunk["subject"], carrier if stream.scope == "network" else None)
    counts = np.diff(np.append(starts, chunk.num_rows))
    blame = _codes(chunk["blame"], carriers)
    day = pc.fill_null(chunk["day"].cast(pa.date32()).cast(pa.int32()), _NO_DAY).to_numpy().astype(np.int64)
    known = np.where(day == _NO_DAY, -1, day)
    figures = {
        "count": counts.astype(np.int64),
        "carriers": np.bitwise_or.reduceat(np.int64(1) << carrier, starts),
        "measure": np.maximum.reduceat(chunk["measure"].to_numpy(), starts),
        "grade": np.maximum.reduceat(chunk["grade"].to_numpy(), starts),
        "blame_first": np.minimum.reduceat(np.where(blame < 0, len(carriers), blame), starts),
        "blame_last": np.maximum.reduceat(blame, starts),
        "first_on": np.minimum.reduceat(day, starts),
        "last_on": np.maximum.reduceat(known, starts),
    }
    if opened is not None:
        _continue(figures, opened)
    closed = len(starts) if last else len(starts) - 1
    left = None if last else _hold(chunk, starts, figures)
    place = np.arange(chunk.num_rows) - np.repeat(starts, counts)
    # Of an open group only the first records are carried on, so the places of records within it stay true.
    shown = np.flatnonzero((place < EVIDENCE_RECORDS) & (np.repeat(np.arange(len(starts)), counts) < closed))
    evidence = _Evidence(
        np.minimum(counts[:closed], EVIDENCE_RECORDS), chunk["batch"].take(shown), chunk["row"].take(shown)
    )
    subjects = chunk["subject"].take(starts[:closed])
    return _findings(
        subjects, {name: values[:closed] for name, values in figures.items()}, evidence, stream, carriers
    ), left


def _codes(column: Any, words: list[str]) -> Ints:
    """Give the place of each value in `words`, -1 for null."""
    found = pc.index_in(column, value_set=pa.array(words, pa.string()))
    return np.asarray(pc.fill_null(found, -1).to_numpy().astype(np.int64))


def _starts(subject: Any, carrier: Ints | None) -> Ints:
    names = subject.combine_chunks().dictionary_encode()
    codes = (names.chunk(0) if isinstance(names, pa.ChunkedArray) else names).indices.to_numpy()
    differs = codes[1:] != codes[:-1]
    if carrier is not None:
        differs |= carrier[1:] != carrier[:-1]
    return np.concatenate([np.zeros(1, np.int64), np.flatnonzero(differs).astype(np.int64) + 1])


def _continue(figures: dict[str, Ints], opened: _Group) -> None:
    """Add what an open group had beyond its carried records to the first group of the chunk."""
    figures["count"][0] += opened.count - opened.records.num_rows
    figures["carriers"][0] |= opened.carriers
    for name in ("measure", "grade", "blame_last", "last_on"):
        figures[name][0] = max(figures[name][0], getattr(opened, name))
    for name in ("blame_first", "first_on"):
        figures[name][0] = min(figures[name][0], getattr(opened, name))


def _hold(chunk: Any, starts: Ints, figures: dict[str, Ints]) -> _Group:
    records = chunk.slice(int(starts[-1]), EVIDENCE_RECORDS).combine_chunks()
    return _Group(records, **{name: int(values[-1]) for name, values in figures.items()})


@dataclass(frozen=True, slots=True)
class _Evidence:
    lengths: Ints
    batch: Any
    row: Any

    def lists(self, keep: npt.NDArray[np.bool_]) -> Any:
        """Give the evidence of the groups kept as a list column."""
        chosen = np.flatnonzero(np.repeat(keep, self.lengths))
        offsets = np.concatenate([np.zeros(1, np.int32), np.cumsum(self.lengths[keep]).astype(np.int32)])
        columns = [column.take(chosen).combine_chunks() for column in (self.batch, self.row)]
        columns = [column.chunk(0) if isinstance(column, pa.ChunkedArray) else column for column in columns]
        return pa.ListArray.from_arrays(pa.array(offsets), pa.StructArray.from_arrays(columns, names=["batch", "row"]))


def _findings(subjects: Any, figures: dict[str, Ints], evidence: _Evidence, stream: Stream, carriers: list[str]) -> Any:
    measure = figures["count"] if stream.measure is None else figures["measure"]
    keep = measure >= stream.at_least
    if not keep.all():
        subjects = subjects.filter(pa.array(keep))
        figures = {name: values[keep] for name, values in figures.items()}
        measure = measure[keep]
    rows = len(measure)
    grade = figures["grade"]
    if stream.high_from is not None:
        grade = np.where(measure >= stream.high_from, HIGH, grade)
    blamed = figures["blame_first"] == figures["blame_last"]
    mask = figures["carriers"]
    alone = (mask & (mask - 1)) == 0
    named = {value: _named(value, carriers) for value in np.unique(mask).tolist()}
    lists = [named[value] for value in mask.tolist()]
    culprits = figures["blame_last"].tolist()
    carrier = [
        carriers[culprit] if by_blame else names[0] if single else None
        for culprit, by_blame, single, names in zip(culprits, blamed.tolist(), alone.tolist(), lists, strict=True)
    ]
    texts = subjects.to_pylist()
    first_on, last_on = figures["first_on"], figures["last_on"]
    columns = {
        "finding_id": [_finding_id(stream, owner, subject) for owner, subject in zip(carrier, texts, strict=True)],
        "kind": [stream.kind] * rows,
        "rule": [stream.rule] * rows,
        "scope": [stream.scope] * rows,
        "severity": _SEVERITIES[grade].tolist(),
        "carrier": carrier,
        "carriers": lists,
        "subject_kind": [stream.subject_kind] * rows,
        "subject": texts,
        "count": measure,
        "threshold": np.full(rows, stream.threshold),
        "bucket": [bucket_name(stream.buckets, count) for count in measure.tolist()],
        "evidence": evidence.lists(keep),
        "evidence_total": figures["count"],
        "first_on": pa.array(first_on.astype(np.int32), pa.int32(), mask=first_on == _NO_DAY).cast(pa.date32()),
        "last_on": pa.array(last_on.astype(np.int32), pa.int32(), mask=last_on < 0).cast(pa.date32()),
    }
    return pa.Table.from_arrays(
        [
            column if isinstance(column, pa.Array) else pa.array(column, field.type)
            for column, field in zip(columns.values(), SCHEMA, strict=True)
        ],
        schema=SCHEMA,
    )


def bucket_name(buckets: tuple[SimBucket, ...], sims: int) -> str | None:
    """Name the bucket of a number of SIMs; None where there are no buckets or none begins so low."""
    name = None
    for bucket in buckets:
        if sims >= bucket.first:
            name = bucket.name
    return name


def _named(mask: int, carriers: list[str]) -> list[str]:
    return [name for place, name in enumerate(carriers) if mask >> place & 1]


def _finding_id(stream: Stream, carrier: str | None, subject: str) -> str:
    """Give the id of a matter.

    The carrier is part of it only within a network, and a double claim is one matter under either of its rules: it
    stays the same when the porting table later tells whose fault it is.
    """
    rule = "" if stream.kind == "MSISDN_DOUBLE_CLAIM" else stream.rule
    owner = (carrier or "") if stream.scope == "network" else ""
    key = "\x1f".join((stream.kind, rule, stream.scope, owner, stream.subject_kind, subject))
    return hashlib.sha256(key.encode()).hexdigest()[:32]
