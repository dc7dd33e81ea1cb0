"""A run: every record accounted for, the same bytes however it is worked on, and no run over another one."""

import json
import logging
import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from engine.chunk_task import AccountUnbalanced
from engine.errors import EngineError, SourceNotFound
from engine.identity.index import IdentityIndex
from engine.pipeline import BatchInput, RunDiffers, RunExists, RunPlan, reconcile
from engine.rules import RulesUnknown
from engine.sources import CarrierProfile, Chunk, ChunkSpec, read_chunk
from tests.engine.small_register import AS_OF, Row, index_of, outcome_of, plan_of, run_of, subscriber, townsfolk
from tests.identity_scan import Identities, scan

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

PEOPLE = townsfolk(300)
CONTRACTS = Path(__file__).parents[2] / "data" / "contracts"
OUTPUTS = ("verdicts.parquet", "rejects.parquet", "findings.parquet", "attempts.parquet", "manifest.json")


def mixed(people: Sequence[Row], first: int = 0) -> list[dict[str, str]]:
    rows = []
    for number, person in enumerate(people, first):
        row = subscriber(person, number, dealer_id=f"D{number % 3}", status="active", activated_on="05/06/2021")
        match number % 6:
            case 1:
                row["id_number"] = ""
            case 2:
                row["full_name"] = row["full_name"].upper()
            case 3:
                row["birth_date"] = f"01/01/{row['birth_date'][-4:]}"
            case 4:
                row["id_number"] = row["id_number"][:-1] + str((int(row["id_number"][-1]) + 3) % 10)
            case _:
                pass
        rows.append(row)
    return rows


def damaged(path: Path, every: int) -> int:
    """Add a surplus of fields to every so many lines of a CSV file; give how many lines were damaged."""
    lines = path.read_text(encoding="utf-8").splitlines()
    hurt = range(every, len(lines), every)
    for place in hurt:
        lines[place] += ',"a","b","c","d"' * 4
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(hurt)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pipeline")


@pytest.fixture(scope="module")
def index(folder: Path) -> IdentityIndex:
    return index_of(folder, PEOPLE, "index")


@pytest.fixture(scope="module")
def plan(folder: Path) -> RunPlan:
    """Three carriers' batches in many chunks, some lines damaged, some numbers claimed twice."""
    batches = {"VTL": mixed(PEOPLE[:120]), "VNP": mixed(PEOPLE[60:150], 60), "MBF": mixed(PEOPLE[150:160], 150)}
    made = plan_of(folder, batches, "base", chunk_rows=32, findings=True, workers=1, index_path=folder / "index")
    assert damaged(made.batches[0].path, 17) > 0
    return made


@pytest.fixture(scope="module")
def base(plan: RunPlan, index: IdentityIndex) -> dict[str, Any]:
    return reconcile(plan, index)


def bytes_of(out: Path) -> dict[str, bytes]:
    carrier = {str(path.relative_to(out)): path for path in (out / "carrier").rglob("*.csv")}
    return {name: path.read_bytes() for name, path in carrier.items()} | {
        name: (out / name).read_bytes() for name in OUTPUTS
    }


