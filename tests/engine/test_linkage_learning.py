"""What is compared, what is learned of it, how records are grouped, and how a model is written down."""

import json
import random
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.linkage import candidates as searching
from engine.linkage.candidates import Candidates, key_candidates, nearest_candidates
from engine.linkage.clusters import cohesion, group_records, pairs_within
from engine.linkage.decision import decide_groups, decide_links
from engine.linkage.estimation import Limits
from engine.linkage.fields import Field
from engine.linkage.modelfile import LinkModel, LinkModelInvalid, read_model
from engine.linkage.patterns import compare_pairs, field_options, population
from engine.linkage.preparation import PREPARATIONS
from engine.linkage.values import Values, field_values
from matching.comparators import comparator

# Interpreted for coverage, unsigned words overflow aloud where compiled ones wrap in silence.
pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

FIELDS = (
    Field("name", "name", "name", "name"),
    Field("born", "born", "born", "date"),
    Field("size", "size", "size", "numeric"),
)


def table(rows: int, seed: int) -> pl.DataFrame:
    rng = random.Random(seed)
    return pl.DataFrame(
        {
            "name": [f"{rng.choice(['an', 'binh', 'chi'])} {rng.choice(['le', 'vu', 'ho', ''])}" for _ in range(rows)],
            "born": [f"{rng.randint(1990, 1993)}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}" for _ in range(rows)],
            "size": [rng.choice(["", "1", "2.5", "40"]) for _ in range(rows)],
        }
    )


def valued(left: pl.DataFrame, right: pl.DataFrame | None) -> list[Values]:
    return [
        field_values(left[f.left], None if right is None else right[f.right], PREPARATIONS[f.comparator])
        for f in FIELDS
    ]


def test_levels_of_pairs_are_those_of_the_values() -> None:
    left, right = table(12, 1), table(9, 2)
    values = valued(left, right)
    a, b = (grid.ravel().astype(np.int32) for grid in np.meshgrid(np.arange(12), np.arange(9)))
    levels = compare_pairs(FIELDS, values, a, b)
    for place, field in enumerate(FIELDS):
        prepare, options = PREPARATIONS[field.comparator], field_options(field, values[place])
        first, second = prepare(left[field.left]), prepare(right[field.right])
        expected = [
            comparator(field.comparator).compare(first[x], second[y], options).level
            for x, y in zip(a.tolist(), b.tolist(), strict=True)
        ]
        assert levels[:, place].tolist() == expected


@pytest.mark.parametrize("same_table", [False, True])
def test_every_pair_that_shares_something_rare_is_a_candidate_when_few_do(same_table: bool) -> None:
    left, right = table(15, 3), table(12, 4)
    values = valued(left, None if same_table else right)
    candidates = nearest_candidates(FIELDS, values, same_table=same_table)
    keys = list(zip(candidates.left.tolist(), candidates.right.tolist(), strict=True))
    assert keys == sorted(set(keys))
    other = left if same_table else right
    wanted = {
        (i, j)
        for i, a in enumerate(left["born"])
        for j, b in enumerate(other["born"])
        if a == b and (i < j or not same_table)
    }
    assert wanted <= set(keys)
    assert all(i < j for i, j in keys) or not same_table


def test_records_whose_single_values_are_all_common_are_found_by_two_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "COMBINED_FROM_ROWS", 0)
    monkeypatch.setattr(searching, "POSTING_BUDGET", 12)
    rng = random.Random(10)
    rows = {
        "name": [f"n{rng.randint(0, 14)}" for _ in range(300)],
        "born": [f"199{rng.randint(0, 9)}0101" for _ in range(300)],
    }
    left = pl.DataFrame({**rows, "size": [""] * 300})
    values = valued(left, left)
    own = {(k, k) for k in range(300)}
    found = nearest_candidates(FIELDS, values, same_table=False)
    assert own <= set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    monkeypatch.setattr(searching, "COMBINED_FROM_ROWS", 1000)
    alone = nearest_candidates(FIELDS, values, same_table=False)
    assert len(own & set(zip(alone.left.tolist(), alone.right.tolist(), strict=True))) < 30


def test_blocks_give_the_pairs_that_agree_in_all_their_fields() -> None:
    left, right = table(40, 5), table(30, 6)
    values = valued(left, right)
    found = key_candidates([("name", "born"), ("born", "size")], FIELDS, values, same_table=False)
    wanted = set()
    for i, a in enumerate(left.rows()):
        for j, b in enumerate(right.rows()):
            if a[1] == b[1] and (a[0].split() == b[0].split() or (a[2] == b[2] != "")):
                wanted.add((i, j))
    assert set(zip(found.left.tolist(), found.right.tolist(), strict=True)) == wanted


def test_the_patterns_of_all_pairs_are_counted() -> None:
    left, right = table(60, 7), table(50, 8)
    values = valued(left, right)
    people = population(FIELDS, values, nearest_candidates(FIELDS, values, same_table=False), same_table=False)
    assert people.all_pairs == 3000
    assert people.counts.sum() == pytest.approx(3000)
    everything = compare_pairs(
        FIELDS, values, *(g.ravel().astype(np.int32) for g in np.meshgrid(np.arange(60), np.arange(50)))
    )
    for place in range(len(FIELDS)):
        true = np.bincount(everything[:, place], minlength=9)[:9] / 3000
        counted = np.bincount(people.patterns[:, place], people.counts, 9)[:9] / 3000
        assert counted == pytest.approx(true, abs=0.02)


SCORED = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda p: p[0] < p[1]), st.floats(-10, 10), max_size=20
)


