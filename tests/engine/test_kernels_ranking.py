"""The candidates worth showing, against a sort of all of them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernels.ranking import SHOWN, WORTH, rank_others
from tests.engine.index_oracle import ranked

CHANCES = st.sampled_from((0.0, 0.005, 0.01, 0.02, 0.1, 0.1, 0.25, 0.3, 0.5))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CHANCES, max_size=9), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_others_are_the_most_probable_ones_beside_the_person_told(records: list[list[float]], random: object) -> None:
    starts = np.concatenate([[0], np.cumsum([len(chances) for chances in records])]).astype(np.int64)
    size = int(starts[-1])
    order = np.array(random.sample(range(size), size), np.int64)  # type: ignore[attr-defined]
    probability = np.zeros(size)
    probability[order] = [chance for chances in records for chance in chances]
    tie = np.array(random.sample(range(1000), size), np.int64)  # type: ignore[attr-defined]
    wanted = np.array([place for place in range(len(records)) if random.random() < 0.7], np.int64)  # type: ignore[attr-defined]
    skip = np.full(wanted.shape[0], -1, np.int64)
    for place, record in enumerate(wanted.tolist()):
        if records[record] and random.random() < 0.5:  # type: ignore[attr-defined]
            skip[place] = order[starts[record]]
    out = np.full((wanted.shape[0], SHOWN), -1, np.int64)
    counts = np.zeros(wanted.shape[0], np.int64)
    rank_others(wanted, order, starts, probability, tie, skip, out, counts)
    for place, record in enumerate(wanted.tolist()):
        own = [str(candidate) for candidate in order[starts[record] : starts[record + 1]]]
        chances = {who: float(probability[int(who)]) for who in own}
        ties = {who: int(tie[int(who)]) for who in own}
        expected = ranked(chances, ties, str(skip[place]))
        assert [str(each) for each in out[place, : counts[place]]] == expected
        assert all(chances[who] >= WORTH for who in expected)
