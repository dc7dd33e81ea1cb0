"""The schema: migrations give what the tables say, from the oldest one on; the golden text shows every change of it."""

import difflib
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect

from registries.store import create_ledger, open_ledger, schema
from registries.store.errors import StoreEmpty, StoreOutdated, StoreUnreachable
from registries.store.opening import initialise, is_token, shown_url
from registries.store.tables import METADATA
from tests.registries.ledger.making import block, issued, pool
from tests.registries.store.databases import Files, Server

GOLDEN = Path(__file__).parents[2] / "golden" / "ledger"


def described(url: str) -> dict[str, Any]:
    """Give tables, columns with types, keys and indexes of a database, as they are in it."""
    engine = create_engine(url)
    seen = inspect(engine)
    tables = {
        name: {
            "columns": [
                f"{column['name']} {str(column['type']).lower()}{'' if column['nullable'] else ' not null'}"
                for column in seen.get_columns(name)
            ],
            "key": seen.get_pk_constraint(name)["constrained_columns"],
            "unique": sorted(str(unique["column_names"]) for unique in seen.get_unique_constraints(name)),
            "indexes": sorted(
                f"{index['name']} {index['column_names']}"
                for index in seen.get_indexes(name)
                if not index.get("duplicates_constraint") and None not in index["column_names"]
            ),
        }
        for name in sorted(seen.get_table_names())
        if not name.startswith(("claim_space", "alembic", "sqlite"))
    }
    engine.dispose()
    return tables


def test_migrations_give_what_the_tables_say(databases: Server | Files) -> None:
    migrated, made = databases.fresh(), databases.empty()
    engine = create_engine(made)
    METADATA.create_all(engine)
    engine.dispose()
    assert described(migrated) == described(made)


def test_the_schema_is_the_golden_one(databases: Server | Files) -> None:
    tables = described(databases.fresh())
    lines = []
    for name, table in tables.items():
        lines += [name, *(f"    {column}" for column in table["columns"]), f"    key {table['key']}"]
        lines += [f"    unique {unique}" for unique in table["unique"]]
        lines += [f"    index {index}" for index in table["indexes"]]
    dialect = "sqlite" if isinstance(databases, Files) else "postgresql"
    path = GOLDEN / f"schema.{dialect}.txt"
    text = "\n".join(lines) + "\n"
    golden = path.read_text(encoding="utf-8")
    assert text == golden, "\n".join(difflib.unified_diff(golden.splitlines(), text.splitlines(), lineterm=""))


def test_the_oldest_schema_is_brought_forward_with_what_is_in_it(databases: Server | Files) -> None:
    url = databases.empty()
    engine = create_engine(url)
    with engine.begin() as connection:
        assert schema.found(connection) is None
        schema.upgrade(connection, "0001")
    engine.dispose()
    ledger = create_ledger(url)
    name = issued(ledger, pool(ledger), block(0, 255))
    ledger.close()
    again = create_ledger(url)
    assert again.grant(name).boxes == (block(0, 255),)
    again.close()


def test_migrations_are_numbered_through_and_only_go_forward() -> None:
    folder = Path(schema.__file__).parent / "migrations" / "versions"
    numbers = sorted(path.name[1:5] for path in folder.glob("r*.py"))
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
    assert numbers[-1] == schema.HEAD
    assert not any("downgrade" in path.read_text(encoding="utf-8") for path in folder.glob("r*.py"))


def test_no_ledger_or_another_schema_is_told(databases: Server | Files) -> None:
    url = databases.empty()
    with pytest.raises(StoreEmpty, match="ledger init"):
        open_ledger(url)
    create_ledger(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(StoreOutdated, match="install the newer program"):
        open_ledger(url)


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "sqlite://", "sqlite:////nowhere/at/all/x.db"])
def test_an_address_that_leads_nowhere_is_told(url: str) -> None:
    with pytest.raises(StoreUnreachable):
        create_ledger(url)


def test_initialising_gives_a_token_once(databases: Server | Files, tmp_path: Path) -> None:
    url = databases.empty()
    first = initialise(url, log_name="so-goc.example/log", signing_key=tmp_path / "key")
    second = initialise(url, log_name="another", signing_key=tmp_path / "other")
    assert first.token is not None
    assert second.token is None
    assert (second.log_name, second.signing_key) == (first.log_name, first.signing_key)
    ledger = open_ledger(url)
    assert is_token(ledger, first.token)
    assert not is_token(ledger, first.token + "x")
    with ledger.store.reading() as session:
        values = [row[0] for row in session.rows("SELECT value FROM ledger_setting")]
    assert not any(re.search(re.escape(first.token), value) for value in values)
    ledger.close()


def test_an_address_is_shown_without_its_password() -> None:
    url = "postgresql://officer:secret@127.0.0.1:1/numbers"
    assert "secret" not in shown_url(url)
    with pytest.raises(StoreUnreachable) as refused:
        open_ledger(url)
    assert "secret" not in str(refused.value)
