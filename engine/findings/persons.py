"""Findings about one resolved person: how many SIMs, without which contract, in how many provinces how fast.

A person is the identified holder of the register, so that a nine-digit and a twelve-digit number of one human count
together. SIMs are active numbers of people; a number that stands twice in the files counts once per network and once
overall. Records whose person is not identified belong to nobody here.
"""

# ruff: noqa: S608  # only names and whole numbers of this package, and quoted literals, stand in the SQL

import duckdb

from engine.findings.assembly import Stream
from engine.findings.thresholds import SimBucket, Thresholds


def count_sims(
    connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, slices: int
) -> list[tuple[str, str | None, str, int, int]]:
    """Count the SIMs of every resolved person and keep the keys of those whom a finding may concern.

    Needs the table `repeated` of numbers that stand more than once. Returns the distribution of SIMs per person:
    (scope, carrier or None, bucket, persons, SIMs), in order.
    """
    _gather_extras(connection)
    connection.execute("CREATE TEMP TABLE heavy (key UBIGINT)")
    connection.execute("CREATE TEMP TABLE movers (key UBIGINT)")
    connection.execute(
        "CREATE TEMP TABLE distribution (scope VARCHAR, carrier VARCHAR, bucket VARCHAR, persons BIGINT, sims BIGINT)"
    )
    for part in range(slices):
        _count_slice(connection, thresholds, part, slices)
    order = {bucket.name: place for place, bucket in enumerate(thresholds.buckets)}
    rows = connection.execute(
        "SELECT scope, carrier, bucket, sum(persons)::BIGINT, sum(sims)::BIGINT FROM distribution GROUP BY ALL"
    ).fetchall()
    return sorted(rows, key=lambda row: (row[0], row[1] or "", order.get(row[2], len(order))))


def bucket_sql(column: str, buckets: tuple[SimBucket, ...]) -> str:
    """Write the expression that names the bucket of a number of SIMs."""
    cases = " ".join(f"WHEN {column} >= {bucket.first} THEN '{bucket.name}'" for bucket in reversed(buckets))
    return f"CASE {cases} END"


def _gather_extras(connection: duckdb.DuckDBPyConnection) -> None:
    """List the records of a person that repeat a number: within the carrier, or only between carriers."""
    connection.execute(
        """
        CREATE TEMP TABLE extras AS
        SELECT hash(person_id) AS key, carrier, batch, "row", place > 1 AS in_network FROM (
            SELECT person_id, carrier, batch, "row",
                row_number() OVER (PARTITION BY person_id, msisdn, carrier ORDER BY batch, "row") AS place,
                row_number() OVER (PARTITION BY person_id, msisdn ORDER BY batch, "row") AS any_place
            FROM sims SEMI JOIN repeated USING (msisdn) WHERE person_id IS NOT NULL
        ) WHERE any_place > 1
        """
    )


