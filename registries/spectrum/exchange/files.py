"""Assignments out of the register: CSV and Parquet that come back as they went, and GeoJSON for maps.

A map of Viet Nam is drawn by whoever shows the GeoJSON; it holds stations and links alone, and no borders.
"""

import csv
import json
import math
import os
from pathlib import Path
from typing import Any

import polars as pl

from registries.spectrum.exchange.columns import SCHEMA
from registries.spectrum.exchange.errors import ExchangeError, StationFileUnreadable


def _checked(table: pl.DataFrame) -> pl.DataFrame:
    missing = [name for name in SCHEMA if name not in table.columns]
    if missing:
        raise ExchangeError(detail=f"the table has no column {', '.join(missing)}")
    return table.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def _whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    scratch = path.with_name(f"{path.name}.new")
    with scratch.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)


def write_csv(table: pl.DataFrame, path: Path) -> None:
    """Write a table as CSV in UTF-8; numbers are written so that they come back exactly.

    Raises:
        ExchangeError: A column is missing.
    """
    _whole(path, _checked(table).write_csv(quote_style="non_numeric").encode("utf-8"))


def read_csv(path: Path) -> pl.DataFrame:
    """Read a table that `write_csv` wrote; an empty text comes back as missing.

    Raises:
        StationFileUnreadable: It is no such file.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file), [])
        if header != list(SCHEMA):
            reason = "the columns are not those of the assignment table"
            raise StationFileUnreadable(path=path, line=", line 1", reason=reason)
        return pl.read_csv(path, schema=pl.Schema(SCHEMA))
    except (OSError, UnicodeDecodeError, csv.Error, pl.exceptions.PolarsError) as cause:
        raise StationFileUnreadable(path=path, line="", reason=f"it is no assignment table: {cause}") from cause


def write_parquet(table: pl.DataFrame, path: Path) -> None:
    """Write a table as Parquet.

    Raises:
        ExchangeError: A column is missing.
    """
    scratch = path.with_name(f"{path.name}.new")
    _checked(table).write_parquet(scratch, compression="zstd", statistics=True)
    scratch.replace(path)


def read_parquet(path: Path) -> pl.DataFrame:
    """Read a table from Parquet.

    Raises:
        StationFileUnreadable: It is no Parquet file, or a column is missing.
    """
    try:
        return _checked(pl.read_parquet(path))
    except (OSError, pl.exceptions.PolarsError, ExchangeError) as cause:
        raise StationFileUnreadable(path=path, line="", reason=f"it is no assignment table: {cause}") from cause


def geojson(table: pl.DataFrame) -> dict[str, Any]:
    """Give a table as a GeoJSON collection (RFC 7946): a point for each assignment, a line for each link, once.

    Coordinates are longitude and latitude in WGS-84. What is missing in a row is left out of its properties.

    Raises:
        ExchangeError: A column is missing.
    """
    rows = _checked(table).rows(named=True)
    places = {row["assignment_id"]: [row["longitude_deg"], row["latitude_deg"]] for row in rows}
    features: list[dict[str, Any]] = []
    drawn: set[frozenset[str]] = set()
    for row in rows:
        here = places[row["assignment_id"]]
        if any(value is None or not math.isfinite(value) for value in here):
            raise ExchangeError(detail=f"assignment {row['assignment_id']} has no coordinates")
        properties = {
            name: value
            for name, value in row.items()
            if value is not None and name not in {"latitude_deg", "longitude_deg"}
        }
        point = {"type": "Point", "coordinates": here}
        features.append({"type": "Feature", "id": row["assignment_id"], "geometry": point, "properties": properties})
        other = row["correspondent_id"]
        pair = frozenset((row["assignment_id"], other or ""))
        if other in places and other != row["assignment_id"] and pair not in drawn:
            drawn.add(pair)
            line = {"type": "LineString", "coordinates": [here, places[other]]}
            ends = {"from": row["assignment_id"], "to": other}
            features.append({"type": "Feature", "geometry": line, "properties": ends})
    return {"type": "FeatureCollection", "features": features}


def write_geojson(table: pl.DataFrame, path: Path) -> None:
    """Write a table as GeoJSON.

    Raises:
        ExchangeError: A column is missing, or an assignment has no coordinates.
    """
    _whole(path, json.dumps(geojson(table), ensure_ascii=False, allow_nan=False).encode("utf-8"))
