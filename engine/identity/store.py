"""Identity indexes as folders: build from a register, bring up to date by a delta, open, describe.

A folder holds `manifest.json`, `token.key` (mode 0600), `vocabulary-N/` and one `segment-N/` for the register and one
for each delta. An update writes new files and then the manifest; a killed update leaves the old index as it was.
"""

import datetime
import hashlib
import json
import shutil
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from engine.allocation import keep_freed_memory
from engine.errors import EngineError
from engine.identity.arrange import arrange
from engine.identity.build import Gathered, gather
from engine.identity.index import FORMAT, IdentityIndex, IndexDamaged, IndexNotFound
from engine.identity.segments import Array, Segment, file_digest, map_array, open_segment, write_json, write_segment
from engine.identity.tokens import KeyedTokens
from engine.kernels import index_build
from engine.reference import reference
from engine.sources import CarrierProfile, prepare, read_chunk
from matching.kernels.tokens import Vocabulary

Progress = Callable[[int, int], None]
WORDS = 1 << 64


class IndexExists(EngineError):
    """There is an index already where a new one is to be built."""

    code = "index-exists"
    template = "{path} holds an identity index already; update it, or name another folder"


def build_index(
    register: Path,
    out: Path | None,
    *,
    as_of: datetime.date,
    profile: CarrierProfile | None = None,
    key: KeyedTokens | None = None,
    threads: int = 2,
    spool: Path | None = None,
    progress: Progress | None = None,
) -> IdentityIndex:
    """Build the index of a register file; without `out` it stays in memory.

    Persons whose number, name or birth date cannot be read are indexed by what is left and counted in the manifest.

    Raises:
        IndexExists: `out` holds an index.
        SourceError: The register cannot be read.
    """
    if out is not None and (out / "manifest.json").exists():
        raise IndexExists(path=out)
    keep_freed_memory()
    kept = out / "token.key" if out is not None else None
    tokens = key or (KeyedTokens.read(kept) if kept is not None and kept.exists() else KeyedTokens.drawn())
    gathered, source = _gather(register, tokens, None, as_of, profile, threads, spool, progress)
    frozen = Vocabulary.from_arrays(gathered.vocabulary.to_arrays())
    known = IdentityIndex((), frozen, tokens, "", {}).token_arrays(frozen.extended(), deep=False)
    segment = arrange(gathered.people, known.hashes, known.initials, threads)
    sums = _content(segment, np.array(frozen.token_hashes), np.ones(segment.rows, np.bool_))
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "persons": segment.rows,
        "content_sums": [str(value) for value in sums],
        "content": _content_digest(sums, segment.rows),
        "sources": [source],
        "noticed": gathered.noticed,
        "segments": [],
        "tombstones": {},
        "vocabulary": {},
    }
    index = IdentityIndex((segment,), frozen, tokens, manifest["content"], manifest)
    if out is not None:
        _write(index, out, segment, 0, threads)
    return index


