"""Reading files in chunks: any encoding and dialect gives the same rows, in any order, again and in other processes."""

import builtins
import csv
import gzip
import io
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engine.errors
from engine.errors import (
    EngineError,
    SourceChanged,
    SourceError,
    SourceNotFound,
    SourceUnbalanced,
    SourceUnreadable,
    SpoolFull,
)
from engine.sources import CarrierProfile, Chunk, Prepared, merged, prepare, read_chunk
from engine.sources import text as text_module
from engine.sources.chunks import TEXT_BYTES
from engine.sources.findings import MOST_LINES, finding
from engine.sources.transcoding import lines_as_utf8, to_utf8
from matching.encodings import encode
from tests.engine.hostile.case import HEADER, cells, good, number, row, sheet

NAMES = HEADER.split(",")
FIELDS = (
    "path detail what reason limit option line evidence missing found doubled column kind first_row last_row framed "
    "rows rejects spool faults"
)


def read_all(
    path: Path, spool: Path, chunk_rows: int = 1_048_576, profile: CarrierProfile | None = None
) -> tuple[Prepared, list[Chunk]]:
    prepared = prepare(path, profile=profile, kind="batch", spool_dir=spool, chunk_rows=chunk_rows)
    return prepared, [read_chunk(spec) for spec in prepared.specs]


def rows_of(chunks: list[Chunk]) -> list[list[str]]:
    return [list(values.values()) for chunk in chunks for values in chunk.table.to_pylist()]


words = st.sampled_from(
    [
        "Nguyễn",
        "Trần",
        "Thị",
        "Hồng",
        "Đặng",
        "Võ",
        "Phước",
        "Quỳnh",
        "An",
        "H'Hen",
        "Y",
        'O"Neil',
        "a,b",
        "c;d",
        "e\tf",
    ]
)
names = st.lists(words, min_size=1, max_size=4).map(" ".join)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(names, min_size=6, max_size=30),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "tcvn3", "vni", "viscii", "cp1258"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from([1_048_576, 4]),
    st.booleans(),
)
def test_any_dialect_and_encoding_gives_the_same_rows(
    tmp_path: Path,
    people: list[str],
    delimiter: str,
    line_end: str,
    encoding: str,
    quoting: Literal[0, 1],
    chunk_rows: int,
    packed: bool,
) -> None:
    table = [[number(i), "CCCD", f"0790990{i:05d}", name, "1990-01-02"] for i, name in enumerate(people)]
    # At least one name tells the encoding.
    table[0][3] = "Nguyễn Thị Quỳnh Đặng"
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows([NAMES, *table])
    old = encoding in {"tcvn3", "vni", "viscii", "cp1258"}
    data = encode(text.getvalue(), encoding) if old else text.getvalue().encode(encoding)
    path = tmp_path / "batch.csv"
    path.write_bytes(gzip.compress(data) if packed else data)
    prepared, chunks = read_all(path, tmp_path / "spool", chunk_rows)
    assert prepared.dialect is not None
    assert prepared.dialect.delimiter == delimiter
    assert rows_of(chunks) == table
    assert [int(n) for chunk in chunks for n in chunk.row_numbers] == list(range(1, len(table) + 1))


def test_chunks_may_be_read_in_any_order_twice_and_in_other_processes(tmp_path: Path) -> None:
    path = tmp_path / "batch.csv"
    path.write_text(HEADER + "\n" + "".join(row(i) + ("\n" if i % 7 else ",x\n") for i in range(200)))
    prepared, chunks = read_all(path, tmp_path / "spool", 16)
    assert len(prepared.specs) == 13
    assert max(len(pickle.dumps(spec)) for spec in prepared.specs) < 1000
    backwards = [read_chunk(spec) for spec in reversed(prepared.specs)][::-1]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        elsewhere = list(pool.map(read_chunk, prepared.specs[:2]))
    for one, two in [*zip(chunks, backwards, strict=True), *zip(chunks[:2], elsewhere, strict=True)]:
        assert one.table.equals(two.table)
        assert one.rejects.equals(two.rejects)
        assert one.lines.tolist() == two.lines.tolist()
        assert one.row_numbers.tolist() == two.row_numbers.tolist()


def test_a_reject_names_line_place_row_reason_and_text(tmp_path: Path) -> None:
    path = tmp_path / "batch.csv"
    path.write_text("Báo cáo\n" + sheet(0) + "dở dang\n" + good(1))
    prepared, (chunk,) = read_all(path, tmp_path / "spool")
    (reject,) = chunk.rejects.to_pylist()
    assert reject == {
        "line": 4,
        "byte_offset": path.read_bytes().index("dở".encode()),
        "row": 2,
        "reason": "too-few-fields",
        "text": "dở dang",
    }
    assert chunk.rows is not None
    assert chunk.rows.tolist() == [1, 3]
    assert chunk.lines.tolist() == [3, 5]
    assert prepared.header_line == 2


