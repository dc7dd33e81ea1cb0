"""Holders: organisations, agencies, and persons by reference; their names over time, contacts and succession.

They live in the ledger: each change is an entry with its envelope and evidence, done by `Ledger.execute`.
"""

from registries.holders.commands import (
    EndHolder,
    ErasePersonal,
    HolderCommand,
    IdentifyHolder,
    MergeHolders,
    RegisterHolder,
    RemoveContact,
    RenameHolder,
    SetContact,
    ValidateContact,
)
from registries.holders.holder import Contact, Holder, Kind, Name, Standing

__all__ = [
    "Contact",
    "EndHolder",
    "ErasePersonal",
    "Holder",
    "HolderCommand",
    "IdentifyHolder",
    "Kind",
    "MergeHolders",
    "Name",
    "RegisterHolder",
    "RemoveContact",
    "RenameHolder",
    "SetContact",
    "Standing",
    "ValidateContact",
]
