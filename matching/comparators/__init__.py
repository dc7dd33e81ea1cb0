"""Comparators by name: each a module with the same two functions, one for values and one for columns."""

from types import MappingProxyType
from typing import cast

from matching.comparators import address, date, exact, name, number, numeric, text, token_set
from matching.comparators.comparison import Comparator
from matching.errors import UnknownComparator

COMPARATORS = MappingProxyType(
    {
        module.NAME: cast("Comparator", module)
        for module in (address, date, exact, name, number, numeric, text, token_set)
    }
)


def comparator(called: str) -> Comparator:
    """Give the comparator of that name.

    Raises:
        UnknownComparator: when there is none.
    """
    try:
        return COMPARATORS[called]
    except KeyError:
        raise UnknownComparator(name=called, known=", ".join(sorted(COMPARATORS))) from None
