"""The envelope: who, for whom, with whose approval, why, by which instrument, under which rules, and when by law."""

import datetime
from dataclasses import dataclass
from typing import Any

from registries.ledger import moments
from registries.ledger.errors import EnvelopeIncomplete


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What every entry says beside its events. Complete from the first entry, because no later one can add to it.

    `actor` is who sends the command, a stable reference and never a name; `on_behalf_of` the organisation or person
    they act for; `approvers` further officers. `tenant` is whose ledger data it is. `purpose` says why, `instrument`
    names the decision or law, `dossier` the file. `rule_set` is the version of the rules that were applied.
    `legal_at` is when the change takes effect by law; None means when it is recorded. The same `idempotency_key` of a
    tenant gives the first answer again.
    """

    actor: str
    tenant: str
    purpose: str
    idempotency_key: str
    on_behalf_of: str = ""
    approvers: tuple[str, ...] = ()
    instrument: str = ""
    dossier: str = ""
    rule_set: str = ""
    legal_at: datetime.datetime | None = None

    def __post_init__(self) -> None:
        for name in ("actor", "tenant", "purpose", "idempotency_key"):
            if not getattr(self, name):
                raise EnvelopeIncomplete(field=name.replace("_", " "))

    def plain(self) -> dict[str, Any]:
        """Give it as plain values, the legal moment as text, without the idempotency key."""
        return {
            "actor": self.actor,
            "tenant": self.tenant,
            "purpose": self.purpose,
            "on_behalf_of": self.on_behalf_of,
            "approvers": list(self.approvers),
            "instrument": self.instrument,
            "dossier": self.dossier,
            "rule_set": self.rule_set,
            "legal_at": None if self.legal_at is None else moments.moment_text(moments.to_us(self.legal_at)),
        }
