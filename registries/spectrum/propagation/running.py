"""Links from a file: a line is a link, its columns are the fields of the model's link, `profile` names its terrain."""

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

from registries.spectrum.errors import ModelUnknown, PropagationFileUnreadable
from registries.spectrum.propagation.free_space import free_space_loss_db
from registries.spectrum.propagation.itm import ItmLink, itm
from registries.spectrum.propagation.p452 import P452Link, p452
from registries.spectrum.propagation.p1812 import P1812Link, p1812
from registries.spectrum.propagation.profiles import Profile, Zone
from registries.spectrum.propagation.ranges import check
from registries.spectrum.propagation.study_group_files import (
    P452_ZONES,
    read_rows,
    read_survey_profile,
    read_zoned_profile,
    records,
)


@dataclass(frozen=True, slots=True)
class FreeSpaceLink:
    """What free space asks: a frequency; the distance is the length of the profile."""

    frequency_ghz: float


@dataclass(frozen=True, slots=True)
class Predicted:
    """One line of the file: its number, its profile, and the basic transmission loss."""

    line: int
    profile: str
    loss_db: float


def _free_space(profile: Profile, link: FreeSpaceLink) -> float:
    check("P.525", "frequency", link.frequency_ghz, 1e-6, 1e6, "GHz")
    return free_space_loss_db(link.frequency_ghz, profile.length_km)


MODELS: Mapping[str, tuple[type[Any], Callable[[Profile, Any], float]]] = {
    "P.452": (P452Link, lambda profile, link: p452(profile, link).loss_db),
    "P.1812": (P1812Link, lambda profile, link: p1812(profile, link).loss_db),
    "ITM": (ItmLink, lambda profile, link: itm(profile, link).loss_db),
    "P.525": (FreeSpaceLink, _free_space),
}


def run_file(path: Path, model: str) -> list[Predicted]:
    """Predict every link of a CSV file.

    Profiles are files beside it: those of ITU-R study group 3, or columns `distance_km,height_m[,clutter_m[,zone]]`.

    Raises:
        ModelUnknown: No model has this name.
        PropagationFileUnreadable: A file cannot be read, or lacks a column.
        ProfileUnusable: A profile is none.
        OutOfRange: A value is outside what the model covers.
    """
    kinds = {name.replace(".", "").lower(): kind for name, kind in MODELS.items()}
    found = kinds.get(model.replace(".", "").replace("-", "").lower())
    if found is None:
        raise ModelUnknown(name=model, known=", ".join(MODELS))
    kind, predict = found
    profiles: dict[str, Profile] = {}
    results = []
    for line, row in enumerate(records(path), 2):
        named = row("profile")
        if named not in profiles:
            profiles[named] = read_profile(path.parent / named)
        results.append(Predicted(line, named, predict(profiles[named], link_of(kind, path, line, row))))
    return results


def link_of(kind: type[Any], path: Path, line: int, row: Callable[[str], str]) -> Any:
    """Give the link of one line; a column that is missing or empty leaves the default of its field."""
    hints = get_type_hints(kind)
    given: dict[str, Any] = {}
    for one in dataclasses.fields(kind):
        try:
            cell = row(one.name)
        except PropagationFileUnreadable:
            cell = ""
        if not cell and one.default is dataclasses.MISSING:
            row(one.name)
            raise PropagationFileUnreadable(path=path, line=f", line {line}", reason=f"{one.name} is empty")
        if cell:
            given[one.name] = _value(path, line, one.name, cell, hints[one.name])
    return kind(**given)


def _value(path: Path, line: int, name: str, cell: str, kind: type[Any]) -> bool | int | float:
    if kind is bool:
        known = {"1": True, "true": True, "yes": True, "v": True, "0": False, "false": False, "no": False, "h": False}
        if cell.lower() in known:
            return known[cell.lower()]
    else:
        try:
            value = float(cell)
        except ValueError:
            value = math.nan
        if math.isfinite(value) and (kind is float or value == int(value)):
            return value if kind is float else int(value)
    raise PropagationFileUnreadable(path=path, line=f", line {line}", reason=f"{name} is {cell!r}, no {kind.__name__}")


def read_profile(path: Path) -> Profile:
    """Read a profile of any known form."""
    rows = read_rows(path).rows
    if any(row and row[0].startswith("Number of Points") for row in rows):
        return read_survey_profile(path)
    if rows and rows[0] and rows[0][0] == "d (km)":
        return read_zoned_profile(path)
    points = list(records(path))
    if not points:
        raise PropagationFileUnreadable(path=path, line="", reason="it holds no points")

    def column(name: str, otherwise: str | None = None) -> list[float]:
        values = []
        for line, point in enumerate(points, 2):
            try:
                cell = point(name)
            except PropagationFileUnreadable:
                if otherwise is None:
                    raise
                cell = otherwise
            kind = str(int(P452_ZONES[cell])) if name == "zone" and cell in {"A1", "A2", "B"} else cell
            values.append(float(_value(path, line, name, kind, float)))
        return values

    zones = [int(zone) for zone in column("zone", str(int(Zone.INLAND)))]
    return Profile.of(column("distance_km"), column("height_m"), column("clutter_m", "0"), zones, where=str(path))
