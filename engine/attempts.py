"""How often a carrier has changed its claim, and when it gets no more answers: the guard against guessing.

An answer tells something. A row whose number exists but whose name differs tells that the number exists; the next
guess tells more. Answers that must be given are therefore rationed. An *attempt* is a distinct claim that was not
accepted; the same claim sent again costs nothing, tells nothing new and keeps its answer. A carrier's attempts are
counted in five scopes, each over all its batches and runs, in order of first sight:

pair    one SIM and one identity number: the claimed name and birth date change (guess the holder's fields)
id      one identity number under any SIM: the claimed name and birth date change (the same, spread over SIMs)
msisdn  one SIM: the identity number changes (guess a number)
claim   one name and birth date: the identity number changes (find the number of a known person)
name    one name: the identity number changes (the same, the birth date left open); the limit grows with the carrier's
        accepted records of that name, so that common names stay free

A row is frozen when as many other claims as the limit of a scope came before its own. Whether its own claim would be
accepted does not count: else the freeze itself would answer. Frozen rows are answered RESUBMIT and a person looks at
them; the verdict for the regulator is not touched.

What remains open. One answer per fresh pair of name and number still tells whether that number exists. Changes that
keep the folded, sorted name (accents, order of words) are not counted. Carriers are counted apart, so that one cannot
freeze or observe another; carriers that collude have as many limits as they are.

The file holds keyed tokens (engine.identity.tokens) and nothing else that names a number, a name or a date. Facts as
in contract facts.v1; rows without a usable identity number are never answered from the register and not counted.
"""

# ruff: noqa: S608  # only names and whole numbers of this module, and quoted literals, stand in the SQL

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from engine.findings.files import write_tables
from engine.findings.workspace import literal, open_workspace, scan
from engine.identity.tokens import KeyedTokens

Tokens = npt.NDArray[np.uint64]

_COLUMNS = ["carrier", "batch", "row", "msisdn", "id_token", "name_key", "birth", "roll_up"]
_ATTEMPT = "carrier, msisdn_key, id_key, name_key, claim_key"
_EMPTY = """(SELECT NULL::VARCHAR AS carrier, NULL::UBIGINT AS msisdn_key, NULL::UBIGINT AS id_key,
    NULL::UBIGINT AS name_key, NULL::UBIGINT AS claim_key, NULL::BIGINT AS first WHERE false)"""
_ROW_BITS = 40
_CHUNK = 131_072

SCHEMA = pa.schema(
    [
        pa.field("carrier", pa.string(), nullable=False),
        pa.field("msisdn_key", pa.uint64(), nullable=False),
        pa.field("id_key", pa.uint64(), nullable=False),
        pa.field("name_key", pa.uint64(), nullable=False),
        pa.field("claim_key", pa.uint64(), nullable=False),
        pa.field("first", pa.int64(), nullable=False),
    ]
)
# Tokens of different things are made from disjoint numbers: an MSISDN must not share its token with an equal ID.
_MSISDN_TAG, _NAME_TAG, _CLAIM_TAG = (np.uint64(tag) << np.uint64(56) for tag in (0xA1, 0xA2, 0xA3))


@dataclass(frozen=True, slots=True)
class AttemptLimits:
    """How many distinct claims of each scope are answered before the next ones are frozen."""

    pair: int = 4
    id: int = 7
    msisdn: int = 7
    claim: int = 20
    name: int = 20
    name_per_accepted: int = 2

    @classmethod
    def from_rules(cls, rules: Mapping[str, object]) -> "AttemptLimits":
        """Take `freeze_after_attempts`, the number of changes answered after the first claim, from a rule set row."""
        changes = rules.get("freeze_after_attempts")
        if changes in {None, ""}:
            return cls()
        allowed = int(str(changes))
        return cls(pair=allowed + 1, id=2 * allowed + 1, msisdn=2 * allowed + 1)


@dataclass(frozen=True, slots=True)
class _Scope:
    name: str
    key: str
    variant: str
    counts: str
    """Which attempts the scope counts: records without a number, or without a name, are no guesses about one."""


