import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import data
from engine import synthetic
from engine.synthetic import CORE_COLUMNS, FULL_COLUMNS, PROFILES, Generated, UnknownProfile, generate, places, writing
from engine.synthetic.population import Population
from matching import encodings
from matching.identifiers import pin
from matching.text import fold, repair

PERSONS, SIMS = 24_000, 30_000
AS_OF = date(2026, 11, 1)


def _read(path: Path) -> Any:
    return pl.read_parquet(path)


class Made:
    """One generated set, read back."""

    def __init__(self, files: Generated) -> None:
        self.files = files
        self.truth: Any = pl.read_parquet(files.truth)
        self.porting: Any = pl.read_parquet(files.porting)
        self.account: dict[str, Any] = json.loads(files.manifest.read_text("utf-8"))

    @property
    def register(self) -> Any:
        assert self.files.register is not None
        return pl.read_parquet(self.files.register)

    @property
    def batches(self) -> Any:
        return pl.concat([pl.read_parquet(path) for path in self.files.batches])

    @property
    def rows(self) -> Any:
        """The records beside their truth."""
        return pl.concat([self.batches, self.truth], how="horizontal")

    @property
    def joined(self) -> Any:
        """The records beside their truth and what the register says of the person."""
        register = self.register.select(
            "person_id",
            *(pl.col(name).alias(f"true_{name}") for name in ("id_number", "old_id_number", "full_name", "birth_date")),
        )
        return self.rows.join(register, on="person_id", how="left", maintain_order="left")


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Made]:
    made: dict[tuple[Any, ...], Made] = {}

    def build(profile: str, **options: Any) -> Made:
        key = (profile, *sorted(options.items()))
        if key not in made:
            out = tmp_path_factory.mktemp(profile)
            made[key] = Made(generate(out, persons=PERSONS, sims=SIMS, profile=profile, seed=5, **options))
        return made[key]

    return build


# --- the same arguments give the same bytes -------------------------------------------------------------------------


def test_the_same_arguments_give_the_same_bytes_whatever_the_number_of_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "CHUNK", 1_000)
    for name, workers in (("one", 1), ("many", 5)):
        generate(tmp_path / name, persons=4_000, sims=5_000, profile="dirty", seed=3, workers=workers)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "many").iterdir())
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "many" / name).read_bytes(), name


def test_rows_do_not_depend_on_the_size_of_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    for size in (700, 100_000):
        monkeypatch.setattr(writing, "CHUNK", size)
        out = tmp_path / str(size)
        files = generate(out, persons=3_000, sims=4_000, profile="dirty", seed=9, format="csv")
        read.append([path.read_bytes() for path in files.batches])
        read[-1].append(pl.read_parquet(out / "register.parquet").write_csv().encode())
        read[-1].append(pl.read_parquet(out / "truth.parquet").write_csv().encode())
    assert read[0] == read[1]


def test_another_seed_makes_other_people(tmp_path: Path) -> None:
    first, second = (
        _read(generate(tmp_path / str(seed), persons=500, sims=300, seed=seed).out / "register.parquet")
        for seed in (1, 2)
    )
    assert first["id_number"].is_in(second["id_number"].implode()).mean() < 0.02


# --- the register ---------------------------------------------------------------------------------------------------


def test_no_two_persons_share_a_number_present_or_past(make: Callable[..., Made]) -> None:
    register = make("linkage").register
    aliases = register["aliases"].drop_nulls().str.split(";").explode()
    pins = pl.concat([register["id_number"], aliases.filter(aliases.str.len_chars() == 12)])
    assert pins.n_unique() == len(pins)
    old = pl.concat([register["old_id_number"].drop_nulls(), aliases.filter(aliases.str.len_chars() == 9)])
    doubled = old.filter(old.is_duplicated()).cast(pl.Int64)
    assert doubled.is_between(271_450_001, 271_500_000).all()


def test_the_block_that_two_provinces_issued_is_issued_twice(tmp_path: Path) -> None:
    population = Population(400_000, 4, AS_OF, outside=0)
    people = population.people(np.arange(400_000))
    codes = places.PROVINCE_CODES[np.minimum(people.group, 62)]
    inside = (people.cmnd >= 271_450_001) & (people.cmnd <= 271_500_000)
    assert inside.sum() > 200
    assert set(codes[inside].tolist()) == {75, 77}
    counts = np.unique(people.cmnd[inside], return_counts=True)[1]
    assert counts.max() == 2
    assert (counts == 2).sum() > 50
    others = people.cmnd[(people.cmnd > 0) & ~inside]
    assert len(np.unique(others)) == len(others)


