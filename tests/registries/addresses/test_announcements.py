"""Tables of routes and of validated payloads are read as collectors and validators write them, or refused by line."""

from pathlib import Path

import pytest

from registries.addresses.announcements import read_announcements, read_authorisations
from registries.addresses.blocks import Block
from registries.addresses.errors import ColumnMissing, FileUnreadable
from registries.addresses.routing import Announcement, Authorisation


def written(folder: Path, text: str) -> Path:
    path = folder / "routes.csv"
    path.write_text(text, encoding="utf-8-sig")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "prefix,origin\n192.0.2.0/25,AS64496\n192.0.2.128/26,64496\n",
        "start,end,origin_asn,origin_name\n192.0.2.0,192.0.2.191,64496,Example\n",
    ],
)
def test_prefixes_and_ranges_say_the_same(tmp_path: Path, text: str) -> None:
    assert read_announcements(written(tmp_path, text)) == [
        Announcement(Block.parse("192.0.2.0/25"), 64496),
        Announcement(Block.parse("192.0.2.128/26"), 64496),
    ]


def test_payloads_without_a_length_allow_their_prefix_alone(tmp_path: Path) -> None:
    text = "URI,ASN,IP Prefix,Max Length\nx,AS64496,2001:db8::/32,48\ny,AS0,192.0.2.0/24,\n"
    assert read_authorisations(written(tmp_path, text)) == [
        Authorisation(Block.parse("2001:db8::/32"), 48, 64496),
        Authorisation(Block.parse("192.0.2.0/24"), 24, 0),
    ]


@pytest.mark.parametrize(
    ("row", "line"),
    [("192.0.2.1/24,64496", "line 3"), ("192.0.2.0/24,none", "line 3"), ("192.0.2.0/24", "line 3")],
)
def test_a_line_that_cannot_be_read_refuses_the_file(tmp_path: Path, row: str, line: str) -> None:
    path = written(tmp_path, f"prefix,origin\n198.51.100.0/24,64496\n{row}\n")
    with pytest.raises(FileUnreadable, match=line):
        read_announcements(path)


def test_a_payload_names_one_prefix_and_a_length_in_digits(tmp_path: Path) -> None:
    for row in ("192.0.2.0-192.0.2.2,,64496", "192.0.2.0/24,long,64496"):
        with pytest.raises(FileUnreadable, match="line 2"):
            read_authorisations(written(tmp_path, f"prefix,max length,asn\n{row}\n"))


def test_what_is_no_table_of_routes_is_told(tmp_path: Path) -> None:
    with pytest.raises(ColumnMissing, match="prefix, origin"):
        read_announcements(written(tmp_path, "prefix,peer\n"))
    with pytest.raises(ColumnMissing, match="none"):
        read_authorisations(written(tmp_path, ""))
    with pytest.raises(FileUnreadable):
        read_announcements(tmp_path / "none.csv")
