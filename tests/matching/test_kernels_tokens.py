"""The token encoder against its plain twin, its codes, and its ways through files and merges."""

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.kernels import tokens
from matching.kernels.tokens import MAX_TOKENS, EncodedNames, NameFlag, Vocabulary, name_hash, pool_of
from matching.names import standardise
from matching.text import fold

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")  # hashes wrap round
LAW = settings(deadline=None)  # the first example compiles
TEXT = """
Nguyễn Trần Hoà Hòa thuý Thúy Qúy HUỲNH Hòang Ðức Đức ð A a Y H’Hen K' Ng. N.V.An An? Nguy?n ?? \ufffd V\ufffdn Ông
bà Anh Lê Test KHACH hàng Cty Công ty TNHH 0912 A2 Ｎ \ufeffLan Jose José Ñ ñ 王 NguyÔn Leâ VÅ© HÃ TrÇn ễ\u0301 ê\u0301
e\u0301\u0302 Ta\u0323 o\u031b\u0309 \u0301 đ\u0323 ẶẰ quỵt giạ thoả xxx ng tr h k v
"""
WORDS = TEXT.split() + [unicodedata.normalize("NFD", word) for word in ("Nguyễn", "ĐƯỜNG")]
WORD = st.sampled_from(WORDS) | st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạÁẮỢ'?.1Ð\u0301\u0323\u031b", max_size=9
)
NAME = st.lists(
    st.tuples(WORD, st.sampled_from([" ", "  ", "-", ", ", "/", "_", "\u00a0", "\t", ".", "(", "\u200b", ""])),
    max_size=11,
).map(lambda pairs: "".join(word + between for word, between in pairs))


def encode(vocabulary: Vocabulary, names: list[str]) -> EncodedNames:
    return vocabulary.encode(*pool_of(names))


def spell(vocabulary: Vocabulary, encoded: EncodedNames) -> list[tuple[str, ...]]:
    return [
        tuple(vocabulary.token(code) for code in row[:count])
        for row, count in zip(encoded.codes.tolist(), encoded.count.tolist(), strict=True)
    ]


@LAW
@given(st.lists(NAME | st.text(max_size=30), max_size=8))
def test_encoding_equals_the_plain_twin(names: list[str]) -> None:
    vocabulary = Vocabulary()
    encoded = encode(vocabulary, names)
    plain = [standardise(name) for name in names]
    assert spell(vocabulary, encoded) == [name.tokens for name in plain]
    assert [NameFlag(flag) for flag in encoded.flags.tolist()] == [name.flags for name in plain]
    assert not encoded.codes[np.arange(MAX_TOKENS) >= encoded.count[:, None]].any()


@LAW
@given(st.lists(NAME, max_size=6), st.lists(NAME, max_size=6), st.lists(NAME, max_size=6))
def test_codes_stand_for_token_text_whatever_the_chunking(
    first: list[str], second: list[str], third: list[str]
) -> None:
    whole, parent = Vocabulary(), Vocabulary()
    encode(whole, first + second + third)
    encode(parent, first)
    child = Vocabulary.from_arrays(parent.to_arrays()).extended()
    for names in (second, third):
        encoded = encode(child, names)
        assert spell(child, encoded) == [standardise(name).tokens for name in names]
    assert sorted(child.tokens()) == sorted(whole.tokens())
    assert len(set(child.tokens())) == child.size
    assert child.tokens()[: parent.size] == parent.tokens()
    for vocabulary in (whole, child):
        tokens = vocabulary.tokens()
        assert [tokens[code] for code in vocabulary.fold_codes] == [fold(token) for token in tokens]


@LAW
@given(st.lists(st.lists(NAME, max_size=5), min_size=1, max_size=3))
def test_merging_chunks_in_order_gives_one_code_per_token(chunks: list[list[str]]) -> None:
    merged = Vocabulary()
    for names in chunks:
        own = Vocabulary()
        encoded = encode(own, names)
        mapped = merged.merge(own)
        assert [merged.token(code) for code in mapped] == own.tokens()
        assert [merged.token(merged.fold_codes[code]) for code in mapped] == [fold(token) for token in own.tokens()]
        again = encode(merged, names)
        assert np.array_equal(mapped[encoded.codes], again.codes)
    assert len(set(merged.tokens())) == merged.size


def test_children_of_one_parent_merge_without_renumbering_it() -> None:
    parent = Vocabulary()
    encode(parent, ["Nguyễn Văn An"])
    left, right = parent.extended(), parent.extended()
    encode(left, ["Trần Thị Bích"])
    codes = encode(right, ["Lê Văn Bích"]).codes
    mapped = left.merge(right)
    assert np.array_equal(mapped[: parent.size], np.arange(parent.size))
    assert [left.token(code) for code in mapped[codes[0, :3]]] == ["lê", "văn", "bích"]


