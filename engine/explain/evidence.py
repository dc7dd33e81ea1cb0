"""What an explanation says: one record, its codes in words, its candidates, and what each field weighs."""

from dataclasses import dataclass

from engine.explain.words import FIELDS


@dataclass(frozen=True, slots=True)
class FieldEvidence:
    """What one field says of one candidate; `bits` above 0 speak for the person. Values are masked or plain."""

    field: str
    record: str
    register: str
    vi: str
    en: str
    bits: float

    def sentence(self, language: str = "vi") -> str:
        """Give one line for a reader: the field, what was found, how much it weighs."""
        name, words = (FIELDS[self.field][0], self.vi) if language == "vi" else (FIELDS[self.field][1], self.en)
        return f"{name}: {words} ({self.bits:+.1f} bit)"


@dataclass(frozen=True, slots=True)
class CandidateEvidence:
    """One person that the record could be of; `bits` are the log2 odds against "none of these"."""

    person_id: str
    probability: float
    bits: float
    status: str
    holds_number: bool
    fields: tuple[FieldEvidence, ...]


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """A result code of the record in words."""

    code: str
    vi: str
    en: str
    reason_vi: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """One record of the run. `settled`: the holder agreed so well that no search was made.

    `prior_bits` are the odds before any field is looked at; `none_probability` is what is left for "none of these".
    """

    batch: str
    row: int
    carrier: str
    msisdn: str
    roll_up: str
    codes: tuple[CodeMeaning, ...]
    tier: str
    link_status: str
    person_id: str | None
    probability: float
    rules: str
    link_threshold: float
    settled: bool
    prior_bits: float
    none_probability: float
    candidates: tuple[CandidateEvidence, ...]
    revealed: bool
