"""Terms and limits of the three kinds of licence, as of a day: how long, when to ask, how soon answered, how much.

A licence is for frequency and equipment (a station), for a band, or for frequency and orbit. What was not confirmed is
said with every rule; a rule without a row is refused, never assumed.

References:
    Law 42/2009/QH12 as amended by 09/2022/QH15; Decree 63/2023/ND-CP; Circular 05/2015/TT-BTTTT;
    data/tables/spectrum_licence_rules.csv, spectrum_caps.csv, spectrum_obligations.csv.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from registries.calendar import Reckoned, add_months, reckon_working_days
from registries.overlay import Doubt, Tables, doubt_of
from registries.spectrum.bands.blocks import Block
from registries.spectrum.errors import SpectrumError
from registries.spectrum.findings import Finding

Kind = Literal["frequency-and-equipment", "band", "orbit", "amateur"]
OURS: Final = Tables()


class LicenceRuleUnknown(SpectrumError):
    """No row says what held for a kind of licence on a day."""

    code = "spectrum-licence-rule-unknown"
    template = "no rule {rule} is loaded for licences of kind {kind} on {on}; add its row to spectrum_licence_rules"


class TermFaulty(SpectrumError):
    """A licence was to be granted or extended for a time that the law does not give."""

    code = "spectrum-term-faulty"
    template = "a licence of kind {kind} was to last {months} months, and it lasts 1 to {most} ({source})"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in whole units; `doubt` says what is not confirmed about it."""

    kind: str
    name: str
    value: int
    unit: str
    vi: str
    en: str
    source: str
    doubt: Doubt | None


def rule(kind: Kind, name: str, on: datetime.date, tables: Tables = OURS) -> Rule:
    """Give a rule of a kind of licence.

    Raises:
        LicenceRuleUnknown: No row holds on the day.
    """
    for row in tables.rows("spectrum_licence_rules", on):
        if row["kind"] == kind and row["rule"] == name:
            texts = (row["vietnamese"], row["english"], row["source"])
            return Rule(kind, name, int(row["value"]), row["unit"], *texts, doubt_of(row))
    raise LicenceRuleUnknown(kind=kind, rule=name, on=on)


def last_day(
    kind: Kind, granted_on: datetime.date, months: int | None = None, tables: Tables = OURS
) -> tuple[datetime.date, Rule]:
    """Give the last day of a licence granted for so many months (by default the longest term), and the rule.

    Raises:
        LicenceRuleUnknown: No longest term is known for the kind.
        TermFaulty: The term is not above 0 or past the longest one.
    """
    longest = rule(kind, "longest-term", granted_on, tables)
    asked = longest.value if months is None else months
    if not 1 <= asked <= longest.value:
        raise TermFaulty(kind=kind, months=asked, most=longest.value, source=longest.source)
    return add_months(granted_on, asked) - datetime.timedelta(days=1), longest


def extended_last_day(
    kind: Kind,
    granted_on: datetime.date,
    last_on: datetime.date,
    months: int,
    on: datetime.date,
    tables: Tables = OURS,
) -> tuple[datetime.date, tuple[Doubt, ...]]:
    """Give the new last day of a licence that is extended, and what is not confirmed about the rules.

    The term from the grant on may reach the longest term. A licence granted for the longest term at once may go on for
    as long as the rule `extension-after-longest` says, where there is one.

    Raises:
        LicenceRuleUnknown: No rule says how long it may go on.
        TermFaulty: It would last longer than that.
    """
    longest = rule(kind, "longest-term", on, tables)
    full = add_months(granted_on, longest.value) - datetime.timedelta(days=1)
    new_last = add_months(last_on + datetime.timedelta(days=1), months) - datetime.timedelta(days=1)
    rules, room = [longest], full
    if last_on >= full:
        more = rule(kind, "extension-after-longest", on, tables)
        rules.append(more)
        room = add_months(full + datetime.timedelta(days=1), more.value) - datetime.timedelta(days=1)
    if months < 1 or new_last > room:
        most = max(_months_between(last_on, room), 0)
        raise TermFaulty(kind=kind, months=months, most=most, source=rules[-1].source)
    return new_last, tuple(found.doubt for found in rules if found.doubt is not None)


