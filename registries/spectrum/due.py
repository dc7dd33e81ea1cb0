"""What the frequency register waits for: terms that run out, terms that have run out, obligations, complaints."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from registries.ledger import Exclusivity, moments
from registries.spectrum.band_ranges import SPACE
from registries.spectrum.cases import CaseKind, open_now
from registries.store import Ledger

_PAGE: Final = 10_000


@dataclass(frozen=True, slots=True, order=True)
class DueItem:
    """Something to look at by a day: a `term`, one that `lapsed`, an `obligation` or a `complaint`; of what, whose."""

    due_on: datetime.date
    about: str
    subject: str
    holder_id: str
    text: str


def due(ledger: Ledger, today: datetime.date, *, within_days: int = 30) -> list[DueItem]:
    """List what is due up to `within_days` from today, the oldest first; what is overdue is among it.

    Cost: one reading of all active claims and of all open cases.
    """
    until = today + datetime.timedelta(days=within_days)
    return sorted([*_terms(ledger, today, until), *_cases(ledger, until)])


def _terms(ledger: Ledger, today: datetime.date, until: datetime.date) -> Iterator[DueItem]:
    """Give licences whose claims are active and end soon, or have ended by law without being recorded so."""
    latest_us = moments.as_of_us(until)
    for grant_id in _ending(ledger, [pool.grant_id for pool in ledger.pools(SPACE)], latest_us):
        grant = ledger.grant(grant_id)
        licence_id = grant.attributes.get("licence")
        if licence_id and grant.attributes.get("part") == "1" and grant.state.occupies:
            ends_on = moments.from_us(grant.legal_stop_us).astimezone(moments.VIETNAM).date()
            about = "lapsed" if ends_on <= today else "term"
            yield DueItem(ends_on, about, licence_id, grant.holder_id or "", grant.text)


def _ending(ledger: Ledger, parents: Iterable[str], latest_us: int) -> Iterator[str]:
    """Give the grants out of some grants, and out of these, whose active claims end up to a moment; each once."""
    for parent_id in parents:
        seen: set[str] = set()
        exclusive: set[str] = set()
        after: tuple[int, str] | None = None
        while page := ledger.children(parent_id, after=after, limit=_PAGE):
            after = (page[-1].box.first, page[-1].claim_id)
            for claim in page:
                if (claim.lane & 3) == Exclusivity.EXCLUSIVE and claim.tier == 1:
                    exclusive.add(claim.grant_id)
                if claim.legal_stop_us <= latest_us and claim.grant_id not in seen:
                    seen.add(claim.grant_id)
                    yield claim.grant_id
        yield from _ending(ledger, sorted(exclusive), latest_us)


def _cases(ledger: Ledger, until: datetime.date) -> Iterator[DueItem]:
    for case in open_now(ledger):
        day = case.due_on or case.opened_on
        if day <= until:
            about = "obligation" if case.kind is CaseKind.OBLIGATION else "complaint"
            yield DueItem(day, about, case.case_id, case.holder_id or "", case.what)
