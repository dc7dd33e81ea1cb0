"""Each kind of number by itself: its structure, the damage it survives, and the laws that all kinds share."""

import datetime
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import data
from matching import dates
from matching.identifiers import cmnd, iccid, imsi, msisdn, passport, pin
from matching.identifiers.document import parse_id
from matching.identifiers.flags import FAULTS, REPAIRS, IdFlag, IdKind
from matching.identifiers.masking import mask

PLACES = frozenset(int(row["code"]) for name in ("provinces_63", "id_countries") for row in data.table(name))
CONVERSIONS = data.table("msisdn_conversion_2018")
KINDS = {"people": msisdn.RANGE_PEOPLE, "machines": msisdn.RANGE_MACHINES}
PLAN = msisdn.numbering_plan(
    [(row["prefix"], KINDS[row["kind"]]) for row in data.table("msisdn_prefixes")],
    [(row["old_prefix"], row["new_prefix"]) for row in CONVERSIONS],
    dates.pack_date(datetime.date.fromisoformat(CONVERSIONS.rows[0]["activated_until"])),
)
NETWORKS = frozenset(data.table("mobile_networks").column("mnc"))

places = st.sampled_from(sorted(PLACES))
pins = st.builds(
    lambda place, century, year, serial: pin.Pin(((place * 10 + century) * 100 + year) * 10**6 + serial),
    places, st.integers(0, 3), st.integers(0, 99), st.integers(0, 999_998).filter(lambda n: n % 111_111 > 0),
)  # fmt: skip
cmnds = st.integers(10_000_000, 389_999_998).map(cmnd.Cmnd).filter(lambda c: cmnd.parse(str(c)) is not None)
passports = st.builds(
    passport.Passport,
    st.from_regex(r"[A-Z][0-9]{7}|[A-Z]{2}[0-9]{6}", fullmatch=True),
    st.sampled_from(["", "USA", "LAO"]),
)
msisdns = st.builds(
    lambda row, rest: msisdn.Msisdn(int(f"84{row['prefix']}{rest:09}"[:11])),
    st.sampled_from(data.table("msisdn_prefixes").rows), st.integers(0, 999_999_999),
)  # fmt: skip
imsis = st.builds(
    lambda mnc, n: imsi.Imsi(int(f"452{mnc}{n:010}")), st.sampled_from(sorted(NETWORKS)), st.integers(0, 10**10 - 1)
)
iccids = st.builds(
    lambda issuer, body: iccid.Iccid(f"8984{issuer:02}{body}{iccid.check_digit(f'8984{issuer:02}{body}')}"),
    st.integers(0, 9), st.from_regex(r"[0-9]{12,13}", fullmatch=True),
)  # fmt: skip
CASES = [(pin, pins), (cmnd, cmnds), (passport, passports), (msisdn, msisdns), (imsi, imsis), (iccid, iccids)]


@pytest.mark.parametrize(("module", "values"), CASES)
def test_parsing_the_text_of_a_value_gives_the_value(module: ModuleType, values: st.SearchStrategy[Any]) -> None:
    @settings(deadline=None, max_examples=60)
    @given(values)
    def law(value: Any) -> None:
        text = str(value)
        assert module.parse(text) == value
        assert module.canonical(text) == text
        assert module.is_valid(text)
        assert not module.is_valid(f" {text}")
        assert module.parse(module.display(value, masked=False)) == value or module is passport

    law()


@pytest.mark.parametrize(("module", "values"), CASES)
def test_what_is_shown_hides_most_of_the_number(module: ModuleType, values: st.SearchStrategy[Any]) -> None:
    @settings(deadline=None, max_examples=40)
    @given(values)
    def law(value: Any) -> None:
        shown = module.display(value)
        assert shown in repr(value)
        assert str(value) not in repr(value)
        assert sum(c.isdigit() for c in shown) <= 5
        assert "*" in shown

    law()