def _months_between(first: datetime.date, last: datetime.date) -> int:
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (add_months(first + datetime.timedelta(days=1), months) > last + datetime.timedelta(days=1))


def ask_extension_by(kind: Kind, last_on: datetime.date, on: datetime.date, tables: Tables = OURS) -> Reckoned:
    """Give the last day on which an extension may be asked for, and what is not confirmed about it.

    Raises:
        LicenceRuleUnknown: No lead time is known for the kind.
    """
    lead = rule(kind, "extension-lead", on, tables)
    by = last_on - datetime.timedelta(days=lead.value) if lead.unit == "days" else add_months(last_on, -lead.value)
    return Reckoned(by, () if lead.doubt is None else (lead.doubt,))


def decide_by(kind: Kind, complete_on: datetime.date, name: str = "processing-days", tables: Tables = OURS) -> Reckoned:
    """Give the last working day to answer a complete application, and what is not confirmed about it.

    Raises:
        LicenceRuleUnknown: No number of days is known for the kind.
        CalendarYearUnknown: The term reaches into a year whose holidays are not loaded.
    """
    found = rule(kind, name, complete_on, tables)
    reckoned = reckon_working_days(complete_on, found.value, tables)
    doubts = reckoned.doubts if found.doubt is None else (*reckoned.doubts, found.doubt)
    return Reckoned(reckoned.on, doubts)


def check_caps(
    holder: str, held: Iterable[Block], wanted: Block, on: datetime.date, tables: Tables = OURS
) -> tuple[Finding, ...]:
    """Find the caps that a holder would pass with one more block: Hz in one band or group, or blocks of one group."""
    blocks = [*held, wanted]
    where = f"{holder}: {wanted.band_name} {wanted.name}"
    findings = []
    for row in tables.rows("spectrum_caps", on):
        group = row["bands"].split(";")
        if wanted.band_name not in group:
            continue
        inside = [block for block in blocks if block.band_name in group]
        total = sum(block.width_hz for block in inside) if row["unit"] == "Hz" else len(inside)
        if total <= int(row["most"]):
            continue
        doubt = doubt_of(row)
        amount = (f"{total / 1e6:g} MHz", f"{int(row['most']) / 1e6:g} MHz")
        if row["unit"] != "Hz":
            amount = (f"{total}", row["most"])
        vi = f"{row['vietnamese']}: {amount[0]}, tối đa {amount[1]}" + (f" ({doubt.vi})" if doubt else "")
        en = f"{row['english']}: {amount[0]}, at most {amount[1]}" + (f" ({doubt.en})" if doubt else "")
        findings.append(Finding("spectrum-cap-passed", "warning" if doubt else "error", where, vi, en))
    return tuple(findings)


@dataclass(frozen=True, slots=True)
class Obligation:
    """What a holder of a block owes by a day; `quantity` is None where it is a thing to be done and not a number."""

    band_name: str
    block: str
    name: str
    quantity: int | None
    unit: str
    due_on: datetime.date
    vi: str
    en: str
    source: str
    doubt: Doubt | None


def obligations(band_name: str, block: str, granted_on: datetime.date, tables: Tables = OURS) -> tuple[Obligation, ...]:
    """Give the obligations that came with the grant of a block, in order of their days."""
    found = []
    for row in tables.rows("spectrum_obligations", granted_on):
        if (row["band"], row["block"]) != (band_name, block):
            continue
        quantity = int(row["quantity"]) if row["quantity"] else None
        due = add_months(granted_on, int(row["months"]))
        texts = (row["vietnamese"], row["english"], row["source"])
        found.append(Obligation(band_name, block, row["obligation"], quantity, row["unit"], due, *texts, doubt_of(row)))
    return tuple(sorted(found, key=lambda one: (one.due_on, one.name)))
