"""Account for a run: count its verdicts, findings and rejects into a ReportModel.

Everything is counted from the run's own artefacts, so that the report cannot say anything the files do not. The one
reading of all verdicts groups by a handful of short columns; numbers that violate are counted once each, over all
batches of a carrier.
"""

# ruff: noqa: S608  # only names and whole numbers of this module, and quoted literals, stand in the SQL

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

import data
from engine.findings import compare, read_account
from engine.findings.workspace import NONCOMPLIANT, literal, open_workspace, passes, scan
from engine.report.masking import masked
from engine.report.model import (
    UNKNOWN_PROVINCE,
    CarrierLine,
    Counts,
    InputLine,
    Penalty,
    ProbabilityBin,
    ProvinceLine,
    ReasonLine,
    RejectLine,
    ReportModel,
    RuleLine,
    TierLine,
    TopFinding,
)
from engine.sources.findings import REJECT_REASONS

BINS = 20
TOP_OF_EACH_KIND = 5


def account(
    run: Path,
    *,
    previous: Path | None = None,
    memory_bytes: int = 1 << 30,
    threads: int = 2,
    scratch: Path | None = None,
) -> ReportModel:
    """Count a finished run: its manifest, verdicts, rejects, findings, and the facts in work/facts for the provinces.

    Args:
        run: The run folder.
        previous: An earlier run folder to compare with; where None, the run that the manifest names, if it lies beside
            this one.
        memory_bytes: Ceiling of the queries' memory.
        threads: Threads of the queries.
        scratch: A folder for spilling, the system's where None.
    """
    manifest = read_manifest(run)
    earlier = previous or _beside(run, manifest)
    carriers = carriers_of(manifest)
    as_of = date.fromisoformat(manifest["as_of"])
    with open_workspace(scratch, memory_bytes=memory_bytes, threads=threads) as connection:
        cells = _count_verdicts(connection, run, carriers)
        violating = _count_violating(connection, run, carriers, memory_bytes)
        provinces = _count_provinces(connection, run)
        rejects = _count_rejects(connection, run)
        top = _top_findings(connection, run)
    found = read_account(run / "findings.parquet") if (run / "findings.parquet").exists() else None
    before = _counts_before(read_manifest(earlier)) if earlier else {}
    change = None
    if earlier and found:
        change = compare(
            earlier,
            run,
            previous_carriers=carriers_of(read_manifest(earlier)),
            current_carriers=carriers,
            memory_bytes=memory_bytes,
            threads=threads,
            scratch=scratch,
        )
    return ReportModel(
        run=run.name,
        as_of=as_of,
        rules=_rules(manifest["rules"]["name"]),
        totals=_totals(cells),
        rejected=sum(rejects.values()),
        carriers=_carrier_lines(cells, violating, rejects, carriers, as_of, _frozen(manifest), before),
        provinces=provinces,
        reasons=_reason_lines(cells, as_of),
        tiers=_tier_lines(cells),
        histogram=_histogram(cells),
        sims_per_person=found.sims_per_person if found else (),
        findings=found.by_kind if found else (),
        top_findings=top,
        rejects=_reject_lines(rejects),
        inputs=_input_lines(manifest),
        versions=tuple(sorted(manifest.get("versions", {}).items())),
        previous=earlier.name if earlier else None,
        before=_summed(before.values()) if earlier else None,
        change=change,
    )


def read_manifest(run: Path) -> dict[str, Any]:
    """Read RUN/manifest.json."""
    manifest: dict[str, Any] = json.loads((run / "manifest.json").read_text())
    return manifest


def carriers_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Give the carrier of each batch of a run."""
    return {batch["name"]: batch["carrier"] for batch in manifest["batches"]}


def _beside(run: Path, manifest: Mapping[str, Any]) -> Path | None:
    name = manifest.get("previous")
    beside = run.parent / str(name)
    return beside if name and (beside / "manifest.json").exists() else None


def _counts_before(manifest: Mapping[str, Any]) -> dict[str, Counts]:
    """Give the counts of each carrier in an earlier run; its manifest counts by "roll_up code"."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for batch in manifest["batches"]:
        for name, records in batch["by_code"].items():
            counts[batch["carrier"]][name.partition(" ")[0]] += records
    return {carrier: Counts(**by_roll_up) for carrier, by_roll_up in counts.items()}


def _summed(parts: Iterable[Counts]) -> Counts:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(asdict(part))
    return Counts(**total)


def _frozen(manifest: Mapping[str, Any]) -> dict[str, int]:
    told = manifest.get("carriers", {}).get("told", ())
    return {each["carrier"]: each["frozen"] for each in told}


