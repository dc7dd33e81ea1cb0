"""fee and log: quotes on both sides of a change of tariff, rows that are added, and a log that anybody can check."""

import csv
import json
import sqlite3
from pathlib import Path

import pytest

from tests.api.conftest import Sogoc
from tests.api.ledger_world import WHY, LedgerWorld

FIRST_OF_20_2023 = "2023-06-01"
FIRST_OF_10_2025 = "2025-05-03"


@pytest.mark.parametrize(
    ("arguments", "before", "after"),
    [
        (("domain-2ld",), ("2023-05-31", 200_000), (FIRST_OF_20_2023, 100_000)),
        (("domain-3ld-name", "--kind", "maintain"), ("2023-05-31", 30_000), (FIRST_OF_20_2023, 20_000)),
        (("asn", "--held", "2", "--add", "1"), ("2025-05-02", 0), (FIRST_OF_10_2025, 1_000_000)),
        (("asn", "--held", "1", "--add", "1"), ("2025-05-02", 0), (FIRST_OF_10_2025, 0)),
        (("asn", "--held", "3", "--kind", "maintain"), ("2025-05-02", 0), (FIRST_OF_10_2025, 13_000_000)),
    ],
)
def test_each_day_is_charged_by_its_own_tariff(
    sogoc: Sogoc,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    before: tuple[str, int],
    after: tuple[str, int],
) -> None:
    monkeypatch.chdir(tmp_path)
    for day, amount in (before, after):
        assert sogoc("fee", "quote", *arguments, "--on", day, "--json").document["amount_vnd"] == amount


def test_a_provisional_quote_says_why_and_gives_no_invoice(sogoc: Sogoc) -> None:
    asked = ("fee", "quote", "asn", "--held", "3", "--kind", "maintain", "--on", FIRST_OF_10_2025)
    quote = sogoc(*asked, "--json").document
    assert quote["provisional"]
    assert "13.000.000" in quote["doubts"][0]["vi"]
    assert "PROVISIONAL" in sogoc(*asked).out
    firm = sogoc(*asked, "--firm", "--json")
    assert (firm.code, firm.document["problem"]["type"]) == (1, "quote-provisional")
    sure = sogoc("fee", "quote", "asn", "--held", "2", "--on", FIRST_OF_10_2025, "--firm", "--json").document
    assert (sure["amount_vnd"], sure["provisional"]) == (1_000_000, False)


def test_where_no_tariff_is_loaded_none_is_guessed(sogoc: Sogoc) -> None:
    said = sogoc("fee", "quote", "addresses", "--add", "198.18.0.0/22", "--on", "2016-06-01", "--json")
    assert said.document["problem"]["type"] == "tariff-not-loaded"
    assert "189/2010" in said.document["problem"]["detail"]


def test_what_a_holder_has_is_read_from_the_ledger(numbers: LedgerWorld) -> None:
    numbers.change("ip", "assign", "four", 24, "--holder", "h1")
    on = ("--on", "2026-12-31")
    by_ledger = numbers.do(
        "fee", "quote", "addresses", "--holder", "VIDU-VN", "--kind", "maintain", "--on", "2023-01-31"
    )
    assert (by_ledger["amount_vnd"], by_ledger["lines"]) == (0, [])
    grown = numbers.do("fee", "quote", "asn", "--holder", "h1", "--add", "1", *on)
    assert grown["amount_vnd"] == 0
    first = numbers.do("fee", "quote", "addresses", "--add", "198.18.0.0/22", "--on", "2023-01-31")
    assert first["amount_vnd"] == 1_000_000
    level = numbers.do(
        "fee", "quote", "addresses", "--held", "198.18.0.0/22", "--add", "3fff::/32", "--on", "2023-01-31"
    )
    assert level["amount_vnd"] == 1_000_000
    assert numbers.refused("fee", "quote", "asn", "--held", "many") == "option-faulty"