def test_every_12_digit_number_is_valid_and_agrees_with_birth_year_and_sex(make: Callable[..., Made]) -> None:
    register = make("linkage").register.filter(pl.col("source_db") != "immigration")
    allowed = {int(row["code"]) for row in data.table("provinces_63")} | {
        int(row["code"]) for row in data.table("id_countries")
    }
    number = register["id_number"]
    assert number.str.contains("^[0-9]{12}$").all()
    assert set(number.str.slice(0, 3).cast(pl.Int64).unique()) <= allowed
    century = number.str.slice(3, 1).cast(pl.Int64)
    year = 1900 + century // 2 * 100 + number.str.slice(4, 2).cast(pl.Int64)
    assert (year == register["birth_date"].str.slice(0, 4).cast(pl.Int64)).all()
    assert ((century % 2 == 1) == (register["sex"] == "F")).all()
    assert all(pin.is_valid(text) for text in number.head(300))


def test_the_register_has_the_shapes_that_registers_have(make: Callable[..., Made]) -> None:
    register = make("linkage").register
    adults = register.filter(pl.col("birth_date").str.slice(0, 4).cast(pl.Int64) <= 2010)
    assert 0.50 < adults["old_id_number"].is_not_null().mean() < 0.75
    assert 0.001 < (register["birth_date"].str.len_chars() == 4).mean() < 0.03
    assert (
        register.filter(pl.col("birth_date").str.len_chars() != 4)["birth_date"].str.to_date("%Y-%m-%d").max() <= AS_OF
    )
    assert set(register["status"].unique()) == {"active", "deceased", "cancelled"}
    assert set(register["source_db"].unique()) == {"population", "identity", "immigration"}
    foreign = register.filter(pl.col("source_db") == "immigration")
    assert foreign["id_number"].str.contains("^[A-Z][0-9]{8}$").all()
    assert 20 < len(foreign) < 150
    assert (
        register["province"]
        .is_in([row["name"].replace("Thành phố ", "TP ") for row in data.table("provinces_63")])
        .all()
    )
    assert register["document_expires_on"].drop_nulls().str.to_date("%Y-%m-%d").min() < AS_OF


def test_names_are_vietnamese_composed_and_spread_as_the_tables_say(make: Callable[..., Made]) -> None:
    names = make("linkage").register["full_name"]
    assert names.str.normalize("NFC").equals(names)
    first = names.str.split(" ").list.first()
    assert 0.24 < (first == "Nguyễn").mean() < 0.34
    women = make("linkage").register.filter(pl.col("sex") == "F")["full_name"]
    assert 0.3 < women.str.contains(" Thị ").mean() < 0.7
    tokens = names.str.split(" ").list.len()
    assert tokens.min() == 1
    assert tokens.max() >= 6
    assert names.str.contains("^(Y |H'|K'|Ka |Ksor |Giàng )").sum() > 100


def test_name_and_birth_date_are_somebody_elses_too_about_as_often_as_in_the_measured_register() -> None:
    """99.3 % of a million had a pair of their own, and the share of the others grows with the number of people."""
    population = Population(150_000, 11, AS_OF, outside=0)
    people = population.people(np.arange(150_000))
    words = np.array([hash(fold(word)) & 0xFFFFFFFF for word in population.lexicon.words], np.uint64)
    key = people.birth_day.astype(np.uint64)
    for slot in range(people.words.shape[1]):
        key = key * np.uint64(6_364_136_223_846_793_005) + words[people.words[:, slot]]
    _, counts = np.unique(key, return_counts=True)
    share = 1 - counts[counts == 1].sum() / len(key)
    assert 0.5 < share / (0.0068 * 0.15) < 1.7


def test_twins_share_birth_date_and_family_and_differ_in_name() -> None:
    population = Population(60_000, 2, AS_OF, outside=0)
    people = population.people(np.arange(60_000))
    key = np.stack([people.cell, people.rank >> 1], axis=1)
    order = np.lexsort((people.rank, key[:, 1], key[:, 0]))
    left, right = order[:-1], order[1:]
    pairs = (people.cell[left] == people.cell[right]) & (people.rank[left] >> 1 == people.rank[right] >> 1)
    left, right = left[pairs], right[pairs]
    twins = (people.birth_day[left] == people.birth_day[right]) & (people.family[left] == people.family[right])
    assert 0.004 < twins.mean() < 0.015
    left, right = left[twins], right[twins]
    assert (people.residence[left] == people.residence[right]).mean() > 0.7
    assert (people.words[left, 5] != people.words[right, 5]).mean() > 0.8


