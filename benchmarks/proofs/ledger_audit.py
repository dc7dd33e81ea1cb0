"""Look a whole ledger over with nothing but its rows: overlaps, orphans, and whether the account balances.

None of the ledger's own checks is used: claims are read, sorted and compared here.
"""

import bisect
from collections import defaultdict
from typing import Any

from registries.ledger.grants import Claim
from registries.store import Ledger
from registries.store.reading import CLAIMS
from registries.store.rows import as_number, read_claim


def audit(ledger: Ledger) -> dict[str, int]:
    """Count overlaps (among active claims, and in believed history), orphans, and rows that do not belong together."""
    with ledger.store.reading() as session:
        claims = [read_claim(row) for row in session.rows(f"SELECT {CLAIMS} FROM claim")]
        counts = {
            name: int(session.rows(f"SELECT count(*) FROM {name}")[0][0])
            for name in ("entry", "outbox", "idempotency", "grants", "grant_event", "holder_event")
        }
        gaps = session.rows("SELECT parent_id, first, last FROM gap ORDER BY parent_id, first")
        usage = session.rows("SELECT parent_id, children, gaps, free, total FROM usage")
    active = [claim for claim in claims if claim.active]
    found = {
        "claims": len(claims),
        "active": len(active),
        "overlaps": overlaps(active),
        "overlaps_in_history": overlaps([c for c in claims if c.legal_stop_us > c.legal_start_us]),
        "orphans": orphans(active),
        "entries_without_outbox": counts["entry"] - counts["outbox"],
        "entries_without_key": counts["entry"] - counts["idempotency"],
        "wrong_counters": wrong_counters(active, gaps, usage),
    }
    return found | {f"rows_{name}": count for name, count in counts.items()}


def overlaps(claims: list[Claim]) -> int:
    """Count pairs of claims of one exclusive lane that share place and legal time."""
    lanes: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.lane & 3 != 1:
            lanes[claim.lane].append(claim)
    pairs = 0
    for lane in lanes.values():
        lane.sort(key=lambda claim: claim.box.first)
        near: list[Claim] = []
        for claim in lane:
            near = [other for other in near if other.box.last >= claim.box.first]
            pairs += sum(
                other.box.overlaps(claim.box)
                and other.legal_start_us < claim.legal_stop_us
                and claim.legal_start_us < other.legal_stop_us
                for other in near
            )
            near.append(claim)
    return pairs


def orphans(active: list[Claim]) -> int:
    """Count active claims that are not inside an active claim of the grant they name, one tier above."""
    by_name = {claim.claim_id: claim for claim in active}
    lost = 0
    for claim in active:
        ground = by_name.get(claim.parent_claim_id)
        if claim.tier == 0:
            lost += bool(claim.parent_claim_id)
        elif ground is None or ground.grant_id != claim.parent_id or ground.tier != claim.tier - 1:
            lost += 1
        else:
            lost += not ground.box.contains(claim.box) or ground.legal_stop_us < claim.legal_stop_us
    return lost


def wrong_counters(active: list[Claim], gaps: list[Any], usage: list[Any]) -> int:
    """Count tracked pools whose free parts or counters are not what their claims leave free."""
    wrong = 0
    for parent_id, children, parts, free, total in usage:
        grounds = sorted(c.box for c in active if c.grant_id == parent_id)
        inside = sorted((c.box.first, c.box.last) for c in active if c.parent_id == parent_id)
        firsts = [first for first, _ in inside]
        left = []
        for ground in grounds:
            at = ground.first
            for first, last in inside[bisect.bisect_left(firsts, ground.first) :]:
                if first > ground.last:
                    break
                if first > at:
                    left.append((at, first - 1))
                at = max(at, last + 1)
            if at <= ground.last:
                left.append((at, ground.last))
        stored = [(as_number(first), as_number(last)) for name, first, last in gaps if name == parent_id]
        sums = (len(inside), len(left), sum(b - a + 1 for a, b in left), sum(g.size for g in grounds))
        wrong += stored != left or sums != (children, parts, as_number(free), as_number(total))
    return wrong
