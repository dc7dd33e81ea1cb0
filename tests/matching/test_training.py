import itertools
import json

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.training import (
    Array,
    Model,
    Patterns,
    Related,
    count_patterns,
    divergence,
    fit,
    fit_related,
    level_shares,
    refit,
    starting_model,
)

M = ([0.02, 0.08, 0.90], [0.05, 0.15, 0.80], [0.1, 0.9], [0.02, 0.03, 0.15, 0.80])
U = ([0.90, 0.08, 0.02], [0.70, 0.20, 0.10], [0.7, 0.3], [0.55, 0.25, 0.15, 0.05])
LEVELS = [3, 3, 2, 4]


def draw(
    seed: int, pairs: int, prior: float, missing_share: float = 0.0
) -> tuple[Patterns, Array, npt.NDArray[np.bool_]]:
    rng = np.random.default_rng(seed)
    match = rng.random(pairs) < prior
    rows = np.zeros((pairs, len(LEVELS)), np.uint8)
    for field, count in enumerate(LEVELS):
        of_match = rng.choice(count, pairs, p=M[field])
        of_other = rng.choice(count, pairs, p=U[field])
        rows[:, field] = np.where(match, of_match, of_other)
        if missing_share:
            rows[rng.random(pairs) < missing_share, field] = count
    patterns, counts = count_patterns(rows)
    return patterns, counts, match


def worst(model: Model, m: object = M, u: object = U) -> float:
    gaps = [
        abs(np.asarray(found[: len(known)]) - np.asarray(known)).max()
        for side, truth in ((model.m, m), (model.u, u))
        for found, known in zip(side, truth, strict=True)  # type: ignore[call-overload]
    ]
    return float(max(gaps))


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_gives_back_the_parameters_that_made_the_patterns(seed: int) -> None:
    patterns, counts, match = draw(seed, 400_000, 0.2)
    model = fit(patterns, counts, LEVELS)
    assert model.converged
    assert model.prior == pytest.approx(match.mean(), abs=0.01)
    assert worst(model) < 0.02


@pytest.mark.parametrize("seed", [11, 12])
def test_gives_back_the_parameters_with_u_known_and_few_matches(seed: int) -> None:
    patterns, counts, match = draw(seed, 1_000_000, 0.01)
    model = fit(patterns, counts, LEVELS, u=U, prior0=0.001)
    assert model.prior == pytest.approx(match.mean(), rel=0.1)
    assert worst(model) < 0.04


@pytest.mark.parametrize("seed", [21, 22])
def test_missing_values_do_not_move_the_parameters(seed: int) -> None:
    patterns, counts, match = draw(seed, 600_000, 0.2, missing_share=0.25)
    model = fit(patterns, counts, [count + 1 for count in LEVELS], missing=LEVELS)
    assert model.prior == pytest.approx(match.mean(), abs=0.015)
    assert worst(model) < 0.03
    for weights, level in zip(model.weights(), LEVELS, strict=True):
        assert weights[level] == 0.0


def test_probabilities_are_calibrated_on_drawn_pairs() -> None:
    patterns, counts, match = draw(31, 300_000, 0.2)
    model = fit(patterns, counts, LEVELS)
    expected = float(model.probabilities(patterns) @ counts)
    assert expected == pytest.approx(match.sum(), rel=0.03)


def test_order_of_patterns_and_split_counts_do_not_matter() -> None:
    patterns, counts, _ = draw(41, 50_000, 0.2)
    shuffle = np.random.default_rng(0).permutation(len(patterns))
    halves = np.concatenate([patterns[shuffle], patterns])
    model = fit(patterns, counts, LEVELS)
    assert fit(patterns[shuffle], counts[shuffle], LEVELS) == model
    assert fit(halves, np.concatenate([counts[shuffle] / 2, counts / 2]), LEVELS) == model


def test_a_model_survives_json() -> None:
    patterns, counts, _ = draw(51, 20_000, 0.2)
    text = json.dumps(fit(patterns, counts, LEVELS).as_dict())
    again = Model.from_dict(json.loads(text))
    assert json.dumps(again.as_dict()) == text
    assert again.levels == tuple(LEVELS)


def test_monotone_levels_never_fall_in_weight() -> None:
    patterns, counts, _ = draw(61, 3_000, 0.05)
    for u in (None, U):
        model = fit(patterns, counts, LEVELS, u=u, monotone=True)
        for weights in model.weights():
            assert (np.diff(weights) >= -1e-9).all()


def test_monotone_fit_equals_the_free_fit_where_the_order_holds_by_itself() -> None:
    patterns, counts, _ = draw(62, 400_000, 0.2)
    free, ordered = fit(patterns, counts, LEVELS), fit(patterns, counts, LEVELS, monotone=True)
    assert worst(ordered, free.m, free.u) < 1e-6