def test_a_relative_is_of_the_asked_sex_and_as_much_older_and_lives_in_the_same_family() -> None:
    population = Population(50_000, 2, AS_OF, outside=0)
    people = population.people(np.arange(4_000))
    mother = population.relative(people, 28, female=True)
    found = mother >= 0
    assert found.mean() > 0.3
    mothers = population.people(mother[found])
    assert mothers.female.all()
    assert (people.year[found] - mothers.year == 28).all()
    assert (mothers.group == people.group[found]).all()


# --- the linkage mix ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "state", "share"),
    [
        ("id_state", "right", 0.73), ("id_state", "old", 0.13), ("id_state", "typo", 0.05),
        ("id_state", "missing", 0.04), ("id_state", "other", 0.03), ("id_state", "junk", 0.02),
        ("name_spelling", "no_diacritics", 0.30),
        ("name_error", "typo", 0.04), ("name_error", "two_typos", 0.01), ("name_error", "middle_dropped", 0.03),
        ("name_error", "order", 0.015), ("name_error", "tone", 0.02), ("birth_error", "swapped", 0.03),
        ("birth_error", "day", 0.02), ("birth_error", "year", 0.015), ("birth_error", "first_of_january", 0.03),
        ("birth_error", "missing", 0.01),
    ],
)  # fmt: skip
def test_the_linkage_mix_is_the_stated_one(make: Callable[..., Made], column: str, state: str, share: float) -> None:
    found = (make("linkage").truth[column] == state).mean()
    assert abs(found - share) < 4.5 * (share * (1 - share) / SIMS) ** 0.5


def test_a_tenth_of_the_linkage_records_is_of_nobody_in_the_register(make: Callable[..., Made]) -> None:
    made = make("linkage")
    assert abs((~made.truth["registered"]).mean() - 0.10) < 0.008
    assert (made.truth["person_id"].is_null() == ~made.truth["registered"]).all()
    strangers = made.joined.filter(~pl.col("registered") & (pl.col("id_state") == "right"))
    assert not strangers["id_number"].is_in(made.register["id_number"].implode()).any()


def test_identity_numbers_are_what_the_truth_says(make: Callable[..., Made]) -> None:
    joined = make("linkage").joined.filter(pl.col("registered"))
    of = {state: joined.filter(pl.col("id_state") == state) for state in joined["id_state"].unique()}
    register = make("linkage").register
    known = pl.concat([register["id_number"], register["old_id_number"].drop_nulls()]).implode()
    assert (of["right"]["id_number"] == of["right"]["true_id_number"]).all()
    assert (of["old"]["id_number"] == of["old"]["true_old_id_number"]).all()
    assert of["missing"]["id_number"].is_null().all()
    assert (of["typo"]["id_number"] != of["typo"]["true_id_number"]).all()
    assert (of["other"]["id_number"] != of["other"]["true_id_number"]).mean() > 0.999
    assert of["other"]["id_number"].is_in(known).all()
    assert not of["junk"]["id_number"].is_in(known).any()


def test_a_mistyped_number_is_one_slip_away_from_the_true_one(make: Callable[..., Made]) -> None:
    typed = make("linkage").joined.filter(pl.col("registered") & (pl.col("id_state") == "typo"))
    for given_number, true in typed.select("id_number", "true_id_number").head(400).rows():
        if len(given_number) == len(true):
            differing = [i for i, (a, b) in enumerate(zip(given_number, true, strict=True)) if a != b]
            swap = len(differing) == 2 and differing[1] - differing[0] == 1
            assert len(differing) == 1 or (swap and sorted(given_number) == sorted(true))
        else:
            assert any(true[:i] + true[i + 1 :] == given_number for i in range(len(true)))


def test_birth_dates_are_what_the_truth_says(make: Callable[..., Made]) -> None:
    joined = make("linkage").joined.filter(pl.col("registered") & (pl.col("true_birth_date").str.len_chars() == 10))
    rows = joined.select("birth_error", "birth_date", "true_birth_date").rows()
    for error, text, true in rows:
        if error == "none":
            assert text == true
        elif error == "missing":
            assert text is None
        elif error == "swapped":
            assert text == f"{true[:4]}-{true[8:]}-{true[5:7]}" != true
        elif error == "first_of_january":
            assert text == f"{true[:4]}-01-01"
        elif error == "day":
            assert text[:7] == true[:7]
            assert text != true
        else:
            assert 0 < abs(int(text[:4]) - int(true[:4])) <= 10
            assert date.fromisoformat(text) <= AS_OF


