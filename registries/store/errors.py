"""Errors of the store: the database cannot be used as it is.

StoreError
├── StoreUnreachable   the address of the database leads nowhere
├── StoreEmpty         there is no ledger in it
├── StoreOutdated      its schema is older or newer than this program
└── StoreUnfit         the server is too old, or lacks what the guarantees need
"""

from registries.errors import RegistryError


class StoreError(RegistryError):
    """The database cannot be used as it is."""

    code = "store"
    template = "{detail}"


class StoreUnreachable(StoreError):
    """The address of the database leads nowhere, or the server does not answer."""

    code = "store-unreachable"
    template = "{url} cannot be opened: {reason}"


class StoreEmpty(StoreError):
    """There is no ledger in the database."""

    code = "store-empty"
    template = "{url} holds no ledger; make one with `sogoc ledger init`"


class StoreOutdated(StoreError):
    """The schema is not that of this program."""

    code = "store-outdated"
    template = "{url} has schema {found}, this program needs {needed}; {advice}"


class StoreUnfit(StoreError):
    """The server is too old, or lacks what the guarantees need."""

    code = "store-unfit"
    template = "{url} is {found}; the ledger needs {needed}"