def _input_lines(manifest: Mapping[str, Any]) -> tuple[InputLine, ...]:
    lines = [
        InputLine("batch", each["name"], each["carrier"], each["sha256"], each["rows"], each["rejects"])
        for each in manifest["batches"]
    ]
    index = manifest["index"]
    lines.append(InputLine("index", "", "", index["content"], index["persons"], None))
    if manifest.get("porting"):
        lines.append(InputLine("porting", manifest["porting"], "", "", None, None))
    return tuple(lines)


Cell = tuple[str, str, str, str, str, int, int]
"""Carrier, roll-up, code, tier, link status, bin of the probability (-1 without a candidate), records."""


def _count_verdicts(connection: duckdb.DuckDBPyConnection, run: Path, carriers: Mapping[str, str]) -> list[Cell]:
    bin_of = f"CASE WHEN tier = 'none' THEN -1 ELSE least(floor(probability * {BINS})::INTEGER, {BINS - 1}) END"
    rows = connection.execute(
        f"""
        SELECT batch::VARCHAR, roll_up::VARCHAR, code::VARCHAR, tier::VARCHAR, link_status::VARCHAR, {bin_of}, count(*)
        FROM read_parquet({literal(run / "verdicts.parquet")}) GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    return [(carriers[batch], *rest) for batch, *rest in rows]


def _totals(cells: list[Cell]) -> Counts:
    counts: Counter[str] = Counter()
    for _, roll_up, *_, records in cells:
        counts[roll_up] += records
    return Counts(**counts)


def _count_violating(
    connection: duckdb.DuckDBPyConnection, run: Path, carriers: Mapping[str, str], memory_bytes: int
) -> Counter[str]:
    """Count the numbers of each carrier with at least one non-compliant record, in slices of the number space."""
    noncompliant = ", ".join(literal(roll_up) for roll_up in NONCOMPLIANT)
    source = (
        f"SELECT batch::VARCHAR AS batch, TRY_CAST(msisdn AS UBIGINT) AS number "
        f"FROM read_parquet({literal(run / 'verdicts.parquet')}) WHERE roll_up IN ({noncompliant})"
    )
    connection.execute("CREATE TEMP TABLE owner (batch VARCHAR, carrier VARCHAR)")
    for batch, carrier in sorted(carriers.items()):
        connection.execute("INSERT INTO owner VALUES (?, ?)", [batch, carrier])
    rows = connection.execute(f"SELECT count(*) FROM ({source})").fetchall()[0][0]
    slices = passes(int(rows), memory_bytes)
    violating: Counter[str] = Counter()
    for part in range(slices):
        for carrier, numbers in connection.execute(
            f"""
            SELECT carrier, count(*) FROM (
                SELECT DISTINCT carrier, number FROM ({source}) JOIN owner USING (batch)
                WHERE number IS NOT NULL AND number % {slices} = {part}
            ) GROUP BY carrier
            """
        ).fetchall():
            violating[carrier] += numbers
    return violating


def _count_provinces(connection: duckdb.DuckDBPyConnection, run: Path) -> tuple[ProvinceLine, ...]:
    """Count by today's 34 provinces; empty where the facts are gone or name no province."""
    source = scan(run / "work" / "facts" / "part-*.parquet")
    if source is None:
        return ()
    rows = connection.execute(
        f"SELECT province, roll_up::VARCHAR, count(*) FROM {source} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    new_code = {int(row["old_code"]): row["new_code"] for row in data.table("province_mapping")}
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for province, roll_up, records in rows:
        counts[new_code.get(province, UNKNOWN_PROVINCE)][roll_up] += records
    if set(counts) <= {UNKNOWN_PROVINCE}:
        return ()
    lines = [
        ProvinceLine(row["code"], row["name"], row["name_en"], Counts(**counts[row["code"]]))
        for row in data.table("provinces_34")
    ]
    if counts[UNKNOWN_PROVINCE]:
        lines.append(ProvinceLine(UNKNOWN_PROVINCE, "Không rõ", "Unknown", Counts(**counts[UNKNOWN_PROVINCE])))
    return tuple(lines)


def _count_rejects(connection: duckdb.DuckDBPyConnection, run: Path) -> Counter[tuple[str, str]]:
    path = run / "rejects.parquet"
    if not path.exists():
        return Counter()
    rows = connection.execute(
        f"SELECT batch::VARCHAR, reason::VARCHAR, count(*) FROM read_parquet({literal(path)}) GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return Counter({(batch, reason): lines for batch, reason, lines in rows})


def _top_findings(connection: duckdb.DuckDBPyConnection, run: Path) -> tuple[TopFinding, ...]:
    weight = "CASE severity WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END, count DESC, evidence_total DESC"
    if not (run / "findings.parquet").exists():
        return ()
    rows = connection.execute(
        f"""
        SELECT finding_id, kind, rule, severity, carriers, subject_kind, subject, count, threshold, evidence_total,
            first_on, last_on
        FROM read_parquet({literal(run / "findings.parquet")})
        QUALIFY row_number() OVER (PARTITION BY kind ORDER BY {weight}, finding_id) <= {TOP_OF_EACH_KIND}
        ORDER BY kind, {weight}, finding_id
        """
    ).fetchall()
    return tuple(
        TopFinding(
            finding_id, kind, rule, severity, tuple(carriers), subject_kind, masked(subject_kind, subject), *figures
        )
        for finding_id, kind, rule, severity, carriers, subject_kind, subject, *figures in rows
    )


def _rules(rule_set: str) -> RuleLine:
    row = data.table("rule_sets").by("rule_set")[rule_set]
    return RuleLine(
        name=rule_set,
        vietnamese=row["vietnamese"],
        english=row["english"],
        instrument=row["instrument"],
        certainty=row["certainty"],
        fields=tuple(row["fields"].split(";")),
        link_threshold=float(row["link_threshold"]),
        freeze_after_attempts=int(row["freeze_after_attempts"]),
    )


def penalty_band(numbers: int, as_of: date) -> Penalty | None:
    """Give the band of fines of a carrier for so many violating subscriptions; None where none was in force."""
    for row in data.table("penalty_bands", as_of).where(party="carrier", counted="numbers"):
        last = int(row["last"]) if row["last"] else None
        if int(row["first"]) <= numbers and (last is None or numbers <= last):
            least, most = int(row["least_vnd"]), int(row["most_vnd"])
            return Penalty(int(row["first"]), last, least, most, row["source"], row["certainty"])
    return None


def _carrier_lines(
    cells: list[Cell],
    violating: Mapping[str, int],
    rejects: Mapping[tuple[str, str], int],
    carriers: Mapping[str, str],
    as_of: date,
    frozen: Mapping[str, int],
    before: Mapping[str, Counts],
) -> tuple[CarrierLine, ...]:
    names = {code: row["name"] for row in data.table("carriers") for code in (*row["aliases"].split(";"), row["code"])}
    lost: Counter[str] = Counter()
    for (batch, _), rejected in rejects.items():
        lost[carriers[batch]] += rejected
    lines = [
        CarrierLine(
            carrier=carrier,
            name=names.get(carrier, carrier),
            counts=_totals([cell for cell in cells if cell[0] == carrier]),
            rejected=lost[carrier],
            violating=violating.get(carrier, 0),
            penalty=penalty_band(violating.get(carrier, 0), as_of),
            before=before.get(carrier),
            frozen=frozen.get(carrier, 0),
        )
        for carrier in sorted(set(carriers.values()))
    ]
    return tuple(sorted(lines, key=lambda line: (-line.counts.received, line.carrier)))


def _reason_lines(cells: list[Cell], as_of: date) -> tuple[ReasonLine, ...]:
    words = data.table("result_codes", as_of).by("code")
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for carrier, roll_up, code, *_, records in cells:
        counts[code, roll_up][carrier] += records
    lines = [
        ReasonLine(
            code=code,
            vietnamese=words[code]["vietnamese"] if code in words else code,
            english=words[code]["english"] if code in words else code,
            roll_up=roll_up,
            records=by_carrier.total(),
            by_carrier=tuple(sorted(by_carrier.items())),
        )
        for (code, roll_up), by_carrier in counts.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.records, line.code, line.roll_up)))


def _tier_lines(cells: list[Cell]) -> tuple[TierLine, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for _, _, _, tier, link, _, records in cells:
        counts[tier, link] += records
    links = ("identified", "ambiguous", "none")
    return tuple(TierLine(tier, *(counts[tier, link] for link in links)) for tier in ("id", "alias", "search", "none"))


def _histogram(cells: list[Cell]) -> tuple[ProbabilityBin, ...]:
    counts: Counter[tuple[int, bool]] = Counter()
    for *_, link, place, records in cells:
        counts[place, link == "identified"] += records
    return tuple(
        ProbabilityBin(place / BINS, (place + 1) / BINS, counts[place, True], counts[place, False])
        for place in range(BINS)
    )


def _reject_lines(rejects: Mapping[tuple[str, str], int]) -> tuple[RejectLine, ...]:
    counts: Counter[str] = Counter()
    for (_, reason), lines in rejects.items():
        counts[reason] += lines
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(RejectLine(reason, *REJECT_REASONS.get(reason, (reason, reason)), lines) for reason, lines in ordered)
