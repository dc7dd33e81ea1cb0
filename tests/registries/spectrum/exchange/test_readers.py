"""Readers: station lists in both languages and three public registers; rows in are rows out and rejected."""

import csv
import datetime
import math
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from registries.spectrum.exchange.columns import Imported, check_row, gather
from registries.spectrum.exchange.errors import StationFileUnreadable
from registries.spectrum.exchange.rrl import read_rrl, read_rrl_patterns
from registries.spectrum.exchange.station_lists import read_station_list
from registries.spectrum.exchange.tafl import POSITIONS, read_tafl
from registries.spectrum.exchange.uls import FIELDS, read_uls

NOW = datetime.date(2026, 3, 1)
HEADERS = [
    "STT", "Số giấy phép", "Tên trạm", "Vĩ độ", "Kinh độ", "Hệ tọa độ", "Tỉnh", "Tần số phát (MHz)",
    "Tần số thu (MHz)", "Băng thông (kHz)", "Ký hiệu phát xạ", "Công suất (W)", "Hệ số khuếch đại (dBd)",
    "Chiều cao anten (m)", "Góc phương vị", "Phân cực",
]  # fmt: skip
GOOD = [
    "1", "GP-01", "Trạm Cầu Giấy", "21°02'10\"B", "105°47'30\"Đ", "WGS-84", "Hà Nội", "450,0125", "460.0125", "12.5",
    "12K5F3E", "25", "6", "40", "120", "Đứng",
]  # fmt: skip


def changed(**cells: str) -> list[str]:
    names = {"lat": 3, "lon": 4, "datum": 5, "province": 6, "tx": 7, "rx": 8, "bw": 9, "em": 10, "p": 11, "h": 13,
             "az": 14, "pol": 15}  # fmt: skip
    row = list(GOOD)
    for name, value in cells.items():
        row[names[name]] = value
    return row


