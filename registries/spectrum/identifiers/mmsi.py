"""Maritime mobile service identities: nine digits whose first ones say what carries them and which country gave them.

References:
    Recommendation ITU-R M.585; Radio Regulations, Article 19 (19.99-19.126);
    data/tables/maritime_identification_digits.csv.
"""

from dataclasses import dataclass
from typing import Final, Literal

import data
from registries.spectrum.identifiers.errors import MmsiUnreadable

Kind = Literal["ship", "group", "coast", "aircraft", "aid", "craft", "handheld", "sart", "mob", "epirb"]
DIGITS: Final = 9
VIET_NAM: Final = 574
_FIRST_MID: Final = 201
_LAST_MID: Final = 775
_FORMS: Final[tuple[tuple[str, Kind, bool], ...]] = (
    ("00", "coast", True),
    ("0", "group", True),
    ("111", "aircraft", True),
    ("970", "sart", False),
    ("972", "mob", False),
    ("974", "epirb", False),
    ("98", "craft", True),
    ("99", "aid", True),
    ("8", "handheld", True),
)
"""Leading digits, what they announce, and whether the country's digits follow; the longest that fits comes first."""


@dataclass(frozen=True, slots=True, order=True)
class Mmsi:
    """An identity of nine digits, among them leading zeros."""

    value: int

    def __post_init__(self) -> None:
        text = f"{self.value:09}" if self.value >= 0 else str(self.value)
        if len(text) != DIGITS or self.value < 0:
            raise MmsiUnreadable(text=str(self.value), rule=f"it has nine digits, not {len(text.lstrip('-'))}")
        _form(text)

    def __str__(self) -> str:
        return f"{self.value:09}"

    @property
    def kind(self) -> Kind:
        """What carries the identity: a ship, a coast station, a handheld radio, ..."""
        return _form(str(self))[0]

    @property
    def mid(self) -> int | None:
        """The three digits of the country, or None where there are none (distress beacons)."""
        return _form(str(self))[1]

    @property
    def country(self) -> str | None:
        """The country's ISO 3166 code, where its digits are among those loaded."""
        rows = data.table("maritime_identification_digits").by("mid")
        row = rows.get(str(self.mid))
        return None if row is None else row["iso_3166"]


def _form(text: str) -> tuple[Kind, int | None]:
    for start, kind, has_country in _FORMS:
        if text.startswith(start):
            return kind, _mid(text, len(start)) if has_country else None
    if text[0] in "234567":
        return "ship", _mid(text, 0)
    raise MmsiUnreadable(text=text, rule="no identity begins with these digits")


def _mid(text: str, begin: int) -> int:
    mid = int(text[begin : begin + 3])
    if not _FIRST_MID <= mid <= _LAST_MID:
        rule = f"the digits of the country are {mid:03}, and they lie between {_FIRST_MID} and {_LAST_MID}"
        raise MmsiUnreadable(text=text, rule=rule)
    return mid


def parse(text: str) -> Mmsi:
    """Read nine digits, spaces and dots aside.

    Raises:
        MmsiUnreadable: It is no identity; which rule it breaks is said.
    """
    given = text.strip().replace(" ", "").replace(".", "")
    if not (given.isascii() and given.isdigit() and len(given) == DIGITS):
        raise MmsiUnreadable(text=repr(text[:40]), rule=f"it has nine digits and nothing else, not {len(given)} signs")
    return Mmsi(int(given))


def is_valid(text: str) -> bool:
    """Say whether the text is an identity in canonical form."""
    try:
        return str(parse(text)) == text
    except MmsiUnreadable:
        return False


def canonical(text: str) -> str:
    """Give the nine digits.

    Raises:
        MmsiUnreadable: The text is no identity.
    """
    return str(parse(text))


def display(mmsi: Mmsi) -> str:
    """Give an identity in groups of three for a reader."""
    digits = str(mmsi)
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"
