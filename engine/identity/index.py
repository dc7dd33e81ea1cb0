"""The identity index: segments in order, their vocabulary, and the counts that a posterior needs."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from engine.errors import EngineError
from engine.identity import layout
from engine.identity.segments import HOT, Array, Segment
from engine.identity.tokens import KeyedTokens
from engine.kernels import index_build, nearness
from engine.kernels.shapes import SegmentArrays, Tokens
from matching.kernels.name_levels import letter_masks
from matching.kernels.tokens import Vocabulary
from matching.text import fold

FORMAT = 1


class IdentityIndexError(EngineError):
    """Root of what can be wrong with an index."""

    code: ClassVar[str] = "index"


class IndexNotFound(IdentityIndexError):
    """The folder given holds no identity index."""

    code: ClassVar[str] = "index-not-found"
    template: ClassVar[str] = "{path} holds no identity index; make one with `sogoc index build`"


class IndexDamaged(IdentityIndexError):
    """A file of the index is not what its manifest says."""

    code: ClassVar[str] = "index-damaged"
    template: ClassVar[str] = "{path}: {detail}; build the index again from the register"


@dataclass(frozen=True)
class IdentityIndex:
    """Persons of all segments, the later ruling over the earlier; `content` is the digest that verdicts depend on."""

    segments: tuple[Segment, ...]
    vocabulary: Vocabulary
    tokens: KeyedTokens
    content: str
    manifest: dict[str, Any]

    @cached_property
    def persons(self) -> int:
        """Count the persons that no later segment has replaced."""
        return sum(segment.rows - int(segment.tombstone.sum(dtype=np.int64)) for segment in self.segments)

    @cached_property
    def firsts(self) -> tuple[int, ...]:
        """Give the first row of each segment among all rows, and the end."""
        firsts = [0]
        for segment in self.segments:
            firsts.append(firsts[-1] + segment.rows)
        return tuple(firsts)

    @cached_property
    def arrays(self) -> tuple[SegmentArrays, ...]:
        """Give each segment in the form that kernels take."""
        return tuple(
            SegmentArrays(
                **{name: getattr(segment, name) for name in (*HOT, "alias_key", "alias_row", "tombstone")},
                tie=segment.person_hashes().view(np.int64),
                first=first,
                name_shift=segment.name_shift,
            )
            for segment, first in zip(self.segments, self.firsts, strict=False)
        )

    @cached_property
    def day_counts(self) -> Array:
        """Count persons by birth date (18 bits, see layout), tombstones left out."""
        total = np.zeros(1 << layout.BIRTH_BITS, np.int64)
        for segment in self.segments:
            directory = segment.day_directory.astype(np.int64)
            total += directory[1:] - directory[:-1]
            dead = np.flatnonzero(segment.tombstone)
            if dead.size:
                days = segment.record[dead, 3] >> np.uint32(layout.BIRTH_SHIFT)
                total -= np.bincount(days, minlength=1 << layout.BIRTH_BITS)
        return total

    @cached_property
    def place_shares(self) -> Array:
        """Give the share of persons by province (code of the 63; 0: unknown), none of them quite zero."""
        counts = np.ones(128, np.float64)
        for segment in self.segments:
            places = (segment.record[:, 3] >> np.uint32(layout.PROVINCE_SHIFT)) & np.uint32(127)
            counts += np.bincount(places[segment.tombstone == 0], minlength=128)
        shares: Array = counts / counts[1:].sum()
        return shares

    @cached_property
    def year_counts(self) -> Array:
        """Count persons by birth year, the first 1800."""
        years: Array = self.day_counts.reshape(512, 512).sum(axis=1)
        return years

    @cached_property
    def _lacking(self) -> tuple[Array, Array]:
        vocabulary = self.vocabulary
        folded = np.unique(vocabulary.fold_codes[1:]).astype(np.uint32)
        lengths = np.minimum(np.diff(vocabulary.token_offsets)[folded], nearness.LONGEST)
        hashes = np.empty(int((lengths + 1).sum()), np.uint64)
        owners = np.empty(hashes.shape[0], np.uint32)
        letters, offsets = np.array(vocabulary.token_bytes), np.array(vocabulary.token_offsets)
        used = nearness.list_lacking(letters, offsets, folded, hashes, owners)
        order = np.lexsort((owners[:used], hashes[:used]))
        return hashes[:used][order], owners[:used][order]

    def token_arrays(self, vocabulary: Vocabulary, *, deep: bool) -> Tokens:
        """Give the tokens of a vocabulary extended from the index's own; `deep`: and those near the new ones.

        What the index's own tokens need is worked out once; only new tokens cost anything.
        """
        known = self._known_tokens
        first, size = self.vocabulary.size, vocabulary.size
        if size == first and not (deep and self.ghosts.size):
            return known
        fold = np.array(vocabulary.fold_codes)
        letters, offsets = np.array(vocabulary.token_bytes), np.array(vocabulary.token_offsets)
        hashes = np.concatenate([known.hashes, vocabulary.token_hashes[fold[first:]]])
        initials, masks = _initials_and_masks(letters, offsets, fold, first)
        near_offsets = np.zeros(size + 1, np.int64)
        near = np.zeros(0, np.uint32)
        if deep:
            unknown = np.zeros(size, np.bool_)
            unknown[first:] = True
            unknown[self.ghosts] = True
            lacking, owners = self._lacking
            near = np.zeros(33 * int(unknown.sum()) + 64, np.uint32)
            nearness.list_near(letters, offsets, fold, unknown, lacking, owners, hashes, near_offsets, near)
        return Tokens(
            fold,
            letters,
            offsets,
            hashes,
            np.concatenate([known.initials, initials]),
            np.concatenate([known.masks, masks]),
            near_offsets,
            near,
        )

    @cached_property
    def _known_tokens(self) -> Tokens:
        vocabulary = self.vocabulary
        fold = np.array(vocabulary.fold_codes)
        letters, offsets = np.array(vocabulary.token_bytes), np.array(vocabulary.token_offsets)
        initials, masks = _initials_and_masks(letters, offsets, fold, 0)
        hashes = np.array(vocabulary.fold_hashes)
        near_offsets = np.zeros(fold.shape[0] + 1, np.int64)
        return Tokens(fold, letters, offsets, hashes, initials, masks, near_offsets, np.zeros(0, np.uint32))

    @cached_property
    def ghosts(self) -> Array:
        """Give the codes of tokens whose folded form nobody living bears: later segments replaced who did."""
        size = self.vocabulary.size
        if not any(segment.tombstone.any() for segment in self.segments):
            return np.zeros(0, np.int64)
        fold = np.array(self.vocabulary.fold_codes)
        seen = np.zeros(size, np.bool_)
        for segment in self.segments:
            index_build.mark_tokens(segment.record, segment.overflow, segment.tombstone, fold, seen)
        missing: Array = np.flatnonzero(~seen[fold])
        return missing[missing > 0]

    @cached_property
    def dead_names(self) -> tuple[tuple[Array, Array], ...]:
        """Give, for each segment with replaced persons, their name keys (ascending) and how many bear each."""
        known = self.token_arrays(self.vocabulary.extended(), deep=False)
        result = []
        for segment in self.segments:
            dead = np.flatnonzero(segment.tombstone)
            if not dead.size:
                continue
            keys = np.empty(dead.size, np.uint64)
            signatures = np.empty(dead.size, np.uint32)
            record = np.ascontiguousarray(segment.record[dead])
            index_build.name_keys(
                record, segment.overflow, known.hashes, known.initials, 0, dead.size, keys, signatures
            )
            names, counts = np.unique(keys, return_counts=True)
            result.append((names, counts.astype(np.int64)))
        return tuple(result)

    @cached_property
    def _folded_codes(self) -> dict[str, int]:
        return {token: code for code, token in enumerate(self.vocabulary.tokens()) if code}

    def folded_code(self, token: str) -> int:
        """Give the code of a token without its diacritics; 0 where no person bears it."""
        return self._folded_codes.get(fold(token), 0)

    def name_of(self, row: int) -> tuple[str, ...]:
        """Give the canonical tokens of a person's name."""
        place = next(i for i, last in enumerate(self.firsts[1:]) if row < last)
        segment, row = self.segments[place], row - self.firsts[place]
        if segment.record[row, 3] & np.uint32(layout.OVERFLOW_BIT):
            codes = segment.overflow[segment.record[row, 0]]
        else:
            codes = np.ascontiguousarray(segment.record[row, :3]).view(np.uint16)
        return tuple(self.vocabulary.token(int(code)) for code in codes if code)

    def person_ids(self, rows: Array) -> list[str | None]:
        """Give the person_id of each row (of all segments' rows); None for -1."""
        found: list[str | None] = [None] * len(rows)
        for segment, first, last in zip(self.segments, self.firsts, self.firsts[1:], strict=False):
            for place in np.flatnonzero((rows >= first) & (rows < last)):
                row = int(rows[place]) - first
                if segment.person_offsets.size:
                    start, stop = segment.person_offsets[row], segment.person_offsets[row + 1]
                    found[place] = segment.person[start:stop].tobytes().decode()
                else:
                    found[place] = str(int(segment.person[row]))
        return found

    def hot_bytes_per_person(self) -> float:
        """Give the bytes that probes touch, directories included, by person."""
        return sum(segment.hot_bytes() for segment in self.segments) / max(self.persons, 1)


def _initials_and_masks(letters: Array, offsets: Array, fold: Array, first: int) -> tuple[Array, Array]:
    """Give the first letter of the folded form, and the mask of letters, of each token from code `first` on."""
    own = fold[first:]
    starts = offsets[own]
    some = offsets[own + np.uint32(1)] > starts
    initials = np.zeros(own.shape[0], np.uint8)
    initials[some] = letters[starts[some]]
    masks = np.empty(own.shape[0], np.uint32)
    letter_masks(letters, offsets[first:].copy(), masks)
    return initials, masks
