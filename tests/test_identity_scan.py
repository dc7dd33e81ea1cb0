"""The scan finds a planted value in every container it claims to read, and tells it masked."""

import gzip
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import zstandard

from tests.identity_scan import Identities, scan, scan_text

PEOPLE = Identities.of(
    ["001090012345", "C1234567", "012345678"], ["Nguyễn Thị Ánh", "Đỗ An"], [date(1990, 2, 3)], least_words=2
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("id=001090012345;", "number"),
        ("001 090 012 345", "number"),
        ("1090012345", "number"),
        ("1090012346,7", None),
        ("so 0010.9001.2345", "number"),
        ("x 01090012345 y", "number"),
        ("０010９0012345", "number"),
        ("84912345678", None),
        ("990010900123459", None),
        ("passport c1234567.", "number"),
        ("C12345678", None),
        ("NGUYEN THI ANH", "name"),
        ("xin chào nguyễn thị ánh!", "name"),
        ("do an", "name"),
        ("nguyễn ánh", None),
        ("born 3/2/1990", "birth"),
        ("1990-02-03", "birth"),
        ("2990-02-03 99/99/1990", None),
    ],
)
def test_values_are_found_in_any_spelling_and_nothing_else_is(text: str, kind: str | None) -> None:
    hits = scan_text(text, PEOPLE)
    assert {hit.kind for hit in hits} == ({kind} if kind else set())
    assert all("090012" not in hit.masked and "thi" not in hit.masked for hit in hits)


def test_containers_are_opened(tmp_path: Path) -> None:
    secret = "Nguyễn Thị Ánh 001090012345"
    (tmp_path / "a.csv").write_text(secret)
    (tmp_path / "b.txt").write_bytes(secret.encode("utf-16"))
    (tmp_path / "c.gz").write_bytes(gzip.compress(secret.encode()))
    (tmp_path / "d.zst").write_bytes(zstandard.compress(secret.encode()))
    folder = tmp_path / "inner"
    folder.mkdir()
    pl.DataFrame({"text": [secret], "kind": pl.Series(["x"], dtype=pl.Categorical)}).write_parquet(folder / "e.parquet")
    pl.DataFrame({"number": [1_090_012_345]}).write_parquet(folder / "f.parquet")
    with zipfile.ZipFile(folder / "g.xlsx", "w") as archive:
        archive.writestr("sheet.xml", "<c>001090012345</c><c>Nguyễn Thị Ánh</c>")
    hits = scan([tmp_path], PEOPLE)
    found = {name: {hit.kind for hit in hits if f"{name}." in hit.where} for name in "abcdefg"}
    both = {"number", "name"}
    assert found == {"a": both, "b": both, "c": both, "d": both, "e": both, "f": {"number"}, "g": both}


def test_a_clean_folder_has_no_hits(tmp_path: Path) -> None:
    (tmp_path / "clean.csv").write_text("row,msisdn,code\n1,84912345678,NAME_DIFFERS\n")
    assert scan([tmp_path], PEOPLE) == []
