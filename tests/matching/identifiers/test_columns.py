"""The kernels for number columns say what their plain twins say, cell by cell."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identifiers import flags, msisdn, near, passport, pin
from matching.identifiers.document import ParsedId, parse_id
from matching.kernels import identifiers as id_kernels
from matching.kernels import numbers as number_kernels

PREFIXES = frozenset({1, 2, 4, 24, 48, 79, 96, 101, 111, 295})
MASK = pin.prefix_mask(PREFIXES)
PLAN = msisdn.numbering_plan(
    [("3", 1), ("96", 1), ("70", 1), ("91", 1), ("522", 1), ("84", 1), ("1210", 2), ("140", 2)],
    [("120", "70"), ("162", "32"), ("199", "59")],
    converted_until=2019 << 9 | 6 << 5 | 30,
)

NOISE = "0123456789" * 3 + " .,-/'\"=+()_eEoOxXbB?:\t０９．＋ａＮ\u00a0\u200b\u2019`–ếđ\U0001f600\x00\x7f"


def text_column(cells: Sequence[str]) -> tuple[Any, Any]:
    parts = [cell.encode() for cell in cells]
    data = np.frombuffer(b"".join(parts) or b"\0", np.uint8).copy()
    return data, np.concatenate([[0], np.cumsum([len(p) for p in parts])]).astype(np.int64)


def id_column(cells: Sequence[str]) -> list[ParsedId]:
    data, offsets = text_column(cells)
    kind, value = np.zeros(len(cells), np.uint8), np.zeros(len(cells), np.uint64)
    marks = np.zeros(len(cells), np.uint16)
    id_kernels.parse_id_column(data, offsets, MASK, kind, value, marks)
    return [
        ParsedId(flags.IdKind(int(k)), int(v), flags.IdFlag(int(f))) for k, v, f in zip(kind, value, marks, strict=True)
    ]


def msisdn_column(cells: Sequence[str], days: Sequence[int]) -> list[msisdn.ParsedMsisdn]:
    data, offsets = text_column(cells)
    value, marks = np.zeros(len(cells), np.uint64), np.zeros(len(cells), np.uint16)
    number_kernels.parse_msisdn_column(
        data, offsets, PLAN.ranges, PLAN.converted, PLAN.converted_until, np.array(days, np.int32), value, marks
    )
    return [msisdn.ParsedMsisdn(int(v), flags.IdFlag(int(f))) for v, f in zip(value, marks, strict=True)]


digits = st.text("0123456789", min_size=0, max_size=16)
pins = st.builds(
    lambda p, c, y, r: f"{p:03}{c}{y:02}{r:06}",
    st.sampled_from([*sorted(PREFIXES), 0, 3, 999]),
    st.sampled_from([0, 1, 2, 3, 3, 4, 9]),
    st.integers(0, 99),
    st.one_of(st.integers(0, 999999), st.sampled_from([0, 123456, 987654, 111111, 890123])),
)
numbers = st.one_of(
    pins,
    pins.map(lambda text: text.lstrip("0")),
    digits,
    st.sampled_from(["", "NULL", "n/a", "--", "0", "000000000", "123456789", "KHONGCO", "C1234567"]),
    st.builds(str.__add__, st.sampled_from(["0", "84", "+84", "0084", "+840", "840", "", "+1", "00"]),
              st.from_regex(r"(9[16]|3[0-9]|120|162|1210|199|522|841?)[0-9]{6,8}", fullmatch=True)),
)  # fmt: skip
dress = st.sampled_from(
    ["{}", " {} ", "'{}", '="{}"', "{}.0", "{}.00", "{},", "{}E+{}", "+{}", "\ufeff{}", "{}\u200b", "B{}", "({})"]
)


def grouped(text: str, size: int, separator: str) -> str:
    return separator.join(text[i : i + size] for i in range(0, len(text), size)) if size else text


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


cells = st.one_of(
    st.builds(lambda d, n: d.format(n, n[:2]), dress, numbers),
    st.builds(grouped, numbers, st.integers(2, 4), st.sampled_from([" ", ".", "-", "/", " - "])),
    numbers.map(full_width),
    st.builds(lambda n, e: f"{n[:1]}.{n[1:]}E+{e}", numbers, st.integers(0, 20)),
    st.from_regex(r"[0-9][.,][0-9]{0,12}[eE]\+?[0-9]{1,3}", fullmatch=True),
    st.text(NOISE, max_size=20),
    st.text(max_size=70),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(cells, min_size=1, max_size=25))
def test_identity_column_says_what_parse_id_says(column: list[str]) -> None:
    assert id_column(column) == [parse_id(cell, PREFIXES) for cell in column]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(cells, st.sampled_from([0, 2015 << 9, 2019 << 9 | 6 << 5 | 30, 2022 << 9 | 33])), min_size=1))
def test_mobile_column_says_what_read_msisdn_says(rows: list[tuple[str, int]]) -> None:
    column, days = [cell for cell, _ in rows], [day for _, day in rows]
    assert msisdn_column(column, days) == [msisdn.read_msisdn(cell, PLAN, day) for cell, day in rows]
    assert msisdn_column(column, []) == [msisdn.read_msisdn(cell, PLAN) for cell in column]


@settings(deadline=None)
@given(pins.map(int))
def test_scalars_read_a_number_as_the_plain_functions_do(value: int) -> None:
    assert id_kernels.pin_birth_year(np.uint64(value)) == pin.birth_year(value)
    assert id_kernels.pin_sex(np.uint64(value)) == pin.sex(value)
    assert id_kernels.pin_place(np.uint64(value)) == value // 10**9


def damaged(number: str, position: int, digit: str, kind: int) -> str:
    at = position % len(number)
    replaced = [
        number[:at] + digit + number[at + 1 :],
        number[:at] + number[at + 1 : at + 2] + number[at] + number[at + 2 :],
        number[:at] + number[at + 1 :],
        number[:at] + digit + number[at:],
    ]
    return replaced[kind]


twelve = st.text("0123456789", min_size=12, max_size=12)
near_pairs = st.one_of(
    st.tuples(twelve, twelve),
    st.builds(
        lambda number, at, digit, kind: (number, damaged(number, at, digit, kind)),
        twelve, st.integers(0, 11), st.sampled_from("0123456789"), st.integers(0, 3),
    ),
    st.tuples(st.text("01", min_size=1, max_size=14), st.text("01", min_size=1, max_size=14)),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(near_pairs)
def test_nearness_is_symmetric_and_equal_to_the_twin(pair: tuple[str, str]) -> None:
    a, b = int(pair[0]), int(pair[1])
    plain = near.near_number(a, b, 12)
    assert plain == near.near_number(b, a, 12)
    assert id_near(a, b) == id_near(b, a) == plain


def id_near(a: int, b: int) -> int:
    return int(number_kernels.near_number_code(np.uint64(a), np.uint64(b), 12))


@settings(deadline=None)
@given(st.lists(st.one_of(st.just(0), st.integers(84 * 10**9, 85 * 10**9), st.integers(1, 2**62)), max_size=30))
def test_rendered_numbers_read_back(values: list[int]) -> None:
    data, offsets = np.zeros(20 * len(values), np.uint8), np.zeros(len(values) + 1, np.int64)
    written = number_kernels.render_numbers(np.array(values, np.uint64), data, offsets)
    texts = [bytes(data[a:b]).decode() for a, b in pairwise(offsets)]
    assert texts == [str(v) if v else "" for v in values]
    assert written == offsets[-1]


CORNERS = [
    "0" * 49 + "１", "'" + "1" * 60, "x" * 48, "y" * 49, "1 " * 30, "'" * 60, "''", "\u202a079190012946",
    "07919\u2060 0012946", "\ufeff079190012946\u200b", "0\u00ad79190012946", "7.9190012946E+1x", "7E+",
    "7E", "7.E5", "7.95E+1", "7.90E+1", "7.95E+99", "12345678", "98765432", "23456789", "01234567",
    "87654321", "11111111", "34567890", "000000", "00000000", "0", "098765432", "\U0001f600" * 3,
    "\u0300\u0301", "\u3000079190012946\u3000", "+", "+ +", "(+84)912345678", "0912345678",
    "84912345678", "84012345678", "0012345678", "00", "0084", "84", "840", "84 0", "+84", "+840",
    "0000000000", "+84912345678", "0140123456", "079190012946", "079190123456", "079190654321",
    "079190890123", "079190555555", "579190012946", "079190012946 ", "5.00", "5.000", "01201234567",
    "1201234567", "01301234567", "841201234567", "8401201234567", "0121012345", "121012345", "ａｂｃ１２３",
    "1" * 15, "1" * 16, "2" + "1" * 15, "12345678901234", "AB12", "ABC123", "ABCD12", "AB12345678",
    "\x00\x01", "`079190012946´",
]  # fmt: skip


def test_corner_cells_read_alike_by_kernel_and_twin() -> None:
    days = [2022 << 9 | 33] * len(CORNERS)
    assert id_column(CORNERS) == [parse_id(cell, PREFIXES) for cell in CORNERS]
    assert msisdn_column(CORNERS, days) == [msisdn.read_msisdn(cell, PLAN, days[0]) for cell in CORNERS]
    assert msisdn_column(CORNERS, []) == [msisdn.read_msisdn(cell, PLAN) for cell in CORNERS]
    assert id_column(["079190012946"]) == [parse_id("079190012946", PREFIXES)]
    assert msisdn_column(["0912345678", "84912345678"], []) == [msisdn.ParsedMsisdn(84912345678, flags.IdFlag(0))] * 2


def test_flags_of_kernels_are_those_of_the_enumeration() -> None:
    named = {name: value for name, value in vars(number_kernels).items() if name in flags.IdFlag.__members__}
    assert len(named) >= 12
    assert all(flags.IdFlag[name] == value for name, value in named.items())
    assert passport.VALUE_TAG == 1 << 62
