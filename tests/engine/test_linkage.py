"""Whole linkages over small tables of generated people, and over the sets with known truth where they are at hand."""

import json
import os
import random
from itertools import combinations
from pathlib import Path

import polars as pl
import pytest

from engine.linkage import LinkModel, dedupe, link, read_model
from engine.linkage.linking import LinkColumnUnknown, LinkNothingToCompare
from engine.linkage.result import Account, LinkAccountUnbalanced, LinkResult, balance
from matching.errors import UnknownComparator

Pairs = set[tuple[int, int]]

# Interpreted for coverage, unsigned words overflow aloud where compiled ones wrap in silence.
pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

COMPILED = pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="too many pairs to interpret")


def listed(text: str, mark: str = " ") -> list[str]:
    return text.split(mark)


FAMILY = listed("nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý")
MIDDLE = listed("văn thị hữu đức ngọc minh thanh quang xuân thu gia bảo anh kim hồng")
GIVEN = listed(
    "an bình châu dũng giang hà hải hạnh hiếu hoa hùng hương khánh lan linh long mai nam nga ngân nhung phúc phương "
    "quân sơn tâm thảo trang tú yến"
)
STREETS = listed(
    "lê lợi,trần phú,hai bà trưng,nguyễn huệ,quang trung,lý thường kiệt,bà triệu,phan đình phùng,điện biên phủ,"
    "cách mạng tháng tám,hoàng diệu,ngô quyền,trưng nữ vương,bạch đằng",
    ",",
)


def slip(value: str, rng: random.Random) -> str:
    letters = list(value)
    place = rng.randrange(len(letters))
    match rng.randrange(3):
        case 0:
            del letters[place]
        case 1:
            letters.insert(place, rng.choice("aehnot"))
        case _:
            letters[place : place + 2] = reversed(letters[place : place + 2])
    return "".join(letters)


def people(count: int, rng: random.Random, household: int = 1) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for number in range(count):
        first_of_house = number % household == 0 or not rows
        rows.append(
            {
                "family": rng.choice(FAMILY) if first_of_house else rows[-1]["family"],
                "middle": rng.choice(MIDDLE),
                "given": rng.choice(GIVEN),
                "born": f"{rng.randint(1940, 2005)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
                "street": f"{rng.randint(1, 400)} {rng.choice(STREETS)}" if first_of_house else rows[-1]["street"],
                "phone": f"09{rng.randint(10_000_000, 99_999_999)}",
            }
        )
    return rows


def copied(row: dict[str, str], rng: random.Random, error: float) -> dict[str, str]:
    return {
        name: "" if rng.random() < error / 2 else slip(value, rng) if rng.random() < error and name != "born" else value
        for name, value in row.items()
    }


def two_tables(
    seed: int, shared: int = 300, alone: int = 100, error: float = 0.1
) -> tuple[pl.DataFrame, pl.DataFrame, Pairs]:
    rng = random.Random(seed)
    left = people(shared + alone, rng)
    kept = [(place, copied(left[place], rng, error)) for place in range(shared)]
    others = [(-1, row) for row in people(alone, rng)]
    right = kept + others
    rng.shuffle(right)
    truth = {(origin, place) for place, (origin, _) in enumerate(right) if origin >= 0}
    return pl.DataFrame(left), pl.DataFrame([row for _, row in right]), truth


def found(result: LinkResult) -> Pairs:
    return set(zip(result.pairs["left_row"].to_list(), result.pairs["right_row"].to_list(), strict=True))


def f1(pairs: Pairs, truth: Pairs) -> float:
    return 2 * len(pairs & truth) / max(len(pairs) + len(truth), 1)


@COMPILED
@pytest.mark.parametrize("seed", [1, 2])
def test_finds_the_same_people_in_two_tables(seed: int) -> None:
    left, right, truth = two_tables(seed)
    result = link(left, right)
    assert f1(found(result), truth) > 0.99
    assert result.pairs.schema == pl.Schema({"left_row": pl.Int64, "right_row": pl.Int64, "probability": pl.Float64})
    assert result.pairs.equals(result.pairs.sort("left_row", "right_row"))
    assert result.pairs["probability"].is_between(0.5, 1.0).all()
    assert {note.code for note in result.notes} >= {"left-without-duplicates", "right-without-duplicates"}


