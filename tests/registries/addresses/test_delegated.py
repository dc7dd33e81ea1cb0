"""Delegated files: read row for row, written back the same, and what is wrong is told with its line."""

import datetime
import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registries.addresses.blocks import Block
from registries.addresses.delegated import (
    Record,
    parse_delegated,
    read_delegated,
    render_delegated,
    write_delegated,
)
from registries.addresses.errors import DelegatedDigestDiffers, DelegatedFaulty, FileUnreadable

DAY = datetime.date(2026, 2, 6)
FILE = """\
# conditions
2|apnic|20260206|4|20110101|20260105|+1000
apnic|*|asn|*|1|summary
apnic|*|ipv4|*|2|summary
apnic|*|ipv6|*|1|summary
apnic|VN|asn|64496|5|20110101|allocated
apnic|VN|ipv4|192.0.2.0|256|20120101|allocated
apnic|VN|ipv4|198.51.100.0|192|20130101|assigned
apnic|VN|ipv6|2001:db8::|32|20260105|allocated
"""


def shared(name: str) -> Path:
    path = Path(os.environ.get("SOGOC_TEST_DATA", "../shared/data")) / "internet" / "rir" / name
    if not path.is_file():
        pytest.skip(f"SOGOC_TEST_DATA has no internet/rir/{name}")
    return path


@st.composite
def files(draw: st.DrawFn) -> list[Record]:
    """Rows of all kinds that do not overlap, in the order of a file, some of nobody."""
    records = []
    for kind, space in (("asn", 2**32), ("ipv4", 2**32), ("ipv6", 2**128)):
        cuts = sorted(draw(st.sets(st.integers(0, space - 1), max_size=12)))
        for begin, after in zip(cuts[::2], cuts[1::2], strict=False):
            first, last = begin, after - 1
            if kind == "ipv6":
                first, length = draw(st.sampled_from(Block(6, begin, last).prefixes))
                last = first + (1 << 128 - length) - 1
            held = draw(st.booleans())
            status = draw(st.sampled_from(["allocated", "assigned"] if held else ["available", "reserved"]))
            day = draw(st.one_of(st.none(), st.dates(datetime.date(1983, 1, 1), DAY))) if held else None
            opaque = f"A91{draw(st.integers(0, 99)):04d}" if held else ""
            records.append(Record("apnic", "VN" if held else "", kind, first, last, day, status, opaque))
    return records


@settings(deadline=None)
@given(files())
def test_an_extended_file_reads_back_row_for_row(records: list[Record]) -> None:
    text = render_delegated(records, registry="apnic", serial=DAY, extended=True)
    read = parse_delegated(text).checked("it")
    assert list(read.records) == records
    assert render_delegated(read.records, registry="apnic", serial=DAY, extended=True) == text


@settings(deadline=None)
@given(files())
def test_a_plain_file_holds_what_somebody_holds_without_identifiers(records: list[Record]) -> None:
    read = parse_delegated(render_delegated(records, registry="apnic", serial=DAY)).checked("it")
    assert [(one.kind, one.first, one.last) for one in read.records] == [
        (one.kind, one.first, one.last) for one in records if one.status in {"allocated", "assigned"}
    ]
    assert not read.opaque


def test_header_and_summaries_are_read_and_written_as_published() -> None:
    read = parse_delegated(FILE).checked("it")
    assert read.header is not None
    assert (read.header.records, read.header.utc_offset) == (4, "+1000")
    assert read.summaries == (("asn", 1), ("ipv4", 2), ("ipv6", 1))
    written = render_delegated(read.records, registry="apnic", serial=DAY, utc_offset="+1000")
    assert written == FILE.partition("\n")[2]
    # 192 addresses are no prefix, and stay one range.
    assert str(read.of("ipv4")[1].block) == "198.51.100.0-198.51.100.191"


