"""The model of errors: shares that sum to one, logarithms that follow them, and what training may change."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.posterior import BUILT_IN, Model, Tally, posterior_of, updated, weights_of
from matching.kernels import name_levels as level

ODDS = st.floats(-700, 700)
SHARES = np.full(128, 1 / 127)


@settings(max_examples=200, deadline=None)
@given(st.lists(ODDS, max_size=8))
def test_posteriors_and_none_share_one(odds: list[float]) -> None:
    chances, none = posterior_of(odds)
    assert sum(chances) + none == pytest.approx(1)
    assert all(0 <= chance <= 1 for chance in (*chances, none))
    order = sorted(range(len(odds)), key=odds.__getitem__)
    assert [chances[place] for place in order] == sorted(chances)


@settings(max_examples=100, deadline=None)
@given(ODDS, st.integers(1, 50))
def test_equal_candidates_get_equal_shares(odds: float, count: int) -> None:
    chances, none = posterior_of([odds] * count)
    assert max(chances) == min(chances) <= 1 / count
    assert none == pytest.approx(1 / (1 + count * math.exp(min(odds, 600))), rel=1e-6, abs=1e-12)


def test_the_built_in_model_is_made_of_shares() -> None:
    for shares in (BUILT_IN.name, BUILT_IN.birth, BUILT_IN.province, BUILT_IN.sex, BUILT_IN.none):
        assert sum(shares) == pytest.approx(1)
        assert min(shares) > 0
    assert len(BUILT_IN.name) == level.LEVELS
    assert Model.of_dict(BUILT_IN.as_dict()) == BUILT_IN


def test_what_is_not_known_weighs_nothing() -> None:
    weights = weights_of(BUILT_IN, 1000, SHARES)
    assert weights.name[level.MISSING] == weights.birth[0] == weights.province[3] == weights.sex[2] == 0


def test_better_agreement_weighs_more() -> None:
    weights = weights_of(BUILT_IN, 1_000_000, SHARES)
    assert weights.name[level.EXACT] > weights.name[level.ONE_EDIT] > weights.name[level.TWO_EDITS]
    assert weights.birth[1] > weights.birth[4] > weights.birth[7]
    assert weights.sex[0] > 0 > weights.sex[1]
    exact, alias, near, other = weights.number[1, 0], weights.number[1, 1], weights.number[2, 2], weights.number[2, 3]
    assert exact > near > other
    assert exact > alias > other


def test_training_without_records_gives_the_built_in_model_back() -> None:
    model = updated(BUILT_IN, Tally.empty())
    for name in ("name", "birth", "province", "sex"):
        trained, built_in = np.array(getattr(model, name)), np.array(getattr(BUILT_IN, name))
        skipped = {"name": level.MISSING, "birth": 0, "province": 3, "sex": 2}[name]
        kept = np.arange(len(built_in)) != skipped
        assert trained[kept] == pytest.approx(built_in[kept] / built_in[kept].sum())
        assert trained[skipped] == pytest.approx(1e-9)
    assert model.register_share == pytest.approx(BUILT_IN.register_share)


def test_training_follows_many_records_and_never_reaches_certainty() -> None:
    tally = Tally.empty()
    tally.name[level.EXACT] = 1e9
    tally.birth[1] = 1e9
    tally.province[0] = 1e9
    tally.sex[0] = 1e9
    tally.matched[1, 0] = 1e9
    model = updated(BUILT_IN, tally)
    assert model.name[level.EXACT] == pytest.approx(1, abs=1e-5)
    assert min(model.name) > 0
    assert model.register_share <= 0.9999
    weights = weights_of(model, 100_000_000, SHARES)
    for array in (weights.name, weights.birth, weights.province, weights.sex, weights.number):
        assert np.isfinite(array).all()
    nobody = Tally.empty()
    nobody.unmatched[2] = 1e9
    assert updated(BUILT_IN, nobody).register_share >= 0.01
