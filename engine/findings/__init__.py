"""What only shows across records and carriers: shared identities, many SIMs, double claims, crowded outlets."""

from engine.findings.account import FindingsAccount, KindCount, SimsPerPerson, read_account
from engine.findings.assembly import SCHEMA
from engine.findings.change import FindingChange, RunChange, VerdictChange, compare
from engine.findings.search import find
from engine.findings.thresholds import SimBucket, Thresholds

__all__ = [
    "SCHEMA",
    "FindingChange",
    "FindingsAccount",
    "KindCount",
    "RunChange",
    "SimBucket",
    "SimsPerPerson",
    "Thresholds",
    "VerdictChange",
    "compare",
    "find",
    "read_account",
]
