"""Cross-record findings: each kind by example, and the laws of the file they are written to."""

import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.findings import SCHEMA, FindingsAccount, SimBucket, Thresholds, compare, find, read_account
from engine.findings.change import RunChange
from engine.findings.identities import _count_groups, count_people
from engine.findings.keys import Keys, blocks, distinct, key_slices, repeated
from engine.findings.workspace import is_ended, is_organisation, open_workspace
from tests.engine.run_fixtures import fact, packed, verdict, write_facts, write_verdicts

AS_OF = date(2023, 3, 31)
CONTRACT = Path(__file__).parents[2] / "data" / "contracts" / "findings.v1.json"


def run_find(tmp_path: Path, rows: list[dict[str, object]], **options: Any) -> tuple[pl.DataFrame, FindingsAccount]:
    facts = write_facts(tmp_path / "facts", rows)
    out = tmp_path / "findings.parquet"
    account = find(facts, as_of=AS_OF, out=out, memory_bytes=256 << 20, **options)
    return pl.read_parquet(out), account


def only(frame: pl.DataFrame, kind: str, rule: str | None = None) -> list[dict[str, Any]]:
    chosen = frame.filter(pl.col("kind") == kind)
    return chosen.filter(pl.col("rule") == rule).to_dicts() if rule else chosen.to_dicts()


def test_honest_subscribers_make_no_finding(tmp_path: Path) -> None:
    frame, account = run_find(tmp_path, [fact(row) for row in range(1, 50)])
    assert frame.height == 0
    assert account.records == 49
    overall = [each for each in account.sims_per_person if each.scope == "overall"]
    assert [(each.bucket, each.persons, each.sims) for each in overall] == [("1-3", 49, 49)]


def test_an_empty_run_has_an_empty_file_of_the_same_shape(tmp_path: Path) -> None:
    account = find(str(tmp_path / "none-*.parquet"), as_of=AS_OF, out=tmp_path / "findings.parquet")
    assert account.records == 0
    assert pq.read_schema(tmp_path / "findings.parquet").remove_metadata() == SCHEMA


def test_the_file_has_the_columns_of_its_contract_and_its_values(tmp_path: Path) -> None:
    contract = json.loads(CONTRACT.read_text())
    names = {"string": "string", "int64": "int64", "date32": "date32[day]", "list<string>": "list<element: string>"}
    for column, field in zip(contract["columns"], SCHEMA, strict=True):
        assert column["name"] == field.name
        assert column["null"] == field.nullable
        if column["type"] in names:
            assert str(field.type).replace("item", "element") == names[column["type"]]
    frame, _ = run_find(tmp_path, mixed_records())
    for column in contract["columns"]:
        if "values" in column:
            assert set(frame[column["name"]].to_list()) <= set(column["values"])
        if not column["null"]:
            assert frame[column["name"]].null_count() == 0


def mixed_records() -> list[dict[str, object]]:
    rows = [fact(row) for row in range(1, 30)]
    rows += [fact(100 + n, person_id="PMANY", carrier="VTL" if n < 8 else "VNP") for n in range(12)]
    rows += [fact(200 + n, id_token=99, person_id=None, code="ID_NOT_FOUND", roll_up="wrong") for n in range(3)]
    rows += [fact(300, msisdn=84_999_000_111), fact(301, msisdn=84_999_000_111, carrier="MBF")]
    rows += [fact(310, msisdn=84_999_000_222), fact(311, msisdn=84_999_000_222)]
    rows += [fact(400 + n, contract_id="C1", roll_up="wrong" if n == 0 else "correct") for n in range(5)]
    rows += [fact(500 + n, dealer_id="D1", point_id="Q1") for n in range(60)]
    return rows


