"""Files of addresses: every row is answered or refused with its line, in every format the same."""

from pathlib import Path

import polars as pl
import pytest

from registries.addresses.blocks import Block
from registries.addresses.errors import ColumnMissing, FileUnreadable
from registries.addresses.files import aggregate_file, lookup_file, overlaps_file
from registries.addresses.lookup import AddressMap

TEXTS = ["192.0.2.7", "198.51.100.1", "2001:db8::1", "192.0.2.07", "", "203.0.113.1", "fe80::1%eth0"]
HELD = [Block.parse("192.0.2.0/24"), Block.parse("2001:db8::/32"), Block.parse("198.51.100.0/24")]
RECORDS = pl.DataFrame({"block": [str(block) for block in HELD], "note": ["một", "hai", "ba"]})


@pytest.fixture(params=["csv", "parquet", "txt"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"addresses.{request.param}"
    frame = pl.DataFrame({"ip": TEXTS, "note": list("abcdefg")})
    match request.param:
        case "csv":
            frame.write_csv(path)
        case "parquet":
            frame.write_parquet(path)
        case _:
            path.write_text("\n".join(TEXTS) + "\n", encoding="utf-8")
    return path


def test_every_row_of_a_file_is_found_or_not_or_refused(path: Path) -> None:
    told = lookup_file(path, AddressMap.of(HELD), RECORDS)
    assert told.balances
    assert (told.found, told.not_found) == (3, 1)
    assert told.rows["block"].to_list() == ["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32", None, None, None, None]
    first = 2 if path.suffix == ".csv" else 1
    assert told.rejects["line"].to_list() == [3 + first, 4 + first, 6 + first]
    assert told.rejects["text"].to_list()[0] == "192.0.2.07"
    assert "leading zero" in told.rejects["reason"].to_list()[0]
    if path.suffix != ".txt":
        assert told.rows["note"].to_list() == list("abcdefg")
        assert told.rows["note_register"].to_list()[:3] == ["một", "ba", "hai"]


def test_overlaps_and_prefixes_of_a_file_are_told_by_line(tmp_path: Path) -> None:
    path = tmp_path / "prefixes.csv"
    path.write_text("prefix\n198.51.100.0/25\n198.51.100.0/24\n2001:db8::/33\n2001:db8:8000::/33\n198.51.100.1/24\n")
    told = overlaps_file(path)
    assert told.count == 1
    assert told.pairs.rows() == [(3, "198.51.100.0/24", 2, "198.51.100.0/25")]
    assert told.rejects["line"].to_list() == [6]
    fewest = aggregate_file(path)
    assert fewest.prefixes == ("198.51.100.0/24", "2001:db8::/32")
    assert (fewest.rows, len(fewest.rejects)) == (5, 1)


def test_a_file_without_the_column_names_those_it_has(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text("a,b\n1,2\n")
    for column in (None, "ip"):
        with pytest.raises(ColumnMissing, match="it has a, b"):
            lookup_file(path, AddressMap.of([]), RECORDS, column)


def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no.parquet"
    path.write_text("192.0.2.1\n")
    with pytest.raises(FileUnreadable, match="Parquet"):
        lookup_file(path, AddressMap.of([]), RECORDS)
    with pytest.raises(FileUnreadable):
        lookup_file(tmp_path / "none.csv", AddressMap.of([]), RECORDS)
