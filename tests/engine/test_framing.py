"""Laws of framing: kernel equals plain twin, nothing is lost, framing resumes anywhere, clean CSV reads as csv does."""

import csv
import io
from pathlib import Path
from typing import Any, Literal

import numba
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.errors import SourceChanged
from engine.kernels import framing as kernels
from engine.kernels import splitting
from engine.kernels.wide_bytes import ROOM, WIDTH, copy_wide, first_of
from engine.sources.framing import Dialect, RecordReader, grammar_of
from engine.sources.framing_rules import frame_plainly, judge_plainly, split_plainly
from engine.sources.profile import Limits
from matching.kernels import kernel

LIMITS = Limits(record_bytes=60, record_lines=4, field_bytes=12)
ROOMY = Limits()
FINAL = True
PLAIN_LOOPS = bool(numba.config.DISABLE_JIT)  # type: ignore[attr-defined]
EXAMPLES = 100 if PLAIN_LOOPS else 600

dialects = st.builds(
    Dialect,
    delimiter=st.sampled_from(",;\t"),
    quote=st.sampled_from(['"', "'", ""]),
    escape=st.sampled_from(["double", "backslash"]),
    line_end=st.sampled_from(["lf", "cr"]),
    fields_min=st.integers(0, 3),
    fields_max=st.just(0),
).flatmap(
    lambda d: st.integers(d.fields_min, d.fields_min + 1).map(
        lambda most: Dialect(d.delimiter, d.quote, d.escape, d.line_end, d.fields_min, most, "#")
    )
)


@st.composite
def messy_texts(draw: st.DrawFn) -> tuple[bytes, Dialect]:
    dialect = draw(dialects)
    signs = [
        dialect.delimiter,
        dialect.quote or '"',
        '"',
        "\n",
        "\r",
        "\r\n",
        "\\",
        " ",
        "a",
        "bc",
        "N",
        "#",
        "\0",
        "\ufeff",
        "ễ",
    ]
    weights = st.sampled_from([*signs, dialect.delimiter, dialect.quote, "\n", "xyz"])
    return "".join(draw(st.lists(weights, max_size=40))).encode(), dialect


def frame_by_kernel(data: bytes, dialect: Dialect, limits: Limits = LIMITS) -> list[tuple[int, int, int, int]]:
    grammar = grammar_of(dialect, limits)
    state = np.zeros(kernels.STATE_SIZE, np.int64)
    state[kernels.LINE] = 1
    room = len(data) + 1
    starts, ends, lines = (np.zeros(room, np.int64) for _ in range(3))
    flags = np.zeros(room, np.uint8)
    buffer = np.frombuffer(data + bytes(ROOM), np.uint8).copy()
    count = kernels.frame(buffer, len(data), FINAL, grammar, state, starts, ends, lines, flags)
    return [
        (int(a), int(b), int(c), int(d))
        for a, b, c, d in zip(starts[:count], ends[:count], lines[:count], flags[:count], strict=True)
    ]


def read_back(
    path: Path, data: bytes, dialect: Dialect, limits: Limits, start: int = 0, block_bytes: int = 7
) -> list[tuple[int, int, int, int]]:
    path.write_bytes(data)
    reader = RecordReader(path, start, len(data), 1, dialect, limits, block_bytes)
    found = []
    for block in reader:
        for i in range(len(block.starts)):
            first, last = int(block.starts[i]), int(block.ends[i])
            length = block.whole_bytes or last - first
            found.append(
                (block.offset + first, block.offset + first + length, int(block.lines[i]), int(block.flags[i]))
            )
            assert bytes(block.data[first:last]) == data[block.offset + first : block.offset + last]
    return found


