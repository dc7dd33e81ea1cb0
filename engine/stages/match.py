"""Find whose record each row is: by its number, by other numbers of the same person, by name and birth date.

Everything here is a pure function of a chunk's identities, the index and the model; rows keep their order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.identity import layout
from engine.identity.index import IdentityIndex
from engine.identity.segments import Array
from engine.kernels import posterior as posterior_kernels
from engine.kernels import probe, search, shapes
from engine.kernels.shapes import (
    GIVEN_FOREIGN,
    GIVEN_HELD,
    GIVEN_NONE,
    GIVEN_UNKNOWN_OLD,
    GIVEN_UNKNOWN_PIN,
    NUMBER_ALIAS,
    NUMBER_EXACT,
    Found,
    Queries,
    Tokens,
    Weights,
    make_room,
)
from engine.posterior import Tally
from engine.reference import Reference
from engine.stages.standardise import Identities
from matching.identifiers.flags import IdKind
from matching.kernels.name_levels import DIFFERENT, FAMILY_GIVEN, MISSING_MIDDLE, ONE_EDIT, ORDER, TWO_EDITS
from matching.kernels.tokens import Vocabulary

DROPPED_TOKENS = ("thị", "văn")
"""Middle tokens that clerks leave out."""

SETTLING_NAME = np.array([ORDER, FAMILY_GIVEN, TWO_EDITS, TWO_EDITS, TWO_EDITS, TWO_EDITS, *[MISSING_MIDDLE] * 3])
"""By agreement of birth dates (matching.dates.DateAgreement): the weakest name level at which the only holder of the
number is taken without a search. With the number given, each of these is beyond 1,000 to 1 (docs/architecture.md)."""


def _among(*kinds: IdKind) -> Array:
    chosen = np.zeros(max(IdKind) + 1, np.bool_)
    chosen[list(kinds)] = True
    return chosen


_NO_COUNTS, _NO_KEYS = np.zeros(0, np.int64), np.zeros(0, np.uint64)
_ASIDE = ((_among(IdKind.CMND), "old"), (_among(IdKind.PIN, IdKind.PASSPORT, IdKind.CMND), "alias"))
"""The kinds of number that each side table of the index holds."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What was found for a chunk. Pairs come from numbers, found persons from the search of unsettled records.

    `settled` int64[n] is the pair that settles a row, or -1; `given` uint8[n] what is known of its number. `records`
    are the unsettled rows; their candidates are `order[starts[i]:starts[i + 1]]` of `found`. `counts` and `own_counts`
    tell how many persons bear a candidate's, and a record's own, folded name; `name_keys` uint64[n] is a row's own.
    """

    queries: Queries
    pairs: Found
    settled: Array
    holder: Array
    holders: Array
    given: Array
    records: Array
    found: Found
    order: Array
    starts: Array
    counts: Array
    own_counts: Array
    day_counts: Array
    year_counts: Array
    name_keys: Array


@dataclass(frozen=True, slots=True)
class Posteriors:
    """Posterior of each found candidate, and the best and second best of each unsettled record (index or -1)."""

    probability: Array
    best: Array
    second: Array


def find_candidates(
    identities: Identities, vocabulary: Vocabulary, index: IdentityIndex, reference: Reference, *, deep: bool = True
) -> Candidates:
    """Find every person that a row could be of. `vocabulary` is the index's, extended by the chunk's own tokens.

    `deep` also looks up names one known token away where nothing good was found: slower, and finds more.
    """
    queries = Queries(
        identities.kind,
        identities.number,
        identities.birth,
        identities.codes,
        identities.count,
        identities.province,
        identities.sex,
    )
    tokens = index.token_arrays(vocabulary, deep=deep)
    pairs = _by_number(queries, index, tokens, reference.place_map)
    rows = queries.kind.shape[0]
    held = np.zeros(rows, np.int64)
    settled = np.full(rows, -1, np.int64)
    posterior_kernels.settle(pairs, pairs.query.shape[0], held, settled, SETTLING_NAME)
    given = _given(identities.kind, held)
    holder = _best_holder(pairs, held)
    records = np.flatnonzero((settled < 0) & ((identities.count > 0) | (held > 0)))
    records = records[np.argsort(queries.birth[records], kind="stable")].astype(np.uint32)
    name_keys = np.empty(rows, np.uint64)
    probe.record_name_keys(queries.codes, queries.tokens, tokens.hashes, name_keys)
    own_counts = _bearers(index, name_keys[records])
    found = _search(records, name_keys, own_counts, queries, index, tokens, reference.place_map, deep=deep)
    _mark_near(queries, index, found, given)
    found, order, starts = _grouped(_join(found, _unsettled(pairs, settled)), records, rows)
    counts = np.zeros(found.query.shape[0], np.int64)
    other = np.flatnonzero(found.name_key)
    counts[other] = _bearers(index, found.name_key[other])
    days = np.clip(queries.birth[records] - (layout.YEAR_BASE << 9), 0, (1 << layout.BIRTH_BITS) - 1)
    return Candidates(
        queries,
        pairs,
        settled,
        holder,
        held,
        given,
        records,
        found,
        order,
        starts,
        counts,
        own_counts,
        index.day_counts[days],
        index.year_counts[days >> 9],
        name_keys,
    )


def weigh(candidates: Candidates, weights: Weights) -> Posteriors:
    """Give the posteriors of all candidates of unsettled records under a model (engine.posterior.weights_of)."""
    found, starts = candidates.found, candidates.starts
    log_odds = np.full(found.query.shape[0], -np.inf)
    posterior_kernels.weigh(
        found,
        candidates.order,
        starts,
        candidates.records,
        candidates.queries,
        candidates.given,
        candidates.counts,
        candidates.own_counts,
        candidates.day_counts,
        candidates.year_counts,
        weights,
        log_odds,
    )
    probability = np.zeros(found.query.shape[0])
    best = np.empty(candidates.records.shape[0], np.int64)
    second = np.empty(candidates.records.shape[0], np.int64)
    posterior_kernels.posterior(found, candidates.order, starts, log_odds, probability, best, second)
    return Posteriors(probability, best, second)


def count_levels(candidates: Candidates, posteriors: Posteriors, tally: Tally) -> None:
    """Add a chunk to the tally that trains the model; a settled row counts as one agreement of its only holder."""
    posterior_kernels.tally(
        candidates.found,
        candidates.order,
        candidates.starts,
        candidates.records,
        candidates.given,
        posteriors.probability,
        tally.name,
        tally.birth,
        tally.province,
        tally.sex,
        tally.matched,
        tally.unmatched,
    )
    levels = candidates.pairs.levels[candidates.settled[candidates.settled >= 0]]
    for of_levels, shift, mask in (
        (tally.name, 0, 15),
        (tally.birth, 4, 15),
        (tally.province, 8, 3),
        (tally.sex, 10, 3),
        (tally.matched[GIVEN_HELD], 12, 7),
    ):
        observed = (levels >> np.uint32(shift)) & np.uint32(mask)
        of_levels[:] += np.bincount(observed, minlength=of_levels.shape[0])


def _by_number(queries: Queries, index: IdentityIndex, tokens: Tokens, place_map: Array) -> Found:
    """Find the holders of each row's number, by the number itself or as an older or other number of theirs."""
    rows = queries.kind.shape[0]
    parts: list[Found] = []
    pins = np.flatnonzero(queries.kind == IdKind.PIN).astype(np.uint64)
    keys = np.sort((queries.number[pins] << np.uint64(20)) | pins)
    seen = np.zeros(rows, np.bool_)
    for segment in index.arrays:
        query, row = _grown(partial(probe.probe_numbers, keys, segment), len(keys))
        parts.append(_compared(query, row, queries, segment, tokens, place_map, NUMBER_EXACT))
        seen[query] = True
    for of_kind, aside in _ASIDE:
        wanted = np.flatnonzero(of_kind[queries.kind] & ~seen)
        if not wanted.size:
            continue
        order = np.argsort(queries.number[wanted], kind="stable")
        ordered, records = queries.number[wanted][order], wanted[order].astype(np.uint32)
        for segment in index.arrays:
            of_keys, of_rows = getattr(segment, f"{aside}_key"), getattr(segment, f"{aside}_row")
            if not of_keys.size:
                continue
            fill = partial(probe.probe_keys, ordered, records, of_keys, of_rows, segment)
            query, row = _grown(fill, len(ordered))
            parts.append(_compared(query, row, queries, segment, tokens, place_map, NUMBER_ALIAS))
    return _joined(parts)


