"""Findings about one resolved person: how many SIMs, without which contract, in how many provinces how fast.

A person is the identified holder of the register, so that a nine-digit and a twelve-digit number of one human count
together. SIMs are active numbers of people; a number that stands twice in the files counts once per network and once
overall. Records whose person is not identified belong to nobody here.
"""

# ruff: noqa: S608  # only names and whole numbers of this package, and quoted literals, stand in the SQL

import duckdb

from engine.findings.thresholds import SimBucket, Thresholds

_EVIDENCE = "min({'batch': batch, 'row': \"row\"}, 20), count(*), min(day), max(day)"


def find_persons(
    connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, slices: int
) -> list[tuple[str, str | None, str, int, int]]:
    """Add PERSON_MANY_SIMS, SIM_LIMIT_4PLUS_NO_CONTRACT and PROVINCE_VELOCITY to `found`.

    Needs the table `repeated` of numbers that stand more than once. Returns the distribution of SIMs per person:
    (scope, carrier or None, bucket, persons, SIMs), in order.
    """
    _declare_corrections(connection)
    connection.execute("CREATE TEMP TABLE heavy (key UBIGINT)")
    connection.execute("CREATE TEMP TABLE movers (key UBIGINT)")
    connection.execute(
        "CREATE TEMP TABLE distribution (scope VARCHAR, carrier VARCHAR, bucket VARCHAR, persons BIGINT, sims BIGINT)"
    )
    for part in range(slices):
        _count_slice(connection, thresholds, part, slices)
    _gather(connection)
    _find_buckets(connection, thresholds)
    _find_missing_contracts(connection, thresholds)
    _find_velocity(connection, thresholds)
    order = {bucket.name: place for place, bucket in enumerate(thresholds.buckets)}
    rows = connection.execute(
        "SELECT scope, carrier, bucket, sum(persons)::BIGINT, sum(sims)::BIGINT FROM distribution GROUP BY ALL"
    ).fetchall()
    return sorted(rows, key=lambda row: (row[0], row[1] or "", order.get(row[2], len(order))))


def bucket_sql(column: str, buckets: tuple[SimBucket, ...]) -> str:
    """Write the expression that names the bucket of a number of SIMs."""
    cases = " ".join(f"WHEN {column} >= {bucket.first} THEN '{bucket.name}'" for bucket in reversed(buckets))
    return f"CASE {cases} END"


def _declare_corrections(connection: duckdb.DuckDBPyConnection) -> None:
    """Say how many records too many each person has, per carrier and, with a null carrier, between carriers."""
    connection.execute(
        """
        CREATE TEMP TABLE correction AS
        WITH twice AS (
            SELECT hash(person_id) AS key, msisdn, carrier, count(*) AS records
            FROM sims SEMI JOIN repeated USING (msisdn) WHERE person_id IS NOT NULL GROUP BY ALL
        )
        SELECT key, carrier, -(records - 1) AS n FROM twice WHERE records > 1
        UNION ALL
        SELECT key, NULL, -(count(*) - 1) FROM twice GROUP BY key, msisdn HAVING count(*) > 1
        """
    )


def _count_slice(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, part: int, slices: int) -> None:
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE held AS
        SELECT key, carrier, sum(n)::BIGINT AS n, bit_or(low) AS low, bit_or(high) AS high FROM (
            SELECT hash(person_id) AS key, carrier, 1 AS n,
                CASE WHEN day IS NOT NULL AND province BETWEEN 1 AND 48
                    THEN 1::BIGINT << province ELSE 0 END AS low,
                CASE WHEN day IS NOT NULL AND province > 48
                    THEN 1::BIGINT << (province - 48) ELSE 0 END AS high
            FROM sims WHERE person_id IS NOT NULL AND hash(person_id) % {slices} = {part}
            UNION ALL
            SELECT key, carrier, n, 0, 0 FROM correction WHERE key % {slices} = {part}
        ) GROUP BY key, carrier
        """
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE persons AS
        SELECT key, sum(n)::BIGINT AS n, bit_count(bit_or(low)) + bit_count(bit_or(high)) AS provinces
        FROM held GROUP BY key
        """
    )
    bucket = bucket_sql("n", thresholds.buckets)
    connection.execute(
        f"""
        INSERT INTO distribution
        SELECT 'network', carrier, {bucket}, count(*), sum(n) FROM held WHERE carrier IS NOT NULL GROUP BY ALL
        UNION ALL
        SELECT 'overall', NULL, {bucket}, count(*), sum(n) FROM persons GROUP BY ALL
        """
    )
    lowest = min(_second_bucket(thresholds), thresholds.sims_without_contract + 1)
    connection.execute(f"INSERT INTO heavy SELECT key FROM persons WHERE n >= {lowest}")
    connection.execute(
        f"INSERT INTO movers SELECT key FROM persons WHERE provinces >= {thresholds.provinces_in_window}"
    )


