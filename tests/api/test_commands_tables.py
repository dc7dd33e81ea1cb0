"""link, dedupe, batch check, check-id and check-name: commands that need no index."""

from pathlib import Path

import polars as pl
import pytest

from api.commands.values import _FLAGS, _KINDS, _NAME_NOTES
from matching.identifiers.flags import IdFlag, IdKind
from matching.name_parts import NameFinding
from matching.names import NameFlag
from tests.api.conftest import Sogoc

PEOPLE = [
    ("Nguyễn Văn An", "1990-02-03", "Hà Nội"),
    ("Trần Thị Bình", "1985-11-20", "Huế"),
    ("Lê Hoàng Cường", "1978-07-09", "Đà Nẵng"),
    ("Phạm Minh Dũng", "1999-01-31", "Cần Thơ"),
    ("Hoàng Thu Giang", "1969-06-15", "Hải Phòng"),
    ("Vũ Quốc Hưng", "2001-12-12", "Sơn La"),
    ("Đặng Ngọc Khánh", "1994-04-28", "Lâm Đồng"),
    ("Bùi Thanh Long", "1988-08-08", "Nghệ An"),
    ("Đỗ Kim Mai", "1973-03-17", "Quảng Ngãi"),
    ("Hồ Xuân Nam", "1966-09-23", "Cà Mau"),
]


def write_people(path: Path, people: list[tuple[str, str, str]]) -> Path:
    pl.DataFrame(people, schema=["full_name", "birth_date", "city"], orient="row").write_csv(path)
    return path


def test_link_writes_pairs_and_says_what_was_compared(sogoc: Sogoc, tmp_path: Path) -> None:
    left = write_people(tmp_path / "left.csv", PEOPLE)
    right = write_people(tmp_path / "right.csv", PEOPLE[::-1])
    out = tmp_path / "out"
    said = sogoc("link", left, right, "--one-to-one", "--ignore", "city", "--out", out, "--json")
    assert said.code == 0
    assert said.document["account"]["left_rows"] == len(PEOPLE)
    assert "city" not in {field["left"] for field in said.document["model"]["field"]}
    pairs = pl.read_parquet(out / "pairs.parquet")
    assert pairs.columns == ["left_row", "right_row", "probability"]
    assert (pairs["left_row"] + pairs["right_row"]).unique().to_list() == [len(PEOPLE) - 1]


def test_dedupe_finds_the_row_that_stands_twice(sogoc: Sogoc, tmp_path: Path) -> None:
    table = write_people(tmp_path / "table.csv", [*PEOPLE, PEOPLE[3]])
    said = sogoc("dedupe", table, "--out", tmp_path / "out")
    assert said.code == 0
    assert "full_name" in said.out
    pairs = pl.read_parquet(tmp_path / "out" / "pairs.parquet")
    assert pairs.select("left_row", "right_row").rows() == [(3, 10)]


@pytest.mark.parametrize(
    ("arguments", "code", "kind"),
    [
        (["link", "no-left.csv", "no-right.csv"], 3, "link-table-unreadable"),
        (["dedupe", "table.csv", "--model", "no-model.toml"], 2, "link-model-invalid"),
        (["dedupe", "table.csv", "--ignore", "full_name", "--ignore", "birth_date", "--ignore", "city"], 3, "nothing"),
    ],
)
def test_what_cannot_be_linked_is_one_line(
    sogoc: Sogoc, tmp_path: Path, arguments: list[str], code: int, kind: str
) -> None:
    write_people(tmp_path / "table.csv", PEOPLE)
    placed = [str(tmp_path / arg) if arg.endswith((".csv", ".toml")) else arg for arg in arguments]
    said = sogoc(*placed, "--out", tmp_path / "out")
    assert (said.code, said.out) == (code, "")
    assert kind in said.err


BATCH = "msisdn,id_type,id_number,full_name,birth_date\n"


def test_batch_check_lists_what_to_mend_and_ends_with_one(sogoc: Sogoc, tmp_path: Path) -> None:
    file = tmp_path / "batch.csv"
    file.write_text(BATCH + "0912345678,CCCD,001090012345,Nguyễn Văn An,03/02/1990\n12,CCCD,12,,1990\n1,2\n")
    said = sogoc("batch", "check", file, "--json")
    assert said.code == 1
    assert said.document["ready"] is False
    assert (said.document["framed"], said.document["rejected"]) == (3, 1)
    shown = sogoc("batch", "check", file)
    assert "Cách sửa · mend" in shown.out
    assert "001090012345" not in said.out + shown.out + said.err


def test_batch_check_ends_with_zero_where_nothing_is_to_be_mended(sogoc: Sogoc, tmp_path: Path) -> None:
    file = tmp_path / "batch.csv"
    file.write_text(BATCH + "0912345678,CCCD,001090012345,Nguyễn Văn An,03/02/1990\n")
    said = sogoc("batch", "check", file)
    assert said.code == 0
    assert "Sẵn sàng gửi" in said.out


def test_batch_check_refuses_what_is_no_table(sogoc: Sogoc, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    said = sogoc("batch", "check", tmp_path / "empty.csv", "--json")
    assert (said.code, said.document["problem"]["type"]) == (3, "source-empty")


def test_check_id_reads_what_the_digits_say(sogoc: Sogoc) -> None:
    said = sogoc("check-id", "'79190001234", "--as-of", "2026-11-01", "--json")
    assert said.code == 0
    document = said.document
    assert (document["kind"], document["canonical"]) == ("pin", "079190001234")
    assert (document["sex"], document["birth_year"]) == ("nữ", 1990)
    assert {each["code"] for each in document["noticed"]} == {"QUOTES", "REPAIRED_ZERO"}


@pytest.mark.parametrize(
    ("value", "kind", "code"),
    [("C1234567", "passport", 0), ("012345679", "cmnd", 0), ("000190001234", "malformed", 1), ("", "missing", 1)],
)
def test_check_id_tells_kinds_apart_and_ends_with_one_where_there_is_no_number(
    sogoc: Sogoc, value: str, kind: str, code: int
) -> None:
    said = sogoc("check-id", value, "--json")
    assert (said.document["kind"], said.code) == (kind, code)
    assert sogoc("check-id", value).out


def test_check_name_repairs_and_takes_apart(sogoc: Sogoc) -> None:
    said = sogoc("check-name", "NGUYá»„N  VÄ‚N AN", "--json")
    document = said.document
    assert (document["family"], document["middle"], document["given"]) == ("Nguyễn", "Văn", "An")
    assert [each["code"] for each in document["repairs"]][:1] == ["utf8-as-cp1252"]
    assert said.code == 0
    assert "Nguyễn" in sogoc("check-name", "nguyễn văn an").out


def test_check_name_ends_with_one_for_what_is_nobodys_name(sogoc: Sogoc) -> None:
    assert sogoc("check-name", "KHACH HANG").code == 1


def test_everything_that_can_be_noticed_has_words() -> None:
    assert set(_NAME_NOTES) == {str(flag.name) for flag in NameFlag} | {str(finding) for finding in NameFinding}
    of_other_numbers = {"LEGACY_CONVERTED", "MACHINE"}
    assert set(_FLAGS) | of_other_numbers == {str(flag.name) for flag in IdFlag}
    assert set(_KINDS) == {kind.name for kind in IdKind}
