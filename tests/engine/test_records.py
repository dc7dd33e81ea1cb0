"""Header names of batches and registers: many spellings, one column each."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.records import BATCH_COLUMNS, NAME_PARTS, REGISTER_COLUMNS, column_named, columns, folded, match_headers
from matching.encodings import encode

EVERY_NAME = [
    (kind, column.name, name)
    for kind in ("batch", "register")
    for column in columns(kind)
    for name in (column.name, column.vi, column.en, *column.aliases)
    if not (kind == "register" and column.name == "id_number" and folded(name) in {"cmnd", "socmnd"})
]


def test_every_listed_name_means_its_column_and_no_other() -> None:
    assert len(EVERY_NAME) > 300
    for kind, name, header in EVERY_NAME:
        hit = column_named(header, kind)  # type: ignore[arg-type]
        assert hit is not None, header
        assert hit[0] == name, header


def test_no_two_columns_of_a_kind_claim_the_same_name() -> None:
    for kind in (BATCH_COLUMNS, REGISTER_COLUMNS):
        claims: dict[str, set[str]] = {}
        for column in (*kind, *NAME_PARTS):
            for name in (column.name, column.vi, column.en, *column.aliases):
                claims.setdefault(folded(name), set()).add(column.name)
        shared = {name: owners for name, owners in claims.items() if len(owners) > 1}
        # In a register a CMND number is the old one beside the personal number.
        assert shared in ({}, {name: {"id_number", "old_id_number"} for name in ("cmnd", "socmnd")})


@settings(deadline=None)
@given(st.sampled_from([column.vi for column in BATCH_COLUMNS]), st.data())
def test_case_accents_and_punctuation_do_not_count(name: str, data: st.DataObject) -> None:
    changed = data.draw(
        st.sampled_from(
            [
                name.upper(),
                name.lower(),
                unicodedata.normalize("NFD", name),
                name.replace(" ", "_"),
                f"  {name} * ",
                f"{name}:",
                f"{name} (bắt buộc)",
                f"3. {name}",
                "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)).replace(
                    "Đ", "D"
                ),
            ]
        )
    )
    expected = column_named(name, "batch")
    found = column_named(changed, "batch")
    assert expected is not None
    assert found is not None
    assert found[0] == expected[0]


@settings(deadline=None)
@given(st.sampled_from([column.vi for column in BATCH_COLUMNS]), st.sampled_from(["tcvn3", "vni", "viscii", "utf-8"]))
def test_a_name_in_an_old_font_is_known(name: str, encoding: str) -> None:
    raw = name.encode() if encoding == "utf-8" else encode(name, encoding)
    found = column_named(raw.decode("latin-1"), "batch")
    expected = column_named(name, "batch")
    assert expected is not None
    assert found is not None
    assert found[0] == expected[0]


def test_a_name_with_lost_letters_is_known_when_one_name_alone_fits() -> None:
    assert column_named("S? thu? bao", "batch") == ("msisdn", 4)
    assert column_named("Ng\ufffdy sinh", "batch") == ("birth_date", 4)
    assert column_named("?", "batch") is None
    assert column_named("S? ?", "batch") is None


def test_a_number_or_a_name_of_a_person_is_no_column() -> None:
    for text in ("0912345678", "Nguyễn Văn An", "", "   ", "x", "ID", "active"):
        assert column_named(text, "batch") is None


def test_a_profile_outranks_the_known_names() -> None:
    match = match_headers(
        ["msisdn", "A", "Họ tên", "DOB", "CCCD"], "batch", {"a": "msisdn", "MSISDN": "", "CCCD": "id_number"}
    )
    assert match.found == {"msisdn": 1, "id_number": 4, "full_name": 2, "birth_date": 3}
    assert match.missing == ()
    assert match.absent == ("id_type",)


def test_the_surer_of_two_names_wins_and_equals_are_doubled() -> None:
    match = match_headers(["Số điện thoại", "msisdn", "SĐT", "CCCD", "CMND", "zzz"], "batch")
    assert match.found["msisdn"] == 1
    assert match.set_aside == ((0, "Số điện thoại"), (2, "SĐT"))
    assert match.doubled == {"id_number": (3, 4)}
    assert match.unknown == ((5, "zzz"),)
    assert set(match.missing) == {"full_name", "birth_date"}


def test_a_name_in_parts_makes_up_a_full_name_only_where_there_is_none() -> None:
    parts = match_headers(["Họ", "Tên đệm", "Tên"], "batch")
    assert parts.found == {"family_name": 0, "middle_name": 1, "given_name": 2}
    assert "full_name" not in parts.missing
    whole = match_headers(["Họ tên", "Họ", "Tên"], "batch")
    assert whole.found == {"full_name": 0}
    assert whole.unknown == ((1, "Họ"), (2, "Tên"))
    alone = match_headers(["Tên"], "batch")
    assert alone.found == {"full_name": 0}
    torn = match_headers(["Họ", "Tên đệm"], "batch")
    assert torn.found == {}
    assert "full_name" in torn.missing
    assert match_headers(["Tên", "Tên"], "batch").doubled == {"full_name": (0, 1)}


def test_in_a_register_cmnd_is_the_old_number() -> None:
    match = match_headers(["CCCD", "CMND", "Họ tên", "Ngày sinh"], "register")
    assert match.found == {"id_number": 0, "full_name": 2, "birth_date": 3, "old_id_number": 1}