@settings(max_examples=EXAMPLES, deadline=None)
@given(messy_texts())
@example((b'a,"b\nc",d\n', Dialect(",", fields_min=3, fields_max=3)))
@example((b'a,"b,c\nx,y,z\n', Dialect(",", fields_min=3, fields_max=3)))
def test_the_kernel_frames_as_the_plain_rules_do(case: tuple[bytes, Dialect]) -> None:
    data, dialect = case
    plain = [tuple(record) for record in frame_plainly(data, dialect, LIMITS)]
    found = frame_by_kernel(data, dialect)
    if found and found[-1][3] == kernels.OVERSIZE:
        assert found[:-1] == plain[: len(found) - 1]
        assert found[-1][0] == plain[len(found) - 1][0]
    else:
        assert found == plain


@settings(max_examples=EXAMPLES, deadline=None)
@given(messy_texts(), st.integers(1, 40))
def test_a_stream_of_small_blocks_gives_the_records_of_the_whole(
    tmp_path_factory: pytest.TempPathFactory, case: tuple[bytes, Dialect], block: int
) -> None:
    data, dialect = case
    path = tmp_path_factory.getbasetemp() / "stream.csv"
    assert read_back(path, data, dialect, LIMITS, 0, block) == [tuple(r) for r in frame_plainly(data, dialect, LIMITS)]


@settings(max_examples=EXAMPLES, deadline=None)
@given(messy_texts(), st.data())
def test_framing_between_any_two_records_gives_the_same_records(
    case: tuple[bytes, Dialect], more: st.DataObject
) -> None:
    data, dialect = case
    records = frame_plainly(data, dialect, LIMITS)
    if len(records) < 2:
        return
    first = more.draw(st.integers(0, len(records) - 1))
    last = more.draw(st.integers(first + 1, len(records)))
    begin = records[first].start
    end = records[last].start if last < len(records) else len(data)
    again = frame_plainly(data[begin:end], dialect, LIMITS)
    assert [(r.start + begin, r.end + begin, r.flags) for r in again] == [
        (r.start, r.end, r.flags) for r in records[first:last]
    ]


@settings(max_examples=EXAMPLES, deadline=None)
@given(messy_texts())
def test_every_byte_is_in_a_record_or_in_a_line_end(case: tuple[bytes, Dialect]) -> None:
    data, dialect = case
    records = frame_plainly(data, dialect, LIMITS)
    outside, place = b"", 0
    for record in records:
        outside += data[place : record.start]
        place = record.end
    outside += data[place:]
    assert set(outside) <= set(b"\r\n")


def split_by_kernel(
    data: bytes, records: list[tuple[int, int, int, int]], dialect: Dialect, limits: Limits, header: bytes, width: int
) -> tuple[list[int], list[list[bytes]]]:
    grammar = grammar_of(dialect, limits)
    buffer = np.frombuffer(data + bytes(ROOM), np.uint8).copy()
    n = len(records)
    starts = np.array([r[0] for r in records], np.int64)
    ends = np.array([r[1] for r in records], np.int64)
    flags = np.array([r[3] for r in records], np.uint8)
    slots = np.arange(width, dtype=np.int32)
    places, lengths = np.zeros((width, n), np.int64), np.zeros((width, n), np.int64)
    verdicts, marks = np.zeros(n, np.uint8), np.zeros(n, np.uint8)
    sizes = np.zeros(width, np.int64)
    head = np.frombuffer(header, np.uint8).copy()
    kept = splitting.split(
        buffer, starts, ends, flags, 0, n, grammar, slots, head, places, lengths, verdicts, marks, sizes
    )
    columns = []
    for s in range(width):
        out = np.zeros(int(sizes[s]) + ROOM, np.uint8)
        offsets = np.zeros(kept + 1, np.int64)
        rows = splitting.fill(
            buffer, places[s], lengths[s], verdicts, n, grammar[kernels.QUOTE], grammar[kernels.ESCAPE], out, offsets, 0
        )
        assert rows == kept
        columns.append([bytes(out[offsets[i] : offsets[i + 1]]) for i in range(kept)])
    return verdicts.tolist(), columns


