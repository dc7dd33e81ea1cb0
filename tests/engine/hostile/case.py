"""One hostile file: how it is built, and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.sources import CarrierProfile

HEADER = "msisdn,id_type,id_number,full_name,birth_date"


def number(i: int) -> str:
    """The subscriber number of good row i."""
    return f"09{i:08d}"


def cells(i: int) -> list[str]:
    """The cells of good row i: a generated person."""
    return [
        number(i),
        "CCCD",
        f"0790990{i:05d}",
        f"Nguyễn Văn Thử {'ABCDĐEGH'[i % 8]}",
        f"19{50 + i % 50}-0{1 + i % 9}-02",
    ]


def row(i: int, delimiter: str = ",") -> str:
    """Good row i as a line without quotes."""
    return delimiter.join(cells(i))


def good(*indexes: int) -> str:
    """Good rows as lines."""
    return "".join(row(i) + "\n" for i in indexes)


def sheet(*indexes: int, header: str = HEADER) -> str:
    """Column names and good rows."""
    return header + "\n" + good(*indexes)


@dataclass(frozen=True)
class Case:
    """A file, and either the good rows with the rejects that must come of it, or the code of the refusal.

    `keeps` are the subscriber numbers of the rows expected, in order (None: not looked at); `rejects` counts reasons;
    `says` are words that the refusal must hold besides the file name; `findings` are codes that must be reported.
    """

    name: str
    build: Callable[[Path], Path]
    keeps: tuple[str, ...] | None = ()
    rejects: dict[str, int] = field(default_factory=dict)
    refused: str | None = None
    says: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    profile: CarrierProfile | None = None
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kind: Any = "batch"
    slow: bool = False


def written(name: str, content: bytes | str) -> Callable[[Path], Path]:
    """Build a file of the given bytes."""

    def build(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return build


def numbers(*indexes: int) -> tuple[str, ...]:
    """The subscriber numbers of good rows."""
    return tuple(number(i) for i in indexes)
