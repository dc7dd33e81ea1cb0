"""Splink 5 on DuckDB, tuned as well as we know how: what a careful user of the best open tool would run.

Link only; eight blocking rules; term frequencies on names; Levenshtein rather than Damerau, which its SQL engine
works out five times slower. A number goes to `id12` or `id9` by its length, so that a record with the old 9-digit
number meets the register's own old number. `hide: ["province"]` of the job leaves the province out everywhere.
"""

import logging
from pathlib import Path
from typing import Any

import splink.comparison_level_library as cll
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink import comparison_library as cl

from benchmarks.contestants.duckdb_join import connect, sync

SEED = 1
LEAST_WEIGHT = -12
"""Pairs below this match weight are not kept: far below every threshold that a label-chosen cut would take."""

PREPARE = """
CREATE TABLE {table} AS
WITH plain AS (
  SELECT {unique_id} AS unique_id, birth_date AS dob, nullif(trim(full_name), '') AS name,
         replace(strip_accents(upper(trim(full_name))), 'Đ', 'D') AS folded,
         regexp_replace(coalesce({id_number}, ''), '[^0-9]', '', 'g') AS number,
         {old_number} AS old_number, province
  FROM {source}
)
SELECT unique_id, lower(name) AS name, folded, dob, substr(dob, 1, 4) AS year, substr(dob, 6) AS day_month,
       string_split(folded, ' ')[1] AS surname, string_split(folded, ' ')[-1] AS given,
       array_to_string(string_split(folded, ' ')[2:-2], ' ') AS middle,
       array_to_string(list_sort(string_split(folded, ' ')), ' ') AS sorted_name,
       CASE WHEN length(number) = 12 THEN number END AS id12,
       CASE WHEN length(number) = 9 THEN number ELSE old_number END AS id9, province
FROM plain
"""


def warm(_scratch: Path, _job: dict[str, Any]) -> None:
    """Start DuckDB; what Splink loads lazily is loaded by importing it."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    with connect(1) as connection:
        connection.execute("SELECT levenshtein('a', 'b'), jaro_winkler_similarity('a', 'b')").fetchall()


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Link, and write the most probable person of each SIM."""
    out = Path(job["out"])
    out.mkdir(parents=True, exist_ok=True)
    connection = connect(job["threads"], out)
    _prepare(connection, job)
    api = DuckDBAPI(connection)
    sims = api.register("sims", table_name="a_sims")
    register = api.register("register", table_name="b_register")
    linker = Linker([sims, register], settings(province="province" not in job.get("hide", ())), log_level=logging.ERROR)
    exact: list[Any] = [block_on("id12", "folded"), block_on("folded", "dob")]
    linker.training.estimate_probability_two_random_records_match(exact, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=job.get("u_pairs", 1e6), seed=SEED)
    for rule in (block_on("id12"), block_on("folded", "dob")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_weight=LEAST_WEIGHT)
    verdicts = out / "verdicts.parquet"
    connection.execute(
        f"""
        COPY (
          WITH best AS (
            SELECT unique_id_l, unique_id_r, match_probability FROM {pairs.physical_name}
            QUALIFY row_number() OVER (PARTITION BY unique_id_l ORDER BY match_weight DESC, unique_id_r) = 1
          )
          SELECT k.batch, k.row, k.msisdn,
                 CASE WHEN match_probability >= 0.5 THEN 'found' ELSE 'not found' END AS roll_up, '' AS code,
                 CASE WHEN match_probability >= 0.5 THEN CAST(unique_id_r AS VARCHAR) END AS person_id,
                 CAST(unique_id_r AS VARCHAR) AS best_person, coalesce(match_probability, 0) AS probability
          FROM keys k LEFT JOIN best ON k.unique_id = best.unique_id_l
        ) TO '{verdicts}' (FORMAT parquet, COMPRESSION lz4_raw)
        """
    )
    sync(verdicts)
    counted = connection.execute(f"SELECT count(*) FROM {pairs.physical_name}").fetchone()
    connection.close()
    return {"out": str(out), "pairs_kept": counted[0] if counted else 0}


