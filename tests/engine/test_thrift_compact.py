import contextlib
import struct
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.thrift_compact import (
    BINARY,
    BYTE,
    DOUBLE,
    I32,
    I64,
    LIST,
    MAP,
    SET,
    STRUCT,
    TRUE,
    UUID,
    ThriftDamaged,
    ThriftList,
    ThriftMap,
    ThriftStruct,
    Value,
    parse,
    write,
)

Strategy: TypeAlias = st.SearchStrategy[Any]

_SCALARS: Strategy = st.one_of(
    st.tuples(st.just(TRUE), st.booleans()),
    st.tuples(st.just(BYTE), st.integers(-128, 127)),
    st.tuples(st.sampled_from([I32, I64]), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just(DOUBLE), st.floats(allow_nan=False)),
    st.tuples(st.just(BINARY), st.binary(max_size=12) | st.just(bytes(200))),
    st.tuples(st.just(UUID), st.binary(min_size=16, max_size=16)),
)


def _lists(values: Strategy) -> Strategy:
    def alike(kind_and_value: tuple[int, Value]) -> Strategy:
        kind, value = kind_and_value
        return st.sampled_from([0, 1, 2, 14, 15, 16]).map(lambda count: (LIST, ThriftList(kind, [value] * count)))

    return values.flatmap(alike)


def _maps(values: Strategy) -> Strategy:
    def pairs(both: tuple[tuple[int, Value], tuple[int, Value]]) -> Strategy:
        (key_kind, key), (value_kind, value) = both
        return st.sampled_from([1, 2]).map(lambda count: (MAP, ThriftMap(key_kind, value_kind, [(key, value)] * count)))

    return st.one_of(st.just((MAP, ThriftMap(0, 0, []))), st.tuples(values, values).flatmap(pairs))


def _structs(values: Strategy) -> Strategy:
    return st.dictionaries(st.integers(1, 3000), values, max_size=3).map(lambda fields: (STRUCT, ThriftStruct(fields)))


_TREES = st.recursive(_SCALARS, lambda inner: st.one_of(_lists(inner), _maps(inner), _structs(inner)), max_leaves=5)


def _plain(value: Value) -> Any:
    """Forget the difference between the two boolean types, which the protocol itself forgets inside structs."""
    if isinstance(value, ThriftStruct):
        return {
            key: (TRUE if kind <= 2 else kind, _plain(inner)) for key, (kind, inner) in sorted(value.fields.items())
        }
    if isinstance(value, ThriftList):
        return (value.kind, [_plain(item) for item in value.items])
    if isinstance(value, ThriftMap):
        return (value.key_kind, value.value_kind, [(_plain(key), _plain(inner)) for key, inner in value.pairs])
    return value


@given(st.dictionaries(st.integers(1, 3000), _TREES, max_size=4))
def test_what_is_written_is_read_back(fields: dict[int, tuple[int, Value]]) -> None:
    tree = ThriftStruct(fields)
    encoded = write(tree)
    again, used = parse(encoded + b"tail")
    assert used == len(encoded)
    assert _plain(again) == _plain(tree)
    assert write(again) == encoded


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_never_crash(data: bytes) -> None:
    with contextlib.suppress(ThriftDamaged):
        parse(data)


def test_a_field_is_asked_for_by_its_type() -> None:
    tree = ThriftStruct(
        {1: (I32, 7), 2: (LIST, ThriftList(I32, [1])), 3: (SET, ThriftList(STRUCT, [ThriftStruct({})]))}
    )
    assert tree.number(1) == 7
    assert tree.number(9, 5) == 5
    assert tree.list_of(2) == [1]
    assert len(tree.structs(3)) == 1
    assert tree.structs(9) == []
    assert tree.child(9) is None
    for wrong in (lambda: tree.number(2), lambda: tree.list_of(1), lambda: tree.structs(2), lambda: tree.child(1)):
        with pytest.raises(ThriftDamaged):
            wrong()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x15",  # a field without its value
        b"\x15" + b"\xff" * 12,  # a number that never ends
        b"\x1e\x00",  # type 14
        b"\x19\xfc\xff\xff\xff\x7f\x00",  # a list longer than the bytes
        b"\x1b\xff\xff\x7f\x88",  # a map longer than the bytes
        b"\x15\x02\x05\x02\x04\x00",  # field 1 twice
        b"\x1c" * 100,  # structs without end
    ],
)
def test_damage_is_named(data: bytes) -> None:
    with pytest.raises(ThriftDamaged, match="Thrift structure"):
        parse(data)


def test_doubles_are_little_endian_as_parquet_writes_them() -> None:
    assert write(ThriftStruct({1: (DOUBLE, 1.5)})) == b"\x17" + struct.pack("<d", 1.5) + b"\x00"