def write(path: Path, rows: list[list[str]], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def codes(done: Imported, severity: str = "error") -> list[str]:
    return [finding.code for finding in done.findings if finding.severity == severity]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_reads_a_vietnamese_list_below_its_title(delimiter: str, tmp_path: Path) -> None:
    path = write(tmp_path / "quy1.csv", [["DANH SÁCH ĐÀI PHÁT"], [], HEADERS, GOOD, []], delimiter)
    done = read_station_list(path, NOW, holder_id="HOLDER")
    assert (done.rows_in, done.table.height, done.rejected, done.findings) == (1, 1, 0, ())
    (row,) = done.table.rows(named=True)
    assert row["assignment_id"] == "quy1:4"
    assert (row["holder_id"], row["licence_id"], row["province_code"]) == ("HOLDER", "GP-01", "01")
    assert (row["tx_frequency_hz"], row["rx_frequency_hz"], row["bandwidth_hz"]) == (450_012_500, 460_012_500, 12_500)
    assert row["latitude_deg"] == pytest.approx(21 + 2 / 60 + 10 / 3600)
    assert row["power_dbm"] == pytest.approx(43.979, abs=1e-3)
    assert row["antenna_gain_dbi"] == pytest.approx(8.15)
    assert (row["height_agl_m"], row["azimuth_deg"], row["polarisation"]) == (40.0, 120.0, "V")


def test_reads_an_english_workbook_and_reckons_power_from_erp(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        head = ["Assignment ID", "Latitude", "Longitude", "Datum", "Frequency", "Bandwidth (MHz)", "ERP (dBW)", "Gain",
                "Feeder loss (dB)", "Province"]  # fmt: skip
        sheet.write_row(0, 0, head)
        sheet.write_row(1, 0, ["A-1", 21.03, 105.85, "WGS84", 773, 10, 20, 17, 3, "01"])
        sheet.write_row(2, 0, ["A-2", 2325941.5, 588763.2, "VN-2000", "1.8 GHz", 0.2, 10, 17, 0, "Hà Nội"])
    done = read_station_list(path, NOW)
    assert codes(done) == []
    one, two = done.table.rows(named=True)
    assert one["power_dbm"] == pytest.approx(20 + 30 + 2.15 - 17 + 3)
    assert (one["tx_frequency_hz"], one["bandwidth_hz"]) == (773_000_000, 10_000_000)
    assert (two["latitude_deg"], two["longitude_deg"]) == pytest.approx((21.03, 105.855), abs=0.01)
    assert two["tx_frequency_hz"] == 1_800_000_000


BAD: dict[str, tuple[dict[str, str], str, bool]] = {
    "swapped": ({"lat": "105.8", "lon": "21.03"}, "coordinate-swapped", True),
    "unknown datum": ({"datum": "PULKOVO"}, "coordinate-datum-unknown", True),
    "no datum": ({"datum": ""}, "coordinate-datum-missing", False),
    "not a number": ({"lat": "nan"}, "coordinate-angle-unreadable", True),
    "zero bandwidth": ({"bw": "0"}, "assignment-out-of-range", True),
    "10^9 kW": ({"p": "1000000000 kW"}, "station-value-faulty", True),
    "zero power": ({"p": "0"}, "station-value-faulty", True),
    "no frequency": ({"tx": "", "rx": ""}, "assignment-incomplete", True),
    "frequency in W": ({"tx": "450 W"}, "station-value-faulty", True),
    "no bandwidth": ({"bw": ""}, "assignment-incomplete", True),
    "emission": ({"em": "12K5Y3E"}, "emission-unreadable", True),
    "other bandwidth": ({"bw": "25"}, "assignment-bandwidth-differs", False),
    "height": ({"h": "-3"}, "assignment-out-of-range", True),
    "azimuth": ({"az": "400"}, "assignment-out-of-range", True),
    "polarisation": ({"pol": "wavy"}, "assignment-polarisation-unknown", True),
    "other province": ({"province": "Cà Mau"}, "coordinate-outside-province", False),
    "no province": ({"province": "Atlantis"}, "station-province-unknown", False),
    "no power": ({"p": ""}, "assignment-power-missing", False),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_cell_is_found_and_its_line_named(name: str, tmp_path: Path) -> None:
    cells, code, rejected = BAD[name]
    done = read_station_list(write(tmp_path / "q.csv", [HEADERS, GOOD, changed(**cells)]), NOW)
    assert (done.rows_in, done.rejected) == (2, int(rejected))
    assert code in {finding.code for finding in done.findings}
    assert {finding.where for finding in done.findings} == {"q.csv, line 3"}
    assert bool(codes(done)) == rejected


def test_rows_that_are_too_wide_or_doubled_are_rejected(tmp_path: Path) -> None:
    head = ["assignment_id", *HEADERS]
    done = read_station_list(
        write(tmp_path / "q.csv", [head, ["A", *GOOD], ["A", *GOOD], ["B", *GOOD, "more"], ["C", *GOOD[:3]]]), NOW
    )
    assert (done.rows_in, done.table.height, done.rejected) == (4, 1, 3)
    assert "assignment-doubled" in codes(done)
    assert "station-row-too-wide" in codes(done)


def test_refuses_a_file_without_headers_or_with_two_columns_of_a_kind(tmp_path: Path) -> None:
    with pytest.raises(StationFileUnreadable, match="latitude, longitude and a frequency"):
        read_station_list(write(tmp_path / "a.csv", [["x", "y"], ["1", "2"]]), NOW)
    with pytest.raises(StationFileUnreadable, match="line 1: two columns are latitude"):
        read_station_list(write(tmp_path / "b.csv", [[*HEADERS, "Latitude"]]), NOW)
    (tmp_path / "c.csv").write_bytes("Vĩ độ".encode("cp1258", errors="replace") + b"\xff")
    with pytest.raises(StationFileUnreadable, match="save it as CSV UTF-8"):
        read_station_list(tmp_path / "c.csv", NOW)
    (tmp_path / "d.xlsx").write_bytes(b"no workbook")
    with pytest.raises(StationFileUnreadable, match="no workbook"):
        read_station_list(tmp_path / "d.xlsx", NOW)
    with pytest.raises(StationFileUnreadable, match="cannot be opened"):
        read_station_list(tmp_path / "none.csv", NOW)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text("0123456789.,-°'NBĐ x", max_size=12), min_size=16, max_size=17), max_size=6))
