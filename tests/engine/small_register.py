"""Small registers and batches of generated people, and indexes and runs over them, for tests."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pyarrow as pa

from engine.identity.index import IdentityIndex
from engine.identity.store import build_index
from engine.identity.tokens import KeyedTokens
from engine.pipeline import BatchInput, RunPlan, reconcile
from engine.reference import reference
from engine.stages.match import Candidates, find_candidates
from engine.stages.standardise import Identities, standardise

AS_OF = date(2026, 11, 1)
KEY = KeyedTokens(bytes(range(16)))

Row = Mapping[str, str]

FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Ngô")
MIDDLES = ("Văn", "Thị", "Đức", "Minh", "Ngọc", "Thanh", "Hữu", "Quốc", "Thu", "Xuân")
GIVENS: tuple[str, ...] = (
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hà",
    "Hùng",
    "Khánh",
    "Lan",
    "Long",
    "Mai",
    "Nam",
    "Oanh",
    "Phúc",
)
GIVENS += ("Quân", "Sơn", "Thúy", "Thùy", "Trang", "Tuấn", "Uyên", "Vinh", "Yến", "Hòa", "Kiên", "Loan", "Nhung")
PLACES = ("001", "024", "031", "048", "056", "068", "074", "079", "092", "096")


def pin(place: str, born: date, serial: int, *, male: bool) -> str:
    """Give the 12-digit number of a person (Decree 137/2015 Art. 13)."""
    century_and_sex = 2 * (born.year // 100 - 19) + (0 if male else 1)
    return f"{place}{century_and_sex}{born.year % 100:02d}{serial:06d}"


def townsfolk(count: int, seed: int = 1, first: int = 100) -> list[dict[str, str]]:
    """Give persons of a register: no two of one number, person_id `first`, `first` + 1, ..., namesakes now and then."""
    random = Random(seed)
    people = []
    for place in range(count):
        male = random.random() < 0.5
        born = date(1950, 1, 1) + timedelta(days=random.randrange(20_000))
        home = random.choice(PLACES)
        name = [random.choice(FAMILIES), random.choice(MIDDLES), random.choice(GIVENS)]
        if random.random() < 0.3:
            name.insert(2, random.choice(MIDDLES))
        people.append(
            {
                "person_id": str(first + place),
                "id_number": pin(home, born, seed * 10_000 + place, male=male),
                "old_id_number": f"{10_000_000 + seed * 100_000 + place * 7:09d}" if place % 4 == 0 else "",
                "full_name": " ".join(name),
                "birth_date": born.isoformat(),
                "sex": "nam" if male else "nữ",
                "province": home,
                "status": "active",
            }
        )
    return people


def subscriber(person: Row, number: int, **fields: str) -> dict[str, str]:
    """Give a faithful record of a person, `fields` aside; birth dates as carriers write them."""
    year, month, day = person["birth_date"].split("-")
    record = {
        "msisdn": f"09{number:08d}",
        "id_type": "CCCD",
        "id_number": person["id_number"],
        "full_name": person["full_name"],
        "birth_date": f"{day}/{month}/{year}",
        "sex": person.get("sex", ""),
        "province": person.get("province", ""),
        "face_result": "khớp",
    }
    return record | fields


def write_rows(path: Path, rows: Sequence[Row], columns: Iterable[str] = ()) -> Path:
    """Write rows as CSV; a column is there if any row has it, or if it is named."""
    names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def index_of(folder: Path, rows: Sequence[Row], out: str | None = None, **options: Any) -> IdentityIndex:
    """Build the index of a register, in `folder / out` or in memory, under a fixed key."""
    options = {"as_of": AS_OF, "key": KEY, **options}
    file = write_rows(folder / f"register-{out or 'memory'}.csv", rows, ("id_number", "full_name", "birth_date"))
    return build_index(file, folder / out if out else None, **options)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished run, its verdicts and its manifest."""

    out: Path
    verdicts: pl.DataFrame
    manifest: dict[str, Any]

    def row(self, number: int) -> dict[str, Any]:
        """Give the verdict of one record, `codes` as a list."""
        found = self.verdicts.filter(pl.col("row") == number).to_dicts()[0]
        return found | {"codes": found["codes"].split()}


def plan_of(folder: Path, batches: Mapping[str, Sequence[Row]], out: str = "run", **options: Any) -> RunPlan:
    """Write batches (by carrier) and plan a run over them; the findings are left out unless asked for."""
    inputs = [
        BatchInput(write_rows(folder / f"{carrier}-{out}.csv", rows), carrier, name=f"{carrier}.csv")
        for carrier, rows in batches.items()
    ]
    options = {"as_of": AS_OF, "findings": False, **options}
    return RunPlan(tuple(inputs), folder / out, **options)


def run_of(folder: Path, index: IdentityIndex, rows: Sequence[Row], out: str = "run", **options: Any) -> Outcome:
    """Reconcile one carrier's rows against an index."""
    return outcome_of(plan_of(folder, {"VTL": rows}, out, **options), index)


def outcome_of(plan: RunPlan, index: IdentityIndex) -> Outcome:
    """Carry out a plan."""
    manifest = reconcile(plan, index)
    return Outcome(plan.out, pl.read_parquet(plan.out / "verdicts.parquet"), manifest)


def found_of(index: IdentityIndex, rows: Sequence[Row], *, deep: bool = True) -> tuple[Identities, Candidates]:
    """Give what the stages find for records, before any is weighed."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = pa.table({name: pa.array([row.get(name, "") for row in rows], pa.large_string()) for name in names})
    tables = reference(AS_OF)
    vocabulary = index.vocabulary.extended()
    identities = standardise(table, vocabulary, tables)
    return identities, find_candidates(identities, vocabulary, index, tables, deep=deep)
