"""What goes out comes back: CSV, Parquet, GeoJSON and notices to the Bureau."""

import datetime
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from registries.spectrum.exchange.columns import SCHEMA, Imported, frame
from registries.spectrum.exchange.errors import (
    ExchangeError,
    NoticeImpossible,
    NoticeUnreadable,
    StationFileUnreadable,
)
from registries.spectrum.exchange.files import (
    geojson,
    read_csv,
    read_parquet,
    write_csv,
    write_geojson,
    write_parquet,
)
from registries.spectrum.exchange.notices import Block, Kind, Notices, head, notice_of, parse, render, row_of
from tests.registries.spectrum.exchange.drawn_assignments import drawn_tables

DAY = datetime.date(2026, 3, 1)
LAWS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@LAWS
@given(drawn_tables)
def test_a_table_comes_back_from_csv_and_parquet(tmp_path: Path, table: pl.DataFrame) -> None:
    write_csv(table, tmp_path / "a.csv")
    assert_frame_equal(read_csv(tmp_path / "a.csv"), table, check_exact=True)
    write_parquet(table, tmp_path / "a.parquet")
    assert_frame_equal(read_parquet(tmp_path / "a.parquet"), table, check_exact=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.parquet"]


@LAWS
@given(drawn_tables)
def test_geojson_has_a_point_for_each_row_in_its_place(tmp_path: Path, table: pl.DataFrame) -> None:
    write_geojson(table, tmp_path / "a.geojson")
    read = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
    points = [feature for feature in read["features"] if feature["geometry"]["type"] == "Point"]
    assert [point["geometry"]["coordinates"] for point in points] == [
        [row["longitude_deg"], row["latitude_deg"]] for row in table.rows(named=True)
    ]
    for point, row in zip(points, table.rows(named=True), strict=True):
        back = {**dict.fromkeys(SCHEMA), **point["properties"]}
        assert all(back[name] == row[name] for name in SCHEMA if name not in {"latitude_deg", "longitude_deg"})


def link() -> pl.DataFrame:
    ends = [
        {"assignment_id": "A", "latitude_deg": 21.0, "longitude_deg": 105.8, "correspondent_id": "B"},
        {"assignment_id": "B", "latitude_deg": 21.2, "longitude_deg": 105.9, "correspondent_id": "A"},
        {"assignment_id": "C", "latitude_deg": 21.3, "longitude_deg": 105.9, "correspondent_id": "Z"},
    ]
    return frame(ends)


def test_a_link_is_drawn_once() -> None:
    lines = [feature for feature in geojson(link())["features"] if feature["geometry"]["type"] == "LineString"]
    assert [line["geometry"]["coordinates"] for line in lines] == [[[105.8, 21.0], [105.9, 21.2]]]
    with pytest.raises(ExchangeError, match="A has no coordinates"):
        geojson(link().with_columns(latitude_deg=pl.lit(None, pl.Float64)))
    with pytest.raises(ExchangeError, match="no column emission"):
        geojson(link().drop("emission"))


def test_refuses_files_that_are_no_table(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("a,b\n1,2\n")
    for read in (read_csv, read_parquet):
        with pytest.raises(StationFileUnreadable):
            read(path)
        with pytest.raises(StationFileUnreadable):
            read(tmp_path / "none")


def test_an_account_that_does_not_balance_is_refused() -> None:
    with pytest.raises(ExchangeError, match="5 rows in, 3 out, 1 rejected"):
        Imported(link(), (), 5, 1)


items = st.lists(
    st.tuples(st.from_regex(r"t_[a-z]{1,8}", fullmatch=True), st.text("aZ0+-. ỗ", max_size=8).map(str.strip)),
    max_size=4,
).map(tuple)
receivers = items.map(lambda pairs: Block("RX_STATION", pairs))
antennas = st.tuples(items, st.lists(receivers, max_size=2)).map(lambda pair: Block("ANTENNA", pair[0], tuple(pair[1])))
notices = st.tuples(items, st.lists(antennas, max_size=2)).map(lambda pair: Block("NOTICE", pair[0], tuple(pair[1])))


@settings(deadline=None)
@given(items, st.lists(notices, max_size=3))
def test_a_file_of_notices_comes_back(first: tuple[tuple[str, str], ...], blocks: list[Block]) -> None:
    file = Notices(first, tuple(blocks))
    assert parse(render(file)) == file


@LAWS
@given(drawn_tables, st.sampled_from(["T11", "T12", "T13"]))
def test_an_assignment_comes_back_from_its_notice(tmp_path: Path, table: pl.DataFrame, kind: Kind) -> None:
    rows = table.with_columns(rx_frequency_hz=pl.col("tx_frequency_hz")).rows(named=True)
    made = [
        notice_of(row, kind, station_class="FX", nature="CP", in_use_on=DAY, noticed_on=DAY, receivers=[row])
        for row in rows
    ]
    back = parse(render(Notices(head(DAY, "notices@example.vn"), tuple(made)))).notices
    assert back == tuple(made)
    for row, notice in zip(rows, back, strict=True):
        read = row_of(notice)
        assert read["assignment_id"] == row["assignment_id"]
        assert read["rx_frequency_hz" if kind == "T13" else "tx_frequency_hz"] == row["tx_frequency_hz"]
        assert read["emission"] == row["emission"]
        assert read["bandwidth_hz"] == row["bandwidth_hz"]
        for name in ("latitude_deg", "longitude_deg"):
            assert read[name] == pytest.approx(row[name], abs=0.51 / 3600)
        for name, step in (("azimuth_deg", 0.01), ("antenna_gain_dbi", 0.01), ("height_agl_m", 0.1), ("ground_m", 1)):
            assert read[name] == (None if row[name] is None else pytest.approx(row[name], abs=step))
        assert read["polarisation"] == row["polarisation"]
        if kind != "T13" and row["power_dbm"] is not None:
            assert read["power_dbm"] == pytest.approx(row["power_dbm"] - (row["feeder_loss_db"] or 0), abs=0.01)


GOLDEN = """\
<HEAD>
t_adm=VTN
t_d_sent=2026-03-01
t_email_addr=notices@example.vn
</HEAD>
<NOTICE>
t_notice_type=T11
t_d_adm_ntc=2026-03-01
t_fragment=NTFD_RR
t_prov=RR11.2
t_action=ADD
t_adm_ref_id=A-1
t_freq_assgn=7442
t_d_inuse=2026-03-01
t_site_name=Ba Vì
t_ctry=VTN
t_long=+1052200
t_lat=+210400
t_stn_cls=FX
t_nat_srv=CP
t_bdwdth_cde=28M0
t_emi_cls=D7W
t_op_hh_fr=00:00
t_op_hh_to=24:00
t_site_alt=+1200
<ANTENNA>
t_pwr_xyz=Y
t_pwr_ant=-4
t_pwr_eiv=I
t_pwr_dbw=36
t_ant_dir=D
t_azm_max_e=90
t_hgt_agl=45.5
t_gain_type=I
t_gain_max=40
t_polar=V
<RX_STATION>
t_geo_type=POINT
t_ctry=VTN
t_site_name=Hà Nội
t_long=+1055100
t_lat=+210140
</RX_STATION>
</ANTENNA>
</NOTICE>
<TAIL>
t_num_notices=1
</TAIL>
"""


def link_rows() -> list[dict[str, object]]:
    return frame(
        [
            {
                "assignment_id": "A-1", "station_name": "Ba Vì", "latitude_deg": 21 + 4 / 60, "ground_m": 1200.0,
                "longitude_deg": 105 + 22 / 60, "tx_frequency_hz": 7_442_000_000, "bandwidth_hz": 28_000_000,
                "emission": "28M0D7W", "power_dbm": 27.0, "feeder_loss_db": 1.0, "antenna_gain_dbi": 40.0,
                "azimuth_deg": 90.0, "height_agl_m": 45.5, "polarisation": "V",
            },
            {
                "assignment_id": "A-2", "station_name": "Hà Nội", "latitude_deg": 21 + 1 / 60 + 40 / 3600,
                "longitude_deg": 105.85,
            },
        ]
    ).rows(named=True)  # fmt: skip


def test_a_notice_reads_as_the_bureau_expects() -> None:
    one, other = link_rows()
    made = notice_of(one, "T11", station_class="FX", nature="CP", in_use_on=DAY, noticed_on=DAY, receivers=[other])
    assert render(Notices(head(DAY, "notices@example.vn"), (made,))) == GOLDEN
    assert parse(GOLDEN.replace("=", " = ")).notices == (made,)


def test_refuses_a_notice_of_what_is_incomplete() -> None:
    one, other = link_rows()
    with pytest.raises(NoticeImpossible, match="A-1: a T11 names its receiving station"):
        notice_of(one, "T11", station_class="FX", nature="CP", in_use_on=DAY, noticed_on=DAY)
    with pytest.raises(NoticeImpossible, match="A-2: a T12 needs frequency, emission and coordinates"):
        notice_of(other, "T12", station_class="ML", nature="CP", in_use_on=DAY, noticed_on=DAY)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("<HEAD>\n", ""), "line 1: 't_adm=VTN' is neither a mark nor an item"),
        (("t_num_notices=1", "t_num_notices=2"), "the tail counts 2 notices, and there are 1"),
        (("</ANTENNA>\n", ""), "</NOTICE> closes <ANTENNA>"),
        (("<ANTENNA>", "<COORD>"), "<RX_STATION> does not stand in <COORD>"),
        (("<RX_STATION>", "<HOUSE>"), "<HOUSE> does not stand in <ANTENNA>"),
        (("<TAIL>\nt_num_notices=1\n</TAIL>\n", ""), "the tail counts None"),
        (("</TAIL>\n", ""), "<TAIL> is never closed"),
    ],
)
def test_refuses_a_text_that_is_no_file_of_notices(change: tuple[str, str], reason: str) -> None:
    with pytest.raises(NoticeUnreadable, match=reason):
        parse(GOLDEN.replace(*change), "ntc.txt")
    with pytest.raises(NoticeUnreadable, match="no <HEAD>"):
        parse("<TAIL>\nt_num_notices=0\n</TAIL>")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("t_notice_type=T11", "t_notice_type=T99"), "the notice type is T99"),
        (("t_lat=+210400", "t_lat=+2104"), "'\\+2104' is no angle of 6 digits"),
        (("t_long=+1052200", "t_long=+1059900"), "is no angle"),
        (("t_freq_assgn=7442\n", ""), "it has no t_freq_assgn"),
        (("t_gain_max=40", "t_gain_max=high"), "high"),
    ],
)
def test_refuses_a_notice_whose_items_are_none(change: tuple[str, str], reason: str) -> None:
    (notice,) = parse(GOLDEN.replace(*change)).notices
    with pytest.raises(NoticeUnreadable, match=reason):
        row_of(notice)
