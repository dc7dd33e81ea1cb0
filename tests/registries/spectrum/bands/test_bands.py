"""Allocations, blocks and channels: bands that are none, tables that cross, files with faults, plans as of a day."""

import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import data
from registries.overlay import Tables
from registries.spectrum.bands.allocations import (
    Allocation,
    Band,
    Status,
    allocations,
    band_around,
    changes,
    check_assignment,
    check_table,
    services_in,
)
from registries.spectrum.bands.blocks import block_of, blocks, blocks_of, check_blocks
from registries.spectrum.bands.errors import AllocationsUnreadable, BandFaulty, ChannelUnknown, RasterUnknown
from registries.spectrum.bands.importing import read_allocations, read_frequency
from registries.spectrum.bands.rasters import raster, rasters

NOW = datetime.date(2026, 3, 1)
MHZ = 1_000_000
bands = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: Band(pair[0], pair[0] + pair[1]))
statuses: st.SearchStrategy[Status] = st.sampled_from(["primary", "secondary"])


def given_to(lower: int, upper: int, service: str = "MO", status: Status = "primary", region: int = 3) -> Allocation:
    return Allocation(Band(lower, upper), region, service, status)


@pytest.mark.parametrize(
    ("lower", "upper", "reason"),
    [(10, 5, "runs backwards"), (5, 5, "no width"), (-1, 5, "leaves"), (0, 4 * 10**12, "leaves")],
)
def test_refuses_a_band_that_is_none(lower: int, upper: int, reason: str) -> None:
    with pytest.raises(BandFaulty, match=reason):
        Band(lower, upper)


def test_refuses_edges_that_are_no_whole_hz_and_widths_that_are_none() -> None:
    for edge in (float("nan"), 87.5e6, True):
        with pytest.raises(BandFaulty, match="no whole number"):
            Band(edge, 100 * MHZ)  # type: ignore[arg-type]
    for width in (0, -5):
        with pytest.raises(BandFaulty, match="is none"):
            band_around(100, width)
    assert band_around(100, 25) == Band(87, 113)


@settings(deadline=None)
@given(bands, bands)
def test_overlap_is_having_a_frequency_in_common(one: Band, other: Band) -> None:
    common = set(range(one.lower_hz, one.upper_hz)) & set(range(other.lower_hz, other.upper_hz))
    assert one.overlaps(other) == other.overlaps(one) == bool(common)
    assert one.contains(other) == (len(common) == other.width_hz)


@settings(deadline=None)
@given(st.lists(st.tuples(bands, st.sampled_from(["MO", "FX"])), max_size=8), bands)
def test_a_service_is_in_a_band_where_it_is_at_every_frequency(rows: list[tuple[Band, str]], asked: Band) -> None:
    table = [Allocation(band, 3, service, "primary") for band, service in rows]
    found = {row.service for row in services_in(asked, table)}
    for service in ("MO", "FX"):
        covered = all(
            any(row.band.lower_hz <= hertz < row.band.upper_hz for row in table if row.service == service)
            for hertz in range(asked.lower_hz, asked.upper_hz)
        )
        assert (service in found) == covered


@settings(deadline=None)
@given(
    st.lists(st.tuples(bands, st.sampled_from(["MO", "FX"]), statuses), max_size=5),
    st.lists(st.tuples(bands, st.sampled_from(["MO", "FX"]), statuses), max_size=5),
)
def test_changes_are_what_differs_at_each_frequency(
    old: list[tuple[Band, str, Status]], new: list[tuple[Band, str, Status]]
) -> None:
    before, after = ([Allocation(band, 3, service, status) for band, service, status in rows] for rows in (old, new))

    def status_at(rows: list[Allocation], hertz: int, service: str) -> Status | None:
        found = {row.status for row in rows if row.service == service and row.band.contains(Band(hertz, hertz + 1))}
        return "primary" if "primary" in found else "secondary" if found else None

    told = {}
    for change in changes(before, after):
        for hertz in range(change.band.lower_hz, change.band.upper_hz):
            told[hertz, change.service] = (change.before, change.after)
    for hertz in range(81):
        for service in ("MO", "FX"):
            both = (status_at(before, hertz, service), status_at(after, hertz, service))
            assert told.get((hertz, service), (both[0], both[0])) == both


