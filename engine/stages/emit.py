"""Verdicts and facts of a chunk as Arrow tables, by their contracts (`data/contracts`)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.columns import text_array
from engine.identity.index import IdentityIndex
from engine.identity.segments import Array
from engine.kernels.ranking import SHOWN, rank_others
from engine.rules import RuleSet
from engine.stages.circumstances import Circumstances
from engine.stages.decide import LINKS, TIERS, Decisions
from engine.stages.match import Candidates, Posteriors
from engine.stages.standardise import Identities
from matching.identifiers.flags import IdKind
from matching.kernels.numbers import render_numbers

CANDIDATE = pa.struct([("person_id", pa.large_string()), ("probability", pa.float32())])
PASSED_ON = ("dealer_id", "point_id", "contract_id", "organisation_id", "status", "subscriber_kind")
"""Columns of a batch that facts take as they are."""


@dataclass(frozen=True, slots=True)
class Words:
    """Roll-up and codes of each row as dictionary columns, and how many rows have which (roll_up, code)."""

    roll_up: Any
    code: Any
    codes: Any
    counts: dict[tuple[str, str], int]


def word(decisions: Decisions, rules: RuleSet) -> Words:
    """Put the sets of codes into words, once for each set."""
    combined = (decisions.codes << np.uint64(1)) | (decisions.link == LINKS.index("identified")).astype(np.uint64)
    encoded = pa.array(combined).dictionary_encode()
    places = np.asarray(encoded.indices)
    told = [rules.verdict(value >> 1, identified=bool(value & 1)) for value in encoded.dictionary.to_pylist()]
    by_set = np.bincount(places, minlength=len(told))
    counts: dict[tuple[str, str], int] = {}
    for (roll_up, code, _), count in zip(told, by_set.tolist(), strict=True):
        counts[roll_up, code] = counts.get((roll_up, code), 0) + count
    columns = [_dictionary(places, [row[column] for row in told]) for column in range(3)]
    return Words(columns[0], columns[1], columns[2], counts)


def verdict_table(
    batch: str,
    row_numbers: Array,
    said: Circumstances,
    decisions: Decisions,
    words: Words,
    candidates: Candidates,
    posteriors: Posteriors,
    index: IdentityIndex,
) -> Any:
    """Make the verdicts of a chunk (contract verdicts.v1)."""
    rows = row_numbers.shape[0]
    return pa.table(
        {
            "batch": _constant(batch, rows),
            "row": pa.array(row_numbers),
            "msisdn": numbers_as_text(said.msisdn),
            "roll_up": words.roll_up,
            "code": words.code,
            "codes": words.codes,
            "tier": _dictionary(decisions.tier, list(TIERS)),
            "id_holder": persons_as_text(index, decisions.holder),
            "person_id": persons_as_text(index, decisions.person),
            "link_status": _dictionary(decisions.link, list(LINKS)),
            "probability": pa.array(decisions.probability),
            "candidates": _others(decisions, candidates, posteriors, index),
        }
    )


def fact_table(
    batch: str,
    carrier: str,
    row_numbers: Array,
    table: Any,
    identities: Identities,
    said: Circumstances,
    decisions: Decisions,
    words: Words,
    name_keys: Array,
    index: IdentityIndex,
) -> Any:
    """Make the facts of a chunk (contract facts.v1)."""
    rows = row_numbers.shape[0]
    identified = np.where(decisions.link == LINKS.index("identified"), decisions.person, -1)
    usable = np.isin(identities.kind, (IdKind.PIN, IdKind.CMND, IdKind.PASSPORT))
    tokens = index.tokens.of(np.where(usable, identities.number, np.uint64(0)))
    passed = {
        name: _or_null(table.column(name)) if name in table.column_names else pa.nulls(rows, pa.large_string())
        for name in PASSED_ON
    }
    return pa.table(
        {
            "batch": _constant(batch, rows),
            "row": pa.array(row_numbers),
            "carrier": _constant(carrier, rows),
            "msisdn": pa.array(said.msisdn),
            "person_id": persons_as_text(index, identified),
            "link_status": _dictionary(decisions.link, list(LINKS)),
            "id_token": pa.array(tokens),
            "id_kind": pa.array(identities.kind),
            "name_key": pa.array(np.where(identities.count > 0, name_keys, np.uint64(0))),
            "birth": pa.array(identities.birth),
            "province": pa.array(identities.province),
            "dealer_id": passed["dealer_id"],
            "point_id": passed["point_id"],
            "contract_id": passed["contract_id"],
            "organisation_id": passed["organisation_id"],
            "activated_on": pa.array(said.activated_on),
            "service_ended_on": pa.array(said.service_ended_on),
            "status": passed["status"],
            "subscriber_kind": passed["subscriber_kind"],
            "h2h": pa.array(said.human),
            "code": words.code,
            "roll_up": words.roll_up,
        }
    )


def numbers_as_text(values: Array) -> Any:
    """Give numbers as text, 0 as null."""
    data = np.empty(20 * values.shape[0], np.uint8)
    offsets = np.empty(values.shape[0] + 1, np.int64)
    used = render_numbers(np.ascontiguousarray(values, np.uint64), data, offsets)
    return _with_nulls(text_array(data[:used], offsets), values != 0)


def persons_as_text(index: IdentityIndex, rows: Array) -> Any:
    """Give the person_id of each row of the index, null for -1."""
    if any(segment.person_offsets.size for segment in index.segments):
        return pa.array(index.person_ids(rows), pa.large_string())
    values = np.zeros(rows.shape[0], np.uint64)
    for segment, first, last in zip(index.segments, index.firsts, index.firsts[1:], strict=False):
        inside = np.flatnonzero((rows >= first) & (rows < last))
        values[inside] = segment.person[rows[inside] - first]
    return numbers_as_text(values)


def _others(decisions: Decisions, candidates: Candidates, posteriors: Posteriors, index: IdentityIndex) -> Any:
    """List, for ambiguous rows, the candidates that are not already the row's person."""
    rows = decisions.link.shape[0]
    wanted = np.flatnonzero(decisions.link[candidates.records] == LINKS.index("ambiguous"))
    told = decisions.person[candidates.records[wanted]] >= 0
    skip = np.where(told, posteriors.best[wanted], -1)
    ranked = np.empty((wanted.shape[0], SHOWN), np.int64)
    counts = np.zeros(wanted.shape[0], np.int64)
    rank_others(
        wanted,
        candidates.order,
        candidates.starts,
        posteriors.probability,
        candidates.found.tie,
        skip,
        ranked,
        counts,
    )
    # Records were searched by birth date; lists go by row.
    by_row = np.argsort(candidates.records[wanted])
    ranked, counts, of_rows = ranked[by_row], counts[by_row], candidates.records[wanted][by_row]
    shown = ranked[np.arange(SHOWN) < counts[:, None]]
    sizes = np.zeros(rows + 1, np.int32)
    sizes[of_rows + np.uint32(1)] = counts
    persons = persons_as_text(index, candidates.found.row[shown])
    chances = pa.array(posteriors.probability[shown].astype(np.float32))
    values = pa.StructArray.from_arrays([persons, chances], fields=list(CANDIDATE))
    return pa.ListArray.from_arrays(pa.array(np.cumsum(sizes, dtype=np.int32)), values)


def _dictionary(places: Array, words: list[str]) -> Any:
    """Make a dictionary column; equal words share one place, as Parquet's pages want it."""
    distinct = sorted(set(words))
    remap = np.array([distinct.index(value) for value in words], np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(remap[places]), pa.array(distinct, pa.string()))


def _constant(value: str, rows: int) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([value], pa.string()))


def _or_null(column: Any) -> Any:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    array = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
    lengths = np.asarray(pc.fill_null(pc.binary_length(array), 0))
    return pc.if_else(pa.array(lengths > 0), array, None)


def _with_nulls(array: Any, present: Array) -> Any:
    if present.all():
        return array
    bits = pa.py_buffer(np.packbits(present, bitorder="little"))
    _, offsets, data = array.buffers()
    return pa.LargeStringArray.from_buffers(len(array), offsets, data, bits)
