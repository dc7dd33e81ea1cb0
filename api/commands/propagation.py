"""`sogoc propagation`: the propagation models beside published reference results, and links from a file."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import AsJson, Threads
from api.commands.progress import Meter
from api.commands.terminal import draw_table, tell
from api.problems import DONE, MEND

if TYPE_CHECKING:
    from rich.console import Console

commands = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Mô hình truyền sóng: đối chiếu với kết quả mẫu, tính tuyến · Propagation models: validate, run",
)


@commands.command()
def validate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Thư mục kết quả mẫu · Folder of reference results")],
    as_json: AsJson = False,
) -> int:
    """So kết quả mẫu với mô hình, in độ lệch lớn nhất · Compare reference results, print largest deviations."""
    from registries.spectrum.propagation.reference import summaries
    from registries.spectrum.propagation.validating import reference_cases

    found = summaries(reference_cases(folder))

    def show(screen: "Console") -> None:
        draw_table(
            screen,
            "Đối chiếu mô hình truyền sóng · Propagation models beside reference results",
            (
                "Mô hình · Model",
                "Ca · Cases",
                "Giá trị · Values",
                "Đạt · Passed",
                "Lệch nhất · Largest, dB",
                "Ở · Where",
            ),
            [(one.model, one.cases, one.values, one.passed, f"{one.largest:.2g}", one.worst) for one in found],
        )

    rows = [
        {
            "model": one.model,
            "cases": one.cases,
            "values": one.values,
            "passed": one.passed,
            "largest_deviation_db": one.largest,
            "where": one.worst,
        }
        for one in found
    ]
    tell({"models": rows}, show, as_json=as_json)
    return DONE if all(one.passed == one.values for one in found) else MEND


@commands.command()
def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV: mỗi dòng một tuyến · One link a line")],
    model: Annotated[
        str, typer.Option("--model", metavar="MODEL", help="Mô hình · Model: P.452, P.1546, P.1812, ITM, P.525")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Ghi kết quả ra CSV hoặc .parquet, không in bảng · Write results as CSV or .parquet, print no table",
        ),
    ] = None,
    threads: Threads = None,
    as_json: AsJson = False,
) -> None:
    """Tính suy hao từng tuyến của tệp · Predict the loss of every link of a file."""
    from registries.spectrum.propagation.running import run_file, write_predicted

    with Meter() as meter:
        found = run_file(
            file, model, threads or os.cpu_count() or 1, lambda done, whole: meter.told("links", done, whole)
        )
    if out is not None:
        write_predicted(found, out)

    def show(screen: "Console") -> None:
        if out is not None:
            screen.print(f"{len(found):,} tuyến · links -> {out}")
            return
        draw_table(
            screen,
            f"Suy hao truyền dẫn cơ bản · Basic transmission loss, {model}",
            ("Dòng · Line", "Mặt cắt · Profile", "dB"),
            [(one.line, one.profile, f"{one.loss_db:.3f}") for one in found],
            numbers_from=2,
        )

    if out is not None:
        tell({"model": model, "count": len(found), "out": out}, show, as_json=as_json)
        return
    tell({"model": model, "links": found}, show, as_json=as_json)
