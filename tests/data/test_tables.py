"""Reference tables: readable, dated, sourced, and fitting each other."""

import csv
import datetime
import itertools
import re
import unicodedata
from importlib.resources import files

import pytest

import data

KEYS = {
    "address_policy": ("rule",), "agencies": ("code",), "calendar_years": ("year",),
    "carrier_codes": ("code",), "carriers": ("code",), "clocks": ("track", "step"),
    "cmnd_prefixes": ("prefix", "province_code"), "document_types": ("code",), "given_names": ("name",),
    "fee_address_levels": ("level",), "fee_instruments": ("instrument",), "fee_items": ("item", "kind"),
    "id_countries": ("code",), "middle_names": ("name",), "minority_names": ("people", "name"),
    "mobile_networks": ("mcc", "mnc"), "msisdn_conversion_2018": ("old_prefix",), "msisdn_prefixes": ("prefix",),
    "penalty_bands": ("party", "first"), "province_mapping": ("old_code",), "provinces_34": ("code",),
    "provinces_63": ("code",), "public_holidays": ("date",), "rdap_services": ("kind", "entry"),
    "result_codes": ("code",),
    "rule_set_codes": ("rule_set", "code"),
    "call_sign_series": ("first",), "channel_rasters": ("raster",), "datum_shifts": ("datum",),
    "emission_symbols": ("place", "symbol"), "imt_blocks": ("band", "block"),
    "maritime_identification_digits": ("mid",), "province_boxes": ("province_code", "part"),
    "spectrum_allocations": ("region", "lower_hz", "upper_hz", "service", "qualifiers"),
    "spectrum_caps": ("cap",), "spectrum_competence": ("kind", "procedure"), "spectrum_fee_cities": ("province_code",),
    "spectrum_fee_exemptions": ("exemption",), "spectrum_fee_rules": ("rule",), "spectrum_fees": ("item", "kind"),
    "spectrum_licence_rules": ("kind", "rule"), "spectrum_obligations": ("band", "block", "obligation"),
    "station_list_headers": ("header",), "station_list_tolerances": ("quantity",),
    "spectrum_footnotes": ("footnote",), "spectrum_services": ("service",), "vn2000_meridians": ("province_code",),
    "rule_sets": ("rule_set",), "sim_buckets": ("bucket",), "surnames": ("name",),
    "schematic_centres": ("old_code",), "schematic_islands": ("name",), "schematic_outline": ("corner",),
    "spectrum_auction_caps": ("band_group",),
}  # fmt: skip
SUGGESTED_CODES = {
    "OK_EXACT", "OK_NORMALISED", "OK_DIACRITICS_ONLY", "PARTIAL_DOB_YEAR_ONLY", "NAME_TYPO_SUSPECT",
    "NAME_TOKEN_MISSING", "NAME_ORDER_SWAPPED", "NAME_DIFFERENT", "DOB_SWAP_SUSPECT", "DOB_DEFAULT_SUSPECT",
    "DOB_DIFFERENT", "ID_NOT_FOUND", "ID_FORMAT_INVALID", "ID_REPAIRED", "ID_CMND_ONLY", "ID_REPLACED",
    "ID_INTERNAL_CONFLICT", "ID_SHARED", "PERSON_DECEASED", "DOC_EXPIRED", "DOC_TYPE_NOT_ALLOWED",
    "FOREIGNER_ROUTE", "MINOR_NO_GUARDIAN", "ORG_NO_USER_LIST", "SIM_LIMIT_4PLUS_NO_CONTRACT", "HOLDER_DENIES",
    "BIOMETRIC_MISSING", "MSISDN_INVALID", "MSISDN_LEGACY_CONVERTED", "MSISDN_DOUBLE_CLAIM", "ENCODING_REPAIRED",
    "ENCODING_LOST",
}  # fmt: skip


def day(iso: str, default: datetime.date) -> datetime.date:
    return datetime.date.fromisoformat(iso) if iso else default


def test_every_table_has_a_known_key() -> None:
    assert set(data.names()) == set(KEYS)


@pytest.mark.parametrize("name", sorted(KEYS))
def test_every_row_is_dated_sourced_and_of_known_certainty(name: str) -> None:
    table = data.table(name)
    assert table.columns[-4:] == data.STAMP
    assert len(table) > 0
    for row in table:
        assert row["source"].strip()
        assert row["certainty"] in {"C", "C2", "K", "U"}
        assert day(row["valid_from"], datetime.date.min) <= day(row["valid_to"], datetime.date.max)


