"""The model of how records go wrong, and its training on a run's own records without labels.

P(record | person) is the product, over the fields, of the chance of how the field came to differ, spread evenly over
the forms that such a slip can take. Training is EM over records: each record shares itself out among its candidates
and "none of these" by the current posterior, and the shares are counted. The counts start from `PRIOR_RECORDS` records
of the built-in model, so that a small batch does not run away from it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.identity.segments import Array
from engine.kernels.shapes import Weights
from matching.kernels.name_levels import LEVELS, MISSING

PRIOR_RECORDS = 500.0
ROUNDS = 15

NAME_FORMS = (1, 1, 6, 3, 3, 2, 4, 400, 60_000, 60, 3_000, 1, 1)
"""In how many ways a name can come to differ at each level (matching.kernels.name_levels): orders of magnitude."""

BIRTH_FORMS = (1, 1, 1, 1, 1, 20, 27, 60, 1)
"""The same for birth dates (matching.dates.DateAgreement)."""

NEAR_FORMS = 119
"""Slips of one 12-digit number: 108 substitutions and 11 exchanges."""

NUMBER_SPACE = 2.0e9
"""Numbers that a person outside of the register could hold: places x 2 sexes x about 80 years x some serials."""

GIVENS = 5
RELATIONS = 4


@dataclass(frozen=True, slots=True)
class Model:
    """Chances given that the record is of the person. `number[given][relation]`; `none[given]` for outsiders.

    `given` and `relation` are those of `engine.kernels.shapes`. `register_share` is the share of records whose person
    is in the register.
    """

    name: tuple[float, ...]
    birth: tuple[float, ...]
    province: tuple[float, ...]
    sex: tuple[float, ...]
    number: tuple[tuple[float, ...], ...]
    none: tuple[float, ...]
    register_share: float

    def as_dict(self) -> dict[str, Any]:
        """Give the model as plain lists, for a manifest."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def of_dict(cls, values: dict[str, Any]) -> "Model":
        """Read what `as_dict` gave."""
        number = tuple(tuple(row) for row in values["number"])
        plain = {name: tuple(values[name]) for name in ("name", "birth", "province", "sex", "none")}
        return cls(number=number, register_share=values["register_share"], **plain)


def _shares(*values: float) -> tuple[float, ...]:
    total = sum(values)
    return tuple(value / total for value in values)


BUILT_IN = Model(
    name=_shares(0.56, 0.28, 0.02, 0.015, 0.005, 0.03, 0.003, 0.05, 0.01, 0.005, 0.005, 0.01, 0.007),
    birth=_shares(0.01, 0.89, 0.005, 0.03, 0.02, 0.02, 0.005, 0.005, 0.015),
    province=_shares(0.9, 0.02, 0.08, 1e-9),
    sex=_shares(0.98, 0.02, 1e-9),
    number=(
        (0.0, 0.0, 0.0, 0.05),
        (0.72, 0.12, 1e-4, 0.03),
        (0.0, 0.0, 0.04, 0.03),
        (0.0, 0.0, 0.0, 0.01),
        (0.0, 0.0, 0.0, 0.01),
    ),
    none=_shares(0.08, 0.05, 0.72, 0.13, 0.02),
    register_share=0.9,
)
"""Orders of magnitude from the campaigns' published figures; every run corrects them by its own records."""


def weights_of(model: Model, persons: int, place_shares: Array) -> Weights:
    """Turn a model into the logarithms that kernels add up.

    `persons` is the size of the register (at least 1), `place_shares` the share of persons by province.
    """
    size = float(max(persons, 1))
    name = _logs(model.name, NAME_FORMS)
    name[MISSING] = 0.0
    birth = _logs(model.birth, BIRTH_FORMS)
    birth[0] = 0.0
    province = np.array([math.log(model.province[0]), math.log(model.province[1]), math.log(model.province[2]), 0.0])
    sex = np.array([math.log(model.sex[0] / 0.5), math.log(model.sex[1] / 0.5), 0.0])
    number = np.zeros((GIVENS, RELATIONS))
    for given in range(GIVENS):
        outsiders = max(model.none[given], 1e-9)
        for relation in range(RELATIONS):
            chance = max(model.number[given][relation], 1e-9)
            number[given, relation] = math.log(chance / outsiders) + _narrowness(given, relation, size)
    return Weights(name, birth, province, np.log(place_shares), sex, number, model.register_share, size)


def _narrowness(given: int, relation: int, size: float) -> float:
    """How much rarer a relation of numbers is by chance than the state it belongs to."""
    if given == 1 and relation <= 1:
        return math.log(size)
    if relation == 2:
        return math.log(NUMBER_SPACE / NEAR_FORMS)
    return 0.0


def _logs(chances: Sequence[float], forms: Sequence[int]) -> Array:
    return np.array([math.log(max(chance, 1e-9) / form) for chance, form in zip(chances, forms, strict=True)])


@dataclass(slots=True)
class Tally:
    """Expected counts of levels under the current posterior; arrays are filled in place by the kernels."""

    name: Array
    birth: Array
    province: Array
    sex: Array
    matched: Array
    unmatched: Array

    @classmethod
    def empty(cls) -> "Tally":
        """Make a tally of nothing, with room for every code a kernel could write."""
        return cls(np.zeros(16), np.zeros(16), np.zeros(4), np.zeros(4), np.zeros((GIVENS, 8)), np.zeros(GIVENS))


def updated(model: Model, tally: Tally) -> Model:
    """Give the model that the counts speak for, the built-in one counting as PRIOR_RECORDS records."""
    matched = tally.matched[:, :RELATIONS] + PRIOR_RECORDS * np.array(BUILT_IN.number)
    unmatched = tally.unmatched + PRIOR_RECORDS * 0.1 * np.array(BUILT_IN.none)
    total = float(tally.matched.sum() + tally.unmatched.sum())
    found = float(tally.matched.sum()) + PRIOR_RECORDS * BUILT_IN.register_share
    return replace(
        model,
        name=_posterior_mean(BUILT_IN.name, tally.name[:LEVELS], skip=MISSING),
        birth=_posterior_mean(BUILT_IN.birth, tally.birth[: len(BIRTH_FORMS)], skip=0),
        province=_posterior_mean(BUILT_IN.province, tally.province, skip=3),
        sex=_posterior_mean(BUILT_IN.sex, tally.sex[:3], skip=2),
        number=tuple(tuple(float(v) for v in row) for row in matched / matched.sum()),
        none=tuple(float(v) for v in unmatched / unmatched.sum()),
        register_share=min(max(found / (total + PRIOR_RECORDS), 0.01), 0.9999),
    )


def _posterior_mean(prior: Sequence[float], counts: Array, *, skip: int) -> tuple[float, ...]:
    """Mix counts with the prior; the level that says nothing (`skip`) keeps its share and counts for nothing."""
    seen = np.array(counts, float)
    seen[skip] = 0.0
    base = np.array(prior)
    base[skip] = 0.0
    mixed = seen + PRIOR_RECORDS * base
    mixed = mixed / mixed.sum()
    mixed[skip] = 1e-9
    return tuple(float(value) for value in mixed)


def posterior_of(log_odds: Sequence[float]) -> tuple[list[float], float]:
    """Give the posterior of each candidate, and of "none", from log odds against "none": the plain form of the rule."""
    top = max([0.0, *log_odds])
    parts = [math.exp(value - top) for value in log_odds]
    none = math.exp(-top)
    total = sum(parts) + none
    return [part / total for part in parts], none / total
