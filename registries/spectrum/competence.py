"""Which authority decides a procedure on a day: the ministry, or since July 2025 for some licences a province.

References:
    Decree 133/2025/ND-CP, Art. 29 and 32 (amateur licences to the provinces); Decree 55/2025/ND-CP (the ministry);
    data/tables/spectrum_competence.csv.
"""

import datetime
from dataclasses import dataclass
from typing import Final, Literal

from registries.overlay import Doubt, Tables, doubt_of
from registries.spectrum.errors import SpectrumError

Level = Literal["ministry", "province"]
OURS: Final = Tables()


class CompetenceUnknown(SpectrumError):
    """No row says who decides a procedure on a day."""

    code = "spectrum-competence-unknown"
    template = "no row says who decides {procedure} of licences of kind {kind} on {on}; add it to spectrum_competence"


class ProvinceNeeded(SpectrumError):
    """A province decides, and which one was not said, or none has this code on the day."""

    code = "spectrum-province-needed"
    template = "{procedure} of licences of kind {kind} is decided by the province on {on}: {reason}"


@dataclass(frozen=True, slots=True)
class Authority:
    """Who decides, by which instrument; `province_code` is empty for the ministry."""

    level: Level
    code: str
    province_code: str
    vi: str
    en: str
    instrument: str
    doubt: Doubt | None


def authority(
    kind: str, procedure: str, on: datetime.date, province_code: str | None = None, tables: Tables = OURS
) -> Authority:
    """Tell who decides a procedure (`issue`, `extend`, `amend`, `exchange`, `revoke`) on licences of a kind on a day.

    Raises:
        CompetenceUnknown: No row holds.
        ProvinceNeeded: A province decides, and its code is missing or holds not on the day.
    """
    rows = (
        row
        for row in tables.rows("spectrum_competence", on)
        if row["kind"] == kind and row["procedure"] in {procedure, "any"}
    )
    # A row for the procedure itself stands before one for all of them.
    row = next(iter(sorted(rows, key=lambda row: row["procedure"] == "any")), None)
    if row is None:
        raise CompetenceUnknown(kind=kind, procedure=procedure, on=on)
    doubt = doubt_of(row)
    if row["level"] == "ministry":
        return Authority("ministry", row["authority"], "", row["vietnamese"], row["english"], row["instrument"], doubt)
    if not province_code:
        raise ProvinceNeeded(kind=kind, procedure=procedure, on=on, reason="give the code of the province")
    tables_of_provinces = ("provinces_34", "provinces_63")
    places = {place["code"]: place for name in tables_of_provinces for place in tables.rows(name, on)}
    if province_code not in places:
        raise ProvinceNeeded(kind=kind, procedure=procedure, on=on, reason=f"no province has the code {province_code}")
    place = places[province_code]
    vi, en = f"{row['vietnamese']} {place['name']}", f"{row['english']} of {place['name_en']}"
    return Authority("province", row["authority"], province_code, vi, en, row["instrument"], doubt)