def test_the_starter_table_has_no_fault_and_says_that_it_is_unconfirmed() -> None:
    rows = allocations(NOW)
    assert [finding for finding in check_table(rows) if finding.severity == "error"] == []
    assert len(rows) > 200
    assert not any(row.is_confirmed for row in rows)
    assert all(row.source for row in rows)
    assert allocations(NOW, region=1) == ()
    # A gap is told only of a table that claims to be whole.
    assert any(finding.code == "allocation-gap" for finding in check_table(rows, whole_spectrum=True))


def test_finds_overlaps_doubles_gaps_and_what_is_unknown() -> None:
    rows = [
        given_to(0, 10),
        given_to(0, 10),
        given_to(5, 20),
        given_to(30, 3_000_000_000_000, "ZZ"),
        given_to(4, 6, region=1),
    ]
    codes = [finding.code for finding in check_table(rows, whole_spectrum=True)]
    assert sorted(codes) == sorted(
        ["allocation-doubled", "allocation-overlap", "allocation-gap", "allocation-service-unknown"]
        + ["allocation-gap"] * 2
    )


def test_an_assignment_needs_an_allocation_and_is_told_of_a_lower_status() -> None:
    rows = allocations(NOW)
    assert check_assignment("BC", band_around(100_000_000 - 2 * MHZ, 200_000), rows, "row 1") == ()
    (finding,) = check_assignment("BC", band_around(110 * MHZ, 200_000), rows, "row 1")
    assert (finding.code, finding.severity) == ("allocation-missing", "error")
    assert "AN" in finding.en
    (finding,) = check_assignment("AM", band_around(435 * MHZ, 12_500), rows, "row 1")
    assert (finding.code, finding.severity) == ("allocation-secondary", "warning")
    # Across the edge between two rows of one service.
    assert check_assignment("MO", band_around(890 * MHZ, 200_000), rows, "row 1") == ()


@pytest.mark.parametrize(
    ("text", "hertz"),
    {"87.5 MHz": 87_500_000, "0,283 GHz": 283_000_000, "9000": 9000, "156.7625MHz": 156_762_500, "9 kHz": 9000}.items(),
)
def test_frequencies_are_read_exactly(text: str, hertz: int) -> None:
    assert read_frequency(text) == hertz


@pytest.mark.parametrize("text", ["", "x", "1.5", "-3 MHz", "nan", "1e6", "87.5 THz"])
def test_refuses_what_is_no_frequency(text: str) -> None:
    with pytest.raises(ValueError, match=r"no frequency|no whole number"):
        read_frequency(text)


