"""One record by itself gets the verdict that it gets in a batch."""

import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from engine.identity.index import IdentityIndex
from engine.lookup import Lookup
from engine.pipeline import reconcile
from engine.posterior import Model
from tests.engine.small_register import AS_OF, index_of, plan_of, subscriber, townsfolk
from tests.engine.test_pipeline import mixed

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

PEOPLE = townsfolk(300)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lookup")


@pytest.fixture(scope="module")
def index(folder: Path) -> IdentityIndex:
    return index_of(folder, PEOPLE, "index")


def test_a_record_by_itself_gets_the_verdict_that_a_batch_gives_it(folder: Path, index: IdentityIndex) -> None:
    rows = mixed(PEOPLE[:120])
    rows += [
        subscriber(person, 500 + number, full_name=f"{person['full_name']} Zqx")
        for number, person in enumerate(PEOPLE[:9])
    ]
    plan = plan_of(folder, {"VTL": rows}, "run")
    manifest = reconcile(plan, index)
    asked = Lookup(index, as_of=AS_OF, model=Model.of_dict(manifest["model"]))
    verdicts = pl.read_parquet(plan.out / "verdicts.parquet").to_dicts()
    assert len(verdicts) == len(rows)
    for row, verdict in zip(rows, verdicts, strict=True):
        answer = asked.one(row)
        for name in ("roll_up", "code", "codes", "tier", "id_holder", "person_id", "link_status"):
            assert getattr(answer, name) == verdict[name], (name, verdict["row"])
        assert answer.probability == pytest.approx(verdict["probability"])
        told: list[Any] = [(one["person_id"], pytest.approx(one["probability"])) for one in verdict["candidates"] or []]
        assert list(answer.candidates) == told


def test_twins_by_name_and_birth_are_candidates_of_a_record_without_a_number(folder: Path) -> None:
    person = PEOPLE[0]
    twin = person | {"id_number": PEOPLE[1]["id_number"], "person_id": "9999", "old_id_number": ""}
    others = [each for each in PEOPLE[2:] if each["full_name"] != person["full_name"]]
    index = index_of(folder, [person, twin, *others], "twins")
    answer = Lookup(index, as_of=AS_OF).one(subscriber(person, 1, id_number=""))
    assert answer.link_status == "ambiguous"
    known = {each for each, _ in answer.candidates} | ({answer.person_id} if answer.person_id else set())
    assert {person["person_id"], "9999"} <= known


def test_what_is_not_there_is_answered_too(index: IdentityIndex) -> None:
    answer = Lookup(index, as_of=datetime.date(2026, 11, 1)).one({"unheard_of": "x"})
    assert (answer.link_status, answer.person_id, answer.id_holder, answer.candidates) == ("none", None, None, ())
    assert answer.roll_up == "missing_id"