_SCOPES = (
    _Scope("pair", "msisdn_key, id_key", "claim_key", "msisdn_key <> 0"),
    _Scope("id", "id_key", "claim_key", "true"),
    _Scope("msisdn", "msisdn_key", "id_key", "msisdn_key <> 0"),
    _Scope("claim", "claim_key", "id_key", "name_key <> 0"),
    _Scope("name", "name_key", "id_key", "name_key <> 0"),
)


@dataclass(frozen=True, slots=True)
class AttemptsAccount:
    """What the count came to."""

    attempts: int
    """Attempts carried to the next run."""
    frozen: tuple[tuple[str, str, int], ...]
    """(carrier, scope, rows) of the rows frozen; a row may be frozen in several scopes."""
    frozen_by_carrier: tuple[tuple[str, int], ...]
    """(carrier, rows) of the rows frozen, each row once."""

    @property
    def frozen_rows(self) -> int:
        """All rows frozen."""
        return sum(rows for _, rows in self.frozen_by_carrier)


def count_attempts(
    facts_glob: str | Path,
    *,
    tokens: KeyedTokens,
    out: Path,
    frozen: Path,
    previous: Path | None = None,
    limits: AttemptLimits | None = None,
    memory_bytes: int = 1 << 30,
    threads: int = 2,
    scratch: Path | None = None,
) -> AttemptsAccount:
    """Count the attempts of all carriers; write those to carry on to `out` and the rows to freeze to `frozen`.

    `previous` is the file that the previous run wrote (None in the first run); the same tokens key must be used.
    `frozen` has batch and row, sorted. Both files are byte-reproducible.

    Cost: two readings of eight columns of the facts; the rest grows with the records not accepted.
    """
    limits = limits or AttemptLimits()
    with open_workspace(scratch, memory_bytes=memory_bytes, threads=threads) as connection:
        folder = Path(str(connection.execute("SELECT current_setting('temp_directory')").fetchall()[0][0]))
        _declare_history(connection, previous)
        batches = _batches(connection, facts_glob)
        _write_attempts(facts_glob, tokens, batches, folder)
        _merge_attempts(connection, folder)
        for scope in _SCOPES:
            _declare_cutoffs(connection, scope, limits)
        _write_hot_rows(connection, facts_glob, tokens, batches, folder)
        counts = _freeze(connection, folder, batches, frozen)
        attempts = _carry_on(connection, out)
        by_carrier = connection.execute(
            "SELECT carrier, count(DISTINCT seq) FROM frozen_rows GROUP BY carrier ORDER BY carrier"
        ).fetchall()
    return AttemptsAccount(attempts, tuple(counts), tuple(by_carrier))


def forget(previous: Path, out: Path, *, carrier: str, msisdns: list[int], tokens: KeyedTokens) -> int:
    """Write the attempts without those of a carrier's numbers that a person has looked at; give how many went."""
    gone = pl.Series(_tagged(tokens, np.array(msisdns, np.uint64), _MSISDN_TAG), dtype=pl.UInt64)
    frame = pl.read_parquet(previous)
    left = frame.filter(~((pl.col("carrier") == carrier) & pl.col("msisdn_key").is_in(gone.implode())))
    write_tables([left.to_arrow()], SCHEMA, out)
    return frame.height - left.height


def _declare_history(connection: duckdb.DuckDBPyConnection, previous: Path | None) -> None:
    source = f"read_parquet({literal(previous)})" if previous is not None else _EMPTY
    connection.execute(f"CREATE TEMP TABLE history AS SELECT * FROM {source}")


def _batches(connection: duckdb.DuckDBPyConnection, facts_glob: str | Path) -> list[str]:
    source = scan(facts_glob)
    if source is None:
        return []
    rows = connection.execute(f"SELECT DISTINCT batch::VARCHAR FROM {source} ORDER BY 1").fetchall()
    return [str(row[0]) for row in rows]


def _tagged(tokens: KeyedTokens, values: Tokens, tag: np.uint64) -> Tokens:
    """Give a token of each value that no other kind of value shares; 0, which is none, stays 0."""
    return np.asarray(tokens.of(np.where(values == 0, np.uint64(0), values ^ tag)), np.uint64)


