"""The desk of a command: the ledger opened, the envelope put together, the answer told, the evidence log brought on.

`@asks` and `@changes` give a command its common options, so that they are written once. The command itself takes a
`Desk` as its parameter `desk` and what is its own, and may return an exit code.
"""

import datetime
import functools
import getpass
import inspect
import json
import os
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from api.commands.ledger_options import (
    Actor,
    Approver,
    Behalf,
    Db,
    Dossier,
    DryRun,
    Effective,
    Instrument,
    Key,
    Reason,
    When,
    day_of,
    moment_of,
)
from api.commands.options import AsJson
from api.commands.terminal import say, tell
from api.errors import OptionFaulty
from api.ledger_home import TENANT, LedgerHome, db_url, open_ledger_at, sequence

if TYPE_CHECKING:
    from rich.console import Console

    from registries.ledger import Command, Envelope, Receipt
    from registries.overlay import Tables
    from registries.store import Ledger

ACTOR_VARIABLE: Final = "SOGOC_ACTOR"
_DRY: Final = "thử, không ghi gì · a trial, nothing was written"


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command works with. The fields from `reason` on are those of the envelope, as they were given."""

    ledger: "Ledger"
    home: LedgerHome
    as_json: bool
    dry_run: bool = False
    reason: str | None = None
    instrument: str | None = None
    dossier: str | None = None
    actor: str | None = None
    on_behalf_of: str | None = None
    approver: list[str] | None = None
    effective: When | None = None
    key: str | None = None

    @property
    def tables(self) -> "Tables":
        """Dated tables, with what the authority added."""
        return self.home.tables

    @property
    def on(self) -> datetime.date:
        """The day by whose rules a change is judged."""
        return day_of(self.effective)

    def envelope(self, *, reason: str = "", instrument: str = "") -> "Envelope":
        """Give the envelope; what the officer did not state is what the command states for itself.

        Raises:
            EnvelopeIncomplete: No reason is stated by either.
        """
        from registries.ledger import Envelope

        return Envelope(
            actor=self.actor or os.environ.get(ACTOR_VARIABLE) or getpass.getuser(),
            tenant=TENANT,
            purpose=self.reason or reason,
            idempotency_key=self.key or str(uuid.uuid4()),
            on_behalf_of=self.on_behalf_of or "",
            approvers=tuple(self.approver or ()),
            instrument=self.instrument or instrument,
            dossier=self.dossier or "",
            legal_at=None if self.effective is None else moment_of(self.effective),
        )

    def needs(self, option: str, value: str | None, why: str) -> str:
        """Give the value of an option that this command cannot do without.

        Raises:
            OptionFaulty: It is not given.
        """
        if not (value or "").strip():
            raise OptionFaulty(option=option, value="", detail=why)
        return str(value)

    def why(self) -> str:
        """Give the reason that the officer states, for a command that states none for itself.

        Raises:
            OptionFaulty: None is stated.
        """
        return self.needs("--reason", self.reason, "phải nêu lý do, ghi vào sổ · say why, it stands in the record")

    def note_read(self, what: str, purpose: str) -> None:
        """Write down who saw plain values of persons, and what for: one line, without any value."""
        self.home.reads.touch(mode=0o600)
        line = {
            "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "user": getpass.getuser(),
            "holder_id": what,
            "purpose": purpose,
        }
        with self.home.reads.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def execute(self, command: "Command") -> None:
        """Do a command and tell its receipt."""
        self.receipt(self.ledger.execute(command, self.envelope(), dry_run=self.dry_run))

    def receipt(self, receipt: "Receipt", **besides: object) -> None:
        """Tell what a change did: the entry, and its grants and holders as they are believed now."""
        from api.commands.ledger_shown import grant_lines, grant_value, moment_text
        from registries.ledger.errors import GrantUnknown

        value: dict[str, Any] = {
            "entry_id": receipt.entry_id,
            "command": receipt.command,
            "dry_run": self.dry_run,
            "again": receipt.again,
            "recorded_at": moment_text(receipt.recorded_us),
            "legal_at": moment_text(receipt.legal_us),
            "leaf_hash": receipt.leaf_hash.hex(),
            "grant_ids": list(receipt.grant_ids),
            "holder_ids": list(receipt.holder_ids),
            **besides,
        }
        grants = []
        for grant_id in () if self.dry_run else receipt.grant_ids:
            try:
                grants.append(self.ledger.grant(grant_id))
            except GrantUnknown:  # pragma: no cover - an entry names only what it left behind
                continue
        value["grants"] = [grant_value(self.ledger, grant) for grant in grants]

        def show(screen: "Console") -> None:
            state = _DRY if self.dry_run else "đã làm trước đây · done before" if receipt.again else "đã ghi · recorded"
            screen.print(f"{receipt.command}: {state}, {receipt.entry_id}", soft_wrap=True)
            for name, text in besides.items():
                screen.print(f"  {name.replace('_', ' ')}: {text}", soft_wrap=True, markup=False)
            for grant in grants:
                for line in grant_lines(self.ledger, grant):
                    screen.print(f"  {line}", soft_wrap=True, markup=False)
            for holder_id in receipt.holder_ids:
                screen.print(f"  chủ thể · holder: {holder_id}", soft_wrap=True, markup=False)

        self.tell(value, show)

    def tell(self, value: Mapping[str, Any], show: Callable[["Console"], None]) -> None:
        """Give the answer on stdout."""
        tell(value, show, as_json=self.as_json)


_ASKS: Final = (("db", Db, None), ("as_json", AsJson, False))
_CHANGES: Final = (
    ("reason", Reason, None),
    ("instrument", Instrument, None),
    ("dossier", Dossier, None),
    ("actor", Actor, None),
    ("on_behalf_of", Behalf, None),
    ("approver", Approver, None),
    ("effective", Effective, None),
    ("key", Key, None),
    ("dry_run", DryRun, False),
)


def asks(command: Callable[..., int | None]) -> Callable[..., int | None]:
    """Give a command that only asks its options and its desk."""
    return _at_desk(command, _ASKS, changes=False)


def changes(command: Callable[..., int | None]) -> Callable[..., int | None]:
    """Give a command that changes the ledger its options and its desk; the evidence log is signed when it has ended."""
    return _at_desk(command, (*_CHANGES, *_ASKS), changes=True)


def _at_desk(
    command: Callable[..., int | None], shared: Iterable[tuple[str, Any, object]], *, changes: bool
) -> Callable[..., int | None]:
    signature = inspect.signature(command, eval_str=True)
    own = [each.replace(kind=each.KEYWORD_ONLY) for each in signature.parameters.values() if each.name != "desk"]
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, annotation, default in shared
    ]

    @functools.wraps(command)
    def at_desk(**given: Any) -> int | None:
        said = {each.name: given.pop(each.name) for each in more}
        ledger, home = open_ledger_at(db_url(said.pop("db")))
        try:
            code = command(Desk(ledger, home, **said), **given)
            if changes and not said["dry_run"]:
                bring_on(ledger, home)
        finally:
            ledger.close()
        return code

    vars(at_desk)["__signature__"] = signature.replace(parameters=[*own, *more], return_annotation=int | None)
    at_desk.__annotations__ = {each.name: each.annotation for each in (*own, *more)}
    return at_desk


def bring_on(ledger: "Ledger", home: LedgerHome) -> None:
    """Sign the evidence log over what was committed. The change stands already: a fault here is said, not raised."""
    from registries.ledger.evidence.errors import EvidenceError

    try:
        sequence(ledger, home)
    except EvidenceError as fault:
        say(
            f"sogoc: đã ghi vào sổ, nhưng nhật ký bằng chứng chưa ký được · recorded, but the evidence log could not "
            f"be signed: {fault} [{fault.code}]"
        )
