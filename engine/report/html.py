"""Write a report as one HTML file: nothing is fetched, no script runs, it prints on A4."""

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from engine.report import charts, words
from engine.report.model import ROLL_UPS, UNKNOWN_PROVINCE, Counts, ReasonLine, ReportModel, TopFinding

CARRIER_COLUMNS = 6


def write_html(model: ReportModel, path: Path) -> None:
    """Write the report of a run; the same bytes for the same model."""
    environment = Environment(
        loader=PackageLoader("engine.report"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=words.number, percent=words.percent, signed=words.signed, day=words.day, million=words.million
    )
    shown = model.carriers[:CARRIER_COLUMNS]

    def others_of(line: ReasonLine) -> int:
        by_carrier = dict(line.by_carrier)
        return line.records - sum(by_carrier.get(each.carrier, 0) for each in shown)

    page = environment.get_template("report.html.j2").render(
        model=model,
        words=words,
        charts=charts,
        roll_ups=ROLL_UPS,
        unknown_province=UNKNOWN_PROVINCE,
        shown=shown,
        others=model.carriers[CARRIER_COLUMNS:],
        others_of=others_of,
        totals_of=_totals_of,
        finding_rows=_finding_rows(model),
        top_by_kind=_top_by_kind(model),
        sims_rows=_sims_rows(model),
        change_rows=_change_rows(model),
        reason_total=max((line.records for line in model.reasons if line.roll_up != "correct"), default=0),
    )
    path.write_text(page, encoding="utf-8")


def _totals_of(counts: Counts) -> list[tuple[str, int, float]]:
    return [(roll_up, getattr(counts, roll_up), counts.share(roll_up)) for roll_up in ROLL_UPS]


def _finding_rows(model: ReportModel) -> list[tuple[str, dict[str, int], int]]:
    kinds: dict[str, dict[str, int]] = {kind: {} for kind in words.KINDS}
    for each in model.findings:
        kinds.setdefault(each.kind, {})[each.severity] = each.findings
    rows = [(kind, by_severity, sum(by_severity.values())) for kind, by_severity in kinds.items()]
    return sorted(rows, key=lambda row: (-row[1].get("high", 0), -row[2], row[0]))


def _top_by_kind(model: ReportModel) -> list[tuple[str, list[TopFinding]]]:
    order = [kind for kind, _, found in _finding_rows(model) if found]
    return [(kind, [each for each in model.top_findings if each.kind == kind]) for kind in order]


def _sims_rows(model: ReportModel) -> tuple[list[str], list[tuple[str, dict[str, tuple[int, int]]]]]:
    """Give the buckets in order and, for each carrier and all together, the persons and SIMs of each."""
    buckets: list[str] = []
    rows: dict[str, dict[str, tuple[int, int]]] = {}
    for each in sorted(model.sims_per_person, key=lambda each: each.scope != "overall"):
        if each.bucket not in buckets:
            buckets.append(each.bucket)
        rows.setdefault(each.carrier or "", {})[each.bucket] = (each.persons, each.sims)
    return buckets, list(rows.items())


def _change_rows(model: ReportModel) -> list[tuple[str, str, int, int, int, int]]:
    """Give, per code over all carriers, what opened, stayed, closed and went; most affected first."""
    if model.change is None:
        return []
    sums: dict[str, list[int]] = {}
    for each in model.change.verdicts:
        row = sums.setdefault(each.code, [0, 0, 0, 0])
        for place, value in enumerate((each.opened, each.kept, each.closed, each.gone)):
            row[place] += value
    named = {line.code: line.vietnamese for line in model.reasons}
    rows = [
        (code, named.get(code, code), opened, kept, closed, gone) for code, (opened, kept, closed, gone) in sums.items()
    ]
    return sorted(rows, key=lambda row: (-(row[2] + row[3] + row[4]), row[0]))
