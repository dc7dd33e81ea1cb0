"""The script that a user of DuckDB would write: exact join on the ID, then names and birth dates compared.

It repairs nothing and searches for nobody: a record whose number is missing, mistyped or old stays unfound.
"""

import os
from pathlib import Path
from typing import Any

import duckdb

SCRIPT = """
COPY (
  WITH sims AS (
    SELECT {carrier} AS batch, file_row_number + 1 AS row, msisdn, nullif(trim(id_number), '') AS id_number,
           full_name, birth_date
    FROM read_parquet({batches}, filename = true, file_row_number = true)
  ), joined AS (
    SELECT s.*, r.person_id, r.birth_date AS register_birth,
           replace(strip_accents(upper(trim(s.full_name))), 'Đ', 'D') AS name,
           replace(strip_accents(upper(trim(r.full_name))), 'Đ', 'D') AS register_name
    FROM sims s LEFT JOIN read_parquet({register}) r USING (id_number)
  ), compared AS (
    SELECT *, CASE WHEN name = register_name THEN 1.0 ELSE jaro_winkler_similarity(name, register_name) END AS alike,
           birth_date = register_birth AS born FROM joined
  )
  SELECT batch, row, msisdn,
    CASE WHEN id_number IS NULL THEN 'missing_id' WHEN alike = 1 AND born THEN 'correct' ELSE 'wrong' END AS roll_up,
    CASE WHEN id_number IS NULL THEN 'ID_MISSING' WHEN person_id IS NULL THEN 'ID_NOT_FOUND'
         WHEN alike < 1 THEN 'NAME_DIFFERENT' WHEN NOT born THEN 'DOB_DIFFERENT' ELSE 'OK_EXACT' END AS code,
    CASE WHEN alike >= 0.92 OR born THEN CAST(person_id AS VARCHAR) END AS person_id,
    CAST(coalesce(alike, 0) AS FLOAT) AS probability
  FROM compared
) TO {out} (FORMAT parquet, COMPRESSION lz4_raw)
"""


def warm(scratch: Path, _job: dict[str, Any]) -> None:
    """Load what DuckDB loads at its first query on Parquet."""
    with connect(1) as connection:
        tiny = scratch / "tiny.parquet"
        connection.execute(f"COPY (SELECT 1 AS x) TO '{tiny}' (FORMAT parquet, COMPRESSION lz4_raw)")
        connection.execute(f"SELECT * FROM read_parquet('{tiny}')").fetchall()


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Do the job; give the rows written."""
    out = Path(job["out"])
    out.mkdir(parents=True, exist_ok=True)
    verdicts = out / "verdicts.parquet"
    files = [batch["path"] for batch in job["batches"]]
    carrier = "CASE filename " + " ".join(f"WHEN '{b['path']}' THEN '{b['carrier']}'" for b in job["batches"]) + " END"
    with connect(job["threads"], out) as connection:
        connection.execute(
            SCRIPT.format(carrier=carrier, batches=files, register=f"'{job['register']}'", out=f"'{verdicts}'")
        )
    sync(verdicts)
    return {"out": str(out)}


def connect(threads: int, scratch: Path | None = None) -> Any:
    """Open a connection that loads no extension from anywhere and keeps no order that nobody asked for."""
    settings: dict[str, Any] = {
        "threads": threads,
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if scratch is not None:
        settings["temp_directory"] = str(scratch / "spill")
    return duckdb.connect(":memory:", config=settings)


def sync(path: Path) -> None:
    """Wait until the file is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
