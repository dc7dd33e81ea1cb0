"""What the law charges for number resources and names on a day, in whole đồng, from dated tables.

A quote says which row of which instrument every line rests on. Where a row was not confirmed, or the printed tariff
can be read in two ways, the quote is *provisional*, says why, and gives no invoice. Where there is no row, the quote
is refused: an amount is never guessed. No VAT is charged on these fees and charges.

References:
    Circulars 208/2016, 20/2023 and 10/2025/TT-BTC; data/tables/fee_instruments.csv, fee_items.csv,
    fee_address_levels.csv.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Self

import data
from registries.errors import RegistryError
from registries.overlay import CONFIRMED, Doubt, Tables, doubt_of

Kind = Literal["register", "maintain"]
OURS: Final = Tables()
ADDRESS_ITEM: Final = "addresses"
ASN_ITEM: Final = "asn"


class FeeError(RegistryError):
    """A fee cannot be told."""

    code = "fee"
    template = "{detail}"


class TariffNotLoaded(FeeError):
    """No row says what is charged for an item on a day."""

    code = "tariff-not-loaded"
    template = "no tariff is loaded for {item} on {on} ({instrument}); add its rows and load them (see data/README.md)"


class QuoteProvisional(FeeError):
    """A quote that rests on something unconfirmed was to be invoiced."""

    code = "quote-provisional"
    template = "this quote of {amount_vnd} VND is provisional and gives no invoice: {reasons}"


class HoldingFaulty(FeeError):
    """A quantity for which nothing can be charged."""

    code = "fee-holding-faulty"
    template = "{what}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a quote: `quantity` times `unit_vnd`, by a row of an instrument."""

    item: str
    vi: str
    en: str
    quantity: int
    unit_vnd: int
    instrument: str
    source: str

    @property
    def amount_vnd(self) -> int:
        return self.quantity * self.unit_vnd


@dataclass(frozen=True, slots=True)
class Quote:
    """What is charged on a day; `doubts` says why it is provisional, and is empty where it is not."""

    on: datetime.date
    kind: Kind
    lines: tuple[Line, ...]
    doubts: tuple[Doubt, ...]

    @property
    def amount_vnd(self) -> int:
        return sum(line.amount_vnd for line in self.lines)

    @property
    def is_provisional(self) -> bool:
        return bool(self.doubts)

    def firm(self) -> Self:
        """Give this quote as one that may be invoiced.

        Raises:
            QuoteProvisional: It rests on something unconfirmed.
        """
        if self.doubts:
            reasons = "; ".join(f"{doubt.vi} · {doubt.en}" for doubt in self.doubts)
            raise QuoteProvisional(amount_vnd=f"{self.amount_vnd:,}", reasons=reasons)
        return self


@dataclass(frozen=True, slots=True)
class Holding:
    """All address space of one holder: IPv4 addresses, and IPv6 counted in blocks of /48."""

    ipv4_addresses: int = 0
    ipv6_48s: int = 0

    def __post_init__(self) -> None:
        if self.ipv4_addresses < 0 or self.ipv6_48s < 0:
            raise HoldingFaulty(what=f"a holding is counted from 0 up, not {self.ipv4_addresses}, {self.ipv6_48s}")


def quote_item(item: str, kind: Kind, on: datetime.date, *, quantity: int = 1, tables: Tables = OURS) -> Quote:
    """Quote an item of `fee_items` by its name: a .vn name by class, `quantity` times or years.

    Raises:
        TariffNotLoaded: No row for the item holds on the day.
        HoldingFaulty: The quantity is below 0.
    """
    if quantity < 0:
        raise HoldingFaulty(what=f"{item} is charged 0 times or more, not {quantity} times")
    row = _item_row(item, kind, on, tables)
    return Quote(on, kind, (_line(row, quantity, int(row["amount_vnd"])),), tuple(_doubts(row)))


def quote_asn_registration(held: int, added: int, on: datetime.date, tables: Tables = OURS) -> Quote:
    """Quote the registration of `added` AS numbers to a holder of `held`; the first ones are free as the row says.

    Raises:
        TariffNotLoaded: No row holds on the day.
        HoldingFaulty: A count is below 0.
    """
    if held < 0 or added < 0:
        raise HoldingFaulty(what=f"AS numbers are counted from 0 up, not {held} and {added}")
    row = _item_row(ASN_ITEM, "register", on, tables)
    free = int(row["free_count"])
    return _asn_quote(row, "register", max(held + added - free, 0) - max(held - free, 0), on)


def quote_asn_maintenance(held: int, on: datetime.date, tables: Tables = OURS) -> Quote:
    """Quote a year of maintenance of `held` AS numbers.

    Raises:
        TariffNotLoaded: No row holds on the day.
        HoldingFaulty: The count is below 0.
    """
    if held < 0:
        raise HoldingFaulty(what=f"AS numbers are counted from 0 up, not {held}")
    row = _item_row(ASN_ITEM, "maintain", on, tables)
    return _asn_quote(row, "maintain", max(held - int(row["free_count"]), 0), on)


