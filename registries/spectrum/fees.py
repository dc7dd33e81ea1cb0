"""What the law charges for the use of frequencies on a day: issuance fees, yearly charges, and the levy for extension.

It is reckoned with the mechanics of `registries.fees`: a quote says which row of which instrument every line rests on;
what was not confirmed makes it provisional, and where there is no row it is refused. Two provinces are charged twice,
two frequencies too: charges are per frequency and province.

References:
    Circular 265/2016/TT-BTC as amended by 11/2022 and 65/2025/TT-BTC; Decree 88/2021/ND-CP (levy); answers of the
    Authority of Radio Frequency Management; data/tables/spectrum_fees.csv, spectrum_fee_rules.csv,
    spectrum_fee_cities.csv, spectrum_fee_exemptions.csv.
"""

import datetime
import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Final, Literal

import data
from registries.calendar import add_months
from registries.fees import HoldingFaulty, Line, Quote, TariffNotLoaded
from registries.overlay import Doubt, Tables, doubt_of

Procedure = Literal["issue", "extend", "reissue", "amend", "amend-no-reassignment"]
OURS: Final = Tables()
PRIVATE_CHANNEL_HZ: Final = 12_500
_LARGEST_W: Final = 1e8


def quote_licence(
    item: str, on: datetime.date, *, procedure: Procedure = "issue", count: int = 1, tables: Tables = OURS
) -> Quote:
    """Quote the issuance fee of `count` licences of an item (`microwave-link`, `amateur`, `band`, ...), or its share.

    Extension, re-issue, and an amendment without a new assignment cost a share of the issuance fee, by the rules of the
    day; any other amendment costs all of it.

    Raises:
        TariffNotLoaded: No row for the item, or no rule for the procedure, holds on the day.
        HoldingFaulty: The count is below 0.
    """
    _counted(count, "licences")
    row = _row(item, "issue", on, tables)
    doubts = _doubts(row)
    unit, vi, en = int(row["amount_vnd"]), row["vietnamese"], row["english"]
    source = row["source"]
    if procedure != "issue":
        rule = _rule(procedure, on, tables)
        unit = _whole(Fraction(unit * int(rule["value"]), 100))
        vi, en = f"{vi}, {rule['vietnamese']}", f"{en}, {rule['english']}"
        source = f"{source}; {rule['source']}"
        doubts += _doubts(rule)
    line = Line(f"{item}-{procedure}", vi, en, count, unit, row["instrument"], source)
    return Quote(on, "register", (line,), tuple(dict.fromkeys(doubts)))


def station_item(power_w: float) -> str:
    """Give the item of a station licence by the output power of its transmitter in W.

    Raises:
        HoldingFaulty: The power is no number, not above 0, or more than any transmitter has.
    """
    if not (math.isfinite(power_w) and 0 < power_w <= _LARGEST_W):
        raise HoldingFaulty(what=f"a transmitter has a power above 0 W and up to {_LARGEST_W:g} W, not {power_w:g} W")
    return "station-1w" if power_w <= 1 else "station-15w" if power_w <= 15 else "station-over-15w"


def quote_private_mobile(
    frequencies: int,
    province_codes: Iterable[str],
    on: datetime.date,
    *,
    shared: bool,
    bandwidth_hz: int = PRIVATE_CHANNEL_HZ,
    tables: Tables = OURS,
) -> Quote:
    """Quote a year of private mobile channels of 12.5 kHz, each used in every one of the provinces.

    A channel shared with others costs the share of the rule of the day. Central cities have a rate of their own.

    Raises:
        TariffNotLoaded: No row holds on the day, or the channels have another width: its rate was not obtained.
        HoldingFaulty: There is no frequency, no province, or a province code that does not hold on the day.
    """
    _counted(frequencies, "frequencies")
    places = sorted(set(province_codes))
    if not places:
        raise HoldingFaulty(what="a private mobile network is charged by province, and none was given")
    known = _province_codes(on, tables)
    for place in places:
        if place not in known:
            raise HoldingFaulty(what=f"no province has the code {place} on {on}")
    if bandwidth_hz != PRIVATE_CHANNEL_HZ:
        raise _missing(f"private-mobile of {bandwidth_hz} Hz", on, tables)
    cities = {row["province_code"] for row in tables.rows("spectrum_fee_cities", on)}
    kind = "shared" if shared else "exclusive"
    lines, doubts = [], list[Doubt]()
    for zone, count in (
        ("city", sum(place in cities for place in places)),
        ("province", sum(place not in cities for place in places)),
    ):
        if count:
            row = _row(f"private-mobile-12k5-{kind}-{zone}", "use", on, tables)
            lines.append(_line(row, frequencies * count))
            doubts += _doubts(row)
    return Quote(on, "maintain", tuple(lines), tuple(dict.fromkeys(doubts)))