@settings(max_examples=EXAMPLES, deadline=None)
@given(messy_texts(), st.integers(1, 4))
def test_the_kernel_splits_and_judges_as_the_plain_rules_do(case: tuple[bytes, Dialect], width: int) -> None:
    data, dialect = case
    records = [tuple(record) for record in frame_plainly(data, dialect, LIMITS)]
    header = data[records[0][0] : records[0][1]] if records else b"x"
    verdicts, columns = split_by_kernel(data, records, dialect, LIMITS, header, width)  # type: ignore[arg-type]
    kept = 0
    for record, verdict in zip(records, verdicts, strict=True):
        expected, fields = judge_plainly(data[record[0] : record[1]], record[3], dialect, LIMITS, header)
        assert verdict == expected
        if verdict == splitting.KEPT:
            assert [columns[s][kept] for s in range(width)] == [*fields, *[b""] * width][:width]
            kept += 1


cells = st.text(st.sampled_from(list("ab,;'\" \téệ0")), max_size=8)
tables = st.integers(4, 6).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=8)
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    tables,
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_clean_csv_reads_as_the_standard_library_reads_it(
    table: list[list[str]], delimiter: str, line_end: str, quoting: Literal[0, 1]
) -> None:
    table = [[f"k{i}", *row] for i, row in enumerate(table)]
    # Blanks beside a quote have two readings; clean files have none there.
    table = [[cell.strip(" ") for cell in row] for row in table]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(table)
    data = text.getvalue().encode()
    width = len(table[0])
    dialect = Dialect(delimiter, '"', "double", "cr" if line_end == "\r" else "lf", width, width, "")
    records = frame_plainly(data, dialect, ROOMY)
    assert [[f.decode() for f in split_plainly(data[r.start : r.end], dialect)] for r in records] == table
    assert frame_by_kernel(data, dialect, ROOMY) == [tuple(r) for r in records]


@kernel
def _first(data: Any, at: int, a: int, b: int, c: int, d: int) -> Any:
    return first_of(data, at, a, b, c, d)


@kernel
def _copied(out: Any, to: int, data: Any, at: int) -> None:
    copy_wide(out, to, data, at)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(min_size=WIDTH, max_size=3 * WIDTH), st.lists(st.integers(0, 255), min_size=4, max_size=4), st.data())
def test_the_wide_scan_finds_what_a_plain_search_finds(text: bytes, wanted: list[int], more: st.DataObject) -> None:
    at = more.draw(st.integers(0, len(text) - WIDTH))
    data = np.frombuffer(text, np.uint8).copy()
    found = [i for i in range(WIDTH) if text[at + i] in wanted]
    assert _first(data, at, *wanted) == (found[0] if found else WIDTH)
    out = np.zeros(WIDTH + 3, np.uint8)
    _copied(out, 3, data, at)
    assert bytes(out[3:]) == text[at : at + WIDTH]


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("block", [1, 30, 63, 64, 65, 200])
def test_an_over_long_record_is_passed_over_across_blocks(tmp_path: Path, line_end: str, block: int) -> None:
    dialect = Dialect(",", fields_min=2, fields_max=2, line_end="cr" if line_end == "\r" else "lf")
    for length in (59, 60, 61, 62, 63, 64, 65, 128, 200, 500):
        text = line_end.join(["a,b", "x" * length, "c,d", "y" * length, "e,f"]).encode()
        expected = [tuple(record) for record in frame_plainly(text, dialect, LIMITS)]
        assert read_back(tmp_path / "long.csv", text, dialect, LIMITS, 0, block) == expected
        assert len(expected) == 5


def test_a_file_that_shrinks_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_bytes(b"a,b\n" * 10)
    with pytest.raises(SourceChanged, match="shorter"):
        list(RecordReader(path, 0, 100, 1, Dialect(","), LIMITS))
