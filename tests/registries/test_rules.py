"""Policy as of a day, and refusals that cite its instrument."""

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registries.overlay import RowsFaulty, Tables, load_rows
from registries.rules import (
    AsnUnjustified,
    AsnWithoutSpace,
    BlockTooLarge,
    BlockTooSmall,
    PolicyUnknown,
    agency_on,
    answer_due_on,
    check_asn_request,
    check_ipv4_request,
    check_ipv6_request,
    policy_on,
    use_due_on,
)

NOW = datetime.date(2026, 11, 1)
POLICY = policy_on(NOW)


def test_the_largest_ipv4_block_fell_from_22_to_23_in_2019() -> None:
    before, after = policy_on(datetime.date(2019, 2, 27)), policy_on(datetime.date(2019, 2, 28))
    check_ipv4_request(before, 22)
    with pytest.raises(BlockTooLarge, match=r"IPv4 /22 is larger than /23.*APNIC-127"):
        check_ipv4_request(after, 22)


@given(st.integers(0, 32))
def test_ipv4_blocks_are_granted_between_the_two_limits_alone(length: int) -> None:
    try:
        check_ipv4_request(POLICY, length)
    except BlockTooSmall:
        assert length > 24
    except BlockTooLarge:
        assert length < 23
    else:
        assert 23 <= length <= 24


def test_a_refusal_says_rule_limit_day_and_instrument() -> None:
    with pytest.raises(BlockTooSmall) as refused:
        check_ipv4_request(POLICY, 26)
    assert str(refused.value) == (
        "IPv4 /26 is smaller than /24, the smallest block granted on 2026-11-01 "
        "(APNIC Internet Number Resource Policies (APNIC-127)); smaller needs are met by an Internet service provider"
    )


def test_ipv6_goes_by_32_to_providers_and_by_48_to_end_networks_and_more_by_need() -> None:
    check_ipv6_request(POLICY, 32, is_provider=True)
    check_ipv6_request(POLICY, 48, is_provider=False)
    check_ipv6_request(POLICY, 29, is_provider=True, is_justified=True)
    with pytest.raises(BlockTooLarge, match="state the reasons"):
        check_ipv6_request(POLICY, 31, is_provider=True)
    with pytest.raises(BlockTooSmall, match="ask for /32"):
        check_ipv6_request(POLICY, 40, is_provider=True)
    with pytest.raises(BlockTooSmall, match="ask for /48"):
        check_ipv6_request(POLICY, 56, is_provider=False, is_justified=True)


def test_as_numbers_need_space_and_reasons_beyond_the_first_and_for_two_bytes() -> None:
    check_asn_request(POLICY, holds_space=True, held=0, added=1)
    check_asn_request(POLICY, holds_space=True, held=3, added=4, wants_two_byte=True, is_justified=True)
    with pytest.raises(AsnWithoutSpace, match="Circular 48/2025"):
        check_asn_request(POLICY, holds_space=False, held=0, added=1, is_justified=True)
    with pytest.raises(AsnUnjustified, match="more than 1 AS number"):
        check_asn_request(POLICY, holds_space=True, held=1, added=1)
    with pytest.raises(AsnUnjustified, match="up to 65535 needs reasons"):
        check_asn_request(POLICY, holds_space=True, held=0, added=1, wants_two_byte=True)


def test_terms_follow_the_policy_of_the_day() -> None:
    assert use_due_on(POLICY, datetime.date(2026, 8, 31)) == datetime.date(2027, 2, 28)
    assert answer_due_on(POLICY, datetime.date(2026, 2, 12)).on == datetime.date(2026, 3, 5)
    assert "use-within-months" in POLICY.doubts
    assert "use-within-months" not in policy_on(datetime.date(2026, 2, 9)).doubts


def test_a_day_without_rules_is_refused_by_the_name_of_the_rule() -> None:
    with pytest.raises(PolicyUnknown, match="no rule ipv4-longest is loaded for 2001-01-01"):
        policy_on(datetime.date(2001, 1, 1))


def test_the_centre_moved_to_another_ministry_in_2025() -> None:
    assert agency_on("VNNIC", datetime.date(2025, 2, 28))["part_of"] == "MIC"
    assert agency_on("VNNIC", datetime.date(2025, 3, 1))["part_of"] == "MST"
    with pytest.raises(PolicyUnknown, match="agency NOBODY"):
        agency_on("NOBODY", NOW)


def test_a_rule_can_be_loaded_and_a_value_without_meaning_cannot(tmp_path: Path) -> None:
    head = "rule,value,unit,vietnamese,english,instrument,note_vi,note_en,valid_from,valid_to,source,certainty\n"
    row = tmp_path / "row.csv"
    text = head + "use-within-months,{},months,Thời hạn,Term,Circular 48/2025,,,2026-02-10,,read for this test,C\n"
    row.write_text(text.format("soon"), encoding="utf-8")
    with pytest.raises(RowsFaulty, match="value 'soon' is no whole number up to 1200"):
        load_rows("address_policy", row, tmp_path / "tables")
    row.write_text(text.format(12), encoding="utf-8")
    load_rows("address_policy", row, tmp_path / "tables")
    told = policy_on(NOW, Tables(tmp_path / "tables"))
    assert told.use_within_months == 12
    assert "use-within-months" not in told.doubts
