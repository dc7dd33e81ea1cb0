"""Every result code comes up where it should, decides where it should, and rolls up as the rule set says."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import data
from engine.identity.index import IdentityIndex
from engine.rules import rule_set
from matching.text import fold
from tests.engine.small_register import Outcome, index_of, outcome_of, plan_of, subscriber, townsfolk

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

RULES = {"campaign-2023": date(2023, 3, 31), "circular-08-2026": date(2026, 11, 1)}
CATALOGUE = [row["code"] for row in data.table("result_codes")]
CROSS_RECORD = {"SIM_LIMIT_4PLUS_NO_CONTRACT", "MSISDN_DOUBLE_CLAIM"}
NAME = "Nguyễn Đức Thanh"


@dataclass(frozen=True)
class Case:
    """A person of the register, a record of theirs, and the code to expect; `decides` where another one does."""

    code: str
    record: dict[str, str] = field(default_factory=dict)
    person: dict[str, str] = field(default_factory=dict)
    decides: dict[str, str] = field(default_factory=dict)
    roll_up: dict[str, str] = field(default_factory=dict)
    twice: bool = False

    def __str__(self) -> str:
        changed = ",".join([*self.person, *self.record])
        return f"{self.code}-{changed}" if changed else self.code


def both(word: str) -> dict[str, str]:
    return dict.fromkeys(RULES, word)


CASES = [
    Case("OK_EXACT"),
    Case("OK_EXACT", {"full_name": NAME.upper() + "  "}),
    Case("OK_NORMALISED", {"full_name": unicodedata.normalize("NFD", NAME)}),
    Case("OK_NORMALISED", {"full_name": "NguyễnĐức Thanh"}),
    Case("OK_NORMALISED", {"full_name": "Ông " + NAME}),
    Case("OK_DIACRITICS_ONLY", {"full_name": fold(NAME)}),
    Case("NAME_ORDER_SWAPPED", {"full_name": "Thanh Nguyễn Đức"}),
    Case("NAME_TOKEN_MISSING", {"full_name": "Nguyễn Thanh"}),
    Case("NAME_TOKEN_MISSING", {"full_name": "Nguyễn Đ. Thanh"}),
    Case("NAME_TYPO_SUSPECT", {"full_name": "Nguyễn Đức Thah"}),
    Case("NAME_TYPO_SUSPECT", {"full_name": "Nguyễn Đức Thùy"}, {"full_name": "Nguyễn Đức Thúy"}),
    Case("NAME_TYPO_SUSPECT", {"full_name": "Nguyễn Đức Thành"}),
    Case("NAME_DIFFERENT", {"full_name": "Phạm Quốc Oanh"}),
    Case("NAME_DIFFERENT", {"full_name": "Huỳnh Đức Thanh"}, {"full_name": "Hoàng Đức Thanh"}),
    Case("NAME_MISSING", {"full_name": ""}),
    Case("NAME_MISSING", {"full_name": "khách hàng"}),
    Case("DOB_MISSING", {"birth_date": ""}),
    Case("DOB_MISSING", {"birth_date": "30/02/{year}"}),
    Case("DOB_DIFFERENT", {"birth_date": "17/09/1901"}),
    Case("DOB_SWAP_SUSPECT", {"birth_date": "11/04/{year}"}),
    Case("DOB_DEFAULT_SUSPECT", {"birth_date": "01/01/{year}"}),
    Case("PARTIAL_DOB_YEAR_ONLY", {"birth_date": "{year}"}),
    Case("PARTIAL_DOB_YEAR_ONLY", {"birth_date": "04/11/{year}"}, {"birth_date": "{year}"}),
    Case("ID_MISSING", {"id_number": ""}),
    Case("ID_FORMAT_INVALID", {"id_number": "98765"}),
    Case("ID_FORMAT_INVALID", {"id_number": "001980654321"}),
    Case("ID_NOT_FOUND", {"id_number": "0010{yy}999991"}, roll_up=both("wrong")),
    Case("ID_NOT_FOUND", {"id_number": "001044999992", "full_name": "Y Bhăm Niê", "birth_date": "02/02/1944"}),
    Case("ID_NOT_FOUND", {"id_type": "", "id_number": "023456789"}, roll_up=both("wrong")),
    Case("FOREIGNER_ROUTE", {"id_type": "PASSPORT", "id_number": "C1234567", "nationality": "KOR"}),
    Case("FOREIGNER_ROUTE", {"id_type": "", "id_number": "", "nationality": "Hàn Quốc"}),
    Case("ID_CMND_ONLY", {"id_type": "", "id_number": "012345670"}, {"old_id_number": "012345670"}),
    Case("ID_CMND_ONLY", {"id_type": "CMND", "id_number": "012345671"}, {"old_id_number": "012345671"}),
    Case("ID_REPLACED", {"id_number": "0010{yy}777771"}, {"aliases": "0010{yy}777771;C7654321"}),
    Case("ID_REPLACED", {}, {"status": "cancelled"}),
    Case("PERSON_DECEASED", {}, {"status": "đã mất"}),
    Case("DOC_EXPIRED", {}, {"document_expires_on": "2020-05-06"}, {"campaign-2023": "OK_EXACT"}),
    Case("DOC_TYPE_NOT_ALLOWED", {"id_type": "GPLX", "activated_on": "05/06/2019"}),
    Case("DOC_TYPE_NOT_ALLOWED", {"id_type": "CMND", "activated_on": "05/06/2025"}),
    Case("OK_EXACT", {"id_type": "CC", "activated_on": "05/06/2019"}),
    Case("HOLDER_DENIES", {"holder_response": "Không phải của tôi"}),
    Case("ORG_NO_USER_LIST", {"organisation_id": "0101234567"}),
    Case("MINOR_NO_GUARDIAN", {}, {"birth_date": "2021-06-07", "id_number": "001221000123"}),
    Case("MSISDN_INVALID", {"msisdn": "12345"}),
    Case("MSISDN_INVALID", {"msisdn": "0212345678"}),
    Case("MSISDN_LEGACY_CONVERTED", {"msisdn": "01201234567", "activated_on": "05/06/2017"}, decides=both("OK_EXACT")),
    Case("ID_REPAIRED", {"id_number": "'001 0{yy} 345 678"}, {"id_number": "0010{yy}345678"}, both("OK_EXACT")),
    Case("ID_INTERNAL_CONFLICT", {}, {"id_number": "001001345678"}, both("OK_EXACT")),
    Case("ID_INTERNAL_CONFLICT", {"sex": "nữ"}, decides=both("OK_EXACT")),
    Case("ID_SHARED", decides=both("OK_EXACT"), twice=True),
    Case("ENCODING_REPAIRED", {"full_name": "NguyÃªn Duy"}, {"full_name": "Nguyên Duy"}, both("OK_EXACT")),
    Case("ENCODING_LOST", {"full_name": "Nguy?n Đ?c Thanh"}),
    Case("BIOMETRIC_MISSING", {"face_result": ""}, decides={"campaign-2023": "OK_EXACT"}),
    Case("BIOMETRIC_DIFFERENT", {"face_result": "không khớp"}, decides={"campaign-2023": "OK_EXACT"}),
]
FACE_ONLY = {"BIOMETRIC_MISSING", "BIOMETRIC_DIFFERENT"}


def person_of(number: int, case: Case) -> dict[str, str]:
    year = 1920 + number
    base = {
        "person_id": str(5000 + number),
        "id_number": f"0010{year % 100:02d}{600_000 + number}",
        "old_id_number": "",
        "full_name": NAME,
        "birth_date": f"{year}-11-04",
        "sex": "nam",
        "province": "001",
        "status": "active",
        "aliases": "",
        "document_expires_on": "",
    }
    return {name: value.format(year=year, yy=f"{year % 100:02d}") for name, value in (base | case.person).items()}


def record_of(number: int, case: Case) -> dict[str, str]:
    year = 1920 + number
    record = {name: value.format(year=year, yy=f"{year % 100:02d}") for name, value in case.record.items()}
    given = {"activated_on": "05/06/2021", "nationality": "Việt Nam"}
    person = person_of(number, case)
    day = {"birth_date": f"{person['birth_date']}-01-01"} if len(person["birth_date"]) == 4 else {}
    return subscriber(person | day, 12_000_000 + number, **(given | record))


def register_rows() -> list[dict[str, str]]:
    rows = townsfolk(400)
    for number, case in enumerate(CASES):
        rows.append(person_of(number, case))
        if case.twice:
            other = {"person_id": str(8000 + number), "full_name": "Bùi Thu Oanh", "birth_date": "1966-05-04"}
            rows.append(person_of(number, case) | other)
    return rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("codes")


@pytest.fixture(scope="module")
def index(folder: Path) -> IdentityIndex:
    return index_of(folder, register_rows())


@pytest.fixture(scope="module")
def outcomes(folder: Path, index: IdentityIndex) -> dict[str, Outcome]:
    rows = [record_of(number, case) for number, case in enumerate(CASES)]
    faithful = [subscriber(person, number) for number, person in enumerate(townsfolk(400)[:300])]
    return {
        rules: outcome_of(plan_of(folder, {"VTL": rows + faithful}, rules, as_of=day, rules=rules), index)
        for rules, day in RULES.items()
    }


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{number}-{case}" for number, case in enumerate(CASES)])
def test_a_fixture_of_its_own_brings_each_code_up(outcomes: dict[str, Outcome], rules: str, number: int) -> None:
    case, verdict = CASES[number], outcomes[rules].row(number + 1)
    if case.code in FACE_ONLY and rules == "campaign-2023":
        assert case.code not in verdict["codes"]  # the face is no field of that rule set
    else:
        assert case.code in verdict["codes"]
    decides = case.decides.get(rules, case.code)
    assert (verdict["code"], verdict["codes"][0]) == (decides, decides)
    table = rule_set(rules, RULES[rules])
    expected = case.roll_up.get(rules, table.roll_up[table.bit(decides)])
    assert verdict["roll_up"] == expected


def test_every_code_of_the_catalogue_has_a_fixture() -> None:
    assert {case.code for case in CASES} | CROSS_RECORD == set(CATALOGUE)


@pytest.mark.parametrize("rules", RULES)
def test_roll_ups_follow_the_table_and_only_an_identified_person_changes_one(
    outcomes: dict[str, Outcome], rules: str
) -> None:
    table = {row["code"]: row for row in data.table("rule_set_codes") if row["rule_set"] == rules}
    precedence = {row["code"]: int(row["precedence"]) for row in data.table("result_codes")}
    for verdict in outcomes[rules].verdicts.to_dicts():
        codes = verdict["codes"].split()
        assert codes[0] == verdict["code"]
        assert codes[1:] == sorted(codes[1:], key=precedence.__getitem__)
        deciding = [code for code in sorted(codes, key=precedence.__getitem__) if table[code]["decides"] == "yes"]
        assert verdict["code"] == (deciding or codes)[0]
        row = table[verdict["code"]]
        changed = verdict["link_status"] == "identified" and row["identified_changes_to"]
        assert verdict["roll_up"] == (changed or row["roll_up"])


@pytest.mark.parametrize("rules", RULES)
def test_an_identity_number_decides_digit_by_digit(folder: Path, index: IdentityIndex, rules: str) -> None:
    # Everything agrees but one digit of the number: the person is found and the record is never correct.
    people = townsfolk(400)[:40]
    rows = []
    for number, person in enumerate(people):
        digits = list(person["id_number"])
        place = 6 + number % 6
        digits[place] = str((int(digits[place]) + 5) % 10)
        rows.append(subscriber(person, number, id_number="".join(digits)))
    outcome = outcome_of(plan_of(folder, {"VTL": rows}, f"near-{rules}", as_of=RULES[rules], rules=rules), index)
    assert outcome.verdicts.filter(pl.col("roll_up") == "correct").height == 0
    assert set(outcome.verdicts["code"]) == {"ID_NOT_FOUND"}
    identified = outcome.verdicts.filter(pl.col("link_status") == "identified")
    assert identified.height > 30
    assert set(identified["roll_up"]) == {"wrong"}
    told = zip(outcome.verdicts["person_id"], people, strict=True)
    assert all(found in (None, person["person_id"]) for found, person in told)
    rest = outcome.verdicts.filter(pl.col("link_status") != "identified")
    assert set(rest["roll_up"]) <= {"not_verifiable"}


def test_a_number_held_by_another_person_is_judged_by_its_holder(folder: Path, index: IdentityIndex) -> None:
    mine, other = townsfolk(400)[:2]
    rows = [subscriber(mine, 1, id_number=other["id_number"])]
    verdict = outcome_of(plan_of(folder, {"VTL": rows}, "stolen"), index).row(1)
    assert verdict["roll_up"] == "wrong"
    assert verdict["id_holder"] == other["person_id"]
    assert {"NAME_DIFFERENT", "DOB_DIFFERENT"} <= set(verdict["codes"])


def test_numbers_serve_people_where_the_batch_does_not_say(folder: Path, index: IdentityIndex) -> None:
    rows = [subscriber(person, number, face_result="") for number, person in enumerate(townsfolk(400)[:2])]
    outcome = outcome_of(plan_of(folder, {"VTL": rows}, "silent", rules="circular-08-2026"), index)
    assert set(outcome.verdicts["code"]) == {"BIOMETRIC_MISSING"}


def test_the_face_is_no_matter_of_numbers_for_machines(folder: Path, index: IdentityIndex) -> None:
    rows = [subscriber(person, number, h2h="không", face_result="") for number, person in enumerate(townsfolk(400)[:2])]
    outcome = outcome_of(plan_of(folder, {"VTL": rows}, "machines", rules="circular-08-2026"), index)
    assert set(outcome.verdicts["code"]) == {"OK_EXACT"}


def test_findings_tell_of_fourth_numbers_and_of_numbers_claimed_twice(folder: Path, index: IdentityIndex) -> None:
    people = townsfolk(400)
    today = RULES["circular-08-2026"]
    fields = {"activated_on": "05/06/2021", "status": "active"}
    first = [subscriber(people[0], number, **fields) for number in range(5)]
    second = [subscriber(people[1], 50 + number, **fields, contract_id=f"HD{number}") for number in range(5)]
    claimed = [subscriber(people[2], 90, **fields)]
    plan = plan_of(
        folder, {"VTL": first + second + claimed, "VNP": claimed}, "crossed", as_of=today, rules=None, findings=True
    )
    outcome = outcome_of(plan, index)
    assert set(outcome.verdicts["roll_up"]) == {"correct"}
    found = pl.read_parquet(plan.out / "findings.parquet")
    limit = found.filter(pl.col("kind") == "SIM_LIMIT_4PLUS_NO_CONTRACT")
    assert set(limit["subject"]) == {people[0]["person_id"]}
    twice = found.filter(pl.col("kind") == "MSISDN_DOUBLE_CLAIM")
    assert twice["subject"].to_list() == ["84900000090"]
    assert twice["carriers"].to_list() == [["VNP", "VTL"]]
    assert {kind for kind in found["kind"] if kind in CROSS_RECORD} == CROSS_RECORD
