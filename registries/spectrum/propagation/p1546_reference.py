"""The reference results of P.1546-6: the logs of its digital supplement, step by step."""

from collections.abc import Iterator
from pathlib import Path

from registries.spectrum.errors import PropagationFileUnreadable
from registries.spectrum.propagation.p1546 import Area, P1546Link, p1546
from registries.spectrum.propagation.reference import Case, numbers
from registries.spectrum.propagation.study_group_files import begins_at_receiver, read_log, read_survey_profile

AREAS = {
    "Sea": Area.SEA,
    "Rural": Area.RURAL,
    "Suburban": Area.SUBURBAN,
    "Urban": Area.URBAN,
    "Dense Urban": Area.DENSE_URBAN,
}
OWN = "Tx antenna height h1 (m)"
"""A name that the logs of this Recommendation alone hold."""


def p1546_cases(folder: Path) -> Iterator[Case]:
    """Give every value of every log under a folder.

    Raises:
        PropagationFileUnreadable: A log or its profile cannot be read.
    """
    for path in sorted(folder.rglob("validation_results/*_log.csv")):
        log = read_log(path)
        if OWN not in log:
            continue
        name = path.name.removesuffix("_log.csv")
        source = path.parents[1] / "validation_profiles" / f"{name.rpartition('_')[0]}.csv"
        profile = read_survey_profile(source)
        if begins_at_receiver(source):
            profile = profile.turned()
        given = numbers(path, log)
        area = AREAS.get(log.get("Rx clutter type", ""))
        if area is None:
            raise PropagationFileUnreadable(
                path=path, line="", reason="'Rx clutter type' is none of " + ", ".join(AREAS)
            )
        result = p1546(
            profile,
            P1546Link(
                given("Frequency f (MHz)"),
                given("Percentage time t (%)"),
                given("Tx antenna height a. g. ha (m)"),
                given("Rx antenna height a. g. h2 (m)"),
                area,
                location_percent=given("Percentage location q (%)"),
                area_width_m=given("Square area width wa for variability (m)"),
            ),
        )
        for quantity, found in (
            (OWN, result.effective_height_m),
            ("See path (km)", result.sea_km),
            ("Tx effective TCA  theta_eff1 (deg)", result.tx_clearance_deg),
            ("Terrain clearance angle tca (deg)", result.rx_clearance_deg),
            ("Maximum field strength Emax (dBuV/m)", result.greatest_dbuv_m),
            ("Field strength (dBuV/m)", result.curves_dbuv_m),
            ("TCA correction (dB)", result.clearance_db),
            ("Path scattering theta_s (deg)", result.scatter_deg),
            ("Trop. Scatt. field strength Ets (dBuV/m)", result.scatter_dbuv_m),
            ("Rx repr. clutter height R2 (m)", result.rx_clutter_m),
            ("Rx antenna height correction (dB)", result.rx_height_db),
            ("Tx clutter correction (dB)", result.tx_clutter_db),
            ("Rx slope-path correction (dB)", result.slope_db),
            ("Resulting field strength for Ptx = 1kW (dBuV/m)", result.field_dbuv_m),
            ("Resulting basic transmission loss (dB)", result.loss_db),
        ):
            if log.get(quantity):
                yield Case("P.1546-6", name, quantity, log[quantity], found)
