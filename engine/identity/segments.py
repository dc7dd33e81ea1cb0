"""One segment of the identity index: the arrays of its persons, in memory or mapped from a folder.

It knows how arrays are stored, and nothing about what a probe does with them.
"""

import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.columns import text_array

Array = npt.NDArray[Any]

HOT = (
    "blocks", "serial", "record", "overflow", "name_directory", "name_entry",
    "day_directory", "day_signature", "day_row", "old_key", "old_row",
)  # fmt: skip
"""The arrays that a probe touches; their bytes a person are what `sogoc index info` calls hot."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Persons in the order of their number (see `engine.identity.layout`); `tombstone` is 1 where a later one rules.

    `person` holds `person_id` as int64 where every one of the register is a plain integer, else as text bytes with
    `person_offsets`. `expires` and `source` are empty where the register does not give them.
    """

    blocks: Array
    serial: Array
    record: Array
    overflow: Array
    name_directory: Array
    name_entry: Array
    day_directory: Array
    day_signature: Array
    day_row: Array
    old_key: Array
    old_row: Array
    alias_key: Array
    alias_row: Array
    person: Array
    person_offsets: Array
    expires: Array
    source: Array
    tombstone: Array

    @property
    def rows(self) -> int:
        """Count the persons, tombstones included."""
        return int(self.serial.shape[0])

    @property
    def name_shift(self) -> int:
        """How far a name key is shifted to give its bucket."""
        return 64 - (int(self.name_directory.shape[0]) - 1).bit_length() + 1

    def with_tombstone(self, tombstone: Array) -> "Segment":
        """Give the segment with other persons marked as replaced."""
        return replace(self, tombstone=tombstone)

    def persons(self) -> Any:
        """Give person_id of all rows as an Arrow text array."""
        if not self.person_offsets.size:
            return pa.array(self.person).cast(pa.large_string())
        return text_array(self.person, self.person_offsets)

    def person_hashes(self) -> Array:
        """Give 64 bits of each person_id: itself where it is a plain integer, else a hash."""
        if not self.person_offsets.size:
            return self.person.astype(np.uint64)
        return np.fromiter(map(_person_hash, self.persons().to_pylist()), np.uint64, self.rows)

    def hot_bytes(self) -> int:
        """Count the bytes that probes touch."""
        return sum(int(getattr(self, name).nbytes) for name in HOT)


def write_segment(segment: Segment, folder: Path, threads: int = 2) -> dict[str, dict[str, Any]]:
    """Write each array as a .npy file; return size and SHA-256 of each file by its name."""
    folder.mkdir(parents=True, exist_ok=True)

    def write(name: str) -> tuple[str, dict[str, Any]]:
        path = folder / f"{name}.npy"
        with path.open("wb") as file:
            np.lib.format.write_array(file, np.ascontiguousarray(getattr(segment, name)), allow_pickle=False)
        return path.name, {"bytes": path.stat().st_size, "sha256": file_digest(path)}

    with ThreadPoolExecutor(threads) as pool:
        return dict(pool.map(write, [field.name for field in fields(segment)]))


def _person_hash(person: str) -> int:
    if person.isascii() and person.isdecimal() and len(person) < 19 and not person.startswith("0"):
        return int(person)
    return int.from_bytes(hashlib.blake2b(person.encode(), digest_size=8).digest(), "little")


def file_digest(path: Path) -> str:
    """Give the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_segment(folder: Path) -> Segment:
    """Map a written segment. The arrays are private views: nothing written to them reaches the files."""
    arrays: dict[str, Array] = {}
    for field in fields(Segment):
        path = folder / f"{field.name}.npy"
        arrays[field.name] = map_array(path)
    return Segment(**arrays)


def map_array(path: Path) -> Array:
    """Map one .npy file copy-on-write, as a plain array (kernels compile again for read-only ones)."""
    mapped = np.load(path, mmap_mode="c", allow_pickle=False)
    return np.asarray(mapped) if mapped.size else np.empty(mapped.shape, mapped.dtype)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write a JSON file whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(path)
