"""The candidates of one record found and weighed again, and the weight of each field taken by itself.

What a field weighs is the difference it makes: the log odds of the candidate as it stands, less those of the same
candidate with that field unknown. So the account follows the scoring, whatever form that has, and what the fields
weigh adds up to the whole. Values of record and register are masked unless the caller asks for them.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

import data
from engine.explain.evidence import CandidateEvidence, FieldEvidence
from engine.explain.words import BIRTH_WORDS, FIELDS, NAME_WORDS, PROVINCE_WORDS, SEX_WORDS, number_words
from engine.identity import layout
from engine.identity.index import IdentityIndex
from engine.identity.segments import Array
from engine.kernels import posterior as posterior_kernels
from engine.kernels import search
from engine.kernels.shapes import GIVEN_HELD, NUMBER_ALIAS, Found, Weights
from engine.posterior import Model, weights_of
from engine.reference import Reference
from engine.stages.match import Candidates, find_candidates
from engine.stages.standardise import Identities, standardise
from matching.dates import DateAgreement
from matching.identifiers.masking import mask

MOST_CANDIDATES = 5
_UNKNOWN = {"name": (0, 15, 12), "birth": (4, 15, 0), "province": (8, 3, 3), "sex": (10, 3, 2)}
"""Where a field's agreement stands in `Found.levels` (shift, mask), and the level that says that it is not known."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Candidates of one record, most probable first, and what is left for "none of these"."""

    settled: bool
    prior_bits: float
    none_probability: float
    candidates: tuple[CandidateEvidence, ...]
    revealed: bool