class TestPersons:
    def test_sims_are_counted_per_network_and_over_all_networks(self, tmp_path: Path) -> None:
        rows = [fact(n, person_id="PX", carrier="VTL" if n < 8 else "VNP") for n in range(12)]
        frame, account = run_find(tmp_path, rows)
        found = [
            (each["scope"], each["carrier"], each["count"], each["bucket"], each["severity"])
            for each in only(frame, "PERSON_MANY_SIMS")
        ]
        assert found == [
            ("network", "VNP", 4, "4-9", "medium"),
            ("network", "VTL", 8, "4-9", "medium"),
            ("overall", None, 12, ">=10", "high"),
        ]
        assert {(e.scope, e.carrier, e.bucket, e.persons, e.sims) for e in account.sims_per_person} == {
            ("network", "VNP", "4-9", 1, 4),
            ("network", "VTL", "4-9", 1, 8),
            ("overall", None, ">=10", 1, 12),
        }

    def test_a_number_listed_twice_counts_once(self, tmp_path: Path) -> None:
        rows = [fact(n, person_id="PX") for n in range(3)]
        rows += [fact(10 + n, person_id="PX", msisdn=84_912_000_000) for n in range(3)]
        rows += [fact(20, person_id="PX", msisdn=84_912_000_000, carrier="VNP")]
        frame, account = run_find(tmp_path, rows)
        assert only(frame, "PERSON_MANY_SIMS") == []
        assert {(e.scope, e.carrier, e.sims) for e in account.sims_per_person} == {
            ("network", "VNP", 1),
            ("network", "VTL", 3),
            ("overall", None, 3),
        }

    @pytest.mark.parametrize(
        "difference",
        [
            {"status": "terminated"},
            {"status": "Đã chấm dứt"},
            {"subscriber_kind": "Tổ chức/Doanh nghiệp"},
            {"service_ended_on": packed(date(2023, 3, 1))},
            {"h2h": False},
            {"subscriber_kind": "organisation"},
            {"organisation_id": "O1"},
            {"msisdn": 0},
            {"person_id": None, "link_status": "ambiguous"},
        ],
    )
    def test_what_is_not_a_live_line_of_an_identified_person_is_not_counted(
        self, tmp_path: Path, difference: dict[str, object]
    ) -> None:
        rows = [fact(n, person_id="PX") for n in range(3)]
        rows.append(fact(9, **({"person_id": "PX"} | difference)))
        frame, _ = run_find(tmp_path, rows)
        assert only(frame, "PERSON_MANY_SIMS") == []

    def test_a_line_that_ends_after_the_day_of_the_run_still_counts(self, tmp_path: Path) -> None:
        rows = [fact(n, person_id="PX", service_ended_on=packed(date(2023, 4, 1))) for n in range(4)]
        frame, _ = run_find(tmp_path, rows)
        assert len(only(frame, "PERSON_MANY_SIMS")) == 2

    def test_evidence_names_twenty_records_and_the_total(self, tmp_path: Path) -> None:
        rows = [fact(n, person_id="PX") for n in range(1, 31)]
        frame, _ = run_find(tmp_path, list(reversed(rows)))
        found = only(frame, "PERSON_MANY_SIMS")[0]
        assert found["evidence"] == [{"batch": "a.csv", "row": row} for row in range(1, 21)]
        assert found["evidence_total"] == 30
        assert (found["first_on"], found["last_on"]) == (date(2022, 3, 4), date(2022, 3, 4))

    def test_the_fourth_sim_without_a_contract_is_named_and_the_earlier_three_are_free(self, tmp_path: Path) -> None:
        days = [date(2020, 1, 1), date(2020, 2, 1), None, date(2020, 3, 1), date(2020, 4, 1), date(2016, 1, 1)]
        contracts = [None, None, None, None, "HĐ-1", None]
        rows = [
            fact(n, person_id="PX", activated_on=packed(day), contract_id=contract)
            for n, (day, contract) in enumerate(zip(days, contracts, strict=True), 1)
        ]
        frame, _ = run_find(tmp_path, rows)
        (found,) = only(frame, "SIM_LIMIT_4PLUS_NO_CONTRACT")
        # In order of activation: row 3 (unknown), 6, 1 are free; 2 and 4 lack a contract; 5 has one.
        assert [each["row"] for each in found["evidence"]] == [2, 4]
        assert (found["count"], found["threshold"], found["carrier"]) == (2, 4, "VTL")

    def test_numbers_older_than_the_contract_rule_are_left_to_the_rule_of_their_day(self, tmp_path: Path) -> None:
        rows = [fact(n, person_id="PX", activated_on=packed(date(2014, 1, n + 1))) for n in range(6)]
        frame, _ = run_find(tmp_path, rows)
        assert only(frame, "SIM_LIMIT_4PLUS_NO_CONTRACT") == []

    def test_one_person_in_several_provinces_within_a_week_is_found(self, tmp_path: Path) -> None:
        rows = [
            fact(n, person_id="PX", province=province, activated_on=packed(date(2022, 3, 4) + timedelta(days)))
            for n, (province, days) in enumerate([(1, 0), (48, 3), (79, 6), (92, 40)], 1)
        ]
        rows += [
            fact(10 + n, person_id="PY", province=province, activated_on=packed(date(2022, 3, 4) + timedelta(days)))
            for n, (province, days) in enumerate([(1, 0), (48, 10), (79, 20)])
        ]
        frame, _ = run_find(tmp_path, rows)
        (found,) = only(frame, "PROVINCE_VELOCITY")
        assert (found["subject"], found["count"]) == ("PX", 3)
        assert [each["row"] for each in found["evidence"]] == [1, 2, 3]
        assert (found["first_on"], found["last_on"]) == (date(2022, 3, 4), date(2022, 3, 10))

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.tuples(st.integers(1, 3), st.sampled_from(["VTL", "VNP"]), st.integers(1, 12)), min_size=1, max_size=60
        )
    )
    def test_counts_equal_the_obvious_count(self, tmp_path: Path, lines: list[tuple[int, str, int]]) -> None:
        rows = [
            fact(n, person_id=f"P{person}", carrier=carrier, msisdn=84_900_000_000 + number)
            for n, (person, carrier, number) in enumerate(lines, 1)
        ]
        _, account = run_find(tmp_path, rows)
        network: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        overall: defaultdict[str, set[int]] = defaultdict(set)
        for person, carrier, number in lines:
            network[f"P{person}", carrier].add(number)
            overall[f"P{person}"].add(number)

        def bucket(n: int) -> str:
            return "1-3" if n <= 3 else "4-9" if n <= 9 else ">=10"

        expected: Counter[tuple[str, str | None, str, str]] = Counter()
        for (_, carrier), numbers in network.items():
            expected["network", carrier, bucket(len(numbers)), "persons"] += 1
            expected["network", carrier, bucket(len(numbers)), "sims"] += len(numbers)
        for numbers in overall.values():
            expected["overall", None, bucket(len(numbers)), "persons"] += 1
            expected["overall", None, bucket(len(numbers)), "sims"] += len(numbers)
        actual: Counter[tuple[str, str | None, str, str]] = Counter()
        for each in account.sims_per_person:
            actual[each.scope, each.carrier, each.bucket, "persons"] += each.persons
            actual[each.scope, each.carrier, each.bucket, "sims"] += each.sims
        assert actual == expected


