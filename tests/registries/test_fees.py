"""Fees on both sides of each change of tariff, what makes a quote provisional, and loading of rows."""

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import data
from registries.fees import (
    Holding,
    HoldingFaulty,
    Quote,
    QuoteProvisional,
    TariffNotLoaded,
    quote_address_maintenance,
    quote_address_registration,
    quote_asn_maintenance,
    quote_asn_registration,
    quote_item,
)
from registries.overlay import RowsFaulty, TableNotOpen, Tables, load_rows

IN_2016, IN_2020 = datetime.date(2016, 12, 31), datetime.date(2020, 6, 1)
BEFORE_2023, FROM_2023 = datetime.date(2023, 5, 31), datetime.date(2023, 6, 1)
BEFORE_2025, FROM_2025 = datetime.date(2025, 5, 2), datetime.date(2025, 5, 3)
IPV4_SIZES = st.integers(0, 24).map(lambda bits: 1 << bits)


def test_domain_fees_change_with_the_circular() -> None:
    amounts = [quote_item("domain-2ld", "register", on).amount_vnd for on in (BEFORE_2023, FROM_2023)]
    assert amounts == [200_000, 100_000]
    assert quote_item("domain-3ld-edu", "maintain", BEFORE_2023, quantity=3).amount_vnd == 450_000
    assert quote_item("domain-3ld-edu", "maintain", FROM_2023, quantity=3).amount_vnd == 300_000


def test_as_numbers_cost_nothing_until_2_may_2025_and_the_third_from_then_on() -> None:
    assert quote_asn_registration(5, 10, BEFORE_2025).amount_vnd == 0
    assert quote_asn_registration(0, 2, FROM_2025).amount_vnd == 0
    assert quote_asn_registration(1, 3, FROM_2025).amount_vnd == 2_000_000
    assert quote_asn_registration(4, 3, FROM_2025).firm().amount_vnd == 3_000_000


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_as_numbers_cost_the_same_in_one_step_or_two(held: int, first: int, second: int) -> None:
    whole = quote_asn_registration(held, first + second, FROM_2025).amount_vnd
    parts = quote_asn_registration(held, first, FROM_2025), quote_asn_registration(held + first, second, FROM_2025)
    assert whole == sum(part.amount_vnd for part in parts)


def test_a_quote_on_an_unconfirmed_row_is_provisional_and_gives_no_invoice() -> None:
    quote = quote_asn_maintenance(3, FROM_2025)
    assert quote.is_provisional
    assert "13,000,000 and 3,000,000" in quote.doubts[0].en
    with pytest.raises(QuoteProvisional, match=r"13,000,000 VND is provisional.*lấy mức cao") as refused:
        quote.firm()
    assert refused.value.code == "quote-provisional"
    assert not quote_asn_maintenance(2, FROM_2025).is_provisional


def test_addresses_below_the_first_boundary_are_firm_by_the_circular_of_2016() -> None:
    quote = quote_address_registration(Holding(), Holding(512, 1), IN_2020)
    assert quote.firm().amount_vnd == 1_000_000
    assert quote.lines[0].instrument == "Circular 208/2016/TT-BTC"
    assert quote_address_maintenance(Holding(512, 1), IN_2020).firm().amount_vnd == 10_000_000


@pytest.mark.parametrize(
    ("holding", "year_vnd"),
    [
        (Holding(1024), 10_000_000),
        (Holding(1024 + 256), 21_000_000),
        (Holding(2048), 21_000_000),
        (Holding(1 << 16), 115_000_000),
        (Holding(0, 1 << 16), 21_000_000),
        (Holding(1 << 24), 4_424_000_000),
    ],
)
def test_boundaries_and_sums_are_provisional(holding: Holding, year_vnd: int) -> None:
    quote = quote_address_maintenance(holding, IN_2020)
    assert quote.amount_vnd == year_vnd
    assert ["printed as" in doubt.en for doubt in quote.doubts] == [True]


@pytest.mark.parametrize("on", [FROM_2023, FROM_2025])
def test_levels_that_were_carried_over_are_provisional_even_where_the_boundary_is_clear(on: datetime.date) -> None:
    quote = quote_address_maintenance(Holding(256), on)
    assert "carried over" in quote.doubts[0].en
    assert quote.doubts[0].vi.startswith("chưa đọc được phụ lục")


@given(IPV4_SIZES, IPV4_SIZES)
def test_climbing_costs_the_difference_of_first_registrations(some: int, more: int) -> None:
    small, large = sorted((some, more))
    first = quote_address_registration(Holding(), Holding(small), IN_2020).amount_vnd
    then = quote_address_registration(Holding(small), Holding(large), IN_2020).amount_vnd
    assert first + then == quote_address_registration(Holding(), Holding(large), IN_2020).amount_vnd


@given(st.integers(1, 1 << 24), st.integers(1, 1 << 24), st.integers(0, 1 << 29), st.integers(0, 1 << 29))
def test_more_space_never_costs_less(four: int, more_four: int, six: int, more_six: int) -> None:
    small = Holding(min(four, more_four), min(six, more_six))
    large = Holding(max(four, more_four), max(six, more_six))
    amounts = [quote_address_maintenance(held, IN_2020).amount_vnd for held in (small, large)]
    assert amounts == sorted(amounts)


def test_ipv6_that_matches_the_ipv4_level_is_free() -> None:
    with_six = quote_address_maintenance(Holding(2048, 1 << 16), IN_2020)
    assert with_six.amount_vnd == quote_address_maintenance(Holding(2048), IN_2020).amount_vnd
    assert quote_address_maintenance(Holding(2048, 1 << 17), IN_2020).amount_vnd == 35_000_000


