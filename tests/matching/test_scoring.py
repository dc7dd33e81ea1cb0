import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.comparators import comparator
from matching.evidence import evidence, total_bits
from matching.scoring import (
    PairGraph,
    candidate_posterior,
    frequency_bits,
    pair_posterior,
    pair_posterior_by_enumeration,
    prior_bits,
)

BITS = st.floats(-12, 12)


@settings(max_examples=100, deadline=None)
@given(st.lists(BITS, max_size=8))
def test_candidates_of_one_record_and_none_share_one_whole(bits: list[float]) -> None:
    shares, none = candidate_posterior(bits)
    assert sum(shares) + none == pytest.approx(1.0)
    exact = pair_posterior_by_enumeration(bits, [0] * len(bits), list(range(len(bits))), one_right=True, one_left=False)
    assert shares == pytest.approx(exact)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), BITS), max_size=7, unique_by=lambda p: p[:2]),
    st.booleans(),
)
def test_pairs_limited_on_one_side_are_exact(pairs: list[tuple[int, int, float]], one_right: bool) -> None:
    pairs.sort()
    left, right, bits = [pair[0] for pair in pairs], [pair[1] for pair in pairs], [pair[2] for pair in pairs]
    found = pair_posterior(
        np.array(bits, np.float64),
        PairGraph.of(np.array(left, np.int32), np.array(right, np.int32)),
        one_right=one_right,
        one_left=not one_right,
    )
    exact = pair_posterior_by_enumeration(bits, left, right, one_right=one_right, one_left=not one_right)
    assert found == pytest.approx(exact, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(st.lists(BITS, min_size=1, max_size=8))
def test_one_to_one_is_exact_where_the_candidates_form_a_path(bits: list[float]) -> None:
    left = [(k + 1) // 2 for k in range(len(bits))]
    right = [k // 2 for k in range(len(bits))]
    found = pair_posterior(
        np.array(bits), PairGraph.of(np.array(left, np.int32), np.array(right, np.int32)), one_right=True, one_left=True
    )
    assert found == pytest.approx(pair_posterior_by_enumeration(bits, left, right, one_right=True, one_left=True))


def test_pairs_without_limits_are_judged_by_themselves() -> None:
    found = pair_posterior(
        np.array([0.0, 3.0]),
        PairGraph.of(np.array([0, 0], np.int32), np.array([0, 1], np.int32)),
        one_right=False,
        one_left=False,
    )
    assert found == pytest.approx([0.5, 8 / 9])


def test_overwhelming_odds_do_not_overflow() -> None:
    found = pair_posterior(
        np.array([5000.0, -5000.0]),
        PairGraph.of(np.array([0, 1], np.int32), np.array([0, 0], np.int32)),
        one_right=True,
        one_left=True,
    )
    assert found == pytest.approx([1.0, 0.0])
    assert candidate_posterior([5000.0])[0] == [1.0]


def test_no_pairs_have_no_posterior() -> None:
    none = np.zeros(0, np.int32)
    assert len(pair_posterior(np.zeros(0), PairGraph.of(none, none), one_right=True, one_left=True)) == 0


def test_rare_values_add_and_common_values_take_away() -> None:
    shares = np.array([0.5, 0.3, 0.2])
    bits = frequency_bits(shares, float((shares**2).sum()))
    assert bits[0] < 0 < bits[2]
    assert (shares**2) @ np.exp2(bits) / (shares**2).sum() == pytest.approx(1.0)


def test_the_prior_scales_with_the_register_and_never_claims_that_all_have_partners() -> None:
    assert prior_bits(500, 1000, 1000) - prior_bits(500, 1000, 2000) == pytest.approx(1.0)
    assert prior_bits(1000, 1000, 1000) == prior_bits(950, 1000, 1000) == pytest.approx(np.log2(19 / 1000))
    assert prior_bits(500, 1000, 2000) == prior_bits(500, 2000, 1000)


def test_evidence_is_told_in_order_of_weight_and_adds_up() -> None:
    rule = comparator("name")
    found = [rule.compare("nguyen van an", "nguyen van an"), rule.compare("binh", "binh"), rule.compare("", "x")]
    rows = evidence(["ho_ten", "que", "ghi_chu"], ["a", "b", ""], ["a", "b", "x"], found, [9.0, 12.5, 0.0])
    assert [row.field for row in rows] == ["que", "ho_ten", "ghi_chu"]
    assert rows[0].sentence() == "que: trùng khớp (+12.5 bit)"
    assert rows[2].sentence("en") == "ghi_chu: missing on one side (+0.0 bits)"
    assert total_bits(rows, -10.0) == pytest.approx(11.5)
