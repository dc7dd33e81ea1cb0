"""Records of stations: read, refused by field, written again, and as rows of the assignment table."""

import pytest

from registries.spectrum.band_ranges import Band
from registries.spectrum.register_errors import PlaceOutside, StationFaulty
from registries.spectrum.stations import ASSIGNMENT_COLUMNS, assignment_rows, read_station, read_stations, written
from tests.registries.spectrum.register_world import station

ROW = {
    "station_id": "S1", "latitude_deg": "21.03", "longitude_deg": "105.85", "height_agl_m": "30",
    "bandwidth_hz": "12500", "tx_frequency_hz": "150000000.0", "power_dbm": "40", "maker": "", "azimuth_deg": None,
}  # fmt: skip


def test_a_row_of_text_becomes_a_station_and_is_written_again() -> None:
    read = read_station(ROW)
    assert read == station()
    assert read_stations(written([read, station("S2", station_name="Hà Nội")])) == (
        read,
        station("S2", station_name="Hà Nội"),
    )
    assert read.bands == (Band(149_993_750, 150_006_249),)
    assert station(feeder_loss_db=2.0, antenna_gain_dbi=8.0).eirp_dbm == 46.0
    assert read_stations("") == ()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"bandwidth_hz": ""}, "bandwidth_hz '': it is missing"),
        ({"bandwidth_hz": "12.5k"}, "it is no whole number"),
        ({"bandwidth_hz": "12500.5"}, "it is no whole number"),
        ({"power_dbm": "forty"}, "power_dbm 'forty': it is no number"),
        ({"power_dbm": ""}, "a station that sends has a power"),
        ({"power_dbm": "nan"}, "lies outside of -100 to 120"),
        ({"height_agl_m": "3000"}, "lies outside of 0 to 1000"),
        ({"tx_frequency_hz": ""}, "a station sends or receives"),
        ({"polarisation": "Z"}, "it is H, V, C or X"),
        ({"colour": "red"}, "no field of a station is called so"),
    ],
)
def test_a_fault_is_told_by_station_and_field(change: dict[str, str], match: str) -> None:
    with pytest.raises(StationFaulty, match=match) as found:
        read_station(ROW | change)
    assert "station S1" in str(found.value)


def test_a_station_elsewhere_is_refused() -> None:
    with pytest.raises(PlaceOutside, match=r"station S1.*exchanged"):
        read_station(ROW | {"latitude_deg": "105.85", "longitude_deg": "21.03"})


def test_rows_of_the_assignment_table_have_its_columns_and_null_for_nothing() -> None:
    (row,) = assignment_rows("TS-1", "A", [station(service="ML")])
    assert tuple(row) == ASSIGNMENT_COLUMNS
    assert (row["assignment_id"], row["licence_id"], row["holder_id"], row["service"]) == ("S1", "TS-1", "A", "ML")
    assert row["emission"] is None
    assert row["azimuth_deg"] is None
