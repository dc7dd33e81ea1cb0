"""The account of a run equals a plain count of its files, and the page shows it safely to everyone who reads it."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import data
from engine.findings import find
from engine.report.account import account, penalty_band
from engine.report.charts import TILES, histogram, rate_class, rate_classes, rate_legend, stacked_bar, tile_map
from engine.report.html import write_html
from engine.report.masking import masked
from engine.report.model import ROLL_UPS, Counts, ProbabilityBin, ProvinceLine, ReportModel, read_model, write_model
from engine.report.words import CERTAINTIES, FIELDS, KINDS, MEASURES, day, million, number, percent, signed
from tests.engine.run_fixtures import fact, manifest, verdict, write_facts, write_manifest, write_verdicts
from tests.identity_scan import Identities, scan

AS_OF = date(2026, 11, 15)
CARRIERS = {"a.csv": "VIETTEL", "b.csv": "MOBIFONE"}


def make_run(run: Path, rows: list[dict[str, object]], facts: list[dict[str, object]], **fields: Any) -> Path:
    write_verdicts(run, rows)
    glob = write_facts(run / "work" / "facts", facts)
    find(glob, as_of=AS_OF, out=run / "findings.parquet", memory_bytes=256 << 20)
    write_manifest(run, **manifest(CARRIERS, rows, **fields))
    return run


def rows_of(shift: int = 0) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    verdicts, facts = [], []
    for row in range(1, 41):
        kind = (row + shift) % 8
        roll_up, code = {
            0: ("wrong", "NAME_DIFFERENT"),
            1: ("missing_id", "ID_MISSING"),
            2: ("not_verifiable", "ID_NOT_FOUND"),
        }.get(kind, ("correct", "OK_EXACT"))
        batch = "a.csv" if row <= 25 else "b.csv"
        link = "identified" if roll_up == "correct" else "none"
        tier = "none" if roll_up == "missing_id" else "id"
        chance = {"correct": 1.0, "wrong": 0.3}.get(roll_up, 0.0)
        # Two records of one number: a violation counts numbers once.
        msisdn = 84_912_000_000 + (row if row not in {8, 16} else 8)
        verdicts.append(
            verdict(
                row,
                batch=batch,
                roll_up=roll_up,
                code=code,
                link_status=link,
                tier=tier,
                probability=chance,
                msisdn=str(msisdn),
            )
        )
        person = "PMANY" if roll_up == "correct" and row < 20 else f"P{row:08d}"
        facts.append(
            fact(
                row,
                batch=batch,
                carrier=CARRIERS[batch],
                msisdn=msisdn,
                roll_up=roll_up,
                code=code,
                link_status=link,
                person_id=person if link == "identified" else None,
                province=(1, 79, 77, 0)[row % 4],
            )
        )
    return verdicts, facts


@pytest.fixture
def run(tmp_path: Path) -> Path:
    made = make_run(tmp_path / "run1", *rows_of())
    pl.DataFrame(
        {"batch": ["a.csv", "a.csv", "b.csv"], "line": [3, 9, 4], "reason": ["nul-byte", "nul-byte", "unheard-of"]}
    ).write_parquet(made / "rejects.parquet")
    return made


class TestAccount:
    def test_every_count_balances_with_a_plain_count(self, run: Path) -> None:
        model = account(run, memory_bytes=256 << 20)
        rows, facts = rows_of()
        plain = Counter(str(row["roll_up"]) for row in rows)
        assert {roll_up: getattr(model.totals, roll_up) for roll_up in ROLL_UPS} == dict(plain)
        for line in model.carriers:
            own = Counter(str(row["roll_up"]) for row in rows if CARRIERS[str(row["batch"])] == line.carrier)
            assert {roll_up: getattr(line.counts, roll_up) for roll_up in ROLL_UPS} == {
                **dict.fromkeys(ROLL_UPS, 0),
                **own,
            }
            violating = {
                row["msisdn"]
                for row in rows
                if CARRIERS[str(row["batch"])] == line.carrier and row["roll_up"] in {"wrong", "missing_id"}
            }
            assert line.violating == len(violating)
        assert sum(line.counts.received for line in model.provinces) == len(facts)
        assert sum(line.records for line in model.reasons) == len(rows)
        assert sum(line.identified + line.ambiguous + line.none for line in model.tiers) == len(rows)
        drawn = sum(each.identified + each.other for each in model.histogram)
        assert drawn == sum(row["tier"] != "none" for row in rows)

    def test_provinces_are_todays_and_the_unknown_stand_last(self, run: Path) -> None:
        model = account(run)
        assert len(model.provinces) == 35
        counts = {line.code: line.counts.received for line in model.provinces if line.counts.received}
        # 77 (Bà Rịa-Vũng Tàu) is part of 79 (Thành phố Hồ Chí Minh) since July 2025.
        assert counts == {"01": 10, "79": 20, "00": 10}
        assert model.provinces[-1].name == "Không rõ"

    def test_carriers_bear_their_names_and_their_rejects(self, run: Path) -> None:
        model = account(run)
        assert [(line.name, line.rejected) for line in model.carriers] == [("Viettel", 2), ("MobiFone", 1)]
        assert model.rejected == 3
        assert [(line.reason, line.lines) for line in model.rejects] == [("nul-byte", 2), ("unheard-of", 1)]

    def test_frozen_rows_come_from_the_manifest(self, tmp_path: Path) -> None:
        told = {"told": [{"carrier": "VIETTEL", "frozen": 7}]}
        model = account(make_run(tmp_path / "run", *rows_of(), carriers=told))
        assert [line.frozen for line in model.carriers] == [7, 0]

    def test_a_run_without_facts_or_findings_still_has_an_account(self, tmp_path: Path) -> None:
        rows, _ = rows_of()
        bare = tmp_path / "bare"
        write_verdicts(bare, rows)
        write_manifest(bare, **manifest(CARRIERS, rows, porting="porting.parquet"))
        model = account(bare)
        assert (model.provinces, model.findings, model.top_findings, model.change) == ((), (), (), None)
        assert [line.kind for line in model.inputs] == ["batch", "batch", "index", "porting"]
        write_html(model, bare / "report.html")

    def test_records_that_name_no_province_at_all_draw_no_map(self, tmp_path: Path) -> None:
        rows, facts = rows_of()
        model = account(make_run(tmp_path / "run", rows, [row | {"province": 0} for row in facts]))
        assert model.provinces == ()

    def test_the_previous_run_is_found_beside_this_one_or_where_it_is_said_to_be(self, tmp_path: Path) -> None:
        make_run(tmp_path / "run1", *rows_of())
        later = make_run(tmp_path / "run2", *rows_of(shift=1), previous="run1")
        beside = account(later)
        said = account(later, previous=tmp_path / "run1")
        assert beside == said
        assert beside.previous == "run1"
        assert beside.before == account(tmp_path / "run1").totals
        assert beside.carriers[0].before is not None
        assert beside.change is not None
        assert sum(each.kept for each in beside.change.findings) > 0
        gone = make_run(tmp_path / "run3", *rows_of(), previous="no-such-run")
        assert account(gone).previous is None

    def test_a_model_survives_the_disk(self, tmp_path: Path) -> None:
        make_run(tmp_path / "run1", *rows_of())
        model = account(make_run(tmp_path / "run2", *rows_of(shift=1), previous="run1"))
        path = tmp_path / "account.json"
        write_model(model, path)
        assert read_model(path) == model
        first = path.read_bytes()
        write_model(read_model(path), path)
        assert path.read_bytes() == first

    def test_slices_of_the_number_space_do_not_change_the_violating_numbers(
        self, run: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = account(run)
        monkeypatch.setattr("engine.report.account.passes", lambda rows, memory: 5)
        assert account(run) == whole


class TestPenalties:
    @pytest.mark.parametrize(
        ("numbers", "least", "most"),
        [(1, 10, 20), (10, 10, 20), (11, 20, 40), (30, 40, 60), (40, 60, 80), (41, 80, 100), (5_000_000, 80, 100)],
    )
    def test_bands_are_those_of_decree_174_2026(self, numbers: int, least: int, most: int) -> None:
        band = penalty_band(numbers, AS_OF)
        assert band is not None
        assert (band.least_vnd, band.most_vnd) == (least * 1_000_000, most * 1_000_000)
        assert band.certainty in CERTAINTIES

    def test_none_applies_without_a_violation_or_before_the_decree(self) -> None:
        assert penalty_band(0, AS_OF) is None
        assert penalty_band(50, date(2026, 6, 30)) is None


class _Page(HTMLParser):
    """Checks that tags nest, and gathers what a page holds."""

    VOID = frozenset({"meta", "br", "rect", "line", "path", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.text: list[str] = []
        self.targets: set[str] = set()
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        given = dict(attrs)
        if given.get("id"):
            self.targets.add(str(given["id"]))
        if tag == "a":
            self.anchors.add(str(given["href"]))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def page_of(model: ReportModel, path: Path) -> tuple[str, _Page]:
    write_html(model, path)
    source = path.read_text()
    page = _Page()
    page.feed(source)
    assert page.open == []
    return source, page


class TestPage:
    def test_it_stands_alone_and_runs_nothing(self, run: Path, tmp_path: Path) -> None:
        source, page = page_of(account(run), tmp_path / "report.html")
        assert not re.search(r"https?://|//cdn|@import|url\(", source)
        assert page.tags["script"] == page.tags["img"] == page.tags["link"] == 0
        assert "default-src 'none'" in source

    def test_every_link_of_its_contents_leads_somewhere(self, run: Path, tmp_path: Path) -> None:
        _, page = page_of(account(run), tmp_path / "report.html")
        assert page.anchors
        assert {anchor.removeprefix("#") for anchor in page.anchors} <= page.targets

    def test_the_map_names_both_archipelagos(self, run: Path, tmp_path: Path) -> None:
        _, page = page_of(account(run), tmp_path / "report.html")
        text = " ".join(page.text)
        assert "Quần đảo Hoàng Sa (Đà Nẵng)" in text
        assert "Quần đảo Trường Sa (Khánh Hòa)" in text

    def test_vietnamese_comes_first_and_english_stands_beside(self, run: Path, tmp_path: Path) -> None:
        source, _ = page_of(account(run), tmp_path / "report.html")
        assert '<html lang="vi">' in source
        for vi, en in (("Tổng hợp", "Summary"), ("Lý do", "Reasons"), ("Cách đọc báo cáo", "How to read this report")):
            assert source.index(f">{vi}<") < source.index(f'lang="en">{en}<')

    def test_every_picture_has_words_for_those_who_do_not_see_it(self, run: Path, tmp_path: Path) -> None:
        source, _ = page_of(account(run), tmp_path / "report.html")
        for picture in re.findall(r"<svg[^>]*>", source):
            assert 'aria-hidden="true"' in picture or re.search(r'role="img" aria-label="[^"]+"', picture)

    def test_hostile_names_are_text(self, run: Path, tmp_path: Path) -> None:
        model = account(run)
        hostile = "<script>alert(1)</script>\"'&"
        carriers = tuple(replace(line, name=hostile) for line in model.carriers)
        inputs = tuple(replace(line, name=hostile) for line in model.inputs)
        tops = tuple(replace(each, subject=hostile) for each in model.top_findings)
        changed = replace(model, carriers=carriers, inputs=inputs, top_findings=tops, run=hostile)
        source, page = page_of(changed, tmp_path / "report.html")
        assert page.tags["script"] == 0
        assert "<script" not in source

    def test_persons_and_numbers_are_masked(self, tmp_path: Path) -> None:
        rows, facts = rows_of()
        facts = [
            row | {"person_id": "001090012345" if row["person_id"] == "PMANY" else row["person_id"]} for row in facts
        ]
        model = account(make_run(tmp_path / "run", rows, facts))
        assert any(each.subject == "001***45" for each in model.top_findings)
        write_html(model, tmp_path / "report.html")
        people = Identities.of(["001090012345", *(str(row["msisdn"]) for row in rows)])
        assert scan([tmp_path / "report.html"], people) == []

    def test_the_change_since_the_previous_run_is_shown(self, tmp_path: Path) -> None:
        make_run(tmp_path / "run1", *rows_of())
        model = account(make_run(tmp_path / "run2", *rows_of(shift=1), previous="run1"))
        _, page = page_of(model, tmp_path / "report.html")
        assert "Thay đổi so với run1" in page.text
        assert "change" in page.targets

    def test_many_carriers_are_shown_by_their_six_largest_and_the_rest(self, run: Path, tmp_path: Path) -> None:
        model = account(run)
        carriers = tuple(replace(model.carriers[0], carrier=f"C{n}", name=f"Mạng {n}") for n in range(9))
        _, page = page_of(replace(model, carriers=carriers), tmp_path / "report.html")
        assert page.text.count("Khác") == 1

    def test_the_same_model_gives_the_same_bytes(self, run: Path, tmp_path: Path) -> None:
        model = account(run)
        write_html(model, tmp_path / "one.html")
        write_html(model, tmp_path / "two.html")
        assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def province(code: str, wrong: int, received: int = 100) -> ProvinceLine:
    return ProvinceLine(code, f"Tỉnh {code}", "", Counts(correct=received - wrong, wrong=wrong))


class TestCharts:
    def test_the_map_has_a_tile_of_its_own_for_each_of_the_34(self) -> None:
        assert set(TILES) == set(data.table("provinces_34").column("code"))
        assert len(set(TILES.values())) == 34

    def test_a_map_without_figures_is_drawn_pale(self) -> None:
        drawn = tile_map([])
        assert drawn.count("rate-none") == 36
        assert "Quần đảo Trường Sa" in drawn

    @given(st.lists(st.integers(0, 100), min_size=1, max_size=34))
    def test_a_larger_share_is_never_paler(self, shares: list[int]) -> None:
        lines = [province(code, wrong) for code, wrong in zip(TILES, shares, strict=False)]
        limits = rate_classes(lines)
        classes = [rate_class(wrong / 100, limits) for wrong in sorted(shares)]
        assert classes == sorted(classes)
        assert [place for place, _ in rate_legend(lines)] == sorted(set(classes))

    @given(st.lists(st.integers(0, 10**9), min_size=4, max_size=4))
    def test_the_parts_of_a_bar_fill_it_and_no_more(self, counts: list[int]) -> None:
        drawn = stacked_bar(Counts(*counts), "x")
        ends = [float(x) + float(w) for x, w in re.findall(r'x="([\d.]+)" y="0" width="([\d.]+)"', drawn)]
        assert all(end <= 1001 for end in ends)
        assert drawn.count("<rect") == sum(count > 0 for count in counts)

    def test_columns_of_the_histogram_keep_within_the_plot(self) -> None:
        bins = [ProbabilityBin(n / 20, (n + 1) / 20, 10**n % 9_999_991, n) for n in range(20)]
        drawn = histogram(bins, 0.95)
        heights = [float(height) for height in re.findall(r'height="([\d.]+)"><title>', drawn)]
        assert len(heights) >= 20
        assert max(heights) <= 250
        assert "ngưỡng 0,95" in drawn
        assert histogram([], 0.95)


class TestWords:
    def test_every_kind_rule_and_field_has_words(self) -> None:
        contract = {each["name"]: each for each in data.contract("findings.v1")["columns"]}
        assert set(contract["kind"]["values"]) == set(KINDS)
        assert set(contract["rule"]["values"]) == set(MEASURES)
        for row in data.table("rule_sets"):
            assert set(row["fields"].split(";")) <= set(FIELDS)

    def test_numbers_are_written_as_vietnamese_write_them(self) -> None:
        assert number(1234567) == "1.234.567"
        assert [percent(share) for share in (0, 0.0001, 0.1234, 0.9999, 1)] == [
            *("0,0 %", "< 0,1 %", "12,3 %", "> 99,9 %", "100,0 %")
        ]
        assert [signed(value) for value in (0, 5, -1234)] == ["0", "+5", "−1.234"]
        assert (day(None), day(date(2026, 1, 2)), million(2_500_000)) == ("—", "02/01/2026", "2,5")

    @pytest.mark.parametrize(
        ("kind", "subject", "shown"),
        [
            ("person", "001090012345", "001***45"),
            ("msisdn", "84912345678", "849***78"),
            ("person", "P12345", "***45"),
            ("person", "7", "***"),
            ("dealer", "VTL-D000039", "VTL-D000039"),
        ],
    )
    def test_subjects_are_masked_but_for_the_carriers_own_ids(self, kind: str, subject: str, shown: str) -> None:
        assert masked(kind, subject) == shown
