"""What is wrong or doubtful in data that was given: a value, never an exception and never silence."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed: a stable code, how grave it is, where it stands, and what it is in both languages.

    An error keeps a row out; a warning lets it in and asks somebody to look; an info only tells.
    """

    code: str
    severity: Severity
    where: str
    vi: str
    en: str

    def __str__(self) -> str:
        return f"{self.where}: {self.vi} · {self.en} [{self.code}]"


def has_errors(findings: tuple[Finding, ...] | list[Finding]) -> bool:
    """Say whether any finding is an error."""
    return any(finding.severity == "error" for finding in findings)
