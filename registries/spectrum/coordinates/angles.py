"""Latitude and longitude as people write them: decimal degrees, degrees with minutes and seconds, packed digits.

Both languages of hemispheres are read: N, S, E, W, and B (bắc), N (nam), Đ (đông), T (tây). N alone is ambiguous: where
a longitude is read it does not occur, and for a latitude it is north unless another letter of the same text or the
caller says that the text is Vietnamese.
"""

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from registries.spectrum.coordinates.errors import AngleUnreadable

Axis = Literal["latitude", "longitude"]
LIMITS: Final[dict[Axis, int]] = {"latitude": 90, "longitude": 180}
_NEGATIVE: Final = {"S": "latitude", "W": "longitude", "T": "longitude"}
_POSITIVE: Final = {"N": "latitude", "B": "latitude", "E": "longitude", "Đ": "longitude"}
_LETTERS: Final = _NEGATIVE | _POSITIVE
_WORDS: Final = (
    ("VĨ ĐỘ", ""), ("KINH ĐỘ", ""), ("BẮC", "B"), ("NAM", "S"), ("ĐÔNG", "Đ"), ("TÂY", "T"),
    ("NORTH", "N"), ("SOUTH", "S"), ("EAST", "E"), ("WEST", "W"),
)  # fmt: skip
_NUMBER: Final = r"\d+(?:[.,]\d+)?"
_PARTS: Final = re.compile(
    rf"(?P<sign>[+-])?(?P<degrees>{_NUMBER})(?:[°ºd:\s-]+(?P<minutes>{_NUMBER}))?(?:['′’m:\s-]+(?P<seconds>{_NUMBER}))?"
    r"[°ºd'′’m\"″”s\s]*"
)
_PACKED: Final = {"latitude": re.compile(r"(\d{2})(\d{2})(\d{2}(?:\.\d+)?)"),
                  "longitude": re.compile(r"(\d{3})(\d{2})(\d{2}(?:\.\d+)?)")}  # fmt: skip
_LONGEST: Final = 60


def parse_angle(text: str, axis: Axis) -> float:
    """Give an angle in degrees, north and east positive.

    Raises:
        AngleUnreadable: The text has no such form, minutes or seconds reach 60, the letter is of the other axis, or the
            angle is past 90 degrees of latitude or 180 of longitude.
    """

    def refuse(reason: str) -> AngleUnreadable:
        return AngleUnreadable(text=repr(text[:_LONGEST]), axis=axis, reason=reason)

    if len(text) > _LONGEST:
        raise refuse("it is too long")
    given, letter = _without_letter(text)
    if letter and _LETTERS[letter] != axis:
        raise refuse(f"{letter} belongs to a {_LETTERS[letter]}")
    if letter and (packed := _PACKED[axis].fullmatch(given)):
        parts, sign = packed.groups(), None
    elif found := _PARTS.fullmatch(given):
        parts, sign = (found["degrees"], found["minutes"], found["seconds"]), found["sign"]
    else:
        raise refuse("it is written in no known way")
    if sign and letter:
        raise refuse("it has both a sign and a letter")
    degrees, minutes, seconds = (float((part or "0").replace(",", ".")) for part in parts)
    if any(part and not float(part.replace(",", ".")).is_integer() for part in parts[: sum(map(bool, parts)) - 1]):
        raise refuse("only its last part may have decimals")
    if minutes >= 60 or seconds >= 60:
        raise refuse("minutes and seconds are less than 60")
    angle = degrees + minutes / 60 + seconds / 3600
    if angle > LIMITS[axis]:
        raise refuse(f"it is at most {LIMITS[axis]} degrees")
    return -angle if sign == "-" or letter in _NEGATIVE else angle


def _without_letter(text: str) -> tuple[str, str]:
    given = text.strip().upper()
    for word, letter in _WORDS:
        given = given.replace(word, letter)
    given = given.strip()
    for letter in _LETTERS:
        if given.endswith(letter):
            return given[:-1].strip().replace("D", "d").replace("M", "m"), letter
        if given.startswith(letter):
            return given[1:].strip().replace("D", "d").replace("M", "m"), letter
    # A trailing S would be taken for the south; seconds are written with a mark.
    return given.replace("D", "d").replace("M", "m"), ""


def render_angle(angle_deg: float, axis: Axis, decimals: int = 1) -> str:
    """Write an angle with degrees, minutes and seconds of so many decimals: `21°01'42.6"N`.

    Raises:
        AngleUnreadable: The angle is no number, or past the limit of its axis.
    """
    if not math.isfinite(angle_deg) or abs(angle_deg) > LIMITS[axis]:
        raise AngleUnreadable(text=angle_deg, axis=axis, reason=f"it is a number up to {LIMITS[axis]} degrees")
    step = Decimal(1).scaleb(-decimals)
    total = (abs(Decimal(repr(angle_deg))) * 3600).quantize(step, ROUND_HALF_UP)
    minutes, seconds = divmod(total, 60)
    degrees, minutes = divmod(minutes, 60)
    hemisphere = ("N", "S") if axis == "latitude" else ("E", "W")
    width = 2 if axis == "latitude" else 3
    shown = f"{seconds:0{3 + decimals if decimals else 2}.{decimals}f}"
    return f"{int(degrees):0{width}}°{int(minutes):02}'{shown}\"{hemisphere[angle_deg < 0]}"
