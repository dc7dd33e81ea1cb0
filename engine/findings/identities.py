"""Findings about one identity number: several people under it.

A second spelling is not a second person. Records under one number are the same person where the register identified
both as the same holder, where the folded names agree, or where the birth dates agree and neither name was judged
different from the register's. What remains apart after joining these is counted. A number that a dealer writes beside
invented names and one copied birth date therefore still counts as many people.
"""

# ruff: noqa: S608  # only names and whole numbers of this package, and quoted literals, stand in the SQL

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

import duckdb
import numpy as np
import pyarrow as pa

from engine.findings.assembly import Stream
from engine.findings.thresholds import Thresholds

_STRANGER_CODES = ("NAME_DIFFERENT", "DOB_DIFFERENT")
_CHUNK = 65_536

Holder = tuple[int, int, int | None, bool]
"""Name key, packed birth date, key of the person identified and trusted, whether the name was judged different."""


def shared_identities(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, slices: int) -> list[Stream]:
    """Give the stream of ID_SHARED."""
    _gather_holders(connection, slices)
    tokens: list[int] = []
    people: list[int] = []
    for token, holders in _holders_by_token(connection):
        count = count_people(holders)
        if count >= thresholds.people_per_id:
            tokens.append(token)
            people.append(count)
    shared = pa.table({"id_token": np.array(tokens, np.uint64), "people": np.array(people, np.int64)})
    connection.register("counted", shared)
    connection.execute("CREATE TEMP TABLE shared AS SELECT * FROM counted")
    connection.unregister("counted")
    source = "SELECT printf('%016x', id_token) AS subject, * FROM holders JOIN shared USING (id_token)"
    begins = thresholds.people_per_id
    kind, rule = "ID_SHARED", "several_people"
    return [Stream(kind, rule, "overall", "id_token", begins, source, measure="people", high_from=begins + 1)]


def _gather_holders(connection: duckdb.DuckDBPyConnection, slices: int) -> None:
    """Make `holders`, the records under numbers whose records are not all of one identified and trusted person."""
    strangers = ", ".join(f"'{code}'" for code in _STRANGER_CODES)
    trusted = f"CASE WHEN code NOT IN ({strangers}) THEN hash(person_id) END"
    connection.execute("CREATE TEMP TABLE tokens (id_token UBIGINT)")
    for part in range(slices):
        connection.execute(
            f"""
            INSERT INTO tokens
            SELECT id_token FROM (
                SELECT id_token, name_key, birth, CASE WHEN person_id IS NOT NULL THEN {trusted} END AS person
                FROM people WHERE id_token <> 0 AND id_token % {slices} = {part}
            ) GROUP BY id_token
            HAVING (min(name_key) FILTER (name_key <> 0) <> max(name_key)
                    OR min(birth) FILTER (birth <> 0) <> max(birth))
                AND NOT coalesce(min(person) = max(person) AND count(person) = count(*), false)
            """
        )
    connection.execute(
        f"""
        CREATE TEMP TABLE holders AS
        SELECT id_token, carrier, batch, "row", day, name_key, birth,
            CASE WHEN person_id IS NOT NULL THEN {trusted} END AS person, code = 'NAME_DIFFERENT' AS other_name
        FROM people SEMI JOIN tokens USING (id_token)
        """
    )


def count_people(holders: Iterable[Holder]) -> int:
    """Count the people among the records under one number: groups joined by person, name or birth date.

    A record that holds neither a name nor a birth date nor a person says nothing and is not counted.
    """
    parents: dict[tuple[str, int], tuple[str, int]] = {}

    def root(key: tuple[str, int]) -> tuple[str, int]:
        while parents.setdefault(key, key) != key:
            parents[key] = parents[parents[key]]
            key = parents[key]
        return key

    for name, birth, person, other_name in holders:
        keys: list[tuple[str, int]] = []
        if person is not None:
            keys.append(("person", person))
        if name:
            keys.append(("name", name))
        if birth and (not other_name or not name):
            keys.append(("birth", birth))
        for key in keys:
            parents[root(key)] = root(keys[0])
    return sum(1 for key, parent in parents.items() if key == parent)


def _holders_by_token(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, set[Holder]]]:
    reader = connection.sql(
        "SELECT id_token, name_key, birth, person, other_name FROM holders ORDER BY id_token"
    ).to_arrow_reader(_CHUNK)
    rows = (row for batch in reader for row in zip(*(column.to_pylist() for column in batch.columns), strict=True))
    for token, group in groupby(rows, key=itemgetter(0)):
        yield token, {row[1:] for row in group}
    reader.close()
