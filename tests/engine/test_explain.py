"""An explanation says what the run decided, from the same evidence, and its parts add up."""

import math
import re
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from engine.explain import Explanation, explain, note_inputs
from engine.explain import words as explain_words
from engine.explain.errors import IndexDiffers, NotInRun, WorkGone
from engine.explain.weighing import masked_name
from engine.identity.store import open_index
from engine.kernels import shapes
from engine.pipeline import BatchInput, RunPlan, reconcile
from matching.dates import DateAgreement
from matching.kernels import name_levels
from tests.engine.small_register import AS_OF, index_of, pin, subscriber, townsfolk, write_rows

PEOPLE = townsfolk(300, seed=4)
TWIN = PEOPLE[7] | {
    "person_id": "901",
    "id_number": pin("092", date.fromisoformat(PEOPLE[7]["birth_date"]), 777_777, male=True),
    "old_id_number": "",
}
LONG = {
    "person_id": "902",
    "id_number": pin("001", date(1980, 5, 6), 888_888, male=False),
    "full_name": "Công Tằng Tôn Nữ Thị Như Ngọc Mai",
    "birth_date": "1980-05-06",
    "province": "046",
}
RECORDS = [
    subscriber(PEOPLE[0], 12345600),
    subscriber(PEOPLE[1], 12345601, id_number=""),
    subscriber(PEOPLE[4], 12345602, id_number=PEOPLE[4]["old_id_number"] or "", id_type="CMND"),
    subscriber(PEOPLE[3], 12345603, id_number=PEOPLE[5]["id_number"]),
    subscriber(PEOPLE[7], 12345604, id_number="", province=""),
    subscriber(PEOPLE[9], 12345605, id_number="x", full_name="Smith John", birth_date=""),
    subscriber(LONG, 12345606),
    subscriber(PEOPLE[11], 12345607),
    subscriber(PEOPLE[12], 12345607),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explain")
    index_of(folder, [*PEOPLE, TWIN, LONG], "index")
    batch = BatchInput(write_rows(folder / "a.csv", RECORDS), "VTL", AS_OF)
    plan = RunPlan((batch,), folder / "run", AS_OF, index_path=folder / "index", findings=False)
    reconcile(plan, open_index(folder / "index"))
    note_inputs(plan)
    return folder / "run"


def number(place: int) -> str:
    return f"09{12345600 + place:08d}"


@pytest.mark.parametrize("place", range(7))
def test_it_says_what_the_run_decided(run: Path, place: int) -> None:
    (found,) = explain(run, number(place))
    verdict = pl.read_parquet(run / "verdicts.parquet").filter(pl.col("row") == place + 1).to_dicts()[0]
    assert (found.row, found.roll_up, found.person_id) == (place + 1, verdict["roll_up"], verdict["person_id"])
    assert " ".join(code.code for code in found.codes) == verdict["codes"]
    if verdict["person_id"] is not None:
        best = found.candidates[0]
        assert best.person_id == verdict["person_id"]
        if not found.settled:
            assert best.probability == pytest.approx(verdict["probability"], abs=1e-6)


@pytest.mark.parametrize("place", range(7))
def test_what_the_fields_weigh_adds_up_to_the_whole(run: Path, place: int) -> None:
    (found,) = explain(run, number(place))
    for candidate in found.candidates:
        assert found.prior_bits + sum(field.bits for field in candidate.fields) == pytest.approx(
            candidate.bits, abs=1e-6
        )
    odds = [2.0**candidate.bits for candidate in found.candidates]
    total = 1.0 + math.fsum(odds)
    assert found.none_probability == pytest.approx(1.0 / total, abs=1e-9)
    assert [c.probability for c in found.candidates] == pytest.approx([each / total for each in odds], abs=1e-9)


def test_each_kind_of_record_is_explained_by_its_own_words(run: Path) -> None:
    settled, without, old, others, twins, stranger, long = (explain(run, number(place))[0] for place in range(7))
    assert settled.settled
    assert settled.candidates[0].holds_number
    assert not without.settled
    assert sentence(without, "number") == "Số giấy tờ: không có số dùng được"
    assert sentence(old, "number") == "Số giấy tờ: số khác hoặc số cũ của người này"
    assert "không phải số của người này" in sentence(others, "number")
    assert [round(candidate.probability, 2) for candidate in twins.candidates[:2]] == [0.5, 0.5]
    assert twins.link_status == "ambiguous"
    assert not stranger.candidates
    assert long.candidates[0].fields[1].register.count("***") >= 7


def sentence(found: Explanation, field: str) -> str:
    fields = {each.field: each for each in found.candidates[0].fields}
    assert re.search(r"\([+-]\d+\.\d bit\)$", fields[field].sentence("en"))
    return fields[field].sentence().partition(" (")[0]


def test_values_are_masked_unless_revealed(run: Path) -> None:
    (masked,), (plain,) = explain(run, number(0)), explain(run, number(0), reveal=True)
    values: list[dict[str, Any]] = [
        {field.field: field for field in found.candidates[0].fields} for found in (masked, plain)
    ]
    person = PEOPLE[0]
    assert values[0]["name"].register == masked_name(person["full_name"])
    assert values[0]["birth"].register == f"{person['birth_date'][:4]}-**-**"
    assert person["id_number"][4:-2] not in str(masked)
    assert person["full_name"] not in str(masked)
    assert values[1]["name"].register == person["full_name"]
    assert values[1]["birth"].register == person["birth_date"]
    assert values[1]["number"].record == person["id_number"]


def test_all_records_of_a_number_are_explained(run: Path) -> None:
    assert [found.row for found in explain(run, "+84 912 345 607")] == [8, 9]


def test_what_is_not_there_is_named(run: Path, tmp_path: Path) -> None:
    with pytest.raises(NotInRun, match=r"84\d\*+\d\d"):
        explain(run, "0999999999")
    index_of(tmp_path, PEOPLE[:5], "other")
    with pytest.raises(IndexDiffers):
        explain(run, number(0), index=tmp_path / "other")


def test_a_run_whose_work_is_gone_says_what_is_missing(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    (folder / "work").mkdir(parents=True)
    for name in ("manifest.json", "verdicts.parquet"):
        (folder / name).write_bytes((run / name).read_bytes())
    with pytest.raises(WorkGone, match=r"inputs\.json"):
        explain(folder, number(0))
    with pytest.raises(WorkGone, match=r"identity\.json"):
        explain(folder, number(0), index=run.parent / "index")
    (folder / "work" / "identity.json").write_bytes((run / "work" / "identity.json").read_bytes())
    with pytest.raises(WorkGone, match=r"prepared-000\.pickle"):
        explain(folder, number(0), index=run.parent / "index")


def test_every_level_has_its_words() -> None:
    assert set(explain_words.NAME_WORDS) == set(range(name_levels.LEVELS))
    assert set(explain_words.BIRTH_WORDS) == set(DateAgreement)
    for given in range(5):
        for relation in range(4):
            vi, en = explain_words.number_words(given, relation)
            assert vi
            assert en
            assert vi != en
    assert explain_words.number_words(shapes.GIVEN_NONE, shapes.NUMBER_OTHER)[1] == "no usable number was given"
