"""Who decides on which day, how long licences last, when to ask, and how much one holder may have."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registries.calendar import add_months
from registries.spectrum.bands.blocks import Block, blocks, blocks_of
from registries.spectrum.competence import CompetenceUnknown, ProvinceNeeded, authority
from registries.spectrum.licence_rules import (
    LicenceRuleUnknown,
    TermFaulty,
    ask_extension_by,
    check_caps,
    decide_by,
    extended_last_day,
    last_day,
    obligations,
    rule,
)

NOW = datetime.date(2026, 6, 1)


@pytest.mark.parametrize(
    ("on", "level", "code"),
    [
        ("2025-02-28", "ministry", "MIC"), ("2025-03-01", "ministry", "MST"), ("2025-06-30", "ministry", "MST"),
        ("2025-07-01", "province", "PPC"), ("2027-02-28", "province", "PPC"), ("2027-03-01", "ministry", "MST"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("procedure", ["issue", "extend", "amend", "exchange", "revoke"])
def test_amateur_licences_are_with_the_provinces_while_the_decree_holds(
    on: str, level: str, code: str, procedure: str
) -> None:
    day = datetime.date.fromisoformat(on)
    found = authority("amateur", procedure, day, "01" if day >= datetime.date(2025, 7, 1) else "001")
    assert (found.level, found.code) == (level, code)
    assert found.province_code == ("01" if level == "province" else "")
    assert (found.doubt is not None) == (on in {"2025-02-28", "2027-03-01"})
    assert level == "ministry" or found.vi == "Ủy ban nhân dân Hà Nội"


def test_other_licences_stay_with_the_ministry() -> None:
    for kind in ("frequency-and-equipment", "band", "orbit"):
        assert authority(kind, "issue", NOW, "01").code == "MST"


def test_a_province_must_be_named_and_exist_on_the_day() -> None:
    with pytest.raises(ProvinceNeeded, match="give the code"):
        authority("amateur", "issue", NOW)
    with pytest.raises(ProvinceNeeded, match="no province has the code 001"):
        authority("amateur", "issue", NOW, "001")
    with pytest.raises(CompetenceUnknown, match="kind taxi on 2026-06-01"):
        authority("taxi", "issue", NOW)
    with pytest.raises(CompetenceUnknown):
        authority("band", "issue", datetime.date(2001, 1, 1))


def test_terms_end_the_day_before_and_never_pass_the_longest() -> None:
    last, longest = last_day("band", datetime.date(2024, 3, 8))
    assert (last, longest.value, longest.doubt) == (datetime.date(2039, 3, 7), 180, None)
    assert last_day("band", datetime.date(2024, 3, 8), 24)[0] == datetime.date(2026, 3, 7)
    assert last_day("frequency-and-equipment", NOW)[1].doubt is not None
    for months in (0, -1, 181):
        with pytest.raises(TermFaulty, match="1 to 180"):
            last_day("band", NOW, months)


@settings(deadline=None)
@given(st.dates(datetime.date(2015, 1, 1), datetime.date(2026, 1, 1)), st.integers(1, 179), st.integers(1, 200))
def test_an_extension_fills_the_longest_term_and_no_more(granted: datetime.date, months: int, more: int) -> None:
    last, _ = last_day("band", granted, months)
    full, _ = last_day("band", granted)
    wanted = add_months(last + datetime.timedelta(days=1), more) - datetime.timedelta(days=1)
    if wanted <= full:
        assert extended_last_day("band", granted, last, more, NOW)[0] == wanted
    else:
        with pytest.raises(TermFaulty):
            extended_last_day("band", granted, last, more, NOW)


def test_a_licence_of_the_longest_term_goes_on_for_a_year_at_most() -> None:
    granted = datetime.date(2011, 9, 16)
    last, _ = last_day("band", granted)
    day = datetime.date(2022, 1, 1)
    assert extended_last_day("band", granted, last, 12, day) == (add_months(last, 12), ())
    assert extended_last_day("band", granted, last, 12, NOW)[1] != ()
    with pytest.raises(TermFaulty, match="lasts 1 to 12"):
        extended_last_day("band", granted, last, 13, NOW)
    with pytest.raises(LicenceRuleUnknown, match="extension-after-longest"):
        extended_last_day("orbit", granted, add_months(granted, 240), 12, NOW)


def test_days_to_ask_and_to_answer() -> None:
    assert ask_extension_by("amateur", datetime.date(2026, 12, 31), NOW).on == datetime.date(2026, 12, 1)
    by = ask_extension_by("band", datetime.date(2026, 9, 15), NOW)
    assert by.on == datetime.date(2026, 3, 15)
    assert by.doubts
    answered = decide_by("frequency-and-equipment", datetime.date(2026, 6, 1), "processing-days-diplomatic")
    assert answered.on == datetime.date(2026, 6, 29)
    assert answered.doubts == ()
    assert decide_by("frequency-and-equipment", datetime.date(2026, 6, 1)).doubts != ()
    with pytest.raises(LicenceRuleUnknown, match="processing-days is loaded for licences of kind orbit"):
        decide_by("orbit", NOW)
    assert rule("band", "station-list-months", NOW).value == 3


def _block(band: str, name: str) -> Block:
    return next(block for block in blocks(NOW) if (block.band_name, block.name) == (band, name))


def test_caps_of_bandwidth_and_of_sister_blocks() -> None:
    (finding,) = check_caps("VNPT", [_block("2100", "B1")], _block("2100", "B2"), NOW)
    assert (finding.code, finding.severity) == ("spectrum-cap-passed", "error")
    assert "60 MHz, at most 30 MHz" in finding.en
    assert check_caps("VNPT", [], _block("2100", "B2"), NOW) == ()
    (sister,) = check_caps("VNPT", blocks_of("VNPT", NOW), _block("3800", "C3"), NOW)
    assert sister.severity == "warning"
    assert "2, at most 1" in sister.en
    assert check_caps("VIETTEL", blocks_of("VIETTEL", NOW), _block("3800", "C3"), NOW) == ()


def test_obligations_fall_due_counted_from_the_grant() -> None:
    first, second = obligations("2600", "B1", datetime.date(2024, 3, 8))
    assert (first.name, first.due_on, first.quantity) == ("service-open", datetime.date(2025, 3, 8), None)
    assert (second.name, second.due_on, second.quantity) == ("sites-5g", datetime.date(2026, 3, 8), 3000)
    assert obligations("3700", "C2", datetime.date(2024, 3, 19)) == ()
