"""Where a ledger keeps what lies beside its database, for every face that opens it.

    ledger.db            the database (or a PostgreSQL server); the hash of the bearer token stands in it
    ledger.home/         0700, made by `sogoc ledger init`
        signing.key      0600, the key that signs checkpoints; it is never in the database
        signing.key.pub  its public half, for everybody who verifies
        evidence/        the evidence log as tiles; `checkpoint` and `tile/0..` may be published, `tile/entries` not
        reads.jsonl      0600, who saw values of persons, and what for
        tables/          rows of fees, holidays and policy that the authority added (`sogoc fee load`)

The home is beside a SQLite file, or in the working folder for a server, unless `ledger init --home` names another.
"""

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from registries.ledger.evidence import Checkpoint, Step, Verifier
    from registries.overlay import Tables
    from registries.store import Initialised, Ledger

DB_VARIABLE: Final = "SOGOC_DB"
DEFAULT_DB: Final = "sqlite:///ledger.db"
TENANT: Final = "vnnic"
"""Whose data the entries of a ledger of number resources are."""
_SQLITE: Final = "sqlite:///"


@dataclass(frozen=True, slots=True)
class LedgerHome:
    """The folder beside a database."""

    folder: Path

    @property
    def signing_key(self) -> Path:
        return self.folder / "signing.key"

    @property
    def verifier_key(self) -> Path:
        return self.folder / "signing.key.pub"

    @property
    def evidence(self) -> Path:
        return self.folder / "evidence"

    @property
    def reads(self) -> Path:
        """Where it stands who saw values of persons, when and what for."""
        return self.folder / "reads.jsonl"

    @property
    def tables(self) -> "Tables":
        """Dated tables: ours, with what the authority added laid over them."""
        from registries.overlay import Tables

        return Tables(self.folder / "tables")

    def signed_size(self) -> int:
        """Give how many entries the evidence log has signed."""
        return self.checkpoint().size

    def checkpoint(self) -> "Checkpoint":
        """Give the signed checkpoint of the evidence log.

        Raises:
            EvidenceError: There is no log, or its checkpoint is not signed by the key of this home.
        """
        from registries.ledger.evidence import LogFolder

        return LogFolder(self.evidence).checkpoint(self.verifiers())

    def verifiers(self) -> list["Verifier"]:
        """Give the keys that may have signed the log."""
        from registries.ledger.evidence import read_verifier_key

        return [read_verifier_key(self.verifier_key)]


def db_url(text: str | None) -> str:
    """Give the address of the database: what is given, else SOGOC_DB, else `ledger.db` here; a path is SQLite."""
    given = text or os.environ.get(DB_VARIABLE) or DEFAULT_DB
    return given if "://" in given else _SQLITE + given


def is_there(url: str) -> bool:
    """Tell whether there is a database to open: a file, or any server."""
    return not url.startswith(_SQLITE) or _sqlite_path(url).is_file()


def open_ledger_at(url: str) -> tuple["Ledger", LedgerHome]:
    """Open a ledger that is there, and find its home.

    Raises:
        StoreError: There is none, or it cannot be opened; no empty database is left behind.
    """
    from registries.store import open_ledger
    from registries.store.errors import StoreEmpty
    from registries.store.opening import settings, shown_url

    if not is_there(url):
        raise StoreEmpty(url=shown_url(url))
    ledger = open_ledger(url)
    settled = settings(ledger).get("signing_key")
    # A home beside the database comes first: both may have been moved or copied together.
    homes = [home_beside(url), *([Path(settled).parent] if settled else [])]
    return ledger, LedgerHome(next((home for home in homes if home.is_dir()), homes[-1]))


def make_ledger(
    url: str, *, folder: Path | None = None, log_name: str | None = None
) -> tuple["Initialised", LedgerHome]:
    """Make database, home, key and empty evidence log, so far as they are not there; done twice, it changes nothing.

    The token of the answer is None unless this call made it: it is shown once.

    Raises:
        StoreError: The database cannot be made.
        KeyFaulty: There is a key already that cannot be read.
    """
    from registries.ledger.evidence import LogFolder, Signer, create_log, read_signing_key, write_signing_key
    from registries.ledger.evidence.errors import LogNotFound
    from registries.store import initialise

    home = LedgerHome((folder or home_beside(url)).absolute())
    home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not home.signing_key.exists():
        write_signing_key(home.signing_key, Signer.generate(log_name or f"{socket.gethostname()}/{home.folder.stem}"))
    signer = read_signing_key(home.signing_key)
    made = initialise(url, log_name=log_name or signer.name, signing_key=home.signing_key)
    try:
        LogFolder(home.evidence).checkpoint_note()
    except LogNotFound:
        create_log(home.evidence, made.log_name, signer)
    return made, home


def sequence(ledger: "Ledger", home: LedgerHome) -> "Step | None":
    """Put what was committed into the evidence log and sign it; None while another sequencer is at work on it.

    Raises:
        EvidenceError: The log or the key cannot be used, or contradicts the database.
    """
    from registries.ledger.evidence import Sequencer, read_signing_key
    from registries.ledger.evidence.errors import LogLocked
    from registries.store.outbox import StoreOutbox

    try:
        with Sequencer(home.evidence, read_signing_key(home.signing_key), StoreOutbox(ledger.store)) as sequencer:
            return sequencer.catch_up()
    except LogLocked:
        return None


def _sqlite_path(url: str) -> Path:
    return Path(url.removeprefix(_SQLITE).partition("?")[0])


def home_beside(url: str) -> Path:
    """Name the home of a database by its file, or by the name of the database on its server."""
    path = _sqlite_path(url) if url.startswith(_SQLITE) else Path(urlsplit(url).path.strip("/") or "ledger")
    return path.with_suffix(".home").absolute()
