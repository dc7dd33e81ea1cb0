"""Bands: half-open as written, whole hertz inside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registries.spectrum.band_ranges import Band, bands_text, parse_bands
from registries.spectrum.register_errors import BandUnreadable

HZ = st.integers(0, 2**42 - 1)


def test_the_upper_bound_is_not_in_the_band() -> None:
    band = Band.parse("703-713 MHz")
    assert (band.first_hz, band.last_hz, band.bandwidth_hz) == (703_000_000, 712_999_999, 10_000_000)
    assert band.shared(Band.parse("713-723 MHz")) is None
    assert str(band) == "703-713 MHz"
    assert parse_bands("703-713,758-768 MHz") == (band, Band.parse("758-768MHz"))
    assert Band.parse("3.7–3.8 GHz") == Band.parse("3700-3800 MHz")
    assert Band.around(150_000_000, 12_500) == Band.parse("149.99375-150.00625 MHz")


@given(HZ, HZ)
def test_what_is_written_is_read_again(one: int, other: int) -> None:
    band = Band(min(one, other), max(one, other))
    assert Band.parse(str(band)) == band


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=8, unique=True))
def test_several_bands_are_read_again(bounds: list[int]) -> None:
    ordered = sorted(bounds)[: len(bounds) // 2 * 2]
    bands = tuple(Band(low, high - 1) for low, high in zip(ordered[::2], ordered[1::2], strict=True))
    assert parse_bands(bands_text(bands)) == bands


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("703 MHz", "two bounds"), ("703-713", "two bounds and a unit"), ("713-703 MHz", "not above"),
        ("703-703 MHz", "not above"), ("0.1-0.5 Hz", "no whole number of hertz"), ("1..2-3 MHz", "no decimal number"),
        ("703-713 MHz, 710-720 MHz", "overlap"), ("1-9000 GHz", "too high"), ("-1-2 MHz", "two bounds"),
        ("703-713 mét", "two bounds"), ("1" * 30 + "-2 Hz", "no decimal number"), ("", "two bounds"),
    ],
)  # fmt: skip
def test_what_is_no_band_is_refused(text: str, match: str) -> None:
    with pytest.raises(BandUnreadable, match=match):
        parse_bands(text)