def test_no_row_is_a_refusal_that_names_item_date_and_instrument() -> None:
    with pytest.raises(TariffNotLoaded, match=r"domain-idn \(register\) on 2016-12-31 \(Circular 189/2010/TT-BTC\)"):
        quote_item("domain-idn", "register", IN_2016)
    with pytest.raises(TariffNotLoaded, match=r"addresses on 2016-12-31 \(Circular 189/2010/TT-BTC\)"):
        quote_address_maintenance(Holding(256), IN_2016)
    with pytest.raises(TariffNotLoaded, match=r"no instrument known"):
        quote_asn_registration(0, 1, datetime.date(2001, 1, 1))
    with pytest.raises(TariffNotLoaded, match="IPv4: 16777217"):
        quote_address_maintenance(Holding((1 << 24) + 1), IN_2020)


def test_quantities_below_nothing_are_refused() -> None:
    for wrong in (
        lambda: Holding(-1),
        lambda: quote_item("domain-2ld", "register", IN_2020, quantity=-1),
        lambda: quote_asn_registration(-1, 1, IN_2020),
        lambda: quote_asn_maintenance(-1, IN_2020),
        lambda: quote_address_registration(Holding(512), Holding(256), IN_2020),
        lambda: quote_address_registration(Holding(), Holding(), IN_2020),
    ):
        with pytest.raises(HoldingFaulty):
            wrong()
    assert quote_address_maintenance(Holding(), IN_2020) == Quote(IN_2020, "maintain", (), ())


ANNEX = (
    "item,kind,per,amount_vnd,free_count,vietnamese,english,instrument,note_vi,note_en,"
    "valid_from,valid_to,source,certainty\n"
    "asn,maintain,year,{amount},2,Số hiệu mạng,AS number,Circular 10/2025/TT-BTC,,,"
    "{first},,annex made up for this test,C\n"
)


def test_a_row_of_the_authority_stands_in_the_place_of_ours_and_makes_the_quote_firm(tmp_path: Path) -> None:
    annex = tmp_path / "annex.csv"
    annex.write_text(ANNEX.format(amount=1234, first="2025-05-03"), encoding="utf-8")
    tables = Tables(tmp_path / "tables")
    assert quote_asn_maintenance(4, FROM_2025, tables).is_provisional
    assert load_rows("fee_items", annex, tmp_path / "tables").added == 1
    assert quote_asn_maintenance(4, FROM_2025, tables).firm().amount_vnd == 2468
    assert quote_asn_maintenance(4, BEFORE_2025, tables).amount_vnd == 0
    assert quote_item("domain-2ld", "register", FROM_2025, tables=tables).amount_vnd == 100_000
    assert load_rows("fee_items", annex, tmp_path / "tables").present == 1


def test_a_level_whose_boundary_was_confirmed_is_firm(tmp_path: Path) -> None:
    level = dict(data.table("fee_address_levels", IN_2020).by("level")["2"])
    level |= {"boundary_certainty": "C", "source": "annex made up for this test"}
    row = tmp_path / "level.csv"
    row.write_text(f"{','.join(level)}\n{','.join(level.values())}\n", encoding="utf-8")
    load_rows("fee_address_levels", row, tmp_path / "tables")
    assert (
        quote_address_maintenance(Holding(2048), IN_2020, Tables(tmp_path / "tables")).firm().amount_vnd == 21_000_000
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("1234", "12,34"), "line 2: 15 values under 14 columns"),
        (("1234", "-5"), "line 2: amount_vnd '-5' is no whole number"),
        (("2025-05-03", "3/5/2025"), "valid_from '3/5/2025' is no date"),
        ((",C\n", ",?\n"), "certainty '[?]' is none of"),
        (("annex made up for this test", " "), "source is empty"),
        (("maintain", "keep"), "kind 'keep' is none of maintain, register"),
        (("2025-05-03,,", "2025-05-03,2025-05-01,"), "valid_to 2025-05-01 lies before valid_from"),
        (("item,kind", "item,sort"), "line 1: the columns must be item,kind"),
    ],
)
def test_rows_with_faults_are_refused_and_nothing_is_loaded(
    tmp_path: Path, change: tuple[str, str], fault: str
) -> None:
    annex = tmp_path / "annex.csv"
    text = ANNEX.format(amount=1234, first="2025-05-03")
    assert change[0] in text
    annex.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(RowsFaulty, match=fault):
        load_rows("fee_items", annex, tmp_path / "tables")
    assert not (tmp_path / "tables").exists()


def test_a_second_row_on_the_same_days_is_refused_and_the_first_stays(tmp_path: Path) -> None:
    annex, other = tmp_path / "annex.csv", tmp_path / "other.csv"
    annex.write_text(ANNEX.format(amount=1234, first="2025-05-03"), encoding="utf-8")
    other.write_text(ANNEX.format(amount=99, first="2026-01-01"), encoding="utf-8")
    load_rows("fee_items", annex, tmp_path / "tables")
    with pytest.raises(RowsFaulty, match="asn maintain: two rows hold on 2026-01-01"):
        load_rows("fee_items", other, tmp_path / "tables")
    assert quote_asn_maintenance(3, FROM_2025, Tables(tmp_path / "tables")).amount_vnd == 1234


def test_other_tables_cannot_be_added_to(tmp_path: Path) -> None:
    with pytest.raises(TableNotOpen, match="provinces_63 is no table that can be added to"):
        load_rows("provinces_63", tmp_path / "x.csv", tmp_path)
    with pytest.raises(RowsFaulty, match="cannot be read"):
        load_rows("fee_items", tmp_path / "missing.csv", tmp_path)
