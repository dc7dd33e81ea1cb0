"""Findings about one identity number: several people under it.

A second spelling is not a second person. Records under one number are the same person where the register identified
both as the same holder, where the folded names agree, or where the birth dates agree and neither name was judged
different from the register's. What remains apart after joining these is counted. A number that a dealer writes beside
invented names and one copied birth date therefore still counts as many people.
"""

# ruff: noqa: S608  # only names and whole numbers of this package, and quoted literals, stand in the SQL

from collections.abc import Iterable, Iterator

import duckdb
import polars as pl

from engine.findings.thresholds import Thresholds

_STRANGER_CODES = ("NAME_DIFFERENT", "DOB_DIFFERENT")

Holder = tuple[int, int, str | None, bool]
"""Name key, packed birth date, person identified and trusted, whether the name was judged different."""


def find_identities(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, slices: int) -> None:
    """Add ID_SHARED to `found`."""
    connection.execute("CREATE TEMP TABLE tokens (id_token UBIGINT)")
    for part in range(slices):
        connection.execute(
            f"""
            INSERT INTO tokens SELECT id_token FROM people
            WHERE id_token <> 0 AND id_token % {slices} = {part} GROUP BY id_token
            HAVING min(name_key) FILTER (name_key <> 0) <> max(name_key)
                OR min(birth) FILTER (birth <> 0) <> max(birth)
            """
        )
    strangers = ", ".join(f"'{code}'" for code in _STRANGER_CODES)
    connection.execute(
        f"""
        CREATE TEMP TABLE holders AS
        SELECT id_token, carrier, batch, "row", day, name_key, birth,
            CASE WHEN code NOT IN ({strangers}) THEN person_id END AS person,
            code = 'NAME_DIFFERENT' AS other_name
        FROM people SEMI JOIN tokens USING (id_token)
        """
    )
    counted = pl.DataFrame(
        list(_shared(_holders_by_token(connection), thresholds.people_per_id)),
        schema={"id_token": pl.UInt64, "people": pl.Int64},
        orient="row",
    )
    connection.register("shared_tokens", counted.to_arrow())
    connection.execute(
        f"""
        INSERT INTO found
        SELECT 'ID_SHARED', 'several_people', 'overall',
            CASE WHEN any_value(people) >= {thresholds.people_per_id + 1} THEN 'high' ELSE 'medium' END,
            CASE WHEN count(DISTINCT carrier) = 1 THEN min(carrier) END, list_sort(list(DISTINCT carrier)),
            'id_token', printf('%016x', id_token), any_value(people), {thresholds.people_per_id}, NULL,
            min({{'batch': batch, 'row': "row"}}, 20), count(*), min(day), max(day)
        FROM holders JOIN shared_tokens USING (id_token) GROUP BY id_token
        """
    )
    connection.unregister("shared_tokens")


def count_people(holders: Iterable[Holder]) -> int:
    """Count the people among the records under one number: groups joined by person, name or birth date.

    A record that holds neither a name nor a birth date nor a person says nothing and is not counted.
    """
    parents: dict[tuple[str, object], tuple[str, object]] = {}

    def root(key: tuple[str, object]) -> tuple[str, object]:
        while parents.setdefault(key, key) != key:
            parents[key] = parents[parents[key]]
            key = parents[key]
        return key

    for name, birth, person, other_name in holders:
        keys: list[tuple[str, object]] = []
        if person is not None:
            keys.append(("person", person))
        if name:
            keys.append(("name", name))
        if birth and (not other_name or not name):
            keys.append(("birth", birth))
        for key in keys:
            parents[root(key)] = root(keys[0])
    return sum(1 for key, parent in parents.items() if key == parent)


def _holders_by_token(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, list[Holder]]]:
    """Give the distinct holders of each number that has more than one identified and trusted person or none."""
    cursor = connection.execute(
        """
        SELECT id_token, list(DISTINCT {'name': name_key, 'birth': birth, 'person': person, 'other': other_name})
        FROM holders GROUP BY id_token
        HAVING NOT (count(DISTINCT person) = 1 AND bool_and(person IS NOT NULL))
        """
    )
    while rows := cursor.fetchmany(50_000):
        for token, holders in rows:
            yield token, [(each["name"], each["birth"], each["person"], each["other"]) for each in holders]


def _shared(holders_by_token: Iterable[tuple[int, list[Holder]]], people_per_id: int) -> Iterator[tuple[int, int]]:
    for token, holders in holders_by_token:
        people = count_people(holders)
        if people >= people_per_id:
            yield token, people
