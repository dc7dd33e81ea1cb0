"""Findings about one identity number: several people under it.

A second spelling is not a second person. Records under one number are the same person where the register identified
both as the same holder, where the folded names agree, or where the birth dates agree and neither name was judged
different from the register's. What remains apart after joining these is counted. A number that a dealer writes beside
invented names and one copied birth date therefore still counts as many people.
"""

# ruff: noqa: S608  # only names and whole numbers of this package, and quoted literals, stand in the SQL

from collections.abc import Iterable, Iterator
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.findings.assembly import Ints, Stream
from engine.findings.keys import Keys, declare_keys, distinct, repeated, sorted_keys
from engine.findings.thresholds import Thresholds

_STRANGER_CODES = ("NAME_DIFFERENT", "DOB_DIFFERENT")
_CHUNK = 65_536

Holder = tuple[int, int, int | None, bool]
"""Name key, packed birth date, key of the person identified and trusted, whether the name was judged different."""


def shared_identities(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, slices: int) -> list[Stream]:
    """Give the stream of ID_SHARED."""
    _gather_holders(connection, slices)
    begins = thresholds.people_per_id
    counted = list(_count_by_token(connection))
    tokens = np.concatenate([tokens[people >= begins] for tokens, people in counted])
    several = np.concatenate([people[people >= begins] for _, people in counted])
    connection.register("counted", pa.table({"id_token": tokens, "people": several}))
    connection.execute("CREATE TEMP TABLE shared AS SELECT * FROM counted")
    connection.unregister("counted")
    source = "SELECT printf('%016x', id_token) AS subject, * FROM holders JOIN shared USING (id_token)"
    kind, rule = "ID_SHARED", "several_people"
    return [Stream(kind, rule, "overall", "id_token", begins, source, measure="people", high_from=begins + 1)]


# 36 bits of a number and 28 of what its record says of the person fit one key. Two numbers that share 36 bits are told
# apart when their records are judged; two different persons share 28 bits once in 270 million.
_SAID_BITS = 28


def _gather_holders(connection: duckdb.DuckDBPyConnection, slices: int) -> None:
    """Make `holders`, the records under numbers whose records do not all say the same of the person."""
    strangers = ", ".join(f"'{code}'" for code in _STRANGER_CODES)
    person = f"CASE WHEN person_id IS NOT NULL AND code NOT IN ({strangers}) THEN hash(person_id) END"
    said = f"(coalesce({person}, hash(name_key, birth)) & {(1 << _SAID_BITS) - 1}::UBIGINT)"
    token = f"(id_token >> {_SAID_BITS})"
    key = f"({token} << {_SAID_BITS} | {said})"
    found = [
        repeated(distinct(keys) >> np.uint64(_SAID_BITS), 2)
        for keys in sorted_keys(connection, key=key, source="people WHERE id_token <> 0", slice_by=token, slices=slices)
    ]
    declare_keys(connection, "tokens", found)
    connection.execute(
        f"""
        CREATE TEMP TABLE holders AS
        SELECT id_token, carrier, batch, "row", day, name_key, birth, {person} AS person,
            code = 'NAME_DIFFERENT' AS other_name
        FROM (SELECT *, {token} AS key FROM people WHERE id_token <> 0) SEMI JOIN tokens USING (key)
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


def _count_by_token(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Keys, Ints]]:
    """Give the numbers and how many people each has; pairs of holders, by far the most, are judged as columns."""
    reader = connection.sql(
        "SELECT DISTINCT id_token, name_key, birth, person, other_name FROM holders ORDER BY ALL"
    ).to_arrow_reader(_CHUNK)
    held = pa.table({})
    for batch in reader:
        table = pa.Table.from_batches([batch])
        held = pa.concat_tables([held, table]) if held.num_rows else table
        tokens = held["id_token"].to_numpy()
        whole = int(np.searchsorted(tokens, tokens[-1]))
        yield _count_groups(held.slice(0, whole))
        held = held.slice(whole)
    reader.close()
    yield _count_groups(held)


def _count_groups(table: Any) -> tuple[Keys, Ints]:
    if not table.num_rows:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    tokens = table["id_token"].to_numpy()
    starts = np.flatnonzero(np.concatenate([np.ones(1, np.bool_), tokens[1:] != tokens[:-1]]))
    sizes = np.diff(np.append(starts, tokens.shape[0]))
    people = np.ones(starts.shape[0], np.int64)
    people[sizes == 2] = _count_pairs(table, starts[sizes == 2])
    for place in np.flatnonzero(sizes > 2).tolist():
        group = table.slice(int(starts[place]), int(sizes[place])).drop_columns("id_token")
        people[place] = count_people(zip(*(column.to_pylist() for column in group.columns), strict=True))
    return tokens[starts], people


def _count_pairs(table: Any, first: Ints) -> Ints:
    """Count the people of groups of two holders, as count_people does."""
    name, birth, other = (table[column].to_numpy() for column in ("name_key", "birth", "other_name"))
    person = pc.fill_null(table["person"], 0).to_numpy()
    known = pc.is_valid(table["person"]).to_numpy()
    second = first + 1
    counts_birth = (birth != 0) & (~other | (name == 0))
    same = known[first] & known[second] & (person[first] == person[second])
    same |= (name[first] != 0) & (name[first] == name[second])
    same |= counts_birth[first] & counts_birth[second] & (birth[first] == birth[second])
    says = known | (name != 0) | counts_birth
    counted: Ints = says[first].astype(np.int64) + says[second]
    counted[same] = 1
    return counted