@pytest.mark.parametrize(("module", "values"), CASES)
def test_values_sort_like_their_text(module: ModuleType, values: st.SearchStrategy[Any]) -> None:
    @settings(deadline=None, max_examples=40)
    @given(values, values)
    def law(a: Any, b: Any) -> None:
        if len(str(a)) == len(str(b)) and module is not passport:
            assert (a < b) == (str(a) < str(b))

    law()


@pytest.mark.parametrize("module", [module for module, _ in CASES])
@pytest.mark.parametrize("text", ["", "KHACH HANG", "12", "+", "-", "1" * 60, "٣٤٥٦٧٨٩٠١"])
def test_text_that_holds_no_number_gives_none(module: ModuleType, text: str) -> None:
    assert module.parse(text) is None
    assert module.canonical(text) is None
    assert not module.is_valid(text)


def test_mask_keeps_at_most_the_first_three_and_the_last_two() -> None:
    assert mask("079190012946") == "079*******46"
    assert mask("271450001") == "27******1"
    assert mask("ab") == "**"


def test_a_pin_states_place_sex_and_birth_year() -> None:
    # Decree 137/2015 Art. 13: 1900s 0 and 1, 2000s 2 and 3, and so on.
    for century, (sex, start) in {
        0: (1, 1900),
        1: (2, 1900),
        2: (1, 2000),
        3: (2, 2000),
        8: (1, 2300),
        9: (2, 2300),
    }.items():
        number = pin.Pin(int(f"079{century}90012946"))
        assert (number.place_code, number.sex, number.birth_year, number.serial) == (79, sex, start + 90, 12946)
    assert (pin.birth_year(0), pin.sex(0)) == (0, 0)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("079190012946", "079190012946"),
        ("79190012946", "079190012946"),
        ("1190012946", "001190012946"),
        ("7.9190012946E+10", "079190012946"),
        ("7,9190012946e10", "079190012946"),
        ("79190012946.0", "079190012946"),
        ("'079190012946", "079190012946"),
        ('="079190012946"', "079190012946"),
        ("079.190.012.946", "079190012946"),
        (" 079 190 012 946 ", "079190012946"),
        ("０７９１９００１２９４６", "079190012946"),
    ],
)
def test_a_pin_survives_spreadsheets_and_people(text: str, digits: str) -> None:
    assert pin.canonical(text, PLACES) == digits
    assert pin.is_valid(text, PLACES) == (text == digits)
    parsed = parse_id(text, PLACES)
    assert (parsed.kind, parsed.value) == (IdKind.PIN, int(digits))
    assert not parsed.flags & ~REPAIRS


@pytest.mark.parametrize(
    ("text", "kind", "flags"),
    [
        ("003190012946", IdKind.MALFORMED, IdFlag.UNKNOWN_PREFIX),
        ("300190012946", IdKind.MALFORMED, IdFlag.UNKNOWN_PREFIX),
        ("079490012946", IdKind.MALFORMED, IdFlag.CENTURY_IMPLAUSIBLE),
        ("7.9099E+10", IdKind.MALFORMED, IdFlag.SCIENTIFIC | IdFlag.DIGITS_LOST),
        ("0791900129", IdKind.MALFORMED, IdFlag.WRONG_LENGTH),
        ("3190012946", IdKind.MALFORMED, IdFlag.WRONG_LENGTH),
        ("0791900129461", IdKind.MALFORMED, IdFlag.WRONG_LENGTH),
        ("07919001294O", IdKind.MALFORMED, IdFlag.BAD_CHARACTERS),
        ("+079190012946", IdKind.MALFORMED, IdFlag.BAD_CHARACTERS),
        ("111111111111", IdKind.MALFORMED, IdFlag.PLACEHOLDER),
        ("123456789", IdKind.MALFORMED, IdFlag.PLACEHOLDER),
        ("079190123456", IdKind.PIN, IdFlag.SUSPECT_SERIAL),
        ("079190000000", IdKind.PIN, IdFlag.SUSPECT_SERIAL),
        ("271450001", IdKind.CMND, IdFlag(0)),
        ("23456780", IdKind.CMND, IdFlag.REPAIRED_ZERO),
        ("C1234567", IdKind.PASSPORT, IdFlag(0)),
        ("c 123-4567", IdKind.PASSPORT, IdFlag.SEPARATORS),
        ("KHONG CO", IdKind.MALFORMED, IdFlag.SEPARATORS | IdFlag.BAD_CHARACTERS),
        ("", IdKind.MISSING, IdFlag.MISSING),
        ("NULL", IdKind.MISSING, IdFlag.MISSING),
        ("000000000000", IdKind.MISSING, IdFlag.MISSING | IdFlag.PLACEHOLDER),
    ],
)
def test_an_identity_field_is_told_apart_and_its_faults_named(text: str, kind: IdKind, flags: IdFlag) -> None:
    parsed = parse_id(text, PLACES)
    assert (parsed.kind, parsed.flags) == (kind, flags)
    assert (parsed.kind == IdKind.MALFORMED) == bool(parsed.flags & FAULTS and kind != IdKind.MISSING)