def _grown(fill: Callable[[Array, Array, int], int], expected: int) -> tuple[Array, Array]:
    """Run a probe with room for `expected` pairs, and again with more where that was too little."""
    room = expected + 64
    while True:
        query, row = np.empty(room, np.uint32), np.empty(room, np.int64)
        used = fill(query, row, 0)
        if used < room:
            return query[:used], row[:used]
        room *= 2


def _compared(
    query: Array, row: Array, queries: Queries, segment: shapes.SegmentArrays, tokens: Tokens, places: Array, level: int
) -> Found:
    size = query.shape[0]
    found = Found(query, row, np.zeros(size, np.uint32), np.zeros(size, np.uint64), np.zeros(size, np.int64))
    probe.compare_pairs(queries, segment, tokens, places, make_room(), found, 0, size, level)
    return found


def _given(kind: Array, held: Array) -> Array:
    given = np.full(kind.shape[0], GIVEN_NONE, np.uint8)
    given[kind == IdKind.PIN] = GIVEN_UNKNOWN_PIN
    given[kind == IdKind.CMND] = GIVEN_UNKNOWN_OLD
    given[kind == IdKind.PASSPORT] = GIVEN_FOREIGN
    given[held > 0] = GIVEN_HELD
    return given


def _best_holder(pairs: Found, held: Array) -> Array:
    """Give each row's pair whose holder agrees best, or -1."""
    holder = np.full(held.shape[0], -1, np.int64)
    holder[pairs.query] = np.arange(pairs.query.shape[0])
    several = np.flatnonzero(held[pairs.query] > 1)
    rank = (pairs.levels[several] & np.uint32(15)) + ((pairs.levels[several] >> np.uint32(4)) & np.uint32(15))
    worst_first = several[np.lexsort((pairs.tie[several], rank))][::-1]
    holder[pairs.query[worst_first]] = worst_first
    return holder


