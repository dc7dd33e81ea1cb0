"""ledger, and delegated files through the commands: made once, asked, written back."""

import datetime
import stat
from pathlib import Path

import pytest

from api.commands.ledger_options import day_of, moment_of, today, when
from api.ledger_home import home_beside
from registries.ledger.evidence import read_signing_key, verify_log
from tests.api.conftest import Sogoc

FILE = """\
apnic|VN|asn|64496|5|20110101|allocated
apnic|VN|ipv4|192.0.2.0|256|20120101|allocated
apnic|VN|ipv4|198.51.100.0|192|20130101|assigned
apnic|VN|ipv6|2001:db8::|32|20260105|allocated
"""


@pytest.fixture
def ledger(sogoc: Sogoc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOGOC_DB", raising=False)
    assert sogoc("ledger", "init").code == 0
    return tmp_path


def test_init_keeps_the_key_outside_of_the_database_and_shows_the_token_once(sogoc: Sogoc, tmp_path: Path) -> None:
    db = tmp_path / "numbers.db"
    first = sogoc("ledger", "init", "--db", db, "--log-name", "so-goc.example/log", "--json").document
    key = Path(first["signing_key"])
    assert key.parent == tmp_path / "numbers.home"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert len(first["token"]) > 32
    content = db.read_bytes()
    assert read_signing_key(key).secret_text().encode() not in content
    assert first["token"].encode() not in content
    again = sogoc("ledger", "init", "--db", db, "--json").document
    assert again == first | {"token": None}


def test_no_empty_database_is_left_where_there_is_no_ledger(sogoc: Sogoc, tmp_path: Path) -> None:
    said = sogoc("ledger", "status", "--db", tmp_path / "none.db", "--json")
    assert (said.code, said.document["problem"]["type"]) == (2, "store-empty")
    assert list(tmp_path.iterdir()) == []


def test_a_database_is_found_with_its_home_after_both_were_moved(sogoc: Sogoc, ledger: Path) -> None:
    moved = ledger / "elsewhere"
    moved.mkdir()
    for name in ("ledger.db", "ledger.home"):
        (ledger / name).rename(moved / name)
    status = sogoc("ledger", "status", "--db", moved / "ledger.db", "--json").document
    assert status["home"] == str(moved / "ledger.home")


def test_a_delegated_file_comes_back_and_its_entries_are_signed(sogoc: Sogoc, ledger: Path) -> None:
    (ledger / "delegated").write_text(FILE)
    trial = sogoc("ip", "import-delegated", "delegated", "--dry-run", "--json").document
    assert (trial["new"], trial["dry_run"]) == (4, True)
    assert sogoc("ledger", "status", "--json").document["entries"] == 0
    done = sogoc("ip", "import-delegated", "delegated", "--json").document
    assert (done["rows"], done["new"], done["refused"]) == (4, 4, [])
    assert done["numbers"] == {"asn": "5", "ipv4": "448", "ipv6": str(1 << 96)}
    status = sogoc("ledger", "status", "--json").document
    assert status["entries"] == status["entries_signed"] > 4
    assert verify_log(ledger / "ledger.home" / "evidence", []).size == status["entries"]
    again = sogoc("ip", "import-delegated", "delegated", "--json").document
    assert (again["new"], again["known"]) == (0, 4)
    assert sogoc("ip", "export-delegated").out.splitlines()[4:] == FILE.splitlines()
    shown = sogoc("ip", "export-delegated", "--on", "2012-06-30", "--out", "public", "--json").document
    written = Path(shown["file"])
    assert written.name == "delegated-apnic-20120630"
    assert written.read_text().splitlines()[4:] == FILE.splitlines()[:2]
    assert shown["md5"] in written.with_name(f"{written.name}.md5").read_text()


def test_a_row_that_contradicts_the_ledger_is_told_and_the_command_ends_with_one(sogoc: Sogoc, ledger: Path) -> None:
    (ledger / "delegated").write_text(FILE)
    sogoc("ip", "import-delegated", "delegated")
    (ledger / "later").write_text(FILE.replace("|198.51.100.0|192|", "|198.51.100.0|256|"))
    said = sogoc("ip", "import-delegated", "later", "--country", "vn", "--json")
    assert (said.code, len(said.document["refused"])) == (1, 1)
    assert "198.51.100.0" in said.err


def test_the_ledger_tells_who_had_what_by_law(sogoc: Sogoc, ledger: Path) -> None:
    (ledger / "delegated").write_text(FILE)
    sogoc("ip", "import-delegated", "delegated")
    asked = sogoc("ledger", "as-of", "ipv4", "192.0.2.7", "--legal", "2012-01-01", "--json").document
    last = asked["holdings"][-1]
    assert (last["resource"], last["since"], last["holder_id"]) == ("192.0.2.0/24", "2012-01-01", None)
    assert "holder not recorded" in sogoc("ledger", "as-of", "ipv4", "192.0.2.7").out.replace("\n", " ")
    before = sogoc("ledger", "as-of", "ipv4", "192.0.2.7", "--legal", "2011-12-31", "--json").document
    assert [one["level"] for one in before["holdings"]] == []


@pytest.mark.parametrize(
    ("space", "resource", "kind"),
    [
        ("ipv4", "2001:db8::/32", "option-faulty"),
        ("ipv7", "1", "ledger-space-unknown"),
        ("ipv4", "192.0.2.300", "address-block-unreadable"),
        ("e164", "x", "option-faulty"),
    ],
)
def test_what_is_no_part_of_a_space_is_refused(
    sogoc: Sogoc, ledger: Path, space: str, resource: str, kind: str
) -> None:
    said = sogoc("ledger", "as-of", space, resource, "--json")
    assert (said.code != 0, said.document["problem"]["type"]) == (True, kind)


def test_days_are_those_of_viet_nam_wherever_the_machine_stands() -> None:
    evening = datetime.datetime(2026, 1, 1, 20, tzinfo=datetime.UTC)
    assert day_of(evening) == datetime.date(2026, 1, 2)
    assert moment_of(datetime.date(2026, 1, 2)) == datetime.datetime(2026, 1, 1, 17, tzinfo=datetime.UTC)
    assert abs((today() - datetime.datetime.now(datetime.UTC).date()).days) <= 1
    assert when("2026-01-02T09:30") == datetime.datetime(2026, 1, 2, 2, 30, tzinfo=datetime.UTC)


def test_the_home_of_a_database_is_beside_it_and_of_a_server_in_the_working_folder() -> None:
    assert home_beside("sqlite:////srv/so-goc/numbers.db") == Path("/srv/so-goc/numbers.home")
    assert home_beside("postgresql://officer@db.example/numbers") == Path("numbers.home").absolute()