def test_there_is_no_check_digit() -> None:
    assert all(pin.is_valid(f"07919001294{last}", PLACES) for last in range(10) if last != 5)


@given(pins)
def test_a_lost_zero_comes_back_where_the_structure_holds(number: pin.Pin) -> None:
    short = str(number.value)
    assert pin.parse(short, PLACES) == number
    assert bool(parse_id(short, PLACES).flags & IdFlag.REPAIRED_ZERO) == (len(short) < 12)
    assert pin.agrees_with_birth_year(number.value, number.birth_year)
    assert pin.agrees_with_birth_year(number.value, 0)
    assert not pin.agrees_with_birth_year(number.value, number.birth_year + 1)


@given(pins, st.integers(0, 11))
def test_no_repair_ever_makes_another_well_formed_number(number: pin.Pin, at: int) -> None:
    text = str(number)
    lost = text[:at] + text[at + 1 :]
    found = pin.parse(lost, PLACES)
    assert found is None or str(found).lstrip("0") == lost.lstrip("0")


def test_nothing_of_a_parsed_number_shows_in_its_repr() -> None:
    for text in ("079190012946", "271450001", "C1234567", "0791900129461"):
        assert text[3:7] not in repr(parse_id(text))
    assert "0912" not in repr(msisdn.read_msisdn("0912345678"))


def test_the_block_of_cmnd_that_was_issued_twice_is_known() -> None:
    assert [cmnd.Cmnd(n).was_issued_twice for n in (271450000, 271450001, 271500000, 271500001)] == [
        False,
        True,
        True,
        False,
    ]


@given(passports)
def test_passport_values_are_one_to_one_and_never_another_number(value: passport.Passport) -> None:
    assert passport.number_of(value.value) == value.number
    assert value.value > 10**15


def test_passports_keep_their_state() -> None:
    assert passport.parse("USA:123456789") == passport.Passport("123456789", "USA")
    assert passport.parse("usa1:123456789") is None
    assert passport.Passport("C1234567").has_vietnamese_form
    assert not passport.Passport("123456789").has_vietnamese_form
    assert passport.display(passport.Passport("C1234567", "VNM"), masked=False) == "VNM C1234567"


