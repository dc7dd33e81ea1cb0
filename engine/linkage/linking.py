"""Link two tables, or one with itself, without labels: plan, find candidates, learn, decide, account."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from engine.errors import EngineError
from engine.linkage.candidates import Candidates, key_candidates, nearest_candidates
from engine.linkage.decision import Decision, decide_groups, decide_links
from engine.linkage.estimation import ONE_TO_ONE, Estimate, Learned, estimate
from engine.linkage.fields import Field, Plan, plan_fields
from engine.linkage.modelfile import LinkModel, read_model
from engine.linkage.patterns import population
from engine.linkage.preparation import PREPARATIONS
from engine.linkage.result import PAIR_SCHEMA, Account, LinkResult, Note, balance, write
from engine.linkage.tables import read_table
from engine.linkage.values import Values, field_values

Table = Path | str | pl.DataFrame
Progress = Callable[[str, float], None]
"""Told the stage that begins and the share of the work that is done."""


class LinkNothingToCompare(EngineError):
    """Two tables have no column in common that says anything of their rows."""

    code = "link-nothing-to-compare"
    template = "no column can be compared: {detail}"


class LinkColumnUnknown(EngineError):
    """A model names a column that a table does not have."""

    code = "link-column-unknown"
    template = "the {side} table has no column {column}; it has {known}"


def link(
    left: Table,
    right: Table,
    *,
    model: Path | str | LinkModel | None = None,
    ignore: Sequence[str] = (),
    one_to_one: bool = False,
    threshold: float | None = None,
    out: Path | str | None = None,
    progress: Progress | None = None,
) -> LinkResult:
    """Find which rows of two tables are one and the same.

    Args:
        left: a file (CSV of any delimiter, Parquet, Excel) or a frame.
        right: the other.
        model: a model file or model; by default all is told from the tables.
        ignore: columns not to be looked at, of either table.
        one_to_one: a row has at most one partner. Otherwise it is found out for each table whether it holds
            duplicates, and the result says what was found.
        threshold: the least posterior of a pair that is given; 0.5, or what the model says.
        out: write pairs.parquet, model.json, account.json and timings.json there.
        progress: told stages as they begin.

    Returns:
        The pairs sorted by left and right row (from 0), with their probability; equal inputs give equal pairs.

    Raises:
        LinkTableUnreadable, LinkModelInvalid, LinkColumnUnknown, LinkNothingToCompare, UnknownComparator.

    Cost: time grows with the rows, not with their product; about 2 kB of memory a row of ten columns.
    """
    return _Run(progress).run(left, right, model, ignore, one_to_one=one_to_one, threshold=threshold, out=out)


def dedupe(
    table: Table,
    *,
    model: Path | str | LinkModel | None = None,
    ignore: Sequence[str] = (),
    threshold: float | None = None,
    out: Path | str | None = None,
    progress: Progress | None = None,
) -> LinkResult:
    """Find which rows of one table are one and the same; `left_row < right_row` in every pair. Else as `link`."""
    return _Run(progress).run(table, None, model, ignore, one_to_one=False, threshold=threshold, out=out)


class _Run:
    """One linkage, its stages timed."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.timings: dict[str, float] = {}
        self._began = time.perf_counter()
        self._stage: str | None = None

    def stage(self, name: str | None, done: float) -> None:
        now = time.perf_counter()
        if self._stage is not None:
            self.timings[self._stage] = round(now - self._began, 4)
        self._began, self._stage = now, name
        if self.progress is not None:
            self.progress(name or "done", done)

    def run(
        self,
        left: Table,
        right: Table | None,
        model: Path | str | LinkModel | None,
        ignore: Sequence[str],
        *,
        one_to_one: bool,
        threshold: float | None,
        out: Path | str | None,
    ) -> LinkResult:
        self.stage("read", 0.0)
        first = read_table(left)
        second = None if right is None else read_table(right)
        given = read_model(model) if isinstance(model, Path | str) else model or LinkModel()
        self.stage("plan", 0.05)
        plan = _plan(first, second, given, ignore)
        self.stage("prepare", 0.15)
        values = [
            field_values(first[f.left], None if second is None else second[f.right], PREPARATIONS[f.comparator])
            for f in plan.fields
        ]
        self.stage("candidates", 0.3)
        same = second is None
        candidates = (
            key_candidates(given.blocks, plan.fields, values, same_table=same)
            if given.blocks
            else nearest_candidates(plan.fields, values, same_table=same)
        )
        self.stage("compare", 0.45)
        people = population(plan.fields, values, candidates, same_table=same)
        self.stage("learn", 0.6)
        asked = one_to_one or given.one_to_one
        known = Learned(given.trained, given.related) if given.trained is not None else None
        found = estimate(people, plan.fields, values, limits=ONE_TO_ONE if asked and not same else None, known=known)
        self.stage("decide", 0.9)
        cut = given.threshold if threshold is None else threshold
        decision = (
            decide_groups(candidates, found.probability, cut, first.height)
            if same
            else decide_links(candidates, found.probability, found.limits, cut)
        )
        tables = (first, first if second is None else second)
        result = self._result(plan, values, candidates, found, decision, given, cut, tables)
        if out is not None:
            self.stage("write", 0.95)
            write(result, out)
        self.stage(None, 1.0)
        return result

    def _result(
        self,
        plan: Plan,
        values: Sequence[Values],
        candidates: Candidates,
        found: Estimate,
        decision: Decision,
        given: LinkModel,
        cut: float,
        tables: tuple[pl.DataFrame, pl.DataFrame],
    ) -> LinkResult:
        same = tables[0] is tables[1]
        left, right = decision.left, decision.right
        pairs = pl.DataFrame({"left_row": left, "right_row": right, "probability": decision.probability.round(9)}).cast(
            PAIR_SCHEMA
        )
        rows = (len(values[0].left), len(values[0].right))
        linked = (len(np.unique(left)), len(np.unique(right)))
        if same:
            linked = (len(np.unique(np.concatenate([left, right]))),) * 2
        all_pairs = rows[0] * (rows[0] - 1) / 2 if same else rows[0] * rows[1]
        account = Account(
            left_rows=rows[0],
            left_linked=linked[0],
            right_rows=rows[1],
            right_linked=linked[1],
            candidates=len(candidates.left),
            accepted=decision.accepted,
            rejected=len(candidates.left) - decision.accepted,
            joined=decision.joined,
            unread=candidates.unread,
            expected_matches=round(found.learned.model.prior * all_pairs, 3),
        )
        balance(account, pairs, same_table=same)
        trained = LinkModel(
            plan.fields,
            given.blocks,
            cut,
            None if same else found.limits.one_left and found.limits.one_right,
            found.learned.model,
            found.learned.related,
        )
        notes = _notes(found, candidates, given, same=same)
        return LinkResult(pairs, trained, plan.omissions, notes, account, self.timings, found, tables)


