"""What may be granted on a day: address and AS number policy as dated data, and refusals that cite it.

Pure functions: they look at a request alone. Whether space is free, or a holder in arrears, is for those who hold the
ledger.

References:
    data/tables/address_policy.csv: APNIC-127, Circulars 24/2015/TT-BTTTT and 48/2025/TT-BKHCN, Decree 147/2024/NĐ-CP.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import data
from registries.calendar import Reckoned, add_months, reckon_working_days
from registries.errors import RegistryError
from registries.overlay import Doubt, Tables, doubt_of

OURS: Final = Tables()
LARGEST_TWO_BYTE_ASN: Final = 65_535


class PolicyError(RegistryError):
    """A request does not meet the policy of its day."""

    code = "policy"
    template = "{detail}"


class PolicyUnknown(PolicyError):
    """No row says what held on a day."""

    code = "policy-unknown"
    template = "no rule {rule} is loaded for {on}; add its row to address_policy and load it (see data/README.md)"


class BlockTooSmall(PolicyError):
    """A block is smaller than the smallest that is granted."""

    code = "policy-block-too-small"
    template = (
        "{family} /{length} is smaller than /{limit}, the smallest block granted on {on} ({instrument}); {advice}"
    )


class BlockTooLarge(PolicyError):
    """A block is larger than the largest that is granted without reasons."""

    code = "policy-block-too-large"
    template = "{family} /{length} is larger than /{limit}, the largest block granted on {on} ({instrument}); {advice}"


class AsnWithoutSpace(PolicyError):
    """An AS number is asked for by somebody who holds no address space."""

    code = "policy-asn-without-space"
    template = "AS numbers go to holders of addresses granted by VNNIC alone ({instrument}); allocate addresses first"


class AsnUnjustified(PolicyError):
    """More AS numbers, or two-byte ones, are asked for without reasons."""

    code = "policy-asn-unjustified"
    template = "{what} on {on} ({instrument}); state the reasons in the request"


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy as it stood on a day. Lengths are prefix lengths: the *longest* is the smallest block.

    `instruments` names the ground of each rule, `doubts` what was not confirmed about it.
    """

    on: datetime.date
    ipv4_longest: int
    ipv4_shortest: int
    ipv6_allocation: int
    ipv6_assignment: int
    asn_needs_space: bool
    asn_two_byte_needs_reasons: bool
    asn_without_reasons: int
    use_within_months: int
    answer_within_working_days: int
    instruments: Mapping[str, str]
    doubts: Mapping[str, Doubt]


def policy_on(on: datetime.date, tables: Tables = OURS) -> Policy:
    """Give the policy that held on a day.

    Raises:
        PolicyUnknown: A rule of it is not loaded for the day; the message names the rule.
    """
    rows = {row["rule"]: row for row in tables.rows("address_policy", on)}

    def value(rule: str) -> str:
        if rule not in rows:
            raise PolicyUnknown(rule=rule, on=on)
        return rows[rule]["value"]

    return Policy(
        on=on,
        ipv4_longest=int(value("ipv4-longest")),
        ipv4_shortest=int(value("ipv4-shortest")),
        ipv6_allocation=int(value("ipv6-allocation")),
        ipv6_assignment=int(value("ipv6-assignment")),
        asn_needs_space=value("asn-needs-space") == "yes",
        asn_two_byte_needs_reasons=value("asn-two-byte") == "justified",
        asn_without_reasons=int(value("asn-without-reasons")),
        use_within_months=int(value("use-within-months")),
        answer_within_working_days=int(value("answer-within-working-days")),
        instruments={rule: row["instrument"] for rule, row in rows.items()},
        doubts={rule: doubt for rule, row in rows.items() if (doubt := doubt_of(row))},
    )


def check_ipv4_request(policy: Policy, length: int) -> None:
    """Hold that an IPv4 block of a prefix length may be granted.

    Raises:
        BlockTooSmall: It is smaller than the smallest block; smaller needs are met by a provider.
        BlockTooLarge: It is larger than the largest block.
    """
    if length > policy.ipv4_longest:
        raise BlockTooSmall(
            family="IPv4",
            length=length,
            limit=policy.ipv4_longest,
            on=policy.on,
            instrument=policy.instruments["ipv4-longest"],
            advice="smaller needs are met by an Internet service provider",
        )
    if length < policy.ipv4_shortest:
        raise BlockTooLarge(
            family="IPv4",
            length=length,
            limit=policy.ipv4_shortest,
            on=policy.on,
            instrument=policy.instruments["ipv4-shortest"],
            advice=f"ask for /{policy.ipv4_shortest} at most",
        )


def check_ipv6_request(policy: Policy, length: int, *, is_provider: bool, is_justified: bool = False) -> None:
    """Hold that an IPv6 block may be granted: an allocation to a provider, an assignment to an end network.

    Raises:
        BlockTooSmall: It is smaller than what such a holder is given.
        BlockTooLarge: It is larger, and no reasons are stated.
    """
    rule = "ipv6-allocation" if is_provider else "ipv6-assignment"
    limit = policy.ipv6_allocation if is_provider else policy.ipv6_assignment
    if length > limit:
        raise BlockTooSmall(
            family="IPv6",
            length=length,
            limit=limit,
            on=policy.on,
            instrument=policy.instruments[rule],
            advice=f"ask for /{limit}",
        )
    if length < limit and not is_justified:
        raise BlockTooLarge(
            family="IPv6",
            length=length,
            limit=limit,
            on=policy.on,
            instrument=policy.instruments[rule],
            advice="more is granted by need: state the reasons",
        )


def check_asn_request(
    policy: Policy,
    *,
    holds_space: bool,
    held: int,
    added: int,
    wants_two_byte: bool = False,
    is_justified: bool = False,
) -> None:
    """Hold that `added` AS numbers may be granted to a holder of `held`.

    Raises:
        AsnWithoutSpace: The holder has no address space from VNNIC.
        AsnUnjustified: More than the number granted without reasons, or two-byte numbers, and no reasons are stated.
    """
    if policy.asn_needs_space and not holds_space:
        raise AsnWithoutSpace(instrument=policy.instruments["asn-needs-space"])
    if is_justified:
        return
    if held + added > policy.asn_without_reasons:
        what = f"more than {policy.asn_without_reasons} AS number for one holder needs reasons"
        raise AsnUnjustified(what=what, on=policy.on, instrument=policy.instruments["asn-without-reasons"])
    if wants_two_byte and policy.asn_two_byte_needs_reasons:
        what = f"an AS number up to {LARGEST_TWO_BYTE_ASN} needs reasons"
        raise AsnUnjustified(what=what, on=policy.on, instrument=policy.instruments["asn-two-byte"])


def use_due_on(policy: Policy, granted_on: datetime.date) -> datetime.date:
    """Give the last day by which a resource granted under this policy has to be in use, or may be recovered."""
    return add_months(granted_on, policy.use_within_months)


def answer_due_on(policy: Policy, complete_on: datetime.date, tables: Tables = OURS) -> Reckoned:
    """Give the last day for granting or refusing in writing, once file and fee were complete on a day.

    Raises:
        CalendarYearUnknown: The term reaches into a year whose holidays are not loaded.
    """
    return reckon_working_days(complete_on, policy.answer_within_working_days, tables)


def agency_on(code: str, on: datetime.date, tables: Tables = OURS) -> data.Row:
    """Give the row of an agency as it was called and placed on a day.

    Raises:
        PolicyUnknown: There was no agency of this code.
    """
    for row in tables.rows("agencies", on):
        if row["code"] == code:
            return row
    raise PolicyUnknown(rule=f"agency {code}", on=on)
