"""The demonstration, as a newcomer runs it: a real process in an empty folder, at its full size."""

import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from tests.identity_scan import Identities, scan, scan_text
from tests.scenarios.readme_session import READMES, demonstrate, quoted, session


@dataclass(frozen=True, slots=True)
class Demo:
    """Where it ran and what it said."""

    folder: Path
    said: str
    number: str
    explained: str


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    return Demo(folder, *demonstrate(folder))


def test_the_last_line_is_the_path_of_the_report(demo: Demo) -> None:
    last = Path(demo.said.splitlines()[-1])
    assert last == (demo.folder / "demo-run" / "run-2" / "report.html").resolve()
    assert last.read_text(encoding="utf-8").startswith("<!")


def test_both_months_balance_and_the_second_follows_the_first(demo: Demo) -> None:
    for month in (1, 2):
        manifest = json.loads((demo.folder / "demo-run" / f"run-{month}" / "manifest.json").read_text())
        totals = manifest["totals"]
        assert totals["records"] == totals["rows"] + totals["rejects"] > 60_000 - 1
        assert len({batch["carrier"] for batch in manifest["batches"]}) == 3
        assert len({batch["encoding"] for batch in manifest["batches"]}) > 1
        assert manifest["previous"] == ("run-1" if month == 2 else None)
        assert manifest["index"]["segments"] == month


def test_the_verdicts_are_close_to_the_truth_that_the_generator_knows(demo: Demo) -> None:
    truth = pl.read_parquet(demo.folder / "demo-run" / "month-1" / "truth.parquet")
    verdicts = pl.read_parquet(demo.folder / "demo-run" / "run-1" / "verdicts.parquet")
    told = verdicts.select(
        pl.col("batch").cast(pl.String).str.extract("batch-([A-Z]+)"), "row", "link_status", found="person_id"
    )
    identified = truth.join(told, on=["batch", "row"]).filter(pl.col("link_status") == "identified")
    right = (identified["person_id"].cast(pl.String) == identified["found"]).sum()
    assert right / identified.height > 0.99


def test_no_identity_value_is_said_or_leaves_the_house(demo: Demo) -> None:
    register = pl.read_parquet(demo.folder / "demo-run" / "month-1" / "register.parquet").head(2_000)
    people = Identities.of(register["id_number"].drop_nulls().to_list(), register["full_name"].to_list())
    assert scan_text(demo.said + demo.explained, people) == []
    run = demo.folder / "demo-run" / "run-2"
    numbers = Identities.of(register["id_number"].drop_nulls().to_list())
    assert scan([run / "carrier", run / "report.html", run / "manifest.json"], numbers) == []


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_readme_shows_what_really_comes_out(demo: Demo, readme: Path) -> None:
    assert quoted(readme) == session(demo.said, demo.number, demo.explained), "python -m tests.scenarios.readme_session"
