"""Emission designators: vectors, laws, and refusals that name value and rule."""

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import data
from registries.spectrum.identifiers import bandwidth, emission
from registries.spectrum.identifiers.errors import BandwidthUnreadable, BandwidthUnwritable, EmissionUnreadable

VECTORS = {
    "0.002": "H002", "0.1": "H100", "25.3": "25H3", "400": "400H", "2400": "2K40", "6000": "6K00", "12500": "12K5",
    "180400": "180K", "180500": "181K", "180700": "181K", "1250000": "1M25", "2000000": "2M00", "10000000": "10M0",
    "202000000": "202M", "5650000000": "5G65",
}  # fmt: skip
REAL = ["16K0F3E", "11K0F3E", "8K10F1E", "8K30F1W", "6K00A3E", "2K80J3E", "28M0D7W", "20M0W7D"]
places = [emission.MODULATIONS, emission.SIGNALS, emission.INFORMATION]
classes = st.tuples(
    *(st.sampled_from(symbols) for symbols in places),
    st.none() | st.sampled_from(emission.DETAILS),
    st.none() | st.sampled_from(emission.MULTIPLEXING),
).map(lambda symbols: emission.EmissionClass(*symbols))
bandwidths = st.one_of(
    st.integers(1, 999).map(lambda thousandths: Decimal(thousandths).scaleb(-3)),
    st.tuples(st.integers(100, 999), st.integers(-2, 9)).map(lambda pair: Decimal(pair[0]).scaleb(pair[1])),
)
designators = st.builds(emission.EmissionDesignator, bandwidths.map(lambda value: value.normalize()), classes)


@pytest.mark.parametrize(("hertz", "text"), VECTORS.items())
def test_bandwidths_are_written_as_the_regulations_show(hertz: str, text: str) -> None:
    assert bandwidth.render(Decimal(hertz)) == text
    assert bandwidth.render(float(hertz)) == text
    assert bandwidth.render(bandwidth.parse(text)) == text
    assert bandwidth.is_valid(text)


@settings(deadline=None)
@given(designators)
def test_a_designator_comes_back(designator: emission.EmissionDesignator) -> None:
    _comes_back(designator)


def test_ten_thousand_designators_come_back() -> None:
    draw = random.Random(2026)
    for _ in range(10_000):
        held = Decimal(draw.randrange(100, 1000)).scaleb(draw.randrange(-2, 10)).normalize()
        first, second, third = (draw.choice(allowed) for _, allowed, _ in emission._PLACES[:3])
        detail = draw.choice([None, *emission.DETAILS])
        multiplexing = draw.choice([None, *emission.MULTIPLEXING])
        _comes_back(
            emission.EmissionDesignator(held, emission.EmissionClass(first, second, third, detail, multiplexing))
        )


def _comes_back(designator: emission.EmissionDesignator) -> None:
    text = str(designator)
    assert emission.parse(text) == designator
    assert emission.canonical(f" {text.lower()[:4]} {text.lower()[4:]} ") == text
    assert emission.is_valid(text)
    assert bandwidth.render(designator.bandwidth_hz) in emission.display(designator)


@settings(max_examples=300, deadline=None)
@given(st.decimals("0.0005", "998000000000", allow_nan=False, places=4))
def test_rounding_moves_a_bandwidth_by_half_its_last_digit_at_most(value: Decimal) -> None:
    back = bandwidth.parse(bandwidth.render(value))
    step = Decimal("0.001") if value < 1 else Decimal(1).scaleb(value.adjusted() - 2)
    assert abs(back - value) <= step / 2


@settings(deadline=None)
@given(st.decimals("0.001", "990000000000", places=3), st.decimals("0.001", "990000000000", places=3))
def test_a_wider_bandwidth_is_never_written_narrower(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert bandwidth.parse(bandwidth.render(low)) <= bandwidth.parse(bandwidth.render(high))


@pytest.mark.parametrize(("hertz", "text"), {999.5: "1K00", 999_499: "999K", 999_500: "1M00", 0.9996: "1H00"}.items())
def test_rounding_up_takes_the_next_unit(hertz: float, text: str) -> None:
    assert bandwidth.render(hertz) == text


@pytest.mark.parametrize("hertz", [0, -1, float("nan"), float("inf"), 0.0004, 999_500_000_000, 1e18])
def test_refuses_a_bandwidth_that_four_characters_do_not_hold(hertz: float) -> None:
    with pytest.raises(BandwidthUnwritable, match="cannot be written in four characters"):
        bandwidth.render(hertz)


@pytest.mark.parametrize(
    ("text", "rule"),
    {
        "0K50": "the first character is 0",
        "K500": "the first character is K",
        "1250": "holds one letter",
        "1K2M": "holds one letter",
        "1K2x": "other three characters are digits",
        "12.5K": "has 5 characters",
        "": "has 0 characters",
        "H000": "more than zero",
        "１K00": "other three characters",
    }.items(),
)
def test_refuses_what_is_no_bandwidth_and_says_why(text: str, rule: str) -> None:
    with pytest.raises(BandwidthUnreadable, match=rule):
        bandwidth.parse(text)
    assert not bandwidth.is_valid(text)


@pytest.mark.parametrize("text", REAL)
def test_real_designators_are_canonical(text: str) -> None:
    found = emission.parse(text)
    assert str(found) == text
    assert len(found.emission_class.meaning()) == 3


def test_symbols_four_and_five_may_be_missing_or_a_dash() -> None:
    assert emission.canonical("6M25C3F--") == "6M25C3F"
    assert emission.canonical("6M25C3FN") == "6M25C3FN"
    assert emission.canonical("6M25C3F-F") == "6M25C3F-F"
    assert emission.parse("6M25C3F-F").emission_class == emission.EmissionClass("C", "3", "F", None, "F")
    assert emission.EmissionDesignator.of(12_500, "f3e") == emission.parse("12K5F3E")


@pytest.mark.parametrize(
    ("text", "rule"),
    {
        "16K0": "has 4 characters",
        "16K0Y3E": "first symbol, the modulation of the main carrier, is Y",
        "16K0F4E": "second symbol, the nature of the modulating signal, is 4",
        "16K0F3Z": "third symbol",
        "16K0F3EI": "fourth symbol, the details of the signal, is I",
        "16K0F3EAZ": "fifth symbol",
        "0K50F3E": "first character is 0",
        "16K0F3EABC": "has 10 characters",
    }.items(),
)
def test_refuses_what_is_no_designator_and_names_value_and_rule(text: str, rule: str) -> None:
    with pytest.raises(EmissionUnreadable, match=rule) as refused:
        emission.parse(text)
    assert text in str(refused.value)
    assert not emission.is_valid(text)


def test_the_table_of_symbols_has_what_the_code_accepts() -> None:
    rows = data.table("emission_symbols")
    for name, symbols, _ in emission._PLACES:
        assert sorted(rows.where(place=name).column("symbol")) == sorted(symbols)
