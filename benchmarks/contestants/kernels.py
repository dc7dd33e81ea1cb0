"""String kernels side by side on one core: pairs of Vietnamese names without diacritics, half of them one edit apart.

Ours stand beside rapidfuzz, polars-strsim, polars-distance, jellyfish and DuckDB; each is given the pairs in its own
best form, made beforehand. Every answer is compared with rapidfuzz's on all pairs.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import jellyfish
import numba
import numpy as np
import polars as pl
import polars_distance as pld
import polars_strsim
import pyarrow as pa
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein

from engine.columns import text_buffers
from engine.identity.index import IdentityIndex
from engine.identity.tokens import KeyedTokens
from matching.kernels.name_levels import name_level
from matching.kernels.strings import edit_distance, jaro_winkler
from matching.kernels.tokens import Vocabulary
from matching.text import fold

LETTERS = np.frombuffer(b"abcdeghiklmnopqrstuvxy", np.uint8)
SLOW = 100_000
"""Contestants that go pair by pair through Python, or ten times slower, are given this many pairs."""

Timed = tuple[str, str, Callable[[], Any], int]


@numba.njit(nogil=True)
def _levels(left, right, codes, folded, count, masks, letters, offsets, scratch, out):  # type: ignore[no-untyped-def]
    for pair in range(out.shape[0]):
        a, b = left[pair], right[pair]
        out[pair] = name_level(
            codes[a], folded[a], count[a], codes[b], folded[b], count[b], masks, letters, offsets, scratch
        )


def warm(_scratch: Path, _job: dict[str, Any]) -> None:
    """Compile and load everything on a few pairs."""
    texts = ["nguyen van an", "tran thi hoa", "le van binh", "pham thi lan"]
    _race(texts, np.random.default_rng(1), 16, 1)


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Race over `pairs` pairs of names drawn from the register, `repeats` times each; give million pairs a second."""
    names = pl.read_parquet(job["register"], columns=["full_name"], n_rows=job.get("names", 1_000_000))["full_name"]
    distinct = names.unique(maintain_order=True).to_list()
    return _race([fold(name) for name in distinct], np.random.default_rng(job["seed"]), job["pairs"], job["repeats"])


def _race(names: list[str], draw: np.random.Generator, pairs: int, repeats: int) -> dict[str, Any]:
    left = [names[i] for i in draw.integers(0, len(names), pairs)]
    right = [names[i] for i in draw.integers(0, len(names), pairs)]
    for place in range(0, pairs, 2):
        right[place] = _edited(left[place], draw)
    jobs, check = _string_jobs(left, right)
    figures: dict[str, dict[str, float]] = {}
    for measure, name, work, count in jobs:
        seconds = []
        for _ in range(repeats):
            began = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - began)
        figures.setdefault(measure, {})[name] = count / statistics.median(seconds) / 1e6
    lengths = [len(name) for name in left]
    return {
        "million_pairs_per_s": figures,
        "unequal_to_rapidfuzz": check(),
        "mean_letters": sum(lengths) / len(lengths),
        "pairs": pairs,
        "names": _name_rates(left, right, repeats),
    }


