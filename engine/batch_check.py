"""A batch looked at by itself, as its carrier can before sending: format, columns, values, and what to mend.

No index and no register is asked, so nothing here says whether a person exists. Examples are line numbers and masked
values.
"""

import datetime
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.batch_faults import KINDS, REPEATED, FaultKind, Severity, read_rows
from engine.identity.segments import Array
from engine.reference import reference
from engine.sources import REJECT_REASONS, CarrierProfile, ChunkSpec, SourceFinding, merged, prepare, read_chunk
from engine.sources.findings import finding
from matching.identifiers.masking import mask

WORKERS = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault found `count` times, first on `lines`; `examples` are masked values."""

    code: str
    column: str
    severity: Severity
    count: int
    lines: tuple[int, ...]
    examples: tuple[str, ...]
    vi: str
    en: str
    mend_vi: str
    mend_en: str


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """One record that cannot be read as a row."""

    line: int
    row: int
    reason: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What a carrier should know of its file before sending it. `framed` = `rows` + `rejected`."""

    path: str
    format: str
    encoding: str
    delimiter: str
    quote: str
    header_line: int
    columns_found: tuple[str, ...]
    columns_missing: tuple[str, ...]
    columns_unknown: tuple[str, ...]
    framed: int
    rows: int
    rejected: int
    reject_reasons: dict[str, int]
    rejected_lines: tuple[RejectedLine, ...]
    faults: tuple[Fault, ...]
    findings: tuple[SourceFinding, ...]
    digest: str

    @property
    def ready(self) -> bool:
        """Tell whether nothing must be mended: no rejected line but comments and totals, and no error."""
        harmless = {"comment-line", "footer-line", "repeated-header", "empty-record"}
        lost = any(reason not in harmless for reason in self.reject_reasons)
        severities = [fault.severity for fault in self.faults] + [item.severity for item in self.findings]
        return not lost and "error" not in severities

    def as_dict(self) -> dict[str, Any]:
        """Give the report as plain values for JSON."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return {"ready": self.ready, **plain}


@dataclass(slots=True)
class _Tally:
    """Faults counted over chunks, in the order of the file."""

    limit: int
    counts: Counter[str]
    lines: dict[str, list[int]]
    examples: dict[str, list[str]]

    def add(self, code: str, count: int, lines: Iterable[int], examples: Iterable[str]) -> None:
        self.counts[code] += count
        for table, items in ((self.lines, lines), (self.examples, examples)):
            kept: list[Any] = table.setdefault(code, [])
            kept.extend(list(items)[: max(self.limit - len(kept), 0)])

    def fault(self, kind: FaultKind) -> Fault:
        code = kind.code
        texts = (kind.vi, kind.en, kind.mend_vi, kind.mend_en)
        lines, examples = tuple(self.lines[code]), tuple(self.examples[code])
        return Fault(code, kind.column, kind.severity, self.counts[code], lines, examples, *texts)


@dataclass(frozen=True, slots=True)
class _ChunkAnswer:
    """What one chunk says: per fault its count, first lines and masked examples; numbers and lines for repetitions."""

    rows: int
    rejected: int
    faults: dict[str, tuple[int, list[int], list[str]]]
    rejected_lines: tuple[RejectedLine, ...]
    reasons: Counter[str]
    numbers: Array
    lines: Array
    findings: tuple[SourceFinding, ...]


def _look(spec: ChunkSpec, as_of: datetime.date, order: str, limit: int) -> _ChunkAnswer:
    chunk = read_chunk(spec)
    rows = read_rows(chunk, reference(as_of), order)
    faults: dict[str, tuple[int, list[int], list[str]]] = {}
    for kind in KINDS:
        places = np.flatnonzero(kind.rows(rows))
        if len(places):
            first = places[:limit]
            column = chunk.table.column(kind.column) if kind.column in chunk.table.column_names else None
            examples = [mask(column[int(i)].as_py()) for i in first] if column is not None else []
            faults[kind.code] = (len(places), chunk.lines[first].tolist(), [text for text in examples if text])
    rejects = chunk.rejects
    known = rows.what.msisdn != 0
    return _ChunkAnswer(
        rows=chunk.table.num_rows,
        rejected=rejects.num_rows,
        faults=faults,
        rejected_lines=tuple(
            RejectedLine(line, row, reason, *REJECT_REASONS[reason])
            for line, row, reason in zip(
                *(rejects.column(name).slice(0, limit).to_pylist() for name in ("line", "row", "reason")), strict=True
            )
        ),
        reasons=Counter(rejects.column("reason").to_pylist()),
        numbers=rows.what.msisdn[known],
        lines=chunk.lines[known],
        findings=chunk.findings,
    )


def _note_repetitions(tally: _Tally, answers: list[_ChunkAnswer]) -> None:
    """Find the numbers that stand in the file more than once; the first record of each is not a fault."""
    numbers = np.concatenate([answer.numbers for answer in answers] or [np.zeros(0, np.uint64)])
    lines = np.concatenate([answer.lines for answer in answers] or [np.zeros(0, np.int64)])
    order = np.argsort(numbers, kind="stable")
    again = order[1:][numbers[order][1:] == numbers[order][:-1]]
    if len(again):
        again = np.sort(again)
        first = again[: tally.limit]
        tally.add(REPEATED, len(again), lines[first].tolist(), [mask(str(n)) for n in numbers[first].tolist()])


def check(
    path: Path,
    profile: CarrierProfile | None = None,
    *,
    as_of: datetime.date,
    examples: int = 20,
    spool_dir: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> BatchReport:
    """Read a batch as reconciling would, and tell what its carrier can mend without any register.

    `as_of` dates the reference tables; `examples` bounds the line numbers and masked values given per fault, and the
    rejected lines listed; `progress` is called with rows done and records in all. Without `spool_dir` a converted
    form of the file lies in a private temporary folder and is gone afterwards.

    Raises:
        SourceError: the file cannot be read at all; the message says why.
    """
    profile = profile or CarrierProfile()
    tally = _Tally(examples, Counter(), {}, {})
    answers: list[_ChunkAnswer] = []
    with ExitStack() as stack:
        spool = spool_dir or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sogoc-check-")))
        prepared = prepare(path, profile=profile, kind="batch", spool_dir=spool)
        workers = stack.enter_context(ThreadPoolExecutor(WORKERS))
        for answer in workers.map(lambda spec: _look(spec, as_of, profile.date_order, examples), prepared.specs):
            answers.append(answer)
            for code, found in answer.faults.items():
                tally.add(code, *found)
            if progress is not None:
                progress(sum(one.rows + one.rejected for one in answers), prepared.framed)
    _note_repetitions(tally, answers)
    reasons: Counter[str] = sum((answer.reasons for answer in answers), Counter())
    dialect = prepared.dialect
    rejected = sum(reasons.values())
    findings = [*prepared.findings, *(item for answer in answers for item in answer.findings)]
    if 2 * rejected > prepared.framed:
        findings.append(finding("many-rejects", path, f"{rejected} / {prepared.framed}", rejected))
    return BatchReport(
        path=str(path),
        format=prepared.format,
        encoding=prepared.encoding,
        delimiter=dialect.delimiter if dialect else "",
        quote=dialect.quote if dialect else "",
        header_line=prepared.header_line,
        columns_found=prepared.columns_found,
        columns_missing=prepared.columns_missing,
        columns_unknown=prepared.columns_unknown,
        framed=prepared.framed,
        rows=prepared.framed - rejected,
        rejected=rejected,
        reject_reasons=dict(sorted(reasons.items())),
        rejected_lines=tuple(line for answer in answers for line in answer.rejected_lines)[:examples],
        faults=tuple(tally.fault(kind) for kind in KINDS if tally.counts[kind.code]),
        findings=merged(findings),
        digest=prepared.digest,
    )