def update_index(
    folder: Path,
    delta: Path,
    *,
    as_of: datetime.date,
    profile: CarrierProfile | None = None,
    threads: int = 2,
    spool: Path | None = None,
    progress: Progress | None = None,
) -> IdentityIndex:
    """Add a delta of the register (new, corrected, deceased, re-established persons, whole rows) as a segment.

    A person of the delta replaces the person of the same person_id in earlier segments. Verdicts afterwards equal
    those over an index built from the register with the delta applied.
    """
    index = open_index(folder)
    gathered, source = _gather(delta, index.tokens, index.vocabulary, as_of, profile, threads, spool, progress)
    frozen = Vocabulary.from_arrays(gathered.vocabulary.to_arrays())
    known = IdentityIndex((), frozen, index.tokens, "", {}).token_arrays(frozen.extended(), deep=False)
    segment = arrange(gathered.people, known.hashes, known.initials, threads)
    exact = np.array(frozen.token_hashes)
    sums = [int(value) for value in index.manifest["content_sums"]]
    persons = int(index.manifest["persons"])
    number = len(index.segments)
    tombstones = dict(index.manifest["tombstones"])
    for place, earlier in enumerate(index.segments):
        dead = _replaced(earlier, segment)
        if dead.any():
            gone = _content(earlier, exact, dead)
            sums = [(value - other) % WORDS for value, other in zip(sums, gone, strict=True)]
            persons -= int(dead.sum())
            stone = folder / f"segment-{place}" / f"tombstone-{number}.npy"
            _save(stone, (earlier.tombstone | dead).astype(np.uint8))
            tombstones[str(place)] = {"file": stone.name} | _stated(stone)
    sums = [
        (value + other) % WORDS
        for value, other in zip(sums, _content(segment, exact, np.ones(segment.rows, np.bool_)), strict=True)
    ]
    persons += segment.rows
    manifest = index.manifest | {
        "persons": persons,
        "content_sums": [str(value) for value in sums],
        "content": _content_digest(sums, persons),
        "sources": [*index.manifest["sources"], source],
        "noticed": _added(index.manifest["noticed"], gathered.noticed),
        "tombstones": tombstones,
    }
    updated = IdentityIndex((*index.segments, segment), frozen, index.tokens, manifest["content"], manifest)
    _write(updated, folder, segment, number, threads)
    return open_index(folder)


def open_index(folder: Path) -> IdentityIndex:
    """Open an index; its files are mapped, so opening costs milliseconds.

    Raises:
        IndexNotFound: The folder holds no index.
        IndexDamaged: A file is missing or is not of the size that the manifest says.
    """
    path = folder / "manifest.json"
    if not path.exists():
        raise IndexNotFound(path=folder)
    return _opened(folder, hashlib.sha256(path.read_bytes()).hexdigest())


@lru_cache(maxsize=2)
def _opened(folder: Path, _version: str) -> IdentityIndex:
    manifest = _read_manifest(folder)
    for path, stated in _files(folder, manifest):
        if not path.exists() or path.stat().st_size != stated["bytes"]:
            raise IndexDamaged(path=path, detail="is missing or has another size than the manifest says")
    try:
        segments = []
        for place in range(len(manifest["segments"])):
            segment = open_segment(folder / f"segment-{place}")
            stone = manifest["tombstones"].get(str(place))
            if stone is not None:
                segment = segment.with_tombstone(map_array(folder / f"segment-{place}" / stone["file"]))
            segments.append(segment)
        words = folder / f"vocabulary-{len(segments) - 1}"
        arrays = {name.removesuffix(".npy"): map_array(words / name) for name in manifest["vocabulary"]}
        tokens = KeyedTokens.read(folder / "token.key")
    except (OSError, ValueError, KeyError) as error:
        raise IndexDamaged(path=folder, detail=f"cannot be read ({type(error).__name__})") from error
    return IdentityIndex(tuple(segments), Vocabulary.from_arrays(arrays), tokens, manifest["content"], manifest)


def verify_index(folder: Path) -> None:
    """Check every file of an index against the SHA-256 in its manifest.

    Raises:
        IndexNotFound: The folder holds no index.
        IndexDamaged: A file has other content, or is missing.
    """
    if not (folder / "manifest.json").exists():
        raise IndexNotFound(path=folder)
    for path, stated in _files(folder, _read_manifest(folder)):
        if not path.exists() or file_digest(path) != stated["sha256"]:
            raise IndexDamaged(path=path, detail="has other content than the manifest says, or is missing")


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_bytes())
        if manifest["format"] != FORMAT:
            raise IndexDamaged(path=path, detail=f"format {manifest['format']} is not {FORMAT}")
        _files(folder, manifest)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(path=path, detail="is no manifest of an identity index") from error
    return dict(manifest)


def _files(folder: Path, manifest: dict[str, Any]) -> list[tuple[Path, dict[str, Any]]]:
    """List the files of an index with what the manifest states of each."""
    found = [
        (folder / f"segment-{place}" / name, stated)
        for place, files in enumerate(manifest["segments"])
        for name, stated in files.items()
    ]
    found += [
        (folder / f"segment-{place}" / stated["file"], stated) for place, stated in manifest["tombstones"].items()
    ]
    words = folder / f"vocabulary-{len(manifest['segments']) - 1}"
    return found + [(words / name, stated) for name, stated in manifest["vocabulary"].items()]