def _search(
    records: Array,
    name_keys: Array,
    bearers: Array,
    queries: Queries,
    index: IdentityIndex,
    tokens: Tokens,
    place_map: Array,
    *,
    deep: bool,
) -> Found:
    """Search by day, then by name, then by names near, each for the records that have no good candidate yet.

    Each step runs over all segments before the next is decided, so that it depends on the whole index, never on how
    it is cut into segments.
    """
    rows = queries.kind.shape[0]
    best = np.full(rows, DIFFERENT, np.uint8)
    born = np.full(rows, DIFFERENT, np.uint8)
    parts: list[Found] = []
    dropped = {code for token in DROPPED_TOKENS if (code := index.folded_code(token))} if deep else set()
    common = np.array(sorted(dropped), np.uint32)

    def step(
        way: int,
        todo: Array,
        days: Array = _NO_COUNTS,
        keys: Array = _NO_KEYS,
        borne: Array = _NO_COUNTS,
        crowd: int = 0,
    ) -> None:
        """Run one step over all segments; `days`, `keys` and `borne` run beside `todo` where the way needs them."""
        for segment in index.arrays:
            done = 0
            while done < todo.shape[0]:
                room = _empty_found(min(6 * (todo.shape[0] - done), 1 << 22) + 4096)
                beside = (days[done:], keys[done:], borne[done:], crowd, common)
                shared = (queries, segment, tokens, place_map, make_room(), room, 0, best, born)
                used, count = search.search(way, todo[done:], *beside, *shared)
                parts.append(Found(*(array[:used].copy() for array in room)))
                done += count

    named = queries.tokens[records] > 0
    records, bearers = records[named], bearers[named]
    days = queries.birth[records].astype(np.int64) - (layout.YEAR_BASE << 9)
    whole = (days > 0) & (days < 1 << layout.BIRTH_BITS) & (days & 31 > 0)
    step(search.BY_DAY, records[whole], days[whole])
    month, day = days >> 5 & 15, days & 31
    # Deep, a namesake of that very day does not hide who was born on the turned one.
    hidden = bearers > 1 if deep else False
    turned = whole & (day <= 12) & (day != month) & ((best[records] > ORDER) | hidden)
    step(search.BY_DAY, records[turned], ((days & ~511) | (day << 5) | month)[turned])
    # 1 January stands for any day of its year, so somebody born on it proves nothing.
    still = (born[records] > ORDER) | (days & 511 == 33)
    crowd = search.DEEP_CROWD if deep else search.CROWD
    step(search.BY_NAME, records[still], keys=name_keys[records[still]], borne=bearers[still], crowd=crowd)
    if deep:
        step(search.BY_NEAR_NAMES, records[born[records] > ONE_EDIT])
    return _joined(parts)


