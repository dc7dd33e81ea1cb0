"""generate, index, reconcile, report, explain: each at a small size, as a user types them."""

import json
import stat
import zipfile
from pathlib import Path

import polars as pl
import pytest

from tests.api.conftest import Sogoc
from tests.api.small_world import PERSONS, World
from tests.identity_scan import Identities, scan, scan_text


def register_people(world: World) -> Identities:
    register = pl.read_parquet(world.month / "register.parquet")
    names = [name for name in register["full_name"].to_list() if len(name.split()) > 2]
    return Identities.of(register["id_number"].drop_nulls().to_list(), names)


def test_generate_says_what_it_made_in_one_document(sogoc: Sogoc, tmp_path: Path) -> None:
    said = sogoc("generate", "--persons", 50, "--sims", 60, "--profile", "clean", "--out", tmp_path, "--json")
    assert said.code == 0
    assert Path(said.document["batch_manifest"]).is_file()
    assert {Path(path).name for path in said.document["batches"]} == {
        "batch-VTL.parquet",
        "batch-VNP.parquet",
        "batch-MBF.parquet",
    }


def test_generate_names_the_mixes_when_the_one_asked_for_is_unknown(sogoc: Sogoc, tmp_path: Path) -> None:
    said = sogoc("generate", "--persons", 9, "--sims", 9, "--profile", "filthy", "--out", tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "synthetic-unknown" in said.err
    assert "dirty" in said.err


def test_index_info_counts_persons_and_says_the_content_digest(sogoc: Sogoc, world: World) -> None:
    said = sogoc("index", "info", world.index, "--json")
    assert said.code == 0
    assert said.document["persons"] == PERSONS
    assert len(said.document["content"]) == 64
    assert sogoc("index", "verify", world.index).code == 0
    shown = sogoc("index", "info", world.index)
    assert "1,500" in shown.out
    assert said.document["content"] in shown.out


def test_index_update_adds_a_segment_and_verify_finds_a_changed_byte(
    sogoc: Sogoc, world: World, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    built = sogoc("index", "build", world.month / "register.parquet", "--out", index, "--json")
    assert built.document["segments"] == 1
    again = sogoc("index", "build", world.month / "register.parquet", "--out", index)
    assert (again.code, "index-exists" in again.err) == (4, True)
    updated = sogoc("index", "update", index, world.next_month / "register-delta.parquet", "--json")
    assert (updated.code, updated.document["segments"]) == (0, 2)
    file = next(index.glob("segment-0/record.npy"))
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    damaged = sogoc("index", "verify", index, "--json")
    assert (damaged.code, damaged.document["problem"]["type"]) == (4, "index-damaged")


def test_a_run_balances_and_is_readable_by_its_owner_alone(world: World) -> None:
    totals = world.manifest["totals"]
    assert totals["records"] == totals["rows"] + totals["rejects"]
    assert totals["rejects"] > 0
    assert stat.S_IMODE(world.run.stat().st_mode) == 0o700
    assert world.manifest["as_of"] == "2026-11-01"


def test_reconcile_takes_single_files_with_options_and_answers_in_json(
    sogoc: Sogoc, world: World, tmp_path: Path
) -> None:
    batch = world.month / "batch-VTL.csv"
    options = ("--index", world.index, "--profile", world.month / "carrier-VTL.toml", "--workers", 1, "--memory", "1GB")
    dates = ("--batch-date", "2026-10-31", "--rules", "circular-08-2026", "--search", "quick")
    said = sogoc("reconcile", batch, *options, *dates, "--out", tmp_path / "run", "--json")
    assert said.code == 0
    manifest = said.document["manifest"]
    assert [(each["carrier"], each["batch_date"]) for each in manifest["batches"]] == [("VTL", "2026-10-31")]
    assert (manifest["as_of"], manifest["search"]) == ("2026-10-31", "quick")


def test_a_year_is_judged_by_its_own_rules(sogoc: Sogoc, world: World, tmp_path: Path) -> None:
    entry = {"file": str(world.month / "batch-VTL.csv"), "profile": str(world.month / "carrier-VTL.toml")}
    manifest = tmp_path / "batches.json"
    manifest.write_text(json.dumps({"batches": [entry | {"batch_date": "2023-04-15"}]}))
    said = sogoc("reconcile", manifest, "--index", world.index, "--out", tmp_path / "run", "--json")
    assert said.document["manifest"]["rules"]["name"] == "campaign-2023"
    assert not any("BIOMETRIC" in code for code in said.document["manifest"]["totals"]["by_code"])


def test_a_run_is_not_written_over_and_resume_changes_nothing(sogoc: Sogoc, world: World) -> None:
    batches, before = world.month / "batches.json", (world.run / "verdicts.parquet").read_bytes()
    refused = sogoc("reconcile", batches, "--index", world.index, "--out", world.run)
    assert (refused.code, "run-exists" in refused.err) == (5, True)
    resumed = sogoc("reconcile", batches, "--index", world.index, "--out", world.run, "--resume")
    assert resumed.code == 0
    assert (world.run / "verdicts.parquet").read_bytes() == before
    other = sogoc(
        "reconcile", world.next_month / "batches.json", "--index", world.index, "--out", world.run, "--resume"
    )
    assert (other.code, "run-differs" in other.err) == (5, True)


@pytest.mark.parametrize(
    ("arguments", "code", "kind"),
    [
        (["nothing.csv", "--carrier", "VTL"], 3, "source-not-found"),
        (["batch-VTL.csv"], 2, "carrier-unknown"),
        (["batch-VTL.csv", "--carrier", "VTL", "--rules", "rules-of-1999"], 2, "rules-unknown"),
        (["batch-VTL.csv", "--carrier", "VTL", "--executor", "abacus"], 2, "option-faulty"),
        (["batch-VTL.csv", "--carrier", "VTL", "--search", "wide"], 2, "option-faulty"),
        (["batches.json", "batch-VTL.csv"], 2, "batch-manifest-faulty"),
        (["truth.parquet", "--carrier", "VTL"], 3, "source-columns-missing"),
    ],
)
def test_what_cannot_be_reconciled_is_one_line_and_an_exit_code(
    sogoc: Sogoc, world: World, tmp_path: Path, arguments: list[str], code: int, kind: str
) -> None:
    paths = [str(world.month / arg) if "." in arg else arg for arg in arguments]
    said = sogoc("reconcile", *paths, "--index", world.index, "--out", tmp_path / "run", "--json")
    assert said.code == code
    assert said.document["problem"]["type"] == kind
    assert said.document["exit_code"] == code
    assert len([line for line in said.err.splitlines() if kind in line]) == 1
    assert "Traceback" not in said.err


def test_options_without_meaning_point_to_the_help(sogoc: Sogoc, world: World, tmp_path: Path) -> None:
    for option in (["--memory", "much"], ["--batch-date", "31/10/2026"], ["--colour", "red"]):
        said = sogoc("reconcile", "a.csv", "--index", world.index, "--out", tmp_path / "run", *option)
        assert said.code == 2
        assert said.err.count("\n") == 1
        assert "sogoc reconcile --help" in said.err


def test_the_summary_shows_every_carrier_and_the_balance(sogoc: Sogoc, world: World) -> None:
    said = sogoc("report", world.run)
    assert said.code == 0
    for words in ("VTL", "VNP", "Đúng · correct", "Nhận · received", "OK_EXACT"):
        assert words in said.out
    assert sogoc("report", world.run, "--json").document["manifest"] == world.manifest


def test_reports_are_written_where_asked_and_hold_no_identity_value(sogoc: Sogoc, world: World, tmp_path: Path) -> None:
    said = sogoc("report", world.later, "--html", "--xlsx", "--out", tmp_path, "--json")
    assert said.code == 0
    assert {Path(path).name for path in said.document["written"]} == {"report.html", "report.xlsx"}
    assert zipfile.is_zipfile(tmp_path / "report.xlsx")
    assert scan([tmp_path], register_people(world)) == []


def test_a_carrier_gets_its_own_files_and_nothing_of_the_register(sogoc: Sogoc, world: World, tmp_path: Path) -> None:
    said = sogoc("report", world.run, "--carrier", "VNP", "--out", tmp_path)
    assert said.code == 0
    assert {path.name for path in (tmp_path / "VNP").iterdir()} == {"VNP.xlsx", "batch-VNP.csv"}
    assert scan([tmp_path], register_people(world)) == []
    missing = sogoc("report", world.run, "--carrier", "XYZ")
    assert (missing.code, "carrier-not-in-run" in missing.err) == (5, True)


def test_a_folder_without_a_finished_run_is_named(sogoc: Sogoc, tmp_path: Path) -> None:
    for command in (("report", tmp_path), ("explain", tmp_path, "0912345678")):
        said = sogoc(*command)
        assert (said.code, "run-not-found" in said.err) == (5, True)


def number_with(world: World, **wanted: str) -> str:
    verdicts = pl.read_parquet(world.run / "verdicts.parquet").filter(pl.col("msisdn").is_unique())
    for column, value in wanted.items():
        verdicts = verdicts.filter(pl.col(column) == value)
    return str(verdicts["msisdn"].drop_nulls()[0])


def test_explain_tells_candidates_and_weights_without_any_value(sogoc: Sogoc, world: World) -> None:
    number = number_with(world, tier="search", link_status="identified")
    said = sogoc("explain", world.run, "0" + number[2:], "--json")
    assert said.code == 0
    record = said.document["records"][0]
    assert record["msisdn"] == number
    assert {field["field"] for field in record["candidates"][0]["fields"]} == {
        "number",
        "name",
        "birth",
        "province",
        "sex",
    }
    shown = sogoc("explain", world.run, number)
    assert "Họ tên · Name" in shown.out
    people = register_people(world)
    assert scan_text(said.out + shown.out, people) == []


def test_values_are_revealed_for_a_purpose_that_is_written_down(sogoc: Sogoc, world: World) -> None:
    number = number_with(world, tier="id")
    refused = sogoc("explain", world.run, number, "--reveal")
    assert (refused.code, "purpose-missing" in refused.err) == (2, True)
    said = sogoc("explain", world.run, number, "--reveal", "--purpose", "khiếu nại 12", "--json")
    assert said.code == 0
    register = said.document["records"][0]["candidates"][0]["fields"][1]["register"]
    assert "*" not in register
    reads = world.run / "reads.jsonl"
    assert stat.S_IMODE(reads.stat().st_mode) == 0o600
    line = json.loads(reads.read_text().splitlines()[-1])
    assert (line["purpose"], line["row"]) == ("khiếu nại 12", said.document["records"][0]["row"])
    assert register not in reads.read_text()


def test_explain_names_what_is_missing(sogoc: Sogoc, world: World, tmp_path: Path) -> None:
    unknown = sogoc("explain", world.run, "0999999999")
    assert (unknown.code, "explain-not-in-run" in unknown.err) == (5, True)
    other = tmp_path / "index"
    assert sogoc("index", "build", world.next_month / "register-delta.parquet", "--out", other).code == 0
    differs = sogoc("explain", world.run, number_with(world, tier="id"), "--index", other)
    assert (differs.code, "explain-index-differs" in differs.err) == (4, True)


def test_nothing_said_on_the_way_holds_an_identity_value(sogoc: Sogoc, world: World, tmp_path: Path) -> None:
    said = sogoc("reconcile", world.month / "batches.json", "--index", world.index, "--out", tmp_path / "run")
    assert said.code == 0
    people = register_people(world)
    assert scan_text(said.out + said.err, people) == []
    plain = [tmp_path / "run" / name for name in ("manifest.json", "timings.json", "findings.parquet", "carrier")]
    assert scan(plain, people) == []
