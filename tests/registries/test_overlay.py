"""Rows of the authority's own: of many who load at once, none loses what another one loaded."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import data
from registries.overlay import Tables, load_rows

NAME = "agencies"


def agency(folder: Path, number: int) -> Path:
    path = folder / f"{number}.csv"
    columns = data.table(NAME).columns
    row = dict.fromkeys(columns, "x") | {"code": f"A{number}", "valid_from": "2026-01-01", "valid_to": ""}
    row["certainty"] = "C"
    path.write_text(f"{','.join(columns)}\n{','.join(row[column] for column in columns)}\n")
    return path


def test_loaders_at_once_wait_for_one_another(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    sources = [agency(tmp_path, number) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda source: load_rows(NAME, source, folder).added, sources))
    assert done == [1] * 40
    assert {row["code"] for row in Tables(folder).added(NAME)} == {f"A{number}" for number in range(40)}


def test_a_trial_checks_all_and_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    assert load_rows(NAME, agency(tmp_path, 1), folder, dry_run=True).added == 1
    assert Tables(folder).added(NAME) == ()