@pytest.mark.parametrize("name", sorted(KEYS))
def test_no_key_has_two_rows_on_one_day(name: str) -> None:
    rows = sorted(data.table(name), key=lambda row: [row[column] for column in KEYS[name]])
    for _, group in itertools.groupby(rows, key=lambda row: [row[column] for column in KEYS[name]]):
        spans = sorted(
            (day(row["valid_from"], datetime.date.min), day(row["valid_to"], datetime.date.max)) for row in group
        )
        assert all(first[1] < second[0] for first, second in itertools.pairwise(spans))


@pytest.mark.parametrize("name", sorted(KEYS))
def test_files_are_plain_utf8_in_composed_letters(name: str) -> None:
    text = files("data").joinpath("tables", f"{name}.csv").read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)
    assert "\r" not in text
    assert not re.search(r" ,|, (?=,)|\ufeff", text)


def test_a_row_holds_on_its_first_and_its_last_day_and_not_outside() -> None:
    inside, outside = datetime.date(2024, 12, 31), datetime.date(2025, 1, 1)
    assert data.table("document_types", inside).by("code")["CMND"]["accepted"] == "yes"
    assert "CMND" not in data.table("document_types", outside).by("code")
    assert data.table("document_types", outside).as_of == outside


def test_refuses_a_table_and_a_contract_that_do_not_exist() -> None:
    with pytest.raises(data.UnknownTable, match="reference table moon is not one of address_policy") as table_error:
        data.table("moon")
    assert table_error.value.code == "data-table-unknown"
    with pytest.raises(data.UnknownContract, match="contract moon is not one of"):
        data.contract("moon")


