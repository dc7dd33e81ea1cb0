"""Rows of the store as values of the ledger, and back."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from registries.ledger.boxes import Box
from registries.ledger.grants import Claim, Grant, Level, State, Tenure
from registries.ledger.spaces import Exclusivity

CLAIM_COLUMNS: Final = (
    "claim_id",
    "grant_id",
    "lane",
    "first",
    "last",
    "low",
    "high",
    "size_bits",
    "legal_start_us",
    "legal_stop_us",
    "recorded_us",
    "active",
    "parent_id",
    "parent_claim_id",
    "key_text",
)
TENURE_COLUMNS: Final = (
    "grant_id",
    "number",
    "state",
    "holder_id",
    "legal_start_us",
    "legal_stop_us",
    "recorded_us",
)
GRANT_COLUMNS: Final = (
    "grant_id",
    "space",
    "level",
    "tier",
    "exclusivity",
    "version",
    "recorded_us",
    "state",
    "holder_id",
    "legal_start_us",
    "legal_stop_us",
    "tenant",
    "attributes",
)
Row = Sequence[Any]


def claim_values(claim: Claim) -> tuple[Any, ...]:
    """Give the columns of a claim in the order of CLAIM_COLUMNS, bounds as whole numbers."""
    box = claim.box
    return (
        claim.claim_id,
        claim.grant_id,
        claim.lane,
        box.first,
        box.last,
        box.low,
        box.high,
        (box.last - box.first).bit_length(),
        claim.legal_start_us,
        claim.legal_stop_us,
        claim.recorded_us,
        claim.active,
        claim.parent_id,
        claim.parent_claim_id,
        claim.key,
    )


def tenure_values(grant_id: str, tenure: Tenure) -> tuple[Any, ...]:
    """Give the columns of a tenure in the order of TENURE_COLUMNS."""
    return (
        grant_id,
        tenure.number,
        tenure.state.value,
        tenure.holder_id,
        tenure.legal_start_us,
        tenure.legal_stop_us,
        tenure.recorded_us,
    )


def grant_values(grant: Grant, tenant: str) -> tuple[Any, ...]:
    """Give the columns of a grant in the order of GRANT_COLUMNS."""
    return (
        grant.grant_id,
        grant.space_name,
        grant.level.value,
        grant.tier,
        int(grant.exclusivity),
        grant.version,
        grant.recorded_us,
        grant.state.value,
        grant.holder_id,
        grant.legal_start_us,
        grant.legal_stop_us,
        tenant,
        json.dumps(dict(grant.attributes), ensure_ascii=False, sort_keys=True) if grant.attributes else "{}",
    )


def as_number(value: Any) -> int:
    """Give a bound as it comes from a driver: 16 bytes of SQLite, a decimal of PostgreSQL."""
    return int.from_bytes(value) if isinstance(value, bytes) else int(value)


def read_claim(row: Row) -> Claim:
    """Read a row of CLAIM_COLUMNS."""
    (claim_id, grant_id, lane, first, last, low, high, _, start, stop, recorded, active, parent, ground, key) = row[:15]
    box = Box(as_number(first), as_number(last), low, high)
    return Claim(claim_id, grant_id, lane, box, start, stop, recorded, bool(active), parent, ground, key)


def read_tenure(row: Row) -> Tenure:
    """Read a row of TENURE_COLUMNS."""
    _, number, state, holder_id, start, stop, recorded = row[:7]
    return Tenure(number, State(state), holder_id, start, stop, recorded)


def claim_order(claim: Claim) -> int:
    """Give the place of a claim among those its grant ever had: claims are named GRANT.0, GRANT.1, ..."""
    return int(claim.claim_id.rpartition(".")[2])


def read_grant(row: Row, claims: Iterable[Row], tenures: Iterable[Row]) -> Grant:
    """Read a row of GRANT_COLUMNS with those of its claims and tenures; stretches of no length stand for nothing."""
    grant_id, space_name, level, tier, exclusivity, version, recorded = row[:7]
    stretches = sorted((read_tenure(tenure) for tenure in tenures), key=lambda tenure: tenure.number)
    attributes: Mapping[str, str] = json.loads(row[12])
    return Grant(
        grant_id,
        space_name,
        Level(level),
        tier,
        Exclusivity(exclusivity),
        version,
        recorded,
        tuple(sorted((read_claim(claim) for claim in claims), key=claim_order)),
        tuple(t for t in stretches if t.legal_start_us < t.legal_stop_us or t.number == 0),
        attributes,
    )