def _prepare(connection: Any, job: dict[str, Any]) -> None:
    files = [batch["path"] for batch in job["batches"]]
    carrier = "CASE filename " + " ".join(f"WHEN '{b['path']}' THEN '{b['carrier']}'" for b in job["batches"]) + " END"
    connection.execute(
        f"""CREATE TABLE keys AS
        SELECT row_number() OVER () AS unique_id, {carrier} AS batch, file_row_number + 1 AS row,
        msisdn, id_number, full_name, birth_date, province
        FROM read_parquet({files}, filename = true, file_row_number = true)"""
    )
    connection.execute(
        PREPARE.format(table="sims", unique_id="unique_id", id_number="id_number", old_number="NULL", source="keys")
    )
    connection.execute(
        PREPARE.format(
            table="register",
            unique_id="person_id",
            id_number="id_number",
            old_number="old_id_number",
            source=f"read_parquet('{job['register']}')",
        )
    )


def settings(*, province: bool) -> SettingsCreator:
    """Give the model: names with term frequencies, birth dates with their usual slips, both numbers, the province."""
    name = cl.CustomComparison(
        output_column_name="folded",
        comparison_levels=[
            cll.NullLevel("folded"),
            cll.ExactMatchLevel("name", term_frequency_adjustments=True),
            cll.ExactMatchLevel("folded", term_frequency_adjustments=True),
            cll.ExactMatchLevel("sorted_name"),
            cll.LevenshteinLevel("folded", 1),
            cll.LevenshteinLevel("folded", 2),
            cll.And(cll.ExactMatchLevel("surname"), cll.ExactMatchLevel("given")),
            cll.LevenshteinLevel("folded", 4),
            cll.ElseLevel(),
        ],
    )
    swapped = (
        "year_l = year_r AND substr(dob_l, 6, 2) = substr(dob_r, 9, 2) AND substr(dob_l, 9, 2) = substr(dob_r, 6, 2)"
    )
    january = "year_l = year_r AND (day_month_l = '01-01' OR day_month_r = '01-01')"
    birth = cl.CustomComparison(
        output_column_name="dob",
        comparison_levels=[
            cll.NullLevel("dob"),
            cll.ExactMatchLevel("dob"),
            cll.CustomLevel(swapped, "day and month swapped"),
            cll.CustomLevel(january, "first of January"),
            cll.ExactMatchLevel("day_month"),
            cll.LevenshteinLevel("dob", 1),
            cll.ExactMatchLevel("year"),
            cll.ElseLevel(),
        ],
    )
    number = cl.CustomComparison(
        output_column_name="id12",
        comparison_levels=[
            cll.CustomLevel(
                "(id12_l IS NULL OR id12_r IS NULL) AND (id9_l IS NULL OR id9_r IS NULL)", "no number to compare"
            ).configure(is_null_level=True),
            cll.CustomLevel("id12_l = id12_r", "same number"),
            cll.CustomLevel("id9_l = id9_r", "same old number"),
            cll.CustomLevel("levenshtein(id12_l, id12_r) <= 1", "one digit off"),
            cll.CustomLevel("levenshtein(id12_l, id12_r) <= 2", "two digits off"),
            cll.ElseLevel(),
        ],
    )
    rules: list[Any] = [
        block_on("id12"),
        block_on("id9"),
        block_on("folded", "dob"),
        block_on("sorted_name", "dob"),
        block_on("folded", "year"),
        block_on("folded", "day_month"),
        block_on("given", "dob"),
        block_on("surname", "middle", "dob"),
    ]
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="unique_id",
        comparisons=[name, birth, number, *([cl.ExactMatch("province")] if province else [])],
        blocking_rules_to_generate_predictions=rules,
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