def _count_slice(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, part: int, slices: int) -> None:
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE held AS
        SELECT key, carrier, sum(n)::BIGINT AS n, sum(once)::BIGINT AS once, bit_or(low) AS low, bit_or(high) AS high
        FROM (
            SELECT hash(person_id) AS key, carrier, 1 AS n, 1 AS once,
                CASE WHEN day IS NOT NULL AND province BETWEEN 1 AND 48
                    THEN 1::BIGINT << province ELSE 0 END AS low,
                CASE WHEN day IS NOT NULL AND province > 48
                    THEN 1::BIGINT << (province - 48) ELSE 0 END AS high
            FROM sims WHERE person_id IS NOT NULL AND hash(person_id) % {slices} = {part}
            UNION ALL
            SELECT key, carrier, -in_network::INTEGER, -1, 0, 0 FROM extras WHERE key % {slices} = {part}
        ) GROUP BY key, carrier
        """
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE persons AS
        SELECT key, sum(once)::BIGINT AS n, bit_count(bit_or(low)) + bit_count(bit_or(high)) AS provinces
        FROM held GROUP BY key
        """
    )
    bucket = bucket_sql("n", thresholds.buckets)
    connection.execute(
        f"""
        INSERT INTO distribution
        SELECT 'network', carrier, {bucket}, count(*), sum(n) FROM held GROUP BY ALL
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


def gather_heavy(connection: duckdb.DuckDBPyConnection) -> None:
    """Fetch the records of those who hold many SIMs, marked where they repeat a number."""
    connection.execute(
        """
        CREATE TEMP TABLE heavy_records AS
        SELECT one.person_id AS subject, one.carrier, one.batch, one."row", one.day,
            coalesce(one.contract_id, '') <> '' AS has_contract,
            extras.key IS NULL AS first_of_all, NOT coalesce(extras.in_network, false) AS first_in_network
        FROM (SELECT *, hash(person_id) AS key FROM sims WHERE person_id IS NOT NULL) AS one
        SEMI JOIN heavy ON one.key = heavy.key
        LEFT JOIN extras ON one.key = extras.key AND one.batch = extras.batch AND one."row" = extras."row"
        """
    )


def many_sims(thresholds: Thresholds) -> list[Stream]:
    """Give the streams of PERSON_MANY_SIMS, per network and overall."""
    begins = _second_bucket(thresholds)
    return [
        Stream(
            "PERSON_MANY_SIMS",
            "sims_per_person",
            scope,
            "person",
            begins,
            f"SELECT * FROM heavy_records WHERE {once}",
            high_from=thresholds.buckets[-1].first,
            at_least=begins,
            buckets=thresholds.buckets,
        )
        for scope, once in (("network", "first_in_network"), ("overall", "first_of_all"))
    ]


def missing_contracts(thresholds: Thresholds) -> list[Stream]:
    """Give the stream of SIM_LIMIT_4PLUS_NO_CONTRACT.

    From the fourth on, a number of a person in one network needs a contract; an unknown day counts as the earliest.
    """
    free = thresholds.sims_without_contract
    source = f"""
        SELECT * FROM (
            SELECT *, row_number() OVER (PARTITION BY subject, carrier ORDER BY day NULLS FIRST, batch, "row") AS nth
            FROM heavy_records WHERE first_in_network
        ) WHERE nth > {free} AND NOT has_contract AND coalesce(day >= DATE '{thresholds.contract_since}', true)
    """
    kind, rule = "SIM_LIMIT_4PLUS_NO_CONTRACT", "fourth_sim_without_contract"
    return [Stream(kind, rule, "network", "person", free + 1, source, high_from=thresholds.buckets[-1].first - free)]


def province_velocity(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> list[Stream]:
    """Give the stream of PROVINCE_VELOCITY: each person's busiest window, the earliest where several are."""
    provinces, days = thresholds.provinces_in_window, thresholds.window_days
    connection.execute(
        f"""
        CREATE TEMP TABLE moves AS
        SELECT *, count(DISTINCT province) OVER (
            PARTITION BY subject ORDER BY day
            RANGE BETWEEN CURRENT ROW AND INTERVAL {days - 1} DAYS FOLLOWING) AS provinces
        FROM (
            SELECT person_id AS subject, carrier, batch, "row", day, province
            FROM (SELECT *, hash(person_id) AS key FROM sims
                WHERE person_id IS NOT NULL AND day IS NOT NULL AND province > 0)
            SEMI JOIN movers USING (key)
        )
        """
    )
    source = f"""
        SELECT moves.* EXCLUDE (provinces), widest FROM moves JOIN (
            SELECT subject, max(provinces) AS widest,
                arg_max(day, provinces * 1000000 - date_diff('day', DATE '1900-01-01', day)) AS starts
            FROM moves GROUP BY subject HAVING max(provinces) >= {provinces}
        ) USING (subject) WHERE day BETWEEN starts AND starts + {days - 1}
    """
    kind, rule = "PROVINCE_VELOCITY", "provinces_in_window"
    return [Stream(kind, rule, "overall", "person", provinces, source, measure="widest", high_from=2 * provinces)]