class TestNumbers:
    A, B = "VTL", "VNP"

    def claims(self) -> list[dict[str, object]]:
        return [
            fact(1, msisdn=84_999_000_111, carrier=self.A, batch="a.csv"),
            fact(1, msisdn=84_999_000_111, carrier=self.B, batch="b.csv"),
        ]

    def porting(self, tmp_path: Path, *moves: tuple[str, str, str], number: str = "84999000111") -> Path:
        path = tmp_path / "porting.csv"
        lines = [f"{number},{losing},{gaining},{day}" for losing, gaining, day in moves]
        path.write_text("\n".join(["msisdn,from_carrier,to_carrier,ported_on", *lines]) + "\n")
        return path

    def test_two_active_claims_without_a_move_are_a_double_claim(self, tmp_path: Path) -> None:
        frame, _ = run_find(tmp_path, self.claims())
        (found,) = only(frame, "MSISDN_DOUBLE_CLAIM")
        assert (found["rule"], found["carrier"], found["carriers"]) == ("no_porting_record", None, ["VNP", "VTL"])
        assert (found["subject"], found["severity"], found["count"]) == ("84999000111", "high", 2)

    def test_the_losing_carrier_that_still_claims_after_the_move_is_named(self, tmp_path: Path) -> None:
        porting = self.porting(tmp_path, (self.A, self.B, "2023-01-10"))
        frame, account = run_find(tmp_path, self.claims(), porting=porting)
        (found,) = only(frame, "MSISDN_DOUBLE_CLAIM")
        assert (found["rule"], found["carrier"]) == ("not_entitled_by_porting", self.A)
        assert (account.porting_rows, account.porting_rows_unusable) == (1, 0)

    def test_claims_of_different_days_on_both_sides_of_the_move_are_both_right(self, tmp_path: Path) -> None:
        porting = self.porting(tmp_path, (self.A, self.B, "2023-01-10"))
        dates = {"a.csv": date(2023, 1, 1), "b.csv": date(2023, 2, 1)}
        frame, _ = run_find(tmp_path, self.claims(), porting=porting, batch_dates=dates)
        assert only(frame, "MSISDN_DOUBLE_CLAIM") == []

    def test_a_claim_before_the_move_names_the_gaining_carrier(self, tmp_path: Path) -> None:
        porting = self.porting(tmp_path, (self.A, self.B, "2023-03-10"))
        dates = {"a.csv": date(2023, 1, 1), "b.csv": date(2023, 2, 1)}
        frame, _ = run_find(tmp_path, self.claims(), porting=porting, batch_dates=dates)
        assert [each["carrier"] for each in only(frame, "MSISDN_DOUBLE_CLAIM")] == [self.B]

    def test_a_number_that_came_back_belongs_to_the_carrier_of_its_last_move(self, tmp_path: Path) -> None:
        porting = self.porting(tmp_path, (self.A, self.B, "2021-01-10"), (self.B, self.A, "2022-01-10"))
        frame, _ = run_find(tmp_path, self.claims(), porting=porting)
        assert [each["carrier"] for each in only(frame, "MSISDN_DOUBLE_CLAIM")] == [self.B]

    def test_a_line_that_ended_claims_nothing(self, tmp_path: Path) -> None:
        first, second = self.claims()
        first["service_ended_on"] = packed(date(2023, 1, 10))
        frame, _ = run_find(tmp_path, [first, second])
        assert only(frame, "MSISDN_DOUBLE_CLAIM") == []

    def test_the_porting_table_may_be_parquet_and_its_unusable_rows_are_counted(self, tmp_path: Path) -> None:
        path = tmp_path / "porting.parquet"
        pl.DataFrame(
            {
                "msisdn": ["84999000111", "not a number", "84999000112"],
                "from_carrier": [self.A, self.A, ""],
                "to_carrier": [self.B, self.B, self.B],
                "ported_on": [date(2023, 1, 10)] * 3,
            }
        ).write_parquet(path)
        _, account = run_find(tmp_path, self.claims(), porting=path)
        assert (account.porting_rows, account.porting_rows_unusable) == (1, 2)

    def test_a_number_listed_twice_by_one_carrier_is_a_duplicate_and_no_double_claim(self, tmp_path: Path) -> None:
        same = [fact(1), fact(1) | {"row": 2}]
        other = [fact(3), fact(4, msisdn=84_912_000_003)]
        frame, _ = run_find(tmp_path, same + other)
        assert only(frame, "MSISDN_DOUBLE_CLAIM") == []
        found = {each["subject"]: each["severity"] for each in only(frame, "MSISDN_DUPLICATE")}
        assert found == {"84912000001": "low", "84912000003": "medium"}


