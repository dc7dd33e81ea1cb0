"""One record at a time, by the same stages that batches go through: what an API asks while somebody waits.

A batch is worked on in columns, and a record by itself is a column of one row; nothing about it is decided elsewhere.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.columns import OneRow
from engine.identity.index import IdentityIndex
from engine.kernels.ranking import SHOWN, WORTH
from engine.posterior import BUILT_IN, Model, weights_of
from engine.records import BATCH_COLUMNS
from engine.reference import reference
from engine.rules import rule_set
from engine.stages.circumstances import circumstances
from engine.stages.decide import LINKS, TIERS, Decisions, decide
from engine.stages.match import Candidates, Posteriors, find_candidates, weigh
from engine.stages.standardise import standardise

_COLUMNS = frozenset(column.name for column in BATCH_COLUMNS)
_IDENTIFIED, _AMBIGUOUS = LINKS.index("identified"), LINKS.index("ambiguous")


@dataclass(frozen=True, slots=True)
class LookupResult:
    """The verdict on one record, as a row of verdicts.v1 has it (data/contracts).

    `candidates` lists (person_id, probability) of an ambiguous record, the most probable first, without `person_id`.
    """

    roll_up: str
    code: str
    codes: str
    tier: str
    id_holder: str | None
    person_id: str | None
    link_status: str
    probability: float
    candidates: tuple[tuple[str, float], ...]


class Lookup:
    """Answers for one record after another over an index that stays open. For use by one thread at a time.

    Without a trained model, the one that is built in weighs the evidence. What an answer takes at ten
    million persons stands in benchmarks/results/lookup.json: one to two milliseconds, nearly all of it the stages' own
    cost for a column of any length.
    """

    def __init__(
        self,
        index: IdentityIndex,
        *,
        as_of: datetime.date,
        model: Model = BUILT_IN,
        rules: str | None = None,
        date_order: str = "dmy",
        deep: bool = True,
    ) -> None:
        self._index, self._as_of = index, as_of
        self._weights = weights_of(model, index.persons, index.place_shares)
        self._rules = rule_set(rules, as_of)
        self._tables = reference(as_of)
        self._order, self._deep = date_order, deep

    def one(self, record: Mapping[str, str]) -> LookupResult:
        """Give the verdict on a record: values by canonical column names of a batch; other names are ignored."""
        index = self._index
        table = OneRow({name: value for name, value in record.items() if name in _COLUMNS})
        vocabulary = index.vocabulary.extended()
        identities = standardise(table, vocabulary, self._tables, self._order)
        said = circumstances(table, self._tables, self._order)
        candidates = find_candidates(identities, vocabulary, index, self._tables, deep=self._deep)
        posteriors = weigh(candidates, self._weights)
        decisions = decide(identities, vocabulary, said, candidates, posteriors, index, self._rules, self._as_of)
        link = int(decisions.link[0])
        roll_up, code, codes = self._rules.verdict(int(decisions.codes[0]), identified=link == _IDENTIFIED)
        holder, person = index.person_ids(np.array([decisions.holder[0], decisions.person[0]]))
        return LookupResult(
            roll_up=roll_up,
            code=code,
            codes=codes,
            tier=TIERS[decisions.tier[0]],
            id_holder=holder,
            person_id=person,
            link_status=LINKS[link],
            probability=float(decisions.probability[0]),
            candidates=self._others(decisions, candidates, posteriors) if link == _AMBIGUOUS else (),
        )

    def _others(
        self, decisions: Decisions, candidates: Candidates, posteriors: Posteriors
    ) -> tuple[tuple[str, float], ...]:
        """List the candidates of the record that are not already its person, as the verdicts of a batch do."""
        rows, chances, ties = candidates.found.row, posteriors.probability, candidates.found.tie
        skip = int(posteriors.best[0]) if decisions.person[0] >= 0 else -1
        others = [int(place) for place in candidates.order if place != skip and chances[place] >= WORTH]
        others.sort(key=lambda place: (-chances[place], ties[place]))
        shown = np.array(others[:SHOWN], np.int64)
        persons = self._index.person_ids(rows[shown])
        return tuple(
            (person, float(np.float32(chance)))
            for person, chance in zip(persons, chances[shown], strict=True)
            if person is not None
        )
