import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from engine import parquet_join
from engine.parquet_join import (
    NoParts,
    ParquetJoinError,
    PartAppender,
    PartEncrypted,
    PartNotParquet,
    PartRefersElsewhere,
    PartSchemaDiffers,
    join,
)
from engine.thrift_compact import BINARY, I16, STRUCT, ThriftList, ThriftStruct, parse, write

_SCHEMA = pa.schema(
    [
        pa.field("number", pa.int64()),
        pa.field("word", pa.large_string()),
        pa.field("few", pa.dictionary(pa.int32(), pa.string())),
        pa.field("share", pa.float32()),
        pa.field("candidates", pa.list_(pa.struct([("person_id", pa.string()), ("probability", pa.float32())]))),
    ]
)
_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "number": st.none() | st.integers(-(2**63), 2**63 - 1),
            "word": st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9),
            "few": st.none() | st.sampled_from(["correct", "wrong", "missing_id"]),
            "share": st.none() | st.floats(width=32, allow_nan=False),
            "candidates": st.none()
            | st.lists(
                st.none()
                | st.fixed_dictionaries(
                    {
                        "person_id": st.none() | st.text("abc", max_size=3),
                        "probability": st.none() | st.floats(0, 1, width=32),
                    }
                ),
                max_size=3,
            ),
        }
    ),
    max_size=25,
)
_WRITING = st.fixed_dictionaries(
    {
        "compression": st.sampled_from(["none", "zstd", "snappy"]),
        "write_page_index": st.booleans(),
        "data_page_version": st.sampled_from(["1.0", "2.0"]),
        "row_group_size": st.integers(1, 30),
        "data_page_size": st.sampled_from([16, 1 << 20]),
        "use_dictionary": st.booleans(),
        "write_statistics": st.booleans(),
        "write_page_checksum": st.booleans(),
    }
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(st.lists(st.tuples(_ROWS, _WRITING), min_size=1, max_size=5))
def test_a_joined_file_reads_as_its_parts_one_behind_the_other(
    tmp_path: Path, parts: list[tuple[list[dict[str, Any]], dict[str, Any]]]
) -> None:
    paths, tables = [], []
    for number, (rows, options) in enumerate(parts):
        table = pa.Table.from_pylist(rows, _SCHEMA)
        path = tmp_path / f"part-{number}.parquet"
        pq.write_table(table, path, **options)
        paths.append(path)
        tables.append(table)
    out = tmp_path / "joined.parquet"
    joined = join(paths, out)
    want = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    got = pq.read_table(out, page_checksum_verification=True).unify_dictionaries().combine_chunks()
    assert got.to_pylist() == want.to_pylist()
    assert got.schema.equals(pq.read_schema(paths[0]))
    assert (joined.rows, joined.bytes) == (len(want), out.stat().st_size)
    metadata = pq.read_metadata(out)
    assert joined.row_groups == metadata.num_row_groups
    assert metadata.num_rows == len(want)
    assert_frame_equal(pl.read_parquet(out), pl.concat([pl.read_parquet(path) for path in paths]))
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        count = connection.sql(f"select count(*) as n from read_parquet('{out}')").pl()["n"][0]
    assert count == len(want)
    again = tmp_path / "again.parquet"
    join(paths, again)
    assert again.read_bytes() == out.read_bytes()


@pytest.fixture(scope="module")
def sorted_parts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three parts of ascending numbers with page indexes and Bloom filters, from two writers."""
    folder = tmp_path_factory.mktemp("sorted")
    paths = []
    for number in range(3):
        first = number * 30_000
        frame = pl.DataFrame({"n": range(first, first + 30_000)}).with_columns(
            word=pl.format("word-{}", pl.col("n")), half=pl.col("n") // 2
        )
        path = folder / f"{number}.parquet"
        pq.write_table(
            frame.to_arrow(),
            path,
            row_group_size=7_000,
            write_page_index=number != 1,
            data_page_size=4_096,
            bloom_filter_options={"word": {"ndv": 7_000, "fpp": 0.01}},
        )
        paths.append(path)
    return paths


def test_statistics_and_indexes_still_lead_to_the_right_rows(sorted_parts: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "joined.parquet"
    join(sorted_parts, out)
    wanted = [0, 29_999, 30_000, 44_321, 60_000, 89_999]
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        for n in wanted:
            by_number = connection.sql(f"select n, word, half from read_parquet('{out}') where n = {n}").pl()
            by_bloom = connection.sql(f"select n, word, half from read_parquet('{out}') where word = 'word-{n}'").pl()
            assert by_number.rows() == by_bloom.rows() == [(n, f"word-{n}", n // 2)]
        assert connection.sql(f"select n from read_parquet('{out}') where word = 'word-x'").pl().height == 0
    for n in wanted:
        assert pl.scan_parquet(out).filter(pl.col("n") == n).collect()["half"].to_list() == [n // 2]
        assert pq.read_table(out, filters=pc.field("n") == n)["half"].to_pylist() == [n // 2]
    metadata = pq.read_metadata(out)
    lows = [metadata.row_group(number).column(0).statistics.min for number in range(metadata.num_row_groups)]
    assert lows == sorted(lows)


def test_every_offset_of_the_joined_file_lies_where_its_page_begins(sorted_parts: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "joined.parquet"
    join(sorted_parts, out)
    data = out.read_bytes()
    length = int.from_bytes(data[-8:-4], "little")
    footer, _ = parse(data[-8 - length : -8])
    checked = 0
    for ordinal, group in enumerate(footer.structs(4)):
        assert group.number(7, ordinal) == ordinal
        for chunk in group.structs(1):
            meta = _meta(chunk)
            starts = [start for start in (meta.number(9), meta.number(11)) if start]
            for start in starts:
                header, _ = parse(data[start : start + 4_096])
                assert header.number(1) in (0, 2, 3)
            assert group.number(5) in (0, min(starts)) or group.number(5) <= min(starts)
            if 4 in chunk.fields:
                index, _ = parse(data[chunk.number(4) : chunk.number(4) + chunk.number(5)])
                for page in index.structs(1):
                    header, _ = parse(data[page.number(1) : page.number(1) + 4_096])
                    assert header.number(1) in (0, 3)
                    checked += 1
                parse(data[chunk.number(6) : chunk.number(6) + chunk.number(7)])
    assert checked > 20


def test_parts_written_by_polars_and_duckdb_join_too(tmp_path: Path) -> None:
    frame = pl.DataFrame({"n": [1, 2, 3], "word": ["a", None, "c"]})
    paths = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    for path in paths:
        frame.write_parquet(path)
    join(paths, tmp_path / "polars.parquet")
    assert_frame_equal(pl.read_parquet(tmp_path / "polars.parquet"), pl.concat([frame, frame]))
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        for path in paths:
            connection.execute(
                f"copy (select range as n, 'w' || range as word from range(3000)) to '{path}' (format parquet)"
            )
        join(paths, tmp_path / "duckdb.parquet")
        table = connection.sql(
            f"select count(*) as n, count(distinct word) as w from read_parquet('{tmp_path}/duckdb.parquet')"
        )
        assert table.pl().rows() == [(6000, 3000)]


def test_the_key_value_metadata_is_that_of_the_first_part(tmp_path: Path) -> None:
    paths = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    for number, path in enumerate(paths):
        pq.write_table(pa.table({"n": [number]}).replace_schema_metadata({"made": f"part {number}"}), path)
    join(paths, tmp_path / "out.parquet")
    assert pq.read_schema(tmp_path / "out.parquet").metadata == {b"made": b"part 0"}


def test_parts_without_rows_leave_a_file_with_columns_and_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "empty.parquet"
    pq.write_table(pa.table({"n": pa.array([], pa.int64())}), path)
    joined = join([path, path], tmp_path / "out.parquet")
    assert (joined.rows, joined.row_groups) == (0, 0)
    assert pl.read_parquet(tmp_path / "out.parquet").schema == {"n": pl.Int64}


def test_a_part_may_be_thrown_away_once_it_is_appended(tmp_path: Path) -> None:
    with PartAppender(tmp_path / "out.parquet") as appender:
        for number in range(3):
            path = tmp_path / "part.parquet"
            pq.write_table(pa.table({"n": [number] * 4}), path)
            assert appender.append(path) == 4
            path.unlink()
        appender.finish()
    assert pl.read_parquet(tmp_path / "out.parquet")["n"].to_list() == [0] * 4 + [1] * 4 + [2] * 4


def test_where_the_kernel_cannot_copy_the_bytes_are_read_and_written(
    tmp_path: Path, sorted_parts: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    join(sorted_parts, tmp_path / "one.parquet")

    def refuse(*_: object) -> int:
        raise OSError(95, "not supported")

    monkeypatch.setattr(os, "copy_file_range", refuse)
    monkeypatch.setattr(parquet_join, "_COPY_STEP", 1_000)
    join(sorted_parts, tmp_path / "two.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def _part(folder: Path, name: str = "good.parquet") -> Path:
    path = folder / name
    pq.write_table(pa.table({"n": [1, 2], "w": ["a", "b"]}), path, write_page_index=True)
    return path


def _edited(path: Path, edit: Callable[[ThriftStruct], object]) -> Path:
    """Write the file again with its footer changed by `edit`."""
    data = path.read_bytes()
    length = int.from_bytes(data[-8:-4], "little")
    footer, _ = parse(data[-8 - length : -8])
    edit(footer)
    encoded = write(footer)
    out = path.with_name("edited.parquet")
    out.write_bytes(data[: -8 - length] + encoded + len(encoded).to_bytes(4, "little") + b"PAR1")
    return out


def _meta(chunk: ThriftStruct) -> ThriftStruct:
    meta = chunk.child(3)
    assert meta is not None
    return meta


def _first_chunk(footer: ThriftStruct) -> ThriftStruct:
    return footer.structs(4)[0].structs(1)[0]


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda path: path.write_bytes(b""), PartNotParquet),
        (lambda path: path.write_bytes(b"n,w\n1,a\n2,b\n3,c\n"), PartNotParquet),
        (lambda path: path.write_bytes(path.read_bytes()[:-5]), PartNotParquet),
        (lambda path: path.write_bytes(path.read_bytes()[:-8] + b"\xff\xff\xff\x7fPAR1"), PartNotParquet),
        (lambda path: path.write_bytes(path.read_bytes()[:-8] + b"\x02\x00\x00\x00PAR1"), PartNotParquet),
        (lambda path: path.write_bytes(path.read_bytes()[:-4] + b"PARE"), PartEncrypted),
        (lambda path: path.write_bytes(b"PAR1" + path.read_bytes()[-400:]), PartNotParquet),
    ],
)
def test_a_part_that_is_no_complete_parquet_file_is_refused_and_nothing_is_left(
    tmp_path: Path, spoil: Callable[[Path], object], error: type[ParquetJoinError]
) -> None:
    good, bad = _part(tmp_path), _part(tmp_path, "bad.parquet")
    spoil(bad)
    with pytest.raises(error, match=r"bad\.parquet"):
        join([good, bad], tmp_path / "out.parquet")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.parquet", "good.parquet"]


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (lambda footer: footer.fields.update({8: (STRUCT, ThriftStruct({}))}), PartEncrypted),
        (lambda footer: _first_chunk(footer).fields.update({8: (STRUCT, ThriftStruct({}))}), PartEncrypted),
        (lambda footer: _first_chunk(footer).fields.update({1: (BINARY, b"other.parquet")}), PartRefersElsewhere),
        (lambda footer: _first_chunk(footer).fields.pop(3), PartNotParquet),
        (lambda footer: _meta(_first_chunk(footer)).set(7, 1 << 40), PartNotParquet),
        (lambda footer: footer.fields.pop(2), PartNotParquet),
    ],
)
def test_a_footer_that_cannot_be_moved_is_refused(
    tmp_path: Path, edit: Callable[[ThriftStruct], object], error: type[ParquetJoinError]
) -> None:
    good = _part(tmp_path)
    bad = _edited(good, edit)
    with pytest.raises(error) as caught:
        join([good, bad], tmp_path / "out.parquet")
    assert isinstance(caught.value, ParquetJoinError)
    assert caught.value.code.startswith("parquet-join-")


def test_a_part_with_other_columns_is_refused(tmp_path: Path) -> None:
    good, other = _part(tmp_path), tmp_path / "other.parquet"
    pq.write_table(pa.table({"n": [1.5], "w": ["a"]}), other)
    with pytest.raises(PartSchemaDiffers, match=r"other\.parquet: its schema differs .*good\.parquet"):
        join([good, other], tmp_path / "out.parquet")


def test_nothing_to_join_is_an_error_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(NoParts):
        join([], tmp_path / "out.parquet")
    assert list(tmp_path.iterdir()) == []


def test_indexes_that_lie_before_the_pages_are_left_behind_and_written_again(tmp_path: Path) -> None:
    """A Bloom filter or an index in an unusual place makes the whole body travel, and every row is still there."""
    good = _part(tmp_path)

    def edit(footer: ThriftStruct) -> None:
        _meta(_first_chunk(footer)).fields[14] = (6, good.stat().st_size - 9)

    odd = _edited(good, edit)
    join([good, odd, good], tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet")["n"].to_pylist() == [1, 2, 1, 2, 1, 2]


def test_more_row_groups_than_ordinals_can_count_drop_their_ordinals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_join, "_MOST_ORDINALS", 2)
    good = _part(tmp_path)
    join([good] * 3, tmp_path / "out.parquet")
    data = (tmp_path / "out.parquet").read_bytes()
    footer, _ = parse(data[-8 - int.from_bytes(data[-8:-4], "little") : -8])
    assert all(7 not in group.fields for group in footer.structs(4))
    assert pq.read_metadata(tmp_path / "out.parquet").num_rows == 6


def test_the_newest_format_version_of_the_parts_is_stated(tmp_path: Path) -> None:
    paths = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    for path, version in zip(paths, ["1.0", "2.6"], strict=True):
        pq.write_table(pa.table({"n": pa.array([1], pa.int64())}), path, version=version)
    join(paths, tmp_path / "out.parquet")
    assert pq.read_metadata(tmp_path / "out.parquet").format_version == "2.6"


def test_a_file_may_be_joined_onto_itself(tmp_path: Path) -> None:
    good = _part(tmp_path)
    join([good, good], good)
    assert pq.read_table(good)["n"].to_pylist() == [1, 2, 1, 2]


def test_the_list_type_of_an_empty_file_is_still_a_list_of_structs(tmp_path: Path) -> None:
    empty = _edited(_part(tmp_path), lambda footer: footer.set(4, ThriftList(I16, [])))
    assert join([empty], tmp_path / "out.parquet").rows == 0
