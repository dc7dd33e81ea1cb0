"""Pack a register of persons in memory, chunk by chunk: the input of `engine.identity.arrange`."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.identity import layout
from engine.identity.arrange import People
from engine.identity.segments import Array
from engine.kernels import index_build as kernels
from engine.reference import Reference
from engine.stages.standardise import Identities, coded, parse_dates, parse_numbers, standardise
from matching.identifiers.flags import IdKind
from matching.kernels.tokens import Vocabulary, name_hash
from matching.text import fold

SEED_ROWS = 32_768
"""Persons encoded first, alone, so that the threads share a vocabulary that already holds the frequent tokens."""

Chunk = Callable[[], Any]
"""Gives one chunk of the register: an Arrow table of text columns."""


@dataclass(slots=True)
class _Part:
    rows: int
    identities: Identities
    attributes: Array
    old: Array
    alias_row: Array
    alias_key: Array
    person: Array
    expires: Array
    source: Array
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True)
class Gathered:
    """A register packed in memory, its vocabulary, and what was noticed while reading (what -> rows)."""

    people: People
    vocabulary: Vocabulary
    noticed: dict[str, int]


def gather(
    chunks: Iterable[Chunk],
    reference: Reference,
    token: Callable[[Array], Array],
    *,
    vocabulary: Vocabulary | None = None,
    threads: int = 2,
    order: str = "ymd",
    advance: Callable[[int], None] | None = None,
) -> Gathered:
    """Read every chunk of a register and pack its persons.

    With `vocabulary` (that of the index to update), its codes stay what they are and new tokens follow. `token` turns
    numbers into keyed tokens, which stand for person_id where the register gives none. Codes and rows depend on the
    order of the chunks and not on `threads`.
    """
    parts: list[_Part] = []
    packed: list[tuple[Array, Array]] = []
    grown: Vocabulary | None = None
    noticed: dict[str, int] = {}
    overflowed = 0
    for part, base in _read_parts(chunks, vocabulary, reference, token, order, threads):
        grown = base.extended() if grown is None else grown
        remap = grown.merge(part.vocabulary)
        record, overflow = _pack(part, remap, overflowed)
        overflowed += overflow.shape[0]
        packed.append((record, overflow))
        for what, count in _notices(part):
            noticed[what] = noticed.get(what, 0) + count
        part.identities = _emptied(part.identities)
        parts.append(part)
        if advance is not None:
            advance(part.rows)
    if grown is None:
        grown = (vocabulary or Vocabulary()).extended()
    return Gathered(_join(parts, packed), grown, noticed)


def _read_parts(
    chunks: Iterable[Chunk],
    vocabulary: Vocabulary | None,
    reference: Reference,
    token: Callable[[Array], Array],
    order: str,
    threads: int,
) -> Iterator[tuple[_Part, Vocabulary]]:
    """Give the parts in the order of the chunks, `threads` of them read at a time, and the vocabulary under them."""
    base = vocabulary
    pending: list[tuple[Future[_Part], Vocabulary]] = []

    def read(chunk: Chunk, under: Vocabulary) -> _Part:
        return _read(chunk(), under.extended(), reference, token, order)

    with ThreadPoolExecutor(threads) as pool:
        for chunk in chunks:
            if base is None:
                table = chunk()
                base = Vocabulary()
                standardise(table.slice(0, SEED_ROWS), base, reference, order)
                pending.append((pool.submit(read, lambda table=table: table, base), base))  # type: ignore[misc]
                continue
            pending.append((pool.submit(read, chunk, base), base))
            if len(pending) > threads:
                future, under = pending.pop(0)
                yield future.result(), under
        for future, under in pending:
            yield future.result(), under


def _read(
    table: Any, vocabulary: Vocabulary, reference: Reference, token: Callable[[Array], Array], order: str
) -> _Part:
    identities = standardise(table, vocabulary, reference, order)
    birth = np.where(identities.birth >= layout.YEAR_BASE << 9, identities.birth - (layout.YEAR_BASE << 9), 0)
    status = coded(table, "status", status_code, np.uint32)
    attributes = (
        (birth.astype(np.uint32) << layout.BIRTH_SHIFT)
        | (identities.sex.astype(np.uint32) << layout.SEX_SHIFT)
        | (identities.province.astype(np.uint32) << layout.PROVINCE_SHIFT)
        | (status << layout.STATUS_SHIFT)
    )
    old_kind, old, _ = parse_numbers(table, "old_id_number", reference)
    own_old = identities.kind == IdKind.CMND
    alias_row, alias_key = _aliases(table, reference, identities, old_kind, old)
    expires, _ = parse_dates(table, "document_expires_on", order)
    return _Part(
        rows=table.num_rows,
        identities=identities,
        attributes=attributes,
        old=np.where(own_old, identities.number, np.where(old_kind == IdKind.CMND, old, 0)).astype(np.uint32),
        alias_row=alias_row,
        alias_key=alias_key,
        person=_persons(table, identities, vocabulary, token),
        expires=expires if "document_expires_on" in table.column_names else np.zeros(0, np.int32),
        source=coded(table, "source_db", source_code, np.uint8)
        if "source_db" in table.column_names
        else np.zeros(0, np.uint8),
        vocabulary=vocabulary,
    )


def _aliases(
    table: Any, reference: Reference, identities: Identities, old_kind: Array, old: Array
) -> tuple[Array, Array]:
    """Gather every further number of a person: passports, earlier 12-digit numbers, those listed under aliases."""
    rows: list[Array] = []
    keys: list[Array] = []
    own = np.flatnonzero(identities.kind == IdKind.PASSPORT)
    earlier = np.flatnonzero((old_kind == IdKind.PIN) | (old_kind == IdKind.PASSPORT))
    second = np.flatnonzero((identities.kind == IdKind.CMND) & (old_kind == IdKind.CMND))
    rows += [own, earlier, second]
    keys += [identities.number[own], old[earlier], old[second]]
    if "aliases" in table.column_names:
        column = table.column("aliases").combine_chunks()
        lists = pc.split_pattern(pc.fill_null(column, ""), ";")
        held = pc.list_parent_indices(lists).to_numpy()
        kind, number, _ = parse_numbers(pa.table({"aliases": pc.list_flatten(lists)}), "aliases", reference)
        good = (kind == IdKind.PIN) | (kind == IdKind.CMND) | (kind == IdKind.PASSPORT)
        rows.append(held[good])
        keys.append(number[good])
    return np.concatenate(rows).astype(np.int64), np.concatenate(keys).astype(np.uint64)


def _persons(table: Any, identities: Identities, vocabulary: Vocabulary, token: Callable[[Array], Array]) -> Array:
    """Give person_id: positive integers where the register has nothing else, else text; without any, keyed tokens.

    A person without person_id is told by the number it is registered under, or by name and birth date.
    """
    if "person_id" not in table.column_names:
        return _tokens(identities, vocabulary, token)
    column = table.column("person_id").combine_chunks()
    try:
        values = pc.cast(column, "int64")
        if pc.all(pc.and_(pc.equal(pc.cast(values, column.type), column), pc.greater(values, 0))).as_py():
            return np.asarray(values)
    except pa.ArrowInvalid:
        pass  # not numbers
    texts = np.array(column.to_pylist(), object)
    empty = texts == ""
    if empty.any():
        texts[empty] = _tokens(identities, vocabulary, token)[empty]
    return texts


def _tokens(identities: Identities, vocabulary: Vocabulary, token: Callable[[Array], Array]) -> Array:
    marked = identities.number | (identities.kind.astype(np.uint64) << np.uint64(56))
    by_name = name_hash(identities.codes, vocabulary) ^ identities.birth.astype(np.uint64)
    return token(np.where(identities.number > 0, marked, by_name))


def _pack(part: _Part, remap: Array, overflow_from: int) -> tuple[Array, Array]:
    identities = part.identities
    record = np.empty((part.rows, 4), np.uint32)
    wide = identities.count > layout.HOT_TOKENS
    if remap.max(initial=0) >= layout.TOKEN_LIMIT:
        wide |= (remap[identities.codes] >= layout.TOKEN_LIMIT).any(axis=1)
    overflow = np.zeros((int(wide.sum()), 8), np.uint32)
    kernels.pack_records(identities.codes, identities.count, part.attributes, remap, record, overflow, overflow_from)
    return record, overflow


def _join(parts: list[_Part], packed: list[tuple[Array, Array]]) -> People:
    starts = np.concatenate([[0], np.cumsum([part.rows for part in parts])]).astype(np.int64)

    def column(name: str, empty: Any) -> Array:
        arrays = [getattr(part, name) for part in parts]
        return np.concatenate(arrays) if arrays else np.zeros(0, empty)

    person = column("person", np.int64)
    if person.dtype == object:
        person = np.array([str(value) for value in person], object)
    return People(
        numbers=np.concatenate([part.identities.number for part in parts]) if parts else np.zeros(0, np.uint64),
        record=np.concatenate([record for record, _ in packed]) if packed else np.zeros((0, 4), np.uint32),
        overflow=np.concatenate([rest for _, rest in packed]) if packed else np.zeros((0, 8), np.uint32),
        old=column("old", np.uint32),
        alias_row=np.concatenate([part.alias_row + start for part, start in zip(parts, starts, strict=False)])
        if parts
        else np.zeros(0, np.int64),
        alias_key=column("alias_key", np.uint64),
        person=person,
        expires=column("expires", np.int32),
        source=column("source", np.uint8),
    )


def _emptied(identities: Identities) -> Identities:
    """Keep the 12-digit numbers alone: names and dates are packed by now, and a national register fills memory."""
    nothing = np.zeros(0, np.uint8)
    numbers = np.where(identities.kind == IdKind.PIN, identities.number, 0)
    return Identities(nothing, numbers, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing)


def _notices(part: _Part) -> list[tuple[str, int]]:
    kind = part.identities.kind
    return [
        ("number_missing", int((kind == IdKind.MISSING).sum())),
        ("number_malformed", int((kind == IdKind.MALFORMED).sum())),
        ("name_missing", int((part.identities.count == 0).sum())),
        ("birth_date_missing", int((part.identities.birth == 0).sum())),
        ("number_old_only", int((kind == IdKind.CMND).sum())),
    ]


_STATUS_WORDS = {
    "": "active", "active": "active", "song": "active", "con song": "active", "1": "active",
    "deceased": "deceased", "da mat": "deceased", "chet": "deceased", "da chet": "deceased", "tu vong": "deceased",
    "cancelled": "cancelled", "huy": "cancelled", "da huy": "cancelled",
    "missing": "missing", "mat tich": "missing", "emigrated": "emigrated", "xuat canh": "emigrated",
}  # fmt: skip


def status_code(text: str) -> int:
    """Give the code of a person's status; what is not known reads as active, since it must not change a verdict."""
    return layout.STATUS_CODES[_STATUS_WORDS.get(fold(text).strip(), "active")]


SOURCES = ("", "population", "identity", "immigration", "chip")
"""The databases that an identity may be compared against (Circular 08/2026 Art. 5 and 6)."""


def source_code(text: str) -> int:
    """Give the code of the register that a person comes from; 0 where it is not one of SOURCES."""
    word = fold(text).strip()
    return SOURCES.index(word) if word in SOURCES else 0
