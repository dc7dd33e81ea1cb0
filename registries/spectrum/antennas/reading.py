"""Antenna files as text: opened, decoded and numbered, with a fault that names file and line."""

from pathlib import Path

from registries.spectrum.antennas.errors import PatternUnreadable

_LARGEST_BYTES = 4 << 20


def lines_of(path: Path) -> list[str]:
    """Give the lines of a file of up to 4 MiB, UTF-8 or Latin-1 (makers' names).

    Raises:
        PatternUnreadable: It cannot be opened, is larger, or no text.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
    except OSError as cause:
        raise PatternUnreadable(path=path, line="", reason="it cannot be opened") from cause
    if len(content) > _LARGEST_BYTES or b"\0" in content:
        raise PatternUnreadable(path=path, line="", reason="it is no text file of up to 4 MiB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.splitlines()


def number(text: str, path: Path, line: int, what: str) -> float:
    """Read a number of a line.

    Raises:
        PatternUnreadable: It is none.
    """
    try:
        value = float(text.replace(",", "."))
    except ValueError as cause:
        raise PatternUnreadable(path=path, line=f", line {line}", reason=f"{what} {text!r} is no number") from cause
    if not abs(value) <= 1e12:
        raise PatternUnreadable(path=path, line=f", line {line}", reason=f"{what} {text!r} is no number")
    return value