def test_names_are_what_the_truth_says(make: Callable[..., Made]) -> None:
    joined = make("linkage").joined.filter(pl.col("registered"))
    for error, spelling, text, true in joined.select(
        "name_error", "name_spelling", "full_name", "true_full_name"
    ).rows():
        if spelling == "no_diacritics":
            folded = fold(true)
            assert text.isascii() or not folded.isascii()
            if error == "none":
                assert fold(text) == folded
        elif error == "none":
            assert text == true
        elif error == "order":
            assert sorted(text.split()) == sorted(true.split())
        elif error == "middle_dropped":
            assert len(text.split()) <= len(true.split())
            assert set(text.split()) <= set(true.split())
        elif error == "tone":
            assert fold(text) == fold(true)
        elif error == "typo":
            assert abs(len(text) - len(true)) <= 1
            assert text != true


def test_only_people_of_an_age_to_hold_a_sim_hold_one(make: Callable[..., Made]) -> None:
    births = make("linkage").joined.filter(pl.col("registered"))["true_birth_date"]
    assert births.str.slice(0, 4).cast(pl.Int64).max() == AS_OF.year - 16


def test_the_linkage_profile_has_the_compared_fields_and_no_more(make: Callable[..., Made]) -> None:
    assert tuple(make("linkage").batches.columns) == CORE_COLUMNS
    assert make("linkage").porting.height == 0


# --- whole batches --------------------------------------------------------------------------------------------------


def test_a_clean_batch_is_right_in_ninety_six_of_a_hundred_records(make: Callable[..., Made]) -> None:
    truth = make("clean").truth
    right = (pl.col("id_state") == "right") & pl.col("registered") & (pl.col("birth_error") == "none")
    same = pl.col("name_error").is_in(["none", "spaces", "tone_placement"])
    assert truth.select((right & same).mean()).item() > 0.965


def test_a_batch_of_2023_is_wrong_in_three_to_fifteen_of_a_hundred_records(make: Callable[..., Made]) -> None:
    truth = make("2023").truth
    name = ~pl.col("name_error").is_in(["none", "spaces", "tone_placement", "i_or_y"])
    number = ~pl.col("id_state").is_in(["right", "old"]) | ~pl.col("registered")
    wrong = truth.select((name | number | (pl.col("birth_error") != "none")).mean()).item()
    assert 0.03 < wrong < 0.15


@pytest.mark.parametrize("profile", ["clean", "2023", "dirty"])
def test_what_is_expected_follows_from_the_record_and_the_register(make: Callable[..., Made], profile: str) -> None:
    joined = make(profile).joined
    correct = joined.filter(pl.col("expected") == "correct")
    assert len(correct) > 0.3 * len(joined)
    for text, true in correct.select("full_name", "true_full_name").head(2_000).rows():
        assert fold(repair(text).text).split() == fold(true).split()
    digits = correct["id_number"].str.replace_all("[ .]", "")
    assert (digits == correct["true_id_number"]).all()
    missing = joined.filter(pl.col("expected") == "missing_id")
    assert missing["id_state"].is_in(["missing", "junk"]).all()
    wrong = joined.filter(pl.col("expected") == "wrong")
    assert (wrong["id_state"].is_in(["other"]) | wrong["birth_error"].is_in(["day", "year"])).all()


def test_people_hold_one_to_three_some_more_and_dealers_very_many(make: Callable[..., Made]) -> None:
    truth = make("2023").truth.filter(pl.col("registered"))
    held = truth.group_by("person_id").agg(pl.len(), pl.col("holder_kind").first(), pl.col("sims_of_holder").max())
    people = held.filter(pl.col("holder_kind") == "individual")
    assert (people["len"] <= 3).mean() > 0.85
    assert people["len"].is_between(4, 9).any()
    assert (people["len"] >= 10).any()
    assert held.filter(pl.col("holder_kind") == "dealer")["len"].max() >= 15
    kinds = truth["holder_kind"].value_counts(normalize=True)
    assert set(kinds["holder_kind"]) == {"individual", "minor", "dealer", "organisation", "machine"}
    several = truth.group_by("person_id").agg(pl.col("batch").n_unique())["batch"]
    assert several.max() == 3