def test_rows_that_the_authority_adds_are_charged_from_then_on(numbers: LedgerWorld) -> None:
    day = "2027-01-04"
    assert numbers.refused("fee", "quote", "map-fee", "--on", day) == "tariff-not-loaded"
    row = {
        "item": "map-fee",
        "kind": "register",
        "per": "once",
        "amount_vnd": "70000",
        "free_count": "0",
        "vietnamese": "Trích lục",
        "english": "Extract",
        "instrument": "Circular 1/2027",
        "note_vi": "",
        "note_en": "",
        "valid_from": "2027-01-01",
        "valid_to": "",
        "source": "the text",
        "certainty": "C",
    }
    with Path("rows.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)
    assert numbers.do("fee", "load", "fee_items", "rows.csv", "--dry-run")["added"] == 1
    assert numbers.refused("fee", "quote", "map-fee", "--on", day) == "tariff-not-loaded"
    assert "thêm · added 1" in numbers.run("fee", "load", "fee_items", "rows.csv").out
    assert numbers.do("fee", "load", "fee_items", "rows.csv")["present"] == 1
    assert numbers.do("fee", "quote", "map-fee", "--on", day, "--quantity", 2, "--firm")["amount_vnd"] == 140_000
    assert numbers.refused("fee", "load", "no_table", "rows.csv") == "overlay-table-not-open"


def test_a_log_is_whole_and_every_entry_has_a_receipt_that_holds_without_the_ledger(numbers: LedgerWorld) -> None:
    given = numbers.change("ip", "assign", "four", 24)
    kept = numbers.do("log", "checkpoint", "--out", "kept")
    assert (kept["waiting"], kept["busy"]) == (0, False)
    receipt = numbers.do("log", "prove", given["entry_id"], "--out", "receipt.json")
    assert json.loads(Path("receipt.json").read_text())["entry_id"] == given["entry_id"]
    public = "ledger.home/signing.key.pub"
    assert numbers.do("log", "check-receipt", "receipt.json", "--public-key", public)["holds"]
    assert receipt["position"] == kept["signed"] - 1
    numbers.change("ip", "assign", "four", 24)
    whole = numbers.do("log", "verify", "--held", "kept")
    assert (whole["whole"], whole["held"]) == (True, 1)
    assert whole["compared_with_store"] == whole["entries"] == kept["signed"] + 1
    assert "whole" in numbers.run("log", "verify").out
    assert str(kept["signed"] + 1) in numbers.run("log", "checkpoint").out
    assert "sogoc-receipt" in numbers.run("log", "prove", given["entry_id"]).out
    assert "signed entries" in numbers.run("log", "check-receipt", "receipt.json", "--public-key", public).out
    assert numbers.refused("log", "prove", "no-entry") == "evidence-proof-unavailable"
    assert numbers.refused("log", "verify", "--held", "none") == "option-faulty"


def test_an_altered_log_and_an_altered_store_are_found(numbers: LedgerWorld) -> None:
    numbers.change("ip", "assign", "four", 24)
    with sqlite3.connect("ledger.db") as store:
        for (trigger,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entry'"):
            store.execute(f"DROP TRIGGER {trigger}")
        store.execute("UPDATE entry SET content = CAST(replace(content, 'officer-1', 'officer-2') AS BLOB)")
    store.close()
    found = numbers.run("log", "verify", "--json")
    assert found.code == 6
    assert {fault["place"] for fault in found.document["faults"]} == {"store"}
    bundle = next(Path("ledger.home/evidence/tile/entries").rglob("*.p/*"))
    bundle.write_bytes(bundle.read_bytes().replace(b"officer-1", b"officer-2"))
    found = numbers.run("log", "verify", "--json")
    assert (found.code, found.document["whole"]) == (6, False)
    assert "lỗi · faults" in numbers.run("log", "verify").out


def test_a_change_stands_where_the_log_cannot_be_signed_and_says_so(numbers: LedgerWorld) -> None:
    key = numbers.folder / "ledger.home" / "signing.key"
    key.chmod(0o644)
    said = numbers.run("ip", "assign", "four", 24, *WHY, "--json")
    assert (said.code, said.document["dry_run"]) == (0, False)
    assert "evidence-key-faulty" in said.err
    key.chmod(0o600)
    assert numbers.do("log", "checkpoint")["added"] == 1
