"""What a linkage found, its account, and the files it leaves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from engine.errors import EngineError
from engine.linkage.estimation import Estimate
from engine.linkage.fields import Omission
from engine.linkage.modelfile import LinkModel
from engine.linkage.preparation import PREPARATIONS
from matching.comparators import comparator
from matching.evidence import Evidence, evidence

PAIR_SCHEMA = pl.Schema({"left_row": pl.Int64, "right_row": pl.Int64, "probability": pl.Float64})


class LinkAccountUnbalanced(EngineError):
    """The figures of a linkage do not add up; its result must not be used."""

    code = "link-account-unbalanced"
    template = "{what}: {parts} do not add up to {whole}"


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader must know of how the result came about."""

    code: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Account:
    """The figures of a linkage. Rows are counted once each; every candidate is accepted or rejected."""

    left_rows: int
    left_linked: int
    right_rows: int
    right_linked: int
    candidates: int
    accepted: int
    rejected: int
    joined: int
    """Pairs of one group of duplicates that were no candidates themselves."""
    unread: int
    expected_matches: float

    def as_dict(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class LinkResult:
    """The pairs found to be one and the same, by row number from 0, sorted; and how they were found."""

    pairs: pl.DataFrame
    model: LinkModel
    omissions: tuple[Omission, ...]
    notes: tuple[Note, ...]
    account: Account
    timings: Mapping[str, float]
    estimate: Estimate | None = field(default=None, repr=False)
    tables: tuple[pl.DataFrame, pl.DataFrame] | None = field(default=None, repr=False)

    def explain(self, left_row: int, right_row: int) -> list[Evidence]:
        """Tell field by field why two rows have the weight they have, the heaviest field first."""
        if self.tables is None or self.model.trained is None:
            return []
        left, right, found, bits = [], [], [], []
        for place, spec in enumerate(self.model.fields):
            prepare = PREPARATIONS[spec.comparator]
            a, b = self.tables[0][spec.left], self.tables[1][spec.right]
            left.append(prepare(a)[left_row])
            right.append(prepare(b)[right_row])
            found.append(comparator(spec.comparator).compare(left[-1], right[-1]))
            bits.append(float(self.model.trained.weights()[place][found[-1].level]))
        return evidence([spec.name for spec in self.model.fields], left, right, found, bits)

    def as_dict(self) -> dict[str, Any]:
        """Give everything but the pairs as plain values for JSON; nothing in it depends on the clock."""
        return {
            "model": self.model.as_dict(),
            "omissions": [{name: getattr(row, name) for name in row.__slots__} for row in self.omissions],
            "notes": [{name: getattr(row, name) for name in row.__slots__} for row in self.notes],
            "account": self.account.as_dict(),
        }


def balance(account: Account, pairs: pl.DataFrame, *, same_table: bool) -> None:
    """Demand that the account adds up and says what the pairs say.

    Raises:
        LinkAccountUnbalanced: when it does not.
    """
    if account.accepted + account.rejected != account.candidates:
        parts = (account.accepted, account.rejected)
        raise LinkAccountUnbalanced(what="candidates", parts=parts, whole=account.candidates)
    if account.accepted + account.joined != pairs.height:
        parts = (account.accepted, account.joined)
        raise LinkAccountUnbalanced(what="pairs", parts=parts, whole=pairs.height)
    linked = [pairs["left_row"], pairs["right_row"]]
    if same_table:
        linked = [pl.concat([linked[0].rename("r"), linked[1].rename("r")])] * 2
    counts = [series.n_unique() if len(series) else 0 for series in linked]
    if counts != [account.left_linked, account.right_linked]:
        raise LinkAccountUnbalanced(what="linked rows", parts=counts, whole=(account.left_linked, account.right_linked))
    if account.left_linked > account.left_rows or account.right_linked > account.right_rows:
        raise LinkAccountUnbalanced(what="linked rows", parts=counts, whole=(account.left_rows, account.right_rows))


def write(result: LinkResult, out: Path | str) -> Path:
    """Write pairs.parquet, model.json, account.json and timings.json; give the directory.

    All but timings.json are the same bytes for the same input.
    """
    directory = Path(out)
    directory.mkdir(parents=True, exist_ok=True)
    result.pairs.write_parquet(directory / "pairs.parquet", compression="zstd")
    said = result.as_dict()
    _write_json(directory / "model.json", said.pop("model"))
    _write_json(directory / "account.json", said)
    _write_json(directory / "timings.json", dict(result.timings))
    return directory


def _write_json(path: Path, values: object) -> None:
    path.write_text(json.dumps(values, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
