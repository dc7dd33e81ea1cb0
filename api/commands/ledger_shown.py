"""Grants, holdings and receipts as values of a JSON document, and as lines for people."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from registries.ledger import moments

if TYPE_CHECKING:
    from registries.ledger.grants import Grant
    from registries.store import Holding, Ledger

NOT_RECORDED: Final = "chưa ghi nhận chủ thể · holder not recorded"
HISTORY: Final = "history"
LEVELS: Final = {
    HISTORY: "nền lịch sử, không phải vùng cấp · ground of history, no pool",
    "pool": "vùng cấp · pool",
    "allocated": "phân bổ · allocated",
    "assigned": "cấp dùng · assigned",
    "reserved": "giữ chỗ · reserved",
    "quarantined": "cách ly · quarantined",
}
STATES: Final = {
    "reserved": "giữ chỗ · reserved",
    "quarantined": "cách ly · quarantined",
    "allocated": "đang phân bổ · allocated",
    "assigned": "đang cấp · assigned",
    "suspended": "tạm ngừng · suspended",
    "returned": "đã trả lại · returned",
    "revoked": "đã thu hồi · revoked",
    "free": "đã bỏ · free",
}


def moment_text(moment_us: int) -> str:
    """Write a moment in Viet Nam to the second; an open end is empty."""
    if moment_us == moments.FOREVER:
        return ""
    return moments.from_us(moment_us).astimezone(moments.VIETNAM).isoformat(timespec="microseconds")


def level_of(grant: "Grant") -> str:
    """Give the level of a grant; the ground of imported history is no pool."""
    from registries.addresses.history import is_ground

    return HISTORY if is_ground(grant) else grant.level.value


def since_text(grant: "Grant") -> str:
    """Give the day since which a grant counts: that of the delegated file where it came from one."""
    return grant.attributes.get("delegated_on") or moments.day_text(grant.legal_start_us)


def holder_text(ledger: "Ledger", holder_id: str | None) -> str:
    """Give a holder by name; a person by the reference alone."""
    if holder_id is None:
        return NOT_RECORDED
    name = ledger.holder(holder_id).name
    return f"{name} ({holder_id})" if name else holder_id


def held_by(name: Callable[[str | None], str], grant: "Grant", holder_id: str | None) -> str:
    """Say who a grant is with: its holder by `name`, or of a pool who gave the space."""
    authority = grant.attributes.get("authority")
    if holder_id is None and authority:
        return f"nơi giao · given by {authority}"
    return name(holder_id)


def grant_value(ledger: "Ledger", grant: "Grant") -> dict[str, Any]:
    """Give a grant as it is believed now."""
    return {
        "grant_id": grant.grant_id,
        "space": grant.space_name,
        "resources": [grant.space.text(claim.box, claim.key) for claim in grant.active_claims],
        "text": grant.text,
        "level": level_of(grant),
        "state": grant.state.value,
        "holder_id": grant.holder_id,
        "holder": held_by(partial(holder_text, ledger), grant, grant.holder_id),
        "since": since_text(grant),
        "legal_start_at": moment_text(grant.legal_start_us),
        "legal_stop_at": moment_text(grant.legal_stop_us) or None,
        "recorded_at": moment_text(grant.recorded_us),
        "version": grant.version,
        "parent_ids": sorted({claim.parent_id for claim in grant.active_claims if claim.parent_id}),
        "attributes": dict(grant.attributes),
    }


def grant_lines(ledger: "Ledger", grant: "Grant") -> Iterator[str]:
    """Give a grant as lines."""
    yield f"{grant.text}  {LEVELS[level_of(grant)]}, {STATES[grant.state.value]}  [{grant.grant_id}]"
    yield f"  {held_by(partial(holder_text, ledger), grant, grant.holder_id)}, từ · since {since_text(grant)}"


def holding_values(ledger: "Ledger", holdings: Iterable["Holding"]) -> list[dict[str, Any]]:
    """Give who had what at a moment, the widest first."""
    name = cache(partial(holder_text, ledger))
    values = []
    for one in holdings:
        holder_id = one.tenure.holder_id
        values.append(
            {
                "resource": one.grant.space.text(one.claim.box, one.claim.key),
                "grant_id": one.grant.grant_id,
                "level": level_of(one.grant),
                "state": one.tenure.state.value,
                "holder_id": holder_id,
                "holder": held_by(name, one.grant, holder_id),
                "since": since_text(one.grant),
                "tenure_start_at": moment_text(one.tenure.legal_start_us),
                "tenure_stop_at": moment_text(one.tenure.legal_stop_us) or None,
            }
        )
    return values


def holding_lines(values: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Give holdings as lines."""
    for one in values:
        yield f"{one['resource']}  {LEVELS[one['level']]}, {STATES[one['state']]}  [{one['grant_id']}]"
        yield f"  {one['holder']}, từ · since {one['since']}"
