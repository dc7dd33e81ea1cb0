"""What the frequency register waits for: terms that run out, terms that have run out, obligations, complaints."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from registries.ledger import Level, moments
from registries.spectrum.bands import SPACE
from registries.spectrum.cases import CaseKind, open_now
from registries.store import Ledger

LOOKS_BACK_DAYS: Final = 365
"""A term that ran out longer ago, and was not recorded as ended, is found by the audit of the ledger."""


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

    Cost: two readings of all licences that hold, and one of all open cases.
    """
    until = today + datetime.timedelta(days=within_days)
    return sorted([*_terms(ledger, today, until), *_cases(ledger, until)])


def _terms(ledger: Ledger, today: datetime.date, until: datetime.date) -> Iterator[DueItem]:
    seen: set[str] = set()
    for back in (0, LOOKS_BACK_DAYS // 2, LOOKS_BACK_DAYS):
        day = today - datetime.timedelta(days=back)
        for one in ledger.as_of(SPACE, legal=day):
            grant = one.grant
            licence_id = grant.attributes.get("licence")
            if not licence_id or grant.level is Level.POOL or grant.attributes.get("part") != "1":
                continue
            if grant.grant_id in seen or not grant.state.occupies or grant.legal_stop_us == moments.FOREVER:
                continue
            seen.add(grant.grant_id)
            ends_on = moments.from_us(grant.legal_stop_us).astimezone(moments.VIETNAM).date()
            if ends_on <= until:
                about = "lapsed" if ends_on <= today else "term"
                yield DueItem(ends_on, about, licence_id, grant.holder_id or "", grant.text)


def _cases(ledger: Ledger, until: datetime.date) -> Iterator[DueItem]:
    for case in open_now(ledger):
        day = case.due_on or case.opened_on
        if day <= until:
            about = "obligation" if case.kind is CaseKind.OBLIGATION else "complaint"
            yield DueItem(day, about, case.case_id, case.holder_id or "", case.what)
