"""Look for plain identity values in what leaves the house: files of any kind, logs, error texts.

`Identities` is built from the people of a test; `scan` walks files and folders and tells every place where a number,
a name or a birth date of them stands, whatever the case, accents, separators or container. The hits mask what they
found, so that a failing test does not leak in its turn.
"""

import gzip
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
import zstandard

_DIGITS = re.compile(r"(?<![0-9])[0-9](?:[ .\-']?[0-9]){7,18}(?![0-9])")
_DATES = re.compile(
    r"(?<![0-9])(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![0-9])|(?<![0-9])(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?![0-9])"
)
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """One plain identity value: where it stands and what kind it is; the value itself is masked."""

    where: str
    kind: str
    masked: str


@dataclass(slots=True)
class Identities:
    """The values to look for.

    Args of `of`: numbers (any document, as text), names and birth dates. Names of fewer words than `least_words` are
    left out: without accents, "Trần Lợi" stands in many a harmless sentence. Birth dates are looked for only where
    they are given: a run's own dates may be the birthday of somebody.
    """

    numbers: set[str] = field(default_factory=set)
    names: set[tuple[str, ...]] = field(default_factory=set)
    births: set[date] = field(default_factory=set)

    @classmethod
    def of(
        cls,
        numbers: Iterable[str] = (),
        names: Iterable[str] = (),
        births: Iterable[date] = (),
        least_words: int = 3,
    ) -> "Identities":
        return cls(
            {re.sub(r"[^0-9A-Za-z]", "", number).upper() for number in numbers if number},
            {words for words in (tuple(_WORD.findall(_folded(name))) for name in names) if len(words) >= least_words},
            set(births),
        )


def scan(paths: Iterable[Path], identities: Identities) -> list[Hit]:
    """Give every hit in the files and folders."""
    return [hit for where, text in _texts(paths) for hit in scan_text(text, identities, where)]


def scan_text(text: str, identities: Identities, where: str = "text") -> list[Hit]:
    """Give every hit in a text."""
    hits = [Hit(where, "number", _masked(found)) for found in _numbers(text) if found in identities.numbers]
    letters = {number for number in identities.numbers if not number.isdecimal()}
    if letters:
        hits += [
            Hit(where, "number", _masked(word)) for word in re.findall(r"[0-9A-Za-z]+", text) if word.upper() in letters
        ]
    hits += [Hit(where, "name", f"{name[0][:2]}***") for name in _names(text, identities.names)]
    if identities.births:
        hits += [Hit(where, "birth", f"{day.year}-**-**") for day in _days(text) if day in identities.births]
    return hits


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _masked(number: str) -> str:
    return f"{number[:3]}***{number[-2:]}"


def _numbers(text: str) -> Iterator[str]:
    # A number may stand inside a longer run of separated digits (a list), so both the run and its pieces count.
    for match in _DIGITS.finditer(unicodedata.normalize("NFKC", text)):
        whole = re.sub(r"[^0-9]", "", match.group())
        yield whole
        pieces = re.split(r"[^0-9]", match.group())
        if len(pieces) > 1:
            yield from (piece for piece in pieces if len(piece) > 7)
        if len(whole) in {10, 11}:
            yield whole.zfill(12)  # a spreadsheet has eaten the leading zeros


def _names(text: str, names: set[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    if not names:
        return
    lengths = sorted({len(name) for name in names})
    words = _WORD.findall(_folded(text))
    firsts = {name[0] for name in names}
    for start in (place for place, word in enumerate(words) if word in firsts):
        for length in lengths:
            candidate = tuple(words[start : start + length])
            if candidate in names:
                yield candidate


def _days(text: str) -> Iterator[date]:
    for year, month, day, first, second, last in _DATES.findall(text):
        parts = [(year, month, day)] if year else [(last, second, first), (last, first, second)]
        for each in parts:
            try:
                yield date(*(int(part) for part in each))
            except ValueError:
                continue


def _texts(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        if path.is_dir():
            yield from _texts(sorted(path.iterdir()))
        elif path.suffix == ".parquet":
            yield str(path), _table_text(pl.read_parquet(path))
        else:
            yield from _bytes_text(str(path), path.read_bytes())


def _bytes_text(where: str, content: bytes) -> Iterator[tuple[str, str]]:
    if content[:2] == b"\x1f\x8b":
        yield from _bytes_text(where, gzip.decompress(content))
    elif content[:4] == b"\x28\xb5\x2f\xfd":
        with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(content)) as stream:
            yield from _bytes_text(where, stream.read())
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                # Tags part the cells: what stands in two cells is not one value.
                text = re.sub(rb"<[^>]*>", b" \n ", archive.read(name)) if name.endswith(".xml") else archive.read(name)
                yield from _bytes_text(f"{where}!{name}", text)
    else:
        encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
        yield where, content.decode(encoding, errors="replace")


def _table_text(frame: pl.DataFrame) -> str:
    return frame.cast({pl.Categorical: pl.String}).write_json() if frame.height else ""
