"""The tree: public vectors of Certificate Transparency, and the recursive definitions of RFC 9162 as oracles."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registries.ledger.evidence.merkle import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    root_from_inclusion,
    root_of,
    tree_root,
)

LEAVES = [
    bytes.fromhex(value)
    for value in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {  # (leaf, size): path, of the same public vectors
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
SIZES = st.integers(0, 130)


def mth(hashes: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return sha256(b"\x01" + mth(hashes[:split]) + mth(hashes[split:])).digest()


def path(index: int, hashes: list[bytes]) -> list[bytes]:
    """RFC 9162, 2.1.3.1, word for word."""
    if len(hashes) == 1:
        return []
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    if index < split:
        return [*path(index, hashes[:split]), mth(hashes[split:])]
    return [*path(index - split, hashes[split:]), mth(hashes[:split])]


def subproof(old: int, hashes: list[bytes], *, known: bool) -> list[bytes]:
    """RFC 9162, 2.1.4.1, word for word."""
    if old == len(hashes):
        return [] if known else [mth(hashes)]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    if old <= split:
        return [*subproof(old, hashes[:split], known=known), mth(hashes[split:])]
    return [*subproof(old - split, hashes[split:], known=False), mth(hashes[:split])]


def made(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def reader(hashes: list[bytes]):  # type: ignore[no-untyped-def]
    return lambda level, index: mth(hashes[index << level : (index + 1) << level])


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_public_vectors(size: int) -> None:
    hashes = [leaf_hash(leaf) for leaf in LEAVES[:size]]
    assert root_of(hashes).hex() == ROOTS[size]
    frontier = Frontier()
    for value in hashes:
        frontier.add(value)
    assert frontier.root().hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_those_of_the_public_vectors(index: int, size: int) -> None:
    hashes = [leaf_hash(leaf) for leaf in LEAVES[:size]]
    proof = inclusion_proof(index, size, reader(hashes))
    assert [value.hex() for value in proof] == INCLUSION[index, size]


@given(SIZES)
def test_every_way_to_the_root_gives_the_recursive_definition(size: int) -> None:
    hashes = made(size)
    frontier = Frontier()
    for value in hashes:
        frontier.add(value)
    assert mth(hashes) == root_of(hashes) == tree_root(size, reader(hashes)) == frontier.root()


@given(st.integers(1, 130), st.data())
def test_inclusion_proofs_are_those_of_the_definition_and_lead_to_the_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = made(size)
    proof = inclusion_proof(index, size, reader(hashes))
    assert list(proof) == path(index, hashes)
    assert root_from_inclusion(index, size, hashes[index], proof) == mth(hashes)


@given(st.integers(1, 130), st.data())
def test_an_altered_inclusion_proof_leads_elsewhere(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = made(size)
    root, proof = mth(hashes), list(inclusion_proof(index, size, reader(hashes)))
    assert root_from_inclusion(index, size, leaf_hash(b"another"), proof) != root
    assert root_from_inclusion(index, size, hashes[index], [*proof, root]) is None
    for at in range(len(proof)):
        assert root_from_inclusion(index, size, hashes[index], [*proof[:at], root, *proof[at + 1 :]]) != root
        assert root_from_inclusion(index, size, hashes[index], proof[:at] + proof[at + 1 :]) != root
    other = data.draw(st.integers(0, size + 1))
    if other != index:
        assert root_from_inclusion(other, size, hashes[index], proof) != root


@given(SIZES, SIZES)
def test_consistency_proofs_are_those_of_the_definition_and_hold(one: int, other: int) -> None:
    old, size = sorted((one, other))
    hashes = made(size)
    proof = consistency_proof(old, size, reader(hashes))
    if 0 < old < size:
        assert list(proof) == subproof(old, hashes, known=True)
    assert is_consistent(old, size, mth(hashes[:old]), mth(hashes), proof)


@given(st.integers(1, 130), st.data())
def test_a_rewritten_beginning_is_not_consistent(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    hashes = made(size)
    rewritten = list(hashes)
    rewritten[data.draw(st.integers(0, old - 1))] = leaf_hash(b"rewritten")
    for held, now in ((hashes, rewritten), (rewritten, hashes)):
        proof = consistency_proof(old, size, reader(now))
        assert not is_consistent(old, size, mth(held[:old]), mth(now), proof)


@given(SIZES, st.data())
def test_a_consistency_proof_of_another_length_does_not_hold(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, size))
    hashes = made(size)
    proof = consistency_proof(old, size, reader(hashes))
    old_root, root = mth(hashes[:old]), mth(hashes)
    assert not is_consistent(old, size, old_root, root, [*proof, root])
    assert not proof or not is_consistent(old, size, old_root, root, proof[:-1])
    assert not is_consistent(size + 1, size, old_root, root, proof)


def test_positions_and_sizes_outside_the_tree_are_refused() -> None:
    with pytest.raises(ValueError, match="leaf 3 is not among 3"):
        inclusion_proof(3, 3, reader(made(3)))
    with pytest.raises(ValueError, match="a tree of 4 cannot begin one of 3"):
        consistency_proof(4, 3, reader(made(3)))
    assert root_from_inclusion(3, 3, b"", []) is None
