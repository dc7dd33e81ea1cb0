"""Coordinates: angles come back, frames agree with the geodetic database, and what is wrong is found."""

import datetime
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from pyproj.transformer import TransformerGroup

import data
from registries.spectrum.coordinates.angles import Axis, parse_angle, render_angle
from registries.spectrum.coordinates.errors import AngleUnreadable, FrameUnknown, MeridianUnknown, PointUnusable
from registries.spectrum.coordinates.frames import Frame, from_wgs84, province_frame, to_wgs84, to_wgs84_many
from registries.spectrum.coordinates.places import check_place, read_place

NOW = datetime.date(2026, 3, 1)
THEN = datetime.date(2024, 3, 1)
latitudes = st.floats(8.4, 23.4)
longitudes = st.floats(102.2, 109.5)


@pytest.mark.parametrize(
    ("text", "axis", "value"),
    [
        ("21.0285", "latitude", 21.0285), ("21,0285", "latitude", 21.0285), ("-5.5", "latitude", -5.5),
        ("21°01'42.6\"N", "latitude", 21.0285), ("21 01 42.6 N", "latitude", 21.0285),
        ("N21.0285", "latitude", 21.0285),
        ("21-01-42.6 N", "latitude", 21.0285), ("210142.6N", "latitude", 21.0285),
        ("21° 01.71' B", "latitude", 21.0285),
        ("21:01:42.6", "latitude", 21.0285), ("21°01′42.6″ Bắc", "latitude", 21.0285),
        ("vĩ độ 21,0285", "latitude", 21.0285),
        ("105°51'15\"Đ", "longitude", 105.8541666666), ("1055115E", "longitude", 105.8541666666),
        ("105d51m15 E", "longitude", 105.8541666666), ("70°W", "longitude", -70), ("33°30'S", "latitude", -33.5),
    ],
)  # fmt: skip
def test_reads_angles_as_people_write_them(text: str, axis: Axis, value: float) -> None:
    assert parse_angle(text, axis) == pytest.approx(value, abs=1e-9)


@settings(deadline=None)
@given(st.floats(-180, 180), st.integers(0, 6))
def test_an_angle_comes_back_from_degrees_minutes_and_seconds(angle: float, decimals: int) -> None:
    text = render_angle(angle, "longitude", decimals)
    assert abs(parse_angle(text, "longitude") - angle) <= 0.5 * 10.0**-decimals / 3600 + 1e-12
    assert render_angle(parse_angle(text, "longitude"), "longitude", decimals) == text or angle < 0


def test_rounding_carries_into_minutes_and_degrees() -> None:
    assert render_angle(20.99999999, "latitude") == "21°00'00.0\"N"
    assert render_angle(-0.5, "longitude", 0) == "000°30'00\"W"


@pytest.mark.parametrize(
    ("text", "axis", "reason"),
    [
        ("91", "latitude", "at most 90"), ("181", "longitude", "at most 180"), ("21°60'", "latitude", "less than 60"),
        ("21.5°30'", "latitude", "only its last part"), ("105E", "latitude", "E belongs to a longitude"),
        ("-21N", "latitude", "both a sign and a letter"), ("nan", "latitude", "no known way"),
        ("", "latitude", "no known way"), ("abc", "longitude", "no known way"), ("1" * 80, "latitude", "too long"),
    ],
)  # fmt: skip
def test_refuses_what_is_no_angle(text: str, axis: Axis, reason: str) -> None:
    with pytest.raises(AngleUnreadable, match=reason):
        parse_angle(text, axis)


@pytest.mark.parametrize("angle", [math.nan, math.inf, 90.1])
def test_refuses_to_write_what_is_no_angle(angle: float) -> None:
    with pytest.raises(AngleUnreadable, match="up to 90"):
        render_angle(angle, "latitude")


@pytest.mark.parametrize(
    ("text", "shown"),
    {
        "WGS84": "WGS-84", "vn2000": "VN-2000", "VN-2000/TM-3 105-45": "VN-2000/TM-3 105.75", "HN-72": "HANOI-72",
        "VN2000/TM3 105.75": "VN-2000/TM-3 105.75", "VN-2000/UTM 48N": "VN-2000/UTM 105",
        "VN2000/6 111": "VN-2000/UTM 111",
        "VN-2000/3 107°45'": "VN-2000/TM-3 107.75",
    }.items(),
)  # fmt: skip
def test_frames_are_read_by_their_usual_names(text: str, shown: str) -> None:
    assert str(Frame.parse(text)) == shown
    assert Frame.parse(shown) == Frame.parse(text)


