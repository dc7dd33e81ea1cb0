"""Models beside published reference results: every case of a folder, and how far we are from it."""

from collections.abc import Callable, Iterator
from pathlib import Path

from registries.spectrum.errors import PropagationFileUnreadable
from registries.spectrum.propagation.building_entry import building_entry_loss_db
from registries.spectrum.propagation.gases import specific_attenuation
from registries.spectrum.propagation.geodesy import great_circle_point
from registries.spectrum.propagation.itm import ItmLink, Siting, itm, itm_area
from registries.spectrum.propagation.p452 import P452Link, p452
from registries.spectrum.propagation.p1546_reference import p1546_cases
from registries.spectrum.propagation.p1812 import P1812Link, p1812
from registries.spectrum.propagation.profiles import Profile
from registries.spectrum.propagation.reference import Case, cells, numbers
from registries.spectrum.propagation.study_group_files import (
    read_log,
    read_rows,
    read_survey_profile,
    read_zoned_profile,
    records,
)


def reference_cases(folder: Path) -> Iterator[Case]:
    """Give every case of the reference results under a folder; folders are known by the files that they hold.

    Raises:
        PropagationFileUnreadable: A file of them cannot be read, or there is none.
    """
    nothing = True
    for find in (_p1812_cases, _p452_cases, p1546_cases, _itm_cases, _p676_cases, _p2109_cases):
        for case in find(folder):
            nothing = False
            yield case
    if nothing:
        raise PropagationFileUnreadable(
            path=folder, line="", reason="no reference results are known in it (p452, p1812, p1546, itm, p676, p2109)"
        )


def _p1812_cases(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.rglob("validation_results/*_log.csv")):
        log = read_log(path)
        if "pol" not in log:
            continue
        name = path.name.removesuffix("_log.csv")
        profile = read_survey_profile(path.parents[1] / "validation_profiles" / f"{name.rpartition('_')[0]}.csv")
        given = numbers(path, log)
        result = p1812(
            profile,
            P1812Link(
                given("f (GHz)"),
                given("p (%)"),
                given("htg (m)"),
                given("hrg (m)"),
                _centre(profile, *(given(key) for key in ("phi_t (deg)", "lam_t (deg)", "phi_r (deg)", "lam_r (deg)"))),
                given("DN"),
                given("N0"),
                vertical=given("pol") == 2,
                location_percent=given("pL (%)"),
                location_sigma_db=given("sigmaL (dB)"),
                tx_coast_km=given("dct (km)"),
                rx_coast_km=given("dcr (km)"),
            ),
        )
        for quantity, found in (
            ("Lbfs", result.sight.free_space_db),
            ("Lb0p", result.sight.time_db),
            ("Lb0b", result.sight.beta0_db),
            ("Ld50 (dB)", result.bent.median_db),
            ("Ldp (dB)", result.bent.time_db),
            ("Lba (dB)", result.ducted_db),
            ("Lbs (dB)", result.scattered_db),
            ("Lbam (dB)", result.joined.without_scatter_db),
            ("Lbc (dB)", result.joined.loss_db),
            ("Lb (dB)", result.loss_db),
            ("Ep (dBuV/m)", result.field_dbuv_m),
        ):
            if quantity in log:
                yield Case("P.1812-7", name, quantity, log[quantity], found)


