"""The file that names the batches of a run: JSON or TOML, one entry a file.

    porting = "porting.parquet"          # optional, for all

    [[batches]]
    path = "vtl-2026-11.csv"             # or `file`; relative paths start at the manifest's folder
    carrier = "VTL"
    batch_date = 2026-11-01              # optional
    profile = "vtl.toml"                 # optional
    porting = "porting.parquet"          # optional; one table for the whole run

`batches.json`, which the generator writes, is such a file.
"""

import datetime
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.errors import BatchManifestFaulty

SUFFIXES = (".json", ".toml")
_ENTRY_KEYS = {"path", "file", "name", "carrier", "batch_date", "profile", "porting", "rows"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One batch as the manifest names it; `carrier` is None where the profile is to say it."""

    path: Path
    name: str
    carrier: str | None
    batch_date: datetime.date | None
    profile: Path | None


@dataclass(frozen=True, slots=True)
class BatchManifest:
    """The batches of a run and the porting table for all of them."""

    entries: tuple[Entry, ...]
    porting: Path | None


def is_manifest(path: Path) -> bool:
    """Tell whether a path is taken for a batch manifest rather than a batch."""
    return path.suffix.lower() in SUFFIXES


def read_batch_manifest(path: Path) -> BatchManifest:
    """Read a batch manifest.

    Raises:
        BatchManifestFaulty: It cannot be read, or an entry says too little, too much or what cannot be.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        values = tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise BatchManifestFaulty(path=path, detail=str(error)) from error
    listed = values.get("batches") if isinstance(values, dict) else values
    if not isinstance(listed, list) or not listed or not all(isinstance(each, dict) for each in listed):
        raise BatchManifestFaulty(path=path, detail="no list `batches` of entries with path and carrier")
    whole = values.get("porting") if isinstance(values, dict) else None
    entries = tuple(_entry(path, place, each) for place, each in enumerate(listed, 1))
    porting = {_beside(path, each.get("porting") or whole) for each in listed} - {None}
    if len(porting) > 1:
        raise BatchManifestFaulty(path=path, detail="a run takes one porting table; its entries name several")
    return BatchManifest(entries, porting.pop() if porting else None)


def _entry(path: Path, place: int, values: Mapping[str, Any]) -> Entry:
    unknown = sorted(set(values) - _ENTRY_KEYS)
    if unknown:
        known = ", ".join(sorted(_ENTRY_KEYS))
        raise BatchManifestFaulty(path=path, detail=f"entry {place}: {unknown[0]} is not one of {known}")
    file = _beside(path, values.get("path") or values.get("file"))
    if file is None:
        raise BatchManifestFaulty(path=path, detail=f"entry {place} names no path")
    return Entry(
        path=file,
        name=str(values.get("name") or file.name),
        carrier=str(values["carrier"]) if values.get("carrier") else None,
        batch_date=_day(path, place, values.get("batch_date")),
        profile=_beside(path, values.get("profile")),
    )


def _beside(path: Path, name: object) -> Path | None:
    return path.parent / str(name) if name else None


def _day(path: Path, place: int, value: object) -> datetime.date | None:
    if value is None or isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError as error:
        raise BatchManifestFaulty(path=path, detail=f"entry {place}: batch_date {value} is not yyyy-mm-dd") from error