def test_a_dealers_own_identity_is_sold_by_that_dealer_within_days(make: Callable[..., Made]) -> None:
    made = make("2023")
    rows = made.rows.filter(pl.col("holder_kind") == "dealer")
    by_holder = (
        rows.filter(pl.col("registered"))
        .group_by("person_id", "batch")
        .agg(
            pl.col("dealer_id").n_unique(),
            pl.col("activated_on").str.to_date().max() - pl.col("activated_on").str.to_date().min(),
        )
    )
    assert (by_holder["dealer_id"] == 1).all()
    assert (by_holder["activated_on"] <= timedelta(days=6)).mean() > 0.4


def test_service_columns_agree_with_each_other(make: Callable[..., Made]) -> None:
    made = make("2023")
    rows = made.rows
    assert tuple(made.batches.columns) == FULL_COLUMNS
    assert ((rows["status"] == "terminated") == rows["service_ended_on"].is_not_null()).all()
    ended = rows.filter(pl.col("service_ended_on").is_not_null() & (pl.col("number_state") != "left"))
    assert (ended["service_ended_on"] >= ended["activated_on"]).all()
    assert rows["activated_on"].max() < AS_OF.isoformat()
    organised = rows["holder_kind"].is_in(["organisation", "machine"])
    assert (rows["organisation_id"].is_not_null() == organised).all()
    assert ((rows["h2h"] == "false") == (rows["holder_kind"] == "machine")).all()
    assert rows.filter(organised)["contract_id"].is_not_null().all()
    assert (rows["contract_signed_on"].is_not_null() == rows["contract_id"].is_not_null()).all()
    users = rows.filter(pl.col("holder_kind") == "organisation")["assigned_user_id"]
    assert 0.4 < users.is_not_null().mean() < 0.95
    guardians = rows.filter(pl.col("holder_kind") == "minor")["guardian_id"]
    assert 0.1 < guardians.is_not_null().mean() < 0.95
    assert rows.filter(pl.col("holder_kind") != "minor")["guardian_id"].is_null().all()
    assert rows["imsi"].n_unique() == rows["iccid"].n_unique() == SIMS


def test_guardians_stand_in_the_population_and_are_28_years_older(make: Callable[..., Made]) -> None:
    joined = make("clean").joined.filter(pl.col("guardian_id").is_not_null() & pl.col("registered"))
    assert len(joined) > 50
    year = (
        1900
        + joined["guardian_id"].str.slice(3, 1).cast(pl.Int64) // 2 * 100
        + joined["guardian_id"].str.slice(4, 2).cast(pl.Int64)
    )
    assert (joined["true_birth_date"].str.slice(0, 4).cast(pl.Int64) - year == 28).all()


def test_iccids_end_in_their_check_digit(make: Callable[..., Made]) -> None:
    for text in make("clean").batches["iccid"].head(500):
        total = 0
        for place, digit in enumerate(reversed(text)):
            value = int(digit) * (2 if place % 2 else 1)
            total += value - 9 if value > 9 else value
        assert total % 10 == 0
        assert text.startswith("8984")


def test_numbers_belong_to_the_network_unless_they_were_ported(make: Callable[..., Made]) -> None:
    made = make("clean")
    rows = made.rows
    assert rows["msisdn"].str.contains("^84[0-9]{9}$").all()
    holders = {"VTL": "VIETTEL", "VNP": "VINAPHONE", "MBF": "MOBIFONE"}
    for carrier, holder in holders.items():
        prefixes = data.table("msisdn_prefixes").where(holder=holder, kind="people").column("prefix")
        own = rows.filter((pl.col("batch") == carrier) & (pl.col("number_state") == "own"))["msisdn"].str.slice(2)
        assert own.str.contains(f"^({'|'.join(prefixes)})").all()
    ported = rows.filter(pl.col("number_state") == "ported")
    assert 0.02 < len(ported) / len(rows) < 0.033
    assert made.porting["msisdn"].to_list() == ported["msisdn"].to_list()
    assert made.porting["to_carrier"].to_list() == ported["batch"].to_list()
    assert (made.porting["from_carrier"] != made.porting["to_carrier"]).all()
    contract = {column["name"] for column in data.contract("porting")["columns"]}
    assert set(made.porting.columns) == contract
    assert made.porting.schema["ported_on"] == pl.Date


