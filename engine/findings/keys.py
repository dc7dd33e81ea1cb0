"""Which 64-bit keys occur often: by sorting, which takes a twentieth of the time that grouping them takes.

Ten million keys sort in 0.2 s of one core; DuckDB groups them in 5 s and 96 bytes each. So every search for repeated
keys reads one key a record, slice by slice of the key space so that a slice fits the memory, and sorts it. The records
behind the few keys that repeat are fetched afterwards and judged by their values, never by the key alone.
"""

# ruff: noqa: S608  # only names and whole numbers of this package, and quoted literals, stand in the SQL

from collections.abc import Iterator

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

Keys = npt.NDArray[np.uint64]

_CHUNK = 262_144
_BLOCK = 4_194_304
# A key, the slack of a slice larger than its share, and the masks of looking for runs.
_BYTES_PER_KEY = 12


def key_slices(records: int, memory_bytes: int) -> int:
    """Say into how many slices the keys of so many records are cut, so that a slice takes a third of the memory."""
    return max(1, -(-records * _BYTES_PER_KEY // (memory_bytes // 3)))


def sorted_keys(
    connection: duckdb.DuckDBPyConnection, *, key: str, source: str, slice_by: str, slices: int
) -> Iterator[Keys]:
    """Give the keys of a relation in ascending order, one slice at a time.

    Args:
        connection: Where the relation is declared.
        key: An expression of type UBIGINT.
        source: The relation, with its condition if it has one (`sims WHERE day IS NOT NULL`).
        slice_by: An expression whose remainder names the slice; keys to be seen together must share it.
        slices: How many slices.
    """
    # Room for every record: memory that no key is written to is never taken.
    records = int(connection.execute("SELECT count(*) FROM facts").fetchall()[0][0])
    link = " AND " if " WHERE " in source else " WHERE "
    for part in range(slices):
        condition = f"{link}{slice_by} % {slices} = {part}" if slices > 1 else ""
        room = np.empty(records, np.uint64)
        used = 0
        for batch in connection.sql(f"SELECT {key} AS key FROM {source}{condition}").to_arrow_reader(_CHUNK):
            room[used : used + batch.num_rows] = batch.column(0).to_numpy(zero_copy_only=False)
            used += batch.num_rows
        keys = room[:used]
        keys.sort()
        yield keys
        del room, keys


def repeated(keys: Keys, least: int) -> Keys:
    """Give the distinct values that occur at least so many times in sorted keys."""
    if least <= 1:
        return distinct(keys)
    if keys.shape[0] < least:
        return keys[:0]
    return distinct(keys[: keys.shape[0] - least + 1][keys[least - 1 :] == keys[: keys.shape[0] - least + 1]])


def distinct(keys: Keys) -> Keys:
    """Give the distinct values of sorted keys."""
    if not keys.shape[0]:
        return keys
    first: Keys = keys[np.concatenate([np.ones(1, np.bool_), keys[1:] != keys[:-1]])]
    return first


def blocks(keys: Keys, shift: int) -> Iterator[Keys]:
    """Cut sorted keys into blocks of a bounded size that never part keys with the same value above `shift` bits."""
    start = 0
    while start < keys.shape[0]:
        stop = min(start + _BLOCK, keys.shape[0])
        if stop < keys.shape[0]:
            following = ((keys[stop - 1] >> np.uint64(shift)) + np.uint64(1)) << np.uint64(shift)
            # 0 where the value was the last there is.
            stop = int(np.searchsorted(keys, following)) if following else keys.shape[0]
        yield keys[start:stop]
        start = stop


def declare_keys(connection: duckdb.DuckDBPyConnection, name: str, found: list[Keys]) -> int:
    """Make a table `name` (key UBIGINT) of the keys found; give their number."""
    keys = np.concatenate(found) if found else np.empty(0, np.uint64)
    connection.register("found_keys", pa.table({"key": keys}))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT key FROM found_keys")
    connection.unregister("found_keys")
    return int(keys.shape[0])