def _second_bucket(thresholds: Thresholds) -> int:
    """The first bucket is the ordinary case; a finding begins with the second."""
    return thresholds.buckets[1].first if len(thresholds.buckets) > 1 else thresholds.buckets[0].first


def _gather(connection: duckdb.DuckDBPyConnection) -> None:
    """Fetch the records of the heavy: `place` 1 is once per number and network, `any_place` 1 once per number."""
    connection.execute(
        """
        CREATE TEMP TABLE heavy_records AS
        SELECT person_id, carrier, msisdn, batch, "row", day, contract_id,
            row_number() OVER (PARTITION BY person_id, carrier, msisdn ORDER BY batch, "row") AS place,
            row_number() OVER (PARTITION BY person_id, msisdn ORDER BY batch, "row") AS any_place
        FROM (SELECT *, hash(person_id) AS key FROM sims WHERE person_id IS NOT NULL) SEMI JOIN heavy USING (key)
        """
    )


def _find_buckets(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> None:
    begins = _second_bucket(thresholds)
    bucket = bucket_sql("n", thresholds.buckets)
    highest = thresholds.buckets[-1].first
    for scope, carrier, carriers, place, group in (
        ("network", "carrier", "[carrier]", "place", "person_id, carrier"),
        ("overall", "NULL", "list_sort(list(DISTINCT carrier))", "any_place", "person_id"),
    ):
        connection.execute(
            f"""
            INSERT INTO found
            SELECT 'PERSON_MANY_SIMS', 'sims_per_person', '{scope}',
                CASE WHEN n >= {highest} THEN 'high' ELSE 'medium' END, one, several, 'person', person_id, n,
                {begins}, {bucket}, evidence, total, first_on, last_on
            FROM (
                SELECT person_id, {carrier} AS one, {carriers} AS several, count(*) AS n,
                    min({{'batch': batch, 'row': "row"}}, 20) AS evidence, count(*) AS total,
                    min(day) AS first_on, max(day) AS last_on
                FROM heavy_records WHERE {place} = 1 GROUP BY {group} HAVING count(*) >= {begins}
            )
            """
        )


def _find_missing_contracts(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> None:
    """From the fourth on, a number in one network needs a contract; an unknown day counts as the earliest."""
    free = thresholds.sims_without_contract
    connection.execute(
        f"""
        INSERT INTO found
        SELECT 'SIM_LIMIT_4PLUS_NO_CONTRACT', 'fourth_sim_without_contract', 'network',
            CASE WHEN count(*) >= 7 THEN 'high' ELSE 'medium' END, carrier, [carrier], 'person', person_id,
            count(*), {free + 1}, NULL, {_EVIDENCE}
        FROM (
            SELECT *, row_number() OVER (
                PARTITION BY person_id, carrier ORDER BY day NULLS FIRST, batch, "row") AS nth
            FROM heavy_records WHERE place = 1
        )
        WHERE nth > {free} AND coalesce(contract_id, '') = ''
            AND coalesce(day >= DATE '{thresholds.contract_since}', true)
        GROUP BY person_id, carrier
        """
    )


def _find_velocity(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> None:
    provinces, days = thresholds.provinces_in_window, thresholds.window_days
    connection.execute(
        f"""
        CREATE TEMP TABLE moves AS
        SELECT *, count(DISTINCT province) OVER (
            PARTITION BY person_id ORDER BY day
            RANGE BETWEEN CURRENT ROW AND INTERVAL {days - 1} DAYS FOLLOWING) AS provinces
        FROM (
            SELECT person_id, carrier, batch, "row", day, province
            FROM (SELECT *, hash(person_id) AS key FROM sims
                WHERE person_id IS NOT NULL AND day IS NOT NULL AND province > 0)
            SEMI JOIN movers USING (key)
        )
        """
    )
    connection.execute(
        f"""
        INSERT INTO found
        WITH widest AS (
            SELECT person_id, max(provinces) AS provinces,
                arg_max(day, {{'n': provinces, 'earliest': -date_diff('day', DATE '1900-01-01', day)}}) AS starts
            FROM moves GROUP BY person_id HAVING max(provinces) >= {provinces}
        )
        SELECT 'PROVINCE_VELOCITY', 'provinces_in_window', 'overall',
            CASE WHEN any_value(widest.provinces) >= {2 * provinces} THEN 'high' ELSE 'medium' END,
            CASE WHEN count(DISTINCT carrier) = 1 THEN min(carrier) END, list_sort(list(DISTINCT carrier)),
            'person', person_id, any_value(widest.provinces), {provinces}, NULL, {_EVIDENCE}
        FROM moves JOIN widest USING (person_id)
        WHERE day BETWEEN starts AND starts + {days - 1}
        GROUP BY person_id
        """
    )
