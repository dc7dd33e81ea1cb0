"""Links from a file: a line is a link, its columns are the fields of the model's link, `profile` names its terrain."""

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

import polars as pl

from registries.spectrum.errors import ModelUnknown, PropagationFileUnreadable
from registries.spectrum.propagation.bulk import (
    itm_links,
    itm_losses,
    p452_links,
    p452_losses,
    p1546_links,
    p1546_losses,
    p1812_links,
    p1812_losses,
)
from registries.spectrum.propagation.free_space import free_space_loss_db
from registries.spectrum.propagation.itm import ItmLink, even_step_m, itm
from registries.spectrum.propagation.p452 import P452Link, p452
from registries.spectrum.propagation.p1546 import P1546Link, check_effective_height, effective_height_m, p1546
from registries.spectrum.propagation.p1812 import P1812Link, p1812
from registries.spectrum.propagation.profiles import Floats, Profile, Profiles, Zone
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


@dataclass(frozen=True, slots=True)
class Model:
    """A model by name: its link, its prediction of one, its check of one, and its prediction of many."""

    link: type[Any]
    predict: Callable[[Profile, Any], float]
    check: Callable[[Profile, Any], object] | None = None
    many: Callable[[Profiles, list[Any], int], Floats] | None = None


def _check_itm(profile: Profile, link: ItmLink) -> None:
    link.check()
    even_step_m(profile)


def _check_p1546(profile: Profile, link: P1546Link) -> None:
    link.check(profile.length_km)
    check_effective_height(effective_height_m(profile, link.tx_height_m))


MODELS: Mapping[str, Model] = {
    "P.452": Model(
        P452Link,
        lambda profile, link: p452(profile, link).loss_db,
        lambda profile, link: link.check(profile.length_km),
        lambda profiles, links, threads: p452_losses(profiles, p452_links(links), threads),
    ),
    "P.1546": Model(
        P1546Link,
        lambda profile, link: p1546(profile, link).loss_db,
        _check_p1546,
        lambda profiles, links, threads: p1546_losses(profiles, p1546_links(links), threads),
    ),
    "P.1812": Model(
        P1812Link,
        lambda profile, link: p1812(profile, link).loss_db,
        lambda profile, link: link.check(profile.length_km),
        lambda profiles, links, threads: p1812_losses(profiles, p1812_links(links), threads),
    ),
    "ITM": Model(
        ItmLink,
        lambda profile, link: itm(profile, link).loss_db,
        _check_itm,
        lambda profiles, links, threads: itm_losses(profiles, itm_links(links), threads),
    ),
    "P.525": Model(FreeSpaceLink, _free_space),
}
MANY = 1000
"""A file of so many links is worth the kernels, whose loading takes some tenths of a second."""
BATCH = 8192
"""Links that are held, with their profiles, at a time."""


def model_named(name: str) -> Model:
    """Give the model of a name, with or without its full stop and hyphen.

    Raises:
        ModelUnknown: None has this name.
    """
    kinds = {known.replace(".", "").lower(): kind for known, kind in MODELS.items()}
    found = kinds.get(name.replace(".", "").replace("-", "").lower())
    if found is None:
        raise ModelUnknown(name=name, known=", ".join(MODELS))
    return found


def run_file(
    path: Path, model: str, threads: int = 1, progress: Callable[[int, int], object] | None = None
) -> list[Predicted]:
    """Predict every link of a CSV file; a thousand or more go through the kernels.

    Profiles are files beside it: those of ITU-R study group 3, or columns `distance_km,height_m[,clutter_m[,zone]]`.
    `progress` is told how many links of how many are done.

    Raises:
        ModelUnknown: No model has this name.
        PropagationFileUnreadable: A file cannot be read, or lacks a column.
        ProfileUnusable: A profile is none.
        OutOfRange: A value is outside what the model covers.
    """
    kind = model_named(model)
    rows = list(enumerate(records(path), 2))
    profiles: dict[str, Profile] = {}
    results: list[Predicted] = []
    hints = get_type_hints(kind.link)
    by_kernel = kind.many is not None and len(rows) >= MANY
    for first in range(0, len(rows), BATCH):
        batch = []
        for line, row in rows[first : first + BATCH]:
            named = row("profile")
            if named not in profiles:
                profiles[named] = read_profile(path.parent / named)
            batch.append((line, named, link_of(kind.link, path, line, row, hints)))
        results += _by_kernel(kind, profiles, batch, threads) if by_kernel else _one_by_one(kind, profiles, batch)
        if progress is not None:
            progress(len(results), len(rows))
    return results


Batch = list[tuple[int, str, Any]]


def _one_by_one(kind: Model, profiles: Mapping[str, Profile], batch: Batch) -> list[Predicted]:
    return [Predicted(line, named, kind.predict(profiles[named], link)) for line, named, link in batch]


def _by_kernel(kind: Model, profiles: Mapping[str, Profile], batch: Batch, threads: int) -> list[Predicted]:
    if kind.check is None or kind.many is None:
        raise ValueError("a model without a kernel predicts one by one")
    for _, named, link in batch:
        kind.check(profiles[named], link)
    over = Profiles.of(profiles[named] for _, named, _ in batch)
    losses = kind.many(over, [link for _, _, link in batch], threads)
    return [Predicted(line, named, float(loss)) for (line, named, _), loss in zip(batch, losses, strict=True)]


def write_predicted(predicted: Sequence[Predicted], path: Path) -> None:
    """Write predictions as columns `line,profile,loss_db`: Parquet where the name ends so, else CSV.

    Raises:
        PropagationFileUnreadable: The file cannot be written.
    """
    columns = {
        "line": [one.line for one in predicted],
        "profile": [one.profile for one in predicted],
        "loss_db": [one.loss_db for one in predicted],
    }
    table = pl.DataFrame(columns, schema={"line": pl.Int64, "profile": pl.String, "loss_db": pl.Float64})
    try:
        if path.suffix.lower() == ".parquet":
            table.write_parquet(path)
        else:
            table.write_csv(path, float_precision=4)
    except OSError as cause:
        raise PropagationFileUnreadable(path=path, line="", reason=str(cause)) from cause


def link_of(
    kind: type[Any], path: Path, line: int, row: Callable[[str], str], hints: Mapping[str, Any] | None = None
) -> Any:
    """Give the link of one line; a column that is missing or empty leaves the default of its field."""
    hints = get_type_hints(kind) if hints is None else hints
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