@pytest.mark.parametrize(
    ("text", "activated", "canonical", "flags"),
    [
        ("0912345678", "", "84912345678", IdFlag(0)),
        ("84912345678", "", "84912345678", IdFlag(0)),
        ("+84 912 345 678", "", "84912345678", IdFlag.SEPARATORS),
        ("0084912345678", "", "84912345678", IdFlag(0)),
        ("+84 (0) 912.345.678", "", "84912345678", IdFlag.SEPARATORS),
        ("912345678", "", "84912345678", IdFlag.REPAIRED_ZERO),
        ("841234567", "", "84841234567", IdFlag.REPAIRED_ZERO),
        ("9.12345678E+8", "", "84912345678", IdFlag.SCIENTIFIC | IdFlag.REPAIRED_ZERO),
        ("912345678.0", "", "84912345678", IdFlag.DECIMAL_SUFFIX | IdFlag.REPAIRED_ZERO),
        ("01212345678", "", "84792345678", IdFlag.LEGACY_CONVERTED),
        ("01212345678", "2015-03-01", "84792345678", IdFlag.LEGACY_CONVERTED),
        ("841692345678", "2019-06-30", "84392345678", IdFlag.LEGACY_CONVERTED),
        ("1992345678", "", "84592345678", IdFlag.LEGACY_CONVERTED | IdFlag.REPAIRED_ZERO),
        ("01212345678", "2022-03-01", "", IdFlag.MACHINE | IdFlag.WRONG_LENGTH),
        ("0121034567", "2022-03-01", "84121034567", IdFlag.MACHINE),
        ("0559123456", "", "84559123456", IdFlag(0)),
        ("0522123456", "", "84522123456", IdFlag(0)),
        ("0871234567", "", "84871234567", IdFlag(0)),
        ("0521123456", "", "84521123456", IdFlag.UNKNOWN_PREFIX),
        ("0242345678", "", "84242345678", IdFlag.UNKNOWN_PREFIX),
        ("+16502530000", "", "", IdFlag.UNKNOWN_PREFIX),
        ("091234567", "", "", IdFlag.WRONG_LENGTH),
        ("0912345678A", "", "", IdFlag.BAD_CHARACTERS),
        ("9.12E+8", "", "", IdFlag.SCIENTIFIC | IdFlag.DIGITS_LOST),
        ("0000000000", "", "", IdFlag.MISSING | IdFlag.PLACEHOLDER),
        ("", "", "", IdFlag.MISSING),
    ],
)
def test_mobile_numbers_are_read_as_of_their_date(text: str, activated: str, canonical: str, flags: IdFlag) -> None:
    activated_on = dates.parse_date(activated).packed
    parsed = msisdn.read_msisdn(text, PLAN, activated_on)
    assert (str(parsed.value) if parsed.value else "", parsed.flags) == (canonical, flags)
    expected = None if flags & FAULTS or not canonical else canonical
    assert msisdn.canonical(text, PLAN, activated_on) == expected


@pytest.mark.parametrize("row", CONVERSIONS.rows)
def test_each_old_prefix_goes_to_its_new_one_and_keeps_seven_digits(row: dict[str, str]) -> None:
    assert msisdn.canonical(f"0{row['old_prefix']}7654321", PLAN) == f"84{row['new_prefix']}7654321"


def test_a_mobile_number_shows_as_dialled_at_home() -> None:
    assert msisdn.display(msisdn.Msisdn(84912345678), masked=False) == "0912 345 678"
    assert msisdn.display(msisdn.Msisdn(84912345678)) == "849******78"
    assert not msisdn.is_valid("0912345678", PLAN)


def test_an_imsi_names_its_network() -> None:
    value = imsi.parse("452 04 1234567890", NETWORKS)
    assert value is not None
    assert value.network == "04"
    assert imsi.parse("452991234567890", NETWORKS) is None
    assert imsi.parse("310041234567890") is None


def test_an_iccid_must_be_whole_and_its_check_digit_hold() -> None:
    payload = "898404000012345678"
    whole = payload + str(iccid.check_digit(payload))
    value = iccid.parse(f"{whole[:10]} {whole[10:]}F")
    assert value is not None
    assert (str(value), value.issuer) == (whole, "04")
    wrong = payload + str((int(whole[-1]) + 1) % 10)
    assert iccid.parse(wrong) is None
    assert iccid.parse(whole[8:]) is None
    # The classical example of the Luhn digit.
    assert iccid.check_digit("7992739871") == 3