def quote_use(item: str, units: int, on: datetime.date, tables: Tables = OURS) -> Quote:
    """Quote a year of use by units: amateur bands (`amateur-band`), transmit frequencies of a coast station, ...

    Raises:
        TariffNotLoaded: No row for the item holds on the day: most of the usage tariff was not obtained.
        HoldingFaulty: The number of units is below 0.
    """
    _counted(units, "units")
    row = _row(item, "use", on, tables)
    return Quote(on, "maintain", (_line(row, units),), tuple(_doubts(row)))


def ship_units(kinds: Iterable[str]) -> tuple[str, ...]:
    """Give the kinds of equipment for which a ship is charged: each once, however many sets there are of it."""
    return tuple(sorted({kind.strip().casefold() for kind in kinds if kind.strip()}))


def quote_ship(equipment: Iterable[str], on: datetime.date, tables: Tables = OURS) -> Quote:
    """Quote a year of a ship station by its kinds of equipment; a second set of one kind adds nothing.

    Raises:
        TariffNotLoaded: No rate of a kind is loaded.
    """
    rows = [_row(f"ship-{kind}", "use", on, tables) for kind in ship_units(equipment)]
    doubts = [doubt for row in rows for doubt in _doubts(row)]
    return Quote(on, "maintain", tuple(_line(row, 1) for row in rows), tuple(dict.fromkeys(doubts)))


def quote_terminals(active_days: Sequence[Sequence[int]], on: datetime.date, tables: Tables = OURS) -> Quote:
    """Quote satellite user terminals for the months of a quarter: for each month, on how many days each was active.

    A terminal counts in a month in which it was active on as many days as the rule says (15). A month costs a twelfth
    of a year for each.

    Raises:
        TariffNotLoaded: No row holds on the day.
        HoldingFaulty: A number of days is none of a month, or there are more than three months.
    """
    if len(active_days) > 3 or any(not 0 <= days <= 31 for month in active_days for days in month):
        raise HoldingFaulty(what="a quarter has three months, and a terminal is active on 0 to 31 days of each")
    row, rule = _row("leo-terminal", "use", on, tables), _rule("terminal-active-days", on, tables)
    counted = sum(days >= int(rule["value"]) for month in active_days for days in month)
    # A twelfth of the yearly rate is a whole number of dong for the rate at hand; any other is rounded.
    monthly = _whole(Fraction(int(row["amount_vnd"]), 12))
    vi, en = f"{row['vietnamese']}, thiết bị-tháng", f"{row['english']}, device-months"
    line = Line("leo-terminal-month", vi, en, counted, monthly, row["instrument"], row["source"])
    return Quote(on, "maintain", (line,), tuple(dict.fromkeys([*_doubts(row), *_doubts(rule)])))


def terminals_due_on(quarter_ends_on: datetime.date, tables: Tables = OURS) -> datetime.date:
    """Give the last day to report and pay for a quarter: before the day of the rule in the month after it.

    Raises:
        TariffNotLoaded: No rule holds on the last day of the quarter.
    """
    before = int(_rule("terminal-due-day", quarter_ends_on, tables)["value"])
    following = add_months(quarter_ends_on.replace(day=1), 1)
    return following.replace(day=before) - datetime.timedelta(days=1)