@pytest.mark.parametrize("text", ["NAD83", "VN-2000/", "VN-2000/TM-3 200", "VN-2000/TM-3 x", "VN-2000/LCC 105", "?"])
def test_an_unknown_datum_is_refused_with_those_that_are_known(text: str) -> None:
    if text == "VN-2000/":
        assert Frame.parse(text) == Frame("VN-2000")
        return
    with pytest.raises(FrameUnknown, match="VN-2000"):
        Frame.parse(text)
    with pytest.raises(FrameUnknown):
        Frame("NAD83")


def test_shifts_are_those_of_the_geodetic_database() -> None:
    for name, code in (("VN-2000", 4756), ("HANOI-72", 4147), ("INDIAN-60", 4131)):
        theirs = TransformerGroup(code, 4326, always_xy=True).transformers[0]
        longitude, latitude = theirs.transform(105.85, 21.03)
        assert to_wgs84(Frame(name), 21.03, 105.85) == pytest.approx((latitude, longitude), abs=2e-9)


@pytest.mark.parametrize("row", data.table("vn2000_meridians", THEN).rows, ids=lambda row: row["province_code"])
def test_grids_of_provinces_are_those_of_the_geodetic_database(row: data.Row) -> None:
    theirs = Transformer.from_crs(int(row["epsg"]), 4326, always_xy=True)
    longitude, latitude = theirs.transform(520_000.0, 1_900_000.0)
    frame = province_frame(row["province_code"], THEN)
    assert to_wgs84(frame, 1_900_000.0, 520_000.0) == pytest.approx((latitude, longitude), abs=2e-9)


def test_points_that_the_law_prints_in_both_systems_agree() -> None:
    # Waters of the port of Quang Ngai at Ly Son, Circular 37/2019/TT-BGTVT, printed to a tenth of a second.
    for theirs, ours in (
        (("15°22'32.7\"N", "109°06'00.5\"E"), ("15°22'29\"N", "109°06'07\"E")),
        (("15°20'35.7\"N", "109°05'28.5\"E"), ("15°20'32\"N", "109°05'35\"E")),
        (("15°20'13.7\"N", "109°06'59.5\"E"), ("15°20'10\"N", "109°07'06\"E")),
        (("15°22'27.7\"N", "109°07'36.5\"E"), ("15°22'24\"N", "109°07'43\"E")),
    ):
        latitude, longitude = to_wgs84(
            Frame("VN-2000"), parse_angle(theirs[0], "latitude"), parse_angle(theirs[1], "longitude")
        )
        assert latitude == pytest.approx(parse_angle(ours[0], "latitude"), abs=0.06 / 3600)
        assert longitude == pytest.approx(parse_angle(ours[1], "longitude"), abs=0.06 / 3600)


@settings(deadline=None)
@given(latitudes, longitudes, st.sampled_from(["VN-2000", "VN-2000/TM-3 107.75", "VN-2000/UTM 48", "HANOI-72"]))
def test_a_place_comes_back_from_every_frame(latitude: float, longitude: float, name: str) -> None:
    frame = Frame.parse(name)
    assume(not frame.is_grid or abs(longitude - frame.central_meridian_deg) < 4)
    first, second = from_wgs84(frame, latitude, longitude)
    assert to_wgs84(frame, first, second) == pytest.approx((latitude, longitude), abs=2e-8)


def test_many_places_are_turned_at_once_and_a_bad_row_is_named() -> None:
    frame = province_frame("01", NOW)
    rows = np.array([2_325_000.0, 2_326_000.0]), np.array([588_000.0, 589_000.0])
    latitude, longitude = to_wgs84_many(frame, *rows)
    assert (latitude[1], longitude[1]) == pytest.approx(to_wgs84(frame, 2_326_000.0, 589_000.0))
    with pytest.raises(PointUnusable, match="row 1: nan"):
        to_wgs84_many(frame, np.array([2_325_000.0, math.nan]), rows[1])
    with pytest.raises(PointUnusable, match="station 7"):
        from_wgs84(Frame("VN-2000"), math.nan, 105.0, "station 7")
    with pytest.raises(MeridianUnknown, match="province 99 on 2026-03-01"):
        province_frame("99", NOW)