def _mark_near(queries: Queries, index: IdentityIndex, found: Found, given: Array) -> None:
    for segment, first, last in zip(index.arrays, index.firsts, index.firsts[1:], strict=False):
        inside = np.flatnonzero((found.row >= first) & (found.row < last))
        if inside.size == found.row.size:
            probe.mark_near(queries, segment, found, 0, inside.size, given)
        elif inside.size:
            part = Found(*(array[inside] for array in found))
            probe.mark_near(queries, segment, part, 0, inside.size, given)
            found.levels[inside] = part.levels


def _bearers(index: IdentityIndex, keys: Array) -> Array:
    """Count the living persons of each name key."""
    counts = np.zeros(keys.shape[0], np.int64)
    for segment in index.arrays:
        search.count_names(keys, segment, counts)
    for of_names, dead in index.dead_names:
        places = np.minimum(np.searchsorted(of_names, keys), of_names.shape[0] - 1)
        counts -= np.where(of_names[places] == keys, dead[places], 0)
    return counts


def _grouped(found: Found, records: Array, rows: int) -> tuple[Found, Array, Array]:
    """Keep one mention of each candidate, the most alike of each record, in an order that no segmenting changes.

    Gives what is kept, the order of candidates by the place of their record in `records`, and each record's start.
    """
    place = np.zeros(rows, np.int64)
    place[records] = np.arange(records.shape[0])
    order, starts = _by_record(place[found.query], records.shape[0])
    search.sort_groups(found, order, starts)
    kept = np.zeros(found.query.shape[0], np.uint8)
    search.thin_groups(found, order, starts, kept)
    if kept.all():
        return found, order, starts
    found = Found(*(array[kept > 0] for array in found))
    order, starts = _by_record(place[found.query], records.shape[0])
    search.sort_groups(found, order, starts)
    return found, order, starts


def _by_record(place: Array, groups: int) -> tuple[Array, Array]:
    packed = np.sort((place.astype(np.uint64) << np.uint64(32)) | np.arange(place.shape[0], dtype=np.uint64))
    starts = np.zeros(groups + 1, np.int64)
    np.cumsum(np.bincount(place, minlength=groups), out=starts[1:])
    return (packed & np.uint64(0xFFFFFFFF)).astype(np.int64), starts


def _empty_found(size: int) -> Found:
    return Found(
        np.empty(size, np.uint32),
        np.empty(size, np.int64),
        np.empty(size, np.uint32),
        np.empty(size, np.uint64),
        np.empty(size, np.int64),
    )


def _joined(parts: list[Found]) -> Found:
    if len(parts) == 1:
        return parts[0]
    return Found(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True))) if parts else _empty_found(0)


def _join(one: Found, other: Found) -> Found:
    return _joined([one, other]) if other.query.size else one


def _unsettled(pairs: Found, settled: Array) -> Found:
    open_pairs = settled[pairs.query] < 0
    return Found(*(array[open_pairs] for array in pairs))