def test_whatever_the_cells_hold_the_account_balances(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = write(tmp_path_factory.mktemp("lists") / "q.csv", [HEADERS, GOOD, *rows])
    done = read_station_list(path, NOW)
    assert done.rows_in == done.table.height + done.rejected
    assert done.rows_in == 1 + sum(any(cell.strip() for cell in row) for row in rows)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e12])
def test_numbers_that_are_none_are_out_of_every_range(value: float) -> None:
    row = {"assignment_id": "A", "latitude_deg": 21.0, "longitude_deg": 105.0, "tx_frequency_hz": 1, "bandwidth_hz": 1}
    for name in ("latitude_deg", "power_dbm", "antenna_gain_dbi", "height_agl_m", "tilt_deg"):
        assert "assignment-out-of-range" in {finding.code for finding in check_row({**row, name: value}, "x")}


def test_a_row_that_a_reader_gave_up_is_rejected_even_without_a_reason() -> None:
    done = gather([("x", None, [])])
    assert (done.rejected, codes(done)) == (1, ["assignment-unreadable"])


def record(kind: str, **values: str) -> str:
    cells = [""] * (max(FIELDS[kind].values()) + 4)
    cells[0] = kind
    for name, value in values.items():
        cells[FIELDS[kind][name]] = value
    return "|".join(cells)


def dms(latitude: tuple[str, str, str], longitude: tuple[str, str, str]) -> dict[str, str]:
    return {"lat_d": latitude[0], "lat_m": latitude[1], "lat_s": latitude[2], "lat_h": "N", "long_d": longitude[0],
            "long_m": longitude[1], "long_s": longitude[2], "long_h": "W"}  # fmt: skip


def uls(folder: Path) -> Path:
    ends = (("1001", "WQAA111", "WQBB222", "6197.24", ("40", "30", "0.0")),
            ("1002", "WQBB222", "WQAA111", "5945.2", ("40", "45", "30.0")))  # fmt: skip
    files: dict[str, list[str]] = {kind: [] for kind in FIELDS}
    for licence, call, other, frequency, latitude in ends:
        files["HD"].append(record("HD", licence=licence, call_sign=call, status="A", radio_service="CF"))
        files["EN"].append(record("EN", licence=licence, entity_type="CL", licensee_id="L9", name="Contact"))
        files["EN"].append(record("EN", licence=licence, entity_type="L", licensee_id="L1", name="Link Co"))
        place = dms(latitude, ("74", "15", "0.0"))
        files["LO"].append(record("LO", licence=licence, location="1", ground="120.5", name="Hill", **place))
        files["AN"].append(
            record(
                "AN",
                licence=licence,
                antenna="1",
                location="1",
                height="45.0",
                model="UHX",
                tilt="-0.2",
                polarisation="V",
                beamwidth="1.2",
                gain="41.0",
                azimuth="87.5",
                line_loss="2.0",
            )
        )
        files["FR"].append(
            record(
                "FR",
                licence=licence,
                call_sign=call,
                location="1",
                antenna="1",
                frequency=f"{frequency}0000",
                eirp_dbm="66.0",
                sequence="1",
            )
        )
        files["EM"].append(
            record("EM", licence=licence, location="1", antenna="1", frequency=frequency, emission="29M6D7W")
        )
        files["EM"].append(
            record("EM", licence=licence, location="1", antenna="1", frequency=frequency, emission="10M0D7W")
        )
        files["PA"].append(
            record(
                "PA",
                licence=licence,
                call_sign=call,
                tx_location="1",
                tx_antenna="1",
                rx_location="2",
                rx_antenna="1",
                rx_call_sign=other,
            )
        )
    for kind, lines in files.items():
        (folder / f"{kind}.dat").write_text("\r\n".join(lines) + "\r\n")
    return folder


