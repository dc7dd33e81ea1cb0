"""Coefficients that Recommendations print as tables: numbers of nature, without dates; one CSV file for each.

A file begins with lines `# ...` that name its source and what its columns are, then one header line, then numbers.
"""

import csv
from functools import lru_cache
from importlib.resources import files

from data.errors import MalformedTable, UnknownTable

Columns = dict[str, tuple[float, ...]]


@lru_cache(maxsize=16)
def coefficients(name: str) -> Columns:
    """Give the columns of a file by name, in the order of its rows.

    Raises:
        UnknownTable: There is no file of this name.
        MalformedTable: A row has too few or too many cells, or one of them is no number.
    """
    folder = files("data").joinpath("coefficients")
    known = sorted(file.name[:-4] for file in folder.iterdir() if file.name.endswith(".csv"))
    if name not in known:
        raise UnknownTable(name=name, known=", ".join(known))
    lines = folder.joinpath(f"{name}.csv").read_text(encoding="utf-8").splitlines()
    skipped = sum(line.startswith("#") for line in lines)
    header, *rows = csv.reader(lines[skipped:])
    numbers = []
    for line, row in enumerate(rows, skipped + 2):
        try:
            numbers.append([float(cell) for cell in row])
        except ValueError as cause:
            raise MalformedTable(name=name, line=line, detail="a cell is no number") from cause
        if len(row) != len(header):
            raise MalformedTable(name=name, line=line, detail=f"{len(row)} values under {len(header)} columns")
    return dict(zip(header, zip(*numbers, strict=True), strict=True))
