"""Files that the commands of the frequency register read: boundaries, stations, obligations."""

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.errors import OptionFaulty

if TYPE_CHECKING:
    from registries.spectrum.boundaries import BoundaryLayer
    from registries.spectrum.stations import Station


def layer_of(path: Path | None) -> "BoundaryLayer":
    from registries.spectrum.boundaries import BoundaryLayer, schematic

    return schematic() if path is None else BoundaryLayer.read(path)


def _rows_of(file: Path) -> list[dict[str, Any]]:
    """Read the rows of a CSV or JSON file."""
    from registries.spectrum.register_errors import StationFaulty

    try:
        text = file.read_text(encoding="utf-8-sig")
        rows = json.loads(text) if file.suffix.lower() == ".json" else list(csv.DictReader(text.splitlines()))
    except (OSError, ValueError) as error:
        raise StationFaulty(station=str(file), field="file", value=file.name, reason=f"{error}") from error
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise StationFaulty(station=str(file), field="file", value=file.name, reason="it has no rows")
    return rows


def stations_of(file: Path) -> "tuple[Station, ...]":
    from registries.spectrum.stations import read_station

    return tuple(read_station(row, f"{file.name} {number}") for number, row in enumerate(_rows_of(file), 1))


def obligations_of(file: Path | None) -> tuple[Any, ...]:
    import datetime

    from registries.spectrum.cases import Obligation

    found = []
    for number, row in enumerate(_rows_of(file) if file else (), 1):
        try:
            day = datetime.date.fromisoformat(row["due_on"])
            quantity = int(row.get("quantity") or 0)
            found.append(Obligation(row["what"], day, quantity, row.get("unit") or "", row.get("source") or ""))
        except (KeyError, ValueError) as error:
            raise OptionFaulty(option="--obligations", value=f"row {number}", detail=f"{error!r}") from error
    return tuple(found)
