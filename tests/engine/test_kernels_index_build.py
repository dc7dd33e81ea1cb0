"""A segment holds its persons in three orders, and each order leads back to all of them."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.identity import layout
from engine.identity.index import IdentityIndex
from engine.kernels.search import count_names
from engine.stages.standardise import sex_code
from matching.identifiers.flags import IdKind
from tests.engine.index_oracle import PlainIndex, births_of, codes_of, numbers_of
from tests.engine.small_register import AS_OF, Row, index_of, townsfolk

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

SYLLABLES = ("nguyễn", "nguyen", "văn", "thị", "an", "ánh", "anh", "ksor", "y", "h'", "niê", "minh", "tôn", "nữ")
ROWS = st.fixed_dictionaries(
    {
        "full_name": st.lists(st.sampled_from(SYLLABLES), max_size=9).map(" ".join),
        "birth_date": st.sampled_from(("1980-02-03", "1980-02-04", "1980-02", "1980", "1850-01-01", "2100-12-31", "")),
        "id_number": st.sampled_from(("001080000001", "001080999999", "096380000000", "295399999999", "023456789", "")),
        "old_id_number": st.sampled_from(("", "012345670", "098765431")),
        "aliases": st.sampled_from(("", "C1234567;001080000003", "012345671")),
        "province": st.sampled_from(("", "001", "096")),
        "sex": st.sampled_from(("", "nam", "nữ")),
        "status": st.sampled_from(("", "deceased", "đã hủy", "mất tích", "xuất cảnh", "anything")),
    }
)
STATUSES = {"": 0, "active": 0, "anything": 0, "deceased": 1, "đã hủy": 2, "mất tích": 3, "xuất cảnh": 4}


def registers() -> st.SearchStrategy[list[dict[str, str]]]:
    return st.lists(ROWS, min_size=1, max_size=30).map(
        lambda rows: [{"person_id": str(100 + place)} | row for place, row in enumerate(rows)]
    )


def check_segment(index: IdentityIndex, rows: Sequence[Row]) -> None:
    segment, plain = index.segments[0], PlainIndex(rows, AS_OF)
    by_id = dict(zip((row["person_id"] for row in rows), zip(plain.people, rows, strict=True), strict=True))
    people = [by_id[str(who)] for who in index.person_ids(np.arange(segment.rows))]
    assert len(people) == len(rows) == len({person.person_id for person, _ in people})
    tokens = index.vocabulary.tokens()
    numbers, births, names = numbers_of(segment), births_of(segment), codes_of(segment)
    held = [number or 1 << 60 for number in numbers]
    assert held == sorted(held)
    for place, (person, row) in enumerate(people):
        assert numbers[place] == (person.number if person.kind == IdKind.PIN else 0)
        assert births[place] == person.birth
        assert tuple(tokens[code] for code in names[place]) == person.tokens
        kept = int(segment.record[place, 3])
        assert kept >> layout.SEX_SHIFT & 3 == sex_code(row["sex"])
        assert kept >> layout.PROVINCE_SHIFT & 127 == int(row["province"] or 0)
        assert kept >> layout.STATUS_SHIFT & 7 == STATUSES[row["status"]]
    check_days(index, births)
    check_names(index, [person.name for person, _ in people], births)
    check_other_numbers(index, people)


def check_days(index: IdentityIndex, births: Sequence[int]) -> None:
    segment = index.segments[0]
    by_day = defaultdict(list)
    for place, birth in enumerate(births):
        by_day[birth - (1800 << 9) if birth else 0].append(place)
    assert sorted(segment.day_row.tolist()) == list(range(segment.rows))
    for day, places in by_day.items():
        start, stop = segment.day_directory[day : day + 2].tolist()
        assert segment.day_row[start:stop].tolist() == places
    assert int(segment.day_directory[-1]) == segment.rows
    assert index.day_counts[np.array(sorted(by_day))].tolist() == [len(by_day[day]) for day in sorted(by_day)]
    assert int(index.day_counts.sum()) == int(index.year_counts.sum()) == segment.rows


def check_names(index: IdentityIndex, names: Sequence[tuple[str, ...]], births: Sequence[int]) -> None:
    segment = index.segments[0]
    entries = segment.name_entry
    rows = (entries & np.uint64((1 << layout.ROW_BITS) - 1)).astype(np.int64)
    assert sorted(rows.tolist()) == list(range(segment.rows))
    assert int(segment.name_directory[-1]) == segment.rows
    bearers = defaultdict(list)
    for entry, row in zip(entries.tolist(), rows.tolist(), strict=True):
        kept = entry >> layout.ROW_BITS & (1 << layout.BIRTH_BITS) - 1
        assert (kept + (1800 << 9) if kept else 0) == births[row]
        bearers[names[row]].append((births[row], row))
    for of_name in bearers.values():
        assert of_name == sorted(of_name)  # within a name by birth date, then by row


def check_other_numbers(index: IdentityIndex, people: Sequence[tuple[object, Row]]) -> None:
    segment = index.segments[0]
    found = defaultdict(set)
    for key, row in zip(segment.old_key.tolist(), segment.old_row.tolist(), strict=True):
        found[row].add(key)
    for key, row in zip(segment.alias_key.tolist(), segment.alias_row.tolist(), strict=True):
        found[row].add(key)
    assert segment.old_key.tolist() == sorted(segment.old_key.tolist())
    assert segment.alias_key.tolist() == sorted(segment.alias_key.tolist())
    for place, (person, _) in enumerate(people):
        others = {value for _, value in person.others}  # type: ignore[attr-defined]
        own = {person.number} if person.kind in (IdKind.CMND, IdKind.PASSPORT) else set()  # type: ignore[attr-defined]
        assert found[place] == others | own


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(registers())
def test_a_segment_is_its_persons_by_number_by_name_and_by_day(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    check_segment(index_of(tmp_path, rows), rows)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_do_not_show_in_a_segment(tmp_path: Path, threads: int) -> None:
    rows = [person | {"aliases": ""} for person in townsfolk(900, seed=4)]
    index = index_of(tmp_path, rows, threads=threads)
    check_segment(index, rows)
    one = index_of(tmp_path, rows, threads=1).segments[0]
    for name in ("blocks", "serial", "record", "name_directory", "name_entry", "day_signature", "day_row", "person"):
        assert np.array_equal(getattr(index.segments[0], name), getattr(one, name))


def test_bearers_of_a_name_are_counted_by_its_key(tmp_path: Path) -> None:
    rows = townsfolk(500, seed=6)
    index, plain = index_of(tmp_path, rows), PlainIndex(rows, AS_OF)
    segment = index.segments[0]
    shift = segment.name_shift
    keys = {}
    for entry_place, entry in enumerate(segment.name_entry.tolist()):
        bucket = int(np.searchsorted(segment.name_directory, entry_place, side="right")) - 1
        row = entry & (1 << layout.ROW_BITS) - 1
        who = str(index.person_ids(np.array([row]))[0])
        # A key is its bucket and the fingerprint below it; bits below those do not count.
        keys[who] = bucket << shift | (entry >> 45) << (shift - layout.FINGERPRINT_BITS)
    wanted = np.array([keys[person.person_id] for person in plain.people], np.uint64)
    counts = np.zeros(len(rows), np.int64)
    count_names(wanted, index.arrays[0], counts)
    assert counts.tolist() == [plain.names[person.name] for person in plain.people]
    nobody = np.zeros(1, np.int64)
    count_names(np.array([0x123456789ABCDEF], np.uint64), index.arrays[0], nobody)
    assert nobody.tolist() == [0]


def test_a_person_more_costs_few_hot_bytes(tmp_path: Path) -> None:
    sizes = {}
    for count in (300, 1500):
        index = index_of(tmp_path, townsfolk(count))
        sizes[count] = index.hot_bytes_per_person() * count
    assert (sizes[1500] - sizes[300]) / 1200 < 50
