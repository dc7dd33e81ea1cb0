"""Fixtures of the command tests."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.commands.main import main
from tests.api.ledger_world import LedgerWorld, make_ledger_world
from tests.api.small_world import World, make_world


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on stdout; anything beside it is an error."""
        document: dict[str, Any] = json.loads(self.out)
        return document


Sogoc = Callable[..., Said]


@pytest.fixture
def sogoc(capsys: pytest.CaptureFixture[str]) -> Sogoc:
    def call(*arguments: object) -> Said:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


@pytest.fixture(scope="session")
def ledger_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger to copy: making it takes as long as most tests on it."""
    folder = tmp_path_factory.mktemp("ledger")
    make_ledger_world(folder)
    return folder


@pytest.fixture
def numbers(sogoc: Sogoc, ledger_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LedgerWorld:
    """A ledger of this test alone, with pools and holders."""
    folder = tmp_path / "numbers"
    shutil.copytree(ledger_folder, folder)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("SOGOC_DB", raising=False)
    return LedgerWorld(sogoc, folder)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("world"))