def _edited(name: str, draw: np.random.Generator) -> str:
    """Give the name with one letter replaced, dropped, put in, or swapped with the next."""
    at, kind = int(draw.integers(0, len(name) - 1)), int(draw.integers(0, 4))
    letter = chr(draw.choice(LETTERS))
    if kind == 0:
        return name[:at] + letter + name[at + 1 :]
    if kind == 1:
        return name[:at] + name[at + 1 :]
    if kind == 2:
        return name[:at] + letter + name[at:]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _string_jobs(left: list[str], right: list[str]) -> tuple[list[Timed], Callable[[], dict[str, int]]]:
    count = len(left)
    few = min(count, SLOW)
    a, a_offsets = text_buffers(pa.array(left, pa.large_string()))
    b, b_offsets = text_buffers(pa.array(right, pa.large_string()))
    rows = np.arange(count, dtype=np.int32)
    distance, similarity = np.empty(count, np.int32), np.empty(count, np.float64)
    frame = pl.DataFrame({"a": left, "b": right})
    connection = duckdb.connect(":memory:", config={"threads": 1, "autoload_known_extensions": False})
    table = frame.to_arrow()
    connection.register("given", table)
    connection.execute("CREATE TABLE pairs AS SELECT * FROM given")

    def edits(*, transpose: bool) -> Any:
        edit_distance(a, a_offsets, rows, b, b_offsets, rows, transpose, distance)
        return distance.copy()

    def alike() -> Any:
        jaro_winkler(a, a_offsets, rows, b, b_offsets, rows, similarity)
        return similarity.copy()

    def fuzz(scorer: Any, dtype: Any) -> Any:
        return process.cpdist(left, right, scorer=scorer, workers=1, dtype=dtype)

    def duck(function: str, limit: int) -> None:
        connection.execute(f"SELECT sum({function}(a, b)) FROM (FROM pairs LIMIT {limit})").fetchall()

    def polar(expression: pl.Expr) -> Any:
        return frame.select(expression)

    distant: Any = pld.col("a")
    jobs: list[Timed] = [
        ("OSA", "ours", lambda: edits(transpose=True), count),
        ("OSA", "rapidfuzz cpdist", lambda: fuzz(OSA.distance, np.int32), count),
        ("OSA", "polars-distance", lambda: polar(distant.dist_str.osa("b")), count),
        ("OSA", "DuckDB damerau_levenshtein", lambda: duck("damerau_levenshtein", few), few),
        (
            "OSA",
            "jellyfish damerau",
            lambda: [
                jellyfish.damerau_levenshtein_distance(x, y) for x, y in zip(left[:few], right[:few], strict=True)
            ],
            few,
        ),
        ("Levenshtein", "ours", lambda: edits(transpose=False), count),
        ("Levenshtein", "rapidfuzz cpdist", lambda: fuzz(Levenshtein.distance, np.int32), count),
        ("Levenshtein", "polars-distance", lambda: polar(distant.dist_str.levenshtein("b")), count),
        ("Levenshtein", "polars-strsim", lambda: polar(polars_strsim.levenshtein("a", "b")), count),
        ("Levenshtein", "DuckDB levenshtein", lambda: duck("levenshtein", few), few),
        ("Jaro-Winkler", "ours", alike, count),
        ("Jaro-Winkler", "rapidfuzz cpdist", lambda: fuzz(JaroWinkler.similarity, np.float64), count),
        ("Jaro-Winkler", "polars-distance", lambda: polar(distant.dist_str.jaro_winkler("b")), count),
        ("Jaro-Winkler", "polars-strsim", lambda: polar(polars_strsim.jaro_winkler("a", "b")), count),
        ("Jaro-Winkler", "DuckDB jaro_winkler_similarity", lambda: duck("jaro_winkler_similarity", count), count),
        (
            "Jaro-Winkler",
            "jellyfish",
            lambda: [jellyfish.jaro_winkler_similarity(x, y) for x, y in zip(left[:few], right[:few], strict=True)],
            few,
        ),
    ]

    def check() -> dict[str, int]:
        connection.close()
        apart = np.abs(alike() - fuzz(JaroWinkler.similarity, np.float64))
        return {
            "OSA": int((edits(transpose=True) != fuzz(OSA.distance, np.int32)).sum()),
            "Levenshtein": int((edits(transpose=False) != fuzz(Levenshtein.distance, np.int32)).sum()),
            "Jaro-Winkler": int((apart > 1e-12).sum()),
        }

    return jobs, check


def _name_rates(left: list[str], right: list[str], repeats: int) -> dict[str, float]:
    """Give names folded and encoded a second, and pairs of encoded names compared a second, in random order."""
    vocabulary = Vocabulary()
    data, offsets = text_buffers(pa.array(left + right, pa.large_string()))
    vocabulary.encode(data, offsets)
    seconds = []
    encoded = None
    for _ in range(repeats):
        began = time.perf_counter()
        encoded = vocabulary.encode(data, offsets)
        seconds.append(time.perf_counter() - began)
    assert encoded is not None
    encode_rate = 2 * len(left) / statistics.median(seconds)
    frozen = Vocabulary.from_arrays(vocabulary.to_arrays())
    tokens = IdentityIndex((), frozen, KeyedTokens.drawn(), "", {}).token_arrays(frozen.extended(), deep=False)
    folded = tokens.fold[encoded.codes].astype(np.uint32)
    levels = np.empty(len(left), np.int64)
    draw = np.random.default_rng(2)
    shuffled = draw.permutation(len(left))
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        _levels(
            shuffled,
            shuffled + len(left),
            encoded.codes,
            folded,
            encoded.count,
            tokens.masks,
            tokens.letters,
            tokens.offsets,
            np.zeros(256, np.uint8),
            levels,
        )
        seconds.append(time.perf_counter() - began)
    return {
        "million_names_encoded_per_s": encode_rate / 1e6,
        "million_token_code_pairs_per_s": len(left) / statistics.median(seconds) / 1e6,
    }
