"""What a carrier says about its files: encoding, dialect, column names, order of dates, limits. A TOML file."""

import dataclasses
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from engine.errors import ProfileFaulty
from engine.records import BATCH_COLUMNS, NAME_PARTS, REGISTER_COLUMNS

#: Encodings that a profile may name.
ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1258",
    "cp1252",
    "tcvn3",
    "vni",
    "viscii",
)
_CANONICAL = frozenset(column.name for column in (*BATCH_COLUMNS, *REGISTER_COLUMNS, *NAME_PARTS))


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings that keep one file from taking the machine. Bytes are of UTF-8 text.

    `expanded_ratio` counts from the first 32 MiB of unpacked text on; `expanded_bytes` bounds the unpacked text.
    """

    record_bytes: int = 1 << 20
    record_lines: int = 64
    field_bytes: int = 1 << 16
    columns: int = 4096
    chunk_bytes: int = 512 << 20
    expanded_ratio: int = 200
    expanded_bytes: int = 256 << 30
    sheet_bytes: int = 4 << 30


@dataclass(frozen=True, slots=True)
class CarrierProfile:
    """The habits of one carrier's files; None or empty where the file itself is to tell.

    `columns` maps header names to canonical columns ("" leaves a column out). `header_row` is the number of the line
    with column names from 1, 0 where there is none and `column_order` names the fields instead. `fallback_encoding`
    reads the records that the encoding cannot.
    """

    carrier: str | None = None
    encoding: str | None = None
    fallback_encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: Literal["double", "backslash"] | None = None
    header_row: int | None = None
    column_order: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    comment: str = "#"
    date_order: Literal["dmy", "mdy", "ymd"] = "dmy"
    excel_epoch: Literal[1900, 1904] = 1900
    decimal: Literal[".", ","] = "."
    limits: Limits = field(default_factory=Limits)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_one_of(*choices: object) -> Callable[[object], bool]:
    return lambda value: any(value == choice and type(value) is type(choice) for choice in choices)


def _is_delimiter(value: object) -> bool:
    return (
        isinstance(value, str)
        and len(value) == 1
        and value.isascii()
        and not value.isalnum()
        and value not in "\"'\r\n\0 "
    )


def _is_positive(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_row(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_list_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


_RULES: dict[str, tuple[Callable[[object], bool], str]] = {
    "carrier": (lambda value: _is_text(value) and bool(value), "a carrier code"),
    "encoding": (_is_one_of(*ENCODINGS), f"one of {', '.join(ENCODINGS)}"),
    "fallback_encoding": (_is_one_of(*ENCODINGS[5:]), f"one of {', '.join(ENCODINGS[5:])}"),
    "delimiter": (_is_delimiter, "one ASCII sign that is no letter, digit, quote, blank or line end"),
    "quote": (_is_one_of('"', "'", ""), "one of \" and ', or empty for none"),
    "escape": (_is_one_of("double", "backslash"), "double or backslash"),
    "header_row": (_is_row, "a line number from 1, or 0 for none"),
    "column_order": (_is_list_of_text, "a list of column names"),
    "columns": (lambda value: isinstance(value, dict), "a table of header name = canonical column"),
    "sheets": (_is_list_of_text, "a list of sheet names"),
    "comment": (
        lambda value: isinstance(value, str) and len(value) <= 1 and value.isascii(),
        "one ASCII sign, or empty",
    ),
    "date_order": (_is_one_of("dmy", "mdy", "ymd"), "dmy, mdy or ymd"),
    "excel_epoch": (_is_one_of(1900, 1904), "1900 or 1904"),
    "decimal": (_is_one_of(".", ","), ". or ,"),
    "limits": (lambda value: isinstance(value, dict), "a table of limits"),
}
_LIMITS = tuple(limit.name for limit in dataclasses.fields(Limits))
#: A record is held in memory as a whole, so its limit has one too.
_RECORD_BYTES_MOST = 64 << 20


def _faults(raw: Mapping[str, Any]) -> list[str]:
    faults = []
    for key, value in raw.items():
        if key not in _RULES:
            faults.append(f"{key} is no option (options: {', '.join(_RULES)})")
        elif not _RULES[key][0](value):
            faults.append(f"{key} must be {_RULES[key][1]}")
    return faults


def _column_faults(raw: Mapping[str, Any]) -> list[str]:
    faults = []
    mapped = raw.get("columns", {})
    if isinstance(mapped, dict):
        for header, name in mapped.items():
            if name != "" and name not in _CANONICAL:
                faults.append(f"columns: {header!r} is mapped to {name!r}, which is no canonical column")
        names = [str(name) for name in mapped.values() if name != ""]
        faults += [f"columns: {name} is mapped twice" for name in sorted(set(names)) if names.count(name) > 1]
    order = raw.get("column_order", [])
    if _is_list_of_text(order):
        faults += [
            f"column_order: {name!r} is no canonical column" for name in order if name and name not in _CANONICAL
        ]
        faults += [
            f"column_order: {name} stands twice" for name in sorted(set(order)) if name and order.count(name) > 1
        ]
        if raw.get("header_row") == 0 and not order:
            faults.append("header_row = 0 needs column_order")
        if order and raw.get("header_row") != 0:
            faults.append("column_order is read only with header_row = 0")
    return faults


def _limit_faults(raw: Mapping[str, Any]) -> list[str]:
    limits = raw.get("limits", {})
    if not isinstance(limits, dict):
        return []
    faults = [f"limits.{key} is no limit (limits: {', '.join(_LIMITS)})" for key in limits if key not in _LIMITS]
    faults += [
        f"limits.{key} must be a whole number above 0"
        for key in _LIMITS
        if key in limits and not _is_positive(limits[key])
    ]
    record_bytes = limits.get("record_bytes", 0)
    if _is_positive(record_bytes) and record_bytes > _RECORD_BYTES_MOST:
        faults.append(f"limits.record_bytes must be at most {_RECORD_BYTES_MOST}")
    return faults


def parse_profile(raw: Mapping[str, Any], path: str = "<profile>") -> CarrierProfile:
    """Make a profile of the tables of a TOML file.

    Raises:
        ProfileFaulty: with every fault of the profile, not the first alone.
    """
    faults = _faults(raw) + _column_faults(raw) + _limit_faults(raw)
    if raw.get("quote") and raw.get("quote") == raw.get("delimiter"):
        faults.append("quote and delimiter are the same sign")
    if faults:
        raise ProfileFaulty(path=path, faults="; ".join(faults))
    fields = dict(raw)
    fields["limits"] = Limits(**raw.get("limits", {}))
    fields["column_order"] = tuple(raw.get("column_order", ()))
    fields["sheets"] = tuple(raw.get("sheets", ()))
    return CarrierProfile(**fields)


def load_profile(path: Path) -> CarrierProfile:
    """Read a carrier profile from a TOML file.

    Raises:
        ProfileFaulty: the file cannot be read, is no TOML, or holds faults; all are named.
    """
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileFaulty(path=path, faults=str(error)) from error
    return parse_profile(raw, str(path))
