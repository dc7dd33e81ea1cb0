"""Fees of frequencies: the worked answers of the authority, shares, and refusals where nothing was obtained."""

import datetime
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import data
from registries.fees import HoldingFaulty, QuoteProvisional, TariffNotLoaded
from registries.overlay import Tables
from registries.spectrum.fees import (
    exemption,
    levy_due_on,
    quote_extension_levy,
    quote_licence,
    quote_private_mobile,
    quote_ship,
    quote_terminals,
    quote_use,
    ship_units,
    station_item,
    terminals_due_on,
)

THEN = datetime.date(2024, 6, 1)
NOW = datetime.date(2026, 6, 1)


@pytest.mark.parametrize(
    ("item", "amount_vnd"),
    {
        "station-1w": 50_000, "station-15w": 300_000, "station-over-15w": 600_000, "microwave-link": 500_000,
        "ship": 500_000, "aircraft": 500_000, "amateur": 240_000, "fishing": 50_000, "broadcast-press": 1_000_000,
        "broadcast-other": 200_000, "band": 10_000_000, "orbit": 10_000_000,
    }.items(),
)  # fmt: skip
def test_issuance_fees_of_the_annex(item: str, amount_vnd: int) -> None:
    quote = quote_licence(item, THEN)
    assert quote.firm().amount_vnd == amount_vnd
    assert quote.lines[0].instrument == "Circular 265/2016/TT-BTC"
    assert quote_licence(item, THEN, procedure="extend").firm().amount_vnd == amount_vnd // 5
    assert quote_licence(item, THEN, procedure="reissue", count=3).amount_vnd == amount_vnd * 3 // 5
    assert quote_licence(item, THEN, procedure="amend").amount_vnd == amount_vnd
    assert quote_licence(item, THEN, procedure="amend-no-reassignment").amount_vnd == amount_vnd // 5
    # What the amendment of 2025 left of it was not read.
    later = quote_licence(item, NOW)
    assert later.amount_vnd == amount_vnd
    with pytest.raises(QuoteProvisional, match="65/2025"):
        later.firm()


@pytest.mark.parametrize(
    ("power_w", "item"),
    [(0.5, "station-1w"), (1, "station-1w"), (1.01, "station-15w"), (15, "station-15w"), (15.1, "station-over-15w")],
)
def test_stations_are_charged_by_power(power_w: float, item: str) -> None:
    assert station_item(power_w) == item


@pytest.mark.parametrize("power_w", [0, -5, math.nan, math.inf, 1e12])
def test_refuses_a_power_that_no_transmitter_has(power_w: float) -> None:
    with pytest.raises(HoldingFaulty, match="power above 0 W"):
        station_item(power_w)


@pytest.mark.parametrize("city", ["001", "079", "048", "031", "092"])
def test_answer_of_the_authority_shared_channel_in_a_central_city(city: str) -> None:
    assert quote_private_mobile(1, [city], THEN, shared=True).firm().amount_vnd == 1_100_000


def test_answers_of_the_authority_on_usage() -> None:
    assert quote_private_mobile(1, ["025"], THEN, shared=True).firm().amount_vnd == 500_000
    # Two provinces twice, two frequencies twice.
    assert quote_private_mobile(2, ["025", "026"], THEN, shared=True).firm().amount_vnd == 2_000_000
    assert quote_private_mobile(1, ["001", "025"], THEN, shared=True).firm().amount_vnd == 1_600_000
    assert quote_use("amateur-band", 3, THEN).firm().amount_vnd == 720_000
    assert quote_use("coast-fishing-frequency", 2, THEN).firm().amount_vnd == 600_000
    assert ship_units(["VHF", "vhf ", "MF/HF", "EPIRB", "MF/HF"]) == ("epirb", "mf/hf", "vhf")


def test_exclusive_channels_are_inferred_and_therefore_provisional() -> None:
    for place, amount in (("001", 11_000_000), ("025", 5_000_000)):
        quote = quote_private_mobile(1, [place], THEN, shared=False)
        assert quote.amount_vnd == amount
        assert quote_private_mobile(1, [place], THEN, shared=True).amount_vnd * 10 == amount
        with pytest.raises(QuoteProvisional, match="10 %"):
            quote.firm()


@settings(deadline=None)
@given(
    st.integers(0, 50), st.sets(st.sampled_from(data.table("provinces_63").column("code")), min_size=1), st.booleans()
)
def test_charges_grow_by_frequency_and_by_province(frequencies: int, places: set[str], shared: bool) -> None:
    whole = quote_private_mobile(frequencies, places, THEN, shared=shared).amount_vnd
    assert whole == sum(quote_private_mobile(frequencies, [place], THEN, shared=shared).amount_vnd for place in places)
    assert whole == frequencies * quote_private_mobile(1, places, THEN, shared=shared).amount_vnd