def test_a_number_stands_twice_only_where_the_truth_says_so(make: Callable[..., Made]) -> None:
    made = make("dirty")
    rows = made.rows.filter(pl.col("number_form").is_in(["84", "0", "+84", "zero_lost", "0084", "spaced", "dotted"]))
    national = rows["msisdn"].str.replace_all("[ .+]", "").str.slice(-9)
    doubled = rows.filter(national.is_duplicated())
    assert len(doubled) > 10
    states = rows.with_columns(national.alias("national")).filter(national.is_duplicated())
    each = states.group_by("national").agg((pl.col("number_state") != "own").any())
    assert each["number_state"].all()
    left = rows.filter(pl.col("number_state") == "left")
    assert (left["status"] == "terminated").all()


def test_ported_holders_left_behind_are_the_same_person_with_the_same_number(tmp_path: Path) -> None:
    made = Made(generate(tmp_path, persons=20_000, sims=120_000, profile="clean", seed=8))
    rows = made.rows
    left = rows.filter(pl.col("number_state") == "left")
    ported = rows.filter(pl.col("number_state") == "ported")
    both = left.join(ported, on="msisdn", suffix="_there")
    assert len(both) > 5
    assert both["person_id"].equals(both["person_id_there"].rename("person_id"), null_equal=True)
    ended = made.porting.join(both, on="msisdn")
    assert (ended["ported_on"] == ended["service_ended_on"].str.to_date()).all()


# --- dirt -----------------------------------------------------------------------------------------------------------


def test_every_kind_of_dirt_of_the_profile_occurs(make: Callable[..., Made]) -> None:
    truth = make("dirty").truth
    profile = PROFILES["dirty"]
    for column, names, shares in (
        ("id_form", synthetic.profiles.ID_FORMS, profile.id_forms),
        ("name_error", synthetic.profiles.NAME_ERRORS, profile.name_errors),
        ("number_form", synthetic.profiles.NUMBER_FORMS, profile.number_forms),
        ("number_state", synthetic.profiles.NUMBER_STATES, (1, 1, 0, 1, 1)),
    ):
        found = set(truth[column].unique())
        assert found >= {name for name, share in zip(names, shares, strict=True) if share > 0.0009}
    assert truth["name_spelling"].n_unique() == 14
    assert truth["birth_form"].n_unique() == 12


def test_every_way_of_writing_a_number_can_be_read_back(make: Callable[..., Made]) -> None:
    rows = make("dirty").joined.filter(pl.col("registered") & (pl.col("id_state") == "right"))
    for form, text, true in rows.select("id_form", "id_number", "true_id_number").rows():
        if form == "scientific":
            assert text == f"{float(true) // 10**6 * 10**6:.4E}"[:6] + "E+10" or len(true) == 9 or true[1] == "0"
        elif form == "zero_lost":
            assert f"0{text}" == true
        elif form == "float":
            assert text == f"{int(true)}.0" or true[:2] == "00"
        elif form == "letter_o":
            assert text.replace("O", "0") == true
        elif form == "full_width":
            assert text.translate({0xFF10 + d: str(d) for d in range(10)}) == true
        else:
            assert text.replace(" ", "").replace("\u00a0", "").strip("'").replace(".", "").removeprefix("CCCD") == true


def test_repairable_spellings_are_repaired_to_the_registers_name(make: Callable[..., Made]) -> None:
    rows = make("dirty").joined.filter(pl.col("registered") & (pl.col("name_error") == "none"))
    for spelling in ("nfd", "cp1258_decomposed", "look_alike_d"):
        for text, true in (
            rows.filter(pl.col("name_spelling") == spelling).select("full_name", "true_full_name").head(150).rows()
        ):
            assert repair(text).text.casefold() == true.casefold()


def test_words_that_do_not_belong_stand_in_the_names(make: Callable[..., Made]) -> None:
    rows = make("dirty").joined.filter(pl.col("name_spelling") == "nfc")
    of = {
        error: rows.filter(pl.col("name_error") == error)["full_name"].str.to_lowercase()
        for error in rows["name_error"].unique()
    }
    assert of["title"].str.contains(r"^(ông|bà|anh|chị|cô|mrs?\.)").all()
    assert of["company"].str.contains(r"^(công ty|cty|dntn|cửa hàng|đại lý|shop|htx|trường|ubnd|hộ)").all()
    assert of["tail"].str.contains(r" [0-9]{9,12}$").all()
    assert of["initials"].str.contains(r"\.").mean() > 0.95
    assert of["placeholder"].n_unique() <= 13


# --- spelling, against tables that are not ours ---------------------------------------------------------------------

