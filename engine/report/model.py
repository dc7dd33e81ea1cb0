"""The figures of a run as a report shows them: values only, no words of presentation, and a form on disk.

The model is made when the facts still lie in RUN/work; kept as JSON, it writes the same report at any later time.
It holds no identity value: subjects of findings are masked, except for the carriers' own dealer, point and contract
ids.
"""

import json
import types
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from engine.findings import KindCount, RunChange, SimsPerPerson

ROLL_UPS = ("correct", "wrong", "not_verifiable", "missing_id")
UNKNOWN_PROVINCE = "00"


@dataclass(frozen=True, slots=True)
class Counts:
    """Records by roll-up."""

    correct: int = 0
    wrong: int = 0
    not_verifiable: int = 0
    missing_id: int = 0

    @property
    def received(self) -> int:
        """All records that have a verdict."""
        return self.correct + self.wrong + self.not_verifiable + self.missing_id

    @property
    def noncompliant(self) -> int:
        """Records that are wrong or lack a usable identity number."""
        return self.wrong + self.missing_id

    def share(self, roll_up: str) -> float:
        """The share of one roll-up among the received, 0 where there are none."""
        number: int = getattr(self, roll_up)
        return number / self.received if self.received else 0.0


@dataclass(frozen=True, slots=True)
class Penalty:
    """A band of fines for a number of violating subscriptions; certainty as in the table penalty_bands."""

    first: int
    last: int | None
    least_vnd: int
    most_vnd: int
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class CarrierLine:
    """One carrier. `violating` counts numbers, not records; `frozen` the rows that get no answer."""

    carrier: str
    name: str
    counts: Counts
    rejected: int
    violating: int
    penalty: Penalty | None
    before: Counts | None
    frozen: int


@dataclass(frozen=True, slots=True)
class ProvinceLine:
    """One of the 34 provinces, or UNKNOWN_PROVINCE."""

    code: str
    name: str
    name_en: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One deciding code under one roll-up, with the records of each carrier."""

    code: str
    vietnamese: str
    english: str
    roll_up: str
    records: int
    by_carrier: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class TierLine:
    """Records by where the person was found and how surely."""

    tier: str
    identified: int
    ambiguous: int
    none: int


@dataclass(frozen=True, slots=True)
class ProbabilityBin:
    """Records with a candidate whose posterior lies in [first, last), the last bin including 1."""

    first: float
    last: float
    identified: int
    other: int


@dataclass(frozen=True, slots=True)
class TopFinding:
    """A finding that weighs most in its kind; the subject is masked."""

    finding_id: str
    kind: str
    rule: str
    severity: str
    carriers: tuple[str, ...]
    subject_kind: str
    subject: str
    count: int
    threshold: int
    evidence_total: int
    first_on: date | None
    last_on: date | None


@dataclass(frozen=True, slots=True)
class RejectLine:
    """Lines of the batches that could not be read, by reason."""

    reason: str
    vietnamese: str
    english: str
    lines: int


@dataclass(frozen=True, slots=True)
class InputLine:
    """One input of the run with its digest."""

    kind: str
    name: str
    carrier: str
    digest: str
    records: int | None
    rejected: int | None


@dataclass(frozen=True, slots=True)
class RuleLine:
    """The rule set of the run."""

    name: str
    vietnamese: str
    english: str
    instrument: str
    certainty: str
    fields: tuple[str, ...]
    link_threshold: float
    freeze_after_attempts: int


@dataclass(frozen=True, slots=True)
class ReportModel:
    """All that a report shows."""

    run: str
    as_of: date
    rules: RuleLine
    totals: Counts
    rejected: int
    carriers: tuple[CarrierLine, ...]
    provinces: tuple[ProvinceLine, ...]
    reasons: tuple[ReasonLine, ...]
    tiers: tuple[TierLine, ...]
    histogram: tuple[ProbabilityBin, ...]
    sims_per_person: tuple[SimsPerPerson, ...]
    findings: tuple[KindCount, ...]
    top_findings: tuple[TopFinding, ...]
    rejects: tuple[RejectLine, ...]
    inputs: tuple[InputLine, ...]
    versions: tuple[tuple[str, str], ...]
    previous: str | None
    before: Counts | None
    change: RunChange | None


def write_model(model: ReportModel, path: Path) -> None:
    """Keep a model on disk: the same text for the same figures."""
    path.write_text(json.dumps(asdict(model), ensure_ascii=False, sort_keys=True, default=str, indent=1) + "\n")


def read_model(path: Path) -> ReportModel:
    """Read what write_model wrote."""
    model: ReportModel = _value(ReportModel, json.loads(path.read_text()))
    return model


def _value(kind: Any, given: Any) -> Any:
    """Turn parsed JSON into a value of a type made of dataclasses, tuples, optional values, dates and plain values."""
    if get_origin(kind) in {Union, types.UnionType}:
        return None if given is None else _value(next(each for each in get_args(kind) if each is not type(None)), given)
    if get_origin(kind) is tuple:
        kinds = get_args(kind)
        return tuple(_value(kinds[0] if Ellipsis in kinds else kinds[place], each) for place, each in enumerate(given))
    if is_dataclass(kind):
        hints: Mapping[str, Any] = get_type_hints(kind)
        make: Any = kind
        return make(**{field.name: _value(hints[field.name], given[field.name]) for field in fields(kind)})
    if kind is date:
        return date.fromisoformat(given)
    return given