def test_reads_microwave_of_the_united_states_with_both_ends(tmp_path: Path) -> None:
    done = read_uls(uls(tmp_path))
    assert (done.rows_in, done.rejected, codes(done)) == (2, 0, [])
    one, two = done.table.rows(named=True)
    assert (one["assignment_id"], one["correspondent_id"]) == ("WQAA111-1-1-1", "WQBB222-1-1-1")
    assert two["correspondent_id"] == one["assignment_id"]
    assert (one["tx_frequency_hz"], one["bandwidth_hz"], one["emission"]) == (6_197_240_000, 29_600_000, "29M6D7W")
    assert (one["latitude_deg"], one["longitude_deg"]) == (40.5, -74.25)
    assert one["power_dbm"] == pytest.approx(66 - 41 + 2)
    assert (one["holder_id"], one["height_agl_m"], one["tilt_deg"], one["service"]) == ("L1", 45.0, -0.2, "CF")
    assert codes(done, "info") == ["uls-emissions-further"] * 2


def test_torn_and_faulty_records_are_told_and_accounted_for(tmp_path: Path) -> None:
    folder = uls(tmp_path)
    with (folder / "FR.dat").open("a") as file:
        file.write("FR|1001|torn\r\n")
        file.write(
            record("FR", licence="1001", call_sign="WQAA111", location="7", antenna="1", frequency="450") + "\r\n"
        )
        file.write(
            record("FR", licence="1001", call_sign="WQAA111", location="1", antenna="1", frequency="451", upper="450")
            + "\r\n"
        )
        file.write(
            record("FR", licence="1001", call_sign="WQAA111", location="1", antenna="1", frequency="abc") + "\r\n"
        )
        file.write(
            record(
                "FR",
                licence="1001",
                call_sign="WQAA111",
                location="1",
                antenna="1",
                frequency="450",
                upper="451",
                erp_w="100",
                sequence="9",
            )
            + "\r\n"
        )
    with (folder / "EN.dat").open("a") as file:
        file.write("loose end of a comment\r\n")
    done = read_uls(folder)
    assert (done.rows_in, done.table.height, done.rejected) == (7, 3, 4)
    assert codes(done).count("uls-record-torn") == 2
    assert {"uls-place-missing", "uls-value-faulty"} < set(codes(done))
    band = done.table.filter(pl.col("assignment_id") == "WQAA111-1-1-9").rows(named=True)[0]
    assert (band["tx_frequency_hz"], band["bandwidth_hz"]) == (450_500_000, 1_000_000)
    assert band["power_dbm"] == pytest.approx(50 + 2.15 - 41 + 2)
    (folder / "FR.dat").unlink()
    with pytest.raises(StationFileUnreadable, match=r"FR\.dat"):
        read_uls(folder)


