"""`sogoc spectrum`: bands opened, licences granted, changed and ended, shown, due, and drawn."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.commands.main import main
from tests.api.ledger_world import WHY

BANDS = "703-713,758-768 MHz"
STATIONS = """station_id,station_name,latitude_deg,longitude_deg,height_agl_m,bandwidth_hz,tx_frequency_hz,power_dbm
S1,Trạm A,21.03,105.85,30,12500,150000000,40
S2,Trạm B,16.07,108.20,25,12500,150012500,40
"""


class World:
    """Calls commands on one ledger with two holders and two open bands."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._db = ("--db", str(folder / "ledger.db"))
        self._capsys = capsys

    def run(self, *arguments: object) -> tuple[int, str, str]:
        code = main([*(str(one) for one in arguments), *self._db])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def do(self, *arguments: object) -> dict[str, Any]:
        code, out, err = self.run(*arguments, "--json")
        assert code == 0, err
        value: dict[str, Any] = json.loads(out)
        return value

    def change(self, *arguments: object) -> dict[str, Any]:
        return self.do(*arguments, *WHY)

    def refused(self, *arguments: object) -> str:
        code, out, _ = self.run(*arguments, *WHY, "--json")
        assert code != 0
        kind: str = json.loads(out)["problem"]["type"]
        return kind

    def band(self, number: str, *more: object, holder: str = "h1") -> dict[str, Any]:
        return self.change(
            "spectrum", "licence", BANDS, "--holder", holder, "--until", "2040-01-01", "--name", number, *more
        )


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> World:
    made = World(tmp_path, capsys)
    assert made.run("ledger", "init")[0] == 0
    for number, name in (("h1", "Công ty Ví dụ"), ("h2", "Công ty Khác")):
        made.change("holder", "register", name, "--id", number)
    for bands, name in (("703-733,758-788 MHz", "b700"), ("138-174 MHz", "vhf")):
        opened = ("spectrum", "allocate", bands, "--authority", "Thủ tướng", "--name", name)
        made.change(*opened, "--effective", "2020-01-01")
    (tmp_path / "stations.csv").write_text(STATIONS, encoding="utf-8")
    return made


def test_a_band_licence_is_granted_shown_and_keeps_others_out(world: World) -> None:
    trial = world.band("BT-1", "--area", "province:48", "--dry-run")
    assert trial["dry_run"] is True
    assert "now" not in trial
    given = world.band("BT-1", "--area", "province:48")["now"]
    assert (given["bands"], given["area_label"], given["exclusive"]) == ("703-713 MHz, 758-768 MHz", "Đà Nẵng", True)
    assert len(given["parts"]) > 1
    assert given["ranges"] * 2 == trial["claims"]
    assert world.refused(
        "spectrum", "licence", "710-715 MHz", "--holder", "h2", "--until", "2030-01-01"
    ) == "ledger-overlap"  # fmt: skip
    shown = world.do("spectrum", "show", "BT-1")
    assert shown["holder"] == "Công ty Ví dụ (h1)"
    _, out, _ = world.run("spectrum", "show", "BT-1")
    assert "Đà Nẵng" in out
    at = [one["licence"] for one in world.do("spectrum", "show", "703-704 MHz", "--at", "16.07,108.2")["holdings"]]
    assert at == ["b700", "BT-1"]
    at = [one["licence"] for one in world.do("spectrum", "show", "703-704 MHz", "--at", "21.03,105.85")["holdings"]]
    assert at == ["b700"]
    assert "BT-1" in world.run("spectrum", "show", "703-704 MHz")[1]
    assert "held by nobody" in world.run("spectrum", "show", "1-2 MHz")[1]


def test_a_licence_is_changed_by_its_commands_and_ends(world: World) -> None:
    world.band("BT-1")
    world.change("spectrum", "transfer", "BT-1", "h2")
    world.change("spectrum", "suspend", "BT-1")
    assert world.do("spectrum", "show", "BT-1")["state"] == "suspended"
    world.change("spectrum", "resume", "BT-1")
    world.change("spectrum", "renew", "BT-1", "--until", "2041-01-01")
    world.change("spectrum", "amend", "BT-1", "--bands", "703-708,758-763 MHz", "--area", "province:01")
    shown = world.do("spectrum", "show", "BT-1")
    assert (shown["version"], shown["holder_id"], shown["area_label"]) == (2, "h2", "Hà Nội")
    assert [one["state"] for one in shown["amendments"]] == ["returned"]
    lease = ("--lease-of", "BT-1", "--name", "TH-1", "--until", "2030-01-01", "--area", "radius:21.03,105.8,3")
    leased = world.change("spectrum", "licence", "704-706 MHz", "--holder", "h1", *lease)
    assert leased["now"]["kind"] == "lease"
    world.change("spectrum", "revoke", "BT-1")
    assert world.do("spectrum", "show", "TH-1")["state"] == "revoked"
    assert world.refused("spectrum", "return", "BT-1") == "ledger-grant-state"
    assert world.refused("spectrum", "expire", "BT-1") == "ledger-grant-state"
    assert world.refused("spectrum", "renew", "BT-9", "--until", "2040-01-01") == "spectrum-licence-unknown"