def quote_extension_levy(
    bandwidth_hz: int,
    months: int,
    rate_vnd_per_mhz_year: int,
    rate_source: str,
    on: datetime.date,
    tables: Tables = OURS,
) -> Quote:
    """Quote the levy for extending a band licence: base rate by MHz and year, by bandwidth, by months over twelve.

    The base rate is set for each band by a decision, which `rate_source` names. The quote is provisional: the formula
    of the decree was read without its picture.

    Raises:
        TariffNotLoaded: The levy did not exist on the day.
        HoldingFaulty: Bandwidth, months or rate is not above 0, or the source is empty.
    """
    if bandwidth_hz <= 0 or months <= 0 or rate_vnd_per_mhz_year <= 0 or not rate_source.strip():
        what = f"a levy needs a bandwidth, months, a rate and its decision, not {bandwidth_hz} Hz, {months} months"
        raise HoldingFaulty(what=f"{what}, {rate_vnd_per_mhz_year} VND by {rate_source!r}")
    rule = _rule("levy-months-a-year", on, tables)
    amount = _whole(Fraction(rate_vnd_per_mhz_year * bandwidth_hz * months, 1_000_000 * int(rule["value"])))
    mhz = f"{bandwidth_hz / 1e6:g} MHz"
    line = Line(
        "extension-levy",
        f"Tiền cấp quyền khi gia hạn: {mhz} trong {months} tháng, {rate_vnd_per_mhz_year:,} đ/MHz/năm",
        f"Levy for extension: {mhz} for {months} months at {rate_vnd_per_mhz_year:,} VND a MHz and year",
        1,
        amount,
        rule["instrument"],
        f"{rule['source']}; {rate_source}",
    )
    return Quote(on, "register", (line,), tuple(_doubts(rule)))


def levy_due_on(noticed_on: datetime.date, tables: Tables = OURS) -> datetime.date:
    """Give the last day to pay the levy of a grant, in one go, by the day of the notice.

    Raises:
        TariffNotLoaded: No rule holds on the day.
    """
    return add_months(noticed_on, int(_rule("levy-payment-months", noticed_on, tables)["value"]))


def exemption(code: str, on: datetime.date, tables: Tables = OURS) -> data.Row | None:
    """Give the row by which a user or network (`diplomatic`, `disaster`, ...) pays nothing on a day, or None."""
    return next((row for row in tables.rows("spectrum_fee_exemptions", on) if row["exemption"] == code), None)


def _province_codes(on: datetime.date, tables: Tables) -> frozenset[str]:
    return frozenset(row["code"] for name in ("provinces_63", "provinces_34") for row in tables.rows(name, on))


def _counted(count: int, what: str) -> None:
    if count < 0:
        raise HoldingFaulty(what=f"{what} are counted from 0 up, not {count}")


def _row(item: str, kind: str, on: datetime.date, tables: Tables) -> data.Row:
    rows = (row for row in tables.rows("spectrum_fees", on) if row["item"] == item and row["kind"] == kind)
    row = next(rows, None)
    if row is None:
        raise _missing(f"{item} ({kind})", on, tables)
    return row


def _rule(name: str, on: datetime.date, tables: Tables) -> data.Row:
    row = next((row for row in tables.rows("spectrum_fee_rules", on) if row["rule"] == name), None)
    if row is None:
        raise _missing(name, on, tables)
    return row


def _missing(item: str, on: datetime.date, tables: Tables) -> TariffNotLoaded:
    rows = (row for row in tables.rows("fee_instruments", on) if "spectrum" in row["covers"].split(";"))
    named = "; ".join(row["instrument"] for row in rows) or "no instrument known for that day"
    return TariffNotLoaded(item=item, on=on, instrument=named)


def _line(row: data.Row, quantity: int) -> Line:
    item = f"{row['item']}-{row['kind']}"
    amount = int(row["amount_vnd"])
    return Line(item, row["vietnamese"], row["english"], quantity, amount, row["instrument"], row["source"])


def _doubts(row: data.Row) -> list[Doubt]:
    doubt = doubt_of(row)
    return [] if doubt is None else [doubt]


def _whole(amount: Fraction) -> int:
    """Round to whole dong, halves up."""
    return math.floor(amount + Fraction(1, 2))
