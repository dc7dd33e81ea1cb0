"""Vietnam's number resources, taken in, changed by command and published: real processes, one ledger in a folder."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).parents[2] / os.environ.get("SOGOC_TEST_DATA", "../shared/data")
VN = FILE / "internet/rir/delegated-apnic-VN-20260206.txt"
BLOCK = "103.1.200.0"


class Office:
    """An officer at a ledger in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, *arguments: str) -> str:
        ended = subprocess.run(
            [sys.executable, "-c", "from api.commands.main import run; run()", *arguments],
            cwd=self._folder,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def document(self, *arguments: str) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self(*arguments, "--json"))
        return read

    def change(self, *arguments: str) -> dict[str, Any]:
        return self.document(*arguments, "--reason", "hồ sơ 1", "--instrument", "QĐ 1", "--actor", "officer-1")

    def exported(self) -> set[str]:
        return set(self("ip", "export-delegated").splitlines()[4:])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    if not VN.is_file():
        pytest.skip(f"SOGOC_TEST_DATA has no {VN.name}")
    office = Office(tmp_path_factory.mktemp("office"))
    office("ledger", "init")
    return office


def test_the_country_comes_back_row_for_row_and_each_change_changes_its_rows(office: Office) -> None:
    began = time.perf_counter()
    done = office.document("ip", "import-delegated", str(VN))
    rows = office.exported()
    seconds = time.perf_counter() - began
    sys.stderr.write(f"import and export, two processes: {seconds:.2f} s\n")
    assert rows == set(VN.read_text(encoding="ascii").splitlines())
    assert (done["new"], done["numbers"]["ipv4"], done["numbers"]["asn"]) == (2_683, "16484864", "1024")
    whole = f"apnic|VN|ipv4|{BLOCK}|1024|20110419|allocated"
    halves = {
        f"apnic|VN|ipv4|{BLOCK}|512|20110419|allocated",
        "apnic|VN|ipv4|103.1.202.0|512|20110419|allocated",
    }
    assert whole in rows
    split = office.change("ip", "split", f"{BLOCK}/22", "103.1.202.0/23")
    assert office.exported() == rows - {whole} | halves
    office.change("holder", "register", "Công ty Ví dụ", "--id", "h1")
    office.change("ip", "transfer", "103.1.202.0/23", "h1")
    assert office.exported() == rows - {whole} | halves
    extended = set(office("ip", "export-delegated", "--extended").splitlines()[4:])
    assert "apnic|VN|ipv4|103.1.202.0|512|20110419|allocated|h1" in extended
    office.change("ip", "return", "103.1.202.0/23")
    assert office.exported() == rows - {whole} | {f"apnic|VN|ipv4|{BLOCK}|512|20110419|allocated"}
    assert set(office("ip", "export-delegated", "--on", "2026-02-06").splitlines()[4:]) == rows
    assert office.document("log", "verify")["whole"]
    assert len(split["grants"]) == 2