def rrl(folder: Path, devices: list[dict[str, str]]) -> Path:
    device = {
        "SDD_ID": "5", "LICENCE_NO": "10/1", "FREQUENCY": "7442000000", "BANDWIDTH": "28000000", "EMISSION": "28M0D7W",
        "DEVICE_TYPE": "T", "TRANSMITTER_POWER": "0.5", "TRANSMITTER_POWER_UNIT": "W", "SITE_ID": "S1",
        "ANTENNA_ID": "77", "POLARISATION": "V", "AZIMUTH": "12.5", "HEIGHT": "30", "TILT": "", "FEEDER_LOSS": "1.5",
        "EIRP": "40", "EIRP_UNIT": "dBW", "CALL_SIGN": "", "CLASS_OF_STATION_CODE": "FX", "STATION_NAME": "Hill",
    }  # fmt: skip
    tables = {
        "device_details": [{**device, **changes} for changes in devices],
        "site": [{"SITE_ID": "S1", "LATITUDE": "-33.86", "LONGITUDE": "151.2", "NAME": "Sydney", "ELEVATION": "20"}],
        "antenna": [{"ANTENNA_ID": "77", "GAIN": "40", "H_BEAMWIDTH": "1.5", "MODEL": "HP6", "MANUFACTURER": "M"}],
        "licence": [{"LICENCE_NO": "10/1", "CLIENT_NO": "20001"}],
        "antenna_pattern": [
            {"ANTENNA_ID": "77", "ANGLE": angle, "ATTENUATION": loss}
            for angle, loss in (("0", "0"), ("10", "30"), ("180", "60"), ("x", "1"))
        ],
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def test_reads_devices_of_australia(tmp_path: Path) -> None:
    folder = rrl(
        tmp_path,
        [
            {},
            {"SDD_ID": "6", "DEVICE_TYPE": "R", "TRANSMITTER_POWER": ""},
            {"SDD_ID": "7", "TRANSMITTER_POWER": ""},
            {"SDD_ID": "8", "SITE_ID": "none"},
            {"SDD_ID": "9", "DEVICE_TYPE": "Q"},
            {"SDD_ID": "10", "FREQUENCY": "-"},
            {"SDD_ID": "11", "BANDWIDTH": "0"},
        ],
    )
    done = read_rrl(folder)
    assert (done.rows_in, done.table.height, done.rejected) == (7, 3, 4)
    assert codes(done) == ["rrl-site-missing", "rrl-device-type", "rrl-value-faulty", "assignment-out-of-range"]
    sender, receiver, by_eirp = done.table.rows(named=True)
    assert (sender["tx_frequency_hz"], sender["rx_frequency_hz"]) == (7_442_000_000, None)
    assert sender["power_dbm"] == pytest.approx(26.99, abs=0.01)
    assert (receiver["rx_frequency_hz"], receiver["power_dbm"]) == (7_442_000_000, None)
    assert by_eirp["power_dbm"] == pytest.approx(70 - 40 + 1.5)
    assert (sender["holder_id"], sender["antenna_gain_dbi"], sender["latitude_deg"]) == ("20001", 40.0, -33.86)
    patterns, findings = read_rrl_patterns(folder)
    assert patterns["77"].gain.value == 40
    assert patterns["77"].horizontal_loss_db[[0, 10, 350, 180]].tolist() == [0, 30, 30, 60]
    assert [finding.code for finding in findings] == ["rrl-point-faulty"]
    (folder / "site.csv").write_text("SITE_ID\n")
    with pytest.raises(StationFileUnreadable, match="LATITUDE, LONGITUDE"):
        read_rrl(folder)


def test_reads_the_list_of_canada(tmp_path: Path) -> None:
    def line(**values: str) -> list[str]:
        cells = [""] * 60
        given = {
            "way": "TX", "frequency": "6197.24", "record": "R1", "bandwidth": "29650", "emission": "29M7D7W",
            "power_w": "1", "losses": "2.5", "gain": "41", "polarisation": "H", "height": "60", "azimuth": "271.2",
            "latitude": "45.4", "longitude": "-75.7", "ground": "80", "authorization": "A1", "class": "FX",
            "account": "C9", "place": "Ottawa",
        }  # fmt: skip
        for name, value in {**given, **values}.items():
            cells[POSITIONS[name]] = value
        return cells

    rows = [line(), line(record="R2", way="RX", power_w=""), line(record="R3", power_w="", erp_dbw="30"),
            line(record="R4", way="??"), line(record="R5", latitude="north"),
            line(record="R1"), ["TX", "1"]]  # fmt: skip
    done = read_tafl(write(tmp_path / "tafl.csv", rows))
    assert (done.rows_in, done.table.height, done.rejected) == (7, 3, 4)
    assert codes(done) == ["tafl-way", "tafl-value-faulty", "assignment-doubled", "tafl-line-torn"]
    one, two, three = done.table.rows(named=True)
    assert (one["tx_frequency_hz"], one["bandwidth_hz"], one["power_dbm"]) == (6_197_240_000, 29_650_000, 30.0)
    assert (two["rx_frequency_hz"], two["power_dbm"]) == (6_197_240_000, None)
    assert three["power_dbm"] == pytest.approx(60 + 2.15 - 41 + 2.5)
    assert (one["holder_id"], one["azimuth_deg"], one["ground_m"]) == ("C9", 271.2, 80.0)
    with pytest.raises(StationFileUnreadable):
        read_tafl(tmp_path / "none.csv")
