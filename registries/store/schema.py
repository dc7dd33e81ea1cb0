"""The schema of a database: made and brought forward by numbered steps, never backward."""

from importlib.resources import files
from typing import Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from registries.store.errors import StoreEmpty, StoreOutdated

HEAD: Final = "0001"
"""The schema that this program reads and writes."""
_SQL: Final = "migrations/sql"


def statements(name: str, dialect: str) -> list[str]:
    """Give the statements of a file of `migrations/sql`; none where the dialect has no such file."""
    path = files("registries.store").joinpath(f"{_SQL}/{name}.{dialect}.sql")
    return path.read_text(encoding="utf-8").split("\n--|\n") if path.is_file() else []


def run_sql(*names: str) -> None:
    """Run files of statements in a migration, each as it stands for the dialect."""
    from alembic import op

    connection = op.get_bind()
    # The driver's own cursor: statements hold percent signs, and no values.
    cursor = connection.connection.cursor()
    for name in names:
        for statement in statements(name, connection.dialect.name):
            cursor.execute(statement)


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the schema forward inside the transaction of the connection; a new database gets all of it."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "registries.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def found(connection: Connection) -> str | None:
    """Give the version of the schema, or None where there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    try:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError:
        return None


def require(connection: Connection, url: str) -> None:
    """Make sure that the schema is that of this program.

    Raises:
        StoreEmpty: There is no ledger.
        StoreOutdated: It is older or newer.
    """
    version = found(connection)
    if version is None:
        raise StoreEmpty(url=url)
    if version != HEAD:
        older = version < HEAD
        advice = "bring it forward with `sogoc ledger init`" if older else "install the newer program"
        raise StoreOutdated(url=url, found=version, needed=HEAD, advice=advice)
