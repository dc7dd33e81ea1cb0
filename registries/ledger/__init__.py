"""The ledger: commands become events, events become state. One mechanism for every register.

A grant is a set of claims: boxes of whole numbers in a declared space, at a level, in a class within which claims
exclude one another, over legal time [start, stop). Commands may be refused; events never fail. State can be asked as
of any moment, by law and by record. This package is pure: `registries.store` keeps it, and gives the two guarantees
(no two active claims overlap in one class; no active claim outside of an active parent) in the store itself.
"""

from registries.ledger.boxes import Box
from registries.ledger.commands import (
    UNCHANGED,
    Command,
    Confirm,
    Correct,
    Describe,
    Expire,
    Grow,
    Issue,
    IssueNext,
    Merge,
    OpenPool,
    Placing,
    Release,
    Renew,
    Resume,
    Return,
    Revoke,
    Shrink,
    Split,
    Suspend,
    Transfer,
)
from registries.ledger.envelope import Envelope
from registries.ledger.errors import LedgerError, Refusal
from registries.ledger.grants import Claim, Grant, Level, State, Tenure
from registries.ledger.plan import Receipt
from registries.ledger.spaces import SPACES, Exclusivity, Geometry, Space, space

__all__ = [
    "SPACES",
    "UNCHANGED",
    "Box",
    "Claim",
    "Command",
    "Confirm",
    "Correct",
    "Describe",
    "Envelope",
    "Exclusivity",
    "Expire",
    "Geometry",
    "Grant",
    "Grow",
    "Issue",
    "IssueNext",
    "LedgerError",
    "Level",
    "Merge",
    "OpenPool",
    "Placing",
    "Receipt",
    "Refusal",
    "Release",
    "Renew",
    "Resume",
    "Return",
    "Revoke",
    "Shrink",
    "Space",
    "Split",
    "State",
    "Suspend",
    "Tenure",
    "Transfer",
    "space",
]