@COMPILED
def test_equal_inputs_give_equal_bytes(tmp_path: Path) -> None:
    left, right, _ = two_tables(3, 120, 40)
    for run in ("a", "b"):
        link(left, right, out=tmp_path / run)
    for name in ("pairs.parquet", "model.json", "account.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@COMPILED
def test_which_table_stands_left_does_not_matter_to_the_truth_found() -> None:
    left, right, truth = two_tables(4, 200, 150)
    there, back = found(link(left, right)), found(link(right, left))
    assert f1(there, truth) > 0.98
    assert f1(there, {(a, b) for b, a in back}) > 0.99


@COMPILED
def test_tables_with_other_column_names_order_and_date_shapes_are_paired_by_content() -> None:
    left, right, truth = two_tables(5, 250, 50)
    other = right.select(
        pl.col("born").str.to_date(strict=False).dt.strftime("%d/%m/%Y").fill_null("").alias("date_of_birth"),
        pl.col("given").alias("given_name"),
        pl.col("family").alias("family_name"),
        pl.col("middle"),
        pl.col("street").alias("addr_street"),
        pl.col("phone").str.replace("^0", "+84 ").alias("mobile"),
    )
    result = link(left, other)
    paired = {(field.left, field.right) for field in result.model.fields}
    assert {("given", "given_name"), ("family", "family_name"), ("street", "addr_street")} <= paired
    assert f1(found(result), truth) > 0.97


@COMPILED
def test_row_keys_are_never_compared_and_shared_numbers_are() -> None:
    left, right, truth = two_tables(6, 200, 50)
    partner = {b: a for a, b in truth}
    left = left.with_columns(rec_id=pl.Series([f"rec-{k}-org" for k in range(len(left))]), row=pl.int_range(len(left)))
    right = right.with_columns(
        rec_id=pl.Series([f"rec-{partner.get(k, 9000 + k)}-dup" for k in range(len(right))]),
        row=pl.int_range(len(right)),
    )
    rng = random.Random(6)
    insured = [str(rng.randint(10**9, 10**10)) for _ in range(len(left))]
    left = left.with_columns(insurance_no=pl.Series(insured))
    given = [insured[partner[k]] if k in partner else str(rng.randint(10**9, 10**10)) for k in range(len(right))]
    right = right.with_columns(insurance_no=pl.Series(given))
    result = link(left, right)
    assert {(row.column, row.code) for row in result.omissions} == {("rec_id", "row-key"), ("row", "row-key")}
    assert "insurance_no" in {field.name for field in result.model.fields}
    assert found(result) == truth


@COMPILED
def test_one_to_one_gives_no_record_two_partners() -> None:
    left, right, _ = two_tables(7, 150, 20)
    doubled = pl.concat([right, right.head(60)])
    free = link(left, doubled)
    assert "right-with-duplicates" in {note.code for note in free.notes}
    assert free.pairs["left_row"].n_unique() < free.pairs.height
    strict = link(left, doubled, one_to_one=True)
    assert strict.pairs["left_row"].n_unique() == strict.pairs["right_row"].n_unique() == strict.pairs.height
    assert strict.model.one_to_one is True


@COMPILED
def test_a_household_is_not_one_person() -> None:
    rng = random.Random(8)
    rows = people(1500, rng, household=3)
    again = rng.sample(range(len(rows)), 150)
    table = pl.DataFrame(rows + [copied(rows[place], rng, 0.05) for place in again])
    truth = {(place, len(rows) + k) for k, place in enumerate(again)}
    result = dedupe(table)
    assert f1(found(result), truth) > 0.97


@COMPILED
def test_where_households_outnumber_duplicates_they_become_a_class_of_their_own() -> None:
    rng = random.Random(21)
    rows = people(2400, rng, household=4)
    again = rng.sample(range(len(rows)), 120)
    table = pl.DataFrame(rows + [copied(rows[place], rng, 0.1) for place in again]).drop("phone")
    truth = {(place, len(rows) + k) for k, place in enumerate(again)}
    result = dedupe(table)
    assert "related-apart" in {note.code for note in result.notes}
    assert result.model.related is not None
    assert f1(found(result), truth) > 0.93
    assert sum(row.bits for row in result.explain(*min(found(result)))) > 0


@COMPILED
def test_groups_of_duplicates_come_out_whole() -> None:
    rng = random.Random(9)
    rows, owner = [], []
    for number, person in enumerate(people(250, rng)):
        for _ in range(rng.choice([1, 1, 2, 3, 5])):
            rows.append(copied(person, rng, 0.15))
            owner.append(number)
    order = list(range(len(rows)))
    rng.shuffle(order)
    result = dedupe(pl.DataFrame([rows[k] for k in order]))
    truth = {(i, j) for i, j in combinations(range(len(order)), 2) if owner[order[i]] == owner[order[j]]}
    assert f1(found(result), truth) > 0.98
    assert (result.pairs["left_row"] < result.pairs["right_row"]).all()
    assert (
        result.account.left_linked
        == result.account.right_linked
        == len({row for pair in found(result) for row in pair})
    )


@COMPILED
def test_a_table_without_duplicates_has_none_found() -> None:
    result = dedupe(pl.DataFrame(people(800, random.Random(10))))
    assert result.pairs.height <= 4


@COMPILED
def test_tables_with_nothing_in_common_are_not_linked() -> None:
    left, right = (pl.DataFrame(people(300, random.Random(seed))) for seed in (11, 12))
    assert link(left, right).pairs.height <= 6


def test_an_empty_table_has_nothing_to_compare() -> None:
    table = pl.DataFrame(people(3, random.Random(13)))
    with pytest.raises(LinkNothingToCompare, match="phone holds no value"):
        link(table, table.head(0))
    with pytest.raises(LinkNothingToCompare, match="no column can be compared"):
        dedupe(table.head(0))


def test_one_row_finds_its_like() -> None:
    table = pl.DataFrame(people(30, random.Random(13)))
    assert found(link(table, table[7])) == {(7, 0)}
    with pytest.raises(LinkNothingToCompare, match="holds one value in all rows"):
        dedupe(table.head(1))


@COMPILED
def test_a_result_explains_a_pair_field_by_field() -> None:
    left, right, truth = two_tables(14, 150, 30)
    result = link(left, right)
    a, b = next(pair for pair in sorted(found(result)) if pair in truth)
    told = result.explain(a, b)
    assert {row.field for row in told} == {field.name for field in result.model.fields}
    assert sum(row.bits for row in told) > 5
    assert told[0].sentence("vi")


@COMPILED
def test_a_model_that_a_run_wrote_scores_again_without_training(tmp_path: Path) -> None:
    left, right, _ = two_tables(15, 150, 30)
    first = link(left, right, out=tmp_path, one_to_one=True)
    again = link(left, right, model=tmp_path / "model.json")
    assert found(again) == found(first)
    assert again.model.trained == read_model(tmp_path / "model.json").trained


@COMPILED
def test_a_model_file_names_fields_comparators_and_blocks(tmp_path: Path) -> None:
    left, right, truth = two_tables(16, 200, 50)
    path = tmp_path / "people.toml"
    path.write_text(
        """
        threshold = 0.9
        one_to_one = true
        [[field]]
        name = "birth"
        left = "born"
        right = "ngay_sinh"
        comparator = "date"
        [[field]]
        name = "family"
        comparator = "name"
        [[field]]
        name = "given"
        comparator = "name"
        [[field]]
        name = "phone"
        comparator = "number"
        [[block]]
        fields = ["birth"]
        [[block]]
        fields = ["phone"]
        """
    )
    result = link(left, right.rename({"born": "ngay_sinh"}), model=path)
    assert [field.name for field in result.model.fields] == ["birth", "family", "given", "phone"]
    assert f1(found(result), truth) > 0.97
    assert result.pairs["probability"].min() >= 0.9  # type: ignore[operator]
    assert result.account.candidates < 5_000
    assert dedupe(left, model=path).pairs.height == 0


def test_ignored_columns_are_named_and_not_compared() -> None:
    left, right, _ = two_tables(17, 20, 5)
    result = link(left, right, ignore=["phone"])
    assert ("phone", "ignored") in {(row.column, row.code) for row in result.omissions}
    assert "phone" not in {field.name for field in result.model.fields}


def test_a_model_that_names_a_missing_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text('[[field]]\nname = "height"\ncomparator = "numeric"\n')
    table = pl.DataFrame(people(3, random.Random(18)))
    with pytest.raises(LinkColumnUnknown, match="the left table has no column height; it has family, middle"):
        link(table, table, model=path)
    path.write_text('[[field]]\nname = "given"\ncomparator = "soundex"\n')
    with pytest.raises(UnknownComparator):
        link(table, table, model=path)


def test_tables_without_common_columns_say_so() -> None:
    with pytest.raises(LinkNothingToCompare, match="the other table has no such column"):
        link(pl.DataFrame({"colour": ["red", "blue"]}), pl.DataFrame({"weight": ["12 kg", "15 kg"]}))


def test_stages_are_told_as_they_begin_and_timed() -> None:
    told: list[tuple[str, float]] = []
    left, right, _ = two_tables(19, 20, 5)
    result = link(left, right, progress=lambda stage, done: told.append((stage, done)), model=LinkModel())
    stages = listed("read plan prepare candidates compare learn decide")
    assert [stage for stage, _ in told] == [*stages, "done"]
    assert [done for _, done in told] == sorted(done for _, done in told)
    assert list(result.timings) == stages


def test_files_of_any_delimiter_give_the_same_pairs(tmp_path: Path) -> None:
    left, right, _ = two_tables(20, 25, 5)
    expected = found(link(left, right))
    left.write_csv(tmp_path / "left.csv", separator=";")
    right.write_parquet(tmp_path / "right.parquet")
    assert found(link(tmp_path / "left.csv", str(tmp_path / "right.parquet"), out=tmp_path / "run")) == expected
    account = json.loads((tmp_path / "run" / "account.json").read_text())["account"]
    assert account["accepted"] + account["rejected"] == account["candidates"]
    assert account["accepted"] + account["joined"] == len(expected)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"rejected": 5}, "candidates"),
        ({"joined": 1}, "pairs"),
        ({"left_linked": 2}, "linked rows"),
        ({"left_rows": 0}, "linked rows"),
    ],
)
def test_an_account_that_does_not_add_up_stops_the_run(change: dict[str, int], what: str) -> None:
    right = {"left_rows": 4, "left_linked": 1, "right_rows": 4, "right_linked": 1, "candidates": 3, "accepted": 1}
    values = {**right, "rejected": 2, "joined": 0, "unread": 0, "expected_matches": 1.0}
    pairs = pl.DataFrame({"left_row": [0], "right_row": [1], "probability": [0.9]})
    balance(Account(**values), pairs, same_table=False)  # type: ignore[arg-type]
    with pytest.raises(LinkAccountUnbalanced, match=what):
        balance(Account(**{**values, **change}), pairs, same_table=False)  # type: ignore[arg-type]


