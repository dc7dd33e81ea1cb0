"""The NSMA format WG16.99.050 of antenna patterns: `FIELD:,value` lines, then cuts of angle and gain.

Of a file with many frequencies the first is read. Data in dBr or dB are relative to the mid-band gain, in dBi or dBd
absolute. Azimuth cuts run counterclockwise seen from above in this format, elevation upwards; both are turned into
ours (clockwise, downwards) and back.

References:
    National Spectrum Managers Association, WG16.99.050, electronic distribution of antenna patterns (1999); field names
    as read in public converters.
"""

import re
from pathlib import Path
from typing import Final

import numpy as np

from registries.spectrum.antennas.errors import AntennaError, PatternUnreadable
from registries.spectrum.antennas.levels import Dbd, Dbi
from registries.spectrum.antennas.patterns import DEGREES, Floats, Pattern, resample
from registries.spectrum.antennas.reading import lines_of, number

_FIELD: Final = re.compile(r"([A-Za-z0-9]{6}):,?(.*)")
_AZIMUTH: Final = ("AZ", "H")
_ELEVATION: Final = ("EL", "V")


def read_nsma(path: Path) -> Pattern:
    """Read a file.

    Raises:
        PatternUnreadable: It is none of this format, has no gain, no cut, or a line that is no point.
    """
    fields: dict[str, tuple[str, int]] = {}
    cuts: dict[str, list[tuple[float, float]]] = {}
    frequencies = 0
    cut = ""
    for line, text in enumerate(lines_of(path), 1):
        given = text.partition("!")[0].strip().rstrip(",")
        if not given:
            continue
        if found := _FIELD.fullmatch(given):
            name, value = found[1].upper(), found[2].strip()
            fields.setdefault(name, (value, line))
            frequencies += name == "PATFRE"
            cut = (
                _cut(value, cuts, path, line)
                if name == "PATCUT" and frequencies <= 1
                else ""
                if name == "PATCUT"
                else cut
            )
            continue
        parts = [part.strip() for part in given.split(",") if part.strip()]
        if not cuts and frequencies <= 1:
            raise PatternUnreadable(
                path=path, line=f", line {line}", reason=f"{given[:30]!r} is no field of this format"
            )
        if cut:
            if len(parts) < 2:
                raise PatternUnreadable(path=path, line=f", line {line}", reason="a point has an angle and a gain")
            cuts[cut].append((number(parts[0], path, line, "angle"), number(parts[1], path, line, "gain")))
    if "NSMA" not in fields.get("REVNUM", ("", 0))[0].upper():
        raise PatternUnreadable(path=path, line="", reason="it has no line REVNUM:,NSMA ...")
    return _pattern(path, fields, cuts)


def _cut(value: str, cuts: dict[str, list[tuple[float, float]]], path: Path, line: int) -> str:
    """Name the cut, and give nothing for one that is of neither plane (a cut at another azimuth) or was there."""
    plane = "AZ" if value.upper().startswith(_AZIMUTH) else "EL" if value.upper().startswith(_ELEVATION) else ""
    if not plane and not value:
        raise PatternUnreadable(path=path, line=f", line {line}", reason="PATCUT names no plane")
    if not plane or plane in cuts:
        return ""
    cuts[plane] = []
    return plane


def _pattern(path: Path, fields: dict[str, tuple[str, int]], cuts: dict[str, list[tuple[float, float]]]) -> Pattern:
    if "MDGAIN" not in fields:
        raise PatternUnreadable(path=path, line="", reason="it has no mid-band gain (MDGAIN)")
    if not any(cuts.values()):
        raise PatternUnreadable(path=path, line="", reason="it has no cut AZ or EL with points")
    gain_unit, _, data_unit = fields.get("GUNITS", ("DBI/DBR", 0))[0].upper().partition("/")
    text, line = fields["MDGAIN"]
    value = number(text, path, line, "gain")
    try:
        gain = Dbd(value).to_dbi() if gain_unit.startswith("DBD") else Dbi(value)
        planes = [_losses(cuts.get(plane, []), data_unit, gain) for plane in ("AZ", "EL")]
    except AntennaError as cause:
        raise PatternUnreadable(path=path, line="", reason=str(cause)) from cause
    frequency = fields.get("PATFRE", fields.get("LOWFRQ", ("", 0)))
    tilt = fields.get("ELTILT", ("", 0))
    return Pattern(
        fields.get("MODNUM", (path.stem, 0))[0] or path.stem,
        gain,
        planes[0],
        planes[1],
        fields.get("ANTMAN", ("", 0))[0],
        round(number(frequency[0], path, frequency[1], "frequency") * 1e6) if frequency[0] else None,
        number(tilt[0], path, tilt[1], "tilt") if tilt[0] else 0.0,
        fields.get("POLARI", ("", 0))[0].partition("/")[0],
    )


def _losses(points: list[tuple[float, float]], unit: str, gain: Dbi) -> Floats:
    if not points:
        return np.zeros(DEGREES)
    angles, gains = zip(*points, strict=True)
    absolute = {"DBI": gain.value, "DBD": gain.to_dbd().value}.get(unit.strip())
    losses = [(absolute if absolute is not None else 0.0) - value for value in gains]
    return resample([-angle for angle in angles], losses)


def render_nsma(pattern: Pattern) -> str:
    """Write a pattern of one frequency, gain in dBi, points in dBr with two decimals at every degree."""
    frequency = "" if pattern.frequency_hz is None else f"{pattern.frequency_hz / 1e6:.6f}".rstrip("0").rstrip(".")
    polarisation = pattern.polarisation or "V"
    lines = [
        "REVNUM:,NSMA WG16.99.050", "REVDAT:,19990520", f"ANTMAN:,{pattern.make}", f"MODNUM:,{pattern.name}",
        f"LOWFRQ:,{frequency}", f"HGHFRQ:,{frequency}", "GUNITS:,DBI/DBR", f"MDGAIN:,{pattern.gain.value:.2f}",
        f"ELTILT:,{pattern.tilt_deg:g}", "PATTYP:,Typical", "NOFREQ:,1", f"PATFRE:,{frequency}", "NUMCUT:,2",
    ]  # fmt: skip
    for cut, losses in (("AZ", pattern.horizontal_loss_db), ("EL", pattern.vertical_loss_db)):
        lines += [f"PATCUT:,{cut}", f"POLARI:,{polarisation}/{polarisation}", f"NUPOIN:,{DEGREES}", "FSTLST:,-180,179"]
        lines += [f"{angle},{-losses[-angle % DEGREES]:.2f}" for angle in range(-180, 180)]
    return "\n".join([*lines, "ENDFIL:,EOF"]) + "\n"
