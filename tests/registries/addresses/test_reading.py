"""Text becomes numbers just where `ipaddress` says so, one by one and by the million."""

import ipaddress

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from registries.addresses.blocks import address_text
from registries.addresses.columns import Points, read_column
from registries.addresses.text import HOST_BITS, LEADING_ZERO, MASK, SCOPE, parse_address, parse_prefix
from tests.registries.addresses.drawn import ANY_TEXT, PREFIX_TEXT

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

TEXTS = [
    "::",
    "::1",
    "1::",
    ":::",
    ":1::",
    "::1:",
    "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8",
    "1::2:3:4:5:6:7:8",
    "1:2",
    "1::2::3",
    "::ffff:192.0.2.1",
    "1:2:3:4:5:6:192.0.2.1",
    "1:2:3:4:5:6:7:192.0.2.1",
    ":192.0.2.1",
    "::192.0.2",
    "192.0.2.1",
    "192.0.2.01",
    "192.0.2.256",
    "1:2:3:4:5:6:7:8:",
    "::192.0.2.1:1",
]


def by_the_library(text: str) -> tuple[int, int] | None:
    if "%" in text:
        return None
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return address.version, int(address)


def prefix_by_the_library(text: str) -> tuple[int, int, int] | None:
    mask = text.partition("/")[2]
    if "%" in text or not mask.isascii() or ("/" in text and not mask.isdigit()):
        return None
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        return None
    return network.version, int(network.network_address), network.prefixlen


def read(texts: list[str | None], *, prefixes: bool = False) -> list[tuple[int, int, int] | None]:
    column = read_column(pa.array(texts, pa.large_string()), prefixes=prefixes)
    rows = zip(column.family.tolist(), column.points.values(), column.length.tolist(), strict=True)
    values = [(family, value, length) if family else None for family, value, length in rows]
    assert column.refused.rows.tolist() == [row for row, value in enumerate(values) if value is None]
    assert len(column.refused.reasons) == len(column.refused.rows)
    return values


@settings(max_examples=300, deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=30))
@example([*TEXTS, " 192.0.2.1", "192.0.2.1 ", "192.0.2.1\n"])
def test_addresses_are_read_as_the_standard_library_reads_them(texts: list[str]) -> None:
    expected = [by_the_library(text) for text in texts]
    assert [found and found[:2] for found in read(list(texts))] == expected
    plain = [parse_address(text) for text in texts]
    assert [None if reason else (family, value) for family, value, _, reason in plain] == expected


@settings(max_examples=300, deadline=None)
@given(st.lists(PREFIX_TEXT, min_size=1, max_size=30))
@example([f"{text}/{length}" for text in TEXTS for length in ("0", "32", "64", "128", "129", "", "/8")])
def test_prefixes_are_read_as_the_standard_library_reads_them(texts: list[str]) -> None:
    expected = [prefix_by_the_library(text) for text in texts]
    assert read(list(texts), prefixes=True) == expected
    plain = [parse_prefix(text) for text in texts]
    assert [None if reason else (family, value, length) for family, value, length, reason in plain] == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("192.0.2.01", LEADING_ZERO),
        ("fe80::1%eth0", SCOPE),
        ("192.0.2.1/24", HOST_BITS),
        ("2001:db8::/129", MASK),
        ("192.0.2.0/255.255.255.0", MASK),
    ],
)
def test_a_refusal_says_why(text: str, reason: str) -> None:
    refused = read_column(pa.array(["192.0.2.1", text]), prefixes=True).refused
    assert (refused.rows.tolist(), refused.reasons) == ([1], (reason,))


def test_nulls_and_slices_and_chunks_read_as_what_they_hold() -> None:
    column = pa.chunked_array([pa.array(["x", "192.0.2.1", None]).slice(1), pa.array(["2001:db8::1"])])
    read = read_column(column)
    assert read.family.tolist() == [4, 0, 6]
    assert read.points.values() == [0xC0000201, 0, 0x20010DB8 << 96 | 1]
    assert len(read_column(pa.array([], pa.string())).family) == 0


def test_many_rows_are_read_in_slices_to_the_same_end() -> None:
    texts = [f"198.51.{row >> 8 & 255}.{row & 255}" for row in range(150_000)]
    one, two = (read_column(pa.array(texts), threads=threads) for threads in (1, 2))
    assert one.points.values() == two.points.values()
    assert one.points.values()[-1] == int(ipaddress.ip_address(texts[-1]))


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**128 - 1), max_size=8))
def test_words_hold_what_numbers_hold(values: list[int]) -> None:
    assert Points.of(values).values() == values


@settings(deadline=None)
@given(st.lists(PREFIX_TEXT, min_size=1, max_size=20))
def test_a_prefix_ends_where_the_library_says(texts: list[str]) -> None:
    column = read_column(pa.array(texts, pa.large_string()), prefixes=True)
    for text, family, last in zip(texts, column.family, column.last().values(), strict=True):
        assert not family or last == int(ipaddress.ip_network(text)[-1])


@given(
    st.integers(0, 2**128 - 1)
    | st.integers(0, 2**48)
    | st.builds(lambda bits, low: low << bits, st.integers(0, 112), st.integers(0, 65535))
)
def test_addresses_are_written_as_the_standard_library_writes_them(value: int) -> None:
    assert address_text(6, value) == str(ipaddress.IPv6Address(value))
    assert address_text(4, value & 0xFFFFFFFF) == str(ipaddress.IPv4Address(value & 0xFFFFFFFF))
