"""Cells of the national grid in bulk. Twins: the functions that end in `_plainly` in `registries.spectrum.grid`.

A window is a rectangle of the grid, one byte a cell: 1 where the centre of the cell lies inside.
"""

import math

import numpy as np
import numpy.typing as npt

from matching.kernels import bare_kernel, bare_part

Floats = npt.NDArray[np.float64]
Cells = npt.NDArray[np.int64]
Window = npt.NDArray[np.uint8]


@bare_part
def hilbert_place(column: int, row: int, order: int) -> int:
    """Give the place of a cell along the Hilbert curve of 2**order cells a side."""
    place = 0
    side = 1 << (order - 1)
    whole = (1 << order) - 1
    while side > 0:
        right = 1 if column & side else 0
        up = 1 if row & side else 0
        place += side * side * ((3 * right) ^ up)
        if up == 0:
            if right == 1:
                column = whole - column
                row = whole - row
            column, row = row, column
        side >>= 1
    return place


@bare_kernel
def fill_edges(edges: Floats, west: float, south: float, step: float, window: Window) -> None:
    """Mark the cells of a window whose centre lies inside the rings that have these edges (x, y, x, y).

    A centre on an edge belongs to the area on its east, one on a vertex or level edge to the area on its north. Each
    edge is reckoned from its lower end, so that areas that share it reckon the same crossings, to the last bit.
    """
    rows, columns = window.shape
    for number in range(len(edges)):
        x1, y1, x2, y2 = edges[number, 0], edges[number, 1], edges[number, 2], edges[number, 3]
        if y1 == y2:
            continue
        if y1 > y2:
            x1, y1, x2, y2 = x2, y2, x1, y1
        row = max(0, int((y1 - south) / step) - 1)
        while row < rows and south + (row + 0.5) * step < y1:
            row += 1
        while row < rows:
            y = south + (row + 0.5) * step
            if y >= y2:
                break
            x = x1 + (y - y1) * (x2 - x1) / (y2 - y1)
            column = max(0, int((x - west) / step) - 1)
            while column < columns and west + (column + 0.5) * step < x:
                column += 1
            if column < columns:
                window[row, column] ^= np.uint8(1)
            row += 1
    for row in range(rows):
        inside = np.uint8(0)
        for column in range(columns):
            inside ^= window[row, column]
            window[row, column] = inside


@bare_kernel
def fill_circle(
    latitude_deg: float, longitude_deg: float, reach: float, west: float, south: float, step: float, window: Window
) -> None:
    """Mark the cells of a window whose centre lies within a distance; `reach` is sin^2 of half its angle."""
    rows, columns = window.shape
    latitude = math.radians(latitude_deg)
    for row in range(rows):
        other = math.radians(south + (row + 0.5) * step)
        up = math.sin((other - latitude) / 2)
        for column in range(columns):
            across = math.sin(math.radians(west + (column + 0.5) * step - longitude_deg) / 2)
            if up * up + math.cos(latitude) * math.cos(other) * across * across <= reach:
                window[row, column] = 1


@bare_kernel
def place_cells(columns: Cells, rows: Cells, order: int, out: Cells) -> None:
    """Write the number of each cell along the curve."""
    for number in range(len(columns)):
        out[number] = hilbert_place(columns[number], rows[number], order)