def test_a_file_of_allocations_gives_rows_and_findings_that_add_up(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(
        "lower,upper,service,footnotes,status\n"
        "87 MHz,100 MHz,BROADCASTING,5.149,\n"
        "87 MHz,100 MHz,Cố định,,\n"
        "108 MHz,100 MHz,BC,,primary\n"
        "x,100 MHz,BC,,\n"
        "100 MHz,108 MHz,teleport,,\n"
        "100 MHz,108 MHz,BC,,perhaps\n"
        "99 MHz,108 MHz,BC,VTN1,chính\n"
        "1 MHz,2 MHz\n",
        encoding="utf-8",
    )
    done = read_allocations(path, "Decision of October 2025")
    assert (done.rows_in, len(done.allocations), done.rejected) == (8, 3, 5)
    assert [row.status for row in done.allocations] == ["primary", "secondary", "primary"]
    assert {row.source for row in done.allocations} == {"Decision of October 2025"}
    faults = [finding.where for finding in done.findings if finding.code == "allocation-row-faulty"]
    assert faults == [f"plan.csv, line {line}" for line in (4, 5, 6, 7, 9)]
    others = {finding.code for finding in done.findings} - {"allocation-row-faulty"}
    assert others == {"allocation-overlap", "allocation-footnote-unknown"}


def test_refuses_a_file_without_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("from,to\n1,2\n")
    with pytest.raises(AllocationsUnreadable, match="lower_hz"):
        read_allocations(path, "x")
    path.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(AllocationsUnreadable, match="UTF-8"):
        read_allocations(path, "x")


def test_blocks_and_holders_as_of_a_day() -> None:
    found = blocks(NOW)
    assert check_blocks(found) == ()
    assert [block.name for block in blocks_of("VIETTEL", NOW)] == ["B2", "B1"]
    assert blocks_of("VNPT", datetime.date(2025, 9, 15))[0].band_name == "3700"
    assert [block.band_name for block in blocks_of("VNPT", datetime.date(2025, 9, 16))] == ["700", "3700"]
    block = block_of(band_around(773 * MHZ, 10 * MHZ), NOW)
    assert block is not None
    assert (block.band_name, block.name, block.width_hz, block.doubt) == ("700", "B2", 20 * MHZ, None)
    assert block_of(band_around(768 * MHZ, 10 * MHZ), NOW) is None
    # What was not found is said to be so, and nobody is named.
    assert all(block.holder == "" for block in found if block.doubt)
    assert not [block for block in blocks(datetime.date(2026, 9, 16)) if block.band_name == "900"]


def test_finds_blocks_that_overlap_and_unlike_pairs(tmp_path: Path) -> None:
    columns = data.table("imt_blocks").columns
    row = dict.fromkeys(columns, "") | {
        "band": "700", "block": "B9", "duplex": "FDD", "lower_hz": "710000000", "upper_hz": "715000000",
        "downlink_lower_hz": "790000000", "downlink_upper_hz": "796000000", "holder": "VNPT", "source": "x",
        "certainty": "C",
    }  # fmt: skip
    (tmp_path / "imt_blocks.csv").write_text(f"{','.join(columns)}\n{','.join(row.values())}\n")
    codes = {finding.code for finding in check_blocks(blocks(NOW, Tables(tmp_path)))}
    assert codes == {"block-overlap", "block-pair-unlike"}


@pytest.mark.parametrize(
    ("name", "number", "centre_mhz", "paired_mhz"),
    [
        ("f383-6gl-29.65", 1, 5945.20, 6197.24), ("f383-6gl-29.65", 8, 6152.75, 6404.79),
        ("f384-6gu-40", 1, 6460, 6800), ("f385-7g-7", 1, 7428, 7589), ("f385-7g-28", 1, 7442, 7603),
        ("f386-8g-29.65", 1, 7747.70, 8059.02), ("f387-11g-40", 1, 10715, 11245), ("f497-13g-28", 1, 12765, 13031),
        ("f636-15g-28", 1, 14515, 14935), ("f595-18g-55", 1, 17755, 18765), ("f637-23g-28", 1, 22029, 23037),
        ("fm-100k", 125, 100.0, None), ("uhf-tv-8", 21, 474, None), ("maritime-vhf-1", 1, 156.05, 160.65),
        ("lmr-uhf-12k5", 1, 450.0125, 460.0125),
    ],
)  # fmt: skip
def test_centre_frequencies_are_those_of_the_recommendations(
    name: str, number: int, centre_mhz: float, paired_mhz: float | None
) -> None:
    channel = raster(name, NOW).channel(number)
    assert channel.centre_hz == round(centre_mhz * MHZ)
    assert channel.paired_hz == (None if paired_mhz is None else round(paired_mhz * MHZ))


@pytest.mark.parametrize("row", rasters(NOW), ids=lambda row: row.name)
def test_channels_lie_on_the_raster_apart_and_below_their_pairs(row: object) -> None:
    found = raster(getattr(row, "name"), NOW)  # noqa: B009
    channels = list(found.channels())
    assert len(channels) == found.last - found.first + 1
    for channel in channels:
        assert found.at(channel.centre_hz) == channel
        assert found.at(channel.centre_hz + 1) is None
        assert channel.band.width_hz >= found.width_hz
    if found.duplex_hz and found.service == "FX":
        assert channels[-1].centre_hz + found.width_hz <= channels[0].centre_hz + found.duplex_hz + found.step_hz
    assert found.doubt is not None


def test_refuses_a_channel_or_raster_that_is_not_there() -> None:
    with pytest.raises(ChannelUnknown, match="f385-7g-28 has channels 1 to 5"):
        raster("f385-7g-28", NOW).channel(6)
    with pytest.raises(RasterUnknown, match="fm-100k"):
        raster("x", NOW)