def _p452_cases(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.rglob("results/test_result_*.csv")):
        profile_name = path.name.replace("test_result", "test_profile")
        profile = read_zoned_profile(path.parents[1] / "profiles" / profile_name)
        for row in records(path):
            name = path.stem.removeprefix("test_result_")
            given = cells(path, row)
            result = p452(
                profile,
                P452Link(
                    given("f (GHz)"),
                    given("p (%)"),
                    given("htg (m)"),
                    given("hrg (m)"),
                    _centre(
                        profile,
                        *(given(key) for key in ("phit_n (deg)", "phit_e (deg)", "phir_n (deg)", "phir_e (deg)")),
                    ),
                    given("DN"),
                    given("N0"),
                    vertical=given("pol (1-h/2-v)") == 2,
                    tx_gain_dbi=given("Gt (dBi)"),
                    rx_gain_dbi=given("Gr (dBi)"),
                    tx_coast_km=given("dct (km)"),
                    rx_coast_km=given("dcr (km)"),
                    pressure_hpa=given("press (hPa)"),
                    temperature_c=given("temp (deg C)"),
                ),
            )
            for quantity, found in (
                ("Lbfsg", result.sight.free_space_db),
                ("Lb0p", result.sight.time_db),
                ("Lb0b", result.sight.beta0_db),
                ("Ld50", result.bent.median_db),
                ("Ldp", result.bent.time_db),
                ("Lbs", result.scattered_db),
                ("Lba", result.ducted_db),
                ("Lb", result.loss_db),
            ):
                yield Case("P.452-18", name, quantity, row(quantity), found)


def _itm_cases(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.rglob("p2p.csv")):
        terrains = [[cell for cell in row if cell] for row in read_rows(path.with_name("pfls.csv")).rows]
        for number, (row, terrain) in enumerate(zip(records(path), (one for one in terrains if one), strict=False)):
            points, step_km = int(float(terrain[0])) + 1, float(terrain[1]) / 1000
            profile = Profile.of(
                [step_km * point for point in range(points)],
                [float(cell) for cell in terrain[2 : 2 + points]],
                where=f"{path.with_name('pfls.csv')}, line {number + 1}",
            )
            loss = itm(profile, _itm_link(cells(path, row))).loss_db
            yield Case("ITM point to point", f"p2p {number + 1}", "A__db", row("A__db"), loss)
    for path in sorted(folder.rglob("area.csv")):
        for number, row in enumerate(records(path)):
            given = cells(path, row)
            sitings = Siting(int(given("tx_siting_criteria"))), Siting(int(given("rx_siting_criteria")))
            loss = itm_area(_itm_link(given), given("d__km"), given("delta_h__meter"), *sitings).loss_db
            yield Case("ITM area", f"area {number + 1}", "A__db", row("A__db"), loss)


def _itm_link(given: Callable[[str], float]) -> ItmLink:
    return ItmLink(
        given("f__mhz"),
        given("h_tx__meter"),
        given("h_rx__meter"),
        given("N_0"),
        int(given("climate")),
        vertical=given("pol") == 1,
        permittivity=given("epsilon"),
        conductivity_s_m=given("sigma"),
        variability=int(given("mdvar")),
        time_percent=given("time"),
        location_percent=given("location"),
        situation_percent=given("situation"),
    )


def _p676_cases(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.rglob("p676_validation.csv")):
        for number, row in enumerate(records(path)):
            given = cells(path, row)
            air = specific_attenuation(given("f (GHz)"), given("P (hPa)"), given("T (k)"), given("rho (g/m3)"))
            yield Case("P.676-13", f"row {number + 2}", "dry", row("gamma0 (dB/km)"), air.dry_db_km)
            yield Case("P.676-13", f"row {number + 2}", "water", row("gammaw (dB/km)"), air.water_db_km)


def _p2109_cases(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.rglob("p2109_validation.csv")):
        for number, row in enumerate(records(path)):
            given = cells(path, row)
            loss = building_entry_loss_db(
                given("freqency (GHz)"),
                given("probability (%)"),
                int(given("building type")),
                given("elevation angle (deg)"),
            )
            yield Case("P.2109-2", f"row {number + 2}", "loss", row("building entry loss (dB)"), loss)


def _centre(profile: Profile, tx_lat: float, tx_lon: float, rx_lat: float, rx_lon: float) -> float:
    """Give the latitude of the middle; profiles may be longer than the way between the coordinates printed."""
    return great_circle_point(tx_lat, tx_lon, rx_lat, rx_lon, profile.length_km / 2)[0]