class Judge:
    """Finds and weighs the candidates of one record as the run did, and takes the weight apart."""

    def __init__(self, index: IdentityIndex, tables: Reference, model: Model, deep: bool, reveal: bool) -> None:
        self._index = index
        self._tables = tables
        self._weights = weights_of(model, index.persons, index.place_shares)
        self._deep = deep
        self._reveal = reveal
        self._places = {int(row["code"]): row["name"] for row in data.table("provinces_63")}

    def judge(self, table: Any, date_order: str) -> Judged:
        vocabulary = self._index.vocabulary.extended()
        identities = standardise(table, vocabulary, self._tables, date_order)
        candidates = find_candidates(identities, vocabulary, self._index, self._tables, deep=self._deep)
        settled = bool(candidates.settled[0] >= 0)
        if settled:
            candidates = _only_the_holder(candidates, self._index)
        odds = self._log_odds(candidates, candidates.found.levels, self._weights)
        top = max([0.0, *odds[np.isfinite(odds)].tolist()])
        shares = np.exp(odds - top)
        total = float(shares.sum()) + math.exp(-top)
        order = [int(place) for place in np.argsort(-odds, kind="stable") if np.isfinite(odds[place])]
        shown = order[:MOST_CANDIDATES]
        said = self._said(table, identities)
        people = tuple(
            self._evidence(candidates, place, odds[place], float(shares[place]) / total, said) for place in shown
        )
        prior = (float(odds[shown[0]]) / math.log(2) - sum(f.bits for f in people[0].fields)) if people else 0.0
        return Judged(settled, prior, math.exp(-top) / total, people, self._reveal)

    def _log_odds(self, candidates: Candidates, levels: Array, weights: Weights) -> Array:
        found = candidates.found._replace(levels=levels)
        odds = np.full(levels.shape[0], -np.inf)
        posterior_kernels.weigh(
            found,
            candidates.order,
            candidates.starts,
            candidates.records,
            candidates.queries,
            candidates.given,
            candidates.counts,
            candidates.own_counts,
            candidates.day_counts,
            candidates.year_counts,
            weights,
            odds,
        )
        return odds

    def _evidence(
        self, candidates: Candidates, place: int, odds: float, probability: float, said: dict[str, str]
    ) -> CandidateEvidence:
        levels = candidates.found.levels
        level = {name: int(levels[place]) >> shift & bits for name, (shift, bits, _) in _UNKNOWN.items()}
        relation = int(levels[place]) >> 12 & 7
        without = {name: self._without(candidates, place, name) for name in _UNKNOWN}
        without["number"] = float(
            self._log_odds(candidates, levels, self._weights._replace(number=np.zeros_like(self._weights.number)))[
                place
            ]
        )
        words = {
            "number": number_words(int(candidates.given[0]), relation),
            "name": NAME_WORDS[level["name"]],
            "birth": BIRTH_WORDS[DateAgreement(level["birth"])],
            "province": PROVINCE_WORDS[level["province"]],
            "sex": SEX_WORDS[level["sex"]],
        }
        register = self._register(int(candidates.found.row[place]))
        fields = tuple(
            FieldEvidence(
                field=name,
                record=said[name],
                register=register[name],
                vi=words[name][0],
                en=words[name][1],
                bits=(odds - without[name]) / math.log(2),
            )
            for name in ("number", "name", "birth", "province", "sex")
        )
        return CandidateEvidence(
            person_id=str(self._index.person_ids(candidates.found.row[place : place + 1])[0]),
            probability=probability,
            bits=odds / math.log(2),
            status=register["status"],
            holds_number=relation <= NUMBER_ALIAS and int(candidates.given[0]) == GIVEN_HELD,
            fields=fields,
        )

    def _without(self, candidates: Candidates, place: int, field: str) -> float:
        shift, bits, unknown = _UNKNOWN[field]
        levels = candidates.found.levels.copy()
        levels[place] = np.uint32(int(levels[place]) & ~(bits << shift) | unknown << shift)
        return float(self._log_odds(candidates, levels, self._weights)[place])

    def _said(self, table: Any, identities: Identities) -> dict[str, str]:
        """Give what the record says, for a reader."""
        texts = {
            name: str(table.column(column)[0].as_py() or "") if column in table.column_names else ""
            for name, (_, _, column) in FIELDS.items()
        }
        if self._reveal:
            return texts
        return {
            "number": mask(texts["number"].strip()) if texts["number"] else "",
            "name": masked_name(texts["name"]),
            "birth": _date_text(int(identities.birth[0]), reveal=False),
            "province": texts["province"],
            "sex": texts["sex"],
        }

    def _register(self, row: int) -> dict[str, str]:
        """Give what the register says of a person, for a reader."""
        place = next(i for i, first in enumerate(self._index.firsts[1:]) if row < first)
        segment, inside = self._index.segments[place], row - self._index.firsts[place]
        record = [int(word) for word in segment.record[inside]]
        if record[3] & layout.OVERFLOW_BIT:
            codes = [int(code) for code in segment.overflow[record[0]]]
        else:
            codes = [record[word] >> half & 0xFFFF for word in range(3) for half in (0, 16)]
        name = " ".join(self._index.vocabulary.token(code) for code in codes if code).title()
        birth = record[3] >> layout.BIRTH_SHIFT
        packed = birth + (layout.YEAR_BASE << 9) if birth else 0
        statuses = {code: status for status, code in layout.STATUS_CODES.items()}
        return {
            "number": "",
            "name": name if self._reveal else masked_name(name),
            "birth": _date_text(packed, reveal=self._reveal),
            "province": self._places.get(record[3] >> layout.PROVINCE_SHIFT & 127, ""),
            "sex": ("", "nam", "nữ", "")[record[3] >> layout.SEX_SHIFT & 3],
            "status": statuses.get(record[3] >> layout.STATUS_SHIFT & 7, ""),
        }


def _only_the_holder(candidates: Candidates, index: IdentityIndex) -> Candidates:
    """Give the candidates of a settled record as if the holder of its number were weighed like any other."""
    pair = int(candidates.settled[0])
    found = Found(*(array[pair : pair + 1] for array in candidates.pairs))
    counts = np.zeros(1, np.int64)
    own_counts = np.zeros(1, np.int64)
    for segment in index.arrays:
        if found.name_key[0]:
            search.count_names(found.name_key, segment, counts)
        search.count_names(candidates.name_keys[:1], segment, own_counts)
    birth = int(candidates.queries.birth[0]) - (layout.YEAR_BASE << 9)
    day = min(max(birth, 0), (1 << layout.BIRTH_BITS) - 1)
    return replace(
        candidates,
        records=np.zeros(1, np.uint32),
        found=found,
        order=np.zeros(1, np.int64),
        starts=np.array([0, 1], np.int64),
        counts=counts,
        own_counts=own_counts,
        day_counts=index.day_counts[[day]],
        year_counts=index.year_counts[[day >> 9]],
    )


def masked_name(name: str) -> str:
    """Give a name by the first letter of each word."""
    return " ".join(f"{word[0]}***" for word in name.split())


def _date_text(packed: int, *, reveal: bool) -> str:
    if packed == 0:
        return ""
    year, month, day = packed >> 9, packed >> 5 & 15, packed & 31
    if not reveal:
        return f"{year}-**-**"
    return "-".join([str(year), *(f"{part:02}" for part in (month, day) if part)])
