"""Cases of the frequency register: complaints of interference, and obligations of licences with their deadlines.

A case is a grant in a space of its own, `spectrum-case`: a block of 64 numbers, and every step of it one of them. So it
has what grants have: a holder, a beginning and an end by law and by record, and evidence of every step. The store lets
a step stand on an open case alone, and never two under one name: of two officers who add one at once, the second reads
again. A step carries the hash of what it rests on, such as a result of the interference engine, never the file.
"""

import datetime
import hashlib
import json
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from registries.ledger import Box, Envelope, Grant, IssueNext, Level, OpenPool, Placing, Receipt, Return, State
from registries.ledger.errors import GrantUnknown
from registries.ledger.moments import VIETNAM, from_us
from registries.spectrum.register_errors import CaseFaulty, CaseUnknown
from registries.store import Ledger, Order

SPACE: Final = "spectrum-case"
POOL: Final = "spectrum-cases"
STEPS: Final = 64
_HEX: Final = frozenset(string.hexdigits.lower()) - frozenset(string.ascii_uppercase)
_PAGE: Final = 10_000


class CaseKind(Enum):
    """What a case is about."""

    COMPLAINT = "complaint"
    OBLIGATION = "obligation"


@dataclass(frozen=True, slots=True)
class Obligation:
    """What a licence obliges its holder to by a day: how much of what, and where that is said."""

    what: str
    due_on: datetime.date
    quantity: int = 0
    unit: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document that a step rests on: its SHA-256 in hexadecimal, and what made it, with its version.

    Raises:
        CaseFaulty: The hash is none.
    """

    sha256: str
    made_by: str

    def __post_init__(self) -> None:
        if len(self.sha256) != 64 or not _HEX.issuperset(self.sha256):
            raise CaseFaulty(case="evidence", reason=f"{self.sha256!r} is no SHA-256 of 64 hexadecimal digits")

    @classmethod
    def of(cls, content: bytes, made_by: str) -> "Evidence":
        """Give the evidence of a document."""
        return cls(hashlib.sha256(content).hexdigest(), made_by)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a case: what was done, the evidence of it, and since when it stands."""

    number: int
    what: str
    evidence: Evidence | None
    on: datetime.date
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """A case with its steps. `subject` is the licence that it is about."""

    case_id: str
    kind: CaseKind
    state: State
    subject: str
    holder_id: str | None
    what: str
    opened_on: datetime.date
    due_on: datetime.date | None
    closed: str
    steps: tuple[Step, ...]
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether it waits for something."""
        return self.state.occupies


def open_cases(ledger: Ledger, envelope: Envelope) -> None:
    """Open the space of cases where that was not done yet; done twice, it changes nothing."""
    try:
        ledger.grant(POOL)
    except GrantUnknown:
        whole = Box(0, (1 << 40) - 1)
        command = OpenPool(space=SPACE, boxes=(whole,), authority="registry", grant_id=POOL)
        # By law the space of cases was always there, so that a case can be of an earlier day.
        began = datetime.datetime(1990, 1, 1, tzinfo=VIETNAM)
        key = f"{POOL}-{envelope.tenant}"
        ledger.execute(command, replace(envelope, idempotency_key=key, legal_at=began))


def case_order(
    case_id: str, kind: CaseKind, holder_id: str | None, said: Mapping[str, str], envelope: Envelope
) -> Order:
    """Give the command that opens a case; what it says stays as it is."""
    attributes = {"kind": kind.value, **{name: text for name, text in said.items() if text}}
    command = IssueNext(
        parent_id=POOL,
        level=Level.ALLOCATED,
        count=STEPS,
        placing=Placing.SEQUENTIAL,
        holder_id=holder_id,
        grant_id=case_id,
        attributes=attributes,
    )
    return command, envelope


def obligation_orders(
    ledger: Ledger, licence_id: str, holder_id: str | None, obligations: Iterable[Obligation], envelope: Envelope
) -> list[Order]:
    """Give the commands that open a case for each obligation of a licence."""
    obligations = tuple(obligations)
    if obligations:
        open_cases(ledger, envelope)
    orders = []
    for number, one in enumerate(obligations, 1):
        said = {
            "subject": licence_id,
            "what": one.what,
            "due_on": one.due_on.isoformat(),
            "quantity": f"{one.quantity} {one.unit}".strip() if one.quantity else "",
            "source": one.source,
        }
        keyed = replace(envelope, idempotency_key=f"{envelope.idempotency_key}:duty-{number}")
        orders.append(case_order(f"{licence_id}.NV{number}", CaseKind.OBLIGATION, holder_id, said, keyed))
    return orders


def complain(
    ledger: Ledger,
    case_id: str,
    envelope: Envelope,
    *,
    licence_id: str,
    complainant_id: str,
    what: str,
    evidence: Evidence | None = None,
    against: str = "",
    due_on: datetime.date | None = None,
    said: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> list[Receipt]:
    """Open a case of interference with a licence, with the evidence that came with the complaint as its first step.

    Raises:
        CaseFaulty: It does not say what happened.
        Refusal: There is a case of this number, or the complainant is not registered.
    """
    if not what.strip():
        raise CaseFaulty(case=case_id, reason="it does not say what happened")
    open_cases(ledger, envelope)
    about = {"subject": licence_id, "what": what, "against": against, "due_on": due_on.isoformat() if due_on else ""}
    orders = [case_order(case_id, CaseKind.COMPLAINT, complainant_id, {**(said or {}), **about}, envelope)]
    if evidence is not None:
        first = replace(envelope, idempotency_key=f"{envelope.idempotency_key}:evidence")
        orders.append((_step(case_id, 1, what, evidence, {}), first))
    return ledger.execute_all(orders, dry_run=dry_run)


def add_step(
    ledger: Ledger,
    case_id: str,
    what: str,
    envelope: Envelope,
    *,
    evidence: Evidence | None = None,
    notes: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> Receipt:
    """Add a step to an open case.

    Raises:
        CaseUnknown: There is no such case.
        Refusal: The case is closed, or another officer added a step at once; ask again then.
    """
    number = len(case_of(ledger, case_id).steps) + 1
    return ledger.execute(_step(case_id, number, what, evidence, notes or {}), envelope, dry_run=dry_run)


def close(ledger: Ledger, case_id: str, outcome: str, envelope: Envelope, *, dry_run: bool = False) -> list[Receipt]:
    """Close a case with its outcome; its steps stay to be read.

    Raises:
        CaseUnknown: There is no such case.
        CaseFaulty: No outcome is told.
        Refusal: It is closed already.
    """
    if not outcome.strip():
        raise CaseFaulty(case=case_id, reason="say with what outcome it is closed")
    steps = case_of(ledger, case_id).steps
    commands = [Return(grant_id=f"{case_id}:{one.number}", reason=outcome) for one in steps]
    orders: list[Order] = [
        (command, replace(envelope, idempotency_key=f"{envelope.idempotency_key}:{number}"))
        for number, command in enumerate(commands, 1)
    ]
    return ledger.execute_all([*orders, (Return(grant_id=case_id, reason=outcome), envelope)], dry_run=dry_run)


def _step(case_id: str, number: int, what: str, evidence: Evidence | None, notes: Mapping[str, str]) -> IssueNext:
    if number >= STEPS:
        raise CaseFaulty(case=case_id, reason=f"it has {STEPS - 1} steps, as many as a case can have; open another")
    proof = {} if evidence is None else {"sha256": evidence.sha256, "made_by": evidence.made_by}
    return IssueNext(
        parent_id=case_id,
        level=Level.ASSIGNED,
        count=1,
        placing=Placing.SEQUENTIAL,
        grant_id=f"{case_id}:{number}",
        attributes={**{f"note.{name}": text for name, text in notes.items()}, "what": what, **proof},
    )


def case_of(ledger: Ledger, case_id: str) -> Case:
    """Give a case with its steps, open or closed.

    Raises:
        CaseUnknown: There is none of this number.
    """
    grant = _found(ledger, case_id)
    if grant is None or grant.space_name != SPACE or "kind" not in grant.attributes:
        raise CaseUnknown(case=case_id)
    steps: list[Step] = []
    while (found := _found(ledger, f"{case_id}:{len(steps) + 1}")) is not None:
        said = found.attributes
        proof = Evidence(said["sha256"], said["made_by"]) if "sha256" in said else None
        notes = {name[5:]: text for name, text in said.items() if name.startswith("note.")}
        steps.append(Step(len(steps) + 1, said["what"], proof, _day(found), notes))
    return _case(ledger, grant, steps)


def _found(ledger: Ledger, grant_id: str) -> Grant | None:
    try:
        return ledger.grant(grant_id)
    except GrantUnknown:
        return None


def _case(ledger: Ledger, grant: Grant, steps: Sequence[Step]) -> Case:
    said = dict(grant.attributes)
    due = said.pop("due_on", "")
    is_open = grant.state.occupies
    return Case(
        grant.grant_id,
        CaseKind(said.pop("kind")),
        grant.state,
        said.pop("subject", ""),
        grant.holder_id,
        said.pop("what", ""),
        _day(grant),
        datetime.date.fromisoformat(due) if due else None,
        "" if is_open else _reason(ledger, grant.grant_id),
        tuple(steps),
        said,
    )


def _reason(ledger: Ledger, grant_id: str) -> str:
    content = ledger.history(grant_id)[-1].content
    return next((str(one["reason"]) for one in json.loads(content)["events"] if one.get("grant_id") == grant_id), "")


def _day(grant: Grant) -> datetime.date:
    return from_us(grant.legal_start_us).astimezone(VIETNAM).date()


def open_now(ledger: Ledger, kind: CaseKind | None = None) -> Iterator[Case]:
    """Give the cases that are open, without their steps, the oldest first."""
    if _found(ledger, POOL) is None:
        return
    after: tuple[int, str] | None = None
    while page := ledger.children(POOL, after=after, limit=_PAGE):
        after = (page[-1].box.first, page[-1].claim_id)
        for claim in page:
            grant = ledger.grant(claim.grant_id)
            if grant.state.occupies and kind in {None, CaseKind(grant.attributes["kind"])}:
                yield _case(ledger, grant, ())
