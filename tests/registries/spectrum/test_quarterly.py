"""Quarterly lists against the register: both accounts balance, and every difference is told with its place."""

import datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registries.spectrum.bands.allocations import Band
from registries.spectrum.exchange.columns import frame
from registries.spectrum.exchange.errors import ExchangeError
from registries.spectrum.quarterly import Extent, distance_m, reconcile, tolerances
from tests.registries.spectrum.exchange.drawn_assignments import drawn_tables

NOW = datetime.date(2026, 3, 1)
MHZ = 1_000_000
EXTENT = Extent("BL-1", "VIETTEL", (Band(713 * MHZ, 723 * MHZ), Band(768 * MHZ, 778 * MHZ)), frozenset({"01", "31"}))
STATION: dict[str, Any] = {
    "assignment_id": "A1", "licence_id": "BL-1", "holder_id": "VIETTEL", "station_name": "Cầu Giấy",
    "latitude_deg": 21.03, "longitude_deg": 105.80, "height_agl_m": 40.0, "tx_frequency_hz": 773 * MHZ,
    "rx_frequency_hz": 718 * MHZ, "bandwidth_hz": 10 * MHZ, "emission": "10M0W7D", "power_dbm": 43.0,
    "antenna_gain_dbi": 15.0, "azimuth_deg": 358.0, "tilt_deg": 2.0, "polarisation": "X", "province_code": "01",
}  # fmt: skip


def table(*changes: dict[str, Any]) -> pl.DataFrame:
    return frame([{**STATION, **change} for change in changes])


def compare(listed: pl.DataFrame, registered: pl.DataFrame) -> Any:
    return reconcile(listed, registered, [EXTENT], NOW, holder_id="VIETTEL")


def test_what_agrees_within_the_tolerances_is_not_told() -> None:
    near = {"latitude_deg": 21.03 + 20 / 111_320, "azimuth_deg": 2.0, "power_dbm": 43.9, "height_agl_m": 41.5}
    done = compare(table(near), table({}))
    assert (done.missing, done.extra, done.changed, done.findings) == ((), (), (), ())
    assert len(done.pairs) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"latitude_deg": 21.031}, "position"), ({"tx_frequency_hz": 773 * MHZ + 1}, "tx_frequency_hz"),
        ({"bandwidth_hz": 5 * MHZ}, "bandwidth_hz"), ({"power_dbm": 46.0}, "power_dbm"),
        ({"power_dbm": None}, "power_dbm"), ({"azimuth_deg": 10.0}, "azimuth_deg"),
        ({"height_agl_m": 50.0}, "height_agl_m"),
        ({"tilt_deg": 6.0}, "tilt_deg"), ({"antenna_gain_dbi": 18.0}, "antenna_gain_dbi"),
        ({"emission": "10M0W7E"}, "emission"),
        ({"polarisation": "V"}, "polarisation"),
    ],
)  # fmt: skip
def test_each_field_that_changed_is_told_with_its_place(change: dict[str, Any], field: str) -> None:
    done = compare(table(change), table({}))
    (pair,) = done.changed
    assert pair.changed == (field,)
    told = [finding for finding in done.findings if finding.code == "list-changed"]
    assert len(told) == 1
    assert told[0].where.startswith("A1 (Cầu Giấy) @ 21.03")
    assert told[0].vi != told[0].en


def test_rows_without_a_common_id_meet_by_frequency_and_place() -> None:
    registered = table(
        {"azimuth_deg": 0.0},
        {"assignment_id": "A2", "azimuth_deg": 120.0},
        {"assignment_id": "A3", "latitude_deg": 20.9},
    )
    listed = table(
        {"assignment_id": "q:5", "azimuth_deg": 121.0},
        {"assignment_id": "q:6", "azimuth_deg": 1.0},
        {"assignment_id": "q:7", "latitude_deg": 20.8},
    )
    done = compare(listed, registered)
    assert [(pair.listed_id, pair.registered_id, pair.changed) for pair in done.pairs] == [
        ("q:5", "A2", ()),
        ("q:6", "A1", ()),
    ]
    assert (done.missing, done.extra) == (("A3",), ("q:7",))
    assert [finding.code for finding in done.findings] == ["list-extra", "list-missing"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tx_frequency_hz": 774 * MHZ}, "list-outside-band"), ({"rx_frequency_hz": 708 * MHZ}, "list-outside-band"),
        ({"bandwidth_hz": 15 * MHZ}, "list-outside-band"), ({"province_code": "79"}, "list-outside-area"),
        ({"province_code": None}, "list-outside-area"), ({"licence_id": "BL-9"}, "list-licence-unknown"),
        ({"licence_id": None}, "list-licence-unknown"),
    ],
)  # fmt: skip
def test_rows_outside_of_the_licence_are_errors(change: dict[str, Any], code: str) -> None:
    done = compare(table(change), table(change))
    assert {finding.code for finding in done.findings} == {code}
    assert all(finding.severity == "error" for finding in done.findings)


def test_another_holders_licence_is_an_error_and_no_provinces_mean_everywhere() -> None:
    done = reconcile(table({}), table({}), [EXTENT], NOW, holder_id="VNPT")
    assert [finding.code for finding in done.findings] == ["list-other-holder"]
    everywhere = Extent("BL-1", "VIETTEL", EXTENT.bands)
    assert reconcile(table({"province_code": "79"}), table({}), [everywhere], NOW, holder_id="VIETTEL").findings == ()


def test_refuses_one_id_twice_and_days_without_tolerances() -> None:
    with pytest.raises(ExchangeError, match="the list has assignment A1 twice"):
        compare(table({}, {}), table({}))
    with pytest.raises(ExchangeError, match="no tolerance is loaded for position_m"):
        tolerances(datetime.date(2000, 1, 1))


@settings(max_examples=60, deadline=None)
@given(drawn_tables, st.randoms(use_true_random=False))
def test_both_accounts_balance_and_order_does_not_matter(registered: pl.DataFrame, draw: Any) -> None:
    rows = registered.rows(named=True)
    kept = [row for row in rows if draw.random() < 0.7]
    listed = [{**row, "assignment_id": f"q:{at}"} if draw.random() < 0.5 else row for at, row in enumerate(kept)]
    done = compare(frame(listed), registered)
    assert len(done.pairs) + len(done.extra) == len(listed)
    assert len(done.pairs) + len(done.missing) == len(rows)
    assert done.changed == ()
    # Rows that were taken over as they are meet themselves; only twins at one place may stand for each other.
    assert len(done.pairs) == len(listed)
    draw.shuffle(listed)
    again = compare(frame(listed), registered.reverse())
    assert (again.pairs, again.missing, again.extra) == (done.pairs, done.missing, done.extra)


def test_distances_are_metres() -> None:
    one = {"latitude_deg": 21.0, "longitude_deg": 105.0}
    assert distance_m(one, {**one, "latitude_deg": 21.001}) == pytest.approx(111.3, abs=0.1)
    assert distance_m(one, {**one, "longitude_deg": 105.001}) == pytest.approx(103.9, abs=0.1)