@LAW
@given(NAME)
def test_the_name_hash_knows_neither_order_nor_marks_nor_code_numbers(name: str) -> None:
    tokens = [token for token in standardise(name).tokens if " " not in token]
    shuffled = sorted(tokens, reverse=True)
    first, second = Vocabulary(), Vocabulary()
    encode(second, ["một vài tên khác", "Trần Hưng Đạo"])

    def hashed(vocabulary: Vocabulary, words: list[str]) -> int:
        codes = np.zeros((1, MAX_TOKENS), np.uint32)
        codes[0, : len(words)] = vocabulary.add(words)
        return int(name_hash(codes, vocabulary)[0])

    assert hashed(first, tokens) == hashed(second, shuffled) == hashed(second, [fold(word) for word in tokens])


def test_a_frozen_vocabulary_refuses_to_learn() -> None:
    vocabulary = Vocabulary()
    vocabulary.extended()
    with pytest.raises(RuntimeError, match="extended"):
        encode(vocabulary, ["An"])
    with pytest.raises(RuntimeError, match="extended"):
        vocabulary.add(["an"])


def test_many_distinct_tokens_make_the_tables_grow() -> None:
    names = [
        f"{'abcdefghik'[i % 10]}{'nmptc'[i // 10 % 5]}{'aeiou'[i // 50 % 5]}" * (1 + i // 250) for i in range(3000)
    ]
    vocabulary = Vocabulary()
    encoded = encode(vocabulary, names)
    assert spell(vocabulary, encoded) == [standardise(name).tokens for name in names]


@LAW
@given(st.lists(NAME, min_size=1, max_size=6), st.integers(0, 9), st.integers(0, 20))
def test_a_slice_of_a_buffer_encodes_as_if_it_stood_alone(names: list[str], before: int, behind: int) -> None:
    """Bytes need not be aligned, offsets need not start at 0, and what stands around the names does not matter."""
    data, offsets = pool_of(names)
    around = np.frombuffer(b"x" * before + data.tobytes() + b"y" * behind, np.uint8)
    alone, inside, shifted = Vocabulary(), Vocabulary(), Vocabulary()
    expected = alone.encode(data, offsets)
    for vocabulary, encoded in (
        (inside, inside.encode(around, offsets + before)),
        (shifted, shifted.encode(around[before : before + len(data)], offsets)),
    ):
        assert np.array_equal(encoded.codes, expected.codes)
        assert np.array_equal(encoded.flags, expected.flags)
        assert vocabulary.tokens() == alone.tokens()


def test_the_table_of_raw_tokens_starts_again_when_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_RAW_SLOTS_MAX", 1 << 11)
    names = [f"{'bcdghklmn'[i % 9]}{'aeiou'[i // 9 % 5]}{'nmptc'[i // 45 % 5]}" * (1 + i // 225) for i in range(2500)]
    vocabulary = Vocabulary()
    encoded = encode(vocabulary, names)
    assert spell(vocabulary, encoded) == [standardise(name).tokens for name in names]


def test_tokens_of_any_length_are_kept_whole() -> None:
    names = [
        "ơ" * 16 + " an",
        unicodedata.normalize("NFD", "Nghiễng Khuỵu"),
        "bà" * 60,
        "a" * 16 + "b",
        "1" * 300,
        "x-" * 40,
    ]
    vocabulary = Vocabulary()
    encoded = encode(vocabulary, names)
    assert spell(vocabulary, encoded) == [standardise(name).tokens for name in names]


def test_a_grandchild_knows_all_tokens() -> None:
    parent = Vocabulary()
    encode(parent, ["Nguyễn Văn An"])
    child = parent.extended()
    encode(child, ["Trần Thị Bích"])
    grandchild = child.extended()
    assert (grandchild.size, grandchild.own_first) == (child.size, child.size)
    assert grandchild.tokens() == child.tokens()
    assert grandchild.token(0) == ""


def test_a_vocabulary_may_lie_in_memory_mapped_files(tmp_path: Path) -> None:
    vocabulary = Vocabulary()
    encode(vocabulary, ["Nguyễn Văn An", "Trần Thị Bích"])
    for name, array in vocabulary.to_arrays().items():
        np.save(tmp_path / f"{name}.npy", array)
    mapped = Vocabulary.from_arrays({path.stem: np.load(path, mmap_mode="r") for path in tmp_path.iterdir()})
    child = mapped.extended()
    assert spell(child, encode(child, ["Nguyễn Thị Mai"])) == [("nguyễn", "thị", "mai")]
    assert child.tokens()[: mapped.size] == mapped.tokens() == vocabulary.tokens()
    assert child.own_first == vocabulary.size
