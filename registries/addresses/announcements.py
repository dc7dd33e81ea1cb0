"""Files of what is announced and authorised: CSV with a line of column names, as collectors and validators write them.

A line that cannot be read refuses the file: a route left out would make another one look wrong.

Announcements: `prefix,origin`, or `start,end,origin` (a range is taken apart into prefixes). Validated ROA payloads:
`ASN,IP Prefix,Max Length` and any other columns, the CSV of rpki-client and Routinator.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeVar

from registries.addresses.blocks import Block
from registries.addresses.errors import BlockUnreadable, ColumnMissing, FileUnreadable
from registries.addresses.routing import Announcement, Authorisation
from registries.asns.errors import AutnumUnreadable
from registries.asns.numbers import parse_autnum

_T = TypeVar("_T")
_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "prefix": ("prefix", "ip prefix", "cidr", "network", "block"),
    "start": ("start", "first", "range_start"),
    "end": ("end", "last", "range_end"),
    "origin": ("origin", "origin_asn", "asn", "as"),
    "max length": ("max length", "maxlength", "max_length"),
}


def read_announcements(path: Path) -> list[Announcement]:
    """Read prefixes with the AS numbers that originate them.

    Raises:
        FileUnreadable: It cannot be read, or a line of it.
        ColumnMissing: It has no column of prefixes (or of starts and ends), or none of origins.
    """
    return _read(path, _announced, ("prefix", "origin"), ("start", "end", "origin"))


def read_authorisations(path: Path) -> list[Authorisation]:
    """Read validated ROA payloads; a row without a maximum length allows its prefix alone.

    Raises:
        FileUnreadable: It cannot be read, or a line of it.
        ColumnMissing: It has no column of prefixes, or none of AS numbers.
    """
    return _read(path, _authorised, ("prefix", "origin"))


def _announced(row: Mapping[str, str]) -> Iterator[Announcement]:
    given = Block.parse(row["prefix"] if "prefix" in row else f"{row['start']}-{row['end']}")
    for first, length in given.prefixes:
        yield Announcement(Block.prefix(given.family, first, length), parse_autnum(row["origin"]))


def _authorised(row: Mapping[str, str]) -> Iterator[Authorisation]:
    block = Block.parse(row["prefix"])
    if block.length is None:
        raise BlockUnreadable(text=row["prefix"], reason="a payload names one prefix")
    yield Authorisation(block, int(row.get("max length") or block.length), parse_autnum(row["origin"]))


def _read(path: Path, parse: Callable[[Mapping[str, str]], Iterable[_T]], *needed: tuple[str, ...]) -> list[_T]:
    """Give what `parse` makes of the rows, under our names of the columns; one of `needed` has to be there."""
    found: list[_T] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = [name.strip().lower() for name in next(reader, [])]
            places = {ours: at for ours, names in _NAMES.items() for at, name in enumerate(header) if name in names}
            if not any(places.keys() >= set(names) for names in needed):
                raise ColumnMissing(path=path, column=", ".join(needed[0]), found=", ".join(header) or "none")
            for values in reader:
                try:
                    found += parse({ours: values[at].strip() for ours, at in places.items()})
                except (IndexError, ValueError, BlockUnreadable, AutnumUnreadable) as fault:
                    reason = f"line {reader.line_num}: {fault}"
                    raise FileUnreadable(path=path, kind="a table of routes", reason=reason) from fault
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise FileUnreadable(path=path, kind="a table of routes", reason=fault) from fault
    return found
