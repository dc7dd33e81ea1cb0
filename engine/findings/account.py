"""The account of the findings: the figures of the whole run that no row of findings.parquet holds.

It travels in the file's own metadata, so that findings.parquet alone is enough to read or compare a run.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow.parquet as pq

METADATA_KEY = b"sogoc.findings"


@dataclass(frozen=True, slots=True)
class SimsPerPerson:
    """How many resolved persons hold how many SIMs; carrier None is over all carriers."""

    scope: str
    carrier: str | None
    bucket: str
    persons: int
    sims: int


@dataclass(frozen=True, slots=True)
class KindCount:
    """Findings of one kind and severity."""

    kind: str
    severity: str
    findings: int


@dataclass(frozen=True, slots=True)
class FindingsAccount:
    """What the search for findings read and found."""

    records: int
    findings: int
    by_kind: tuple[KindCount, ...]
    sims_per_person: tuple[SimsPerPerson, ...]
    porting_rows: int
    porting_rows_unusable: int
    thresholds: str

    def as_json(self) -> str:
        """Write the account with sorted keys, the same text for the same figures."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> "FindingsAccount":
        """Read what as_json wrote."""
        fields = json.loads(text)
        fields["by_kind"] = tuple(KindCount(**each) for each in fields["by_kind"])
        fields["sims_per_person"] = tuple(SimsPerPerson(**each) for each in fields["sims_per_person"])
        return cls(**fields)


def read_account(findings: Path) -> FindingsAccount:
    """Read the account out of a findings.parquet."""
    metadata = pq.read_schema(findings).metadata or {}
    return FindingsAccount.from_json(metadata[METADATA_KEY])