def test_the_text_of_a_reject_is_capped_and_says_its_length(tmp_path: Path) -> None:
    path = tmp_path / "batch.csv"
    path.write_text(sheet(0) + "x" * 5000 + "\n" + "y" * 2_000_000 + "\n" + good(1))
    _, (chunk,) = read_all(path, tmp_path / "spool")
    texts = chunk.rejects.column("text").to_pylist()
    assert texts[0].startswith("x" * TEXT_BYTES + " …")
    assert "/ 5000 byte" in texts[0]
    assert "/ 2000000 byte" in texts[1]
    assert len(texts[1]) < TEXT_BYTES + 100
    assert chunk.rejects.column("line").to_pylist() == [3, 4]
    assert chunk.lines.tolist() == [2, 5]


def test_chunks_are_closed_by_bytes_too(tmp_path: Path) -> None:
    path = tmp_path / "batch.csv"
    path.write_text(sheet(*range(100)))
    from engine.sources import Limits

    profile = CarrierProfile(limits=Limits(chunk_bytes=1000))
    prepared, chunks = read_all(path, tmp_path / "spool", profile=profile)
    assert len(prepared.specs) > 5
    assert all(spec.part.stop - spec.part.start <= 1000 for spec in prepared.specs)  # type: ignore[union-attr]
    assert rows_of(chunks) == [cells(i) for i in range(100)]


def test_a_file_that_changed_after_it_was_prepared_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "batch.csv"
    path.write_text(sheet(0, 1))
    prepared = prepare(path, profile=None, kind="batch", spool_dir=tmp_path / "spool")
    path.write_text(sheet(0, 1, 2))
    with pytest.raises(SourceChanged, match=r"batch\.csv"):
        read_chunk(prepared.specs[0])
    path.unlink()
    with pytest.raises(SourceNotFound):
        read_chunk(prepared.specs[0])


def test_a_spool_folder_that_takes_nothing_is_said(tmp_path: Path) -> None:
    path = tmp_path / "batch.csv.gz"
    path.write_bytes(gzip.compress(sheet(0).encode()))
    (tmp_path / "spool").write_text("a file")
    with pytest.raises(SpoolFull, match="spool"):
        prepare(path, profile=None, kind="batch", spool_dir=tmp_path / "spool")


def test_a_full_disk_leaves_no_part_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "batch.csv.gz"
    path.write_bytes(gzip.compress(sheet(0).encode()))

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engine.sources.spooling.lines_as_utf8", refuse)
    with pytest.raises(SpoolFull, match="No space left"):
        prepare(path, profile=None, kind="batch", spool_dir=tmp_path / "spool")
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_file_that_the_system_does_not_open_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "batch.csv"
    path.write_text(sheet(0))
    real = io.open

    def locked(file: Any, *arguments: Any, **options: Any) -> Any:
        if str(file) == str(path):
            raise PermissionError(13, "Permission denied")
        return real(file, *arguments, **options)

    monkeypatch.setattr(io, "open", locked)
    monkeypatch.setattr(builtins, "open", locked)
    with pytest.raises(SourceUnreadable, match="Permission denied"):
        prepare(path, profile=None, kind="batch", spool_dir=tmp_path / "spool")


def test_the_converted_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "batch.csv.gz"
    path.write_bytes(gzip.compress(sheet(0).encode()))
    prepared, _ = read_all(path, tmp_path / "spool")
    assert prepared.spooled is not None
    assert prepared.spooled.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700
    # Preparing again gives the same file and the same chunks, so that a run can be resumed.
    again = prepare(path, profile=None, kind="batch", spool_dir=tmp_path / "spool")
    assert again.spooled == prepared.spooled
    assert again.digest == prepared.digest
    assert [spec.part for spec in again.specs] == [spec.part for spec in prepared.specs]


def test_the_same_content_twice_in_one_run_is_read_twice(tmp_path: Path) -> None:
    for name in ("one.csv.gz", "two.csv.gz"):
        (tmp_path / name).write_bytes(gzip.compress(sheet(0, 1).encode(), mtime=0))
    prepared = [
        prepare(tmp_path / name, profile=None, kind="batch", spool_dir=tmp_path / "spool")
        for name in ("one.csv.gz", "two.csv.gz")
    ]
    assert prepared[0].spooled == prepared[1].spooled
    for each in prepared:
        assert rows_of([read_chunk(spec) for spec in each.specs]) == [cells(0), cells(1)]


