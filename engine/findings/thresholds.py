"""Where each finding begins: configuration with a date, never a constant in a query.

The law gives the fourth SIM (Decree 49/2017 and Decree 174/2026 Art. 34(3)(b)(c)) and the buckets that the regulator
publishes (1-3, 4-9, 10 and more). The others are the regulator's choice; the defaults here are ours and are written
into the account of every run. A rule set overrides any of them by a column of the same name.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date

import data


@dataclass(frozen=True, slots=True)
class SimBucket:
    """A bucket of SIMs per person; `last` None has no upper end."""

    name: str
    first: int
    last: int | None


DEFAULT_BUCKETS = (SimBucket("1-3", 1, 3), SimBucket("4-9", 4, 9), SimBucket(">=10", 10, None))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the findings begin."""

    people_per_id: int = 2
    sims_without_contract: int = 3
    contract_since: date = date(2017, 4, 24)  # Decree 49/2017 in force
    provinces_in_window: int = 3
    window_days: int = 7
    outlet_identities_per_day: int = 50
    outlet_sims_per_identity: int = 10
    outlet_share_percent: int = 30
    outlet_share_records: int = 50
    buckets: tuple[SimBucket, ...] = DEFAULT_BUCKETS

    @classmethod
    def from_tables(
        cls, rules: Mapping[str, object] | None, buckets: Sequence[Mapping[str, object]] | None
    ) -> "Thresholds":
        """Take what a rule set row and the rows of sim_buckets say; what they leave out keeps its default."""
        given: dict[str, object] = {}
        for field in fields(cls):
            value = (rules or {}).get(field.name)
            if value is not None and field.name != "buckets":
                is_day = field.name == "contract_since"
                given[field.name] = date.fromisoformat(str(value)) if is_day else int(str(value))
        if buckets:
            given["buckets"] = tuple(sorted((_bucket(row) for row in buckets), key=lambda each: each.first))
        return cls(**given)  # type: ignore[arg-type]  # the loop above gives each field its type

    @classmethod
    def on(cls, day: date, rules: Mapping[str, object] | None = None) -> "Thresholds":
        """Give the thresholds of a day: the buckets of data/tables/sim_buckets, and what the rule set overrides."""
        return cls.from_tables(rules, data.table("sim_buckets", day).rows)

    def as_json(self) -> str:
        """Write the thresholds for the account of the run."""
        return json.dumps(asdict(self), default=str, sort_keys=True, ensure_ascii=False)


def _bucket(row: Mapping[str, object]) -> SimBucket:
    last = row.get("last")
    return SimBucket(str(row["bucket"]), int(str(row["first"])), None if last in {None, ""} else int(str(last)))
