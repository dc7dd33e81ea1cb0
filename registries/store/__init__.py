"""The store of the registries: one schema in SQLite and PostgreSQL, and the two guarantees in the database itself.

`open_ledger(url)` gives the ledger; `create_ledger(url)` makes one. URLs are those of SQLAlchemy:
`sqlite:///ledger.db`, `postgresql://user@host/name`. Only this package knows a driver.
"""

from registries.store.choosing import Choice
from registries.store.executing import Order
from registries.store.ledger import Ledger
from registries.store.opening import Initialised, create_ledger, initialise, open_ledger
from registries.store.reading import HistoryItem, Holding, Utilisation

__all__ = [
    "Choice",
    "HistoryItem",
    "Holding",
    "Initialised",
    "Ledger",
    "Order",
    "Utilisation",
    "create_ledger",
    "initialise",
    "open_ledger",
]