def test_the_meridian_of_a_province_is_that_of_the_day() -> None:
    assert province_frame("048", THEN).central_meridian_deg == 107.75
    assert province_frame("79", NOW).central_meridian_deg == 105.75
    rows = data.table("vn2000_meridians", NOW)
    assert set(rows.column("province_code")) == set(data.table("provinces_34").column("code"))
    assert set(data.table("vn2000_meridians", THEN).column("province_code")) == set(
        data.table("provinces_63").column("code")
    )
    # Where merged provinces had different meridians nothing is confirmed.
    assert rows.by("province_code")["08"]["certainty"] == "U"


def test_reads_a_place_and_keeps_it_as_it_was_given() -> None:
    place, findings = read_place("21°01'42.6\"N", "105°51'15\"E", "WGS-84", NOW, province_code="01")
    assert place is not None
    assert (place.latitude_deg, place.longitude_deg) == pytest.approx((21.0285, 105.854167), abs=1e-6)
    assert place.given_first == "21°01'42.6\"N"
    assert findings == ()
    in_metres, findings = read_place("2 325 941,5", "588 763.2", "VN2000", NOW, province_code="01")
    assert in_metres is not None
    assert str(in_metres.frame) == "VN-2000/TM-3 105"
    assert (in_metres.latitude_deg, in_metres.longitude_deg) == pytest.approx((21.03, 105.86), abs=0.01)
    assert findings == ()


@pytest.mark.parametrize(
    ("given_as", "province", "codes", "usable"),
    [
        (("21.03", "105.85", ""), "01", {"coordinate-datum-missing"}, True),
        (("105.85", "21.03", "WGS-84"), "01", {"coordinate-swapped"}, False),
        (("588000", "2325000", "VN-2000"), "01", {"coordinate-swapped"}, False),
        (("21.03", "105.85", "WGS-84"), "79", {"coordinate-outside-province"}, True),
        (("48.85", "2.35", "WGS-84"), "01", {"coordinate-outside-country"}, True),
        (("nan", "105.85", "WGS-84"), "01", {"coordinate-angle-unreadable"}, False),
        (("21.03", "105.85", "PULKOVO-42"), "01", {"coordinate-datum-unknown"}, False),
        (("21.03", "105.85", "WGS-84"), "99", {"coordinate-province-unknown"}, True),
        (("2325000", "x", "VN-2000/TM-3 105"), "01", {"coordinate-angle-unreadable"}, False),
        (("16.5", "112.0", "WGS-84"), "48", set(), True),
        (("8.65", "111.92", "WGS-84"), "56", set(), True),
    ],
)  # fmt: skip
def test_finds_what_is_wrong_with_a_place(
    given_as: tuple[str, str, str], province: str, codes: set[str], usable: bool
) -> None:
    place, findings = read_place(*given_as, NOW, province_code=province, where="row 3")
    assert {finding.code for finding in findings} == codes
    assert (place is not None) == usable
    assert all(finding.where == "row 3" and finding.vi != finding.en for finding in findings)
    assert usable or any(finding.severity == "error" for finding in findings)


def test_finds_coordinates_that_are_no_numbers() -> None:
    for latitude, longitude in ((math.nan, 105.0), (21.0, math.inf)):
        (finding,) = check_place(latitude, longitude, NOW)
        assert (finding.code, finding.severity) == ("coordinate-not-a-number", "error")
    assert check_place(21.0, 105.0, NOW) == ()


def test_every_province_has_its_box_on_every_day() -> None:
    for on, name in ((THEN, "provinces_63"), (NOW, "provinces_34")):
        boxes = data.table("province_boxes", on)
        assert set(boxes.where(part="mainland").column("province_code")) == set(data.table(name, on).column("code"))
        assert {"Quần đảo Hoàng Sa", "Quần đảo Trường Sa"} <= set(boxes.column("part"))
        for row in boxes:
            assert float(row["south_deg"]) < float(row["north_deg"])
            assert float(row["west_deg"]) < float(row["east_deg"])
