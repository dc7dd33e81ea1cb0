"""The number of a subscription inside the networks (IMSI, ITU-T E.212): 452, two digits of network, ten of subscriber.

The network is that of the SIM card, so after porting it is the carrier that serves the number today.
"""

from collections.abc import Container
from dataclasses import dataclass

from matching.identifiers.masking import mask
from matching.identifiers.typed_text import read_number

COUNTRY = "452"
DIGITS = 15


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Imsi:
    """A Vietnamese IMSI. Its `repr` is masked; `str` is the number."""

    value: int

    def __str__(self) -> str:
        return str(self.value)

    def __repr__(self) -> str:
        return f"Imsi({display(self)})"

    @property
    def network(self) -> str:
        """The network code (MNC), two digits."""
        return str(self.value)[3:5]


def parse(text: str, networks: Container[str] | None = None) -> Imsi | None:
    """Give the IMSI that the text holds, or None; `networks` are the known network codes, None accepts all."""
    number = read_number(text)
    digits = number.characters
    if number.has_plus or not number.is_digits or len(digits) != DIGITS or not digits.startswith(COUNTRY):
        return None
    return Imsi(int(digits)) if networks is None or digits[3:5] in networks else None


def is_valid(text: str, networks: Container[str] | None = None) -> bool:
    """Say whether the text is exactly an IMSI, needing no repair."""
    return canonical(text, networks) == text


def canonical(text: str, networks: Container[str] | None = None) -> str | None:
    """Give the fifteen digits that the text stands for, or None."""
    imsi = parse(text, networks)
    return None if imsi is None else str(imsi)


def display(imsi: Imsi, *, masked: bool = True) -> str:
    """Give the number for a reader: masked, or whole as country, network and subscriber."""
    digits = str(imsi)
    return mask(digits) if masked else f"{digits[:3]} {digits[3:5]} {digits[5:]}"
