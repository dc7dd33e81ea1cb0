"""Open a ledger, make one, and settle what a new one needs: schema, name, where its signing key is, a token."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from registries.store import schema
from registries.store.errors import StoreUnfit, StoreUnreachable
from registries.store.ledger import Ledger, clock_us
from registries.store.names import new_name
from registries.store.sessions import SQLITE, Store
from registries.store.sqlite import SqliteStore

TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Initialised:
    """What `ledger init` settled. The token is shown once; the database holds its hash alone."""

    url: str
    schema: str
    log_name: str
    signing_key: str
    token: str | None


def open_ledger(
    url: str, *, clock: Callable[[], int] = clock_us, new_id: Callable[[], str] = new_name, durable: bool = True
) -> Ledger:
    """Open a ledger that is there, with the schema of this program.

    `durable` off, in SQLite, is for measuring what durability costs.

    Raises:
        StoreUnreachable: The address leads nowhere.
        StoreEmpty: There is no ledger.
        StoreOutdated: The schema is older or newer.
        StoreUnfit: The server is too old.
    """
    store, engine = _store(url, durable=durable)
    try:
        with engine.connect() as connection:
            _fit(connection, url)
            schema.require(connection, shown_url(url))
    except SQLAlchemyError as cause:
        raise StoreUnreachable(url=shown_url(url), reason=_reason(cause)) from cause
    return Ledger(store, clock=clock, new_id=new_id)


def create_ledger(
    url: str, *, clock: Callable[[], int] = clock_us, new_id: Callable[[], str] = new_name, durable: bool = True
) -> Ledger:
    """Make the schema where there is none, bring an older one forward, and open the ledger.

    Raises:
        StoreUnreachable: The address leads nowhere.
        StoreUnfit: The server is too old.
    """
    _, engine = _store(url, durable=durable)
    try:
        with engine.begin() as connection:
            _fit(connection, url)
            if connection.dialect.name != SQLITE:
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('sogoc-schema'))"))
            schema.upgrade(connection)
    except SQLAlchemyError as cause:
        raise StoreUnreachable(url=shown_url(url), reason=_reason(cause)) from cause
    finally:
        engine.dispose()
    return open_ledger(url, clock=clock, new_id=new_id, durable=durable)


def initialise(url: str, *, log_name: str, signing_key: Path) -> Initialised:
    """Make a ledger ready for use: its schema, the name of its log, where the signing key is, and a bearer token.

    Done twice, it changes nothing: name, key and token stay, and no token is shown again.

    Raises:
        StoreUnreachable: The address leads nowhere.
        StoreUnfit: The server is too old.
    """
    ledger = create_ledger(url)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    settings = {
        "log_name": log_name,
        "signing_key": str(signing_key),
        "token_sha256": hashlib.sha256(token.encode()).hexdigest(),
    }
    with ledger.store.writing() as session:
        known = dict(session.rows("SELECT name, value FROM ledger_setting"))
        for name, value in settings.items():
            if name not in known:
                session.run("INSERT INTO ledger_setting VALUES (?, ?)", (name, value))
    now = settings | known
    fresh = None if "token_sha256" in known else token
    ledger.close()
    return Initialised(shown_url(url), schema.HEAD, now["log_name"], now["signing_key"], fresh)


def is_token(ledger: Ledger, token: str) -> bool:
    """Tell whether a bearer token is the one of this ledger; compared in constant time."""
    with ledger.store.reading() as session:
        row = session.row("SELECT value FROM ledger_setting WHERE name = 'token_sha256'")
    given = hashlib.sha256(token.encode()).hexdigest()
    return row is not None and secrets.compare_digest(row[0], given)


def settings(ledger: Ledger) -> dict[str, str]:
    """Give what `initialise` settled, by name: `log_name`, `signing_key`, `token_sha256`; nothing where it was not."""
    with ledger.store.reading() as session:
        return dict(session.rows("SELECT name, value FROM ledger_setting"))


def _store(url: str, *, durable: bool) -> tuple[Store, Engine]:
    try:
        backend = make_url(url).get_backend_name()
    except ArgumentError as cause:
        raise StoreUnreachable(url=url, reason="it is no database address: sqlite:///ledger.db") from cause
    if backend == "postgresql":
        # Its driver takes a third of a second to load, which a ledger in a file need not wait for.
        from registries.store.postgresql import PostgresStore

        postgres = PostgresStore(url)
        return postgres, postgres.engine
    if backend != SQLITE:
        raise StoreUnreachable(url=shown_url(url), reason=f"{backend} is not kept; use sqlite or postgresql")
    sqlite = SqliteStore(url, durable=durable)
    return sqlite, sqlite.engine


def _fit(connection: Connection, url: str) -> None:
    if connection.dialect.name == SQLITE:
        return
    from registries.store.postgresql import OLDEST

    version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    if version < OLDEST:
        raise StoreUnfit(url=shown_url(url), found=f"PostgreSQL {version // 10_000}", needed="15 or newer")


def shown_url(url: str) -> str:
    """Give the address of a database as it may be shown: without its password."""
    return make_url(url).render_as_string(hide_password=True)


def _reason(cause: SQLAlchemyError) -> str:
    return str(getattr(cause, "orig", None) or cause).strip().splitlines()[0]