def test_no_value_of_a_person_stands_in_an_error() -> None:
    table = pl.DataFrame({"full_name": ["Nguyễn Văn An"], "id_number": ["001085012345"]})
    with pytest.raises(LinkNothingToCompare) as caught:
        link(table, pl.DataFrame({"weight": ["12"]}))
    assert "001085012345" not in str(caught.value)
    assert "Nguyễn" not in str(caught.value)


def data_file(name: str) -> Path:
    path = Path(os.environ.get("SOGOC_TEST_DATA", "../shared/data")) / "linkage" / name
    if not path.is_file():
        pytest.skip(f"SOGOC_TEST_DATA has no linkage/{name}")
    return path


def febrl4() -> tuple[pl.DataFrame, pl.DataFrame, Pairs]:
    left, right = (pl.read_csv(data_file(f"febrl_dataset4{side}.csv"), infer_schema=False) for side in "ab")
    numbers = [table["rec_id"].str.extract(r"rec-(\d+)").to_list() for table in (left, right)]
    place = {number: row for row, number in enumerate(numbers[1])}
    return left.drop("rec_id"), right.drop("rec_id"), {(row, place[number]) for row, number in enumerate(numbers[0])}


@COMPILED
@pytest.mark.parametrize(("hidden", "least"), [((), 1.0), ((" soc_sec_id",), 0.999)])
def test_febrl4_is_linked_with_defaults(hidden: tuple[str, ...], least: float) -> None:
    left, right, truth = febrl4()
    assert f1(found(link(left.drop(hidden), right.drop(hidden))), truth) >= least


@COMPILED
def test_febrl4_files_as_they_are_name_rec_id_a_row_key() -> None:
    result = link(data_file("febrl_dataset4a.csv"), data_file("febrl_dataset4b.csv"))
    assert [(row.column, row.code) for row in result.omissions] == [("rec_id", "row-key")]
    assert found(result) == febrl4()[2]


@COMPILED
def test_bibliographies_are_linked_with_defaults() -> None:
    truth = pl.read_csv(data_file("leipzig_D4_gt.csv"), separator="%")
    result = link(data_file("leipzig_D4_dblp.csv"), data_file("leipzig_D4_acm.csv"))
    assert f1(found(result), set(truth.rows())) >= 0.97


@COMPILED
def test_duplicates_of_a_small_messy_table_are_found() -> None:
    table = pl.read_csv(data_file("fake_1000.csv"), infer_schema=False)
    cluster = table["cluster"].to_list()
    truth = {(i, j) for i, j in combinations(range(len(cluster)), 2) if cluster[i] == cluster[j]}
    assert f1(found(dedupe(table.drop("cluster"))), truth) >= 0.93