def _chunks(facts_glob: str | Path, tokens: KeyedTokens, batches: list[str]) -> Iterator[pl.DataFrame]:
    """Give the records that name an identity number, part by part, with keyed columns and their place in the run."""
    places = pl.DataFrame(
        {"batch": batches, "place": range(len(batches))}, schema={"batch": pl.String, "place": pl.Int64}
    )
    pattern = Path(facts_glob)
    for part in sorted(pattern.parent.glob(pattern.name)):
        frame = pl.read_parquet(part, columns=_COLUMNS).filter(pl.col("id_token") != 0)
        frame = frame.with_columns(pl.col("batch", "carrier").cast(pl.String))
        names = _tagged(tokens, frame["name_key"].to_numpy(), _NAME_TAG)
        births = frame["birth"].to_numpy().astype(np.uint64)
        yield frame.join(places, on="batch", how="left", maintain_order="left").select(
            "carrier",
            pl.Series("msisdn_key", _tagged(tokens, frame["msisdn"].to_numpy(), _MSISDN_TAG)),
            pl.col("id_token").alias("id_key"),
            pl.Series("name_key", names),
            pl.Series("claim_key", _tagged(tokens, names + births * np.uint64(0x9E3779B97F4A7C15), _CLAIM_TAG)),
            (pl.col("place") * (1 << _ROW_BITS) + pl.col("row")).alias("seq"),
            (pl.col("roll_up") == "correct").alias("accepted"),
        )


def _write_attempts(facts_glob: str | Path, tokens: KeyedTokens, batches: list[str], folder: Path) -> None:
    for number, frame in enumerate(_chunks(facts_glob, tokens, batches)):
        open_claims = frame.filter(~pl.col("accepted")).drop("accepted")
        open_claims.write_parquet(folder / f"attempts-{number:05d}.parquet")
        accepted = frame.filter(pl.col("accepted")).group_by("carrier", "name_key").len("accepted")
        accepted.write_parquet(folder / f"accepted-{number:05d}.parquet")