def _gather(
    path: Path,
    tokens: KeyedTokens,
    vocabulary: Vocabulary | None,
    as_of: datetime.date,
    profile: CarrierProfile | None,
    threads: int,
    spool: Path | None,
    progress: Progress | None,
) -> tuple[Gathered, dict[str, Any]]:
    scratch = spool or path.parent
    prepared = prepare(path, profile=profile, kind="register", spool_dir=scratch)
    noticed = {"rejected": 0}
    done = 0

    def read(spec: Any) -> Any:
        chunk = read_chunk(spec)
        noticed["rejected"] += chunk.rejects.num_rows
        return chunk.table

    def advance(rows: int) -> None:
        nonlocal done
        done += rows
        if progress is not None:
            progress(done, prepared.framed)

    gathered = gather(
        [partial(read, spec) for spec in prepared.specs],
        reference(as_of),
        tokens.persons,
        vocabulary=vocabulary,
        threads=threads,
        order=(profile or CarrierProfile()).date_order,
        advance=advance,
    )
    source = {"name": path.name, "sha256": prepared.digest, "framed": prepared.framed}
    return Gathered(gathered.people, gathered.vocabulary, gathered.noticed | noticed), source


def _replaced(earlier: Segment, later: Segment) -> Array:
    """Tell which living persons of a segment the later one names again."""
    if earlier.person_offsets.size or later.person_offsets.size:
        from_text = pc.is_in(earlier.persons(), value_set=later.persons())
        again = np.asarray(from_text)
    else:
        again = np.isin(earlier.person, later.person)
    dead: Array = again & (earlier.tombstone == 0)
    return dead


def _content(segment: Segment, exact: Array, rows: Array) -> list[int]:
    """Sum up the persons of a segment in four 64-bit words, so that neither order nor packing counts."""
    wanted = np.flatnonzero(rows)
    old = np.zeros(segment.rows, np.uint64)
    old[segment.old_row] = segment.old_key
    aliases = np.zeros(segment.rows, np.uint64)
    hashed = segment.alias_key * np.uint64(0x9E3779B97F4A7C15)
    np.add.at(aliases, segment.alias_row, hashed ^ (hashed >> np.uint64(29)))
    expires = segment.expires if segment.expires.size else np.zeros(segment.rows, np.int32)
    sums = np.zeros(4, np.uint64)
    index_build.digest_rows(
        wanted,
        segment.blocks,
        segment.serial,
        segment.record,
        segment.overflow,
        exact,
        segment.person_hashes(),
        old,
        aliases,
        expires.astype(np.int64),
        sums,
    )
    return [int(value) for value in sums]


def _content_digest(sums: list[int], persons: int) -> str:
    return hashlib.sha256(" ".join(str(value) for value in [persons, *sums]).encode()).hexdigest()


def _write(index: IdentityIndex, folder: Path, segment: Segment, number: int, threads: int) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / "token.key").exists():
        index.tokens.write(folder / "token.key")
    files = write_segment(segment, folder / f"segment-{number}", threads)
    words = folder / f"vocabulary-{number}"
    words.mkdir(exist_ok=True)
    vocabulary = {}
    for name, array in index.vocabulary.to_arrays().items():
        _save(words / f"{name}.npy", array)
        vocabulary[f"{name}.npy"] = _stated(words / f"{name}.npy")
    manifest = index.manifest | {"segments": [*index.manifest["segments"], files], "vocabulary": vocabulary}
    write_json(folder / "manifest.json", manifest)
    if number:
        shutil.rmtree(folder / f"vocabulary-{number - 1}", ignore_errors=True)


def _save(path: Path, array: Any) -> None:
    with path.open("wb") as file:
        np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)


def _stated(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": file_digest(path)}


def _added(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in sorted({*one, *other})}
