"""The register of frequencies runs on each kind of database that the store does."""

from tests.registries.store.conftest import clock, databases, ledger, url

__all__ = ["clock", "databases", "ledger", "url"]
