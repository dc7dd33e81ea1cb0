"""A ledger with pools and a holder, made by the commands themselves, for the tests of commands on it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from api.commands.main import main

WHY: Final = ("--reason", "thử · test", "--instrument", "QĐ 01", "--actor", "officer-1")


class LedgerWorld:
    """Calls commands on one ledger; `do` demands that they succeed and gives the JSON document."""

    def __init__(self, sogoc: Callable[..., Any], folder: Path) -> None:
        self._sogoc = sogoc
        self.folder = folder

    def run(self, *arguments: object) -> Any:
        """Run a command, as it is given."""
        return self._sogoc(*arguments)

    def do(self, *arguments: object) -> dict[str, Any]:
        """Run a command that has to succeed."""
        said = self._sogoc(*arguments, "--json")
        assert said.code == 0, said.err
        document: dict[str, Any] = said.document
        return document

    def change(self, *arguments: object) -> dict[str, Any]:
        """Run a command that changes the ledger and has to succeed, with a full envelope."""
        return self.do(*arguments, *WHY)

    def refused(self, *arguments: object) -> str:
        """Run a command that has to fail, and give the code of its problem."""
        said = self._sogoc(*arguments, "--json")
        assert said.code != 0
        kind: str = said.document["problem"]["type"]
        return kind


def make_ledger_world(folder: Path) -> None:
    """Make a ledger in a folder, with pools of documentation space and two holders."""
    for arguments in (
        ("ledger", "init"),
        ("holder", "register", "Công ty Ví dụ", "--handle", "VIDU-VN", "--id", "h1", "--identifier", "mst:0100"),
        ("holder", "register", "Công ty Khác", "--handle", "KHAC-VN", "--id", "h2"),
        ("ip", "open-pool", "198.18.0.0/15", "--authority", "IETF", "--name", "four"),
        ("ip", "open-pool", "3fff::/20", "--authority", "IETF", "--name", "six"),
        ("asn", "open-pool", "65536-65560", "--authority", "IETF", "--name", "as"),
    ):
        envelope = (*WHY, "--effective", "2020-01-01") if arguments[0] != "ledger" else ()
        assert main([*arguments, "--db", str(folder / "ledger.db"), *envelope]) == 0