def quote_address_registration(held: Holding, then: Holding, on: datetime.date, tables: Tables = OURS) -> Quote:
    """Quote what a holder pays once for growing from `held` to `then`.

    The first registration is charged by the level reached; later growth by each level that is climbed; within one
    level nothing.

    Raises:
        TariffNotLoaded: No row holds on the day, or the holding is above the highest level.
        HoldingFaulty: The holding shrinks, or stays empty.
    """
    if then.ipv4_addresses < held.ipv4_addresses or then.ipv6_48s < held.ipv6_48s or then == Holding():
        raise HoldingFaulty(what="registration is charged for growth; return and revocation cost nothing")
    rows = _levels(on, tables)
    reached, doubts = _level(then, rows, on, tables)
    if held == Holding():
        line = _level_line(reached, "first_registration_vnd", "lệ phí đăng ký lần đầu", "first registration")
        return Quote(on, "register", (line,), tuple(doubts))
    left, more = _level(held, rows, on, tables)
    climbed = [row for row in rows if int(left["level"]) < int(row["level"]) <= int(reached["level"])]
    lines = tuple(_level_line(row, "level_increase_vnd", "lệ phí tăng mức", "increase of level") for row in climbed)
    return Quote(on, "register", lines, tuple(dict.fromkeys([*doubts, *more])))


def quote_address_maintenance(held: Holding, on: datetime.date, tables: Tables = OURS) -> Quote:
    """Quote a year of maintenance of all address space of a holder; nothing for an empty holding.

    Raises:
        TariffNotLoaded: No row holds on the day, or the holding is above the highest level.
    """
    rows = _levels(on, tables)
    if held == Holding():
        return Quote(on, "maintain", (), ())
    row, doubts = _level(held, rows, on, tables)
    return Quote(on, "maintain", (_level_line(row, "annual_vnd", "phí duy trì một năm", "a year"),), tuple(doubts))


def _level(
    holding: Holding, rows: Sequence[data.Row], on: datetime.date, tables: Tables
) -> tuple[data.Row, list[Doubt]]:
    """Give the row of the level of a holding, and why it may be another one.

    The level is the higher of those by IPv4 and IPv6: a holder of IPv4 has the matching IPv6 free. Each level goes up
    to and includes its size. The copies at hand print only round sizes, so that at a boundary, and for sums above the
    first level, another reading is possible; below the first boundary there is none.
    """
    found: list[data.Row] = []
    doubts: list[Doubt] = []
    for held, column, bits, name in (
        (holding.ipv4_addresses, "ipv4_length", 32, "IPv4"),
        (holding.ipv6_48s, "ipv6_length", 48, "IPv6"),
    ):
        if not held:
            continue
        row = next((row for row in rows if held <= 1 << (bits - int(row[column]))), None)
        if row is None:
            raise TariffNotLoaded(item=f"{name}: {held}", on=on, instrument=_instrument(ADDRESS_ITEM, on, tables))
        found.append(row)
        if row["boundary_certainty"] not in CONFIRMED and held >= 1 << (bits - int(rows[0][column])):
            doubts.append(_boundary_doubt(row, name))
    highest = max(found, key=lambda row: int(row["level"]))
    return highest, [*_doubts(highest), *doubts]


def _boundary_doubt(row: data.Row, name: str) -> Doubt:
    printed = row[f"{name.lower()}_as_printed"]
    return Doubt(
        f"ranh giới mức {row['level']} của {name} in là {printed!r}: chưa rõ cách xếp tổng và giá trị đúng ranh giới",
        f"the boundary of level {row['level']} for {name} is printed as {printed!r}: how sums and sizes on the "
        "boundary are placed is not confirmed",
    )


def _levels(on: datetime.date, tables: Tables) -> list[data.Row]:
    rows = sorted(tables.rows("fee_address_levels", on), key=lambda row: int(row["level"]))
    if not rows:
        raise TariffNotLoaded(item=ADDRESS_ITEM, on=on, instrument=_instrument(ADDRESS_ITEM, on, tables))
    return rows


def _level_line(row: data.Row, column: str, vi: str, en: str) -> Line:
    return Line(
        f"{ADDRESS_ITEM}-level-{row['level']}",
        f"Địa chỉ Internet mức {row['level']}, {vi}",
        f"Internet addresses level {row['level']}, {en}",
        1,
        int(row[column]),
        row["instrument"],
        row["source"],
    )


def _item_row(item: str, kind: Kind, on: datetime.date, tables: Tables) -> data.Row:
    rows = (row for row in tables.rows("fee_items", on) if row["item"] == item and row["kind"] == kind)
    row = next(rows, None)
    if row is None:
        raise TariffNotLoaded(item=f"{item} ({kind})", on=on, instrument=_instrument(item, on, tables))
    return row


def _asn_quote(row: data.Row, kind: Kind, charged: int, on: datetime.date) -> Quote:
    """Quote AS numbers; where all of them are free, what they would cost is not in question."""
    doubts = tuple(_doubts(row)) if charged else ()
    return Quote(on, kind, (_line(row, charged, int(row["amount_vnd"])),), doubts)


def _line(row: data.Row, quantity: int, unit_vnd: int) -> Line:
    item = f"{row['item']}-{row['kind']}"
    return Line(item, row["vietnamese"], row["english"], quantity, unit_vnd, row["instrument"], row["source"])


def _doubts(row: data.Row) -> list[Doubt]:
    doubt = doubt_of(row)
    return [] if doubt is None else [doubt]


def _instrument(item: str, on: datetime.date, tables: Tables) -> str:
    """Name what was in force on the day for an item, as far as known."""
    covers = "asns" if item == ASN_ITEM else "domains" if item.startswith("domain") else ADDRESS_ITEM
    rows = (row for row in tables.rows("fee_instruments", on) if covers in row["covers"].split(";"))
    row = next(rows, None)
    return row["instrument"] if row else "no instrument known for that day"
