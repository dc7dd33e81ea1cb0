"""A demonstration clears nothing but the folder of an earlier one."""

from pathlib import Path

import pytest

from api.commands.demo import MARK, _prepare_folder
from api.errors import DemoFolderTaken
from tests.api.conftest import Sogoc


def test_a_folder_with_anything_in_it_is_refused(sogoc: Sogoc, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    for options in ((), ("--force",)):
        said = sogoc("demo", "--out", tmp_path, *options)
        assert (said.code, "demo-folder-taken" in said.err) == (5, True)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_an_earlier_demonstration_is_cleared_by_force_alone(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    _prepare_folder(folder, force=False)
    (folder / "old").touch()
    with pytest.raises(DemoFolderTaken):
        _prepare_folder(folder, force=False)
    _prepare_folder(folder, force=True)
    assert [path.name for path in folder.iterdir()] == [MARK]


def test_without_a_name_the_folder_is_a_fresh_one_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [_prepare_folder(None, force=False).name for _ in range(2)] == ["sogoc-demo-1", "sogoc-demo-2"]
