"""A batch manifest says which files make a run; what it cannot mean is named with its entry."""

import datetime
import json
from pathlib import Path

import pytest

from api.commands.batch_manifest import read_batch_manifest
from api.commands.reconcile import gather_batches
from api.errors import BatchManifestFaulty

TOML = """
porting = "moves.parquet"

[[batches]]
path = "a.csv"
carrier = "VTL"
batch_date = 2026-11-01
profile = "a.toml"

[[batches]]
file = "sub/b.csv.gz"
name = "b of November"
"""


def test_toml_and_json_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(TOML)
    entries = [
        {"path": "a.csv", "carrier": "VTL", "batch_date": "2026-11-01", "profile": "a.toml"},
        {"file": "sub/b.csv.gz", "name": "b of November"},
    ]
    (tmp_path / "m.json").write_text(json.dumps({"porting": "moves.parquet", "batches": entries}))
    manifest = read_batch_manifest(tmp_path / "m.toml")
    assert manifest == read_batch_manifest(tmp_path / "m.json")
    assert manifest.porting == tmp_path / "moves.parquet"
    first, second = manifest.entries
    assert (first.path, first.carrier, first.profile) == (tmp_path / "a.csv", "VTL", tmp_path / "a.toml")
    assert first.batch_date == datetime.date(2026, 11, 1)
    assert (second.name, second.carrier, second.batch_date) == ("b of November", None, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "Expecting"),
        ("[]", "no list"),
        ('{"batches": "a.csv"}', "no list"),
        ('{"batches": ["a.csv"]}', "no list"),
        ('{"batches": [{"carrier": "VTL"}]}', "entry 1 names no path"),
        ('{"batches": [{"path": "a.csv"}, {"path": "b.csv", "carier": "VTL"}]}', "entry 2: carier is not one of"),
        ('{"batches": [{"path": "a.csv", "batch_date": "1/11/2026"}]}', "batch_date 1/11/2026 is not yyyy-mm-dd"),
        ('{"batches": [{"path": "a", "porting": "x"}, {"path": "b", "porting": "y"}]}', "one porting table"),
    ],
)
def test_a_faulty_manifest_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "m.json"
    path.write_text(text)
    with pytest.raises(BatchManifestFaulty, match=said):
        read_batch_manifest(path)


def test_a_manifest_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BatchManifestFaulty, match="No such file"):
        read_batch_manifest(tmp_path / "m.toml")


def test_options_fill_what_the_manifest_leaves_open(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(TOML)
    day = datetime.date(2026, 10, 31)
    entries, porting = gather_batches([tmp_path / "m.toml"], "VNP", day, tmp_path / "p.toml")
    assert [(each.carrier, each.batch_date) for each in entries] == [("VTL", datetime.date(2026, 11, 1)), ("VNP", day)]
    assert [each.profile for each in entries] == [tmp_path / "a.toml", tmp_path / "p.toml"]
    assert porting == tmp_path / "moves.parquet"


def test_batches_of_one_file_name_are_told_apart(tmp_path: Path) -> None:
    paths = [tmp_path / "vtl" / "batch.csv", tmp_path / "vnp" / "batch.csv", tmp_path / "vnp" / "batch.csv"]
    entries, _ = gather_batches(paths, "VTL", None, None)
    names = [entry.name for entry in entries]
    assert names[:2] == ["vtl/batch.csv", "vnp/batch.csv"]
    assert len(set(names)) == 3
