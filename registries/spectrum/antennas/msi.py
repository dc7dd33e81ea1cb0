"""The MSI or Planet format of antenna patterns: keywords, then a HORIZONTAL and a VERTICAL list of angle and loss.

Gain is in dBd unless the line says dBi; frequency in MHz. The format has no published standard: it is what planning
tools of the MSI Planet family write.
"""

import re
from pathlib import Path
from typing import Final

import numpy as np

from registries.spectrum.antennas.errors import AntennaError, PatternUnreadable
from registries.spectrum.antennas.levels import Dbd, Dbi
from registries.spectrum.antennas.patterns import DEGREES, Pattern, resample
from registries.spectrum.antennas.reading import lines_of, number

_PLANES: Final = ("HORIZONTAL", "VERTICAL")
_GAIN: Final = re.compile(r"([-+]?[0-9]+(?:[.,][0-9]+)?)\s*(dB[di])?.*", re.IGNORECASE)


def read_msi(path: Path) -> Pattern:
    """Read a file.

    Raises:
        PatternUnreadable: A line has another form, a plane fewer points than it says, or gain or planes are missing.
    """
    keywords: dict[str, tuple[str, int]] = {}
    planes: dict[str, tuple[list[float], list[float]]] = {}
    lines = lines_of(path)
    at = 0
    while at < len(lines):
        words = lines[at].split(None, 1)
        at += 1
        if not words:
            continue
        keyword, rest = words[0].upper(), words[1].strip() if len(words) > 1 else ""
        if keyword not in _PLANES:
            keywords.setdefault(keyword, (rest, at))
            continue
        if keyword in planes:
            raise PatternUnreadable(path=path, line=f", line {at}", reason=f"{keyword} stands twice")
        count = int(number(rest or str(DEGREES), path, at, "the count of points"))
        planes[keyword] = _points(lines, at, count, path)
        at += count
    if "GAIN" not in keywords:
        raise PatternUnreadable(path=path, line="", reason="it has no line GAIN")
    if not planes:
        raise PatternUnreadable(path=path, line="", reason="it has neither HORIZONTAL nor VERTICAL")
    return _pattern(path, keywords, planes)


def _points(lines: list[str], at: int, count: int, path: Path) -> tuple[list[float], list[float]]:
    if not 1 <= count <= 36_000:
        raise PatternUnreadable(path=path, line=f", line {at}", reason=f"{count} points are none that a plane has")
    angles, losses = [], []
    for offset in range(count):
        line = at + offset + 1
        pair = lines[line - 1].split() if line <= len(lines) else []
        if len(pair) != 2:
            reason = f"an angle and a loss are needed here: the plane has {offset} of {count} points"
            raise PatternUnreadable(path=path, line=f", line {line}", reason=reason)
        angles.append(number(pair[0], path, line, "angle"))
        losses.append(number(pair[1], path, line, "loss"))
        if losses[-1] < -0.01:
            reason = f"the loss {pair[1]} is below zero: losses are dB below the maximum"
            raise PatternUnreadable(path=path, line=f", line {line}", reason=reason)
    return angles, losses


def _pattern(
    path: Path, keywords: dict[str, tuple[str, int]], planes: dict[str, tuple[list[float], list[float]]]
) -> Pattern:
    text, line = keywords["GAIN"]
    found = _GAIN.fullmatch(text)
    if not found:
        raise PatternUnreadable(path=path, line=f", line {line}", reason=f"gain {text!r} is no number with dBd or dBi")
    value = float(found[1].replace(",", "."))
    frequency = None
    if "FREQUENCY" in keywords and keywords["FREQUENCY"][0]:
        given, place = keywords["FREQUENCY"]
        frequency = round(number(given.split()[0], path, place, "frequency") * 1e6)
    tilt = keywords.get("TILT", ("", 0))
    try:
        resampled = [resample(*planes[plane]) if plane in planes else np.zeros(DEGREES) for plane in _PLANES]
        gain = Dbi(value) if (found[2] or "dBd").lower() == "dbi" else Dbd(value).to_dbi()
    except AntennaError as cause:
        raise PatternUnreadable(path=path, line="", reason=str(cause)) from cause
    return Pattern(
        keywords.get("NAME", (path.stem, 0))[0] or path.stem,
        gain,
        resampled[0],
        resampled[1],
        keywords.get("MAKE", ("", 0))[0],
        frequency,
        _tilt(tilt[0]),
        keywords.get("POLARIZATION", ("", 0))[0],
    )


def _tilt(text: str) -> float:
    """Read an electrical tilt in degrees; a word (`ELECTRICAL`) tells no number and gives 0."""
    found = re.search(r"[-+]?[0-9]+(?:\.[0-9]+)?", text)
    return float(found[0]) if found else 0.0


def render_msi(pattern: Pattern) -> str:
    """Write a pattern, gain in dBi, losses with two decimals."""
    head = [f"NAME {pattern.name}"]
    if pattern.make:
        head.append(f"MAKE {pattern.make}")
    if pattern.frequency_hz is not None:
        head.append(f"FREQUENCY {pattern.frequency_hz / 1e6:.6g}")
    head.append(f"GAIN {pattern.gain.value:.2f} dBi")
    if pattern.tilt_deg:
        head.append(f"TILT {pattern.tilt_deg:g}")
    if pattern.polarisation:
        head.append(f"POLARIZATION {pattern.polarisation}")
    for plane, losses in zip(_PLANES, (pattern.horizontal_loss_db, pattern.vertical_loss_db), strict=True):
        head.append(f"{plane} {DEGREES}")
        head += [f"{angle} {max(loss, 0.0):.2f}" for angle, loss in enumerate(losses)]
    return "\n".join(head) + "\n"
