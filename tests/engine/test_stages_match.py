"""What the stages find and weigh, against a register held as a list and asked person by person."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.identity.index import IdentityIndex
from engine.kernels.shapes import GIVEN_FOREIGN, GIVEN_HELD, GIVEN_NONE, GIVEN_UNKNOWN_OLD, GIVEN_UNKNOWN_PIN
from engine.posterior import BUILT_IN, Tally, updated, weights_of
from engine.stages.match import Candidates, count_levels, weigh
from matching.identifiers.flags import IdKind
from matching.kernels import name_levels as level
from tests.engine.index_oracle import EXACT, OTHER, Identity, Levels, PlainIndex, Row, read
from tests.engine.small_register import AS_OF, found_of, index_of, subscriber, townsfolk
from tests.matching.test_name_levels import is_told_alike

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

NAMES: tuple[str, ...] = (
    "Nguyễn Văn An",
    "Nguyen Van An",
    "Nguyễn An",
    "An Nguyễn Văn",
    "Nguyễn Văn Anh",
    "Nguyễn Thị An",
)
NAMES += ("Trần Thị Hoa", "Trần Thị Hòa", "Trần Hoa", "Trần Thi Hoe", "Lê An", "Lê", "Y Bhăm Niê", "")
DAYS = ("1980-02-03", "1980-03-02", "1980-02-13", "1980-01-01", "1980", "1981-02-03", "1999-12-31", "")
PINS = ("001080000001", "001080000002", "001080000010", "024181000001", "024181000011", "")
OLDS = ("012345670", "012345671", "")
PASSPORTS = ("C1234567", "B7654321")
PLACES = ("001", "024", "026", "")


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """A register and records over few values, so that everything collides with everything."""
    fields = {
        "full_name": st.sampled_from(NAMES),
        "birth_date": st.sampled_from(DAYS),
        "province": st.sampled_from(PLACES),
        "sex": st.sampled_from(("nam", "nữ", "")),
    }
    person = st.fixed_dictionaries(
        fields
        | {
            "id_number": st.sampled_from((*PINS, *OLDS, PASSPORTS[0])),
            "old_id_number": st.sampled_from(OLDS),
            "aliases": st.sampled_from(("", PASSPORTS[1], f"{PINS[4]};{PASSPORTS[1]}", OLDS[1])),
        }
    )
    record = st.fixed_dictionaries(fields | {"id_number": st.sampled_from((*PINS, *OLDS, *PASSPORTS, "98765"))})
    people = draw(st.lists(person, min_size=1, max_size=12))
    register = [{"person_id": str(100 + place)} | each for place, each in enumerate(people)]
    return register, draw(st.lists(record, min_size=1, max_size=6))


def in_words(index: IdentityIndex, rows: Sequence[int], levels: Sequence[int]) -> dict[str, Levels]:
    people = index.person_ids(np.array(rows, np.int64))
    return {str(who): Levels.of_bits(int(bits)) for who, bits in zip(people, levels, strict=True)}


def held_by(index: IdentityIndex, found: Candidates, record: int) -> dict[str, Levels]:
    chosen = found.pairs.query == record
    return in_words(index, found.pairs.row[chosen].tolist(), found.pairs.levels[chosen].tolist())


def found_for(index: IdentityIndex, found: Candidates, record: int) -> dict[str, Levels] | None:
    places = np.flatnonzero(found.records == record)
    if not places.size:
        return None
    chosen = found.order[found.starts[places[0]] : found.starts[places[0] + 1]]
    return in_words(index, found.found.row[chosen].tolist(), found.found.levels[chosen].tolist())


def given_of(record: Identity, holders: Sequence[str] | dict[str, int]) -> int:
    if holders:
        return GIVEN_HELD
    kinds = {IdKind.PIN: GIVEN_UNKNOWN_PIN, IdKind.CMND: GIVEN_UNKNOWN_OLD, IdKind.PASSPORT: GIVEN_FOREIGN}
    return kinds.get(record.kind, GIVEN_NONE)


@settings(
    max_examples=60,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(worlds())
def test_numbers_lead_to_their_holders_and_the_search_misses_nobody_it_must_find(
    tmp_path: Path, world: tuple[list[dict[str, str]], list[dict[str, str]]]
) -> None:
    register, records = world
    index, plain = index_of(tmp_path, register), PlainIndex(register, AS_OF)
    by_id = {person.person_id: person for person in plain.people}
    _, found = found_of(index, records)
    for number, row in enumerate(records):
        record = read(row, AS_OF)
        holders = plain.holders(record)
        assert held_by(index, found, number) == {
            who: plain.levels(record, by_id[who], relation) for who, relation in holders.items()
        }
        assert int(found.given[number]) == given_of(record, holders)
        candidates = found_for(index, found, number)
        if candidates is None:
            assert int(found.settled[number]) >= 0 or not (record.tokens or holders)
            continue
        assert candidates == {
            who: plain.levels(record, by_id[who], holders.get(who, OTHER), may_be_near=not holders)
            for who in candidates
        }
        assert set(holders) <= set(candidates)
        assert plain.must_find(record) <= set(candidates)


@settings(
    max_examples=40,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(worlds())
def test_posteriors_are_what_the_model_says_of_the_candidates(
    tmp_path: Path, world: tuple[list[dict[str, str]], list[dict[str, str]]]
) -> None:
    register, records = world
    index, plain = index_of(tmp_path, register), PlainIndex(register, AS_OF)
    _, found = found_of(index, records)
    assume(found.records.size)
    posteriors = weigh(found, weights_of(BUILT_IN, index.persons, index.place_shares))
    tally = Tally.empty()
    count_levels(found, posteriors, tally)
    for place, number in enumerate(found.records.tolist()):
        record = read(records[number], AS_OF)
        candidates = found_for(index, found, number) or {}
        expected, none = plain.posterior(record, int(found.given[number]), candidates, BUILT_IN)
        chosen = found.order[found.starts[place] : found.starts[place + 1]]
        people = index.person_ids(found.found.row[chosen])
        got = {str(who): chance for who, chance in zip(people, posteriors.probability[chosen].tolist(), strict=True)}
        assert got == pytest.approx(expected, rel=1e-6, abs=1e-12)
        assert sum(got.values()) + none == pytest.approx(1)
        best = posteriors.best[place]
        assert (best < 0) == (not got)
        if got:
            assert posteriors.probability[best] == max(got.values())
    settled = int((found.settled >= 0).sum())
    assert tally.matched.sum() + tally.unmatched.sum() == pytest.approx(settled + found.records.size)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[IdentityIndex, PlainIndex, list[dict[str, str]]]:
    people = townsfolk(700, seed=5)
    return index_of(tmp_path_factory.mktemp("town"), people), PlainIndex(people, AS_OF), people


def everything_about(index: IdentityIndex, records: Sequence[Row]) -> list[tuple[object, ...]]:
    _, found = found_of(index, records)
    chances = weigh(found, weights_of(BUILT_IN, index.persons, index.place_shares)).probability
    told: list[tuple[object, ...]] = []
    for number in range(len(records)):
        candidates = found_for(index, found, number)
        places = np.flatnonzero(found.records == number)
        weights: list[float] = []
        if places.size:
            weights = chances[found.order[found.starts[places[0]] : found.starts[places[0] + 1]]].tolist()
        told.append((held_by(index, found, number), candidates, weights))
    return told


def test_what_is_found_for_a_record_does_not_depend_on_the_records_beside_it(
    town: tuple[IdentityIndex, PlainIndex, list[dict[str, str]]],
) -> None:
    index, _, people = town
    random = Random(1)
    records = [subscriber(person, number) for number, person in enumerate(people[:60])]
    for number, record in enumerate(records):
        match number % 4:
            case 1:
                record["id_number"] = ""
            case 2:
                record |= {"id_number": "", "birth_date": record["birth_date"][-4:]}
            case 3:
                record |= {"id_number": "", "full_name": record["full_name"].replace("n", "m", 1)}
            case _:
                pass
    together = everything_about(index, records)
    order = list(range(len(records)))
    random.shuffle(order)
    shuffled = everything_about(index, [records[place] for place in order])
    assert [together[place] for place in order] == shuffled
    alone = [everything_about(index, [record])[0] for record in records[:24]]
    assert alone == together[:24]


def test_many_namesakes_of_many_records_are_found_alike(tmp_path: Path) -> None:
    # More candidates than the first room for them: the search goes on where it stopped.
    names = ["Nguyễn Văn An", "Trần Thị Hoa"]
    people = [
        {"person_id": str(100 + n), "id_number": "", "full_name": names[n % 2], "birth_date": f"{1950 + n % 40}"}
        for n in range(180)
    ]
    index = index_of(tmp_path, people)
    records = [{"id_number": "", "full_name": names[n % 2], "birth_date": "", "msisdn": str(n)} for n in range(120)]
    together = everything_about(index, records)
    assert together[:2] == everything_about(index, records[:2])
    assert all(each == together[number % 2] for number, each in enumerate(together))
    assert len(together[0][1] or {}) == 64  # type: ignore[arg-type]


def test_namesakes_share_what_there_is(tmp_path: Path) -> None:
    twins = [townsfolk(1)[0] | {"person_id": str(700 + n), "id_number": f"0010850000{n:02d}"} for n in range(4)]
    index = index_of(tmp_path, townsfolk(300) + twins)
    record = subscriber(twins[0], 1, id_number="")
    _, found = found_of(index, [record])
    posteriors = weigh(found, weights_of(BUILT_IN, index.persons, index.place_shares))
    candidates = found_for(index, found, 0) or {}
    chances = dict(zip(candidates, posteriors.probability[found.order].tolist(), strict=True))
    same = [chances[twin["person_id"]] for twin in (*twins, townsfolk(1)[0])]
    assert same == pytest.approx([same[0]] * 5)
    assert 0.15 < same[0] <= 0.2
    near = subscriber(twins[2], 1, id_number="001085000092")
    _, found = found_of(index, [near])
    posteriors = weigh(found, weights_of(BUILT_IN, index.persons, index.place_shares))
    assert index.person_ids(found.found.row[posteriors.best]) == [twins[2]["person_id"]]
    assert float(posteriors.probability[posteriors.best[0]]) > 0.9


def test_the_search_finds_slips_of_one_token_and_dropped_markers(
    town: tuple[IdentityIndex, PlainIndex, list[dict[str, str]]],
) -> None:
    index, _, people = town
    random = Random(2)
    records, wanted = [], []
    for number, person in enumerate(random.sample(people, 150)):
        words = person["full_name"].split()
        place = random.randrange(len(words))
        letter = random.randrange(len(words[place]))
        words[place] = words[place][:letter] + random.choice("bcdghklmnprstvx") + words[place][letter + 1 :]
        records.append(subscriber(person, number, id_number="", full_name=" ".join(words)))
        wanted.append(person["person_id"])
    _, found = found_of(index, records)
    hits = [who in (found_for(index, found, number) or {}) for number, who in enumerate(wanted)]
    assert np.mean(hits) > 0.97
    _, quick = found_of(index, records, deep=False)
    fewer = [who in (found_for(index, quick, number) or {}) for number, who in enumerate(wanted)]
    assert np.mean(fewer) <= np.mean(hits)


def test_training_recovers_how_records_were_made(
    town: tuple[IdentityIndex, PlainIndex, list[dict[str, str]]],
) -> None:
    index, _, people = town
    random = Random(3)
    records = []
    for number, person in enumerate(people):
        record = subscriber(person, number)
        if random.random() < 0.4:
            words = record["full_name"].split()
            record["full_name"] = f"{words[0]} {words[-1]}"
        if random.random() < 0.3:
            record["birth_date"] = f"01/01/{record['birth_date'][-4:]}"
        if random.random() < 0.5:
            record["id_number"] = ""
        records.append(record)
    strangers = [subscriber(person, 900, id_number="") for person in townsfolk(150, seed=77)]
    _, found = found_of(index, records + strangers)
    model = BUILT_IN
    for _ in range(10):
        tally = Tally.empty()
        count_levels(found, weigh(found, weights_of(model, index.persons, index.place_shares)), tally)
        model = updated(model, tally)
    assert model.name[level.MISSING_MIDDLE] == pytest.approx(0.4 * 700 / 1200, abs=0.06)
    assert model.birth[3] == pytest.approx(0.3 * 700 / 1200, abs=0.06)
    assert sum(model.name) == pytest.approx(1, abs=1e-6)
    assert model.register_share == pytest.approx((700 + 450) / (850 + 500), abs=0.05)


def test_codes_that_the_twin_does_not_define_stay_out_of_these_worlds() -> None:
    assert all(is_told_alike(tuple(name.lower().split()), ()) for name in NAMES)
    assert EXACT == 0
