"""Profiles and logs as ITU-R study group 3 and those who validate its models write them."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from registries.spectrum.errors import ProfileUnusable, PropagationFileUnreadable
from registries.spectrum.propagation.profiles import Profile, Zone

P452_ZONES = {"1": Zone.COASTAL, "2": Zone.INLAND, "3": Zone.SEA, "A1": Zone.COASTAL, "A2": Zone.INLAND, "B": Zone.SEA}


@dataclass(frozen=True, slots=True)
class Rows:
    """The cells of a file, each line with its number, for messages."""

    path: Path
    rows: list[list[str]]

    def number(self, line: int, column: int) -> float:
        """Give a cell as a number.

        Raises:
            PropagationFileUnreadable: There is no such cell, or it is no number.
        """
        try:
            return float(self.rows[line][column])
        except (IndexError, ValueError) as cause:
            told = self.rows[line][column] if line < len(self.rows) and column < len(self.rows[line]) else "nothing"
            raise PropagationFileUnreadable(
                path=self.path, line=f", line {line + 1}", reason=f"column {column + 1} holds {told!r}, not a number"
            ) from cause


def read_rows(path: Path) -> Rows:
    """Read a file of comma-separated cells, stripped of spaces around them.

    Raises:
        PropagationFileUnreadable: It cannot be opened, or is no text.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise PropagationFileUnreadable(path=path, line="", reason=str(cause)) from cause
    return Rows(path, [[cell.strip() for cell in row] for row in csv.reader(text.splitlines())])


def records(path: Path) -> Iterator[Callable[[str], str]]:
    """Give each line of a file with one header line, as a function from a column's name to its cell."""
    rows = read_rows(path).rows
    header = rows[0] if rows else []
    for line, row in enumerate(rows[1:], 2):
        if any(row):
            yield _record(path, line, dict(zip(header, row, strict=False)))


def _record(path: Path, line: int, cells: dict[str, str]) -> Callable[[str], str]:
    def cell(name: str) -> str:
        if name not in cells:
            raise PropagationFileUnreadable(path=path, line=f", line {line}", reason=f"it has no column {name!r}")
        return cells[name]

    return cell


def read_survey_profile(path: Path) -> Profile:
    """Read a profile with the long heading of study group 3: distance, ground, coverage code, clutter, zone."""
    rows = read_rows(path)
    begin = next((line for line, row in enumerate(rows.rows) if row and row[0].startswith("Number of Points")), None)
    if begin is None:
        raise PropagationFileUnreadable(path=path, line="", reason="it has no line 'Number of Points:'")
    points = range(begin + 1, begin + 1 + int(rows.number(begin, 1)))
    return _profile(
        path,
        [rows.number(line, 0) for line in points],
        [rows.number(line, 1) for line in points],
        # An empty cell is ground that nothing is known to stand on.
        [rows.number(line, 3) if rows.rows[line][3:4] != [""] else 0.0 for line in points],
        [int(rows.number(line, 4)) for line in points],
    )


def begins_at_receiver(path: Path) -> bool:
    """Tell whether the first point of such a profile is the receiver, as its heading says with R."""
    return any(
        row[0].lower().startswith("first point tx or rx") and row[1:2] == ["R"] for row in read_rows(path).rows if row
    )


def read_zoned_profile(path: Path) -> Profile:
    """Read a profile of P.452 with one header line: distance, ground, clutter, zone twice."""
    rows = read_rows(path)
    points = [line for line, row in enumerate(rows.rows) if line and row and row[0]]
    zones = [P452_ZONES.get(rows.rows[line][-1], 0) for line in points]
    return _profile(
        path,
        [rows.number(line, 0) for line in points],
        [rows.number(line, 1) for line in points],
        [rows.number(line, 2) for line in points],
        [int(zone) for zone in zones],
    )


def _profile(path: Path, d: list[float], h: list[float], clutter: list[float], zones: list[int]) -> Profile:
    try:
        return Profile.of(d, h, clutter, zones, where=str(path))
    except ValueError as cause:
        raise ProfileUnusable(where=str(path), reason=str(cause)) from cause


def read_log(path: Path) -> dict[str, str]:
    """Read a log of one prediction: name to value, the first where a name stands twice."""
    told: dict[str, str] = {}
    for row in read_rows(path).rows:
        if len(row) >= 4 and row[3]:
            told.setdefault(row[0], row[3])
    return told