@pytest.mark.parametrize(
    ("line", "instead", "reason"),
    [
        (6, "apnic|VN|asn|64496|5|20110101", "7 fields at least"),
        (6, "apnic|VN|asn|AS64496|5|20110101|allocated", "no whole number"),
        (7, "apnic|VN|ipv4|192.0.2.01|256|20120101|allocated", "no leading zero"),
        (7, "apnic|VN|ipv4|2001:db8::|256|20120101|allocated", "no ipv4 address"),
        (7, "apnic|VN|ipv4|192.0.2.0|0|20120101|allocated", "nothing"),
        (7, "apnic|VN|ipv4|192.0.2.0|256|20120230|allocated", "no day"),
        (7, "apnic|VN|ipv4|192.0.2.0|256|20120101|given", "status"),
        (7, "apnic|vn|ipv4|192.0.2.0|256|20120101|allocated", "capital"),
        (7, "apnic|VN|ipv5|192.0.2.0|256|20120101|allocated", "type"),
        (8, "apnic|VN|ipv4|192.0.2.128|64|20130101|assigned", "overlaps line 7"),
        (9, "apnic|VN|ipv6|2001:db8::1|32|20260105|allocated", "bits are set"),
        (9, "apnic|VN|ipv6|2001:db8::|129|20260105|allocated", "at most 128"),
        (2, "2|apnic|20260206|5|20110101|20260105|+1000", "says 5 records, there are 4"),
        (2, "3|apnic|20260206|4|20110101|20260105|+1000", "neither 2 nor 2.3"),
        (2, "2|apnic|20260206|4|20110101|20260105", "7 fields"),
    ],
)
def test_a_faulty_line_is_told_with_its_number_and_the_reason(line: int, instead: str, reason: str) -> None:
    lines = FILE.splitlines()
    lines[line - 1] = instead
    read = parse_delegated("\n".join(lines))
    assert read.faults[0].line == line
    assert reason in read.faults[0].reason
    with pytest.raises(DelegatedFaulty, match=f"line {line}"):
        read.checked("it")


def test_a_summary_that_miscounts_is_a_fault() -> None:
    read = parse_delegated(FILE.replace("apnic|*|ipv4|*|2", "apnic|*|ipv4|*|3"))
    assert [fault.reason for fault in read.faults] == ["the summary says 3 rows of ipv4, there are 2"]


def test_the_digest_beside_a_file_is_written_and_held_against_it(tmp_path: Path) -> None:
    text = render_delegated(parse_delegated(FILE).records, registry="vnnic", serial=DAY)
    path = write_delegated(tmp_path, text, registry="vnnic", serial=DAY)
    assert path.name == "delegated-vnnic-20260206"
    assert read_delegated(path).records == parse_delegated(FILE).records
    path.write_text(text.replace("20120101", "20120102"), encoding="ascii")
    with pytest.raises(DelegatedDigestDiffers, match="fetch both again"):
        read_delegated(path)
    path.write_bytes(b"\xff")
    with pytest.raises(FileUnreadable):
        read_delegated(path)


def test_the_vietnamese_rows_of_apnics_file_come_back_row_for_row() -> None:
    path = shared("delegated-apnic-VN-20260206.txt")
    read = read_delegated(path).checked(path)
    assert (read.total("ipv4"), read.total("asn")) == (16_484_864, 1_024)
    written = render_delegated(read.records, registry="apnic", serial=DAY).splitlines()
    assert written[4:] == path.read_text(encoding="ascii").splitlines()


def test_a_packed_file_reads_as_the_plain_one(tmp_path: Path) -> None:
    packed = tmp_path / "delegated.gz"
    packed.write_bytes(gzip.compress(FILE.encode("ascii")))
    assert read_delegated(packed) == parse_delegated(FILE)
    cut = tmp_path / "cut.gz"
    cut.write_bytes(packed.read_bytes()[:-12])
    with pytest.raises(FileUnreadable, match="cannot be read"):
        read_delegated(cut)
    crossed = tmp_path / "crossed.gz"
    crossed.write_bytes(packed.read_bytes()[:10] + b"\xff" * 40)
    with pytest.raises(FileUnreadable, match="cannot be read"):
        read_delegated(crossed)


def test_a_file_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registries.addresses.delegated._LARGEST_TEXT", 1 << 20)
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(b"#" * (2 << 20)))
    with pytest.raises(FileUnreadable, match="more than 1 MiB"):
        read_delegated(bomb)