def _merge_attempts(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make `attempts`: every distinct claim not accepted, with its place in the order of first sight."""
    source = scan(folder / "attempts-*.parquet")
    now = f"SELECT {_ATTEMPT}, seq FROM {source}" if source else f"SELECT {_ATTEMPT}, first AS seq FROM {_EMPTY}"
    connection.execute(
        f"""
        CREATE TEMP TABLE attempts AS
        SELECT {_ATTEMPT}, min(first) AS first FROM (
            SELECT {_ATTEMPT}, first - 1 - (SELECT coalesce(max(first), 0) FROM history) AS first FROM history
            UNION ALL {now}
        ) GROUP BY {_ATTEMPT}
        """
    )
    counted = scan(folder / "accepted-*.parquet")
    counted = (
        f"SELECT carrier, name_key, accepted FROM {counted}" if counted else "SELECT '', 0::UBIGINT, 0 WHERE false"
    )
    connection.execute(f"CREATE TEMP VIEW accepted_names (carrier, name_key, accepted) AS {counted}")


def _declare_cutoffs(connection: duckdb.DuckDBPyConnection, scope: _Scope, limits: AttemptLimits) -> None:
    """Make `cutoff_<scope>`: for each key that reached its limit, the place of the last claim that is answered."""
    limit: int = getattr(limits, scope.name)
    connection.execute(
        f"""
        CREATE TEMP TABLE variant_{scope.name} AS
        SELECT carrier, {scope.key}, {scope.variant}, min(first) AS first FROM attempts
        SEMI JOIN (
            SELECT carrier, {scope.key} FROM attempts WHERE {scope.counts}
            GROUP BY carrier, {scope.key} HAVING count(*) >= {limit}
        ) USING (carrier, {scope.key})
        GROUP BY carrier, {scope.key}, {scope.variant}
        """
    )
    allowed = f"{limit}"
    source = f"variant_{scope.name}"
    if scope.name == "name":
        allowed = f"{limit} + {limits.name_per_accepted} * coalesce(accepted, 0)"
        source += f"""
            LEFT JOIN (
                SELECT carrier, name_key, sum(accepted)::BIGINT AS accepted FROM accepted_names
                SEMI JOIN variant_{scope.name} USING (carrier, name_key) GROUP BY carrier, name_key
            ) USING (carrier, name_key)
        """
    connection.execute(
        f"""
        CREATE TEMP TABLE cutoff_{scope.name} AS
        SELECT carrier, {scope.key}, first AS cutoff FROM (
            SELECT carrier, {scope.key}, first, {allowed} AS allowed,
                row_number() OVER (PARTITION BY carrier, {scope.key} ORDER BY first) AS nth
            FROM {source}
        ) WHERE nth = allowed
        """
    )


def _write_hot_rows(
    connection: duckdb.DuckDBPyConnection, facts_glob: str | Path, tokens: KeyedTokens, batches: list[str], folder: Path
) -> None:
    """Write the rows of this run that touch a key at its limit, accepted or not."""
    hot: dict[str, list[Tokens]] = {}
    for scope in _SCOPES:
        # For a pair the number's key alone is a good first sieve; the exact key decides later.
        column = scope.key.rsplit(", ", maxsplit=1)[-1]
        keys = connection.execute(f"SELECT DISTINCT {column} FROM cutoff_{scope.name}").fetchnumpy()[column]
        hot.setdefault(column, []).append(np.asarray(keys, np.uint64))
    sieve: dict[str, Any] = {column: pl.Series(np.unique(np.concatenate(keys))) for column, keys in hot.items()}
    for number, frame in enumerate(_chunks(facts_glob, tokens, batches)):
        touched = pl.any_horizontal([pl.col(column).is_in(keys.implode()) for column, keys in sieve.items()])
        frame.filter(touched).write_parquet(folder / f"hot-{number:05d}.parquet")


def _freeze(
    connection: duckdb.DuckDBPyConnection, folder: Path, batches: list[str], frozen: Path
) -> list[tuple[str, str, int]]:
    source = scan(folder / "hot-*.parquet")
    connection.execute("CREATE TEMP TABLE frozen_rows (carrier VARCHAR, scope VARCHAR, seq BIGINT)")
    for scope in _SCOPES if source else ():
        connection.execute(
            f"""
            INSERT INTO frozen_rows
            WITH touched AS (
                SELECT carrier, {scope.key}, {scope.variant}, seq, cutoff
                FROM {source} JOIN cutoff_{scope.name} USING (carrier, {scope.key})
            ), seen AS (
                SELECT carrier, {scope.key}, {scope.variant}, min(first) AS first FROM (
                    SELECT carrier, {scope.key}, {scope.variant}, seq AS first FROM touched
                    UNION ALL SELECT * FROM variant_{scope.name}
                ) GROUP BY ALL
            )
            SELECT carrier, '{scope.name}', seq
            FROM touched JOIN seen USING (carrier, {scope.key}, {scope.variant}) WHERE first > cutoff
            """
        )
    names = ", ".join(literal(batch) for batch in batches)
    rows = connection.sql(
        f'SELECT ([{names}]::VARCHAR[])[(seq >> {_ROW_BITS}) + 1] AS batch, seq & {(1 << _ROW_BITS) - 1} AS "row" '
        "FROM (SELECT DISTINCT seq FROM frozen_rows) ORDER BY seq"
    ).pl()
    rows.cast({"batch": pl.String, "row": pl.Int64}).write_parquet(frozen, compression="zstd", statistics=False)
    return connection.execute(
        "SELECT carrier, scope, count(*) FROM frozen_rows GROUP BY carrier, scope ORDER BY carrier, scope"
    ).fetchall()


def _carry_on(connection: duckdb.DuckDBPyConnection, out: Path) -> int:
    """Write the attempts that were answered, now or before; a frozen claim was not, and costs nothing later."""
    reader = connection.sql(
        f"""
        SELECT {_ATTEMPT}, row_number() OVER (ORDER BY first, {_ATTEMPT}) AS place
        FROM attempts ANTI JOIN (SELECT DISTINCT seq FROM frozen_rows) AS stopped ON attempts.first = stopped.seq
        ORDER BY place
        """
    ).to_arrow_reader(_CHUNK)
    return write_tables((pa.Table.from_batches([batch]).rename_columns(SCHEMA.names) for batch in reader), SCHEMA, out)