_NAMES = (
    "Nguyễn Thị Hồng Nhung",
    "Đặng Đình Ưng",
    "Trần Văn Ý",
    "Võ Thuỷ Ỷ",
    "Lưu Ngọc Ẩn",
    "Phạm Quỳ Ỹ",
    "Ngô Ưỡn Ợi",
)


@pytest.mark.parametrize("name", _NAMES)
def test_legacy_spellings_are_the_bytes_of_those_encodings_read_as_windows_1252(name: str) -> None:
    spell, kinds = synthetic.spelling.spell, synthetic.spelling.Spelling
    assert encodings.decode(spell(name, kinds.TCVN3_AS_CP1252).encode("cp1252"), "tcvn3").casefold() == name.casefold()
    assert encodings.decode(spell(name, kinds.VNI_AS_CP1252).encode("cp1252"), "vni") == name
    assert repair(spell(name, kinds.CP1258_AS_CP1252).encode("cp1252").decode("cp1258")).text == repair(name).text
    mojibake = "".join(
        letter.encode("cp1252", "ignore").decode("latin-1") or letter for letter in spell(name, kinds.UTF8_AS_CP1252)
    )
    assert mojibake.encode("latin-1").decode() == name


def test_typed_spellings_are_telex_and_vni() -> None:
    spell, kinds = synthetic.spelling.spell, synthetic.spelling.Spelling
    assert spell("Nguyễn Đặng", kinds.TELEX) == "Nguyeenx Ddawngj"
    assert spell("Trần Đức", kinds.VNI_TYPING) == "Tra6n2 D9u7c1"
    assert spell("Nguyễn Ưu", kinds.LOST_QUESTION_MARK) == "Nguy?n ?u"
    assert spell("Nguyễn", kinds.NFC) == "Nguyễn"


# --- text files -----------------------------------------------------------------------------------------------------


def test_dirty_carriers_send_text_in_their_own_encodings(make: Callable[..., Made]) -> None:
    made = make("dirty", format="csv")
    ways = {"VTL": ("utf-8-sig", ","), "VNP": ("tcvn3", ";"), "MBF": ("vni", "\t")}
    for entry in made.account["batches"]:
        encoding, delimiter = ways[entry["carrier"]]
        raw = (made.files.out / entry["file"]).read_bytes()
        text = raw.decode(encoding) if encoding == "utf-8-sig" else encodings.decode(raw, encoding, "replace")
        lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
        assert len(lines) == entry["rows"] + 1
        truth = made.truth.filter(pl.col("batch") == entry["carrier"])
        whole = [line.count(delimiter) >= len(FULL_COLUMNS) - 1 for line in lines[1:]]
        assert whole == (truth["line_damage"] != "fields_too_few").to_list()
        assert [("\0" in line) for line in lines[1:]] == (truth["line_damage"] == "nul_byte").to_list()
        profile = (made.files.out / entry["profile"]).read_text("utf-8")
        assert f'carrier = "{entry["carrier"]}"' in profile
    assert (made.truth["line_damage"] != "none").mean() > 0.004


def test_plain_text_files_hold_what_the_parquet_files_hold(make: Callable[..., Made]) -> None:
    parquet, text = make("linkage"), make("linkage", format="csv")
    for left, right in zip(parquet.files.batches, text.files.batches, strict=True):
        read = pl.read_csv(right, infer_schema=False)
        assert read.equals(pl.read_parquet(left))
    assert parquet.truth.equals(text.truth)
    assert parquet.files.truth.read_bytes() == text.files.truth.read_bytes()


def test_all_five_dialects_can_be_written(tmp_path: Path) -> None:
    files = generate(
        tmp_path, persons=900, sims=1_500, profile="dirty", carriers=("VTL", "VNP", "MBF", "VNM", "GTL"), format="csv"
    )
    assert files.batches[3].read_bytes().decode("cp1258").count("\n") >= 30
    assert files.batches[4].read_bytes().decode("utf-16").startswith("Số thuê bao;")


# --- a month later --------------------------------------------------------------------------------------------------


