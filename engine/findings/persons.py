"""Findings about one resolved person: how many SIMs, without which contract, in how many provinces how fast.

A person is the identified holder of the register, so that a nine-digit and a twelve-digit number of one human count
together. SIMs are active numbers of people; a number that stands twice in the files counts once per network and once
overall. Records whose person is not identified belong to nobody here.
"""

# ruff: noqa: S608  # only names and whole numbers of this package, and quoted literals, stand in the SQL

from collections import Counter

import duckdb
import numpy as np
import numpy.typing as npt

from engine.findings.account import SimsPerPerson
from engine.findings.assembly import Stream, bucket_name
from engine.findings.keys import Keys, blocks, declare_keys, distinct, repeated, sorted_keys
from engine.findings.thresholds import SimBucket, Thresholds

# A person's key is part of a hash, so that the carrier fits into six bits beside it, or the province into seven.
_CARRIER_BITS, _PROVINCE_BITS = 6, 7
_HOLDER = f"(hash(person_id) >> {_CARRIER_BITS})"
_MOVER = f"(hash(person_id) >> {_PROVINCE_BITS})"
_IDENTIFIED = "sims WHERE person_id IS NOT NULL"
_OVERALL = -1


class _Distribution:
    """Persons and SIMs by carrier (its place, or _OVERALL) and bucket."""

    def __init__(self, buckets: tuple[SimBucket, ...]) -> None:
        self._buckets = buckets
        self._persons: Counter[tuple[int, str | None]] = Counter()
        self._sims: Counter[tuple[int, str | None]] = Counter()

    def add(self, carrier: int, held: npt.NDArray[np.int64]) -> None:
        """Add persons of a carrier, given the number of SIMs that each holds."""
        for sims, persons in zip(*(each.tolist() for each in np.unique(held, return_counts=True)), strict=True):
            key = carrier, bucket_name(self._buckets, sims)
            self._persons[key] += persons
            self._sims[key] += persons * sims

    def rows(self, carriers: list[str]) -> list[SimsPerPerson]:
        """Give what was added, network by network and then overall."""
        places = [("network", place, name) for place, name in enumerate(carriers)] + [("overall", _OVERALL, None)]
        return [
            SimsPerPerson(
                scope, carrier, bucket.name, self._persons[place, bucket.name], self._sims[place, bucket.name]
            )
            for scope, place, carrier in places
            for bucket in self._buckets
            if self._persons[place, bucket.name]
        ]


def count_sims(
    connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, carriers: list[str], slices: int
) -> list[SimsPerPerson]:
    """Count the SIMs of every resolved person; keep the keys of those whom a finding may concern (heavy, movers).

    Needs the table `repeated` of numbers that stand more than once.
    """
    _gather_extras(connection)
    in_network, overall = _extras(connection)
    distribution = _Distribution(thresholds.buckets)
    lowest = min(_second_bucket(thresholds), thresholds.sims_without_contract + 1)
    heavy: list[Keys] = []
    packed = f"({_HOLDER} << {_CARRIER_BITS} | enum_code(carrier)::UBIGINT)"
    for keys in sorted_keys(connection, key=packed, source=_IDENTIFIED, slice_by=_HOLDER, slices=slices):
        for block in blocks(keys, _CARRIER_BITS):
            held, counts = np.unique(block, return_counts=True)
            _take_away(held, counts, in_network)
            at_carrier = held & np.uint64((1 << _CARRIER_BITS) - 1)
            for place in range(len(carriers)):
                distribution.add(place, counts[at_carrier == place])
            persons, totals = np.unique(block >> np.uint64(_CARRIER_BITS), return_counts=True)
            _take_away(persons, totals, overall)
            distribution.add(_OVERALL, totals)
            heavy.append(persons[totals >= lowest])
    declare_keys(connection, "heavy", heavy)
    movers: list[Keys] = []
    placed = f"({_MOVER} << {_PROVINCE_BITS} | province::UBIGINT)"
    dated = f"{_IDENTIFIED} AND province > 0 AND (activated_on & 31) > 0"
    for keys in sorted_keys(connection, key=placed, source=dated, slice_by=_MOVER, slices=slices):
        movers.append(repeated(distinct(keys) >> np.uint64(_PROVINCE_BITS), thresholds.provinces_in_window))
    declare_keys(connection, "movers", movers)
    return distribution.rows(carriers)


def _take_away(keys: Keys, counts: npt.NDArray[np.int64], extras: Keys) -> None:
    """Count one less for each extra record of a key that is here; both are sorted."""
    here = extras[np.searchsorted(extras, keys[0]) : np.searchsorted(extras, keys[-1], side="right")]
    np.subtract.at(counts, np.searchsorted(keys, here), 1)


def _gather_extras(connection: duckdb.DuckDBPyConnection) -> None:
    """List the records of a person that repeat a number: within the carrier, or only between carriers."""
    connection.execute(
        f"""
        CREATE TEMP TABLE extras AS
        SELECT {_HOLDER} AS key, carrier, batch, "row", place > 1 AS in_network FROM (
            SELECT person_id, carrier, batch, "row",
                row_number() OVER (PARTITION BY person_id, msisdn, carrier ORDER BY batch, "row") AS place,
                row_number() OVER (PARTITION BY person_id, msisdn ORDER BY batch, "row") AS any_place
            FROM sims SEMI JOIN repeated ON sims.msisdn = repeated.key WHERE person_id IS NOT NULL
        ) WHERE any_place > 1
        """
    )


def _extras(connection: duckdb.DuckDBPyConnection) -> tuple[Keys, Keys]:
    """Give the sorted (person, carrier) keys of the records that repeat a number in a network, and persons overall."""
    found = connection.execute(
        f"SELECT key << {_CARRIER_BITS} | enum_code(carrier)::UBIGINT AS packed, in_network FROM extras"
    ).fetchnumpy()
    packed = np.asarray(found["packed"], np.uint64)
    inside = np.sort(packed[np.asarray(found["in_network"], np.bool_)])
    return inside, np.sort(packed >> np.uint64(_CARRIER_BITS))


def _second_bucket(thresholds: Thresholds) -> int:
    """The first bucket is the ordinary case; a finding begins with the second."""
    return thresholds.buckets[1].first if len(thresholds.buckets) > 1 else thresholds.buckets[0].first


def gather_heavy(connection: duckdb.DuckDBPyConnection) -> None:
    """Fetch the records of those who hold many SIMs, marked where they repeat a number."""
    connection.execute(
        f"""
        CREATE TEMP TABLE heavy_records AS
        SELECT one.person_id AS subject, one.carrier, one.batch, one."row", one.day,
            coalesce(one.contract_id, '') <> '' AS has_contract,
            extras.key IS NULL AS first_of_all, NOT coalesce(extras.in_network, false) AS first_in_network
        FROM (SELECT *, {_HOLDER} AS key FROM {_IDENTIFIED}) AS one
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
            FROM (SELECT *, {_MOVER} AS key FROM {_IDENTIFIED} AND day IS NOT NULL AND province > 0)
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
