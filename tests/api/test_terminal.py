"""What is said on the way: one line, masked; progress short where nobody watches."""

import datetime
from collections.abc import Callable

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from api.commands import options
from api.commands.main import main
from api.commands.progress import Meter, stage_words
from api.commands.terminal import as_document, cell, masked_text, one_line


@given(st.text(alphabet="0123456789", min_size=9, max_size=15), st.text(alphabet="ab :./", max_size=6))
def test_no_long_number_stands_whole_in_a_message(number: str, around: str) -> None:
    text = masked_text(f"{around} {number} {around}")
    assert number not in text
    assert f"{number[:3]}***{number[-2:]}" in text


@pytest.mark.parametrize("text", ["001 090 012 345", "001.090.012.345", "0010-9001-2345"])
def test_separators_do_not_hide_a_number(text: str) -> None:
    assert masked_text(f"row {text}!") == "row 001***45!"


@pytest.mark.parametrize("text", ["line 1204", "2026-11-01", "batch-20261101.csv", "a1b2c3d4e5f60718293a4b5c"])
def test_other_numbers_stay(text: str) -> None:
    assert masked_text(text) == text


@given(st.text())
def test_one_line_has_no_breaks(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


def test_documents_hold_dates_and_paths_as_text() -> None:
    assert as_document({"on": datetime.date(2026, 11, 1), "vi": "số"}) == '{\n "on": "2026-11-01",\n "vi": "số"\n}\n'


def test_cells_group_thousands_and_never_read_markup() -> None:
    assert [cell(value) for value in (1234567, None, "[bold]x", 0.5)] == ["1,234,567", "", "\\[bold]x", "0.5"]


@pytest.mark.parametrize(
    ("text", "count"), [("4GB", 4 << 30), ("512 MB", 512 << 20), ("2GiB", 2 << 30), ("1.5g", 3 << 29), ("1024", 1024)]
)
def test_sizes_are_read_as_people_write_them(text: str, count: int) -> None:
    assert options.byte_count(text) == count


@pytest.mark.parametrize("text", ["", "much", "-4GB", "0", "GB"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="4GB"):
        options.byte_count(text)


def test_a_stage_is_one_line_in_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    with Meter(whole="index") as meter:
        meter.rows(10, 20)
        meter.rows(20, 20)
        meter.rows(20, 20)
        meter.told("chunks", 5, 5)
        meter.share("learn", 0.5)
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(" (")[0] for line in lines] == [
        "sogoc: Dựng chỉ mục · index: 20",
        "sogoc: Đối soát · reconcile: 5",
    ]
    assert stage_words("chunks 2") == "Đối soát · reconcile 2"
    assert stage_words("VTL") == "VTL"


def test_a_terminal_gets_a_bar_with_rate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with Meter() as meter:
        meter.told("chunks", 500, 1000)
        meter.told("chunks", 1000, 1000)
        meter.share("learn", 0.5)
    shown = capsys.readouterr().err
    assert "1000/1000" in shown
    assert "left" in shown


def test_a_defect_tells_where_and_not_what(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("Nguyễn Văn An 001090012345")

    monkeypatch.setattr("matching.names.standardise", fail)
    assert main(["check-name", "x", "--json"]) == 70
    said = capsys.readouterr()
    assert "Nguyễn" not in said.err + said.out
    assert "ValueError, test_terminal.py:" in said.err
    assert '"exit_code": 70' in said.out
    monkeypatch.setenv("SOGOC_TRACEBACK", "1")
    main(["check-name", "x"])
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupted_command_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("matching.names.standardise", stop)
    assert main(["check-name", "x"]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_the_first_run_on_a_machine_says_that_kernels_are_compiled(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[str] = []
    monkeypatch.setattr("engine.compiling.compiled", lambda job: job in done)

    def compile_all(job: str, told: Callable[[int, int], None]) -> None:
        done.append(job)
        told(54, 54)

    monkeypatch.setattr("engine.compiling.compile_all", compile_all)
    options.announce_kernels()
    said = capsys.readouterr().err
    assert "kernels are compiled once" in said
    assert "compile: 54" in said
    options.announce_kernels()
    assert done == ["reconcile"]
    assert capsys.readouterr().err == ""


def test_bare_sogoc_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "reconcile" in capsys.readouterr().err