def test_a_month_later_some_mistakes_are_mended_and_a_few_are_new(make: Callable[..., Made]) -> None:
    before, after = make("2023").truth, make("2023", round=2).truth
    both = before.join(after, on=["batch", "row"], suffix="_after")
    assert len(both) == SIMS
    assert (both["person_id"].fill_null(0) == both["person_id_after"].fill_null(0)).all()
    fault = [(pl.col(f"{name}{suffix}") != first) for suffix in ("", "_after") for name, first in
             (("id_state", "right"), ("name_error", "none"), ("birth_error", "none"))]  # fmt: skip
    was, is_now = fault[0] | fault[1] | fault[2], fault[3] | fault[4] | fault[5]
    closed = both.filter(was & ~is_now)
    opened = both.filter(~was & is_now)
    kept = both.filter(was & is_now)
    assert 0.5 < len(closed) / (len(closed) + len(kept)) < 0.62
    assert 0 < len(opened) < 0.01 * SIMS
    assert len(after) > SIMS
    account = make("2023", round=2).account
    assert account["batches"][0]["batch_date"] == "2026-12-01"
    assert account["register"] is None


def test_the_registers_changes_fit_the_register(make: Callable[..., Made]) -> None:
    register, later = make("2023").register, make("2023", round=2)
    assert later.files.register is None
    assert later.files.register_delta is not None
    delta = _read(later.files.register_delta)
    assert delta.columns == ["change", *register.columns]
    counts = dict(delta["change"].value_counts().rows())
    assert set(counts) == {"new", "corrected", "deceased", "re_established"}
    new = delta.filter(pl.col("change") == "new")
    assert new["person_id"].min() == PERSONS + 1
    assert not new["id_number"].is_in(register["id_number"].implode()).any()
    both = delta.join(register, on="person_id", suffix="_before")
    of = {change: both.filter(pl.col("change") == change) for change in counts}
    assert (of["deceased"]["status"] == "deceased").all()
    changed = (of["corrected"]["full_name"] != of["corrected"]["full_name_before"]) | (
        of["corrected"]["birth_date"] != of["corrected"]["birth_date_before"]
    )
    assert changed.mean() > 0.85
    moved = of["re_established"].filter(pl.col("source_db") != "immigration")
    assert (moved["id_number"] != moved["id_number_before"]).all()
    assert moved.select(pl.col("aliases").str.contains(pl.col("id_number_before"), literal=True)).to_series().all()
    everything = pl.concat([register["id_number"], moved["id_number"], new["id_number"]])
    assert everything.n_unique() == len(everything)


# --- the call -------------------------------------------------------------------------------------------------------


def test_the_manifest_names_what_was_written(make: Callable[..., Made]) -> None:
    made = make("2023")
    account = made.account
    assert [entry["carrier"] for entry in account["batches"]] == ["VTL", "VNP", "MBF"]
    assert sum(entry["rows"] for entry in account["batches"]) == SIMS == len(made.truth)
    for name in (
        account["register"],
        account["truth"],
        account["porting"],
        *(entry["file"] for entry in account["batches"]),
    ):
        assert (made.files.out / name).exists()
    assert not list(made.files.out.glob(".*"))


def test_progress_is_told_and_columns_can_be_chosen(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    files = generate(
        tmp_path, persons=300, sims=400, profile="clean", carriers={"VNP": 3.0, "VNM": 1.0},
        columns=("msisdn", "full_name"), progress=lambda *each: told.append(each), workers=1,
    )  # fmt: skip
    assert told == [("register", 300, 300), ("VNP", 300, 300), ("VNM", 100, 100)]
    assert pl.read_parquet(files.batches[0]).columns == ["msisdn", "full_name"]


def test_an_unknown_profile_or_carrier_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UnknownProfile, match="profile spotless is not one of linkage, clean, 2023, dirty"):
        generate(tmp_path / "a", persons=10, sims=10, profile="spotless")
    with pytest.raises(UnknownProfile, match="carrier XYZ is not one of VTL"):
        generate(tmp_path / "b", persons=10, sims=10, carriers=("XYZ",))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("persons", [1, 2, 40])
def test_the_smallest_populations_work(tmp_path: Path, persons: int) -> None:
    for profile in PROFILES:
        files = generate(tmp_path / profile, persons=persons, sims=3, profile=profile, workers=1)
        assert len(pl.read_parquet(files.truth)) == 3


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 5_000), st.integers(0, 2**32))
def test_a_person_drawn_alone_is_the_person_drawn_among_many(persons: int, seed: int) -> None:
    population = Population(persons, seed, AS_OF)
    everyone = population.people(np.arange(population.everyone))
    one = int(seed % population.everyone)
    alone = population.people(np.array([one]))
    for field in ("pin", "passport", "cmnd", "birth_day", "residence", "cancelled_pin"):
        assert getattr(alone, field)[0] == getattr(everyone, field)[one]
    assert (alone.words[0] == everyone.words[one]).all()