class TestAccount:
    def test_every_record_is_a_row_or_a_reject(self, plan: RunPlan, base: dict[str, Any]) -> None:
        verdicts, rejects = (pl.read_parquet(plan.out / f"{kind}.parquet") for kind in ("verdicts", "rejects"))
        assert base["totals"]["records"] == 120 + 90 + 10 == verdicts.height + rejects.height
        assert rejects.height == 7 == base["totals"]["rejects"]
        for entry in base["batches"]:
            rows = verdicts.filter(pl.col("batch") == entry["name"])["row"].to_list()
            refused = rejects.filter(pl.col("batch") == entry["name"])["row"].to_list()
            assert sorted(rows + refused) == list(range(1, entry["records"] + 1))
            assert rows == sorted(rows)
            assert entry["rows"] == len(rows) == sum(entry["by_code"].values())
            assert sum(entry["by_tier"].values()) == sum(entry["by_link"].values()) == len(rows)
            assert sum(entry["reject_reasons"].values()) == len(refused) == entry["rejects"]

    def test_the_manifest_counts_what_the_verdicts_say(self, plan: RunPlan, base: dict[str, Any]) -> None:
        verdicts = pl.read_parquet(plan.out / "verdicts.parquet")
        by_code = Counter(zip(verdicts["roll_up"], verdicts["code"], strict=True))
        assert base["totals"]["by_code"] == {f"{roll} {code}": count for (roll, code), count in by_code.items()}
        assert base["totals"]["by_roll_up"] == dict(Counter(verdicts["roll_up"]))
        for name, column in (("by_tier", "tier"), ("by_link", "link_status")):
            counted = {word: count for word, count in base["totals"][name].items() if count}
            assert counted == dict(Counter(verdicts[column]))
        assert json.loads((plan.out / "manifest.json").read_bytes()) == json.loads(json.dumps(base))

    def test_verdicts_and_facts_keep_their_contracts(self, plan: RunPlan, base: dict[str, Any]) -> None:
        kinds = {"string": pl.String, "int64": pl.Int64, "float32": pl.Float32, "uint64": pl.UInt64, "int32": pl.Int32}
        kinds |= {"uint8": pl.UInt8, "bool": pl.Boolean}
        facts = pl.read_parquet(plan.out / "work" / "facts" / "*.parquet")
        for name, frame in (("verdicts", pl.read_parquet(plan.out / "verdicts.parquet")), ("facts", facts)):
            contract = json.loads((CONTRACTS / f"{name}.v1.json").read_text())
            assert frame.columns == [column["name"] for column in contract["columns"]]
            for column in contract["columns"]:
                values = frame[column["name"]]
                if column["type"] in kinds and values.dtype != pl.Categorical:
                    assert values.dtype == kinds[column["type"]]
                assert column["null"] or values.null_count() == 0
                assert set(values.cast(pl.String) if "values" in column else []) <= set(column.get("values", []))

    def test_the_stages_leave_their_outputs_for_the_owner_alone(self, plan: RunPlan, base: dict[str, Any]) -> None:
        assert stat.S_IMODE(plan.out.stat().st_mode) == 0o700
        assert {*OUTPUTS, "timings.json", "carrier", "work"} == {path.name for path in plan.out.iterdir()}
        assert not list(plan.out.rglob("*.partial"))
        seconds = json.loads((plan.out / "timings.json").read_bytes())["seconds"]
        assert {"prepare", "train", "chunks", "join", "findings", "carriers"} <= set(seconds)

    def test_progress_runs_from_nothing_to_all(self, plan: RunPlan, folder: Path, index: IdentityIndex) -> None:
        told: list[tuple[str, int, int]] = []
        reconcile(replace(plan, out=folder / "told"), index, lambda *step: told.append(step))
        stages = list(dict.fromkeys(stage for stage, _, _ in told))
        assert stages == ["prepare", "train", "chunks", "close"]
        for stage in stages:
            steps = [(done, total) for name, done, total in told if name == stage]
            assert steps == sorted(steps)
            assert steps[-1][0] == steps[-1][1]

    def test_a_lost_row_fails_the_run(
        self, plan: RunPlan, folder: Path, index: IdentityIndex, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def short(spec: ChunkSpec, only: object = None) -> Chunk:
            chunk = read_chunk(spec)
            return replace(chunk, table=chunk.table.slice(1), rows=chunk.row_numbers[1:])

        monkeypatch.setattr("engine.chunk_task.read_chunk", short)
        with pytest.raises(AccountUnbalanced, match="records in"):
            reconcile(replace(plan, out=folder / "short"), index)


class TestSameBytes:
    @pytest.mark.parametrize(
        ("name", "changes"),
        [
            ("two", {"workers": 2}),
            ("three", {"workers": 3, "memory_bytes": 8 << 30}),
            ("small", {"workers": 3, "memory_bytes": 1 << 30}),
            ("again", {}),
        ],
    )
    def test_workers_and_memory_do_not_show(
        self,
        plan: RunPlan,
        base: dict[str, Any],
        folder: Path,
        index: IdentityIndex,
        name: str,
        changes: dict[str, Any],
    ) -> None:
        other = replace(plan, out=folder / name, **changes)
        reconcile(other, index)
        assert bytes_of(other.out) == bytes_of(plan.out)

    def test_an_index_of_other_rows_order_does_not_show(
        self, plan: RunPlan, base: dict[str, Any], folder: Path, index: IdentityIndex
    ) -> None:
        turned = index_of(folder, PEOPLE[::-1], "turned")
        reconcile(replace(plan, out=folder / "turned-run"), turned)
        for name in ("verdicts.parquet", "rejects.parquet", "findings.parquet"):
            assert (folder / "turned-run" / name).read_bytes() == (plan.out / name).read_bytes()

    def test_a_finished_run_resumed_stays_what_it_is(
        self, plan: RunPlan, base: dict[str, Any], folder: Path, index: IdentityIndex
    ) -> None:
        other = replace(plan, out=folder / "finished")
        reconcile(other, index)
        reconcile(replace(other, resume=True), index)
        assert bytes_of(other.out) == bytes_of(plan.out)

    def test_parts_that_are_lost_are_made_again(
        self, plan: RunPlan, base: dict[str, Any], folder: Path, index: IdentityIndex
    ) -> None:
        other = replace(plan, out=folder / "lost")
        reconcile(other, index)
        accounts = sorted((other.out / "work" / "accounts").iterdir())
        for account in accounts[1::2]:
            account.unlink()
        (other.out / "work" / "verdicts" / "part-00001.parquet").write_bytes(b"half a pa")
        (other.out / "verdicts.parquet").unlink()
        reconcile(replace(other, resume=True), index)
        assert bytes_of(other.out) == bytes_of(plan.out)


class TestRefusals:
    def test_a_run_goes_to_an_empty_folder(self, plan: RunPlan, base: dict[str, Any], index: IdentityIndex) -> None:
        with pytest.raises(RunExists, match="is not empty"):
            reconcile(plan, index)

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"as_of": date(2026, 12, 1)}, "as_of"),
            ({"rules": "campaign-2023"}, "rules"),
            ({"deep": False}, "deep"),
            ({"chunk_rows": 33}, "chunk_rows"),
        ],
    )
    def test_a_run_is_resumed_with_the_inputs_it_was_begun_with(
        self, plan: RunPlan, base: dict[str, Any], index: IdentityIndex, changes: dict[str, Any], told: str
    ) -> None:
        before = bytes_of(plan.out)
        with pytest.raises(RunDiffers, match=told):
            reconcile(replace(plan, resume=True, **changes), index)
        assert bytes_of(plan.out) == before

    def test_a_run_is_resumed_with_the_batches_and_the_index_it_was_begun_with(
        self, folder: Path, index: IdentityIndex
    ) -> None:
        mine = plan_of(folder, {"VTL": mixed(PEOPLE[:8])}, "own")
        reconcile(mine, index)
        with pytest.raises(RunDiffers, match="index"):
            reconcile(replace(mine, resume=True), index_of(folder, PEOPLE[:-1]))
        with pytest.raises(RunDiffers, match="batches"):
            reconcile(replace(mine, resume=True, batches=(replace(mine.batches[0], carrier="VNP"),)), index)
        with mine.batches[0].path.open("a", encoding="utf-8") as file:
            file.write("0912345678\n")
        with pytest.raises(RunDiffers, match="batches"):
            reconcile(replace(mine, resume=True), index)

    @pytest.mark.parametrize("what", ["profile", "porting", "previous", "batch_date"])
    def test_a_run_is_resumed_with_the_profiles_and_side_inputs_it_was_begun_with(
        self, folder: Path, index: IdentityIndex, what: str
    ) -> None:
        mine = plan_of(folder, {"VTL": mixed(PEOPLE[:8])}, f"side-{what}")
        reconcile(mine, index)
        (folder / "porting.parquet").touch()
        changed = {
            "profile": {"batches": (replace(mine.batches[0], profile=CarrierProfile(date_order="mdy")),)},
            "porting": {"porting": folder / "porting.parquet"},
            "previous": {"previous": folder / "base"},
            "batch_date": {"batches": (replace(mine.batches[0], batch_date=date(2026, 10, 1)),)},
        }[what]
        with pytest.raises(RunDiffers):
            reconcile(replace(mine, resume=True, **changed), index)  # type: ignore[arg-type]

    def test_what_cannot_be_read_is_told_by_its_own_error(self, folder: Path, index: IdentityIndex) -> None:
        with pytest.raises(SourceNotFound):
            reconcile(RunPlan((BatchInput(folder / "nothing.csv", "VTL"),), folder / "unread", AS_OF), index)
        with pytest.raises(RulesUnknown, match="no rule set"):
            run_of(folder, index, mixed(PEOPLE[:2]), "unruled", rules="no-such-rules")
        with pytest.raises(EngineError, match="ray needs an index"):
            run_of(folder, index, mixed(PEOPLE[:2]), "rayless", executor="ray")


