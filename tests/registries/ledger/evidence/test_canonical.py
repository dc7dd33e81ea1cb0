"""Canonical bytes and commitments."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registries.ledger import canonical
from registries.ledger.evidence import canonical_bytes, commitment, is_opening, read_canonical, seal
from registries.ledger.evidence.canonical import LARGEST_INTEGER
from registries.ledger.evidence.errors import EntryNotCanonical

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4))


@given(VALUES)
def test_values_are_read_back_and_any_json_reader_sees_the_same(value: object) -> None:
    data = canonical_bytes(value)
    assert read_canonical(data) == value
    assert json.loads(data) == value


@given(st.dictionaries(TEXTS, SCALARS, min_size=2))
def test_the_order_in_which_a_value_was_made_does_not_matter(value: dict[str, object]) -> None:
    assert canonical_bytes(value) == canonical_bytes(dict(reversed(value.items())))


ASCII = st.text(st.characters(max_codepoint=0x7F), max_size=8)
LEDGER = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ASCII, inner, max_size=4))


@given(LEDGER)
def test_the_quick_writer_of_the_ledger_writes_the_same(value: object) -> None:
    """The ledger writes its entries without looking for what has no canonical form; where there is one, it is this."""
    assert canonical.canonical_bytes(value) == canonical_bytes(value)


def test_keys_stand_in_the_order_of_their_utf_16_units() -> None:
    """RFC 8785, 3.2.3: the example of that section, without its line ends inside values."""
    keys = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7}
    ordered = list(json.loads(canonical_bytes(keys)))
    assert ordered == ["\r", "1", "\x80", "\xf6", "\u20ac", "\U0001f600", "\ufb33"]


def test_texts_are_escaped_as_little_as_can_be() -> None:
    """RFC 8785, 3.2.2.2."""
    value = '\u20ac$\u000f\nA\'B"\\\\"/'
    assert canonical_bytes(value) == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()
    assert canonical_bytes({"tên": "Sổ Gốc", "a": [True, None, -1]}) == '{"a":[true,null,-1],"tên":"Sổ Gốc"}'.encode()


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"a": [1, 1.5]}, r"\$\.a\[1\]: a value of type float"),
        (LARGEST_INTEGER + 1, "the number 9007199254740992"),
        ({"a": {1: 2}}, r"\$\.a: a key of type int"),
        ("\ud800", "half of a surrogate pair"),
        ({"x": b"bytes"}, "a value of type bytes"),
    ],
)
def test_values_without_a_canonical_form_are_refused_by_place(value: object, where: str) -> None:
    with pytest.raises(EntryNotCanonical, match=where):
        canonical_bytes(value)


@pytest.mark.parametrize("data", [b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1,"a":1}', b'"\\u0041"', b"[", b"\xff", b"1.0"])
def test_bytes_in_another_form_are_refused(data: bytes) -> None:
    with pytest.raises(EntryNotCanonical):
        read_canonical(data)


def test_a_commitment_is_hmac_under_its_salt() -> None:
    """Worked out apart: HMAC-SHA-256 over the domain and the canonical bytes of field and value."""
    told = commitment("holder_name", "Công ty Ví Dụ", bytes(range(32)))
    assert told == "JuquN9gj5svUTHdNUIamFaVT76PeO/YkI2kLXm+2ijw="


@given(st.dictionaries(TEXTS, SCALARS, max_size=4))
def test_who_has_value_and_salt_can_check_and_nobody_else(fields: dict[str, object]) -> None:
    sealed = seal(fields)
    for field, value in fields.items():
        committed, salt = sealed.commitments[field], sealed.salts[field]
        assert is_opening(committed, field, value, salt)
        assert not is_opening(committed, field, [value], salt)
        assert not is_opening(committed, field + "x", value, salt)
        assert not is_opening(committed, field, value, bytes(32))
        assert not is_opening(committed, field, value, salt[:-1])
        assert not is_opening("no base64!", field, value, salt)


def test_equal_values_do_not_show() -> None:
    one, other = seal({"name": "Nguyễn Văn A"}), seal({"name": "Nguyễn Văn A"})
    assert one.commitments != other.commitments
    with pytest.raises(ValueError, match="32 bytes, not 5"):
        commitment("name", "x", b"short")