def grouped_by_hand(scored: dict[tuple[int, int], float]) -> set[frozenset[int]]:
    """Join the best pair of groups one at a time, as the definition says; mutual best pairs are the same joins."""
    groups = [frozenset([k]) for k in range(8)]
    while True:
        best = max(
            (
                (np.mean([scored.get((min(i, j), max(i, j)), -2.0) for i in a for j in b]), -min(a | b), a, b)
                for a, b in combinations(groups, 2)
                if any((min(i, j), max(i, j)) in scored for i in a for j in b)
            ),
            key=lambda row: row[0],
            default=None,
        )
        if best is None or best[0] <= 0:
            return set(groups)
        groups = [group for group in groups if group not in best[2:]] + [best[2] | best[3]]


@settings(max_examples=150, deadline=None)
@given(SCORED)
def test_groups_are_those_of_joining_the_best_pair_of_groups_one_at_a_time(
    scored: dict[tuple[int, int], float],
) -> None:
    pairs = sorted(scored)
    left, right = (np.array([pair[k] for pair in pairs], np.int32) for k in range(2))
    bits = np.array([scored[pair] for pair in pairs], np.float64)
    label = group_records(left, right, bits, 8)
    found = {frozenset(np.flatnonzero(label == name).tolist()) for name in set(label.tolist())}
    assert all(min(group) == label[min(group)] for group in found)
    if len(set(np.round(bits, 9))) == len(bits) and len(bits) < 6:
        assert found == grouped_by_hand(scored)


def test_one_strong_pair_does_not_chain_two_groups() -> None:
    left, right = (np.array([pair[k] for pair in combinations(range(6), 2)], np.int32) for k in range(2))
    bits = np.array([8.0 if (i < 3) == (j < 3) or (i, j) == (0, 3) else -8.0 for i, j in combinations(range(6), 2)])
    assert group_records(left, right, bits, 6).tolist() == [0, 0, 0, 3, 3, 3]


def test_a_weak_pair_in_a_group_that_agrees_is_given() -> None:
    pairs = Candidates(np.array([0, 0, 1], np.int32), np.array([1, 2, 2], np.int32), 0)
    decision = decide_groups(pairs, np.array([0.999, 0.999, 0.2]), 0.5, 4)
    assert list(zip(decision.left.tolist(), decision.right.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 2)]
    assert (decision.accepted, decision.joined) == (3, 0)
    assert decision.probability[2] >= 0.5


def test_a_pair_that_was_no_candidate_joins_with_its_group() -> None:
    pairs = Candidates(np.array([0, 0], np.int32), np.array([1, 2], np.int32), 0)
    decision = decide_groups(pairs, np.array([0.9999, 0.9999]), 0.5, 3)
    assert (decision.accepted, decision.joined) == (2, 1)


def test_groups_of_nothing_are_single_records() -> None:
    none = np.zeros(0, np.int32)
    assert group_records(none, none, np.zeros(0), 3).tolist() == [0, 1, 2]
    assert decide_groups(Candidates(none, none, 0), np.zeros(0), 0.5, 3).accepted == 0
    assert cohesion(np.array([0, 1]), none, none, np.zeros(0)).tolist() == [0.0, 0.0]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 5), max_size=20))
def test_pairs_within_groups_are_all_of_them_sorted(labels: list[int]) -> None:
    left, right = pairs_within(np.array(labels, np.int64))
    wanted = [(i, j) for i, j in combinations(range(len(labels)), 2) if labels[i] == labels[j]]
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == sorted(wanted)


def test_limits_are_kept_the_most_probable_first() -> None:
    pairs = Candidates(np.array([0, 0, 1], np.int32), np.array([0, 1, 1], np.int32), 0)
    sure = np.array([0.6, 0.9, 0.8])
    strict = decide_links(pairs, sure, Limits(one_right=True, one_left=True), 0.5)
    assert list(zip(strict.left.tolist(), strict.right.tolist(), strict=True)) == [(0, 1)]
    one_right = decide_links(pairs, sure, Limits(one_right=True, one_left=False), 0.5)
    assert list(zip(one_right.left.tolist(), one_right.right.tolist(), strict=True)) == [(0, 1), (1, 1)]
    assert decide_links(pairs, sure, Limits(one_right=False, one_left=False), 0.5).accepted == 3


def test_a_model_survives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    model = LinkModel(FIELDS, (("name", "born"),), 0.7, one_to_one=False)
    path.write_text(json.dumps(model.as_dict()))
    assert read_model(path) == model


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("threshold = 2", "threshold 2 is not between 0 and 1"),
        ("colour = 1", "colour is not a part of a model"),
        ('[[field]]\nname = "a"', "field 1 needs a name"),
        ('[[field]]\nname = "a"\ncomparator = "text"\n' * 2, "two fields have the same name"),
        ('[[block]]\nfields = ["a"]', "a block names a, which is no field"),
        ("[[field", "Expected"),
        (None, "No such file"),
    ],
)
def test_a_model_file_that_is_wrong_says_what_is(text: str | None, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "model.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(LinkModelInvalid, match=reason):
        read_model(path)


def test_trained_numbers_must_fit_their_fields(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    row = {"m": [[1.0, 0.5, 0.5]], "u": [[1.0, 0.5, 0.5]], "prior": 0.1, "missing": [0]}
    trained = {**row, "iterations": 1, "log_likelihood": 0.0, "converged": True}
    values = {"field": [{"name": "name", "comparator": "name"}], "trained": trained}
    path.write_text(json.dumps(values))
    with pytest.raises(LinkModelInvalid, match="do not fit the levels"):
        read_model(path)