def test_a_fixed_prior_stays_and_too_few_passes_are_said() -> None:
    patterns, counts, _ = draw(71, 5_000, 0.2)
    model = fit(patterns, counts, LEVELS, prior0=0.123, fixed_prior=True, max_iter=2)
    assert (model.prior, model.iterations, model.converged) == (0.123, 2, False)


def test_no_pairs_give_the_starting_model() -> None:
    model = fit(np.zeros((0, 4), np.uint8), np.zeros(0), LEVELS)
    assert model.prior == 0.1
    assert model.levels == tuple(LEVELS)


def test_pseudo_counts_pull_an_unseen_level_towards_no_evidence() -> None:
    patterns = np.array([[0], [1], [2]], np.uint8)
    bare = fit(
        patterns,
        np.array([1000.0, 50.0, 0.0]),
        [3],
        u=[[0.94, 0.03, 0.03]],
        m0=[[0.05, 0.9, 0.05]],
        max_iter=3,
    )
    eased = fit(
        patterns,
        np.array([1000.0, 50.0, 1.0]),
        [3],
        u=[[0.94, 0.03, 0.03]],
        m0=[[0.05, 0.9, 0.05]],
        max_iter=3,
        pseudo_count=5,
    )
    assert abs(eased.weights()[0][2]) < abs(bare.weights()[0][2])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 11), st.integers(0, 60))
def test_counting_equals_a_dictionary(seed: int, fields: int, pairs: int) -> None:
    rows = np.random.default_rng(seed).integers(0, 3, (pairs, fields)).astype(np.uint8)
    patterns, counts = count_patterns(rows)
    expected: dict[tuple[int, ...], int] = {}
    for row in rows.tolist():
        expected[tuple(row)] = expected.get(tuple(row), 0) + 1
    assert [tuple(row) for row in patterns.tolist()] == sorted(expected)
    assert counts.tolist() == [expected[key] for key in sorted(expected)]


def test_level_shares_leave_the_missing_level_out() -> None:
    patterns = np.array([[0], [1], [2]], np.uint8)
    (shares,) = level_shares(patterns, np.array([6.0, 3.0, 1.0]), [3], [0])
    assert shares.tolist() == [1.0, 0.75, 0.25]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_likelihood_never_falls(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 3, (200, 3)).astype(np.uint8)
    patterns, counts = count_patterns(rows)
    likelihoods = [fit(patterns, counts, [3, 3, 3], max_iter=n, tol=0.0).log_likelihood for n in (1, 2, 5, 20)]
    assert all(after >= before - 1e-9 for before, after in itertools.pairwise(likelihoods))


def test_one_step_with_the_true_division_gives_the_true_parameters() -> None:
    patterns, counts, _ = draw(81, 400_000, 0.2)
    rng = np.random.default_rng(81)
    kin = counts * rng.uniform(0.0, 0.3, len(counts))
    model = fit(patterns, counts, LEVELS)
    match = model.probabilities(patterns) * counts
    start = starting_model(level_shares(patterns, counts, LEVELS, [None] * 4), [None] * 4, 0.5)
    again = refit(start, patterns, match, counts - match)
    assert worst(again) < 0.02
    assert again.prior == pytest.approx(model.prior, rel=1e-3)
    assert again.iterations == 1
    apart = refit(start, patterns, match, (counts - match) * 0.5, apart=(counts - match) * 0.5)
    assert worst(apart) < 0.02
    assert apart.prior == pytest.approx(again.prior)
    related = fit_related(model, patterns, kin, counts.sum())
    assert related.share == pytest.approx(kin.sum() / counts.sum())


def test_related_pairs_discount_what_they_share_and_survive_json() -> None:
    patterns, counts, _ = draw(82, 50_000, 0.2)
    model = fit(patterns, counts, LEVELS)
    related = Related(model.u, 0.01)
    assert related.discount(model, patterns) == pytest.approx(np.zeros(len(patterns)))
    household = fit_related(model, patterns, np.where(patterns[:, 0] == 2, counts, 0.0), counts.sum())
    agree, differ = np.array([[2, 0, 0, 0]], np.uint8), np.array([[0, 0, 0, 0]], np.uint8)
    assert household.discount(model, agree)[0] > household.discount(model, differ)[0]
    text = json.dumps(household.as_dict())
    assert json.dumps(Related.from_dict(json.loads(text)).as_dict()) == text


def test_divergence_is_zero_for_equals_and_leaves_the_missing_level_out() -> None:
    assert divergence([[1.0, 0.5, 0.5]], [[1.0, 0.5, 0.5]], [0]) == 0.0
    assert divergence([[1.0, 0.75, 0.25]], [[1.0, 0.25, 0.75]], [0]) == pytest.approx(0.5 * np.log2(3))
