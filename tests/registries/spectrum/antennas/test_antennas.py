"""Antennas: levels that keep their reference, files that come back, and files that are none."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registries.spectrum.antennas.errors import AntennaError, LevelFaulty, PatternUnreadable
from registries.spectrum.antennas.levels import Dbd, Dbi, Eirp, Erp, Output, dbm_of_watts, watts_of_dbm
from registries.spectrum.antennas.msi import read_msi, render_msi
from registries.spectrum.antennas.nsma import read_nsma, render_nsma
from registries.spectrum.antennas.patterns import Floats, Pattern, interpolate, resample

losses = st.lists(st.integers(0, 4000), min_size=360, max_size=360).map(lambda hundredths: np.array(hundredths) / 100)


def drawn(horizontal: Floats, vertical: Floats) -> Pattern:
    return Pattern("Panel 65", Dbi(17.15), horizontal, vertical, "Maker", 1_842_500_000, 4.0, "X")


@settings(max_examples=25, deadline=None)
@given(losses, losses)
@pytest.mark.parametrize(("render", "read"), [(render_msi, read_msi), (render_nsma, read_nsma)])
def test_a_pattern_comes_back_from_both_formats(
    render: object, read: object, tmp_path_factory: pytest.TempPathFactory, horizontal: object, vertical: object
) -> None:
    pattern = drawn(horizontal, vertical)  # type: ignore[arg-type]
    path = tmp_path_factory.mktemp("patterns") / "one.txt"
    path.write_text(render(pattern), encoding="utf-8")  # type: ignore[operator]
    back = read(path)  # type: ignore[operator]
    assert (back.name, back.gain, back.make, back.frequency_hz, back.tilt_deg, back.polarisation) == (
        pattern.name, pattern.gain, pattern.make, pattern.frequency_hz, pattern.tilt_deg, pattern.polarisation,
    )  # fmt: skip
    np.testing.assert_allclose(back.horizontal_loss_db, pattern.horizontal_loss_db, atol=1e-9)
    np.testing.assert_allclose(back.vertical_loss_db, pattern.vertical_loss_db, atol=1e-9)
    assert back == read(path)  # type: ignore[operator]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 359), st.floats(0, 60)), min_size=1, max_size=40, unique_by=lambda p: p[0]))
def test_resampling_keeps_given_points_and_stays_between_them(points: list[tuple[int, float]]) -> None:
    angles, values = zip(*points, strict=True)
    found = resample(angles, values)
    assert [found[angle] for angle in angles] == pytest.approx(list(values))
    assert min(values) - 1e-9 <= found.min() <= found.max() <= max(values) + 1e-9
    for angle, value in points:
        assert interpolate(found, angle + 720.0) == pytest.approx(value)


def test_resampling_goes_around_the_circle() -> None:
    found = resample([350, 10], [0, 20])
    assert found[0] == pytest.approx(10)
    assert found[180] == pytest.approx(10)
    assert resample([-180, 180, 0], [5, 5, 1])[180] == 5


@pytest.mark.parametrize(
    ("angles", "values", "reason"),
    [([], [], "one at least"), ([1], [1, 2], "for each angle"), ([math.nan], [1.0], "numbers"),
     ([0, 360], [1, 9], "angle 0 has two losses: 1 and 9")],
)  # fmt: skip
def test_refuses_points_that_are_no_pattern(angles: list[float], values: list[float], reason: str) -> None:
    with pytest.raises(AntennaError, match=reason):
        resample(angles, values)


def test_a_pattern_tells_its_beamwidth_and_turns() -> None:
    around = np.minimum(12 * (np.minimum(np.arange(360), 360 - np.arange(360)) / 65) ** 2, 25)
    pattern = drawn(around, np.zeros(360))
    assert pattern.beamwidth_deg() == pytest.approx(65, abs=0.1)
    assert drawn(np.zeros(360), np.zeros(360)).beamwidth_deg() == 360
    turned = pattern.turned(120.0)
    assert turned.horizontal_loss_db.argmin() == 120
    assert turned.loss_db(120, 0) == 0
    assert turned.loss_db(120 + 32.5, 0) == pytest.approx(3.0, abs=0.01)
    with pytest.raises(AntennaError, match="360 numbers"):
        drawn(np.zeros(359), np.zeros(360))


def test_a_makers_file_in_dbd_with_steps_of_five_degrees(tmp_path: Path) -> None:
    path = tmp_path / "omni.msi"
    rows = "\n".join(f"{angle} {angle % 10 / 10:.1f}" for angle in range(0, 360, 5))
    path.write_text(f"NAME Omni 6\r\nGAIN 6.0\r\nFREQUENCY 450 MHz\r\nTILT ELECTRICAL\r\nHORIZONTAL 72\r\n{rows}\r\n")
    pattern = read_msi(path)
    assert pattern.gain.value == pytest.approx(8.15)
    assert pattern.frequency_hz == 450_000_000
    assert pattern.horizontal_loss_db[5] == 0.5
    assert pattern.horizontal_loss_db[7] == pytest.approx(0.3)
    assert not pattern.vertical_loss_db.any()


def test_nsma_cuts_run_the_other_way_round_and_absolute_gains_are_losses(tmp_path: Path) -> None:
    path = tmp_path / "dish.dat"
    path.write_text(
        "REVNUM:,NSMA WG16.99.050\nMODNUM:,D\nGUNITS:,DBD/DBI\nMDGAIN:,37.85\nPATFRE:,7500 ! mid\n"
        "PATCUT:,AZ\nPOLARI:,H/H\nNUPOIN:,3\n-90,10.0\n0,40.0\n90,5.0\n"
        "PATCUT:,EL\n-4,40\n0,38\n90,-10\nPATFRE:,8000\nPATCUT:,AZ\n0,0\n"
    )
    pattern = read_nsma(path)
    assert pattern.gain.value == pytest.approx(40.0)
    # Counterclockwise 90 is west of the main direction: 270 for us. Elevation -4 is four degrees down.
    assert pattern.horizontal_loss_db[270] == pytest.approx(35.0)
    assert pattern.horizontal_loss_db[90] == pytest.approx(30.0)
    assert pattern.vertical_loss_db[4] == pytest.approx(0.0)
    assert pattern.vertical_loss_db[270] == pytest.approx(50.0)
    assert pattern.frequency_hz == 7_500_000_000
    assert pattern.polarisation == "H"


@pytest.mark.parametrize(
    ("read", "text", "reason"),
    [
        (read_msi, "NAME x\nHORIZONTAL 360\n0 0\n", "line 4: an angle and a loss are needed here: the plane has 1 of"),
        (read_msi, "NAME x\nHORIZONTAL 1\n0 0\n", "no line GAIN"),
        (read_msi, "GAIN 5 dBi\n", "neither HORIZONTAL nor VERTICAL"),
        (read_msi, "GAIN much\nHORIZONTAL 1\n0 0\n", "line 1: gain 'much'"),
        (read_msi, "GAIN 5 dBi\nHORIZONTAL 1\n0 x\n", "line 3: loss 'x' is no number"),
        (read_msi, "GAIN 5 dBi\nHORIZONTAL 1\n0 -3\n", "line 3: the loss -3 is below zero"),
        (read_msi, "GAIN 5 dBi\nHORIZONTAL 1\n0 nan\n", "line 3: loss 'nan' is no number"),
        (read_msi, "GAIN 900 dBi\nHORIZONTAL 1\n0 0\n", "900.0 dBi is no gain"),
        (read_msi, "GAIN 5 dBi\nHORIZONTAL 0\n", "0 points are none"),
        (read_msi, "GAIN 5 dBi\nHORIZONTAL 1\n0 0\nHORIZONTAL 1\n0 0\n", "line 4: HORIZONTAL stands twice"),
        (read_msi, "GAIN 5 dBi\nHORIZONTAL 2\n0 0\n360 9\n", "angle 0 has two losses"),
        (read_nsma, "hello\n", "line 1: 'hello' is no field"),
        (read_nsma, "MDGAIN:,5\n", "no line REVNUM"),
        (read_nsma, "REVNUM:,NSMA WG16.99.050\n", "no mid-band gain"),
        (read_nsma, "REVNUM:,NSMA WG16.99.050\nMDGAIN:,5\n", "no cut AZ or EL"),
        (read_nsma, "REVNUM:,NSMA\nMDGAIN:,5\nPATCUT:,AZ\n3\n", "line 4: a point has an angle and a gain"),
        (read_nsma, "REVNUM:,NSMA\nMDGAIN:,5\nPATCUT:,\n3,1\n", "line 3: PATCUT names no plane"),
    ],
)  # fmt: skip
def test_refuses_a_file_that_is_no_pattern_and_names_the_line(
    read: object, text: str, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "bad.txt"
    path.write_text(text)
    with pytest.raises(PatternUnreadable, match=reason):
        read(path)  # type: ignore[operator]


def test_refuses_what_is_no_text_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.msi"
    with pytest.raises(PatternUnreadable, match="cannot be opened"):
        read_msi(path)
    path.write_bytes(b"GAIN\0")
    with pytest.raises(PatternUnreadable, match="no text file"):
        read_msi(path)


@settings(deadline=None)
@given(st.floats(-50, 50))
def test_references_are_2_15_db_apart_and_come_back(value: float) -> None:
    assert Dbd(value).to_dbi().value == pytest.approx(value + 2.15)
    assert Dbi(value).to_dbd().to_dbi().value == pytest.approx(value)
    assert Erp(value).to_eirp().dbm == pytest.approx(value + 2.15)
    assert Eirp(value).to_erp().to_eirp().dbm == pytest.approx(value)
    assert dbm_of_watts(watts_of_dbm(value)) == pytest.approx(value)


def test_a_station_radiates_output_less_feeder_plus_gain() -> None:
    assert Output.of_watts(20).radiated(Dbi(17), 3.0).dbm == pytest.approx(43.0103 - 3 + 17, abs=1e-4)
    assert Output.of_watts(20).watts == pytest.approx(20)
    assert Output.of_watts(1).radiated(Dbd(0).to_dbi()).to_erp().dbm == pytest.approx(30)


@pytest.mark.parametrize("watts", [0, -1, math.nan, math.inf, 1e12])
def test_refuses_powers_that_no_transmitter_has(watts: float) -> None:
    with pytest.raises(LevelFaulty, match="W is no power"):
        Output.of_watts(watts)


def test_refuses_levels_that_are_no_numbers_or_absurd() -> None:
    for kind in (Dbi, Dbd, Eirp, Erp, Output):
        for value in (math.nan, math.inf, 500.0):
            with pytest.raises(LevelFaulty):
                kind(value)
    for loss in (-1.0, math.nan):
        with pytest.raises(LevelFaulty, match="a loss is zero or more"):
            Output(30).radiated(Dbi(0), loss)
    same: list[object] = [Eirp(30), Erp(30)]
    assert same[0] != same[1]
