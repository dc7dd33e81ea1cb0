"""Maritime identities and call signs: every form, the series of Viet Nam, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registries.spectrum.identifiers import call_sign, mmsi
from registries.spectrum.identifiers.errors import CallSignUnreadable, MmsiUnreadable

FORMS = {
    "574001234": ("ship", 574), "057401234": ("group", 574), "005740001": ("coast", 574),
    "111574001": ("aircraft", 574),
    "995741234": ("aid", 574), "857412345": ("handheld", 574), "985741234": ("craft", 574), "970011234": ("sart", None),
    "972011234": ("mob", None), "974011234": ("epirb", None),
}  # fmt: skip


@pytest.mark.parametrize(("text", "what"), FORMS.items())
def test_every_form_of_an_identity_says_what_carries_it(text: str, what: tuple[str, int | None]) -> None:
    found = mmsi.parse(text)
    assert (found.kind, found.mid) == what
    assert found.country == (None if what[1] is None else "VN")
    assert mmsi.canonical(f"{text[:3]} {text[3:]}") == text == str(found)
    assert mmsi.parse(mmsi.display(found)) == found
    assert mmsi.is_valid(text)


@settings(deadline=None)
@given(st.integers(0, 999_999_999))
def test_what_is_read_as_an_identity_comes_back(value: int) -> None:
    text = f"{value:09}"
    try:
        found = mmsi.parse(text)
    except MmsiUnreadable:
        assert not mmsi.is_valid(text)
        with pytest.raises(MmsiUnreadable):
            mmsi.Mmsi(value)
    else:
        assert str(found) == text
        assert mmsi.Mmsi(value) == found
        assert found.mid is None or 201 <= found.mid <= 775


@pytest.mark.parametrize(
    ("text", "rule"),
    {
        "57400123": "nine digits and nothing else, not 8",
        "57400123A": "nine digits and nothing else",
        "199999999": "no identity begins with these digits",
        "800123456": "digits of the country are 001",
        "999991234": "digits of the country are 999",
        "５７４００１２３４": "nine digits",
    }.items(),
)
def test_refuses_what_is_no_identity(text: str, rule: str) -> None:
    with pytest.raises(MmsiUnreadable, match=rule):
        mmsi.parse(text)
    with pytest.raises(MmsiUnreadable, match="nine digits, not"):
        mmsi.Mmsi(-5)


@pytest.mark.parametrize(
    ("text", "station"),
    {
        "XVG": "land", "XVS23": "land", "3WA2": "land", "XVAB": "ship", "3WAB7": "ship", "XV2345": "ship",
        "XVA2345": "ship", "XVABC": "aircraft", "XVAB25": "survival", "XV9A": "amateur", "3W3RR": "amateur",
        "XV1X": "amateur",
    }.items(),
)  # fmt: skip
def test_call_signs_of_the_series_of_viet_nam(text: str, station: call_sign.Station) -> None:
    found = call_sign.parse_for(text.lower(), station)
    assert found.text == text
    assert found.administration == "VTN"
    assert station in found.stations
    assert call_sign.canonical(f"{text[:2]}-{text[2:]}") == text
    assert call_sign.is_valid(call_sign.display(found))


@pytest.mark.parametrize(
    ("text", "station", "rule"),
    [
        ("XVAB1", "ship", "has the form of no kind of station"),
        ("XVS", "ship", "a station of kind ship has two characters and two letters"),
        ("HSAB", "ship", "it is of THA; the series of VTN: XVA-XVZ, 3WA-3WZ"),
        ("3ZAB", "ship", "it is of another administration"),
        ("X", "land", "three to seven"),
        ("XV_9A", "amateur", "three to seven letters and digits"),
    ],
)
def test_refuses_a_call_sign_of_another_form_or_series(text: str, station: call_sign.Station, rule: str) -> None:
    with pytest.raises(CallSignUnreadable, match=rule):
        call_sign.parse_for(text, station)


@settings(deadline=None)
@given(st.text("ABNQVWX0123459", min_size=1, max_size=8))
def test_a_call_sign_that_is_read_comes_back(text: str) -> None:
    try:
        found = call_sign.parse(text)
    except CallSignUnreadable:
        assert not call_sign.is_valid(text)
    else:
        assert call_sign.parse(str(found)) == found
        assert found.stations