def test_refuses_a_row_that_does_not_fit_its_header(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    class Folder:
        def __init__(self, text: str) -> None:
            self.text = text
            self.name = "broken.csv"

        def joinpath(self, *_: str) -> "Folder":
            return self

        def iterdir(self) -> list["Folder"]:
            return [self]

        def read_text(self, encoding: str) -> str:
            return self.text

    for text, fault in (
        ("a,valid_from,valid_to,source,certainty\n1,,,x\n", "4 values under 5 columns"),
        ("a,valid_from,valid_to,source,certainty\n1,1/2/2020,,x,C\n", "valid_from is no date"),
    ):
        monkeypatch.setattr(data, "files", lambda _, text=text: Folder(text))
        data._read.cache_clear()
        with pytest.raises(data.MalformedTable, match=f"broken, line 2: {fault}"):
            data.table("broken")


def test_contracts_are_read_by_version_and_newest_by_name() -> None:
    assert data.contract("verdicts.v1")["name"] == "verdicts"
    assert data.contract("verdicts") == data.contract(
        max(n for n in data.contract_names() if n.startswith("verdicts.v"))
    )


def test_rows_cannot_be_changed_by_a_reader() -> None:
    with pytest.raises(TypeError):
        data.table("provinces_63").rows[0]["name"] = "?"  # type: ignore[index]


def test_where_and_column_select() -> None:
    cities = data.table("provinces_34").where(kind="municipality")
    assert len(cities) == 6
    assert "Huế" in cities.column("name")


def test_the_63_provinces_go_to_the_34_totally_and_onto() -> None:
    old, new, mapping = (data.table(name) for name in ("provinces_63", "provinces_34", "province_mapping"))
    assert (len(old), len(new), len(mapping)) == (63, 34, 63)
    assert [(r["old_code"], r["old_name"]) for r in mapping] == [(r["code"], r["name"]) for r in old]
    assert {(r["new_code"], r["new_name"]) for r in mapping} == {(r["code"], r["name"]) for r in new}
    # A new province takes the code of one of the old ones that it was made of.
    assert sum(r["keeps_code"] == "yes" for r in mapping) == 34
    assert all((r["keeps_code"] == "yes") == (int(r["old_code"]) == int(r["new_code"])) for r in mapping)
    moved = {
        "015": "Lào Cai",
        "024": "Bắc Ninh",
        "044": "Quảng Trị",
        "052": "Gia Lai",
        "080": "Tây Ninh",
        "091": "An Giang",
    }
    assert {code: mapping.by("old_code")[code]["new_name"] for code in moved} == moved


def test_both_archipelagos_belong_to_their_provinces() -> None:
    labels = {r["name"]: r["archipelago"] for r in data.table("provinces_34") if r["archipelago"]}
    assert labels == {"Đà Nẵng": "Quần đảo Hoàng Sa", "Khánh Hòa": "Quần đảo Trường Sa"}


def test_country_codes_are_195_without_a_gap() -> None:
    countries = data.table("id_countries")
    assert [int(r["code"]) for r in countries] == list(range(101, 296))
    known = {"101": "AF", "109": "AT", "139": "KH", "155": "DE", "175": "US", "193": "LA", "232": "JP", "257": "SG",
             "279": "CN", "284": "AU", "107": "GB", "295": "ZW", "113": "AZ", "114": "AZ",
             "147": "HR", "148": "HR"}  # fmt: skip
    assert {code: countries.by("code")[code]["iso_3166"] for code in known} == known
    assert len(set(countries.column("iso_3166"))) == 193


def test_every_suggested_result_code_has_a_row_with_every_column() -> None:
    codes = data.table("result_codes")
    assert set(codes.column("code")) >= SUGGESTED_CODES
    assert len(set(codes.column("precedence"))) == len(codes)
    for row in codes:
        assert all(row[c] for c in ("vietnamese", "english", "severity", "precedence", "field", "carrier_code"))
        assert row["severity"] in {"info", "warning", "error"}
        assert row["precedence"].isdecimal()


def test_carriers_read_six_codes_and_no_more() -> None:
    carrier = data.table("carrier_codes")
    assert set(carrier.column("code")) == {
        "ACCEPTED", "ID_NOT_FOUND", "NAME_DIFFERS", "BIRTH_DATE_DIFFERS", "DOCUMENT_NOT_ACCEPTED", "RESUBMIT"
    }  # fmt: skip
    assert set(data.table("result_codes").column("carrier_code")) <= set(carrier.column("code"))
    assert all(row[c] for row in carrier for c in ("vietnamese", "english", "advice_vi", "advice_en"))


@pytest.mark.parametrize("rule_set", ["campaign-2023", "circular-08-2026"])
def test_every_rule_set_reads_every_code_and_gives_a_reason(rule_set: str) -> None:
    rows = data.table("rule_set_codes").where(rule_set=rule_set)
    assert sorted(rows.column("code")) == sorted(data.table("result_codes").column("code"))
    for row in rows:
        assert row["roll_up"] in {"correct", "wrong", "not_verifiable", "missing_id"}
        assert row["identified_changes_to"] in {"", "wrong"}
        assert row["decides"] in {"yes", "no"}
        assert row["decides"] == "yes" or row["roll_up"] == "correct"
        assert row["reason_vi"]
        assert row["reason_en"]
    carrier = data.table("result_codes").by("code")
    accepted = [r["code"] for r in rows if r["decides"] == "yes" and r["roll_up"] != "correct"]
    assert all(carrier[code]["carrier_code"] != "ACCEPTED" for code in accepted)
    by_code = rows.by("code")
    assert by_code["ID_NOT_FOUND"]["identified_changes_to"] == "wrong"
    assert {by_code[c]["roll_up"] for c in ("OK_EXACT", "OK_NORMALISED", "OK_DIACRITICS_ONLY")} == {"correct"}


def test_faults_outrank_agreement() -> None:
    precedence = {r["code"]: int(r["precedence"]) for r in data.table("result_codes")}
    agreement = min(precedence[c] for c in precedence if c.startswith("OK_"))
    for row in data.table("rule_set_codes"):
        if row["roll_up"] != "correct":
            assert precedence[row["code"]] < agreement


def test_one_rule_set_holds_on_each_day_since_the_campaign() -> None:
    first = datetime.date(2022, 8, 1)
    for offset in range(0, 1800, 7):
        assert len(data.table("rule_sets", first + datetime.timedelta(offset))) == 1
    assert data.table("rule_sets", datetime.date(2026, 4, 14)).rows[0]["fields"] == "id;name;birth_date"
    today = data.table("rule_sets", datetime.date(2026, 4, 15)).rows[0]
    assert (today["fields"], today["link_threshold"], today["freeze_after_attempts"]) == (
        "id;name;birth_date;face",
        "0.95",
        "3",
    )
    for row in data.table("rule_sets"):
        assert all(row[c] for c in data.table("rule_sets").columns if c not in {"valid_from", "valid_to", "note"})


def test_rule_set_codes_hold_on_the_days_of_their_rule_set() -> None:
    spans = {r["rule_set"]: (r["valid_from"], r["valid_to"]) for r in data.table("rule_sets")}
    assert all((r["valid_from"], r["valid_to"]) == spans[r["rule_set"]] for r in data.table("rule_set_codes"))


def test_number_ranges_do_not_overlap_and_conversions_land_in_them() -> None:
    prefixes = data.table("msisdn_prefixes").column("prefix")
    assert not [(a, b) for a in prefixes for b in prefixes if a != b and b.startswith(a)]
    holders = data.table("msisdn_prefixes").by("prefix")
    conversions = data.table("msisdn_conversion_2018")
    assert len(conversions) == 21
    for row in conversions:
        assert holders[row["new_prefix"]]["holder"] == row["holder"]
    carriers = {*data.table("carriers").column("code"), ""}
    assert {r["holder"] for r in data.table("msisdn_prefixes")} <= carriers
    assert {r["carrier"] for r in data.table("mobile_networks")} <= carriers


def test_number_ranges_are_those_of_the_reference_pattern() -> None:
    # National pattern of the numbering metadata of libphonenumber, as the fact sheets give it.
    pattern = re.compile(
        r"121[0-3]\d{5}|(?:1[46]0|(?:3\d|7[06-9])\d|5(?:[1689]\d|2[238]|59)|8(?:[1-8]\d|9[6-9])|9(?:[0-8]\d|9[013-9]))\d{6}"
    )
    prefixes = tuple(data.table("msisdn_prefixes").column("prefix"))
    for first_four in range(10**4):
        number = f"{first_four:04}00000"
        assert bool(pattern.fullmatch(number)) == number.startswith(prefixes), number[:4]


def test_bands_of_fines_join_without_a_gap() -> None:
    bands = data.table("penalty_bands")
    for party in set(bands.column("party")):
        rows = sorted(bands.where(party=party), key=lambda row: int(row["first"]))
        assert rows[0]["first"] == "1"
        assert [int(row["last"]) + 1 for row in rows[:-1]] == [int(row["first"]) for row in rows[1:]]
        assert all(int(row["least_vnd"]) < int(row["most_vnd"]) for row in rows)
    assert len(data.table("penalty_bands", datetime.date(2026, 6, 30))) == 0


def test_sim_buckets_cover_every_count_once() -> None:
    rows = data.table("sim_buckets").rows
    assert [(r["bucket"], r["first"], r["last"]) for r in rows] == [
        ("1-3", "1", "3"),
        ("4-9", "4", "9"),
        (">=10", "10", ""),
    ]


def test_each_step_of_a_clock_has_one_due_time_and_a_start() -> None:
    for row in data.table("clocks"):
        assert sum(bool(row[c]) for c in ("after_days", "after_hours", "on_date")) == 1
        assert bool(row["on_date"]) == (row["starts_with"] == "date")


def test_cmnd_prefixes_name_known_provinces() -> None:
    provinces = data.table("provinces_63").by("code")
    for row in data.table("cmnd_prefixes"):
        assert provinces[row["province_code"]]["name"] == row["province_name"]


def test_names_are_words_of_letters_with_sound_weights() -> None:
    for name, weight in (("surnames", "per_10000"), ("middle_names", "count"), ("given_names", "count")):
        for row in data.table(name):
            assert re.fullmatch(r"[^\W\d_]+(?: [^\W\d_]+)?", row["name"])
            assert row["name"] == row["name"].title()
            assert int(row[weight]) > 0
    assert all(0 <= int(r["female_per_100"]) <= 100 for r in data.table("given_names"))
    surnames = data.table("surnames").by("name")
    assert int(surnames["Nguyễn"]["per_10000"]) == 2964
    assert len(surnames) >= 80
    assert len(data.table("middle_names")) >= 200
    assert len(data.table("given_names")) >= 330
    # Letters that Vietnamese does not have came from a wrong encoding.
    vietnamese = set("aăâbcdđeêghiklmnoôơpqrstuưvxy" + "\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b ")
    for name in ("surnames", "middle_names", "given_names"):
        for row in data.table(name):
            assert set(unicodedata.normalize("NFD", row["name"].lower())) <= vietnamese, row["name"]
            for word in row["name"].split():
                assert sum(c in "\u0300\u0301\u0303\u0309\u0323" for c in unicodedata.normalize("NFD", word)) <= 1


def test_tables_keep_the_order_and_the_text_of_their_files() -> None:
    for name in data.names():
        text = files("data").joinpath("tables", f"{name}.csv").read_text(encoding="utf-8")
        assert [dict(row) for row in data.table(name)] == list(csv.DictReader(text.splitlines()))