def test_stations_of_a_file_are_licensed_and_drawn(world: World) -> None:
    made = world.change(
        *("spectrum", "station", world.folder / "stations.csv", "--name", "TS-1", "--service", "ML"),
        *("--holder", "h1", "--until", "2030-01-01"),
    )
    assert made["stations"] == 2
    assert [one["station_id"] for one in made["now"]["stations"]] == ["S1", "S2"]
    assert "Trạm A" in world.run("spectrum", "show", "TS-1")[1]
    world.band("BT-1", "--area", "province:48")
    for kind, more in (
        ("stations", ()), ("allocation", ()), ("provinces", ("--band", "703-713 MHz")),
        ("occupancy", ("--band", "703-713 MHz")),
    ):  # fmt: skip
        path = world.folder / f"{kind}.svg"
        world.do("spectrum", "map", kind, path, *more)
        drawn = path.read_text(encoding="utf-8")
        if kind in {"stations", "provinces"}:
            assert "Quần đảo Hoàng Sa (Đà Nẵng)" in drawn
            assert "Quần đảo Trường Sa (Khánh Hòa)" in drawn
        assert {"stations": "Trạm A", "allocation": "BT-1", "provinces": "100", "occupancy": "100.0%"}[kind] in drawn


def test_what_is_due_is_listed(world: World) -> None:
    path = world.folder / "duties.csv"
    path.write_text("what,due_on,quantity,unit,source\n3.000 trạm,2028-03-01,3000,site,hồ sơ\n", encoding="utf-8")
    world.band("BT-1", "--obligations", path)
    items = world.do("spectrum", "due", "--on", "2028-02-20")["items"]
    assert [(one["about"], one["subject"], one["overdue"]) for one in items] == [("obligation", "BT-1.NV1", False)]
    items = world.do("spectrum", "due", "--on", "2039-12-20")["items"]
    assert [(one["about"], one["overdue"]) for one in items] == [("obligation", True), ("term", False)]
    assert "3.000 trạm" in world.run("spectrum", "due", "--on", "2039-12-20")[1]


def test_what_cannot_be_is_refused_with_its_own_code(world: World) -> None:
    licence = ("--holder", "h1", "--until", "2030-01-01")
    bad = world.folder / "bad.csv"
    bad.write_text("station_id,latitude_deg\nS1,200\n", encoding="utf-8")
    crossed = world.folder / "crossed.geojson"
    ring = [[107, 15], [107.2, 15.2], [107.2, 15], [107, 15.2], [107, 15]]
    crossed.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8")
    for arguments, code in (
        (("licence", "703-713", *licence), "spectrum-band-unreadable"),
        (("licence", "900-901 MHz", *licence), "spectrum-band-not-open"),
        (("licence", BANDS, "--holder", "h1", "--until", "2050-01-01"), "spectrum-term-too-long"),
        (("licence", BANDS, *licence, "--area", "province:99"), "spectrum-province-unknown"),
        (("licence", BANDS, *licence, "--area", "radius:105.8,21.0,5"), "spectrum-place-outside"),
        (("licence", BANDS, *licence, "--area", crossed), "spectrum-area-crossed"),
        (("licence", BANDS, *licence, "--area", "somewhere"), "spectrum-area-unreadable"),
        (("licence", BANDS, *licence, "--boundaries", world.folder / "none.geojson"), "spectrum-boundary-file-faulty"),
        (("licence", BANDS, *licence, "--orbit", "132", "--lease-of", "x"), "option-faulty"),
        (("licence", BANDS, *licence, "--obligations", bad), "option-faulty"),
        (("station", bad, *licence), "spectrum-station-faulty"),
        (("station", world.folder / "none.csv", *licence), "spectrum-station-faulty"),
        (("amend", "BT-1"), "spectrum-licence-unknown"),
    ):
        assert world.refused("spectrum", *arguments) == code
    for more in (("BT-9",), ("703-704 MHz", "--at", "here")):
        status, _, _ = world.run("spectrum", "show", *more)
        assert status == 2
    status, _, _ = world.run("spectrum", "map", "moon", world.folder / "x.svg")
    assert status == 2
