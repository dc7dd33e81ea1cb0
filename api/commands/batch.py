"""`sogoc batch check`: what a carrier's clerk can mend before sending a file; no index is needed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import AsJson, AsOf, ProfileFile, announce_kernels, today
from api.commands.progress import Meter
from api.commands.terminal import tell
from api.problems import DONE, MEND

if TYPE_CHECKING:
    from rich.console import Console

    from engine.batch_check import BatchReport

commands = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Lô của nhà mạng: kiểm tra trước khi gửi · A carrier's batch: check before sending",
)

_SEVERITIES = {"error": "lỗi · error", "warning": "cần xem · warning", "info": "ghi nhận · info"}


@commands.callback()
def _batch() -> None:
    """Lô của nhà mạng: kiểm tra trước khi gửi · A carrier's batch: check before sending."""


@commands.command("check", short_help="Định dạng, cấu trúc, điều phải sửa · format, structure, what to mend")
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp lô: CSV, Excel, Parquet, gz, zst · Batch file")],
    profile: ProfileFile = None,
    as_of: AsOf = None,
    examples: Annotated[
        int, typer.Option("--examples", min=0, metavar="N", help="Số ví dụ mỗi lỗi · Examples of each fault")
    ] = 5,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra một lô trước khi gửi, không cần chỉ mục · Check a batch before sending; no index is needed.

    Mã thoát 1: có điều phải sửa · Exit code 1: something has to be mended.
    """
    announce_kernels()
    from engine.batch_check import check as engine_check
    from engine.sources import load_profile

    with Meter(whole="read") as meter:
        report = engine_check(
            file,
            load_profile(profile) if profile else None,
            as_of=as_of or today(),
            examples=examples,
            progress=meter.rows,
        )
    tell(report.as_dict(), lambda screen: _show(screen, report), as_json=as_json)
    raise typer.Exit(DONE if report.ready else MEND)


def _show(screen: "Console", report: "BatchReport") -> None:
    screen.print(
        f"{report.path}: {report.format}, {report.encoding}, nhận · received {report.framed:,}"
        f" = đọc được · rows {report.rows:,} + không đọc được · rejected {report.rejected:,}",
        soft_wrap=True,
    )
    if report.columns_missing:
        screen.print(f"Thiếu cột · columns missing: {', '.join(report.columns_missing)}", soft_wrap=True)
    for finding in report.findings:
        if finding.severity != "info":
            screen.print(f"{_SEVERITIES[finding.severity]}: {finding.vi} · {finding.en}", soft_wrap=True)
    order = list(_SEVERITIES)
    for fault in sorted(report.faults, key=lambda each: order.index(each.severity)):
        where = f", dòng · lines {', '.join(str(line) for line in fault.lines)}" if fault.lines else ""
        screen.print(
            f"[bold]{_SEVERITIES[fault.severity]}[/bold]  {fault.column}  ×{fault.count:,}{where}", soft_wrap=True
        )
        screen.print(f"    {fault.vi} · {fault.en}", soft_wrap=True)
        screen.print(f"    Cách sửa · mend: {fault.mend_vi} · {fault.mend_en}", soft_wrap=True)
    for line in report.rejected_lines:
        screen.print(
            f"[bold]không đọc được · rejected[/bold]  dòng · line {line.line:,}: {line.vi} · {line.en}", soft_wrap=True
        )
    screen.print("Sẵn sàng gửi · ready to send" if report.ready else "Chưa sẵn sàng · not ready to send")