def _plan(left: pl.DataFrame, right: pl.DataFrame | None, given: LinkModel, ignore: Sequence[str]) -> Plan:
    if not given.fields:
        plan = plan_fields(left, right, ignore)
        if not plan.fields:
            reasons = "; ".join(f"{row.column} {row.en}" for row in plan.omissions) or "no columns"
            raise LinkNothingToCompare(detail=reasons)
        return plan
    for side, table in (("left", left), ("right", right)):
        if table is None:
            continue
        for field in given.fields:
            column = getattr(field, side)
            if column not in table.columns:
                raise LinkColumnUnknown(side=side, column=column, known=", ".join(table.columns))
    fields = tuple(Field(f.name, f.left, f.left, f.comparator) if right is None else f for f in given.fields)
    return Plan(fields, ())


def _notes(found: Estimate, candidates: Candidates, given: LinkModel, *, same: bool) -> tuple[Note, ...]:
    notes = []
    if not same:
        for side, vi, one in (("left", "trái", found.limits.one_left), ("right", "phải", found.limits.one_right)):
            if one:
                notes.append(
                    Note(
                        f"{side}-without-duplicates",
                        f"bảng {vi} được coi là không trùng lặp: mỗi dòng bảng kia có tối đa một dòng ở đây",
                        f"the {side} table is taken to hold no duplicates: a row of the other has at most one here",
                    )
                )
            else:
                notes.append(
                    Note(
                        f"{side}-with-duplicates",
                        f"bảng {vi} có dòng trùng lặp: một dòng bảng kia có thể khớp nhiều dòng ở đây",
                        f"the {side} table holds duplicates: a row of the other may match several here",
                    )
                )
    if found.learned.related is not None:
        notes.append(
            Note(
                "related-apart",
                "nhiều cặp có liên quan nhưng không phải một (hộ gia đình, dòng sản phẩm): được tách thành lớp riêng",
                "many pairs are related, not the same (households, product lines): judged as a class of their own",
            )
        )
    if candidates.unread:
        notes.append(
            Note(
                "candidates-capped",
                f"{candidates.unread} mục quá phổ biến không được đọc khi tìm ứng viên",
                f"{candidates.unread} entries too common to tell rows apart were not read in the search",
            )
        )
    if given.trained is None and not found.learned.model.converged:
        notes.append(Note("not-settled", "huấn luyện chưa hội tụ", "training did not settle"))
    return tuple(notes)
