"""What changed since a previous run: findings and the numbers that did not comply.

A finding is the same matter when its id is the same. A non-compliant number is the same matter when carrier, number
and code are the same; a number whose code changed closes one matter and opens another. Records without a number
cannot be followed and are counted apart.
"""

# ruff: noqa: S608  # only names and whole numbers of this package, and quoted literals, stand in the SQL

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from engine.findings.workspace import literal, open_workspace, passes


@dataclass(frozen=True, slots=True)
class FindingChange:
    """Findings of one kind in both runs."""

    kind: str
    opened: int
    kept: int
    closed: int


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """Numbers of one carrier under one code; `gone` are those of the closed whose number is in no batch any more."""

    carrier: str
    code: str
    opened: int
    kept: int
    closed: int
    gone: int


@dataclass(frozen=True, slots=True)
class RunChange:
    """What changed since the previous run."""

    findings: tuple[FindingChange, ...]
    verdicts: tuple[VerdictChange, ...]
    without_number: int
    """Non-compliant records of this run that hold no number."""

    def as_json(self) -> str:
        """Write the change with sorted keys."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "RunChange":
        """Read what as_json wrote."""
        fields = json.loads(text)
        return cls(
            tuple(FindingChange(**each) for each in fields["findings"]),
            tuple(VerdictChange(**each) for each in fields["verdicts"]),
            fields["without_number"],
        )


def compare(
    previous: Path,
    current: Path,
    *,
    previous_carriers: Mapping[str, str],
    current_carriers: Mapping[str, str],
    memory_bytes: int = 1 << 30,
    threads: int = 2,
    scratch: Path | None = None,
) -> RunChange:
    """Compare two run folders by their findings.parquet and verdicts.parquet.

    Args:
        previous: The earlier run.
        current: The later run.
        previous_carriers: The carrier of each batch of the earlier run.
        current_carriers: The carrier of each batch of the later run.
        memory_bytes: Ceiling of the queries' memory.
        threads: Threads of the queries.
        scratch: A folder for spilling, the system's where None.
    """
    with open_workspace(scratch, memory_bytes=memory_bytes, threads=threads) as connection:
        findings = _compare_findings(connection, previous, current)
        for name, run, carriers in (
            ("before", previous, previous_carriers),
            ("after", current, current_carriers),
        ):
            _declare_verdicts(connection, name, run, carriers)
        total = connection.execute(
            "SELECT (SELECT count(*) FROM before_all) + (SELECT count(*) FROM after_all)"
        ).fetchone()
        slices = passes(int(total[0]) if total else 0, memory_bytes)
        counts: dict[tuple[str, str], list[int]] = {}
        for part in range(slices):
            for carrier, code, *numbers in _compare_slice(connection, part, slices):
                seen = counts.setdefault((carrier, code), [0, 0, 0, 0])
                for place, number in enumerate(numbers):
                    seen[place] += number
        lost = connection.execute("SELECT count(*) FROM after_all WHERE number = 0 AND wrong").fetchone()
    verdicts = tuple(VerdictChange(*key, *numbers) for key, numbers in sorted(counts.items()))
    return RunChange(findings, verdicts, int(lost[0]) if lost else 0)


def _compare_findings(
    connection: duckdb.DuckDBPyConnection, previous: Path, current: Path
) -> tuple[FindingChange, ...]:
    before, after = literal(previous / "findings.parquet"), literal(current / "findings.parquet")
    rows = connection.execute(
        f"""
        SELECT coalesce(a.kind, b.kind) AS kind, count(*) FILTER (b.finding_id IS NULL),
            count(*) FILTER (a.finding_id IS NOT NULL AND b.finding_id IS NOT NULL),
            count(*) FILTER (a.finding_id IS NULL)
        FROM (SELECT finding_id, kind FROM read_parquet({after})) a
        FULL JOIN (SELECT finding_id, kind FROM read_parquet({before})) b USING (finding_id)
        GROUP BY 1 ORDER BY 1
        """
    ).fetchall()
    return tuple(FindingChange(*row) for row in rows)


def _declare_verdicts(connection: duckdb.DuckDBPyConnection, name: str, run: Path, carriers: Mapping[str, str]) -> None:
    connection.execute(f"CREATE TEMP TABLE {name}_carriers (batch VARCHAR, carrier VARCHAR)")
    for batch, carrier in sorted(carriers.items()):
        connection.execute(f"INSERT INTO {name}_carriers VALUES (?, ?)", [batch, carrier])
    connection.execute(
        f"""
        CREATE TEMP VIEW {name}_all AS
        SELECT carrier, coalesce(TRY_CAST(msisdn AS UBIGINT), 0) AS number, code, roll_up <> 'correct' AS wrong
        FROM read_parquet({literal(run / "verdicts.parquet")}) JOIN {name}_carriers USING (batch)
        """
    )


def _compare_slice(
    connection: duckdb.DuckDBPyConnection, part: int, slices: int
) -> list[tuple[str, str, int, int, int, int]]:
    where = f"number <> 0 AND number % {slices} = {part}"
    return connection.execute(
        f"""
        WITH a AS (SELECT DISTINCT carrier, code, number FROM after_all WHERE wrong AND {where}),
        b AS (SELECT DISTINCT carrier, code, number FROM before_all WHERE wrong AND {where}),
        present AS (SELECT DISTINCT carrier, number FROM after_all WHERE {where}),
        joined AS (
            SELECT coalesce(a.carrier, b.carrier) AS carrier, coalesce(a.code, b.code) AS code,
                coalesce(a.number, b.number) AS number, a.number IS NOT NULL AS is_now, b.number IS NOT NULL AS was
            FROM a FULL JOIN b ON a.carrier = b.carrier AND a.code = b.code AND a.number = b.number
        )
        SELECT joined.carrier, code, count(*) FILTER (is_now AND NOT was), count(*) FILTER (is_now AND was),
            count(*) FILTER (was AND NOT is_now),
            count(*) FILTER (was AND NOT is_now AND present.number IS NULL)
        FROM joined LEFT JOIN present USING (carrier, number) GROUP BY 1, 2
        """
    ).fetchall()
