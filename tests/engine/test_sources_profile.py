"""Carrier profiles: what they may say, and all their faults at once."""

import re
from pathlib import Path

import pytest

from engine.errors import ProfileFaulty
from engine.sources import CarrierProfile, Limits, load_profile, parse_profile

FULL = """
carrier = "VNPT"
encoding = "tcvn3"
delimiter = ";"
quote = "'"
escape = "backslash"
header_row = 3
sheets = ["Lô 1"]
comment = ""
date_order = "mdy"
excel_epoch = 1904
decimal = ","

[columns]
"Số máy chủ" = "msisdn"
"Ghi chú" = ""

[limits]
field_bytes = 1000
"""


def test_a_profile_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "vnpt.toml"
    path.write_bytes(b"\xef\xbb\xbf" + FULL.encode())
    profile = load_profile(path)
    assert profile == CarrierProfile(
        carrier="VNPT",
        encoding="tcvn3",
        delimiter=";",
        quote="'",
        escape="backslash",
        header_row=3,
        columns={"Số máy chủ": "msisdn", "Ghi chú": ""},
        sheets=("Lô 1",),
        comment="",
        date_order="mdy",
        excel_epoch=1904,
        decimal=",",
        limits=Limits(field_bytes=1000),
    )


def test_an_empty_profile_says_nothing() -> None:
    assert parse_profile({}) == CarrierProfile()


def test_all_faults_are_named_at_once() -> None:
    raw = {
        "carrier": "",
        "encoding": "ebcdic",
        "fallback_encoding": "utf-8",
        "delimiter": "ab",
        "quote": "x",
        "escape": "none",
        "header_row": -1,
        "column_order": ["msisdn", "msisdn", "nonsense"],
        "columns": {"A": "msisdn", "B": "msisdn", "C": "nothing"},
        "sheets": "one",
        "comment": "//",
        "date_order": "ydm",
        "excel_epoch": 1970,
        "decimal": ";",
        "colour": "blue",
        "limits": {"field_bytes": 0, "speed": 3, "record_bytes": 1 << 40},
    }
    with pytest.raises(ProfileFaulty) as caught:
        parse_profile(raw, "vnpt.toml")
    said = str(caught.value)
    assert "vnpt.toml" in said
    for option in (*raw, "limits.field_bytes", "limits.speed", "limits.record_bytes", "nonsense", "nothing", "twice"):
        assert option in said


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ({"header_row": 0}, "column_order"),
        ({"column_order": ["msisdn"]}, "header_row"),
        ({"quote": "'", "delimiter": "'"}, "delimiter"),
        ({"header_row": True}, "header_row"),
        ({"excel_epoch": "1900"}, "excel_epoch"),
        ({"columns": ["msisdn"]}, "columns"),
        ({"column_order": [1]}, "column_order"),
        ({"limits": 5}, "limits"),
        ({"delimiter": "é"}, "delimiter"),
        ({"delimiter": "a"}, "delimiter"),
    ],
)
def test_a_single_fault_is_named(raw: dict[str, object], word: str) -> None:
    with pytest.raises(ProfileFaulty, match=re.escape(word)):
        parse_profile(raw)


@pytest.mark.parametrize("content", [b"carrier = ", b"\xff\xfe", b"a = 1\na = 2"])
def test_a_file_that_is_no_toml_is_a_faulty_profile(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.toml"
    path.write_bytes(content)
    with pytest.raises(ProfileFaulty, match=re.escape(str(path))):
        load_profile(path)
    with pytest.raises(ProfileFaulty):
        load_profile(tmp_path / "missing.toml")
