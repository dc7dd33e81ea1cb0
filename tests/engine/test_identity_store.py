"""Indexes on disk: what is built, updated, opened and refused."""

import stat
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import polars as pl
import pytest

import engine.identity.store as store
from engine.errors import EngineError
from engine.identity.index import IdentityIndex, IndexDamaged, IndexNotFound
from engine.identity.store import IndexExists, build_index, open_index, update_index, verify_index
from engine.identity.tokens import KeyedTokens
from engine.sources import prepare
from tests.engine.small_register import (
    AS_OF,
    GIVENS,
    KEY,
    PLACES,
    Row,
    index_of,
    outcome_of,
    pin,
    plan_of,
    run_of,
    subscriber,
    townsfolk,
    write_rows,
)

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

PEOPLE = townsfolk(120)
FOLK = townsfolk(500, seed=3)


def update_of(folder: Path, index: str, rows: Sequence[Row], number: int = 0) -> IdentityIndex:
    return update_index(folder / index, write_rows(folder / f"delta-{index}-{number}.csv", rows), as_of=AS_OF)


def a_month(people: Sequence[Row], random: Random, first: int) -> list[dict[str, str]]:
    """People who were corrected, died, got another number, and who came new."""
    delta = []
    for place, before in enumerate(random.sample(list(people), len(people) // 4)):
        person = dict(before)
        match place % 4:
            case 0:
                person["full_name"] = " ".join([*person["full_name"].split()[:-1], random.choice(GIVENS)])
            case 1:
                person["birth_date"] = person["birth_date"][:8] + f"{random.randrange(1, 29):02d}"
            case 2:
                person["status"] = "deceased"
            case _:
                person["aliases"] = person["id_number"]
                person["id_number"] = person["id_number"][:6] + f"{random.randrange(500_000, 999_999):06d}"
        delta.append(person)
    return delta + townsfolk(len(people) // 10, seed=random.randrange(20, 90), first=first)


def applied(register: Sequence[Row], delta: Sequence[Row]) -> list[Row]:
    rows = {person["person_id"]: person for person in register}
    rows.update({person["person_id"]: person for person in delta})
    return list(rows.values())


def mixed_records(people: Sequence[Row]) -> list[dict[str, str]]:
    """Records of every tier: faithful, by an old number, near numbers, none at all, years alone, slips."""
    rows = []
    for number, person in enumerate(people):
        row = subscriber(person, number)
        match number % 10:
            case 1:
                row["id_number"] = ""
            case 2:
                row |= {"id_number": "", "full_name": " ".join(row["full_name"].split()[::2])}
            case 3:
                row["id_number"] = row["id_number"][:-1] + str((int(row["id_number"][-1]) + 3) % 10)
            case 4:
                row["full_name"] = "Trần Thị Lan"
            case 5:
                row["id_number"] = person["old_id_number"] or row["id_number"]
            case 6:
                row |= {"id_number": "", "birth_date": row["birth_date"][-4:]}
            case 7:
                row |= {"id_number": "", "full_name": row["full_name"].replace("n", "m", 1)}
            case _:
                pass
        rows.append(row)
    return rows


@pytest.fixture(scope="module")
def histories(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, IdentityIndex, list[Row]]]:
    """One register brought up to date by three deltas, and the register with all of them applied."""
    made = []
    for seed in (1, 2):
        folder = tmp_path_factory.mktemp("deltas")
        random = Random(seed)
        base = FOLK
        index_of(folder, base, "index")
        now: list[Row] = list(base)
        for month in range(3):
            delta = a_month(now, random, 100_000 * (month + 1))
            update_of(folder, "index", delta, month)
            now = applied(now, delta)
        random.shuffle(now)
        made.append((folder, open_index(folder / "index"), now))
    return made


class TestUpdating:
    def test_it_gives_the_content_of_an_index_built_from_the_register_with_the_deltas_applied(
        self, histories: list[tuple[Path, IdentityIndex, list[Row]]]
    ) -> None:
        for folder, updated, now in histories:
            whole = index_of(folder, now)
            assert len(updated.segments) == 4
            assert (updated.content, updated.persons) == (whole.content, whole.persons)
            assert whole.persons == len(now)
            verify_index(folder / "index")

    def test_it_identifies_the_same_people_with_the_same_verdicts(
        self, histories: list[tuple[Path, IdentityIndex, list[Row]]]
    ) -> None:
        for folder, updated, now in histories:
            rows = mixed_records([*FOLK, *now[-60:]])
            one = run_of(folder, index_of(folder, now), rows, "whole").verdicts
            other = run_of(folder, updated, rows, "updated").verdicts
            legal = ["row", "msisdn", "roll_up", "code", "codes", "id_holder"]
            assert one.select(legal).equals(other.select(legal))
            sure = (one["probability"] - other["probability"]).abs() < 0.01
            assert sure.all()
            assert one.filter(one["probability"] > 0.52)["person_id"].to_list() == (
                other.filter(one["probability"] > 0.52)["person_id"].to_list()
            )

    def test_it_gives_the_same_verdicts_to_the_last_bit(
        self, histories: list[tuple[Path, IdentityIndex, list[Row]]]
    ) -> None:
        for folder, updated, now in histories:
            rows = mixed_records([*FOLK, *now[-60:]])
            one = run_of(folder, index_of(folder, now), rows, "whole-bits")
            other = run_of(folder, updated, rows, "updated-bits")
            assert one.manifest["model"] == other.manifest["model"]
            assert one.verdicts.drop("batch").equals(other.verdicts.drop("batch"))

    def test_each_kind_of_change_shows_in_the_verdict(self, tmp_path: Path) -> None:
        index_of(tmp_path, PEOPLE, "index")
        corrected = PEOPLE[0] | {"full_name": "Lê Thị Mai Hoa"}
        deceased = PEOPLE[1] | {"status": "deceased"}
        moved = PEOPLE[2] | {
            "id_number": pin(PLACES[0], date(1970, 1, 2), 777, male=True),
            "aliases": PEOPLE[2]["id_number"],
        }
        new = townsfolk(1, seed=9, first=900)[0]
        rows = [
            subscriber(PEOPLE[0], 1),
            subscriber(corrected, 2),
            subscriber(PEOPLE[1], 3),
            subscriber(PEOPLE[2], 4),
            subscriber(moved, 5, birth_date=subscriber(PEOPLE[2], 5)["birth_date"]),
            subscriber(new, 6),
        ]
        before = run_of(tmp_path, open_index(tmp_path / "index"), rows, "before").verdicts
        update_of(tmp_path, "index", [corrected, deceased, moved, new])
        after = run_of(tmp_path, open_index(tmp_path / "index"), rows, "after").verdicts
        assert before["code"].to_list() == [
            "OK_EXACT", "NAME_DIFFERENT", "OK_EXACT", "OK_EXACT", "ID_NOT_FOUND", "ID_NOT_FOUND",
        ]  # fmt: skip
        assert after["code"].to_list() == [
            "NAME_DIFFERENT", "OK_EXACT", "PERSON_DECEASED", "ID_REPLACED", "OK_EXACT", "OK_EXACT",
        ]  # fmt: skip
        assert after["tier"].to_list() == ["id", "id", "id", "alias", "id", "id"]
        people = [PEOPLE[0], PEOPLE[0], PEOPLE[1], PEOPLE[2], PEOPLE[2], new]
        assert after["id_holder"].to_list() == [person["person_id"] for person in people]

    def test_a_later_delta_rules_over_an_earlier_one_and_may_undo_it(self, tmp_path: Path) -> None:
        first = index_of(tmp_path, PEOPLE, "index").content
        second = update_of(tmp_path, "index", [PEOPLE[0] | {"status": "deceased"}], 1)
        assert second.content != first
        third = update_of(tmp_path, "index", [PEOPLE[0]], 2)
        assert (third.content, third.persons) == (first, len(PEOPLE))

    def test_new_words_keep_the_codes_of_the_old_ones(self, tmp_path: Path) -> None:
        before = index_of(tmp_path, PEOPLE, "index").vocabulary.tokens()
        after = update_of(tmp_path, "index", [PEOPLE[0] | {"full_name": "Y Bhăm Êñuôl"}]).vocabulary.tokens()
        assert after[: len(before)] == before
        assert {"bhăm", "êñuôl"} <= set(after) - set(before)

    def test_killed_before_its_end_it_leaves_the_index_as_it_was(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = index_of(tmp_path, PEOPLE, "index").content
        self.kill_an_update(tmp_path, monkeypatch)
        again = open_index(tmp_path / "index")
        assert (again.content, again.persons) == (before, len(PEOPLE))
        verify_index(tmp_path / "index")

    def test_a_killed_update_leaves_no_trace_in_the_next_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        index_of(tmp_path, PEOPLE, "index")
        self.kill_an_update(tmp_path, monkeypatch)
        new = townsfolk(1, seed=9, first=900)
        updated = update_of(tmp_path, "index", new, 7)
        assert updated.persons == updated.manifest["persons"] == len(PEOPLE) + 1
        assert updated.content == index_of(tmp_path, [*PEOPLE, *new]).content

    def kill_an_update(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def killed(*_: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(store, "write_json", killed)
            with pytest.raises(KeyboardInterrupt):
                update_of(folder, "index", [PEOPLE[0] | {"full_name": "Lê Thị Mai"}])

    def test_there_must_be_an_index(self, tmp_path: Path) -> None:
        with pytest.raises(IndexNotFound, match="holds no identity index"):
            update_of(tmp_path, "nothing", PEOPLE[:1])


class TestContentDigest:
    def test_it_does_not_depend_on_the_order_of_rows_nor_on_threads(self, tmp_path: Path) -> None:
        contents = set()
        for seed in range(4):
            rows = list(PEOPLE)
            Random(seed).shuffle(rows)
            contents.add(index_of(tmp_path, rows, f"index-{seed}", threads=1 + seed).content)
        assert len(contents) == 1

    def test_it_does_not_depend_on_chunks_nor_on_the_kind_of_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = index_of(tmp_path, PEOPLE).content
        table = pl.DataFrame(PEOPLE)
        table.write_parquet(tmp_path / "register.parquet", row_group_size=7)
        assert build_index(tmp_path / "register.parquet", None, as_of=AS_OF, key=KEY).content == whole
        monkeypatch.setattr(store, "prepare", lambda path, **options: prepare(path, **options, chunk_rows=11))
        for threads in (1, 3):
            assert index_of(tmp_path, PEOPLE, threads=threads).content == whole

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("id_number", "001090999999"),
            ("old_id_number", "098765432"),
            ("full_name", "Lê Thị Mái"),
            ("birth_date", "1988"),
            ("sex", ""),
            ("province", "002"),
            ("status", "deceased"),
            ("person_id", "4711"),
            ("aliases", "C1234567"),
            ("document_expires_on", "2031-02-03"),
        ],
    )
    def test_it_depends_on_each_field_that_a_verdict_can_depend_on(
        self, tmp_path: Path, column: str, value: str
    ) -> None:
        other = [PEOPLE[0] | {column: value}, *PEOPLE[1:]]
        assert index_of(tmp_path, other).content != index_of(tmp_path, PEOPLE).content

    def test_it_does_not_depend_on_how_person_ids_are_kept(self, tmp_path: Path) -> None:
        index_of(tmp_path, PEOPLE, "index")
        named = PEOPLE[1] | {"person_id": "X9", "id_number": "001090555555"}
        assert update_of(tmp_path, "index", [named]).content == index_of(tmp_path, [*PEOPLE, named]).content


class TestFiles:
    def test_an_index_opens_as_it_was_built(self, tmp_path: Path) -> None:
        built = index_of(tmp_path, PEOPLE, "index")
        opened = open_index(tmp_path / "index")
        verify_index(tmp_path / "index")
        assert opened.content == built.content
        assert opened.manifest["persons"] == opened.persons == len(PEOPLE)
        assert opened.tokens == KEY
        rows = np.arange(opened.persons)
        assert opened.person_ids(rows) == built.person_ids(rows)
        for name in ("record", "serial", "name_entry", "day_row"):
            assert np.array_equal(getattr(opened.segments[0], name), getattr(built.segments[0], name))

    def test_its_key_is_its_owners_alone(self, tmp_path: Path) -> None:
        index_of(tmp_path, PEOPLE[:3], "index", key=None)
        assert stat.S_IMODE((tmp_path / "index").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "index" / "token.key").stat().st_mode) == 0o600
        assert len((tmp_path / "index" / "token.key").read_bytes()) == 16
        index_of(tmp_path, PEOPLE[:3], "other", key=None)
        assert (tmp_path / "index" / "token.key").read_bytes() != (tmp_path / "other" / "token.key").read_bytes()

    def test_what_is_mapped_cannot_reach_the_files(self, tmp_path: Path) -> None:
        index_of(tmp_path, PEOPLE, "index")
        open_index(tmp_path / "index").segments[0].record[:] = 0
        verify_index(tmp_path / "index")

    def test_no_second_index_is_built_over_one(self, tmp_path: Path) -> None:
        index_of(tmp_path, PEOPLE, "index")
        with pytest.raises(IndexExists, match="holds an identity index already"):
            index_of(tmp_path, PEOPLE, "index")

    def test_a_folder_without_an_index_is_told_so(self, tmp_path: Path) -> None:
        with pytest.raises(IndexNotFound, match="sogoc index build"):
            open_index(tmp_path)

    @pytest.mark.parametrize("name", ["segment-0/serial.npy", "segment-1/record.npy", "vocabulary-1/token_bytes.npy"])
    @pytest.mark.parametrize("how", ["gone", "cut"])
    def test_a_file_that_is_gone_or_cut_is_refused_on_opening(self, tmp_path: Path, name: str, how: str) -> None:
        index_of(tmp_path, PEOPLE, "index")
        write_rows(tmp_path / "delta.csv", [PEOPLE[0]])
        store_update(tmp_path)
        path = tmp_path / "copy" / name
        path.unlink() if how == "gone" else path.write_bytes(path.read_bytes()[:-1])
        with pytest.raises(IndexDamaged, match=path.name):
            open_index(tmp_path / "copy")

    @pytest.mark.parametrize("name", ["segment-0/record.npy", "segment-1/person.npy", "vocabulary-1/slots.npy"])
    def test_a_changed_byte_is_told_by_verifying(self, tmp_path: Path, name: str) -> None:
        index_of(tmp_path, PEOPLE, "index")
        write_rows(tmp_path / "delta.csv", [PEOPLE[0]])
        store_update(tmp_path)
        changed(tmp_path / "copy" / name)
        with pytest.raises(IndexDamaged, match="has other content"):
            verify_index(tmp_path / "copy")

    @pytest.mark.parametrize(
        ("name", "damage"),
        [
            ("manifest.json", lambda path: path.write_text("{")),
            ("manifest.json", lambda path: path.write_text("[]")),
            ("manifest.json", lambda path: path.write_text('{"format": 1}')),
            ("segment-0/record.npy", lambda path: changed(path, 3)),
            ("segment-0/tombstone-1.npy", lambda path: path.unlink()),
            ("token.key", lambda path: path.unlink()),
            ("token.key", lambda path: path.write_bytes(b"abc")),
        ],
    )
    def test_every_other_damage_is_refused_too(
        self, tmp_path: Path, name: str, damage: Callable[[Path], object]
    ) -> None:
        index_of(tmp_path, PEOPLE, "index")
        write_rows(tmp_path / "delta.csv", [PEOPLE[0]])
        store_update(tmp_path)
        damage(tmp_path / "copy" / name)
        with pytest.raises(IndexDamaged):
            open_index(tmp_path / "copy")

    def test_verifying_tells_of_tombstones_and_of_missing_files(self, tmp_path: Path) -> None:
        index_of(tmp_path, PEOPLE, "index")
        write_rows(tmp_path / "delta.csv", [PEOPLE[0]])
        store_update(tmp_path)
        changed(tmp_path / "copy" / "segment-0" / "tombstone-1.npy")
        with pytest.raises(IndexDamaged):
            verify_index(tmp_path / "copy")
        with pytest.raises(EngineError):
            verify_index(tmp_path)

    def test_a_key_that_is_there_is_the_key_of_the_index(self, tmp_path: Path) -> None:
        (tmp_path / "index").mkdir()
        KeyedTokens(b"0123456789abcdef").write(tmp_path / "index" / "token.key")
        nameless = [{name: value for name, value in row.items() if name != "person_id"} for row in PEOPLE]
        index_of(tmp_path, nameless, "index", key=None)
        updated = update_of(tmp_path, "index", [nameless[0] | {"full_name": "Lê Thị Mai"}])
        assert updated.persons == len(PEOPLE)


def store_update(folder: Path) -> None:
    """Update `index` by `delta.csv` and rename it, so that no opened form of it is remembered."""
    update_index(folder / "index", folder / "delta.csv", as_of=AS_OF)
    (folder / "index").rename(folder / "copy")


def changed(path: Path, place: int = -1) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


class TestRegistersAsTheyAre:
    def verdicts(self, folder: Path, people: Sequence[Row], rows: Sequence[Row]) -> pl.DataFrame:
        return outcome_of(plan_of(folder, {"VTL": rows}), index_of(folder, people)).verdicts

    def test_person_ids_may_be_any_text(self, tmp_path: Path) -> None:
        people = [person | {"person_id": f"P/{person['person_id']}é"} for person in PEOPLE]
        found = self.verdicts(tmp_path, people, [subscriber(person, n) for n, person in enumerate(people)])
        assert found["person_id"].to_list() == [person["person_id"] for person in people]
        assert found["id_holder"].to_list() == found["person_id"].to_list()

    @pytest.mark.parametrize("first", ["007", "9223372036854775808", "1.0", "+1", "a b"])
    def test_person_ids_come_back_as_they_were_written(self, tmp_path: Path, first: str) -> None:
        people = [PEOPLE[0] | {"person_id": first}, *PEOPLE[1:]]
        found = self.verdicts(tmp_path, people, [subscriber(person, n) for n, person in enumerate(people)])
        assert found["person_id"].to_list() == [person["person_id"] for person in people]

    @pytest.mark.parametrize("first", ["0", "-5"])
    def test_person_ids_may_be_zero_or_below(self, tmp_path: Path, first: str) -> None:
        people = [PEOPLE[0] | {"person_id": first}, *PEOPLE[1:]]
        assert self.verdicts(tmp_path, people, [subscriber(PEOPLE[0], 1)])["person_id"].to_list() == [first]

    def test_without_person_ids_the_number_names_the_person_by_a_keyed_token(self, tmp_path: Path) -> None:
        people = [{name: value for name, value in row.items() if name != "person_id"} for row in PEOPLE]
        rows = [subscriber(person, n) for n, person in enumerate(people)]
        found = self.verdicts(tmp_path, people, rows)["person_id"].to_list()
        assert len(set(found)) == len(people)
        assert not set(found) & {person["id_number"] for person in people}
        assert all(0 < int(person) < 1 << 63 for person in found)
        again = run_of(tmp_path, index_of(tmp_path, people[::-1]), rows, "again").verdicts
        assert again["person_id"].to_list() == found
        other = run_of(tmp_path, index_of(tmp_path, people, key=KeyedTokens(b"another key 0123")), rows, "other")
        assert not set(found) & set(other.verdicts["person_id"])

    def test_without_person_ids_those_without_a_long_number_are_still_persons(self, tmp_path: Path) -> None:
        people = [{name: value for name, value in row.items() if name != "person_id"} for row in PEOPLE]
        for place in range(5):
            people[place]["id_number"] = f"02345678{place}"
        index_of(tmp_path, people, "index")
        assert update_of(tmp_path, "index", [people[0] | {"full_name": "Lê Thị Mai"}]).persons == len(people)

    def test_names_of_more_than_six_tokens_are_kept_whole(self, tmp_path: Path) -> None:
        long = "Công Tằng Tôn Nữ Thị Ngọc Minh"
        people = [PEOPLE[0] | {"full_name": long}, PEOPLE[1] | {"full_name": long + " Anh"}, *PEOPLE[2:]]
        rows = [
            subscriber(people[0], 1),
            subscriber(people[1], 2),
            subscriber(people[0], 3, full_name=long + " Anh"),
            subscriber(people[0], 4, id_number=""),
        ]
        found = self.verdicts(tmp_path, people, rows)
        assert found["code"].to_list() == ["OK_EXACT", "OK_EXACT", "NAME_DIFFERENT", "ID_MISSING"] or (
            found["code"].to_list()[:2] == ["OK_EXACT", "OK_EXACT"] and found["code"][2].startswith("NAME_")
        )
        assert found["person_id"].to_list()[3] == people[0]["person_id"]

    def test_a_number_that_two_persons_hold_is_told(self, tmp_path: Path) -> None:
        twin = PEOPLE[0] | {"person_id": "900", "full_name": "Lê Thị Mai", "birth_date": "1999-09-09"}
        rows = [subscriber(PEOPLE[0], 1), subscriber(twin, 2)]
        found = self.verdicts(tmp_path, [*PEOPLE, twin], rows)
        assert [codes.split()[:2] for codes in found["codes"]] == [["OK_EXACT", "ID_SHARED"]] * 2
        assert found["id_holder"].to_list() == [PEOPLE[0]["person_id"], "900"]

    def test_old_numbers_and_other_columns_may_be_absent(self, tmp_path: Path) -> None:
        kept = ("person_id", "id_number", "full_name", "birth_date")
        people = [{name: row[name] for name in kept} for row in PEOPLE]
        rows = [subscriber(PEOPLE[0], 1), subscriber(PEOPLE[1], 2, id_number=PEOPLE[4]["old_id_number"])]
        found = self.verdicts(tmp_path, people, rows)
        assert found["code"].to_list() == ["OK_EXACT", "ID_NOT_FOUND"]

    def test_persons_of_whom_little_is_known_are_indexed_by_what_is_left(self, tmp_path: Path) -> None:
        poor = [
            {"person_id": "900", "id_number": "", "full_name": "Ksor H'Lan", "birth_date": "1977-07-08"},
            {"person_id": "901", "id_number": "001080000901", "full_name": "", "birth_date": ""},
            {"person_id": "902", "id_number": "12", "full_name": "Đinh Thị Hơ", "birth_date": "31/02/1980"},
            {"person_id": "903", "id_number": "B1234567", "full_name": "Kim Min Jun", "birth_date": "1985"},
        ]
        index = index_of(tmp_path, [*PEOPLE, *poor])
        noticed = index.manifest["noticed"]
        assert {
            "number_missing": 1, "number_malformed": 1, "name_missing": 1, "birth_date_missing": 2, "rejected": 0,
        }.items() <= noticed.items()  # fmt: skip
        rows = [
            {"msisdn": "0912345678", "id_number": "", "full_name": "Ksor H'Lan", "birth_date": "08/07/1977"},
            {"msisdn": "0912345679", "id_number": "001080000901", "full_name": "Lê An", "birth_date": "1980"},
            {"msisdn": "0912345670", "id_number": "B1234567", "full_name": "Kim Min Jun", "birth_date": "1985"},
        ]
        found = run_of(tmp_path, index, rows).verdicts
        assert found["person_id"].to_list() == ["900", "901", "903"]
        assert found["id_holder"].to_list() == [None, "901", "903"]
        assert found["tier"].to_list() == ["search", "id", "alias"]

    def test_a_person_may_have_two_old_numbers(self, tmp_path: Path) -> None:
        people = [PEOPLE[0] | {"id_number": "023456781", "old_id_number": "024456782"}, *PEOPLE[1:]]
        rows = [
            subscriber(people[0], n, id_number=people[0][name]) for n, name in enumerate(["id_number", "old_id_number"])
        ]
        assert self.verdicts(tmp_path, people, rows)["id_holder"].to_list() == [people[0]["person_id"]] * 2

    def test_an_empty_register_makes_an_index_of_nobody(self, tmp_path: Path) -> None:
        path = write_rows(tmp_path / "empty.csv", [], ["id_number", "full_name", "birth_date"])
        index = build_index(path, tmp_path / "index", as_of=AS_OF, key=KEY)
        assert index.persons == 0
        found = run_of(tmp_path, open_index(tmp_path / "index"), [subscriber(PEOPLE[0], 1)]).verdicts
        assert found.select("code", "link_status", "probability").rows() == [("ID_NOT_FOUND", "none", 0.0)]
        assert update_of(tmp_path, "index", PEOPLE).content == index_of(tmp_path, PEOPLE).content

    def test_progress_is_told_up_to_the_last_row(self, tmp_path: Path) -> None:
        told: list[tuple[int, int]] = []
        index_of(tmp_path, PEOPLE, progress=lambda done, total: told.append((done, total)))
        assert told[-1] == (len(PEOPLE), len(PEOPLE))