class TestBatches:
    def test_an_empty_batch_makes_an_empty_account(self, folder: Path, index: IdentityIndex) -> None:
        empty = plan_of(folder, {"VTL": []}, "empty", findings=True)
        empty.batches[0].path.write_text("msisdn,id_number,full_name,birth_date\n")
        outcome = outcome_of(empty, index)
        assert outcome.verdicts.height == 0
        assert outcome.manifest["totals"]["records"] == 0

    def test_two_batches_may_have_the_same_rows(self, folder: Path, index: IdentityIndex) -> None:
        rows = mixed(PEOPLE[:20])
        verdicts = outcome_of(plan_of(folder, {"VTL": rows, "VNP": rows}, "twice"), index).verdicts
        halves = [verdicts.filter(pl.col("batch") == f"{name}.csv").drop("batch") for name in ("VTL", "VNP")]
        assert halves[0].equals(halves[1])

    def test_the_profile_of_a_carrier_orders_its_dates(self, folder: Path, index: IdentityIndex) -> None:
        rows = [subscriber(person, number) for number, person in enumerate(PEOPLE[:30])]
        for row in rows:
            day, month, year = row["birth_date"].split("/")
            row["birth_date"] = f"{month}/{day}/{year}"
        american = plan_of(folder, {"VTL": rows}, "american")
        told = replace(american.batches[0], profile=CarrierProfile(date_order="mdy"))
        verdicts = outcome_of(replace(american, batches=(told,)), index).verdicts
        assert set(verdicts["code"]) == {"OK_EXACT"}

    def test_columns_that_a_batch_lacks_are_named(self, folder: Path, index: IdentityIndex) -> None:
        rows = [
            {name: row[name] for name in ("msisdn", "id_number", "full_name", "birth_date")}
            for row in mixed(PEOPLE[:4])
        ]
        entry = run_of(folder, index, rows, "lacking").manifest["batches"][0]
        assert "id_type" in entry["columns_missing"]
        assert entry["columns"] == ["msisdn", "id_number", "full_name", "birth_date"]


def test_nothing_that_leaves_the_house_names_a_person(
    plan: RunPlan,
    folder: Path,
    index: IdentityIndex,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with caplog.at_level(logging.DEBUG):
        reconcile(replace(plan, out=folder / "quiet", workers=2), index)
        with pytest.raises(RunExists) as refused:
            reconcile(replace(plan, out=folder / "quiet"), index)
    people = Identities.of(
        [number for person in PEOPLE for number in (person["id_number"], person["old_id_number"])],
        [person["full_name"] for person in PEOPLE],
        [date.fromisoformat(person["birth_date"]) for person in PEOPLE],
    )
    captured = capfd.readouterr()
    (folder / "log.txt").write_text("\n".join([caplog.text, captured.out, captured.err, str(refused.value)]))
    out = folder / "quiet"
    exported = [out / "carrier", out / "manifest.json", out / "timings.json", out / "findings.parquet"]
    kept = [out / "attempts.parquet", out / "work" / "accounts", out / "work" / "model.json", folder / "log.txt"]
    assert scan([*exported, *kept], people) == []
    assert scan([plan.batches[0].path], people)  # the scan would see them
