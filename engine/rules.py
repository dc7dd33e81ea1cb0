"""Rule sets: what a code means for the verdict under the law of a date. Read from `data`, never decided here."""

import datetime
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import data
from engine.errors import EngineError

ROLL_UPS = ("correct", "wrong", "not_verifiable", "missing_id")


class RulesUnknown(EngineError):
    """No rule set has this name, or none was in force on this date."""

    code: ClassVar[str] = "rules-unknown"
    template: ClassVar[str] = "no rule set {wanted}; known: {known}"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One rule set. `codes` are all result codes by falling precedence, and the other tuples run beside them."""

    name: str
    fields: tuple[str, ...]
    link_threshold: float
    freeze_after_attempts: int
    accepts_cmnd: bool
    guardian_under_years: int
    codes: tuple[str, ...]
    roll_up: tuple[str, ...]
    decides: tuple[bool, ...]
    changes_to: tuple[str, ...]

    def bit(self, code: str) -> int:
        """Give the place of a code in `codes`, which is its bit in a record's set of codes."""
        return self.codes.index(code)

    def verdict(self, mask: int, *, identified: bool) -> tuple[str, str, str]:
        """Give the roll-up, the deciding code and all codes (deciding one first) of a set of codes.

        The first code that decides under this rule set decides; where the person was identified in another way, a
        code may turn the roll-up into the one it names for that (`identified_changes_to`).
        """
        held = [i for i in range(len(self.codes)) if mask >> i & 1]
        first = next((i for i in held if self.decides[i]), held[0] if held else self.bit("OK_EXACT"))
        roll_up = self.changes_to[first] if identified and self.changes_to[first] else self.roll_up[first]
        return roll_up, self.codes[first], " ".join(self.codes[i] for i in [first, *(i for i in held if i != first)])


@lru_cache(maxsize=16)
def rule_set(name: str | None, as_of: datetime.date) -> RuleSet:
    """Load a rule set by name, or the one in force on a date.

    Raises:
        RulesUnknown: There is no such rule set.
    """
    table = data.table("rule_sets") if name else data.table("rule_sets", as_of)
    rows = [row for row in table if name in (None, row["rule_set"])]
    if not rows:
        known = ", ".join(data.table("rule_sets").column("rule_set"))
        raise RulesUnknown(wanted=name or f"was in force on {as_of}", known=known)
    row = rows[-1]
    codes = sorted(data.table("result_codes"), key=lambda item: int(item["precedence"]))
    of_codes = {item["code"]: item for item in data.table("rule_set_codes") if item["rule_set"] == row["rule_set"]}
    return RuleSet(
        name=row["rule_set"],
        fields=tuple(row["fields"].split(";")),
        link_threshold=float(row["link_threshold"]),
        freeze_after_attempts=int(row["freeze_after_attempts"]),
        accepts_cmnd=row["accepts_cmnd"] == "yes",
        guardian_under_years=int(row["guardian_under_years"]),
        codes=tuple(item["code"] for item in codes),
        roll_up=tuple(of_codes[item["code"]]["roll_up"] for item in codes),
        decides=tuple(of_codes[item["code"]]["decides"] == "yes" for item in codes),
        changes_to=tuple(of_codes[item["code"]]["identified_changes_to"] for item in codes),
    )
