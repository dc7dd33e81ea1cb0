"""What leaves for a carrier: its rows, coarse codes, inert cells, and nothing of the register."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import data
from engine.carrier_export import ACCEPTED, FROZEN_WORDS, PRECEDENCE, carrier_code, export, projection_of, safe_name
from engine.report.cells import inert, inert_column
from tests.engine.run_fixtures import verdict, write_verdicts
from tests.identity_scan import Identities, scan

AS_OF = date(2023, 3, 31)
RULES = "campaign-2023"
PROJECTION = projection_of(RULES, AS_OF)


def written(run: Path, name: str) -> list[dict[str, str]]:
    with (run / "carrier" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_rejects(run: Path, rows: Iterable[tuple[str, int, str, str]]) -> None:
    frame = pl.DataFrame(list(rows), schema=["batch", "line", "reason", "text"], orient="row")
    frame.write_parquet(run / "rejects.parquet")


def wrong(row: int, codes: str, **fields: object) -> dict[str, object]:
    values: Mapping[str, object] = {"roll_up": "wrong", "code": codes.split(maxsplit=1)[0], "codes": codes}
    return verdict(row, **(dict(values) | fields))


class TestProjection:
    def test_every_result_code_reads_one_of_the_six_carrier_codes(self) -> None:
        for rule_set in ("campaign-2023", "circular-08-2026"):
            day = date(2026, 11, 1) if rule_set == "circular-08-2026" else AS_OF
            assert set(projection_of(rule_set, day).values()) <= {ACCEPTED, *PRECEDENCE}

    def test_every_carrier_code_has_words_in_both_languages(self) -> None:
        told = data.table("carrier_codes", AS_OF).by("code")
        assert set(told) == {ACCEPTED, *PRECEDENCE}
        assert all(row["vietnamese"] and row["english"] and row["advice_vi"] for row in told.values())

    def test_a_near_hit_reads_like_any_other_difference(self) -> None:
        names = {PROJECTION[code] for code in data.table("result_codes").column("code") if code.startswith("NAME_")}
        assert names <= {"NAME_DIFFERS", "RESUBMIT"}
        near = ("NAME_TYPO_SUSPECT", "NAME_TOKEN_MISSING", "NAME_ORDER_SWAPPED", "NAME_DIFFERENT")
        assert {PROJECTION[code] for code in near} == {"NAME_DIFFERS"}
        assert {PROJECTION[code] for code in ("DOB_SWAP_SUSPECT", "DOB_DIFFERENT")} == {"BIRTH_DATE_DIFFERS"}

    @pytest.mark.parametrize(
        ("roll_up", "codes", "told"),
        [
            ("correct", "OK_NORMALISED DOC_EXPIRED", ACCEPTED),
            ("wrong", "DOB_DIFFERENT NAME_DIFFERENT", "NAME_DIFFERS"),
            ("wrong", "PERSON_DECEASED NAME_TYPO_SUSPECT", "NAME_DIFFERS"),
            ("wrong", "PERSON_DECEASED", "DOCUMENT_NOT_ACCEPTED"),
            ("wrong", "PERSON_DECEASED DOB_SWAP_SUSPECT", "BIRTH_DATE_DIFFERS"),
            ("not_verifiable", "ID_NOT_FOUND NAME_DIFFERENT", "ID_NOT_FOUND"),
            ("missing_id", "ID_FORMAT_INVALID", "RESUBMIT"),
            ("not_verifiable", "OK_EXACT", "RESUBMIT"),
            ("wrong", "A_CODE_OF_TOMORROW", "RESUBMIT"),
        ],
    )
    def test_only_the_first_reason_is_told(self, roll_up: str, codes: str, told: str) -> None:
        assert carrier_code(roll_up, codes, PROJECTION) == told

    @given(st.permutations(["PERSON_DECEASED", "DOB_DIFFERENT", "NAME_DIFFERENT", "DOC_EXPIRED", "OK_EXACT"]))
    def test_the_order_of_codes_tells_nothing(self, codes: list[str]) -> None:
        assert carrier_code("wrong", " ".join(codes), PROJECTION) == "NAME_DIFFERS"


class TestFiles:
    def test_each_carrier_gets_its_own_rows_in_order_with_words_in_both_languages(self, tmp_path: Path) -> None:
        rows = [verdict(1), wrong(2, "NAME_TYPO_SUSPECT"), verdict(3, msisdn=None)]
        rows += [wrong(1, "ID_NOT_FOUND", batch="b.csv")]
        write_verdicts(tmp_path, rows)
        accounts = export(tmp_path, carriers={"a.csv": "VIETTEL", "b.csv": "MOBIFONE"}, rule_set=RULES, as_of=AS_OF)
        assert [account.carrier for account in accounts] == ["MOBIFONE", "VIETTEL"]
        assert dict(accounts[1].codes) == {"ACCEPTED": 2, "NAME_DIFFERS": 1}
        assert written(tmp_path, "VIETTEL/a.csv") == [
            {
                "row": "1",
                "msisdn": "84912000001",
                "code": "ACCEPTED",
                "vi": "Thông tin được chấp nhận",
                "en": "Information accepted",
            },
            {
                "row": "2",
                "msisdn": "84912000002",
                "code": "NAME_DIFFERS",
                "vi": "Họ tên không khớp",
                "en": "Name differs",
            },
            {
                "row": "3",
                "msisdn": "",
                "code": "ACCEPTED",
                "vi": "Thông tin được chấp nhận",
                "en": "Information accepted",
            },
        ]
        assert [row["code"] for row in written(tmp_path, "MOBIFONE/b.csv")] == ["ID_NOT_FOUND"]
        assert sorted(path.name for path in (tmp_path / "carrier" / "MOBIFONE").iterdir()) == ["MOBIFONE.xlsx", "b.csv"]

    def test_portions_of_the_verdicts_do_not_change_the_files(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_verdicts(tmp_path, [verdict(row, batch="a.csv" if row < 6 else "b.csv") for row in range(1, 12)])
        carriers = {"a.csv": "VIETTEL", "b.csv": "VIETTEL"}
        export(tmp_path, carriers=carriers, rule_set=RULES, as_of=AS_OF, out=tmp_path / "one")
        monkeypatch.setattr("engine.carrier_export._CHUNK", 2)
        export(tmp_path, carriers=carriers, rule_set=RULES, as_of=AS_OF, out=tmp_path / "many")
        for name in ("VIETTEL/a.csv", "VIETTEL/b.csv"):
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "many" / name).read_bytes()

    def test_frozen_rows_are_answered_by_a_person_whatever_their_verdict(self, tmp_path: Path) -> None:
        write_verdicts(tmp_path, [verdict(1), wrong(2, "NAME_DIFFERENT"), verdict(3)])
        pl.DataFrame({"batch": ["a.csv", "a.csv"], "row": [1, 2]}).write_parquet(tmp_path / "frozen.parquet")
        (account,) = export(
            tmp_path, carriers={"a.csv": "VIETTEL"}, rule_set=RULES, as_of=AS_OF, frozen=tmp_path / "frozen.parquet"
        )
        first, second, third = written(tmp_path, "VIETTEL/a.csv")
        assert (first["code"], first["vi"], first["en"]) == ("RESUBMIT", *FROZEN_WORDS)
        assert {**first, "row": "", "msisdn": ""} == {**second, "row": "", "msisdn": ""}
        assert third["code"] == "ACCEPTED"
        assert account.frozen == 2

    def test_the_workbook_has_a_summary_the_rows_to_mend_and_the_lines_lost(self, tmp_path: Path) -> None:
        write_verdicts(tmp_path, [verdict(1), *(wrong(row, "NAME_DIFFERENT") for row in range(2, 7))])
        write_rejects(
            tmp_path,
            [("a.csv", 9, "unclosed-quote", "001090012345"), ("a.csv", 10, "nul-byte", ""), ("other.csv", 1, "x", "")],
        )
        export(tmp_path, carriers={"a.csv": "VIETTEL"}, rule_set=RULES, as_of=AS_OF, sheet_rows=1)
        book = openpyxl.load_workbook(tmp_path / "carrier" / "VIETTEL" / "VIETTEL.xlsx")
        assert book.sheetnames == ["Cần sửa", "Dòng không đọc được", "Tổng hợp"]
        assert book.active is not None
        assert book.active.title == "Tổng hợp"
        assert [cell.value for cell in book["Cần sửa"][2]][:4] == ["a.csv", "2", "84912000002", "NAME_DIFFERS"]
        assert book["Cần sửa"].max_row == 2
        assert "Dấu nháy mở" in book["Dòng không đọc được"]["C2"].value
        summary = {row[0].value or row[1].value: row[5].value for row in book["Tổng hợp"].iter_rows(min_row=2)}
        assert summary["NAME_DIFFERS"] == 5
        assert summary["Dòng không đọc được"] == 2
        assert summary["Các dòng không nằm trong sổ này; xem đủ trong tệp CSV"] == 5

    def test_nothing_of_register_or_submission_reaches_a_carrier(self, tmp_path: Path) -> None:
        people = Identities.of(["001090012345"], ["Nguyễn Thị Ánh"])
        candidates = [{"person_id": "001090012345", "probability": 0.4}]
        rows = [
            wrong(1, "NAME_DIFFERENT", id_holder="001090012345", person_id="001090012345", candidates=candidates),
            verdict(2, id_holder="001090012345"),
        ]
        write_verdicts(tmp_path, rows)
        write_rejects(tmp_path, [("a.csv", 9, "unclosed-quote", '"001090012345,Nguyễn Thị Ánh')])
        export(tmp_path, carriers={"a.csv": "VIETTEL"}, rule_set=RULES, as_of=AS_OF)
        assert scan([tmp_path / "verdicts.parquet"], people)
        assert scan([tmp_path / "carrier"], people) == []
        header = (tmp_path / "carrier" / "VIETTEL" / "a.csv").read_bytes().splitlines()[0]
        assert header == b"\xef\xbb\xbfrow,msisdn,code,vi,en"

    def test_rows_that_differ_only_in_what_the_register_knows_have_equal_answers(self, tmp_path: Path) -> None:
        far = wrong(1, "NAME_DIFFERENT", tier="search", probability=0.0, person_id=None, link_status="none")
        near = wrong(1, "NAME_TYPO_SUSPECT PERSON_DECEASED DOC_EXPIRED", probability=0.97)
        answers = []
        for number, row in enumerate((far, near)):
            run = tmp_path / str(number)
            write_verdicts(run, [row])
            export(run, carriers={"a.csv": "VIETTEL"}, rule_set=RULES, as_of=AS_OF)
            answers.append((run / "carrier" / "VIETTEL" / "a.csv").read_bytes())
        assert answers[0] == answers[1]

    def test_names_of_files_stay_in_their_folder_and_apart(self, tmp_path: Path) -> None:
        names = ["../x.csv", "x.csv", "=cmd|' /C calc'!A0.csv", "..", "a/../../x.csv"]
        write_verdicts(tmp_path, [verdict(1, batch=name) for name in names])
        export(tmp_path, carriers=dict.fromkeys(names, "../VIETTEL"), rule_set=RULES, as_of=AS_OF)
        assert {path.name for path in tmp_path.iterdir()} == {"verdicts.parquet", "carrier"}
        (folder,) = (tmp_path / "carrier").iterdir()
        assert len(list(folder.glob("*.csv"))) == len(names)
        assert safe_name("...") == "_"


HOSTILE = ["=1+1", "+84912345678", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "|x", "%0", "＝1", "\0"]


class TestInertCells:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_what_a_spreadsheet_would_calculate_begins_with_an_apostrophe(self, text: str) -> None:
        assert inert(text) == "'" + text

    @pytest.mark.parametrize("text", ["", " ", "84912345678", "Đỗ", "a=b", "'=1"])
    def test_plain_text_stays(self, text: str) -> None:
        assert inert(text) == text

    @given(st.text(st.sampled_from(" \u00a0=+-@|%\t\r\n\0a8Đ'＝"), max_size=6))
    def test_a_column_is_made_inert_like_a_single_text(self, text: str) -> None:
        column = pl.select(inert_column(pl.lit(text))).to_series()[0]
        assert column == inert(text)

    def test_hostile_numbers_are_text_in_both_files(self, tmp_path: Path) -> None:
        write_verdicts(
            tmp_path, [wrong(row, "NAME_DIFFERENT", msisdn=text) for row, text in enumerate(HOSTILE[:-1], 1)]
        )
        export(tmp_path, carriers={"a.csv": "VIETTEL"}, rule_set=RULES, as_of=AS_OF)
        with (tmp_path / "carrier" / "VIETTEL" / "a.csv").open(encoding="utf-8-sig", newline="") as file:
            assert all(row[1].startswith("'") for row in list(csv.reader(file))[1:])
        book = openpyxl.load_workbook(tmp_path / "carrier" / "VIETTEL" / "VIETTEL.xlsx")
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