def test_what_was_not_obtained_is_refused_and_names_the_instruments() -> None:
    with pytest.raises(TariffNotLoaded, match=r"imt-mhz \(use\) on 2024-06-01 \(Circular 265/2016/TT-BTC; .*88/2021"):
        quote_use("imt-mhz", 1, THEN)
    with pytest.raises(TariffNotLoaded, match="private-mobile of 25000 Hz"):
        quote_private_mobile(1, ["001"], THEN, shared=True, bandwidth_hz=25_000)
    with pytest.raises(TariffNotLoaded, match="ship-vhf"):
        quote_ship(["VHF"], THEN)
    with pytest.raises(TariffNotLoaded, match="no instrument known"):
        quote_licence("band", datetime.date(2010, 1, 1))
    with pytest.raises(TariffNotLoaded, match="extend"):
        quote_licence("band", datetime.date(2020, 1, 1), procedure="extend")
    with pytest.raises(HoldingFaulty, match="no province has the code 01 on 2024-06-01"):
        quote_private_mobile(1, ["01"], THEN, shared=True)
    with pytest.raises(HoldingFaulty, match="none was given"):
        quote_private_mobile(1, [], THEN, shared=True)
    with pytest.raises(HoldingFaulty, match="counted from 0 up"):
        quote_use("amateur-band", -1, THEN)
    with pytest.raises(HoldingFaulty, match="counted from 0 up"):
        quote_licence("band", THEN, count=-1)


def test_rows_of_the_authority_make_a_quote_firm(tmp_path: Path) -> None:
    columns = data.table("spectrum_fees").columns
    row = dict.fromkeys(columns, "") | {
        "item": "ship-vhf", "kind": "use", "per": "year", "amount_vnd": "150000", "vietnamese": "VHF", "english": "VHF",
        "instrument": "Circular 65/2025/TT-BTC", "source": "the annex", "certainty": "C",
    }  # fmt: skip
    (tmp_path / "spectrum_fees.csv").write_text(f"{','.join(columns)}\n{','.join(row.values())}\n")
    assert quote_ship(["VHF", "VHF"], NOW, Tables(tmp_path)).firm().amount_vnd == 150_000


def test_terminals_count_in_months_in_which_they_were_active_long_enough() -> None:
    quote = quote_terminals([[15, 14, 31], [0, 20], [30]], NOW)
    assert (quote.lines[0].quantity, quote.lines[0].unit_vnd, quote.amount_vnd) == (4, 1250, 5000)
    assert quote.is_provisional
    assert terminals_due_on(datetime.date(2026, 3, 31)) == datetime.date(2026, 4, 27)
    assert terminals_due_on(datetime.date(2025, 12, 31)) == datetime.date(2026, 1, 27)
    for bad in ([[32]], [[-1]], [[1]] * 4):
        with pytest.raises(HoldingFaulty, match="three months"):
            quote_terminals(bad, NOW)


def test_levy_is_rate_by_bandwidth_by_months_and_provisional() -> None:
    quote = quote_extension_levy(20_000_000, 12, 24_000_000_000, "Decision on the base rate", NOW)
    assert quote.amount_vnd == 480_000_000_000
    assert quote_extension_levy(20_000_000, 1, 24_000_000_000, "D", NOW).amount_vnd == 40_000_000_000
    assert quote_extension_levy(12_500, 1, 1_000, "D", NOW).amount_vnd == 1
    with pytest.raises(QuoteProvisional, match="inferred"):
        quote.firm()
    assert levy_due_on(datetime.date(2024, 3, 31)) == datetime.date(2024, 7, 31)
    for bad in ((0, 1, 1, "D"), (1, 0, 1, "D"), (1, 1, 0, "D"), (1, 1, 1, " ")):
        with pytest.raises(HoldingFaulty, match="a levy needs"):
            quote_extension_levy(*bad, NOW)
    with pytest.raises(TariffNotLoaded):
        quote_extension_levy(1_000_000, 12, 1, "D", datetime.date(2019, 1, 1))


def test_exemptions_hold_from_their_day() -> None:
    row = exemption("diplomatic", NOW)
    assert row is not None
    assert row["instrument"] == "Circular 11/2022/TT-BTC"
    assert exemption("diplomatic", datetime.date(2018, 1, 1)) is None
    assert exemption("friends", NOW) is None
