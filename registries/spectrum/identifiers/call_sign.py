"""Call signs: which administration's series they are of, and for which stations their form is right.

References:
    Radio Regulations, Article 19, Section III (19.45-19.69) and Appendix 42 (series); data/tables/call_sign_series.csv.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

import data
from registries.spectrum.identifiers.errors import CallSignUnreadable

Station = Literal["land", "ship", "aircraft", "survival", "amateur"]
VIET_NAM: Final = "VTN"
_FORMS: Final[dict[Station, tuple[str, ...]]] = {
    # Two characters and a letter; then up to three digits, of which one that follows a letter is neither 0 nor 1.
    "land": (r"..[A-Z]", r"..[A-Z][2-9][0-9]{0,2}"),
    "ship": (r"..[A-Z]{2}", r"..[A-Z]{2}[2-9]", r".[A-Z][2-9][0-9]{3}", r"..[A-Z][2-9][0-9]{3}"),
    "aircraft": (r"..[A-Z]{3}",),
    "survival": (r"..[A-Z]{2}[2-9][0-9]", r"..[A-Z]{2}[2-9][0-9]{2}"),
    # Digits 0 and 1 are allowed to amateurs (19.69).
    "amateur": (r"..[0-9][A-Z0-9]{0,3}[A-Z]", r"[BFGIKMNRW][0-9][A-Z0-9]{0,3}[A-Z]"),
}
_FORM: Final = {
    station: re.compile("|".join(form.replace("..", "(?:[A-Z]{2}|[A-Z][2-9]|[2-9][A-Z])") for form in forms))
    for station, forms in _FORMS.items()
}
_MEANING: Final[dict[Station, str]] = {
    "land": "two characters and a letter, and up to three digits, the first neither 0 nor 1",
    "ship": "two characters and two letters, with or without a digit, or a letter and four digits",
    "aircraft": "two characters and three letters",
    "survival": "the call sign of the ship and two digits",
    "amateur": "one or two characters, a digit, and up to four characters of which the last is a letter",
}


@dataclass(frozen=True, slots=True)
class CallSign:
    """A call sign in capitals, and the kinds of station for which its form is right."""

    text: str

    def __post_init__(self) -> None:
        if not (3 <= len(self.text) <= 7 and self.text.isascii() and self.text.isalnum()):
            raise CallSignUnreadable(text=repr(self.text[:40]), rule="it has three to seven letters and digits")
        if self.text != self.text.upper() or not self.stations:
            raise CallSignUnreadable(text=repr(self.text), rule="it has the form of no kind of station")

    def __str__(self) -> str:
        return self.text

    @property
    def stations(self) -> tuple[Station, ...]:
        """The kinds of station that such a form may belong to."""
        return tuple(station for station, form in _FORM.items() if form.fullmatch(self.text))

    @property
    def administration(self) -> str | None:
        """The ITU symbol of the administration to which the series is allocated, where it is among those loaded."""
        start = self.text[:3] if self.text[2].isalpha() else f"{self.text[:2]}A"
        for row in data.table("call_sign_series"):
            if row["first"] <= start <= row["last"]:
                return row["administration"]
        return None


def parse(text: str) -> CallSign:
    """Read a call sign, whatever its case; spaces and hyphens inside do not matter.

    Raises:
        CallSignUnreadable: No kind of station has such a call sign.
    """
    return CallSign(re.sub(r"[\s-]+", "", text).upper())


def parse_for(text: str, station: Station, administration: str = VIET_NAM) -> CallSign:
    """Read the call sign of a station of a kind, of the series of an administration.

    Raises:
        CallSignUnreadable: The form is another kind's, or the series another administration's.
    """
    found = parse(text)
    if station not in found.stations:
        raise CallSignUnreadable(text=repr(text), rule=f"a station of kind {station} has {_MEANING[station]}")
    if found.administration != administration:
        series = ", ".join(
            f"{row['first']}-{row['last']}"
            for row in data.table("call_sign_series").where(administration=administration)
        )
        rule = f"it is of {found.administration or 'another administration'}; the series of {administration}: {series}"
        raise CallSignUnreadable(text=repr(text), rule=rule)
    return found


def is_valid(text: str) -> bool:
    """Say whether the text is a call sign in canonical form."""
    try:
        return str(parse(text)) == text
    except CallSignUnreadable:
        return False


def canonical(text: str) -> str:
    """Give the call sign in capitals, nothing between.

    Raises:
        CallSignUnreadable: The text is none.
    """
    return str(parse(text))


def display(call_sign: CallSign) -> str:
    """Give a call sign for a reader: as it is written."""
    return str(call_sign)
