"""The known tokens one edit from an unknown one: all of them, and no other."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from engine.identity.index import IdentityIndex
from matching.kernels.tokens import Vocabulary
from matching.text import fold
from tests.engine.small_register import index_of, townsfolk

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

WORDS = st.text("aáưbcng", min_size=1, max_size=6)


def near_of(index: IdentityIndex, words: list[str]) -> dict[str, list[str]]:
    """Give, for each word, the tokens listed as near it; a known word has none listed."""
    vocabulary = index.vocabulary.extended()
    codes = vocabulary.add(words)
    tokens = index.token_arrays(vocabulary, deep=True)
    texts = vocabulary.tokens()
    return {
        word: [texts[near] for near in tokens.near[tokens.near_offsets[code] : tokens.near_offsets[code + 1]]]
        for word, code in zip(words, codes.tolist(), strict=True)
    }


def neighbours(word: str, known: set[str]) -> set[str]:
    if len(fold(word)) < 2:
        return set()
    return {other for other in known if OSA.distance(fold(word), other) == 1}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(WORDS, min_size=1, max_size=12), st.sets(WORDS, min_size=1, max_size=8))
def test_near_tokens_are_those_one_edit_away(tmp_path: Path, known: set[str], asked: set[str]) -> None:
    people = [{"person_id": str(n), "full_name": word, "id_number": ""} for n, word in enumerate(sorted(known), 1)]
    index = index_of(tmp_path, people)
    borne = set(index.vocabulary.tokens()) - {""}
    folded = {fold(token) for token in borne}
    unknown = sorted(asked - borne)
    for word, near in near_of(index, unknown).items():
        assert len(near) == len(set(near))
        assert set(near) == neighbours(word, folded)
    assert all(not near for near in near_of(index, sorted(borne)).values())


def test_the_order_of_near_tokens_does_not_depend_on_the_register(tmp_path: Path) -> None:
    words = ["lan", "loan", "lam", "lang", "la", "man", "han", "tan", "an", "ban", "can", "dan", "gan"]
    people = [{"person_id": str(n), "full_name": word, "id_number": ""} for n, word in enumerate(words, 1)]
    one = near_of(index_of(tmp_path, people), ["xan", "lanx"])
    other = near_of(index_of(tmp_path, people[::-1]), ["xan", "lanx"])
    assert one == other
    assert set(one["xan"]) == {"lan", "man", "han", "tan", "an", "ban", "can", "dan", "gan"}


def test_a_longer_list_than_there_is_room_for_is_cut_the_same_way_for_every_order(tmp_path: Path) -> None:
    crowd = sorted(
        {word for letter in "bcdefghijklmnopqrstuvwxyz" for word in (f"aa{letter}", f"{letter}az", f"a{letter}z")}
    )
    people = [{"person_id": str(n), "full_name": word, "id_number": ""} for n, word in enumerate(crowd, 1)]
    one = near_of(index_of(tmp_path, people), ["aáz"])["aáz"]
    other = near_of(index_of(tmp_path, people[::-1]), ["aáz"])["aáz"]
    assert len(one) == 32
    assert one == other


def test_words_that_are_no_names_have_no_neighbours(tmp_path: Path) -> None:
    long = "a" * 40
    people = [*townsfolk(20), {"person_id": "900", "full_name": long, "id_number": ""}]
    assert near_of(index_of(tmp_path, people), [long + "b"]) == {long + "b": []}


def test_without_depth_nothing_is_listed(tmp_path: Path) -> None:
    index = index_of(tmp_path, townsfolk(20))
    vocabulary: Vocabulary = index.vocabulary.extended()
    vocabulary.add(["nguyễm"])
    assert index.token_arrays(vocabulary, deep=False).near.size == 0