class TestIdentities:
    def test_one_number_under_different_names_and_births_is_shared(self, tmp_path: Path) -> None:
        rows = [fact(n, id_token=0xABC, person_id=None) for n in (1, 2, 3)]
        frame, _ = run_find(tmp_path, rows)
        (found,) = only(frame, "ID_SHARED")
        assert (found["subject"], found["count"], found["severity"]) == (f"{0xABC:016x}", 3, "high")
        assert found["evidence_total"] == 3

    def test_numbers_that_are_not_shared_are_left_alone_among_many(self, tmp_path: Path) -> None:
        rows = [fact(n // 2, msisdn=84_900_000_000 + n) | {"row": n} for n in range(400)]
        rows += [fact(500 + n, id_token=(n // 2 + 1) * 0xBF58476D1CE4E5B9 % 2**64, person_id=None) for n in range(40)]
        frame, _ = run_find(tmp_path, rows)
        assert [each["count"] for each in only(frame, "ID_SHARED")] == [2] * 20

    def test_spellings_of_the_identified_holder_are_one_person(self, tmp_path: Path) -> None:
        rows = [fact(n, id_token=5, person_id="PX", code="NAME_TYPO_SUSPECT") for n in (1, 2, 3)]
        frame, _ = run_find(tmp_path, rows)
        assert only(frame, "ID_SHARED") == []

    def test_invented_names_beside_one_copied_birth_date_are_different_people(self, tmp_path: Path) -> None:
        rows = [fact(1, id_token=5, birth=packed(date(1990, 1, 1)))]
        rows += [
            fact(n, id_token=5, birth=packed(date(1990, 1, 1)), code="NAME_DIFFERENT", person_id=person)
            for n, person in ((2, None), (3, "P000001"))
        ]
        frame, _ = run_find(tmp_path, rows)
        assert [each["count"] for each in only(frame, "ID_SHARED")] == [3]

    @pytest.mark.parametrize(
        ("holders", "people"),
        [
            ([], 0),
            ([(0, 0, None, False)], 0),
            ([(1, 10, None, False), (2, 10, None, False)], 1),
            ([(1, 10, None, False), (2, 10, None, True)], 2),
            ([(1, 10, None, False), (2, 20, None, False), (1, 20, None, False)], 1),
            ([(1, 10, 7, False), (2, 20, 7, False)], 1),
            ([(1, 10, 7, False), (2, 20, 8, False)], 2),
            ([(0, 10, None, True)], 1),
        ],
    )
    def test_people_are_what_remains_apart_after_joining(
        self, holders: list[tuple[int, int, int | None, bool]], people: int
    ) -> None:
        assert count_people(holders) == people

    @given(
        st.lists(
            st.lists(
                st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from([None, 7, 8]), st.booleans()),
                min_size=1,
                max_size=4,
                unique=True,
            ),
            max_size=8,
        )
    )
    def test_numbers_judged_as_columns_have_as_many_people_as_one_by_one(
        self, groups: list[list[tuple[int, int, int | None, bool]]]
    ) -> None:
        rows = [(token, *holder) for token, holders in enumerate(groups, 1) for holder in holders]
        names = ["id_token", "name_key", "birth", "person", "other_name"]
        types = [pa.uint64(), pa.uint64(), pa.int32(), pa.uint64(), pa.bool_()]
        columns = list(zip(*rows, strict=True)) or [()] * 5
        arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
        tokens, people = _count_groups(pa.table(dict(zip(names, arrays, strict=True))))
        assert tokens.tolist() == list(range(1, len(groups) + 1))
        assert people.tolist() == [count_people(holders) if len(holders) > 1 else 1 for holders in groups]

    @given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from([None, 7, 8]), st.booleans())))
    def test_order_of_records_does_not_change_the_number_of_people(
        self, holders: list[tuple[int, int, int | None, bool]]
    ) -> None:
        assert count_people(holders) == count_people(list(reversed(holders))) == count_people(holders * 2)


class TestOutlets:
    def test_a_dealer_with_more_identities_in_a_day_than_it_can_serve_is_found(self, tmp_path: Path) -> None:
        rows = [fact(n, dealer_id="D1", point_id="Q1") for n in range(60)]
        rows += [fact(100 + n, dealer_id="D2", activated_on=packed(date(2022, 1, 1 + n % 28))) for n in range(60)]
        frame, _ = run_find(tmp_path, rows)
        (dealer,) = only(frame, "DEALER_CONCENTRATION")
        (point,) = only(frame, "POINT_CONCENTRATION")
        assert (dealer["subject"], dealer["rule"], dealer["count"]) == ("D1", "identities_per_day", 60)
        assert (point["subject_kind"], point["subject"]) == ("point", "Q1")

    def test_one_identity_with_many_sims_through_a_dealer_is_found_though_nobody_is_identified(
        self, tmp_path: Path
    ) -> None:
        rows = [fact(n, dealer_id="D1", person_id=None, id_token=77) for n in range(12)]
        rows += [fact(100 + n, dealer_id="D1") for n in range(5)]
        frame, _ = run_find(tmp_path, rows)
        (found,) = only(frame, "DEALER_CONCENTRATION")
        assert (found["rule"], found["count"], found["evidence_total"]) == ("sims_per_identity", 12, 12)

    def test_a_dealer_with_a_large_share_of_wrong_records_is_found(self, tmp_path: Path) -> None:
        rows = [fact(n, dealer_id="D1", activated_on=0, roll_up="wrong" if n % 2 else "correct") for n in range(60)]
        frame, _ = run_find(tmp_path, rows)
        (found,) = only(frame, "DEALER_CONCENTRATION")
        assert (found["rule"], found["count"], found["threshold"]) == ("noncompliant_share", 50, 30)
        assert found["evidence_total"] == 30

    def test_the_same_dealer_id_of_another_carrier_is_another_dealer(self, tmp_path: Path) -> None:
        rows = [fact(n, dealer_id="D1", carrier="VTL" if n % 2 else "VNP") for n in range(60)]
        frame, _ = run_find(tmp_path, rows)
        assert only(frame, "DEALER_CONCENTRATION") == []


def test_one_bad_number_calls_for_notice_to_its_whole_contract(tmp_path: Path) -> None:
    rows = [fact(n, contract_id="C1", roll_up="wrong" if n < 2 else "correct") for n in range(30)]
    rows += [fact(100, contract_id="C2", roll_up="wrong"), fact(101, contract_id="C3"), fact(102, contract_id="C3")]
    frame, _ = run_find(tmp_path, rows)
    (found,) = only(frame, "CONTRACT_NOTICE")
    assert (found["subject"], found["count"], found["evidence_total"], len(found["evidence"])) == ("C1", 2, 30, 20)


class TestKeys:
    KEYS = st.lists(st.integers(0, 40), max_size=80).map(lambda keys: np.sort(np.array(keys, np.uint64)))

    @given(KEYS, st.integers(1, 5))
    def test_repeated_keys_are_those_of_a_plain_count(self, keys: Keys, least: int) -> None:
        counted = Counter(keys.tolist())
        assert repeated(keys, least).tolist() == sorted(key for key, n in counted.items() if n >= least)
        assert distinct(keys).tolist() == sorted(counted)

    @given(KEYS, st.integers(1, 20))
    def test_blocks_are_the_whole_and_part_no_group(self, keys: Keys, size: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("engine.findings.keys._BLOCK", size)
            parts = list(blocks(keys, 2))
        assert [key for part in parts for key in part.tolist()] == keys.tolist()
        groups = [set((part >> np.uint64(2)).tolist()) for part in parts]
        assert all(not one & other for one, other in pairwise(groups))

    def test_the_highest_group_ends_the_last_block(self) -> None:
        keys = np.array([1, 2**64 - 2, 2**64 - 1], np.uint64)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("engine.findings.keys._BLOCK", 2)
            assert [part.tolist() for part in blocks(keys, 6)] == [keys.tolist()]


class TestFile:
    def test_bytes_do_not_depend_on_memory_threads_parts_or_order_of_records(self, tmp_path: Path) -> None:
        rows = mixed_records()
        one, other = tmp_path / "one.parquet", tmp_path / "other.parquet"
        first = write_facts(tmp_path / "first", rows, parts=1)
        second = write_facts(tmp_path / "second", list(reversed(rows)), parts=7)
        find(first, as_of=AS_OF, out=one, threads=1, memory_bytes=1 << 30)
        # So little memory that the key space is cut into several slices.
        small = 64 << 20
        assert key_slices(len(rows) * 40_000, small) > 1
        find(second, as_of=AS_OF, out=other, threads=2, memory_bytes=small)
        assert one.read_bytes() == other.read_bytes()

    @pytest.mark.parametrize("slices", [1, 3])
    def test_the_number_of_slices_does_not_change_the_result(
        self, tmp_path: Path, slices: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("engine.findings.search.key_slices", lambda records, memory: slices)
        frame, account = run_find(tmp_path, mixed_records())
        assert frame.height == account.findings
        assert Counter(frame["kind"]) == {
            "CONTRACT_NOTICE": 1,
            "DEALER_CONCENTRATION": 1,
            "ID_SHARED": 1,
            "MSISDN_DOUBLE_CLAIM": 1,
            "MSISDN_DUPLICATE": 1,
            "PERSON_MANY_SIMS": 3,
            "POINT_CONCENTRATION": 1,
            "SIM_LIMIT_4PLUS_NO_CONTRACT": 2,
        }

    def test_large_files_are_cut_into_equal_row_groups(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("engine.findings.files._ROWS_PER_GROUP", 3)
        frame, _ = run_find(tmp_path, mixed_records())
        metadata = pq.ParquetFile(tmp_path / "findings.parquet").metadata
        sizes = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
        assert sum(sizes) == frame.height
        assert set(sizes[:-1]) == {3}

    def test_ids_are_unique_and_the_account_travels_with_the_file(self, tmp_path: Path) -> None:
        frame, account = run_find(tmp_path, mixed_records())
        assert frame["finding_id"].n_unique() == frame.height
        assert read_account(tmp_path / "findings.parquet") == account
        assert list(tmp_path.glob("queries-*")) == []

    def test_progress_names_each_step(self, tmp_path: Path) -> None:
        steps: list[str] = []
        run_find(tmp_path, mixed_records(), progress=steps.append)
        assert steps[:2] == ["numbers", "persons"]
        assert len(set(steps)) == len(steps)

    def test_scratch_is_removed_when_a_query_fails(self, tmp_path: Path) -> None:
        def fail() -> None:
            with open_workspace(tmp_path, memory_bytes=64 << 20, threads=1) as connection:
                connection.execute("SELECT * FROM nowhere")

        with pytest.raises(duckdb.CatalogException, match="nowhere"):
            fail()
        assert list(tmp_path.iterdir()) == []


def test_words_of_carriers_for_ended_service_and_organisations_are_understood() -> None:
    assert all(is_ended(text) for text in ("TERMINATED", "Thanh lý", "Đã thu hồi", "chấm dứt hợp đồng"))
    assert not any(is_ended(text) for text in ("active", "Khóa 1 chiều", "suspended_two_way", "Đang hoạt động", ""))
    assert all(is_organisation(text) for text in ("organisation", "Doanh nghiệp", "TỔ CHỨC", "Công ty TNHH"))
    assert not any(is_organisation(text) for text in ("individual", "Cá nhân", "foreigner", ""))


class TestThresholds:
    def test_a_rule_set_overrides_what_it_names(self) -> None:
        chosen = Thresholds.from_tables(
            {"provinces_in_window": 5, "contract_since": "2018-01-01", "window_days": None, "other": "x"},
            [{"bucket": ">=5", "first": 5, "last": None}, {"bucket": "1-4", "first": 1, "last": "4"}],
        )
        assert chosen.provinces_in_window == 5
        assert chosen.contract_since == date(2018, 1, 1)
        assert chosen.window_days == Thresholds().window_days
        assert chosen.buckets == (SimBucket("1-4", 1, 4), SimBucket(">=5", 5, None))

    def test_without_tables_the_defaults_stand(self) -> None:
        assert Thresholds.from_tables(None, None) == Thresholds()


class TestChange:
    def test_findings_open_stay_and_close(self, tmp_path: Path) -> None:
        before, after = tmp_path / "before", tmp_path / "after"
        rows = [fact(n, person_id="PX") for n in range(4)] + [fact(10 + n, person_id="PY") for n in range(4)]
        later = [fact(n, person_id="PX") for n in range(5)] + [fact(20 + n, person_id="PZ") for n in range(4)]
        for run, lines in ((before, rows), (after, later)):
            facts = write_facts(run / "work" / "facts", lines)
            find(facts, as_of=AS_OF, out=run / "findings.parquet")
            write_verdicts(run, [verdict(int(str(line["row"]))) for line in lines])
        change = compare(before, after, previous_carriers={"a.csv": "VTL"}, current_carriers={"a.csv": "VTL"})
        many = next(each for each in change.findings if each.kind == "PERSON_MANY_SIMS")
        assert (many.opened, many.kept, many.closed) == (2, 2, 2)
        assert change.verdicts == ()

    def test_numbers_are_followed_by_carrier_number_and_code(self, tmp_path: Path) -> None:
        before, after = tmp_path / "before", tmp_path / "after"
        wrong = {"roll_up": "wrong", "code": "NAME_DIFFERENT"}
        missing = {"roll_up": "missing_id", "code": "ID_FORMAT_INVALID"}
        write_verdicts(
            before, [verdict(1, **wrong), verdict(2, **wrong), verdict(3, **wrong), verdict(4), verdict(5, **wrong)]
        )
        write_verdicts(
            after,
            [
                verdict(1, **wrong),  # kept
                verdict(2),  # closed, corrected
                verdict(4, **missing),  # opened
                verdict(5, **missing),  # another code: one closed, one opened
                verdict(6, msisdn=None, **missing),  # cannot be followed
            ],
        )
        for run in (before, after):
            find(str(run / "none-*"), as_of=AS_OF, out=run / "findings.parquet")
        change = compare(before, after, previous_carriers={"a.csv": "VTL"}, current_carriers={"a.csv": "VTL"})
        seen = {each.code: (each.opened, each.kept, each.closed, each.gone) for each in change.verdicts}
        assert seen == {"ID_FORMAT_INVALID": (2, 0, 0, 0), "NAME_DIFFERENT": (0, 1, 3, 1)}
        assert change.without_number == 1
        assert RunChange.from_json(change.as_json()) == change
