"""Arrange persons into a segment: by number, by name, by birth date. In memory; knows no file."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from engine.identity import layout
from engine.identity.segments import Array, Segment
from engine.kernels import index_build as kernels


@dataclass(slots=True)
class People:
    """The persons of a register in the order of its rows, packed but not yet arranged.

    `numbers` is the 12-digit number or 0; `record` holds final token codes; `person` is int64, or an object array of
    text where person_id is not a plain integer. `aliases` are (row, kind << 61 | value) pairs.
    """

    numbers: Array
    record: Array
    overflow: Array
    old: Array
    alias_row: Array
    alias_key: Array
    person: Array
    expires: Array
    source: Array


def arrange(people: People, token_hash: Array, token_initial: Array, threads: int = 2) -> Segment:
    """Lay the persons out as a segment. Cost: about 0.2 s a million rows and core, 60 bytes a row besides the input."""
    rows = int(people.numbers.shape[0])
    order, record, serial, blocks = _by_number(people, threads)
    keys = np.empty(rows, np.uint64)
    signatures = np.empty(rows, np.uint32)
    edges = np.linspace(0, rows, threads + 1).astype(np.int64)
    with ThreadPoolExecutor(threads) as pool:
        list(
            pool.map(
                lambda part: kernels.name_keys(
                    record, people.overflow, token_hash, token_initial, edges[part], edges[part + 1], keys, signatures
                ),
                range(threads),
            )
        )
        names = pool.submit(_by_name, keys, record, threads)
        days = pool.submit(_by_day, record, signatures)
        numbers = pool.submit(_side_numbers, people, order)
        name_directory, name_entry = names.result()
        day_directory, day_signature, day_row = days.result()
        old_key, old_row, alias_key, alias_row = numbers.result()
    person, person_offsets = _person_column(people.person, order)
    return Segment(
        blocks=blocks,
        serial=serial,
        record=record,
        overflow=people.overflow,
        name_directory=name_directory,
        name_entry=name_entry,
        day_directory=day_directory,
        day_signature=day_signature,
        day_row=day_row,
        old_key=old_key,
        old_row=old_row,
        alias_key=alias_key,
        alias_row=alias_row,
        person=person,
        person_offsets=person_offsets,
        expires=people.expires[order] if people.expires.size else people.expires,
        source=people.source[order] if people.source.size else people.source,
        tombstone=np.zeros(rows, np.uint8),
    )


def _by_number(people: People, threads: int) -> tuple[Array, Array, Array, Array]:
    rows = int(people.numbers.shape[0])
    keys = np.empty(rows, np.uint64)
    prefix_counts = np.zeros(1001, np.int64)
    kernels.order_keys(people.numbers, 0, keys, prefix_counts)
    starts = np.concatenate([[0], np.cumsum(prefix_counts)])
    ordered = np.empty(rows, np.uint64)
    kernels.scatter_by_prefix(people.numbers, keys, starts[:-1].copy(), ordered)
    del keys
    record = np.empty((rows, 4), np.uint32)
    serial = np.empty(rows, np.uint32)
    order = np.empty(rows, np.int64)
    block_counts = np.zeros(layout.BLOCKS, np.uint32)

    def lay(prefix: int) -> None:
        start, stop = int(starts[prefix]), int(starts[prefix + 1])
        if start == stop:
            return
        ordered[start:stop].sort()
        base = prefix * 1000 if prefix < 1000 else layout.BLOCKS - 1
        kernels.gather_rows(ordered, start, stop, base, people.record, record, serial, block_counts, order)

    _in_parallel(lay, [int(p) for p in np.argsort(-prefix_counts, kind="stable")], threads)
    blocks = np.zeros(layout.BLOCKS + 1, np.uint32)
    np.cumsum(block_counts, out=blocks[1:])
    return order, record, serial, blocks


def _by_name(keys: Array, record: Array, threads: int) -> tuple[Array, Array]:
    rows = int(keys.shape[0])
    # Even a small segment tells names apart by 35 bits, or counts of names would depend on the segmenting.
    bits = max(16, min(26, rows.bit_length() - 2))
    shift = 64 - bits
    counts = np.zeros((1 << bits) + 1, np.uint32)
    kernels.count_buckets(keys, shift, counts[1:])
    directory = np.cumsum(counts, dtype=np.uint32)
    entries = np.empty(rows, np.uint64)
    kernels.scatter_names(keys, record, shift, directory[:-1].copy(), entries)
    edges = np.linspace(0, 1 << bits, 4 * threads + 1).astype(np.int64)
    _in_parallel(
        lambda part: kernels.sort_buckets(entries, directory, edges[part], edges[part + 1]),
        list(range(4 * threads)),
        threads,
    )
    return directory, entries


def _by_day(record: Array, signatures: Array) -> tuple[Array, Array, Array]:
    rows = int(record.shape[0])
    counts = np.zeros((1 << layout.BIRTH_BITS) + 1, np.uint32)
    kernels.count_days(record, counts[1:])
    directory = np.cumsum(counts, dtype=np.uint32)
    day_signature = np.empty(rows, np.uint32)
    day_row = np.empty(rows, np.uint32)
    kernels.scatter_days(record, signatures, directory[:-1].copy(), day_signature, day_row)
    return directory, day_signature, day_row


def _side_numbers(people: People, order: Array) -> tuple[Array, Array, Array, Array]:
    rows = int(order.shape[0])
    place = np.empty(rows, np.uint32)
    place[order] = np.arange(rows, dtype=np.uint32)
    held = np.flatnonzero(people.old)
    packed = np.sort((people.old[held].astype(np.uint64) << np.uint64(32)) | place[held])
    alias = np.lexsort((place[people.alias_row], people.alias_key))
    return (
        (packed >> np.uint64(32)).astype(np.uint32),
        packed.astype(np.uint32),
        people.alias_key[alias],
        place[people.alias_row][alias],
    )


def _person_column(person: Array, order: Array) -> tuple[Array, Array]:
    if person.dtype != object:
        return person[order], np.zeros(0, np.int64)
    parts = [str(person[row]).encode() for row in order]
    offsets = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(part) for part in parts], out=offsets[1:])
    return np.frombuffer(b"".join(parts), np.uint8).copy(), offsets


def _in_parallel(task: Callable[[int], object], items: list[int], threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(task, items))