def test_a_lost_record_is_a_defect_that_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "batch.csv"
    path.write_text(sheet(0, 1))
    prepared = prepare(path, profile=None, kind="batch", spool_dir=tmp_path / "spool")

    def forget(self: Any, *_: Any) -> None:
        self.framed -= 0

    monkeypatch.setattr(text_module._ChunkReader, "_take", forget)
    with pytest.raises(SourceUnbalanced, match="2 records were framed, 0 rows and 0 rejects"):
        read_chunk(prepared.specs[0])


def test_progress_ends_at_the_size_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "batch.csv"
    path.write_text(sheet(*range(50)))
    seen: list[tuple[int, int]] = []
    prepare(
        path,
        profile=None,
        kind="batch",
        spool_dir=tmp_path / "spool",
        progress=lambda done, whole: seen.append((done, whole)),
    )
    size = path.stat().st_size
    assert seen[-1][1] == size
    assert size - 2 <= seen[-1][0] <= size


def test_every_error_of_the_readers_can_cross_a_process_border() -> None:
    classes = [
        value for value in vars(engine.errors).values() if isinstance(value, type) and issubclass(value, EngineError)
    ]
    assert len(classes) > 15
    for kind in classes:
        fields = dict.fromkeys(
            ("path", "detail", "what", "reason", "limit", "option", "line", "evidence", "missing", "found"), "x"
        )
        fields |= dict.fromkeys(
            ("doubled", "column", "kind", "first_row", "last_row", "framed", "rows", "rejects", "spool", "faults"), "x"
        )
        error = kind(**fields)
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is kind
        assert str(again) == str(error)
        if issubclass(kind, SourceError):
            assert str(error).startswith("x")
    codes = [kind.code for kind in classes]
    assert len(codes) == len(set(codes))


def test_findings_of_many_chunks_become_one() -> None:
    pieces = [finding("bom", "a.csv", "", 3, [30, 31]), finding("bom", "a.csv", "", 2, [5]), finding("bom", "b.csv")]
    together = merged(pieces)
    assert [(item.path, item.count, item.lines) for item in together] == [("a.csv", 5, (5, 30, 31)), ("b.csv", 1, ())]
    assert len(finding("bom", "a", "", 100, range(100)).lines) == MOST_LINES


def test_a_register_is_read_by_its_own_columns(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text(
        "SoDinhDanh;SoCMND;HoVaTen;NgayThangNamSinh;Tình trạng\n079099000001;012345678;Nguyễn Văn An;1990;còn sống\n"
    )
    prepared = prepare(path, profile=None, kind="register", spool_dir=tmp_path / "spool")
    (chunk,) = [read_chunk(spec) for spec in prepared.specs]
    assert chunk.table.to_pylist() == [
        {
            "id_number": "079099000001",
            "full_name": "Nguyễn Văn An",
            "birth_date": "1990",
            "old_id_number": "012345678",
            "status": "còn sống",
        }
    ]


def test_an_encoding_that_shows_only_deep_in_a_file_is_found(tmp_path: Path) -> None:
    plain = [",".join([number(i), "CCCD", f"0790990{i:05d}", "NGUYEN VAN AN", "1990-01-02"]) for i in range(36_000)]
    accented = [
        ",".join([number(i), "CCCD", f"0790990{i:05d}", "Nguyễn Thị Quỳnh", "1990-01-02"]) for i in range(8_000)
    ]
    path = tmp_path / "batch.csv"
    path.write_bytes(encode("\n".join([HEADER, *plain, *accented]) + "\n", "vni"))
    prepared, chunks = read_all(path, tmp_path / "spool")
    assert prepared.encoding == "vni"
    assert chunks[-1].table.column("full_name")[-1].as_py() == "Nguyễn Thị Quỳnh"
    assert prepared.framed == 44_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-32", "tcvn3"])
def test_a_text_is_turned_alike_whole_and_in_pieces(encoding: str) -> None:
    text = "Nguyễn Văn An\n" * 50
    data = encode(text, encoding) if encoding == "tcvn3" else text.encode(encoding)
    assert to_utf8(data, encoding) == text.encode()
    for size in (1, 3, 7, 1000):
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        assert b"".join(lines_as_utf8(pieces, encoding)) == text.encode()
    assert list(lines_as_utf8([], encoding)) == []


def test_a_line_without_end_is_turned_piece_by_piece() -> None:
    data = b"x" * 5_000_000
    pieces = list(lines_as_utf8([data[at : at + 2_000_000] for at in range(0, len(data), 2_000_000)], "tcvn3"))
    assert b"".join(pieces) == data
    assert len(pieces) > 1
